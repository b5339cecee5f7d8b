#include "crypto/wolfcrypt.h"

#include <wolfssl/wolfcrypt/aes.h>
#include <wolfssl/wolfcrypt/chacha.h>

#include "crypto/number_mask.h"
#include "crypto/prf.h"

#include <string.h>

/* AES-ECB of the sample: CBC of one block with an IV of zeros is that, in every build. */
static bool aes_mask(const struct cipher_spec *spec, const uint8_t *key, const uint8_t *sample,
                     uint8_t block[NUMBER_SAMPLE_LENGTH])
{
#if !defined(NO_AES) && defined(HAVE_AES_CBC)
    static const uint8_t zeros[NUMBER_SAMPLE_LENGTH];
    Aes aes;

    if (wc_AesInit(&aes, NULL, INVALID_DEVID) != 0)
        return false;
    bool made = wc_AesSetKey(&aes, key, spec->key_length, zeros, AES_ENCRYPTION) == 0
                && wc_AesCbcEncrypt(&aes, block, sample, NUMBER_SAMPLE_LENGTH) == 0;
    wc_AesFree(&aes);
    wipe(&aes, sizeof aes);
    return made;
#else
    (void)spec, (void)key, (void)sample, (void)block;
    return false;
#endif
}

/* The sample is a block counter and a nonce. */
static bool chacha_mask(const struct cipher_spec *spec, const uint8_t *key, const uint8_t *sample,
                        uint8_t block[NUMBER_SAMPLE_LENGTH])
{
#ifdef HAVE_CHACHA
    static const uint8_t zeros[NUMBER_SAMPLE_LENGTH];
    word32 counter =
        (word32)sample[0] | (word32)sample[1] << 8 | (word32)sample[2] << 16 | (word32)sample[3] << 24;
    ChaCha chacha;

    bool made = wc_Chacha_SetKey(&chacha, key, spec->key_length) == 0
                && wc_Chacha_SetIV(&chacha, sample + 4, counter) == 0
                && wc_Chacha_Process(&chacha, block, zeros, NUMBER_MASK_LENGTH) == 0;
    wipe(&chacha, sizeof chacha);
    return made;
#else
    (void)spec, (void)key, (void)sample, (void)block;
    return false;
#endif
}

bool number_mask(const struct cipher_spec *spec, const uint8_t *key, struct hl_span sample,
                 uint8_t mask[NUMBER_MASK_LENGTH])
{
    uint8_t block[NUMBER_SAMPLE_LENGTH] = { 0 };
    bool made = false;

    if (sample.len == NUMBER_SAMPLE_LENGTH) {
        if (spec->algorithm == CIPHER_CHACHA20_POLY1305)
            made = chacha_mask(spec, key, sample.ptr, block);
        else if (spec->algorithm == CIPHER_AES_GCM || spec->algorithm == CIPHER_AES_CCM)
            made = aes_mask(spec, key, sample.ptr, block);
    }
    memcpy(mask, block, NUMBER_MASK_LENGTH);
    return made;
}
