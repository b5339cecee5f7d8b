#!/usr/bin/env python3
"""What shellcheck says of the scripts. Skipped (77) without it."""
import glob
import os
import shutil
import subprocess
import sys

ROOT = os.path.normpath(os.environ.get("SOURCE_DIR", os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")))
SCRIPTS = ("scripts/*.sh", ".ci/run", "packaging/slurm/*", "tests/install/*.sh")


def main():
    if not shutil.which("shellcheck"):
        print("skipped: shellcheck is not installed")
        return 77
    scripts = [path for pattern in SCRIPTS for path in sorted(glob.glob(os.path.join(ROOT, pattern)))]
    p = subprocess.run(["shellcheck", "--color=never", *scripts])
    if p.returncode == 0:
        print("%d scripts are fine" % len(scripts))
    return 1 if p.returncode != 0 or len(scripts) < 6 else 0


if __name__ == "__main__":
    sys.exit(main())
