#!/usr/bin/env python3
"""What handlens check writes about several targets at once: every report is valid, says the same as the others, and lets nothing through;
and every way in which it ends.

  HANDLENS=build/.../handlens [HANDLENS_SARIF_SCHEMA=FILE] [HANDLENS_JUNIT_XSD=FILE:...] reports.py [NAME...]

The two are schemas that others publish (official.py)."""
import base64
import html.parser
import json
import os
import re
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree

import check
from check import CURVES, ROOT, STRONG, certificate, free_port, openssl_server

sys.path.insert(0, os.path.join(ROOT, "tests", "support"))
import browser  # noqa: E402
import cases  # noqa: E402
import official  # noqa: E402
from cases import expect  # noqa: E402

try:
    import jsonschema
except ImportError:
    jsonschema = None
    print("not validated: python3-jsonschema is not installed")
XMLLINT = shutil.which("xmllint")
if not XMLLINT:
    print("not validated against the XSD: xmllint (libxml2-utils) is not installed")

HERE = os.path.dirname(os.path.abspath(__file__))
FORMATS = ("human", "json", "markdown", "junit", "sarif", "html")
GOOD = "-min_protocol TLSv1.2 -cipher %s %s" % (STRONG, CURVES)
WARNED = "-min_protocol TLSv1.2 -cipher %s" % STRONG  # more groups than those that are recommended
OLD = "-min_protocol TLSv1 -cipher ALL@SECLEVEL=0"
HOSTILE_TARGETS = ['<script>alert("1")</script>'.replace("/", "\\"), "]]>&amp;'`|*_{0}](x)", "%s%n$(x)", "--"]


def run(*arguments):
    status, out, errors = check.check("--timeout", "3s", *arguments)
    expect("Sanitizer" not in errors, errors)
    return status, out, errors


def read(folder, name):
    with open(os.path.join(folder, name), "rb") as file:
        return file.read().decode()  # always UTF-8


def reports_of(folder, *arguments, formats=FORMATS):
    """Exit status, and the text of each format."""
    wanted = [word for f in formats for word in ("--report", "%s=%s" % (f, os.path.join(folder, "out." + f)))]
    status, out, errors = run(*wanted, *arguments)
    return status, errors, {f: read(folder, "out." + f) for f in formats}


# --- what is valid -------------------------------------------------------------------------------------------------------
def schema(*path):
    with open(os.path.join(ROOT, *path), encoding="utf-8") as file:
        return json.load(file)


def valid_json(text):
    targets = [json.loads(line) for line in text.splitlines()]
    for target in targets if jsonschema else ():
        jsonschema.validate(target, schema("docs", "check.schema.json"))
    return [t["handlens"]["check"] for t in targets]


def valid_sarif(text):
    log = json.loads(text)
    if jsonschema:
        jsonschema.validate(log, schema("tests", "check", "sarif.schema.json"))
    official.sarif(log)
    run_ = log["runs"][0]
    rules = [rule["id"] for rule in run_["tool"]["driver"]["rules"]]
    expect(len(set(rules)) == len(rules), rules)
    for result in run_["results"]:
        expect(rules[result["ruleIndex"]] == result["ruleId"], result)
    prints = [r["partialFingerprints"]["handlens/v1"] for r in run_["results"]]
    expect(len(set(prints)) == len(prints), "a fingerprint twice")
    return run_


def valid_junit(text, folder):
    path = os.path.join(folder, "valid.xml")
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    if XMLLINT:
        p = subprocess.run([XMLLINT, "--noout", "--nonet", "--schema", os.path.join(HERE, "junit.xsd"), path], capture_output=True)
        expect(p.returncode == 0, p.stderr.decode())
    official.junit(path)
    suites = xml.etree.ElementTree.fromstring(text)
    for suite in suites:
        tests = suite.findall("testcase")
        counts = [len(tests)] + [sum(t.find(kind) is not None for t in tests) for kind in ("failure", "error", "skipped")]
        expect(counts == [int(suite.get(k)) for k in ("tests", "failures", "errors", "skipped")], suite.attrib, counts)
    return suites


class Page(html.parser.HTMLParser):
    """Everything is closed in its order, ids are there once, links lead to them, and nothing is run or loaded."""

    def __init__(self, text):
        super().__init__()
        self.open, self.ids, self.links, self.words = [], set(), set(), []
        self.feed(text)
        expect(not self.open and self.links <= self.ids, self.open, self.links - self.ids)

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        expect(tag not in ("script", "img", "iframe", "object", "link", "form"), tag)
        expect(not any(k.startswith("on") or k in ("src", "style") for k in values), attributes)
        if "id" in values:
            expect(values["id"] not in self.ids, values)
            self.ids.add(values["id"])
        if "href" in values:
            expect(values["href"].startswith("#"), values)
            self.links.add(values["href"][1:])
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        expect(self.open and self.open.pop() == tag, tag)

    def handle_data(self, data):
        if self.open and self.open[-1] != "style":
            self.words.append(data)


def valid_markdown(text):
    """Outside of code and escapes there is neither HTML nor a link; each row of the table has as many cells."""
    rows = [line for line in text.splitlines() if line.startswith("|")]
    expect(len({len(re.findall(r"(?<!\\)\|", row)) for row in rows}) <= 1, rows)
    plain = re.sub(r"^```text\n.*?^```$", "", text, flags=re.S | re.M)
    plain = re.sub(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", "", plain)
    plain = re.sub(r"\\.", "", plain.replace("<!-- -->", ""))
    expect("<" not in plain and "](" not in plain, plain)
    return plain


def all_valid(texts, folder):
    for name, text in texts.items():
        bad = [hex(ord(c)) for c in text if c != "\n" and (ord(c) < 32 or 127 <= ord(c) < 160 or c in "\u202e\uffff")]
        expect(not bad, name, bad)
    return (valid_json(texts["json"]), valid_sarif(texts["sarif"]), valid_junit(texts["junit"], folder), Page(texts["html"]),
            valid_markdown(texts["markdown"]))


# --- cases ---------------------------------------------------------------------------------------------------------------
def they_say_the_same(folder):
    """A server that passes, one that warns, one that fails, and one that is not there."""
    good, good_pem = openssl_server(folder, GOOD)
    warned, warned_pem = openssl_server(folder, WARNED, key="rsa:3072")
    old, old_pem = openssl_server(folder, OLD, key="P-256")
    with good, warned, old:
        names = ["127.0.0.1:%d" % port for port in (good.port, warned.port, old.port, free_port())]
        begin = time.time()
        status, errors, texts = reports_of(folder, "--host", "check.test", "--ca-file", good_pem, "--ca-file", warned_pem, "--ca-file", old_pem, *names)
        took = time.time() - begin
    expect(status == 1 and errors == "", status, errors)
    targets, sarif, suites, page, markdown = all_valid(texts, folder)
    expect([t["status"] for t in targets] == ["passed", "passed", "failed", "unreachable"], targets)
    results = [{v["rule"]: v["result"] for v in t["verdicts"]} for t in targets]
    expect("warn" in results[1].values() and "fail" in results[2].values(), results)

    # SARIF: a result for each that does not pass, of its level, at its target
    levels = {"fail": "error", "warn": "warning", "unknown": "note"}
    wanted = {(names[i], rule, levels[r]) for i, of in enumerate(results) for rule, r in of.items() if r != "pass"} | {(names[3], "reachable", "error")}
    got = {(r["locations"][0]["logicalLocations"][0]["name"], r["ruleId"], r["level"]) for r in sarif["results"]}
    expect(got == wanted, got ^ wanted)
    expect(sarif["invocations"][0]["executionSuccessful"] is False, sarif["invocations"])
    expect({r["id"] for r in sarif["tool"]["driver"]["rules"]} >= set(results[0]) | {"reachable"}, results[0])
    texts_of = {v["rule"]: v["text"] for v in targets[2]["verdicts"]}
    expect(all(texts_of[r["ruleId"]] in r["message"]["text"] for r in sarif["results"] if names[2] in r["message"]["text"]), texts_of)
    help_ = next(r["help"] for r in sarif["tool"]["driver"]["rules"] if r["id"] == "versions.allowed")
    for program in ("nginx", "Apache", "HAProxy", "Envoy", "OpenSSL", "Java"):
        expect(program in help_["text"] and program in help_["markdown"] and program in texts["markdown"] and program in texts["html"], program)

    # JUnit: a suite a target, a case a rule
    elements = {"fail": "failure", "unknown": "error", "warn": None, "pass": None}
    for name, suite, of in zip(names, suites, results):
        expect(suite.get("name") == name, suite.attrib)
        for case in suite.findall("testcase") if of else ():
            kinds = {kind for kind in ("failure", "error") if case.find(kind) is not None}
            expect(kinds == {elements[of[case.get("name")]]} - {None}, case.attrib, kinds)
    expect([t.get("name") for t in suites[3].findall("testcase")] == ["reachable"] and "refused" in suites[3].find("testcase/error").get("message"),
           "the one that is not there")
    expect("warn.groups.allowed" in [p.get("name") for p in suites[1].findall("properties/property")], "the warning")
    failure = next(t for t in suites[2].findall("testcase") if t.get("name") == "versions.allowed").find("failure")
    expect("ssl_protocols TLSv1.2 TLSv1.3;" in failure.text and failure.get("message") == texts_of["versions.allowed"], failure.text)
    expect(0 < sum(float(s.get("time")) for s in suites) < took, took)

    # for people: all of them, the worst first
    headline = "4 targets: 1 failed, 1 unreachable, 2 passed"
    for name in ("human", "markdown", "html"):
        expect(headline in texts[name], name, texts[name])
    rows = re.findall(r"^\| `(.*?)` \| \**(\w+)", texts["markdown"], flags=re.M)
    expect(rows == [(names[2], "failed"), (names[3], "unreachable"), (names[0], "passed"), (names[1], "passed")], rows)
    expect({"t1", "t2", "t3", "t4"} <= page.ids and texts["html"].count('<details class="h ') == 4, page.ids)
    expect(texts["html"].index('id="t3"') < texts["html"].index('id="t4"') < texts["html"].index('id="t1"'), "order")
    expect(texts_of["versions.allowed"] in "".join(page.words), "what was seen")


def they_are_the_same_each_time(folder):
    """Whatever the order and the version of the policy, a finding keeps its fingerprint; no rule's id depends on what was seen."""
    server, pem = openssl_server(folder, OLD)
    with server:
        names = ["127.0.0.1:%d" % server.port, "localhost:%d" % server.port]
        _, _, one = reports_of(folder, "--ca-file", pem, *names)
        _, _, two = reports_of(folder, "--ca-file", pem, *reversed(names))
        _, _, other = reports_of(folder, "--ca-file", pem, "--policy", "mozilla-modern", *names)
    prints = [{(r["ruleId"], r["message"]["text"].split(": ")[0]): r["partialFingerprints"] for r in valid_sarif(t["sarif"])["results"]}
              for t in (one, two, other)]
    expect(prints[0] == prints[1] and len(prints[0]) > 4, prints)
    expect(not {p["handlens/v1"] for p in prints[0].values()} & {p["handlens/v1"] for p in prints[2].values()}, "another policy")


def nothing_gets_through(folder):
    policy = os.path.join(folder, "hostile.json")
    with open(policy, "w", encoding="ascii") as file:
        json.dump({"id": "<script>\"'&\x1b[31m\u202e\uffff]]>`|{" + 200 * "\x07\u202e", "version": "1](http://x)<b>", "title": "</title><script>alert(1)</script>\x07",
                   "versions": {"allowed": ["TLS 1.3"]}, "certificate": {"name": "required", "trusted": "recommended", "days_left_min": 1000}}, file)
    # a name that is no name, and no UTF-8: put into a certificate where a harmless one of its length was
    harmless, hostile = b"h" * 40, (b"<script>\"'&\x00\x1b[31m\r\n\xff\xfe\xc3(]]>`|](http://x)" + b"h" * 40)[:40]
    key, pem = certificate(folder, name="h" * 40)
    with open(pem, encoding="ascii") as file:
        der = base64.b64decode("".join(file.read().split("\n")[1:-2]))
    expect(der.count(b"\x0c\x28" + harmless) == 2 and der.count(harmless) == 3, der.hex())
    der = der.replace(b"\x0c\x28", b"\x14\x28").replace(harmless, hostile)  # T61String: OpenSSL wants valid UTF-8 in the other one
    with open(pem, "w", encoding="ascii") as file:
        file.write("-----BEGIN CERTIFICATE-----\n%s-----END CERTIFICATE-----\n" % base64.encodebytes(der).decode())
    server, _ = openssl_server(folder, OLD, name="h" * 40)
    with server:
        for sni in ("\x1b]0;x\x07<script>|`\u202e", b"\xff\xc3(<b>".decode("utf8", "surrogateescape")):
            status, errors, texts = reports_of(folder, "--policy", policy, "--no-ca", "--sni", sni, "127.0.0.1:%d" % server.port, *HOSTILE_TARGETS[:2])
            expect(status == 1, status, errors)
            targets, sarif, suites, page, markdown = all_valid(texts, folder)
            expect([t["status"] for t in targets] == ["failed", "unreachable", "unreachable"], targets)
            expect([s.get("name") for s in suites][1:] == [t.replace("\\", "\\\\") for t in HOSTILE_TARGETS[:2]], [s.get("name") for s in suites])
            expect(HOSTILE_TARGETS[1] in "".join(page.words), page.words)
    status, errors, texts = reports_of(folder, "--no-ca", "--", *HOSTILE_TARGETS)
    expect(status == 3, status, errors)
    all_valid(texts, folder)


def how_it_ends(folder):
    good, good_pem = openssl_server(folder, GOOD)
    warned, warned_pem = openssl_server(folder, WARNED, key="rsa:3072")
    old, old_pem = openssl_server(folder, OLD, key="P-256")
    nowhere = os.path.join(folder, "no", "such", "folder")
    with good, warned, old:
        target = {"pass": "127.0.0.1:%d" % good.port, "warn": "127.0.0.1:%d" % warned.port, "fail": "127.0.0.1:%d" % old.port,
                  "gone": "127.0.0.1:%d" % free_port(), "wrong": "host:99999"}
        trust = ["--host", "check.test"] + [word for pem in (good_pem, warned_pem, old_pem) for word in ("--ca-file", pem)]
        rows = [
            (0, trust, "pass"), (0, trust, "warn"), (0, trust, "pass warn"), (1, trust, "fail"), (1, trust, "pass fail pass"),
            (0, trust + ["--fail-on", "warn"], "pass"), (1, trust + ["--fail-on", "warn"], "warn"), (1, trust + ["--fail-on", "warn"], "pass warn"),
            (3, trust, "gone"), (3, trust, "pass gone"), (3, trust, "gone pass"), (1, trust, "gone fail"), (1, trust, "fail gone"),
            (3, trust + ["--fail-on", "warn"], "gone"), (1, trust + ["--fail-on", "warn"], "gone warn"),
            (3, ["--no-ca", "--host", "check.test"], "pass"),                                     # whom to trust is not known: inconclusive
            (3, ["--no-ca", "--host", "check.test"], "pass gone"), (1, ["--no-ca", "--host", "check.test"], "pass fail"),
            (3, trust + ["--max-connections", "2"], "pass"),
            (2, trust, "wrong"), (2, trust, "pass wrong"), (2, trust, "wrong fail"), (2, trust, "gone wrong"), (2, trust, ""),
            (2, trust + ["--report", "junit=" + nowhere], "pass"), (2, trust + ["--report", "sarif=/dev/full"], "pass"),
            (2, trust + ["--report", "html=/dev/full"], "fail"), (2, trust + ["-o", "/dev/full"], "pass"),
            (2, trust + ["--policy", nowhere], "pass"), (2, trust + ["--fail-on", "high"], "pass"),
        ]
        for status, arguments, targets in rows:
            got, out, errors = run(*arguments, *(target[t] for t in targets.split()))
            expect(got == status, arguments[7:], targets, "ended with", got, "not", status, out.decode(), errors)
            if status == 2 and targets and targets != "gone wrong":
                expect(len(errors.splitlines()) == 1, errors)
            wanted = targets.split()
            if not wanted or len(set(wanted)) < len(wanted) or {"--report", "-o", "--policy", "high"} & set(arguments):
                continue
            _, _, texts = reports_of(folder, *arguments, *(target[t] for t in wanted))
            _, sarif, suites, _, _ = all_valid(texts, folder)
            complete = status != 2
            expect(sarif["invocations"][0]["executionSuccessful"] == (complete and "gone" not in targets), sarif["invocations"])
            expect((suites[-1].get("name") == "handlens") != complete, [s.get("name") for s in suites])


def where_they_go(folder):
    """Files are opened before the first connection; no two reports go to the same place."""
    seen = []
    with check.Script(lambda connection, hello: seen.append(hello)) as script:
        here = "127.0.0.1:%d" % script.port
        a, b = os.path.join(folder, "a"), os.path.join(folder, "b")
        for arguments, words in (
                (["--report", "junit=" + a, "--report", "sarif=" + os.path.join(folder, "no", "b")], "No such file"),
                (["--report", "junit=" + a, "--report", "sarif=" + a], "two reports"),
                (["--report", "junit=" + a, "-o", a], "two reports"), (["--report", "junit=-"], "standard output"),
                (["--report", "junit=-", "--report", "sarif=-", "-o", a], "two reports"), (["--report", "junit"], "junit=out.xml"),
                (["--report", "junit="], "junit=out.xml"), (["--report", "xml=" + a], "sarif"), (["--report", "=a"], "sarif"),
                (["--report", "junit2=a"], "sarif"), (["--format", "xml"], "sarif"), (["--report", folder], "sarif"),
                (["--report", "json=" + folder], "Is a directory"), (["--report", "json=" + a] * 17, "16 times")):
            status, out, errors = run(*arguments, "--no-ca", here)
            expect(status == 2 and words in errors and len(errors.splitlines()) == 1 and out == b"", arguments, status, errors)
        expect(script.seen == 0, "it connected all the same")
        for name in FORMATS:  # one by --format on standard output is the one of --report
            status, out, errors = run("--format", name, "--no-ca", here)
            status_b, out_b, _ = run("--report", name + "=-", "-o", b, "--no-ca", here)
            times = re.compile(rb'[0-9.]+ (m|\xc2\xb5)?s\b|[0-9T:.-]{19,}Z?|"duration":\d+|time="[0-9.]+"')
            expect(status == status_b == 3 and times.sub(b"", out) == times.sub(b"", out_b) != b"", name, out, out_b)
            expect(b"unreachable" in open(b, "rb").read(), "-o")


def every_kind_of_verdict(folder):
    """What passes, fails, warns, is unknown, is waived by the policy, or is as in the baseline; with what is new since then beside it."""
    policy, base = os.path.join(folder, "ours.json"), os.path.join(folder, "base.json")
    document = json.loads(subprocess.run([check.HANDLENS, "policy", "show", "mozilla-intermediate"], capture_output=True, check=True).stdout)
    document["waive"] = [{"rule": "certificate.key", "until": "2199-12-31", "why": "]]> the \x07 old <box>"}]
    document["certificate"]["staple"] = "recommended"
    with open(policy, "w", encoding="ascii") as file:
        json.dump(document, file)
    old, pem = openssl_server(folder, "-min_protocol TLSv1 -cipher ALL@SECLEVEL=0 " + CURVES, key="rsa:1024")
    with old:
        here = ("--policy", policy, "--host", "check.test", "127.0.0.1:%d" % old.port)
        with open(base, "w", encoding="ascii") as file:  # of a time when it had no TLS 1.0
            _, out, _ = run("--format", "json", "--ca-file", pem, *here)
            told = json.loads(out)
            for verdict in told["handlens"]["check"]["verdicts"]:
                verdict["text"] = verdict["text"].replace("TLS 1.1, TLS 1.0", "TLS 1.1")
            json.dump(told, file)
        status, errors, texts = reports_of(folder, "--baseline", base, "--no-ca", *here)
        _, _, first = reports_of(folder, "--no-ca", *here)
    expect(status == 1, status, errors)
    (target,), sarif, (suite,), _, _ = all_valid(texts, folder)
    all_valid(first, folder)
    results = {v["rule"]: v["result"] for v in target["verdicts"]}
    expect(set(results.values()) == {"pass", "fail", "unknown", "waived"} and results["versions.allowed"] == "fail", results)
    expect(results["certificate.key"] == results["cipher_suites.allowed"] == results["certificate.staple"] == "waived", results)
    expect("warn" in {v["result"] for v in valid_json(first["json"])[0]["verdicts"]}, first["json"])
    expect({r["ruleId"]: r["level"] for r in sarif["results"]} == {"versions.allowed": "error", "certificate.trusted": "note"}, sarif["results"])
    skipped = {t.get("name"): t.find("skipped").get("message") for t in suite.findall("testcase") if t.find("skipped") is not None}
    expect(set(skipped) == {rule for rule, r in results.items() if r == "waived"} and "as in the baseline" in skipped["cipher_suites.allowed"], skipped)
    severities = {r["id"]: r["properties"].get("security-severity") for r in sarif["tool"]["driver"]["rules"]}
    expect([rule for rule, severity in severities.items() if severity is None] == ["alpn.required", "session_resumption", "waivers", "reachable"], severities)


def addresses_of_a_name(folder):
    """A result each, and none of them takes another's place."""
    paths = {name: os.path.join(folder, name) for name in ("sarif", "junit")}
    port = free_port()
    key, pem = certificate(folder)
    command = ["env", "OPENSSL_CONF=/dev/null", "openssl", "s_server", "-key", key, "-cert", pem, "-quiet", *OLD.split(), "-accept"]
    with check.Server([*command, "127.0.0.1:%d" % port], port):
        got = check.check_with_hosts(folder, "127.0.0.1 check.test\n127.0.0.2 check.test\n", "--ca-file", pem, "--all-addresses", "--retries", "0",
                                     *[word for item in paths.items() for word in ("--report", "%s=%s" % item)], "check.test:%d" % port)
    if got is None:
        return
    expect(got[0] == 1, got)
    texts = {name: read(folder, name) for name in paths}
    sarif, suites = valid_sarif(texts["sarif"]), valid_junit(texts["junit"], folder)
    names = ["check.test:%d (127.0.0.%d)" % (port, n) for n in (1, 2)]
    expect([s.get("name") for s in suites] == names, [s.attrib for s in suites])
    expect({r["locations"][0]["logicalLocations"][0]["name"] for r in sarif["results"]} == set(names), sarif["results"])


def who_goes_away(folder):
    """Nobody reads standard output any more: the files are written all the same."""
    server, pem = openssl_server(folder, OLD)
    with server:
        path = os.path.join(folder, "out.xml")
        p = subprocess.Popen([check.HANDLENS, "check", "--ca-file", pem, "--report", "junit=" + path, *["127.0.0.1:%d" % server.port] * 2],
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        p.stdout.close()
        _, errors = p.communicate(timeout=60)
    expect(p.returncode == 1 and errors == b"", p.returncode, errors)
    expect(len(xml.etree.ElementTree.fromstring(read(folder, "out.xml"))) == 2, "suites")


def warnings_that_fail(folder):
    server, pem = openssl_server(folder, WARNED)
    with server:
        arguments = ("--ca-file", pem, "--host", "check.test", "127.0.0.1:%d" % server.port)
        _, _, mild = reports_of(folder, *arguments)
        _, _, strict = reports_of(folder, "--fail-on", "warn", *arguments)
    expect([valid_junit(t["junit"], folder)[0].get("failures") for t in (mild, strict)] == ["0", "1"], "failures")


def a_page_is_readable(folder):
    if not browser.PROGRAM:
        print("  skipped: there is no Chromium")
        return
    server, pem = openssl_server(folder, OLD)
    with server:
        reports_of(folder, "--ca-file", pem, "--policy", "pci-4.0.1", "127.0.0.1:%d" % server.port, "localhost:1", formats=("html",))
    with browser.Browser() as one:
        for width in (1200, 400):
            for dark in (False, True):
                page = one.open("file://" + os.path.join(folder, "out.html"), width=width, dark=dark)
                expect(page.value("document.documentElement.scrollWidth") <= width, "wider than", width)
                expect(len(page.requests()) == 1 and not page.complaints(), page.requests(), page.complaints())
                if os.environ.get("PICTURES"):
                    page.picture(os.path.join(os.environ["PICTURES"], "check-%d-%s.png" % (width, "dark" if dark else "light")), whole=True)


if __name__ == "__main__":
    if not shutil.which("openssl"):
        print("skipped: openssl is not installed")
        sys.exit(77)
    failed = cases.main(globals())
    official.tell()
    sys.exit(failed)
