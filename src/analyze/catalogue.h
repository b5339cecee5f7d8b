/* catalogue.h - every code handlens may say about a handshake: what it means and what to change.
 *
 * One row a code. Codes are stable: programs match them. `handlens explain CODE`
 * prints a row. */
#ifndef HL_ANALYZE_CATALOGUE_H
#define HL_ANALYZE_CATALOGUE_H

#include <handlens/findings.h>
#include <stddef.h>

#define FINDINGS(X)                                                       \
    X(CERTIFICATE_EXPIRED, "certificate-expired")                         \
    X(CERTIFICATE_NOT_YET_VALID, "certificate-not-yet-valid")             \
    X(CERTIFICATE_NAME_MISMATCH, "certificate-name-mismatch")             \
    X(CERTIFICATE_SELF_SIGNED, "certificate-self-signed")                 \
    X(CERTIFICATE_UNTRUSTED_ISSUER, "certificate-untrusted-issuer")       \
    X(CERTIFICATE_CHAIN_INCOMPLETE, "certificate-chain-incomplete")       \
    X(CERTIFICATE_REVOKED, "certificate-revoked")                         \
    X(CERTIFICATE_WEAK, "certificate-weak")                               \
    X(CERTIFICATE_SIGNATURE_WRONG, "certificate-signature-wrong")         \
    X(CERTIFICATE_WRONG_PURPOSE, "certificate-wrong-purpose")             \
    X(CERTIFICATE_CONSTRAINT_VIOLATED, "certificate-constraint-violated") \
    X(CERTIFICATE_MALFORMED, "certificate-malformed")                     \
    X(CERTIFICATE_UNVERIFIABLE, "certificate-unverifiable")               \
    X(CERTIFICATE_EXPIRES_SOON, "certificate-expires-soon")               \
    X(CERTIFICATE_PROFILE, "certificate-profile")                         \
    X(CHAIN_TOO_LONG, "chain-too-long")                                   \
    X(CHAIN_BUDGET_EXCEEDED, "chain-budget-exceeded")                     \
    X(CHAIN_WRONG_ORDER, "chain-wrong-order")                             \
    X(CHAIN_DUPLICATE, "chain-duplicate")                                 \
    X(CHAIN_UNRELATED, "chain-unrelated")                                 \
    X(CHAIN_ROOT_SENT, "chain-root-sent")                                 \
    X(CRL_UNUSABLE, "crl-unusable")                                       \
    X(OCSP_STAPLE_MISSING, "ocsp-staple-missing")                         \
    X(OCSP_STAPLE_OTHER_CERTIFICATE, "ocsp-staple-other-certificate")     \
    X(OCSP_STAPLE_STALE, "ocsp-staple-stale")                             \
    X(OCSP_STAPLE_FORGED, "ocsp-staple-forged")                           \
    X(OCSP_STAPLE_USELESS, "ocsp-staple-useless")                         \
    X(SCT_WRONG, "sct-wrong")                                             \
    X(CERTIFICATE_NOT_LOGGED, "certificate-not-logged")                   \
    X(SERVER_SIGNATURE_WRONG, "server-signature-wrong")                   \
    X(CLIENT_SIGNATURE_WRONG, "client-signature-wrong")                   \
    X(FINISHED_WRONG, "finished-wrong")                                   \
    X(HELLO_RETRY_WRONG, "hello-retry-wrong")                             \
    X(VERSION_DOWNGRADE, "version-downgrade")                             \
    X(VERSION_OBSOLETE, "version-obsolete")                               \
    X(CIPHER_NULL, "cipher-null")                                         \
    X(CIPHER_ANONYMOUS, "cipher-anonymous")                               \
    X(CIPHER_EXPORT, "cipher-export")                                     \
    X(CIPHER_WEAK, "cipher-weak")                                         \
    X(CIPHER_CBC, "cipher-cbc")                                           \
    X(NO_FORWARD_SECRECY, "no-forward-secrecy")                           \
    X(GROUP_WEAK, "group-weak")                                           \
    X(DH_WEAK, "dh-weak")                                                 \
    X(SIGNATURE_WEAK, "signature-weak")                                   \
    X(COMPRESSION, "compression")                                         \
    X(NO_EXTENDED_MASTER_SECRET, "no-extended-master-secret")             \
    X(NO_SECURE_RENEGOTIATION, "no-secure-renegotiation")                 \
    X(TRUNCATED_HMAC, "truncated-hmac")                                   \
    X(HELLO_RETRY, "hello-retry")                                         \
    X(NOT_RESUMED, "session-not-resumed")                                 \
    X(EARLY_DATA, "early-data")                                           \
    X(NO_POST_QUANTUM, "key-exchange-not-post-quantum")                   \
    X(ECH_OFFERED, "ech-offered")                                         \
    X(FLIGHT_LARGE, "server-flight-large")                                \
    X(WARNING_ALERT, "warning-alert")                                     \
    X(NO_SHARED_VERSION, "no-shared-version")                             \
    X(NO_SHARED_CIPHER, "no-shared-cipher")                               \
    X(NO_SHARED_GROUP, "no-shared-group")                                 \
    X(NO_SHARED_SIGNATURE_SCHEME, "no-shared-signature-scheme")           \
    X(NO_SHARED_ALPN, "no-shared-alpn")                                   \
    X(UNRECOGNIZED_NAME, "unrecognized-name")                             \
    X(CLIENT_CERTIFICATE_MISSING, "client-certificate-missing")           \
    X(CLIENT_CERTIFICATE_REJECTED, "client-certificate-rejected")         \
    X(INAPPROPRIATE_FALLBACK, "inappropriate-fallback")                   \
    X(RENEGOTIATION_REFUSED, "renegotiation-refused")                     \
    X(ECH_REJECTED, "ech-rejected")                                       \
    X(NOT_TLS_SERVER, "not-tls-server")                                   \
    X(NOT_TLS_CLIENT, "not-tls-client")                                   \
    X(STARTTLS_REFUSED, "starttls-refused")                               \
    X(PROXY_REFUSED, "proxy-refused")                                     \
    X(SERVER_CLOSED_AFTER_CLIENT_HELLO, "server-closed-after-client-hello")\
    X(RESET_AFTER_CLIENT_HELLO, "reset-after-client-hello")               \
    X(NO_REPLY_TO_CLIENT_HELLO, "no-reply-to-client-hello")               \
    X(LARGE_CLIENT_HELLO_DROPPED, "large-client-hello-dropped")           \
    X(SERVER_FLIGHT_LOST, "server-flight-lost")                           \
    X(CLIENT_ABORTED_AFTER_CERTIFICATE, "client-aborted-after-certificate")\
    X(CONNECTION_REFUSED, "connection-refused")                           \
    X(CONNECTION_TIMEOUT, "connection-timeout")                           \
    X(QUIC_VERSION_UNSUPPORTED, "quic-version-unsupported")               \
    X(QUIC_CONNECTION_CLOSED, "quic-connection-closed")                   \
    X(DECRYPT_ERROR, "decrypt-error")                                     \
    X(RECORD_CORRUPT, "record-corrupt")                                   \
    X(MALFORMED_MESSAGE, "malformed-message")                             \
    X(UNEXPECTED_MESSAGE, "unexpected-message")                           \
    X(SLOW_SERVER, "slow-server")                                         \
    X(SLOW_CLIENT, "slow-client")                                         \
    X(LOSSY, "lossy")                                                     \
    X(DTLS_COOKIE_UNANSWERED, "dtls-cookie-unanswered")                   \
    X(CAPTURE_ONE_SIDED, "capture-one-sided")                             \
    X(CAPTURE_MID_STREAM, "capture-mid-stream")                           \
    X(CAPTURE_TRUNCATED, "capture-truncated")                             \
    X(CAPTURE_DROPPED, "capture-dropped")

enum finding_code {
#define X(name, text) FINDING_##name,
    FINDINGS(X)
#undef X
        FINDING_COUNT
};

struct finding_info {
    const char *code;
    enum hl_severity severity; /* unless the rule that finds it says otherwise */
    const char *title;         /* a few words */
    const char *why;           /* a paragraph: what it means and why it matters */
    const char *change;        /* what to do about it, and where */
    const char *section;       /* where it is written */
};

/* Never NULL. */
const struct finding_info *finding_info(enum finding_code code);
/* NULL when there is no such code. */
const struct finding_info *finding_by_name(const char *code);

#endif
