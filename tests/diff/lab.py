#!/usr/bin/env python3
"""Captures of handshakes whose story is known: is it the one that handlens tells?

  HANDLENS=build/.../handlens lab.py [-v] [NAME...]

Every capture whose evidence can be read must be told right, and no wrong diagnosis may be certain. Where the evidence is encrypted
and no key log lies beside it, a wrong or missing one only counts.

They lie beside the checkout (HANDLENS_LAB names another place), each with what happened in labels.json; without them the test is
skipped."""
import collections
import json
import os
import subprocess
import sys

ROOT = os.path.normpath(os.environ.get("SOURCE_DIR", os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")))
HANDLENS = os.path.abspath(os.environ.get("HANDLENS", "handlens"))
LAB = os.environ.get("HANDLENS_LAB", os.path.join(ROOT, "..", "shared", "lab"))
SKIPPED = 77
BLAMES = {"config-client": "client", "config-server": "server", "none": None}


def documents(capture, secrets):
    arguments = [HANDLENS, "read", "--format", "json", "--no-ca"]
    if secrets and capture["keylog"]:
        arguments += ["--keylog", os.path.join(LAB, capture["keylog"])]
    p = subprocess.run([*arguments, os.path.join(LAB, capture["file"])], capture_output=True, timeout=60)
    return [json.loads(line)["handlens"] for line in p.stdout.splitlines()]


def told(documents_of_capture):
    """The primary diagnosis of the first handshake that has one."""
    for document in documents_of_capture:
        for diagnosis in document["diagnosis"][:1]:
            return diagnosis
    return None


def judge(capture, diagnosis):
    """Right, and if not, why not."""
    code = diagnosis["code"] if diagnosis else None
    if capture["label"].startswith("ok-"):
        return code is None, "says %s" % code if code else ""
    if code != capture["label"]:
        return False, "says %s%s" % (code, " (certain)" if diagnosis and diagnosis["confidence"] == "certain" else "")
    blame = BLAMES.get(capture["blame"], capture["blame"])
    return True, "" if blame == diagnosis["blame"] else "blames %s instead of %s" % (diagnosis["blame"], blame)


def main():
    verbose, names = "-v" in sys.argv, [a for a in sys.argv[1:] if a != "-v"]
    if not os.path.isdir(LAB):
        print("skipped: there are no labelled captures at %s" % os.path.normpath(LAB))
        return SKIPPED
    with open(os.path.join(LAB, "labels.json"), encoding="utf8") as file:
        captures = [c for c in json.load(file)["captures"] if not names or c["name"] in names]
    right, wrong_blame, wrong, certain_and_wrong, missed = 0, 0, [], [], collections.OrderedDict()
    for capture in captures:
        diagnosis = told(documents(capture, True))
        ok, remark = judge(capture, diagnosis)
        right += ok
        wrong_blame += ok and bool(remark)
        if not ok and not capture["evidence_hidden"]:
            wrong.append(capture["name"])
        if not ok and diagnosis and diagnosis["confidence"] == "certain":
            certain_and_wrong.append(capture["name"])
        if remark and (not ok or verbose):
            missed[capture["name"]] = "%-28s %s%s" % (capture["label"], remark, " (evidence hidden)" if capture["evidence_hidden"] else "")
    for name, remark in missed.items():
        print("%-36s %s" % (name, remark))
    print("%d of %d right; %d with another blame; %d wrong and certain" % (right, len(captures), wrong_blame, len(certain_and_wrong)))
    return 1 if wrong or certain_and_wrong else 0


if __name__ == "__main__":
    sys.exit(main())
