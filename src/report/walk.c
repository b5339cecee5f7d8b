/* The document of one handshake: docs/handshake.schema.json, field by field.
 *
 * This is the one walk; JSON, the full human view and whatever comes later are
 * faces of it. Elastic Common Schema names come first, then "handlens". */
#include "base/text.h"
#include "base/visit.h"
#include "registry/registry.h"
#include "report/code_name.h"
#include "report/format.h"
#include "report/walk.h"
#include "session/handshake.h"
#include "wire/ext/ext.h"
#include "wire/message.h"
#include "wire/record.h"

#include <string.h>

#define SCHEMA 1

struct walk {
    const struct hl_handshake *hs;
    const struct hl_visitor *v;
    struct hl_buffer *text; /* for values that are put together */
    struct hl_memo *memo;   /* NULL: nothing is remembered */
    bool all;               /* HL_DETAIL_ALL */
};

/* --- small values ---------------------------------------------------------- */

static void put_text(const struct walk *w, const char *key)
{
    v_text(w->v, key, buf_view(w->text));
    w->text->len = 0;
    w->text->failed = false;
}

static void walk_time(const struct walk *w, const char *key, int64_t time_ns)
{
    put_time(w->text, time_ns);
    put_text(w, key);
}

static void walk_code_name(const struct walk *w, const char *key, struct hl_code code)
{
    code_name_put(w->text, code);
    put_text(w, key);
}

static void walk_frame(const struct walk *w, uint64_t frame)
{
    if (frame > 0)
        v_number(w->v, "frame", (int64_t)frame);
    else
        v_null(w->v, "frame");
}

static const char *side_name(const struct walk *w, unsigned direction)
{
    return direction == w->hs->client ? "client" : "server";
}

static int64_t since_start_us(const struct walk *w, struct hl_moment at)
{
    return (at.time_ns - w->hs->start.time_ns) / 1000;
}

static void walk_u16_codes(const struct walk *w, enum memo_kind kind, const char *key, struct hl_span list,
                           struct hl_code (*name)(uint16_t))
{
    uint16_t value;

    if (!memo_begin(w->memo, kind, list))
        return;
    v_array(w->v, key);
    while (u16_next(&list, &value))
        v_code(w->v, NULL, name(value));
    v_end_array(w->v);
    memo_end(w->memo, true);
}

/* --- Elastic Common Schema ------------------------------------------------- */

static void walk_event(const struct walk *w)
{
    static const char *const outcomes[] = {
        [HL_COMPLETED] = "success", [HL_FAILED] = "failure", [HL_INCOMPLETE] = "unknown", [HL_NOT_TLS] = "failure"
    };
    const struct hl_handshake *hs = w->hs;

    v_object(w->v, "event");
    v_string(w->v, "kind", "event");
    v_string(w->v, "dataset", "handlens.handshake");
    v_string(w->v, "outcome", outcomes[hs->outcome]);
    walk_time(w, "start", hs->start.time_ns);
    walk_time(w, "end", hs->end.time_ns);
    v_number(w->v, "duration", hs->end.time_ns - hs->start.time_ns);
    v_end_object(w->v);
}

static void walk_end(const struct walk *w, const char *key, const struct hl_endpoint *end)
{
    v_object(w->v, key);
    put_address(w->text, &end->address);
    put_text(w, "ip");
    v_number(w->v, "port", end->port);
    v_end_object(w->v);
}

static void walk_network(const struct walk *w)
{
    const struct hl_connection *connection = &w->hs->connection;

    v_object(w->v, "network");
    v_string(w->v, "transport", "tcp");
    v_string(w->v, "type", connection->ends[0].address.length == 4 ? "ipv4" : "ipv6");
    v_string(w->v, "protocol", "tls");
    v_string(w->v, "community_id", w->hs->community_id);
    if (connection->vlan != 0) {
        v_object(w->v, "vlan");
        buf_number(w->text, connection->vlan);
        put_text(w, "id");
        v_end_object(w->v);
    }
    v_end_object(w->v);
}

static void walk_common_names(const struct walk *w, const struct hl_x509_name *name)
{
    const struct hl_x509_attribute *attribute;
    uint32_t index = 0;

    v_array(w->v, "common_name");
    while ((attribute = x509_next_attribute(name, "CN", &index)) != NULL) {
        x509_string_put(w->text, attribute->tag, attribute->value);
        put_text(w, NULL);
    }
    v_end_array(w->v);
}

static void walk_distinguished_name(const struct walk *w, const char *key, const struct hl_x509_name *name)
{
    v_object(w->v, key);
    v_text(w->v, "distinguished_name", name->text);
    walk_common_names(w, name);
    v_end_object(w->v);
}

static void walk_x509_time(const struct walk *w, const char *key, const struct hl_x509_time *time)
{
    char text[HL_X509_TIME_TEXT];

    if (!time->valid) {
        v_null(w->v, key);
        return;
    }
    x509_time_text(time->seconds, text);
    v_string(w->v, key, text);
}

static void walk_san(const struct walk *w, const char *key, const struct hl_x509 *cert)
{
    v_array(w->v, key);
    for (uint32_t i = 0; i < cert->san.count; i++) {
        x509_general_name_put(w->text, &cert->san.list[i]);
        put_text(w, NULL);
    }
    v_end_array(w->v);
}

static void walk_algorithm(const struct walk *w, const char *key, const char *name)
{
    if (name != NULL)
        v_string(w->v, key, name);
    else
        v_null(w->v, key);
}

/* ECS writes serial numbers in upper case. */
static void walk_upper_serial(const struct walk *w, struct hl_span serial)
{
    buf_hex(w->text, serial);
    for (size_t i = 0; i < w->text->len; i++) {
        if (w->text->data[i] >= 'a')
            w->text->data[i] = (uint8_t)(w->text->data[i] - 32);
    }
    put_text(w, "serial_number");
}

static void walk_ecs_x509(const struct walk *w, const struct hl_x509 *cert)
{
    v_object(w->v, "x509");
    walk_distinguished_name(w, "subject", &cert->subject);
    walk_distinguished_name(w, "issuer", &cert->issuer);
    walk_upper_serial(w, x509_serial(cert));
    walk_x509_time(w, "not_before", &cert->not_before);
    walk_x509_time(w, "not_after", &cert->not_after);
    walk_algorithm(w, "public_key_algorithm", cert->key.algorithm);
    v_number(w->v, "public_key_size", cert->key.bits);
    if (cert->key.exponent != 0)
        v_number(w->v, "public_key_exponent", (int64_t)(cert->key.exponent & INT64_MAX));
    if (cert->key.curve != NULL)
        v_string(w->v, "public_key_curve", cert->key.curve);
    walk_algorithm(w, "signature_algorithm", cert->signature_algorithm.name);
    walk_san(w, "alternative_names", cert);
    v_number(w->v, "version_number", cert->version);
    v_end_object(w->v);
}

static void walk_ecs_certificate(const struct walk *w, const struct hl_chain *chain)
{
    if (chain->count == 0)
        return;
    const struct hl_certificate *leaf = chain->list[0];
    if (!memo_begin(w->memo, MEMO_CERTIFICATE_ECS, (struct hl_span){ leaf->sha256, sizeof leaf->sha256 }))
        return;
    v_text(w->v, "subject", leaf->x509.subject.text);
    v_text(w->v, "issuer", leaf->x509.issuer.text);
    walk_x509_time(w, "not_before", &leaf->x509.not_before);
    walk_x509_time(w, "not_after", &leaf->x509.not_after);
    v_object(w->v, "hash");
    v_bytes(w->v, "sha256", (struct hl_span){ leaf->sha256, sizeof leaf->sha256 });
    v_bytes(w->v, "sha1", (struct hl_span){ leaf->sha1, sizeof leaf->sha1 });
    v_end_object(w->v);
    walk_ecs_x509(w, &leaf->x509);
    memo_end(w->memo, true);
    if (!w->all)
        return;
    v_array(w->v, "certificate_chain");
    for (unsigned i = 0; i < chain->count; i++)
        v_bytes(w->v, NULL, chain->list[i]->der);
    v_end_array(w->v);
}

static void walk_version(const struct walk *w)
{
    uint16_t version = w->hs->version;
    struct hl_code code = reg_version(version);
    const char *name = code.name;

    if (version == 0 || name == NULL) {
        v_null(w->v, "version");
        v_null(w->v, "version_protocol");
        return;
    }
    bool ssl = strncmp(name, "SSL ", 4) == 0;
    v_string(w->v, "version", strncmp(name, "TLS ", 4) == 0 || ssl ? name + 4 : name);
    v_string(w->v, "version_protocol", ssl ? "ssl" : "tls");
}

static void walk_ecs_client(const struct walk *w)
{
    const struct hl_handshake *hs = w->hs;
    const struct hl_client_hello *hello = &hs->client_hello;
    struct hl_span suites = hello->cipher_suites;
    uint16_t suite;

    v_object(w->v, "client");
    if (hello->server_name.len > 0)
        v_text(w->v, "server_name", hello->server_name);
    if (hs->client_hello_message != NULL && !hello->ssl2 && memo_begin(w->memo, MEMO_SUITE_NAMES, suites)) {
        v_array(w->v, "supported_ciphers");
        while (u16_next(&suites, &suite))
            walk_code_name(w, NULL, reg_cipher_suite(suite));
        v_end_array(w->v);
        memo_end(w->memo, true);
    }
    if (hs->fingerprints.ja3[0] != '\0')
        v_string(w->v, "ja3", hs->fingerprints.ja3);
    walk_ecs_certificate(w, &hs->client_chain);
    v_end_object(w->v);
}

static void walk_tls(const struct walk *w)
{
    const struct hl_handshake *hs = w->hs;

    v_object(w->v, "tls");
    walk_version(w);
    if (hs->cipher_suite <= UINT16_MAX)
        walk_code_name(w, "cipher", reg_cipher_suite((uint16_t)hs->cipher_suite));
    if (hs->group != 0)
        walk_code_name(w, "curve", reg_group(hs->group));
    if (hs->server_hello.alpn.len > 0)
        v_text(w->v, "next_protocol", hs->server_hello.alpn);
    v_bool(w->v, "resumed", hs->resumed_by != NULL);
    v_bool(w->v, "established", hs->outcome == HL_COMPLETED);
    walk_ecs_client(w);
    v_object(w->v, "server");
    if (hs->fingerprints.ja3s[0] != '\0')
        v_string(w->v, "ja3s", hs->fingerprints.ja3s);
    walk_ecs_certificate(w, &hs->server_chain);
    v_end_object(w->v);
    v_end_object(w->v);
}

/* --- hellos ---------------------------------------------------------------- */

/* Keys, tickets and names differ from handshake to handshake. */
static bool extension_repeats(uint16_t type, struct hl_span data)
{
    if (data.len == 0)
        return true;
    return type != EXT_ID_SERVER_NAME && type != EXT_ID_KEY_SHARE && type != EXT_ID_SESSION_TICKET
           && type != EXT_ID_PRE_SHARED_KEY && type != EXT_ID_ENCRYPTED_CLIENT_HELLO && type != EXT_ID_COOKIE;
}

/* The extensions at the front of `list` that other handshakes have alike. */
static struct hl_span repeating_run(struct hl_span list)
{
    struct hl_span rest = list, data;
    size_t length = 0;
    uint16_t type;

    while (extension_next(&rest, &type, &data) && extension_repeats(type, data))
        length = list.len - rest.len;
    return (struct hl_span){ list.ptr, length };
}

static void walk_extensions(const struct walk *w, struct hl_span list, size_t offset, enum hl_ext_place place)
{
    const uint8_t *begin = list.ptr;
    uint16_t type;
    struct hl_span data;

    v_array(w->v, "extensions");
    while (list.len > 0) {
        struct hl_span run = repeating_run(list), rest = run.len > 0 ? run : list;
        bool remembered = run.len > 0, whole = true;
        if (remembered && !memo_begin(w->memo, MEMO_EXTENSIONS + (unsigned)place, run)) {
            list = (struct hl_span){ run.ptr + run.len, list.len - run.len };
            continue;
        }
        do {
            if (!extension_next(&rest, &type, &data)) {
                v_end_array(w->v);
                return; /* the list is broken here: the hello has the fault */
            }
            whole &= ext_walk(type, data, offset + (size_t)(data.ptr - begin), place, w->v);
        } while (remembered && rest.len > 0);
        if (remembered)
            memo_end(w->memo, whole); /* a fault tells where it is: not the same elsewhere */
        size_t taken = remembered ? run.len : list.len - rest.len;
        list = (struct hl_span){ list.ptr + taken, list.len - taken };
    }
    v_end_array(w->v);
}

static void walk_alpn_list(const struct walk *w, struct hl_span list)
{
    struct hl_span name;

    v_array(w->v, "alpn");
    while (alpn_next(&list, &name))
        v_text(w->v, NULL, name);
    v_end_array(w->v);
}

static void walk_key_shares(const struct walk *w, struct hl_span list)
{
    uint16_t group;
    struct hl_span key;

    v_array(w->v, "key_shares");
    while (key_share_next(&list, &group, &key)) {
        struct hl_code code = reg_group(group);
        v_object(w->v, NULL);
        v_number(w->v, "id", group);
        walk_code_name(w, "name", code);
        if (code.grease)
            v_bool(w->v, "grease", true);
        v_number(w->v, "length", (int64_t)key.len);
        v_end_object(w->v);
    }
    v_end_array(w->v);
}

static void walk_ssl2_ciphers(const struct walk *w, struct hl_span list)
{
    uint32_t kind;

    v_array(w->v, "cipher_suites");
    while (u24_next(&list, &kind))
        v_code(w->v, NULL, reg_ssl2_cipher(kind));
    v_end_array(w->v);
}

static void walk_hello_start(const struct walk *w, const struct hl_message *message, uint16_t legacy_version)
{
    walk_frame(w, message->at.frame);
    v_code(w->v, "record_version", reg_version(message->record_version));
    v_code(w->v, "legacy_version", reg_version(legacy_version));
}

static void walk_client_hello(const struct walk *w, const char *key, const struct hl_message *message,
                              const struct hl_client_hello *hello)
{
    if (message == NULL) {
        v_null(w->v, key);
        return;
    }
    v_object(w->v, key);
    walk_hello_start(w, message, hello->legacy_version);
    v_bytes(w->v, "random", hello->random);
    v_bytes(w->v, "session_id", hello->session_id);
    if (hello->ssl2) {
        walk_ssl2_ciphers(w, hello->cipher_specs);
    } else {
        struct hl_span methods = hello->compression_methods;
        uint8_t method;
        walk_u16_codes(w, MEMO_SUITES, "cipher_suites", hello->cipher_suites, reg_cipher_suite);
        v_array(w->v, "compression_methods");
        while (u8_next(&methods, &method))
            v_code(w->v, NULL, reg_compression_method(method));
        v_end_array(w->v);
        walk_extensions(w, hello->extensions, hello->extensions_offset, EXT_CLIENT_HELLO);
    }
    if (hello->has_server_name)
        v_text(w->v, "server_name", hello->server_name);
    if (hello->has_alpn)
        walk_alpn_list(w, hello->alpn);
    if (hello->supported_versions.len > 0)
        walk_u16_codes(w, MEMO_VERSIONS, "supported_versions", hello->supported_versions, reg_version);
    if (hello->supported_groups.len > 0)
        walk_u16_codes(w, MEMO_GROUPS, "supported_groups", hello->supported_groups, reg_group);
    if (hello->signature_algorithms.len > 0)
        walk_u16_codes(w, MEMO_SCHEMES, "signature_algorithms", hello->signature_algorithms, reg_signature_scheme);
    if (hello->has_key_share)
        walk_key_shares(w, hello->key_shares);
    if (hello->fault.kind != HL_FAULT_NONE)
        fault_walk(&hello->fault, "fault", w->v);
    v_end_object(w->v);
}

static void walk_server_hello(const struct walk *w, const char *key, const struct hl_message *message,
                              const struct hl_server_hello *hello)
{
    if (message == NULL) {
        v_null(w->v, key);
        return;
    }
    v_object(w->v, key);
    walk_hello_start(w, message, hello->legacy_version);
    v_code(w->v, "version", reg_version(hello->version));
    if (hello->random.len > 0)
        v_bytes(w->v, "random", hello->random);
    if (hello->ssl2) {
        walk_ssl2_ciphers(w, hello->cipher_specs);
        v_bytes(w->v, "connection_id", hello->connection_id);
        v_bool(w->v, "session_id_hit", hello->session_id_hit);
    } else {
        v_bytes(w->v, "session_id", hello->session_id);
        v_code(w->v, "cipher_suite", reg_cipher_suite(hello->cipher_suite));
        v_code(w->v, "compression_method", reg_compression_method(hello->compression_method));
        walk_extensions(w, hello->extensions, hello->extensions_offset,
                        hello->is_retry_request ? EXT_HELLO_RETRY_REQUEST : EXT_SERVER_HELLO);
    }
    if (hello->has_alpn)
        v_text(w->v, "alpn", hello->alpn);
    if (hello->group != 0)
        v_code(w->v, "group", reg_group(hello->group));
    if (hello->fault.kind != HL_FAULT_NONE)
        fault_walk(&hello->fault, "fault", w->v);
    v_end_object(w->v);
}

/* --- certificates ---------------------------------------------------------- */

static void walk_public_key(const struct walk *w, const struct hl_x509_key *key)
{
    v_object(w->v, "public_key");
    walk_algorithm(w, "algorithm", key->algorithm);
    v_number(w->v, "bits", key->bits);
    if (key->exponent != 0)
        v_number(w->v, "exponent", (int64_t)(key->exponent & INT64_MAX));
    if (key->curve != NULL)
        v_string(w->v, "curve", key->curve);
    v_end_object(w->v);
}

static void walk_oddities(const struct walk *w, const struct hl_x509 *cert)
{
    const char *name;

    if (cert->oddities == 0)
        return;
    v_array(w->v, "oddities");
    for (unsigned i = 0; (name = x509_oddity_name(i)) != NULL; i++) {
        if (cert->oddities >> i & 1)
            v_string(w->v, NULL, name);
    }
    v_end_array(w->v);
}

static void walk_certificate_summary(const struct walk *w, const struct hl_x509 *cert)
{
    v_number(w->v, "length", (int64_t)cert->der.len);
    v_number(w->v, "version_number", cert->version);
    v_bytes(w->v, "serial", x509_serial(cert));
    v_text(w->v, "subject", cert->subject.text);
    v_text(w->v, "issuer", cert->issuer.text);
    walk_x509_time(w, "not_before", &cert->not_before);
    walk_x509_time(w, "not_after", &cert->not_after);
    walk_san(w, "names", cert);
    walk_public_key(w, &cert->key);
    walk_algorithm(w, "signature_algorithm", cert->signature_algorithm.name);
    v_bool(w->v, "ca", cert->ca);
    walk_oddities(w, cert);
    if (cert->fault.kind != HL_FAULT_NONE)
        fault_walk(&cert->fault, "fault", w->v);
}

static void walk_chain(const struct walk *w, const char *key, const struct hl_chain *chain)
{
    if (chain->count == 0) {
        v_null(w->v, key);
        return;
    }
    v_array(w->v, key);
    for (unsigned i = 0; i < chain->count; i++) {
        const struct hl_certificate *certificate = chain->list[i];
        struct hl_span sha256 = { certificate->sha256, sizeof certificate->sha256 };
        if (!memo_begin(w->memo, MEMO_CERTIFICATE, sha256))
            continue;
        v_object(w->v, NULL);
        v_bytes(w->v, "sha256", sha256);
        v_bytes(w->v, "sha1", (struct hl_span){ certificate->sha1, sizeof certificate->sha1 });
        v_bytes(w->v, "spki_sha256", (struct hl_span){ certificate->spki_sha256, sizeof certificate->spki_sha256 });
        if (w->all)
            x509_walk(&certificate->x509, w->v);
        else
            walk_certificate_summary(w, &certificate->x509);
        v_end_object(w->v);
        memo_end(w->memo, true);
    }
    v_end_array(w->v);
}

static void walk_raw_public_key(const struct walk *w, const char *key, const struct hl_chain *chain)
{
    if (chain->raw_public_key.len > 0)
        v_bytes(w->v, key, chain->raw_public_key);
}

static void walk_certificates(const struct walk *w)
{
    const struct hl_chain *server = &w->hs->server_chain, *client = &w->hs->client_chain;

    v_object(w->v, "certificates");
    walk_chain(w, "server", server);
    walk_chain(w, "client", client);
    walk_raw_public_key(w, "server_raw_public_key", server);
    walk_raw_public_key(w, "client_raw_public_key", client);
    if (server->total > server->count)
        v_number(w->v, "server_not_shown", server->total - server->count);
    if (client->total > client->count)
        v_number(w->v, "client_not_shown", client->total - client->count);
    v_object(w->v, "why_absent");
    if (server->count == 0)
        v_string(w->v, "server", server->why_absent);
    if (client->count == 0)
        v_string(w->v, "client", client->why_absent);
    v_end_object(w->v);
    v_end_object(w->v);
}

/* --- messages and alerts --------------------------------------------------- */

static void walk_message_fields(const struct walk *w, const struct hl_message *message)
{
    const struct hl_handshake *hs = w->hs;
    const struct hl_message_context ctx = {
        .version = version_is_tls13(hs->version) ? 0x0304 : hs->version,
        .cipher_suite = hs->cipher_suite <= UINT16_MAX ? (uint16_t)hs->cipher_suite : 0,
        .from_client = message->direction == hs->client,
    };

    v_object(w->v, "fields");
    message_walk(message->type, message->body, message->cut, &ctx, w->v, NULL);
    v_end_object(w->v);
}

static void walk_message(const struct walk *w, const struct hl_message *message)
{
    v_object(w->v, NULL);
    walk_frame(w, message->at.frame);
    v_string(w->v, "from", side_name(w, message->direction));
    if (message->encrypted) {
        v_null(w->v, "type");
        v_code(w->v, "content_type", reg_content_type(message->content_type));
    } else {
        v_code(w->v, "type", message->ssl2 ? reg_ssl2_message(message->type) : reg_handshake_type(message->type));
    }
    v_number(w->v, "length", message->length);
    v_number(w->v, "time_us", since_start_us(w, message->at));
    v_bool(w->v, "encrypted", message->encrypted);
    if (message->ssl2)
        v_bool(w->v, "ssl2", true);
    if (message->records > 1)
        v_number(w->v, "records", message->records);
    if (message->cut)
        v_number(w->v, "captured", (int64_t)message->body.len);
    if (message->fault.kind != HL_FAULT_NONE)
        fault_walk(&message->fault, "fault", w->v);
    if (w->all && !message->encrypted && !message->ssl2)
        walk_message_fields(w, message);
    v_end_object(w->v);
}

static void walk_messages(const struct walk *w)
{
    const struct hl_handshake *hs = w->hs;

    v_array(w->v, "messages");
    for (const struct hl_message *m = hs->messages; m != NULL; m = m->next) {
        if (m->content_type != CONTENT_CHANGE_CIPHER_SPEC)
            walk_message(w, m);
    }
    v_end_array(w->v);
    if (hs->messages_dropped > 0)
        v_number(w->v, "messages_not_shown", hs->messages_dropped);

    v_array(w->v, "change_cipher_spec");
    for (const struct hl_message *m = hs->messages; m != NULL; m = m->next) {
        if (m->content_type != CONTENT_CHANGE_CIPHER_SPEC)
            continue;
        v_object(w->v, NULL);
        walk_frame(w, m->at.frame);
        v_string(w->v, "from", side_name(w, m->direction));
        v_number(w->v, "time_us", since_start_us(w, m->at));
        v_end_object(w->v);
    }
    v_end_array(w->v);
}

static void walk_alerts(const struct walk *w)
{
    const struct hl_handshake *hs = w->hs;

    v_array(w->v, "alerts");
    for (const struct hl_alert_event *alert = hs->alerts; alert != NULL; alert = alert->next) {
        v_object(w->v, NULL);
        walk_frame(w, alert->at.frame);
        v_string(w->v, "from", side_name(w, alert->direction));
        if (alert->encrypted) {
            v_null(w->v, "level");
            v_null(w->v, "description");
        } else {
            v_code(w->v, "level", reg_alert_level(alert->level));
            v_code(w->v, "description", reg_alert(alert->description));
        }
        v_number(w->v, "time_us", since_start_us(w, alert->at));
        v_bool(w->v, "encrypted", alert->encrypted);
        v_end_object(w->v);
    }
    v_end_array(w->v);
    if (hs->alerts_dropped > 0)
        v_number(w->v, "alerts_not_shown", hs->alerts_dropped);
}

/* --- what was negotiated --------------------------------------------------- */

static void walk_cipher(const struct walk *w)
{
    const struct hl_suite *suite = w->hs->cipher_suite <= UINT16_MAX ? reg_suite((uint16_t)w->hs->cipher_suite) : NULL;

    if (suite == NULL) {
        v_null(w->v, "cipher");
        return;
    }
    v_object(w->v, "cipher");
    v_string(w->v, "key_exchange", suite->key_exchange);
    v_string(w->v, "authentication", suite->authentication);
    v_string(w->v, "cipher", suite->cipher);
    v_string(w->v, "mac", suite->mac);
    v_string(w->v, "prf", suite->prf);
    v_number(w->v, "bits", suite->bits);
    v_bool(w->v, "forward_secrecy", suite->forward_secrecy);
    v_bool(w->v, "aead", suite->aead);
    v_end_object(w->v);
}

static void walk_server_key(const struct walk *w)
{
    const struct hl_server_key *key = &w->hs->server_key;

    if (!key->known) {
        v_null(w->v, "server_key_exchange");
        return;
    }
    v_object(w->v, "server_key_exchange");
    if (key->group != 0)
        v_code(w->v, "group", reg_group(key->group));
    if (key->dh_bits != 0)
        v_number(w->v, "dh_bits", key->dh_bits);
    if (key->scheme != 0)
        v_code(w->v, "signature_scheme", reg_signature_scheme(key->scheme));
    v_end_object(w->v);
}

static void walk_resumption(const struct walk *w)
{
    const struct hl_handshake *hs = w->hs;

    v_object(w->v, "resumption");
    v_array(w->v, "offered");
    if (hs->session_id_offered)
        v_string(w->v, NULL, "session_id");
    if (hs->ticket_offered)
        v_string(w->v, NULL, "session_ticket");
    if (hs->psk_offered)
        v_string(w->v, NULL, "psk");
    if (hs->early_data_offered)
        v_string(w->v, NULL, "early_data");
    v_end_array(w->v);
    if (hs->resumed_by != NULL)
        v_string(w->v, "accepted", hs->resumed_by);
    else
        v_null(w->v, "accepted");
    v_end_object(w->v);
}

static void walk_fingerprints(const struct walk *w)
{
    const struct hl_fingerprints *f = &w->hs->fingerprints;
    struct hl_span digests = { (const uint8_t *)f, offsetof(struct hl_fingerprints, ja3_string) };

    if (!memo_begin(w->memo, MEMO_FINGERPRINTS, digests))
        return;
    v_object(w->v, "fingerprints");
    if (f->ja3[0] != '\0') {
        v_string(w->v, "ja3", f->ja3);
        v_text(w->v, "ja3_string", f->ja3_string);
    }
    if (f->ja3s[0] != '\0') {
        v_string(w->v, "ja3s", f->ja3s);
        v_text(w->v, "ja3s_string", f->ja3s_string);
    }
    if (f->ja4[0] != '\0') {
        v_string(w->v, "ja4", f->ja4);
        v_text(w->v, "ja4_r", f->ja4_r);
    }
    v_end_object(w->v);
    memo_end(w->memo, true);
}

static void walk_timing(const struct walk *w)
{
    const struct hl_handshake *hs = w->hs;

    v_object(w->v, "timing");
    if (hs->connection.rtt_ns > 0)
        v_number(w->v, "tcp_rtt_us", hs->connection.rtt_ns / 1000);
    else
        v_null(w->v, "tcp_rtt_us");
    v_number(w->v, "duration_us", (hs->end.time_ns - hs->start.time_ns) / 1000);
    v_end_object(w->v);
}

/* Where bytes are missing: the frame is that of the bytes behind them. */
static void walk_gaps(const struct walk *w)
{
    if (w->hs->gaps == NULL)
        return;
    v_array(w->v, "missing");
    for (const struct hl_gap *gap = w->hs->gaps; gap != NULL; gap = gap->next) {
        v_object(w->v, NULL);
        walk_frame(w, gap->at.frame);
        v_string(w->v, "from", side_name(w, gap->direction));
        v_number(w->v, "length", (int64_t)gap->length);
        v_end_object(w->v);
    }
    v_end_array(w->v);
}

static void walk_capture(const struct walk *w)
{
    const struct hl_handshake *hs = w->hs;
    const struct hl_connection *c = &hs->connection;

    v_object(w->v, "capture");
    if (hs->file != NULL)
        v_string(w->v, "file", hs->file);
    else
        v_null(w->v, "file");
    v_number(w->v, "packets", (int64_t)c->packets[0] + c->packets[1]);
    v_number(w->v, "gaps", c->gaps);
    walk_gaps(w);
    v_number(w->v, "out_of_order", c->out_of_order);
    v_number(w->v, "retransmitted", c->retransmitted);
    v_number(w->v, "conflicting", c->conflicts);
    v_number(w->v, "records_skipped", hs->records_skipped);
    v_bool(w->v, "one_sided", c->packets[0] == 0 || c->packets[1] == 0);
    v_bool(w->v, "mid_stream", c->mid_stream);
    v_bool(w->v, "truncated", c->truncated);
    v_end_object(w->v);
}

static void walk_handlens(const struct walk *w)
{
    const struct hl_handshake *hs = w->hs;

    v_object(w->v, "handlens");
    v_number(w->v, "schema", SCHEMA);
    v_number(w->v, "id", (int64_t)hs->id);
    v_string(w->v, "outcome", hl_outcome_name(hs->outcome));
    if (hs->reason != NULL)
        v_string(w->v, "reason", hs->reason);
    else
        v_null(w->v, "reason");
    walk_client_hello(w, "client_hello", hs->client_hello_message, &hs->client_hello);
    walk_server_hello(w, "hello_retry_request", hs->retry_message, &hs->hello_retry);
    walk_client_hello(w, "second_client_hello", hs->retried_hello_message, &hs->retried_hello);
    walk_server_hello(w, "server_hello", hs->server_hello_message, &hs->server_hello);
    walk_cipher(w);
    walk_server_key(w);
    walk_certificates(w);
    walk_messages(w);
    walk_alerts(w);
    walk_fingerprints(w);
    walk_resumption(w);
    if (hs->connection.before_tls != NULL)
        v_string(w->v, "before_tls", hs->connection.before_tls);
    else
        v_null(w->v, "before_tls");
    if (hs->foreign.len > 0)
        v_bytes(w->v, "not_tls", (struct hl_span){ hs->foreign.ptr, hs->foreign.len < 64 ? hs->foreign.len : 64 });
    walk_timing(w);
    walk_capture(w);
    v_array(w->v, "diagnosis");
    v_end_array(w->v);
    v_array(w->v, "findings");
    v_end_array(w->v);
    v_object(w->v, "verification");
    v_end_object(w->v);
    v_end_object(w->v);
}

void hl_handshake_walk(const struct hl_handshake *hs, enum hl_detail detail, const struct hl_visitor *v)
{
    struct hl_buffer scratch;

    buf_init(&scratch, WALK_SCRATCH_MAX);
    walk_handshake(hs, detail, v, NULL, &scratch);
    buf_cleanup(&scratch);
}

void walk_handshake(const struct hl_handshake *hs, enum hl_detail detail, const struct hl_visitor *v,
                    struct hl_memo *memo, struct hl_buffer *scratch)
{
    const struct walk w = { .hs = hs, .v = v, .text = scratch, .memo = memo, .all = detail == HL_DETAIL_ALL };

    v_object(v, NULL);
    walk_time(&w, "@timestamp", hs->start.time_ns);
    walk_event(&w);
    walk_end(&w, "source", &hs->connection.ends[hs->client]);
    walk_end(&w, "destination", &hs->connection.ends[1 - hs->client]);
    walk_network(&w);
    walk_tls(&w);
    walk_handlens(&w);
    v_end_object(v);
}
