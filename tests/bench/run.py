#!/usr/bin/env python3
"""Ratios, all measured in one run: handlens against tcpdump, a plain read, and other tools.

  run.py [--folder DIR] [--runs N] [--only NAME,...] [--others]

Makes its workloads (about 5 GB) in DIR (build/bench) once. Each command is timed
N times, interleaved with the others so that all share what the machine does
meanwhile; the minimum counts, and the spread is shown. --others adds tshark,
ssldump and ndpiReader where they are installed (slow)."""
import argparse
import os
import shutil
import subprocess
import sys
import time

ROOT = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
AIMS = {"dense": 3.0, "bulk": 0.6}  # times tcpdump's time
KINDS = {"dense": 100000, "signed": 100000, "bulk": 20000, "rough": 100000, "idle": 400000}


def build(folder):
    release = os.path.join(ROOT, "build", "release")
    if not os.path.exists(os.path.join(release, "build.ninja")):
        subprocess.run(["cmake", "--preset", "release"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["cmake", "--build", release, "--target", "handlens"], check=True, stdout=subprocess.DEVNULL)
    workload = os.path.join(folder, "workload")
    sources = [os.path.join(ROOT, "tests", "bench", name) for name in ("workload.c", "signing.c")]
    subprocess.run(["cc", "-O2", "-D_DEFAULT_SOURCE", "-o", workload] + sources + ["-lwolfssl"], check=True)
    return os.path.join(release, "handlens"), workload


def measure(command):
    """(seconds, MiB at the most)"""
    start = time.monotonic()
    p = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(p.pid, 0)
    seconds = time.monotonic() - start
    p.returncode = os.waitstatus_to_exitcode(status)
    if p.returncode != 0:
        print("  %s: exit status %d" % (command[0], p.returncode))
    return seconds, usage.ru_maxrss / 1024


def trust(path):
    """The root of the workload whose signatures are real."""
    return ["--ca-file", path + ".ca", "--at", "2026-06-01"] if os.path.exists(path + ".ca") else []


def commands(handlens, path, others):
    out = {"handlens": [handlens] + trust(path) + ["--format", "json", "-q", "-o", "/dev/null", path],
           "tcpdump": ["tcpdump", "-r", path, "-w", "/dev/null"],
           "read": ["dd", "if=" + path, "of=/dev/null", "bs=512k"]}
    if others:
        out["tshark"] = ["tshark", "-n", "-r", path, "-Y", "tls.handshake", "-T", "fields", "-e", "frame.number"]
        out["ssldump"] = ["ssldump", "-n", "-r", path]
        out["ndpiReader"] = ["ndpiReader", "-q", "-i", path]
    return {name: command for name, command in out.items() if shutil.which(command[0])}


def found(handlens, path):
    p = subprocess.run([handlens, path, "--only", "not-tls"], capture_output=True, text=True)
    return " ".join(p.stdout.split())


def main():
    parser = argparse.ArgumentParser(description="benchmark handlens", epilog=__doc__)
    parser.add_argument("--folder", default=os.path.join(ROOT, "build", "bench"))
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only", default=",".join(KINDS))
    parser.add_argument("--others", action="store_true")
    arguments = parser.parse_args()
    os.makedirs(arguments.folder, exist_ok=True)
    handlens, workload = build(arguments.folder)
    for kind in arguments.only.split(","):
        path = os.path.join(arguments.folder, kind + ".pcap")
        if not os.path.exists(path):
            subprocess.run([workload, kind, path], check=True)
        size = os.path.getsize(path)
        print("%s: %d handshakes in %.2f GB" % (kind, KINDS[kind], size / 1e9))
        print("  found: %s" % found(handlens, path))
        times, memory = {}, {}
        for i in range(arguments.runs):
            for name, command in commands(handlens, path, arguments.others and i == 0).items():
                seconds, mebibytes = measure(command)
                times.setdefault(name, []).append(seconds)
                memory[name] = max(memory.get(name, 0), mebibytes)
        base = min(times.get("tcpdump", [float("nan")]))
        for name, values in times.items():
            aim = " (aim: %.1f)" % AIMS[kind] if name == "handlens" and kind in AIMS else ""
            print("  %-10s %7.3f s  (to %.3f)  %6.2f x tcpdump%s  %7.1f MiB" %
                  (name, min(values), max(values), min(values) / base, aim, memory[name]))
        if kind == "idle":
            few = os.path.join(arguments.folder, "idle-few.pcap")
            subprocess.run([workload, "idle", few, "1000"], check=True)
            _, least = measure(commands(handlens, few, False)["handlens"])
            print("  an open, finished connection costs %.0f bytes" %
                  ((memory["handlens"] - least) * 2 ** 20 / (KINDS[kind] - 1000)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
