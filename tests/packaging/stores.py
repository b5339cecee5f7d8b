#!/usr/bin/env python3
"""What packaging/stores takes out of a line is there, and of the type that it is taken for. No store is started.

  HANDLENS=build/.../handlens stores.py [NAME...]"""
import glob
import ipaddress
import json
import os
import re
import subprocess
import sys

ROOT = os.path.normpath(os.environ.get("SOURCE_DIR", os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")))
HANDLENS = os.path.abspath(os.environ.get("HANDLENS", "handlens"))
sys.path.insert(0, os.path.join(ROOT, "tests", "support"))
import cases  # noqa: E402
from cases import expect  # noqa: E402

STORES = os.path.join(ROOT, "packaging", "stores")


def handshakes():
    files = sorted(glob.glob(os.path.join(ROOT, "pcaps", "*.pcap")))
    out = []
    for file in files:
        p = subprocess.run([HANDLENS, "read", "--no-ca", "--format", "json", "-q", file], capture_output=True, timeout=60)
        out += [json.loads(line) for line in p.stdout.splitlines()]
    expect(len(out) > 50, len(out))
    return out


def values_at(value, path):
    """All at a path; a list has them in each of its items, unless the path counts, from 1."""
    if not path:
        return [value]
    if isinstance(value, list):
        if isinstance(path[0], int):
            return values_at(value[path[0] - 1], path[1:]) if len(value) >= path[0] else []
        return [v for item in value for v in values_at(item, path)]
    return values_at(value[path[0]], path[1:]) if isinstance(value, dict) and path[0] in value else []


def is_address(value):
    return isinstance(value, str) and ipaddress.ip_address(value) is not None


def is_date(value):
    return isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{9})?Z", value) is not None


def check(told, path, is_right):
    values = [v for d in told for v in values_at(d, path) if v is not None]
    expect(values, "nothing at", path)
    wrong = [v for v in values if not is_right(v)]
    expect(not wrong, path, wrong[:1])


# --- cases ------------------------------------------------------------------------------------------------------------
def clickhouse(folder):
    kinds = {"String": lambda v: isinstance(v, str), "UInt": lambda v: type(v) is int and v >= 0, "Bool": lambda v: type(v) is bool,
             "ArrayRaw": lambda v: isinstance(v, list)}
    with open(os.path.join(STORES, "clickhouse.sql"), encoding="utf-8") as file:
        text = file.read()
    told = handshakes()
    taken = re.findall(r"JSONExtract(\w+)\(line, ([^()]*)\)", text)
    expect(len(taken) > 20, len(taken))
    for kind, path in taken:
        check(told, json.loads("[%s]" % path.replace("'", '"')), kinds[kind])
    check(told, ["handlens", "findings", "code"], kinds["String"])
    columns = re.findall(r"^    (\w+) [A-Z]\w+", re.search(r"tls.handshakes\n\((.*?)\n\)", text, re.S).group(1), re.M)
    named = re.findall(r" AS (\w+),?$", text, re.M) + ["line"]
    expect(columns == named, "the view fills the table", columns, named)


def opensearch(folder):
    kinds = {"keyword": lambda v: isinstance(v, str), "text": lambda v: isinstance(v, str), "ip": is_address, "date": is_date,
             "date_nanos": is_date, "long": lambda v: type(v) is int, "integer": lambda v: type(v) is int, "boolean": lambda v: type(v) is bool}
    with open(os.path.join(STORES, "opensearch-template.json"), encoding="utf-8") as file:
        mappings = json.load(file)["template"]["mappings"]
    told = handshakes()

    def walk(properties, path):
        for name, about in properties.items():
            if "properties" in about:
                walk(about["properties"], path + [name])
            else:
                check(told, path + [name], kinds[about["type"]])

    walk(mappings["properties"], [])


if __name__ == "__main__":
    sys.exit(cases.main(globals()))
