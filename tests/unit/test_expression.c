/* Expressions over documents: what they are worth, and where they go wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "report/expression.h"

static const char tls12[] =
    "{\"source\":{\"ip\":\"192.0.2.10\",\"port\":40000},\"destination\":{\"ip\":\"192.0.2.20\",\"port\":443},"
    "\"network\":{\"vlan\":{\"id\":\"7\"}},"
    "\"tls\":{\"version\":\"1.2\",\"version_protocol\":\"tls\",\"cipher\":\"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256\",\"curve\":\"x25519\","
    "\"next_protocol\":\"http/1.1\",\"resumed\":false,\"established\":true,\"client\":{\"server_name\":\"www.example.org\"},"
    "\"server\":{\"not_after\":\"2027-03-01T00:00:00Z\"}},"
    "\"handlens\":{\"outcome\":\"completed\",\"reason\":null,\"diagnosis\":[],"
    "\"findings\":[{\"code\":\"certificate-weak\",\"severity\":\"high\"},{\"code\":\"no-alpn\",\"severity\":\"info\"}],"
    "\"client_hello\":{\"alpn\":[\"h2\",\"http/1.1\"],\"cipher_suites\":[{\"id\":49199,\"name\":\"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256\"},"
    "{\"id\":47,\"name\":\"TLS_RSA_WITH_AES_128_CBC_SHA\"}],\"supported_versions\":[{\"id\":772,\"name\":\"TLS 1.3\"},{\"id\":771,\"name\":\"TLS 1.2\"}],"
    "\"extensions\":[{\"id\":16,\"name\":\"alpn\",\"list\":[1,2]}]},"
    "\"server_hello\":{\"version\":{\"id\":771,\"name\":\"TLS 1.2\"}},\"certificates\":{\"server\":[{\"sha256\":\"00\"}],\"client\":null}}}";
static const char ssl3[] = "{\"tls\":{\"version\":\"3.0\",\"version_protocol\":\"ssl\"}}";
static const char dtls12[] = "{\"tls\":{\"version\":\"1.2\",\"version_protocol\":\"dtls\"}}";
static const char draft[] = "{\"tls\":{\"version\":\"1.3 draft 23\",\"version_protocol\":\"tls\"}}";
static const char nothing[] = "{}";

static bool holds(const char *text, const char *json)
{
    struct hl_error error = { .message = "" };
    size_t offset;
    struct expression *expression = expression_new(text, &offset, &error);
    cJSON *document = cJSON_Parse(json);

    if (expression == NULL)
        fprintf(stderr, "%s: at %zu: %s\n", text, offset, error.message);
    assert_non_null(expression);
    assert_non_null(document);
    const bool result = expression_holds(expression, document);
    expression_free(expression);
    cJSON_Delete(document);
    return result;
}

static const struct {
    const char *text, *document;
    bool holds;
} rows[] = {
    { "version == 1.2", tls12, true },
    { "version>=1.2", tls12, true },
    { "version > 1.2", tls12, false },
    { "version < 1.3", tls12, true },
    { "version <= 1.1", tls12, false },
    { "version == \"TLS 1.2\"", tls12, true },
    { "version == TLSv1.2", tls12, true },
    { "version == 'DTLS 1.2'", tls12, false },
    { "version in [1.2, 1.3]", tls12, true },
    { "version in [1.3]", tls12, false },
    { "version =~ '1.*'", tls12, true },
    { "version > 'SSL 3.0'", tls12, true },
    /* SSL 3.0 is older than TLS 1.0, whatever the digits say */
    { "version >= 1.0", ssl3, false },
    { "version < 1.0", ssl3, true },
    { "version == 3.0", ssl3, true },
    { "version == SSLv3", ssl3, true },
    { "version > 2.0", ssl3, true },
    { "version == 1.2", dtls12, true },
    { "version == 'TLS 1.2'", dtls12, false },
    { "version == 'DTLS 1.2'", dtls12, true },
    { "version >= 1.2", dtls12, true },
    { "version == 1.3", draft, true },
    /* what is not there: false, but for != and == null */
    { "version == 1.2", nothing, false },
    { "version >= 1.0", nothing, false },
    { "version != 1.2", nothing, true },
    { "version == null", nothing, true },
    { "version != null", nothing, false },
    { "version in [1.2, null]", nothing, true },
    { "resumed", nothing, false },
    { "not resumed", nothing, true },
    { "alpn =~ '*'", nothing, false },
    { "alpn contains ''", nothing, false },
    { "handlens.findings[].code != x", nothing, true },
    { "handlens.findings == null", nothing, true },
    { "handlens.reason == null", tls12, true },
    { "handlens.certificates.client == null", tls12, true },
    { "handlens.certificates.server != null", tls12, true },
    { "code == null", tls12, true },
    /* kinds of values */
    { "alpn == http/1.1", tls12, true },
    { "alpn == h2", tls12, false },
    { "alpn in [h2, http/1.1]", tls12, true },
    { "sni == www.example.org", tls12, true },
    { "sni =~ *.example.org", tls12, true },
    { "sni =~ w?w.*", tls12, true },
    { "sni =~ *.example.com", tls12, false },
    { "sni =~ example", tls12, false },
    { "sni contains example", tls12, true },
    { "resumed == false", tls12, true },
    { "resumed == 'false'", tls12, false },
    { "tls.established", tls12, true },
    { "tls.cipher", tls12, false },
    { "destination.port == 443", tls12, true },
    { "destination.port == '443'", tls12, false },
    { "destination.port < 1024", tls12, true },
    { "destination.port >= 443.5", tls12, false },
    { "destination.port > text", tls12, false },
    { "network.vlan.id == 7", tls12, true },
    { "network.vlan.id > 5", tls12, true },
    { "network.vlan.id > 05.5e0", tls12, true },
    { "tls.server.not_after > 2027-01-01", tls12, true },
    { "tls.server.not_after > 2027-06-01", tls12, false },
    /* lists */
    { "handlens.findings[].code == no-alpn", tls12, true },
    { "handlens.findings[0].code == no-alpn", tls12, false },
    { "handlens.findings[1].code == no-alpn", tls12, true },
    { "handlens.findings[2].code == null", tls12, true },
    { "handlens.findings[].code != no-alpn", tls12, false },
    { "not handlens.findings[].severity in [high, critical]", tls12, false },
    { "handlens.client_hello.alpn contains h2", tls12, true },
    { "handlens.client_hello.alpn[] == h2", tls12, true },
    { "handlens.client_hello.alpn contains h", tls12, false },
    { "handlens.client_hello.cipher_suites contains TLS_RSA_WITH_AES_128_CBC_SHA", tls12, true },
    { "handlens.client_hello.cipher_suites contains 0x2f", tls12, true },
    { "handlens.client_hello.cipher_suites[].id == 47", tls12, true },
    { "handlens.client_hello.cipher_suites[] =~ TLS_RSA_*", tls12, true },
    { "handlens.client_hello.cipher_suites[] =~ TLS_DH_*", tls12, false },
    { "handlens.client_hello.supported_versions[] >= 1.3", tls12, true },
    { "handlens.client_hello.supported_versions contains 'TLS 1.3'", tls12, true },
    { "handlens.client_hello.supported_versions[] < 1.2", tls12, false },
    { "handlens.server_hello.version == 1.2", tls12, true },
    { "handlens.server_hello.version == 0x0303", tls12, true },
    /* where the schema does not say what there is, it shows here, and is never passed over */
    { "handlens.client_hello.extensions[].list[] == 2", tls12, true },
    { "handlens.client_hello.extensions[].list == 2", tls12, false },
    { "handlens.client_hello.extensions[].list != 2", tls12, false },
    { "not handlens.client_hello.extensions[].list == 2", tls12, false },
    { "handlens.client_hello.extensions[].list.x != 2", tls12, false },
    { "handlens.client_hello.extensions[].list contains 2", tls12, true },
    { "handlens.client_hello.extensions[].nothing == null", tls12, true },
    /* and, or, not */
    { "version == 1.2 and alpn == h2 or resumed == false", tls12, true },
    { "version == 1.2 and (alpn == h2 or resumed)", tls12, false },
    { "version == 1.2&&!(alpn==h2)", tls12, true },
    { "resumed || tls.established", tls12, true },
    { "not not tls.established", tls12, true },
    { "!!tls.established", tls12, true },
    { "not resumed and not resumed", tls12, true },
    { "((((version == 1.2))))", tls12, true },
    { "outcome == completed\nand\tsni == \"www.example.org\"", tls12, true },
    { "sni == 'a\\'b'", tls12, false },
};

static void what_it_is_worth(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (holds(rows[i].text, rows[i].document) != rows[i].holds)
            fail_msg("%s: is not %d", rows[i].text, rows[i].holds);
    }
}

static const struct {
    const char *text;
    size_t offset;
    const char *words;
} mistakes[] = {
    { "", 0, "an expression" },
    { "  ", 2, "an expression" },
    { "version", 7, NULL },
    { "version = 1.2", 8, "write ==" },
    { "version => 1.2", 8, "write ==" },
    { "version == ", 11, "a value" },
    { "version == and", 11, "a value" },
    { "version 1.2", 8, "an operator" },
    { "version == 1.4", 11, "no version" },
    { "version < x", 10, "no version" },
    { "version in [1.2, 7]", 17, "no version" },
    { "version in 1.2", 11, "a list" },
    { "version in []", 12, "a value" },
    { "version in [1.2", 15, ", or ]" },
    { "version in [1.2 1.3]", 16, ", or ]" },
    { "alpn == 'h2", 8, "not closed" },
    { "alpn == \"h2\\\"", 8, "not closed" },
    { "alpn < null", 7, "behind this operator" },
    { "alpn =~ true", 8, "behind this operator" },
    { "alpn == h2 h3", 11, "and, or or the end" },
    { "alpn == h2)", 10, "and, or or the end" },
    { "(alpn == h2", 0, "not closed" },
    { "(alpn == h2 alpn", 12, "and, or or )" },
    { "alpn == h2 and", 14, "an expression" },
    { "alpn == h2 and or", 15, "a field" },
    { "not", 3, "an expression" },
    { "42 == alpn", 0, "a field" },
    { "tls.verzion == 1.2", 4, "no document has" },
    { "tsl.version == 1.2", 0, "no document has" },
    { "Version == 1.2", 0, "no document has" },
    { "tls.version.x == 1", 11, "no fields" },
    { "tls..version", 4, "the name of a field" },
    { "tls.", 4, "the name of a field" },
    { "tls == x", 3, "has fields" },
    { "alpn[] == h2", 4, "no list" },
    { "alpn.x == h2", 4, "no fields" },
    { "tls.cipher[] == h2", 10, "no list" },
    { "handlens.findings.code == x", 17, "a list" },
    { "handlens.findings == x", 17, "a list" },
    { "handlens.findings[] == x", 19, "has fields" },
    { "handlens.findings[x].code == x", 18, "a number and ]" },
    { "handlens.findings[1234567].code == x", 18, "a number and ]" },
    { "handlens.findings[].cod == x", 20, "no document has" },
    { "handlens.client_hello.alpn == h2", 26, "a list" },
    { "handlens.messages[].fields.a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s.t.u.v", 67, "too long" },
};

static void where_it_goes_wrong(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof mistakes / sizeof mistakes[0]; i++) {
        struct hl_error error = { .message = "" };
        size_t offset;
        struct expression *expression = expression_new(mistakes[i].text, &offset, &error);
        if ((expression == NULL) != (mistakes[i].words != NULL))
            fail_msg("%s: is %sa mistake", mistakes[i].text, expression == NULL ? "" : "not ");
        if (expression == NULL && (offset != mistakes[i].offset || strstr(error.message, mistakes[i].words) == NULL || error.status != HL_ERR_USAGE))
            fail_msg("%s: at %zu: %s", mistakes[i].text, offset, error.message);
        expression_free(expression);
    }
}

/* Each beginning of each row, in memory of just its size, is an expression or a mistake within it. */
static void cut_anywhere(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (size_t n = 0; n <= strlen(rows[i].text); n++) {
            struct hl_error error;
            size_t offset;
            char *text = malloc(n + 1);
            assert_non_null(text);
            memcpy(text, rows[i].text, n);
            text[n] = '\0';
            struct expression *expression = expression_new(text, &offset, &error);
            assert_true(expression != NULL || offset <= n);
            expression_free(expression);
            free(text);
        }
    }
}

static void *repeated(const char *part, size_t times, const char *end)
{
    const size_t n = strlen(part);
    char *text = calloc(1, n * times + strlen(end) + 1);

    assert_non_null(text);
    for (size_t i = 0; i < times; i++)
        memcpy(text + i * n, part, n);
    memcpy(text + n * times, end, strlen(end));
    return text;
}

static void no_end_of_it(void **state)
{
    static const struct {
        const char *part, *end, *words;
        size_t times;
    } large[] = {
        { "(", "resumed", "nested too deeply", 33 },
        { "!", "resumed", "nested too deeply", 33 },
        { "not (", "resumed", "nested too deeply", 1000 / 5 },
        { "(", "resumed))))))))))))))))))))))))))))))))", NULL, 32 },
        { "resumed or ", "resumed", NULL, 127 },
        { "resumed or ", "resumed", "too many tests", 128 },
        { "x", "", "too long", 4097 },
        { "version in [1.2,", "1.2]", NULL, 1 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof large / sizeof large[0]; i++) {
        struct hl_error error = { .message = "" };
        size_t offset;
        char *text = repeated(large[i].part, large[i].times, large[i].end);
        struct expression *expression = expression_new(text, &offset, &error);
        if ((expression == NULL) != (large[i].words != NULL) || (expression == NULL && strstr(error.message, large[i].words) == NULL))
            fail_msg("%s: %s", text, error.message);
        expression_free(expression);
        free(text);
    }
}

static void what_was_seen(void **state)
{
    static const char *const seen[][2] = { { "version", "1.2" },
                                           { "handlens.findings[].code", "certificate-weak, no-alpn" },
                                           { "handlens.client_hello.cipher_suites[1]", "TLS_RSA_WITH_AES_128_CBC_SHA" },
                                           { "code", "" } };
    size_t offset;
    struct hl_span path;
    struct hl_buffer value;
    struct expression *expression = expression_new("version < 1.3 and version > 1.0 or not handlens.findings[].code == x or "
                                                   "handlens.client_hello.cipher_suites[1] == y or code == null", &offset, NULL);
    cJSON *document = cJSON_Parse(tls12);
    unsigned n = 0;

    (void)state;
    assert_non_null(expression);
    buf_init(&value, 4096);
    for (; expression_seen(expression, document, n, &path, &value); n++) {
        assert_true(n < sizeof seen / sizeof seen[0]);
        assert_int_equal(path.len, strlen(seen[n][0]));
        assert_memory_equal(path.ptr, seen[n][0], path.len);
        assert_int_equal(value.len, strlen(seen[n][1]));
        if (value.len > 0)
            assert_memory_equal(value.data, seen[n][1], value.len);
        value.len = 0;
    }
    assert_int_equal(n, 4);
    buf_cleanup(&value);
    cJSON_Delete(document);
    expression_free(expression);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_it_is_worth), cmocka_unit_test(where_it_goes_wrong), cmocka_unit_test(cut_anywhere),
        cmocka_unit_test(no_end_of_it),     cmocka_unit_test(what_was_seen),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
