/* The places of a document that are compared: single values, and lists of them. */
#include "report/difference.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Lists are as long as a message; nobody compares longer ones. */
#define LIST_MAX 4096

enum kind {
    VALUE,        /* a text, number or code point */
    LIST,         /* code points or texts, whose order is a preference */
    SET,          /* ... means nothing */
    CERTIFICATES, /* the subject, issuer, dates and key of each */
};

static const struct place {
    const char *path, *field, *label;
    enum kind kind;
} places[] = {
    { "handlens.outcome", "outcome", "outcome", VALUE },
    { "handlens.reason", "reason", "reason", VALUE },
    { "network.protocol", "protocol", "carried by", VALUE },
    { "handlens.before_tls", "before_tls", "before TLS", VALUE },
    { "handlens.quic.version", "quic.version", "version of QUIC", VALUE },
    { "handlens.quic.retry", "quic.retry", "QUIC Retry", VALUE },
    { "tls.version", "tls.version", "version agreed on", VALUE },
    { "tls.cipher", "tls.cipher", "cipher suite agreed on", VALUE },
    { "tls.curve", "tls.curve", "group agreed on", VALUE },
    { "tls.next_protocol", "tls.next_protocol", "protocol agreed on (ALPN)", VALUE },
    { "tls.resumed", "tls.resumed", "resumed", VALUE },
    { "handlens.client_hello.server_name", "client_hello.server_name", "client: name (SNI)", VALUE },
    { "handlens.client_hello.legacy_version", "client_hello.legacy_version", "client: legacy_version", VALUE },
    { "handlens.client_hello.supported_versions", "client_hello.supported_versions", "client: versions", LIST },
    { "handlens.client_hello.cipher_suites", "client_hello.cipher_suites", "client: cipher suites", LIST },
    { "handlens.client_hello.supported_groups", "client_hello.supported_groups", "client: groups", LIST },
    { "handlens.client_hello.key_shares", "client_hello.key_shares", "client: key shares", LIST },
    { "handlens.client_hello.signature_algorithms", "client_hello.signature_algorithms", "client: signature schemes", LIST },
    { "handlens.client_hello.alpn", "client_hello.alpn", "client: protocols (ALPN)", LIST },
    { "handlens.client_hello.compression_methods", "client_hello.compression_methods", "client: compression", SET },
    { "handlens.client_hello.extensions", "client_hello.extensions", "client: extensions", SET },
    { "handlens.hello_retry_request.group", "hello_retry_request.group", "server: asks again, for group", VALUE },
    { "handlens.server_hello.extensions", "server_hello.extensions", "server: extensions", SET },
    { "handlens.server_hello.compression_method", "server_hello.compression_method", "server: compression", VALUE },
    { "handlens.server_key_exchange.signature_scheme", "server_key_exchange.signature_scheme", "server: signed with", VALUE },
    { "handlens.server_key_exchange.dh_bits", "server_key_exchange.dh_bits", "server: Diffie-Hellman prime, bits", VALUE },
    { "handlens.certificates.server", "certificates.server", "server: certificates", CERTIFICATES },
    { "handlens.certificates.client", "certificates.client", "client: certificates", CERTIFICATES },
};

bool is_grease_item(const cJSON *item)
{
    const cJSON *name = cJSON_IsObject(item) ? cJSON_GetObjectItemCaseSensitive(item, "name") : item;

    if (cJSON_IsObject(item) && cJSON_IsObject(cJSON_GetObjectItemCaseSensitive(item, "group")))
        return is_grease_item(cJSON_GetObjectItemCaseSensitive(item, "group")); /* of a key share */
    return cJSON_IsString(name) && strncmp(name->valuestring, "GREASE", strlen("GREASE")) == 0;
}

/* What people call it: a code point's name, a number, a text; NULL: nothing is there. To be deleted. */
static cJSON *text_of(const cJSON *item)
{
    char text[40];

    if (item == NULL || cJSON_IsNull(item))
        return NULL;
    if (cJSON_IsObject(item)) {
        const cJSON *group = cJSON_GetObjectItemCaseSensitive(item, "group");
        return text_of(group != NULL ? group : cJSON_GetObjectItemCaseSensitive(item, "name"));
    }
    if (cJSON_IsBool(item))
        return cJSON_CreateString(cJSON_IsTrue(item) ? "yes" : "no");
    if (cJSON_IsNumber(item)) {
        snprintf(text, sizeof text, "%.15g", item->valuedouble);
        return cJSON_CreateString(text);
    }
    return cJSON_IsString(item) ? cJSON_CreateString(item->valuestring) : NULL;
}

static bool same_text(const cJSON *a, const cJSON *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    return strcmp(a->valuestring, b->valuestring) == 0;
}

static void compare_value(cJSON *list, const struct place *place, const cJSON *a, const cJSON *b)
{
    cJSON *in_a = text_of(a), *in_b = text_of(b);

    if (same_text(in_a, in_b)) {
        cJSON_Delete(in_a);
        cJSON_Delete(in_b);
    } else {
        difference_add(list, place->field, place->label, in_a, in_b);
    }
}

/* --- lists ------------------------------------------------------------------------------ */

/* The texts of a list, without GREASE; certificates as one text each. */
static cJSON *texts_of(const cJSON *list, enum kind kind)
{
    static const char *const parts[] = { "subject", "issuer", "not_before", "not_after", "public_key_algorithm", "sha256" };
    cJSON *out = cJSON_CreateArray();
    const cJSON *item;
    int n = 0;

    cJSON_ArrayForEach(item, list) {
        if (n++ == LIST_MAX)
            break;
        if (is_grease_item(item))
            continue;
        if (kind != CERTIFICATES) {
            cJSON *text = text_of(item);
            if (text != NULL)
                cJSON_AddItemToArray(out, text);
            continue;
        }
        char text[1024] = "";
        size_t used = 0;
        for (size_t i = 0; i < sizeof parts / sizeof parts[0] && used < sizeof text; i++) {
            const cJSON *part = cJSON_GetObjectItemCaseSensitive(item, parts[i]);
            if (cJSON_IsString(part))
                used += (size_t)snprintf(text + used, sizeof text - used, "%s%s %.*s", used > 0 ? ", " : "", parts[i],
                                         strcmp(parts[i], "sha256") == 0 ? 16 : 200, part->valuestring);
        }
        cJSON_AddItemToArray(out, cJSON_CreateString(text));
    }
    return out;
}

static bool has(const cJSON *list, const char *text)
{
    const cJSON *item;

    cJSON_ArrayForEach(item, list) {
        if (strcmp(item->valuestring, text) == 0)
            return true;
    }
    return false;
}

/* What `list` has and `other` has not. */
static cJSON *only(const cJSON *list, const cJSON *other)
{
    cJSON *out = cJSON_CreateArray();
    const cJSON *item;

    cJSON_ArrayForEach(item, list) {
        if (!has(other, item->valuestring) && !has(out, item->valuestring))
            cJSON_AddItemToArray(out, cJSON_CreateString(item->valuestring));
    }
    return out;
}

static const cJSON *next_shared(const cJSON *item, const cJSON *other)
{
    while (item != NULL && !has(other, item->valuestring))
        item = item->next;
    return item;
}

/* The first place where the two prefer another; NULL: the shared ones have one order. */
static cJSON *order_of(const cJSON *a, const cJSON *b)
{
    const cJSON *in_a = next_shared(a->child, b), *in_b = next_shared(b->child, a);
    char text[256];

    while (in_a != NULL && in_b != NULL && strcmp(in_a->valuestring, in_b->valuestring) == 0) {
        in_a = next_shared(in_a->next, b);
        in_b = next_shared(in_b->next, a);
    }
    if (in_a == NULL || in_b == NULL)
        return NULL;
    snprintf(text, sizeof text, "A prefers %.100s, B %.100s", in_a->valuestring, in_b->valuestring);
    return cJSON_CreateString(text);
}

static void compare_lists(cJSON *list, const struct place *place, const cJSON *a, const cJSON *b)
{
    cJSON *in_a = texts_of(a, place->kind), *in_b = texts_of(b, place->kind);
    cJSON *only_a = only(in_a, in_b), *only_b = only(in_b, in_a);
    cJSON *order = place->kind == LIST && in_a != NULL && in_b != NULL ? order_of(in_a, in_b) : NULL;

    cJSON_Delete(in_a);
    cJSON_Delete(in_b);
    if (cJSON_GetArraySize(only_a) == 0 && cJSON_GetArraySize(only_b) == 0 && order == NULL) {
        cJSON_Delete(only_a);
        cJSON_Delete(only_b);
        return;
    }
    cJSON *difference = cJSON_CreateObject();
    cJSON_AddStringToObject(difference, "field", place->field);
    cJSON_AddStringToObject(difference, "label", place->label);
    cJSON_AddItemToObject(difference, "only_a", only_a);
    cJSON_AddItemToObject(difference, "only_b", only_b);
    cJSON_AddItemToObject(difference, "order", order != NULL ? order : cJSON_CreateNull());
    cJSON_AddItemToArray(list, difference);
}

void difference_values(cJSON *list, const cJSON *a, const cJSON *b)
{
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        const cJSON *in_a = document_find(a, places[i].path), *in_b = document_find(b, places[i].path);
        if (places[i].kind == VALUE)
            compare_value(list, &places[i], in_a, in_b);
        else
            compare_lists(list, &places[i], in_a, in_b);
    }
}
