#!/usr/bin/env python3
"""packaging/slurm/handlens-archive.sbatch, on a Slurm of one machine that is made here: keys, sockets, ports and folders of
its own.

  HANDLENS=build/.../handlens slurm.py [NAME...]

Skipped (77) where Slurm or munge are not installed, or may not run."""
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time

ROOT = os.path.normpath(os.environ.get("SOURCE_DIR", os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")))
HANDLENS = os.path.abspath(os.environ.get("HANDLENS", "handlens"))
sys.path.insert(0, os.path.join(ROOT, "tests", "support"))
import cases  # noqa: E402
from cases import expect  # noqa: E402

SCRIPT = os.path.join(ROOT, "packaging", "slurm", "handlens-archive.sbatch")
PCAPS = os.path.join(ROOT, "pcaps")
NAMES = ("tls13-x25519", "tls12-ecdhe-rsa", "fail-no-shared-version", "quic-v1", "dtls12-cookie", "ipv6", "fail-unknown-ca", "tls12-cbc")
PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "squeue", "sinfo", "zstd")
ENVIRONMENT = dict(os.environ, PATH=os.environ.get("PATH", "") + ":/usr/sbin:/sbin", HANDLENS=HANDLENS, ASAN_OPTIONS="detect_leaks=0")

CONF = """
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ports[0]}
SlurmdPort={ports[1]}
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge/socket
CredType=cred/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SwitchType=switch/none
MpiDefault=none
MailProg=/bin/true
ReturnToService=2
SlurmdParameters=config_overrides
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerType=sched/backfill
SchedulerParameters=batch_sched_delay=0,bf_interval=1,sched_interval=1,sched_min_interval=10000
NodeName=one NodeHostname={host} NodeAddr=127.0.0.1 CPUs=2 RealMemory=4096 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""


class Cluster:
    """Made in `folder`; daemons in the foreground, ended by their process."""

    def __init__(self, folder):
        self.folder, self.daemons = folder, []

    def start(self):
        """What is wrong, or None."""
        munge = os.path.join(self.folder, "munge")
        for name in ("munge", "state", "spool"):
            os.mkdir(os.path.join(self.folder, name), 0o755)
        os.chmod(self.folder, 0o755)
        with open(os.path.join(munge, "key"), "wb") as file:
            os.chmod(file.name, 0o600)
            file.write(os.urandom(128))
        self.run("munged", "--foreground", "--num-threads=2", *("--%s=%s/%s" % (o, munge, f) for o, f in (
            ("key-file", "key"), ("socket", "socket"), ("pid-file", "pid"), ("log-file", "log"), ("seed-file", "seed"))))
        if not wait(lambda: os.path.exists(os.path.join(munge, "socket")), 5):
            return "munged does not run: " + self.last_words()
        holders = [socket.socket() for _ in range(2)]
        for holder in holders:
            holder.bind(("127.0.0.1", 0))
        ports = [holder.getsockname()[1] for holder in holders]
        for holder in holders:
            holder.close()
        conf = os.path.join(self.folder, "slurm.conf")
        with open(conf, "w", encoding="ascii") as file:
            file.write(CONF.format(host=socket.gethostname().split(".")[0], folder=self.folder, ports=ports))
        ENVIRONMENT["SLURM_CONF"] = conf
        self.run("slurmctld", "-D", "-i", "-f", conf)
        self.run("slurmd", "-D", "-f", conf, "-N", "one")
        if not wait(lambda: call("sinfo", "--noheader", "--format=%t").stdout.strip() == "idle", 15):
            return "Slurm does not run: " + self.last_words()
        return None

    def run(self, *command):
        self.log = os.path.join(self.folder, command[0] + ".out")
        with open(self.log, "wb") as file:
            self.daemons.append(subprocess.Popen(command, env=ENVIRONMENT, stdin=subprocess.DEVNULL, stdout=file, stderr=file))

    def last_words(self):
        with open(self.log, encoding="utf-8", errors="replace") as file:
            return " ".join(file.read().split("\n")[-4:]).strip()

    def stop(self):
        call("scancel", "--user", "root")
        for daemon in reversed(self.daemons):
            daemon.terminate()
            try:
                daemon.wait(10)
            except subprocess.TimeoutExpired:
                daemon.kill()
                daemon.wait()


def wait(condition, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.1)
    return False


def call(*command, cwd=None):
    return subprocess.run(command, env=ENVIRONMENT, cwd=cwd, capture_output=True, text=True, timeout=60)


def submit(folder, *options, out="out", arguments=("--no-ca",)):
    """The script's output, after all of its jobs."""
    p = call(SCRIPT, *options, "list", out, *arguments, cwd=folder)
    if p.returncode == 0:
        expect(wait(lambda: not call("squeue", "--noheader").stdout.strip(), 60), "jobs do not end", call("squeue").stdout)
    return p


def make_list(folder, *lines):
    with open(os.path.join(folder, "list"), "w", encoding="ascii") as file:
        file.write("".join(line + "\n" for line in lines))


def captures(place):
    """Copies with names that a shell would trip over."""
    os.mkdir(os.path.join(place, "captures"))
    for name in NAMES:
        shutil.copy(os.path.join(PCAPS, name + ".pcap"), os.path.join(place, "captures", "it's %s.pcap" % name))
    return ["captures/it's %s.pcap" % name for name in NAMES]


def essence(line):
    d = json.loads(line)
    return json.dumps([d["@timestamp"], d["source"], d["destination"], d["tls"], d["handlens"]["outcome"], d["handlens"]["client_hello"]],
                      sort_keys=True)


def joined(place):
    p = call("zstd", "-q", "-d", "-c", os.path.join(place, "out", "handshakes.json.zst"))
    expect(p.returncode == 0, p.stderr)
    return p.stdout.splitlines()


def read_at_once(folder, files):
    return call(HANDLENS, "read", "--no-ca", "--format", "json", "-q", *files, cwd=folder).stdout.splitlines()


def summary(place):
    path = os.path.join(place, "out", "summary.json")
    if not os.path.exists(path):
        texts = []
        for name in sorted(os.listdir(os.path.join(place, "out", "logs"))):
            with open(os.path.join(place, "out", "logs", name), encoding="utf-8") as file:
                texts.append(name + ": " + file.read())
        raise AssertionError("no summary; " + "; ".join(texts))
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def problems(place):
    with open(os.path.join(place, "out", "problems.tsv"), encoding="utf-8") as file:
        return [line.rstrip("\n").split("\t") for line in file]


def parts(place):
    """When each part was written."""
    found = {}
    for directory, _, names in os.walk(os.path.join(place, "out", "parts")):
        for name in names:
            if name.endswith(".zst"):
                found[name] = os.stat(os.path.join(directory, name)).st_mtime_ns
    return found


def captures_by_time(place):
    for name in sorted(os.listdir(os.path.join(place, "captures"))):
        with open(os.path.join(place, "captures", name), "rb") as file:
            yield file.read(32)[24:32][:4][::-1], os.path.join("captures", name)


def position(place, name):
    with open(os.path.join(place, "list"), encoding="ascii") as file:
        return file.read().splitlines().index(name)


# --- cases ------------------------------------------------------------------------------------------------------------
def shards_say_what_one_run_says(folder):
    """... also of captures that belong together; and a line that is broken hides no other."""
    files = captures(folder)
    together = [os.path.join(folder, "captures", n) for n in ("first.pcap", "second.pcap")]
    with open(os.path.join(PCAPS, "tls12-dhe.pcap"), "rb") as file:
        data = file.read()
    at = 24
    for _ in range(6):
        at += 16 + int.from_bytes(data[at + 8:at + 12], "little")
    for path, content in zip(together, (data[:at], data[:24] + data[at:])):
        with open(path, "wb") as file:
            file.write(content)
    broken, cut = "captures/broken.pcap", "captures/cut.pcap"
    with open(os.path.join(folder, broken), "wb") as file:
        file.write(b"this is no capture, and was never one\n" * 100)
    with open(os.path.join(folder, cut), "wb") as file:
        file.write(data[:-10])
    missing = "captures/missing.pcap"
    make_list(folder, *files[:4], broken, "", "\t".join(together), missing, cut, *files[4:])
    p = submit(folder, "-n", "3")
    expect(p.returncode == 0 and "shards 1,2,3" in p.stdout, p.stdout, p.stderr)
    expected = sorted(map(essence, sum((read_at_once(folder, f) for f in [[f] for f in files] + [together, [cut]]), [])))
    found = summary(folder)
    lines = joined(folder)
    expect(sorted(map(essence, lines)) == expected, len(lines), len(expected), found)
    outcomes = [json.loads(line)["handlens"]["outcome"] for line in lines]
    expect(found == {"captures": 12, "read": 9, "damaged": 1, "unreadable": 2, "not_tried": 0, "handshakes": len(lines),
                     "completed": outcomes.count("completed"), "failed": outcomes.count("failed"),
                     "incomplete": outcomes.count("incomplete"), "not_tls": outcomes.count("not-tls")}, found)
    told = problems(folder)
    expect([(t[0], os.path.basename(t[1])) for t in told] == [("2", "broken.pcap"), ("2", "missing.pcap"), ("0", "cut.pcap")], told)
    expect("No such file" in told[1][2] and "cut short" in told[2][2], told)
    # Once more: what was not read, and nothing else.
    before = parts(folder)
    shutil.copy(os.path.join(PCAPS, "tls12-dhe.pcap"), os.path.join(folder, broken))
    p = submit(folder)
    expect(p.returncode == 0, p.stderr)
    after, found = parts(folder), summary(folder)
    changed = sorted(name for name in after if after[name] != before[name])
    expect(changed == ["5.json.zst", "7.json.zst"] and found["unreadable"] == 1 and found["handshakes"] == len(lines) + 1, changed, found)


def as_one_capture(folder):
    """The whole list in one run has the same handshakes."""
    make_list(folder, *captures(folder))
    p = submit(folder, "-n", "2")
    expect(p.returncode == 0, p.stdout, p.stderr)
    by_time = sorted(captures_by_time(folder))
    expect(sorted(map(essence, joined(folder))) == sorted(map(essence, read_at_once(folder, [f for _, f in by_time]))), summary(folder))
    expect(problems(folder) == [] and summary(folder)["read"] == len(NAMES), problems(folder))
    expect([d["source"]["port"] for d in map(json.loads, joined(folder))]
           == [json.loads(line)["source"]["port"] for _, f in sorted(by_time, key=lambda t: position(folder, t[1]))
               for line in read_at_once(folder, [f])], "the order of the list")
    loads = {}
    with open(os.path.join(folder, "out", "plan", "shards"), encoding="ascii") as file:
        for shard, number in (line.split() for line in file):
            size = os.path.getsize(os.path.join(folder, "captures", "it's %s.pcap" % NAMES[int(number) - 1]))
            loads[shard] = loads.get(shard, 0) + size
    largest = max(os.path.getsize(os.path.join(folder, f)) for _, f in by_time)
    expect(len(loads) == 2 and max(loads.values()) - min(loads.values()) < largest, loads)
    p = submit(folder)
    expect(p.returncode == 0 and "all captures are read" in p.stdout, p.stdout, p.stderr)


def what_a_lost_task_left(folder):
    """A program that ends its task in the middle, as the lack of memory does: the rest of its shard is done next time."""
    files = captures(folder)[:5]
    make_list(folder, *files)
    killer = os.path.join(folder, "killer")
    with open(killer, "w", encoding="ascii") as file:
        file.write("#!/bin/sh\ncase \"$*\" in *no-shared-version*) [ -e \"%s/mended\" ] || kill -9 $PPID;; esac\nexec \"%s\" \"$@\"\n"
                   % (folder, HANDLENS))
    os.chmod(killer, 0o755)
    ENVIRONMENT["HANDLENS"] = killer
    try:
        expect(submit(folder, "-n", "1").returncode == 0, "submit")
        found = summary(folder)
        expect(found["not_tried"] > 0 and found["read"] + found["not_tried"] == 5, found)
        expect(submit(folder).returncode == 0, "submit again")  # it comes last now, and hides nothing
        found = summary(folder)
        expect(found["not_tried"] == 1 and found["read"] == 4, found)
        expect([(t[0], t[1].split()[-1]) for t in problems(folder)] == [("-", "fail-no-shared-version.pcap")], problems(folder))
        with open(os.path.join(folder, "mended"), "w", encoding="ascii"):
            pass
        expect(submit(folder).returncode == 0, "submit, mended")
        found = summary(folder)
        expect(found["read"] == 5 and found["handshakes"] == len(joined(folder)) == 5, found)
    finally:
        ENVIRONMENT["HANDLENS"] = HANDLENS


def mistakes(folder):
    files = captures(folder)
    make_list(folder)
    for lines, options, words in (([], (), "names no capture"), ([files[0], files[1], files[0]], (), "named twice"),
                                  (files[:1], ("-n", "0"), "from 1 on"), (files[:1], ("-z", "rar"), "LIST OUT")):
        make_list(folder, *lines)
        p = submit(folder, *options)
        expect(p.returncode == 2 and words in p.stderr, options, p.stderr)
        expect(not os.path.exists(os.path.join(folder, "out", "plan")), "a plan for", options)
    make_list(folder, *files[:1])
    expect(submit(folder, "-z", "gz").returncode == 0 and os.path.exists(os.path.join(folder, "out", "handshakes.json.gz")), "gzip")
    for change in ((files[:2], ()), (files[:1], ("--only", "failed"))):
        make_list(folder, *change[0])
        p = submit(folder, arguments=("--no-ca", *change[1]))
        expect(p.returncode == 2 and "another list, or other options" in p.stderr, p.stderr)


if __name__ == "__main__":
    absent = [name for name in PROGRAMS if not shutil.which(name, path=ENVIRONMENT["PATH"])]
    if absent or os.geteuid() != 0:
        print("skipped: this needs root, and Slurm and munge; %s" % ("there is no " + ", ".join(absent) if absent else "this is not root"))
        sys.exit(77)
    with tempfile.TemporaryDirectory() as place:
        cluster = Cluster(place)
        try:
            trouble = cluster.start()
            if trouble:
                print("skipped: " + trouble)
                sys.exit(77)
            sys.exit(cases.main(globals()))
        finally:
            cluster.stop()
