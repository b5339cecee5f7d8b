#!/usr/bin/env python3
"""What systemd says of the units: nothing wrong with them, and little exposed. Skipped (77) without systemd."""
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.normpath(os.environ.get("SOURCE_DIR", os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")))
EXPOSURE = 2.0  # of 10


def complaints(path):
    p = subprocess.run(["systemd-analyze", "verify", "--man=no", path.replace("@.", "@eth0.")], capture_output=True, text=True)
    lines = [line for line in p.stderr.splitlines() if not line.startswith("#")]
    if p.returncode != 0 or lines:
        yield "verify: exit status %d: %s" % (p.returncode, "; ".join(lines))
    p = subprocess.run(["systemd-analyze", "security", "--offline=true", "--no-pager", path], capture_output=True, text=True)
    level = re.search(r"Overall exposure level for \S+: ([0-9.]+)", p.stdout)
    if not level:
        yield "security: " + p.stderr.strip()
        return
    print("%s: exposure %s" % (os.path.basename(path), level.group(1)))
    if float(level.group(1)) >= EXPOSURE:
        yield "security: exposure %s is not below %s" % (level.group(1), EXPOSURE)


def main():
    if not shutil.which("systemd-analyze"):
        print("skipped: systemd-analyze is not installed")
        return 77
    problems = []
    with tempfile.TemporaryDirectory() as folder:
        os.makedirs(os.path.join(folder, "bin"))
        shutil.copy("/bin/true", os.path.join(folder, "bin", "handlens"))
        for source in sorted(glob.glob(os.path.join(ROOT, "packaging", "systemd", "*.service.in"))):
            with open(source, encoding="utf-8") as file:
                text = file.read().replace("@HANDLENS_BINDIR@", os.path.join(folder, "bin"))
            path = os.path.join(folder, os.path.basename(source)[:-len(".in")])
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            problems += ["%s: %s" % (source, c) for c in complaints(path)]
        for source in glob.glob(os.path.join(ROOT, "packaging", "systemd", "*.sysusers")):
            os.makedirs(os.path.join(folder, "root", "etc"))
            p = subprocess.run(["systemd-sysusers", "--root=" + os.path.join(folder, "root"), source], capture_output=True, text=True)
            with open(os.path.join(folder, "root", "etc", "passwd"), encoding="utf-8") as file:
                if p.returncode != 0 or "handlens:" not in file.read():
                    problems.append("%s: %s" % (source, p.stderr.strip()))
    print("\n".join(problems) or "the units are fine")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
