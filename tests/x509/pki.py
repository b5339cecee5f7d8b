"""Certificates for tests, made by openssl(1): one folder, any number of CAs.

  pki = Pki(folder)
  root = pki.ca("root", pki.name("Root"))
  leaf = pki.issue("leaf", root, CN="www.example.test", extensions=LEAF + ["subjectAltName=DNS:www.example.test"])

Keys are made once a name. Dates are text as openssl takes it, 260101000000Z."""
import base64
import collections
import os
import subprocess

CA = ["basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign,cRLSign", "subjectKeyIdentifier=hash",
      "authorityKeyIdentifier=keyid"]
LEAF = ["basicConstraints=CA:FALSE", "keyUsage=critical,digitalSignature,keyEncipherment", "extendedKeyUsage=serverAuth",
        "subjectKeyIdentifier=hash", "authorityKeyIdentifier=keyid"]
KEYS = {
    "p256": ["EC", "ec_paramgen_curve:P-256"],
    "p384": ["EC", "ec_paramgen_curve:P-384"],
    "p192": ["EC", "ec_paramgen_curve:prime192v1"],
    "brainpool320": ["EC", "ec_paramgen_curve:brainpoolP320r1"],
    "rsa": ["RSA", "rsa_keygen_bits:2048"],
    "rsa512": ["RSA", "rsa_keygen_bits:512"],
    "rsa1024": ["RSA", "rsa_keygen_bits:1024"],
    "rsa8192": ["RSA", "rsa_keygen_bits:8192", "rsa_keygen_primes:5"],  # of five primes: made in a second
    "rsa-pss": ["RSA-PSS", "rsa_keygen_bits:2048"],
    "ed25519": ["ED25519"],
    "ed448": ["ED448"],
}
CONFIG = """[ca]
default_ca = lab
[lab]
database = $ENV::PKI_INDEX
serial = $ENV::PKI_FOLDER/serial
crlnumber = $ENV::PKI_FOLDER/crlnumber
new_certs_dir = $ENV::PKI_FOLDER/new
unique_subject = no
default_md = default
default_crl_days = 30
policy = anything
[anything]
commonName = optional
"""

Certificate = collections.namedtuple("Certificate", "name path key serial")  # paths of PEM files


class Pki:
    def __init__(self, folder):
        self.folder = folder
        self.serial = 0x4d5a0001
        os.mkdir(self.path("new"))
        self.write("ca.cnf", CONFIG)
        self.write("crlnumber", "01\n")

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, content):
        with open(self.path(name), "w" if isinstance(content, str) else "wb") as file:
            file.write(content)
        return self.path(name)

    def openssl(self, *arguments, data=None, index="index.txt"):
        env = dict(os.environ, PKI_FOLDER=self.folder, PKI_INDEX=self.path(index))
        p = subprocess.run(["openssl", *arguments], input=data, capture_output=True, env=env, timeout=60)
        if p.returncode != 0:
            raise RuntimeError("openssl %s: %s" % (" ".join(arguments), p.stderr.decode("utf8", "replace")))
        return p.stdout

    def key(self, name, kind="p256"):
        path = self.path(name + ".key")
        if not os.path.exists(path):
            algorithm, *options = KEYS[kind]
            self.openssl("genpkey", "-algorithm", algorithm, "-out", path, *[x for o in options for x in ("-pkeyopt", o)])
        return path

    def request(self, key):
        path = key + ".csr"
        if not os.path.exists(path):
            self.openssl("req", "-new", "-key", key, "-subj", "/CN=to be replaced", "-out", path)
        return path

    def issue(self, name, issuer, CN, *, extensions, begin="260101000000Z", end="261231235959Z", kind="p256", key=None,
              subject=None, options=(), serial=None):
        """`issuer` None: self-signed. `key`: the name of another certificate that has the same key."""
        key = self.key(key or name, kind)
        path = self.path(name + ".pem")
        if serial is None:
            serial = self.serial = self.serial + 1
        self.write("serial", "%X\n" % serial)
        self.write("index.txt", "")  # or it would refuse a serial number for the second time
        self.write("extensions", "\n".join(extensions) + "\n")
        signer = ["-selfsign", "-keyfile", key] if issuer is None else ["-cert", issuer.path, "-keyfile", issuer.key]
        self.openssl("ca", "-batch", "-notext", "-preserveDN", "-config", self.path("ca.cnf"), *signer, "-startdate", begin,
                     "-enddate", end, "-extfile", self.path("extensions"), "-subj", subject or "/O=Lab/CN=" + CN, "-multivalue-rdn",
                     "-in", self.request(key), "-out", path, *options)
        return Certificate(name, path, key, serial)

    def ca(self, name, issuer, CN, *, extensions=(), without=(), begin="200101000000Z", end="400101000000Z", **more):
        """A CA; `extensions` stand beside the usual ones, or instead of the one of the same name."""
        mine = replaced(CA, extensions, without)
        return self.issue(name, issuer, CN, extensions=mine, begin=begin, end=end, **more)

    def leaf(self, name, issuer, *, san="DNS:www.example.test", CN="www.example.test", extensions=(), without=(), **more):
        mine = replaced(LEAF + (["subjectAltName=" + san] if san else []), extensions, without)
        return self.issue(name, issuer, CN, extensions=mine, **more)

    def crl(self, name, issuer, serials=(), begin="260601000000Z", end="260701000000Z"):
        index = "".join("R\t301231235959Z\t260610000000Z,keyCompromise\t%X\tunknown\t/CN=x\n" % s for s in serials)
        self.write(name + ".index", index)
        path = self.path(name + ".crl.pem")
        self.openssl("ca", "-gencrl", "-config", self.path("ca.cnf"), "-cert", issuer.path, "-keyfile", issuer.key,
                     "-crl_lastupdate", begin, "-crl_nextupdate", end, "-out", path, index=name + ".index")
        return path

    def signed(self, name, tbs, issuer):
        """A certificate of these bytes, for what openssl does not want to make; `issuer` has an EC key."""
        algorithm = tlv(0x30, bytes.fromhex("06082a8648ce3d040302"))  # ecdsa-with-SHA256
        signature = self.openssl("dgst", "-sha256", "-sign", issuer.key, data=tbs)
        der = tlv(0x30, tbs + algorithm + tlv(0x03, b"\0" + signature))
        pem = "-----BEGIN CERTIFICATE-----\n%s-----END CERTIFICATE-----\n" % base64.encodebytes(der).decode()
        return Certificate(name, self.write(name + ".pem", pem), None, None)

    def chain(self, name, certificates):
        """A PEM file with these, in this order."""
        return self.write(name, b"".join(read(c.path) for c in certificates))

    def der(self, certificate):
        return self.openssl("x509", "-in", certificate.path, "-outform", "DER")

    def spki(self, key):
        return self.openssl("pkey", "-in", key, "-pubout", "-outform", "DER")


def replaced(usual, instead, without):
    def name_of(extension):
        return extension.partition("=")[0]
    gone = {name_of(e) for e in instead} | set(without)
    return [e for e in usual if name_of(e) not in gone] + list(instead)


def read(path):
    with open(path, "rb") as file:
        return file.read()


# ------------------------------------------------- DER, as much as the tests need
def tlv(tag, body):
    if len(body) < 0x80:
        return bytes([tag, len(body)]) + body
    length = len(body).to_bytes((len(body).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + body


def first_tlv(data):
    """The first element of `data`, whole, and its content."""
    length, at = data[1], 2
    if length & 0x80:
        at += length & 0x7f
        length = int.from_bytes(data[2:at], "big")
    return data[:at + length], data[at:at + length]


def elements(data):
    out = []
    while data:
        out.append(first_tlv(data)[0])
        data = data[len(out[-1]):]
    return out


def tbs_of(der):
    return first_tlv(first_tlv(der)[1])[0]


def as_extension(oid, value):
    return "%s=DER:%s" % (oid, value.hex(":"))
