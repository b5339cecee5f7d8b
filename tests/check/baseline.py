#!/usr/bin/env python3
"""handlens check --write-baseline, and --baseline with what it wrote: the same bytes each time, whole or not at all, and never of what nobody saw.

  HANDLENS=build/.../handlens baseline.py [NAME...]"""
import json
import os
import resource
import shutil
import signal
import stat
import subprocess
import sys
import time

import check
from check import CURVES, ROOT, STRONG, certificate, free_port, openssl_server, validate

sys.path.insert(0, os.path.join(ROOT, "tests", "support"))
import cases  # noqa: E402
from cases import expect  # noqa: E402

OLD = "-min_protocol TLSv1.1 -cipher ALL@SECLEVEL=0 " + CURVES
OLDER = "-min_protocol TLSv1 -cipher ALL@SECLEVEL=0 " + CURVES
GOOD = "-min_protocol TLSv1.2 -cipher %s %s" % (STRONG, CURVES)


def run(*arguments, **how):
    p = subprocess.run([check.HANDLENS, "check", "--timeout", "3s", *arguments], capture_output=True, timeout=120, **how)
    errors = p.stderr.decode()
    expect("Sanitizer" not in errors, errors)
    return p.returncode, p.stdout, errors


def whole(path):
    with open(path, "rb") as file:
        return file.read()


def entries(path):
    """{target: [(rule, result, text)]}, of lines that are valid, sorted and each about a target of its own."""
    documents = [json.loads(line) for line in whole(path).splitlines()]
    for document in documents:
        validate(document, path, schema="baseline.schema.json")
    names = [d["destination"]["address"] for d in documents]
    expect(names == sorted(set(names)), names)
    return {name: [(v["rule"], v["result"], v["text"]) for v in d["handlens"]["check"]["verdicts"]] for name, d in zip(names, documents)}


def written(path, *arguments):
    """What it came to, with the one line that it has to say; the report is left alone."""
    status, _, errors = run("--write-baseline", path, "-o", os.devnull, *arguments)
    expect(len(errors.splitlines()) == 1 and errors.startswith("handlens: " + path), status, errors)
    return status, errors


def only_drift_fails(folder):
    base, port = os.path.join(folder, "base.json"), free_port()
    key, pem = certificate(folder)
    command = ["env", "OPENSSL_CONF=/dev/null", "openssl", "s_server", "-accept", str(port), "-key", key, "-cert", pem, "-quiet"]
    arguments = ("--ca-file", pem, "--host", "check.test", "127.0.0.1:%d" % port)
    with check.Server(command + OLD.split(), port):
        expect(run(*arguments)[0] == 1, "it keeps every rule")
        status, errors = written(base, *arguments)
        accepted = entries(base)["127.0.0.1:%d" % port]
        fails, warns = (sum(r == kind for _, r, _ in accepted) for kind in ("fail", "warn"))
        expect(status == 0 and fails > 0 and "1 target: %d failure" % fails in errors and "%d warning" % warns in errors, errors, accepted)
        expect(("versions.allowed", "fail", "accepted, and not allowed: TLS 1.1") in accepted, accepted)
        status, out, errors = run("--baseline", base, "--format", "json", *arguments)
        results = {v["rule"]: v["result"] for v in json.loads(out)["handlens"]["check"]["verdicts"]}
        expect(status == 0 and errors == "" and {rule for rule, r in results.items() if r == "waived"} == {rule for rule, _, _ in accepted}, results)
        expect(run("--baseline", base, "--fail-on", "warn", *arguments)[0] == 0, "a warning that was accepted")
    with check.Server(command + OLDER.split(), port):
        status, out, errors = run("--baseline", base, "--format", "json", *arguments)
        results = {v["rule"]: v["result"] for v in json.loads(out)["handlens"]["check"]["verdicts"]}
        expect(status == 1 and results["versions.allowed"] == "fail" and "waived" in results.values(), status, results)
        # both: what it was held against is read before it is written
        before = whole(base)
        status, out, errors = run("--baseline", base, "--write-baseline", base, "--format", "json", *arguments)
        again = {v["rule"]: v["result"] for v in json.loads(out)["handlens"]["check"]["verdicts"]}
        expect(status == 0 and again == results and len(errors.splitlines()) == 1, status, again, errors)
        expect(whole(base) != before and ("versions.allowed", "fail", "accepted, and not allowed: TLS 1.1, TLS 1.0") in entries(base)[arguments[-1]], whole(base))
        expect(run("--baseline", base, *arguments)[0] == 0, "after the update")


def the_same_bytes(folder):
    """Whenever, in whatever order, and with another certificate of the same kind."""
    one, two, policy = (os.path.join(folder, name) for name in ("one", "two", "ours.json"))
    document = json.loads(subprocess.run([check.HANDLENS, "policy", "show", "mozilla-intermediate"], capture_output=True, check=True).stdout)
    document["certificate"]["days_left_min"] = 1000
    with open(policy, "w", encoding="ascii") as file:
        json.dump(document, file)
    port, other_port = free_port(), free_port()
    bundle = os.path.join(folder, "bundle.pem")
    for turn, (path, days) in enumerate(((one, 60), (two, 47))):
        place = os.path.join(folder, str(turn))
        os.mkdir(place)
        key, pem = certificate(place, days=days)
        shutil.copy(pem, bundle)
        command = ["env", "OPENSSL_CONF=/dev/null", "openssl", "s_server", "-key", key, "-cert", pem, "-quiet", "-accept"]
        targets = ["127.0.0.1:%d" % port, "127.0.0.1:%d" % other_port]
        arguments = ("--ca-file", bundle, "--host", "check.test", "--policy", policy)
        with check.Server([*command, str(port), *OLDER.split()], port), check.Server([*command, str(other_port), *GOOD.split()], other_port):
            expect(written(path, *arguments, *(reversed(targets) if turn else targets))[0] == 0, "written")
            time.sleep(1.1)
            expect(written(path + "-again", *arguments, "--parallel", "2", "--retries", "3", *targets)[0] == 0, "written")
            expect(run("--baseline", one, *arguments, *targets)[0] == 0, "against the first one")
        expect(whole(path) == whole(path + "-again"), whole(path), whole(path + "-again"))
    wanted = ("certificate.days_left_min", "fail", "it expires in some days; 1000 must be left")
    expect(whole(one) == whole(two) and all(wanted in of for of in entries(one).values()) and len(entries(one)) == 2, whole(one), whole(two))


def what_nobody_saw(folder):
    """It is not written, and what was there stays: whatever else failed, and though an earlier baseline had it so."""
    base = os.path.join(folder, "base.json")
    old, pem = openssl_server(folder, OLD)
    gone = "127.0.0.1:%d" % free_port()
    with old:
        here = "127.0.0.1:%d" % old.port
        trust = ("--ca-file", pem, "--host", "check.test")
        _, report, _ = run("--no-ca", "--host", "check.test", "--format", "json", here)
        rows = [
            ((*trust, gone), "%s could not be reached: connection refused" % gone),
            ((*trust, here, gone), "%s could not be reached" % gone),
            ((*trust, gone, here, "127.0.0.1:%d" % free_port()), "and 1 more like it"),
            (("--no-ca", "--host", "check.test", here), "%s: certificate.trusted is not known" % here),
            ((*trust, "--max-connections", "2", here), "%s: " % here),
        ]
        for before in (None, report):
            for arguments, words in rows:
                if before is not None:
                    with open(base, "wb") as file:
                        file.write(before)
                status, errors = written(base, *(("--baseline", base) if before else ()), *arguments)
                expect(status == 3 and "the baseline was not written: " in errors and words in errors, status, errors)
                expect(whole(base) == before if before else not os.path.exists(base), "it is another one")
        # not everything could be done: what went wrong, and that there is no baseline
        for arguments in (("--report", "junit=/dev/full"), ("-o", "/dev/full")):
            status, _, errors = run("--write-baseline", base, *arguments, *trust, here)
            expect(status == 2 and "No space left" in errors.splitlines()[0] and "was not written" in errors.splitlines()[1], status, errors)
            expect(whole(base) == report, "it is another one")
        # captures, of which most is unknown
        status, errors = written(base, "--ca-file", os.path.join(ROOT, "pcaps", "lab-ca.pem"), os.path.join(ROOT, "pcaps", "tls12-ecdhe-rsa.pcap"))
        expect(status == 3 and "is not known" in errors and whole(base) == report, status, errors)
        # what the report had as unknown is not taken over with what stays of it
        status, errors = written(base, "--baseline", base, *trust, "localhost:%d" % old.port)
        expect(status == 0 and whole(base).count(b"\n") == 2 and "certificate.trusted" not in [rule for rule, _, _ in entries(base)[here]], errors)


def others_stay(folder):
    """With --baseline the lines of targets that were not checked stay; without it there are none of them."""
    base = os.path.join(folder, "base.json")
    old, pem = openssl_server(folder, OLD)
    good, good_pem = openssl_server(folder, GOOD, key="P-256")
    trust = ("--ca-file", pem, "--ca-file", good_pem, "--host", "check.test")
    with old, good:
        a, b = ("127.0.0.1:%d" % server.port for server in (old, good))
        expect(written(base, *trust, a)[0] == 0 and set(entries(base)) == {a}, "one")
        of_a = entries(base)[a]
        status, errors = written(base, "--baseline", base, *trust, b)
        expect(status == 0 and "2 targets" in errors and entries(base) == {a: of_a, b: []}, errors, entries(base))
        expect(written(base, *trust, b)[0] == 0 and entries(base) == {b: []}, entries(base))
        # of the same target twice there is one line
        expect(written(base, *trust, a, b, a)[0] == 0 and entries(base) == {a: of_a, b: []}, entries(base))


def addresses_of_a_name(folder):
    """What each of them says is accepted, and that they do not agree."""
    base, port = os.path.join(folder, "base.json"), free_port()
    key, pem = certificate(folder)
    command = ["env", "OPENSSL_CONF=/dev/null", "openssl", "s_server", "-key", key, "-cert", pem, "-quiet", "-accept"]
    arguments = ("--ca-file", pem, "--all-addresses", "-o", os.devnull, "check.test:%d" % port)
    hosts = "127.0.0.1 check.test\n127.0.0.2 check.test\n"
    with check.Server([*command, "127.0.0.1:%d" % port, *OLD.split()], port):
        other = subprocess.Popen([*command, "127.0.0.2:%d" % port, *OLDER.split(), "-curves", "X25519"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL)
        time.sleep(0.5)
        try:
            got = check.check_with_hosts(folder, hosts, "--write-baseline", base, *arguments)
            if got is None:
                return
            then = check.check_with_hosts(folder, hosts, "--baseline", base, *arguments)
        finally:
            other.kill()
            other.wait()
    (of,) = entries(base).values()
    expect(got[0] == 0 and {t for rule, _, t in of if rule == "versions.allowed"} == {"accepted, and not allowed: " + v for v in ("TLS 1.1", "TLS 1.1, TLS 1.0")}, got, of)
    expect(then[0] == 0, then)


def places(folder):
    """Where it cannot be written is said before the first connection, where that can be known; and nothing is left lying around."""
    seen = []
    with check.Script(lambda connection, hello: seen.append(hello)) as script:
        here = "127.0.0.1:%d" % script.port
        work = os.path.join(folder, "work")
        os.mkdir(work)
        nowhere = os.path.join(work, "to-nowhere")
        os.symlink(os.path.join(work, "no", "such"), nowhere)
        for path, words in ((folder, "Is a directory"), (os.path.join(folder, "no", "base"), "No such file"), (nowhere, "No such file"),
                            (os.path.join(folder, "x" * 300), "File name too long"), (os.path.join(check.HANDLENS, "x"), "Not a directory")):
            status, errors = written(path, "--no-ca", here)
            expect(status == 2 and words in errors and "; " in errors, path, status, errors)
        base = os.path.join(work, "base")
        for arguments, words in ((("--write-baseline", base, "-o", base), "would be a baseline, and something else"),
                                 (("--baseline", base, "--report", "sarif=" + base), "would be a baseline, and something else"),
                                 (("--write-baseline", base, "--save-pcap", base), "would be a baseline, and something else"),
                                 (("--write-baseline", base, "--enumerate"), "nothing is judged"), (("--write-baseline", "-"), "--write-baseline takes FILE"),
                                 (("--write-baseline", base, "--baseline", base), "No such file")):
            status, out, errors = run(*arguments, "--no-ca", here)
            expect(status == 2 and words in errors and len(errors.splitlines()) == 1 and not os.path.exists(base), arguments, status, errors)
        expect(script.seen == 0 and os.listdir(work) == ["to-nowhere"], "it connected all the same", os.listdir(work))


def files_and_their_like(folder):
    old, pem = openssl_server(folder, OLD)
    work, base, link = (os.path.join(folder, *name) for name in (("work",), ("work", "base"), ("link",)))
    os.mkdir(work)
    os.symlink(base, link)
    arguments = ("--ca-file", pem, "--host", "check.test")

    def small_files():  # a disk that is full after a few bytes
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (16, 16))

    with old:
        here = "127.0.0.1:%d" % old.port
        with open(base, "w", encoding="ascii") as file:
            file.write("{}\n")
        os.chmod(base, 0o640)
        expect(written(link, *arguments, here)[0] == 0 and os.path.islink(link) and list(entries(base)) == [here], "a link")
        expect(stat.S_IMODE(os.stat(base).st_mode) == 0o640 and os.listdir(work) == ["base"], oct(os.stat(base).st_mode), os.listdir(work))
        before = whole(base)
        status, _, errors = run("--write-baseline", base, "-o", os.devnull, *arguments, here, preexec_fn=small_files)
        expect(status == 2 and "File too large" in errors and "was not written" in errors and len(errors.splitlines()) == 1, status, errors)
        expect(whole(base) == before and os.listdir(work) == ["base"], os.listdir(work))
        status, errors = written("/dev/full", *arguments, here)
        expect(status == 2 and "No space left on device; the baseline was not written" in errors, status, errors)
        status, _, errors = run("--write-baseline", os.devnull, *arguments, here)
        expect(status == 0 and stat.S_ISCHR(os.stat(os.devnull).st_mode), status, errors)
        new = os.path.join(work, "new")
        umask = os.umask(0o027)
        try:
            expect(written(new, *arguments, here)[0] == 0 and whole(new) == before and stat.S_IMODE(os.stat(new).st_mode) == 0o640, oct(os.stat(new).st_mode))
        finally:
            os.umask(umask)
        # standard output is a file, and would be replaced under its reader's hands
        with open(os.path.join(work, "out"), "wb") as out:
            p = subprocess.run([check.HANDLENS, "check", "--write-baseline", "/dev/stdout", *arguments, here], stdout=out, stderr=subprocess.PIPE, timeout=60)
        expect(p.returncode == 2 and b"name another file" in p.stderr and os.path.getsize(out.name) == 0, p.returncode, p.stderr)


if __name__ == "__main__":
    if not shutil.which("openssl"):
        print("skipped: openssl is not installed")
        sys.exit(77)
    sys.exit(cases.main(globals()))
