/* store.h - a set of certificates, found by their subjects: trust anchors, intermediates.
 *
 * Owns what is added to it. Not changed while it is used: stores may be shared by threads. */
#ifndef HL_CRYPTO_STORE_H
#define HL_CRYPTO_STORE_H

#include "crypto/certificate.h"

struct store_entry {
    struct hl_certificate *certificate;
    uint64_t subject; /* x509_name_hash() */
    uint32_t next;    /* in the same bucket; STORE_END */
};

#define STORE_END UINT32_MAX

struct cert_store {
    struct store_entry *entries;
    uint32_t *buckets;
    uint32_t count, room; /* as many buckets as room */
};

enum store_result { STORE_ADDED, STORE_KNOWN, STORE_UNREADABLE, STORE_NO_MEMORY };

void store_init(struct cert_store *store);
void store_cleanup(struct cert_store *store);
/* One certificate in DER; a copy is kept. Beyond HL_STORE_MAX: STORE_NO_MEMORY. */
enum store_result store_add(struct cert_store *store, struct hl_span der);
/* The next certificate whose subject is `name`, a whole Name: start with *cursor = 0. */
const struct hl_certificate *store_next(const struct cert_store *store, struct hl_span name, uint32_t *cursor);
/* The very same certificate, byte for byte; a subject and a signature that are the same do not make one. */
bool store_has(const struct cert_store *store, const struct hl_certificate *certificate);

#endif
