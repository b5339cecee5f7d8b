/* The keys of QUIC: crypto/quic_keys.h, against RFC 9001, appendix A, RFC 9369, appendix A, and the drafts'.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/text.h"
#include "crypto/quic_keys.h"
#include "support/der_text.h"

#define CONNECTION_ID "8394c8f03e515708" /* of all appendices */

static struct hl_span hex(const char *text)
{
    struct hl_span bytes = { NULL, 0 };

    bytes.ptr = der_text(text, &bytes.len);
    return bytes;
}

static void drop(struct hl_span bytes)
{
    free((void *)bytes.ptr);
}

static void must_equal(const uint8_t *bytes, const char *expected, const char *name)
{
    const struct hl_span right = hex(expected);

    if (memcmp(bytes, right.ptr, right.len) != 0)
        fail_msg("%s is not %s", name, expected);
    drop(right);
}

struct values {
    const char *secret, *key, *iv, *hp;
};

static void must_be(const struct quic_keys *keys, const struct values *expected)
{
    if (expected->secret != NULL)
        must_equal(keys->secret.bytes, expected->secret, "secret");
    must_equal(keys->key, expected->key, "key");
    must_equal(keys->iv, expected->iv, "iv");
    must_equal(keys->hp, expected->hp, "hp");
}

static const struct {
    uint32_t version;
    struct values client, server;
} initials[] = {
    { 1,
      { "c00cf151ca5be075ed0ebfb5c80323c42d6b7db67881289af4008f1f6c357aea",
        "1f369613dd76d5467730efcbe3b1a22d", "fa044b2f42a3fd3b46fb255c", "9f50449e04a0e810283a1e9933adedd2" },
      { "3c199828fd139efd216c155ad844cc81fb82fa8d7446fa7d78be803acdda951b",
        "cf3a5331653c364c88f0f379b6067e37", "0ac1493ca1905853b0bba03e",
        "c206b8d9b9f0f37644430b490eeaa314" } },
    { 0x6b3343cf,
      { "14ec9d6eb9fd7af83bf5a668bc17a7e283766aade7ecd0891f70f9ff7f4bf47b",
        "8b1a0bc121284290a29e0971b5cd045d", "91f73e2351d8fa91660e909f", "45b95e15235d6f45a6b19cbcb0294ba9" },
      { "0263db1782731bf4588e7e4d93b7463907cb8cd8200b5da55a8bd488eafc37c1",
        "82db637861d55e1d011f19ea71d5d2a7", "dd13c276499c0249d3310652",
        "edf6d05c83121201b436e16877593c3a" } },
    { 0xff00001d,
      { NULL, "175257a31eb09dea9366d8bb79ad80ba", "6b26114b9cba2b63a9e8dd4f",
        "9ddd12c994c0698b89374a9c077a3077" },
      { NULL, "149d0b1662ab871fbe63c49b5e655a5d", "bab2b12a4c76016ace47856d",
        "c0c499a65a60024a18a250974ea01dfa" } },
    { 0xff000017,
      { NULL, "af7fd7efebd21878ff66811248983694", "8681359410a70bb9c92f0420",
        "a980b8b4fb7d9fbc13e814c23164253d" },
      { NULL, "5d51da9ee897a21b2659ccc7e5bfa577", "5e5ae651fd1e8495af13508b",
        "a8ed82e6664f865aedf6106943f95fb8" } },
};

static void test_initial(void **state)
{
    const struct hl_span id = hex(CONNECTION_ID);

    (void)state;
    for (size_t i = 0; i < sizeof initials / sizeof initials[0]; i++) {
        struct quic_keys client, server;
        assert_true(quic_version_has_keys(initials[i].version));
        assert_true(quic_initial_keys(initials[i].version, id, &client, &server));
        must_be(&client, &initials[i].client);
        must_be(&server, &initials[i].server);
    }
    drop(id);
}

static void test_versions(void **state)
{
    static const uint32_t known[] = { 0xff000016, 0xff00001c, 0xff000020, 0xff000021, 0xff000022, 0xfaceb001, 0xfaceb002 };
    static const uint32_t unknown[] = { 0,          2,          0x51303530, 0xff000015,
                                        0xff000023, 0xfaceb003, 0x0a0a0a0a, 0xffffffff };
    static const struct quic_keys empty;
    const struct hl_span none = { NULL, 0 };
    struct quic_keys client, server;

    (void)state;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        assert_true(quic_initial_keys(known[i], none, &client, &server)); /* an empty ID is one */
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        assert_false(quic_version_has_keys(unknown[i]));
        assert_false(quic_initial_keys(unknown[i], none, &client, &server));
        assert_memory_equal(&client, &empty, sizeof client);
        assert_memory_equal(&server, &empty, sizeof server);
    }
}

/* Packets from end to end: the mask of the header, then the payload. */
static const struct packet {
    const char *name;
    uint32_t version;
    uint16_t suite;
    const char *secret; /* NULL: of the server's Initial packets */
    uint64_t number;
    unsigned number_length;
    const char *header, *packet, *sample, *mask, *content;
} packets[] = {
    { "RFC 9001, A.3", 1, 0x1301, NULL, 1, 2, "c1000000010008f067a5502a4262b50040750001",
      "cf000000010008f067a5502a4262b5004075c0d95a482cd0991cd25b0aac406a5816b6394100f37a1c697975"
      "54780bb38cc5a99f5ede4cf73c3ec2493a1839b3dbcba3f6ea46c5b7684df3548e7ddeb9c3bf9c73cc3f3bde"
      "d74b562bfb19fb84022f8ef4cdd93795d77d06edbb7aaf2f58891850abbdca3d20398c276456cbc42158407d"
      "d074ee",
      "2cd0991cd25b0aac406a5816b6394100", "2ec0d8356a",
      "02000000000600405a020000560303eefce7f7b37ba1d1632e96677825ddf73988cfc79825df566dc5430b9a"
      "045a1200130100002e00330024001d00209d3c940d89690b84d08a60993c144eca684d1081287c834d5311bc"
      "f32bb9da1a002b00020304" },
    { "RFC 9369, A.3", 0x6b3343cf, 0x1301, NULL, 1, 2, "d16b3343cf0008f067a5502a4262b50040750001",
      "dc6b3343cf0008f067a5502a4262b5004075d92faaf16f05d8a4398c47089698baeea26b91eb761d9b89237b"
      "bf87263017915358230035f7fd3945d88965cf17f9af6e16886c61bfc703106fbaf3cb4cfa52382dd16a393e"
      "42757507698075b2c984c707f0a0812d8cd5a6881eaf21ceda98f4bd23f6fe1a3e2c43edd9ce7ca84bed8521"
      "e2e140",
      "6f05d8a4398c47089698baeea26b91eb", "4dd92e91ea",
      "02000000000600405a020000560303eefce7f7b37ba1d1632e96677825ddf73988cfc79825df566dc5430b9a"
      "045a1200130100002e00330024001d00209d3c940d89690b84d08a60993c144eca684d1081287c834d5311bc"
      "f32bb9da1a002b00020304" },
    { "RFC 9001, A.5", 1, 0x1303, "9ac312a7f877468ebe69422748ad00a15443f18203a07d6060f688f30f21632b",
      654360564, 3, "4200bff4", "4cfe4189655e5cd55c41f69080575d7999c25a5bfb",
      "5e5cd55c41f69080575d7999c25a5bfb", "aefefe7d03", "01" },
    { "RFC 9369, A.5", 0x6b3343cf, 0x1303, "9ac312a7f877468ebe69422748ad00a15443f18203a07d6060f688f30f21632b",
      654360564, 3, "4200bff4", "5558b1c60ae7b6b932bc27d786f4bc2bb20f2162ba",
      "e7b6b932bc27d786f4bc2bb20f2162ba", "97580e32bf", "01" },
};

static struct quic_keys keys_of(const struct packet *row)
{
    struct quic_keys client, keys;

    if (row->secret == NULL) {
        const struct hl_span id = hex(CONNECTION_ID);
        assert_true(quic_initial_keys(row->version, id, &client, &keys));
        drop(id);
    } else {
        const struct hl_span secret = hex(row->secret);
        struct cipher_spec spec;
        assert_true(cipher_spec_of(row->suite, 0x0304, &spec));
        assert_true(quic_keys_of(row->version, &spec, secret, &keys));
        drop(secret);
    }
    return keys;
}

/* RFC 9001, 5.4.1: four bits of a long header, five of a short one. */
static void check_mask(const struct packet *row, const struct quic_keys *keys, struct hl_span header,
                       struct hl_span packet)
{
    const struct hl_span sample = hex(row->sample);
    uint8_t mask[QUIC_MASK_LENGTH];

    assert_true(quic_header_mask(keys, sample, mask));
    must_equal(mask, row->mask, row->name);
    assert_int_equal(packet.ptr[0] ^ (mask[0] & ((packet.ptr[0] & 0x80) != 0 ? 0x0f : 0x1f)), header.ptr[0]);
    for (size_t i = 0; i < row->number_length; i++) {
        size_t at = header.len - row->number_length + i;
        assert_int_equal(packet.ptr[at] ^ mask[1 + i], header.ptr[at]);
    }
    for (size_t i = 0; i < sample.len; i++)
        assert_false(quic_header_mask(keys, (struct hl_span){ sample.ptr, i }, mask));
    drop(sample);
}

static void test_packets(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof packets / sizeof packets[0]; i++) {
        const struct packet *row = &packets[i];
        const struct quic_keys keys = keys_of(row);
        const struct hl_span header = hex(row->header), packet = hex(row->packet),
                             expected = hex(row->content);
        const struct hl_span sealed = { packet.ptr + header.len, packet.len - header.len };
        uint8_t *out = malloc(sealed.len);
        struct hl_span content;

        check_mask(row, &keys, header, packet);
        assert_int_equal(quic_open(&keys, row->number, header, sealed, out, sealed.len, &content),
                         PROTECTION_OPENED);
        assert_int_equal(content.len, expected.len);
        assert_memory_equal(content.ptr, expected.ptr, expected.len);

        assert_int_equal(quic_open(&keys, row->number + 1, header, sealed, out, sealed.len, &content),
                         PROTECTION_WRONG);
        assert_int_equal(quic_open(&keys, row->number, packet, sealed, out, sealed.len, &content),
                         PROTECTION_WRONG);
        assert_int_equal(content.len, 0);
        assert_int_equal(quic_open(&keys, row->number, header, sealed, out, sealed.len - 1, &content),
                         PROTECTION_UNAVAILABLE); /* no room */
        for (size_t n = 0; n < sealed.len; n++) {
            uint8_t *exact = malloc(n > 0 ? n : 1);
            memcpy(exact, sealed.ptr, n);
            assert_int_equal(quic_open(&keys, row->number, header, (struct hl_span){ exact, n }, out,
                                       sealed.len, &content),
                             PROTECTION_WRONG);
            free(exact);
        }
        free(out);
        drop(header);
        drop(packet);
        drop(expected);
    }
}

static void test_of_secret(void **state)
{
    static const struct {
        uint32_t version;
        struct values values;
        const char *update;
    } secrets[] = {
        { 1,
          { NULL, "c6d98ff3441c3fe1b2182094f69caa2ed4b716b65488960a7a984979fb23e1c8",
            "e0459b3474bdd0e44a41c144", "25a282b9e82f06f21f488917a4fc8f1b73573685608597d0efcb076b0ab7a7a4" },
          "1223504755036d556342ee9361d253421a826c9ecdf3c7148684b36b714881f9" },
        { 0x6b3343cf,
          { NULL, "3bfcddd72bcf02541d7fa0dd1f5f9eeea817e09a6963a0e6c7df0f9a1bab90f2",
            "a6b5bc6ab7dafce30ffff5dd", "d659760d2ba434a226fd37b35c69e2da8211d10c4f12538787d65645d5d1b8e2" },
          "c69374c49e3d2a9466fa689e49d476db5d0dfbc87d32ceeaa6343fd0ae4c7d88" },
    };
    const struct hl_span secret = hex(packets[2].secret);
    struct cipher_spec spec;

    (void)state;
    assert_true(cipher_spec_of(0x1303, 0x0304, &spec));
    for (size_t i = 0; i < sizeof secrets / sizeof secrets[0]; i++) {
        struct quic_keys now, next;
        assert_true(quic_keys_of(secrets[i].version, &spec, secret, &now));
        must_be(&now, &secrets[i].values);
        assert_true(quic_keys_update(secrets[i].version, &now, &next));
        must_equal(next.secret.bytes, secrets[i].update, "ku");
        must_equal(next.hp, secrets[i].values.hp, "hp"); /* stays: RFC 9001, 6.1 */
        assert_memory_not_equal(next.key, now.key, 32);
        assert_memory_not_equal(next.iv, now.iv, 12);
    }
    drop(secret);
}

static void test_refuses(void **state)
{
    static const uint16_t suites[] = { 0x1306, 0x00c6, 0xc0b4, 0xc02f };
    const struct hl_span secret = hex(packets[2].secret), none = { NULL, 0 };
    struct quic_keys keys;
    struct cipher_spec spec;

    (void)state;
    for (size_t i = 0; i < sizeof suites / sizeof suites[0]; i++) {
        assert_true(cipher_spec_of(suites[i], 0x0304, &spec));
        assert_false(quic_keys_of(1, &spec, secret, &keys));
    }
    assert_true(cipher_spec_of(0x1301, 0x0304, &spec));
    assert_false(quic_keys_of(1, &spec, none, &keys));
    assert_false(quic_keys_of(0xff000001, &spec, secret, &keys));
    assert_true(quic_keys_of(1, &spec, secret, &keys));
    drop(secret);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_initial),   cmocka_unit_test(test_versions), cmocka_unit_test(test_packets),
        cmocka_unit_test(test_of_secret), cmocka_unit_test(test_refuses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
