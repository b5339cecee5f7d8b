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
        "The server (or the client) sent its certificate, but not the certificate of the CA that issued it. Browsers that have seen "
        "the intermediate elsewhere, or fetch it, accept this; curl, Java, mobile clients and other servers "
        "do not: unknown_ca (48).",
        "Append the intermediate to the certificate file of the end that sent the certificate. nginx: ssl_certificate needs "
        "leaf and intermediates in one file (fullchain.pem, not cert.pem); Apache: the same in SSLCertificateFile; HAProxy: in "
        "the crt file; a client: in the file of its certificate (curl --cert). "
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
    /* Why a handshake failed. Severity is that of a failure; what is only remarkable has less. */
    ROW(VERSION_OBSOLETE, MEDIUM, "an old version of the protocol was agreed on",
        "SSL 2.0 and 3.0 are broken. TLS 1.0 and 1.1 rest on MD5 and SHA-1, know no modern cipher, and must not be negotiated any "
        "more; browsers and most libraries have switched them off.",
        "Allow TLS 1.2 and 1.3 only. nginx: ssl_protocols TLSv1.2 TLSv1.3; Apache: SSLProtocol -all +TLSv1.2 +TLSv1.3; HAProxy: "
        "ssl-min-ver TLSv1.2; OpenSSL: MinProtocol = TLSv1.2; Java: jdk.tls.disabledAlgorithms. When a client needs the old one, "
        "update it.",
        "RFC 8996; RFC 7568; RFC 6176"),
    ROW(CIPHER_NULL, CRITICAL, "nothing is encrypted",
        "The cipher suite authenticates, but does not encrypt: everyone on the way can read the data.",
        "Take NULL suites out of the configuration of both ends. OpenSSL: append !eNULL (-NULL at GnuTLS) to the list of ciphers.",
        "RFC 9325, 4.1"),
    ROW(CIPHER_ANONYMOUS, CRITICAL, "the server did not say who it is",
        "An anonymous cipher suite has no certificate: whoever sits in between can be the server. Between mail servers that encrypt "
        "when they can this is common, and better than nothing only against those who just listen.",
        "Give the server a certificate and take anonymous suites out: OpenSSL: !aNULL; Postfix: smtpd_tls_exclude_ciphers = aNULL.",
        "RFC 9325, 4.1; RFC 7672, 8.2"),
    ROW(CIPHER_EXPORT, CRITICAL, "a cipher made weak on purpose",
        "Export suites have keys of 40 or 56 bits, and RSA or Diffie-Hellman keys of 512: they are broken in hours (FREAK, Logjam).",
        "Take them out at both ends: OpenSSL: !EXPORT; versions since 1.1.0 have none.",
        "RFC 9325, 4.1"),
    ROW(CIPHER_WEAK, HIGH, "the cipher is broken, or its blocks are too small",
        "RC4 has biases that reveal cookies; DES and RC2 have short keys; 3DES and IDEA have blocks of 64 bits, which repeat after some "
        "gigabytes (Sweet32).",
        "Prefer AES-GCM and ChaCha20-Poly1305, and take the others out: OpenSSL: !RC4:!3DES:!DES; Java: jdk.tls.disabledAlgorithms; "
        "Windows: SchUseStrongCrypto.",
        "RFC 7465; RFC 9325, 4.1"),
    ROW(CIPHER_CBC, LOW, "CBC with the MAC inside",
        "The MAC is checked after the padding, which has led to one oracle after another (Lucky 13, POODLE on TLS). Nothing is broken where "
        "both ends check in constant time, and nobody can see from outside whether they do.",
        "Prefer suites with GCM or ChaCha20-Poly1305, or agree on encrypt-then-MAC (RFC 7366; OpenSSL offers it by itself).",
        "RFC 9325, 4.2.1; RFC 7366"),
    ROW(NO_FORWARD_SECRECY, MEDIUM, "what was recorded opens with the server's key",
        "Without an ephemeral (EC)DHE exchange the keys follow from a key that lasts for years: who gets it, now or later, reads all "
        "recorded connections. RSA key exchange is also open to Bleichenbacher's attack.",
        "Allow (EC)DHE suites only: nginx and Apache: ECDHE+AESGCM:ECDHE+CHACHA20; Java: jdk.tls.disabledAlgorithms += TLS_RSA_*. With "
        "pre-shared keys: ECDHE_PSK, or psk_dhe_ke in TLS 1.3.",
        "RFC 9325, 4.1 and 7.3"),
    ROW(GROUP_WEAK, HIGH, "the curve is too small",
        "Curves of less than 224 bits are within reach of those who can spend much; they were taken out of TLS.",
        "Offer X25519 and P-256 at both ends: nginx: ssl_ecdh_curve X25519:prime256v1; OpenSSL: Groups = X25519:P-256.",
        "RFC 8422, 5.1.1"),
    ROW(DH_WEAK, HIGH, "the Diffie-Hellman prime is too small",
        "Primes of 1024 bits and less are within reach of states, and of those who compute once against a prime that many servers share "
        "(Logjam). OpenSSL 1.1.1, Java and browsers refuse the shortest ones, browsers all of DHE.",
        "Prefer ECDHE. Where DHE is needed: 2048 bits of RFC 7919 (ffdhe2048). nginx: ssl_dhparam; Apache: append to the certificate file; "
        "OpenSSL 3: DHParameters, or automatic.",
        "RFC 9325, 4.1; RFC 7919"),
    ROW(SIGNATURE_WEAK, MEDIUM, "the handshake was signed with a weak hash",
        "A signature over MD5 or SHA-1 in the handshake itself: collisions of both can be made, and then the signature proves less than it "
        "seems to (SLOTH).",
        "Both ends should offer SHA-256 and better: OpenSSL: SignatureAlgorithms, security level 2; Java: jdk.tls.disabledAlgorithms.",
        "RFC 9155; RFC 9325, 4.1"),
    ROW(COMPRESSION, HIGH, "TLS compresses",
        "The length of compressed and encrypted data tells about their content: cookies can be guessed byte by byte (CRIME).",
        "Switch it off: Apache: SSLCompression off; OpenSSL: Options = -Compression (off since 1.1.0).",
        "RFC 9325, 3.3"),
    ROW(NO_EXTENDED_MASTER_SECRET, LOW, "the session is not bound to its handshake",
        "Without the extended master secret two sessions can be made to share keys, which breaks client certificates and channel "
        "binding over renegotiation or resumption (triple handshake).",
        "Update the end that does not know it: OpenSSL has it since 1.1.0, GnuTLS since 3.4, Java since 8u251, Windows since 2016.",
        "RFC 7627; RFC 9325, 3.5"),
    ROW(NO_SECURE_RENEGOTIATION, MEDIUM, "renegotiation is not bound to what came before",
        "One end does not know the renegotiation_info extension: where renegotiation is allowed, somebody in between can put his own "
        "bytes in front of the client's.",
        "Update the end named; OpenSSL 3 refuses such servers unless UnsafeLegacyServerConnect is set. Switch renegotiation off.",
        "RFC 5746; RFC 9325, 3.5"),
    ROW(TRUNCATED_HMAC, LOW, "records are authenticated with ten bytes",
        "The truncated_hmac extension shortens every MAC; with padding of different lengths this has given away plaintext.",
        "Do not offer it (no common library does by itself).",
        "RFC 6066, 7; RFC 9325, 4.6"),
    ROW(HELLO_RETRY, INFO, "the client had to say hello twice",
        "The client's key shares did not include a group that the server wants, or the server wanted to see a cookie: that costs one "
        "round trip, each time.",
        "Let both prefer the same group: nginx: ssl_ecdh_curve; OpenSSL: Groups = with * before those that a share is sent for (3.5), or "
        "the first one; Go: CurvePreferences.",
        "RFC 8446, 4.1.4"),
    ROW(NOT_RESUMED, INFO, "a session was offered, and not resumed",
        "The client had a session from before, and the server made a full handshake all the same: the ticket had expired, was made by "
        "another server of the group, or with a key that has changed; or it asks for a client certificate.",
        "Servers behind one address need one key for tickets (nginx: ssl_session_ticket_key; HAProxy: tls-ticket-keys) or one cache.",
        "RFC 8446, 2.2; RFC 5077"),
    ROW(EARLY_DATA, INFO, "data came before the handshake was complete",
        "Early data (0-RTT) can be sent once more by anybody who recorded them, and are not protected by fresh keys.",
        "Allow it for requests only that may be repeated (RFC 8470): nginx: ssl_early_data, and Early-Data to the backend.",
        "RFC 8446, 8 and E.5"),
    ROW(NO_POST_QUANTUM, INFO, "the server did not take the post-quantum exchange",
        "The client offered a hybrid with ML-KEM; the server chose a group that a quantum computer will break: recordings of today can be "
        "read then.",
        "OpenSSL 3.5 and BoringSSL have X25519MLKEM768: nginx: ssl_ecdh_curve X25519MLKEM768:X25519; Go 1.24 prefers it by itself.",
        "RFC 9794; draft-ietf-tls-ecdhe-mlkem"),
    ROW(ECH_OFFERED, INFO, "the client offers Encrypted Client Hello",
        "The name in the clear may not be the one that the client wants: the real hello is encrypted for the server.",
        "Nothing. To see the inner hello: --keylog with ECH_SECRET and ECH_CONFIG of the client.",
        "RFC 9849"),
    ROW(FLIGHT_LARGE, LOW, "the server's first flight does not go out at once",
        "A server begins with ten packets (QUIC: three times what the client has sent) and waits for an acknowledgment then: a flight that is "
        "larger costs each new client one more round trip.",
        "Leave out the root, use ECDSA certificates and short chains, compress certificates (RFC 8879; OpenSSL 3.2: enable-zlib, browsers "
        "offer it); clients with full hellos or a Retry are spared in QUIC.",
        "RFC 6928; RFC 9000, 8.1; RFC 8879"),
    ROW(WARNING_ALERT, LOW, "a warning, and the handshake went on",
        "One side sent an alert of level warning, and the other went on all the same. Some clients do not: for them the same alert ends the "
        "handshake (unrecognized_name with Java before 8u141, for one).",
        "unrecognized_name: give the server the name that is asked for (nginx: server_name; Apache: ServerName, ServerAlias), or "
        "let the client ask for another. no_certificate: the client has none; see whether the server should ask.",
        "RFC 6066, 3; RFC 5246, 7.2"),
    ROW(NO_SHARED_VERSION, HIGH, "client and server have no TLS version in common",
        "Every version that the client offers is one that the server does not have, or has switched off. Servers say "
        "protocol_version (70); older ones handshake_failure (40), or just close.",
        "The client is too old: update it, or its library (Java: jdk.tls.disabledAlgorithms; OpenSSL: MinProtocol and "
        "MaxProtocol in openssl.cnf; curl: --tlsv1.2). The server is too old: nginx: ssl_protocols TLSv1.2 TLSv1.3; "
        "Apache: SSLProtocol -all +TLSv1.2 +TLSv1.3; HAProxy: ssl-min-ver and ssl-max-ver on bind. Do not bring back TLS 1.0 and "
        "1.1 for more than one old device, and that one behind a proxy.",
        "RFC 8446, 4.2.1; RFC 8996"),
    ROW(NO_SHARED_CIPHER, HIGH, "client and server have no cipher suite in common",
        "Of the suites that the client offers the server allows none, or none that goes with its certificate: an ECDSA "
        "certificate needs an ECDHE_ECDSA suite (up to TLS 1.2), an RSA certificate one with RSA. Servers say "
        "handshake_failure (40) or insufficient_security (71).",
        "Compare the two lists: nginx: ssl_ciphers; Apache: SSLCipherSuite; HAProxy: ssl-default-bind-ciphers; "
        "openssl ciphers -v 'LIST' shows what a list means. ECDHE with AES-GCM or ChaCha20 in both lists is what "
        "RFC 9325 wants. With an ECDSA certificate, add an RSA one for old clients (nginx and Apache take both).",
        "RFC 5246, 7.2.2; RFC 9325, 4.2"),
    ROW(NO_SHARED_GROUP, HIGH, "client and server have no key exchange group in common",
        "The client's supported_groups and the server's curves or groups have nothing in common, so there is no key "
        "exchange. Servers say handshake_failure (40).",
        "Allow X25519 and P-256 on both sides: nginx: ssl_ecdh_curve X25519:prime256v1; Apache: SSLOpenSSLConfCmd Groups; "
        "HAProxy: curves; OpenSSL: Groups in openssl.cnf; Java: jdk.tls.namedGroups.",
        "RFC 8446, 4.2.7; RFC 8422, 5.1"),
    ROW(NO_SHARED_SIGNATURE_SCHEME, HIGH, "the server has no certificate that the client takes signatures of",
        "The client's signature_algorithms do not go with any key that the server has a certificate for: an Ed25519 "
        "certificate and a client that knows only RSA, say, or RSA-PSS (needed in TLS 1.3) missing. Servers say "
        "handshake_failure (40).",
        "Give the server a certificate with a P-256 or RSA key, which all clients take, beside the other one. At the client: allow "
        "rsa_pss_rsae_sha256 and ecdsa_secp256r1_sha256 (OpenSSL: SignatureAlgorithms in openssl.cnf; Java: "
        "jdk.tls.client.SignatureSchemes).",
        "RFC 8446, 4.2.3"),
    ROW(NO_SHARED_ALPN, HIGH, "client and server have no application protocol in common",
        "None of the protocols in the client's ALPN extension is one that the server speaks here, and the server insists: "
        "no_application_protocol (120).",
        "Add the protocol at the server (nginx: http2 on; Apache: Protocols h2 http/1.1; HAProxy: alpn h2,http/1.1), or offer "
        "another one at the client (curl: --http1.1). A client of another service has come to the wrong port.",
        "RFC 7301, 3.2"),
    ROW(UNRECOGNIZED_NAME, HIGH, "the server does not know the name that the client asks for",
        "The server has no site of this server_name and is told to refuse such clients: unrecognized_name (112).",
        "Look for a misspelt name, or a DNS entry that leads to the wrong server. At the server: nginx: server_name, and "
        "ssl_reject_handshake of the default server; HAProxy: strict-sni, and the certificates of crt-list. A client must send the "
        "name that it wants (openssl s_client -servername).",
        "RFC 6066, 3"),
    ROW(CLIENT_CERTIFICATE_MISSING, HIGH, "the server wants a client certificate, and gets none",
        "The server asked for a certificate and the client sent an empty list. TLS 1.3 servers say certificate_required (116), others "
        "handshake_failure (40) or bad_certificate (42), or just close. In TLS 1.3 the client has already finished by then "
        "and sees the failure with its first answer.",
        "Give the client a certificate and its key (curl: --cert and --key; Java: javax.net.ssl.keyStore). It may have one that "
        "is not of a CA in the server's certificate_authorities, and so was not sent. Or let the server do without: nginx: "
        "ssl_verify_client optional; Apache: SSLVerifyClient optional; HAProxy: verify optional.",
        "RFC 8446, 4.4.2.4; RFC 5246, 7.4.6"),
    ROW(CLIENT_CERTIFICATE_REJECTED, HIGH, "the server refuses the client's certificate",
        "The client sent a certificate, and the server ended the handshake because of it: expired, of a CA that it does not "
        "trust, without clientAuth, or not allowed in.",
        "See what is said about the client's certificate. The server trusts for this only what it was told to: nginx: "
        "ssl_client_certificate, ssl_verify_depth; Apache: SSLCACertificateFile; HAProxy: ca-file. Intermediates must be sent "
        "by the client or be in that file.",
        "RFC 8446, 4.4.2.4"),
    ROW(INAPPROPRIATE_FALLBACK, HIGH, "the client came back with an older version than the server has",
        "The client says that it tries an older version because a newer one failed (TLS_FALLBACK_SCSV), but the server knows "
        "that newer one: the first try failed for another reason, or somebody wants the older version. The server says "
        "inappropriate_fallback (86).",
        "Look for the connection before this one, and why it failed. Clients of today should not fall back at all: switch it off.",
        "RFC 7507, 3"),
    ROW(RENEGOTIATION_REFUSED, HIGH, "renegotiation is refused",
        "One side wanted a second handshake inside the first one, and the other does not do that: no_renegotiation (100), or the "
        "end of the connection. Or the server does not know secure renegotiation (RFC 5746), and the client insists on it "
        "from the start (OpenSSL 3: 'unsafe legacy renegotiation disabled').",
        "Update a server without renegotiation_info. Servers that ask for a client certificate only for some paths renegotiate: "
        "use TLS 1.3 with post-handshake authentication, or a host name of its own. As a stopgap, OpenSSL clients take "
        "Options = UnsafeLegacyServerConnect in openssl.cnf.",
        "RFC 5746, 4; RFC 5246, 7.4.1.1"),
    ROW(ECH_REJECTED, HIGH, "the server does not take the Encrypted ClientHello",
        "The server could not, or would not, open the inner hello and went on with the outer one; the client ends the handshake "
        "with ech_required (121) and tries again with the configuration that the server sent, if it sent one.",
        "Publish the server's current ECHConfigList in DNS (HTTPS record), and keep old keys until its TTL is over.",
        "RFC 9849, 6.1.6"),
    ROW(NOT_TLS_SERVER, HIGH, "the server does not speak TLS on this port",
        "The client began TLS and the server answered in plain text: another service, a port without TLS, or TLS that begins "
        "only after STARTTLS. OpenSSL says 'wrong version number', Java 'Unsupported or unrecognized SSL message'.",
        "See what the server said. Use the TLS port (HTTP 443, SMTP 465, IMAP 993, LDAP 636), or let the client use STARTTLS (openssl "
        "s_client -starttls). nginx: listen 443 ssl, not just listen 443; HAProxy: bind ... ssl, and no ssl on the way to a "
        "plain backend.",
        "RFC 8446, 5.1"),
    ROW(NOT_TLS_CLIENT, HIGH, "the client does not speak TLS",
        "The client sent something else to a server that expects TLS: plain HTTP most often (http:// for https://), or a "
        "health check or scanner that does not know TLS.",
        "Correct the address that the client uses, or its TLS setting. A load balancer in front: let it use TLS to this "
        "backend, or switch TLS off here; its health check: HAProxy: check check-ssl.",
        "RFC 8446, 5.1"),
    ROW(STARTTLS_REFUSED, HIGH, "the server refuses STARTTLS",
        "The client asked the server to go over to TLS, in the protocol's own way, and the server said no or does not know how. "
        "A firewall that rewrites SMTP (and takes STARTTLS out) looks the same.",
        "Switch TLS on at the server, with a certificate that it can read: Postfix: smtpd_tls_security_level = may, "
        "smtpd_tls_cert_file; Dovecot: ssl = required; PostgreSQL: ssl = on; MySQL: ssl_cert; OpenLDAP: olcTLSCertificateFile. "
        "Its log says why it does not.",
        "RFC 3207, 4; RFC 2595"),
    ROW(PROXY_REFUSED, HIGH, "the proxy refuses the connection",
        "The client asked a proxy (HTTP CONNECT, SOCKS) for a connection, and the proxy said no: TLS never began.",
        "See what the proxy said: 403 is a rule, 407 wants a name and password, 502 and 504 mean that the proxy does not reach "
        "the server. Or leave the proxy out (no_proxy).",
        "RFC 9110, 9.3.6; RFC 1928, 6"),
    ROW(SERVER_CLOSED_AFTER_CLIENT_HELLO, HIGH, "the server closes after the client hello, without a word",
        "The server took the client hello and closed the connection instead of answering. It may have nothing configured for this "
        "name or version (some servers send no alert), be a load balancer without a backend, refuse this address, or "
        "have crashed.",
        "The server's log at this time is the place to look; then a connection without SNI, with another version, from another "
        "address. HAProxy: log-format with ssl_fc_err; nginx: error_log ... info.",
        "RFC 8446, 6"),
    ROW(RESET_AFTER_CLIENT_HELLO, HIGH, "the connection is reset after the client hello",
        "Instead of an answer to the client hello a reset came. From the server: the process died, or the service refuses the "
        "client. From something in between: a firewall that does not like the name or the form of the hello.",
        "When the reset has another TTL than the server's packets, it is not the server's: try another name to the same address. "
        "Else the server's log and 'ss -s', and its firewall (REJECT --reject-with tcp-reset).",
        "RFC 9293, 3.5.2"),
    ROW(NO_REPLY_TO_CLIENT_HELLO, HIGH, "nobody answers the client hello",
        "The TCP connection was there, the client hello went out, and nothing came back. Where TCP did not acknowledge it either, it was "
        "dropped on the way; where it was acknowledged, the server hangs, or waits for something else. In DTLS nothing is "
        "acknowledged: nobody may listen there, or either way is closed.",
        "Dropped: a firewall that filters by content or keeps no state; capture at both ends to see where it vanishes. "
        "Acknowledged: look at the server's load, and whether the port expects the PROXY protocol or speaks STARTTLS. DTLS: "
        "see with ss -lunp whether the server listens, and capture there.",
        "RFC 9293, 3.8; RFC 6347, 4.2.4"),
    ROW(LARGE_CLIENT_HELLO_DROPPED, HIGH, "a large client hello does not get through",
        "The client hello needs more than one packet (post-quantum key shares, many extensions), and it never arrives as a whole: a "
        "path with a smaller MTU that drops instead of telling (path MTU black hole), or a middlebox that expects the hello in "
        "one packet.",
        "Try without post-quantum groups (OpenSSL: Groups = X25519:P-256; Chrome: PostQuantumKeyAgreementEnabled): when that "
        "works, update the middlebox. Let ICMP 'fragmentation needed' through, or clamp the MSS (iptables -j TCPMSS "
        "--clamp-mss-to-pmtu), or lower the MTU.",
        "RFC 8899; RFC 2923, 2.1"),
    ROW(SERVER_FLIGHT_LOST, HIGH, "the server's answer does not arrive",
        "The server answered, its certificates fill whole packets, and these are sent again and again without being "
        "acknowledged, while small ones pass: a path MTU black hole, typically behind a tunnel or VPN. In DTLS: it is sent again "
        "and again, and the client does not go on.",
        "Let ICMP 'fragmentation needed' and 'packet too big' through to the server; clamp the MSS on the tunnel (iptables -j TCPMSS "
        "--clamp-mss-to-pmtu); net.ipv4.tcp_mtu_probing=1 on the server helps itself. DTLS: set a smaller MTU "
        "(openssl s_server -mtu, SSL_set_mtu, gnutls_dtls_set_mtu), so that no datagram has to be cut on the way.",
        "RFC 2923, 2.1; RFC 4821; RFC 6347, 4.1.1"),
    ROW(CLIENT_ABORTED_AFTER_CERTIFICATE, HIGH, "the client leaves after it has seen the certificate",
        "The client ended the connection right after the server's certificate, without an alert that can be read. Most often it does not "
        "accept the certificate (in TLS 1.3 both are encrypted); some clients only wanted to see it, as monitors do.",
        "See what is said about the server's certificate, and the client's log. In TLS 1.3 a key log (--keylog) shows the "
        "certificate and the alert. handlens read --host NAME judges the chain as the client should.",
        "RFC 8446, 4.4.2.4 and 6.2"),
    ROW(CONNECTION_REFUSED, HIGH, "the connection is refused",
        "A reset answers the client's SYN: nothing listens on this port, or a firewall says so. TLS never began.",
        "On the server: ss -ltnp shows who listens where (127.0.0.1 is not reached from outside); start the service, or correct the "
        "port.",
        "RFC 9293, 3.5.2"),
    ROW(CONNECTION_TIMEOUT, HIGH, "nobody answers the client's SYN",
        "The client asks for a TCP connection, again and again, and hears nothing, or a router says that it knows no way. A "
        "firewall drops the packets, or the host is not there.",
        "Check address and route (ip route get), then the firewalls and security groups on the way, in both directions.",
        "RFC 9293, 3.8.3; RFC 1122, 4.2.3.5"),
    ROW(QUIC_VERSION_UNSUPPORTED, HIGH, "the server does not speak the client's version of QUIC",
        "The server answered the client's first packet with a list of versions of QUIC, and the client's is not among them; the "
        "client has none of these, or did not try again. Drafts of QUIC are no longer spoken; version 2 is not spoken everywhere.",
        "Bring the older of the two up to version 1 (RFC 9000). nginx: listen ... quic (1.25 and later); HAProxy: bind quic4@ (2.6 "
        "and later). A client that does without falls back to TCP.",
        "RFC 9000, 6; RFC 9368"),
    ROW(QUIC_CONNECTION_CLOSED, HIGH, "QUIC was closed before the handshake was complete",
        "One side sent CONNECTION_CLOSE with an error that is not one of TLS: the handshake may have been fine, QUIC was not. "
        "The error's name says what the sender did not like in the other side's packets, or in itself.",
        "INVALID_TOKEN: several servers behind one address need one key for tokens. CONNECTION_REFUSED, INTERNAL_ERROR: the server's log. "
        "TRANSPORT_PARAMETER_ERROR, PROTOCOL_VIOLATION, FRAME_ENCODING_ERROR: update the other side's software.",
        "RFC 9000, 10.2 and 20.1"),
    ROW(DECRYPT_ERROR, HIGH, "a signature, Finished or binder does not fit",
        "One side checked what proves the other side's key, or that nobody changed the handshake, and it was wrong: "
        "decrypt_error (51). With pre-shared keys, the two do not have the same key.",
        "Pre-shared key: compare both (identity and value; hex and text are mixed up easily). Certificate: see whether key and certificate "
        "belong together. Otherwise something between the two changes bytes: capture at both ends and compare "
        "(handlens diff).",
        "RFC 8446, 6.2"),
    ROW(RECORD_CORRUPT, HIGH, "a record was changed on the way",
        "A record could not be opened by its receiver: its authentication tag or MAC is wrong. With two ends that have just agreed on "
        "keys, this means that bytes were changed in between, or that one end's software (or its TLS offload) is broken: "
        "bad_record_mac (20).",
        "Switch off offloads that touch payload (ethtool -K ... tls-hw-tx-offload off), suspect memory and middleboxes; a "
        "capture at both ends shows where the bytes differ.",
        "RFC 8446, 5.2"),
    ROW(MALFORMED_MESSAGE, HIGH, "a message breaks the rules of its format",
        "A message has lengths that do not fit or values that are not allowed, so that its receiver could not read it: decode_error (50) "
        "or illegal_parameter (47).",
        "Update the software that sent it; see the field that is named. If it is widely used software, something in between "
        "has changed the message.",
        "RFC 8446, 6.2"),
    ROW(UNEXPECTED_MESSAGE, HIGH, "a message comes where none may",
        "A message or record came at a point where the protocol does not allow it, or one that must come was left out: "
        "unexpected_message (10).",
        "Update the software that sent it; if it is widely used software, something in between has removed or added messages.",
        "RFC 8446, 6.2; RFC 5246, 7.3"),
    ROW(SLOW_SERVER, MEDIUM, "the server takes long to answer",
        "The handshake completed, but most of its time the server was thinking, not the network: busy processors (RSA 4096), a slow "
        "HSM, a look-up of certificates, an OCSP responder asked on the fly, or a backend behind it.",
        "Look at the server's load at that time. ECDSA P-256 keys sign many times faster than RSA; keep OCSP responses cached; resume "
        "sessions.",
        "RFC 9293, 3.8.6"),
    ROW(SLOW_CLIENT, MEDIUM, "the client takes long to answer",
        "The handshake completed, but most of its time the client was thinking: checking the certificate (OCSP or CRL fetched over a "
        "slow path), asking a person or a smart card, or busy.",
        "At the client: see whether it fetches CRLs or asks OCSP responders that it does not reach. At the server: staple OCSP, so that it "
        "need not ask.",
        "RFC 6066, 8"),
    ROW(LOSSY, MEDIUM, "packets of the handshake were lost and sent again",
        "Parts of the handshake had to be sent again, each after a wait of a second or a few round trips.",
        "Look for a saturated link, a bad cable or radio, and duplex mismatch (ip -s link); retransmissions inside a handshake cost more "
        "than later ones, because there is little in flight.",
        "RFC 6298; RFC 9293, 3.8.1"),
    ROW(DTLS_COOKIE_UNANSWERED, HIGH, "the exchange of cookies with which DTLS begins does not come to its end",
        "A server of DTLS first asks the client to say its hello again with a cookie: so it knows that the client is where its "
        "address says, before it keeps anything. Here the client's hello with the cookie is not answered, or never comes. Such a "
        "server keeps nothing but the key that it makes cookies with: where several share an address, each with a key of its own, "
        "or the client's address changes in between (NAT), the cookie does not fit, and the hello is dropped in silence.",
        "Not answered: let a load balancer send all datagrams of a client to the same server, or give the servers the same "
        "cookie key, and see whether the client's port is the same in both hellos. Never sent: capture at the client to see whether "
        "the server's HelloVerifyRequest arrives there, and let it through the firewall.",
        "RFC 6347, 4.2.1"),
    ROW(CAPTURE_ONE_SIDED, LOW, "the capture has one direction only",
        "Packets of one side are missing throughout: asymmetric routing, or a mirror port that copies one direction. What the other "
        "side said is not known, so nothing can be said about the outcome.",
        "Mirror both directions, or capture at one of the two ends.",
        "RFC 9293, 3.8"),
    ROW(CAPTURE_MID_STREAM, LOW, "the capture begins inside the connection",
        "The connection was there before the capture: its hellos, and with them names, versions and certificates, are "
        "not known.",
        "Start the capture before the client connects; restart the client, or wait for its next connection.",
        "RFC 8446, 2"),
    ROW(CAPTURE_TRUNCATED, LOW, "packets were cut by the capture",
        "The capture kept only the beginning of each packet (snap length): messages are incomplete, certificates above all.",
        "Capture whole packets: tcpdump -s 0 (the default since 2018), no -s 96; Wireshark: no 'limit each packet to'.",
        "pcap(3PCAP), snapshot length"),
    ROW(CAPTURE_DROPPED, LOW, "the capture lost packets meanwhile",
        "Packets came faster than they were read, and the kernel had to drop some while this handshake ran. What looks like "
        "silence, or like an end too early, may be nothing but what was not seen: nobody is blamed for it.",
        "Give the kernel more room (--buffer-mib 256), narrow the filter (tcp port 443), keep less of each packet "
        "(--snaplen 2048), or spread the work (--workers 4).",
        "pcap_stats(3PCAP)"),
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
