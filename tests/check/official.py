"""Reports held against the schemas that others publish. Those are not part of this project: the environment names files that hold them.

  HANDLENS_SARIF_SCHEMA  the JSON schema of SARIF 2.1.0, as OASIS publishes it
  HANDLENS_JUNIT_XSD     XSDs of JUnit's XML with the root <testsuites>, a colon between two: junit-10.xsd of Jenkins' xUnit plugin, JUnit.xsd of Ant's reports

Says in a line of its own what is not validated, once a run."""
import json
import os
import shutil
import subprocess

from cases import expect

try:
    import jsonschema
except ImportError:
    jsonschema = None

SARIF = os.environ.get("HANDLENS_SARIF_SCHEMA")
JUNIT = [path for path in os.environ.get("HANDLENS_JUNIT_XSD", "").split(":") if path]
XMLLINT = shutil.which("xmllint")
counts = {"SARIF": 0, "JUnit": 0}


def why_not(wanted, variable, tool, package):
    return None if wanted and tool else "%s names no file" % variable if not wanted else "%s is not installed" % package


WHY_NOT = {"SARIF": why_not(SARIF, "HANDLENS_SARIF_SCHEMA", jsonschema, "python3-jsonschema"),
           "JUnit": why_not(JUNIT, "HANDLENS_JUNIT_XSD", XMLLINT, "xmllint (libxml2-utils)")}
VALIDATOR = None
if not WHY_NOT["SARIF"]:
    with open(SARIF, encoding="utf-8") as _file:
        _schema = json.load(_file)
    _class = jsonschema.validators.validator_for(_schema)
    VALIDATOR = _class(_schema, format_checker=jsonschema.FormatChecker())
for _name, _why in WHY_NOT.items():
    if _why:
        print("skipped: %s is not held against its official schema: %s" % (_name, _why), flush=True)


def sarif(log):
    if VALIDATOR is None:
        return
    wrong = ["%s: %s" % ("/".join(map(str, e.absolute_path)), e.message[:300]) for e in VALIDATOR.iter_errors(log)]
    expect(not wrong, SARIF, *wrong)
    counts["SARIF"] += 1


def junit(path):
    for xsd in JUNIT if XMLLINT else ():
        p = subprocess.run([XMLLINT, "--noout", "--nonet", "--schema", xsd, path], capture_output=True)
        expect(p.returncode == 0, xsd, p.stderr.decode())
        counts["JUnit"] += 1


def tell():
    """What was validated, behind the cases."""
    for name, count in counts.items():
        if not WHY_NOT[name]:
            print("%d times: %s held against its official schema%s" % (count, name, "s" if name == "JUnit" and len(JUNIT) > 1 else ""))
