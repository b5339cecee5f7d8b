/* The document of one handshake: docs/handshake.schema.json, field by field.
 *
 * This is the one walk; JSON, the full human view and whatever comes later are
 * faces of it. Elastic Common Schema names come first, then "handlens". */
#include "report/walk.h"
#include "registry/registry.h"
#include "report/walk_parts.h"
#include "session/conclude.h"

#define SCHEMA 1

enum { ENCRYPTED_EXTENSIONS = 8 }; /* HandshakeType */

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
    if (hs->early_data_offered && find_message(hs, ENCRYPTED_EXTENSIONS, 1 - hs->client) != NULL)
        v_bool(w->v, "early_data_accepted", hs->early_data_accepted);
    else if (hs->early_data_offered)
        v_null(w->v, "early_data_accepted");
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

/* Where bytes are missing: the frame is that of the bytes behind them. */
static void walk_gaps(const struct walk *w)
{
    if (w->hs->gaps == NULL)
        return;
    v_array(w->v, "missing");
    for (const struct hl_gap *gap = w->hs->gaps; gap != NULL; gap = gap->next) {
        v_object(w->v, NULL);
        walk_frame(w, gap->at);
        v_string(w->v, "from", walk_side(w, gap->direction));
        if (gap->length > 0) /* of messages of DTLS that are missing nobody knows it */
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
    v_bool(w->v, "one_sided", connection_is_one_sided(c));
    v_bool(w->v, "mid_stream", c->mid_stream);
    v_bool(w->v, "truncated", c->truncated);
    if (c->dropped)
        v_bool(w->v, "dropped", true);
    v_end_object(w->v);
}

static void walk_handlens(const struct walk *w)
{
    const struct hl_handshake *hs = w->hs;

    v_number(w->v, "id", (int64_t)hs->id);
    v_string(w->v, "outcome", hl_outcome_name(hs->outcome));
    if (hs->reason != NULL)
        v_string(w->v, "reason", hs->reason);
    else
        v_null(w->v, "reason");
    walk_client_hello(w, "client_hello", hs->client_hello_message, &hs->client_hello);
    walk_server_hello(w, "hello_retry_request", hs->retry_message, &hs->hello_retry);
    walk_client_hello(w, "second_client_hello", hs->retried_hello_message, &hs->retried_hello);
    if (hs->inner_hello.random.len > 0) {
        const bool retried = hs->retried_hello_message != NULL;
        walk_client_hello(w, "inner_client_hello", retried ? hs->retried_hello_message : hs->client_hello_message,
                          &hs->inner_hello);
        v_bool(w->v, "ech_accepted", hs->ech_accepted);
    }
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
    walk_quic(w);
    walk_timing(w);
    walk_capture(w);
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
    v_object(v, "handlens");
    v_number(v, "schema", SCHEMA);
    walk_handlens(&w);
    walk_diagnosis(&w);
    walk_findings(&w);
    walk_verification(&w);
    v_end_object(v);
    v_end_object(v);
}

void walk_chain_document(const struct hl_handshake *hs, enum hl_detail detail, const struct hl_visitor *v,
                         struct hl_buffer *scratch)
{
    const struct walk w = { .hs = hs, .v = v, .text = scratch, .all = detail == HL_DETAIL_ALL };

    v_object(v, NULL);
    v_object(v, "tls");
    walk_ecs_server_certificate(&w);
    v_end_object(v);
    v_object(v, "handlens");
    v_number(v, "schema", SCHEMA);
    walk_certificates(&w);
    walk_findings(&w);
    v_object(v, "verification");
    walk_scts(&w);
    v_end_object(v);
    v_end_object(v);
    v_end_object(v);
}

void walk_fields(const struct hl_handshake *hs, const struct hl_visitor *v)
{
    struct hl_buffer scratch;

    buf_init(&scratch, WALK_SCRATCH_MAX);
    const struct walk w = { .hs = hs, .v = v, .text = &scratch, .all = true, .once = true };
    walk_time(&w, "start", hs->start.time_ns);
    walk_handlens(&w);
    walk_diagnosis(&w);
    walk_findings(&w);
    walk_verification(&w);
    buf_cleanup(&scratch);
}
