#!/usr/bin/env python3
"""handlens check --enumerate: what it finds is what the server was told to take, item by item.

  HANDLENS=build/.../handlens enumerate.py [NAME...]

tests/lab/servers.py --beside counts connections beside those of other scanners."""
import os
import shutil
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import check as servers  # noqa: E402
from check import cases, expect  # noqa: E402

VERSIONS = ["TLS 1.3", "TLS 1.2", "TLS 1.1", "TLS 1.0", "SSL 3.0", "SSL 2.0"]
GROUPS = {"X25519": "x25519", "P-256": "secp256r1", "P-384": "secp384r1", "P-521": "secp521r1", "X448": "x448"}
TLS13 = ["TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_GCM_SHA256"]


def openssl_suites(ciphers, key, version):
    """IANA's names of what this list means for a server with such a key."""
    p = subprocess.run(["openssl", "ciphers", "-s", "-stdname", "-" + version, ciphers], capture_output=True, text=True, check=True,
                       env=dict(os.environ, OPENSSL_CONF="/dev/null"))
    kind = "_ECDSA_" if not key.startswith("rsa") else "RSA"
    names = [line.split()[0] for line in p.stdout.splitlines()]
    return {n for n in names if n not in TLS13 and (kind in n.split("_WITH_")[0] + "_" or "_anon_" in n) and "PSK" not in n and "SRP" not in n}


# Arguments of the server, its key, what must be found: versions, TLS 1.3 suites, the older list, groups, whose order, features.
ROWS = [
    ("modern", "-tls1_3 -curves X25519:P-256", "P-256",
     {"versions": ["TLS 1.3"], "tls13": TLS13, "groups": ["X25519", "P-256"], "order": "client"}),
    ("intermediate", "-min_protocol TLSv1.2 -serverpref -cipher ECDHE+AESGCM:ECDHE+CHACHA20 -curves X25519:P-256:P-384", "rsa:2048",
     {"versions": ["TLS 1.3", "TLS 1.2"], "tls13": TLS13, "ciphers": "ECDHE+AESGCM:ECDHE+CHACHA20", "groups": ["X25519", "P-256", "P-384"],
      "order": "server", "features": {"extended_master_secret": "yes", "secure_renegotiation": "yes", "compression": "no", "staple": "no"}}),
    ("intermediate, ECDSA", "-min_protocol TLSv1.2 -cipher ECDHE+AESGCM -ciphersuites TLS_AES_128_GCM_SHA256 -curves P-256", "P-256",
     {"versions": ["TLS 1.3", "TLS 1.2"], "tls13": ["TLS_AES_128_GCM_SHA256"], "ciphers": "ECDHE+AESGCM", "groups": ["P-256"], "order": "client"}),
    ("TLS 1.2, ECDSA", "-tls1_2 -cipher ECDHE+AESGCM -curves X25519:P-256:P-384", "P-256",  # no group is taken without the certificate's
     {"versions": ["TLS 1.2"], "tls13": [], "ciphers": "ECDHE+AESGCM", "groups": ["X25519", "P-256", "P-384"], "order": "client"}),
    ("ChaCha20 for those who want it", "-min_protocol TLSv1.2 -serverpref -prioritize_chacha -cipher ECDHE+AESGCM:ECDHE+CHACHA20 "
     "-ciphersuites TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256", "rsa:2048",
     {"versions": ["TLS 1.3", "TLS 1.2"], "tls13": TLS13[1:], "ciphers": "ECDHE+AESGCM:ECDHE+CHACHA20", "order": "server"}),
    ("legacy", "-min_protocol TLSv1 -cipher ALL:!PSK:!SRP@SECLEVEL=0 -serverpref -curves P-256:P-521:X448", "rsa:2048",
     {"versions": ["TLS 1.3", "TLS 1.2", "TLS 1.1", "TLS 1.0"], "tls13": TLS13, "ciphers": "ALL:!PSK:!SRP@SECLEVEL=0",
      "groups": ["P-256", "P-521", "X448"], "order": "server", "features": {"encrypt_then_mac": "yes", "fallback_scsv": "yes"}}),
    ("one suite of CBC", "-tls1_2 -cipher AES128-SHA", "rsa:2048",
     {"versions": ["TLS 1.2"], "tls13": [], "ciphers": "AES128-SHA", "groups": [], "features": {"encrypt_then_mac": "yes", "session_ticket": "yes"}}),
    ("protocols", "-tls1_3 -alpn http/1.1,h2", "P-256", {"versions": ["TLS 1.3"], "tls13": TLS13, "protocols": {"h2", "http/1.1"}}),
    ("groups of others", "-tls1_3 -curves X448", "P-256", {"versions": ["TLS 1.3"], "tls13": TLS13, "groups": ["X448"], "open": True}),
    ("groups of others, before", "-tls1_2 -cipher ECDHE+AESGCM -curves X448:P-521", "rsa:2048",
     {"versions": ["TLS 1.2"], "tls13": [], "ciphers": "ECDHE+AESGCM", "groups": ["X448", "P-521"]}),
    ("a client certificate", "-tls1_3 -verify 1", "P-256", {"versions": ["TLS 1.3"], "tls13": TLS13, "features": {"client_certificate": "yes"}}),
]


def enumerated(port, pem, *arguments):
    status, out, errors = servers.check("--format", "json", "--enumerate", "--ca-file", pem, "--connect", "127.0.0.1:%d" % port, *arguments, "check.test")
    expect(out, errors)
    document = servers.json.loads(out)
    servers.validate(document, "the inventory", "check.schema.json")
    told = document["handlens"]["check"]
    return status, told, told["inventory"]


def names(listed):
    return [c["name"] for c in listed["list"]]


def compare(name, inventory, wanted, key):
    accepted = {v["version"]["name"]: v for v in inventory["versions"]}
    expect([v for v in VERSIONS if accepted[v]["accepted"] == "yes"] == wanted["versions"], name, {v: accepted[v]["accepted"] for v in accepted})
    for version in wanted["versions"]:
        found = names(accepted[version]["cipher_suites"])
        if version == "TLS 1.3":
            expect(set(found) == set(wanted["tls13"]), name, version, found)
        else:
            expected = openssl_suites(wanted["ciphers"], key, "tls" + version[4:].replace(".", "_") if version != "TLS 1.0" else "tls1")
            expect(set(found) == expected, name, version, "missing", expected - set(found), "too much", set(found) - expected)
        expect(len(found) == len(set(found)) and accepted[version]["cipher_suites"]["complete"], name, version)
    if "order" in wanted:
        expect({accepted[v]["order"] for v in wanted["versions"] if len(names(accepted[v]["cipher_suites"])) > 1} == {wanted["order"]}, name, "order")
    for listed, on in (("groups_tls13", "TLS 1.3" in wanted["versions"]), ("groups_older", "ECDHE" in wanted.get("ciphers", "") or "ALL" in wanted.get("ciphers", ""))):
        if "groups" in wanted and on:
            expect(set(names(inventory[listed])) == {GROUPS[g] for g in wanted["groups"]}, name, listed, names(inventory[listed]))
    if "protocols" in wanted:
        expect(set(inventory["protocols"]) == wanted["protocols"], name, inventory["protocols"])
    for feature, state in wanted.get("features", {}).items():
        expect(inventory["features"][feature]["state"] == state, name, feature, inventory["features"])
    expect(bool(inventory["certificates"]) != wanted.get("open", False), name, "certificates")


def what_is_found_is_what_was_set(folder):
    for name, arguments, key, wanted in ROWS:
        server, pem = servers.openssl_server(folder, "-www " + arguments, key=key)
        with server:
            begin = time.monotonic()
            status, told, inventory = enumerated(server.port, pem)
            took = time.monotonic() - begin
        compare(name, inventory, wanted, key)
        print("  %-22s %3d connections, %.2f s" % (name, told["connections"], took))
        expect(status == (3 if wanted.get("open") else 0), name, status, told)


def whose_clients(folder):
    """The CAs of clients are named, the first ones of many, in both forms of the request."""
    ca = os.path.join(folder, "ca.pem")
    with open(ca, "w", encoding="ascii") as file:
        for name in ("one, two", "b", "c", "d", "e"):
            _, pem = servers.certificate(folder, name=name.replace(", ", "-"), key="P-256")
            subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "/dev/null", "-out", pem,
                            "-subj", "/CN=" + name], check=True, capture_output=True)
            with open(pem, encoding="ascii") as one:
                file.write(one.read())
    for version in ("-tls1_2", "-tls1_3"):
        server, pem = servers.openssl_server(folder, "-www %s -verify 1 -CAfile %s" % (version, ca), key="P-256")
        with server:
            _, _, inventory = enumerated(server.port, pem)
        asked = inventory["features"]["client_certificate"]
        expect(asked == {"state": "yes", "text": "of CN=one\\, two; CN=b; CN=c; and 2 more"}, version, asked)


def gnutls(folder):
    if not shutil.which("gnutls-serv"):
        print("skipped: gnutls-serv is not installed")
        return
    priority = ("NONE:+VERS-TLS1.2:+VERS-TLS1.0:+AES-128-CBC:+AES-256-GCM:+SHA1:+AEAD:+ECDHE-RSA:+RSA:+SIGN-RSA-SHA256:+SIGN-RSA-PSS-RSAE-SHA512:"
                "+COMP-NULL:+GROUP-SECP384R1:%SERVER_PRECEDENCE")
    server, pem = servers.gnutls_server(folder, priority)
    with server:
        status, told, inventory = enumerated(server.port, pem)
    accepted = {v["version"]["name"]: v for v in inventory["versions"]}
    expect([v for v in VERSIONS if accepted[v]["accepted"] == "yes"] == ["TLS 1.2", "TLS 1.0"], accepted)
    expect(set(names(accepted["TLS 1.2"]["cipher_suites"])) == {"TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
                                                              "TLS_RSA_WITH_AES_128_CBC_SHA", "TLS_RSA_WITH_AES_256_GCM_SHA384"}, accepted["TLS 1.2"])
    expect(set(names(accepted["TLS 1.0"]["cipher_suites"])) == {"TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", "TLS_RSA_WITH_AES_128_CBC_SHA"}, accepted["TLS 1.0"])
    expect(names(inventory["groups_older"]) == ["secp384r1"] and accepted["TLS 1.2"]["order"] == "server", inventory)
    expect(set(names(inventory["signature_schemes_older"])) == {"rsa_pkcs1_sha256", "rsa_pss_rsae_sha512"}, inventory["signature_schemes_older"])


def it_finds_the_same_each_time(folder):
    server, pem = servers.openssl_server(folder, "-www " + ROWS[3][1])
    with server:
        told = {servers.json.dumps(enumerated(server.port, pem)[2], sort_keys=True) for _ in range(20)}
    expect(len(told) == 1, told)


def with_a_policy_it_finds_the_same(folder):
    server, pem = servers.openssl_server(folder, "-www " + ROWS[1][1])
    with server:
        alone, beside = enumerated(server.port, pem)[2], enumerated(server.port, pem, "--policy", "mozilla-intermediate")[2]
    expect(alone == beside, alone, beside)


def hostile_servers(folder):
    for name, act, words in servers.HOSTILE:
        with servers.Script(act) as script:
            status, out, errors = servers.check("--format", "json", "--enumerate", "--timeout", "300ms", "--no-ca", "127.0.0.1:%d" % script.port)
        expect(status == 3, name, status, out)


if __name__ == "__main__":
    if not shutil.which("openssl"):
        print("skipped: openssl is not installed")
        sys.exit(77)
    sys.exit(cases.main(globals()))
