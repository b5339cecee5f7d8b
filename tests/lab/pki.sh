# shellcheck shell=bash disable=SC2034,SC2154 # variables shared with the other files
# The certificates of the lab: a root, an intermediate, and leaves for server.lab.test and a client. Made anew at each run,
# in a temporary folder, by openssl(1). Sourced by make-pcaps.sh.

pki= # the folder, once pki_make has run

# For each NAME: NAME.key, NAME.pem (the certificate) and NAME.chain (with the intermediate behind it).
pki_make()
{
    pki=$1
    mkdir -p "$pki"
    : >"$pki/index.txt"
    cat >"$pki/ca.cnf" <<END
[ca]
default_ca = lab
[lab]
database = $pki/index.txt
new_certs_dir = $pki
rand_serial = yes
unique_subject = no
default_md = sha256
policy = anything
email_in_dn = no
[anything]
organizationName = optional
commonName = supplied
END
    local ca='basicConstraints=critical,CA:TRUE
keyUsage=critical,keyCertSign,cRLSign
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid'
    local leaf='basicConstraints=CA:FALSE
keyUsage=critical,digitalSignature,keyEncipherment
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid'
    local for_server="$leaf
extendedKeyUsage=serverAuth
subjectAltName=DNS:server.lab.test"
    local for_client="$leaf
extendedKeyUsage=clientAuth"

    #         name      issuer       key      from  to    common name              extensions
    pki_issue root      root         ec       -300  3000  'Handlens Lab Root'         "$ca"
    pki_issue inter     root         ec       -200  1500  'Handlens Lab Intermediate' "$ca"
    pki_issue other     other        ec       -300  3000  'Somebody Else Root'        "$ca"
    pki_issue rsa       inter        rsa      -10   355   server.lab.test             "$for_server"
    pki_issue ecdsa     inter        ec       -10   355   server.lab.test             "$for_server"
    pki_issue ed25519   inter        ed25519  -10   355   server.lab.test             "$for_server"
    pki_issue expired   inter        rsa      -100  -10   server.lab.test             "$for_server"
    pki_issue wide      inter        rsa      -10   355   server.lab.test             "$for_server$(pki_many_names 900)"
    pki_issue self      self         rsa      -10   355   server.lab.test             "$for_server"
    pki_issue client    inter        ec       -10   355   'lab client'                "$for_client"
    pki_issue revoked   inter        rsa      -10   355   server.lab.test             "$for_server"
    pki_issue stapled   inter        rsa      -10   355   server.lab.test             "$for_server
tlsfeature=status_request"
    pki_issue misused   inter        rsa      -10   355   server.lab.test             "$for_client
subjectAltName=DNS:server.lab.test"
    pki_issue stranger  other        ec       -10   355   'unknown client'            "$for_client"
}

# pki_issue NAME ISSUER KEY FROM TO COMMON-NAME EXTENSIONS: days are counted from today; NAME its own ISSUER is self-signed.
pki_issue()
{
    local subject=$1 issuer=$2 key=$3 from=$4 to=$5 cn=$6 extensions=$7
    local self=()
    case $key in
    rsa) openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$pki/$subject.key" 2>>"$pki/log" ||
        openssl genrsa -out "$pki/$subject.key" 2048 2>>"$pki/log" ;;
    ec) openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$pki/$subject.key" 2>>"$pki/log" ;;
    ed25519) openssl genpkey -algorithm ED25519 -out "$pki/$subject.key" 2>>"$pki/log" ;;
    esac
    openssl req -new -key "$pki/$subject.key" -subj "/O=Handlens Lab/CN=$cn" -out "$pki/$subject.csr" 2>>"$pki/log"
    printf '%s\n' "$extensions" >"$pki/$subject.ext"
    if [ "$issuer" = "$subject" ]; then
        self=(-selfsign)
    else
        self=(-cert "$pki/$issuer.pem")
    fi
    openssl ca -batch -notext -config "$pki/ca.cnf" "${self[@]}" -keyfile "$pki/$issuer.key" \
        -startdate "$(pki_day "$from")" -enddate "$(pki_day "$to")" -extfile "$pki/$subject.ext" \
        -in "$pki/$subject.csr" -out "$pki/$subject.pem" 2>>"$pki/log"
    if [ "$issuer" = inter ]; then
        cat "$pki/$subject.pem" "$pki/inter.pem" >"$pki/$subject.chain"
    else
        cp "$pki/$subject.pem" "$pki/$subject.chain"
    fi
}

pki_day() { date -u -d "$1 days" +%y%m%d000000Z; }

pki_many_names()
{
    local i
    for ((i = 1; i <= $1; i++)); do
        printf ',DNS:host-%04d.lab.test' "$i"
    done
}

# pki_staple NAME FILE: an OCSP answer for the certificate, signed by its issuer, good for a week.
pki_staple()
{
    openssl ocsp -issuer "$pki/inter.pem" -cert "$pki/$1.pem" -no_nonce -reqout "$pki/$1.ocsp-request" >>"$pki/log" 2>&1
    openssl ocsp -index "$pki/index.txt" -CA "$pki/inter.pem" -rsigner "$pki/inter.pem" -rkey "$pki/inter.key" \
        -resp_no_certs -ndays 7 -reqin "$pki/$1.ocsp-request" -respout "$2" >>"$pki/log" 2>&1
}
