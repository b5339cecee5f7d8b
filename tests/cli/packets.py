#!/usr/bin/env python3
"""--decrypted-pcap and --redact: what is written opens again, and has nothing in it that should not be there.

  HANDLENS=build/.../handlens packets.py [NAME...]

Each function is a case. What comes out is read again by handlens, and by tshark where that is installed."""
import json
import os
import re
import shutil
import stat
import struct
import subprocess
import sys

ROOT = os.path.normpath(os.environ.get("SOURCE_DIR", os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")))
HANDLENS = os.path.abspath(os.environ.get("HANDLENS", "handlens"))
sys.path.insert(0, os.path.join(ROOT, "tests", "support"))
import cases  # noqa: E402
from cases import expect  # noqa: E402
PCAPS = os.path.join(ROOT, "pcaps")
NO_OPENING = {"tls12-rsa-kx": ["--key", os.path.join(PCAPS, "lab-rsa-key.pem")]}
CAPTURES = sorted(f for f in os.listdir(PCAPS) if re.search(r"\.pcap(ng|\.gz)?$", f))
NAMES = [b"lab.test", b"Lab Root", b"Lab Inter"]
ADDRESSES = [bytes([192, 0, 2, 10]), bytes([192, 0, 2, 20]), b"192.0.2.", b"198.51.100.", b"203.0.113.", b"2001:db8",
             b"\x20\x01\x0d\xb8"]


def run(*arguments, **options):
    return subprocess.run([HANDLENS, *arguments], capture_output=True, timeout=60, **options)


def opening(capture):
    stem = capture.split(".")[0]
    keys = os.path.join(PCAPS, stem + ".keys")
    return NO_OPENING.get(stem, ["--keylog", keys] if os.path.exists(keys) else [])


def documents(*arguments):
    p = run("--format", "json", "-q", *arguments)
    expect(p.returncode == 0, arguments, "status", p.returncode, p.stderr)
    return [json.loads(line) for line in p.stdout.splitlines()]


def written(folder, *arguments, name="out.pcapng"):
    """(documents of what was read, path of what was written, standard error)"""
    path = os.path.join(folder, name)
    p = run("--format", "json", "-q", "--decrypted-pcap", path, *arguments)
    expect(p.returncode == 0, arguments, "status", p.returncode, p.stderr)
    return [json.loads(line) for line in p.stdout.splitlines()], path, p.stderr.decode()


def proofs(document):
    """But for those that a key log does not have what it takes for: a premaster secret, the order in the capture."""
    return {kind: proof["result"] for kind, proof in document["handlens"]["verification"].items()
            if isinstance(proof, dict) and "result" in proof and kind not in ("resumption", "extended_master_secret")}


def blocks(path):
    """(type, body) of each block of a little-endian pcapng file"""
    with open(path, "rb") as file:
        data = file.read()
    at = 0
    while at < len(data):
        kind, length = struct.unpack_from("<II", data, at)
        expect(length % 4 == 0 and struct.unpack_from("<I", data, at + length - 4)[0] == length, path, "block at", at)
        yield kind, data[at + 8:at + length - 4]
        at += length


def key_log(path):
    return [line for kind, body in blocks(path) if kind == 10 for line in body[8:8 + struct.unpack_from("<I", body, 4)[0]].splitlines()]


def packets(path):
    return [body[20:20 + struct.unpack_from("<I", body, 12)[0]] for kind, body in blocks(path) if kind == 6]


def everything_opens_again(folder):
    for capture in CAPTURES:
        before, path, errors = written(folder, *opening(capture), os.path.join(PCAPS, capture))
        expect(not errors, capture, errors)
        after = documents(path)
        expect(len(before) == len(after), capture, len(before), "handshakes, then", len(after))
        for a, b in zip(before, after):
            expect(a["handlens"]["outcome"] == b["handlens"]["outcome"], capture, b["handlens"]["outcome"])
            expect(proofs(a) == proofs(b), capture, proofs(a), "then", proofs(b))
            chains = [[c["sha256"] for c in d["handlens"]["certificates"]["server"] or []] for d in (a, b)]
            expect(chains[0] == chains[1], capture, "certificates")
            expect(a["handlens"]["fingerprints"] == b["handlens"]["fingerprints"], capture, "fingerprints")
            # QUIC's tickets lie in packets with application data.
            said = [[(m["type"]["name"], m.get("decrypted")) for m in d["handlens"]["messages"] if m.get("type")
                     and (d["network"]["protocol"] != "quic" or m["type"]["name"] != "new_session_ticket")] for d in (a, b)]
            expect(said[0] == said[1], capture, said[0], "then", said[1])


def packets_are_those_of_the_capture(folder):
    """Byte for byte, up to where application data begin."""
    for capture in ("tls12-ecdhe-rsa.pcap", "lossy.pcap", "vlan.pcap", "small-segments.pcap"):
        with open(os.path.join(PCAPS, capture), "rb") as file:
            data = file.read()
        _, path, _ = written(folder, *opening(capture), os.path.join(PCAPS, capture))
        out = packets(path)
        expect(len(out) > 5, capture)
        for packet in out:
            # Where application data were blanked the checksum is another one, too.
            expect(packet in data or (packet[:50] in data and bytes(16) in packet), capture, "a packet that was not there")
        expect(out[0] == data[40:40 + len(out[0])], capture, "does not begin with the first packet")


def several_files_and_standard_input(folder):
    captures = [os.path.join(PCAPS, c) for c in ("tls13-x25519.pcap", "tls12-cbc.pcap", "linux-cooked.pcap")]
    keys = [a for c in captures for a in ("--keylog", c[:-5] + ".keys")]
    before, path, _ = written(folder, *keys, *captures)
    after = documents(path)
    expect(len(after) == 3 and [proofs(d) for d in after] == [proofs(d) for d in before], "several files")
    expect(sum(kind == 1 for kind, _ in blocks(path)) == 2, "an interface a link type")
    with open(captures[0], "rb") as file:
        p = run("-q", *keys, "--decrypted-pcap", os.path.join(folder, "in"), "-", stdin=file)
    with open(os.path.join(folder, "in"), "rb") as a, open(path, "rb") as b:
        expect(p.returncode == 0 and b.read().startswith(a.read()), "standard input", p.stderr)


def only_what_is_shown(folder):
    both = [os.path.join(PCAPS, c) for c in ("tls13-x25519.pcap", "fail-no-shared-version.pcap")]
    keys = ["--keylog", both[0][:-5] + ".keys"]
    for filters, wanted in (([], 2), (["--only", "failed"], 1), (["--sni", "nobody"], 0), (["--port", "1"], 0)):
        before, path, _ = written(folder, *keys, *filters, *both)
        expect(len(before) == wanted and len(documents(path)) == wanted, filters)
        expect((len(key_log(path)) > 0) == (wanted == 2), filters, "secrets of one that is not shown")


def secrets_are_those_of_the_handshake(folder):
    with open(os.path.join(PCAPS, "tls13-x25519.keys"), "rb") as file:
        own = [line for line in file.read().splitlines() if not line.startswith(b"#")]
    log = os.path.join(folder, "keys")
    with open(log, "wb") as file:
        file.write(b"\n".join(own + [b"CLIENT_RANDOM " + 64 * b"a" + b" " + 96 * b"b"]) + b"\n")
    _, path, _ = written(folder, "--keylog", log, os.path.join(PCAPS, "tls13-x25519.pcap"))
    lines = key_log(path)
    expect(lines and set(lines) == {line for line in own if b"EXPORTER" not in line}, lines)
    _, path, _ = written(folder, os.path.join(PCAPS, "tls13-x25519.pcap"))
    expect(not key_log(path) and len(packets(path)) > 5, "there need not be any")
    for capture in ("tls12-rsa-kx.pcap", "tls12-psk.pcap", "secrets-inside.pcapng"):
        _, path, _ = written(folder, *opening(capture), os.path.join(PCAPS, capture))
        expect(key_log(path), capture, "has no secrets")
    _, path, _ = written(folder, *opening("tls12-rsa-kx"), os.path.join(PCAPS, "tls12-rsa-kx.pcap"))
    expect([line.split()[0] for line in key_log(path)] == [b"CLIENT_RANDOM"], "of a private key")


def application_data_are_cut_off(folder):
    """Nothing behind the handshake: no byte of what was encrypted then is there."""
    for capture in ("tls13-x25519.pcap", "tls12-ecdhe-rsa.pcap", "tls13-early-data.pcap", "tls12-renegotiation.pcap"):
        with open(os.path.join(PCAPS, capture), "rb") as file:
            data = file.read()
        _, path, _ = written(folder, *opening(capture), os.path.join(PCAPS, capture))
        tshark = shutil.which("tshark")
        with open(path, "rb") as file:
            out = file.read()
        expect(len(out) < len(data) + 40 * len(packets(path)) + 2500, capture)
        if tshark:
            p = subprocess.run([tshark, "-r", path, "-Y", "http || data"], capture_output=True, timeout=120)
            expect(not p.stdout, capture, p.stdout)


def nothing_is_overwritten_and_modes(folder):
    capture = os.path.join(PCAPS, "tls13-x25519.pcap")
    path = os.path.join(folder, "out.pcapng")
    with open(path, "wb") as file:
        file.write(b"x" * 100000)
    os.chmod(path, 0o644)
    written(folder, *opening("tls13-x25519"), capture)
    expect(stat.S_IMODE(os.stat(path).st_mode) == 0o600 and os.path.getsize(path) < 50000, "mode, or what was there before")
    copy = os.path.join(folder, "capture.pcap")
    shutil.copy(capture, copy)
    p = run(copy, "--decrypted-pcap", copy)
    expect(p.returncode == 2 and os.path.getsize(copy) == os.path.getsize(capture), p.stderr)
    p = run(capture, "--decrypted-pcap", path, "-o", path)
    expect(p.returncode == 2 and len(p.stderr.splitlines()) == 1, "two outputs in one file", p.stderr)


def standard_output(folder):
    capture = os.path.join(PCAPS, "tls13-x25519.pcap")
    report = os.path.join(folder, "report")
    keys = opening("tls13-x25519")
    for arguments in (["--decrypted-pcap", "-"], ["--decrypted-pcap", "-", "-o", report], ["--redact"],
                      ["--decrypted-pcap", "-", "--show-secrets"], ["--decrypted-pcap", "/dev/stdout"],
                      ["--decrypted-pcap", "/dev/stderr"], ["--decrypted-pcap", ""],
                      ["--decrypted-pcap", os.path.join(folder, "no", "such")], ["--decrypted-pcap", folder]):
        p = run(*keys, *arguments, capture)
        expect(p.returncode == 2 and not p.stdout and len(p.stderr.splitlines()) == 1, arguments, p.returncode, p.stderr)
    p = run(*keys, "--decrypted-pcap", "-", "--show-secrets", "-o", report, capture)
    _, path, _ = written(folder, *keys, capture)
    with open(path, "rb") as file:
        expect(p.returncode == 0 and p.stdout == file.read(), "standard output", p.stderr)
    p = run(*keys, "--decrypted-pcap", "/dev/stdout", "--show-secrets", "-o", report, capture)
    expect(p.returncode == 0 and p.stdout.startswith(b"\x0a\x0d\x0d\x0a"), "/dev/stdout", p.stderr)


def full_disk(folder):
    p = run(*opening("tls13-x25519"), "--decrypted-pcap", "/dev/full", os.path.join(PCAPS, "tls13-x25519.pcap"))
    expect(p.returncode == 2 and b"No space left" in p.stderr and len(p.stderr.splitlines()) == 1, p.returncode, p.stderr)
    expect(b"completed" in p.stdout, "the report is missing")


def tshark_opens_it(folder):
    tshark = shutil.which("tshark")
    if not tshark:
        print("skipped: tshark is not installed")
        return
    for capture in ("tls13-x25519.pcap", "tls12-client-cert.pcap", "tls13-client-cert.pcap"):
        for redact in ([], ["--redact"]):
            _, path, _ = written(folder, *opening(capture), *redact, os.path.join(PCAPS, capture))
            for kind in (11, 20):
                p = subprocess.run([tshark, "-r", path, "-Y", "tls.handshake.type==%d" % kind], capture_output=True, timeout=120)
                expect(p.stdout, capture, redact, "tshark sees no message of type", kind)
            p = subprocess.run([tshark, "-r", path, "-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE", "-Y",
                                "tcp.checksum.status==0 || ip.checksum.status==0 || _ws.malformed"], capture_output=True, timeout=120)
            expect(not p.stdout or not redact, capture, "checksums", p.stdout)


# --- --redact -----------------------------------------------------------------------------------------------------------

NOT_WRITTEN = {"mid-stream.pcap", "snaplen.pcap", "quic-v1.pcap"}  # their names are not all in a stream that can be read


def names_and_addresses_are_gone(folder):
    for capture in CAPTURES:
        before, path, errors = written(folder, *opening(capture), "--redact", os.path.join(PCAPS, capture))
        with open(path, "rb") as file:
            data = file.read()
        for word in NAMES + ADDRESSES:
            expect(word.lower() not in data.lower(), capture, "still has", word)
        if capture in NOT_WRITTEN or "dtls" in capture:
            expect("was not written" in errors and len(errors.splitlines()) == 1, capture, errors)
            continue
        after = documents(path)
        expect(len(before) == len(after), capture, len(before), "handshakes, then", len(after))
        for a, b in zip(before, after):
            for what in ("outcome", "before_tls"):
                expect(a["handlens"].get(what) == b["handlens"].get(what), capture, what, b["handlens"].get(what))
            expect(len(a["tls"]["client"].get("server_name", "")) == len(b["tls"]["client"].get("server_name", "")), capture)
        hidden = [m for d in before for m in d["handlens"]["messages"]
                  if m.get("decrypted") and (m.get("type") or {}).get("name") in
                  ("client_hello", "certificate", "compressed_certificate", "certificate_request")]
        expect(("were not replaced" in errors) == bool(hidden) and len(errors.splitlines()) == bool(hidden), capture, errors)


def names_stay_what_they_are_to_each_other(folder):
    both = [os.path.join(PCAPS, c) for c in ("tls12-ecdhe-rsa.pcap", "tls12-cbc.pcap")]
    before, path, _ = written(folder, "--redact", *both)
    after = documents(path)
    for a, b in zip(before, after):
        chains = [d["handlens"]["certificates"]["server"] for d in (a, b)]
        expect(len(chains[0]) == len(chains[1]), "chains")
    names = [[d["tls"]["client"]["server_name"] for d in some] for some in (before, after)]
    expect((names[0][0] == names[0][1]) == (names[1][0] == names[1][1]), names)
    expect(names[1][0] in after[0]["tls"]["server"]["subject"], names[1], after[0]["tls"]["server"]["subject"])


def names_over_two_segments(folder):
    """The ClientHello in two packets, cut at each byte of the name."""
    with open(os.path.join(PCAPS, "raw-ip.pcap"), "rb") as file:
        data = file.read()
    at, name = data.find(b"server.lab.test"), b"server.lab.test"
    expect(at > 0, "the name is not in the capture")
    begin = 24
    while begin + 16 + struct.unpack_from("<I", data, begin + 8)[0] < at:
        begin += 16 + struct.unpack_from("<I", data, begin + 8)[0]
    length = struct.unpack_from("<I", data, begin + 8)[0]
    packet = data[begin + 16:begin + 16 + length]
    headers = 20 + (packet[32] >> 4) * 4
    for cut in range(1, len(name)):
        split = at - begin - 16 - headers + cut
        first = packet[:2] + struct.pack(">H", headers + split) + packet[4:headers + split]
        second = (packet[:2] + struct.pack(">H", len(packet) - split) + packet[4:24] +
                  struct.pack(">I", (struct.unpack_from(">I", packet, 24)[0] + split) & 0xffffffff) + packet[28:headers] +
                  packet[headers + split:])
        head = data[begin:begin + 8]
        for order in ((first, second), (second, first), (first, second, packet)):
            target = os.path.join(folder, "split.pcap")
            with open(target, "wb") as file:
                file.write(data[:begin] + b"".join(head + struct.pack("<II", len(p), len(p)) + p for p in order) +
                           data[begin + 16 + length:])
            before, path, errors = written(folder, "--redact", target)
            with open(path, "rb") as file:
                out = file.read()
            expect(len(documents(path)) == len(before) == 1 and not errors, cut, errors)
            for n in range(3, len(name)):
                expect(name[:n] not in out and name[-n:] not in out, "cut at", cut, "a part of the name is there:", n)


def fragments(folder):
    """The largest packet in two fragments, which come in either order: both are written; with --redact none of it is."""
    with open(os.path.join(PCAPS, "raw-ip.pcap"), "rb") as file:
        data = file.read()
    at, places = 24, []
    while at < len(data):
        places.append(at)
        at += 16 + struct.unpack_from("<I", data, at + 8)[0]
    at = max(places, key=lambda p: struct.unpack_from("<I", data, p + 8)[0])
    length = struct.unpack_from("<I", data, at + 8)[0]
    packet = data[at + 16:at + 16 + length]

    def fragment(begin, end, more):
        return (packet[:2] + struct.pack(">HHH", 20 + end - begin, 7, (0x2000 if more else 0) | begin // 8) + packet[8:20] +
                packet[20 + begin:20 + end])

    parts = [fragment(0, 400, True), fragment(400, length - 20, False)]
    for order in (parts, parts[::-1]):
        target = os.path.join(folder, "fragments.pcap")
        with open(target, "wb") as file:
            file.write(data[:at] + b"".join(data[at:at + 8] + struct.pack("<II", len(p), len(p)) + p for p in order) +
                       data[at + 16 + length:])
        before, path, errors = written(folder, *opening("raw-ip"), target)
        out = packets(path)
        expect(not errors and [p for p in out if p in parts] == order, "the fragments are not there", errors)
        after = documents(path)
        expect(proofs(before[0]) == proofs(after[0]) and after[0]["handlens"]["outcome"] == "completed", proofs(after[0]))
        _, path, errors = written(folder, *opening("raw-ip"), "--redact", target)
        expect("not written" in errors and not any(p[:40] in open(path, "rb").read() for p in parts), errors)


def what_is_kept_is_bounded(folder):
    """A client that sends its first packet again and again: the cap is told once, the rest is read all the same."""
    capture = os.path.join(PCAPS, "tls12-ecdhe-rsa.pcap")
    with open(capture, "rb") as file:
        data = file.read()
    at, some = 24, []
    while at < len(data):
        length = struct.unpack_from("<I", data, at + 8)[0]
        some.append(data[at:at + 16 + length])
        at += 16 + length
    hello = max(some[:5], key=len)
    target = os.path.join(folder, "many.pcap")
    with open(target, "wb") as file:
        file.write(data[:24] + b"".join(some[:4]) + 5000 * hello + b"".join(some[4:]))
    before, path, errors = written(folder, target)
    expect(len(before) == 1 and before[0]["handlens"]["outcome"] == "completed", "the handshake")
    expect("too many to keep" in errors and len(errors.splitlines()) == 1, errors)
    expect(os.path.getsize(path) < 3 << 20, os.path.getsize(path))


if __name__ == "__main__":
    sys.exit(cases.main(globals()))
