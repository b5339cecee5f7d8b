#!/usr/bin/env python3
"""Chains as people install them, right and wrong, made with openssl and judged by `handlens decode`.

  HANDLENS=build/.../handlens chains.py [-v] [NAME...]

A row is a case: what is in the file, with which options it is judged, and what must come out: the verdict, the end
of the path, and every finding but certificate-profile, no more and no less. What is not a chain is a function."""
import base64
import collections
import hashlib
import json
import os
import random
import shutil
import struct
import subprocess
import sys
import tempfile

import pki as lab
from pki import as_extension, elements, first_tlv, read, tbs_of, tlv

HANDLENS = os.path.abspath(os.environ.get("HANDLENS", "handlens"))
NAME = "www.example.test"
NOW = "2026-06-15T12:00:00Z"
NOW_MS = 1781524800000
# No trust store of this machine, and nothing of its environment.
ENVIRONMENT = {k: v for k, v in os.environ.items() if not k.startswith("SSL_CERT_")}

EXPIRED, NOT_YET, MISMATCH = "certificate-expired", "certificate-not-yet-valid", "certificate-name-mismatch"
SELF_SIGNED, UNTRUSTED = "certificate-self-signed", "certificate-untrusted-issuer"
INCOMPLETE, WEAK, WRONG = "certificate-chain-incomplete", "certificate-weak", "certificate-signature-wrong"
PURPOSE, CONSTRAINT, MALFORMED = "certificate-wrong-purpose", "certificate-constraint-violated", "certificate-malformed"
UNVERIFIABLE, SOON, REVOKED = "certificate-unverifiable", "certificate-expires-soon", "certificate-revoked"
ORDER, TWICE, UNRELATED, ROOT_SENT = "chain-wrong-order", "chain-duplicate", "chain-unrelated", "chain-root-sent"
CRL, SCT, NOT_LOGGED = "crl-unusable", "sct-wrong", "certificate-not-logged"

# says: pieces of summaries. at: the certificate that a finding is about. options None: not even --at and --ca-file.
Row = collections.namedtuple("Row", "name file verdict end codes options says at", defaults=((), (), {}))


def run(*arguments, env=ENVIRONMENT):
    return subprocess.run([HANDLENS, *arguments], capture_output=True, timeout=60, env=env, stdin=subprocess.DEVNULL)


def expect(condition, *what):
    if not condition:
        raise AssertionError(" ".join(map(str, what)))


def documents(process):
    return [json.loads(line)["handlens"] for line in process.stdout.splitlines()]


def findings_of(document):
    return [f for f in document["findings"] if f["code"] != "certificate-profile"]


def judge(row, root):
    options = list(row.options)
    if not any(o.startswith(("--ca-file", "--ca-path", "--no-ca")) for o in options):
        options += ["--ca-file", root]
    if "--at" not in options:
        options += ["--at", NOW]
    p = run("decode", "--format", "json", *options, row.file)
    expect(p.returncode == 0 and not p.stderr, "status", p.returncode, p.stderr.decode())
    found = documents(p)
    expect(len(found) == 1, len(found), "documents")
    trust, findings = found[0]["certificates"]["trust"]["server"], findings_of(found[0])
    codes = sorted(f["code"] for f in findings)
    seen = (trust["verdict"], trust["end"], codes)
    expect(seen == (row.verdict, row.end, sorted(row.codes)), "\n   expected", (row.verdict, row.end, sorted(row.codes)),
           "\n   found   ", seen, *["\n   " + f["summary"] for f in findings])
    summaries = [f["summary"] for f in findings]
    for piece in row.says:
        expect(any(piece in s for s in summaries), repr(piece), "is in none of", summaries)
    for code, index in row.at.items():
        where = [f["evidence"][0].get("certificate") for f in findings if f["code"] == code]
        expect(index in where, code, "is about", where, "not about", index)


# ------------------------------------------------- the situations
class Situations:
    """What the rows share: a root, an intermediate, and a good leaf."""

    def __init__(self, folder):
        self.pki = pki = lab.Pki(folder)
        self.rows, self.files = [], 0
        self.root = pki.ca("root", None, "Root")
        self.inter = pki.ca("inter", self.root, "Intermediate")
        self.good = pki.leaf("good", self.inter)
        self.other = pki.ca("other", None, "Somebody Else")  # trusted by nobody
        self.other_inter = pki.ca("other-inter", self.other, "Somebody Else Intermediate")

    def file(self, *certificates):
        self.files += 1
        return self.pki.chain("%d.chain.pem" % self.files, certificates)

    def add(self, name, certificates, verdict, end, codes=(), options=(), says=(), at=None):
        self.rows.append(Row(name, self.file(*certificates), verdict, end, codes, options, says, at or {}))

    def trusted(self, name, certificates, codes=(), **more):
        self.add(name, certificates, "trusted", "anchored", codes, **more)

    def refused(self, name, certificates, codes, **more):
        self.add(name, certificates, "untrusted", "anchored", codes, **more)


def shape(s):
    pki, root, inter, good, other, other_inter = s.pki, s.root, s.inter, s.good, s.other, s.other_inter
    second = pki.ca("second", inter, "Second Intermediate")
    deep = pki.leaf("deep", second)
    with_url = pki.leaf("with-url", inter, extensions=["authorityInfoAccess=caIssuers;URI:http://ca.example.test/i.cer"])
    s.trusted("complete", [good, inter], options=["--host", NAME])
    s.trusted("complete, over two intermediates", [deep, second, inter])
    s.trusted("leaf of the root itself", [pki.leaf("direct", root)])
    s.trusted("root sent", [good, inter, root], [ROOT_SENT], says=['the root "Root" is sent'], at={ROOT_SENT: 2})
    s.add("intermediate missing", [good], "untrusted", "missing-issuer", [INCOMPLETE], says=["CN=Intermediate"],
          at={INCOMPLETE: 0})
    s.add("intermediate missing, it says where it is", [with_url], "untrusted", "missing-issuer", [INCOMPLETE],
          says=["http://ca.example.test/i.cer"])
    s.trusted("intermediate missing, but known", [good], [INCOMPLETE], options=["--intermediates", inter.path])
    s.trusted("wrong order", [deep, inter, second], [ORDER], at={ORDER: 1})
    s.trusted("wrong order, root in the middle", [good, root, inter], [ORDER, ROOT_SENT])
    s.trusted("intermediate twice", [good, inter, inter], [TWICE], says=["Intermediate"], at={TWICE: 2})
    s.trusted("leaf twice", [good, good, inter], [TWICE], at={TWICE: 1})
    s.trusted("a stranger's certificate", [good, inter, other], [UNRELATED], says=["Somebody Else"], at={UNRELATED: 2})
    s.trusted("a stranger's chain", [good, inter, other_inter, other], [UNRELATED], at={UNRELATED: 2})
    s.trusted("another leaf of the same CA", [good, inter, deep, second], [UNRELATED], at={UNRELATED: 2})
    alone = pki.leaf("alone", None)
    s.add("self-signed", [alone], "untrusted", "self-signed", [SELF_SIGNED], at={SELF_SIGNED: 0})
    s.trusted("self-signed, but trusted", [alone], options=["--ca-file", alone.path])
    s.trusted("the leaf itself is trusted", [good], options=["--ca-file", good.path])
    s.trusted("only the intermediate is trusted", [good, inter], options=["--ca-file", inter.path])
    private = pki.leaf("private", other_inter)
    s.add("private root, sent", [private, other_inter, other], "untrusted", "unknown-root", [UNTRUSTED, ROOT_SENT],
          says=["Somebody Else"], at={UNTRUSTED: 2})
    s.add("private root, not sent", [private, other_inter], "untrusted", "missing-issuer", [UNTRUSTED],
          says=["CN=Somebody Else"], at={UNTRUSTED: 1})
    s.add("leaf of a private root, not sent", [pki.leaf("private-direct", other)], "untrusted", "missing-issuer",
          [INCOMPLETE], says=["CN=Somebody Else"])
    s.add("nobody is trusted", [private, other_inter], "not-judged", "missing-issuer", options=["--no-ca"])
    s.add("nobody is trusted, self-signed", [alone], "not-judged", "self-signed", options=["--no-ca"])


def crossing(s):
    pki, root, good, inter = s.pki, s.root, s.good, s.inter
    new_root = pki.ca("new-root", None, "New Root")
    crossed = pki.ca("crossed", root, "New Root", key="new-root")
    below = pki.ca("below", new_root, "Below the New Root")
    leaf = pki.leaf("below-leaf", below)
    s.trusted("cross-signed root, by the old one", [leaf, below, crossed])
    s.trusted("cross-signed root, by the new one", [leaf, below, crossed], options=["--ca-file", new_root.path])
    s.trusted("cross-signed root, the new one sent too", [leaf, below, new_root, crossed])
    x = pki.ca("x", None, "X")
    y = pki.ca("y", x, "Y")
    x_of_y = pki.ca("x-of-y", y, "X", key="x")
    s.add("two CAs sign each other", [pki.leaf("xy", y), y, x_of_y], "untrusted", "missing-issuer", [UNTRUSTED])
    impostor = pki.ca("impostor", None, "Root")
    fake_inter = pki.ca("fake-inter", impostor, "Fake Intermediate")
    fake = pki.leaf("fake", fake_inter)
    s.add("impostor of the root, sent", [fake, fake_inter, impostor], "untrusted", "unknown-root", [UNTRUSTED, ROOT_SENT])
    s.refused("impostor of the root, not sent", [fake, fake_inter], [WRONG], at={WRONG: 1})
    s.refused("leaf signed by somebody else", [pki.leaf("forged", pki.ca("impostor-inter", s.other, "Intermediate")), inter],
              [WRONG], at={WRONG: 0})
    s.trusted("a good chain with an impostor in it", [good, inter, pki.ca("impostor2", None, "Intermediate")],
              ["chain-unrelated"], at={"chain-unrelated": 2})
    old = pki.ca("twin-old", root, "Twin", end="260101000000Z")
    twin = pki.ca("twin-new", root, "Twin", key="twin-old")
    twins_leaf = pki.leaf("twins", old)
    s.trusted("expired intermediate with a valid twin", [twins_leaf, old, twin])
    s.trusted("valid twin among the known intermediates", [twins_leaf, old], [INCOMPLETE],
              options=["--intermediates", twin.path])


def dates(s):
    pki, root, inter = s.pki, s.root, s.inter
    leaf = pki.leaf("expired", inter, end="260521115959Z")
    s.refused("leaf expired", [leaf, inter], [EXPIRED], says=["25 days", "2026-05-21"], at={EXPIRED: 0})
    s.trusted("in the last second", [leaf, inter], [SOON], options=["--at", "2026-05-21T11:59:59Z"])
    s.refused("a second later", [leaf, inter], [EXPIRED], options=["--at", "2026-05-21T12:00:00Z"], says=["1 second "])
    old = pki.ca("inter-expired", root, "Old Intermediate", end="250615120000Z")
    s.refused("intermediate expired", [pki.leaf("of-old", old), old], [EXPIRED],
              says=['the intermediate "Old Intermediate"', "1 year", "2025-06-15"], at={EXPIRED: 1})
    old_root = pki.ca("root-expired", None, "Old Root", end="260614120000Z")
    s.refused("root expired", [pki.leaf("of-old-root", old_root)], [EXPIRED], options=["--ca-file", old_root.path],
              says=['the root "Old Root"', "1 day ", "2026-06-14"], at={EXPIRED: None})
    s.refused("not yet valid", [pki.leaf("early", inter, begin="260615150000Z"), inter], [NOT_YET],
              says=["3 hours", "2026-06-15"], at={NOT_YET: 0})
    s.refused("in the first second", [s.good, inter], [NOT_YET], options=["--at", "2025-12-31T23:59:59Z"])
    s.trusted("expires in a week", [pki.leaf("week", inter, end="260622120000Z"), inter], [SOON], says=["in 7 days"],
              at={SOON: 0})
    s.trusted("expires in a month, after a year", [pki.leaf("month", inter, begin="250716000000Z", end="260716000000Z"), inter])
    s.trusted("half of a short lifetime is left", [pki.leaf("short", inter, begin="260612000000Z", end="260618000000Z"), inter])
    s.refused("leaf and root expired", [pki.leaf("of-old-root2", old_root, end="260601000000Z")], [EXPIRED, EXPIRED],
              options=["--ca-file", old_root.path])
    for at in ("2026-06-15", "2026-06-15T12:00:00", "2026-06-15 12:00:00", "@1781524800"):
        s.trusted("--at " + at, [s.good, inter], options=["--at", at])
    long = pki.leaf("long", inter, begin="200101000000Z", end="391231235959Z")
    s.trusted("--at now", [long, inter], options=["--at", "now"])


def algorithms(s):
    pki, root, inter = s.pki, s.root, s.inter
    rsa = pki.ca("rsa-inter", root, "RSA Intermediate", kind="rsa")
    for md in ("sha1", "md5"):
        s.refused("leaf signed with %s" % md, [pki.leaf("rsa-" + md, rsa, key="good", options=["-md", md]), rsa], [WEAK],
                  says=["SHA-1" if md == "sha1" else "MD5"], at={WEAK: 0})
    sha1_inter = pki.ca("sha1-inter", root, "SHA-1 Intermediate", options=["-md", "sha1"])
    s.refused("intermediate signed with sha1", [pki.leaf("of-sha1", sha1_inter), sha1_inter], [WEAK], at={WEAK: 1})
    sha1_root = pki.ca("sha1-root", None, "SHA-1 Root", options=["-md", "sha1"])
    s.trusted("root signed with sha1", [pki.leaf("of-sha1-root", sha1_root)], options=["--ca-file", sha1_root.path])
    s.trusted("RSA of 1024 bits", [pki.leaf("rsa1024", inter, kind="rsa1024"), inter], [WEAK], says=["1024 bits"], at={WEAK: 0})
    s.refused("RSA of 512 bits", [pki.leaf("rsa512", inter, kind="rsa512"), inter], [WEAK], at={WEAK: 0})
    s.refused("P-192", [pki.leaf("p192", inter, kind="p192"), inter], [WEAK], at={WEAK: 0})
    weak = pki.ca("rsa1024-inter", root, "Weak Intermediate", key="rsa1024")
    s.trusted("RSA of 1024 bits in the intermediate", [pki.leaf("of-weak", weak), weak], [WEAK], at={WEAK: 1})
    pss = ["-sigopt", "rsa_padding_mode:pss", "-sigopt"]
    for name, kind, options in (
            ("Ed25519", "ed25519", []), ("Ed448", "ed448", []), ("P-384 with SHA-384", "p384", ["-md", "sha384"]),
            ("P-256 with SHA3-256", "p256", ["-md", "sha3-256"]),
            ("RSA with SHA-512", "rsa", ["-md", "sha512"]), ("RSA-PSS, an RSA-PSS key", "rsa-pss", []),
            ("RSA-PSS, an RSA key", "rsa", pss + ["rsa_pss_saltlen:32", "-md", "sha256"]),
            ("RSA-PSS, long salt", "rsa", pss + ["rsa_pss_saltlen:max", "-md", "sha384"])):
        pki.key(kind + "-root", kind)
        a_root = pki.ca(name + " root", None, name, key=kind + "-root", options=options)
        s.trusted("signed with " + name, [pki.leaf(name + " leaf", a_root, key="good", options=options)],
                  options=["--ca-file", a_root.path])
    for kind in ("brainpool320", "rsa8192"):
        ca = pki.ca(kind + "-inter", root, kind, kind=kind)
        s.add("cannot be checked: " + kind, [pki.leaf(kind + "-leaf", ca, key="good"), ca], "unverifiable", "anchored",
              [UNVERIFIABLE], at={UNVERIFIABLE: 0})
    s.refused("cannot be checked, and expired", [pki.leaf("rsa8192-expired", ca, key="good", end="260601000000Z"), ca],
              [UNVERIFIABLE, EXPIRED])
    ca = pki.ca("private8192", s.other, "Private", key="rsa8192-inter")
    s.add("cannot be checked, and of a private root", [pki.leaf("of-private8192", ca), ca], "untrusted", "missing-issuer",
          [UNVERIFIABLE, UNTRUSTED])


def constraints(s):
    pki, root, inter = s.pki, s.root, s.inter

    def below(name, codes, extensions=(), without=(), at=1, **leaf):
        ca = pki.ca(name, root, "Intermediate " + name, extensions=extensions, without=without)
        certificates = [pki.leaf(name + " leaf", ca, **leaf), ca]
        if codes:
            s.refused(name, certificates, codes, at={codes[0]: at})
        else:
            s.trusted(name, certificates)

    below("no basicConstraints", [CONSTRAINT], without=["basicConstraints"])
    below("CA FALSE", [CONSTRAINT], ["basicConstraints=critical,CA:FALSE"])
    below("no keyCertSign", [CONSTRAINT], ["keyUsage=critical,cRLSign"])
    below("no keyUsage", [], without=["keyUsage"])
    below("no EKU for servers", [PURPOSE], ["extendedKeyUsage=clientAuth,emailProtection"])
    below("EKU for servers", [], ["extendedKeyUsage=clientAuth,serverAuth"])
    below("any EKU", [], ["extendedKeyUsage=anyExtendedKeyUsage"])
    narrow = pki.ca("narrow", root, "No CA below", extensions=["basicConstraints=critical,CA:TRUE,pathlen:0"])
    under = pki.ca("under", narrow, "Below")
    s.trusted("pathlen 0, a leaf below", [pki.leaf("narrow-leaf", narrow), narrow])
    s.refused("pathlen 0, a CA below", [pki.leaf("under-leaf", under), under, narrow], [CONSTRAINT], at={CONSTRAINT: 2})
    s.refused("a leaf issues", [pki.leaf("of-leaf", s.good, CN="below"), s.good, inter], [CONSTRAINT, CONSTRAINT],
              at={CONSTRAINT: 1})
    for usage, codes in (("clientAuth", [PURPOSE]), ("codeSigning,emailProtection", [PURPOSE]), ("serverAuth,clientAuth", []),
                         ("anyExtendedKeyUsage", [])):
        s.add("EKU " + usage, [pki.leaf("eku " + usage, inter, extensions=["extendedKeyUsage=" + usage]), inter],
              "untrusted" if codes else "trusted", "anchored", codes, at={c: 0 for c in codes})
    s.trusted("no EKU", [pki.leaf("no-eku", inter, without=["extendedKeyUsage"]), inter])
    s.refused("keyUsage for signing CRLs only", [pki.leaf("ku", inter, extensions=["keyUsage=critical,cRLSign"]), inter],
              [PURPOSE], at={PURPOSE: 0})
    for form, good, bad in (
            ("permitted;DNS:example.test", "DNS:www.example.test", "DNS:www.example.org"),
            ("permitted;DNS:example.test", "DNS:example.test", "DNS:badexample.test"),
            ("excluded;DNS:bad.test", "DNS:www.example.test", "DNS:www.bad.test"),
            ("permitted;IP:192.0.2.0/255.255.255.0", "IP:192.0.2.9", "IP:198.51.100.1"),
            ("excluded;IP:192.0.2.0/255.255.255.0", "IP:198.51.100.1", "IP:192.0.2.9"),
            ("permitted;email:example.test", "DNS:a.test,email:me@example.test", "email:me@example.org"),
            ("excluded;email:.example.test", "email:me@example.test", "email:me@mail.example.test")):
        ca = pki.ca("nc %d" % len(s.rows), root, "Constrained %d" % len(s.rows), extensions=["nameConstraints=critical," + form])
        for san, codes in ((good, []), (bad, [CONSTRAINT])):
            s.add("names %s: %s" % (form, san), [pki.leaf("nc %d" % len(s.rows) + san[:3], ca, san=san), ca],
                  "untrusted" if codes else "trusted", "anchored", codes, at={c: 0 for c in codes},
                  says=['by the intermediate "Constrained '] if codes else ())
    for form, codes in (("permitted", []), ("excluded", [CONSTRAINT])):
        ca = pki.ca("dir " + form, root, "Constrained " + form, extensions=[
            "nameConstraints=critical,%s;dirName:only" % form, "[only]", "O=Lab"])
        s.add("names %s dirName" % form, [pki.leaf("dn " + form, ca), ca], "untrusted" if codes else "trusted", "anchored", codes)
    ca = pki.ca("dir other", root, "Constrained otherwise", extensions=[
        "nameConstraints=critical,permitted;dirName:only", "[only]", "O=Another"])
    s.refused("names permitted dirName, another", [pki.leaf("dn other", ca), ca], [CONSTRAINT], at={CONSTRAINT: 0})


def oddities(s):
    pki, inter = s.pki, s.inter

    def odd(name, codes, at=0, **more):
        certificates = [pki.leaf("odd " + name, inter, **more), inter]
        s.add(name, certificates, "untrusted" if codes else "trusted", "anchored", codes, at={c: at for c in codes})

    odd("unknown critical extension", [MALFORMED], extensions=["1.2.3.4=critical,DER:05:00"])
    odd("unknown extension", [], extensions=["1.2.3.4=DER:05:00"])
    odd("poison of a precertificate", [MALFORMED], extensions=["1.3.6.1.4.1.11129.2.4.3=critical,DER:05:00"])
    odd("SAN that is no SEQUENCE", [MALFORMED], san=None, extensions=["subjectAltName=DER:02:01:05"])
    odd("SAN cut short", [MALFORMED], san=None, extensions=["subjectAltName=DER:30:08:82:06:61"])
    odd("SAN with bytes behind it", [MALFORMED], san=None,
        extensions=["subjectAltName=DER:%s:00" % tlv(0x30, tlv(0x82, b"a.test")).hex(":")])
    odd("must-staple, in a file", [], extensions=["tlsfeature=status_request"])
    odd("no SAN", [], san=None)
    *fields, extensions = elements(first_tlv(tbs_of(pki.der(s.good)))[1])
    extensions = elements(first_tlv(first_tlv(extensions)[1])[1])
    for name, more, codes in (("none", [], []), ("SAN", extensions[-1:], [MALFORMED]),
                              ("basicConstraints", extensions[:1], [MALFORMED])):
        tbs = tlv(0x30, b"".join(fields) + tlv(0xa3, tlv(0x30, b"".join(extensions + more))))
        s.add("extension twice: " + name, [pki.signed("twice " + name, tbs, inter), inter],
              "untrusted" if codes else "trusted", "anchored", codes, says=["stands in it twice"] if codes else ())


def host_names(s):
    pki, inter = s.pki, s.inter
    certificates = {}

    def host(asked, san, codes=(), CN="no name", says=()):
        if (san, CN) not in certificates:
            certificates[san, CN] = pki.leaf("host %d" % len(certificates), inter, san=san, CN=CN, key="good")
        s.trusted("host %s, %s" % (asked, san or "CN=" + CN), [certificates[san, CN], inter], codes, options=["--host", asked],
                  says=says, at={c: 0 for c in codes})

    no = [MISMATCH]
    host("www.example.test", "DNS:www.example.test")
    host("WWW.Example.TEST", "DNS:www.example.test")
    host("www.example.test.", "DNS:www.example.test")
    host("example.test", "DNS:www.example.test", no, says=["not for example.test: it is for www.example.test"])
    host("a.example.test", "DNS:a.test,DNS:b.test,DNS:c.test,DNS:d.test,DNS:e.test", no,
         says=["it is for a.test, b.test, c.test and 2 more"])
    host("www.example.test", "DNS:*.example.test")
    host("a.b.example.test", "DNS:*.example.test", no)
    host("example.test", "DNS:*.example.test", no)
    host("www.example.test", "DNS:w*.example.test", no)
    host("www.example.test", "DNS:www.*.test", no)
    host("example.test", "DNS:*.test", no)
    host("192.0.2.1", "IP:192.0.2.1")
    host("192.0.2.1", "IP:192.0.2.2", no)
    host("192.0.2.1", "DNS:192.0.2.1", no)
    host("2001:db8::1", "IP:2001:db8:0:0:0:0:0:1")
    host("[2001:db8::1]", "IP:2001:db8:0:0:0:0:0:1")
    host("xn--mnchen-3ya.example.test", "DNS:xn--mnchen-3ya.example.test")
    host("XN--MNCHEN-3YA.example.test", "DNS:xn--mnchen-3ya.example.test")
    host("xn--mnchen-3ya.example.test", "DNS:*.example.test")
    host("www.example.test", None, no, CN="www.example.test", says=["its common name matches, which does not count"])
    host("www.example.test", "DNS:other.test", no, CN="www.example.test", says=["common name"])
    host("www.example.test", "email:me@example.test", no, says=["no DNS name and no IP address"])
    host("www.example.test", None, no)
    s.refused("host, and expired", [pki.leaf("host-expired", inter, end="260601000000Z"), inter], [EXPIRED, MISMATCH],
              options=["--host", "other.test"])


def revocation(s):
    pki, inter = s.pki, s.inter
    leaf = pki.leaf("revocable", inter, serial=0x4d5aff01)
    other_inter = pki.ca("inter-namesake", s.other, "Intermediate")
    good, revoked = pki.crl("good", inter), pki.crl("revoked", inter, [0x4d5aff01, 0x4d5aff02])
    s.trusted("CRL: good", [leaf, inter], options=["--crl", good])
    s.refused("CRL: revoked", [leaf, inter], [REVOKED], options=["--crl", revoked], at={REVOKED: 0})
    s.refused("CRL: revoked, in DER", [leaf, inter], [REVOKED], options=[
        "--crl", pki.write("revoked.der", pki.openssl("crl", "-in", revoked, "-outform", "DER"))])
    s.refused("CRL: good says one, revoked the other", [leaf, inter], [REVOKED], options=["--crl", good, "--crl", revoked])
    s.trusted("CRL: expired", [leaf, inter], [CRL], options=[
        "--crl", pki.crl("old", inter, [0x4d5aff01], begin="260401000000Z", end="260501000000Z")], says=["a newer one was due"])
    s.trusted("CRL: of tomorrow", [leaf, inter], [CRL], options=[
        "--crl", pki.crl("early", inter, [0x4d5aff01], begin="260616000000Z", end="260701000000Z")])
    s.trusted("CRL: of somebody else", [leaf, inter], options=["--crl", pki.crl("else", s.other, [0x4d5aff01])])
    s.trusted("CRL: forged", [leaf, inter], [CRL], options=["--crl", pki.crl("forged", other_inter, [0x4d5aff01])],
              says=["not of the issuer's key"])
    root_crl = pki.crl("inter-revoked", s.root, [inter.serial])
    s.refused("CRL: intermediate revoked", [leaf, inter], [REVOKED], options=["--crl", root_crl], at={REVOKED: 1})


# ------------------------------------------------- Certificate Transparency (RFC 6962)
class Log:
    def __init__(self, pki, name, kind="p256"):
        self.pki, self.name, self.key = pki, name, pki.key(name, kind)
        self.algorithm = b"\4\1" if kind == "rsa" else b"\4\3"  # SHA-256 with RSA, with ECDSA
        self.spki = pki.spki(self.key)
        self.id = hashlib.sha256(self.spki).digest()

    def sct(self, tbs, issuer, timestamp=NOW_MS - 1000, spoil=False):
        issuer_hash = hashlib.sha256(self.pki.spki(issuer.key)).digest()
        signed = struct.pack(">BBQH", 0, 0, timestamp, 1) + issuer_hash + len(tbs).to_bytes(3, "big") + tbs + b"\0\0"
        signature = self.pki.openssl("dgst", "-sha256", "-sign", self.key, data=signed + b"!" * spoil)
        sct = b"\0" + self.id + struct.pack(">QH", timestamp, 0) + self.algorithm + struct.pack(">H", len(signature)) + signature
        return struct.pack(">H", len(sct)) + sct

    def as_json(self):
        return {"description": self.name, "log_id": base64.b64encode(self.id).decode(),
                "key": base64.b64encode(self.spki).decode(), "url": "https://log.example.test/", "mmd": 86400,
                "state": {"usable": {"timestamp": "2026-01-01T00:00:00Z"}}}


def timestamps(s):
    pki, inter = s.pki, s.inter
    log, rsa_log, unknown = Log(pki, "log"), Log(pki, "rsa-log", "rsa"), Log(pki, "unknown-log")
    logs = pki.write("logs.json", json.dumps({
        "version": "3.1", "log_list_timestamp": "2026-06-01T00:00:00Z",
        "operators": [{"name": "Lab", "email": ["log@example.test"], "logs": [log.as_json(), rsa_log.as_json()],
                       "tiled_logs": []}]}))
    extensions = ["certificatePolicies=2.23.140.1.2.1"]
    serial = 0x4d5ac701
    tbs = tbs_of(pki.der(pki.leaf("logged-before", inter, extensions=extensions, key="good", serial=serial)))

    def logged(name, *scts):
        scts = b"".join(scts)
        value = tlv(0x04, struct.pack(">H", len(scts)) + scts)
        return pki.leaf("logged " + name, inter, key="good", serial=serial,
                        extensions=extensions + [as_extension("1.3.6.1.4.1.11129.2.4.2", value)])

    given = ["--ct-logs", logs]
    one, wrong = log.sct(tbs, inter), log.sct(tbs, inter, spoil=True)
    leaf = logged("once", one)
    s.trusted("SCT: verified", [leaf, inter], options=given)
    s.trusted("SCT: no list of logs", [leaf, inter])
    s.trusted("SCT: of an RSA log", [logged("rsa", rsa_log.sct(tbs, inter)), inter], options=given)
    s.trusted("SCT: two logs", [logged("two", one, rsa_log.sct(tbs, inter)), inter], options=given)
    s.trusted("SCT: wrong signature", [logged("wrong", wrong), inter], [SCT, NOT_LOGGED], options=given,
              says=["timestamp of log"], at={SCT: 0})
    s.trusted("SCT: one of two is wrong", [logged("half", one, wrong), inter], [SCT], options=given)
    s.trusted("SCT: of another certificate", [logged("other", log.sct(tbs + b"\0", inter)), inter], [SCT, NOT_LOGGED],
              options=given)
    s.trusted("SCT: of another issuer", [logged("issuer", log.sct(tbs, s.root)), inter], [SCT, NOT_LOGGED], options=given)
    s.trusted("SCT: of the future", [logged("future", log.sct(tbs, inter, NOW_MS + 86400000)), inter], [SCT, NOT_LOGGED],
              options=given, says=["future"])
    s.trusted("SCT: unknown log", [logged("unknown", unknown.sct(tbs, inter)), inter], [NOT_LOGGED], options=given)
    s.trusted("SCT: none", [s.good, inter], [NOT_LOGGED], options=given, says=["no timestamp of a known log"])
    s.add("SCT: issuer not known", [leaf], "untrusted", "missing-issuer", [INCOMPLETE], options=given)
    s.add("SCT: issuer not trusted", [leaf, inter], "untrusted", "missing-issuer", [UNTRUSTED],
          options=given + ["--ca-file", s.other.path])


# ------------------------------------------------- files, options, exit status
def decode(s, *arguments, status=0, errors=0, options=True, env=ENVIRONMENT):
    usual = ["--ca-file", s.root.path, "--at", NOW] if options else []
    p = run("decode", "--format", "json", *usual, *arguments, env=env)
    expect(p.returncode == status and len(p.stderr.splitlines()) == errors, "status", p.returncode, p.stderr.decode())
    return documents(p)


def pem_with_other_things(s):
    text = b"subject=CN = the leaf\n  comment\n" + read(s.good.path) + read(s.good.key) + b"# issuer:\n" + read(s.inter.path)
    for name, bundle in (("plain", text), ("CRLF", text.replace(b"\n", b"\r\n")), ("CR at the end", text.rstrip() + b"\r"),
                         ("BOM", b"\xef\xbb\xbf" + text), ("no last newline", text.rstrip())):
        found = decode(s, s.pki.write("bundle.pem", bundle))
        expect(len(found) == 1 and len(found[0]["certificates"]["server"]) == 2, name, len(found))
        expect(found[0]["certificates"]["trust"]["server"]["verdict"] == "trusted", name)


def one_line_pem(s):
    lines = read(s.good.path).split(b"\n")
    found = decode(s, s.pki.write("one-line.pem", lines[0] + b"\n" + b"".join(lines[1:-2]) + b"\n" + lines[-2] + b"\n"))
    expect(len(found) == 1, len(found))


def der_is_read(s):
    found = decode(s, s.pki.write("good.der", s.pki.der(s.good)), "--intermediates",
                   s.pki.write("inter.der", s.pki.der(s.inter)))
    expect(found[0]["certificates"]["trust"]["server"]["verdict"] == "trusted", found)
    sha256 = s.pki.openssl("x509", "-in", s.good.path, "-noout", "-fingerprint", "-sha256").decode().partition("=")[2]
    expect(found[0]["certificates"]["server"][0]["sha256"] == sha256.replace(":", "").strip().lower(), "another SHA-256")


def unrelated_certificates_are_told_one_by_one(s):
    found = decode(s, s.file(s.good, s.other))
    expect(len(found) == 2, len(found), "documents")
    expect([d["certificates"]["trust"]["server"]["verdict"] for d in found] == ["untrusted", "untrusted"], found)
    expect([d["findings"][0]["code"] for d in found] == [INCOMPLETE, "certificate-untrusted-issuer"], [d["findings"][0]["code"] for d in found])


def other_kinds_of_files(s):
    pki = s.pki
    pki.openssl("req", "-new", "-key", s.good.key, "-subj", "/CN=asked.test", "-addext", "subjectAltName=DNS:asked.test",
                "-out", pki.path("asked.csr"))
    crl = pki.crl("kinds", s.inter, [0x4d5aff09])
    pki.write("ocsp.index", "V\t301231235959Z\t\t%X\tunknown\t/CN=x\n" % s.good.serial)
    pki.openssl("ocsp", "-issuer", s.inter.path, "-cert", s.good.path, "-no_nonce", "-reqout", pki.path("ocsp.req"))
    pki.openssl("ocsp", "-index", pki.path("ocsp.index"), "-CA", s.inter.path, "-rsigner", s.inter.path, "-rkey", s.inter.key,
                "-resp_no_certs", "-ndays", "7", "-reqin", pki.path("ocsp.req"), "-respout", pki.path("ocsp.der"))
    serial = "%x" % s.good.serial
    for kind, file, pieces in (("certificate_request", pki.path("asked.csr"), ["asked.test"]),
                               ("crl", crl, ['"entries": 1', "CN=Intermediate"]),
                               ("ocsp_response", pki.path("ocsp.der"), [serial])):
        command = {"certificate_request": "req", "crl": "crl"}.get(kind)
        files = [file]
        if command:
            files.append(pki.write(kind + ".der", pki.openssl(command, "-in", file, "-outform", "DER")))
        for one in files:
            found = decode(s, one)
            expect(len(found) == 1 and list(found[0]) == [kind], one, found)
            for piece in pieces:
                expect(piece in json.dumps(found), kind, "does not say", piece, found)


def all_kinds_in_one_file(s):
    bundle = read(s.good.path) + read(s.pki.crl("mixed", s.inter)) + read(s.inter.path) + read(s.pki.request(s.good.key))
    found = [next(k for k in ("certificates", "crl", "certificate_request") if k in d)
             for d in decode(s, s.pki.write("mixed.pem", bundle))]
    expect(found == ["certificates", "crl", "certificates", "certificate_request"], found)


def two_hundred_certificates(s):
    leaves = [s.pki.leaf("many %d" % i, s.inter, key="good", san="DNS:%d.test" % i) for i in range(5)]
    found = decode(s, s.file(*(leaves * 40)), "--intermediates", s.inter.path)
    expect(sum(len(d["certificates"]["server"]) for d in found) == 200, len(found), "documents")
    expect(all(d["certificates"]["trust"]["server"]["verdict"] == "trusted" for d in found), "not all are trusted")


def nothing_to_decode(s):
    noise = random.Random(1).randbytes(1 << 20)
    for name, content in (("empty", b""), ("noise", noise), ("text", b"hello\n"), ("key only", read(s.good.key)),
                          ("a PEM label only", b"-----BEGIN CERTIFICATE-----\n"),
                          ("noise in PEM", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
                          ("a SEQUENCE", b"\x30\x00"), ("large SEQUENCE of noise", tlv(0x30, noise))):
        found = decode(s, s.pki.write("nothing", content), status=2, errors=1)
        expect(found == [], name, found)


def a_broken_block_is_counted(s):
    broken = read(s.good.path) + b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    p = run("decode", "--format", "json", "--no-ca", s.pki.write("broken.pem", broken))
    expect(p.returncode == 2 and len(documents(p)) == 1, p.returncode, p.stderr)
    expect(p.stderr.count(b"\n") == 1 and b"1 block in it cannot be read" in p.stderr, p.stderr)


def der_cut_short_is_shown_up_to_the_cut(s):
    der = s.pki.der(s.good)
    for length in (len(der) - 1, len(der) - 20, len(der) // 2, 40):
        p = run("decode", "--format", "json", "--no-ca", s.pki.write("cut.der", der[:length]))
        expect(p.returncode == 0 and len(documents(p)) == 1, length, p.returncode, p.stderr)
        expect("fault" in documents(p)[0]["certificates"]["server"][0], length, documents(p))
        expect(MALFORMED in [f["code"] for f in documents(p)[0]["findings"]], length, documents(p))


def files_that_cannot_be_read(s):
    good = s.file(s.good, s.inter)
    missing, text = s.pki.path("is-not-there"), s.pki.write("text", b"hello\n")
    for option in ("--ca-file", "--ca-path", "--intermediates", "--crl", "--ct-logs"):
        for file in (missing, text) if option != "--ca-path" else (missing,):
            p = run("decode", option, file, good)
            expect(p.returncode == 2 and p.stderr.count(b"\n") == 1 and not p.stdout, option, file, p.returncode, p.stderr)
            expect(os.path.basename(file).encode() in p.stderr, option, "does not name the file:", p.stderr)
    for file in (missing, s.pki.folder):
        p = run("decode", "--no-ca", file)
        expect(p.returncode == 2 and p.stderr.count(b"\n") == 1, file, p.returncode, p.stderr)
    found = decode(s, missing, good, status=2, errors=1)
    expect(len(found) == 1, "the other file was not read")


def malformed_options(s):
    good = s.file(s.good)
    for option, values in (("--at", ("tomorrow", "", "2026", "2026-13-01", "2026-02-30", "2026-06-15T25:00:00", "2026-06-15T12",
                                     "2026-06-15T12:00:00+02:00", "@", "@x", "@99999999999999999999", "15.6.2026",
                                     "2026-06-15Tjunk", "2026-6-1x")),
                           ("--host", ("", "a b", "a..b", "x" * 300, "*.example.test", "http://www.example.test/")),
                           ("--fail-on", ("", "bad", "High"))):
        for value in values:
            p = run("decode", option, value, good)
            expect(p.returncode == 2 and p.stderr.count(b"\n") == 1 and not p.stdout, option, repr(value), p.returncode, p.stderr)


def trust_stores(s):
    good = s.file(s.good, s.inter)
    folder = s.pki.path("store")
    os.mkdir(folder)
    shutil.copy(s.root.path, folder)
    shutil.copy(s.good.key, folder)
    shutil.copy(s.other.path, os.path.join(folder, "other.crt"))

    def verdict(*options, **env):
        found = decode(s, "--at", NOW, *options, good, options=False, env=dict(ENVIRONMENT, **env))
        return found[0]["certificates"]["trust"]["server"]["verdict"]

    expect(verdict("--ca-path", folder) == "trusted", "--ca-path")
    expect(verdict("--ca-file", s.other.path) == "untrusted", "--ca-file of somebody else")
    expect(verdict("--ca-file", s.other.path, "--ca-file", s.root.path) == "trusted", "--ca-file twice")
    expect(verdict("--ca-file", s.file(s.other, s.root)) == "trusted", "--ca-file with two CAs")
    expect(verdict("--ca-file", s.other.path, "--ca-path", folder) == "trusted", "--ca-file and --ca-path")
    expect(verdict(SSL_CERT_FILE=s.root.path) == "trusted", "SSL_CERT_FILE")
    expect(verdict(SSL_CERT_FILE=s.other.path) == "untrusted", "SSL_CERT_FILE of somebody else")
    expect(verdict(SSL_CERT_DIR=folder, SSL_CERT_FILE="") == "trusted", "SSL_CERT_DIR")
    expect(verdict("--ca-file", s.other.path, SSL_CERT_FILE=s.root.path) == "untrusted", "--ca-file over SSL_CERT_FILE")
    expect(verdict("--no-ca", SSL_CERT_FILE=s.root.path) == "not-judged", "--no-ca over SSL_CERT_FILE")


def fail_on(s):
    sent, expired = s.file(s.good, s.inter, s.inter), s.file(s.pki.leaf("fail-on", s.inter, end="260601000000Z"), s.inter)
    clean = s.file(s.good, s.inter)
    for file, severity, status in ((clean, "low", 0), (sent, "never", 0), (sent, "low", 1), (sent, "medium", 0),
                                   (sent, "info", 1), (expired, "high", 1), (expired, "critical", 0), (expired, "low", 1)):
        p = run("decode", "--ca-file", s.root.path, "--at", NOW, "--fail-on", severity, file)
        expect(p.returncode == status and not p.stderr, os.path.basename(file), severity, p.returncode, p.stderr)
    p = run("decode", "--ca-file", s.root.path, "--at", NOW, "--fail-on", "low", sent, s.pki.path("missing"))
    expect(p.returncode == 2, "a missing file is worse than a finding:", p.returncode)


def every_code_is_explained(s):
    for code in (EXPIRED, NOT_YET, MISMATCH, SELF_SIGNED, UNTRUSTED, INCOMPLETE, WEAK, WRONG, PURPOSE, CONSTRAINT, MALFORMED,
                 UNVERIFIABLE, SOON, REVOKED, ORDER, TWICE, UNRELATED, ROOT_SENT, CRL, SCT, NOT_LOGGED, "certificate-profile"):
        p = run("explain", code)
        expect(p.returncode == 0 and code.encode() in p.stdout, code, p.returncode, p.stderr)
    expect(run("explain", "no-such-code").returncode == 2, "no-such-code is explained")


SITUATIONS = (shape, crossing, dates, algorithms, constraints, oddities, host_names, revocation, timestamps)
FUNCTIONS = (pem_with_other_things, one_line_pem, der_is_read, unrelated_certificates_are_told_one_by_one, other_kinds_of_files,
             all_kinds_in_one_file, two_hundred_certificates, nothing_to_decode, a_broken_block_is_counted,
             der_cut_short_is_shown_up_to_the_cut, files_that_cannot_be_read, malformed_options, trust_stores, fail_on,
             every_code_is_explained)


def main():
    if shutil.which("openssl") is None:
        print("skipped: there is no openssl")
        return 77
    verbose, wanted = "-v" in sys.argv, [a for a in sys.argv[1:] if a != "-v"]
    count = failed = 0
    with tempfile.TemporaryDirectory() as folder:
        s = Situations(folder)
        for situation in SITUATIONS:
            situation(s)
        cases = [(r.name, lambda r=r: judge(r, s.root.path)) for r in s.rows]
        cases += [(f.__name__.replace("_", " "), lambda f=f: f(s)) for f in FUNCTIONS]
        for name, case in cases:
            if wanted and name not in wanted:
                continue
            count += 1
            try:
                case()
                if verbose:
                    print("ok      %s" % name)
            except Exception as error:
                failed += 1
                print("FAILED  %s: %s: %s" % (name, type(error).__name__, error))
    print("%d cases, %d failed" % (count, failed))
    return 1 if failed or not count else 0


if __name__ == "__main__":
    sys.exit(main())
