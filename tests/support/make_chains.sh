#!/bin/bash
# make_chains.sh - the certificates and CRLs of tests/unit/test_path.c, into tests/x509/certs.
#
# They were made once and are kept; their keys were thrown away. Run it again (from anywhere; it needs
# openssl and xxd) to make all of them anew, when a case needs one more. DER is put together here, in
# hex, so that what no tool would write can be signed as well; openssl makes keys and signatures only.
set -euo pipefail

out=$(cd "$(dirname "$0")/../x509/certs" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# --- DER in hex --------------------------------------------------------------

# der TAG HEX...: an element around what is given
der() {
    local tag=$1 body n
    shift
    body=$(printf '%s' "$@")
    n=$((${#body} / 2))
    if ((n < 128)); then printf '%s%02x%s' "$tag" $n "$body"
    elif ((n < 256)); then printf '%s81%02x%s' "$tag" $n "$body"
    else printf '%s82%04x%s' "$tag" $n "$body"; fi
}
text() { der "$1" "$(printf '%s' "$2" | xxd -p | tr -d '\n')"; } # text TAG TEXT
bits() { der 03 00 "$1"; }
name() { der 30 "$(der 31 "$(der 30 0603550403 "$(text 0c "$1")")")"; }
moment() { if ((${#1} == 15)); then text 18 "$1"; else text 17 "$1"; fi; } # 20260101000000Z, 260101000000Z

# --- keys --------------------------------------------------------------------

make_key() { # NAME KIND
    case $2 in
    ed25519) openssl genpkey -algorithm ed25519 -out "$1.key" ;;
    rsa*) openssl genpkey -algorithm rsa -pkeyopt "rsa_keygen_bits:${2#rsa}" -out "$1.key" 2>/dev/null ;;
    *) openssl genpkey -algorithm EC -pkeyopt "ec_paramgen_curve:$2" -out "$1.key" ;;
    esac
    openssl pkey -in "$1.key" -pubout -outform DER | xxd -p | tr -d '\n' >"$1.spki"
    xxd -r -p "$1.spki" | openssl dgst -sha256 -binary | head -c 8 | xxd -p >"$1.id"
}

ED25519=$(der 30 06032b6570)
ECDSA_SHA256=$(der 30 06082a8648ce3d040302)
ECDSA_SHA1=$(der 30 06072a8648ce3d0401)
RSA_SHA256=$(der 30 06092a864886f70d01010b0500)
UNKNOWN_ALG=$(der 30 06032a0304)

sign() { # KEY ALGORITHM HEX: the signature, in hex
    printf '%s' "$3" | xxd -r -p >tbs
    case $2 in
    "$ED25519") openssl pkeyutl -sign -rawin -in tbs -inkey "$1.key" ;;
    "$ECDSA_SHA1") openssl dgst -sha1 -sign "$1.key" tbs ;;
    *) openssl dgst -sha256 -sign "$1.key" tbs ;;
    esac | xxd -p | tr -d '\n'
}

pem() { # LABEL FILE HEX: appended
    {
        echo "-----BEGIN $1-----"
        printf '%s' "$3" | xxd -r -p | openssl base64
        echo "-----END $1-----"
    } >>"$2"
}

# --- extensions --------------------------------------------------------------

ext() { der 30 06 "$(printf '%02x' $((${#1} / 2)))" "$1" "${3:-}" "$(der 04 "$2")"; } # OID HEX [CRITICAL]
C=0101ff
BC_CA=$(ext 551d13 30030101ff $C)
BC_PL0=$(ext 551d13 30060101ff020100 $C)
BC_PL1=$(ext 551d13 30060101ff020101 $C)
BC_NOT=$(ext 551d13 3000 $C)
KU_CA=$(ext 551d0f 03020106 $C)
KU_CRL=$(ext 551d0f 03020102 $C)
KU_LEAF=$(ext 551d0f 03020780 $C)
KU_NOTHING=$(ext 551d0f 03020640 $C) # nonRepudiation
SERVER=06082b06010505070301
CLIENT=06082b06010505070302
EKU_SERVER=$(ext 551d25 "$(der 30 $SERVER)")
EKU_CLIENT=$(ext 551d25 "$(der 30 $CLIENT)")
EKU_ANY=$(ext 551d25 "$(der 30 0604551d2500)")
dns() { text 82 "$1"; }
san() { ext 551d11 "$(der 30 "$@")"; }
subtree() { der 30 "$1"; }
permitted() { ext 551d1e "$(der 30 "$(der a0 "$@")")" $C; }
excluded() { ext 551d1e "$(der 30 "$(der a1 "$@")")" $C; }

# --- certificates ------------------------------------------------------------

serial=1000
# cert FILE key=.. subject=.. by=(issuer's key) issuer=.. [from=.. until=.. alg=.. inner=.. version=.. ext=.. all=..]
# `ext` comes behind the key identifiers; `all` is the whole of [3] instead; `sig` a signature that is none.
cert() {
    local file=$1 key= subject= by= issuer= from=000101000000Z until=21000101000000Z alg=$ECDSA_SHA256 inner=
    local version=a003020102 ext= all= sig= ids=yes arg
    shift
    for arg; do local "$arg"; done
    : "${by:=$key}" "${issuer:=$subject}" "${inner:=$alg}"
    serial=$((serial + 1))
    if [ $ids = yes ]; then
        ext=$(ext 551d0e "$(der 04 "$(cat "$key.id")")")$(ext 551d23 "$(der 30 "$(der 80 "$(cat "$by.id")")")")$ext
    fi
    [ -n "$all" ] || all=$(der 30 "$ext")
    [ "$all" != 3000 ] && all=$(der a3 "$all") || all=
    local tbs
    tbs=$(der 30 $version "$(der 02 "$(printf '%04x' $serial)")" "$inner" "$(name "$issuer")" \
        "$(der 30 "$(moment "$from")" "$(moment "$until")")" "$(name "$subject")" "$(cat "$key.spki")" "$all")
    [ -n "$sig" ] || sig=$(sign "$by" "$alg" "$tbs")
    last=$(der 30 "$tbs" "$alg" "$(bits "$sig")")
    pem CERTIFICATE "$out/$file.pem" "$last"
}
leaf() { # FILE ...: from "Inter"
    local file=$1
    shift
    cert "$file" key=leaf subject=leaf.example by=inter issuer=Inter \
        ext="$KU_LEAF$EKU_SERVER$(san "$(dns leaf.example)")" "$@"
}
inter() { # FILE ...: "Inter", from "Root"
    local file=$1
    shift
    cert "$file" key=inter subject=Inter by=root issuer=Root ext="$BC_CA$KU_CA" "$@"
}
root() { # FILE NAME KEY ...
    local file=$1 name=$2 key=$3
    shift 3
    cert "$file" key="$key" subject="$name" ext="$BC_CA$KU_CA" "$@"
}

rm -f "$out"/*.pem
for key in root other old inter inter2 leaf evil a b pl sub; do make_key $key P-256; done
make_key edroot ed25519
make_key edinter ed25519
make_key rsa rsa2048
make_key weak rsa512
LEAF_EXT=$KU_LEAF$EKU_SERVER$(san "$(dns leaf.example)")

# The usual chain, its twins of other times, and roots.
root root Root root
root other-root "Other Root" other
inter inter
leaf leaf
leaf_serial=$(printf '%04x' $serial)
root root-expired Root root until=100101000000Z
root root-v1 Root root version= all=3000
inter inter-expired until=100101000000Z
inter inter-future from=20900101000000Z
inter inter-other by=other issuer="Other Root"
inter inter-self by=inter issuer=Inter # signs itself: a root that nobody knows
leaf leaf-expired until=100101000000Z
leaf leaf-future from=20900101000000Z
leaf leaf-2030 from=300101000000Z until=301231235959Z
inter inter-2029 from=290701000000Z until=300630235959Z
cert self-signed key=leaf subject=leaf.example ext="$LEAF_EXT"
cert leaf-by-root key=leaf subject=leaf.example by=root issuer=Root ext="$LEAF_EXT"
root anchor-old "Old Root" old until=200101000000Z
inter inter-old by=old issuer="Old Root"

# Cross-signed roots; two CAs that certify each other.
root root-by-other Root root by=other issuer="Other Root"
root other-by-root "Other Root" other by=root issuer=Root
cert a-by-b key=a subject=A by=b issuer=B ext="$BC_CA$KU_CA"
cert b-by-a key=b subject=B by=a issuer=A ext="$BC_CA$KU_CA"
cert leaf-a key=leaf subject=leaf.example by=a issuer=A ext="$LEAF_EXT"
cert b-by-root key=b subject=B by=root issuer=Root ext="$BC_CA$KU_CA"

# Path length: "PL" has 0 or 1; below it "Sub", or "PL" again with another key (self-issued: not counted).
cert pl0 key=pl subject=PL by=root issuer=Root ext="$BC_PL0$KU_CA"
cert pl1 key=pl subject=PL by=root issuer=Root ext="$BC_PL1$KU_CA"
cert sub key=sub subject=Sub by=pl issuer=PL ext="$BC_CA$KU_CA"
cert pl-self key=sub subject=PL by=pl issuer=PL ext="$BC_CA$KU_CA"
cert leaf-sub key=leaf subject=leaf.example by=sub issuer=Sub ext="$LEAF_EXT"
cert leaf-pl key=leaf subject=leaf.example by=pl issuer=PL ext="$LEAF_EXT"
cert leaf-pl-self key=leaf subject=leaf.example by=sub issuer=PL ext="$LEAF_EXT"
root root-pl0 Root root ext="$BC_PL0$KU_CA"

# What an issuer must be.
inter inter-no-bc ext="$KU_CA"
inter inter-not-ca ext="$BC_NOT$KU_CA"
inter inter-no-cert-sign ext="$BC_CA$KU_CRL"
inter inter-no-ku ext="$BC_CA"
inter inter-v1 version= all=3000
inter inter-eku-client ext="$BC_CA$KU_CA$EKU_CLIENT"
inter inter-eku-server ext="$BC_CA$KU_CA$EKU_SERVER"
inter inter-eku-any ext="$BC_CA$KU_CA$EKU_ANY"
inter inter-nc-permitted ext="$BC_CA$KU_CA$(permitted "$(subtree "$(dns example)")")"
inter inter-nc-other ext="$BC_CA$KU_CA$(permitted "$(subtree "$(dns other.test)")")"
inter inter-nc-excluded ext="$BC_CA$KU_CA$(excluded "$(subtree "$(dns leaf.example)")")"
inter inter-nc-not-critical ext="$BC_CA$KU_CA$(ext 551d1e "$(der 30 "$(der a0 "$(subtree "$(dns example)")")")")"
inter inter-bc-not-critical ext="$(ext 551d13 30030101ff)$KU_CA"
inter inter-no-ids ids=no
# A constructed [2] in the subtree, or in the name: not the same tag, the same name.
leaf leaf-constructed ext="$KU_LEAF$EKU_SERVER$(san "$(text a2 leaf.example)")"

# Extensions: unknown, known but not processed, broken, there twice.
inter inter-critical ext="$BC_CA$KU_CA$(ext 2a0304 0500 $C)"
inter inter-critical-known ext="$BC_CA$KU_CA$(ext 551d10 3000 $C)" # privateKeyUsagePeriod
inter inter-duplicate ext="$BC_CA$KU_CA$BC_CA"
inter inter-trailing ext="$BC_CA$KU_CA$(der 30 0603551d1e "$(der 04 3000)" 0500)" # behind extnValue
inter inter-broken-list ext="$BC_CA$KU_CA"0500
inter inter-broken-bc ext="$(ext 551d13 30040101ff $C)$KU_CA"
leaf leaf-critical ext="$LEAF_EXT$(ext 2a0304 0500 $C)"
leaf leaf-unknown ext="$LEAF_EXT$(ext 2a0304 0500)"
leaf leaf-poison ext="$LEAF_EXT$(ext 2b06010401d679020403 0500 $C)"
leaf leaf-poison-not-critical ext="$LEAF_EXT$(ext 2b06010401d679020403 0500)"
leaf leaf-aia-broken ext="$LEAF_EXT$(ext 2b06010505070101 3003)"

# The first certificate's own.
leaf leaf-client ext="$KU_LEAF$EKU_CLIENT$(san "$(dns leaf.example)")"
leaf leaf-no-eku ext="$KU_LEAF$(san "$(dns leaf.example)")"
leaf leaf-any-eku ext="$KU_LEAF$EKU_ANY$(san "$(dns leaf.example)")"
leaf leaf-no-use ext="$KU_NOTHING$EKU_SERVER$(san "$(dns leaf.example)")"
leaf leaf-ca ext="$BC_CA$KU_CA$EKU_SERVER$(san "$(dns leaf.example)")"
leaf leaf-no-san ext="$KU_LEAF$EKU_SERVER"
leaf leaf-bad-san ext="$KU_LEAF$EKU_SERVER$(san "$(dns leaf.example)" "$(dns 'not a name')")"
leaf leaf-v1 version= all=3000

# Signatures and keys.
leaf leaf-sha1 alg="$ECDSA_SHA1"
leaf leaf-mismatch inner="$ECDSA_SHA1"
leaf leaf-unknown-algorithm alg="$UNKNOWN_ALG"
leaf leaf-forged by=evil
leaf leaf-weak key=weak
cert inter-weak key=weak subject=Weak by=root issuer=Root ext="$BC_CA$KU_CA"
cert leaf-by-weak key=leaf subject=leaf.example by=weak issuer=Weak alg="$RSA_SHA256" ext="$LEAF_EXT"
cert inter-same-name key=evil subject=Inter by=root issuer=Root ext="$BC_CA$KU_CA" # the right name, another key
cert leaf-rsa key=leaf subject=leaf.example by=rsa issuer=RSA alg="$RSA_SHA256" ext="$LEAF_EXT"
cert inter-rsa key=rsa subject=RSA by=root issuer=Root ext="$BC_CA$KU_CA"
root edroot "Ed Root" edroot alg="$ED25519"
cert edinter key=edinter subject="Ed Inter" by=edroot issuer="Ed Root" alg="$ED25519" ext="$BC_CA$KU_CA"
cert edleaf key=edinter subject=leaf.example by=edinter issuer="Ed Inter" alg="$ED25519" ext="$LEAF_EXT"

# An impostor of the anchor: its DER with another key, and the signature as it was (CVE-2026-93302); and
# one that signs itself. What they certify.
root_der=$(openssl x509 -in "$out/root.pem" -outform DER | xxd -p | tr -d '\n')
pem CERTIFICATE "$out/impostor.pem" "${root_der/$(cat root.spki)/$(cat evil.spki)}"
root impostor-signed Root evil
cert leaf-by-impostor key=leaf subject=leaf.example by=evil issuer=Root ids=no ext="$LEAF_EXT"

# Many CAs of one name.
for i in $(seq 60); do
    make_key many P-256
    cert many key=many subject=M by=root issuer=Root ids=no ext="$BC_CA"
    make_key many ed25519
    cert edmany key=many subject=M by=root issuer=Root ids=no ext="$BC_CA"
done
cert leaf-many key=leaf subject=leaf.example by=many issuer=M ids=no alg="$ED25519" ext="$LEAF_EXT"
cert leaf-many-lost key=leaf subject=leaf.example by=edroot issuer=M ids=no alg="$ED25519" ext="$LEAF_EXT"

# --- CRLs of "Inter" -----------------------------------------------------------

crl() { # FILE KEY FROM UNTIL SERIAL [EXTENSIONS]
    local revoked= tbs
    [ -z "$5" ] || revoked=$(der 30 "$(der 30 "$(der 02 "$5")" "$(moment 250101000000Z)")")
    tbs=$(der 30 020101 "$ECDSA_SHA256" "$(name Inter)" "$(moment "$3")" "$(moment "$4")" "$revoked" \
        "$(der a0 "$(der 30 "$(ext 551d14 020101)" "${6:-}")")")
    pem "X509 CRL" "$out/$1.pem" "$(der 30 "$tbs" "$ECDSA_SHA256" "$(bits "$(sign "$2" "$ECDSA_SHA256" "$tbs")")")"
}
crl crl-good inter 000101000000Z 21000101000000Z 7fff
crl crl-empty inter 000101000000Z 21000101000000Z ""
crl crl-revoked inter 000101000000Z 21000101000000Z "$leaf_serial"
crl crl-expired inter 000101000000Z 250101000000Z "$leaf_serial"
crl crl-future inter 20900101000000Z 21000101000000Z "$leaf_serial"
crl crl-2026 inter 260101000000Z 261231235959Z "$leaf_serial"
crl crl-forged evil 000101000000Z 21000101000000Z "$leaf_serial"
crl crl-partial inter 000101000000Z 21000101000000Z "$leaf_serial" "$(ext 2a0304 0500 $C)"
crl crl-for-cas inter 000101000000Z 21000101000000Z "$leaf_serial" "$(ext 551d1c "$(der 30 8201ff)" $C)"
