#!/usr/bin/env python3
"""handlens check against the servers that people run: each is started on loopback with a configuration of its own, and what is found must
be what it was told, item by item; policies must judge it rightly; and all of that twenty times alike.

  HANDLENS=build/.../handlens servers.py [--list] [--install] [--light] [--rounds N] [--beside [SECONDS]] [NAME...]

NAME is the beginning of a server's name; one that is not installed is skipped. --beside also runs sslscan, testssl.sh and nmap, those that are
there, against the same servers, through a relay that counts connections. --install prints the Debian packages of all servers."""
import argparse
import concurrent.futures
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import beside  # noqa: E402
import other_client  # noqa: E402
from server_place import NAME, Keys, Place  # noqa: E402
from server_rows import ROWS, VERSIONS  # noqa: E402

HANDLENS = os.path.abspath(os.environ.get("HANDLENS", "handlens"))
ROUNDS = 20
# What a verdict may cost on loopback.
MOST_CONNECTIONS, MOST_MS = 17, 100


def missing(row):
    absent = [p for p in row.programs if not shutil.which(p)] + [p for p in row.parts if not os.path.exists(p)]
    if absent:
        return "%s is not installed (Debian: %s)" % (absent[0], " ".join(row.packages))
    if row.root and os.geteuid() != 0:
        return "it runs for root only"
    return None


def check(row, place, *arguments):
    """Exit status and report."""
    p = subprocess.run([HANDLENS, "check", "--format", "json", "--ca-file", place.keys.trusted(), "--connect", "127.0.0.1:%d" % place.port, *arguments,
                        "%s://%s" % (row.protocol, NAME)], capture_output=True, timeout=120)
    if p.returncode == 2 or not p.stdout:
        raise AssertionError(p.stderr.decode())
    return p.returncode, json.loads(p.stdout)


def timeless(document):
    """A report without times, as text."""
    document = dict(document, **{"@timestamp": None})
    document["event"] = dict(document["event"], duration=None)
    return json.dumps(document, sort_keys=True)


# --- what was found, in the words of what was told ----------------------------------------------------------------------

def names(listed):
    return {c["name"] for c in listed["list"]}


# What becomes of sessions: the features, in short.
SESSIONS = {"session_id": "id", "session_ticket": "ticket", "psk_resumption": "psk", "early_data": "early data", "client_renegotiation": "renegotiation",
            "certificate_compression": "compression"}


def found_items(inventory, keys):
    taken = {v["version"]["name"]: v for v in inventory["versions"] if v["accepted"] == "yes"}
    kinds = {keys.digest(kind): kind for kind in Keys.KINDS}
    return {
        "versions": [v for v in VERSIONS if v in taken],
        "suites": {v: names(t["cipher_suites"]) for v, t in taken.items()},
        "order": {v: t["order"] for v, t in taken.items() if len(t["cipher_suites"]["list"]) > 1},
        "groups, TLS 1.3": names(inventory["groups_tls13"]),
        "groups, older": names(inventory["groups_older"]),
        "schemes, TLS 1.3": names(inventory["signature_schemes_tls13"]),
        "schemes, older": names(inventory["signature_schemes_older"]),
        "protocols": set(inventory["protocols"]),
        "certificates": {kinds.get(c, c) for c in inventory["certificates"]},
        "DH prime": inventory.get("dh_bits", 0),
        "sessions": {short for feature, short in SESSIONS.items() if inventory["features"].get(feature, {}).get("state") == "yes"},
        "client certificate": inventory["features"]["client_certificate"]["state"],
    }


def open_ends(inventory):
    """What it could not find out."""
    ends = [v["version"]["name"] for v in inventory["versions"] if v["accepted"] == "unknown" or not v.get("cipher_suites", {"complete": True})["complete"]]
    ends += [k for k, v in inventory.items() if isinstance(v, dict) and v.get("complete") is False]
    return ends + [k for k, v in inventory["features"].items() if v["state"] == "unknown"]


def short(value):
    if isinstance(value, set):
        value = sorted(value)
    if isinstance(value, list):
        return "%d: %s ..." % (len(value), ", ".join(value[:2])) if len(value) > 6 else ", ".join(value) or "none"
    return str(value)


def lines_of(told, found):
    """(item, told, found), where dictionaries are items each."""
    for item, value in told.items():
        if isinstance(value, dict):
            for key in sorted(set(value) | set(found[item]), key=VERSIONS.index):
                yield "%s, %s" % (item, key), value.get(key, "none"), found[item].get(key, "none")
        else:
            yield item, value, found[item]


# --- one server ---------------------------------------------------------------------------------------------------------

class Result:
    def __init__(self, row):
        self.row, self.lines, self.wrong, self.seconds, self.costs = row, [], [], 0.0, None

    def compare(self, item, told, found):
        right = told == found
        self.lines.append("%-21s %-18s %s %s %s" % (self.row.name, item, short(told), "=" if right else "!=", short(found)))
        if not right:
            more = "" if not isinstance(told, set) or not isinstance(found, set) else "; missing %s; too much %s" % (sorted(told - found), sorted(found - told))
            self.wrong.append("%s, %s: %s expected, %s found%s" % (self.row.name, item, short(told), short(found), more))

    def say(self, item, text):
        self.lines.append("%-21s %-18s %s" % (self.row.name, item, text))


def judge(row, place, result):
    """Every verdict of every policy of the row."""
    costs = []
    for policy, expected in row.verdicts.items():
        status, document = check(row, place, "--policy", policy)
        told = document["handlens"]["check"]
        found = {v["rule"]: v["result"] for v in told["verdicts"] if v["result"] != "pass"}
        result.compare(policy, ["%s %s" % (v, r) for r, v in sorted(expected.items())] or ["all pass"],
                       ["%s %s" % (v, r) for r, v in sorted(found.items())] or ["all pass"] if told["verdicts"] else [told.get("why", "nothing")])
        if found != expected:
            result.wrong += ["    %(rule)s: %(result)s: %(text)s" % v for v in told["verdicts"] if v["result"] != expected.get(v["rule"], "pass")]
        if status != (1 if "fail" in expected.values() else 3 if "unknown" in expected.values() else 0):
            result.wrong.append("%s, %s: exit status %d" % (row.name, policy, status))
        costs.append((told["connections"], document["event"]["duration"] / 1e6))
    result.say("verdict", ", ".join("%d connections %.0f ms" % c for c in costs))
    return costs


def repeat(row, place, rounds, result):
    """The reports of so many runs are one."""
    first_policy = next(iter(row.verdicts))
    for arguments in (("--enumerate",), ("--policy", first_policy)):
        reports = {timeless(check(row, place, *arguments)[1]) for _ in range(rounds)}
        if len(reports) != 1:
            result.wrong.append("%s: %d different reports in %d runs (%s)" % (row.name, len(reports), rounds, arguments[0]))
            result.wrong += sorted(reports)[:2] if os.environ.get("SHOW") else []


def one_server(row, keys, folder, options):
    result, begin = Result(row), time.monotonic()
    try:
        with Place(os.path.join(folder, row.name.replace(" ", "-")), keys) as place:
            row.start(place)
            place.wait()
            ready = time.monotonic()
            status, document = check(row, place, "--enumerate")
            told = document["handlens"]["check"]
            if not told.get("inventory"):
                raise AssertionError(told)
            found = found_items(told["inventory"], keys)
            for line in lines_of(row.told, found):
                result.compare(*line)
            result.compare("sessions", other_client.sessions(row, place), found["sessions"])
            result.compare("not found out", sorted(row.open), sorted(open_ends(told["inventory"])))
            if status != (3 if row.open else 0):
                result.wrong.append("%s: --enumerate ended with %d" % (row.name, status))
            weak = check(row, place, "--enumerate", "--intrusive")[1]["handlens"]["check"]["verdicts"]
            result.compare("weaknesses", ["pass"] * 4, [v["result"] for v in weak])
            costs = judge(row, place, result)
            repeat(row, place, options.rounds, result)
            result.costs = (told["connections"], document["event"]["duration"] / 1e6, max(c[0] for c in costs), max(c[1] for c in costs))
            result.say("enumeration", "%d connections, %.0f ms" % result.costs[:2])
            result.say("time", "%.1f s to start, %.1f s in all" % (ready - begin, time.monotonic() - begin))
            if options.beside:
                result.others = beside.run_all(place.port, row.protocol, options.beside)
    except Exception as error:  # one server's trouble is its own
        result.wrong.append("%s: %s: %s" % (row.name, type(error).__name__, error))
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--install", action="store_true")
    parser.add_argument("--light", action="store_true", help="those with small packages only")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--beside", nargs="?", type=int, const=60, metavar="SECONDS")
    options = parser.parse_args()
    rows = [r for r in ROWS if (not options.names or any(r.name.startswith(n) for n in options.names)) and (r.light or not options.light)]
    if options.install:
        print(" ".join(sorted({p for r in rows for p in r.packages})))
        return 0
    if options.list:
        for row in rows:
            print("%-21s %-8s %s" % (row.name, row.protocol, missing(row) or "installed"))
        return 0
    if not shutil.which("openssl"):
        print("skipped: openssl is not installed")
        return 77
    for row in rows:
        if missing(row):
            print("skipped: %s: %s" % (row.name, missing(row)))
    rows = [r for r in rows if not missing(r)]
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, Place.end_all)
    with tempfile.TemporaryDirectory(prefix="servers-") as folder, concurrent.futures.ThreadPoolExecutor(1 if options.beside else 2) as pool:
        os.chmod(folder, 0o755)
        keys = Keys(folder)
        results = []
        for result in pool.map(lambda row: one_server(row, keys, folder, options), rows):
            results.append(result)
            print("\n".join(result.lines), flush=True)
    wrong = [line for r in results for line in r.wrong]
    for r in results:
        if r.costs and (r.costs[2] > MOST_CONNECTIONS or r.costs[3] > MOST_MS):
            print("over the aim: %s: a verdict took %d connections, %.0f ms" % (r.row.name, r.costs[2], r.costs[3]))
    if options.beside:
        beside.table([(r.row.name, r.costs, r.others) for r in results if r.costs])
    print("\n".join("FAILED  " + line for line in wrong))
    print("%d servers, %d with something wrong" % (len(results), sum(1 for r in results if r.wrong)))
    return 1 if wrong or not results else 0


if __name__ == "__main__":
    sys.exit(main())
