#!/usr/bin/env python3
"""Every code that handlens has, brought out by a capture, and what is said then, to people and in JSON.

  HANDLENS=build/.../handlens run.py [--update] [--show] [CODE...]
  HANDLENS=build/.../handlens run.py --table

A case is a capture of pcaps/, or one that is made on the spot: stories.py says which, and how. expected/CODE.txt is
what a person sees with -v in a terminal of 80 columns, expected/CODE.json the diagnosis or finding itself. --update
writes what handlens says now: read the difference before you commit it. --show prints what a person sees. --table
renews the tables of docs/diagnosis.md; the second one, of captures whose story is known (see tests/diff/lab.py), only
where HANDLENS_LAB names their folder."""
import collections
import json
import os
import re
import subprocess
import sys

import handmade  # noqa: F401 (it knows where the others are)
import stories
from stories import PCAPS, SHOWN, STORIES

import cases
from cases import expect

HERE = os.path.dirname(os.path.abspath(__file__))
EXPECTED = os.path.join(HERE, "expected")
ROOT = stories.ROOT
HANDLENS = os.path.abspath(os.environ.get("HANDLENS", "handlens"))
# No file brings these out: what the case is, what is said, and where that is tested.
ELSEWHERE = {"capture-dropped": ("live, while the kernel's buffer runs over ([live.py](../tests/cli/live.py))", "cause: capture, possible")}
PAGE = os.path.join(ROOT, "docs", "diagnosis.md")
ENVIRONMENT = dict(os.environ, COLUMNS="80", LANG="C.UTF-8", LC_ALL="C.UTF-8")


def handlens(*arguments):
    p = subprocess.run([HANDLENS, *arguments], cwd=ROOT, capture_output=True, timeout=60, stdin=subprocess.DEVNULL,
                       env=ENVIRONMENT)
    errors = p.stderr.decode("utf8", "replace")
    expect(p.returncode == 0 and not errors, " ".join(arguments), "status", p.returncode, errors)
    return p.stdout.decode("utf8")


def catalogue():
    """The codes that captures bring out."""
    return [code for code in every_code() if code not in ELSEWHERE]


def every_code():
    return [json.loads(line)["code"] for line in handlens("explain", "--format", "json").splitlines()]


# --- what is said ---------------------------------------------------------------------------------------------------
def arguments_for(code, folder):
    if code in SHOWN:
        capture, options = SHOWN[code]
        return ["--ca-file", stories.LAB_CA, *options, os.path.join(PCAPS, capture)]
    return STORIES[code][1](folder)


DIAGNOSIS, FINDING = ("code", "blame", "confidence", "summary", "evidence"), ("code", "severity", "summary", "evidence")


def said(code, arguments):
    """What is said about `code`, of the first handshake that shows it."""
    for line in handlens("read", "--format", "json", *arguments).splitlines():
        document = json.loads(line)["handlens"]
        found = {"outcome": document["outcome"]}
        for name, part, fields in (("diagnosis", "diagnosis", DIAGNOSIS), ("finding", "findings", FINDING)):
            ours = [{key: one[key] for key in fields} for one in document[part] if one["code"] == code]
            if ours:
                found[name] = ours
        if len(found) > 1:
            return found
    return None


def outputs(code, folder):
    arguments = arguments_for(code, folder)
    found = said(code, arguments)
    expect(found, "the case does not bring it out")
    return {".txt": handlens("read", "-v", *arguments), ".json": json.dumps(found, indent=1, ensure_ascii=False) + "\n"}


def read(path):
    if not os.path.exists(path):
        return ""
    with open(path, encoding="utf8") as file:
        return file.read()


def write(path, text):
    with open(path, "w", encoding="utf8") as file:
        file.write(text)


def compare(code, folder, update, show):
    expect(code in SHOWN or code in STORIES, "there is no case for it")
    for ending, text in outputs(code, folder).items():
        path = os.path.join(EXPECTED, code + ending)
        if update:
            write(path, text)
        if show and ending == ".txt":
            print(text)
        a, b = read(path).splitlines(), text.splitlines()
        at = next((i for i, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b)))
        expect(a == b, "%s%s differs in line %d:\n      expected %s\n      now      %s" % (
            code, ending, at + 1, a[at] if at < len(a) else "(end)", b[at] if at < len(b) else "(end)"))


# --- the tables -----------------------------------------------------------------------------------------------------
def table(*rows):
    return "\n".join(["| %s |" % " | ".join(row) for row in (rows[0], ["---"] * len(rows[0]), *rows[1:])]) + "\n"


def shows(capture):
    """What pcaps/README.md says of it."""
    name = capture.partition(".")[0]
    readme = read(os.path.join(PCAPS, "README.md"))
    return re.search(r"^\| \[%s\]\([^)]*\) \| (.*?) \|" % re.escape(name), readme, re.M).group(1)


def how_made(code):
    if code in SHOWN:
        capture = SHOWN[code][0]
        return "[%s](../pcaps/%s): %s" % (capture.partition(".")[0], capture, shows(capture))
    return STORIES[code][0]


def what_is_said(found):
    causes = dict.fromkeys("cause: %s, %s" % (one["blame"], one["confidence"]) for one in found.get("diagnosis", ()))
    severities = dict.fromkeys(one["severity"] for one in found.get("finding", ()))
    return "; ".join([*causes, *(["finding: " + ", ".join(severities)] if severities else [])])


def table_of_codes():
    rows = [["`%s`" % code, how_made(code), what_is_said(json.loads(read(os.path.join(EXPECTED, code + ".json"))))]
            for code in catalogue()]
    rows += [["`%s`" % code, *words] for code, words in ELSEWHERE.items()]
    return table(["code", "the case", "what is said"], *rows)


def table_of_labels():
    sys.path.insert(0, os.path.join(ROOT, "tests", "diff"))
    import lab
    count, right, instead = collections.Counter(), collections.Counter(), collections.defaultdict(collections.Counter)
    for capture in json.loads(read(os.path.join(lab.LAB, "labels.json")))["captures"]:
        diagnosis = lab.told(lab.documents(capture, True))
        ok, _ = lab.judge(capture, diagnosis)
        count[capture["label"]] += 1
        right[capture["label"]] += ok
        if not ok:
            words = "`%s` (%s)" % (diagnosis["code"], diagnosis["confidence"]) if diagnosis else "nothing"
            instead[capture["label"]][words + (", evidence encrypted" if capture["evidence_hidden"] else "")] += 1
    rows = [["`%s`" % label, str(count[label]), str(right[label]),
             "; ".join("%d × %s" % (n, words) for words, n in instead[label].items())] for label in sorted(count)]
    rows.append(["all", str(count.total()), str(right.total()), ""])
    return table(["label", "captures", "right", "said instead"], *rows)


def with_table(page, name, text):
    """The page with another table between its two marks."""
    begin, end = "<!-- %s -->\n" % name, "<!-- end of %s -->\n" % name
    before, _, rest = page.partition(begin)
    _, _, after = rest.partition(end)
    return before + begin + "\n" + text + "\n" + end + after


def renew_tables():
    page = with_table(read(PAGE), "codes", table_of_codes())
    if "HANDLENS_LAB" in os.environ:
        page = with_table(page, "labels", table_of_labels())
    write(PAGE, page)
    return 0


# --- all of it ------------------------------------------------------------------------------------------------------
def nothing_is_left_over(folder):
    codes = set(catalogue())
    expect(not {*ELSEWHERE} - {*every_code()}, "codes that are none:", {*ELSEWHERE} - {*every_code()})
    expect(not {*SHOWN, *STORIES} - codes, "cases of codes that are none:", {*SHOWN, *STORIES} - codes)
    expect(not {*SHOWN} & {*STORIES}, "cases that are there twice:", {*SHOWN} & {*STORIES})
    files = {code + ending for code in codes for ending in (".txt", ".json")}
    expect(not set(os.listdir(EXPECTED)) - files, "outputs of codes that are none:", set(os.listdir(EXPECTED)) - files)


def the_page_is_of_today(folder):
    page = read(PAGE)
    expect(page == with_table(page, "codes", table_of_codes()), "run.py --table makes docs/diagnosis.md anew")


def main():
    options, names = [a for a in sys.argv[1:] if a.startswith("-")], [a for a in sys.argv[1:] if not a.startswith("-")]
    if "--table" in options:
        return renew_tables()
    wanted = [(code, lambda folder, code=code: compare(code, folder, "--update" in options, "--show" in options))
              for code in catalogue() if not names or code in names]
    if not names:
        wanted += [(one.__name__, one) for one in (nothing_is_left_over, the_page_is_of_today)]
    return cases.run(wanted)


if __name__ == "__main__":
    sys.exit(main())
