#!/usr/bin/env python3
"""The command line where it meets the world: files, pipes, signals, disks.

  HANDLENS=build/.../handlens cli.py [NAME...]

Each function is a case. Captures are those of pcaps/, cut, joined and compressed here."""
import base64
import fcntl
import gzip
import json
import os
import pty
import re
import shutil
import signal
import struct
import subprocess
import sys
import termios
import time

ROOT = os.path.normpath(os.environ.get("SOURCE_DIR", os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")))
HANDLENS = os.path.abspath(os.environ.get("HANDLENS", "handlens"))
sys.path.insert(0, os.path.join(ROOT, "tests", "support"))
import cases  # noqa: E402
from cases import expect  # noqa: E402
CAPTURE = os.path.join(ROOT, "pcaps", "tls12-ecdhe-rsa.pcap")
OTHER = os.path.join(ROOT, "pcaps", "tls13-x25519.pcap")


def run(*arguments, **options):
    return subprocess.run([HANDLENS, *arguments], capture_output=True, timeout=60, **options)


def handshakes(process):
    return [json.loads(line) for line in process.stdout.splitlines()]


def same_but_for_the_file(a, b):
    for document in (a, b):
        document["handlens"]["capture"]["file"] = None
    return a == b


def packets(data):
    """The packets of a little-endian pcap file, with their headers."""
    at, out = 24, []
    while at < len(data):
        length = struct.unpack_from("<I", data, at + 8)[0]
        out.append(data[at:at + 16 + length])
        at += 16 + length
    return out


def read_is_the_default_command(folder):
    expect(run("read", CAPTURE).stdout == run(CAPTURE).stdout, "read FILE and FILE differ")


def standard_input(folder):
    with open(CAPTURE, "rb") as file:
        piped = run("--format", "json", "-", stdin=file)
    plain = run("--format", "json", CAPTURE)
    expect(same_but_for_the_file(handshakes(piped)[0], handshakes(plain)[0]), "standard input gives another document")


def compressed_files_are_known_by_content(folder):
    plain = handshakes(run("--format", "json", CAPTURE))[0]
    with open(CAPTURE, "rb") as file:
        data = file.read()
    target = os.path.join(folder, "capture.bin")
    half = len(data) // 2
    makers = {"gzip": lambda: gzip.compress(data), "two gzip members": lambda: gzip.compress(data[:half]) + gzip.compress(data[half:])}
    for tool in ("zstd", "lz4"):
        if shutil.which(tool):
            makers[tool] = lambda tool=tool: subprocess.run([tool, "-c"], input=data, capture_output=True, check=True).stdout
    for name, make in makers.items():
        packed = make()
        with open(target, "wb") as file:
            file.write(packed)
        found = handshakes(run("--format", "json", target))
        expect(len(found) == 1 and same_but_for_the_file(found[0], dict(plain)), name, "gives another document")
        with open(target, "wb") as file:
            file.write(packed[:len(packed) * 2 // 3])
        cut = run(target)
        # Where nothing at all could be decompressed there was no capture to be seen.
        expect(cut.returncode == (0 if b"warning" in cut.stderr else 2), name, "cut short: status", cut.returncode)
        expect(b"ends too early" in cut.stderr and len(cut.stderr.splitlines()) == 1, name, cut.stderr)


def a_handshake_over_two_files(folder):
    with open(CAPTURE, "rb") as file:
        data = file.read()
    header, all_packets = data[:24], packets(data)
    plain = handshakes(run("--format", "json", CAPTURE))[0]
    for cut in range(1, len(all_packets)):
        parts = [os.path.join(folder, "part%d" % i) for i in (1, 2)]
        for part, some in zip(parts, (all_packets[:cut], all_packets[cut:])):
            with open(part, "wb") as file:
                file.write(header + b"".join(some))
        found = handshakes(run("--format", "json", *parts))
        expect(len(found) == 1, len(found), "handshakes when cut after packet", cut)
        expect(found[0]["handlens"]["outcome"] == "completed", "not completed when cut after packet", cut)
        messages = found[0]["handlens"]["messages"]
        where = [os.path.basename(m.get("file", parts[0])) for m in messages]
        frames = [m["frame"] + (cut if m.get("file") else 0) for m in messages]
        expect(frames == [m["frame"] for m in plain["handlens"]["messages"]] and where == sorted(where),
               "frames", frames, "in", where, "when cut after packet", cut)
        expect(found[0]["handlens"]["certificates"] == plain["handlens"]["certificates"], "other certificates", cut)


def a_cut_file_gives_what_is_there(folder):
    with open(CAPTURE, "rb") as file:
        data = file.read()
    target = os.path.join(folder, "cut.pcap")
    for length in range(0, len(data), 97):
        with open(target, "wb") as file:
            file.write(data[:length])
        p = run("--format", "json", target)
        expect(p.returncode == (2 if length < 24 else 0), "status", p.returncode, "at length", length)
        for document in handshakes(p):
            expect(document["handlens"]["id"] == 1, "more than one handshake at length", length)


def other_files_are_read_all_the_same(folder):
    p = run("--format", "json", CAPTURE, os.path.join(ROOT, "README.md"), os.path.join(folder, "missing"), OTHER)
    expect(p.returncode == 2, "status", p.returncode)
    expect(len(handshakes(p)) == 2, len(handshakes(p)), "handshakes")
    lines = p.stderr.decode().splitlines()
    expect(len(lines) == 2 and "README.md: not a capture file; " in lines[0] and "missing: No such file" in lines[1], lines)


def usage(folder):
    for arguments in ([], ["--no-such-option", CAPTURE], ["--format", "xml", CAPTURE], ["--port", "70000", CAPTURE],
                      ["--only", "", CAPTURE], ["--format"], ["-o"], ["--quiet=yes", CAPTURE]):
        p = run(*arguments)
        expect(p.returncode == 2 and not p.stdout and p.stderr, arguments, p.returncode, p.stdout, p.stderr)
        expect(not arguments or len(p.stderr.splitlines()) == 1, arguments, "more than one line", p.stderr)
    for arguments in (["-h"], ["--help"], ["--version"]):
        p = run(*arguments)
        expect(p.returncode == 0 and p.stdout and not p.stderr, arguments)
    expect(len(run("-h").stdout.splitlines()) <= 24, "-h does not fit one screen")
    expect(max(map(len, run("-h").stdout.decode().splitlines())) <= 80, "-h is wider than 80 columns")


def filters(folder):
    def count(*arguments):
        return len(handshakes(run("--format", "json", *arguments, CAPTURE)))
    expect(count("--only", "completed") == 1 and count("--only", "failed,incomplete,not-tls") == 0, "--only")
    expect(count("--sni", "SERVER.*.test") == 1 and count("--sni", "server") == 0, "--sni")
    expect(count("--port", "443") == 1 and count("--port", "444") == 0, "--port")


def full_disk(folder):
    p = run("-o", "/dev/full", CAPTURE)
    expect(p.returncode == 2 and b"No space left" in p.stderr, p.returncode, p.stderr)


def an_input_is_not_overwritten(folder):
    target = os.path.join(folder, "capture.pcap")
    shutil.copy(CAPTURE, target)
    p = run(target, "-o", target)
    expect(p.returncode == 2 and os.path.getsize(target) == os.path.getsize(CAPTURE), p.returncode, p.stderr)


def variants_that_libpcap_knows(folder):
    """Kuznetzov's form: eight more bytes before each packet."""
    plain = os.path.join(ROOT, "pcaps", "raw-ip.pcap")
    with open(plain, "rb") as file:
        data = file.read()
    out, at = b"\x34\xcd\xb2\xa1" + data[4:24], 24
    while at < len(data):
        length = int.from_bytes(data[at + 8:at + 12], "little")
        out += data[at:at + 16] + bytes(8) + data[at + 16:at + 16 + length]
        at += 16 + length
    path = os.path.join(folder, "variant.pcap")
    with open(path, "wb") as file:
        file.write(out)
    a, b = run("--format", "json", plain), run("--format", "json", path)
    expect(a.returncode == b.returncode == 0 and len(handshakes(a)) == len(handshakes(b)) == 1, b.returncode, b.stderr)
    expect(same_but_for_the_file(handshakes(a)[0], handshakes(b)[0]), "the handshake")


def unknown_link_types_are_told(folder):
    target = os.path.join(folder, "capture.pcap")
    with open(CAPTURE, "rb") as file:
        data = file.read()
    with open(target, "wb") as file:
        file.write(data[:20] + struct.pack("<I", 9999) + data[24:])
    p = run("--format", "json", target)
    expect(b"link type 9999" in p.stderr and p.returncode == 0, p.returncode, p.stderr)


def reader_of_the_pipe_goes_away(folder):
    many = [CAPTURE] * 400
    with subprocess.Popen([HANDLENS, "--format", "json", *many], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as p:
        first = p.stdout.readline()
        p.stdout.close()
        errors = p.stderr.read()
        status = p.wait(60)
    expect(first.startswith(b"{") and status == 0 and not errors, status, errors)


def interrupt_writes_what_was_found(folder):
    fifo = os.path.join(folder, "fifo")
    os.mkfifo(fifo)
    with open(CAPTURE, "rb") as file:
        data = file.read()
    for arguments in (["-"], [fifo]):
        with subprocess.Popen([HANDLENS, "--format", "json", *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE) as p:
            feed = p.stdin if arguments == ["-"] else open(fifo, "wb")
            feed.write(data)
            feed.flush()
            time.sleep(0.5)
            p.send_signal(signal.SIGINT)  # while it waits for input
            output, errors = p.stdout.read(), p.stderr.read()
            status = p.wait(60)
            feed.close()
        expect(status == 130 and len(output.splitlines()) == 1, arguments, status, len(output), errors)


def the_manual_page_is_up_to_date(folder):
    with open(os.path.join(ROOT, "docs", "handlens.1"), "rb") as file:
        expect(file.read() == run("--print-manual").stdout, "docs/handlens.1: make it again with handlens --print-manual")


def no_line_is_wider_than_80_columns(folder):
    captures = [os.path.join(ROOT, "pcaps", f) for f in sorted(os.listdir(os.path.join(ROOT, "pcaps"))) if ".pcap" in f]
    for verbosity in ("-q", "-v", "-vv"):
        p = run(verbosity, *captures)
        wide = [line for line in p.stdout.decode().splitlines() if len(line) > 80]
        expect(not wide, verbosity, len(wide), "lines, the first:", wide[:1])


def nothing_but_text_reaches_a_terminal(folder):
    with open(CAPTURE, "rb") as file:
        data = file.read()
    evil = data.replace(b"server.lab.test", b"\x1b[31m\xe2\x80\xaeabcde\xff\x07")
    expect(evil != data and len(evil) == len(data), "the name is not in the capture")
    target = os.path.join(folder, "evil.pcap")
    with open(target, "wb") as file:
        file.write(evil)
    for arguments in (["-vv"], ["-v"], ["--format", "json"]):
        output = run(*arguments, target).stdout
        text = output.decode("utf8")
        expect(not any(ord(c) < 32 and c != "\n" or c in "\u202e\x7f" for c in text), arguments, "control characters")


def on_terminal(columns, environment, *arguments):
    """What a terminal of so many columns gets, without its colours."""
    terminal, end = pty.openpty()
    fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    with subprocess.Popen([HANDLENS, *arguments], stdin=subprocess.DEVNULL, stdout=end, stderr=end,
                          env=dict(os.environ, **environment)) as p:
        os.close(end)
        output = b""
        try:
            while piece := os.read(terminal, 1 << 16):
                output += piece
        except OSError:  # the other end was closed
            pass
    os.close(terminal)
    expect(p.returncode == 0, p.returncode, output)
    return re.sub("\x1b\\[[0-9;]*m", "", output.decode("utf8")).replace("\r\n", "\n")


def a_ladder_is_as_wide_as_the_terminal(folder):
    broken = os.path.join(ROOT, "pcaps", "fail-wrong-purpose.pcap")
    for columns in (24, 40, 64, 65, 80, 100, 200):
        text = on_terminal(columns, {"LC_ALL": "C.UTF-8"}, "-v", broken)
        widest = max(map(len, text.splitlines()))
        expect(widest <= columns, columns, "columns, and a line of", widest)
        expect("here it broke" in " ".join(text.split()), "the broken place is not marked")
    piped = run("-v", broken).stdout.decode("utf8")
    expect(max(map(len, piped.splitlines())) <= 80 and "\u2500\u25b6" in piped, "piped")


def terminals_without_utf8(folder):
    for environment, plain in (({"LC_ALL": "C"}, True), ({"LC_ALL": "de_DE.ISO-8859-1"}, True), ({"LC_ALL": "de_DE.utf8"}, False),
                               ({"LC_ALL": "", "LC_CTYPE": "", "LANG": "en_US.UTF-8"}, False)):
        text = on_terminal(80, environment, "-v", CAPTURE)
        expect(text.isascii() == plain, environment)
        expect(("----->" in text) == plain and ("<-----" in text) == plain, environment, "arrows")


def secrets_that_cannot_be_used(folder):
    def name(text):
        path = os.path.join(folder, "file%d" % len(os.listdir(folder)))
        with open(path, "wb") as out:
            out.write(text)
        return path

    keys = os.path.join(ROOT, "tests", "keys")
    environment = {k: v for k, v in os.environ.items() if k != "SSLKEYLOGFILE"}
    rows = [
        (["--keylog", os.path.join(folder, "missing")], "missing: No such file"),
        (["--keylog", folder], "is a directory"),
        (["--keylog", name(b"")], "SSLKEYLOGFILE names it as they start"),
        (["--keylog", name(b"CLIENT_RANDOM c0ffee\n")], "this is no key log"),
        (["--keylog", CAPTURE], "this is a capture"),
        (["--keylog", os.path.join(keys, "rsa-pkcs8.pem")], "--key"),
        (["--keylog", "env"], "SSLKEYLOGFILE is not set"),
        (["--keylog", "-", "-"], "- is given more than once"),
        (["--key", os.path.join(keys, "rsa-pbes2.pem")], "--key-pass-file"),
        (["--key", os.path.join(keys, "rsa-pbes2.der")], "--key-pass-file"),
        (["--key", os.path.join(keys, "rsa-pbes2.pem"), "--key-pass-file", name(b"c0ffee\n")], "the password is wrong, or"),
        (["--key", os.path.join(keys, "rsa-pbes2.pem"), "--key-pass-file", name(b"\n")], "first line is empty"),
        (["--key", os.path.join(keys, "rsa-pbes2.pem"), "--key-pass-file", name(2000 * b"x")], "too long"),
        (["--key-pass-file", name(b"c0ffee\n")], "without --key"),
        (["--key", os.path.join(keys, "ec-pkcs8.pem")], "of the kind EC"),
        (["--key", os.path.join(keys, "bundle.p12")], "PKCS #12"),
        (["--psk", "c0ffee0"], "not written in hex"),
        (["--psk", "me:c0ffeex0"], "not written in hex"),
        (["--psk", ""], "not written in hex"),
        (["--psk", "me:"], "not written in hex"),
        (["--psk", 513 * "c0"], "not written in hex"),
        (65 * ["--psk", "c0ffee"], "64 times"),
    ]
    for arguments, wanted in rows:
        p = run(*arguments, CAPTURE, env=environment, stdin=subprocess.DEVNULL)
        text = p.stderr.decode()
        expect(p.returncode == 2 and not p.stdout, arguments, "status", p.returncode)
        expect(wanted in text and len(text.splitlines()) == 1, arguments, text)
        expect("c0ffee" not in text, arguments, "a secret is shown")


def secrets_that_are_used(folder):
    with open(os.path.join(ROOT, "pcaps", "tls13-x25519.keys"), "rb") as file:
        text = file.read()
    log, password = os.path.join(folder, "keys"), os.path.join(folder, "password")
    with open(log, "wb") as file:
        file.write(text + b"CLIENT_RANDOM c0ffee\n")
    with open(password, "wb") as file:
        file.write(b"handlens\r\nsecond line\n")
    wanted = run("-q", "--keylog", os.path.join(ROOT, "pcaps", "tls13-x25519.keys"), OTHER).stdout
    p = run("-q", "--keylog", log, OTHER)
    expect(p.stdout == wanted and b"is malformed" in p.stderr and b"c0ffee" not in p.stderr, p.stderr)
    p = run("-q", "--keylog", "env", OTHER, env=dict(os.environ, SSLKEYLOGFILE=log))
    expect(p.stdout == wanted and p.returncode == 0, "env", p.stderr)
    p = run("-q", "--keylog", "-", OTHER, input=text)
    expect(p.stdout == wanted and not p.stderr, "standard input", p.stderr)
    p = run("-q", "--key", os.path.join(ROOT, "tests", "keys", "rsa-aes256.pem"), "--key-pass-file", password,
            "--psk", "00ff", "--psk", "a:b:C0FFEE", CAPTURE)
    expect(p.returncode == 0 and not p.stderr, p.stderr)


def a_key_log_that_is_shortened_meanwhile(folder):
    log = os.path.join(folder, "keys")
    shutil.copy(os.path.join(ROOT, "pcaps", "tls13-x25519.keys"), log)
    with open(OTHER, "rb") as file:
        data = file.read()
    p = subprocess.Popen([HANDLENS, "-q", "--keylog", log, "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    p.stdin.write(data[:24])
    p.stdin.flush()
    time.sleep(0.5)
    os.truncate(log, 0)
    p.communicate(data[24:], timeout=60)
    expect(p.returncode == 0, "status", p.returncode)


def explain_takes_a_line_however_it_is_pasted(folder):
    line = "curl: (60) SSL certificate problem: unable to get local issuer certificate"
    quoted = run("explain", line)
    expect(quoted.returncode == 0 and quoted.stdout.startswith(b"unable to get local issuer certificate"), quoted.stdout)
    expect(run("explain", *line.split()).stdout == quoted.stdout, "the same without quotes gives something else")
    hostile = run("explain", "\x1b[31mno such thing\x07 " + "x" * 500)
    expect(hostile.returncode == 2 and b"\x1b" not in hostile.stderr and len(hostile.stderr) < 300, hostile.stderr)
    expect(run("explain", "x" * 70000).returncode == 2, "too long, and explained")


def explain_asks_each_of_several_words(folder):
    each = run("explain", "--format", "json", "certificate-expired", "unknown_ca", "c02f", "x25519")
    kinds = [json.loads(line)["kind"] for line in each.stdout.splitlines()]
    expect(kinds == ["finding", "alert", "cipher suite", "group"], kinds)
    together = run("explain", "--format", "json", "TLS", "1.2")
    expect(json.loads(together.stdout)["name"] == "TLS 1.2", together.stdout)
    some = run("explain", "unknown_ca", "handshake_failuer")
    expect(some.returncode == 2 and some.stdout.startswith(b"unknown_ca"), some.stdout)
    expect(b"did you mean handshake_failure" in some.stderr, some.stderr)


def decode_knows_every_form_of_a_dump(folder):
    with open(os.path.join(ROOT, "tests", "fuzz", "corpus", "dump", "record.bin"), "rb") as file:
        data = file.read()
    path = os.path.join(folder, "record")
    with open(path, "wb") as file:
        file.write(data)
    expected = run("decode", path).stdout
    expect(expected.startswith(b"TLS record") and b"client_hello" in expected, expected)
    forms = {"hex": data.hex(), "colons": data.hex(":"), "0x": ", ".join("0x%02x" % b for b in data),
             "base64": base64.b64encode(data).decode(), "escapes": "".join("\\x%02x" % b for b in data)}
    for name, form in forms.items():
        expect(run("decode", form).stdout == expected, "as an argument:", name)
        expect(run("decode", "-", input=form.encode()).stdout == expected, "from standard input:", name)
    for tool in (["xxd"], ["xxd", "-i"], ["xxd", "-g1", "-c8"], ["hexdump", "-C"], ["hexdump"], ["od", "-tx1"], ["od", "-A", "d", "-tx1z"]):
        if shutil.which(tool[0]):
            dump = subprocess.run(tool + [path], capture_output=True).stdout
            expect(run("decode", "-", input=dump).stdout == expected, "of", *tool)
    expect(run("decode", *data.hex(" ").split()).stdout == expected, "as words without quotes")


def decode_says_what_is_wrong_with_a_dump(folder):
    p = run("decode", "16 03 03 00 02 02 2x")
    expect(p.returncode == 2 and b"line 1, column 20: 'x' is no hex digit" in p.stderr, p.stderr)
    p = run("decode", "-", input=b"15030300020228ffff")
    expect(p.returncode == 2 and b"handshake_failure" in p.stdout and b"2 bytes from offset 7 on" in p.stderr, p.stderr)
    p = run("decode", "no-such-file.pem")
    expect(p.returncode == 2 and b"No such file" in p.stderr, p.stderr)
    p = run("decode", "-", input=b"")
    expect(p.returncode == 2 and p.stderr.startswith(b"handlens: -:"), p.stderr)
    p = run("decode", "-", input=b"Sent Record\nHeader:\n  Version = TLS 1.0 (0x301)\n")
    expect(p.returncode == 2 and b"use -msg" in p.stderr, p.stderr)
    p = run("decode", "-", input=b"16030300" + b"00" * (17 << 20))
    expect(p.returncode == 2 and len(p.stderr) < 400, p.stderr)


if __name__ == "__main__":
    sys.exit(cases.main(globals()))
