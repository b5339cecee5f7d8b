/* Private keys: RFC 8017, RFC 5958, and PEM encrypted as in RFC 1421, by wolfCrypt. */
#include "crypto/wolfcrypt.h"

#include <wolfssl/wolfcrypt/asn_public.h>
#include <wolfssl/wolfcrypt/error-crypt.h>
#include <wolfssl/wolfcrypt/random.h>
#include <wolfssl/wolfcrypt/rsa.h>

#include "base/limits.h"
#include "base/text.h"
#include "crypto/prf.h"
#include "crypto/private_key.h"
#include "x509/der.h"
#include "x509/oid.h"
#include "x509/pem.h"

#include <stdlib.h>
#include <string.h>

#define RSA_BITS_MAX 4096u

/* An RSAPrivateKey; the spans lie in `der`. */
struct private_key {
    struct hl_span modulus, exponent; /* without leading zeros */
    size_t length;
    uint8_t der[];
};

/* --- what it is ------------------------------------------------------------ */

/* `body` is what is inside: the RSAPrivateKey, or of encrypted PKCS #8 all of it. */
enum form { FORM_NONE, FORM_RSA, FORM_ENCRYPTED, FORM_OTHER };

static const char *kind_name(const struct oid_info *info)
{
    static const char *const names[HL_X509_KEY_ML_KEM + 1] = {
        [HL_X509_KEY_RSA_PSS] = "RSA-PSS", [HL_X509_KEY_EC] = "EC",         [HL_X509_KEY_ED25519] = "Ed25519",
        [HL_X509_KEY_ED448] = "Ed448",     [HL_X509_KEY_X25519] = "X25519", [HL_X509_KEY_X448] = "X448",
        [HL_X509_KEY_DSA] = "DSA",         [HL_X509_KEY_DH] = "DH",
    };

    if (info == NULL)
        return NULL;
    return names[info->kind] != NULL ? names[info->kind] : info->name;
}

/* RSAPrivateKey ::= SEQUENCE of 9 numbers (RFC 8017, A.1.2); with 6 it is OpenSSL's form of a DSA key. */
static enum form form_of_numbers(struct hl_reader *r, struct hl_span whole, struct hl_span *body, const char **kind)
{
    struct der_tlv number;
    unsigned count = 1; /* the version was read */

    while (der_peek(r) == DER_INTEGER && der_next(r, &number, "INTEGER"))
        count++;
    if (!rd_ok(r))
        return FORM_NONE;
    if (count == 6) {
        *kind = "DSA";
        return FORM_OTHER;
    }
    *body = whole;
    return count == 9 ? FORM_RSA : FORM_NONE;
}

/* PrivateKeyInfo ::= SEQUENCE { version, privateKeyAlgorithm, privateKey OCTET STRING, ... } (RFC 5958, 2). A
 * PFX (RFC 7292, 4) begins like it, with another version. */
static enum form form_of_pkcs8(struct hl_reader *r, int64_t version, struct hl_span *body, const char **kind)
{
    struct hl_reader algorithm = der_enter(r, DER_SEQUENCE, "privateKeyAlgorithm");
    struct der_tlv oid, key;

    if (version == 3) {
        *kind = "PKCS #12";
        return FORM_OTHER;
    }
    if (!der_expect(&algorithm, DER_OID, &oid, "algorithm") || !der_expect(r, DER_OCTET_STRING, &key, "privateKey"))
        return FORM_NONE;
    const struct oid_info *info = oid_find(oid.value, USE_KEY);
    *body = key.value;
    if (info != NULL && info->kind == HL_X509_KEY_RSA)
        return FORM_RSA;
    *kind = kind_name(info);
    return FORM_OTHER;
}

static enum form form_of(struct hl_span der, struct hl_span *body, const char **kind)
{
    struct hl_fault fault;
    struct hl_reader r = rd_init(der, &fault);
    struct der_tlv whole, algorithm;

    if (!der_expect(&r, DER_SEQUENCE, &whole, "PrivateKey"))
        return FORM_NONE;
    struct hl_reader inside = rd_within(&r, whole.value);
    if (der_optional(&inside, DER_SEQUENCE, &algorithm, "encryptionAlgorithm")) {
        /* EncryptedPrivateKeyInfo ::= SEQUENCE { encryptionAlgorithm, encryptedData OCTET STRING } */
        *body = whole.whole;
        return der_peek(&inside) == DER_OCTET_STRING ? FORM_ENCRYPTED : FORM_NONE;
    }
    int64_t version = der_small_integer(&inside, DER_INTEGER, "version");
    switch (rd_ok(&inside) ? der_peek(&inside) : 0) {
    case DER_INTEGER:
        return form_of_numbers(&inside, whole.whole, body, kind);
    case DER_SEQUENCE:
        return form_of_pkcs8(&inside, version, body, kind);
    case DER_OCTET_STRING: /* ECPrivateKey (RFC 5915, 3) */
        *kind = "EC";
        return FORM_OTHER;
    default:
        return FORM_NONE;
    }
}

/* --- RSA ------------------------------------------------------------------- */

/* False where wolfCrypt does not take the key. */
static bool decode(const struct private_key *key, RsaKey *rsa)
{
    word32 at = 0;

    if (wc_InitRsaKey(rsa, NULL) != 0)
        return false;
    if (wc_RsaPrivateKeyDecode(key->der, &at, rsa, (word32)key->length) == 0)
        return true;
    wc_FreeRsaKey(rsa);
    wipe(rsa, sizeof *rsa);
    return false;
}

static bool read_public_half(struct private_key *key)
{
    struct hl_fault fault;
    struct hl_reader r = rd_init((struct hl_span){ key->der, key->length }, &fault);
    struct hl_reader inside = der_enter(&r, DER_SEQUENCE, "RSAPrivateKey");
    struct der_tlv number;

    (void)der_next(&inside, &number, "version");
    der_expect(&inside, DER_INTEGER, &number, "modulus");
    key->modulus = der_magnitude(number.value);
    der_expect(&inside, DER_INTEGER, &number, "publicExponent");
    key->exponent = der_magnitude(number.value);
    return rd_ok(&inside);
}

/* `der` is an RSAPrivateKey. */
static enum private_key_result make_key(struct hl_span der, struct private_key **out)
{
    struct private_key *key = malloc(sizeof *key + der.len);
    RsaKey rsa;

    if (key == NULL)
        return PRIVATE_KEY_NO_MEMORY;
    key->length = der.len;
    if (der.len > 0)
        memcpy(key->der, der.ptr, der.len);
    enum private_key_result result = read_public_half(key) ? PRIVATE_KEY_OK : PRIVATE_KEY_NONE;
    if (result == PRIVATE_KEY_OK && der_bit_length(key->modulus) > RSA_BITS_MAX)
        result = PRIVATE_KEY_UNSUPPORTED;
    else if (result == PRIVATE_KEY_OK && !decode(key, &rsa))
        result = PRIVATE_KEY_NONE;
    else if (result == PRIVATE_KEY_OK) {
        wc_FreeRsaKey(&rsa);
        wipe(&rsa, sizeof rsa);
        *out = key;
        return PRIVATE_KEY_OK;
    }
    private_key_free(key);
    return result;
}

void private_key_free(struct private_key *key)
{
    if (key == NULL)
        return;
    wipe(key->der, key->length);
    free(key);
}

bool private_key_fits(const struct private_key *key, const struct hl_x509_key *public_key)
{
    return public_key->kind == HL_X509_KEY_RSA && span_equal(key->modulus, public_key->modulus)
           && span_equal(key->exponent, public_key->exponent_raw);
}

/* A key of wolfCrypt's keeps state while it works, so each call makes its own: little beside what decrypting costs. */
bool private_key_premaster(const struct private_key *key, struct hl_span encrypted, uint8_t out[PREMASTER_LENGTH])
{
    uint8_t plain[RSA_BITS_MAX / 8];
    RsaKey rsa;
    WC_RNG random;
    int n = -1;

    if (encrypted.len == 0 || encrypted.len > sizeof plain || !decode(key, &rsa))
        return false;
    if (wc_InitRng(&random) == 0) {
        /* It blinds with random numbers, and does not work without. */
        if (wc_RsaSetRNG(&rsa, &random) == 0)
            n = wc_RsaPrivateDecrypt(encrypted.ptr, (word32)encrypted.len, plain, sizeof plain, &rsa);
        (void)wc_FreeRng(&random);
    }
    if (n == (int)PREMASTER_LENGTH)
        memcpy(out, plain, PREMASTER_LENGTH);
    wc_FreeRsaKey(&rsa);
    wipe(&rsa, sizeof rsa);
    wipe(plain, sizeof plain);
    return n == (int)PREMASTER_LENGTH;
}

/* --- encrypted --------------------------------------------------------------- */

static enum private_key_result refused(int error)
{
    return error == MEMORY_E ? PRIVATE_KEY_NO_MEMORY : PRIVATE_KEY_NOT_OPENED;
}

/* What was decrypted is in `der`, so its kind can be told. Not a key: the password was wrong after all, and the
 * padding right by chance. */
static enum private_key_result use_opened(struct hl_span der, struct private_key **out, const char **kind)
{
    struct hl_span body;

    switch (form_of(der, &body, kind)) {
    case FORM_RSA: {
        enum private_key_result result = make_key(body, out);
        return result == PRIVATE_KEY_NONE ? PRIVATE_KEY_NOT_OPENED : result;
    }
    case FORM_OTHER:
        return PRIVATE_KEY_OTHER;
    default:
        return PRIVATE_KEY_NOT_OPENED;
    }
}

/* EncryptedPrivateKeyInfo (RFC 5958, 3), which wolfCrypt decrypts in place. */
static enum private_key_result open_pkcs8(struct hl_span der, struct hl_span password, struct private_key **out,
                                          const char **kind)
{
    if (password.len == 0)
        return PRIVATE_KEY_ENCRYPTED;
    uint8_t *copy = malloc(der.len);
    if (copy == NULL)
        return PRIVATE_KEY_NO_MEMORY;
    memcpy(copy, der.ptr, der.len);
    int n = wc_DecryptPKCS8Key(copy, (word32)der.len, (const char *)password.ptr, (int)password.len);
    enum private_key_result result =
        n > 0 && (size_t)n <= der.len ? use_opened((struct hl_span){ copy, (size_t)n }, out, kind) : refused(n);
    wipe(copy, der.len);
    free(copy);
    return result;
}

/* A block with the headers Proc-Type and DEK-Info; `block` is BEGIN to END. */
static enum private_key_result open_pem(struct hl_span block, struct hl_span password, struct private_key **out,
                                        const char **kind)
{
    if (password.len == 0)
        return PRIVATE_KEY_ENCRYPTED;
    char *text = malloc(password.len + 1); /* here it is asked for with a NUL */
    uint8_t *der = malloc(block.len);
    enum private_key_result result = PRIVATE_KEY_NO_MEMORY;
    if (text != NULL && der != NULL) {
        memcpy(text, password.ptr, password.len);
        text[password.len] = '\0';
        int n = wc_KeyPemToDer(block.ptr, (int)block.len, der, (int)block.len, text);
        result = n > 0 && (size_t)n <= block.len ? use_opened((struct hl_span){ der, (size_t)n }, out, kind)
                                                 : refused(n);
        wipe(der, block.len);
        wipe(text, password.len);
    }
    free(text);
    free(der);
    return result;
}

/* --- files ------------------------------------------------------------------- */

static enum private_key_result use_der(struct hl_span der, struct hl_span password, struct private_key **out,
                                       const char **kind)
{
    struct hl_span body;

    switch (form_of(der, &body, kind)) {
    case FORM_RSA: return make_key(body, out);
    case FORM_ENCRYPTED: return open_pkcs8(body, password, out, kind);
    case FORM_OTHER: return PRIVATE_KEY_OTHER;
    default: return PRIVATE_KEY_NONE;
    }
}

static bool ends_with(struct hl_span s, const char *end)
{
    size_t n = strlen(end);

    return s.len >= n && memcmp(s.ptr + s.len - n, end, n) == 0;
}

/* Whether the lines before the first that is no header say that the body is encrypted (RFC 1421, 4.6.1.1). */
static bool is_encrypted_block(struct hl_span block)
{
    struct hl_span line;

    while (span_line(&block, &line)) {
        if (span_starts(line, "Proc-Type:"))
            return ends_with(line, "ENCRYPTED");
    }
    return false;
}

static enum private_key_result use_block(struct hl_span label, struct hl_span block, struct hl_span der,
                                         struct hl_span password, struct private_key **out, const char **kind)
{
    static const struct {
        const char *label, *kind;
    } others[] = { { "EC PRIVATE KEY", "EC" }, { "DSA PRIVATE KEY", "DSA" }, { "OPENSSH PRIVATE KEY", "OpenSSH" } };

    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (span_equal(label, span_of(others[i].label))) {
            *kind = others[i].kind;
            return PRIVATE_KEY_OTHER;
        }
    }
    return is_encrypted_block(block) ? open_pem(block, password, out, kind) : use_der(der, password, out, kind);
}

static enum private_key_result use_pem(struct hl_span text, struct hl_span password, struct private_key **out,
                                       const char **kind)
{
    const size_t before_label = strlen("-----BEGIN ");
    enum private_key_result result = PRIVATE_KEY_NONE;
    struct hl_span label, rest = text;
    struct hl_buffer der;

    /* All the room at once: a buffer that grows leaves its bytes behind. */
    buf_init(&der, text.len);
    if (!buf_reserve(&der, text.len))
        return PRIVATE_KEY_NO_MEMORY;
    while (pem_next(&rest, &der, &label)) {
        if (!ends_with(label, "PRIVATE KEY"))
            continue;
        const uint8_t *begin = label.ptr - before_label;
        result = use_block(label, (struct hl_span){ begin, (size_t)(rest.ptr - begin) }, buf_view(&der), password, out,
                           kind);
        break;
    }
    wipe(der.data, der.size);
    buf_cleanup(&der);
    return result;
}

enum private_key_result private_key_new(struct hl_span file, struct hl_span password, struct private_key **out,
                                        const char **kind)
{
    const char *unwanted;

    if (kind == NULL)
        kind = &unwanted;
    *out = NULL;
    *kind = NULL;
    if (file.len > HL_PRIVATE_KEY_FILE_MAX)
        return PRIVATE_KEY_NONE;
    return pem_is_text(file) ? use_pem(file, password, out, kind) : use_der(file, password, out, kind);
}
