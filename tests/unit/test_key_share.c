/* Our half of a key exchange: two halves made here agree, and no nonsense is agreed on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "crypto/key_share.h"
#include "support/der_text.h"

#include <stdlib.h>
#include <string.h>

/* RFC 2409, section 6.1: 768 bits, generator 2. */
#define OAKLEY_1                                                                                                                              \
    "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404ddef9519b3cd3a431b302b0a6df25f14374fe1356d" \
    "6d51c245e485b576625e7ec6f44c42e9a63a3620ffffffffffffffff"

static void expect_agreement(struct key_share *ours, struct key_share *theirs)
{
    uint8_t a[KEY_SHARE_SECRET_MAX], b[KEY_SHARE_SECRET_MAX];

    assert_non_null(ours);
    assert_non_null(theirs);
    const size_t n = key_share_agree(ours, key_share_public(theirs), a);
    assert_true(n > 0);
    assert_int_equal(key_share_agree(theirs, key_share_public(ours), b), n);
    assert_memory_equal(a, b, n);
    key_share_free(ours);
    key_share_free(theirs);
}

static void groups_agree(void **state)
{
    static const uint16_t groups[] = { GROUP_X25519, GROUP_SECP256R1, GROUP_SECP384R1, GROUP_SECP521R1 };

    (void)state;
    for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++) {
        assert_true(key_share_is_known(groups[i]));
        expect_agreement(key_share_new(groups[i]), key_share_new(groups[i]));
    }
    assert_null(key_share_new(0x001e)); /* X448 */
}

static void primes_agree(void **state)
{
    static const uint8_t two[] = { 0, 2 }; /* zeros in front do not count */
    size_t length;
    uint8_t *prime = der_text("00" OAKLEY_1, &length);

    (void)state;
    for (unsigned i = 0; i < 20; i++) /* a secret that begins with zeros comes up now and then */
        expect_agreement(key_share_new_dh((struct hl_span){ prime, length }, (struct hl_span){ two, sizeof two }),
                         key_share_new_dh((struct hl_span){ prime + 1, length - 1 }, (struct hl_span){ two + 1, 1 }));
    free(prime);
}

/* What a server may say instead of a prime, a generator or its half. */
static void nonsense_is_refused(void **state)
{
    static const uint8_t two[] = { 2 }, one[] = { 1 }, zero[] = { 0 };
    uint8_t long_one[513], secret[KEY_SHARE_SECRET_MAX];
    size_t length;
    uint8_t *prime = der_text(OAKLEY_1, &length);
    const struct hl_span g = { two, 1 };

    (void)state;
    memset(long_one, 0xff, sizeof long_one);
    assert_null(key_share_new_dh((struct hl_span){ NULL, 0 }, g));
    assert_null(key_share_new_dh((struct hl_span){ long_one, sizeof long_one }, g));
    assert_null(key_share_new_dh((struct hl_span){ long_one, 32 }, g));
    uint8_t *less = der_text(OAKLEY_1, &length); /* generates a group of two */
    less[length - 1]--;
    assert_null(key_share_new_dh((struct hl_span){ prime, length }, (struct hl_span){ zero, 1 }));
    assert_null(key_share_new_dh((struct hl_span){ prime, length }, (struct hl_span){ one, 1 }));
    assert_null(key_share_new_dh((struct hl_span){ prime, length }, (struct hl_span){ less, length }));
    assert_null(key_share_new_dh((struct hl_span){ prime, length }, (struct hl_span){ prime, length }));
    assert_null(key_share_new_dh((struct hl_span){ prime, length }, (struct hl_span){ long_one, length }));
    assert_null(key_share_new_dh((struct hl_span){ less, length }, g)); /* even */
    struct key_share *share = key_share_new_dh((struct hl_span){ prime, length }, g);
    assert_non_null(share);
    assert_int_equal(key_share_agree(share, (struct hl_span){ NULL, 0 }, secret), 0);
    assert_int_equal(key_share_agree(share, (struct hl_span){ zero, 1 }, secret), 0);
    assert_int_equal(key_share_agree(share, (struct hl_span){ one, 1 }, secret), 0);
    assert_int_equal(key_share_agree(share, (struct hl_span){ less, length }, secret), 0);
    assert_int_equal(key_share_agree(share, (struct hl_span){ prime, length }, secret), 0);
    assert_int_equal(key_share_agree(share, (struct hl_span){ long_one, sizeof long_one }, secret), 0);
    key_share_free(share);
    free(prime);
    free(less);
}

/* A point has one form (RFC 8422, section 5.4.1), and is on its curve. */
static void points_are_uncompressed(void **state)
{
    struct key_share *ours = key_share_new(GROUP_SECP256R1), *theirs = key_share_new(GROUP_SECP256R1);
    uint8_t point[65], secret[KEY_SHARE_SECRET_MAX];

    (void)state;
    assert_int_equal(key_share_public(theirs).len, sizeof point);
    memcpy(point, key_share_public(theirs).ptr, sizeof point);
    assert_true(key_share_agree(ours, (struct hl_span){ point, sizeof point }, secret) > 0);
    for (unsigned form = 0; form < 256; form++) {
        point[0] = (uint8_t)form;
        assert_int_equal(key_share_agree(ours, (struct hl_span){ point, sizeof point }, secret) > 0, form == 4);
    }
    point[0] = 4;
    point[64] ^= 1;
    assert_int_equal(key_share_agree(ours, (struct hl_span){ point, sizeof point }, secret), 0);
    assert_int_equal(key_share_agree(ours, (struct hl_span){ point, 33 }, secret), 0);
    key_share_free(ours);
    key_share_free(theirs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(groups_agree),
        cmocka_unit_test(primes_agree),
        cmocka_unit_test(nonsense_is_refused),
        cmocka_unit_test(points_are_uncompressed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
