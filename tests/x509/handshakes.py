#!/usr/bin/env python3
"""What the captures of pcaps/ prove: signatures of handshakes, stapled responses, chains; and what one flipped bit does.

  HANDLENS=build/.../handlens handshakes.py [NAME...]

Each function is a case. TCP checksums are not right any more after a flip, which no reader of captures minds."""
import datetime
import hashlib
import json
import os
import shutil
import ssl
import subprocess
import sys

ROOT = os.path.normpath(os.environ.get("SOURCE_DIR", os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")))
HANDLENS = os.path.abspath(os.environ.get("HANDLENS", "handlens"))
sys.path.insert(0, os.path.join(ROOT, "tests", "support"))
import cases  # noqa: E402
from cases import expect  # noqa: E402
PCAPS = os.path.join(ROOT, "pcaps")
CA = os.path.join(PCAPS, "lab-ca.pem")
STALE, FORGED, OTHER = "ocsp-staple-stale", "ocsp-staple-forged", "ocsp-staple-other-certificate"

# Every finding but those that are good to know only.
CHAINS = {
    "chain-wrong-order": ("trusted", "anchored", ["chain-wrong-order"]),
    "chain-cluttered": ("trusted", "anchored", ["chain-duplicate", "chain-unrelated"]),
    "fail-wrong-purpose": ("untrusted", "anchored", ["certificate-wrong-purpose"]),
    "fail-expired-12": ("untrusted", "anchored", ["certificate-expired"]),
    "fail-chain-incomplete": ("untrusted", "missing-issuer", ["certificate-chain-incomplete"]),
    "fail-self-signed": ("untrusted", "self-signed", ["certificate-self-signed"]),
    "fail-name-mismatch": ("trusted", "anchored", ["certificate-name-mismatch"]),
    "staple-missing": ("trusted", "anchored", ["ocsp-staple-missing"]),
    "staple-other-certificate": ("trusted", "anchored", [OTHER]),
    "tls12-ecdhe-rsa": ("trusted", "anchored", []),
    "tls12-ecdhe-ecdsa": ("trusted", "anchored", []),
    "tls12-ocsp-staple": ("trusted", "anchored", []),
}
STAPLES = {"tls12-ocsp-staple": ["good"], "staple-other-certificate": ["other-certificate"], "staple-revoked": ["revoked"],
           "staple-missing": [], "tls12-ecdhe-rsa": []}
SIGNED = ["tls10", "tls11", "tls12-ecdhe-rsa", "tls12-ecdhe-ecdsa", "tls12-dhe", "tls12-cbc", "tls12-chacha", "tls12-wolfssl",
          "tls12-client-cert", "small-segments", "lossy"]


def capture(name):
    return os.path.join(PCAPS, name + ".pcap")


def read(*arguments, status=0):
    p = subprocess.run([HANDLENS, "read", "--format", "json", *arguments], capture_output=True, timeout=60)
    expect(p.returncode == status and (status or not p.stderr), arguments, "status", p.returncode, p.stderr.decode())
    return [json.loads(line)["handlens"] for line in p.stdout.splitlines()]


def codes(document):
    return sorted(f["code"] for f in document["findings"] if f["severity"] != "info")


def message(document, name, index=0):
    found = [m for m in document["messages"] if (m["type"] or {}).get("name") == name]
    return found[index]["fields"]


def flipped(folder, name, value):
    """A copy of the capture with one bit of `value` (hex) turned, as near to its end as it is in one piece."""
    with open(capture(name), "rb") as file:
        data = bytearray(file.read())
    value = bytes.fromhex(value)
    for end in range(len(value), 11, -1):
        if data.count(value[end - 12:end]) == 1:
            data[data.index(value[end - 12:end]) + 11] ^= 1
            path = os.path.join(folder, name + ".pcap")
            with open(path, "wb") as file:
                file.write(data)
            return path
    raise AssertionError("these bytes are not in %s" % name)


def signed_key_exchanges_are_verified(folder):
    for name in sorted(n[:-5] for n in os.listdir(PCAPS) if n.endswith(".pcap")):
        if name == "one-sided" or "dtls" in name or "quic" in name:
            continue
        for document in read("--no-ca", "-vv", capture(name)):
            types = {(m["type"] or {}).get("name") for m in document["messages"]}
            proof = document["verification"]["server_key_exchange"]["result"]
            signed = "server_key_exchange" in types and message(document, "server_key_exchange").get("signature")
            expect(proof == ("absent" if not signed else "verified" if "client_hello" in types else "not-checkable"), name, proof)
            proof = document["verification"]["client_certificate_verify"]["result"]
            expect(proof == ("verified" if "certificate_verify" in types else "absent"), name, "client", proof)
    for name in SIGNED:
        expect(read("--no-ca", capture(name))[0]["verification"]["server_key_exchange"]["result"] == "verified", name)
    expect(read("--no-ca", capture("tls12-client-cert"))[0]["verification"]["client_certificate_verify"]["result"] == "verified",
           "tls12-client-cert")


def a_flipped_bit_is_seen(folder):
    for name in ("tls10", "tls11", "tls12-ecdhe-rsa", "tls12-ecdhe-ecdsa", "tls12-dhe", "tls12-client-cert"):
        plain = read("--ca-file", CA, "-vv", capture(name))[0]
        exchange = message(plain, "server_key_exchange")
        for what, value in (("signature", exchange["signature"]), ("share", exchange.get("public_key") or exchange["dh_ys"]),
                            ("client's random", message(plain, "client_hello")["random"]),
                            ("server's random", message(plain, "server_hello")["random"])):
            document = read("--ca-file", CA, flipped(folder, name, value))[0]
            expect(document["verification"]["server_key_exchange"]["result"] == "wrong", name, what,
                   document["verification"]["server_key_exchange"])
            found = {f["code"]: f for f in document["findings"]}.get("server-signature-wrong")
            expect(found and found["severity"] == "critical", name, what, codes(document))
            expect(found["evidence"][0]["frame"] == document["verification"]["server_key_exchange"]["frame"], name, what, found)


def a_flipped_bit_of_the_client_is_seen(folder):
    name = "tls12-client-cert"
    plain = read("--ca-file", CA, "-vv", capture(name))[0]
    exchange = message(plain, "server_key_exchange")
    for what, value, server in (("signature", message(plain, "certificate_verify")["signature"], "verified"),
                                ("share", message(plain, "client_key_exchange")["ecdh_yc"], "verified"),
                                ("client's session id", message(plain, "client_hello")["session_id"], "verified"),
                                ("server's signature", exchange["signature"], "wrong")):
        document = read("--ca-file", CA, flipped(folder, name, value))[0]
        proofs = document["verification"]
        expect(proofs["client_certificate_verify"]["result"] == "wrong", what, proofs)
        expect(proofs["server_key_exchange"]["result"] == server, what, proofs)
        expect("client-signature-wrong" in codes(document) and document["outcome"] == "completed", what, codes(document))


def signatures_need_not_be_checked(folder):
    for name in ("tls12-ecdhe-rsa", "tls12-client-cert"):
        broken = flipped(folder, name, message(read("--no-ca", "-vv", capture(name))[0], "server_key_exchange")["signature"])
        for path in (capture(name), broken):
            document = read("--ca-file", CA, "--check-signatures", "none", path)[0]
            proofs = document["verification"]
            expect(proofs["server_key_exchange"]["result"] == "not-checkable", name, proofs)
            expect("as asked for" in proofs["server_key_exchange"]["why"] and codes(document) == [], name, codes(document))
        for some in ("some", "all"):
            expect(codes(read("--ca-file", CA, "--check-signatures", some, broken)[0])[-1:] == ["server-signature-wrong"], some)


def chains(folder):
    for name, (verdict, end, wanted) in CHAINS.items():
        document = read("--ca-file", CA, capture(name))[0]
        trust = document["certificates"]["trust"]["server"]
        expect((trust["verdict"], trust["end"], codes(document)) == (verdict, end, wanted), name, trust["verdict"], trust["end"],
               codes(document))
        frames = {m["frame"] for m in document["messages"] if m["from"] == "server"}
        expect(all(f["evidence"][0]["frame"] in frames for f in document["findings"]), name, "no frame of the server's")


def staples(folder):
    for name, wanted in STAPLES.items():
        document = read("--ca-file", CA, capture(name))[0]
        found = document["verification"]["ocsp"]
        expect([o["result"] for o in found] == wanted, name, found)
    revoked = read("--ca-file", CA, capture("staple-revoked"))[0]
    expect("certificate-revoked" in codes(revoked), codes(revoked))
    expect([f["severity"] for f in revoked["findings"] if f["code"] == "certificate-revoked"] == ["critical"], revoked["findings"])


def a_forged_staple(folder):
    for name in ("tls12-ocsp-staple", "staple-revoked"):
        plain = read("--ca-file", CA, "-vv", capture(name))[0]
        response = message(plain, "certificate_status")["ocsp_response"]
        path = flipped(folder, name, response)
        document = read("--ca-file", CA, path)[0]
        expect([o["result"] for o in document["verification"]["ocsp"]] == ["forged"], name, document["verification"]["ocsp"])
        expect(codes(document) == [FORGED], name, codes(document))
        document = read("--no-ca", path)[0]  # the issuer was sent: no trust is needed to see it
        expect([o["result"] for o in document["verification"]["ocsp"]] == ["forged"], name, document["verification"]["ocsp"])


def a_staple_gets_old(folder):
    staple = read("--ca-file", CA, capture("tls12-ocsp-staple"))[0]["verification"]["ocsp"][0]

    def at(key, days):
        moment = datetime.datetime.strptime(staple[key], "%Y-%m-%dT%H:%M:%SZ") + datetime.timedelta(days)
        return read("--ca-file", CA, "--at", moment.strftime("%Y-%m-%dT%H:%M:%SZ"), capture("tls12-ocsp-staple"))[0]

    for key, days, result, wanted in (("this_update", 0, "good", []), ("next_update", 0, "good", []),
                                      ("next_update", 1, "stale", [STALE]),
                                      ("this_update", 365, "stale", ["certificate-expired", STALE])):
        document = at(key, days)
        expect([o["result"] for o in document["verification"]["ocsp"]] == [result], key, days, document["verification"]["ocsp"])
        expect(codes(document) == wanted, key, days, codes(document))
    expect(codes(at("this_update", -1)) == [STALE], "a day before:", codes(at("this_update", -1)))
    expect("certificate-expired" in codes(read("--ca-file", CA, "--at", "2050-01-01", capture("staple-revoked"))[0]), "2050")


def a_second_look_says_the_same(folder):
    files = [capture(n) for n in sorted({*CHAINS, *STAPLES, *SIGNED})]
    once = {}
    for file in files:
        documents = read("--ca-file", CA, file)
        expect(documents == read("--ca-file", CA, file), file, "is told differently by a second run")
        once[file] = [comparable(d) for d in documents]
    wanted = sorted(d for f in files * 2 for d in once[f])
    together = sorted(comparable(d) for d in read("--ca-file", CA, *files, *files[::-1]))
    expect(len(together) == len(wanted), len(together), "handshakes, not", len(wanted))
    for one, other in zip(together, wanted):
        expect(one == other, "judged together:\n", one, "\nand alone:\n", other)


def comparable(document):
    """All that does not depend on what was read before."""
    return json.dumps([document[key] for key in ("certificates", "findings", "verification", "outcome")])


# ------------------------------------------------- --write-certs
def sha256_of(path):
    if shutil.which("openssl"):
        p = subprocess.run(["openssl", "x509", "-in", path, "-outform", "DER"], capture_output=True, check=True)
        return hashlib.sha256(p.stdout).hexdigest()
    with open(path, encoding="ascii") as file:
        return hashlib.sha256(ssl.PEM_cert_to_DER_cert(file.read())).hexdigest()


def blocks(path):
    with open(path, encoding="ascii") as file:
        parts = file.read().split("-----END CERTIFICATE-----\n")
    expect(parts[-1] == "", path, "does not end with a block")
    return [hashlib.sha256(ssl.PEM_cert_to_DER_cert(p + "-----END CERTIFICATE-----\n")).hexdigest() for p in parts[:-1]]


def certificates_are_written(folder):
    target = os.path.join(folder, "certs")
    files = [capture(n) for n in ("tls12-client-cert", "chain-cluttered", "tls12-psk", "tls12-ecdhe-ecdsa")]
    for time in (1, 2):
        documents = read("--no-ca", "--write-certs", target, *files)
        names = set(os.listdir(target))
        with open(os.path.join(target, "index.json"), encoding="utf8") as file:
            index = json.load(file)
        wanted = {"index.json"}
        expect([e["id"] for e in index] == [1, 2, 4], [e["id"] for e in index])
        for entry in index:
            document = documents[entry["id"] - 1]
            for side, end in (("server", ""), ("client", "-client")):
                sent = [c["sha256"] for c in document["certificates"][side] or []]
                expect([c["sha256"] for c in entry.get(side) or []] == sent, entry["id"], side, "differ in index.json")
                if not sent:
                    continue
                chain = "chain-%d%s.pem" % (entry["id"], end)
                wanted |= {chain} | {s + ".pem" for s in sent}
                expect(blocks(os.path.join(target, chain)) == sent, chain, "has another order")
        expect(names == wanted, "run", time, names ^ wanted)
        for name in names:
            if len(name) == 68:
                expect(sha256_of(os.path.join(target, name)) + ".pem" == name, name, "has another SHA-256")


def certificates_that_cannot_be_written(folder):
    file, missing = os.path.join(folder, "file"), os.path.join(folder, "missing", "certs")
    with open(file, "w", encoding="ascii"):
        pass
    for target in (file, missing, "/proc/certs"):
        p = subprocess.run([HANDLENS, "read", "--write-certs", target, capture("tls12-ecdhe-rsa")], capture_output=True, timeout=60)
        expect(p.returncode == 2 and p.stderr.count(b"\n") == 1 and target.encode() in p.stderr, target, p.returncode, p.stderr)


if __name__ == "__main__":
    sys.exit(cases.main(globals()))
