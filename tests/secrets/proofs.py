#!/usr/bin/env python3
"""With secrets: every handshake opens, and proves itself; changed ones do not; what is hidden is as tshark shows it.

  HANDLENS=build/.../handlens proofs.py [NAME...]

The captures of pcaps/ have their key logs beside them. The corpus of real captures is looked for beside the checkout
(HANDLENS_CORPUS names another), and passed over where it is not."""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = os.path.normpath(os.environ.get("SOURCE_DIR", os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")))
HANDLENS = os.path.abspath(os.environ.get("HANDLENS", "handlens"))
CORPUS = os.environ.get("HANDLENS_CORPUS", os.path.join(ROOT, "..", "shared", "corpus"))
PCAPS = os.path.join(ROOT, "pcaps")
PROOFS = ["server_key_exchange", "server_certificate_verify", "server_finished", "client_certificate_verify",
          "client_finished", "psk_binder", "hello_retry", "extended_master_secret", "no_downgrade", "resumption"]
# Handshakes that show less than both Finished, and why.
CUT = {"snaplen": "its packets are cut", "starts-at-server-hello": "it has no client hello",
       "one-sided": "it has one side only", "mid-stream": "it has no hellos"}


def read(*arguments, status=0):
    p = subprocess.run([HANDLENS, "read", "--format", "json", "--no-ca", *arguments], capture_output=True, timeout=60)
    expect(p.returncode == status, arguments, "status", p.returncode, p.stderr.decode())
    return [json.loads(line) for line in p.stdout.splitlines()]


def expect(condition, *what):
    if not condition:
        raise AssertionError(" ".join(map(str, what)))


def captures():
    """[(name, path)] of those with a key log beside them."""
    for name in sorted(os.listdir(PCAPS)):
        stem = name.split(".")[0]
        if name.endswith((".pcap", ".pcapng", ".pcap.gz")) and os.path.exists(os.path.join(PCAPS, stem + ".keys")):
            yield stem, os.path.join(PCAPS, name)


def key_log(stem):
    return os.path.join(PCAPS, stem + ".keys")


def results(document):
    verification = document["handlens"]["verification"]
    return {name: verification[name]["result"] for name in PROOFS if name in verification}


def everything_is_proved():
    for stem, path in captures():
        for document in read("--keylog", key_log(stem), path):
            proofs = results(document)
            expect("wrong" not in proofs.values(), stem, proofs)
            if document["handlens"]["outcome"] != "completed" or stem in CUT:
                continue
            expect(proofs["server_finished"] == proofs["client_finished"] == "verified", stem, proofs)
            signed = "server_certificate_verify" if document["tls"]["version"] == "1.3" else "server_key_exchange"
            expect(proofs.get(signed) in ("verified", "absent"), stem, proofs)


def nothing_is_proved_without_secrets():
    for stem, path in captures():
        for document in read(path):
            proofs = results(document)
            expect("verified" not in (proofs.get("server_finished"), proofs.get("client_finished")), stem, proofs)
            expect(not any(m.get("decrypted") for m in document["handlens"]["messages"]), stem)


def hidden_things_are_shown():
    tls13 = read("--keylog", key_log("tls13-alpn-h2"), os.path.join(PCAPS, "tls13-alpn-h2.pcap"))[0]
    expect(tls13["tls"]["next_protocol"] == "h2", "ALPN of EncryptedExtensions")
    expect(len(tls13["handlens"]["certificates"]["server"]) == 2, "certificates of TLS 1.3")
    client = read("--keylog", key_log("tls13-client-cert"), os.path.join(PCAPS, "tls13-client-cert.pcap"))[0]
    expect(len(client["handlens"]["certificates"]["client"]) == 2 and results(client)["client_certificate_verify"] == "verified",
           "the client's certificate")
    resumed = read("--keylog", key_log("tls13-resumed-psk"), os.path.join(PCAPS, "tls13-resumed-psk.pcap"))[1]
    origin = resumed["handlens"]["verification"]["resumption"]
    expect(origin["result"] == "verified" and origin["origin"]["frame"] > 0, "where the ticket comes from", origin)
    missing = read("--keylog", key_log("tls13-client-cert-missing"), os.path.join(PCAPS, "tls13-client-cert-missing.pcap"))[0]
    alerts = [(a["description"]["name"], a.get("decrypted")) for a in missing["handlens"]["alerts"]]
    expect(missing["handlens"]["outcome"] == "failed" and ("certificate_required", True) in alerts, "refused after the client "
           "was done", missing["handlens"]["reason"], alerts)
    early = read("--keylog", key_log("tls13-early-data"), os.path.join(PCAPS, "tls13-early-data.pcap"))[1]
    kinds = [m["type"]["name"] for m in early["handlens"]["messages"] if m["type"]]
    expect("end_of_early_data" in kinds, "early data", kinds)
    stem = "tls13-post-handshake-auth"
    late = read("--keylog", key_log(stem), os.path.join(PCAPS, stem + ".pcap"))[0]
    closed = [m for m in late["handlens"]["messages"] if m["encrypted"]]
    expect(results(late)["client_certificate_verify"] == "verified" and not closed, "who authenticates later", closed, results(late))


def secrets_in_the_capture():
    for document in read(os.path.join(PCAPS, "secrets-inside.pcapng")):
        expect(results(document)["server_finished"] == "verified", "a secrets block")


def private_key():
    document = read("--key", os.path.join(PCAPS, "lab-rsa-key.pem"), os.path.join(PCAPS, "tls12-rsa-kx.pcap"))[0]
    proofs = results(document)
    expect(proofs["server_finished"] == proofs["client_finished"] == "verified", proofs)
    expect(proofs.get("extended_master_secret", "verified") == "verified", proofs)
    document = read("--key", os.path.join(PCAPS, "lab-rsa-key.pem"), os.path.join(PCAPS, "tls12-chacha.pcap"))[0]
    expect(results(document)["server_finished"] == "not-checkable", "a private key opens no ECDHE")


def private_keys_of_all_forms():
    """As openssl writes them; and what is said of those that cannot be used."""
    if not shutil.which("openssl"):
        print("skipped: openssl is not installed")
        return
    plain, target = os.path.join(PCAPS, "lab-rsa-key.pem"), os.path.join(PCAPS, "tls12-rsa-kx.pcap")
    forms = {"pkcs8.pem": ["pkey"], "pkcs8.der": ["pkey", "-outform", "DER"], "pkcs1.pem": ["rsa", "-traditional"],
             "pkcs1.der": ["rsa", "-traditional", "-outform", "DER"],
             "encrypted.pem": ["pkcs8", "-topk8", "-v2", "aes-256-cbc", "-passout", "pass:open sesame"],
             "traditional.pem": ["rsa", "-traditional", "-aes256", "-passout", "pass:open sesame"]}
    with tempfile.TemporaryDirectory() as folder:
        def path(name, text=None):
            if text is not None:
                with open(os.path.join(folder, name), "w", encoding="utf8") as file:
                    file.write(text)
            return os.path.join(folder, name)
        right, wrong = path("right", "open sesame\n"), path("wrong", "open barley\n")
        for name, arguments in forms.items():
            subprocess.run(["openssl", *arguments, "-in", plain, "-out", path(name)], check=True, capture_output=True)
            document = read("--key", path(name), "--key-pass-file", right, target)[0]
            expect(results(document)["server_finished"] == "verified", name, results(document))
        subprocess.run(["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", path("ec.pem")],
                       check=True, capture_output=True)
        for arguments, words in ((["--key", path("encrypted.pem")], "the private key is encrypted"),
                                 (["--key", path("encrypted.pem"), "--key-pass-file", wrong], "the password is wrong"),
                                 (["--key", path("ec.pem")], "this is no RSA key"),
                                 (["--key", target], "there is no private key in it"),
                                 (["--key", path("right"), "--key-pass-file", path("none")], "no password can be read")):
            p = subprocess.run([HANDLENS, *arguments, target], capture_output=True, timeout=60)
            expect(p.returncode == 2 and words in p.stderr.decode() and p.stderr.count(b"\n") == 1, arguments, p.stderr.decode())


def pre_shared_key():
    path = os.path.join(PCAPS, "tls13-external-psk.pcap")
    right, wrong = "lab:00112233445566778899aabbccddeeff", "lab:ff112233445566778899aabbccddeeff"
    for psk, result in ((right, "verified"), (wrong, "wrong"), (right[4:], "verified"), ("x" + right, "not-checkable")):
        document = read("--keylog", key_log("tls13-external-psk"), "--psk", psk, path)[0]
        expect(results(document)["psk_binder"] == result, psk, results(document))
    document = read("--psk", right, os.path.join(PCAPS, "tls13-psk-only.pcap"))[0]
    proofs = results(document)
    expect(proofs["server_finished"] == proofs["client_finished"] == "verified", "the key alone opens psk_ke", proofs)
    expect(any(m["type"] and m["type"]["name"] == "new_session_ticket" for m in document["handlens"]["messages"]), "and what follows")


def a_key_log_that_is_late():
    """Packets come from a program, and the secrets while they do: after the first encrypted records."""
    def told(documents):
        return [([m["type"] for m in d["handlens"]["messages"]], [a["description"] for a in d["handlens"]["alerts"]], results(d))
                for d in documents]
    for stem in ("tls13-x25519", "tls12-cbc", "tls12-renegotiation", "tls13-client-cert", "tls13-hello-retry", "tls13-key-update"):
        path = os.path.join(PCAPS, stem + ".pcap")
        with tempfile.TemporaryDirectory() as folder:
            log = os.path.join(folder, "keys")
            with open(path, "rb") as file:
                data = file.read()
            packets, at = [], 24
            while at < len(data):
                packets.append(at)
                at += 16 + int.from_bytes(data[at + 8:at + 12], "little")
            half = packets[len(packets) * 3 // 5] # the connection is still open
            p = subprocess.Popen([HANDLENS, "read", "--format", "json", "--no-ca", "--keylog", log, "-"], stdin=subprocess.PIPE,
                                 stdout=subprocess.PIPE)
            p.stdin.write(data[:half])
            p.stdin.flush()
            time.sleep(0.3)
            shutil.copy(key_log(stem), log)
            p.stdin.write(data[half:])
            output = p.communicate(timeout=60)[0]
            late = [json.loads(line) for line in output.splitlines()]
        expect(told(late) == told(read("--keylog", key_log(stem), path)), stem, told(late))


def secrets_of_others():
    """A secret that is not this connection's is recognised, and said so."""
    text = open(key_log("tls12-cbc"), encoding="utf8").read()
    lines = [re.sub(r" ([0-9a-fA-F]{96})$", " " + "00" * 48, line) for line in text.splitlines()]
    with tempfile.NamedTemporaryFile("w", suffix=".keys") as log:
        log.write("\n".join(lines))
        log.flush()
        document = read("--keylog", log.name, os.path.join(PCAPS, "tls12-cbc.pcap"))[0]
        proof = document["handlens"]["verification"]["server_finished"]
        expect(proof["result"] == "not-checkable" and "does not open" in proof["why"], proof)


def secrets_are_never_shown():
    for stem in ("tls13-x25519", "tls12-cbc"):
        secrets = re.findall(r" ([0-9a-fA-F]{64,})\s*$", open(key_log(stem), encoding="utf8").read(), re.M)
        expect(secrets, stem)
        for form in (["--format", "json", "-vv"], ["-vv"], ["-v"]):
            p = subprocess.run([HANDLENS, "read", *form, "--keylog", key_log(stem), os.path.join(PCAPS, stem + ".pcap")],
                               capture_output=True, timeout=60)
            for secret in secrets:
                expect(secret.lower().encode() not in (p.stdout + p.stderr).lower(), stem, form)


def a_wrong_option_shows_no_secret():
    secret = "5ec4e7" * 5
    for arguments in (["--psk", "lab:%sxx" % secret], 100 * ["--psk", secret]):
        p = subprocess.run([HANDLENS, *arguments, os.path.join(PCAPS, "tls12-cbc.pcap")], capture_output=True, timeout=60)
        expect(p.returncode == 2 and secret.encode() not in p.stdout + p.stderr, arguments[:2], p.stderr.decode())


# --- changed on the way: what is visible is flipped, so that it opens and does not fit ----------------------------------------
def flipped(stem, needle, offset=0):
    data = bytearray(open(os.path.join(PCAPS, stem + ".pcap"), "rb").read())
    at = data.find(needle)
    expect(at >= 0, stem, "has no", needle.hex())
    data[at + offset] ^= 1
    file = tempfile.NamedTemporaryFile(suffix=".pcap")
    file.write(data)
    file.flush()
    return file


def what_was_changed_is_wrong():
    """One bit of a hello, a share, a certificate or a signature: Finished does not fit any more."""
    for stem in ("tls12-cbc", "tls12-chacha", "tls12-ecdhe-ecdsa", "tls13-x25519", "tls13-chacha", "tls13-client-cert",
                 "tls13-ed25519", "tls12-client-cert"):
        document = read("--keylog", key_log(stem), os.path.join(PCAPS, stem + ".pcap"))[0]
        name = document["tls"]["client"]["server_name"].encode()
        with flipped(stem, name) as file: # in the hello; records open all the same
            changed = read("--keylog", key_log(stem), file.name)[0]
            proofs = results(changed)
            expect(proofs["server_finished"] == proofs["client_finished"] == "wrong", stem, proofs)
            expect("finished-wrong" in [f["code"] for f in changed["handlens"]["findings"] if f["severity"] == "critical"], stem)
            wrong = changed["handlens"]["verification"]["server_finished"]
            expect(wrong["expected"] != wrong["found"] and wrong["messages"] > 2, stem, wrong)
            if document["tls"]["version"] == "1.3":
                expect(proofs["server_certificate_verify"] == "wrong", stem, proofs)
            if document["tls"]["version"] == "1.2":
                expect(proofs["server_key_exchange"] == "verified", stem, proofs) # it does not cover the name
    hello = read("--keylog", key_log("tls13-hello-retry"), os.path.join(PCAPS, "tls13-hello-retry.pcap"))[0]["handlens"]
    expect(hello["verification"]["hello_retry"]["result"] == "verified", "hello retry")


# --- the corpus --------------------------------------------------------------------------------------------------------
def keyed():
    for capture in json.load(open(os.path.join(CORPUS, "manifest.json"), encoding="utf8")):
        key = capture.get("key")
        if not key and not capture.get("has_dsb"):
            continue
        arguments = []
        if key:
            path = os.path.join(CORPUS, key) if os.path.exists(os.path.join(CORPUS, key)) else os.path.join(CORPUS, "keys", key)
            arguments = ["--key" if b"PRIVATE KEY" in open(path, "rb").read() else "--keylog", path]
        yield capture["name"], arguments


NOT_HERE = re.compile("is not available in this build")


def real_captures():
    if not os.path.isdir(CORPUS):
        print("skipped: there is no corpus of real captures at %s" % os.path.normpath(CORPUS))
        return
    proved = unavailable = 0
    for name, arguments in keyed():
        for document in read(*arguments, os.path.join(CORPUS, "captures", name)):
            proofs = results(document)
            expect("wrong" not in proofs.values(), name, proofs)
            if document["handlens"]["outcome"] != "completed":
                continue
            why = document["handlens"]["verification"]["server_finished"].get("why", "")
            if NOT_HERE.search(why):
                unavailable += 1
                continue
            expect(proofs["server_finished"] == proofs["client_finished"] == "verified", name, document["handlens"]["id"], proofs, why)
            proved += 1
    print("%d handshakes of real captures proved, %d with ciphers that wolfCrypt lacks" % (proved, unavailable))


def main():
    cases = [everything_is_proved, nothing_is_proved_without_secrets, hidden_things_are_shown, secrets_in_the_capture,
             private_key, private_keys_of_all_forms, pre_shared_key, a_key_log_that_is_late, secrets_of_others,
             secrets_are_never_shown, a_wrong_option_shows_no_secret, what_was_changed_is_wrong, real_captures]
    failed = 0
    for case in cases:
        if len(sys.argv) > 1 and case.__name__ not in sys.argv[1:]:
            continue
        try:
            case()
            print("ok  %s" % case.__name__)
        except AssertionError as error:
            failed += 1
            print("FAILED  %s: %s" % (case.__name__, error))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
