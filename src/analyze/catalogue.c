#include "analyze/catalogue.h"

#include <string.h>

#define ROW(name, severity, title, why, change, section) \
    [FINDING_##name] = { CODE_##name, HL_##severity, title, why, change, section }

#define X(name, text) static const char CODE_##name[] = text;
FINDINGS(X)
#undef X

static const struct finding_info rows[FINDING_COUNT] = {
    ROW(CERTIFICATE_EXPIRED, HIGH, "a certificate has expired",
        "A certificate of the chain was past its end when the handshake took place. Clients that check it refuse the "
        "connection with certificate_expired (45). Where an intermediate has expired, some clients find another "
        "path and others do not, so that the failure looks random.",
        "Renew the certificate and reload the server; when an intermediate has expired, install the chain that the CA "
        "hands out today. nginx: ssl_certificate (leaf first, then the intermediates); Apache: SSLCertificateFile; "
        "HAProxy: the file behind crt. A program that still shows the old one was not reloaded. When every "
        "certificate seems expired, look at the clock of the machine that captured.",
        "RFC 5280, 4.1.2.5"),
    ROW(CERTIFICATE_NOT_YET_VALID, HIGH, "a certificate is not valid yet",
        "The handshake took place before the certificate's first second. It was installed too early, or the clock of "
        "its maker, of the client or of the capturing machine is wrong.",
        "Check the clocks first (chronyc tracking, timedatectl). Ask the CA for certificates that begin to be valid an "
        "hour before they are issued.",
        "RFC 5280, 4.1.2.5"),
    ROW(CERTIFICATE_NAME_MISMATCH, HIGH, "the certificate is for another name",
        "None of the names in the certificate's subjectAltName is the one that the client asked for. The common name "
        "does not count, a wildcard stands for one whole label, and an IP address must be an iPAddress. Clients refuse "
        "it with bad_certificate (42) or certificate_unknown (46).",
        "Ask for a certificate with that name, or let the client ask for a name that it has. When the server has several "
        "certificates, its choice went wrong: nginx: server_name; Apache: ServerName and ServerAlias; HAProxy: strict-sni "
        "shows the mistake. A client that sends no server_name gets the default one.",
        "RFC 9525, 6"),
    ROW(CERTIFICATE_SELF_SIGNED, HIGH, "the certificate vouches for itself",
        "The certificate is signed with its own key and is not in the trust store: nobody else says that it belongs to "
        "the server. Often it is the one that a package made at its installation.",
        "Install a certificate of a CA that the clients trust, or hand this one to the clients as their trust anchor "
        "(curl --cacert; Java: keytool -importcert). To judge it as trusted here: --ca-file FILE.",
        "RFC 5280, 6.1"),
    ROW(CERTIFICATE_UNTRUSTED_ISSUER, HIGH, "the chain leads to a root that is not trusted",
        "The chain is complete, or only its root is left out, as usual; but that root is not in the trust store. "
        "It may be a private CA, a proxy that inspects traffic, or a CA that was removed from the stores.",
        "When it is your own CA: install its root on the clients, and give it to handlens with --ca-file. "
        "When the issuer named is an intermediate: the server must send it, too. "
        "When you know neither: find out who sits in between.",
        "RFC 5280, 6.1.1 (d)"),
    ROW(CERTIFICATE_CHAIN_INCOMPLETE, HIGH, "an intermediate certificate is missing",
        "The server sent its certificate, but not the certificate of the CA that issued it. Browsers that have seen "
        "the intermediate elsewhere, or fetch it, accept this; curl, Java, mobile clients and other servers "
        "do not: unknown_ca (48).",
        "Append the intermediate to the server's certificate file. nginx: ssl_certificate needs leaf and intermediates in "
        "one file (fullchain.pem, not cert.pem); Apache: the same in SSLCertificateFile; HAProxy: in the crt file. "
        "Where the issuer is a private root itself, nothing is missing: trust it with --ca-file.",
        "RFC 5246, 7.4.2; RFC 8446, 4.4.2"),
    ROW(CERTIFICATE_REVOKED, CRITICAL, "a certificate was revoked",
        "Its issuer took the certificate back before the handshake took place, as its OCSP response or CRL says: the "
        "key may be in other hands.",
        "Take the certificate out of service now, make a new key, and have a new certificate issued.",
        "RFC 5280, 5; RFC 6960"),
    ROW(CERTIFICATE_WEAK, HIGH, "a certificate is signed weakly, or has a weak key",
        "A signature with MD5 or SHA-1 can be forged for a price, a short key can be broken. Clients of today refuse "
        "both (OpenSSL at its usual security level: 'ee key too small', 'ca md too weak').",
        "Have it issued again with SHA-256 and an RSA key of at least 2048 bits or a P-256 key.",
        "RFC 9325, 4.5; RFC 9155"),
    ROW(CERTIFICATE_SIGNATURE_WRONG, CRITICAL, "a certificate was not signed by its issuer",
        "The certificate names an issuer, and that issuer's key did not sign it. Either it was forged or changed, or two CAs "
        "share one name: a root that was made anew with the same name and another key is the usual case.",
        "Compare the SHA-256 of issuer and certificate with what the CA publishes. With a private CA that was set up "
        "again: install the new root everywhere, or issue the certificate anew.",
        "RFC 5280, 6.1.3 (a)"),
    ROW(CERTIFICATE_WRONG_PURPOSE, HIGH, "a certificate is not meant for this",
        "keyUsage or extendedKeyUsage does not allow what the certificate is used for: a server needs serverAuth, a "
        "client clientAuth, and an issuing CA with a list must have that purpose in it, too. Clients: "
        "unsupported_certificate (43) or certificate_unknown (46).",
        "Have it issued with the right extendedKeyUsage. Certificates made for S/MIME or signing code do not do "
        "for TLS. Public CAs no longer put clientAuth into server certificates: take one of a private CA for clients.",
        "RFC 5280, 4.2.1.3 and 4.2.1.12"),
    ROW(CERTIFICATE_CONSTRAINT_VIOLATED, HIGH, "an issuer had no right to issue",
        "A certificate of the path was issued by one that may not issue, or not this: it is no CA, may have no CAs below it, "
        "or may not issue for such names (name constraints).",
        "Issue from a CA whose basicConstraints, keyUsage and nameConstraints allow it.",
        "RFC 5280, 4.2.1.9 and 4.2.1.10"),
    ROW(CERTIFICATE_MALFORMED, HIGH, "a certificate breaks the rules of its format",
        "Clients refuse certificates that they cannot read for sure: a broken or repeated extension, an extension that is "
        "critical but not known, dates that are none, two different signature algorithms. What one library accepts, "
        "another may not.",
        "Have it issued again; tell the CA, or mend the program that issues, with the check's name.",
        "RFC 5280, 4"),
    ROW(CERTIFICATE_UNVERIFIABLE, MEDIUM, "a signature could not be checked here",
        "The chain would be trusted, but one of its signatures uses an algorithm or a key that this build of handlens "
        "cannot check. That says nothing against it.",
        "Check it with another tool: openssl verify.",
        "RFC 5280, 6.1.3 (a)"),
    ROW(CERTIFICATE_EXPIRES_SOON, MEDIUM, "the certificate expires soon",
        "There is little time left, so automatic renewal should have happened already.",
        "Renew it; look at why that did not happen by itself (certbot renew --dry-run, journalctl -u certbot).",
        "RFC 5280, 4.1.2.5"),
    ROW(CERTIFICATE_PROFILE, INFO, "a certificate departs from its profile",
        "Something in it is not as RFC 5280 or the Baseline Requirements of the CA/Browser Forum want it, but clients do "
        "not mind.",
        "Mend it when it is issued the next time.",
        "RFC 5280, 4; CABF BR 7"),
    ROW(CHAIN_TOO_LONG, MEDIUM, "the chain is too long",
        "More certificates follow each other than clients follow.",
        "Issue from a CA nearer to the root.",
        "RFC 5280, 6"),
    ROW(CHAIN_BUDGET_EXCEEDED, MEDIUM, "the chain takes too much work to judge",
        "The certificates allow so many paths, or hold so many names and constraints, that judging them was given up. "
        "Chains that somebody wants to be trusted are not like that; attacks on verifiers are.",
        "Send the leaf and its intermediates, and nothing else.",
        "RFC 5280, 6"),
    ROW(CHAIN_WRONG_ORDER, MEDIUM, "the chain is in the wrong order",
        "Each certificate must certify the one before it. Many clients sort for themselves; strict ones do not, and TLS "
        "before 1.3 does not allow it.",
        "Put the leaf first, then its issuer, then that one's issuer, into the certificate file.",
        "RFC 5246, 7.4.2; RFC 8446, 4.4.2"),
    ROW(CHAIN_DUPLICATE, LOW, "a certificate is sent twice",
        "It costs bytes in every handshake and helps nobody.",
        "Take it out of the certificate file.",
        "RFC 5246, 7.4.2"),
    ROW(CHAIN_UNRELATED, LOW, "a certificate is sent that does not belong to the chain",
        "It is on no path from the server's certificate to a root: left over from an earlier CA, mostly. It costs bytes in "
        "every handshake.",
        "Take it out of the certificate file.",
        "RFC 5246, 7.4.2"),
    ROW(CHAIN_ROOT_SENT, INFO, "the root is sent, which is not needed",
        "A client trusts a root because it has it, not because it was sent. It costs bytes in every handshake, and may push "
        "the first flight over what TCP sends at once.",
        "Take the root out of the certificate file.",
        "RFC 5246, 7.4.2; RFC 8446, 4.4.2"),
    ROW(CRL_UNUSABLE, LOW, "a CRL at hand does not count",
        "A CRL of the issuer was given, but it cannot be relied upon, so revocation was not checked with it.",
        "Fetch the current CRL from the certificate's distribution point.",
        "RFC 5280, 6.3"),
    ROW(OCSP_STAPLE_MISSING, HIGH, "the certificate asks for a stapled OCSP response, and there is none",
        "The certificate has the TLS feature status_request (must-staple). A client that heeds it refuses the connection "
        "when the server sends no response.",
        "Switch stapling on (nginx: ssl_stapling on; Apache: SSLUseStapling on) and let the server reach its CA's "
        "responder; or have the certificate issued without must-staple.",
        "RFC 7633, 4"),
    ROW(OCSP_STAPLE_OTHER_CERTIFICATE, HIGH, "the stapled OCSP response is about another certificate",
        "The response has another serial number or another issuer than the certificate it came with: it says nothing "
        "about this one. Clients refuse it or ignore it.",
        "Remove the stored response and let the server fetch a new one; give each certificate its own file.",
        "RFC 6960, 3.2"),
    ROW(OCSP_STAPLE_STALE, MEDIUM, "the stapled OCSP response is out of date",
        "A newer one was due before the handshake took place: the server no longer reaches the responder, or nobody "
        "renews the file. Clients ignore it or refuse the connection.",
        "Let the server reach the responder (OCSP URL of the certificate, DNS resolver in nginx), or renew the file.",
        "RFC 6960, 3.2 and 4.2.2.1"),
    ROW(OCSP_STAPLE_FORGED, HIGH, "the stapled OCSP response is not from the issuer",
        "Its signature is wrong, or made by somebody who may not speak for the issuer.",
        "Fetch a new one from the issuer's responder. A delegate needs a certificate of the same issuer with "
        "OCSPSigning in its extendedKeyUsage.",
        "RFC 6960, 4.2.2.2"),
    ROW(OCSP_STAPLE_USELESS, LOW, "the stapled OCSP response says nothing",
        "The responder could not answer, does not know the certificate, or its answer cannot be read.",
        "Look at what the responder says: openssl ocsp -issuer ... -cert ... -url ...",
        "RFC 6960, 2.3"),
    ROW(SCT_WRONG, HIGH, "a certificate timestamp is not from its log",
        "The signature of a signed certificate timestamp does not fit the certificate and the log's key, or its time is yet to "
        "come. Browsers do not count it, and without enough of them refuse the certificate.",
        "Have the certificate issued again; tell the CA.",
        "RFC 6962, 3.2"),
    ROW(CERTIFICATE_NOT_LOGGED, MEDIUM, "a public certificate without a valid timestamp of a known log",
        "The certificate leads to a trusted root, but no timestamp of a log in the list given with --ct-logs comes "
        "with it. Browsers refuse such certificates of public CAs.",
        "Have it issued by a CA that logs its certificates; of a private CA this can be ignored.",
        "RFC 6962, 5.2"),
    ROW(SERVER_SIGNATURE_WRONG, CRITICAL, "the server did not prove that it has the certificate's key",
        "The signature in ServerKeyExchange (TLS 1.3: CertificateVerify) is not that of the certificate's key over this handshake: "
        "somebody between the two changed them, or the server is broken. A client that checks ends the handshake "
        "with decrypt_error (51).",
        "See whether certificate and private key of the server belong together; then look for who sits in between.",
        "RFC 5246, 7.4.3"),
    ROW(CLIENT_SIGNATURE_WRONG, CRITICAL, "the client did not prove that it has its certificate's key",
        "The signature in CertificateVerify is not that of the client certificate's key over this handshake: the handshake "
        "was changed on the way, or the client's key and certificate do not belong together.",
        "See whether certificate and private key of the client belong together; then look for who sits in between.",
        "RFC 5246, 7.4.8"),
    ROW(FINISHED_WRONG, CRITICAL, "a Finished does not fit the handshake",
        "Finished is computed over all messages before it with a secret that only the two ends have: one of these "
        "messages, or Finished itself, is not what was sent, or one end is broken. The other end ends the handshake "
        "with decrypt_error (51).",
        "Compare captures from both ends, and look for who sits in between.",
        "RFC 8446, 4.4.4; RFC 5246, 7.4.9"),
    ROW(HELLO_RETRY_WRONG, CRITICAL, "what follows a HelloRetryRequest does not fit it",
        "After a HelloRetryRequest the client may change only what it was asked to, and the server has to stay with its "
        "choice: anything else means that a hello was changed on the way, or that one end is broken. It ends with "
        "illegal_parameter (47).",
        "Update the end that is named; if it is right, look for who sits in between.",
        "RFC 8446, 4.1.2 to 4.1.4"),
    ROW(VERSION_DOWNGRADE, CRITICAL, "somebody talked the server into an older version",
        "A server that knows a newer version than the one it chooses marks its random. The client offers the newer one, so "
        "the hello that the server saw was not the one that the client sent. A client that knows the newer version ends "
        "the handshake with illegal_parameter (47).",
        "Look for a proxy or firewall between the two that takes TLS apart; some older ones copy the server's random.",
        "RFC 8446, 4.1.3"),
};

const struct finding_info *finding_info(enum finding_code code)
{
    return &rows[code];
}

const struct finding_info *finding_by_name(const char *code)
{
    for (size_t i = 0; i < FINDING_COUNT; i++) {
        if (strcmp(rows[i].code, code) == 0)
            return &rows[i];
    }
    return NULL;
}
