"""Other scanners against the same servers, through a relay that counts their connections."""
import os
import re
import shutil
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from relay import Relay  # noqa: E402

# STARTTLS, in each tool's words.
SSLSCAN = {"smtp": ["--starttls-smtp"], "imap": ["--starttls-imap"], "pop3": ["--starttls-pop3"], "ftp": ["--starttls-ftp"],
           "ldap": ["--starttls-ldap"], "postgres": ["--starttls-psql"], "mysql": ["--starttls-mysql"], "xmpp": ["--starttls-xmpp"]}
TESTSSL = {"smtp": "smtp", "imap": "imap", "pop3": "pop3", "ftp": "ftp", "ldap": "ldap", "postgres": "postgres", "mysql": "mysql", "xmpp": "xmpp"}


def sslscan(port, protocol):
    if protocol != "https" and protocol not in SSLSCAN:
        return None
    return ["sslscan", "--no-colour", *SSLSCAN.get(protocol, []), "--sni-name=check.test", "127.0.0.1:%d" % port]


def testssl(port, protocol):
    """What an enumeration is in its words: protocols, suites per protocol, server's preferences, forward secrecy, server's defaults."""
    if protocol != "https" and protocol not in TESTSSL:
        return None
    return ["testssl", "--quiet", "--warnings", "batch", "--color", "0", "--nodns", "none", "-p", "-E", "-f", "-P", "-S",
            *(["-t", TESTSSL[protocol]] if protocol != "https" else []), *(["--xmpphost", "check.test"] if protocol == "xmpp" else []), "127.0.0.1:%d" % port]


def nmap(port, protocol):
    if protocol != "https":  # it knows STARTTLS by the number of the port
        return None
    return ["nmap", "-Pn", "-n", "-p", str(port), "--script", "+ssl-enum-ciphers", "127.0.0.1"]


TOOLS = {"sslscan": sslscan, "testssl": testssl, "nmap": nmap}
VERSION = {"sslscan": ["sslscan", "--version"], "testssl": ["testssl", "--version"], "nmap": ["nmap", "--version"]}


def run_all(port, protocol, seconds):
    """For each tool connections, seconds and whether it came to its end; None where it is not there, or does not speak the protocol."""
    results = {}
    for name, arguments in TOOLS.items():
        command = arguments(port, protocol) if shutil.which(name) else None
        results[name] = None
        if command is None:
            continue
        with Relay(port) as relay:
            command = arguments(relay.port, protocol)
            begin = time.monotonic()
            p = subprocess.run(["timeout", str(seconds), *command], stdin=subprocess.DEVNULL, capture_output=True)
            results[name] = (relay.count, time.monotonic() - begin, p.returncode != 124)
    return results


def cell(connections, seconds, finished):
    if finished and connections < 5:
        return "gave up"
    return "%d, %.1f s%s" % (connections, seconds, "" if finished else ", not finished")


def versions():
    for name, command in VERSION.items():
        if shutil.which(name):
            p = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
            found = re.search(r"\d+\.\d+(\.\d+)?", re.sub(r"\x1b\[[0-9;]*m", "", p.stdout + p.stderr))
            yield "%s %s" % (name, found.group() if found else "?")


def table(results):
    print("\n" + ", ".join(versions()))
    print("| server | handlens --enumerate | handlens, verdict | %s |" % " | ".join(TOOLS))
    print("| --- " * (3 + len(TOOLS)) + "|")
    for name, (connections, ms, verdict, verdict_ms), others in results:
        cells = [cell(*o) if o else "-" for o in others.values()]
        print("| %s | %d, %.2f s | %d, %.0f ms | %s |" % (name, connections, ms / 1000, verdict, verdict_ms, " | ".join(cells)))
