#include "crypto/private_key.h"

#include "base/text.h"
#include "crypto/prf.h"
#include "crypto/wolfcrypt.h"
#include "x509/pem.h"

#include <wolfssl/wolfcrypt/asn_public.h>
#include <wolfssl/wolfcrypt/random.h>
#include <wolfssl/wolfcrypt/rsa.h>

#include <stdlib.h>
#include <string.h>

/* A key of 16384 bits has 10 KB in DER. */
#define DER_MAX ((size_t)64 << 10)
#define PASSWORD_MAX 1024u
#define MODULUS_MAX 512u /* bytes: what wolfCrypt can do */

struct private_key {
    RsaKey rsa;
    WC_RNG random; /* wolfCrypt blinds with it */
    uint8_t modulus[MODULUS_MAX];
    uint32_t modulus_length;
};

/* --- to PKCS #1 or PKCS #8 in DER ----------------------------------------------------- */

/* Where `word` stands in `text`; NULL. */
static const uint8_t *find_word(struct hl_span text, const char *word)
{
    for (; text.len > 0; text = (struct hl_span){ text.ptr + 1, text.len - 1 }) {
        if (span_starts(text, word))
            return text.ptr;
    }
    return NULL;
}

/* The private key's block alone: other blocks may stand before it. */
static struct hl_span key_block(struct hl_span text)
{
    static const char *const labels[] = { "-----BEGIN PRIVATE KEY", "-----BEGIN RSA PRIVATE KEY",
                                          "-----BEGIN ENCRYPTED PRIVATE KEY", "-----BEGIN EC PRIVATE KEY",
                                          "-----BEGIN DSA PRIVATE KEY" };

    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++) {
        const uint8_t *at = find_word(text, labels[i]);
        if (at != NULL)
            return (struct hl_span){ at, text.len - (size_t)(at - text.ptr) };
    }
    return (struct hl_span){ NULL, 0 };
}

static enum private_key_result der_of_pem(struct hl_span text, const char *password, uint8_t *der, size_t *length)
{
    struct hl_span block = key_block(text);

    if (block.len == 0 || block.len > INT32_MAX)
        return PRIVATE_KEY_NONE;
    const uint8_t *end = find_word(block, "-----END");
    struct hl_span body = { block.ptr, end != NULL ? (size_t)(end - block.ptr) : block.len };
    bool encrypted = find_word(body, "ENCRYPTED") != NULL;
    if (encrypted && password[0] == '\0')
        return PRIVATE_KEY_ENCRYPTED;
    int n = wc_KeyPemToDer(block.ptr, (int)block.len, der, (int)DER_MAX, encrypted ? password : NULL);
    if (n <= 0)
        return encrypted ? PRIVATE_KEY_NOT_OPENED : PRIVATE_KEY_NONE;
    *length = (size_t)n;
    return PRIVATE_KEY_OK;
}

/* DER may be an EncryptedPrivateKeyInfo, which wolfCrypt opens in place; if it is none, it stays as it is. */
static enum private_key_result der_of_der(struct hl_span file, const char *password, uint8_t *der, size_t *length)
{
    if (file.len == 0 || file.len > DER_MAX)
        return PRIVATE_KEY_NONE;
    memcpy(der, file.ptr, file.len);
    *length = file.len;
    if (password[0] == '\0')
        return PRIVATE_KEY_OK;
    int n = wc_DecryptPKCS8Key(der, (word32)file.len, password, (int)strlen(password));
    if (n > 0)
        *length = (size_t)n;
    else
        memcpy(der, file.ptr, file.len);
    return PRIVATE_KEY_OK;
}

/* --- the key ---------------------------------------------------------------------------- */

static enum private_key_result decode(struct private_key *key, const uint8_t *der, size_t length)
{
    uint8_t exponent[MODULUS_MAX];
    word32 at = 0, exponent_length = sizeof exponent;

    if (wc_RsaPrivateKeyDecode(der, &at, &key->rsa, (word32)length) != 0)
        return PRIVATE_KEY_OTHER;
    key->modulus_length = sizeof key->modulus;
    if (wc_RsaFlattenPublicKey(&key->rsa, exponent, &exponent_length, key->modulus, &key->modulus_length) != 0)
        return PRIVATE_KEY_UNSUPPORTED;
    return wc_RsaSetRNG(&key->rsa, &key->random) == 0 ? PRIVATE_KEY_OK : PRIVATE_KEY_UNSUPPORTED;
}

static enum private_key_result make(const uint8_t *der, size_t length, struct private_key **out)
{
    struct private_key *key = calloc(1, sizeof *key);

    if (key == NULL)
        return PRIVATE_KEY_NO_MEMORY;
    if (wc_InitRng(&key->random) != 0) {
        free(key);
        return PRIVATE_KEY_NO_MEMORY;
    }
    if (wc_InitRsaKey(&key->rsa, NULL) != 0) {
        wc_FreeRng(&key->random);
        free(key);
        return PRIVATE_KEY_NO_MEMORY;
    }
    enum private_key_result result = decode(key, der, length);
    if (result != PRIVATE_KEY_OK) {
        private_key_free(key);
        return result;
    }
    *out = key;
    return PRIVATE_KEY_OK;
}

enum private_key_result private_key_new(struct hl_span file, struct hl_span password, struct private_key **out)
{
    char text[PASSWORD_MAX];
    size_t length = 0;

    *out = NULL;
    if (password.len >= sizeof text || (password.len > 0 && memchr(password.ptr, '\0', password.len) != NULL))
        return PRIVATE_KEY_NOT_OPENED;
    uint8_t *der = malloc(DER_MAX);
    if (der == NULL)
        return PRIVATE_KEY_NO_MEMORY;
    if (password.len > 0)
        memcpy(text, password.ptr, password.len);
    text[password.len] = '\0';
    enum private_key_result result = pem_is_text(file) ? der_of_pem(file, text, der, &length)
                                                       : der_of_der(file, text, der, &length);
    if (result == PRIVATE_KEY_OK)
        result = make(der, length, out);
    if (result == PRIVATE_KEY_OTHER && !pem_is_text(file))
        result = PRIVATE_KEY_NONE; /* whether these bytes are a key at all is not known */
    wipe(der, DER_MAX);
    wipe(text, sizeof text);
    free(der);
    return result;
}

void private_key_free(struct private_key *key)
{
    if (key == NULL)
        return;
    wc_FreeRsaKey(&key->rsa);
    wc_FreeRng(&key->random);
    wipe(key, sizeof *key);
    free(key);
}

bool private_key_fits(const struct private_key *key, const struct hl_x509_key *public_key)
{
    return public_key->modulus.len == key->modulus_length
           && memcmp(public_key->modulus.ptr, key->modulus, key->modulus_length) == 0;
}

bool private_key_premaster(struct private_key *key, struct hl_span encrypted, uint8_t out[PREMASTER_LENGTH])
{
    uint8_t plain[MODULUS_MAX];
    bool fits = false;

    if (encrypted.len == key->modulus_length) {
        int n = wc_RsaPrivateDecrypt(encrypted.ptr, (word32)encrypted.len, plain, sizeof plain, &key->rsa);
        fits = n == (int)PREMASTER_LENGTH;
    }
    if (fits)
        memcpy(out, plain, PREMASTER_LENGTH);
    wipe(plain, sizeof plain);
    return fits;
}
