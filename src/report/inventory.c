#include "report/inventory.h"

#include "base/code_name.h"
#include "base/text.h"
#include "base/visit.h"
#include "registry/registry.h"
#include "report/format.h"
#include "report/walk_parts.h"

#include <string.h>

enum { COLUMN = 4, VALUE_COLUMN = 24, PIECE_MAX = 1024, SSL2 = 0x0002 };

typedef struct hl_code name_fn(uint16_t code);

static const char *const state_words[] = { "unknown", "yes", "no" };
static const char *const order_words[] = { "unknown", "server", "client" };

/* --- for people --------------------------------------------------------------------------- */

static void put_label(struct hl_line *line, const char *label)
{
    line_tab(line, 2);
    line_put(line, 0, ROLE_QUIET, label);
    line_tab(line, VALUE_COLUMN);
}

static enum hl_role role_of(const struct hl_suite *suite)
{
    if (suite == NULL || suite->export_grade || suite->bits < 112 || strcmp(suite->authentication, "anon") == 0)
        return ROLE_BAD;
    return suite->aead && suite->forward_secrecy ? ROLE_GOOD : ROLE_DOUBT;
}

static void put_code(struct hl_line *line, unsigned gap, enum hl_role role, struct hl_code code)
{
    struct hl_buffer text;

    buf_init(&text, PIECE_MAX);
    code_name_put(&text, code);
    line_put_built(line, gap, role, &text);
    buf_cleanup(&text);
}

static void put_open(struct hl_line *line, const char *why)
{
    line_tab(line, COLUMN);
    line_put(line, 0, ROLE_DOUBT, "perhaps more:");
    line_put_words(line, 1, ROLE_PLAIN, span_of(why));
    line_end(line);
}

static void put_version(struct hl_line *line, const struct inventory_version *version)
{
    static const char *const orders[] = { "", "the server's order counts", "the client's order counts" };

    line_tab(line, 2);
    put_code(line, 0, ROLE_STRONG, reg_version(version->version));
    line_tab(line, VALUE_COLUMN);
    line_put(line, 0, version->state == INVENTORY_UNKNOWN ? ROLE_DOUBT : ROLE_PLAIN,
             version->state == INVENTORY_YES ? "accepted" : version->state == INVENTORY_NO ? "refused" : "unknown:");
    if (version->state == INVENTORY_UNKNOWN)
        line_put_words(line, 1, ROLE_PLAIN, span_of(version->why));
    if (version->order != ORDER_UNKNOWN)
        line_put(line, 2, ROLE_QUIET, orders[version->order]);
    line_end(line);
    for (unsigned i = 0; i < version->suites.count; i++) {
        line_tab(line, COLUMN);
        put_code(line, 0, role_of(reg_suite(version->suites.codes[i])), reg_cipher_suite(version->suites.codes[i]));
        line_end(line);
    }
    if (version->suites.count > 0 && !version->suites.complete)
        put_open(line, version->suites.why);
}

static void put_list(struct hl_line *line, const char *label, const struct inventory_list *list, name_fn *name)
{
    const unsigned indent = line->indent;

    if (list->count == 0 && list->complete)
        return;
    put_label(line, label);
    line->indent = VALUE_COLUMN;
    for (unsigned i = 0; i < list->count; i++)
        put_code(line, i > 0 ? 1 : 0, ROLE_VALUE, name(list->codes[i]));
    line_end(line);
    line->indent = indent;
    if (!list->complete)
        put_open(line, list->why);
}

/* Has an earlier handshake the same certificate as this one? */
static bool has_been_told(const struct policy_facts *facts, unsigned at)
{
    for (unsigned i = 0; i < at; i++) {
        const struct hl_chain *chain = &facts->handshakes[i]->server_chain;
        if (chain->count > 0 && chain->list[0] == facts->handshakes[at]->server_chain.list[0])
            return true;
    }
    return false;
}

static void put_certificates(struct hl_line *line, const struct policy_facts *facts)
{
    struct hl_buffer text;

    buf_init(&text, PIECE_MAX);
    for (unsigned i = 0; i < facts->handshake_count; i++) {
        const struct hl_chain *chain = &facts->handshakes[i]->server_chain;
        if (chain->count == 0 || !chain->list[0]->decoded || has_been_told(facts, i))
            continue;
        put_label(line, "certificate");
        put_key(&text, &chain->list[0]->x509.key);
        line_put_built(line, 0, ROLE_VALUE, &text);
        buf_string(&text, "until ");
        put_time(&text, chain->list[0]->x509.not_after.seconds * 1000000000);
        text.len = text.len > 10 + 6 ? 10 + 6 : text.len; /* the day is enough */
        line_put_built(line, 2, ROLE_PLAIN, &text);
        line_put(line, 2, judgement_is_trusted(&facts->handshakes[i]->server_trust) ? ROLE_GOOD : ROLE_BAD,
                 judgement_is_trusted(&facts->handshakes[i]->server_trust) ? "trusted" : "not trusted");
        line_end(line);
    }
    buf_cleanup(&text);
}

static void put_features(struct hl_line *line, const struct inventory *inventory)
{
    for (unsigned i = 0; i < inventory->feature_count; i++) {
        const struct inventory_feature *feature = &inventory->features[i];
        line_tab(line, 2);
        line_put(line, 0, feature->state == INVENTORY_UNKNOWN ? ROLE_DOUBT : ROLE_PLAIN, state_words[feature->state]);
        line_tab(line, 2 + 9);
        line_put_words(line, 0, ROLE_PLAIN, span_of(feature->title));
        if (feature->text[0] != '\0')
            line_put_words(line, 2, ROLE_QUIET, span_of(feature->text));
        line_end(line);
    }
}

void human_inventory(struct hl_line *line, const struct inventory *inventory, const struct policy_facts *facts)
{
    struct hl_buffer text;

    for (unsigned i = 0; i < INVENTORY_VERSIONS; i++)
        put_version(line, &inventory->versions[i]);
    put_list(line, "groups, TLS 1.3", &inventory->groups_tls13, reg_group);
    put_list(line, "groups, before", &inventory->groups_older, reg_group);
    put_list(line, "signatures, TLS 1.3", &inventory->schemes_tls13, reg_signature_scheme);
    put_list(line, "signatures, TLS 1.2", &inventory->schemes_older, reg_signature_scheme);
    if (inventory->dh_bits > 0) {
        buf_init(&text, PIECE_MAX);
        put_label(line, "prime of DHE");
        buf_printf(&text, "%u bits", inventory->dh_bits);
        line_put_built(line, 0, inventory->dh_bits < 2048 ? ROLE_BAD : ROLE_VALUE, &text);
        line_end(line);
        buf_cleanup(&text);
    }
    if (inventory->protocol_count > 0)
        put_label(line, "protocols (ALPN)");
    for (unsigned i = 0; i < inventory->protocol_count; i++)
        line_put(line, i > 0 ? 1 : 0, ROLE_VALUE, inventory->protocols[i]);
    if (inventory->protocol_count > 0)
        line_end(line);
    put_certificates(line, facts);
    put_features(line, inventory);
}

/* --- JSON --------------------------------------------------------------------------------- */

static void walk_list(const struct hl_visitor *v, const char *key, const struct inventory_list *list, name_fn *name)
{
    v_object(v, key);
    v_bool(v, "complete", list->complete);
    if (!list->complete)
        v_string(v, "why", list->why);
    v_array(v, "list");
    for (unsigned i = 0; i < list->count; i++)
        v_code(v, NULL, name(list->codes[i]));
    v_end_array(v);
    v_end_object(v);
}

static void walk_versions(const struct hl_visitor *v, const struct inventory *inventory)
{
    v_array(v, "versions");
    for (unsigned i = 0; i < INVENTORY_VERSIONS; i++) {
        const struct inventory_version *version = &inventory->versions[i];
        v_object(v, NULL);
        v_code(v, "version", reg_version(version->version));
        v_string(v, "accepted", state_words[version->state]);
        if (version->state == INVENTORY_UNKNOWN)
            v_string(v, "why", version->why);
        if (version->version != SSL2) {
            walk_list(v, "cipher_suites", &version->suites, reg_cipher_suite);
            v_string(v, "order", order_words[version->order]);
        }
        v_end_object(v);
    }
    v_end_array(v);
}

void walk_inventory(const struct hl_visitor *v, const struct inventory *inventory, const struct policy_facts *facts)
{
    walk_versions(v, inventory);
    walk_list(v, "groups_tls13", &inventory->groups_tls13, reg_group);
    walk_list(v, "groups_older", &inventory->groups_older, reg_group);
    walk_list(v, "signature_schemes_tls13", &inventory->schemes_tls13, reg_signature_scheme);
    walk_list(v, "signature_schemes_older", &inventory->schemes_older, reg_signature_scheme);
    if (inventory->dh_bits > 0)
        v_number(v, "dh_bits", inventory->dh_bits);
    v_array(v, "protocols");
    for (unsigned i = 0; i < inventory->protocol_count; i++)
        v_string(v, NULL, inventory->protocols[i]);
    v_end_array(v);
    v_array(v, "certificates");
    for (unsigned i = 0; i < facts->handshake_count; i++) {
        const struct hl_chain *chain = &facts->handshakes[i]->server_chain;
        if (chain->count > 0 && !has_been_told(facts, i))
            v_bytes(v, NULL, (struct hl_span){ chain->list[0]->sha256, SHA256_LENGTH });
    }
    v_end_array(v);
    v_object(v, "features");
    for (unsigned i = 0; i < inventory->feature_count; i++) {
        const struct inventory_feature *feature = &inventory->features[i];
        v_object(v, feature->id);
        v_string(v, "state", state_words[feature->state]);
        if (feature->text[0] != '\0')
            v_string(v, "text", feature->text);
        v_end_object(v);
    }
    v_end_object(v);
}
