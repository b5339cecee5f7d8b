#!/usr/bin/env python3
"""handlens check of lines that handlens read has written: what the capture itself comes to, and what no line can talk it into.

  HANDLENS=build/.../handlens ndjson.py [NAME...]"""
import copy
import gzip
import json
import os
import shutil
import subprocess
import sys

ROOT = os.path.normpath(os.environ.get("SOURCE_DIR", os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")))
HANDLENS = os.path.abspath(os.environ.get("HANDLENS", "handlens"))
PCAPS = os.path.join(ROOT, "pcaps")
LAB_CA = os.path.join(PCAPS, "lab-ca.pem")
sys.path.insert(0, os.path.join(ROOT, "tests", "support"))
import cases  # noqa: E402
from cases import expect  # noqa: E402

# Behind what is not judged anew, and what differs by itself: what to do where there is no certificate.
RECORDED = ", as it was judged when it was written down"
NO_CERTIFICATE = {"the capture has no certificate of it that can be read (--keylog)",
                  "no line has a certificate of it (handlens read --keylog)"}
# Asks for everything that there is, so that most of it fails somewhere.
STRICT = {
    "id": "strict", "version": "1",
    "versions": {"allowed": ["TLS 1.2", "TLS 1.3", "DTLS 1.2"], "required": ["TLS 1.2"]},
    "cipher_suites": {"allowed": ["TLS_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"],
                      "required": ["TLS_AES_128_GCM_SHA256"]},
    "groups": {"allowed": ["x25519"], "required": ["x25519"]},
    "signature_schemes": {"allowed": ["rsa_pss_rsae_sha256", "ecdsa_secp256r1_sha256"]},
    "dh_bits_min": 3072,
    "certificate": {"key_types": ["RSA", "ECDSA"], "rsa_bits_min": 2048, "curves": ["secp256r1"], "signature_hashes": ["SHA256"],
                    "lifetime_days_max": 90, "lifetime_days_recommended": 30, "days_left_min": 15, "trusted": "required",
                    "name": "required", "staple": "required", "timestamps": "required"},
    "extended_master_secret": "required", "secure_renegotiation": "required", "encrypt_then_mac": "required", "compression": "forbidden",
    "alpn": {"required": ["h2", "http/1.1"]},
    "session_resumption": "required", "early_data": "forbidden", "client_renegotiation": "forbidden", "heartbeat": "forbidden",
}
# Of these some pass, and some do not, in the captures that come with the tests.
BOTH_WAYS = ["versions.allowed", "cipher_suites.allowed", "groups.allowed", "signature_schemes.allowed", "dh_bits_min", "alpn.required",
             "certificate.trusted", "certificate.name", "certificate.key",
             "certificate.staple"]


def run(*arguments):
    p = subprocess.run([HANDLENS, *arguments], capture_output=True, timeout=300)
    return p.returncode, p.stdout, p.stderr.decode()


def check(*arguments):
    """Exit status, each server and its verdicts, and what was said."""
    status, out, errors = run("check", "--format", "json", *arguments)
    expect(status in (0, 1, 2, 3) and "Sanitizer" not in errors, arguments, status, errors[-2000:])
    servers = []
    for line in out.decode().splitlines():
        document = json.loads(line)
        verdicts = document["handlens"]["check"]["verdicts"]
        servers.append((document["destination"]["address"], {v["rule"]: (v["result"], v["text"]) for v in verdicts}))
    return status, servers, errors


def check_one(*arguments):
    status, servers, errors = check(*arguments)
    expect(len(servers) == 1, arguments, servers, errors)
    return status, servers[0][1], errors


def write(folder, name, content):
    path = os.path.join(folder, name)
    with open(path, "wb") as file:
        file.write(content if isinstance(content, bytes) else content.encode())
    return path


def strict_policy(where):
    return write(where, "strict.json", json.dumps(STRICT))


def capture(name):
    return os.path.join(PCAPS, name + ".pcap")


def keys_of(path):
    keys = path.split(".pcap")[0] + ".keys"
    return ["--keylog", keys] if os.path.exists(keys) else []


def read(folder, name, *arguments):
    """A file of lines, and the documents in it."""
    status, out, errors = run("read", "--format", "json", *arguments, *keys_of(capture(name)), capture(name))
    expect(status == 0 and out, name, errors)
    return write(folder, name + ".ndjson", out), [json.loads(line) for line in out.splitlines()]


def self_signed(folder, name, *more):
    """Paths of a key and a certificate."""
    key, pem = os.path.join(folder, name + ".key"), os.path.join(folder, name + ".pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", pem, "-subj", "/CN=" + name,
                    "-days", "9", *more], check=True, capture_output=True)
    return key, pem


# --- the same verdicts ---------------------------------------------------------------------------

def same(text):
    text = text.replace(RECORDED, "")
    return "no certificate" if text in NO_CERTIFICATE else text


def all_captures_agree(folder):
    """Every capture, with its secrets: each rule of several policies, from the lines, and from those with every field."""
    captures = sorted(os.path.join(PCAPS, n) for n in os.listdir(PCAPS) if ".pcap" in n)
    keys = write(folder, "all.keys", b"".join(open(p, "rb").read() for p in sorted(keys_of(c)[1] for c in captures if keys_of(c))))
    policies = ["mozilla-intermediate", "mozilla-old", "nist-800-52r2", "bsi-tr-02102-2", "pq-ready", strict_policy(folder)]
    terms = ["--ca-file", LAB_CA]
    expect(len(captures) > 80, captures)
    lines, seen = {(): [], ("-vv",): []}, {}
    for path in captures:
        for fields, files in lines.items():
            status, out, errors = run("read", "--format", "json", *fields, *terms, "--keylog", keys, path)
            expect(status in (0, 1, 2), path, errors)
            if out:
                files.append(write(folder, "%s%s.log" % (os.path.basename(path), "".join(fields)), out))
    for policy in policies:
        _, wanted, _ = check(*terms, "--keylog", keys, "--policy", policy, *captures)
        expect(len(wanted) > 80, policy, len(wanted))
        for fields, files in lines.items():
            _, found, errors = check(*terms, "--policy", policy, *files)
            expect([name for name, _ in found] == [name for name, _ in wanted], policy, fields, errors)
            for (name, had), (_, has) in zip(wanted, found):
                for rule in had:
                    expect(had[rule][0] == has[rule][0] and same(had[rule][1]) == same(has[rule][1]), policy, fields, name, rule, had[rule],
                           has.get(rule))
                    expect(not fields or RECORDED not in has[rule][1], name, rule, has[rule])
                    seen.setdefault(rule, set()).add(has[rule][0])
                expect(had.keys() == has.keys(), policy, fields, name)
    for rule in BOTH_WAYS:
        expect("pass" in seen[rule] and seen[rule] & {"fail", "warn"}, rule, seen[rule])


def compressed_lines_are_read(folder):
    path, _ = read(folder, "tls12-ecdhe-rsa")
    wanted = check_one(path)
    with open(path, "rb") as file:
        packed = [write(folder, "lines.gz", gzip.compress(file.read()))]
    for program in ("zstd", "lz4"):
        if shutil.which(program):
            with open(path, "rb") as file:
                packed.append(write(folder, "lines." + program, subprocess.check_output([program, "-qc"], stdin=file)))
    for one in packed:
        expect(check_one(one) == wanted, one, check_one(one), wanted)


def several_targets_count_each(folder):
    a, _ = read(folder, "tls12-ecdhe-rsa")
    b, _ = read(folder, "tls10")
    status, servers, errors = check(a, b, capture("tls10"))
    expect(status == 1 and len(servers) == 3 and not errors, status, servers, errors)
    expect(servers[1] == servers[2] or same(str(servers[1])) == same(str(servers[2])), servers)


def handshakes_of_one_server_are_one(folder):
    path, documents = read(folder, "tls12-ecdhe-rsa")
    old, _ = read(folder, "tls10")
    with open(path, encoding="utf-8") as one, open(old, encoding="utf-8") as two:
        both = write(folder, "both", "\r\n".join([one.read().strip(), "", two.read().strip(), one.read()]) + "\n\n")
    _, verdicts, errors = check_one(both)
    expect(not errors and verdicts["versions.allowed"][0] == "fail" and "TLS 1.0" in verdicts["versions.allowed"][1], verdicts, documents)


def counters_are_passed_over(folder):
    """Those that handlens live --stats-interval writes among the handshakes."""
    path, (good,) = read(folder, "tls12-ecdhe-rsa")
    counters = json.dumps({"@timestamp": good["@timestamp"], "event": {"kind": "metric", "dataset": "handlens.stats"},
                           "handlens": {"stats": {"packets": 7}}})
    expect(check_one(write(folder, "live", "\n".join([counters, json.dumps(good), counters]))) == check_one(path), path)


def protocols_that_are_not_told(folder):
    """Encrypted, or not asked for: neither a capture nor its lines tell what the server would have chosen."""
    policy = ["--policy", strict_policy(folder)]
    for name, result, words in (("tls13-alpn-h2", "unknown", "encrypts"), ("tls12-dhe", "unknown", "no client asked"),
                                ("tls12-alpn-h2", "pass", "h2"), ("tls13-x25519", "unknown", "encrypts")):
        _, out, _ = run("read", "--format", "json", capture(name))
        documents = [json.loads(line) for line in out.splitlines()]
        for document in documents if words == "no client asked" else ():
            document["handlens"]["client_hello"].pop("alpn", None)
            document["tls"].pop("next_protocol", None)
        lines = write(folder, "lines", "\n".join(map(json.dumps, documents)))
        for path in [lines] + [capture(name)] * (words != "no client asked"):
            _, verdicts, errors = check_one(*policy, path)
            told = verdicts["alpn.required"]
            expect(told[0] == result and words in told[1], name, path, told, errors)


def extensions_count(folder):
    """What the captures all have: take it away, and the rule is broken."""
    for name, rule, number in (("tls12-ecdhe-rsa", "extended_master_secret", 23), ("tls12-ecdhe-rsa", "secure_renegotiation", 0xff01),
                               ("tls12-cbc", "encrypt_then_mac", 22)):
        _, (good,) = read(folder, name)
        hello = good["handlens"]["server_hello"]
        policy = ["--policy", strict_policy(folder)]
        expect(check_one(*policy, write(folder, "with", json.dumps(good)))[1][rule][0] == "pass", rule)
        hello["extensions"] = [e for e in hello["extensions"] if e["id"] != number]
        expect(check_one(*policy, write(folder, "without", json.dumps(good)))[1][rule][0] == "fail", rule)
        expect(check_one(*policy, write(folder, "with", json.dumps(good)))[1]["compression"][0] == "pass", rule)
        hello["compression_method"] = {"id": 1, "name": "DEFLATE"}
        expect(check_one(*policy, write(folder, "with", json.dumps(good)))[1]["compression"][0] == "fail", rule)


# --- whose trust, which name, what time ---------------------------------------------------------------

def trust_is_that_of_who_checks(folder):
    """What was written where others were trusted, or nobody, does not count; certificates that are there do."""
    ours, theirs = ["--ca-file", LAB_CA], ["--no-ca"]
    policy = ["--policy", strict_policy(folder)]
    summary, _ = read(folder, "tls12-ecdhe-rsa", *ours)
    _, verdicts, _ = check_one(*policy, *ours, summary)
    expect(verdicts["certificate.trusted"] == ("pass", "the chain leads to a trust anchor" + RECORDED), verdicts)
    _, verdicts, _ = check_one(*policy, *theirs, summary)
    expect(verdicts["certificate.trusted"][0] == "unknown", verdicts)
    _, other = self_signed(folder, "other")
    _, verdicts, _ = check_one(*policy, "--ca-file", other, summary)
    expect(verdicts["certificate.trusted"][0] == "unknown" and "-vv" in verdicts["certificate.trusted"][1], verdicts)
    for wrote in (theirs, ["--ca-file", other]):
        summary, _ = read(folder, "tls12-ecdhe-rsa", *wrote)
        _, verdicts, _ = check_one(*policy, *ours, summary)
        expect(verdicts["certificate.trusted"][0] == "unknown", wrote, verdicts)
    whole, _ = read(folder, "tls12-ecdhe-rsa", "-vv", *theirs)
    _, verdicts, _ = check_one(*policy, *ours, whole)
    expect(verdicts["certificate.trusted"] == ("pass", "the chain leads to a trust anchor"), verdicts)
    _, verdicts, _ = check_one(*policy, "--ca-file", other, whole)
    expect(verdicts["certificate.trusted"][0] == "fail", verdicts)


def a_chain_that_nobody_here_vouches_for_fails(folder):
    """Also where a certificate that has nothing to do with the leaf stands beside it, and would be vouched for."""
    ours = ["--ca-file", LAB_CA, "--policy", strict_policy(folder)]
    summary, (alone, *_) = read(folder, "fail-self-signed", "--ca-file", LAB_CA)
    _, verdicts, _ = check_one(*ours, summary)
    expect(verdicts["certificate.trusted"][0] == "fail", verdicts)
    _, (other,) = read(folder, "tls12-ecdhe-rsa", "--no-ca")
    chain = alone["handlens"]["certificates"]["server"]
    chain.append(other["handlens"]["certificates"]["server"][1])
    _, verdicts, errors = check_one(*ours, write(folder, "beside", json.dumps(alone)))
    expect(verdicts["certificate.trusted"][0] == "fail", verdicts, errors)
    chain[0]["issuer"] = chain[1]["subject"]
    _, verdicts, errors = check_one(*ours, write(folder, "behind", json.dumps(alone)))
    expect(verdicts["certificate.trusted"][0] == "unknown", verdicts, errors)


def names_and_times_are_those_that_were_asked_for(folder):
    policy = ["--policy", strict_policy(folder), "--ca-file", LAB_CA]
    summary, _ = read(folder, "tls12-ocsp-staple", "--ca-file", LAB_CA)
    summary = shutil.copy(summary, os.path.join(folder, "at-home"))
    whole, _ = read(folder, "tls12-ecdhe-rsa", "-vv", "--at", "2050-01-02")
    _, at_home, _ = check_one(*policy, summary)
    expect(at_home["certificate.name"][0] == at_home["certificate.staple"][0] == at_home["certificate.trusted"][0] == "pass", at_home)
    other_time, _ = read(folder, "tls12-ocsp-staple", "--ca-file", LAB_CA, "--at", "2027-01-02")
    for path, terms, rules in ((summary, ["--host", "other.test"], ["certificate.name"]),
                               (other_time, [], ["certificate.trusted", "certificate.staple"])):
        _, verdicts, _ = check_one(*policy, *terms, path)
        for rule in at_home:
            expect(verdicts[rule][0] == ("unknown" if rule in rules else at_home[rule][0]), terms, rule, verdicts[rule])
    _, verdicts, _ = check_one(*policy, "--host", "other.test", whole)
    expect(verdicts["certificate.name"][0] == "fail" and verdicts["certificate.trusted"][0] == "pass", verdicts)


def lists_of_revoked_certificates_need_the_certificates(folder):
    """--crl: what was written without it was not held against it."""
    for file, body in (("index", b""), ("crlnumber", b"01\n")):
        write(folder, file, body)
    settings = write(folder, "ca.conf", "[ca]\ndefault_ca=d\n[d]\ndatabase=%s/index\ncrlnumber=%s/crlnumber\ndefault_md=sha256\n"
                     % (folder, folder))
    key, ca = self_signed(folder, "lists")
    crl = os.path.join(folder, "crl.pem")
    subprocess.run(["openssl", "ca", "-config", settings, "-gencrl", "-keyfile", key, "-cert", ca, "-crldays", "9", "-out", crl],
                   check=True, capture_output=True)
    for fields, result in (([], "unknown"), (["-vv"], "pass")):
        path, _ = read(folder, "tls12-ecdhe-rsa", "--ca-file", LAB_CA, *fields)
        _, verdicts, _ = check_one("--policy", strict_policy(folder), "--ca-file", LAB_CA, "--crl", crl, path)
        expect(verdicts["certificate.trusted"][0] == result, fields, verdicts)


def hashes_of_pss_are_written(folder):
    """Its name does not tell them; a line that does not, either, says nothing."""
    path, (document,) = read(folder, "tls12-ecdhe-rsa")
    leaf = document["handlens"]["certificates"]["server"][0]
    for parameters, result in (({"hash": "sha256"}, "pass"), ({"hash": "sha1"}, "fail"), ({"hash": "nonesuch"}, "unknown"), ({}, "unknown"),
                               (None, "unknown")):
        leaf["signature_algorithm"] = "rsassaPss"
        leaf["signature_parameters"] = parameters
        _, verdicts, errors = check_one("--policy", strict_policy(folder), write(folder, "pss", json.dumps(document)))
        expect(verdicts["certificate.signature_hashes"][0] == result, parameters, verdicts, errors)
    _, pem = self_signed(folder, "pss", "-sha384", "-sigopt", "rsa_padding_mode:pss")
    status, out, errors = run("decode", "--format", "json", pem)
    expect(json.loads(out)["handlens"]["certificates"]["server"][0]["signature_parameters"] == {"hash": "sha384"}, status, out, errors)


# --- lines that cannot be used ------------------------------------------------------------------------

def changed(document, *path_and_value):
    """A line of a document that has another value there."""
    *path, last, value = path_and_value
    copied = copy.deepcopy(document)
    at = copied
    for key in path:
        at = at[key]
    at[last] = value
    return json.dumps(copied)


def twice(line, key):
    """A line in which a key stands twice, the second time with null."""
    return line.replace('"%s":' % key, '"%s":null,"%s":' % (key, key), 1)


def damaged_lines(good):
    line = json.dumps(good)
    hello, certificates, verification = ("handlens", "server_hello"), ("handlens", "certificates"), ("handlens", "verification")
    chain = good["handlens"]["certificates"]["server"]
    yield "no JSON", "not JSON at all", "is no JSON"
    yield "cut", line[:1000], "ends in its midst"
    yield "cut in a string", line[:line.index("server.lab.test") + 3], "ends in its midst"
    yield "two at once", line + line, "goes on behind its end"
    yield "a list", "[%s]" % line, "is no object"
    yield "a text", '"{}"', "is no object"
    yield "a number", "7", "is no object"
    yield "an empty object", "{}", "is no document of a handshake"
    yield "foreign", '{"event":{"dataset":"zeek.ssl"},"handlens":{"schema":1}}', "is no document of a handshake"
    yield "another schema", changed(good, "handlens", "schema", 2), "schema is none that this handlens knows"
    yield "no schema", changed(good, "handlens", "schema", None), "schema is missing"
    yield "a huge schema", line.replace('"schema": 1', '"schema": 1e999'), "schema is out of its range"
    yield "a key twice", twice(line, "server_hello"), "server_hello is there twice"
    yield "a key twice, escaped", line.replace('"server_hello":', '"server_hell\\u006f":1,"server_hello":'), "server_hello is there twice"
    yield "the data set twice", twice(line, "dataset"), "event.dataset is there twice"
    yield "a code point twice", line.replace('"cipher_suite": {', '"cipher_suite": {"id": 4865, '), "cipher_suite.id is there twice"
    yield "deep nesting", '{"a":' * 100 + "1" + "}" * 100, "is nested too deeply"
    yield "deeper nesting", "[" * 100000 + "]" * 100000, "is nested too deeply"
    yield "deep nesting inside", changed(good, "labels", json.loads("[" * 70 + "]" * 70)), "is nested too deeply"
    yield "many values", '{"a":[%s1]}' % ("1," * 1100000), "has too many values"
    yield "a suite too large", changed(good, *hello, "cipher_suite", {"id": 65536, "name": "x"}), "cipher_suite.id is out of its range"
    yield "a suite below", changed(good, *hello, "cipher_suite", {"id": -1, "name": "x"}), "cipher_suite.id is out of its range"
    yield "part of a suite", changed(good, *hello, "cipher_suite", {"id": 4865.5, "name": "x"}), "cipher_suite.id is out of its range"
    yield "a suite beyond 2^53", changed(good, *hello, "cipher_suite", {"id": 9007199254740993}), "cipher_suite.id is out of its range"
    yield "an endless suite", line.replace('"cipher_suite": {"id": 49199', '"cipher_suite": {"id": ' + "9" * 400), "cipher_suite.id"
    yield "a suite in words", changed(good, *hello, "cipher_suite", "TLS_AES_128_GCM_SHA256"), "cipher_suite is no object"
    yield "a suite without number", changed(good, *hello, "cipher_suite", {"name": "x"}), "cipher_suite.id is missing"
    yield "no suite", changed(good, *hello, "cipher_suite", None), "cipher_suite is missing"
    yield "compression", changed(good, *hello, "compression_method", {"id": 256, "name": "x"}), "compression_method.id is out of its range"
    yield "extensions", changed(good, *hello, "extensions", {}), "extensions is no list"
    yield "one extension", changed(good, *hello, "extensions", [7]), "extensions has one without a number"
    yield "too many extensions", changed(good, *hello, "extensions", [{"id": 1}] * 5000), "extensions has too many"
    yield "a hello that is none", changed(good, *hello, "yes"), "server_hello is no object"
    yield "a port", changed(good, "destination", "port", 65536), "destination.port is out of its range"
    yield "an address", changed(good, "destination", "ip", "192.0.2.256"), "destination.ip is no address"
    yield "no end", changed(good, "destination", None), "is missing"
    yield "a time", changed(good, "event", "end", "yesterday"), "event.end is no time"
    yield "30 February", changed(good, "event", "start", "2026-02-30T00:00:00.000000000Z"), "event.start is no time"
    yield "no time", changed(good, "event", "end", None), "event.end is no time"
    yield "a day", changed(good, *certificates, "server", 0, "not_after", "2026-13-01T00:00:00Z"), "not_after is no time"
    yield "a verdict", changed(good, *certificates, "trust", "server", "verdict", "perfect"), "verdict is a word that is not known"
    yield "no verdict", changed(good, *certificates, "trust", "server", "verdict", None), "verdict is missing"
    yield "a digest", changed(good, *certificates, "server", 0, "sha256", "00"), "sha256 is no digest"
    yield "another leaf", changed(good, *certificates, "server", chain[1:]), "hash is that of another"
    yield "another leaf's digest", changed(good, "tls", "server", "hash", "sha256", "00" * 32), "hash is that of another certificate"
    yield "too many certificates", changed(good, *certificates, "server", chain * 20), "has too many"
    yield "DER", changed(good, "tls", "server", "certificate_chain", ["30zz"]), "no certificate in hex"
    yield "an odd DER", changed(good, "tls", "server", "certificate_chain", ["303"]), "no certificate in hex"
    yield "too many DER", changed(good, "tls", "server", "certificate_chain", ["3000"] * 33), "no certificate in hex"
    yield "a staple", changed(good, *verification, "ocsp", [{"certificate": 0, "result": "fine"}]), "result is a word that is not known"
    yield "a staple without result", changed(good, *verification, "ocsp", [{"certificate": 0}]), "ocsp has something that is no result"
    yield "a control character", line.replace("server.lab.test", "server\x01.lab.test", 1), "control character"
    yield "a zero", line[:500] + "\0" + line[501:], ""
    yield "too long", '{"a":"%s"}' % ("x" * (33 << 20)), "is too long"


def damage_is_told(folder):
    """One clear line; what stands around it counts; and the exit status is not green."""
    _, (good,) = read(folder, "tls12-ecdhe-rsa", "--ca-file", LAB_CA)
    loose = write(folder, "loose.json", '{"id":"loose","version":"1","versions":{"allowed":["TLS 1.2"]}}')
    policy = ["--ca-file", LAB_CA, "--policy", loose]
    line = json.dumps(good)
    expect(check(*policy, write(folder, "good", line))[0] == 0)
    for name, text, words in damaged_lines(good):
        path = write(folder, "damaged", "%s\n%s\n%s\n" % (line, text, line))
        status, servers, errors = check(*policy, path)
        expect(status == 2, name, status, errors)
        verdict = ("pass", "2 handshakes agreed on what is allowed: TLS 1.2")
        expect([v for _, v in servers] == [{"versions.allowed": verdict}], name, servers)
        expect(errors.startswith("handlens: %s: line 2 " % path) and words in errors and errors.count("\n") <= 2, name, errors)
        if text.lstrip().startswith("{"):
            status, servers, errors = check(*policy, write(folder, "alone", text + "\n"))
            expect(status == 2 and not servers and ": line 1 " in errors and words in errors, name, status, servers, errors[:300])


def several_damaged_lines_are_counted(folder):
    path, (good,) = read(folder, "tls12-ecdhe-rsa")
    line = json.dumps(good)
    for bad, words in ((1, "line 1 is no document of a handshake; lines that"), (2, "; nor could line 2 be used"),
                       (3, "; nor could lines 2 and 3 be used"), (5, "; nor could lines 2, 3, 4 and 5 be used"),
                       (9, "; nor could lines 2, 3, 4, 5 and 4 more be used")):
        status, servers, errors = check(write(folder, "bad", "{}\n" * bad + line))
        expect(status == 2 and len(servers) == 1 and words in errors, path, bad, status, errors)


def a_file_that_is_still_written(folder):
    """Its last line is cut, or has no end yet."""
    path, (good,) = read(folder, "tls12-ecdhe-rsa")
    line = json.dumps(good)
    expect(check_one(write(folder, "whole", line + "\n" + line))[2] == "")
    for cut in (1, len(line) // 2, len(line) - 1):
        status, verdicts, errors = check_one(write(folder, "cut", line + "\n" + line[:cut]))
        expect(status == 2 and verdicts and ": line 2 ends in its midst: the file was cut, or is still written" in errors, cut, errors)
    packed = gzip.compress((line + "\n").encode() * 50 + os.urandom(3000).hex().encode())
    status, servers, errors = check(write(folder, "cut.gz", packed[:-1000]))
    expect(status == 2 and len(servers) == 1 and "ends too early" in errors, path, status, errors)


def what_is_no_line_of_handshakes(folder):
    read(folder, "tls12-ecdhe-rsa")
    _, verdicts, _ = run("check", "--format", "json", capture("tls12-ecdhe-rsa"))
    _, decoded, _ = run("decode", "--format", "json", LAB_CA)
    for name, content, words in (
            ("empty", b"", "the file is empty"),
            ("spaces", b" \n\r\n\t", "not a capture file"),
            ("list", b'[{"event":{}}]', "not a capture file"),
            ("text", b'"a"', "not a capture file"),
            ("result", verdicts, "line 1 is no document of a handshake"),
            ("decoded", decoded, "line 1 is no document of a handshake"),
            ("pretty", b'{\n "event": {}\n}\n', "line 1 ends in its midst"),
            ("brace", b"{", "line 1 ends in its midst"),
            ("behind spaces", b"\n \n\r\n{}", "line 4 is no document of a handshake")):
        status, servers, errors = check(write(folder, name, content))
        expect(status == 2 and not servers and words in errors, name, status, servers, errors)
    _, out, _ = run("read", "--format", "json", capture("fail-connection-refused"))
    status, servers, errors = check(write(folder, "nobody", out))
    expect(status == 2 and not servers and "no server in it agreed to anything" in errors, status, servers, errors)


def reports_say_that_it_was_not_all(folder):
    path, (good,) = read(folder, "tls12-ecdhe-rsa")
    bad = write(folder, "bad", json.dumps(good) + "\n{}\n")
    for path, complete in ((path, True), (bad, False)):
        status, out, _ = run("check", "--format", "markdown", path)
        expect((status != 2) == complete and (b"Not every target was checked" in out) != complete, path, status, out.decode())


# --- nothing passes that a line does not say ------------------------------------------------------------

def places(value, path=()):
    """Every value of a document, but for what nobody reads: (path, value)."""
    if path and path[-1] in ("supported_ciphers", "client_hello", "second_client_hello", "messages", "findings", "diagnosis", "timing",
                             "capture", "fingerprints"):
        return
    if path:
        yield path, value
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from places(inner, path + (key,))


def without(document, path):
    copied = copy.deepcopy(document)
    at = copied
    for key in path[:-1]:
        at = at[key]
    del at[path[-1]]
    return copied


def nothing_passes_that_is_left_out(folder):
    """Take out of a document each of its values, or put something of another type there: no rule passes that did not."""
    others = [None, True, -1, 1e300, "", "?", [], {}, [[]], [{}]]
    for name, fields in (("tls10", []), ("tls12-dhe", []), ("staple-revoked", []), ("fail-expired-12", []), ("tls12-ecdhe-rsa", ["-vv"])):
        _, documents = read(folder, name, "--ca-file", LAB_CA, *fields)
        base = documents[0]
        policy = ["--policy", strict_policy(folder), "--ca-file", LAB_CA]
        base["tls"]["client"].pop("server_name", None)
        base["destination"]["ip"] = "192.0.2.1"
        variants, mild = [base], 0
        for path, value in places(base):
            if path[0] in ("destination",):
                continue
            variants.append(without(base, path))
            if not isinstance(value, (dict, list)):
                variants += [json.loads(changed(base, *path, other)) for other in others]
        expect(len(variants) > 300, name, len(variants))
        results = {}
        for begin in range(0, len(variants), 900):
            for number, variant in enumerate(variants[begin:begin + 900]):
                variant["destination"] = {"ip": "192.0.2.1", "port": begin + number + 1}
            path = write(folder, "variants", "\n".join(json.dumps(v) for v in variants[begin:begin + 900]))
            _, servers, _ = check(*policy, path)
            results.update(servers)
        wanted = results["192.0.2.1:1"]
        for where, verdicts in results.items():
            for rule, (result, text) in verdicts.items():
                mild += result == "unknown"
                expect(result != "pass" or wanted[rule][0] == "pass", name, where, rule, wanted[rule], text)
        expect(100 < len(results) < len(variants) and mild > 100, name, len(results), len(variants), mild)


def zeros_end_nothing(folder):
    """A NUL from the wire, which a line has as \\u0000, does not cut a name short."""
    _, (good,) = read(folder, "tls12-alpn-h2", "--ca-file", LAB_CA)
    policy = ["--policy", strict_policy(folder), "--ca-file", LAB_CA]
    expect(check_one(*policy, write(folder, "a", json.dumps(good)))[1]["alpn.required"][0] == "pass")
    _, verdicts, errors = check_one(*policy, write(folder, "a", changed(good, "tls", "next_protocol", "h2\0")))
    expect(verdicts["alpn.required"][0] == "fail", verdicts, errors)
    _, verdicts, errors = check_one(*policy, write(folder, "a", changed(good, "tls", "client", "server_name", "server.lab.test\0.example")))
    expect(verdicts["certificate.name"][0] == "unknown", verdicts, errors)
    _, verdicts, errors = check_one(*policy, write(folder, "a", changed(good, "tls", "next_protocol", "\\u0000h2")))
    expect("\\u0000" not in str(errors) and verdicts["alpn.required"][0] == "fail", verdicts, errors)


def too_many_servers_are_told(folder):
    _, (good,) = read(folder, "tls12-ecdhe-rsa")
    path = write(folder, "many", "\n".join(changed(good, "destination", "port", port) for port in range(1, 1003)))
    status, servers, errors = check(path)
    expect(status == 2 and len(servers) == 1000 and "more than 1000 servers" in errors, status, len(servers), errors)


if __name__ == "__main__":
    sys.exit(cases.main(globals()))
