"""A systemd unit, read as far as the tests of ours need it."""
import re
import shlex
import subprocess


def read(path, instance):
    """[(key, value)] of all sections, with %i and %S put in."""
    pairs = []
    with open(path, encoding="utf-8") as file:
        for line in file:
            match = re.fullmatch(r"(\w+)=(.*)\n", line)
            if match:
                pairs.append((match.group(1), match.group(2).replace("%i", instance).replace("%S", "/var/lib")))
    return pairs


def last(unit, key):
    return [v for k, v in unit if k == key][-1]


def assignments(line):
    return dict(word.split("=", 1) for word in shlex.split(line))


def command(unit, file=""):
    """ExecStart's words. `file` is what the EnvironmentFile has: a variable without braces gives several words."""
    variables = {}
    for key, value in unit:
        if key == "Environment":
            variables.update(assignments(value))
    variables.update(line.split("=", 1) for line in file.splitlines() if line and line[0] not in "#;")
    words = []
    for word in last(unit, "ExecStart").split():
        words += shlex.split(variables.get(word[1:], "")) if word.startswith("$") else [word]
    return words


def system_calls(unit):
    """The names that SystemCallFilter leaves."""
    groups, name = {}, None
    p = subprocess.run(["systemd-analyze", "syscall-filter"], capture_output=True, text=True, check=True)
    for line in p.stdout.splitlines():
        if line.startswith("@"):
            name = line.strip()
        elif name and line.startswith("    ") and not line.strip().startswith("#"):
            groups.setdefault(name, []).append(line.strip())

    def members(word):
        return set().union(*map(members, groups[word])) if word.startswith("@") else {word}

    allowed = members("@default")
    for key, value in unit:
        if key == "SystemCallFilter":
            words = set().union(*map(members, value.lstrip("~").split()))
            allowed = allowed - words if value.startswith("~") else allowed | words
    return sorted(allowed)
