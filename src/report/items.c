#include "report/items.h"

#include "analyze/item.h"
#include "base/text.h"
#include "report/fields.h"
#include "report/human.h"
#include "report/human_trust.h"
#include "report/walk.h"
#include "report/walk_parts.h"
#include "report/wire_items.h"
#include "x509/pem.h"

#define PIECE_MAX ((size_t)64 << 10)
#define PEM_MAX ((size_t)32 << 20)
/* Entries of a CRL that are listed; some have millions. */
#define CRL_ENTRIES_SHOWN 1000u

/* --- decoded files, for people ---------------------------------------------------- */

struct certificate_subject {
    const struct hl_certificate *certificate;
    bool all;
};

static void walk_certificate_fields(const void *subject, const struct hl_visitor *v)
{
    const struct certificate_subject *s = subject;
    struct hl_buffer scratch;
    const struct walk w = { .v = v, .text = &scratch, .all = s->all, .once = true };

    buf_init(&scratch, WALK_SCRATCH_MAX);
    walk_certificate(&w, s->certificate);
    buf_cleanup(&scratch);
}

static void walk_request_fields(const void *subject, const struct hl_visitor *v)
{
    csr_walk(subject, v);
}

/* What it says, and, if asked for, its first entries. */
static void walk_crl(const struct hl_crl *crl, bool entries, const struct hl_visitor *v)
{
    struct hl_crl_cursor cursor = { 0 };
    struct hl_crl_entry entry;

    crl_walk(crl, v);
    if (!entries)
        return;
    v_array(v, "revoked");
    for (unsigned i = 0; i < CRL_ENTRIES_SHOWN && crl_next(crl, &cursor, &entry); i++) {
        v_object(v, NULL);
        crl_entry_walk(&entry, v);
        v_end_object(v);
    }
    v_end_array(v);
}

static void walk_crl_fields(const void *subject, const struct hl_visitor *v)
{
    walk_crl(subject, false, v);
}

static void walk_crl_and_entries(const void *subject, const struct hl_visitor *v)
{
    walk_crl(subject, true, v);
}

static void walk_ocsp_fields(const void *subject, const struct hl_visitor *v)
{
    ocsp_walk(subject, v);
}

static void put_chain(struct hl_line *line, const struct hl_handshake *hs, const struct hl_print_options *options)
{
    struct hl_buffer text;

    buf_init(&text, PIECE_MAX);
    for (unsigned i = 0; i < hs->server_chain.count; i++) {
        const struct hl_certificate *certificate = hs->server_chain.list[i];
        const struct certificate_subject subject = { certificate, options->verbosity > 0 };
        line_put(line, 0, ROLE_QUIET, "certificate");
        line_put_certificate_name(line, 1, ROLE_STRONG, &certificate->x509.subject, &certificate->x509.san, &text);
        line_end(line);
        fields_put_walk(line, walk_certificate_fields, &subject);
    }
    human_trust(line, &hs->server_trust, "trust", &text);
    human_timestamps(line, &hs->server_trust, &text);
    human_findings(line, hs, options->verbosity > 0 ? HL_INFO : HL_LOW, true, &text);
    buf_cleanup(&text);
}

void human_item(struct hl_buffer *out, const struct hl_item *item, const struct hl_print_options *options)
{
    struct hl_line line = line_for(out, options, INDENT);

    if (item->kind == HL_ITEM_CHAIN) {
        put_chain(&line, item->chain, options);
    } else if (item->kind == HL_ITEM_RECORD) {
        human_record(&line, item->record);
    } else if (item->kind == HL_ITEM_MESSAGE) {
        human_message(&line, item->message);
    } else if (item->kind == HL_ITEM_REQUEST) {
        line_put(&line, 0, ROLE_QUIET, "certificate request");
        line_end(&line);
        fields_put_walk(&line, walk_request_fields, item->request);
    } else if (item->kind == HL_ITEM_CRL) {
        line_put(&line, 0, ROLE_QUIET, "certificate revocation list");
        line_end(&line);
        fields_put_walk(&line, options->verbosity > 0 ? walk_crl_and_entries : walk_crl_fields, item->crl);
    } else {
        line_put(&line, 0, ROLE_QUIET, "OCSP response");
        line_end(&line);
        fields_put_walk(&line, walk_ocsp_fields, item->ocsp);
    }
}

/* --- decoded files, as JSON --------------------------------------------------------- */

static const char *item_key(enum hl_item_kind kind)
{
    static const char *const keys[] = {
        [HL_ITEM_CHAIN] = NULL,
        [HL_ITEM_REQUEST] = "certificate_request",
        [HL_ITEM_CRL] = "crl",
        [HL_ITEM_OCSP_RESPONSE] = "ocsp_response",
        [HL_ITEM_RECORD] = "record",
        [HL_ITEM_MESSAGE] = "message",
    };

    return keys[kind];
}

void json_item(struct hl_json *json, const struct hl_item *item, enum hl_detail detail, struct hl_buffer *scratch)
{
    const struct hl_visitor v = { &json_ops, json };

    if (item->kind == HL_ITEM_CHAIN) {
        walk_chain_document(item->chain, detail, &v, scratch);
        return;
    }
    v_object(&v, NULL);
    v_object(&v, "handlens");
    v_object(&v, item_key(item->kind));
    if (item->kind == HL_ITEM_RECORD)
        walk_wire_record(item->record, &v);
    else if (item->kind == HL_ITEM_MESSAGE)
        walk_wire_message(item->message, &v);
    else if (item->kind == HL_ITEM_REQUEST)
        csr_walk(item->request, &v);
    else if (item->kind == HL_ITEM_CRL)
        walk_crl(item->crl, detail == HL_DETAIL_ALL, &v);
    else
        ocsp_walk(item->ocsp, &v);
    v_end_object(&v);
    v_end_object(&v);
    v_end_object(&v);
}

/* --- explanations --------------------------------------------------------------------- */

void human_code(struct hl_buffer *out, const struct hl_explanation *explanation,
                const struct hl_print_options *options)
{
    struct hl_line line = line_for(out, options, INDENT);

    line_put(&line, 0, ROLE_STRONG, explanation->code);
    line_tab(&line, 34);
    line_put_words(&line, 1, ROLE_PLAIN, span_of(explanation->title));
    line_end(&line);
}

static void put_paragraph(struct hl_line *line, const char *text)
{
    line_tab(line, line->indent);
    line_put_words(line, 0, ROLE_PLAIN, span_of(text));
    line_end(line);
}

void human_explanation(struct hl_buffer *out, const struct hl_explanation *explanation,
                       const struct hl_print_options *options)
{
    struct hl_line line = line_for(out, options, INDENT);

    line.indent = 2;
    line_put(&line, 0, ROLE_STRONG, explanation->code);
    line_put(&line, 2, ROLE_QUIET, hl_severity_name(explanation->severity));
    line_end(&line);
    put_paragraph(&line, explanation->title);
    line_end(&line);
    put_paragraph(&line, explanation->why);
    line_end(&line);
    put_paragraph(&line, explanation->change);
    line_end(&line);
    line_tab(&line, 2);
    line_put(&line, 0, ROLE_QUIET, explanation->section);
    line_end(&line);
}

void json_explanation(struct hl_json *json, const struct hl_explanation *explanation)
{
    const struct hl_visitor v = { &json_ops, json };

    v_object(&v, NULL);
    v_string(&v, "kind", "finding");
    v_string(&v, "code", explanation->code);
    v_string(&v, "severity", hl_severity_name(explanation->severity));
    v_string(&v, "title", explanation->title);
    v_string(&v, "why", explanation->why);
    v_string(&v, "section", explanation->section);
    v_string(&v, "hint", explanation->change);
    v_end_object(&v);
}

/* --- to take away ----------------------------------------------------------------------- */

static bool hand_over(struct hl_buffer *text, hl_write_fn *write, void *user)
{
    bool done = !text->failed && write(user, text->data, text->len);

    buf_cleanup(text);
    return done;
}

bool hl_print_pem(struct hl_span certificate, hl_write_fn *write, void *user)
{
    struct hl_buffer text;

    buf_init(&text, PEM_MAX);
    pem_put(&text, "CERTIFICATE", certificate);
    return hand_over(&text, write, user);
}

static void walk_chain_index(const struct walk *w, const char *key, const struct hl_chain *chain)
{
    if (chain->count == 0)
        return;
    v_array(w->v, key);
    for (unsigned i = 0; i < chain->count; i++) {
        const struct hl_x509 *cert = &chain->list[i]->x509;
        v_object(w->v, NULL);
        v_bytes(w->v, "sha256", (struct hl_span){ chain->list[i]->sha256, SHA256_LENGTH });
        v_text(w->v, "subject", cert->subject.text);
        v_text(w->v, "issuer", cert->issuer.text);
        walk_x509_time(w, "not_before", &cert->not_before);
        walk_x509_time(w, "not_after", &cert->not_after);
        v_end_object(w->v);
    }
    v_end_array(w->v);
}

bool hl_print_chains(const struct hl_handshake *hs, hl_write_fn *write, void *user)
{
    struct hl_buffer text, scratch;
    struct hl_json json = { .out = &text };
    const struct hl_visitor v = { &json_ops, &json };
    const struct walk w = { .hs = hs, .v = &v, .text = &scratch };

    buf_init(&text, PEM_MAX);
    buf_init(&scratch, WALK_SCRATCH_MAX);
    v_object(&v, NULL);
    v_number(&v, "id", (int64_t)hs->id);
    walk_time(&w, "@timestamp", hs->start.time_ns);
    walk_end(&w, "source", &hs->connection.ends[hs->client]);
    walk_end(&w, "destination", &hs->connection.ends[1 - hs->client]);
    if (handshake_hello(hs)->server_name.len > 0)
        v_text(&v, "server_name", handshake_hello(hs)->server_name);
    walk_chain_index(&w, "server", &hs->server_chain);
    walk_chain_index(&w, "client", &hs->client_chain);
    v_end_object(&v);
    buf_cleanup(&scratch);
    return hand_over(&text, write, user);
}
