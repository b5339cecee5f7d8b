/* protection.h - one direction of record protection: records in, their content out.
 *
 *     protection_init(&p, &spec, &keys, flags);
 *     switch (protection_open(&p, type, version, fragment, out, sizeof out, &content, &inner)) ...
 *     protection_cleanup(&p);
 *
 * A struct protection is in the caller's storage and may be copied; whoever copies it cleans up the copy too
 * (keys are wiped). It has no pointers of its own.
 *
 * The sequence number is kept inside, from 0, and counts what was opened or skipped. An open that does not
 * give PROTECTION_OPENED changes nothing at all: not the sequence number, not the key stream of RC4, not the
 * chained block of CBC. The caller may try the same record again (with other keys, as another type), or step
 * over it with protection_skip(), or try the next record. */
#ifndef HL_CRYPTO_PROTECTION_H
#define HL_CRYPTO_PROTECTION_H

#include "crypto/cipher_spec.h"

#define PROTECTION_MAC_KEY_MAX 64
#define PROTECTION_KEY_MAX 32
#define PROTECTION_IV_MAX 16
#define PROTECTION_RC4_MAX 272 /* wolfCrypt's struct for it, whatever it was built with */

enum protection_result {
    PROTECTION_OPENED,
    PROTECTION_WRONG,       /* the MAC, the tag, or the padding is not right, or it is too short to be */
    PROTECTION_UNAVAILABLE, /* cannot tell: the cipher is not there, its state was lost, no room, no memory */
};

/* Negotiated by extensions, for suites with a MAC in TLS 1.0 to 1.2; without effect elsewhere. */
enum protection_flag {
    PROTECTION_ENCRYPT_THEN_MAC = 1, /* RFC 7366; CBC only */
    PROTECTION_TRUNCATED_HMAC = 2,   /* RFC 6066, section 7: 10 bytes */
};

/* What key blocks are cut into. Borrowed during protection_init(). */
struct protection_keys {
    struct hl_span mac_key; /* spec.mac_length bytes */
    struct hl_span key;     /* spec.key_length bytes */
    struct hl_span iv;      /* spec.fixed_iv_length bytes */
};

/* All fields are this module's own. */
struct protection {
    struct cipher_spec spec;
    unsigned flags;
    uint64_t sequence;
    bool lost; /* the key stream or the chained block is not known */
    uint8_t mac_key[PROTECTION_MAC_KEY_MAX];
    uint8_t key[PROTECTION_KEY_MAX];
    uint8_t iv[PROTECTION_IV_MAX]; /* of chained CBC: the last block of ciphertext */
    _Alignas(8) uint8_t rc4[PROTECTION_RC4_MAX];
};

/* False when a length of `keys` is not the one in `spec`; then there is nothing to clean up. With a spec that
 * is unavailable it succeeds, and every open gives PROTECTION_UNAVAILABLE. `flags`: enum protection_flag. */
bool protection_init(struct protection *p, const struct cipher_spec *spec, const struct protection_keys *keys,
                     unsigned flags);
void protection_cleanup(struct protection *p);

/* Open the fragment of one record. `type` and `record_version` are those of its header. `out` must have room
 * for fragment.len bytes and must not overlap it. `*content` lies in `out` (before decompression, where a
 * session compresses); it is empty unless the record was opened, and then `out` holds nothing of worth.
 * `*inner_type` is TLS 1.3's (RFC 8446, 5.2), elsewhere `type`. */
enum protection_result protection_open(struct protection *p, uint8_t type, uint16_t record_version,
                                       struct hl_span fragment, uint8_t *out, size_t out_size,
                                       struct hl_span *content, uint8_t *inner_type);

/* The same of a record of DTLS with a connection id (RFC 9146), which hides its type, too. Without one `cid.ptr` is
 * NULL; one that is empty is not. */
enum protection_result protection_open_cid(struct protection *p, uint8_t type, uint16_t record_version,
                                           struct hl_span cid, struct hl_span fragment, uint8_t *out, size_t out_size,
                                           struct hl_span *content, uint8_t *inner_type);

/* What was in a record that hides its type: the last byte that is not zero is that type (RFC 8446, section 5.4).
 * PROTECTION_WRONG when there is none. */
enum protection_result protection_take_inner(struct hl_span *content, uint8_t *type);

/* Step over a record whose content is not needed, or is not there. `length` is that of its fragment, and
 * `last_bytes` what there is of its end (the whole fragment, its tail, or nothing). The sequence number goes
 * on. RC4 only needs the length. CBC that chains (SSL 3.0, TLS 1.0) needs the last block of ciphertext, and
 * of the MAC behind it where there is one (RFC 7366); without it the next record cannot be opened, and
 * skipping that one with its bytes makes good again. */
void protection_skip(struct protection *p, struct hl_span last_bytes, size_t length);

/* An unknown number of records, or of bytes, is missing: RC4 never recovers, chained CBC as above. */
void protection_lose(struct protection *p);

/* For those who count for themselves: after a gap; in DTLS, where each record says its epoch and number (the
 * 64 bits of both are the sequence number: RFC 6347, 4.1.2.1). */
void protection_set_sequence(struct protection *p, uint64_t sequence);

#endif
