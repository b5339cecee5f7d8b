#include "crypto/wolfcrypt.h"

#include <wolfssl/wolfcrypt/aes.h>
#include <wolfssl/wolfcrypt/chacha20_poly1305.h>
#include <wolfssl/wolfcrypt/error-crypt.h>

#include "crypto/aead.h"
#include "crypto/prf.h"

#include <string.h>

static enum protection_result aead_result(int error)
{
    if (error == 0)
        return PROTECTION_OPENED;
    if (error == AES_GCM_AUTH_E || error == AES_CCM_AUTH_E || error == MAC_CMP_FAILED_E)
        return PROTECTION_WRONG;
    return PROTECTION_UNAVAILABLE;
}

#if !defined(NO_AES) && (defined(HAVE_AESGCM) || defined(HAVE_AESCCM))
/* What opening and sealing have around them; 0: `aes` has its key, and is ended with end_aes() in any case. */
static int begin_aes(Aes *aes, const struct cipher_spec *spec, const uint8_t *key)
{
    memset(aes, 0, sizeof *aes); /* so that it can be ended whatever comes */
    const int error = wc_AesInit(aes, NULL, INVALID_DEVID);
    if (error != 0)
        return error;
#ifdef HAVE_AESGCM
    if (spec->algorithm == CIPHER_AES_GCM)
        return wc_AesGcmSetKey(aes, key, spec->key_length);
#endif
#ifdef HAVE_AESCCM
    if (spec->algorithm == CIPHER_AES_CCM)
        return wc_AesCcmSetKey(aes, key, spec->key_length);
#endif
    return NOT_COMPILED_IN;
}

static void end_aes(Aes *aes)
{
    wc_AesFree(aes);
    wipe(aes, sizeof *aes);
}

static int open_aes(const struct cipher_spec *spec, const uint8_t *key, const uint8_t *nonce,
                    struct hl_span aad, struct hl_span in, const uint8_t *tag, uint8_t *out)
{
    Aes aes;
    int error = begin_aes(&aes, spec, key);

#ifdef HAVE_AESGCM
    if (error == 0 && spec->algorithm == CIPHER_AES_GCM)
        error = wc_AesGcmDecrypt(&aes, out, in.ptr, (word32)in.len, nonce, 12, tag, spec->tag_length, aad.ptr, (word32)aad.len);
#endif
#ifdef HAVE_AESCCM
    if (error == 0 && spec->algorithm == CIPHER_AES_CCM)
        error = wc_AesCcmDecrypt(&aes, out, in.ptr, (word32)in.len, nonce, 12, tag, spec->tag_length, aad.ptr, (word32)aad.len);
#endif
    end_aes(&aes);
    return error;
}
#endif

enum protection_result aead_open(const struct cipher_spec *spec, const uint8_t *key, const uint8_t nonce[12],
                                 struct hl_span aad, struct hl_span sealed, uint8_t *out)
{
    if (spec->kind != CIPHER_AEAD || spec->unavailable != NULL)
        return PROTECTION_UNAVAILABLE;
    if (sealed.len < spec->tag_length)
        return PROTECTION_WRONG;
    const struct hl_span in = { sealed.ptr, sealed.len - spec->tag_length };
    const uint8_t *tag = sealed.ptr + in.len;
    switch (spec->algorithm) {
#if !defined(NO_AES) && (defined(HAVE_AESGCM) || defined(HAVE_AESCCM))
    case CIPHER_AES_GCM:
    case CIPHER_AES_CCM: return aead_result(open_aes(spec, key, nonce, aad, in, tag, out));
#endif
#if defined(HAVE_CHACHA) && defined(HAVE_POLY1305)
    case CIPHER_CHACHA20_POLY1305:
        return aead_result(wc_ChaCha20Poly1305_Decrypt(key, nonce, aad.ptr, (word32)aad.len, in.ptr,
                                                       (word32)in.len, tag, out));
#endif
    default: return PROTECTION_UNAVAILABLE;
    }
}

#if !defined(NO_AES) && (defined(HAVE_AESGCM) || defined(HAVE_AESCCM))
static int seal_aes(const struct cipher_spec *spec, const uint8_t *key, const uint8_t *nonce, struct hl_span aad, uint8_t *bytes,
                    size_t length)
{
    uint8_t *const tag = bytes + length;
    Aes aes;
    int error = begin_aes(&aes, spec, key);

#ifdef HAVE_AESGCM
    if (error == 0 && spec->algorithm == CIPHER_AES_GCM)
        error = wc_AesGcmEncrypt(&aes, bytes, bytes, (word32)length, nonce, 12, tag, spec->tag_length, aad.ptr, (word32)aad.len);
#endif
#ifdef HAVE_AESCCM
    if (error == 0 && spec->algorithm == CIPHER_AES_CCM)
        error = wc_AesCcmEncrypt(&aes, bytes, bytes, (word32)length, nonce, 12, tag, spec->tag_length, aad.ptr, (word32)aad.len);
#endif
    end_aes(&aes);
    return error;
}
#endif

bool aead_seal(const struct cipher_spec *spec, const uint8_t *key, const uint8_t nonce[12], struct hl_span aad, uint8_t *bytes, size_t length)
{
    if (spec->kind != CIPHER_AEAD || spec->unavailable != NULL)
        return false;
    switch (spec->algorithm) {
#if !defined(NO_AES) && (defined(HAVE_AESGCM) || defined(HAVE_AESCCM))
    case CIPHER_AES_GCM:
    case CIPHER_AES_CCM: return seal_aes(spec, key, nonce, aad, bytes, length) == 0;
#endif
#if defined(HAVE_CHACHA) && defined(HAVE_POLY1305)
    case CIPHER_CHACHA20_POLY1305:
        return wc_ChaCha20Poly1305_Encrypt(key, nonce, aad.ptr, (word32)aad.len, bytes, (word32)length, bytes, bytes + length) == 0;
#endif
    default: return false;
    }
}
