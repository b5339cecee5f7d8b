#!/usr/bin/env python3
"""handlens check --clients: the clients of captures, against servers whose configuration is known.

  HANDLENS=build/.../handlens clients.py [NAME...]"""
import json
import os
import shutil
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from check import CURVES, HANDLENS, ROOT, Script, cases, check, expect, free_port, openssl_server  # noqa: E402

PCAPS = os.path.join(ROOT, "pcaps")


def replay(port, pcap, *arguments):
    """Exit status, and each client, by its JA4."""
    path = pcap if os.path.isabs(pcap) else os.path.join(PCAPS, pcap + ".pcap")
    status, out, errors = check("--format", "json", "--clients", path, "--connect", "127.0.0.1:%d" % port, *arguments, "check.test")
    told = [json.loads(line) for line in out.splitlines()]
    for document in told:
        validate(document)
    return status, [d["handlens"]["client"] for d in told], errors


def validate(document):
    try:
        import jsonschema
    except ImportError:
        return
    with open(os.path.join(ROOT, "docs", "clients.schema.json"), encoding="utf-8") as file:
        jsonschema.validate(document, json.load(file))


def join(folder, *names):
    """Captures behind each other, as one: pcapng sections of handlens's own."""
    out = os.path.join(folder, "-".join(names) + ".pcapng")
    subprocess.run([HANDLENS, "read", "-q", "-o", "/dev/null", "--write", out] + [os.path.join(PCAPS, n + ".pcap") for n in names], check=True,
                   capture_output=True)
    return out


def those_that_get_through(folder):
    server, _ = openssl_server(folder, "-min_protocol TLSv1.2 -alpn h2,http/1.1")
    with server:
        for name in ("tls13-x25519", "tls12-alpn-h2", "tls12-ecdhe-rsa", "tls13-alpn-h2", "tls12-resumed-ticket", "tls12-resumed-id",
                     "tls13-early-data", "ipv6", "starttls-smtp", "compressed", "tls12-wolfssl"):
            pcap = [n for n in os.listdir(PCAPS) if n.startswith(name + ".pcap")][0]
            status, clients, errors = replay(server.port, os.path.join(PCAPS, pcap))
            expect(status == 0 and clients and not errors, name, status, clients, errors)
            for client in clients:
                expect(client["outcome"] == "accepted" and not client["stops_working"], name, client)
                expect(client["version"]["name"] == {"t13": "TLS 1.3", "t12": "TLS 1.2"}[client["ja4"][:3]], name, client)
                expect(client["version"]["name"] != "TLS 1.3" or client["group"]["name"] == "x25519", name, client)


def those_that_do_not(folder):
    both = join(folder, "tls10", "tls13-x25519", "tls12-dhe")
    server, _ = openssl_server(folder, "-tls1_3 " + CURVES)
    with server:
        status, clients, errors = replay(server.port, both)
        outcomes = {c["ja4"][:3]: c for c in clients}
        expect(status == 1 and set(outcomes) == {"t10", "t12", "t13"}, status, clients, errors)
        expect(outcomes["t13"]["outcome"] == "accepted" and not outcomes["t13"]["stops_working"], outcomes["t13"])
        for old in ("t10", "t12"):
            expect(outcomes[old]["outcome"] == "refused" and outcomes[old]["stops_working"], outcomes[old])
            expect(outcomes[old]["alert"]["name"] == "protocol_version", outcomes[old])
        status, out, errors = check("--clients", both, "--connect", "127.0.0.1:%d" % server.port, "check.test")
        text = out.decode()
        expect(status == 1 and text.index("fail") < text.index("ok ") and "protocol_version (70)" in text and "TLS 1.3" in text, text)
        expect(all(len(line) <= 80 for line in text.splitlines()), text)
        # who never got through does not stop working
        status, clients, errors = replay(server.port, "fail-no-shared-cipher")
        expect(status == 0 and clients[0]["outcome"] == "refused" and clients[0]["completed"] == 0 and not clients[0]["stops_working"], status, clients)


def another_group_is_asked_for(folder):
    server, _ = openssl_server(folder, "-tls1_3 -curves P-384")
    with server:
        status, (client,), errors = replay(server.port, "tls13-x25519")
        expect((client["outcome"] == "accepted" and client["hello_retry_request"] and client["group"]["name"] == "secp384r1")
               or client["outcome"] == "refused", client)


def names(folder):
    """The target's name takes the place of the client's; of an address there is none."""
    seen = []

    def note(connection, hello):
        seen.append(hello)

    with Script(note) as server:
        for arguments, name in (((), b"check.test"), (("--sni", "other.test"), b"other.test"), (("--sni", ""), b"server.lab.test")):
            seen.clear()
            replay(server.port, "tls13-x25519", "--retries", "0", *arguments)
            expect(len(seen) == 1 and name in seen[0], arguments, seen)
        seen.clear()
        replay(server.port, "tls12-no-sni", "--retries", "0")
        expect(len(seen) == 1 and b"check.test" not in seen[0], seen)


def it_is_the_same_client(folder):
    """What is sent has the fingerprints of what was captured, but for what a resumption takes with it."""
    server, pem = openssl_server(folder, "-min_protocol TLSv1.2")
    saved = os.path.join(folder, "saved.pcapng")
    with server:
        for name in ("tls13-x25519", "tls12-ecdhe-rsa", "tls12-resumed-ticket", "tls12-wolfssl", "tls13-early-data"):
            status, clients, errors = replay(server.port, name, "--save-pcap", saved)
            out = subprocess.run([HANDLENS, "read", "--format", "json", saved], capture_output=True, check=True).stdout
            sent = [json.loads(line)["handlens"] for line in out.splitlines()]
            out = subprocess.run([HANDLENS, "read", "--format", "json", os.path.join(PCAPS, name + ".pcap")], capture_output=True, check=True).stdout
            captured = {h["fingerprints"]["ja4"]: h for h in (json.loads(line)["handlens"] for line in out.splitlines())}
            expect(len(sent) == len(clients), name, len(sent), clients)
            for client, hello in zip(clients, sent):
                before, after = captured[client["ja4"]]["client_hello"], hello["client_hello"]
                gone = {e["name"] for e in before["extensions"]} - {e["name"] for e in after["extensions"]}
                expect(gone <= {"pre_shared_key", "early_data"}, name, gone)
                expect(gone or hello["fingerprints"]["ja4"] == client["ja4"], name, hello["fingerprints"], client["ja4"])
                for key in ("cipher_suites", "supported_groups", "signature_algorithms", "legacy_version", "record_version", "key_shares"):
                    expect(before.get(key) == after.get(key), name, key, before.get(key), after.get(key))
                expect(before["random"] != after["random"] and len(before["session_id"]) == len(after["session_id"]), name)


def nobody_knows(folder):
    status, clients, errors = replay(free_port(), "tls13-x25519")
    expect(status == 3 and clients[0]["outcome"] == "inconclusive" and "connection refused" in clients[0]["why"], status, clients)
    for act, words in ((lambda c, hello: None, "closed"), (lambda c, hello: time.sleep(3), "no answer in time"),
                       (lambda c, hello: c.send(b"HTTP/1.1 400 Bad Request\r\n\r\n"), "not TLS")):
        with Script(act) as server:
            status, clients, errors = replay(server.port, "tls13-x25519", "--timeout", "500ms")
        expect(status == 3 and clients[0]["outcome"] == "inconclusive" and words in clients[0]["why"], words, status, clients)
        expect(not clients[0]["stops_working"], clients)
    with Script(lambda c, hello: c.send(b"\x15\x03\x03\x00\x02\x02\x78")) as server:
        status, clients, errors = replay(server.port, "tls13-x25519")
    expect(status == 1 and clients[0]["alert"]["name"] == "no_application_protocol" and clients[0]["stops_working"], status, clients)


def what_is_told_else(folder):
    """Policies only where they are named, many targets, and mistakes."""
    server, pem = openssl_server(folder, "-tls1_3 " + CURVES, key="P-256")
    path = os.path.join(PCAPS, "tls13-x25519.pcap")
    with server:
        target = "127.0.0.1:%d" % server.port
        status, out, errors = check("--clients", path, "--parallel", "4", *[target] * 6)
        expect(status == 0 and out.count(b"passed") == 6 and b"policy" not in out, status, out, errors)
        status, out, errors = check("--clients", path, "--policy", "mozilla-modern", "--ca-file", pem, "--format", "json", target)
        expect([json.loads(line)["event"]["dataset"] for line in out.splitlines()] == ["handlens.client", "handlens.check"], out)
    for arguments, words in ((("--clients", "/nowhere.pcap", "a"), "No such file"), (("--clients", os.path.join(PCAPS, "quic-v1.pcap"), "a"), "sent again"),
                             (("--clients", path, path), "for servers"), (("--clients", path, "--expect", "resumed", path), "--expect")):
        status, out, errors = check(*arguments)
        expect(status == 2 and words in errors and not out, arguments, status, errors)


def every_capture(folder):
    """Whatever is in them: no client takes the program down, and what cannot be sent again is counted."""
    server, _ = openssl_server(folder, "-min_protocol TLSv1 -cipher ALL@SECLEVEL=0")
    n = 0
    with server:
        for name in sorted(os.listdir(PCAPS)):
            if ".pcap" not in name:
                continue
            status, clients, errors = replay(server.port, os.path.join(PCAPS, name), "--timeout", "2s")
            expect(status in (0, 1, 2, 3) and (status != 2 or len(errors.splitlines()) == 1), name, status, errors)
            n += len(clients)
    expect(n > 60, n)
    print("  %d clients" % n)


if __name__ == "__main__":
    if not shutil.which("openssl"):
        print("skipped: openssl is not installed")
        sys.exit(77)
    sys.exit(cases.main(globals()))
