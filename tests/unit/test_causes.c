/* Causes that handshakes have in common: how many, whose fault, and how addresses are put together. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <cmocka.h>

#include "report/causes.h"
#include "support/make_bytes.h"

static struct hl_endpoint endpoint(const char *address, uint16_t port)
{
    struct hl_endpoint end = { .port = port };
    const bool v4 = strchr(address, ':') == NULL;

    assert_int_equal(inet_pton(v4 ? AF_INET : AF_INET6, address, end.address.bytes), 1);
    end.address.length = v4 ? 4 : 16;
    return end;
}

static void add(struct causes *causes, enum finding_code code, enum hl_blame blame, const char *client, const char *server,
                uint16_t port)
{
    struct hl_diagnosis diagnosis = { .code = code, .blame = blame };
    const struct hl_diagnoses diagnoses = { .first = &diagnosis, .count = 1 };
    const struct hl_handshake hs = {
        .diagnoses = &diagnoses, .connection = { .ends = { endpoint(client, 40000), endpoint(server, port) } },
    };

    causes_add(causes, &hs);
}

static void check_extent(const struct extent *extent, bool with_port, const char *expected)
{
    struct hl_buffer text = make_buffer();

    extent_put(&text, extent, with_port);
    buf_char(&text, '\0');
    assert_string_equal((const char *)text.data, expected);
    buf_cleanup(&text);
}

struct row {
    const char *name, *clients[3];
    const char *servers[3];
    uint16_t ports[3];
    const char *from, *to;
};

static const struct row rows[] = {
    { "the same two", { "10.1.2.3", "10.1.2.3", "10.1.2.3" }, { "10.9.9.9", "10.9.9.9", "10.9.9.9" }, { 443, 443, 443 },
      "10.1.2.3", "10.9.9.9:443" },
    { "a network", { "10.1.2.3", "10.1.2.77", "10.1.2.200" }, { "10.9.9.9", "10.9.9.9", "10.9.9.9" }, { 443, 443, 8443 },
      "10.1.2.0/24", "10.9.9.9" },
    { "several servers", { "10.1.2.3", "10.1.2.3", "10.1.2.3" }, { "10.9.9.8", "10.9.9.9", "10.9.9.9" }, { 443, 443, 443 },
      "10.1.2.3", "10.9.9.8/31, port 443" },
    { "nothing in common", { "10.1.2.3", "200.1.2.3", "10.1.2.3" }, { "10.9.9.9", "10.9.9.9", "10.9.9.9" }, { 443, 443, 443 },
      "many addresses", "10.9.9.9:443" },
    { "IPv6", { "2001:db8::1", "2001:db8::2", "2001:db8::3" }, { "2001:db8:1::1", "2001:db8:1::1", "2001:db8:1::1" }, { 443, 443, 443 },
      "2001:db8::/126", "[2001:db8:1::1]:443" },
    { "both families", { "2001:db8::1", "10.0.0.1", "10.0.0.1" }, { "10.9.9.9", "10.9.9.9", "10.9.9.9" }, { 443, 443, 443 },
      "many addresses", "10.9.9.9:443" },
};

static void extents(void **state)
{
    const struct row *row = *state;
    struct causes *causes = calloc(1, sizeof *causes);

    assert_non_null(causes);
    for (size_t i = 0; i < 3; i++)
        add(causes, FINDING_NO_SHARED_VERSION, HL_BLAME_CLIENT, row->clients[i], row->servers[i], row->ports[i]);
    check_extent(&causes->of[FINDING_NO_SHARED_VERSION].clients, false, row->from);
    check_extent(&causes->of[FINDING_NO_SHARED_VERSION].servers, true, row->to);
    free(causes);
}

static void order_and_blame(void **state)
{
    struct causes *causes = calloc(1, sizeof *causes);
    struct hl_buffer text = make_buffer();
    enum finding_code order[FINDING_COUNT];

    (void)state;
    assert_non_null(causes);
    assert_int_equal(causes_sort(causes, 1, order), 0);
    for (size_t i = 0; i < 5; i++)
        add(causes, FINDING_NO_SHARED_CIPHER, i % 2 == 0 ? HL_BLAME_CLIENT : HL_BLAME_SERVER, "10.0.0.1", "10.0.0.2", 443);
    for (size_t i = 0; i < 7; i++)
        add(causes, FINDING_LOSSY, HL_BLAME_NETWORK, "10.0.0.1", "10.0.0.2", 443);
    add(causes, FINDING_NO_SHARED_VERSION, HL_BLAME_CLIENT, "10.0.0.1", "10.0.0.2", 443);
    assert_int_equal(causes_sort(causes, 1, order), 3);
    assert_int_equal(order[0], FINDING_LOSSY);
    assert_int_equal(order[1], FINDING_NO_SHARED_CIPHER);
    assert_int_equal(order[2], FINDING_NO_SHARED_VERSION);
    assert_int_equal(causes_sort(causes, 2, order), 2);
    cause_put_blamed(&text, &causes->of[FINDING_NO_SHARED_CIPHER]);
    buf_char(&text, '\0');
    assert_string_equal((const char *)text.data, "client, server");
    buf_cleanup(&text);
    free(causes);
}

int main(void)
{
    enum { ROWS = sizeof rows / sizeof rows[0] };
    struct CMUnitTest tests[ROWS + 1] = { cmocka_unit_test(order_and_blame) };

    for (size_t i = 0; i < ROWS; i++)
        tests[1 + i] = (struct CMUnitTest){ rows[i].name, extents, NULL, NULL, (void *)(uintptr_t)&rows[i] };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
