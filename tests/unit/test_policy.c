/* Policies as JSON, and what they make of facts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "policy/verdict.h"

static struct hl_policy *read_policy(const char *json)
{
    struct hl_error error;
    struct hl_policy *policy = hl_policy_parse(span_of(json), "test", &error);

    assert_non_null(policy);
    return policy;
}

static void presets_can_be_read(void **state)
{
    struct hl_span document;
    const char *name;
    unsigned n = 0;

    (void)state;
    for (; (name = hl_policy_preset(n, &document)) != NULL; n++) {
        struct hl_policy *policy = hl_policy_open(name, NULL);
        assert_non_null(policy);
        assert_true(strncmp(name, hl_policy_id(policy), strlen(hl_policy_id(policy))) == 0);
        hl_policy_free(policy);
    }
    assert_int_equal(n, 7);
    assert_int_equal(document.len, 0);
    assert_null(hl_policy_open("mozilla-intermediat", NULL));
}

/* Every prefix of a document is wrong, and none is trouble. */
static void cut_documents(void **state)
{
    const struct hl_span whole = hl_policy_document("nist-800-52r2");

    (void)state;
    assert_true(whole.len > 0);
    for (size_t n = 0; n + 2 < whole.len; n++) {
        struct hl_error error;
        assert_null(hl_policy_parse((struct hl_span){ whole.ptr, n }, "cut", &error));
        assert_int_equal(error.status, HL_ERR_FORMAT);
    }
}

static enum policy_result result_of(const struct hl_policy *policy, const struct policy_facts *facts, const char *rule)
{
    struct hl_arena arena;
    int result = -1;

    arena_init(&arena, 1 << 20);
    const struct policy_verdicts *verdicts = policy_judge(policy, facts, &arena);
    assert_non_null(verdicts);
    for (unsigned i = 0; i < verdicts->count; i++) {
        if (strcmp(policy_rule_id(verdicts->list[i].rule), rule) == 0)
            result = (int)verdicts->list[i].result;
    }
    arena_cleanup(&arena);
    assert_true(result >= 0);
    return (enum policy_result)result;
}

static void nothing_passes_by_absence(void **state)
{
    struct hl_span document;
    const char *name;

    (void)state;
    for (unsigned n = 0; (name = hl_policy_preset(n, &document)) != NULL; n++) {
        struct hl_policy *policy = hl_policy_open(name, NULL);
        const struct policy_facts nobody_asked = { .now = 0 };
        struct hl_arena arena;
        arena_init(&arena, 1 << 20);
        const struct policy_verdicts *verdicts = policy_judge(policy, &nobody_asked, &arena);
        for (unsigned i = 0; i < verdicts->count; i++)
            assert_int_equal(verdicts->list[i].result, POLICY_UNKNOWN);
        assert_true(verdicts->count > 0);
        arena_cleanup(&arena);
        hl_policy_free(policy);
    }
}

static void allowed_and_required(void **state)
{
    struct hl_policy *policy = read_policy("{\"id\":\"a\",\"version\":\"1\",\"versions\":{\"allowed\":[\"TLS 1.2\",\"0x0304\"],\"required\":[\"TLS 1.3\"]},"
                                           "\"groups\":{\"allowed\":[\"x25519\"],\"extra\":\"warn\"}}");
    struct policy_facts facts = { .now = 0 };

    (void)state;
    seen_accept(&facts.versions, 0x0304);
    assert_int_equal(result_of(policy, &facts, "versions.required"), POLICY_PASS);
    assert_int_equal(result_of(policy, &facts, "versions.allowed"), POLICY_UNKNOWN); /* not everything was asked for */
    facts.versions.rest_refused = true;
    assert_int_equal(result_of(policy, &facts, "versions.allowed"), POLICY_PASS);
    seen_accept(&facts.versions, 0x0301);
    assert_int_equal(result_of(policy, &facts, "versions.allowed"), POLICY_FAIL);
    facts.versions.rest_refused = false; /* one is enough */
    assert_int_equal(result_of(policy, &facts, "versions.allowed"), POLICY_FAIL);
    seen_accept(&facts.groups, 0x001e);
    assert_int_equal(result_of(policy, &facts, "groups.allowed"), POLICY_WARN);
    memset(&facts, 0, sizeof facts);
    seen_refuse(&facts.versions, 0x0304);
    assert_int_equal(result_of(policy, &facts, "versions.required"), POLICY_FAIL);
    strcpy(facts.groups.fault, "it chose what was not offered");
    facts.groups.rest_refused = true;
    assert_int_equal(result_of(policy, &facts, "groups.allowed"), POLICY_FAIL);
    hl_policy_free(policy);
}

/* Servers agree to encrypt-then-MAC with CBC alone: a handshake without it says nothing. */
static void encrypt_then_mac(void **state)
{
    enum { GCM = 0xc02f, CBC = 0xc013 };
    static const uint8_t extension[] = { 0, 22, 0, 0 };
    struct hl_policy *policy = read_policy("{\"id\":\"a\",\"version\":\"1\",\"encrypt_then_mac\":\"required\"}");
    struct hl_handshake gcm = { .version = 0x0303 }, cbc = { .version = 0x0303 };
    struct policy_facts facts = { .now = 0 };

    (void)state;
    gcm.server_hello.cipher_suite = GCM;
    cbc.server_hello.cipher_suite = CBC;
    facts.handshakes[facts.handshake_count++] = &gcm;
    seen_accept(&facts.suites, GCM);
    facts.suites.rest_refused = true;
    assert_int_equal(result_of(policy, &facts, "encrypt_then_mac"), POLICY_UNKNOWN); /* nobody asked for CBC */
    facts.cbc_refused = true;
    assert_int_equal(result_of(policy, &facts, "encrypt_then_mac"), POLICY_PASS);
    facts.cbc_refused = false;
    facts.handshakes[facts.handshake_count++] = &cbc;
    seen_accept(&facts.suites, CBC);
    assert_int_equal(result_of(policy, &facts, "encrypt_then_mac"), POLICY_FAIL);
    cbc.server_hello.extensions = (struct hl_span){ extension, sizeof extension };
    assert_int_equal(result_of(policy, &facts, "encrypt_then_mac"), POLICY_PASS);
    facts.passive = true;
    facts.handshake_count = 1;
    assert_int_equal(result_of(policy, &facts, "encrypt_then_mac"), POLICY_UNKNOWN);
    hl_policy_free(policy);
}

/* A suite with DHE whose prime was not seen: the ServerKeyExchange is not in the capture, or the session was resumed. */
static void primes(void **state)
{
    struct hl_policy *policy = read_policy("{\"id\":\"a\",\"version\":\"1\",\"dh_bits_min\":2048}");
    struct policy_facts facts = { .passive = true };

    (void)state;
    seen_accept(&facts.suites, 0xc02f);
    assert_int_equal(result_of(policy, &facts, "dh_bits_min"), POLICY_PASS);
    seen_accept(&facts.suites, 0x009e);
    assert_int_equal(result_of(policy, &facts, "dh_bits_min"), POLICY_UNKNOWN);
    facts.dh_bits = 2048;
    assert_int_equal(result_of(policy, &facts, "dh_bits_min"), POLICY_PASS);
    facts.dh_bits = 1024;
    assert_int_equal(result_of(policy, &facts, "dh_bits_min"), POLICY_FAIL);
    hl_policy_free(policy);
}

/* Of others' handshakes, those tell the server's protocol that were asked for one, and can be read. */
static void protocols(void **state)
{
    struct hl_policy *policy = read_policy("{\"id\":\"a\",\"version\":\"1\",\"alpn\":{\"required\":[\"h2\"]}}");
    struct hl_handshake closed = { .version = 0x0304 }, not_asked = { .version = 0x0303 };
    struct hl_handshake none = { .version = 0x0303 }, h2 = { .version = 0x0303 };
    struct policy_facts facts = { .handshakes = { &closed, &not_asked }, .handshake_count = 2, .passive = true };

    (void)state;
    closed.server_chain.why_absent = "encrypted";
    closed.client_hello.has_alpn = none.client_hello.has_alpn = h2.client_hello.has_alpn = true;
    h2.alpn = span_of("h2");
    assert_int_equal(result_of(policy, &facts, "alpn.required"), POLICY_UNKNOWN);
    facts.passive = false; /* who asks by itself has asked for it */
    assert_int_equal(result_of(policy, &facts, "alpn.required"), POLICY_FAIL);
    facts.passive = true;
    facts.handshakes[facts.handshake_count++] = &none;
    assert_int_equal(result_of(policy, &facts, "alpn.required"), POLICY_FAIL);
    facts.handshakes[2] = &h2;
    assert_int_equal(result_of(policy, &facts, "alpn.required"), POLICY_PASS);
    hl_policy_free(policy);
}

/* DTLS 1.3 has no need of what TLS 1.3 has no need of. */
static void extensions_of_older_versions(void **state)
{
    struct hl_policy *policy = read_policy("{\"id\":\"a\",\"version\":\"1\",\"extended_master_secret\":\"required\"}");
    struct hl_handshake hs = { .version = 0xfefc };
    struct policy_facts facts = { .handshakes = { &hs }, .handshake_count = 1 };

    (void)state;
    assert_int_equal(result_of(policy, &facts, "extended_master_secret"), POLICY_PASS);
    hs.version = 0xfefd;
    assert_int_equal(result_of(policy, &facts, "extended_master_secret"), POLICY_FAIL);
    hl_policy_free(policy);
}

/* What a certificate does not say, or says in words that are not known, is nothing to pass by. */
static void certificates_that_say_nothing(void **state)
{
    struct hl_policy *policy = read_policy("{\"id\":\"a\",\"version\":\"1\",\"certificate\":{\"signature_hashes\":[\"SHA256\"],"
                                           "\"lifetime_days_max\":398,\"lifetime_days_recommended\":90}}");
    struct hl_certificate leaf = { .decoded = true };
    struct hl_handshake hs = { .version = 0x0303 };
    struct policy_facts facts = { .handshakes = { &hs }, .handshake_count = 1 };

    (void)state;
    hs.server_chain.list[0] = &leaf;
    hs.server_chain.count = 1;
    assert_int_equal(result_of(policy, &facts, "certificate.lifetime_days_max"), POLICY_FAIL);
    assert_int_equal(result_of(policy, &facts, "certificate.lifetime_days_recommended"), POLICY_WARN);
    assert_int_equal(result_of(policy, &facts, "certificate.signature_hashes"), POLICY_FAIL);
    leaf.x509.not_before.valid = leaf.x509.not_after.valid = true;
    leaf.x509.not_after.seconds = 91 * 86400;
    assert_int_equal(result_of(policy, &facts, "certificate.lifetime_days_max"), POLICY_PASS);
    assert_int_equal(result_of(policy, &facts, "certificate.lifetime_days_recommended"), POLICY_WARN);
    leaf.x509.signature_algorithm.name = "Ed25519";
    leaf.x509.signature_algorithm.key = HL_X509_KEY_ED25519;
    assert_int_equal(result_of(policy, &facts, "certificate.signature_hashes"), POLICY_PASS);
    leaf.x509.signature_algorithm.name = "rsassaPss"; /* with a hash of its own */
    leaf.x509.signature_algorithm.key = HL_X509_KEY_RSA;
    assert_int_equal(result_of(policy, &facts, "certificate.signature_hashes"), POLICY_FAIL);
    leaf.x509.signature_algorithm.hash = HL_X509_SHA256;
    assert_int_equal(result_of(policy, &facts, "certificate.signature_hashes"), POLICY_PASS);
    hl_policy_free(policy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(presets_can_be_read),
        cmocka_unit_test(cut_documents),
        cmocka_unit_test(nothing_passes_by_absence),
        cmocka_unit_test(allowed_and_required),
        cmocka_unit_test(encrypt_then_mac),
        cmocka_unit_test(primes),
        cmocka_unit_test(protocols),
        cmocka_unit_test(extensions_of_older_versions),
        cmocka_unit_test(certificates_that_say_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
