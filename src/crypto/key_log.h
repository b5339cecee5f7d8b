/* key_log.h - the secrets that TLS peers write down: the key log format (RFC 9850; NSS's and OpenSSL's older forms).
 *
 * An index over text, made in one pass, of 20 to 24 bytes a line; a secret is decoded
 * from its hex when it is asked for, into the caller's storage. The texts stay
 * the caller's (or a mapped file's) and must outlive the index, or be dropped. Of
 * two lines with the same label and id the later one counts. */
#ifndef HL_CRYPTO_KEY_LOG_H
#define HL_CRYPTO_KEY_LOG_H

#include "base/buffer.h"

#include <handlens/span.h>

#include <stdbool.h>
#include <stddef.h>

enum key_log_label {
    KEY_LOG_CLIENT_RANDOM,     /* master secret, by client random */
    KEY_LOG_PMS_CLIENT_RANDOM, /* premaster secret, by client random */
    KEY_LOG_RSA,               /* premaster secret, by the first 8 bytes of it as encrypted */
    KEY_LOG_RSA_SESSION_ID,    /* master secret, by session id: "RSA Session-ID:... Master-Key:..." */
    /* TLS 1.3 (QUIC's too), all by client random: */
    KEY_LOG_CLIENT_EARLY_TRAFFIC,
    KEY_LOG_CLIENT_HANDSHAKE_TRAFFIC,
    KEY_LOG_SERVER_HANDSHAKE_TRAFFIC,
    KEY_LOG_CLIENT_TRAFFIC_0,
    KEY_LOG_SERVER_TRAFFIC_0,
    KEY_LOG_EXPORTER,
    KEY_LOG_EARLY_EXPORTER,
    /* Encrypted ClientHello, by the outer client random: */
    KEY_LOG_ECH_SECRET,
    KEY_LOG_ECH_CONFIG,
};

struct key_log_entry;
struct key_log_text;

struct key_log {
    uint64_t seed;
    struct key_log_entry *entries;
    uint32_t *buckets;   /* as many as there is room for entries: a power of two */
    uint32_t count, room;
    struct key_log_text *texts;
    size_t text_count, text_room;
    uint64_t end;        /* of all texts, as if one stood behind the other */
};

/* What was found in a text, added to what was there before. */
struct key_log_counts {
    uint64_t lines;           /* that ended */
    uint64_t secrets;
    uint64_t unknown;         /* of other labels */
    uint64_t malformed;
    uint64_t first_malformed; /* number of the line, from 1; 0: none */
};

/* `seed`: not to be guessed, see base/hash.h. */
void key_log_init(struct key_log *log, uint64_t seed);
void key_log_cleanup(struct key_log *log);
/* Index another text. With `whole` its last line counts, too, if it has no line feed; else it is left for later.
 * `used` (may be NULL): bytes up to the end of the last line that ended. False when memory has run out, or at the cap. */
bool key_log_add(struct key_log *log, struct hl_span text, bool whole, struct key_log_counts *counts, size_t *used);
/* The texts in this memory are going away. */
void key_log_drop(struct key_log *log, struct hl_span memory);
/* The secret of this label for `id`: its length; 0 when it is not there, or longer than `size`. */
size_t key_log_find(const struct key_log *log, enum key_log_label label, struct hl_span id, uint8_t *out, size_t size);

/* One line behind what is in `out`: label, client random and secret (RFC 9850, section 2). */
void key_log_put(struct hl_buffer *out, const char *label, struct hl_span random, struct hl_span secret);

#endif
