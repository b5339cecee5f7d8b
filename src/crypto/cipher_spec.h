/* cipher_spec.h - what a cipher suite asks of the record layer and of the key schedule, in numbers.
 *
 * The registry has suites in words; this has lengths and algorithms, as they are in one version of the
 * protocol. A suite that cannot be opened here has a spec all the same, as far as it goes: for the sake of
 * its MAC, its PRF (and so of Finished), and of saying why. Static data only. */
#ifndef HL_CRYPTO_CIPHER_SPEC_H
#define HL_CRYPTO_CIPHER_SPEC_H

#include "x509/x509.h"

enum cipher_kind {
    CIPHER_NULL,   /* no encryption; a MAC, or (TLS_NULL_WITH_NULL_NULL) not even that */
    CIPHER_STREAM, /* RC4: one key stream over all records */
    CIPHER_CBC,    /* blocks, and a MAC */
    CIPHER_AEAD,   /* encryption that authenticates */
};

enum cipher_algorithm {
    CIPHER_NONE, /* of CIPHER_NULL */
    CIPHER_RC4,
    CIPHER_DES,
    CIPHER_3DES,
    CIPHER_AES,
    CIPHER_CAMELLIA,
    CIPHER_AES_GCM,
    CIPHER_AES_CCM, /* with a tag of 8 bytes also CCM_8 */
    CIPHER_CHACHA20_POLY1305,
    CIPHER_OTHER, /* ARIA, SEED, GOST, ...: `unavailable` is set */
};

struct cipher_spec {
    uint16_t suite;
    uint16_t version; /* as given; the lengths are those of this version */
    enum cipher_kind kind;
    enum cipher_algorithm algorithm;

    enum hl_x509_hash mac; /* HL_X509_HASH_NONE: none, or AEAD */
    uint8_t mac_length;    /* bytes, of the MAC key too; 0 without one */

    uint8_t key_length;       /* bytes of the key block's key; 0: none, or not known */
    uint8_t block_length;     /* bytes; 0: not a block cipher in CBC */
    uint8_t fixed_iv_length;  /* from the key block: SSL 3.0 and TLS 1.0 CBC; AEAD 4 or 12 */
    uint8_t record_iv_length; /* in front of each record: TLS 1.1 and 1.2 CBC; AEAD 8 or 0 */
    uint8_t tag_length;       /* AEAD: 16, or 8 of CCM_8 */

    /* Of the PRF, of HKDF and of the transcript. HL_X509_HASH_NONE before TLS 1.2: MD5 and SHA-1; from
     * TLS 1.2 on: a hash that this program does not know. */
    enum hl_x509_hash prf;

    bool export_grade;
    /* Why its records cannot be opened: a static text ("ARIA is not available in this build of wolfSSL");
     * NULL when they can. */
    const char *unavailable;
};

/* `version`: 0x0300 to 0x0304, TLS 1.3 as a draft (0x7fxx), or DTLS (0xfeff, 0xfefd, 0xfefc), which has the
 * lengths of the TLS it was made from. False for suites that the registry does not know, for signalling values, and
 * for other versions. */
bool cipher_spec_of(uint16_t suite, uint16_t version, struct cipher_spec *out);

#endif
