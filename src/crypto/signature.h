/* signature.h - is this signature right? Three answers: yes, no, cannot tell.
 *
 * What wolfCrypt cannot do is never shown as wrong: unknown algorithms, RSA over
 * 4096 bits, curves it lacks. Nothing is kept from call to call; what a check
 * costs and how often it may be made is the caller's business (signature_cost()). */
#ifndef HL_CRYPTO_SIGNATURE_H
#define HL_CRYPTO_SIGNATURE_H

#include "x509/x509.h"

enum sig_result {
    SIG_VERIFIED,
    SIG_WRONG,
    SIG_UNSUPPORTED, /* not checkable: `why` of the call says what is missing */
};

enum sig_form {
    SIG_FORM_UNKNOWN = 0,
    SIG_RSA_PKCS1,
    SIG_RSA_PKCS1_MD5_SHA1, /* TLS 1.0 and 1.1: both digests, without DigestInfo (RFC 2246, 4.7) */
    SIG_RSA_PSS,
    SIG_ECDSA,
    SIG_DSA,
    SIG_ED25519,
    SIG_ED448,
};

struct sig_algorithm {
    enum sig_form form;
    enum hl_x509_hash hash, mgf_hash; /* mgf_hash and salt: of PSS */
    uint32_t salt_length;             /* bytes */
    bool pss_key_only;                /* the key must be id-RSASSA-PSS (rsa_pss_pss_*) */
};

/* Of a certificate, an OCSP response or a CRL (RFC 5280, 4.1.1.2). */
struct sig_algorithm sig_of_x509(const struct hl_x509_algorithm *algorithm);
/* Of a TLS 1.2 or 1.3 SignatureScheme (RFC 8446, 4.2.3; RFC 5246, 7.4.1.4.1). */
struct sig_algorithm sig_of_scheme(uint16_t scheme);
/* What TLS before 1.2 signs with this kind of key (RFC 4346, 7.4.3; RFC 8422, 5.4). */
struct sig_algorithm sig_before_schemes(enum hl_x509_key_kind kind);

/* Check `signature` over `parts`, one behind the other. `why` (may be NULL) is set to a static text unless
 * the answer is SIG_VERIFIED. */
enum sig_result sig_verify(const struct hl_x509_key *key, const struct sig_algorithm *algorithm,
                           const struct hl_span *parts, size_t count, struct hl_span signature, const char **why);

/* What a check with this key costs, about, in units of an RSA 2048 check (some 0.1 ms). */
unsigned signature_cost(const struct hl_x509_key *key);

#endif
