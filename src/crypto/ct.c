#include "crypto/wolfcrypt.h"

#include <wolfssl/wolfcrypt/coding.h>

#include "crypto/ct.h"
#include "x509/precertificate.h"

#include <string.h>

#define KEY_MAX 1024u
#define LOGS_MEMORY_MAX ((size_t)4 << 20)
/* Clocks of logs and of captures differ. */
#define CLOCK_SKEW 300

void ct_logs_init(struct ct_logs *logs)
{
    *logs = (struct ct_logs){ .first = NULL };
    arena_init(&logs->arena, LOGS_MEMORY_MAX);
}

void ct_logs_cleanup(struct ct_logs *logs)
{
    arena_cleanup(&logs->arena);
    ct_logs_init(logs);
}

bool ct_logs_add(struct ct_logs *logs, struct hl_span key_base64, const char *name, const char *operator)
{
    uint8_t der[KEY_MAX];
    word32 length = sizeof der;

    if (logs->count >= HL_CT_LOGS_MAX || key_base64.len > KEY_MAX
        || Base64_Decode(key_base64.ptr, (word32)key_base64.len, der, &length) != 0)
        return false;
    struct hl_span copy = arena_copy(&logs->arena, (struct hl_span){ der, length });
    struct ct_log *log = arena_alloc(&logs->arena, sizeof *log);
    if (log == NULL || copy.len != length || !x509_key_parse(copy, &log->key))
        return false;
    digest_sha256(copy, log->id);
    log->name = arena_string(&logs->arena, name);
    log->operator = arena_string(&logs->arena, operator);
    log->next = logs->first;
    logs->first = log;
    logs->count++;
    return true;
}

const struct ct_log *ct_logs_find(const struct ct_logs *logs, struct hl_span id)
{
    const struct ct_log *log = logs->first;

    while (log != NULL && (id.len != SHA256_LENGTH || memcmp(log->id, id.ptr, SHA256_LENGTH) != 0))
        log = log->next;
    return log;
}

static void put_uint(struct hl_buffer *out, unsigned bytes, uint64_t value)
{
    while (bytes-- > 0)
        buf_char(out, (char)(value >> 8 * bytes & 0xff));
}

/* digitally-signed struct { sct_version, signature_type, timestamp, entry_type, signed_entry, extensions } */
static bool put_signed(struct hl_buffer *out, const struct hl_x509_sct *sct, enum sct_source source,
                       const struct hl_certificate *subject, const struct hl_certificate *issuer)
{
    struct hl_buffer entry;
    bool done = true;

    put_uint(out, 1, 0); /* v1 */
    put_uint(out, 1, 0); /* certificate_timestamp */
    put_uint(out, 8, sct->timestamp_ms);
    put_uint(out, 2, source == SCT_EMBEDDED);
    buf_init(&entry, subject->der.len + 16);
    if (source == SCT_EMBEDDED) {
        buf_put(out, issuer->spki_sha256, SHA256_LENGTH);
        done = x509_precertificate_put(&entry, &subject->x509);
    } else {
        buf_span(&entry, subject->der);
    }
    put_uint(out, 3, entry.len);
    buf_span(out, buf_view(&entry));
    put_uint(out, 2, sct->extensions.len);
    buf_span(out, sct->extensions);
    done &= !entry.failed && !out->failed;
    buf_cleanup(&entry);
    return done;
}

static struct sct_answer not_checkable(const struct ct_log *log, const char *why)
{
    return (struct sct_answer){ .result = SIG_UNSUPPORTED, .why = why, .log = log };
}

struct sct_answer sct_check(const struct ct_logs *logs, const struct hl_x509_sct *sct, enum sct_source source,
                            const struct hl_certificate *subject, const struct hl_certificate *issuer, int64_t at)
{
    struct sct_answer answer = { .log = sct->version == 0 ? ct_logs_find(logs, sct->log_id) : NULL };
    struct hl_buffer message;

    if (sct->version != 0)
        return not_checkable(NULL, "a version other than v1");
    if (answer.log == NULL)
        return not_checkable(NULL, logs->count == 0 ? "no list of logs was given" : "a log that is not in the list");
    if (source == SCT_EMBEDDED && issuer == NULL)
        return not_checkable(answer.log, "the certificate of the issuer was not sent and is not known");
    if (sct->timestamp_ms / 1000 > (uint64_t)(at > 0 ? at : 0) + CLOCK_SKEW) {
        answer.result = SIG_WRONG;
        answer.why = "a timestamp of the future";
        return answer;
    }
    buf_init(&message, subject->der.len + 2 * KEY_MAX + sct->extensions.len);
    if (put_signed(&message, sct, source, subject, issuer)) {
        const struct sig_algorithm algorithm =
            sig_of_scheme((uint16_t)(sct->hash_algorithm << 8 | sct->signature_algorithm));
        const struct hl_span part = buf_view(&message);
        answer.result = sig_verify(&answer.log->key, &algorithm, &part, 1, sct->signature, &answer.why);
    } else {
        answer = not_checkable(answer.log, "what was signed cannot be put together");
    }
    buf_cleanup(&message);
    return answer;
}
