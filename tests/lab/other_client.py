"""What becomes of sessions, as openssl s_client sees it: is one resumed, may a client renegotiate? None: it cannot tell, as of a server that
it does not speak with."""
import os
import subprocess

from server_place import CLEAN, NAME

# Of protocols other than https, in its words.
STARTTLS = {"ftp": "ftp", "ldap": "ldap", "smtp": "smtp", "submission": "smtp", "imap": "imap", "pop3": "pop3", "sieve": "sieve", "postgres": "postgres",
            "mysql": "mysql", "xmpp": "xmpp"}
KINDS = {"psk": ["-tls1_3"], "ticket": ["-tls1_2"], "id": ["-tls1_2", "-no_ticket"]}
# Tickets of TLS 1.3 come behind the handshake, and so does what becomes of a renegotiation.
PATIENCE = 0.9  # s_server gives a client half a second to close


def s_client(row, place, *arguments, typed=""):
    command = ["openssl", "s_client", "-connect", "127.0.0.1:%d" % place.port, "-servername", NAME, "-cipher", "ALL:@SECLEVEL=0", *arguments]
    if row.protocol != "https":
        command += ["-starttls", STARTTLS[row.protocol]] + (["-xmpphost", NAME] if row.protocol == "xmpp" else ["-name", NAME] if row.protocol == "smtp" else [])
    quoted = " ".join("'%s'" % word for word in command)
    p = subprocess.run("(sleep %.1f; printf '%s'; sleep %.1f) | timeout 10 %s 2>&1" % (PATIENCE, typed, PATIENCE, quoted), shell=True, capture_output=True,
                       env=CLEAN)
    return p.stdout.decode(errors="replace")


def is_resumed(row, place, kind):
    path = place.path("session-" + kind)
    first = s_client(row, place, *KINDS[kind], "-sess_out", path)
    if "New, " not in first or (kind == "ticket" and "TLS session ticket:" not in first):  # else it is resumed by its id
        return False
    return os.path.exists(path) and "Reused, " in s_client(row, place, *KINDS[kind], "-sess_in", path)


def may_renegotiate(row, place):
    _, found, after = s_client(row, place, "-tls1_2", typed="R\\n").partition("RENEGOTIATING")
    return bool(found) and "verify return" in after


def sessions(row, place):
    """Those of KINDS that are taken back, and "renegotiation"."""
    return {kind for kind in KINDS if is_resumed(row, place, kind)} | ({"renegotiation"} if may_renegotiate(row, place) else set())
