/* "handlens explain WORD": the tables are sound, and each word leads where it should. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analyze/catalogue.h"
#include "analyze/words/words.h"
#include "base/text.h"
#include "registry/suite_names.h"

/* "kind name", one a line. */
struct told {
    char text[4096];
    struct hl_meaning last;
};

static void note(void *user, const struct hl_meaning *meaning)
{
    struct told *told = user;
    const size_t length = strlen(told->text);

    snprintf(told->text + length, sizeof told->text - length, "%s%s %s", length > 0 ? "\n" : "",
             hl_word_kind_name(meaning->kind), meaning->name);
    told->last = *meaning;
    assert_non_null(meaning->title);
    assert_true(meaning->title[0] != '\0');
}

static const char *explain(const char *text, enum hl_word_scope scope)
{
    static struct told told;

    told.text[0] = '\0';
    (void)hl_explain_text(span_of(text), scope, note, &told);
    return told.text;
}

/* Whatever it takes, as the command does. */
static const char *explain_any(const char *text)
{
    const char *whole = explain(text, HL_WORD_WHOLE);

    if (whole[0] != '\0')
        return whole;
    const char *inside = explain(text, HL_WORD_INSIDE);
    return inside[0] != '\0' ? inside : explain(text, HL_WORD_PARTS);
}

static void words_lead_to_their_meaning(void **state)
{
    static const struct {
        const char *text, *meaning;
    } rows[] = {
        { "certificate-expired", "finding certificate-expired" },
        { "certificate_expired", "alert certificate_expired" },
        { "alert 40", "alert handshake_failure" },
        { "ALERT: 40", "alert handshake_failure" },
        { "alert 0x28", "alert handshake_failure" },
        { "alert handshake failure", "alert handshake_failure" },
        { "Handshake-Failure", "alert handshake_failure" },
        { "alert 99", "alert unknown (0x63)" },
        { "alert 300", "" },
        { "40",
          "alert handshake_failure\ncipher suite TLS_KRB5_EXPORT_WITH_RC4_40_SHA\nextension key_share_old\ngroup GC512C" },
        { "0xc02f", "cipher suite TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256" },
        { "C02F", "cipher suite TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256" },
        { "C0,2F", "cipher suite TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256" },
        { "{0xC0, 0x2F}", "cipher suite TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256" },
        { "cipher C0:2F", "cipher suite TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256" },
        { "0x13,0x01", "cipher suite TLS_AES_128_GCM_SHA256" },
        { "1301", "cipher suite TLS_AES_128_GCM_SHA256" },
        { "4865", "cipher suite TLS_AES_128_GCM_SHA256" },
        { "tls_ecdhe_rsa_with_aes_128_gcm_sha256", "cipher suite TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256" },
        { "ECDHE-RSA-AES128-GCM-SHA256", "cipher suite TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256" },
        { "TLS_ECDHE_RSA_AES_128_GCM_SHA256", "cipher suite TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256" },
        { "DES-CBC3-SHA", "cipher suite TLS_RSA_WITH_3DES_EDE_CBC_SHA" },
        { "EDH-RSA-DES-CBC3-SHA", "cipher suite TLS_DHE_RSA_WITH_3DES_EDE_CBC_SHA" },
        { "SSL_RSA_WITH_RC4_128_MD5", "cipher suite TLS_RSA_WITH_RC4_128_MD5" },
        { "TLS_FALLBACK_SCSV", "cipher suite TLS_FALLBACK_SCSV" },
        { "extension 51", "extension key_share" },
        { "ext 0xff01", "extension renegotiation_info" },
        { "sni", "extension server_name" },
        { "x25519", "group x25519" },
        { "P-256", "group secp256r1" },
        { "curve prime256v1", "group secp256r1" },
        { "RSA+SHA256", "signature scheme rsa_pkcs1_sha256" },
        { "scheme 0x0804", "signature scheme rsa_pss_rsae_sha256" },
        { "TLSv1.2", "version TLS 1.2" },
        { "version 0x0304", "version TLS 1.3" },
        { "0304", "version TLS 1.3" },
        { "0x1a1a", "reserved number GREASE (0x1a1a)" },
        { "no shared cipher", "error no shared cipher" },
        { "no_application_protocol", "alert no_application_protocol" },
        { "36887", "error event 36887" },
        { "0x80090325", "error SEC_E_UNTRUSTED_ROOT" },
        { "error:14094410:SSL routines:ssl3_read_bytes:sslv3 alert handshake failure:ssl/record/rec_layer_s3.c:1544:"
          "SSL alert number 40", "alert handshake_failure" },
        { "bla SSL alert number 48 bla", "alert unknown_ca" },
        { "curl: (60) SSL certificate problem: unable to get local issuer certificate",
          "error unable to get local issuer certificate" },
        { "curl: (35) error:0A00010B:SSL routines::wrong version number", "error wrong version number" },
        { "javax.net.ssl.SSLHandshakeException: Received fatal alert: bad_certificate", "alert bad_certificate" },
        { "javax.net.ssl.SSLHandshakeException: No name matching localhost found",
          "error no subject alternative names present" },
        { "javax.net.ssl.SSLHandshakeException: PKIX path building failed: sun.security",
          "error PKIX path building failed" },
        { "remote error: tls: unknown certificate authority", "alert unknown_ca" },
        { "http: TLS handshake error from 10.0.0.1:4: tls: first record does not look like a TLS handshake",
          "error tls: first record does not look like a tls handshake" },
        { "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate has expired (_ssl.c:1007)",
          "error certificate has expired" },
        { "code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION'", "alert protocol_version" },
        { "SSL_ERROR_HANDSHAKE_FAILURE_ALERT", "alert handshake_failure" },
        { "Fehler: SSL_ERROR_NO_CYPHER_OVERLAP", "error SSL_ERROR_NO_CYPHER_OVERLAP" },
        { "NET::ERR_CERT_DATE_INVALID", "error ERR_CERT_DATE_INVALID" },
        { "*** Received alert [40]: Handshake failed", "alert handshake_failure" },
        { "received fatal alert: HandshakeFailure", "alert handshake_failure" },
        { "Alert (Level: Fatal, Description: Certificate Unknown)", "alert certificate_unknown" },
        { "A fatal alert was received from the remote endpoint. The TLS protocol defined fatal alert code is 70.",
          "alert protocol_version" },
        { "Schannel 36887: alert code 46", "alert certificate_unknown" },
        { "New, TLSv1.3, Cipher is TLS_AES_256_GCM_SHA384", "version TLS 1.3\ncipher suite TLS_AES_256_GCM_SHA384" },
        { "x25519 rsa_pss_rsae_sha256 TLSv1.0",
          "group x25519\nsignature scheme rsa_pss_rsae_sha256\nversion TLS 1.0" },
        { "a sentence about nothing in particular", "" },
        { "", "" },
        { "...", "" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (strcmp(explain_any(rows[i].text), rows[i].meaning) != 0)
            fail_msg("%s: '%s', not '%s'", rows[i].text, explain_any(rows[i].text), rows[i].meaning);
    }
}

/* --- the tables -------------------------------------------------------------------- */

static void codes_exist(const char *codes, const char *where)
{
    char code[64];

    while (codes[0] != '\0') {
        const size_t length = strcspn(codes, " ");
        assert_true(length > 0 && length < sizeof code);
        snprintf(code, sizeof code, "%.*s", (int)length, codes);
        if (finding_by_name(code) == NULL)
            fail_msg("%s: there is no code %s", where, code);
        codes += length;
        codes += strspn(codes, " ");
    }
}

static void rows_have_names(void **state)
{
    size_t index;

    (void)state;
    for (size_t i = 0; i < WORD_TABLES; i++) {
        const struct word_table *table = &word_tables[i];
        for (size_t j = 0; table->rows != NULL && j < *table->count; j++) {
            const struct word_row *row = &table->rows[j];
            if (!reg_index(table->registry, row->id, &index))
                fail_msg("%s %u has no name", hl_word_kind_name(table->kind), row->id);
            assert_ptr_equal(word_row(table, row->id), row); /* no two rows with one number */
            assert_true(row->title[0] != '\0');
            codes_exist(row->codes, row->title);
        }
        for (size_t j = 0; table->families != NULL && j < *table->family_count; j++)
            codes_exist(table->families[j].codes, table->families[j].prefix);
    }
}

static void every_alert_has_a_row(void **state)
{
    const struct reg_table *alerts = &reg_tables[REG_ALERT];

    (void)state;
    for (size_t i = 0; i < alerts->range_count; i++) {
        for (uint32_t id = alerts->ranges[i].first; id <= alerts->ranges[i].last; id++)
            assert_non_null(word_row(&word_tables[0], id));
    }
}

static const struct error_row *row_at(size_t n)
{
    for (size_t i = 0; i < ERROR_TABLES; i++) {
        if (n < *error_tables[i].count)
            return &error_tables[i].rows[n];
        n -= *error_tables[i].count;
    }
    return NULL;
}

static size_t count_key(struct hl_span key)
{
    struct hl_buffer normal;
    struct hl_span rest, other;
    const struct error_row *row;
    size_t count = 0;

    buf_init(&normal, 4096);
    phrase_normalise(key, &normal);
    for (size_t i = 0; (row = row_at(i)) != NULL; i++) {
        rest = span_of(row->keys);
        while (phrase_next(&rest, &other))
            count += phrase_equal(buf_view(&normal), other);
    }
    buf_cleanup(&normal);
    return count;
}

/* Each error is found by each of its keys, as a whole and inside a line; no two rows have the same key. */
static void errors_lead_to_themselves(void **state)
{
    const struct error_row *row;
    char text[512], expected[512];
    size_t n;

    (void)state;
    for (n = 0; (row = row_at(n)) != NULL; n++) {
        struct hl_span rest = span_of(row->keys), first, key;
        assert_true(phrase_next(&rest, &first));
        snprintf(expected, sizeof expected, "error %.*s", (int)first.len, (const char *)first.ptr);
        assert_true(first.ptr[0] != '=');
        rest = span_of(row->keys);
        while (phrase_next(&rest, &key)) {
            const bool exact = key.ptr[0] == '=';
            if (count_key(key) != 1)
                fail_msg("%.*s is there twice", (int)key.len, (const char *)key.ptr);
            snprintf(text, sizeof text, "%.*s", (int)key.len - exact, (const char *)key.ptr + exact);
            const char *whole = explain(text, HL_WORD_WHOLE);
            if (strstr(whole, expected) == NULL && strncmp(whole, "alert ", 6) != 0)
                fail_msg("%s: %s", text, whole);
            snprintf(text, sizeof text, "12:00 x[1]: (%.*s) y", (int)key.len, (const char *)key.ptr);
            if (!exact && strcmp(explain(text, HL_WORD_INSIDE), expected) != 0)
                fail_msg("inside, %s: %s", text, explain(text, HL_WORD_INSIDE));
        }
        codes_exist(row->codes, row->keys);
        assert_true(row->title[0] != '\0' && row->source[0] != '\0');
        if (row->alert % ERROR_GENERIC != 0)
            assert_non_null(reg_alert((uint8_t)row->alert).name);
    }
    assert_true(n > 150);
}

/* Whatever the registries have can be explained by name. */
static void every_name_is_known(void **state)
{
    char expected[160];

    (void)state;
    for (size_t i = 0; i < WORD_TABLES; i++) {
        const struct reg_table *registry = &reg_tables[word_tables[i].registry];
        for (size_t j = 0; j < registry->name_count; j++) {
            snprintf(expected, sizeof expected, "%s %s", hl_word_kind_name(word_tables[i].kind), registry->names[j]);
            if (strstr(explain(registry->names[j], HL_WORD_WHOLE), expected) == NULL)
                fail_msg("%s: %s", registry->names[j], explain(registry->names[j], HL_WORD_WHOLE));
        }
    }
}

/* --- suites ------------------------------------------------------------------------ */

static void suites_are_judged(void **state)
{
    static const struct {
        const char *name, *verdict, *codes;
    } rows[] = {
        { "TLS_AES_128_GCM_SHA256", "fine", "" },
        { "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", "fine", "" },
        { "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", "acceptable", "cipher-cbc" },
        { "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256", "acceptable", "dh-weak" },
        { "TLS_PSK_WITH_AES_128_GCM_SHA256", "acceptable", "no-forward-secrecy" },
        { "TLS_RSA_WITH_AES_128_GCM_SHA256", "weak", "no-forward-secrecy" },
        { "TLS_RSA_WITH_3DES_EDE_CBC_SHA", "weak", "cipher-weak no-forward-secrecy" },
        { "TLS_ECDHE_RSA_WITH_RC4_128_SHA", "broken", "cipher-weak" },
        { "TLS_ECDHE_RSA_WITH_NULL_SHA", "broken", "cipher-null" },
        { "TLS_DH_anon_WITH_AES_128_GCM_SHA256", "broken", "cipher-anonymous" },
        { "TLS_RSA_EXPORT_WITH_RC4_40_MD5", "broken", "cipher-export cipher-weak no-forward-secrecy" },
    };
    struct hl_arena arena;

    (void)state;
    arena_init(&arena, 1 << 16);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct hl_meaning meaning;
        uint32_t id;
        char codes[256] = "";
        assert_true(reg_find(REG_CIPHER_SUITE, span_of(rows[i].name), &id));
        meaning_of_code(&word_tables[1], id, &arena, &meaning);
        assert_string_equal(meaning.facts[0].name, "verdict");
        assert_string_equal(meaning.facts[0].value, rows[i].verdict);
        for (size_t j = 0; j < meaning.code_count && strstr(rows[i].codes, meaning.codes[j]) != NULL; j++)
            snprintf(codes + strlen(codes), sizeof codes - strlen(codes), "%s%s", j > 0 ? " " : "", meaning.codes[j]);
        assert_memory_equal(codes, rows[i].codes, strlen(rows[i].codes));
    }
    arena_cleanup(&arena);
}

static void names_of_other_libraries(void **state)
{
    static const struct {
        const char *iana, *openssl, *gnutls;
    } rows[] = {
        { "TLS_AES_256_GCM_SHA384", "TLS_AES_256_GCM_SHA384", "TLS_AES_256_GCM_SHA384" },
        { "TLS_RSA_WITH_AES_128_CBC_SHA", "AES128-SHA", "TLS_RSA_AES_128_CBC_SHA1" },
        { "TLS_DH_anon_WITH_AES_128_CBC_SHA256", "ADH-AES128-SHA256", "TLS_DH_ANON_AES_128_CBC_SHA256" },
        { "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", "ECDHE-RSA-CHACHA20-POLY1305",
          "TLS_ECDHE_RSA_CHACHA20_POLY1305" },
        { "TLS_PSK_WITH_AES_128_CBC_SHA", "PSK-AES128-CBC-SHA", "TLS_PSK_AES_128_CBC_SHA1" },
        { "TLS_SRP_SHA_RSA_WITH_AES_256_CBC_SHA", "SRP-RSA-AES-256-CBC-SHA", "TLS_SRP_SHA_RSA_AES_256_CBC_SHA1" },
        { "TLS_PSK_DHE_WITH_AES_128_CCM_8", "DHE-PSK-AES128-CCM8", "TLS_DHE_PSK_AES_128_CCM_8" },
        { "TLS_ECDHE_RSA_WITH_ARIA_128_GCM_SHA256", "ECDHE-ARIA128-GCM-SHA256", "" },
        { "TLS_RSA_WITH_RC4_128_MD5", "RC4-MD5", "TLS_RSA_ARCFOUR_128_MD5" },
        { "TLS_KRB5_WITH_RC4_128_SHA", "", "" },
        { "TLS_FALLBACK_SCSV", "", "" },
    };
    char name[SUITE_NAME_SIZE];

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(suite_openssl_name(rows[i].iana, name), rows[i].openssl[0] != '\0');
        assert_string_equal(name, rows[i].openssl);
        assert_int_equal(suite_gnutls_name(rows[i].iana, name), rows[i].gnutls[0] != '\0');
        assert_string_equal(name, rows[i].gnutls);
    }
}

/* --- near misses ------------------------------------------------------------------- */

static void near_misses_are_suggested(void **state)
{
    static const struct {
        const char *text, *first;
    } rows[] = {
        { "certificate-expird", "certificate-expired" },
        { "handshake_failuer", "handshake_failure" },
        { "ECDHE-RSA-AES128-GCM-SHA265", "ECDHE-RSA-AES128-GCM-SHA256" },
        { "no shraed cipher", "no-shared-cipher" },
        { "SEC_E_UNTRUSTED_ROT", "SEC_E_UNTRUSTED_ROOT" },
        { "certificate-name", "certificate-name-mismatch" },
        { "xyz", "" },
        { "something else altogether", "" },
    };
    char words[3][HL_WORD_SIZE], longer[4 * HL_WORD_SIZE];

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const size_t count = hl_similar_words(span_of(rows[i].text), words, 3);
        assert_string_equal(count > 0 ? words[0] : "", rows[i].first);
    }
    memset(longer, 'a', sizeof longer);
    assert_int_equal(hl_similar_words((struct hl_span){ (const uint8_t *)longer, sizeof longer }, words, 3), 0);
}

static void distances(void **state)
{
    (void)state;
    assert_int_equal(phrase_distance(span_of("abc"), span_of("abc"), 3), 0);
    assert_int_equal(phrase_distance(span_of("abc"), span_of("acb"), 3), 1);
    assert_int_equal(phrase_distance(span_of("abc"), span_of("ab"), 3), 1);
    assert_int_equal(phrase_distance(span_of("abc"), span_of("xabc"), 3), 1);
    assert_int_equal(phrase_distance(span_of("kitten"), span_of("sitting"), 3), 3);
    assert_int_equal(phrase_distance(span_of("kitten"), span_of("sitting"), 2), 3);
    assert_int_equal(phrase_distance(span_of("a"), span_of("abcdefgh"), 2), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_lead_to_their_meaning), cmocka_unit_test(rows_have_names),
        cmocka_unit_test(every_alert_has_a_row),       cmocka_unit_test(errors_lead_to_themselves),
        cmocka_unit_test(every_name_is_known),         cmocka_unit_test(suites_are_judged),
        cmocka_unit_test(names_of_other_libraries),    cmocka_unit_test(near_misses_are_suggested),
        cmocka_unit_test(distances),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
