#!/usr/bin/env python3
"""docs/ci.md and the GitHub action do what they say: their shell commands, taken out of them, run as their CI runs them.

  HANDLENS=build/.../handlens ci.py [NAME...]"""
import json
import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree

from check import CURVES, HANDLENS, ROOT, STRONG, free_port, openssl_server

sys.path.insert(0, os.path.join(ROOT, "tests", "support"))
import cases  # noqa: E402
import official  # noqa: E402
from cases import expect  # noqa: E402

try:
    import yaml
except ImportError:
    yaml = None

PAGE = os.path.join(ROOT, "docs", "ci.md")
ACTION = os.path.join(ROOT, "packaging", "github-action", "action.yml")
BASH = ["bash", "--noprofile", "--norc", "-eo", "pipefail"]  # GitHub's "shell: bash"


def blocks(language):
    with open(PAGE, encoding="utf-8") as file:
        found = re.findall(r"^```%s\n(.*?)^```$" % language, file.read(), flags=re.S | re.M)
    expect(found, "no", language, "in", PAGE)
    return found


def action():
    with open(ACTION, encoding="utf-8") as file:
        return yaml.safe_load(file)


class Servers:
    """One that keeps the policy, one that does not, and one that is not there; the system's CAs are theirs."""

    def __init__(self, folder):
        self.place = os.path.join(folder, "servers")
        os.mkdir(self.place)
        self.good, good = openssl_server(self.place, "-min_protocol TLSv1.2 -cipher %s %s" % (STRONG, CURVES), name="localhost")
        self.bad, bad = openssl_server(self.place, "-min_protocol TLSv1 -cipher ALL@SECLEVEL=0", name="localhost", key="P-256")
        self.trust = os.path.join(self.place, "trust.pem")
        with open(self.trust, "w", encoding="ascii") as out:
            for name in (good, bad):
                with open(name, encoding="ascii") as file:
                    out.write(file.read())
        good, bad, gone = ("localhost:%d" % port for port in (self.good.port, self.bad.port, free_port()))
        self.rows = [(good, 0), ("%s %s" % (good, bad), 1), ("%s %s" % (gone, good), 3), ("host:99999", 2)]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.good.__exit__()
        self.bad.__exit__()


def run(shell, script, work, servers, **environment):
    """Exit status and output of a script in an empty folder, with handlens on PATH."""
    shutil.rmtree(work, ignore_errors=True)
    os.mkdir(work)
    path = os.path.join(work, "script")
    with open(path, "w", encoding="utf-8") as file:
        file.write(script)
    variables = {"PATH": os.path.dirname(HANDLENS) + ":" + os.environ["PATH"], "HOME": work, "SSL_CERT_FILE": servers.trust, "LC_ALL": "C"}
    variables.update({k: v for k, v in os.environ.items() if "SAN_OPTIONS" in k})
    variables.update(environment)
    p = subprocess.run([*shell, path], cwd=work, env=variables, stdin=subprocess.DEVNULL, capture_output=True, timeout=120)
    expect(b"Sanitizer" not in p.stderr, p.stderr.decode())
    return p.returncode, p.stdout.decode() + p.stderr.decode()


def told(work, *names):
    """Each of these reports is there, and can be read."""
    for name in names:
        path = os.path.join(work, name)
        with open(path, encoding="utf-8") as file:
            text = file.read()
        if name.endswith(".xml"):
            official.junit(path)
            expect(len(xml.etree.ElementTree.fromstring(text)) >= 1, name)
        elif name.endswith(".sarif"):
            expect(json.loads(text)["version"] == "2.1.0", name)
            official.sarif(json.loads(text))
        elif name.endswith(".html"):
            expect(text.rstrip().endswith("</html>"), name)
        elif name.endswith(".ndjson"):
            expect(all(json.loads(line)["handlens"] for line in text.splitlines()), name)
        else:
            expect(text.startswith("## TLS check"), name, text[:80])


def shell_commands(folder):
    work = os.path.join(folder, "work")
    reports = [block for block in blocks("sh") if "$TARGETS" in block and "baseline" not in block]
    expect(len(reports) == 1, reports)
    with Servers(folder) as servers:
        for block in reports:
            for targets, status in servers.rows:
                got, out = run(["sh", "-e"], block, work, servers, TARGETS=targets)
                expect(got == status, targets, got, out)
                told(work, "handlens.xml", "handlens.sarif", "handlens.md", "handlens.html", "handlens.ndjson")


def baseline_commands(folder):
    """Accepted once, and held against that: what failed does not any more. What nobody saw is not accepted."""
    work = os.path.join(folder, "work")
    accept, hold = [block for block in blocks("sh") if "baseline" in block]
    with Servers(folder) as servers:
        for targets, status in servers.rows:
            got, out = run(["sh", "-e"], accept, work, servers, TARGETS=targets)
            expect(got == (0 if status == 1 else status) and os.path.exists(os.path.join(work, "tls.baseline")) == (got == 0), targets, got, out)
            got, out = run(["sh", "-e"], accept + hold, work, servers, TARGETS=targets)
            expect(got == (0 if status == 1 else status), targets, got, out)
            if got == 0:
                told(work, "handlens.xml")
        got, out = run(["sh", "-e"], hold, work, servers, TARGETS=servers.rows[0][0])
        expect(got == 2 and "tls.baseline: No such file" in out, got, out)


def shell_commands_of_captures(folder):
    """What asks no server begins with a capture of its own."""
    work = os.path.join(folder, "work")
    commands = [b for b in blocks("sh") if "$TARGETS" not in b]
    expect(len(commands) == 1, commands)
    with Servers(folder) as servers:
        servers.trust = os.path.join(ROOT, "pcaps", "lab-ca.pem")
        for name, status in (("tls12-ecdhe-rsa", 3), ("tls10", 1)):
            place = "cp '%s' monday.pcap\n" % os.path.join(ROOT, "pcaps", name + ".pcap")
            got, out = run(["sh", "-e"], place + commands[0], work, servers)
            expect(got == status, name, got, out)
            told(work, "handlens.xml", "monday.ndjson")


def jenkins(folder):
    work = os.path.join(folder, "work")
    scripts = [s for block in blocks("groovy") for s in re.findall(r"'''(.*?)'''", block, flags=re.S)]
    expect(len(scripts) == 1, scripts)
    for block in blocks("groovy"):
        expect(block.count("{") == block.count("}") and block.count("(") == block.count(")"), "brackets")
    with Servers(folder) as servers:
        for targets, status in servers.rows:
            got, out = run(["sh", "-xe"], scripts[0], work, servers, TARGETS=targets)
            expect(got == status, targets, got, out)
            told(work, "handlens.xml", "handlens.html")


def gitlab(folder):
    work = os.path.join(folder, "work")
    job = next(b["tls"] for b in map(yaml.safe_load, blocks("yaml")) if "tls" in b)
    expect(job["allow_failure"]["exit_codes"] == 3 and job["artifacts"]["reports"]["junit"] == "handlens.xml", job)
    script = "\n".join(["set -eo pipefail"] + job["before_script"] + job["script"]) + "\n"
    with Servers(folder) as servers:
        for targets, status in servers.rows:
            got, out = run(["bash"], script, work, servers, TARGETS=targets)
            expect(got == status, targets, got, out)
            told(work, *job["artifacts"]["paths"], job["artifacts"]["reports"]["junit"])


def github(folder):
    work = os.path.join(folder, "work")
    documents = [b for b in map(yaml.safe_load, blocks("yaml")) if "jobs" in b]
    steps = [(job, step) for b in documents for job in b["jobs"].values() for step in job["steps"]]
    used = [s for _, s in steps if "github-action" in s.get("uses", "")]
    known = action()["inputs"]
    expect(len(used) == 1 and set(used[0]["with"]) <= set(known), used)
    expect(all(k in used[0]["with"] for k, v in known.items() if v.get("required")), used)
    scripts = [s["run"] for _, s in steps if "run" in s]
    expect(len(scripts) == 1, scripts)
    with Servers(folder) as servers:
        for targets, status in servers.rows:
            summary = os.path.join(work, "summary")
            got, out = run(BASH[:1] + ["-e"], scripts[0], work, servers, TARGETS=targets, GITHUB_STEP_SUMMARY=summary)
            expect(got == status, targets, got, out)
            told(work, "handlens.sarif", "summary")


def the_action(folder):
    """Its check, with inputs in the environment as GitHub puts them there."""
    document, work = action(), os.path.join(folder, "work")
    steps = document["runs"]["steps"]
    expect(document["runs"]["using"] == "composite" and all(s["shell"] == "bash" and s["name"] for s in steps), document)
    expect(all("${{" not in s["run"] for s in steps), "an input in a script")
    check = next(s for s in steps if s.get("id") == "check")

    def environment(**inputs):
        values = {k: inputs.get(k.replace("-", "_"), v.get("default")) for k, v in document["inputs"].items()}
        return {k: re.sub(r"\${{ inputs\.([a-z-]+) }}", lambda m: values[m.group(1)], v) for k, v in check["env"].items()}

    with Servers(folder) as servers:
        files = {"GITHUB_STEP_SUMMARY": os.path.join(work, "summary"), "GITHUB_OUTPUT": os.path.join(work, "output")}
        rows = servers.rows + [("\n%s\n\n%s\n" % (servers.rows[0][0], servers.rows[0][0].replace("localhost", "LOCALHOST")), 0), ("--help", 3), ("$(id)", 3), ("", 2)]
        for targets, status in rows:
            got, out = run(BASH, check["run"], work, servers, **files, **environment(targets=targets))
            expect(got == status, targets, got, out)
            with open(files["GITHUB_OUTPUT"], encoding="ascii") as file:
                expect(file.read() == "status=%d\n" % status, targets)
            lines = out.splitlines()
            token = re.fullmatch(r"::stop-commands::(handlens-[0-9-]+)", lines[0]).group(1)
            expect("::%s::" % token in lines, out)
            if status != 2 or targets == "host:99999":
                told(work, "handlens.sarif", "handlens.xml", "summary")
        got, out = run(BASH, check["run"], work, servers, **files,
                       **environment(targets=servers.rows[0][0], args="--report html=page.html\n--no-ca", sarif="a b.sarif", junit="c.xml", fail_on="warn"))
        expect(got == 3, got, out)
        told(work, "page.html", "a b.sarif", "c.xml", "summary")
        base = os.path.join(folder, "tls.baseline")
        got, out = run(["sh", "-e"], "handlens check --write-baseline %s -- $TARGETS" % base, work, servers, TARGETS=servers.rows[1][0])
        expect(got == 0, got, out)
        got, out = run(BASH, check["run"], work, servers, **files, **environment(targets=servers.rows[1][0], args="--baseline " + base))
        expect(got == 0, got, out)


def where_the_action_has_handlens_from(folder):
    install = next(s for s in action()["runs"]["steps"] if "handlens.sh" in s["run"])
    work, tree = os.path.join(folder, "work"), os.path.join(folder, "with space")
    os.makedirs(os.path.join(tree, "scripts"))
    os.makedirs(os.path.join(tree, "packaging", "github-action"))
    with open(os.path.join(tree, "scripts", "handlens.sh"), "w", encoding="ascii") as file:  # builds nothing, and is called all the same
        file.write('#!/bin/sh\nmkdir -p "$(dirname "$0")/../build/release" && echo "built for $*"\n')
    os.chmod(file.name, 0o755)
    expect(os.access(os.path.join(ROOT, "scripts", "handlens.sh"), os.X_OK), "scripts/handlens.sh")
    files = {"GITHUB_PATH": os.path.join(work, "path"), "GITHUB_ACTION_PATH": os.path.join(tree, "packaging", "github-action")}

    class Nobody:
        trust = os.devnull
    got, out = run(BASH, install["run"], work, Nobody, **files)
    expect(got == 0 and "handlens" in out and not os.path.exists(files["GITHUB_PATH"]), "installed:", got, out)
    got, out = run([shutil.which("bash"), *BASH[1:]], install["run"], work, Nobody, **files, PATH="/usr/bin:/bin")
    with open(files["GITHUB_PATH"], encoding="ascii") as file:
        expect(got == 0 and "built for --version" in out and file.read() == os.path.join(tree, "build", "release") + "\n", got, out)


def shellcheck(folder):
    if not shutil.which("shellcheck"):
        print("  skipped: shellcheck is not installed")
        return
    for step in action()["runs"]["steps"]:
        p = subprocess.run(["shellcheck", "--color=never", "-s", "bash", "-"], input=step["run"].encode(), capture_output=True)
        expect(p.returncode == 0, step["name"], p.stdout.decode())


if __name__ == "__main__":
    if not shutil.which("openssl") or not shutil.which("bash") or yaml is None:
        print("skipped: it takes openssl, bash and python3-yaml")
        sys.exit(77)
    failed = cases.main(globals())
    official.tell()
    sys.exit(failed)
