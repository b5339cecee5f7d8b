#!/usr/bin/env python3
"""Holds handlens against what tshark says of real captures, stream by stream.

  HANDLENS=build/.../handlens corpus.py [-v] [NAME...]

The corpus is not part of this project: a folder with captures/ and oracle/ is
looked for beside the checkout (HANDLENS_CORPUS names another). Every
difference must be a row of known.md, which says who is right and why; a row
that no longer differs is a mistake, too. Exit 77 (skipped) without a corpus.
"""
import collections
import concurrent.futures
import json
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.environ.get("SOURCE_DIR", os.path.join(HERE, "..", ".."))
CORPUS = os.environ.get("HANDLENS_CORPUS", os.path.join(SOURCE, "..", "shared", "corpus"))
HANDLENS = os.environ.get("HANDLENS", "handlens")
# A sanitizer's report must not look like a refusal.
ENVIRONMENT = dict(os.environ, ASAN_OPTIONS="exitcode=99:detect_leaks=1", UBSAN_OPTIONS="halt_on_error=1:exitcode=99")
TIME_LIMIT_S = 60


def run(path, arguments=()):
    """(handshakes, complaint): the complaint is about the run, not about what it found."""
    try:
        p = subprocess.run([HANDLENS, "read", "--format", "json", *arguments, path], capture_output=True, env=ENVIRONMENT,
                           timeout=TIME_LIMIT_S)
    except subprocess.TimeoutExpired:
        return [], "no end after %d s" % TIME_LIMIT_S
    if p.returncode not in (0, 2):
        return [], "exit status %d: %s" % (p.returncode, p.stderr.decode("utf8", "replace")[-2000:])
    try:
        return [json.loads(line) for line in p.stdout.decode("utf8").splitlines()], None
    except ValueError as error:
        return [], "not JSON: %s" % error


# ------------------------------------------------- both sides in one form
# What tshark 4.0 cannot show is not compared: key_share under the number it had in the drafts of
# TLS 1.3, and messages of which the capture has only the beginning (we say how much of it).
KEY_SHARE_OF_DRAFTS = 40
NOT_SHOWN = ("key_share_groups", "group", "random")


def hexid(code):
    return None if code is None else "0x%04x" % code["id"]


def hexids(codes):
    return [hexid(c) for c in codes or []]


def hello_of_ours(hello, frame_only=False):
    if hello is None:
        return None
    ids = [e["id"] for e in hello.get("extensions", [])]
    return {"frame": hello["frame"], "legacy_version": hexid(hello["legacy_version"]), "random": hello.get("random"),
            "session_id": hello.get("session_id", ""), "cipher_suites": hexids(hello.get("cipher_suites")),
            "extensions": ids, "extension_lengths": [e["length"] for e in hello.get("extensions", [])],
            "sni": [hello["server_name"]] if hello.get("server_name") else [], "alpn": hello.get("alpn", []),
            "supported_versions": hexids(hello.get("supported_versions")),
            "supported_groups": hexids(hello.get("supported_groups")),
            "signature_algorithms": hexids(hello.get("signature_algorithms")),
            "key_share_groups": hexids(hello.get("key_shares"))}


def hello_of_tshark(hello):
    if hello is None:
        return None
    if hello.get("ssl2"):  # its cipher specs have three bytes
        return {"frame": hello["frame"], "legacy_version": hello["legacy_version"],
                "session_id": hello["session_id"], "cipher_suites": [c[:2] + c[2:].lstrip("0").rjust(4, "0")
                                                                     for c in hello["ssl2_cipher_specs"]],
                "extensions": [], "extension_lengths": [], "sni": [], "alpn": [], "supported_versions": [],
                "supported_groups": [], "signature_algorithms": [], "key_share_groups": []}
    keys = ["frame", "legacy_version", "random", "session_id", "cipher_suites", "extensions", "extension_lengths",
            "sni", "alpn", "supported_versions", "supported_groups", "signature_algorithms"]
    out = {k: hello.get(k) for k in keys}
    out["key_share_groups"] = hello.get("key_share_groups", [])
    if KEY_SHARE_OF_DRAFTS in hello["extensions"]:
        del out["key_share_groups"]
    out["alpn"] = [bytes.fromhex(a).decode("utf8", "replace") for a in hello.get("alpn_hex") or []]
    out["sni"] = [s for s in hello["sni"] if s]
    return out


def server_of_ours(hello):
    if hello is None or "cipher_suite" not in hello:  # SSL 2.0 has another form
        return None
    return {"frame": hello["frame"], "version": hexid(hello["version"]), "cipher_suite": hexid(hello.get("cipher_suite")),
            "random": hello.get("random"), "session_id": hello.get("session_id", ""),
            "extensions": [e["id"] for e in hello.get("extensions", [])], "group": hexid(hello.get("group")),
            "alpn": [hello["alpn"]] if hello.get("alpn") else []}


def server_of_tshark(hello):
    if hello is None or hello.get("ssl2"):
        return None
    out = {k: hello.get(k) for k in ["frame", "version", "cipher_suite", "random", "session_id", "extensions", "group"]}
    if KEY_SHARE_OF_DRAFTS in hello["extensions"]:
        del out["group"]
    out["alpn"] = hello.get("alpn", [])[:1]
    return out


def form_of_ours(h):
    hl = h["handlens"]
    fingerprints = hl["fingerprints"]
    chains = []
    for message in hl["messages"]:
        if message["type"] and message["type"]["id"] == 11 and "captured" not in message:
            chain = hl["certificates"][message["from"]] or []
            chains.append([message["frame"], message["from"], [c["sha256"] for c in chain]])
    server = hl["server_hello"]
    if server and "session_id_hit" in server and hl["certificates"]["server"]:
        chains.append([server["frame"], "server", [hl["certificates"]["server"][0]["sha256"]]])
    return {
        "client_hello": hello_of_ours(hl["client_hello"]), "second_client_hello": hello_of_ours(hl["second_client_hello"]),
        "hello_retry_request": server_of_ours(hl["hello_retry_request"]), "server_hello": server_of_ours(hl["server_hello"]),
        "certificates": chains,
        "alerts": [[a["frame"], a["from"], a["level"]["id"], a["description"]["id"]] for a in hl["alerts"] if not a["encrypted"]],
        "messages": [[m["frame"], m["from"], m["type"]["id"], m["length"]] for m in hl["messages"]
                     if m["type"] and "captured" not in m and not m.get("ssl2")],
        "resumed": h["tls"]["resumed"],
        "ja3": fingerprints.get("ja3"), "ja3s": fingerprints.get("ja3s"), "ja4": fingerprints.get("ja4"),
    }


def side(direction):
    return {"c2s": "client", "s2c": "server"}.get(direction)


def each_once(messages):
    """DTLS messages as they are told: each once, where the last of its fragments came. tshark lists all that is sent."""
    out, parts = [], {}
    for m in messages:
        if m["type"] is None:
            continue
        key = m.get("dir"), m["message_seq"], m["type"]
        have = parts.setdefault(key, set())
        if have is None:  # sent again
            continue
        offset, length = m.get("fragment", [0, m["length"]])
        have.update(range(offset, offset + length))
        if len(have) == m["length"]:
            out.append(m)
            parts[key] = None
    return out


def as_told(s):
    """A stream of DTLS in which nothing is there twice, and the first hello is the one with the cookie."""
    messages = each_once(s["messages"])
    told = {m["type"]: {x["frame"] for x in messages if x["type"] == m["type"]} for m in messages}
    hellos = [c for c in s["client_hellos"] if c["frame"] in told.get(1, ())]
    verified = [m["frame"] for m in messages if m["type"] == 3]
    if verified:
        hellos = [c for c in hellos if c["frame"] > verified[-1]] or hellos[-1:]
    return dict(s, messages=messages, client_hellos=hellos,
                certificates=[c for c in s["certificates"] if c["frame"] in told.get(11, ())])


def form_of_tshark(s):
    if "DTLS" in s["protocol"].split("+"):
        s = as_told(s)
    hellos = s["client_hellos"]
    retries = [x for x in s["server_hellos"] if x.get("hello_retry_request")]
    servers = [x for x in s["server_hellos"] if not x.get("hello_retry_request")]
    client, server = (hellos or [None])[0], (servers or [None])[0]
    return {
        "client_hello": hello_of_tshark(client),
        "second_client_hello": hello_of_tshark(hellos[1]) if retries and len(hellos) > 1 else None,
        "hello_retry_request": server_of_tshark(retries[0]) if retries else None,
        "server_hello": server_of_tshark(server),
        "certificates": [[c["frame"], side(c.get("dir")), [x["sha256"] for x in c["chain"]]] for c in s["certificates"]],
        "alerts": [[a["frame"], side(a.get("dir")) or "unknown", a["level"], a["description"]] for a in s["alerts"] if not a["encrypted"]],
        "messages": [[m["frame"], side(m.get("dir")), m["type"], m.get("length")] for m in s["messages"]
                     if m["type"] is not None and not m["name"].startswith("ssl2_")],
        "resumed": s.get("resumed_guess", False),
        "ja3": client.get("ja3") if client else None,
        "ja3s": server.get("ja3s") if server else None,
        "ja4": client.get("ja4") if client else None,
    }


# ------------------------------------------------- finding the same stream
def ends(h):
    def one(end):
        return "%s|%d" % (end["ip"], end["port"])
    return one(h["source"]), one(h["destination"])


def frames_of(h):
    return {m["frame"] for m in h["handlens"]["messages"]} | {a["frame"] for a in h["handlens"]["alerts"]}


def pair_up(ours, streams):
    """[(stream, handshake or None)], and the handshakes that no stream has."""
    left, pairs = list(ours), []
    for s in streams:
        wanted = {m["frame"] for m in s["messages"]} | {a["frame"] for a in s["alerts"]}
        pair = {s["client"] or s["first_src"], s["server"] or s["first_dst"]}
        same = [h for h in left if set(ends(h)) == pair]
        best = max(same, key=lambda h: len(frames_of(h) & wanted), default=None)
        if best is not None and (frames_of(best) & wanted or len(same) == 1):
            left.remove(best)
        else:
            best = None
        pairs.append((s, best))
    return pairs, left


def has_something(form):
    return bool(form["client_hello"] or form["server_hello"] or form["hello_retry_request"] or form["certificates"]
                or form["alerts"])


def flatten(form):
    out = {}
    for key, value in form.items():
        if isinstance(value, dict):
            out.update({"%s.%s" % (key, k): v for k, v in value.items()})
        else:
            out[key] = value
    return out


def without_unknown_sides(mine, theirs):
    """Where tshark saw no hello it does not say who is the client: neither do we, then."""
    if len(mine) == len(theirs):
        return [m[:1] + t[1:2] + m[2:] if t[1] in (None, "unknown") else m for m, t in zip(mine, theirs)]
    return mine


def is_read(stream):
    protocols = stream["protocol"].split("+")
    if stream["transport"] == "udp":
        return "QUIC" in protocols or "DTLS" in protocols
    return "TLS" in protocols or "SSLv2" in stream["protocol"] or "TLS/" in stream["protocol"]


def differences(ours, view):
    """[(stream, field, ours, tshark's)]"""
    found = []
    streams = [s for s in view["streams"] if is_read(s)]
    pairs, left = pair_up(ours, streams)
    for s, h in pairs:
        theirs = form_of_tshark(s)
        if h is None:
            if has_something(theirs):
                found.append((s["tshark_stream"], "stream", "absent", "present"))
            continue
        mine, theirs = flatten(form_of_ours(h)), flatten(theirs)
        for key in sorted(set(mine) | set(theirs)):
            if key.split(".")[-1] in NOT_SHOWN and key not in theirs:
                continue
            if key in ("certificates", "alerts", "messages"):
                mine[key] = without_unknown_sides(mine[key], theirs[key])
            if mine.get(key) != theirs.get(key):
                found.append((s["tshark_stream"], key, mine.get(key), theirs.get(key)))
    for h in left:
        if has_something(form_of_ours(h)):
            found.append(("frame %s" % min(frames_of(h)), "stream", "present", "absent"))
    return found, len(pairs)


# ------------------------------------------------- known.md
ROW = re.compile(r"^\|\s*`([^`]+)`\s*\|\s*([^|]+?)\s*\|\s*([^|]+?)\s*\|\s*([^|]+?)\s*\|\s*([^|]+?)\s*\|")


def read_known():
    """{(capture, stream, field)}: from the table's rows | `capture` | streams | fields | who is right | why |"""
    known = set()
    path = os.path.join(HERE, "known.md")
    for line in open(path, encoding="utf8") if os.path.exists(path) else []:
        match = ROW.match(line)
        if match:
            for stream in match.group(2).split(", "):
                for field in match.group(3).split(", "):
                    known.add((match.group(1), stream, field))
    return known


def key_of(oracle):
    path = os.path.join(CORPUS, oracle["key"])
    if not os.path.exists(path):
        path = os.path.join(CORPUS, "keys", oracle["key"])
    with open(path, "rb") as file:
        return ["--key" if b"PRIVATE KEY" in file.read() else "--keylog", path]


def check(name):
    with open(os.path.join(CORPUS, "oracle", name + ".json"), encoding="utf8") as file:
        oracle = json.load(file)
    ours, complaint = run(os.path.join(CORPUS, "captures", name))
    if complaint:
        return name, [("", "run", complaint, "")], 0
    found, streams = differences(ours, oracle["plain"])
    if oracle.get("keyed"):  # the same with its key log or private key, which shows more
        ours, complaint = run(os.path.join(CORPUS, "captures", name), key_of(oracle))
        if complaint:
            return name, [("", "run with keys", complaint, "")], 0
        more, count = differences(ours, oracle["keyed"])
        found += [(stream, "keyed " + field, mine, theirs) for stream, field, mine, theirs in more]
        streams += count
    return name, found, streams


def main():
    if not os.path.isdir(CORPUS):
        print("skipped: there is no corpus of real captures at %s" % os.path.normpath(CORPUS))
        return 77
    verbose = "-v" in sys.argv
    wanted = [a for a in sys.argv[1:] if not a.startswith("-")]
    names = sorted(os.path.relpath(os.path.join(d, f), os.path.join(CORPUS, "captures"))
                   for d, _, fs in os.walk(os.path.join(CORPUS, "captures")) for f in fs)
    names = [n for n in names if not wanted or any(w in n for w in wanted)]
    known, seen, unknown, streams = read_known(), set(), 0, 0
    kinds, groups = collections.Counter(), collections.defaultdict(set)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for name, found, count in pool.map(check, names):
            streams += count
            for stream, field, mine, theirs in found:
                key = (name, str(stream), field)
                seen.add(key)
                if key in known and not verbose:
                    continue
                kinds[field] += 1
                groups[name, str(stream)].add(field)
                unknown += key not in known
                print("%s  stream %s  %s\n    handlens %s\n    tshark   %s" % (name, stream, field, json.dumps(mine)[:600],
                                                                          json.dumps(theirs)[:600]))
    stale = sorted(k for k in known - seen if k[0] in names)
    for key in stale:
        print("known.md has a difference that is gone: %s  stream %s  %s" % key)
    print("%d captures, %d streams, %d differences known, %d not known, %d rows gone" %
          (len(names), streams, len(seen & known), unknown, len(stale)))
    if "--rows" in sys.argv:  # for known.md: one row a capture and set of fields, to be explained by hand
        rows = collections.defaultdict(list)
        for (name, stream), fields in sorted(groups.items()):
            rows[name, ", ".join(sorted(fields))].append(stream)
        for (name, fields), numbers in rows.items():
            print("| `%s` | %s | %s |  |  |" % (name, ", ".join(numbers), fields))
    for field, count in kinds.most_common():
        print("  %4d %s" % (count, field))
    return 1 if unknown or stale else 0


if __name__ == "__main__":
    sys.exit(main())
