#include "crypto/wolfcrypt.h"

#include <wolfssl/wolfcrypt/settings.h>

#include "crypto/cipher_spec.h"
#include "registry/registry.h"
#include "wire/version.h"

#include <string.h>

/* What this build of wolfSSL has: each is NULL, or what there is to say. */
#define MISSING(name) name " is not available in this build of wolfSSL"

#ifdef NO_RC4
#define RC4_WHY MISSING("RC4")
#else
#define RC4_WHY NULL
#endif
#ifdef NO_DES3
#define DES_WHY MISSING("DES")
#define DES3_WHY MISSING("3DES")
#else
#define DES_WHY NULL
#define DES3_WHY NULL
#endif
#if defined(NO_AES) || defined(NO_AES_CBC) || !defined(HAVE_AES_DECRYPT)
#define AES_WHY MISSING("AES-CBC")
#else
#define AES_WHY NULL
#endif
#if defined(NO_AES) || !defined(HAVE_AESGCM)
#define GCM_WHY MISSING("AES-GCM")
#else
#define GCM_WHY NULL
#endif
#if defined(NO_AES) || !defined(HAVE_AESCCM)
#define CCM_WHY MISSING("AES-CCM")
#else
#define CCM_WHY NULL
#endif
#ifdef HAVE_CAMELLIA
#define CAMELLIA_WHY NULL
#else
#define CAMELLIA_WHY MISSING("Camellia")
#endif
#if defined(HAVE_CHACHA) && defined(HAVE_POLY1305)
#define CHACHA_WHY NULL
#else
#define CHACHA_WHY MISSING("ChaCha20-Poly1305")
#endif

#define EXPORT_WHY "ciphers weakened for export are not opened"

/* The words of reg_suite(). Lengths in bytes; a key is as long as in the key block, of export suites before
 * it is made longer (RFC 2246, 6.3.1). `nonce` is of AEAD, all of it. */
static const struct cipher {
    const char *word;
    enum cipher_kind kind;
    enum cipher_algorithm algorithm;
    uint8_t key, block, nonce, tag;
    const char *unavailable;
} ciphers[] = {
    { "NULL", CIPHER_NULL, CIPHER_NONE, 0, 0, 0, 0, NULL },
    { "RC4_128", CIPHER_STREAM, CIPHER_RC4, 16, 0, 0, 0, RC4_WHY },
    { "RC4_56", CIPHER_STREAM, CIPHER_RC4, 7, 0, 0, 0, EXPORT_WHY },
    { "RC4_40", CIPHER_STREAM, CIPHER_RC4, 5, 0, 0, 0, EXPORT_WHY },
    { "DES_CBC", CIPHER_CBC, CIPHER_DES, 8, 8, 0, 0, DES_WHY },
    { "DES40_CBC", CIPHER_CBC, CIPHER_DES, 5, 8, 0, 0, EXPORT_WHY },
    { "DES_CBC_40", CIPHER_CBC, CIPHER_DES, 5, 8, 0, 0, EXPORT_WHY },
    { "3DES_EDE_CBC", CIPHER_CBC, CIPHER_3DES, 24, 8, 0, 0, DES3_WHY },
    { "RC2_CBC_56", CIPHER_CBC, CIPHER_OTHER, 7, 8, 0, 0, EXPORT_WHY },
    { "RC2_CBC_40", CIPHER_CBC, CIPHER_OTHER, 5, 8, 0, 0, EXPORT_WHY },
    { "AES_128_CBC", CIPHER_CBC, CIPHER_AES, 16, 16, 0, 0, AES_WHY },
    { "AES_256_CBC", CIPHER_CBC, CIPHER_AES, 32, 16, 0, 0, AES_WHY },
    { "CAMELLIA_128_CBC", CIPHER_CBC, CIPHER_CAMELLIA, 16, 16, 0, 0, CAMELLIA_WHY },
    { "CAMELLIA_256_CBC", CIPHER_CBC, CIPHER_CAMELLIA, 32, 16, 0, 0, CAMELLIA_WHY },
    { "IDEA_CBC", CIPHER_CBC, CIPHER_OTHER, 16, 8, 0, 0, MISSING("IDEA") },
    { "SEED_CBC", CIPHER_CBC, CIPHER_OTHER, 16, 16, 0, 0, MISSING("SEED") },
    { "ARIA_128_CBC", CIPHER_CBC, CIPHER_OTHER, 16, 16, 0, 0, MISSING("ARIA") },
    { "ARIA_256_CBC", CIPHER_CBC, CIPHER_OTHER, 32, 16, 0, 0, MISSING("ARIA") },
    { "SM4_CBC", CIPHER_CBC, CIPHER_OTHER, 16, 16, 0, 0, MISSING("SM4") },
    { "SM1", CIPHER_CBC, CIPHER_OTHER, 16, 16, 0, 0, MISSING("SM1") },
    { "FORTEZZA_CBC", CIPHER_CBC, CIPHER_OTHER, 0, 0, 0, 0, MISSING("Fortezza") },
    { "28147_CNT", CIPHER_STREAM, CIPHER_OTHER, 32, 0, 0, 0, MISSING("GOST 28147-89") },
    { "KUZNYECHIK_CTR", CIPHER_STREAM, CIPHER_OTHER, 32, 0, 0, 0, MISSING("GOST Kuznyechik") },
    { "MAGMA_CTR", CIPHER_STREAM, CIPHER_OTHER, 32, 0, 0, 0, MISSING("GOST Magma") },
    { "AES_128_GCM", CIPHER_AEAD, CIPHER_AES_GCM, 16, 0, 12, 16, GCM_WHY },
    { "AES_256_GCM", CIPHER_AEAD, CIPHER_AES_GCM, 32, 0, 12, 16, GCM_WHY },
    { "AES_128_CCM", CIPHER_AEAD, CIPHER_AES_CCM, 16, 0, 12, 16, CCM_WHY },
    { "AES_256_CCM", CIPHER_AEAD, CIPHER_AES_CCM, 32, 0, 12, 16, CCM_WHY },
    { "AES_128_CCM_8", CIPHER_AEAD, CIPHER_AES_CCM, 16, 0, 12, 8, CCM_WHY },
    { "AES_256_CCM_8", CIPHER_AEAD, CIPHER_AES_CCM, 32, 0, 12, 8, CCM_WHY },
    { "CHACHA20_POLY1305", CIPHER_AEAD, CIPHER_CHACHA20_POLY1305, 32, 0, 12, 16, CHACHA_WHY },
    { "ARIA_128_GCM", CIPHER_AEAD, CIPHER_OTHER, 16, 0, 12, 16, MISSING("ARIA") },
    { "ARIA_256_GCM", CIPHER_AEAD, CIPHER_OTHER, 32, 0, 12, 16, MISSING("ARIA") },
    { "CAMELLIA_128_GCM", CIPHER_AEAD, CIPHER_OTHER, 16, 0, 12, 16, MISSING("Camellia-GCM") },
    { "CAMELLIA_256_GCM", CIPHER_AEAD, CIPHER_OTHER, 32, 0, 12, 16, MISSING("Camellia-GCM") },
    { "SM4_GCM", CIPHER_AEAD, CIPHER_OTHER, 16, 0, 12, 16, MISSING("SM4") },
    { "SM4_CCM", CIPHER_AEAD, CIPHER_OTHER, 16, 0, 12, 16, MISSING("SM4") },
    { "AEGIS_128L", CIPHER_AEAD, CIPHER_OTHER, 16, 0, 16, 16, MISSING("AEGIS") },
    { "AEGIS_256", CIPHER_AEAD, CIPHER_OTHER, 32, 0, 32, 16, MISSING("AEGIS") },
    { "ASCONAEAD128", CIPHER_AEAD, CIPHER_OTHER, 16, 0, 16, 16, MISSING("Ascon") },
    { "KUZNYECHIK_MGM_L", CIPHER_AEAD, CIPHER_OTHER, 32, 0, 16, 16, MISSING("GOST Kuznyechik") },
    { "KUZNYECHIK_MGM_S", CIPHER_AEAD, CIPHER_OTHER, 32, 0, 16, 16, MISSING("GOST Kuznyechik") },
    { "MAGMA_MGM_L", CIPHER_AEAD, CIPHER_OTHER, 32, 0, 8, 8, MISSING("GOST Magma") },
    { "MAGMA_MGM_S", CIPHER_AEAD, CIPHER_OTHER, 32, 0, 8, 8, MISSING("GOST Magma") },
};

static const struct hash {
    const char *word;
    enum hl_x509_hash hash;
    uint8_t length;
} hashes[] = {
    { "MD5", HL_X509_MD5, 16 },
    { "SHA", HL_X509_SHA1, 20 },
    { "SHA1", HL_X509_SHA1, 20 },
    { "SHA256", HL_X509_SHA256, 32 },
    { "SHA384", HL_X509_SHA384, 48 },
    { "SHA512", HL_X509_SHA512, 64 },
    { "SM3", HL_X509_SM3, 32 },
    { "GOSTR3411", HL_X509_GOST94, 32 },
    { "GOSTR341112_256", HL_X509_STREEBOG256, 32 },
};

static const struct cipher *cipher_named(const char *word)
{
    for (size_t i = 0; i < sizeof ciphers / sizeof ciphers[0]; i++) {
        if (strcmp(ciphers[i].word, word) == 0)
            return &ciphers[i];
    }
    return NULL;
}

static const struct hash *hash_named(const char *word)
{
    for (size_t i = 0; i < sizeof hashes / sizeof hashes[0]; i++) {
        if (strcmp(hashes[i].word, word) == 0)
            return &hashes[i];
    }
    return NULL;
}

static bool is_available(enum hl_x509_hash hash)
{
    enum wc_HashType type = wolfcrypt_hash(hash);

    return type != WC_HASH_TYPE_NONE && wc_HashGetDigestSize(type) > 0;
}

static void take_cipher(struct cipher_spec *out, const struct cipher *cipher, uint16_t tls)
{
    if (cipher == NULL) { /* newer than this table */
        out->kind = CIPHER_AEAD;
        out->algorithm = CIPHER_OTHER;
        out->unavailable = "the cipher is not known to this program";
        return;
    }
    out->kind = cipher->kind;
    out->algorithm = cipher->algorithm;
    out->key_length = cipher->key;
    out->block_length = cipher->block;
    out->tag_length = cipher->tag;
    out->unavailable = cipher->unavailable;
    if (cipher->kind == CIPHER_CBC) { /* RFC 4346, 6.2.3.2: each record with its own */
        out->fixed_iv_length = tls < 0x0302 ? cipher->block : 0;
        out->record_iv_length = tls < 0x0302 ? 0 : cipher->block;
    } else if (cipher->kind == CIPHER_AEAD) {
        /* RFC 5288, section 3: 4 bytes are secret, 8 in the record. RFC 7905 and RFC 8446, 5.3: all of it. */
        bool split = tls < 0x0304 && cipher->algorithm != CIPHER_CHACHA20_POLY1305 && cipher->nonce == 12;
        out->record_iv_length = split ? 8 : 0;
        out->fixed_iv_length = (uint8_t)(cipher->nonce - out->record_iv_length);
    }
}

static void take_mac(struct cipher_spec *out, const char *word)
{
    const struct hash *mac = hash_named(word);

    if (mac != NULL) {
        out->mac = mac->hash;
        out->mac_length = mac->length;
    }
    bool needed = out->kind != CIPHER_AEAD && strcmp(word, "NULL") != 0;
    if (out->unavailable == NULL && needed && (mac == NULL || !is_available(mac->hash)))
        out->unavailable = MISSING("the suite's MAC");
}

/* Before TLS 1.2 suites do not choose, whatever they say of 1.2 (RFC 5487, 3.1), GOST's apart. */
static void take_prf(struct cipher_spec *out, const char *word, uint16_t tls)
{
    const struct hash *prf = hash_named(word);

    if (strcmp(word, "default") == 0)
        out->prf = tls < 0x0303 ? HL_X509_HASH_NONE : HL_X509_SHA256;
    else if (prf == NULL)
        out->prf = HL_X509_HASH_NONE;
    else if (tls >= 0x0303 || prf->hash == HL_X509_GOST94 || prf->hash == HL_X509_STREEBOG256)
        out->prf = prf->hash;
    bool old = tls < 0x0303 && out->prf == HL_X509_HASH_NONE;
    if (out->unavailable == NULL && !old && !is_available(out->prf))
        out->unavailable = MISSING("the suite's hash");
}

/* A peer may choose what its version does not have. */
static const char *not_of_version(const struct hl_suite *suite, const struct cipher_spec *spec, uint16_t tls)
{
    bool new_suite = strcmp(suite->key_exchange, "any") == 0;

    if (tls == 0x0304 && !new_suite)
        return "TLS 1.3 does not have this cipher suite";
    if (tls == 0x0304 && spec->kind != CIPHER_AEAD) /* RFC 9150 */
        return "TLS 1.3 without encryption is not opened";
    if (tls < 0x0304 && new_suite)
        return "only TLS 1.3 has this cipher suite";
    if (tls < 0x0303 && spec->kind == CIPHER_AEAD)
        return "AEAD ciphers came with TLS 1.2";
    if (tls == 0x0300 && spec->mac_length > 0 && spec->mac != HL_X509_MD5 && spec->mac != HL_X509_SHA1)
        return "SSL 3.0 has no MAC of this kind";
    return NULL;
}

bool cipher_spec_of(uint16_t suite, uint16_t version, struct cipher_spec *out)
{
    const struct hl_suite *words = reg_suite(suite);
    uint16_t tls = version_as_tls(version);

    memset(out, 0, sizeof *out);
    if (words == NULL || tls == 0)
        return false;
    out->suite = suite;
    out->version = version;
    out->export_grade = words->export_grade;
    take_cipher(out, cipher_named(words->cipher), tls);
    take_mac(out, words->mac);
    take_prf(out, words->prf, tls);
    if (out->unavailable == NULL && words->export_grade)
        out->unavailable = EXPORT_WHY;
    if (out->unavailable == NULL)
        out->unavailable = not_of_version(words, out, tls);
    return true;
}
