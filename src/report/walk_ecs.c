/* Fields with names of the Elastic Common Schema, so that a document can be indexed as it is. */
#include "registry/registry.h"
#include "report/format.h"
#include "report/walk_parts.h"

#include <string.h>

/* Clocks of captures may be anything; a document's numbers must be exact (about 104 days). */
#define DURATION_MAX ((int64_t)1 << 53)

void walk_event(const struct walk *w)
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
    int64_t duration = hs->end.time_ns - hs->start.time_ns;
    v_number(w->v, "duration", duration < 0 ? 0 : duration < DURATION_MAX ? duration : DURATION_MAX);
    v_end_object(w->v);
}

void walk_end(const struct walk *w, const char *key, const struct hl_endpoint *end)
{
    v_object(w->v, key);
    put_address(w->text, &end->address);
    walk_text(w, "ip");
    v_number(w->v, "port", end->port);
    v_end_object(w->v);
}

void walk_network(const struct walk *w)
{
    static const char *const protocols[] = { [CARRIER_TCP] = "tls", [CARRIER_DTLS] = "dtls", [CARRIER_QUIC] = "quic" };
    const struct hl_connection *connection = &w->hs->connection;

    v_object(w->v, "network");
    v_string(w->v, "transport", connection->carrier == CARRIER_TCP ? "tcp" : "udp");
    v_string(w->v, "type", connection->ends[0].address.length == 4 ? "ipv4" : "ipv6");
    v_string(w->v, "protocol", protocols[connection->carrier]);
    v_string(w->v, "community_id", w->hs->community_id);
    if (connection->vlan != 0) {
        v_object(w->v, "vlan");
        buf_number(w->text, connection->vlan);
        walk_text(w, "id");
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
        walk_text(w, NULL);
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

/* ECS writes serial numbers in upper case. */
static void walk_upper_serial(const struct walk *w, struct hl_span serial)
{
    buf_hex(w->text, serial);
    for (size_t i = 0; i < w->text->len; i++) {
        if (w->text->data[i] >= 'a')
            w->text->data[i] = (uint8_t)(w->text->data[i] - 32);
    }
    walk_text(w, "serial_number");
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

static void walk_ecs_leaf(const struct walk *w, const struct hl_certificate *leaf)
{
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
}

static void walk_ecs_certificate(const struct walk *w, const struct hl_chain *chain)
{
    if (chain->count == 0)
        return;
    walk_ecs_leaf(w, chain->list[0]);
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
    bool ssl = strncmp(name, "SSL ", 4) == 0, dtls = strncmp(name, "DTLS ", 5) == 0;
    v_string(w->v, "version", dtls ? name + 5 : strncmp(name, "TLS ", 4) == 0 || ssl ? name + 4 : name);
    v_string(w->v, "version_protocol", ssl ? "ssl" : dtls ? "dtls" : "tls");
}

static void walk_ecs_client(const struct walk *w)
{
    const struct hl_handshake *hs = w->hs;
    const struct hl_client_hello *hello = &hs->client_hello;
    struct hl_span suites = hello->cipher_suites;
    uint16_t suite;

    v_object(w->v, "client");
    if (handshake_hello(hs)->server_name.len > 0)
        v_text(w->v, "server_name", handshake_hello(hs)->server_name);
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

void walk_tls(const struct walk *w)
{
    const struct hl_handshake *hs = w->hs;

    v_object(w->v, "tls");
    walk_version(w);
    if (hs->cipher_suite <= UINT16_MAX)
        walk_code_name(w, "cipher", reg_cipher_suite((uint16_t)hs->cipher_suite));
    if (hs->group != 0)
        walk_code_name(w, "curve", reg_group(hs->group));
    if (hs->alpn.len > 0)
        v_text(w->v, "next_protocol", hs->alpn);
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

void walk_ecs_server_certificate(const struct walk *w)
{
    v_object(w->v, "server");
    walk_ecs_certificate(w, &w->hs->server_chain);
    v_end_object(w->v);
}
