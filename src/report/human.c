#include "report/human.h"

#include "base/code_name.h"
#include "base/text.h"
#include "registry/registry.h"
#include "report/fields.h"
#include "report/format.h"
#include "report/human_trust.h"
#include "report/ladder.h"
#include "report/steps.h"
#include "session/timing.h"
#include "wire/record.h"

#include <stdio.h>
#include <string.h>

#define PIECE_MAX ((size_t)4 << 10)

static const struct {
    const char *word;
    enum hl_role role;
} outcome_words[] = {
    [HL_COMPLETED] = { "completed", ROLE_GOOD },
    [HL_FAILED] = { "FAILED", ROLE_BAD },
    [HL_INCOMPLETE] = { "incomplete", ROLE_DOUBT },
    [HL_NOT_TLS] = { "NOT TLS", ROLE_BAD },
};

const char *outcome_name(enum hl_outcome outcome)
{
    return outcome_words[outcome].word;
}

static void put_code(struct hl_line *line, unsigned gap, enum hl_role role, struct hl_code code, struct hl_buffer *text)
{
    code_name_put(text, code);
    line_put_built(line, gap, role, text);
}

static const struct hl_alert_event *fatal_alert(const struct hl_handshake *hs)
{
    for (const struct hl_alert_event *alert = hs->alerts; alert != NULL; alert = alert->next) {
        if (!alert->encrypted && alert->level == 2)
            return alert;
    }
    return NULL;
}

static const char *side_name(const struct hl_handshake *hs, unsigned direction)
{
    return direction == hs->client ? "client" : "server";
}

static void put_message_name(struct hl_buffer *text, const struct hl_message *m)
{
    if (m->content_type == CONTENT_HANDSHAKE)
        code_name_put(text, m->ssl2 ? reg_ssl2_message(m->type) : reg_handshake_type(m->type));
    else
        code_name_put(text, reg_content_type(m->content_type));
}

/* #1 192.0.2.10:51234 -> 192.0.2.20:443  server.lab.test  completed in 41.2 ms */
static void put_headline(struct hl_line *line, const struct hl_handshake *hs, bool files, struct hl_buffer *text)
{
    buf_printf(text, "#%llu", (unsigned long long)hs->id);
    line_put_built(line, 0, ROLE_QUIET, text);
    put_endpoint(text, &hs->connection.ends[hs->client]);
    line_put_built(line, 1, ROLE_PLAIN, text);
    line_put(line, 1, ROLE_QUIET, "\xe2\x86\x92");
    put_endpoint(text, &hs->connection.ends[1 - hs->client]);
    line_put_built(line, 1, ROLE_PLAIN, text);
    const struct hl_span name = handshake_hello(hs)->server_name;
    if (name.len > 0)
        line_put_wire(line, 2, ROLE_STRONG, name);
    if (hs->ech_accepted)
        line_put(line, 1, ROLE_QUIET, "in ECH");
    line_put(line, 2, outcome_words[hs->outcome].role, outcome_words[hs->outcome].word);
    if (hs->outcome == HL_COMPLETED) {
        buf_string(text, "in ");
        put_duration(text, hs->end.time_ns - hs->start.time_ns);
        line_put_built(line, 1, ROLE_QUIET, text);
    }
    if (files && hs->file != NULL)
        line_put_wire(line, 2, ROLE_QUIET, span_of(hs->file));
    line_end(line);
}

void human_reason(struct hl_line *line, const struct hl_handshake *hs, struct hl_buffer *text)
{
    const struct hl_alert_event *alert = fatal_alert(hs);

    if (hs->reason == NULL)
        return;
    line_tab(line, INDENT);
    if (hs->outcome == HL_FAILED && alert != NULL) {
        buf_printf(text, "the %s sent a fatal alert:", side_name(hs, alert->direction));
        line_put_built(line, 0, ROLE_PLAIN, text);
        put_code(line, 1, ROLE_BAD, reg_alert(alert->description), text);
        buf_printf(text, "(%u)", alert->description);
        line_put_built(line, 1, ROLE_QUIET, text);
    } else {
        line_put(line, 0, ROLE_PLAIN, hs->reason);
        if (hs->outcome == HL_FAILED && hs->last_message != NULL && !hs->last_message->encrypted) {
            buf_string(text, "after ");
            put_message_name(text, hs->last_message);
            line_put_built(line, 1, ROLE_PLAIN, text);
        }
        if (hs->outcome == HL_NOT_TLS) {
            struct hl_span said = hs->foreign;
            while (said.len > 60 || (said.len > 0 && memchr(said.ptr, '\r', said.len) != NULL))
                said.len--; /* a line of it, or its beginning */
            line_put(line, 0, ROLE_PLAIN, ":");
            line_put_wire(line, 1, ROLE_BAD, said);
        }
    }
    uint64_t frame = alert != NULL ? alert->at.frame : hs->closing.at.frame;
    if (hs->outcome == HL_INCOMPLETE && hs->gaps != NULL)
        frame = hs->gaps->at.frame;
    if (frame > 0) {
        buf_printf(text, "frame %llu", (unsigned long long)frame);
        line_put_built(line, 2, ROLE_QUIET, text);
    }
    line_end(line);
}

/* Without the values that only signal something. */
static unsigned count_suites(const struct hl_client_hello *hello)
{
    enum { RENEGOTIATION_SCSV = 0x00ff, FALLBACK_SCSV = 0x5600 };
    struct hl_span list = hello->cipher_suites;
    unsigned count = 0;
    uint16_t id;

    while (u16_next(&list, &id))
        count += !is_grease16(id) && id != RENEGOTIATION_SCSV && id != FALLBACK_SCSV;
    return count;
}

void human_negotiated(struct hl_line *line, const struct hl_handshake *hs, struct hl_buffer *text)
{
    if (hs->no_tls != NO_TLS_NONE)
        return;
    line_tab(line, INDENT);
    if (hs->version != 0) {
        put_code(line, 0, ROLE_VALUE, reg_version(hs->version), text);
    } else if (hs->client_hello_message != NULL && hs->client_hello.fault.kind != HL_FAULT_NONE) {
        line_put(line, 0, ROLE_PLAIN, "the client_hello is not whole");
    } else if (hs->client_hello_message != NULL) {
        line_put(line, 0, ROLE_PLAIN, "offered");
        uint16_t version, best = 0;
        struct hl_span list = hs->client_hello.supported_versions;
        while (u16_next(&list, &version)) {
            if (!is_grease16(version) && (best == 0 || version_is_newer(version, best)))
                best = version;
        }
        best = best != 0 ? best : hs->client_hello.legacy_version;
        put_code(line, 1, ROLE_VALUE, reg_version(best), text);
        const unsigned suites = count_suites(&hs->client_hello);
        buf_printf(text, "%u cipher suite%s", suites, suites == 1 ? "" : "s");
        line_put_built(line, 2, ROLE_PLAIN, text);
    } else {
        line_put(line, 0, ROLE_PLAIN, "no hello was captured");
    }
    if (hs->quic != NULL) {
        buf_string(text, "in ");
        code_name_put(text, reg_quic_version(hs->quic->version));
        line_put_built(line, 1, ROLE_VALUE, text);
        if (hs->quic->retry)
            line_put(line, 2, ROLE_PLAIN, "after Retry");
    }
    if (hs->cipher_suite <= UINT16_MAX)
        put_code(line, 2, ROLE_VALUE, reg_cipher_suite((uint16_t)hs->cipher_suite), text);
    if (hs->group != 0)
        put_code(line, 2, ROLE_VALUE, reg_group(hs->group), text);
    if (hs->server_key.dh_bits != 0) {
        buf_printf(text, "DH %u bits", hs->server_key.dh_bits);
        line_put_built(line, 2, ROLE_VALUE, text);
    }
    if (hs->alpn.len > 0)
        line_put_wire(line, 2, ROLE_VALUE, hs->alpn);
    if (hs->retry_message != NULL)
        line_put(line, 2, ROLE_PLAIN, "after a retry request");
    if (hs->resumed_by != NULL)
        line_put(line, 2, ROLE_PLAIN, "resumed");
    if (hs->early_data_offered)
        line_put(line, 2, ROLE_PLAIN, hs->early_data_accepted ? "early data accepted" : "early data offered");
    if (hs->connection.before_tls != NULL) {
        buf_printf(text, "after %s", hs->connection.before_tls);
        line_put_built(line, 2, ROLE_PLAIN, text);
    }
    line_end(line);
}

static void put_certificate(struct hl_line *line, const struct hl_handshake *hs, const struct hl_chain *chain,
                            const char *label, struct hl_buffer *text)
{
    char day[HL_X509_TIME_TEXT];

    line_tab(line, INDENT);
    line_put(line, 0, ROLE_QUIET, label);
    const struct hl_x509 *leaf = &chain->list[0]->x509;
    line_put_certificate_name(line, 1, ROLE_STRONG, &leaf->subject, &leaf->san, text);
    line_put(line, 2, ROLE_PLAIN, "issued by");
    line_put_certificate_name(line, 1, ROLE_STRONG, &leaf->issuer, NULL, text);
    if (leaf->not_after.valid) {
        x509_time_text(leaf->not_after.seconds, day);
        bool expired = leaf->not_after.seconds < hs->start.time_ns / 1000000000;
        buf_printf(text, "%s %.10s", expired ? "expired" : "until", day);
        line_put_built(line, 2, expired ? ROLE_BAD : ROLE_PLAIN, text);
    }
    put_key(text, &leaf->key);
    line_put_built(line, 2, ROLE_PLAIN, text);
    if (chain->total > 1) {
        buf_printf(text, "+%u in chain", chain->total - 1);
        line_put_built(line, 2, ROLE_QUIET, text);
    }
    line_end(line);
}

static bool is_tls13(const struct hl_handshake *hs)
{
    return version_is_tls13(hs->version);
}

static void put_certificates(struct hl_line *line, const struct hl_handshake *hs, struct hl_buffer *text)
{
    if (hs->server_chain.count > 0) {
        put_certificate(line, hs, &hs->server_chain, "certificate", text);
        human_trust(line, &hs->server_trust, "trust", text);
    } else if (hs->outcome == HL_COMPLETED || is_tls13(hs)) {
        line_tab(line, INDENT);
        line_put(line, 0, ROLE_QUIET, "certificate:");
        line_put(line, 1, ROLE_QUIET, hs->server_chain.why_absent);
        line_end(line);
    }
    if (hs->client_chain.count > 0) {
        put_certificate(line, hs, &hs->client_chain, "client certificate", text);
        human_trust(line, &hs->client_trust, "client trust", text);
    }
}

static void put_part(struct hl_line *line, const char *who, int64_t ns, struct hl_buffer *text)
{
    buf_printf(text, "%s ", who);
    put_duration(text, ns);
    line_put_built(line, 2, ROLE_PLAIN, text);
}

/* Where the time went, and how often somebody had to wait for the other. */
static void put_timing(struct hl_line *line, const struct hl_handshake *hs, struct hl_buffer *text)
{
    struct hl_timing timing;

    timing_of(hs, &timing);
    if (timing.turn_count < 2)
        return;
    line_tab(line, INDENT);
    line_put(line, 0, ROLE_QUIET, "time");
    if (timing.network_ns > 0)
        put_part(line, "network", timing.network_ns, text);
    put_part(line, "client", timing.think_ns[hs->client], text);
    put_part(line, "server", timing.think_ns[1 - hs->client], text);
    buf_printf(text, "%u round trip%s", timing.round_trips, timing.round_trips == 1 ? "" : "s");
    line_put_built(line, 2, ROLE_PLAIN, text);
    if (timing.vantage != VANTAGE_UNKNOWN) {
        buf_printf(text, timing.vantage == VANTAGE_BETWEEN ? "captured between the two" : "captured near the %s",
                   vantage_name(timing.vantage));
        line_put_built(line, 2, ROLE_QUIET, text);
    }
    line_end(line);
}

/* Somebody sent different bytes for one place in the stream. */
static void put_conflicts(struct hl_line *line, const struct hl_handshake *hs, struct hl_buffer *text)
{
    if (hs->connection.conflicts == 0)
        return;
    line_tab(line, INDENT);
    const bool one = hs->connection.conflicts == 1;
    buf_printf(text, "%u %s%s contradict%s a copy that came before; the first one counts", hs->connection.conflicts,
               hs->connection.carrier == CARRIER_DTLS ? "fragment" : "segment", one ? "" : "s", one ? "s" : "");
    line_put_built(line, 0, ROLE_DOUBT, text);
    line_end(line);
}

/* A message that breaks its own rules is worth a line. */
static void put_faults(struct hl_line *line, const struct hl_handshake *hs, struct hl_buffer *text)
{
    for (const struct hl_message *m = hs->messages; m != NULL; m = m->next) {
        if (m->fault.kind == HL_FAULT_NONE)
            continue;
        line_tab(line, INDENT);
        put_message_name(text, m);
        buf_printf(text, " from the %s, frame %llu:", side_name(hs, m->direction), (unsigned long long)m->at.frame);
        line_put_built(line, 0, ROLE_PLAIN, text);
        fault_text(text, &m->fault);
        line_put_built(line, 1, ROLE_BAD, text);
        line_end(line);
    }
}

void human_handshake(struct hl_buffer *out, const struct hl_handshake *hs, const struct hl_print_options *options)
{
    struct hl_buffer text;
    struct hl_line line = line_for(out, options, INDENT);

    buf_init(&text, PIECE_MAX);
    put_headline(&line, hs, options->files, &text);
    human_reason(&line, hs, &text);
    human_diagnosis(&line, hs, options->verbosity > 0, &text);
    human_negotiated(&line, hs, &text);
    put_certificates(&line, hs, &text);
    human_proofs(&line, hs);
    if (options->verbosity > 0)
        put_timing(&line, hs, &text);
    human_findings(&line, hs, options->verbosity > 0 ? HL_INFO : HL_MEDIUM, options->verbosity > 0, &text);
    put_conflicts(&line, hs, &text);
    if (options->verbosity != 1) /* the ladder has them in place */
        put_faults(&line, hs, &text);
    if (options->verbosity == 1)
        ladder_put(&line, hs);
    if (options->verbosity >= 2)
        fields_put(&line, hs);
    if (options->verbosity > 0)
        line_end(&line);
    buf_cleanup(&text);
}

static void put_number_of(struct hl_line *line, uint64_t count, const char *what, enum hl_role role, bool always)
{
    struct hl_buffer text;

    if (count == 0 && !always)
        return;
    buf_init(&text, PIECE_MAX);
    if (line->column > 0)
        line_put(line, 0, ROLE_PLAIN, ",");
    put_count(&text, count);
    buf_char(&text, ' ');
    buf_string(&text, what);
    line_put_built(line, line->column > 0, role, &text);
    buf_cleanup(&text);
}

/* What the judgement of certificates cost: each chain is judged once. */
static void put_judgements(struct hl_line *line, const struct hl_counters *c)
{
    if (c->certificates == 0)
        return;
    put_number_of(line, c->certificates, c->certificates == 1 ? "certificate" : "certificates", ROLE_QUIET, true);
    put_number_of(line, c->chains_judged, c->chains_judged == 1 ? "chain judged" : "chains judged", ROLE_QUIET, true);
    put_number_of(line, c->signature_checks, c->signature_checks == 1 ? "signature checked on them" : "signatures checked on them", ROLE_QUIET, true);
    put_number_of(line, c->handshake_checks, c->handshake_checks == 1 ? "on a handshake" : "on handshakes", ROLE_QUIET, true);
    line_end(line);
}

void human_summary(struct hl_buffer *out, const struct hl_counters *c, uint64_t shown,
                   const struct hl_print_options *options)
{
    struct hl_line line = line_for(out, options, 2);

    put_number_of(&line, c->handshakes, c->handshakes == 1 ? "handshake" : "handshakes", ROLE_STRONG, true);
    if (shown < c->handshakes)
        put_number_of(&line, shown, "shown", ROLE_PLAIN, true);
    put_number_of(&line, c->outcomes[HL_COMPLETED], "completed", ROLE_GOOD, false);
    put_number_of(&line, c->outcomes[HL_FAILED], "failed", ROLE_BAD, false);
    put_number_of(&line, c->outcomes[HL_NOT_TLS], "not TLS", ROLE_BAD, false);
    put_number_of(&line, c->outcomes[HL_INCOMPLETE], "incomplete", ROLE_DOUBT, false);
    put_number_of(&line, c->without_handshake, c->without_handshake == 1 ? "TLS connection without its handshake" : "TLS connections without their handshake", ROLE_PLAIN, false);
    put_number_of(&line, c->evicted, "dropped for room", ROLE_DOUBT, false);
    line_put(&line, 0, ROLE_PLAIN, ";");
    struct hl_buffer text;
    buf_init(&text, PIECE_MAX);
    put_count(&text, c->packets);
    buf_printf(&text, " packet%s, ", c->packets == 1 ? "" : "s");
    put_count(&text, c->connections);
    buf_printf(&text, " connection%s", c->connections == 1 ? "" : "s");
    line_put_built(&line, 1, ROLE_QUIET, &text);
    line_end(&line);
    buf_cleanup(&text);
    if (options->verbosity > 0)
        put_judgements(&line, c);
}

/* "214 × no-shared-version (client), from 10.1.2.0/24 to 10.9.9.9:443" */
static void put_cause(struct hl_line *line, const struct cause *cause, const struct finding_info *info)
{
    struct hl_buffer text;

    buf_init(&text, PIECE_MAX);
    put_count(&text, cause->count);
    buf_string(&text, line->ascii ? " x" : " \xc3\x97"); /* a multiplication sign */
    line_put_built(line, 0, ROLE_STRONG, &text);
    line_put(line, 1, info->severity >= HL_HIGH ? ROLE_BAD : ROLE_DOUBT, info->code);
    buf_char(&text, '(');
    cause_put_blamed(&text, cause);
    buf_string(&text, "),");
    line_put_built(line, 1, ROLE_QUIET, &text);
    buf_string(&text, "from ");
    extent_put(&text, &cause->clients, false);
    line_put_built(line, 1, ROLE_PLAIN, &text);
    buf_string(&text, "to ");
    extent_put(&text, &cause->servers, true);
    line_put_built(line, 1, ROLE_PLAIN, &text);
    line_end(line);
    buf_cleanup(&text);
}

void human_causes(struct hl_buffer *out, const struct causes *causes, const struct hl_print_options *options)
{
    enum { SEVERAL = 2 };
    enum finding_code order[FINDING_COUNT];
    const unsigned count = causes_sort(causes, SEVERAL, order);
    struct hl_line line = line_for(out, options, INDENT);

    for (unsigned i = 0; i < count; i++)
        put_cause(&line, &causes->of[order[i]], finding_info(order[i]));
}
