#!/usr/bin/env python3
"""How fast packets may come before one is lost: handlens live against tcpdump, on the same pair of interfaces.

  live.py [--folder DIR] [--kind dense|bulk|...] [--seconds N] [--rounds N]
  live.py --soak SECONDS [--rate N]

Makes a network namespace with a veth pair; blast.c sends a workload of run.py at a rate, and each receiver in turn
counts what the kernel had to drop. The highest rate without a drop is searched, in rounds, so that all share what the
machine does meanwhile; the best of each counts. All have a kernel buffer of 32 MiB. With --soak, new connections come
for so long at a steady rate (350 a second are usual), and memory and descriptors are watched. Needs root, ip, unshare,
tcpdump."""
import argparse
import os
import re
import signal
import subprocess
import sys
import time

import run

INSIDE = "HANDLENS_BENCH_NAMESPACE"
START_RATE, STEPS = 40000, 6


def build_sender(folder):
    blast = os.path.join(folder, "blast")
    subprocess.run(["cc", "-O2", "-o", blast, os.path.join(run.ROOT, "tests", "bench", "blast.c")], check=True)
    return blast


def send(blast, path, rate, seconds):
    """The packets a second that it came to."""
    return float(subprocess.run([blast, path, "v0", str(rate), str(int(rate * seconds))], capture_output=True, text=True, check=True).stdout)


class Receiver:
    def __init__(self, name, handlens):
        if name == "tcpdump":
            command, self.ready = ["tcpdump", "-i", "v1", "-n", "-B", "32768", "-w", "/dev/null"], "listening on"
        else:
            workers = name.split()[1]
            command = [handlens, "live", "-i", "v1", "--no-ca", "--workers", workers, "--format", "json", "-o", "/dev/null"]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        time.sleep(1)

    def end(self):
        """(packets that were dropped, seconds of CPU)"""
        time.sleep(1)
        self.process.send_signal(signal.SIGINT)
        text = self.process.stderr.read()
        _, _, usage = os.wait4(self.process.pid, 0)
        self.process.returncode = 0
        return int(re.search(r"(\d+) (?:packets )?dropped by (?:the )?kernel", text).group(1)), usage.ru_utime + usage.ru_stime


def is_lossless(name, handlens, sender, path, rate, seconds):
    receiver = Receiver(name, handlens)
    real = send(sender, path, rate, seconds)
    dropped, cpu = receiver.end()
    print("    %-10s %8.0f packets/s  %7d dropped  %.2f us of CPU a packet" % (name, real, dropped, cpu / (rate * seconds) * 1e6), flush=True)
    return real, dropped == 0


def highest_rate(name, handlens, sender, path, seconds):
    low, high, rate, best = 0, None, START_RATE, 0
    for _ in range(STEPS + 6):
        real, lossless = is_lossless(name, handlens, sender, path, rate, seconds)
        if lossless:
            best, low = max(best, real), rate
            if real < 0.9 * rate:  # the sender can do no more
                break
        else:
            high = rate
        if high is not None and high / max(low, 1) < 1.05:
            break
        rate = int(2 * rate if high is None else (low + high) / 2)
    return best


def compare(handlens, sender, path, seconds, rounds):
    names = ("tcpdump", "handlens 1", "handlens 2")
    best = dict.fromkeys(names, 0)
    for _ in range(rounds):
        for name in names:
            best[name] = max(best[name], highest_rate(name, handlens, sender, path, seconds))
    for name in names:
        print("%-10s %8.0f packets/s without a drop  %.2f x tcpdump" % (name, best[name], best[name] / best["tcpdump"]))


def status(pid):
    with open("/proc/%d/status" % pid, encoding="ascii") as file:
        resident = int(re.search(r"VmRSS:\s+(\d+)", file.read()).group(1))
    return resident, len(os.listdir("/proc/%d/fd" % pid))


def soak(handlens, sender, path, seconds, rate):
    """The workload, from its begin again when it ends."""
    receiver, sending, early, begin = Receiver("handlens 1", handlens), None, None, time.monotonic()
    packets = run.KINDS["dense"]  # handshakes; with as many packets each:
    per_handshake = 19
    while time.monotonic() - begin < seconds:
        if sending is None or sending.poll() is not None:
            sending = subprocess.Popen([sender, path, "v0", str(per_handshake * rate), str(per_handshake * packets)], stdout=subprocess.DEVNULL)
        time.sleep(10)
        resident, descriptors = status(receiver.process.pid)
        print("  %5.0f s  %7.1f MiB  %d descriptors" % (time.monotonic() - begin, resident / 1024, descriptors), flush=True)
        if early is None and time.monotonic() - begin >= 60:
            early = resident, descriptors
    late = status(receiver.process.pid)
    sending.kill()
    receiver.process.send_signal(signal.SIGINT)
    print(receiver.process.stderr.read().strip().splitlines()[-1])
    receiver.process.wait()
    if early is not None:
        print("memory at the end: %.3f of that after a minute; descriptors %+d" % (late[0] / early[0], late[1] - early[1]))


def in_a_namespace():
    setup = ("sysctl -qw net.ipv6.conf.all.disable_ipv6=1; ip link add v0 type veth peer name v1 && ip link set v0 up && "
             "ip link set v1 up && exec \"$@\"")
    return subprocess.run(["unshare", "-n", "sh", "-c", setup, "sh", sys.executable, *sys.argv], env=dict(os.environ, **{INSIDE: "1"})).returncode


def main():
    parser = argparse.ArgumentParser(description="benchmark handlens live", epilog=__doc__)
    parser.add_argument("--folder", default=os.path.join(run.ROOT, "build", "bench"))
    parser.add_argument("--kind", default="dense")
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--soak", type=int)
    parser.add_argument("--rate", type=int, default=350)
    arguments = parser.parse_args()
    os.makedirs(arguments.folder, exist_ok=True)
    handlens, workload = run.build(arguments.folder)
    path = os.path.join(arguments.folder, arguments.kind + ".pcap")
    if not os.path.exists(path):
        subprocess.run([workload, arguments.kind, path], check=True)
    if arguments.soak:
        soak(handlens, build_sender(arguments.folder), path, arguments.soak, arguments.rate)
    else:
        compare(handlens, build_sender(arguments.folder), path, arguments.seconds, arguments.rounds)
    return 0


if __name__ == "__main__":
    sys.exit(main() if INSIDE in os.environ else in_a_namespace())
