/* ct.h - Certificate Transparency: did a log really promise this certificate? (RFC 6962, 3.2)
 *
 * A signed certificate timestamp inside a certificate is over the certificate
 * without it and over the issuer's key, so that the issuer must be known; one that
 * comes beside it, in the handshake or in an OCSP response, is over the certificate. */
#ifndef HL_CRYPTO_CT_H
#define HL_CRYPTO_CT_H

#include "crypto/certificate.h"
#include "crypto/signature.h"

struct ct_log {
    uint8_t id[SHA256_LENGTH]; /* SHA-256 of the key */
    struct hl_x509_key key;
    const char *name;     /* "Google 'Argon2026h1' log", ... */
    const char *operator; /* "Google", ...; "" when not known */
    struct ct_log *next;
};

struct ct_logs {
    struct ct_log *first;
    uint32_t count;
    struct hl_arena arena;
};

enum sct_source { SCT_EMBEDDED, SCT_IN_HANDSHAKE, SCT_IN_OCSP };

struct sct_answer {
    enum sig_result result;   /* SIG_UNSUPPORTED: not checkable */
    const char *why;          /* static; NULL when it is verified */
    const struct ct_log *log; /* NULL: none with that id is known */
};

void ct_logs_init(struct ct_logs *logs);
void ct_logs_cleanup(struct ct_logs *logs);
/* A log by its key: a SubjectPublicKeyInfo in base64, as in the public lists of logs. False when that cannot be
 * read, at HL_CT_LOGS_MAX, or when memory has run out. */
bool ct_logs_add(struct ct_logs *logs, struct hl_span key_base64, const char *name, const char *operator);
/* The log with this id; NULL. */
const struct ct_log *ct_logs_find(const struct ct_logs *logs, struct hl_span id);

/* `issuer` may be NULL: then an embedded one is not checkable. `at`: seconds since 1970; a timestamp of the
 * future is wrong. */
struct sct_answer sct_check(const struct ct_logs *logs, const struct hl_x509_sct *sct, enum sct_source source,
                            const struct hl_certificate *subject, const struct hl_certificate *issuer, int64_t at);

#endif
