/* digest.h - hashes, by wolfCrypt. */
#ifndef HL_CRYPTO_DIGEST_H
#define HL_CRYPTO_DIGEST_H

#include <handlens/span.h>

#define MD5_LENGTH 16
#define SHA1_LENGTH 20
#define SHA256_LENGTH 32

void digest_md5(struct hl_span data, uint8_t out[MD5_LENGTH]);
void digest_sha1(struct hl_span data, uint8_t out[SHA1_LENGTH]);
void digest_sha256(struct hl_span data, uint8_t out[SHA256_LENGTH]);

#endif
