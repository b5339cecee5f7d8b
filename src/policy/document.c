#include "policy/document_parts.h"

#include "base/limits.h"
#include "base/text.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SCHEMA 1
/* Hellos of captures have some twenty. */
#define EXTENSIONS_MAX 4096u
/* Primes of more are not computed with. */
#define DH_BITS_MAX 65536u

static const char hint_foreign[] = "lines that handlens read --format json wrote are read, and captures";

/* --- is it one? ------------------------------------------------------------------------------- */

static bool is_ours(struct json_line *line, const cJSON *handlens, struct document_failure *failure)
{
    const char *dataset = json_text(line, json_object(line, line->root, "event"), "dataset");
    uint32_t schema;

    failure->hint = hint_foreign;
    failure->passed_over = line->why[0] == '\0' && dataset != NULL && strcmp(dataset, "handlens.stats") == 0;
    if (line->why[0] == '\0' && (dataset == NULL || strcmp(dataset, "handlens.handshake") != 0 || handlens == NULL))
        json_complain(line, NULL, NULL, "is no document of a handshake");
    if (line->why[0] != '\0')
        return false;
    if (!json_number(line, handlens, "schema", UINT32_MAX, &schema)) {
        json_complain(line, handlens, "schema", "is missing");
        return false;
    }
    if (schema != SCHEMA) {
        failure->hint = "let one handlens read the capture and check what it wrote";
        json_complain(line, handlens, "schema", "is none that this handlens knows");
    }
    return line->why[0] == '\0';
}

/* --- ends and times ----------------------------------------------------------------------------- */

static void read_end(struct json_line *line, const char *key, struct hl_endpoint *out)
{
    const cJSON *end = json_object(line, line->root, key);
    const char *ip = json_text(line, end, "ip");
    uint32_t port = 0;

    if (ip == NULL || !json_number(line, end, "port", UINT16_MAX, &port)) {
        json_complain(line, end, ip == NULL ? "ip" : "port", "is missing");
        return;
    }
    out->port = (uint16_t)port;
    out->address.length = strchr(ip, ':') != NULL ? 16 : 4;
    if (inet_pton(out->address.length == 16 ? AF_INET6 : AF_INET, ip, out->address.bytes) != 1)
        json_complain(line, end, "ip", "is no address");
}

static void read_moment(struct json_line *line, const cJSON *event, const char *key, struct hl_moment *out)
{
    int64_t seconds;
    uint32_t ns = 0;

    if (json_time(line, event, key, &seconds, &ns) && seconds > -INT64_C(9000000000) && seconds < INT64_C(9000000000))
        out->time_ns = seconds * 1000000000 + ns;
    else
        json_complain(line, event, key, "is no time of a handshake");
}

/* --- what was agreed on --------------------------------------------------------------------------- */

/* Rules ask which of them are there, so that their bodies are left out. False: the hello has none. */
static bool read_extensions(struct document_reading *reading, const cJSON *hello, struct hl_span *out)
{
    const cJSON *list = json_array(reading->line, hello, "extensions"), *one;
    struct hl_buffer bytes;

    buf_init(&bytes, 4 * EXTENSIONS_MAX);
    cJSON_ArrayForEach(one, list) {
        uint32_t id = 0;
        if (!json_number(reading->line, one, "id", UINT16_MAX, &id))
            json_complain(reading->line, hello, "extensions", "has one without a number");
        buf_u16(&bytes, id);
        buf_u16(&bytes, 0);
    }
    if (bytes.failed)
        json_complain(reading->line, hello, "extensions", "has too many");
    *out = arena_copy(&reading->document->arena, buf_view(&bytes));
    buf_cleanup(&bytes);
    return list != NULL;
}

static void read_server_hello(struct document_reading *reading, const cJSON *hello)
{
    static const struct hl_message seen; /* there was one: nothing of it is looked at */
    struct hl_server_hello *out = &reading->document->hs.server_hello;
    uint16_t compression = 0;

    reading->document->hs.server_hello_message = &seen;
    out->ssl2 = json_member(reading->line, hello, "connection_id") != NULL;
    (void)json_code(reading->line, hello, "version", UINT16_MAX, &out->version);
    (void)json_code(reading->line, hello, "group", UINT16_MAX, &out->group);
    if (!out->ssl2 && !json_code(reading->line, hello, "cipher_suite", UINT16_MAX, &out->cipher_suite))
        json_complain(reading->line, hello, "cipher_suite", "is missing");
    if (!out->ssl2 && !json_code(reading->line, hello, "compression_method", UINT8_MAX, &compression))
        json_complain(reading->line, hello, "compression_method", "is missing");
    out->compression_method = (uint8_t)compression;
    out->has_extensions = read_extensions(reading, hello, &out->extensions);
    if (!out->has_extensions && !out->ssl2)
        json_complain(reading->line, hello, "extensions", "is missing");
}

const char *document_string(struct document_reading *reading, const char *text)
{
    return text != NULL ? arena_string(&reading->document->arena, text) : NULL;
}

static struct hl_span keep_text(struct document_reading *reading, const char *text)
{
    return text != NULL ? arena_copy(&reading->document->arena, span_of(text)) : (struct hl_span){ NULL, 0 };
}

static void read_server_key(struct document_reading *reading, const cJSON *handlens)
{
    struct hl_server_key *key = &reading->document->hs.server_key;
    const cJSON *exchange = json_object(reading->line, handlens, "server_key_exchange");
    uint32_t bits = 0;

    key->known = exchange != NULL;
    (void)json_code(reading->line, exchange, "group", UINT16_MAX, &key->group);
    (void)json_code(reading->line, exchange, "signature_scheme", UINT16_MAX, &key->scheme);
    (void)json_number(reading->line, exchange, "dh_bits", DH_BITS_MAX, &bits);
    key->dh_bits = bits;
}

/* A version that only a HelloRetryRequest tells is the handshake's all the same. */
static void read_version(struct document_reading *reading, const cJSON *tls, const cJSON *handlens)
{
    struct hl_handshake *hs = &reading->document->hs;

    hs->version = hs->server_hello.version;
    if (hs->version == 0 && json_text(reading->line, tls, "version") != NULL)
        (void)json_code(reading->line, json_object(reading->line, handlens, "hello_retry_request"), "version", UINT16_MAX, &hs->version);
}

/* What the client offered in the hello that was answered, as far as rules ask. */
static void read_offer(struct document_reading *reading, const cJSON *handlens)
{
    struct hl_client_hello *out = &reading->document->hs.client_hello;
    struct json_line *line = reading->line;
    const cJSON *second = json_object(line, handlens, "second_client_hello");
    const cJSON *hello = cJSON_IsTrue(json_member(line, handlens, "ech_accepted")) ? json_object(line, handlens, "inner_client_hello")
                         : second != NULL                                          ? second
                                                                                   : json_object(line, handlens, "client_hello");

    out->has_alpn = json_array(line, hello, "alpn") != NULL;
    out->has_extensions = read_extensions(reading, hello, &out->extensions);
}

/* NULL: none, or nobody knows. */
static const char *read_resumption(struct document_reading *reading, const cJSON *handlens)
{
    static const char *const ways[] = { "session_id", "session_ticket", "psk" };
    const char *accepted = json_text(reading->line, json_object(reading->line, handlens, "resumption"), "accepted");

    for (size_t i = 0; accepted != NULL && i < sizeof ways / sizeof ways[0]; i++) {
        if (strcmp(accepted, ways[i]) == 0)
            return ways[i];
    }
    return NULL;
}

static void read_agreed(struct document_reading *reading, const cJSON *tls, const cJSON *handlens)
{
    struct hl_handshake *hs = &reading->document->hs;
    const cJSON *verification = json_object(reading->line, handlens, "verification");

    read_version(reading, tls, handlens);
    read_server_key(reading, handlens);
    if (json_text(reading->line, tls, "cipher") != NULL)
        hs->cipher_suite = hs->server_hello.cipher_suite;
    hs->server_hello.has_cipher_suite = hs->cipher_suite != UINT32_MAX;
    hs->group = hs->server_hello.group != 0 ? hs->server_hello.group : hs->server_key.group;
    read_offer(reading, handlens);
    hs->resumed_by = read_resumption(reading, handlens);
    hs->early_data_accepted = cJSON_IsTrue(json_member(reading->line, json_object(reading->line, handlens, "resumption"), "early_data_accepted"));
    hs->alpn = keep_text(reading, json_text(reading->line, tls, "next_protocol"));
    (void)json_code(reading->line, json_object(reading->line, verification, "server_certificate_verify"), "signature_scheme", UINT16_MAX,
                    &hs->proofs[PROOF_SERVER_CERTIFICATE_VERIFY].scheme);
}

/* --- the whole ----------------------------------------------------------------------------------- */

static void read_handshake(struct document_reading *reading, const cJSON *handlens)
{
    struct json_line *line = reading->line;
    struct hl_handshake *hs = &reading->document->hs;
    const cJSON *event = json_object(line, line->root, "event"), *tls = json_object(line, line->root, "tls");
    const cJSON *hello = json_object(line, handlens, "server_hello");

    if (tls == NULL)
        json_complain(line, NULL, "tls", "is missing");
    hs->cipher_suite = UINT32_MAX;
    hs->client_known = true;
    read_end(line, "source", &hs->connection.ends[0]);
    read_end(line, "destination", &hs->connection.ends[1]);
    read_moment(line, event, "start", &hs->start);
    read_moment(line, event, "end", &hs->end);
    hs->client_hello.server_name = keep_text(reading, json_text(line, json_object(line, tls, "client"), "server_name"));
    if (hello == NULL)
        return; /* nobody agreed to anything */
    read_server_hello(reading, hello);
    read_agreed(reading, tls, handlens);
    document_read_certificates(reading, line->root, handlens);
}

struct document *document_read(const struct document_terms *terms, uint8_t *text, size_t length, struct document_failure *failure)
{
    struct document *document = calloc(1, sizeof *document);
    struct json_line line = { .root = NULL };
    struct document_reading reading = { .document = document, .terms = terms, .line = &line };

    *failure = (struct document_failure){ .hint = hint_foreign };
    if (document == NULL)
        return NULL;
    arena_init(&document->arena, HL_HANDSHAKE_ARENA_MAX);
    const cJSON *handlens = json_line_read(&line, text, length) ? json_object(&line, line.root, "handlens") : NULL;
    if (line.why[0] == '\0' && is_ours(&line, handlens, failure)) {
        failure->hint = "let handlens read write it again";
        read_handshake(&reading, handlens);
    }
    failure->cut = line.cut;
    snprintf(failure->why, sizeof failure->why, "%s", line.why);
    json_line_cleanup(&line);
    if (failure->why[0] == '\0' && !document->arena.full)
        return document;
    document_free(document);
    return NULL;
}

void document_free(struct document *document)
{
    if (document == NULL)
        return;
    for (unsigned i = 0; i < document->chain_count; i++)
        certificate_free(document->chain[i]);
    arena_cleanup(&document->arena);
    free(document);
}
