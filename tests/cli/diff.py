#!/usr/bin/env python3
"""handlens diff: what it compares, from where, and what it says.

  HANDLENS=build/.../handlens diff.py [NAME...]"""
import json
import os
import subprocess
import sys

ROOT = os.path.normpath(os.environ.get("SOURCE_DIR", os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")))
HANDLENS = os.path.abspath(os.environ.get("HANDLENS", "handlens"))
sys.path.insert(0, os.path.join(ROOT, "tests", "support"))
import cases  # noqa: E402
from cases import expect  # noqa: E402
PCAPS = os.path.join(ROOT, "pcaps")
WORKS, FAILS = os.path.join(PCAPS, "tls12-ecdhe-rsa.pcap"), os.path.join(PCAPS, "fail-no-shared-cipher.pcap")


def run(*arguments, **options):
    return subprocess.run([HANDLENS, *arguments], capture_output=True, timeout=60, **options)


def diff(*arguments, status):
    p = run("diff", "--no-ca", "--format", "json", *arguments)
    expect(p.returncode == status, arguments, "status", p.returncode, p.stderr.decode())
    return json.loads(p.stdout), p.stderr.decode()


def fields(result):
    return [d["field"] for d in result["differences"]]


def documents(path):
    return run("--format", "json", "-vv", "--no-ca", path).stdout


def hello_of(path):
    """The body of the first ClientHello of a capture with whole packets, and its message and record."""
    with open(path, "rb") as file:
        data = file.read()
    at = data.find(b"\x16\x03\x01")
    length = int.from_bytes(data[at + 3:at + 5], "big")
    return data[at + 9:at + 5 + length], data[at + 5:at + 5 + length], data[at:at + 5 + length]


def the_same_is_no_difference(folder):
    result, errors = diff(WORKS, WORKS, status=0)
    expect(result["differences"] == [] and result["failing"] is None and not errors, result, errors)


def every_capture_is_like_itself_and_saved_documents(folder):
    for name in sorted(os.listdir(PCAPS)):
        if not name.endswith(".pcap"):
            continue
        path, saved = os.path.join(PCAPS, name), os.path.join(folder, "saved")
        text = documents(path)
        if not text:
            continue
        with open(saved, "wb") as file:
            file.write(text)
        number = json.loads(text.splitlines()[0])["handlens"]["id"]
        result, _ = diff("%s#%d" % (path, number), saved + "#1", status=0)
        expect(result["differences"] == [], name, fields(result))


def a_failure_is_explained(folder):
    for a, b, failing in ((WORKS, FAILS, "b"), (FAILS, WORKS, "a")):
        result, _ = diff(a, b, status=1)
        expect(result["failing"] == failing and result["cause"]["code"] == "no-shared-cipher", result["cause"])
        expect([e["field"] for e in result["explained_by"]] == ["client_hello.cipher_suites"], result["explained_by"])
        expect(result["explained_by"][0]["chosen"].startswith("TLS_ECDHE_RSA_WITH_AES_128_GCM"), result["explained_by"])


def what_changes_each_time_is_no_difference(folder):
    """Two handshakes of one program with one server: randoms, shares, tickets differ."""
    path = os.path.join(PCAPS, "tls12-resumption-declined.pcap")
    first, second = (json.loads(line)["handlens"] for line in documents(path).splitlines()[:2])
    expect(first["client_hello"]["random"] != second["client_hello"]["random"], "these are one handshake")
    result, _ = diff(path + "#1", path + "#2", status=0)
    expect(result["differences"] == [], fields(result))


def order_counts_and_grease_does_not(folder):
    body, message, record = hello_of(WORKS)
    suites = 2 + 32 + 1 + body[34]
    count = int.from_bytes(body[suites:suites + 2], "big") // 2
    expect(count >= 3, "the hello has too few suites for this test")
    first, second = body[suites + 2:suites + 4], body[suites + 4:suites + 6]
    swapped = body[:suites + 2] + second + first + body[suites + 6:]
    result, _ = diff(body.hex(), swapped.hex(), status=1)
    expect(fields(result) == ["client_hello.cipher_suites"] and "prefers" in result["differences"][0]["order"], result["differences"])
    longer = (2 * count + 2).to_bytes(2, "big")
    greased = body[:suites] + longer + b"\x5a\x5a" + body[suites + 2:]
    result, _ = diff(body.hex(), greased.hex(), status=0)
    expect(result["differences"] == [], result["differences"])


def a_hello_in_any_form(folder):
    forms = [form.hex() for form in hello_of(WORKS)]
    forms.append(" ".join(forms[2][i:i + 2] for i in range(0, len(forms[2]), 2)))
    forms.append(":".join(forms[2][i:i + 2] for i in range(0, len(forms[2]), 2)).upper())
    for form in forms[1:]:
        result, _ = diff(forms[0], form, status=0)
        expect(result["differences"] == [], result["differences"])


def which_of_several(folder):
    both = os.path.join(PCAPS, "tls12-resumed-id.pcap")
    p = run("diff", "--no-ca", both, WORKS)
    expect(p.returncode == 1 and b"the first is compared" in p.stderr, p.stderr)
    result, errors = diff(both + "#2", WORKS, status=1)
    expect(not errors and result["a"]["id"] == 2, errors, result["a"])
    p = run("diff", "--no-ca", both + "#9", WORKS)
    expect(p.returncode == 2 and b"no handshake #9" in p.stderr and not p.stdout, p.stderr)


def mistakes(folder):
    saved, noise = os.path.join(folder, "saved"), os.path.join(folder, "noise")
    with open(saved, "w", encoding="ascii") as file:
        file.write('{"a": 1}\n')
    with open(noise, "wb") as file:
        file.write(b"{" + bytes(range(256)))
    for arguments, words in (([WORKS], b"compares two"), ([WORKS, WORKS, WORKS], b"compares two"), (["nowhere", WORKS], b"nowhere: No such file"),
                             ([saved, WORKS], b"no handshake of handlens"), ([noise, WORKS], b"no handshake of handlens"),
                             ([saved + "#3", WORKS], b"no line 3"), (["00" * 60, WORKS], b"no ClientHello"),
                             ([os.path.join(PCAPS, "README.md"), WORKS], b"not a capture file")):
        p = run("diff", "--no-ca", *arguments)
        expect(p.returncode == 2 and words in p.stderr and len(p.stderr.splitlines()) == 1 and not p.stdout, arguments, p.stderr)
    with open("/dev/full", "wb") as full:
        p = subprocess.run([HANDLENS, "diff", "--no-ca", WORKS, FAILS], stdout=full, stderr=subprocess.PIPE, timeout=60)
    expect(p.returncode == 2 and b"No space" in p.stderr, p.stderr)


def text_of_others_is_made_safe(folder):
    """A saved document may hold anything: no escape reaches a terminal."""
    document = json.loads(documents(WORKS))
    document["handlens"]["client_hello"]["server_name"] = "\x1b[31m\u0007evil"
    saved = os.path.join(folder, "saved")
    with open(saved, "w", encoding="utf8") as file:
        file.write(json.dumps(document) + "\n")
    p = run("diff", "--no-ca", "--color", "never", WORKS, saved)
    expect(p.returncode == 1 and b"\x1b" not in p.stdout and b"\x07" not in p.stdout and b"evil" in p.stdout, p.stdout)


if __name__ == "__main__":
    sys.exit(cases.main(globals()))
