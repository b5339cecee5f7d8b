#!/usr/bin/env python3
"""handlens check --expect: what captures are expected to be like.

  HANDLENS=build/.../handlens expect.py [NAME...]"""
import json
import os
import subprocess
import sys

ROOT = os.path.normpath(os.environ.get("SOURCE_DIR", os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")))
HANDLENS = os.path.abspath(os.environ.get("HANDLENS", "handlens"))
PCAPS = os.path.join(ROOT, "pcaps")
sys.path.insert(0, os.path.join(ROOT, "tests", "support"))
import cases  # noqa: E402
from cases import expect  # noqa: E402


def check(*arguments):
    p = subprocess.run([HANDLENS, "check", *arguments], capture_output=True, timeout=60)
    return p.returncode, p.stdout.decode(), p.stderr.decode()


def held(name, *arguments):
    """Exit status, and what was told of each expression."""
    status, out, errors = check("--format", "json", *arguments, os.path.join(PCAPS, name))
    expect(out.count("\n") == 1, arguments, out, errors)
    document = json.loads(out)
    validate(document)
    return status, document["handlens"]["expect"]


def validate(document):
    try:
        import jsonschema
    except ImportError:
        return
    with open(os.path.join(ROOT, "docs", "expect.schema.json"), encoding="utf-8") as file:
        jsonschema.validate(document, json.load(file))


# A capture, what is expected, and whether it is like that.
ROWS = [
    ("tls12-alpn-h2.pcap", "version >= 1.2 and alpn == h2", True),
    ("tls12-alpn-h2.pcap", "version == 1.3", False),
    ("tls10.pcap", "version < 1.2 and version == TLSv1.0", True),
    ("tls13-x25519.pcap", "group == x25519 and cipher =~ TLS_AES_* and outcome == completed", True),
    ("tls13-x25519.pcap", "handlens.client_hello.supported_versions[] == 1.3", True),
    ("tls13-x25519.pcap", "alpn == null and alpn != h2", True),
    ("fail-no-shared-cipher.pcap", "outcome == failed and code =~ no-shared-cipher*", True),
    ("fail-no-shared-cipher.pcap", "code == null", False),
    ("fail-connection-refused.pcap", "outcome == not-tls or outcome == failed", True),
    ("tls12-no-sni.pcap", "sni == null", True),
    ("dtls12-cookie.pcap", "version == 'DTLS 1.2' and network.protocol == dtls and version >= 1.2", True),
    ("tls12-resumed-id.pcap", "resumed", False),  # the second one alone
    ("tls12-resumed-id.pcap", "resumed or handlens.resumption.accepted == null", True),
    ("tls12-ecdhe-rsa.pcap", "tls.server.x509.public_key_size >= 2048 and tls.server.not_after > 2020-01-01", True),
    ("tls12-ecdhe-rsa.pcap", "handlens.certificates.server[].extensions[].name contains Usage", True),
    ("tls12-ecdhe-rsa.pcap", "handlens.certificates.server[0].key_usage != null", True),
]


def captures_are_like_that(folder):
    for name, expression, fits in ROWS:
        status, told = held(name, "--expect", expression)
        expect(status == (0 if fits else 1) and told["status"] == ("passed" if fits else "failed"), name, expression, status, told)
        expect(told["handshakes"] > 0 and told["expectations"][0]["expression"] == expression, told)


def each_is_told(folder):
    status, told = held("tls12-resumed-id.pcap", "--expect", "version == 1.2", "--expect", "resumed")
    first, second = told["expectations"]
    expect(status == 1 and told["handshakes"] == 2, told)
    expect(first["result"] == "pass" and first["met"] == 2 and not first["failures"], first)
    expect(second["result"] == "fail" and second["met"] == second["not_met"] == 1, second)
    expect(second["failures"][0]["id"] == 1 and second["failures"][0]["seen"] == [{"path": "resumed", "value": "false"}], second)
    status, out, errors = check("--expect", "resumed", "--expect", "handlens.client_hello.cipher_suites contains none",
                                os.path.join(PCAPS, "tls12-resumed-id.pcap"))
    expect(status == 1 and "1 of 2 handshakes does not fit:" in out and "resumed is false" in out and "#1" in out, out)
    expect(all(len(line) <= 80 for line in out.splitlines()), out)


def nothing_passes_by_absence(folder):
    """No capture of a handshake, no handshake that is asked for, only a part of the capture."""
    empty = os.path.join(folder, "empty.pcap")
    with open(os.path.join(PCAPS, "tls13-x25519.pcap"), "rb") as file:
        whole = file.read()
    with open(empty, "wb") as file:
        file.write(whole[:24])
    status, out, errors = check("--expect", "version != 1.0", empty)
    expect(status == 1 and "no handshake" in out, status, out, errors)
    for arguments in (("--only", "failed"), ("--sni", "other.test"), ("--port", "1")):
        status, told = held("tls13-x25519.pcap", "--expect", "version == 1.3", *arguments)
        expect(status == 1 and told["handshakes"] == 0, arguments, status, told)
    for arguments in (("--only", "completed"), ("--sni", "server.*"), ("--port", "443")):
        status, told = held("tls13-x25519.pcap", "--expect", "version == 1.3", *arguments)
        expect(status == 0 and told["handshakes"] == 1, arguments, status, told)
    cut = os.path.join(folder, "cut.pcap")
    with open(cut, "wb") as file:
        file.write(whole[:-10])
    status, out, errors = check("--expect", "version == 1.3", cut)
    expect(status == 2 and len(errors.splitlines()) == 1, status, out, errors)
    status, out, errors = check("--expect", "version == 1.3", os.path.join(PCAPS, "README.md"))
    expect(status == 2 and not out and len(errors.splitlines()) == 1, status, out, errors)


def policies_only_when_named(folder):
    path = os.path.join(PCAPS, "tls12-rsa-kx.pcap")
    status, out, errors = check("--expect", "version == 1.2", path)
    expect(status == 0 and "policy" not in out, status, out)
    status, out, errors = check("--expect", "version == 1.2", "--policy", "mozilla-intermediate", path)
    expect(status == 1 and "passed" in out and "policy mozilla-intermediate" in out, status, out)
    status, out, errors = check("--expect", "version == 1.1", "--policy", "mozilla-intermediate", "--format", "json", path)
    expect(status == 1 and [json.loads(line)["event"]["dataset"] for line in out.splitlines()] == ["handlens.expect", "handlens.check"], out)


def keys_open_it(folder):
    arguments = ("--expect", "tls.server.subject != null")
    expect(held("tls13-x25519.pcap", *arguments)[0] == 1, "a certificate without keys")
    expect(held("tls13-x25519.pcap", *arguments, "--keylog", os.path.join(PCAPS, "tls13-x25519.keys"))[0] == 0, "none with keys")


def mistakes_have_a_caret(folder):
    path = os.path.join(PCAPS, "tls13-x25519.pcap")
    for expression, column in (("version => 1.2", 8), ("tsl.version == 1.2", 0), ("alpn == 'h\u00e9' x", 13), ("x" * 100, 60), ("alpn ==", 7)):
        status, out, errors = check("--expect", "version == 1.3", "--expect", expression, path)
        lines = errors.splitlines()
        expect(status == 2 and not out and len(lines) == 3 and lines[0].startswith("handlens: --expect: "), status, out, errors)
        expect(column == 60 or lines[2] == " " * (2 + column) + "^", errors)
    for arguments, words in ((("--expect", "resumed", "localhost:1"), "no capture"), (("--only", "failed", path), "--expect"),
                             (("--port", "443", path), "--expect"), (("--expect", "", path), "--expect")):
        status, out, errors = check(*arguments)
        expect(status == 2 and words in errors, arguments, errors)


def every_field_can_be_named(folder):
    """All that is in documents, with every field, is something that an expression may name."""
    paths = set()

    def walk(value, path):
        if isinstance(value, dict):
            for key, inner in value.items():
                walk(inner, path + "." + key if path else key)
        elif isinstance(value, list):
            for inner in value:
                walk(inner, path + "[]")
            paths.add(path)
        if path:
            paths.add(path)

    for name in ("tls13-early-data", "tls12-client-cert", "dtls12-cookie", "quic-v1", "tls13-post-handshake-auth", "lossy", "tls12-ocsp-staple"):
        out = subprocess.run([HANDLENS, "read", "-vv", "--format", "json", "--keylog", os.path.join(PCAPS, name + ".keys"), "--ca-file",
                              os.path.join(PCAPS, "lab-ca.pem"), os.path.join(PCAPS, name + ".pcap")], capture_output=True, timeout=60).stdout
        for line in out.splitlines():
            walk(json.loads(line), "")
    expect(len(paths) > 500, len(paths))
    names = [p for p in sorted(paths) if all(c.isalnum() or c in "_@.[]" for c in p)]
    expect(len(names) > 0.95 * len(paths), len(names), len(paths))
    for i in range(0, len(names), 60):
        arguments = [a for name in names[i:i + 60] for a in ("--expect", name + " == null or " + name + " != null")]
        status, out, errors = check(*arguments, os.path.join(PCAPS, "tls13-x25519.pcap"))
        expect(status == 0, status, out, errors)


if __name__ == "__main__":
    sys.exit(cases.main(globals()))
