#!/usr/bin/env python3
"""handlens live, in a network namespace of its own: what passes there is told as in a file, and rights are given up.

  HANDLENS=build/.../handlens live.py [NAME...]

Skipped (77) where namespaces may not be made."""
import json
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time

ROOT = os.path.normpath(os.environ.get("SOURCE_DIR", os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")))
HANDLENS = os.path.abspath(os.environ.get("HANDLENS", "handlens"))
sys.path.insert(0, os.path.join(ROOT, "tests", "support"))
import cases  # noqa: E402
from cases import expect  # noqa: E402

PCAPS = os.path.join(ROOT, "pcaps")
INSIDE = "HANDLENS_TEST_NAMESPACE"
NOT_THE_SAME = ("@timestamp", "event", "capture", "timing", "frame", "time_us", "file", "id", "evidence", "at")


def frames_of(path):
    """The frames of an Ethernet pcap of either byte order, in microseconds."""
    with open(path, "rb") as file:
        data = file.read()
    order = "<" if data[:4] == b"\xd4\xc3\xb2\xa1" else ">"
    expect(struct.unpack(order + "I", data[:4])[0] == 0xa1b2c3d4 and struct.unpack(order + "I", data[20:24])[0] == 1, path)
    at, frames = 24, []
    while at < len(data):
        length = struct.unpack(order + "I", data[at + 8:at + 12])[0]
        frames.append(data[at + 16:at + 16 + length])
        at += 16 + length
    return frames


class Live:
    """A running handlens, ready to capture on v1."""

    def __init__(self, *arguments, interface="v1"):
        self.process = subprocess.Popen([HANDLENS, "live", "-i", interface, "--no-ca", "--format", "json", *arguments],
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        end = time.monotonic() + 20
        while time.monotonic() < end and self.process.poll() is None:  # it listens once it has given up its rights
            if self.status()["NoNewPrivs"].strip() == "1":
                break
            time.sleep(0.01)
        time.sleep(0.1)

    def status(self):
        with open("/proc/%d/status" % self.process.pid, encoding="ascii") as file:
            return dict(line.split(":\t", 1) for line in file if ":\t" in line)

    def end(self, how=signal.SIGINT):
        if self.process.poll() is None:
            self.process.send_signal(how)
        out, errors = self.process.communicate(timeout=30)
        return [json.loads(line) for line in out.splitlines()], errors.decode()


def send(frames, interface="v0"):
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as one:
        one.bind((interface, 0))
        for frame in frames:
            one.send(frame)


def essence(value):
    if isinstance(value, dict):
        return {k: essence(v) for k, v in value.items() if k not in NOT_THE_SAME or (k == "id" and "name" in value)}
    return [essence(v) for v in value] if isinstance(value, list) else value


def read(path):
    p = subprocess.run([HANDLENS, "read", "--no-ca", "--format", "json", path], capture_output=True, timeout=60, check=True)
    return [json.loads(line) for line in p.stdout.splitlines()]


# --- cases ------------------------------------------------------------------------------------------------------------
def what_passes_is_told_as_in_a_file(folder):
    for name in ("tls13-x25519", "tls12-ecdhe-rsa", "fail-no-shared-version", "quic-v1", "dtls12-cookie", "ipv6"):
        path = os.path.join(PCAPS, name + ".pcap")
        live = Live()
        send(frames_of(path))
        time.sleep(0.5)
        told, errors = live.end()
        expect(len(told) == len(read(path)), name, len(told), errors)
        for a, b in zip(told, read(path)):
            a, b = essence(a), essence(b)
            # All packets come at once here: what is told of times and of rests may differ.
            a["handlens"].pop("diagnosis"), b["handlens"].pop("diagnosis")
            a["handlens"].pop("findings"), b["handlens"].pop("findings")
            expect(a == b, name, [k for k in a["handlens"] if a["handlens"][k] != b["handlens"].get(k)])


def a_handshake_is_told_at_once(folder):
    frames = frames_of(os.path.join(PCAPS, "tls12-ecdhe-rsa.pcap"))
    live = Live()
    os.set_blocking(live.process.stdout.fileno(), False)
    send(frames)
    begin, line = time.monotonic(), None
    while line is None and time.monotonic() < begin + 5:
        line = live.process.stdout.readline() or None
        time.sleep(0.005)
    waited = time.monotonic() - begin
    os.set_blocking(live.process.stdout.fileno(), True)
    live.end()
    expect(line is not None and waited < 1, "it took", waited)  # 0.1 s where the machine has nothing else to do


def a_reset_is_told_at_once(folder):
    """It waits a round trip for what is on its way, and no second."""
    frames = frames_of(os.path.join(PCAPS, "fail-no-shared-version.pcap"))
    hello = next(i for i, f in enumerate(frames) if len(f) > 150)
    last = bytearray(frames[hello][:54])  # Ethernet, IPv4, and TCP without options: a reset behind the hello
    payload = len(frames[hello]) - 34 - 4 * (last[46] >> 4)
    struct.pack_into("!H", last, 16, 40)
    struct.pack_into("!I", last, 38, struct.unpack_from("!I", last, 38)[0] + payload)
    last[46:48] = bytes((5 << 4, 4))
    live = Live()
    os.set_blocking(live.process.stdout.fileno(), False)
    send(frames[:hello + 1] + [bytes(last)])
    begin, line = time.monotonic(), None
    while line is None and time.monotonic() < begin + 5:
        line = live.process.stdout.readline() or None
        time.sleep(0.005)
    waited = time.monotonic() - begin
    os.set_blocking(live.process.stdout.fileno(), True)
    live.end()
    expect(line is not None and waited < 0.7, "it took", waited)  # 0.1 s where the machine has nothing else to do


class Saving:
    """tcpdump, where live looks."""

    def __init__(self, path):
        self.process = subprocess.Popen(["tcpdump", "-i", "v1", "-U", "-B", "65536", "--nano", "-Z", "root", "-w", path], stderr=subprocess.PIPE)
        expect(b"listening" in self.process.stderr.readline(), "tcpdump does not listen")

    def end(self):
        time.sleep(1.5)  # what came last is in a block that it gets after a second
        self.process.send_signal(signal.SIGINT)
        return self.process.communicate(timeout=30)[1].decode()


def compare_with_saved(told, errors, saved, workers):
    from_file = read(saved)
    expect(" 0 dropped by the kernel" in errors, errors)
    expect(len(told) == len(from_file), workers, len(told), len(from_file), errors)
    a, b = ([essence(d) for d in all_of] for all_of in (told, from_file))
    if workers == "2":  # each worker learns of the ends it sees
        for d in a + b:
            d["handlens"].pop("diagnosis"), d["handlens"].pop("verification"), d["handlens"].pop("findings")
    a, b = (sorted(json.dumps(d, sort_keys=True) for d in all_of) for all_of in (a, b))
    expect(a == b, workers, [x for x in a if x not in b][:1], [x for x in b if x not in a][:1])


def it_tells_what_was_saved_at_the_same_place(folder):
    """All of our captures, one after the other, and tcpdump beside it."""
    if not shutil.which("tcpdump"):
        print("skipped: tcpdump is not installed")
        return
    for workers in ("1", "2"):
        saved = os.path.join(folder, "saved-%s.pcap" % workers)
        beside = Saving(saved)
        live = Live("--workers", workers)
        sent = 0
        for name in sorted(n for n in os.listdir(PCAPS) if n.endswith(".pcap")):
            try:
                frames = frames_of(os.path.join(PCAPS, name))
            except AssertionError:  # not of Ethernet, or of nanoseconds
                continue
            send([f for f in frames if 14 <= len(f) <= 1514])
            sent += 1
            time.sleep(0.02)
        time.sleep(0.3)
        told, errors = live.end()
        beside.end()
        expect(sent > 50, sent)
        compare_with_saved(told, errors, saved, workers)


def it_tells_what_was_saved_of_much(folder):
    """Two thousand handshakes of the workload that speed is measured with, replayed at a rate that nobody drops."""
    if not shutil.which("tcpdump") or not shutil.which("tcpreplay") or not shutil.which("cc"):
        print("skipped: tcpdump, tcpreplay or a compiler is not installed")
        return
    workload, dense = os.path.join(folder, "workload"), os.path.join(folder, "dense.pcap")
    sources = [os.path.join(ROOT, "tests", "bench", name) for name in ("workload.c", "signing.c")]
    subprocess.run(["cc", "-O2", "-D_DEFAULT_SOURCE", "-o", workload, *sources, "-lwolfssl"], check=True)
    subprocess.run([workload, "dense", dense, "2000"], check=True, capture_output=True)
    for workers in ("1", "2"):
        saved, written = (os.path.join(folder, name % workers) for name in ("saved-%s.pcap", "told-%s.json"))
        beside = Saving(saved)
        live = Live("--workers", workers, "-o", written)  # a pipe that nobody reads holds it up
        subprocess.run(["tcpreplay", "-q", "-i", "v0", "--pps", "5000", dense], check=True, capture_output=True, timeout=120)
        time.sleep(0.5)
        _, errors = live.end()
        with open(written, encoding="utf-8") as file:
            told = [json.loads(line) for line in file]
        expect("0 packets dropped" in beside.end(), "tcpdump dropped packets")
        expect(len(told) == 2000, workers, len(told), errors)
        compare_with_saved(told, errors, saved, workers)


def rights_are_given_up(folder):
    live = Live()
    status = live.status()
    live.end()
    if status["Seccomp"].strip() != "2":
        print("skipped: this build has no libseccomp")
    expect("0" not in status["Uid"].split() and status["NoNewPrivs"].strip() == "1", status["Uid"], status["NoNewPrivs"])
    for kind in ("CapInh", "CapPrm", "CapEff", "CapAmb"):
        expect(int(status[kind], 16) == 0, kind, status[kind])
    p = subprocess.run([HANDLENS, "live", "-i", "v1", "--user", "root", "--duration", "1"], capture_output=True, timeout=30)
    expect(p.returncode == 2 and b"root again" in p.stderr, p.stderr)
    p = subprocess.run([HANDLENS, "live", "-i", "v1", "--user", "nobody-of-that-name", "--duration", "1"], capture_output=True, timeout=30)
    expect(p.returncode == 2 and b"no such user" in p.stderr, p.stderr)


def it_ends_as_told(folder):
    frames = frames_of(os.path.join(PCAPS, "tls12-ecdhe-rsa.pcap"))
    live = Live("-c", "1")
    send(frames)
    expect(live.process.wait(10) == 0, "after one handshake")
    expect(len(live.end()[0]) == 1, "one handshake")
    begin = time.monotonic()
    p = subprocess.run([HANDLENS, "live", "-i", "v1", "--duration", "500ms"], capture_output=True, timeout=30)
    expect(p.returncode == 0 and 0.4 < time.monotonic() - begin < 10, p.returncode, p.stderr)
    live = Live()  # what is open is told when it ends
    send(frames[:8])
    time.sleep(0.3)
    told, errors = live.end(signal.SIGTERM)
    expect([d["handlens"]["outcome"] for d in told] == ["incomplete"] and "1 handshakes" in errors, told, errors)


def filters_and_selection(folder):
    frames = frames_of(os.path.join(PCAPS, "tls12-ecdhe-rsa.pcap"))
    for arguments, count in ((("tcp", "port", "443"), 1), (("tcp", "port", "444"), 0), (("--sni", "*.lab.test"), 1),
                             (("--sni", "elsewhere"), 0), (("--only", "failed"), 0)):
        live = Live(*arguments)
        send(frames)
        time.sleep(0.4)
        told, errors = live.end()
        expect(len(told) == count, arguments, len(told), errors)
    for words, place in (("tcp prt 443", 4), ("tcp port foo", 9), ("host 1.2.3.4 and (tcp", 21), ("(tcp) udp", 6), ("port 99999", 5),
                         ("tcp[13] & 2 != 0 adn port 1", 17), ("or", 0), ("net 10.0.0.0 mask 255.0.0.0 and and", 32)):
        p = subprocess.run([HANDLENS, "live", "-i", "v1", *words.split()], capture_output=True, timeout=30, text=True)
        first, second, third = p.stderr.splitlines()
        expect(p.returncode == 2 and "filter makes no sense" in first and second == "  " + words and third == " " * (2 + place) + "^", p.stderr)
    for arguments, words in ((("-i", "nowhere"), b"no such interface"),
                             (("--duration", "soon"), b"10m"), (("-c", "0"), b"from 1 on")):
        p = subprocess.run([HANDLENS, "live", *arguments], capture_output=True, timeout=30)
        expect(p.returncode == 2 and words in p.stderr and len(p.stderr.splitlines()) == 1, arguments, p.stderr)


def counters_on_demand(folder):
    live = Live()
    send(frames_of(os.path.join(PCAPS, "tls12-ecdhe-rsa.pcap")))
    time.sleep(0.4)
    live.process.send_signal(signal.SIGUSR1)
    time.sleep(0.3)
    expect(live.process.poll() is None, "SIGUSR1 ended it")
    _, errors = live.end()
    expect(errors.count("dropped by the kernel") == 2, errors)


def counters_as_events(folder):
    live = Live("--stats-interval", "200ms")
    send(frames_of(os.path.join(PCAPS, "tls12-ecdhe-rsa.pcap")))
    time.sleep(1)
    told, errors = live.end()
    stats = [d["handlens"]["stats"] for d in told if d["event"]["dataset"] == "handlens.stats"]
    expect(len(stats) >= 2 and stats[-1]["handshakes"] == stats[-1]["completed"] == 1, stats, errors)
    expect(stats[-1]["packets"] >= 10 and stats[-1]["kernel_dropped"] == 0, stats[-1])


def a_key_log_that_comes_later(folder):
    key_log = os.path.join(folder, "keys")
    with open(key_log, "w", encoding="ascii"):
        os.chmod(folder, 0o755)
    frames = frames_of(os.path.join(PCAPS, "tls13-x25519.pcap"))
    live = Live("--keylog", key_log)
    send(frames[:-3])  # it is not closed yet
    with open(os.path.join(PCAPS, "tls13-x25519.keys"), encoding="ascii") as file, open(key_log, "w", encoding="ascii") as out:
        out.write(file.read())
    time.sleep(0.4)
    send(frames[-3:])
    time.sleep(0.4)
    told, errors = live.end()
    expect(len(told) == 1 and told[0]["handlens"]["verification"]["server_finished"]["result"] == "verified", errors)


def a_key_log_that_is_cut_and_written_again(folder):
    """In the middle of a line, as by a program that is killed and started again."""
    key_log = os.path.join(folder, "keys")
    with open(os.path.join(PCAPS, "tls13-x25519.keys"), encoding="ascii") as file:
        text = file.read()
    with open(key_log, "w", encoding="ascii") as out:
        out.write("# old\n" * 2000 + text[:100])
        os.chmod(folder, 0o755)
    frames = frames_of(os.path.join(PCAPS, "tls13-x25519.pcap"))
    live = Live("--keylog", key_log)
    send(frames[:-3])
    time.sleep(0.3)
    os.truncate(key_log, 0)
    time.sleep(0.3)
    with open(key_log, "a", encoding="ascii") as out:
        out.write(text)
    time.sleep(0.4)
    send(frames[-3:])
    time.sleep(0.4)
    told, errors = live.end()
    expect(len(told) == 1 and told[0]["handlens"]["verification"]["server_finished"]["result"] == "verified", errors)


def packets_are_written(folder):
    """Of the handshakes that are shown, without what came after them."""
    written = os.path.join(folder, "written.pcapng")
    live = Live("--only", "failed", "--write", written)
    send(frames_of(os.path.join(PCAPS, "tls12-ecdhe-rsa.pcap")) + frames_of(os.path.join(PCAPS, "fail-no-shared-version.pcap")))
    time.sleep(0.5)
    told, errors = live.end()
    again = read(written)
    expect(len(told) == len(again) == 1, len(told), len(again), errors)
    a, b = essence(told[0]), essence(again[0])
    expect(a["handlens"]["client_hello"] == b["handlens"]["client_hello"] and b["handlens"]["outcome"] == "failed", a, b)
    p = subprocess.run([HANDLENS, "live", "-i", "v1", "--write", os.path.join(folder, "no", "where")], capture_output=True, timeout=30)
    expect(p.returncode == 2 and len(p.stderr.splitlines()) == 1 and b"No such file" in p.stderr, p.stderr)


def files_of(folder, name):
    stem, extension = name.split(".")
    return sorted(f for f in os.listdir(folder) if re.fullmatch(stem + r"(-\d{8}T\d{6}\.\d{6}Z)?\." + extension, f))


def lines_of(folder, name):
    """Of a file and of all that were set aside, in the order of time."""
    lines = []
    for one in files_of(folder, name):  # the one being written is the last
        with open(os.path.join(folder, one), encoding="utf-8") as file:
            lines += [json.loads(line) for line in file]
    return lines


def again_and_again(count, pause=0.0):
    """A handshake that failed, from one port after the other."""
    frames = frames_of(os.path.join(PCAPS, "fail-no-shared-version.pcap"))
    port = frames[0][34:36]  # of a client over IPv4 without options
    for i in range(count):
        new = struct.pack("!H", 20000 + i)
        send([f[:34] + new + f[36:] if f[34:36] == port else f[:36] + new + f[38:] for f in frames])
        time.sleep(pause)


def files_are_set_aside(folder):
    """By size: nothing is lost, and each file can be read alone; by number: the oldest go."""
    for name, option in (("told.json", "-o"), ("written.pcapng", "--write"), ("failed.pcapng", "--write-failed")):
        path = os.path.join(folder, name)
        live = Live("--rotate-size", "4K", option, path)
        again_and_again(12, 0.02)
        time.sleep(0.5)
        told, errors = live.end()
        files = files_of(folder, name)
        expect(len(files) > 3, name, files, errors)
        told = lines_of(folder, name) if option == "-o" else told
        expect(len(told) == 12 and all(d["handlens"]["outcome"] == "failed" for d in told), name, len(told), errors)
        if option != "-o":
            expect(sum(len(read(os.path.join(folder, f))) for f in files) == 12, name, files)
        others = [f for f in files if f != name]
        live = Live("--rotate-size", "4K", "--keep", "3", option, path)  # what is there is of the series
        again_and_again(6, 0.02)
        time.sleep(0.5)
        _, errors = live.end()
        kept = files_of(folder, name)
        expect(len(kept) == 3 and not set(kept[1:]) & set(others) and name in kept, name, kept, errors)
    with open(os.path.join(folder, "told-of-mine.json"), "w", encoding="ascii") as file:
        file.write("mine")
    live = Live("--rotate-time", "1s", "--keep", "1", "-o", os.path.join(folder, "told.json"))
    again_and_again(3, 1.1)
    live.end()
    expect(files_of(folder, "told.json") == ["told.json"] and os.path.exists(os.path.join(folder, "told-of-mine.json")), os.listdir(folder))
    for arguments, words in ((("--keep", "3"), b"--rotate-size"), (("--rotate-size", "10M"), b"-o FILE"), (("--rotate-size", "1"), b"100M"),
                             (("--rotate-size", "1M", "-o", "/dev/null"), b"no regular file"), (("-o", "x", "--write", "x"), b"two things")):
        p = subprocess.run([HANDLENS, "live", "-i", "v1", *arguments], capture_output=True, timeout=30)
        expect(p.returncode == 2 and words in p.stderr and len(p.stderr.splitlines()) == 1, arguments, p.stderr)


def files_are_opened_again(folder):
    """Who moves them sends SIGHUP."""
    path, moved = os.path.join(folder, "told.json"), os.path.join(folder, "moved.json")
    live = Live("-o", path)
    again_and_again(2)
    time.sleep(0.4)
    os.rename(path, moved)
    live.process.send_signal(signal.SIGHUP)
    time.sleep(0.3)
    again_and_again(3)
    time.sleep(0.4)
    _, errors = live.end()
    for name, count in ((moved, 2), (path, 3)):
        with open(name, encoding="utf-8") as file:
            expect(len([json.loads(line) for line in file]) == count, name, errors)


def a_disk_is_full(folder):
    """What cannot be written is left out as a whole, and counted; when there is room, it goes on."""
    small = os.path.join(folder, "small")
    os.mkdir(small)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", small], check=True)
    try:
        filler, told, written = (os.path.join(small, n) for n in ("filler", "told.json", "written.pcapng"))
        with open(filler, "wb") as file:
            file.write(bytes(36 << 10))
        live = Live("-o", told, "--write", written)
        again_and_again(12)
        time.sleep(0.5)
        os.unlink(filler)
        again_and_again(3)
        time.sleep(0.5)
        _, errors = live.end()
        with open(told, encoding="utf-8") as file:
            lines = [json.loads(line) for line in file]
        packets = read(written)
        expect(3 <= len(lines) < 15 and 3 <= len(packets) < 15, len(lines), len(packets), errors)
        lost = 30 - len(lines) - len(packets)
        expect(errors.count("No space left") in (1, 2) and "; %d not written" % lost in errors, lost, errors)
    finally:
        subprocess.run(["umount", small], check=True)


def the_reader_of_a_pipe_dies(folder):
    written = os.path.join(folder, "written.pcapng")
    live = Live("--write", written)
    again_and_again(2)
    time.sleep(0.4)
    live.process.stdout.close()
    again_and_again(1)
    expect(live.process.wait(10) == 0, "it goes on without a reader", live.process.stderr.read())
    expect(len(read(written)) == 3, "what was seen is written")


def an_interface_goes_and_comes(folder):
    live = Live()
    again_and_again(1)
    time.sleep(0.3)
    subprocess.run(["ip", "link", "set", "v1", "down"], check=True)
    time.sleep(0.5)
    expect(live.process.poll() is None, "it ended with the interface")
    subprocess.run(["ip", "link", "set", "v1", "up"], check=True)
    time.sleep(0.5)
    again_and_again(2)
    time.sleep(0.3)
    subprocess.run(["ip", "link", "del", "v1"], check=True)  # for good: what was seen is told, and why it ends
    try:
        status = live.process.wait(10)
        told, errors = live.end()
        expect(len(told) == 3 and status == 2 and "v1: " in errors and "3 handshakes" in errors, len(told), status, errors)
    finally:
        subprocess.run("ip link add v0 type veth peer name v1 && ip link set v0 up && ip link set v1 up", shell=True, check=True)
        time.sleep(0.3)


def a_million_half_open_connections(folder):
    """Memory has its bounds, and what is real is still told."""
    live = Live()
    frame = bytearray(frames_of(os.path.join(PCAPS, "fail-no-shared-version.pcap"))[0])
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as one:
        one.bind(("v0", 0))
        for i in range(1000000):
            struct.pack_into("!I", frame, 26, 0x0a000000 + i)  # the client's address
            one.send(frame)
    again_and_again(2)
    time.sleep(0.5)
    most = int(live.status()["VmHWM"].split()[0])
    told, errors = live.end()
    failed = [d for d in told if d["handlens"]["diagnosis"] and d["handlens"]["diagnosis"][0]["code"] == "no-shared-version"]
    expect(len(failed) == 2, len(told), errors)
    expect(most < 1 << 20, "KiB of memory:", most, errors)


def frame_of(port, flags, number, payload):
    """From a client at this port: Ethernet, IPv4, TCP, without checksums that anybody would look at."""
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 40 + len(payload), 0, 0, 64, 6, 0, bytes((10, 3, 3, 3)), bytes((10, 3, 3, 4)))
    return bytes(12) + b"\x08\x00" + ip + struct.pack("!HHIIBBHHH", port, 443, number, 0, 5 << 4, flags, 65535, 0, 0) + payload


def hostile_records(folder):
    """What the fuzzers found worth keeping, as the bytes of clients."""
    live = Live()
    corpus = os.path.join(ROOT, "tests", "fuzz", "corpus")
    port = 1024
    for directory, _, names in sorted(os.walk(corpus)):
        for name in sorted(names):
            with open(os.path.join(directory, name), "rb") as file:
                data = file.read(1 << 16)
            port = port + 1 if port < 60000 else 1024
            pieces = [data[at:at + 1400] for at in range(0, len(data), 1400)]
            send([frame_of(port, 2, 0, b"")] + [frame_of(port, 0x18, 1 + 1400 * i, piece) for i, piece in enumerate(pieces)])
    again_and_again(1)
    time.sleep(0.5)
    expect(live.process.poll() is None, "it ended")
    told, errors = live.end()
    failed = [d for d in told if d["handlens"]["diagnosis"] and d["handlens"]["diagnosis"][0]["code"] == "no-shared-version"]
    expect(len(failed) == 1 and len(told) > 10, len(told), errors)


def the_clock_jumps(folder):
    """Forth and back by a day, in the middle of a handshake: packets in the order in which they came count."""
    frames = frames_of(os.path.join(PCAPS, "tls12-ecdhe-rsa.pcap"))
    for jump in (86400, -86400):
        path = os.path.join(folder, "jump.pcap")
        with open(path, "wb") as file:
            file.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1))
            for i, frame in enumerate(frames):
                file.write(struct.pack("<IIII", 1700000000 + (jump if 5 <= i < 9 else 0), i, len(frame), len(frame)) + frame)
        told = read(path)
        expect([d["handlens"]["outcome"] for d in told] == ["completed"], jump, [d["handlens"]["outcome"] for d in told])


def what_was_dropped_is_no_peers_fault(folder):
    """The kernel's buffer runs over while a server answers; another handshake, later, is not touched by that."""
    frames = frames_of(os.path.join(PCAPS, "tls12-ecdhe-rsa.pcap"))
    live = Live("--buffer-mib", "1")
    send(frames[:4])  # with the client's hello
    time.sleep(0.3)
    live.process.send_signal(signal.SIGSTOP)
    send([bytes(range(12)) + b"\x88\xb5" + bytes(1400)] * 4000 + frames[4:])
    live.process.send_signal(signal.SIGCONT)
    time.sleep(0.5)
    again_and_again(1)
    time.sleep(0.3)
    told, errors = live.end()
    expect(len(told) == 2, len(told), errors)
    first, second = sorted((d["handlens"] for d in told), key=lambda h: h["outcome"] == "failed")
    expect(first["capture"].get("dropped") is True and [d["code"] for d in first["diagnosis"]] == ["capture-dropped"]
           and first["diagnosis"][0]["blame"] == "capture", first["outcome"], first["diagnosis"], errors)
    expect("dropped" not in second["capture"] and second["diagnosis"][0]["code"] == "no-shared-version", second["diagnosis"])


def several_workers(folder):
    """The same is told, in the order of time, and each packet goes to one of them."""
    names = ("tls13-x25519", "tls12-ecdhe-rsa", "fail-no-shared-version", "quic-v1", "dtls12-cookie", "ipv6")
    written = os.path.join(folder, "written.pcapng")
    live = Live("--workers", "3", "--write", written, "--stats-interval", "200ms")
    for name in names:
        send(frames_of(os.path.join(PCAPS, name + ".pcap")))
        time.sleep(0.1)
    again_and_again(60, 0.01)
    time.sleep(0.5)
    told, errors = live.end()
    handshakes = [d for d in told if d["event"]["dataset"] == "handlens.handshake"]
    expect(len(handshakes) == 60 + sum(len(read(os.path.join(PCAPS, n + ".pcap"))) for n in names), len(handshakes), errors)
    ends = [d["event"]["end"] for d in handshakes]
    expect(ends == sorted(ends), "the order of time", ends)
    expect(sorted(d["handlens"]["id"] for d in handshakes) == list(range(1, len(handshakes) + 1)), "numbers")
    expect([d["destination"]["port"] for d in handshakes] and len(read(written)) == len(handshakes), "packets of all are written")
    stats = [d["handlens"]["stats"] for d in told if d["event"]["dataset"] == "handlens.stats"]
    expect(stats and stats[-1]["handshakes"] <= len(handshakes) and "%d handshakes" % len(handshakes) in errors, stats, errors)
    live = Live("--workers", "2", "-c", "5")
    again_and_again(9)
    expect(live.process.wait(10) == 0 and len(live.end()[0]) == 5, "it ends after five")
    live = Live("--workers", "2", interface="any")
    again_and_again(3)
    time.sleep(0.4)
    told, errors = live.end()  # "any" has them on both ends of the pair
    expect(len(told) in (3, 6), len(told), errors)
    p = subprocess.run([HANDLENS, "live", "-i", "v1", "--workers", "0"], capture_output=True, timeout=30)
    expect(p.returncode == 2 and b"from 1 to 64" in p.stderr, p.stderr)


def real_peers(folder):
    if not shutil.which("openssl"):
        print("skipped: openssl is not installed")
        return
    key, certificate = os.path.join(folder, "key"), os.path.join(folder, "certificate")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-subj", "/CN=live.test"],
                   check=True, capture_output=True)
    server = subprocess.Popen(["openssl", "s_server", "-accept", "4433", "-key", key, "-cert", certificate, "-quiet"],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    live = Live("-c", "4" if shutil.which("gnutls-cli") else "3", interface="lo")
    try:
        for _ in range(50):
            if subprocess.run(["openssl", "s_client", "-connect", "127.0.0.1:4433", "-servername", "live.test"], input=b"Q\n",
                              capture_output=True, timeout=20).returncode == 0:
                break
            time.sleep(0.1)
        for version in ("-tls1_2", "-tls1_3"):
            subprocess.run(["openssl", "s_client", "-connect", "127.0.0.1:4433", version, "-servername", "live.test"], input=b"Q\n",
                           capture_output=True, timeout=20, check=True)
        if shutil.which("gnutls-cli"):
            subprocess.run(["gnutls-cli", "--insecure", "-p", "4433", "127.0.0.1"], input=b"", capture_output=True, timeout=20)
        time.sleep(0.5)
    finally:
        server.kill()
        told, errors = live.end()
    completed = [d["tls"]["version"] for d in told if d["handlens"]["outcome"] == "completed"]
    expect("1.2" in completed and "1.3" in completed, completed, errors)


def in_a_namespace():
    """Again, with nothing but lo, v0 and v1."""
    if os.geteuid() != 0 or not shutil.which("unshare") or not shutil.which("ip"):
        print("skipped: this needs root, unshare and ip to make a network namespace")
        return 77
    made = subprocess.run(["unshare", "-n", "ip", "link", "add", "v0", "type", "veth", "peer", "name", "v1"], capture_output=True)
    if made.returncode != 0:
        print("skipped: a network namespace with a pair of interfaces cannot be made: %s" % made.stderr.decode().strip())
        return 77
    setup = ("sysctl -qw net.ipv6.conf.all.disable_ipv6=1; ip link set lo up && ip link add v0 type veth peer name v1 && "
             "ip link set v0 up && ip link set v1 up && exec \"$@\"")
    return subprocess.run(["unshare", "-n", "sh", "-c", setup, "sh", sys.executable, *sys.argv], env=dict(os.environ, **{INSIDE: "1"})).returncode


if __name__ == "__main__":
    sys.exit(cases.main(globals()) if INSIDE in os.environ else in_a_namespace())
