#include "probe/lists.h"

#include "registry/tables.h"

#include <string.h>

void code_list_add(struct code_list *list, uint16_t code)
{
    if (list->count < LIST_MAX)
        list->codes[list->count++] = code;
}

void code_list_remove(struct code_list *list, uint16_t code)
{
    unsigned n = 0;

    for (unsigned i = 0; i < list->count; i++) {
        if (list->codes[i] != code)
            list->codes[n++] = list->codes[i];
    }
    list->count = n;
}

struct hello_codes code_list_view(const struct code_list *list)
{
    return (struct hello_codes){ list->codes, list->count };
}

void code_list_filter(struct code_list *list, const struct policy_codes *codes, bool inside)
{
    unsigned n = 0;

    for (unsigned i = 0; i < list->count; i++) {
        if (codes_have(codes, list->codes[i]) == inside)
            list->codes[n++] = list->codes[i];
    }
    list->count = n;
}

/* --- suites ------------------------------------------------------------------------------- */

static bool is_one_of(const char *word, const char *const *words)
{
    while (*words != NULL && strcmp(*words, word) != 0)
        words++;
    return *words != NULL;
}

static bool is_of_kind(const struct hl_suite *suite, enum suite_kind kind)
{
    static const char *const exchanges[] = { "RSA", "DHE", "ECDHE", "DH", "ECDH", NULL };
    const char *exchange = suite->key_exchange, *authentication = suite->authentication;
    const bool tls13 = strcmp(exchange, "any") == 0, with_psk = strcmp(authentication, "PSK") == 0;

    switch (kind) {
    case SUITES_TLS13: return tls13;
    case SUITES_OLDER: return !tls13;
    case SUITES_OLDER_USUAL: return is_one_of(exchange, exchanges) && !with_psk;
    case SUITES_OLDER_RSA: return !tls13 && strcmp(authentication, "RSA") == 0;
    case SUITES_OLDER_ECDSA: return !tls13 && strcmp(authentication, "ECDSA") == 0 && strcmp(exchange, "ECDHE") == 0;
    case SUITES_OLDER_DHE: return strcmp(exchange, "DHE") == 0 && !with_psk;
    case SUITES_OLDER_SIGNED:
        return (strcmp(exchange, "DHE") == 0 || strcmp(exchange, "ECDHE") == 0) && !with_psk && strcmp(authentication, "anon") != 0;
    case SUITES_OLDER_ECDHE: return strcmp(exchange, "ECDHE") == 0 && !with_psk;
    }
    return false;
}

void code_list_suites(struct code_list *list, enum suite_kind kind)
{
    list->count = 0;
    for (size_t i = 0; i < reg_suite_count; i++) {
        if (reg_suites[i].key_exchange != NULL && is_of_kind(&reg_suites[i], kind))
            code_list_add(list, reg_suites[i].id);
    }
}

/* --- groups and schemes ------------------------------------------------------------------- */

static void list_table(struct code_list *list, enum reg_table_id id)
{
    const struct reg_table *table = &reg_tables[id];

    list->count = 0;
    for (size_t i = 0; i < table->range_count; i++) {
        for (uint32_t code = table->ranges[i].first; code <= table->ranges[i].last; code++)
            code_list_add(list, (uint16_t)code);
    }
}

enum { EXPLICIT_PRIME = 0xff01, EXPLICIT_CHAR2 = 0xff02 }; /* RFC 8422, section 5.1.1: deprecated, and no groups */

void code_list_groups(struct code_list *list)
{
    list_table(list, REG_GROUP);
    code_list_remove(list, EXPLICIT_PRIME);
    code_list_remove(list, EXPLICIT_CHAR2);
}

void code_list_schemes(struct code_list *list)
{
    list_table(list, REG_SIGNATURE_SCHEME);
}

void code_list_usual_groups(struct code_list *list)
{
    static const uint16_t usual[] = { GROUP_X25519, GROUP_SECP256R1, GROUP_SECP384R1, GROUP_SECP521R1 };

    list->count = 0;
    for (unsigned i = 0; i < sizeof usual / sizeof usual[0]; i++)
        code_list_add(list, usual[i]);
}

void code_list_all_groups(struct code_list *list)
{
    struct code_list rest;

    code_list_usual_groups(list);
    code_list_groups(&rest);
    for (unsigned i = 0; i < list->count; i++)
        code_list_remove(&rest, list->codes[i]);
    for (unsigned i = 0; i < rest.count; i++)
        code_list_add(list, rest.codes[i]);
}
