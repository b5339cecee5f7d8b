#include "crypto/wolfcrypt.h"

#include <wolfssl/wolfcrypt/asn_public.h>
#include <wolfssl/wolfcrypt/dsa.h>
#include <wolfssl/wolfcrypt/ecc.h>
#include <wolfssl/wolfcrypt/ed25519.h>
#include <wolfssl/wolfcrypt/ed448.h>
#include <wolfssl/wolfcrypt/error-crypt.h>
#include <wolfssl/wolfcrypt/rsa.h>

#include "base/hash.h"
#include "crypto/digest.h"
#include "crypto/rsa_key.h"
#include "crypto/signature.h"
#include "x509/der.h"

#include <string.h>

/* EdDSA hashes the message twice: it is put together, if it is not larger than this. */
#define MESSAGE_MAX ((size_t)128 << 10)

/* One call of sig_verify(). */
struct check {
    const struct hl_x509_key *key;
    const struct sig_algorithm *algorithm;
    const struct hl_span *parts;
    size_t count;
    struct hl_span signature;
    const char *why;
};

static enum sig_result unsupported(struct check *c, const char *why)
{
    c->why = why;
    return SIG_UNSUPPORTED;
}

static enum sig_result wrong(struct check *c, const char *why)
{
    c->why = why;
    return SIG_WRONG;
}

/* wolfCrypt's answer to a signature: out of memory and not built in say nothing about it. */
static enum sig_result refused(struct check *c, int error)
{
    if (error == MEMORY_E)
        return unsupported(c, "out of memory");
    if (error == NOT_COMPILED_IN)
        return unsupported(c, "wolfCrypt was built without it");
    return wrong(c, "the signature is not of this key and these bytes");
}

static enum sig_result verdict(struct check *c, bool right)
{
    return right ? SIG_VERIFIED : wrong(c, "the signature is not of this key and these bytes");
}

/* --- RSA ------------------------------------------------------------------- */

static bool rsa_key(struct check *c, RsaKey *key)
{
    c->why = rsa_key_take(c->key, key);
    return c->why == NULL;
}

/* What PKCS #1 v1.5 pads (RFC 8017, 9.2): DigestInfo, or the two digests of old TLS as they are. */
static size_t pkcs1_payload(struct check *c, uint8_t out[RSA_BITS_MAX / 8])
{
    uint8_t digest[DIGEST_LENGTH_MAX];

    if (c->algorithm->form == SIG_RSA_PKCS1_MD5_SHA1) {
        size_t md5 = digest_parts(HL_X509_MD5, c->parts, c->count, out);
        size_t sha1 = digest_parts(HL_X509_SHA1, c->parts, c->count, out + MD5_LENGTH);
        return md5 == MD5_LENGTH && sha1 == SHA1_LENGTH ? MD5_LENGTH + SHA1_LENGTH : 0;
    }
    size_t length = digest_parts(c->algorithm->hash, c->parts, c->count, digest);
    int oid = length > 0 ? wc_HashGetOID(wolfcrypt_hash(c->algorithm->hash)) : 0;
    return oid > 0 ? wc_EncodeSignature(out, digest, (word32)length, oid) : 0;
}

static enum sig_result check_pkcs1(struct check *c, RsaKey *key)
{
    uint8_t padded[RSA_BITS_MAX / 8], expected[RSA_BITS_MAX / 8];
    size_t length = pkcs1_payload(c, expected);

    if (length == 0)
        return unsupported(c, "a hash that wolfCrypt lacks");
    int n = wc_RsaSSL_Verify(c->signature.ptr, (word32)c->signature.len, padded, sizeof padded, key);
    if (n < 0)
        return refused(c, n);
    return verdict(c, (size_t)n == length && memcmp(padded, expected, length) == 0);
}

static int mgf_of(enum hl_x509_hash hash)
{
    switch (hash) {
    case HL_X509_SHA1: return WC_MGF1SHA1;
    case HL_X509_SHA224: return WC_MGF1SHA224;
    case HL_X509_SHA256: return WC_MGF1SHA256;
    case HL_X509_SHA384: return WC_MGF1SHA384;
    case HL_X509_SHA512: return WC_MGF1SHA512;
    default: return WC_MGF1NONE;
    }
}

/* RFC 8017, 8.1.2. */
static enum sig_result check_pss(struct check *c, RsaKey *key)
{
    const struct sig_algorithm *a = c->algorithm;
    uint8_t digest[DIGEST_LENGTH_MAX], seed[RSA_BITS_MAX / 8];
    size_t length = digest_parts(a->hash, c->parts, c->count, digest);
    enum wc_HashType hash = wolfcrypt_hash(a->hash);

    if (length == 0 || mgf_of(a->mgf_hash) == WC_MGF1NONE)
        return unsupported(c, "a hash that wolfCrypt lacks");
    size_t needed = length + a->salt_length + 2, has = (c->key->bits + 6) / 8; /* 9.1.2, step 3 */
    if (needed > has)
        return wrong(c, "the salt is longer than the key");
    if (needed == has && c->key->bits % 8 == 1)
        return unsupported(c, "a salt that wolfCrypt does not take");
    int n = wc_RsaPSS_Verify_ex((byte *)c->signature.ptr, (word32)c->signature.len, seed, sizeof seed, hash,
                                mgf_of(a->mgf_hash), (int)a->salt_length, key);
    if (n < 0)
        return refused(c, n);
    n = wc_RsaPSS_CheckPadding_ex(digest, (word32)length, seed, (word32)n, hash, (int)a->salt_length,
                                  (int)c->key->bits);
    return n == 0 ? SIG_VERIFIED : refused(c, n);
}

/* A key may say with which hashes and how much salt it signs (RFC 4055, 3.3). */
static bool pss_key_allows(const struct hl_x509_pss *key, const struct sig_algorithm *a)
{
    return !key->present
           || (key->hash == a->hash && key->mgf_hash == a->mgf_hash && key->salt_length <= a->salt_length);
}

static enum sig_result check_rsa(struct check *c)
{
    bool pss = c->algorithm->form == SIG_RSA_PSS;
    RsaKey key;

    if (c->key->kind == HL_X509_KEY_RSA_PSS && !pss)
        return wrong(c, "the key is for RSA-PSS only");
    if (c->algorithm->pss_key_only && c->key->kind != HL_X509_KEY_RSA_PSS)
        return wrong(c, "the scheme is for RSA-PSS keys only");
    if (!pss_key_allows(&c->key->pss, c->algorithm))
        return wrong(c, "the key is for RSA-PSS with other parameters");
    if (!rsa_key(c, &key))
        return SIG_UNSUPPORTED;
    enum sig_result result;
    if (c->signature.len != (c->key->bits + 7) / 8)
        result = wrong(c, "the signature does not have the key's length");
    else
        result = pss ? check_pss(c, &key) : check_pkcs1(c, &key);
    wc_FreeRsaKey(&key);
    return result;
}

/* --- elliptic curves ------------------------------------------------------- */

static int curve_id(const char *name)
{
    static const struct {
        const char *name;
        int id;
    } curves[] = {
        { "secp224r1", ECC_SECP224R1 },
        { "secp256r1", ECC_SECP256R1 },
        { "secp384r1", ECC_SECP384R1 },
        { "secp521r1", ECC_SECP521R1 },
        { "secp256k1", ECC_SECP256K1 },
        { "brainpoolP256r1", ECC_BRAINPOOLP256R1 },
        { "brainpoolP384r1", ECC_BRAINPOOLP384R1 },
        { "brainpoolP512r1", ECC_BRAINPOOLP512R1 },
    };

    for (size_t i = 0; name != NULL && i < sizeof curves / sizeof curves[0]; i++) {
        if (strcmp(curves[i].name, name) == 0)
            return curves[i].id;
    }
    return ECC_CURVE_INVALID;
}

/* wolfCrypt keeps tables for the keys that a thread checks with, built at a key's second use: 10 ms and megabytes, for
 * a gain of 0.3 ms a check. Captures have many keys with a few checks each, so they are dropped after each check, unless
 * one key comes again and again, which a table must have paid for: a server that is watched. */
#define TABLE_PAYS 32u

static bool key_comes_again(struct hl_span point)
{
    static _Thread_local uint64_t last; /* as the tables are */
    static _Thread_local unsigned times;
    const uint64_t hash = hash_bytes(point, 0);

    times = hash != last ? 1 : times < TABLE_PAYS ? times + 1 : TABLE_PAYS;
    last = hash;
    return times == TABLE_PAYS;
}

static enum sig_result check_ecdsa(struct check *c)
{
    uint8_t digest[DIGEST_LENGTH_MAX];
    size_t length = digest_parts(c->algorithm->hash, c->parts, c->count, digest);
    struct hl_span point = c->key->bits_raw;
    size_t field = (c->key->bits + 7) / 8; /* bytes of a coordinate; a compressed point has one (SEC 1, 2.3.3) */
    int curve = curve_id(c->key->curve), right = 0;
    ecc_key key;

    if (length == 0)
        return unsupported(c, "a hash that wolfCrypt lacks");
    if (curve == ECC_CURVE_INVALID)
        return unsupported(c, "a curve that wolfCrypt lacks");
    if (point.len != 1 + 2 * field && point.len != 1 + field)
        return unsupported(c, "the public key is malformed");
    if (wc_ecc_init(&key) != 0)
        return unsupported(c, "out of memory");
    int error = wc_ecc_import_x963_ex(point.ptr, (word32)point.len, &key, curve);
    enum sig_result result;
    if (error != 0) {
        result = unsupported(c, "the public key is not a point that wolfCrypt takes");
    } else {
        error = wc_ecc_verify_hash(c->signature.ptr, (word32)c->signature.len, digest, (word32)length, &right, &key);
        result = error != 0 ? refused(c, error) : verdict(c, right == 1);
    }
    wc_ecc_free(&key);
    if (!key_comes_again(point))
        wc_ecc_fp_free();
    return result;
}

/* --- Edwards curves -------------------------------------------------------- */

static enum sig_result check_eddsa_message(struct check *c, struct hl_span message)
{
    struct hl_span point = c->key->bits_raw;
    int right = 0, error;

    if (c->algorithm->form == SIG_ED25519) {
        ed25519_key key;
        if (wc_ed25519_init(&key) != 0)
            return unsupported(c, "out of memory");
        error = wc_ed25519_import_public(point.ptr, (word32)point.len, &key);
        if (error == 0)
            error = wc_ed25519_verify_msg(c->signature.ptr, (word32)c->signature.len, message.ptr,
                                          (word32)message.len, &right, &key);
        wc_ed25519_free(&key);
    } else {
        ed448_key key;
        if (wc_ed448_init(&key) != 0)
            return unsupported(c, "out of memory");
        error = wc_ed448_import_public(point.ptr, (word32)point.len, &key);
        if (error == 0)
            error = wc_ed448_verify_msg(c->signature.ptr, (word32)c->signature.len, message.ptr,
                                        (word32)message.len, &right, &key, NULL, 0);
        wc_ed448_free(&key);
    }
    return error != 0 ? refused(c, error) : verdict(c, right == 1);
}

static enum sig_result check_eddsa(struct check *c)
{
    struct hl_buffer message;

    if (c->key->bits_raw.len != (c->algorithm->form == SIG_ED25519 ? ED25519_PUB_KEY_SIZE : ED448_PUB_KEY_SIZE))
        return unsupported(c, "the public key is malformed");
    if (c->count == 1)
        return check_eddsa_message(c, c->parts[0]);
    buf_init(&message, MESSAGE_MAX);
    for (size_t i = 0; i < c->count; i++)
        buf_span(&message, c->parts[i]);
    enum sig_result result = message.failed ? unsupported(c, "what is signed is too long")
                                            : check_eddsa_message(c, buf_view(&message));
    buf_cleanup(&message);
    return result;
}

/* --- DSA ------------------------------------------------------------------- */

/* Dss-Sig-Value ::= SEQUENCE { r INTEGER, s INTEGER } (RFC 3279, 2.2.2), as wolfCrypt wants it: 20 bytes each. */
static bool dsa_signature(struct hl_span der, uint8_t out[2 * SHA1_LENGTH])
{
    struct hl_fault fault;
    struct hl_reader r = rd_init(der, &fault);
    struct hl_reader body = der_enter(&r, DER_SEQUENCE, "Dss-Sig-Value");
    struct der_tlv number;

    memset(out, 0, 2 * SHA1_LENGTH);
    for (size_t end = SHA1_LENGTH; end <= 2 * SHA1_LENGTH; end += SHA1_LENGTH) {
        if (!der_expect(&body, DER_INTEGER, &number, "r or s"))
            return false;
        struct hl_span magnitude = der_magnitude(number.value);
        if (magnitude.len == 0 || magnitude.len > SHA1_LENGTH)
            return false;
        memcpy(out + end - magnitude.len, magnitude.ptr, magnitude.len);
    }
    return rd_end(&body, "Dss-Sig-Value") && rd_end(&r, "Dss-Sig-Value");
}

/* Only with SHA-1: wolfCrypt 5.5 knows no other length of a digest. */
static enum sig_result check_dsa(struct check *c)
{
    uint8_t digest[DIGEST_LENGTH_MAX], signature[2 * SHA1_LENGTH];
    word32 at = 0;
    int right = 0;
    DsaKey key;

    if (c->algorithm->hash != HL_X509_SHA1 || c->key->bits > RSA_BITS_MAX)
        return unsupported(c, "DSA with anything but SHA-1");
    if (digest_parts(HL_X509_SHA1, c->parts, c->count, digest) == 0)
        return unsupported(c, "a hash that wolfCrypt lacks");
    if (wc_InitDsaKey(&key) != 0)
        return unsupported(c, "out of memory");
    enum sig_result result;
    if (wc_DsaPublicKeyDecode(c->key->der.ptr, &at, &key, (word32)c->key->der.len) != 0
        || mp_unsigned_bin_size(&key.q) != SHA1_LENGTH)
        result = unsupported(c, "a DSA key that wolfCrypt does not take");
    else if (!dsa_signature(c->signature, signature))
        result = wrong(c, "the signature is not two numbers of 20 bytes");
    else
        result = wc_DsaVerify(digest, signature, &key, &right) != 0 ? refused(c, SIG_VERIFY_E)
                                                                    : verdict(c, right == 1);
    wc_FreeDsaKey(&key);
    return result;
}

/* --- which one ------------------------------------------------------------- */

static const struct {
    enum hl_x509_key_kind key;
    enum sig_result (*check)(struct check *c);
} forms[] = {
    [SIG_RSA_PKCS1] = { HL_X509_KEY_RSA, check_rsa },
    [SIG_RSA_PKCS1_MD5_SHA1] = { HL_X509_KEY_RSA, check_rsa },
    [SIG_RSA_PSS] = { HL_X509_KEY_RSA, check_rsa },
    [SIG_ECDSA] = { HL_X509_KEY_EC, check_ecdsa },
    [SIG_DSA] = { HL_X509_KEY_DSA, check_dsa },
    [SIG_ED25519] = { HL_X509_KEY_ED25519, check_eddsa },
    [SIG_ED448] = { HL_X509_KEY_ED448, check_eddsa },
};

struct sig_algorithm sig_of_x509(const struct hl_x509_algorithm *algorithm)
{
    struct sig_algorithm out = { .hash = algorithm->hash };

    switch (algorithm->key) {
    case HL_X509_KEY_RSA:
        out.form = algorithm->pss.present ? SIG_RSA_PSS : SIG_RSA_PKCS1;
        out.mgf_hash = algorithm->pss.mgf_hash;
        out.salt_length = algorithm->pss.salt_length;
        break;
    case HL_X509_KEY_EC:
        out.form = SIG_ECDSA;
        break;
    case HL_X509_KEY_DSA:
        out.form = SIG_DSA;
        break;
    case HL_X509_KEY_ED25519:
        out.form = SIG_ED25519;
        break;
    case HL_X509_KEY_ED448:
        out.form = SIG_ED448;
        break;
    default:
        out.form = SIG_FORM_UNKNOWN;
    }
    return out;
}

static uint32_t hash_length(enum hl_x509_hash hash)
{
    return hash == HL_X509_SHA256 ? 32 : hash == HL_X509_SHA384 ? 48 : 64;
}

/* rsa_pss_rsae_* and rsa_pss_pss_*: the salt is as long as the digest (RFC 8446, 4.2.3). */
static struct sig_algorithm pss_scheme(enum hl_x509_hash hash, bool pss_key)
{
    return (struct sig_algorithm){ .form = SIG_RSA_PSS, .hash = hash, .mgf_hash = hash,
                                   .salt_length = hash_length(hash), .pss_key_only = pss_key };
}

struct sig_algorithm sig_of_scheme(uint16_t scheme)
{
    static const enum hl_x509_hash hashes[] = { /* HashAlgorithm of RFC 5246, 7.4.1.4.1 */
        HL_X509_HASH_NONE, HL_X509_MD5, HL_X509_SHA1, HL_X509_SHA224, HL_X509_SHA256, HL_X509_SHA384, HL_X509_SHA512
    };
    static const enum sig_form signatures[] = { SIG_FORM_UNKNOWN, SIG_RSA_PKCS1, SIG_DSA, SIG_ECDSA };
    unsigned hash = scheme >> 8, signature = scheme & 0xff;

    switch (scheme) {
    case 0x0804: return pss_scheme(HL_X509_SHA256, false);
    case 0x0805: return pss_scheme(HL_X509_SHA384, false);
    case 0x0806: return pss_scheme(HL_X509_SHA512, false);
    case 0x0809: return pss_scheme(HL_X509_SHA256, true);
    case 0x080a: return pss_scheme(HL_X509_SHA384, true);
    case 0x080b: return pss_scheme(HL_X509_SHA512, true);
    case 0x0807: return (struct sig_algorithm){ .form = SIG_ED25519 };
    case 0x0808: return (struct sig_algorithm){ .form = SIG_ED448 };
    case 0x081a: return (struct sig_algorithm){ .form = SIG_ECDSA, .hash = HL_X509_SHA256 }; /* brainpool: RFC 8734 */
    case 0x081b: return (struct sig_algorithm){ .form = SIG_ECDSA, .hash = HL_X509_SHA384 };
    case 0x081c: return (struct sig_algorithm){ .form = SIG_ECDSA, .hash = HL_X509_SHA512 };
    default: break;
    }
    if (hash == 0 || hash >= sizeof hashes / sizeof hashes[0] || signature >= sizeof signatures / sizeof signatures[0])
        return (struct sig_algorithm){ .form = SIG_FORM_UNKNOWN };
    return (struct sig_algorithm){ .form = signatures[signature], .hash = hashes[hash] };
}

struct sig_algorithm sig_before_schemes(enum hl_x509_key_kind kind)
{
    switch (kind) {
    case HL_X509_KEY_RSA: return (struct sig_algorithm){ .form = SIG_RSA_PKCS1_MD5_SHA1 };
    case HL_X509_KEY_DSA: return (struct sig_algorithm){ .form = SIG_DSA, .hash = HL_X509_SHA1 };
    case HL_X509_KEY_EC: return (struct sig_algorithm){ .form = SIG_ECDSA, .hash = HL_X509_SHA1 };
    default: return (struct sig_algorithm){ .form = SIG_FORM_UNKNOWN };
    }
}

static bool fits(enum hl_x509_key_kind key, enum hl_x509_key_kind wanted)
{
    return key == wanted || (wanted == HL_X509_KEY_RSA && key == HL_X509_KEY_RSA_PSS);
}

enum sig_result sig_verify(const struct hl_x509_key *key, const struct sig_algorithm *algorithm,
                           const struct hl_span *parts, size_t count, struct hl_span signature, const char **why)
{
    struct check c = { key, algorithm, parts, count, signature, NULL };
    enum sig_result result;

    if (algorithm->form == SIG_FORM_UNKNOWN)
        result = unsupported(&c, "a signature algorithm that wolfCrypt lacks");
    else if (key->kind == HL_X509_KEY_UNKNOWN)
        result = unsupported(&c, "a public key of unknown kind");
    else if (!fits(key->kind, forms[algorithm->form].key))
        result = wrong(&c, "the key is of another kind than the signature");
    else if (key->fault.kind != HL_FAULT_NONE)
        result = unsupported(&c, "the public key is malformed");
    else if (signature.len == 0)
        result = wrong(&c, "the signature is empty");
    else
        result = forms[algorithm->form].check(&c);
    if (why != NULL && result != SIG_VERIFIED)
        *why = c.why;
    return result;
}

unsigned signature_cost(const struct hl_x509_key *key)
{
    if (key->kind == HL_X509_KEY_EC)
        return key->bits > 384 ? 40 : key->bits > 256 ? 16 : 6;
    if (key->kind == HL_X509_KEY_ED448)
        return 10;
    return key->bits > 3072 ? 4 : key->bits > 2048 ? 2 : 1;
}
