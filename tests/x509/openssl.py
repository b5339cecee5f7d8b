#!/usr/bin/env python3
"""Holds handlens against what `openssl x509` says of every certificate in real captures.

  HANDLENS=build/.../handlens openssl.py [-v] [--write=FILE] [PREFIX...]

Every certificate that handlens finds in the corpus (see ../diff/corpus.py), in
lab/ beside it and in pcaps/ is decoded by both, and each field compared (PREFIX:
only certificates whose SHA-256 begins so). Every difference must be a row of
../diff/known.md, which says who is right and why; a row that no longer differs
is a mistake, too. Exit 77 (skipped) without openssl or without a corpus.
--write puts the certificates into a file for ../bench/certificates.c.
"""
import collections
import concurrent.futures
import datetime
import hashlib
import ipaddress
import json
import os
import re
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.environ.get("SOURCE_DIR", os.path.join(HERE, "..", ".."))
CORPUS = os.environ.get("HANDLENS_CORPUS", os.path.join(SOURCE, "..", "shared", "corpus"))
FOLDERS = [os.path.join(CORPUS, "captures"), os.path.join(CORPUS, "..", "lab"), os.path.join(SOURCE, "pcaps")]
CAPTURE = re.compile(r"\.pcap(ng)?(\.(gz|zst|lz4))?$")
KNOWN = os.path.join(SOURCE, "tests", "diff", "known.md")
HANDLENS = os.environ.get("HANDLENS", "handlens")
# A sanitizer's report must not look like a refusal; nobody's configuration may name OIDs.
ENVIRONMENT = dict(os.environ, ASAN_OPTIONS="exitcode=99:detect_leaks=1", UBSAN_OPTIONS="halt_on_error=1:exitcode=99",
                   OPENSSL_CONF="/dev/null", LC_ALL="C")
TIME_LIMIT_S = 60


def run(command, stdin=b""):
    return subprocess.run(command, input=stdin, capture_output=True, env=ENVIRONMENT, timeout=TIME_LIMIT_S)


# ------------------------------------------------- what handlens found
def captures():
    return sorted(os.path.join(d, f) for top in FOLDERS for d, _, fs in os.walk(top) for f in fs if CAPTURE.search(f))


def certificates_of(path):
    """({sha256: (DER, model)}, complaint) of one capture."""
    p = run([HANDLENS, "read", "--format", "json", "-vv", "-q", path])
    if p.returncode not in (0, 2):
        return {}, "exit status %d: %s" % (p.returncode, p.stderr.decode("utf8", "replace")[-2000:])
    found, complaint = {}, None
    for handshake in map(json.loads, p.stdout.decode("utf8").splitlines()):
        for side in ("server", "client"):
            ders = [bytes.fromhex(c) for c in handshake["tls"][side].get("certificate_chain", [])]
            models = handshake["handlens"]["certificates"][side] or []
            if [hashlib.sha256(d).hexdigest() for d in ders] != [m["sha256"] for m in models]:
                complaint = "%s handshake: %d certificates of the %s, %d in certificate_chain" % (
                    handshake["event"]["start"], len(models), side, len(ders))
            for der, model in zip(ders, models):
                if found.setdefault(model["sha256"], (der, model)) != (der, model):
                    complaint = "two models of %s" % model["sha256"]
    return found, complaint


# ------------------------------------------------- names
class Names:
    """The OID of any name that OpenSSL has for it, so that short and long names are the same."""

    def __init__(self):
        self.oids = {}
        for line in run(["openssl", "list", "-objects"]).stdout.decode().splitlines():
            match = re.match(r"(.+?) = (?:(.+), )?([0-9.]+)$", line)
            for name in match.groups()[:2] if match else ():
                self.oids.setdefault(name, match.group(3))

    def oid(self, name):
        return self.oids.get(name, name)


# What handlens calls as people (and RFC 8446) do, not as OpenSSL does.
OPENSSL_NAMES = {"RSA": "rsaEncryption", "RSA-PSS": "rsassaPss", "EC": "id-ecPublicKey", "Ed25519": "ED25519",
                 "Ed448": "ED448", "DSA": "dsaEncryption", "DH": "dhKeyAgreement", "secp256r1": "prime256v1"}


def split(text, separator):
    """At each separator that no backslash stands before."""
    return re.findall(r"(?:[^\\%s]|\\.)+" % separator, text, re.S)


def one_line(name):
    """RFC 4514's text in the old form that OpenSSL writes names in inside extensions: /C=DE/CN=x"""
    def plain(value):
        value = re.sub(r"\\([0-9A-F]{2})", r"\\x\1", value)
        return re.sub(r"\\([^x])", r"\1", value)
    parts = [plain(a) for rdn in reversed(split(name, ",")) for a in reversed(split(rdn, "+"))]
    return "".join("/" + p for p in parts)


def without_escaped_slashes(text):
    return text.replace("\\/", "/")  # since OpenSSL 3.0.19


# ------------------------------------------------- both sides in one form
USAGES = {"digitalSignature": "Digital Signature", "nonRepudiation": "Non Repudiation",
          "keyEncipherment": "Key Encipherment", "dataEncipherment": "Data Encipherment",
          "keyAgreement": "Key Agreement", "keyCertSign": "Certificate Sign", "cRLSign": "CRL Sign",
          "encipherOnly": "Encipher Only", "decipherOnly": "Decipher Only"}
HEADINGS = {"2.5.29.17": "Subject Alternative Name", "2.5.29.14": "Subject Key Identifier",
            "2.5.29.35": "Authority Key Identifier", "2.5.29.19": "Basic Constraints", "2.5.29.15": "Key Usage",
            "2.5.29.37": "Extended Key Usage"}


def colons(octets):
    return ":".join(octets[i:i + 2] for i in range(0, len(octets), 2)).upper()


def address(text):
    try:
        ip = ipaddress.ip_address(text)
    except ValueError:
        return "<invalid length=%d>" % (len(text) // 2)  # "#" and the octets
    return text if ip.version == 4 else ":".join("%X" % int(group, 16) for group in ip.exploded.split(":"))


def alternative_name(name):
    """As OpenSSL writes a GeneralName."""
    kind, value = name["type"], name["value"]
    return {"dns": "DNS:" + value, "email": "email:" + value, "uri": "URI:" + value,
            "registered_id": "Registered ID:" + value}.get(kind) or (
        "IP Address:" + address(value) if kind == "ip" else
        "DirName:" + one_line(value) if kind == "directory" else "%s:%s" % (kind, value))


def authority(aki):
    return {"key_id": colons(aki["key_id"]) if "key_id" in aki else None,
            "issuer": ["DirName:" + one_line(n) for n in aki.get("issuer", [])],
            "serial": colons(aki["serial"]) if "serial" in aki else None}


def form_of_ours(model, names):
    key, pss = model["public_key"], model.get("signature_parameters")

    def oid(name):
        return names.oid(OPENSSL_NAMES.get(name, name)) if name is not None else None
    return {
        "version": model.get("version_number"), "serial": model["serial"], "subject": model["subject"],
        "issuer": model["issuer"], "not_before": model["not_before"], "not_after": model["not_after"],
        "signature_algorithm": oid(model["signature_algorithm"]),
        "tbs_signature_algorithm": oid(model.get("tbs_signature_algorithm", model["signature_algorithm"])),
        "signature_parameters": [pss["hash"], pss["mgf_hash"], pss["salt_length"]] if pss else None,
        "key_algorithm": oid(key["algorithm"]), "key_bits": key.get("bits"), "key_curve": oid(key.get("curve")),
        "key_exponent": int(key["exponent_bytes"], 16) if "exponent_bytes" in key else key.get("exponent"),
        "alternative_names": ", ".join(map(alternative_name, model["subject_alternative_names"]))
                             if "subject_alternative_names" in model else None,
        "subject_key_id": colons(model["subject_key_identifier"]) if "subject_key_identifier" in model else None,
        "authority_key_id": authority(model["authority_key_identifier"]) if "authority_key_identifier" in model else None,
        "basic_constraints": model.get("basic_constraints"),
        "key_usage": [USAGES[u] for u in model["key_usage"]] if "key_usage" in model else None,
        "extended_key_usage": [oid(u) for u in model["extended_key_usage"]] if "extended_key_usage" in model else None,
        "critical": sorted(HEADINGS[e["oid"]] for e in model["extensions"] if e["critical"] and e["oid"] in HEADINGS),
    }


def first(pattern, text):
    match = re.search(pattern, text, re.M)
    return match.group(1) if match else None


def time_of_openssl(text):
    try:
        time = datetime.datetime.strptime(text, "%b %d %H:%M:%S %Y GMT")
    except (TypeError, ValueError):
        return None if text == "Bad time value" else text
    return time.strftime("%04d-%%m-%%dT%%H:%%M:%%SZ" % time.year)


def extensions_of_openssl(text):
    """{heading: (critical, lines)}: a heading is indented by 12, what it says by 16 (raw bytes not at all)."""
    out, lines = {}, []
    for line in text.partition("\n        X509v3 extensions:\n")[2].split("\n"):
        heading = re.match(r" {12}(?:X509v3 )?(\S.*?): ?(critical)?$", line)
        if heading:
            lines = []
            out.setdefault(heading.group(1), (heading.group(2) is not None, lines))
        elif line.startswith("    Signature Algorithm: "):
            break
        else:
            lines.append(line[16:] if line.startswith(" " * 16) else line)
    return out


def pss_of_openssl(text):
    """Of the outer algorithm, which stands at the end."""
    match = re.search(r"^    Signature Algorithm: rsassaPss\n[^$]*?Hash Algorithm: ([\w-]+)[^$]*?"
                      r"Mask Algorithm: mgf1 with ([\w-]+)[^$]*?Salt Length: (?:0x)?([0-9A-F]+)", text, re.M)
    return [match.group(1), match.group(2), int(match.group(3), 16)] if match else None


def bits_of_openssl(text):
    """Of Ed25519 and the like OpenSSL shows the key's bytes only."""
    bits = first(r"Public-Key: \((\d+) bit", text)
    if bits is not None:
        return int(bits)
    octets = re.search(r"^ +(?:ED|X)\d+ Public-Key:\n +pub: *\n((?: +[0-9a-f:]+\n)+)", text, re.M)
    return 8 * len(re.findall("[0-9a-f]{2}", octets.group(1))) if octets else None


def names_of_openssl(lines):
    text = without_escaped_slashes("\n".join(lines)).strip("\n")
    return "" if text == "<EMPTY>" else text


def authority_of_openssl(lines):
    lines = [without_escaped_slashes(line) for line in lines]
    kinds = {"keyid": [], "DirName": [], "serial": []}
    for line in lines:
        kind, colon, value = line.partition(":")
        kinds[kind if kind in kinds else "keyid"].append(value if kind in kinds and kind != "DirName" else line)
    return {"key_id": "".join(kinds["keyid"]) or None, "issuer": kinds["DirName"],
            "serial": "".join(kinds["serial"]) or None}


def constraints_of_openssl(line):
    out = {"ca": line.startswith("CA:TRUE")}
    if "pathlen:" in line:
        out["path_length"] = int(line.split("pathlen:")[1])
    return out


def form_of_openssl(text, names):
    extensions = extensions_of_openssl(text)

    def extension(heading, form):
        return form(extensions[heading][1]) if heading in extensions else None

    def algorithm(indent):
        name = first(r"^ {%d}Signature Algorithm: (.*?)(?: {4,}.*)?$" % indent, text)
        return names.oid(name) if name is not None else None
    curve, version = first(r"^ +ASN1 OID: (.+)$", text), first(r"^        Version: (\d+)", text)
    exponent = first(r"^ +Exponent: .*?\(?0x([0-9a-f]+)\)?$", text)
    return {
        "version": int(version) if version else None, "serial": (first(r"^serial=(.*)$", text) or "").lower(),
        "subject": first(r"^        Subject: ?(.*)$", text), "issuer": first(r"^        Issuer: ?(.*)$", text),
        "not_before": time_of_openssl(first(r"^            Not Before: (.*)$", text)),
        "not_after": time_of_openssl(first(r"^            Not After : (.*)$", text)),
        "signature_algorithm": algorithm(4), "tbs_signature_algorithm": algorithm(8),
        "signature_parameters": pss_of_openssl(text),
        "key_algorithm": names.oid(first(r"^ +Public Key Algorithm: (.*)$", text)), "key_bits": bits_of_openssl(text),
        "key_curve": names.oid(curve) if curve else None,
        "key_exponent": int(exponent, 16) if exponent else None,
        "alternative_names": extension("Subject Alternative Name", names_of_openssl),
        "subject_key_id": extension("Subject Key Identifier", "".join),
        "authority_key_id": extension("Authority Key Identifier", authority_of_openssl),
        "basic_constraints": extension("Basic Constraints", lambda lines: constraints_of_openssl("".join(lines))),
        "key_usage": extension("Key Usage", lambda lines: [u for u in "".join(lines).split(", ") if u]),
        "extended_key_usage": extension("Extended Key Usage",
                                        lambda lines: [names.oid(u) for u in "".join(lines).split(", ")]),
        "critical": sorted(h for h in HEADINGS.values() if h in extensions and extensions[h][0]),
    }


def differences(der, model, names):
    """([(field, ours, openssl's)], the number of fields)"""
    p = run(["openssl", "x509", "-inform", "DER", "-noout", "-text", "-serial", "-nameopt", "RFC2253"], der)
    text = p.stdout.decode("utf8", "surrogateescape")
    mine = form_of_ours(model, names)
    if "Subject:" not in text:
        return [("certificate", "decoded", p.stderr.decode("utf8", "replace").strip()[:200])], len(mine)
    theirs = form_of_openssl(text, names)
    return [(f, mine[f], theirs[f]) for f in mine if mine[f] != theirs[f]], len(mine)


# ------------------------------------------------- known.md
ROW = re.compile(r"^\|\s*`([0-9a-f]{16})`\s*\|\s*([^|]+?)\s*\|\s*([^|]+?)\s*\|\s*([^|]+?)\s*\|\s*$")


def read_known():
    """{(prefix, field)}: from the rows | `prefix of the SHA-256` | fields | who is right | why |"""
    rows = [match.groups() for match in map(ROW.match, open(KNOWN, encoding="utf8")) if match]
    return {(row[0], field) for row in rows for field in row[1].split(", ")}


def skip_reason():
    if shutil.which("openssl") is None:
        return "there is no openssl"
    if not os.path.isdir(CORPUS):
        return "there is no corpus of real captures at %s" % os.path.normpath(CORPUS)
    return None


def collect(pool):
    """({sha256: (DER, model)}, captures, those with a certificate, complaints)"""
    paths, certificates, holders, complaints = captures(), {}, 0, 0
    for path, (found, complaint) in zip(paths, pool.map(certificates_of, paths)):
        if complaint:
            complaints += 1
            print("%s  %s" % (os.path.normpath(path), complaint))
        holders += bool(found)
        certificates.update(found)
    return certificates, len(paths), holders, complaints


def write(path, certificates):
    """Each with its length in four bytes before it."""
    with open(path, "wb") as file:
        for der, _ in certificates.values():
            file.write(len(der).to_bytes(4, "big") + der)


def main():
    reason = skip_reason()
    if reason:
        print("skipped: " + reason)
        return 77
    verbose = "-v" in sys.argv
    wanted = tuple(a for a in sys.argv[1:] if not a.startswith("-")) or ("",)
    names, known, seen, unknown, fields = Names(), read_known(), set(), 0, 0
    kinds = collections.Counter()
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        certificates, total, holders, complaints = collect(pool)
        certificates = {k: v for k, v in sorted(certificates.items()) if k.startswith(wanted)}
        for option in sys.argv[1:]:
            if option.startswith("--write="):
                write(option.partition("=")[2], certificates)
        results = pool.map(lambda c: differences(c[0], c[1], names), certificates.values())
        for sha256, (found, fields) in zip(certificates, results):
            for field, mine, theirs in found:
                key = (sha256[:16], field)
                seen.add(key)
                if key in known and not verbose:
                    continue
                kinds[field] += 1
                unknown += key not in known
                print("%s  %s\n    handlens %s\n    openssl  %s" % (*key, json.dumps(mine)[:600], json.dumps(theirs)[:600]))
    stale = sorted(k for k in known - seen if k[0].startswith(wanted))
    for key in stale:
        print("known.md has a difference that is gone: %s  %s" % key)
    for field, count in kinds.most_common():
        print("  %4d %s" % (count, field))
    print("%d certificates from %d captures (of %d) compared, %d fields each, %d known differences, %d others, "
          "%d rows gone (%s)" % (len(certificates), holders, total, fields, len(seen & known), unknown + complaints,
                                 len(stale), run(["openssl", "version"]).stdout.decode().split(" (")[0].strip()))
    return 1 if unknown or complaints or stale or not certificates else 0


if __name__ == "__main__":
    sys.exit(main())
