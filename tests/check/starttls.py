#!/usr/bin/env python3
"""handlens check of servers that want to be asked for TLS: one of each protocol, which OpenSSL's own client can talk to, too,
and those that refuse.

  HANDLENS=build/.../handlens starttls.py [NAME...]"""
import os
import shutil
import socket
import ssl
import struct
import subprocess
import sys
import threading

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import check as servers  # noqa: E402
from check import cases, expect  # noqa: E402
from relay import pump  # noqa: E402


def line(file):
    got = file.readline()
    if not got:
        raise ConnectionError
    return got.strip().decode()


def say(connection, text):
    connection.sendall(text.encode())


def smtp(connection, file, agrees):
    say(connection, "220-mail.test ESMTP\r\n220 ready\r\n")
    expect(line(file).upper().startswith(("EHLO ", "LHLO ")), "EHLO")
    say(connection, "250-mail.test\r\n250-SIZE 1000\r\n" + ("250-STARTTLS\r\n" if agrees else "") + "250 8BITMIME\r\n")
    expect(line(file) == "STARTTLS", "STARTTLS")
    say(connection, "220 2.0.0 go ahead\r\n")


def imap(connection, file, agrees):
    say(connection, "* OK [CAPABILITY IMAP4rev1] ready\r\n")
    tag, words = line(file).split(" ", 1)
    while words.upper() == "CAPABILITY":
        say(connection, "* CAPABILITY IMAP4rev1 STARTTLS\r\n%s OK done\r\n" % tag)
        tag, words = line(file).split(" ", 1)
    expect(words == "STARTTLS", words)
    say(connection, "* something else\r\n%s %s\r\n" % (tag, "OK begin" if agrees else "BAD no"))


def pop3(connection, file, agrees):
    say(connection, "+OK ready\r\n")
    expect(line(file) == "STLS", "STLS")
    say(connection, "+OK begin\r\n" if agrees else "-ERR no\r\n")


def ftp(connection, file, agrees):
    say(connection, "220-welcome\r\n220 ready\r\n")
    expect(line(file) == "AUTH TLS", "AUTH TLS")
    say(connection, "234 go\r\n" if agrees else "530 no\r\n")


def nntp(connection, file, agrees):
    say(connection, "200 ready\r\n")
    words = line(file)
    while words == "CAPABILITIES":
        say(connection, "101 list\r\nVERSION 2\r\nSTARTTLS\r\n.\r\n")
        words = line(file)
    expect(words == "STARTTLS", words)
    say(connection, "382 go\r\n" if agrees else "580 no\r\n")


def sieve(connection, file, agrees):
    say(connection, "\"IMPLEMENTATION\" \"test\"\r\n%sOK \"ready\"\r\n" % ("\"STARTTLS\"\r\n" if agrees else ""))
    expect(line(file) == "STARTTLS", "STARTTLS")
    say(connection, "OK \"begin\"\r\n")


def until(connection, end):
    got = b""
    while end not in got:
        more = connection.recv(4096)
        if not more:
            raise ConnectionError
        got += more
    return got


def xmpp(connection, file, agrees):
    head = until(connection, b"version='1.0'>")
    expect(b"to='" in head or b'to="' in head, head)
    say(connection, "<?xml version='1.0'?><stream:stream xmlns:stream='http://etherx.jabber.org/streams' xmlns='jabber:client' id='1' version='1.0'>"
        "<stream:features>%s</stream:features>" % ("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls>" if agrees else ""))
    until(connection, b"/>")
    say(connection, "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")


def ldap(connection, file, agrees):
    expect(b"1.3.6.1.4.1.1466.20037" in connection.recv(4096), "the request")
    body = bytes((0x02, 1, 1, 0x78, 7, 0x0a, 1, 0 if agrees else 53, 4, 0, 4, 0))
    connection.sendall(bytes((0x30, 0x84, 0, 0, 0, len(body))) + body)  # as Active Directory has lengths


def postgres(connection, file, agrees):
    expect(connection.recv(8) == struct.pack("!II", 8, 80877103), "SSLRequest")
    connection.sendall(b"S" if agrees else b"N")


def mysql(connection, file, agrees):
    low = 0xffff if agrees else 0xf7ff
    body = b"\x0a8.0.36\0" + struct.pack("<I", 7) + b"abcdefgh\0" + struct.pack("<HBHH", low, 33, 2, 0xffff) + bytes((21,)) + bytes(10) + b"ijklmnopqrst\0"
    connection.sendall(len(body).to_bytes(3, "little") + b"\0" + body)
    head = file.read(4)
    request = file.read(int.from_bytes(head[:3], "little"))
    expect(struct.unpack("<I", request[:4])[0] & 0x800, "SSLRequest")


def rdp(connection, file, agrees):
    request = connection.recv(4096)
    expect(request[0] == 3 and request[11] == 1 and request[15] & 1, request)
    confirm = bytes((2, 0, 8, 0, 1, 0, 0, 0)) if agrees else bytes((3, 0, 8, 0, 2, 0, 0, 0))
    connection.sendall(bytes((3, 0, 0, 19, 14, 0xd0, 0, 0, 0, 0, 0)) + confirm)


PROTOCOLS = {"smtp": (smtp, "smtp"), "submission": (smtp, "smtp"), "lmtp": (smtp, "lmtp"), "imap": (imap, "imap"), "pop3": (pop3, "pop3"),
             "ftp": (ftp, "ftp"), "nntp": (nntp, "nntp"), "sieve": (sieve, "sieve"), "xmpp": (xmpp, "xmpp"), "xmpp-server": (xmpp, "xmpp-server"),
             "ldap": (ldap, "ldap"), "postgres": (postgres, "postgres"), "mysql": (mysql, "mysql"), "rdp": (rdp, None)}


class Server:
    """Speaks a protocol, then TLS."""

    def __init__(self, folder, talk, agrees=True):
        key, self.pem = servers.certificate(folder)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(self.pem, key)
        self.context.minimum_version = ssl.TLSVersion.TLSv1_2
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port, self.talk, self.agrees, self.problem = self.socket.getsockname()[1], talk, agrees, None
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        connection.settimeout(10)
        try:
            self.talk(connection, connection.makefile("rb", buffering=0), self.agrees)
            self.secure(connection)
        except (OSError, ssl.SSLError, struct.error, IndexError):
            pass
        except AssertionError as error:
            self.problem = error
        finally:
            connection.close()

    def secure(self, connection):
        self.context.wrap_socket(connection, server_side=True).recv(1)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()


def packet(kind, data):
    return bytes((kind, 1)) + struct.pack("!H", len(data) + 8) + bytes(4) + data


def read_packet(file):
    head = file.read(8)
    if len(head) < 8:
        raise ConnectionError
    return file.read(struct.unpack("!H", head[2:4])[0] - 8)


def tds(connection, file, agrees):
    expect(read_packet(file)[-1] in (0, 1), "PRELOGIN")
    connection.sendall(packet(4, bytes((0, 0, 11, 0, 6, 1, 0, 17, 0, 1, 0xff, 15, 0, 0, 0, 0, 0, 1 if agrees else 2))))


class TdsServer(Server):
    """Records of the handshake lie in packets."""

    def secure(self, connection):
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = self.context.wrap_bio(incoming, outgoing, server_side=True)
        file = connection.makefile("rb")
        while True:
            incoming.write(read_packet(file))
            try:
                tls.do_handshake()
                return
            except ssl.SSLWantReadError:
                pass
            finally:
                data = outgoing.read()
                for at in range(0, len(data), 4088):
                    connection.sendall(packet(0x12, data[at:at + 4088]))


def one(server, scheme, pem):
    status, out, errors = servers.check("--format", "json", "--ca-file", pem, "--sni", "check.test", "%s://127.0.0.1:%d" % (scheme, server.port))
    expect(server.problem is None, scheme, server.problem)
    return status, servers.json.loads(out)["handlens"]["check"], errors


def each_protocol(folder):
    for scheme, (talk, openssl_name) in {**PROTOCOLS, "tds": (tds, None)}.items():
        with (TdsServer if talk is tds else Server)(folder, talk) as server:
            status, told, errors = one(server, scheme, server.pem)
            verdicts = {v["rule"]: v["result"] for v in told["verdicts"]}
            expect(told["status"] != "unreachable" and verdicts["versions.required"] == "pass" and verdicts["certificate.name"] == "pass",
                   scheme, told, errors)
            expect(told["connections"] > 5, scheme, told["connections"])
            if openssl_name is None:
                continue  # the server is held against another client, too
            p = subprocess.run(["openssl", "s_client", "-connect", "127.0.0.1:%d" % server.port, "-starttls", openssl_name, "-brief"], input=b"",
                               capture_output=True, timeout=20)
            expect(b"CONNECTION ESTABLISHED" in p.stderr, openssl_name, p.stderr)


def refusals_are_told(folder):
    for scheme, (talk, _) in {**PROTOCOLS, "tds": (tds, None)}.items():
        with Server(folder, talk, agrees=False) as server:
            status, told, errors = one(server, scheme, server.pem)
            expect(status == 3 and told["status"] == "unreachable" and "refuses to begin TLS" in told["why"], scheme, status, told)
            expect(told["connections"] == 1, scheme, told)


def a_proxy_between(folder):
    """HTTP CONNECT, to a server and to one that wants to be asked for TLS; and proxies that say no."""
    for scheme, talk in (("https", lambda connection, file, agrees: None), ("smtp", smtp)):
        with Server(folder, talk) as server:
            def connect(connection, file, agrees):
                words = line(file).split()
                expect(words[0] == "CONNECT" and words[1] == "127.0.0.1:%d" % server.port, words)
                while line(file):
                    pass
                connection.sendall(b"HTTP/1.1 200 Connection established\r\nVia: test\r\n\r\n" if agrees else b"HTTP/1.1 403 Forbidden\r\n\r\n")
                if not agrees:
                    return
                with socket.create_connection(("127.0.0.1", server.port)) as other:
                    back = threading.Thread(target=pump, args=(other, connection), daemon=True)
                    back.start()
                    pump(connection, other)
                    back.join(10)

            for agrees in (True, False):
                with Server(folder, connect, agrees) as proxy:
                    proxy.secure = lambda connection: None
                    status, out, errors = servers.check("--format", "json", "--ca-file", server.pem, "--sni", "check.test", "--proxy",
                                                        "127.0.0.1:%d" % proxy.port, "%s://127.0.0.1:%d" % (scheme, server.port))
                told = servers.json.loads(out)["handlens"]["check"]
                expect(proxy.problem is None and server.problem is None, proxy.problem, server.problem)
                if agrees:
                    verdicts = {v["rule"]: v["result"] for v in told["verdicts"]}
                    expect(told["connections"] > 5 and verdicts["certificate.name"] == "pass", told)
                else:
                    expect(status == 3 and told["why"] == "the proxy refuses: HTTP/1.1 403 Forbidden", told)


def those_that_do_not_speak_it(folder):
    """Each protocol against a server of another kind: it ends, soon, and says why."""
    def silence(connection, file, agrees):
        connection.recv(100)

    def noise(connection, file, agrees):
        connection.sendall(bytes(range(256)) * 1000)

    def endless(connection, file, agrees):
        while True:
            connection.sendall(b"250-more\r\n" * 1000)

    for talk in (silence, noise, endless):
        for scheme in list(PROTOCOLS) + ["tds"]:
            with Server(folder, talk) as server:
                status, out, errors = servers.check("--timeout", "500ms", "--no-ca", "--format", "json", "%s://127.0.0.1:%d" % (scheme, server.port))
                told = servers.json.loads(out)["handlens"]["check"]
                expect(status == 3 and told["status"] == "unreachable" and told["why"], talk.__name__, scheme, status, told)


if __name__ == "__main__":
    if not shutil.which("openssl"):
        print("skipped: openssl is not installed")
        sys.exit(77)
    sys.exit(cases.main(globals()))
