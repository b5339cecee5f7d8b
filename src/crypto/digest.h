/* digest.h - hashes, by wolfCrypt. */
#ifndef HL_CRYPTO_DIGEST_H
#define HL_CRYPTO_DIGEST_H

#include "x509/x509.h"

#include <handlens/span.h>

#define MD5_LENGTH 16
#define SHA1_LENGTH 20
#define SHA256_LENGTH 32
#define DIGEST_LENGTH_MAX 64

void digest_md5(struct hl_span data, uint8_t out[MD5_LENGTH]);
void digest_sha1(struct hl_span data, uint8_t out[SHA1_LENGTH]);
void digest_sha256(struct hl_span data, uint8_t out[SHA256_LENGTH]);

/* The digest of `parts`, one behind the other; its length in bytes, 0 when wolfCrypt lacks that hash. */
size_t digest_parts(enum hl_x509_hash hash, const struct hl_span *parts, size_t count,
                    uint8_t out[DIGEST_LENGTH_MAX]);

#endif
