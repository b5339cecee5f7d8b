/* rsa_public.h - what can be done with an RSA key that is somebody else's: to encrypt. Signatures are checked in signature.c. */
#ifndef HL_CRYPTO_RSA_PUBLIC_H
#define HL_CRYPTO_RSA_PUBLIC_H

#include "x509/x509.h"

#define RSA_BITS_MAX 4096u
#define RSA_BITS_MIN 512u
#define RSA_BYTES_MAX (RSA_BITS_MAX / 8)

/* Bytes of the modulus; 0: it is no RSA key, or one that cannot be used here. */
size_t rsa_public_size(const struct hl_x509_key *key);
/* The bare operation (RFC 8017, section 5.1.1), without padding: `block` has rsa_public_size() bytes and begins with 0, as PKCS #1
 * has it. False when that cannot be. */
bool rsa_public_encrypt(const struct hl_x509_key *key, struct hl_span block, uint8_t out[RSA_BYTES_MAX]);
/* RSAES-PKCS1-v1_5 (RFC 8017, section 7.2.1, steps 1 and 2): 0, 2, random bytes other than 0, 0, `message`. False when it has no
 * room in `size` bytes, or there is no randomness. */
bool rsa_pad(struct hl_span message, uint8_t *block, size_t size);

#endif
