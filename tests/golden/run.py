#!/usr/bin/env python3
"""Runs handlens as a person would and compares what it prints, byte by byte.

  HANDLENS=build/.../handlens run.py [--update] [NAME...]

A folder is a case: `arguments` is the command line (run in the project's root),
`output` what must come on standard output, `errors` on standard error, `status`
the exit status (0 where the file is missing). JSON is stored one value a line,
so that a change can be read, and is validated against docs/handshake.schema.json.
--update writes what handlens prints now: read the difference before you commit it.
"""
import json
import os
import shlex
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.normpath(os.environ.get("SOURCE_DIR", os.path.join(HERE, "..", "..")))
HANDLENS = os.path.abspath(os.environ.get("HANDLENS", "handlens"))

# Whom to trust is the same on every machine: the root of the captures.
ENVIRONMENT = dict(os.environ, SSL_CERT_FILE=os.path.join(ROOT, "pcaps", "lab-ca.pem"), SSL_CERT_DIR="")

try:
    import jsonschema
except ImportError:
    jsonschema = None


def unique_keys(pairs):
    keys = [k for k, _ in pairs]
    if len(keys) != len(set(keys)):
        raise ValueError("duplicate key in %s" % keys)
    return dict(pairs)


def read(folder, name, default=""):
    path = os.path.join(folder, name)
    return open(path, encoding="utf8").read() if os.path.exists(path) else default


def pretty(text, validator):
    """JSON lines as they are stored, and complaints of the schema."""
    out, complaints = [], []
    for line in text.splitlines():
        document = json.loads(line, object_pairs_hook=unique_keys)
        if validator:
            complaints += ["%s: %s" % ("/".join(map(str, e.path)), e.message[:200]) for e in validator.iter_errors(document)]
        out.append(json.dumps(document, indent=1, ensure_ascii=False))
    return "\n".join(out) + ("\n" if out else ""), complaints


def for_certificates(schema):
    """Of a decoded file: the same document, without a handshake around it."""
    schema = json.loads(json.dumps(schema))
    handlens = schema["properties"]["handlens"]
    for part in (schema, handlens, schema["properties"]["tls"], handlens["properties"]["verification"]):
        part["required"] = []
    return schema


def run_case(folder, validators, update):
    arguments = shlex.split(read(folder, "arguments"))
    validator = validators.get(arguments[0], validators["read"]) if validators else None
    p = subprocess.run([HANDLENS] + arguments, cwd=ROOT, capture_output=True, timeout=120, stdin=subprocess.DEVNULL,
                       env=ENVIRONMENT)
    output, errors, status = p.stdout.decode("utf8"), p.stderr.decode("utf8"), "%d\n" % p.returncode
    complaints = []
    if "json" in arguments or "--format=json" in arguments:
        output, complaints = pretty(output, validator)
    for name, text, usual in (("output", output, ""), ("errors", errors, ""), ("status", status, "0\n")):
        path = os.path.join(folder, name)
        if update and text != usual:
            with open(path, "w", encoding="utf8") as file:
                file.write(text)
        elif update and os.path.exists(path):
            os.remove(path)
        expected = read(folder, name, usual)
        if text != expected:
            a, b = expected.splitlines(), text.splitlines()
            at = next((i for i, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b)))
            complaints.append("%s differs in line %d:\n      expected %s\n      now      %s" % (
                name, at + 1, a[at] if at < len(a) else "(end)", b[at] if at < len(b) else "(end)"))
    return complaints


def main():
    update = "--update" in sys.argv
    wanted = [a for a in sys.argv[1:] if not a.startswith("-")]
    cases = sorted(d for d in os.listdir(HERE) if os.path.exists(os.path.join(HERE, d, "arguments")))
    cases = [c for c in cases if not wanted or c in wanted]
    validators = None
    if jsonschema:
        with open(os.path.join(ROOT, "docs", "handshake.schema.json"), encoding="utf8") as file:
            schema = json.load(file)
        jsonschema.Draft7Validator.check_schema(schema)
        with open(os.path.join(ROOT, "docs", "explain.schema.json"), encoding="utf8") as file:
            explain = json.load(file)
        jsonschema.Draft7Validator.check_schema(explain)
        validators = {"read": jsonschema.Draft7Validator(schema), "explain": jsonschema.Draft7Validator(explain),
                      "decode": jsonschema.Draft7Validator(for_certificates(schema))}
    failed = 0
    for case in cases:
        complaints = run_case(os.path.join(HERE, case), validators, update)
        failed += bool(complaints)
        for complaint in complaints:
            print("%s: %s" % (case, complaint))
    print("%d cases, %d failed%s" % (len(cases), failed, "" if validators else "; not validated: no jsonschema module"))
    return 1 if failed or not cases else 0


if __name__ == "__main__":
    sys.exit(main())
