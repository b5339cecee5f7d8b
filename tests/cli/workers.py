#!/usr/bin/env python3
"""handlens read --workers: the output is the same, whatever N.

  HANDLENS=build/.../handlens workers.py [NAME...]"""
import os
import subprocess
import sys

ROOT = os.path.normpath(os.environ.get("SOURCE_DIR", os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")))
HANDLENS = os.path.abspath(os.environ.get("HANDLENS", "handlens"))
sys.path.insert(0, os.path.join(ROOT, "tests", "support"))
import cases  # noqa: E402
from cases import expect  # noqa: E402

PCAPS = os.path.join(ROOT, "pcaps")
CAPTURES = sorted(os.path.join(PCAPS, name) for name in os.listdir(PCAPS) if name.endswith((".pcap", ".pcapng")))
CA = os.path.join(PCAPS, "lab-ca.pem")


def read(*arguments):
    p = subprocess.run([HANDLENS, "read", "--ca-file", CA, *arguments],
                       capture_output=True, timeout=300)
    return p.returncode, p.stdout, p.stderr


def is_same(*arguments):
    one = read("--workers", "1", *arguments)
    expect(one[1].count(b"\n") > 10, "nothing was told", one)
    expect(one == read(*arguments), "one worker is usual", arguments)
    for workers in ("2", "3", "8"):
        other = read("--workers", workers, *arguments)
        lines = [i for i, (a, b) in enumerate(zip(one[1].splitlines(), other[1].splitlines())) if a != b]
        expect(one == other, workers, arguments, lines[:3], one[0], other[0], other[2])
    return one


# --- cases ------------------------------------------------------------------------------------------------------------
def every_format(folder):
    for arguments in (("--format", "json"), ("--format", "json", "-vv"), ("-v",), ("-vv",), ("--format", "markdown"), ("--only", "failed")):
        is_same(*arguments, *CAPTURES)


def again_and_again(folder):
    """Batches are filled, and caches run over: the same captures often, so that sessions are used again."""
    is_same("--format", "json", *(CAPTURES * 8))


def with_secrets(folder):
    key_logs = [option for name in sorted(os.listdir(PCAPS)) if name.endswith(".keys") for option in ("--keylog", os.path.join(PCAPS, name))]
    is_same("--format", "json", *key_logs[:64], *CAPTURES)
    for workers in ("1", "4"):
        status, _, errors = read("--workers", workers, *key_logs[:64], "--decrypted-pcap", os.path.join(folder, workers), *CAPTURES)
        expect(status == 0 and not errors, status, errors)
    with open(os.path.join(folder, "1"), "rb") as one, open(os.path.join(folder, "4"), "rb") as other:
        expect(one.read() == other.read(), "packets differ")


def a_damage(folder):
    broken = os.path.join(folder, "broken.pcap")
    with open(CAPTURES[0], "rb") as file, open(broken, "wb") as out:
        out.write(file.read()[:-7])
    status, _, errors = is_same("--format", "json", *CAPTURES[:20], broken, os.path.join(folder, "nothing.pcap"), *CAPTURES[20:])
    expect(status == 2 and errors.count(b"\n") == 2, status, errors)


def nobody_reads(folder):
    """The reader of a pipe goes away: that is no mistake; a full disk is one."""
    command = [HANDLENS, "read", "--no-ca", "--workers", "4", "--format", "json", *(CAPTURES * 20)]
    p = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    p.stdout.read(100)
    p.stdout.close()
    errors = p.stderr.read()
    expect(p.wait(60) == 0 and not errors, p.returncode, errors)
    p = subprocess.run([*command, "-o", "/dev/full"], capture_output=True, timeout=60)
    expect(p.returncode == 2 and b"No space left" in p.stderr, p.returncode, p.stderr)


if __name__ == "__main__":
    sys.exit(cases.main(globals()))
