/* Alerts: who sends each, and why. The names in `also` are those of Go, GnuTLS, NSS and rustls. */
#include "analyze/words/words.h"

const struct word_row alert_rows[] = {
    { 0, "close notify", "the sender has nothing more to say",
      "The orderly end of a connection, not an error. Before the handshake is done it is unusual: the peer changed "
      "its mind, or something between the two ended the connection politely.",
      "Look at what came before it. A client that goes after the server's certificate often dislikes it and does not "
      "say so.", "client-aborted-after-certificate server-closed-after-client-hello", "RFC 8446, 6.1" },
    { 1, "", "the end of early data, in drafts of TLS 1.3",
      "Drafts of TLS 1.3 up to 20 had this as an alert; since then it is a handshake message.", "", "early-data",
      "" },
    { 10, "unexpected message", "a message came that has no place here",
      "The receiver was waiting for another message. Usual reasons: something that is not TLS was sent, a library "
      "has a mistake in its states, or a client certificate was sent or left out where the other side did not expect "
      "it.", "handlens -v shows the order of the messages, with the frame where it broke.",
      "unexpected-message not-tls-client not-tls-server", "RFC 8446, 6.2" },
    { 20, "bad record mac", "a record could not be decrypted",
      "What arrived was not what was sent, or the two sides do not have the same keys: bytes were changed on the "
      "way, a session was resumed with other keys, two connections were mixed up, or a pre-shared key differs.",
      "Compare captures at both ends: if the bytes differ, look for the box in between. With a key log, handlens "
      "says whether the keys of the capture fit.", "record-corrupt decrypt-error", "RFC 8446, 6.2; RFC 5246, 7.2.2" },
    { 21, "decryption failed", "a record could not be decrypted (old)",
      "Used up to TLS 1.0; later versions say bad_record_mac, so that an attacker learns nothing from the "
      "difference.", "", "record-corrupt version-obsolete", "RFC 5246, 7.2.2" },
    { 22, "record overflow", "a record is too long",
      "A record has more bytes than the protocol allows (2^14 and what protection adds), or more than "
      "record_size_limit asked for. Often plain text was taken for the header of a record.",
      "See whether what was sent is TLS at all.", "record-corrupt not-tls-server not-tls-client", "RFC 8446, 5.1" },
    { 30, "decompression failure|decompression failed", "compressed records could not be unpacked",
      "Compression of records is gone since TLS 1.3 and should be off everywhere: it gives secrets away (CRIME).",
      "Switch compression off.", "compression", "RFC 5246, 7.2.2" },
    { 40, "handshake failure|handshake failed", "the two sides have nothing in common that both accept",
      "The sender, mostly a server, found no version, cipher suite, group or signature scheme that both sides allow, "
      "or it lacks something: a certificate of the right kind of key, a client certificate. Some servers say this "
      "whatever the reason is.",
      "Compare what the client offers with what the server is configured for: handlens names what is not shared. "
      "Usual: an old client without ECDHE or AES-GCM, a server with an RSA certificate and ECDSA suites only, a "
      "server that wants a client certificate.",
      "no-shared-cipher no-shared-group no-shared-signature-scheme no-shared-version client-certificate-missing",
      "RFC 8446, 6.2" },
    { 41, "no certificate", "the client has no certificate (SSL 3.0)",
      "SSL 3.0 clients answered a request for a certificate with this. Later versions send an empty Certificate.", "",
      "client-certificate-missing version-obsolete", "RFC 6101, 5.4.2" },
    { 42, "bad certificate|certificate is bad|bad cert", "a certificate was refused",
      "The certificate is broken, its signature does not verify, or the receiver has another objection that it does "
      "not name. Many programs say this for a wrong host name, too.",
      "handlens judges the chain that was sent and names the rule that fails.",
      "certificate-malformed certificate-signature-wrong certificate-name-mismatch client-certificate-rejected",
      "RFC 8446, 6.2" },
    { 43, "unsupported certificate|certificate is not supported|unsupported cert",
      "a certificate of a kind that does not do",
      "The kind of key, the algorithm or the purpose of the certificate does not fit: extendedKeyUsage without "
      "serverAuth (or clientAuth), or a key that the receiver cannot use.",
      "Look at keyUsage and extendedKeyUsage: handlens decode FILE.",
      "certificate-wrong-purpose client-certificate-rejected", "RFC 8446, 6.2" },
    { 44, "certificate revoked|revoked certificate|certificate was revoked|revoked cert", "a certificate was revoked",
      "The receiver found the certificate in a CRL, or an OCSP responder said that it was taken back.",
      "Replace certificate and key.", "certificate-revoked", "RFC 8446, 6.2" },
    { 45, "certificate expired|expired certificate|certificate is expired|expired cert",
      "a certificate has expired, or is not valid yet",
      "By the clock of the receiver the certificate is outside of its dates. An expired intermediate gives the same.",
      "Compare the dates of every certificate sent with the clock of the receiver.",
      "certificate-expired certificate-not-yet-valid", "RFC 8446, 6.2" },
    { 46, "certificate unknown|unknown certificate", "a certificate was refused for another reason",
      "The catch-all of Java, Android and Schannel clients: untrusted issuer, wrong name, a pin that does not match, "
      "or a person who pressed cancel.",
      "The log of the side that sent it has the reason. handlens shows what is wrong with the chain, if anything is.",
      "certificate-untrusted-issuer certificate-name-mismatch certificate-chain-incomplete "
      "client-certificate-rejected", "RFC 8446, 6.2" },
    { 47, "illegal parameter", "a field has a value that is not allowed",
      "A message could be read, but a value in it contradicts the protocol or what was said before: a group that was "
      "not offered, a second hello that differs from the first.",
      "Look at what the receiver of the alert had sent last. A box in between that changes hellos does this, too.",
      "malformed-message hello-retry-wrong version-downgrade", "RFC 8446, 6.2" },
    { 48, "unknown ca|unknown certificate authority|ca is unknown", "the chain does not lead to a trusted CA",
      "The receiver of the certificates found no path to a CA in its trust store: an intermediate was not sent, the "
      "CA is private, or a proxy has put its own certificate in place.",
      "If the client sent it: see whether the server sends its intermediates, then whether the client has the root. "
      "If the server sent it: it is about the client's certificate, and the list of CAs that the server trusts.",
      "certificate-chain-incomplete certificate-untrusted-issuer certificate-self-signed client-certificate-rejected",
      "RFC 8446, 6.2" },
    { 49, "access denied|access was denied", "the certificate is valid, but its owner may not enter",
      "An access rule refused: the certificate or key is fine. Some servers also send it where a name or network is "
      "not allowed.", "Look at the server's rules about who may connect.", "client-certificate-rejected",
      "RFC 8446, 6.2" },
    { 50, "decode error|error decoding message", "a message could not be read",
      "A length does not fit or a field is out of its range. Either the sender is broken, or bytes were changed or "
      "lost.", "handlens -vv shows the message up to the field where it breaks.", "malformed-message",
      "RFC 8446, 6.2" },
    { 51, "decrypt error|error decrypting message", "a signature or Finished is wrong",
      "The handshake's own proof failed: the signature of CertificateVerify or ServerKeyExchange, Finished, or a PSK "
      "binder. It is not about the encryption of records. A key that does not belong to the certificate, a wrong "
      "pre-shared key, or a hello that was changed on the way give this.",
      "handlens says which proof is wrong: those of TLS 1.2 without, those of TLS 1.3 with a key log.",
      "decrypt-error server-signature-wrong client-signature-wrong finished-wrong", "RFC 8446, 6.2" },
    { 52, "", "too many connection ids were asked for",
      "Of DTLS 1.3: the peer asked for more connection ids than the sender gives out.", "", "", "RFC 9147, 9" },
    { 60, "export restriction", "a key is too long for export rules of the 1990s",
      "Reserved since TLS 1.1. Who sends it is very old.", "", "cipher-export version-obsolete", "RFC 5246, 7.2.2" },
    { 70, "protocol version|protocol version not supported|error in protocol version",
      "no version that both sides speak",
      "The server does not allow the version that the client offered at the most, or the other way round: an old "
      "client against a server with TLS 1.2 and later only, or a client of today against an old server.",
      "handlens shows what was offered. nginx: ssl_protocols; Apache: SSLProtocol; OpenSSL: MinProtocol; Java: "
      "jdk.tls.disabledAlgorithms.", "no-shared-version version-obsolete", "RFC 8446, 6.2" },
    { 71, "insufficient security|insufficient security level", "what the client offers is too weak for the server",
      "Instead of handshake_failure: there might be a shared cipher suite, but the server asks for stronger ones.",
      "Offer AES-GCM or ChaCha20-Poly1305 with ECDHE.", "no-shared-cipher", "RFC 8446, 6.2" },
    { 80, "internal error", "the sender cannot go on, for reasons of its own",
      "Memory that ran out, a backend that failed, a key that cannot be read; some servers send it for a host name "
      "that they do not know, or when there is no certificate for it.",
      "The reason is in the log of the side that sent it.", "unrecognized-name", "RFC 8446, 6.2" },
    { 86, "inappropriate fallback", "the client fell back to an old version without need",
      "The client tried again with an older version and said so (TLS_FALLBACK_SCSV); the server speaks a newer one. "
      "Either an attack, or the first attempt was lost for another reason.",
      "Find out why the first attempt failed, or stop the client from falling back.", "inappropriate-fallback",
      "RFC 7507, 3" },
    { 90, "user canceled", "the handshake was given up for a reason outside of TLS",
      "A person said no, or the program lost interest; close_notify should follow.", "",
      "client-aborted-after-certificate", "RFC 8446, 6.1" },
    { 100, "no renegotiation|no renegotiation is allowed", "a new handshake inside the connection was refused",
      "The peer asked to renegotiate and the sender does not do that. As a warning the connection may go on.",
      "Servers that ask for a client certificate per path do it by renegotiation: ask for it at once instead.",
      "renegotiation-refused no-secure-renegotiation", "RFC 5246, 7.2.2" },
    { 109, "missing extension|an extension was expected but was not seen",
      "an extension is missing that has to be there",
      "TLS 1.3 needs supported_groups, key_share and signature_algorithms, and server_name if the server insists on "
      "it.", "A client or a box in between builds the hello wrongly: -vv shows its extensions.", "malformed-message",
      "RFC 8446, 6.2" },
    { 110, "unsupported extension", "an answer to an extension that was not asked",
      "The server's message has an extension that the client did not offer, or that has no place there.",
      "The sender of the extension is wrong.", "malformed-message", "RFC 8446, 6.2" },
    { 111, "certificate unobtainable", "the certificate could not be fetched from its URL",
      "Of client_certificate_url, which hardly anybody uses.", "", "", "RFC 6066, 5" },
    { 112, "unrecognized name|the server name sent was not recognized", "the server does not know the host name",
      "The name in server_name is none of those that the server is set up for. As a warning, which old Java clients "
      "treat as an error, the server goes on with its default certificate.",
      "Check the name that the client uses, and the server's list: nginx: server_name; Apache: ServerName, "
      "ServerAlias; HAProxy: strict-sni.", "unrecognized-name", "RFC 6066, 3" },
    { 113, "bad certificate status response", "the stapled OCSP response does not do",
      "The client got an OCSP response that is invalid, stale, or about another certificate; or none, where the "
      "certificate says that there must be one.",
      "See what handlens says about the staple; renew the server's OCSP cache.",
      "ocsp-staple-stale ocsp-staple-forged ocsp-staple-other-certificate ocsp-staple-missing", "RFC 6066, 8" },
    { 114, "bad certificate hash value", "the certificate fetched from a URL is another one",
      "Of client_certificate_url, which hardly anybody uses.", "", "", "RFC 6066, 5" },
    { 115, "unknown psk identity|the srp psk username is missing or not known",
      "the server does not know the pre-shared key's name",
      "With pre-shared keys only: the identity that the client named is not one of the server's. SRP uses it for "
      "user names.", "Compare identity and key at both ends, byte by byte: a newline at the end of a file counts.",
      "decrypt-error", "RFC 8446, 6.2; RFC 4279, 2" },
    { 116, "certificate required|certificate is required", "the server wants a client certificate, and got none",
      "Of TLS 1.3. The client answered the request with an empty list, since it has no certificate, or none of a CA "
      "that the server named. It arrives after the client believes the handshake to be done: programs report it on "
      "the first read.",
      "Give the client a certificate and key (curl --cert, --key). See which CAs the server names in its request.",
      "client-certificate-missing", "RFC 8446, 6.2" },
    { 117, "general error", "an error for which there is no other alert", "Said when no other alert fits.",
      "The reason is in the log of the side that sent it.", "", "" },
    { 120, "no application protocol|no supported application protocol could be negotiated",
      "no protocol of ALPN that both sides speak",
      "The client listed protocols in ALPN (h2, http/1.1, ...) and the server has none of them.",
      "Compare the lists: handlens shows what was offered. HAProxy: alpn; nginx: http2.", "no-shared-alpn",
      "RFC 7301, 3.2" },
    { 121, "ech required|encrypted client hello required",
      "Encrypted ClientHello was refused, and the client insists on it",
      "The server could not decrypt the hidden hello: its key has changed or it has none. The client ends the "
      "connection and tries again with the keys that the server sent.",
      "Look at the HTTPS record in DNS: it and the server must have the same ECHConfig.", "ech-rejected",
      "RFC 9849, 5" },
};

const size_t alert_row_count = sizeof alert_rows / sizeof alert_rows[0];
