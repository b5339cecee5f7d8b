#!/usr/bin/env python3
"""-o kafka://...: what is published, and that nothing is lost when brokers go away and come back.

  HANDLENS=build/.../handlens KAFKA_BROKERS=build/.../tests/kafka_brokers kafka.py [NAME...]

The brokers are librdkafka's mock cluster in a process of its own; kcat consumes. Cases with an interface need a network
namespace, and say when there is none. Skipped (77) without librdkafka or kcat."""
import json
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import threading
import time

ROOT = os.path.normpath(os.environ.get("SOURCE_DIR", os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")))
sys.path.insert(0, os.path.join(ROOT, "tests", "support"))
sys.path.insert(0, os.path.join(ROOT, "tests", "cli"))
import cases  # noqa: E402
import live  # noqa: E402
from cases import expect  # noqa: E402
from live import HANDLENS, PCAPS, again_and_again, frames_of, send  # noqa: E402

BROKERS = os.environ.get("KAFKA_BROKERS", "")
ALL = sorted(os.path.join(PCAPS, name) for name in os.listdir(PCAPS) if name.endswith(".pcap"))
HEADING = 38  # bytes of an empty spill file


class Brokers:
    """Three of them; kill() takes all that they have with them."""

    def __init__(self):
        self.process = subprocess.Popen([BROKERS, "3"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.addresses = self.process.stdout.readline().strip()
        self.url = "kafka://%s/tls" % self.addresses

    def __enter__(self):
        return self

    def __exit__(self, *what):
        self.kill()

    def do(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        expect(self.process.stdout.readline() == "ok\n", line)

    def kill(self):
        self.process.kill()
        self.process.communicate()

    def consume(self, topic="tls"):
        """All messages, as partition, key and text, in the order of each partition."""
        p = subprocess.run(["kcat", "-C", "-b", self.addresses, "-t", topic, "-e", "-q", "-o", "beginning", "-f", "%p %k\t%s\n"],
                           capture_output=True, timeout=60)
        expect(p.returncode == 0, p.stderr)
        return [re.fullmatch(r"(\d+) (.*?)\t(.*)", line).groups() for line in p.stdout.decode().splitlines()]


class Relay:
    """A port of its own that leads to the first of some brokers, which may be changed; None: connections are refused."""

    def __init__(self):
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            self.port = one.getsockname()[1]
        self.url = "kafka://127.0.0.1:%d/tls" % self.port
        self.listener = None

    def lead_to(self, brokers):
        if self.listener is not None:
            self.listener.shutdown(socket.SHUT_RDWR)
            self.listener.close()
        self.listener = None
        if brokers is None:
            return
        host, port = brokers.addresses.split(",")[0].rsplit(":", 1)
        self.listener = socket.socket()
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind(("127.0.0.1", self.port))
        self.listener.listen()
        threading.Thread(target=self.accept, args=(self.listener, (host, int(port))), daemon=True).start()

    def accept(self, listener, target):
        try:
            while True:
                near, _ = listener.accept()
                far = socket.create_connection(target)
                for a, b in ((near, far), (far, near)):
                    threading.Thread(target=self.pass_on, args=(a, b), daemon=True).start()
        except OSError:
            pass

    @staticmethod
    def pass_on(a, b):
        try:
            while data := a.recv(1 << 16):
                b.sendall(data)
        except OSError:
            pass
        for one in (a, b):
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


class Feed:
    """handlens that reads a capture from a pipe, with a handshake that failed, as often as it is told to."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen([HANDLENS, "read", "--no-ca", *arguments, "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE)
        self.process.stdin.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1))
        self.fed = 0

    def feed(self, count):
        self.process.stdin.write(many(count, self.fed))
        self.process.stdin.flush()
        self.fed += count

    def publisher(self):
        with open("/proc/%d/task/%d/children" % (self.process.pid, self.process.pid), encoding="ascii") as file:
            return int(file.read().split()[0])

    def end(self, timeout=60):
        """The exit status, and what it said."""
        out, errors = self.process.communicate(timeout=timeout)
        expect(out == b"", out[:200])
        return self.process.returncode, errors.decode()


FRAMES = frames_of(os.path.join(PCAPS, "fail-no-shared-version.pcap"))


def many(count, first=0):
    """Records of a pcap: the handshake, each time from another address."""
    client = FRAMES[0][26:30]
    records = []
    for i in range(first, first + count):
        address = struct.pack("!I", 0x0a000000 + i)
        for frame in FRAMES:
            new = frame[:26] + address + frame[30:] if frame[26:30] == client else frame[:30] + address + frame[34:]
            records.append(struct.pack("<IIII", 1700000000 + i // 1000, i % 1000 * 1000, len(new), len(new)) + new)
    return b"".join(records)


def clients(messages):
    """The numbers of the handshakes of many() that have arrived, in the order of each partition."""
    return [int.from_bytes(socket.inet_aton(json.loads(m[2])["source"]["ip"]), "big") - 0x0a000000 for m in messages]


def read(*arguments, timeout=60):
    p = subprocess.run([HANDLENS, "read", "--no-ca", *arguments], capture_output=True, timeout=timeout)
    return p.returncode, p.stdout.decode(), p.stderr.decode()


def until(condition, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return False


def size(path):
    return os.stat(path).st_size


def is_gone(pid):
    try:
        with open("/proc/%d/stat" % pid, encoding="ascii") as file:
            return file.read().split()[2] == "Z"
    except OSError:
        return True


def kept_and_lost(errors):
    return tuple(int(found.group(1)) if found else 0 for found in (re.search(r"kept in \S+: (\d+);", errors), re.search(r"lost: (\d+)\n", errors)))


# --- what is published ------------------------------------------------------------------------------------------------
def lines_and_keys(folder):
    expected = read("--format", "json", *ALL)[1].splitlines()
    for arguments in ((), ("--workers", "4"), ("-vv",), ("--only", "failed")):
        if arguments:
            expected = read("--format", "json", *arguments, *ALL)[1].splitlines()
        with Brokers() as brokers:
            status, out, errors = read("-o", brokers.url, *arguments, *ALL)
            expect(status == 0 and out == errors == "", status, out, errors)
            got = brokers.consume()
        expect(sorted(m[2] for m in got) == sorted(expected) and len(got) > 5, arguments, len(got), len(expected))
        expect(all(json.loads(text)["network"]["community_id"] == key for _, key, text in got), arguments, "keys")
        partitions = {}
        for partition, key, _ in got:
            expect(partitions.setdefault(key, partition) == partition, key, "in two partitions")
        expect(len(set(partitions.values())) > 1, "all keys in one partition")
        order = {line: i for i, line in enumerate(expected)}
        for partition in set(partitions.values()):
            places = [order[text] for p, _, text in got if p == partition]
            expect(places == sorted(places), "the order of partition", partition)


def some_brokers_are_away(folder):
    with Brokers() as brokers:
        brokers.do("topic tls 3")
        a, b, c = brokers.addresses.split(",")
        status, out, errors = read("-o", "kafka://127.0.0.1:1,%s/tls" % b, *ALL)
        expect(status == 0, status, errors)
        expect(len(brokers.consume()) == len(read("--format", "json", *ALL)[1].splitlines()), errors)


def not_usable(folder):
    """One line each, and never a password."""
    for url, words in (("kafka://", "HOST"), ("kafka://localhost", "/TOPIC"), ("kafka://localhost/", "/TOPIC"), ("kafka:///tls", "HOST"),
                       ("kafka://a,,b/tls", "HOST"), ("kafka://a/t/x", "letters"), ("kafka://a/t x", "letters"), ("kafka://a/..", "letters"),
                       ("kafka://me:hunter2@a/tls", "--kafka-config"), ("kafka://a b/tls", "HOST"), ("kafka://a/" + "t" * 250, "too long"),
                       ("kafka://" + "a" * 3000 + "/tls", "too long")):
        status, out, errors = read("-o", url, ALL[0])
        expect(status == 2 and words in errors and len(errors.splitlines()) == 1 and "hunter2" not in errors, url, errors)
    for arguments, words in ((("read", "--spill", "x", ALL[0]), "of no use without Kafka"), (("read", "--kafka-config", "x", ALL[0]), "of no use"), (("read", "--user", "x", ALL[0]), "of no use"),
                             (("read", "-o", "kafka://a/t", "--user", "root", ALL[0]), "root again"),
                             (("read", "-o", "kafka://a/t", "--format", "human", ALL[0]), "JSON"),
                             (("read", "-o", "kafka://a/t", "--spill-size", "1M", ALL[0]), "--spill FILE"),
                             (("read", "-o", "kafka://a/t", "--spill", "x", "--spill-size", "1", ALL[0]), "64K"),
                             (("decode", "-o", "kafka://a/t", ALL[0]), "read and live"),
                             (("live", "-o", "kafka://a/t", "--rotate-size", "1M"), "no file")):
        p = subprocess.run([HANDLENS, *arguments], capture_output=True, timeout=30)
        expect(p.returncode == 2 and words.encode() in p.stderr and len(p.stderr.splitlines()) == 1, arguments, p.stderr)


def configuration(folder):
    path = os.path.join(folder, "kafka.conf")
    for text, words in (("acks=1", "line 1: acks"), ("# fine\n\nenable.idempotence = false", "line 3: enable.idempotence"),
                        ("topic.request.required.acks=0", "line 1: topic.request"), ("message.timeout.ms=1", "message.timeout.ms"),
                        ("bootstrap.servers=a", "URL"), ("plugin.library.paths=/tmp/evil.so", "loaded"), ("transactional.id=x", "transactional.id"),
                        ("queue.buffering.max.kbytes=2097151", "bounds"), ("sasl.kerberos.kinit.cmd=touch /tmp/x", "program"),
                        ("no.such.thing=hunter2", "no such property"), ("socket.timeout.ms=hunter2", "none that librdkafka takes"),
                        ("sasl.password hunter2", "no KEY=VALUE"), ("security.protocol=hunter2", "none that librdkafka takes"),
                        ("ssl.key.location=/nowhere\nsecurity.protocol=ssl\nssl.key.password=hunter2", "ssl.key.location"),
                        ("security.protocol=sasl_plaintext\nsasl.mechanism=PLAIN\nsasl.password=hunter2", "sasl.username")):
        with open(path, "w", encoding="ascii") as file:
            file.write(text + "\n")
        status, out, errors = read("-o", "kafka://127.0.0.1:1/tls", "--kafka-config", path, ALL[0])
        expect(status == 2 and words in errors and len(errors.splitlines()) == 1 and "hunter2" not in errors, text, errors)
    status, out, errors = read("-o", "kafka://127.0.0.1:1/tls", "--kafka-config", path + "-not", ALL[0])
    expect(status == 2 and "No such file" in errors and len(errors.splitlines()) == 1, errors)
    with open(path, "w", encoding="ascii") as file:
        file.write("# comments, and spaces\n\n client.id = some one \r\ncompression.type=zstd\nlinger.ms=1\ntopic.partitioner=murmur2\n")
    with Brokers() as brokers:
        status, out, errors = read("-o", brokers.url, "--kafka-config", path, ALL[0])
        expect(status == 0 and errors == "" and len(brokers.consume()) == 1, status, errors)


# --- brokers that go and come -----------------------------------------------------------------------------------------
def brokers_go_and_come(folder):
    """All of them, while a capture is read: they close their connections, then they hang. Each message is there once."""
    spill = os.path.join(folder, "spill")
    with Brokers() as brokers:
        feed = Feed("-o", brokers.url, "--spill", spill)
        for away, back in ((lambda: brokers.do("down 0"), lambda: brokers.do("up 0")),
                           (lambda: brokers.process.send_signal(signal.SIGSTOP), lambda: brokers.process.send_signal(signal.SIGCONT))):
            feed.feed(200)
            time.sleep(0.5)
            away()
            feed.feed(200)
            expect(until(lambda: size(spill) > HEADING), "nothing is spilled")
            feed.feed(200)
            time.sleep(0.5)
            back()
            feed.feed(200)
            expect(until(lambda: size(spill) == HEADING, 80), "it is not replayed")
        status, errors = feed.end()
        got = clients(brokers.consume())
        expect(status == 0 and sorted(set(got)) == list(range(1600)), status, len(set(got)), errors)
        expect(len(got) == 1600, "duplicates:", len(got) - 1600)
        expect(errors.count("messages wait in " + spill) == 2 and errors.count("delivered again") == 2, errors)
        expect(size(spill) == HEADING, "it is empty at the end")


def one_broker_after_the_other(folder):
    with Brokers() as brokers:
        brokers.do("topic tls 6")
        feed = Feed("-o", brokers.url)
        for i in range(1, 4):
            brokers.do("down %d" % i)
            feed.feed(300)
            time.sleep(1)
            brokers.do("up %d" % i)
        status, errors = feed.end()
        got = clients(brokers.consume())
        print("        %d messages, %d duplicates" % (len(set(got)), len(got) - len(set(got))))
        expect(status == 0 and sorted(set(got)) == list(range(900)), status, len(set(got)), errors)


def brokers_are_killed(folder):
    """With all they had: what they acknowledged was consumed before; others take their place."""
    spill = os.path.join(folder, "spill")
    relay, first = Relay(), Brokers()
    relay.lead_to(first)
    feed = Feed("-o", relay.url, "--spill", spill)
    feed.feed(500)
    expect(until(lambda: len(first.consume()) == 500), "the first ones")
    got = clients(first.consume())
    relay.lead_to(None)
    first.kill()
    feed.feed(500)
    expect(until(lambda: size(spill) > HEADING), "nothing is spilled")
    with Brokers() as second:
        relay.lead_to(second)
        feed.feed(500)
        expect(until(lambda: size(spill) == HEADING, 40), "it is not replayed")
        status, errors = feed.end()
        got += clients(second.consume())
        print("        %d messages, %d duplicates" % (len(set(got)), len(got) - len(set(got))))
        expect(status == 0 and sorted(set(got)) == list(range(1500)), status, len(set(got)), errors)
    relay.lead_to(None)


def brokers_come_later(folder):
    """There were none when it began."""
    relay = Relay()
    feed = Feed("-o", relay.url)
    feed.feed(100)
    time.sleep(1)
    with Brokers() as brokers:
        relay.lead_to(brokers)
        status, errors = feed.end()
        expect(status == 0 and sorted(clients(brokers.consume())) == list(range(100)), status, errors)
        expect("Connection refused" in errors and len(errors.splitlines()) <= 3, errors)
    relay.lead_to(None)


def another_run_publishes(folder):
    """No broker in the whole run: what it saw is kept, and published first by the next."""
    spill = os.path.join(folder, "spill")
    relay = Relay()
    begin = time.monotonic()
    feed = Feed("-o", relay.url, "--spill", spill)
    feed.feed(100)
    status, errors = feed.end()
    expect(status == 0 and 5 < time.monotonic() - begin < 20 and "kept in %s: 100;" % spill in errors, status, errors)
    expect(os.stat(spill).st_mode & 0o777 == 0o600, oct(os.stat(spill).st_mode))
    with Brokers() as brokers:
        relay.lead_to(brokers)
        status, out, errors = read("-o", relay.url, "--spill", spill, ALL[0])
        got = brokers.consume()
        expect(status == 0 and errors == "" and len(got) == 101 and size(spill) == HEADING, status, len(got), errors)
        expect(sorted(clients(got))[:100] == list(range(100)), got)
    relay.lead_to(None)
    feed = Feed("-o", relay.url)  # without a file
    feed.feed(100)
    status, errors = feed.end()
    expect(status == 2 and "messages lost: 100" in errors, status, errors)


def it_is_killed_itself(folder):
    """The process that looks at packets: what it handed over is delivered, or kept."""
    spill = os.path.join(folder, "spill")
    with Brokers() as brokers:
        brokers.do("down 0")
        feed = Feed("-o", brokers.url, "--spill", spill)
        feed.feed(100)
        time.sleep(1)
        publisher = feed.publisher()
        feed.process.kill()
        feed.process.wait()
        brokers.do("up 0")
        expect(until(lambda: is_gone(publisher)), "it stays")
        expect(sorted(set(clients(brokers.consume()))) == list(range(100)), len(brokers.consume()))
        brokers.do("down 0")
        feed = Feed("-o", brokers.url, "--spill", spill)  # and the other one, when all is in the file
        feed.feed(100)
        expect(until(lambda: size(spill) > HEADING), "nothing is spilled")
        os.kill(feed.publisher(), signal.SIGKILL)
        status, errors = feed.end()
        expect(status == 2 and "before its time" in errors, status, errors)
        brokers.do("up 0")
        status, out, errors = read("-o", brokers.url, "--spill", spill, ALL[0])
        got = brokers.consume()
        expect(status == 0 and sorted(set(clients(got)))[:100] == list(range(100)) and len(got) >= 201, status, len(got), errors)


def refusals(folder):
    """What passes is tried again; what does not is lost, and counted; without a topic, all is kept."""
    spill = os.path.join(folder, "spill")
    with Brokers() as brokers:
        brokers.do("refuse 20 19")  # not enough replicas
        feed = Feed("-o", brokers.url)
        feed.feed(300)
        status, errors = feed.end()
        got = clients(brokers.consume())
        expect(status == 0 and sorted(set(got)) == list(range(300)), status, len(got), errors)
        for code in (45, 31):  # a sequence number or a right is missing: the first one takes another producer
            before = len(got)
            brokers.do("refuse 1 %d" % code)
            feed = Feed("-o", brokers.url)
            feed.feed(100)
            status, errors = feed.end()
            got = clients(brokers.consume())
            expect(status == 0 and len(got) >= before + 100 and ("anew" in errors) == (code == 45), code, status, len(got), errors)
            print("        error %d: %d duplicates" % (code, len(got) - before - 100))
        brokers.do("topic-error tls 29")  # not allowed to
        feed = Feed("-o", brokers.url, "--spill", spill)
        feed.feed(50)
        status, errors = feed.end()
        expect(status == 0 and "kept in %s: 50;" % spill in errors, status, errors)
        brokers.do("topic-error tls 0")
        status, out, errors = read("-o", brokers.url, "--spill", spill, ALL[0])
        expect(status == 0 and len(brokers.consume()) == len(got) + 51, status, len(brokers.consume()), errors)
        path = os.path.join(folder, "kafka.conf")
        with open(path, "w", encoding="ascii") as file:
            file.write("message.max.bytes=1000\n")
        status, out, errors = read("-o", brokers.url, "--kafka-config", path, ALL[0])
        expect(status == 2 and "messages lost: 1\n" in errors and "Message size too large" in errors, status, errors)


# --- the spill file ---------------------------------------------------------------------------------------------------
def a_spill_file_of_somebody_else(folder):
    spill = os.path.join(folder, "spill")
    heading = "handlens-spill-1 %020d\n" % HEADING
    with Brokers() as brokers:
        for content, words in (("root:x:0:0\n" * 20, "no spill file"), ("\0" * 100, "no spill file")):
            with open(spill, "w", encoding="ascii") as file:
                file.write(content)
            status, out, errors = read("-o", brokers.url, "--spill", spill, ALL[0])
            expect(status == 2 and words in errors and len(errors.splitlines()) == 1, content, errors)
            with open(spill, encoding="ascii") as file:
                expect(file.read() == content, "it was changed")
        os.unlink(spill)
        os.symlink("elsewhere", spill)
        for path, words in ((spill, "symbolic"), (folder, "directory"), ("/dev/null", "regular"), ("/no/where", "No such file")):
            status, out, errors = read("-o", brokers.url, "--spill", path, ALL[0])
            expect(status == 2 and words in errors and len(errors.splitlines()) == 1, path, errors)
        os.unlink(spill)
        with open(spill, "w", encoding="latin-1") as file:  # lines that are none, and one without an end
            file.write(heading + "garbage\n\n\xff\xfe\0\x1b[2J\n00000000 key {}\n" + "x" * 100000 + "\n12345678 - {\"cut\":")
        status, out, errors = read("-o", brokers.url, "--spill", spill, ALL[0])
        expect(status == 2 and "damaged" in errors and "messages lost: 6\n" in errors and len(errors.splitlines()) == 2, status, errors)
        expect(len(brokers.consume()) == 1 and size(spill) == HEADING, len(brokers.consume()), size(spill))
        first = Feed("-o", brokers.url, "--spill", spill)
        first.feed(1)
        expect(until(lambda: len(brokers.consume()) == 2), "the first one")
        status, out, errors = read("-o", brokers.url, "--spill", spill, ALL[0])
        expect(status == 2 and "another handlens" in errors, errors)
        expect(first.end()[0] == 0, "the first one")


def most_memory(pid):
    with open("/proc/%d/status" % pid, encoding="ascii") as file:
        return int(re.search(r"VmHWM:\s+(\d+)", file.read()).group(1)) >> 10


def bounded_while_away(folder):
    """In memory and in the file; read waits when both are full, and goes on when brokers come."""
    spill = os.path.join(folder, "spill")
    count = 40000
    with Brokers() as brokers:
        brokers.do("topic tls 64")  # each of which keeps 5 MB
        brokers.do("down 0")
        feed = Feed("-o", brokers.url, "--spill", spill, "--spill-size", "32M")
        thread = threading.Thread(target=lambda: [feed.feed(2000) for _ in range(count // 2000)])
        thread.start()
        expect(until(lambda: os.path.exists(spill) and size(spill) > 31 << 20, 60), "it does not fill")
        time.sleep(2)
        memory = most_memory(feed.publisher())
        expect(size(spill) <= 32 << 20 and thread.is_alive(), size(spill), "it does not wait")
        brokers.do("up 0")
        thread.join(120)
        status, errors = feed.end(120)
        got = clients(brokers.consume())
        print("        %d messages, %d MiB of memory while away, %d duplicates" % (len(set(got)), memory, len(got) - len(set(got))))
        expect(status == 0 and sorted(set(got)) == list(range(count)), status, len(set(got)), errors)
        expect(memory < 400, "MiB of memory:", memory)  # with what AddressSanitizer needs


def feed_as_long_as_it_reads(feed, count):
    try:
        feed.feed(count)
    except BrokenPipeError:
        pass


def who_waits_can_be_hurried(folder):
    spill = os.path.join(folder, "spill")
    feed = Feed("-o", Relay().url, "--spill", spill, "--spill-size", "64K")
    thread = threading.Thread(target=feed_as_long_as_it_reads, args=(feed, 30000))
    thread.start()
    expect(until(lambda: os.path.exists(spill) and size(spill) > 60 << 10), "it does not fill")
    time.sleep(1)
    feed.process.send_signal(signal.SIGINT)
    time.sleep(3)
    feed.process.send_signal(signal.SIGINT)
    expect(until(lambda: feed.process.poll() is not None, 5), "it still waits")
    thread.join(30)
    feed.process.stdin = None
    status, errors = feed.end()
    kept, lost = kept_and_lost(errors)
    expect(status == 2 and kept > 5 and lost > 5 and size(spill) <= 64 << 10, status, errors)


def nobody_waits_for_ever(folder):
    """The process that looks at packets is killed while the other one has no room: it ends, too."""
    spill = os.path.join(folder, "spill")
    feed = Feed("-o", Relay().url, "--spill", spill, "--spill-size", "64K")
    thread = threading.Thread(target=feed_as_long_as_it_reads, args=(feed, 30000))
    thread.start()
    expect(until(lambda: os.path.exists(spill) and size(spill) > 60 << 10, 30), "it does not fill")
    publisher = feed.publisher()
    feed.process.kill()
    thread.join(30)
    expect(until(lambda: is_gone(publisher), 25), "it stays")
    with Brokers() as brokers:
        status, out, errors = read("-o", brokers.url, "--spill", spill, ALL[0])
        expect(status == 0 and len(brokers.consume()) > 5, status, errors)


# --- live -------------------------------------------------------------------------------------------------------------
def in_namespace():
    if live.INSIDE not in os.environ:
        print("skipped: this case needs a network namespace")
    return live.INSIDE in os.environ


def live_is_published(folder):
    if not in_namespace():
        return
    names = ("tls13-x25519", "tls12-ecdhe-rsa", "fail-no-shared-version", "quic-v1", "dtls12-cookie", "ipv6")
    for workers in ("1", "3"):
        with Brokers() as brokers:
            one = live.Live("-o", brokers.url, "--workers", workers, "--stats-interval", "500ms")
            for name in names:
                send(frames_of(os.path.join(PCAPS, name + ".pcap")))
                time.sleep(0.1)
            again_and_again(50, 0.01)
            expect(until(lambda: len(brokers.consume()) >= 56), "as it passes")
            time.sleep(1)
            told, errors = one.end()
            got = [json.loads(m[2]) for m in brokers.consume()]
        handshakes = [d for d in got if d["event"]["dataset"] == "handlens.handshake"]
        stats = [d["handlens"]["stats"] for d in got if d["event"]["dataset"] == "handlens.stats"]
        expect(told == [] and one.process.returncode == 0, told, errors)
        expect(len(handshakes) == 50 + sum(len(live.read(os.path.join(PCAPS, n + ".pcap"))) for n in names), len(handshakes), errors)
        expect(stats and max(s["kafka_delivered"] for s in stats) >= len(handshakes) and stats[-1]["kafka_lost"] == 0, stats[-1:])
        expect("Kafka: %d delivered, 0 waiting, 0 lost" % len(got) in errors, len(got), errors)


def live_goes_on_while_they_are_away(folder):
    """In the file, and when that is full, in memory; at the end, what has no room is lost, and counted."""
    if not in_namespace():
        return
    spill = os.path.join(folder, "spill")
    os.chmod(folder, 0o755)
    for room in ("256M", "128K"):
        with Brokers() as brokers:
            one = live.Live("-o", brokers.url, "--spill", spill, "--spill-size", room, "--workers", "2")
            again_and_again(50, 0.001)
            time.sleep(1)
            brokers.do("down 0")
            again_and_again(100, 0.001)
            expect(until(lambda: size(spill) > HEADING), "nothing is spilled")
            again_and_again(100, 0.001)
            time.sleep(1)
            one.process.send_signal(signal.SIGUSR1)
            brokers.do("up 0")
            expect(until(lambda: size(spill) == HEADING), "it is not replayed")
            again_and_again(50, 0.001)
            time.sleep(1)
            told, errors = one.end()
            got = len(brokers.consume())
        expect(got == 300 and one.process.returncode == 0 and "300 delivered, 0 waiting" in errors, got, errors)
        expect("200 spilled, 200 replayed, 0 lost" in errors or room == "128K", errors)
    one = live.Live("-o", Relay().url, "--spill", spill, "--spill-size", "64K")
    again_and_again(100, 0.001)
    time.sleep(1)
    told, errors = one.end()
    kept, lost = kept_and_lost(errors)
    expect(kept + lost == 100 and kept > 5 and lost > 5 and one.process.returncode == 2 and ", %d lost" % lost in errors, errors)


def live_ends_while_they_are_away(folder):
    if not in_namespace():
        return
    spill = os.path.join(folder, "spill")
    os.chmod(folder, 0o755)
    one = live.Live("-o", Relay().url, "--spill", spill)
    again_and_again(20, 0.001)
    time.sleep(0.5)
    one.process.send_signal(signal.SIGINT)
    time.sleep(1.5)
    begin = time.monotonic()
    told, errors = one.end()  # again: it does not wait
    expect(time.monotonic() - begin < 4 and one.process.returncode == 0 and "kept in %s: 20;" % spill in errors, errors)
    with Brokers() as brokers:
        one = live.Live("-o", brokers.url, "--spill", spill)
        expect(until(lambda: len(brokers.consume()) == 20), "what was kept")
        expect(one.end()[0] == [] and size(spill) == HEADING, size(spill))
    one = live.Live("-o", Relay().url)
    again_and_again(1)
    with open("/proc/%d/task/%d/children" % (one.process.pid, one.process.pid), encoding="ascii") as file:
        os.kill(int(file.read().split()[0]), signal.SIGKILL)
    time.sleep(0.2)
    again_and_again(2)
    expect(one.process.wait(10) == 2 and "before its time" in one.end()[1], "without the process that publishes")


def rights_are_given_up(folder):
    """Also by the process that publishes, in each of its threads."""
    if not in_namespace():
        return
    config = os.path.join(folder, "kafka.conf")
    key, certificate = os.path.join(folder, "key"), os.path.join(folder, "certificate")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-subj", "/CN=me"],
                   check=True, capture_output=True)
    with open(config, "w", encoding="ascii") as file:  # a key that only root may read
        file.write("security.protocol=ssl\nssl.key.location=%s\nssl.certificate.location=%s\n" % (key, certificate))
    os.chmod(key, 0o600)
    one = live.Live("-o", Relay().url, "--kafka-config", config, "--spill", os.path.join(folder, "spill"))
    expect(one.process.poll() is None, one.process.stderr)
    with open("/proc/%d/task/%d/children" % (one.process.pid, one.process.pid), encoding="ascii") as file:
        publishers = file.read().split()
    try:
        expect(len(publishers) == 1, publishers)
        threads = os.listdir("/proc/%s/task" % publishers[0])
        expect(len(threads) > 1, threads)
        for thread in threads:
            with open("/proc/%s/task/%s/status" % (publishers[0], thread), encoding="ascii") as file:
                status = dict(line.split(":\t", 1) for line in file if ":\t" in line)
            expect("0" not in status["Uid"].split() and status["NoNewPrivs"].strip() == "1", thread, status["Uid"])
            expect(all(int(status[kind], 16) == 0 for kind in ("CapPrm", "CapEff", "CapAmb")), thread, status)
            expect(status["Seccomp"].strip() == one.status()["Seccomp"].strip(), thread, "Seccomp", status["Seccomp"])
        files = [os.readlink("/proc/%s/fd/%s" % (publishers[0], fd)) for fd in os.listdir("/proc/%s/fd" % publishers[0])]
        expect(not any("packet" in f.lower() or ".pcap" in f for f in files), files)
    finally:
        one.process.send_signal(signal.SIGINT)
        one.end()


def without_librdkafka():
    p = subprocess.run([HANDLENS, "read", "-o", "kafka://127.0.0.1/tls", ALL[0]], capture_output=True, timeout=30)
    if b"this build" not in p.stderr:
        return "the brokers' program was not built; KAFKA_BROKERS names it"
    fine = p.returncode == 2 and len(p.stderr.splitlines()) == 1
    return "this build has no librdkafka" + ("" if fine else ", and does not say so in one line")


def main():
    if not BROKERS:
        print("skipped: " + without_librdkafka())
        return 77
    if not shutil.which("kcat"):
        print("skipped: kcat is not installed")
        return 77
    if live.INSIDE not in os.environ:
        status = live.in_a_namespace()
        if status != 77:
            return status
    return cases.main(globals())


if __name__ == "__main__":
    sys.exit(main())
