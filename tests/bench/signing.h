/* signing.h - real keys and signatures for the benchmark's certificates, by wolfCrypt. */
#ifndef HL_BENCH_SIGNING_H
#define HL_BENCH_SIGNING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct signing_key;

/* A new RSA key of 2048 bits, or one on P-256. Ends the program when that fails; never freed. */
struct signing_key *signing_key_new(bool ec);
bool signing_key_is_ec(const struct signing_key *key);
/* Its SubjectPublicKeyInfo in DER; the length. */
size_t signing_key_spki(struct signing_key *key, uint8_t *out, size_t size);
/* A signature with SHA-256: RSA PKCS #1 v1.5 or ECDSA; the length. */
size_t signing_sign(struct signing_key *key, const uint8_t *data, size_t n, uint8_t *out, size_t size);

#endif
