#!/usr/bin/env python3
"""handlens check --save-pcap: what a check has said and heard, as a capture.

  HANDLENS=build/.../handlens save.py [NAME...]"""
import collections
import json
import os
import shutil
import socket
import stat
import struct
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from check import CURVES, HANDLENS, STRONG, Script, cases, certificate, check, expect, free_port, openssl_server  # noqa: E402

SEGMENT_MAX = 1400


def save(folder, *arguments):
    """Exit status, what the check told of each target, and the file."""
    path = os.path.join(folder, "saved.pcapng")
    status, out, errors = check("--format", "json", "--save-pcap", path, *arguments)
    expect(stat.S_IMODE(os.stat(path).st_mode) == 0o600, oct(os.stat(path).st_mode))
    return status, [json.loads(line)["handlens"]["check"] for line in out.splitlines()], path, errors


def handshakes(path, *arguments):
    p = subprocess.run([HANDLENS, "read", "--format", "json", *arguments, path], capture_output=True, timeout=60)
    expect(p.returncode == 0 and not p.stderr, p.stderr)
    return [json.loads(line) for line in p.stdout.splitlines()]


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return total


def packets(path):
    """Of each packet the ends, flags, sequence numbers and payload, by this program's own understanding; checksums must be right."""
    with open(path, "rb") as file:
        data = file.read()
    at, last = 0, 0
    while at < len(data):
        kind, length = struct.unpack_from("<II", data, at)
        if kind == 1:
            expect(struct.unpack_from("<H", data, at + 8)[0] == 101, "the link type is not raw IP")
        if kind == 6:
            high, low, captured = struct.unpack_from("<III", data, at + 12)
            expect(high << 32 | low >= last, "time runs backwards")
            ip = data[at + 28:at + 28 + captured]
            if ip[0] >> 4 == 4:
                expect(checksum(ip[:20]) == 0xffff and struct.unpack_from("!H", ip, 2)[0] == len(ip), "IPv4")
                addresses, tcp = ip[12:20], ip[20:]
            else:
                expect(struct.unpack_from("!H", ip, 4)[0] == len(ip) - 40, "IPv6")
                addresses, tcp = ip[8:40], ip[40:]
            expect(checksum(addresses + struct.pack("!HH", 6, len(tcp)) + tcp) == 0xffff, "TCP")
            source, destination, sequence, acknowledged = struct.unpack_from("!HHII", tcp)
            yield source, destination, tcp[13], sequence, acknowledged, tcp[20:]
        at += length


def streams_hold(path):
    """Each connection begins with a handshake, and no byte is missing, or acknowledged before it was there. Its flags, in their order."""
    following, flags = {}, collections.OrderedDict()
    for source, destination, bits, sequence, acknowledged, payload in packets(path):
        way, back = (source, destination), (destination, source)
        expect(len(payload) <= SEGMENT_MAX, len(payload))
        if bits & 2:
            following[way] = sequence
        elif not bits & 4 or way in following:
            expect(following.get(way) == sequence, way, sequence, following.get(way))
        if bits & 16:
            expect(following.get(back) == acknowledged, way, acknowledged, following.get(back))
        following[way] = following.get(way, sequence) + len(payload) + (1 if bits & 3 else 0) & 0xffffffff
        flags.setdefault(tuple(sorted(way)), []).append(bits)
    return flags


def everything_is_in_it(folder):
    server, pem = openssl_server(folder, "-min_protocol TLSv1.2 -cipher %s %s" % (STRONG, CURVES), key="rsa:4096")
    with server:
        status, (told,), path, errors = save(folder, "--ca-file", pem, "--connect", "127.0.0.1:%d" % server.port, "check.test")
    expect(status == 0 and not errors, status, told, errors)
    found = handshakes(path, "--ca-file", pem)
    expect(len(found) == told["connections"] > 5, len(found), told["connections"])
    expect(all(d["destination"] == {"ip": "127.0.0.1", "port": server.port} and d["source"]["ip"] == "127.0.0.1" for d in found), found[0])
    opened = [d for d in found if d["tls"]["version"] == "1.3" and "subject" in d["tls"]["server"]]
    expect(opened and opened[0]["tls"]["server"]["subject"] == "CN=check.test", [d["tls"] for d in found])
    expect(opened[0]["handlens"]["verification"]["server_finished"]["result"] == "verified", opened[0]["handlens"]["verification"])
    flags = streams_hold(path)
    expect(len(flags) == told["connections"] and all(f[:3] == [2, 18, 16] for f in flags.values()), flags)
    expect(max(len(p[5]) for p in packets(path)) == SEGMENT_MAX, "nothing was long enough")
    if shutil.which("tshark"):
        out = subprocess.run(["tshark", "-r", path, "-o", "tcp.check_checksum:TRUE", "-Y", "tls.handshake.type == 11", "-T", "fields", "-e",
                              "x509sat.uTF8String"], capture_output=True, text=True, timeout=60).stdout
        expect("check.test" in out, out)


def over_ipv6(folder):
    key, pem = certificate(folder)
    port = free_port()
    command = ["env", "OPENSSL_CONF=/dev/null", "openssl", "s_server", "-accept", "[::1]:%d" % port, "-key", key, "-cert", pem, "-quiet", "-tls1_3"]
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        print("skipped: there is no IPv6 here")
        return
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            try:
                socket.create_connection(("::1", port), 1).close()
                break
            except OSError:
                time.sleep(0.05)
        status, (told,), path, errors = save(folder, "--policy", "mozilla-modern", "--ca-file", pem, "[::1]:%d" % port)
    finally:
        process.kill()
        process.wait()
    found = handshakes(path)
    expect(len(found) == told["connections"] and found[0]["source"]["ip"] == "::1" and found[0]["network"]["type"] == "ipv6", len(found), told)
    streams_hold(path)


def how_it_ended(folder):
    """Flags of the last packets: refused, closed or reset by the server, closed by us."""
    def reset(connection, hello):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()

    status, (told,), path, errors = save(folder, "127.0.0.1:%d" % free_port())
    flags = [f for _, _, f, *_ in packets(path)]
    expect(status == 3 and told["connections"] > 0 and flags == [2, 20] * told["connections"], flags, told)
    for act, ending in ((lambda c, hello: None, [17, 17, 16]), (reset, [20]),
                        (lambda c, hello: c.send(b"\x15\x03\x03\x00\x02\x02\x28"), [17, 17, 16]),
                        (lambda c, hello: c.send(b"HTTP/1.1 400 Bad Request\r\n\r\n"), [17, 17, 16])):
        with Script(act) as script:
            status, (told,), path, errors = save(folder, "--timeout", "1s", "127.0.0.1:%d" % script.port)
        for flags in streams_hold(path).values():
            expect(flags[-len(ending):] == ending, ending, flags)
        expect(len(streams_hold(path)) == told["connections"], told)


def many_at_once(folder):
    one, pem = openssl_server(folder, "-tls1_3 " + CURVES)
    two, other = openssl_server(folder, "-tls1_2 -cipher %s %s" % (STRONG, CURVES), name="two.test")
    with one, two:
        status, told, path, errors = save(folder, "--parallel", "8", *["127.0.0.1:%d" % s.port for s in (one, two) * 5])
    found = handshakes(path)
    expect(len(told) == 10 and len(found) == sum(t["connections"] for t in told), len(found), told)
    expect({d["tls"]["server"].get("subject") for d in found} >= {"CN=check.test", "CN=two.test"}, "certificates")
    streams_hold(path)


def what_comes_before_tls(folder):
    """STARTTLS stands in it as it was said."""
    class Mail(Script):
        def serve(self, connection):
            with connection:
                connection.settimeout(10)
                connection.send(b"220 mail.test ESMTP\r\n")
                connection.recv(1000)
                connection.send(b"250-mail.test\r\n250 STARTTLS\r\n")
                connection.recv(1000)
                connection.send(b"220 go ahead\r\n")
                connection.recv(65536)
                connection.send(b"\x15\x03\x03\x00\x02\x02\x28")

    with Mail(None) as server:
        status, (told,), path, errors = save(folder, "smtp://127.0.0.1:%d" % server.port)
    found = handshakes(path)
    before = [d["handlens"]["before_tls"] for d in found]
    expect(len(found) == told["connections"] and before.count("smtp") >= len(found) - 1, before)  # a hello of SSL 2.0 is not looked for there
    streams_hold(path)


def places(folder):
    status, out, errors = check("--save-pcap", "-", "localhost:1")
    expect(status == 2 and "--save-pcap takes FILE" in errors, errors)
    status, out, errors = check("--save-pcap", os.path.join(folder, "none", "x"), "localhost:1")
    expect(status == 2 and "No such file" in errors, errors)
    path = os.path.join(folder, "open.pcapng")
    with open(path, "wb") as file:
        file.write(b"x" * 100000)
    os.chmod(path, 0o644)
    check("--save-pcap", path, "127.0.0.1:%d" % free_port())
    expect(stat.S_IMODE(os.stat(path).st_mode) == 0o600 and os.path.getsize(path) < 2000, os.stat(path))


if __name__ == "__main__":
    if not shutil.which("openssl"):
        print("skipped: openssl is not installed")
        sys.exit(77)
    sys.exit(cases.main(globals()))
