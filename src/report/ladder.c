#include "report/ladder.h"

#include "base/text.h"
#include "registry/registry.h"
#include "base/code_name.h"
#include "report/format.h"
#include "wire/record.h"

#define PIECE_MAX ((size_t)2 << 10)

enum { FRAME_COLUMN = 4, TIME_COLUMN = 13, ARROW_COLUMN = 25 };

void fault_text(struct hl_buffer *out, const struct hl_fault *fault)
{
    buf_printf(out, "%s: ", fault->field);
    switch (fault->kind) {
    case HL_FAULT_TRUNCATED:
        buf_printf(out, "cut short at byte %zu", fault->offset);
        break;
    case HL_FAULT_OVERRUN:
        buf_printf(out, "runs past what holds it at byte %zu (needs %zu, has %zu)", fault->offset, fault->need,
                   fault->have);
        break;
    case HL_FAULT_BOUNDS:
        buf_printf(out, "impossible length %zu at byte %zu", fault->need, fault->offset);
        break;
    case HL_FAULT_TRAILING:
        buf_printf(out, "%zu bytes too many at byte %zu", fault->have, fault->offset);
        break;
    case HL_FAULT_VALUE:
        buf_printf(out, "forbidden value %zu at byte %zu", fault->need, fault->offset);
        break;
    case HL_FAULT_NONE:
        buf_string(out, "no fault");
        break;
    }
}

/* frame, time since the start, an arrow in the direction of travel */
static void put_start(struct hl_line *line, const struct hl_handshake *hs, struct hl_moment at, unsigned direction,
                      struct hl_buffer *text)
{
    line_tab(line, FRAME_COLUMN);
    buf_printf(text, "%8llu", (unsigned long long)at.frame);
    line_put_built(line, 0, ROLE_QUIET, text);
    line_tab(line, TIME_COLUMN);
    buf_printf(text, "%9.1f ms", (double)(at.time_ns - hs->start.time_ns) / 1e6);
    line_put_built(line, 0, ROLE_QUIET, text);
    line_tab(line, ARROW_COLUMN);
    line_put(line, 1, ROLE_PLAIN, direction == hs->client ? "client \xe2\x94\x80\xe2\x96\xb6" : "\xe2\x97\x80\xe2\x94\x80 server");
}

static void put_message(struct hl_line *line, const struct hl_handshake *hs, const struct hl_message *m,
                        struct hl_buffer *text)
{
    put_start(line, hs, m->at, m->direction, text);
    if (m->encrypted) {
        code_name_put(text, reg_content_type(m->content_type));
        buf_string(text, ", encrypted");
        line_put_built(line, 2, ROLE_QUIET, text);
    } else if (m->content_type == CONTENT_CHANGE_CIPHER_SPEC) {
        line_put(line, 2, ROLE_QUIET, "change_cipher_spec");
    } else if (m->content_type == CONTENT_APPLICATION_DATA) {
        line_put(line, 2, ROLE_QUIET, "application_data");
    } else if (m->content_type != CONTENT_HANDSHAKE) {
        buf_string(text, "record of content type ");
        code_name_put(text, reg_content_type(m->content_type));
        line_put_built(line, 2, ROLE_DOUBT, text);
    } else if (m == hs->retry_message) {
        line_put(line, 2, ROLE_VALUE, "hello_retry_request");
    } else {
        code_name_put(text, m->ssl2 ? reg_ssl2_message(m->type) : reg_handshake_type(m->type));
        line_put_built(line, 2, ROLE_VALUE, text);
    }
    buf_printf(text, "%u byte%s", m->length, m->length == 1 ? "" : "s");
    if (m->records > 1)
        buf_printf(text, " in %u records", m->records);
    if (m->cut)
        buf_printf(text, ", %zu captured", m->body.len);
    if (m->decrypted)
        buf_string(text, ", decrypted");
    line_put_built(line, 2, ROLE_QUIET, text);
    if (m->at.file != hs->connection.first.file && hs->files != NULL)
        line_put_wire(line, 2, ROLE_QUIET, span_of(hs->files[m->at.file]));
    line_end(line);
    if (m->fault.kind != HL_FAULT_NONE) {
        unsigned indent = line->indent;
        line->indent = ARROW_COLUMN + 1;
        line_tab(line, line->indent);
        fault_text(text, &m->fault);
        line_put_built(line, 0, ROLE_BAD, text);
        line_end(line);
        line->indent = indent;
    }
}

static void put_alert(struct hl_line *line, const struct hl_handshake *hs, const struct hl_alert_event *alert,
                      struct hl_buffer *text)
{
    put_start(line, hs, alert->at, alert->direction, text);
    buf_string(text, "alert");
    if (alert->encrypted) {
        buf_string(text, ", encrypted");
    } else {
        buf_string(text, ": ");
        code_name_put(text, reg_alert_level(alert->level));
        buf_char(text, ' ');
        code_name_put(text, reg_alert(alert->description));
        if (alert->decrypted)
            buf_string(text, ", decrypted");
    }
    line_put_built(line, 2, !alert->encrypted && alert->level == 2 ? ROLE_BAD : ROLE_PLAIN, text);
    line_end(line);
}

static void put_gap(struct hl_line *line, const struct hl_handshake *hs, const struct hl_gap *gap,
                    struct hl_buffer *text)
{
    put_start(line, hs, gap->at, gap->direction, text);
    buf_printf(text, "%llu byte%s missing in the capture", (unsigned long long)gap->length, gap->length == 1 ? "" : "s");
    line_put_built(line, 2, ROLE_DOUBT, text);
    line_end(line);
}

void ladder_put(struct hl_line *line, const struct hl_handshake *hs)
{
    const struct hl_message *m = hs->messages;
    const struct hl_alert_event *alert = hs->alerts;
    const struct hl_gap *gap = hs->gaps;
    struct hl_buffer text;

    buf_init(&text, PIECE_MAX);
    put_time(&text, hs->start.time_ns);
    line_tab(line, FRAME_COLUMN);
    line_put_built(line, 0, ROLE_QUIET, &text);
    line_end(line);
    while (m != NULL || alert != NULL || gap != NULL) {
        bool gap_first = gap != NULL && (m == NULL || moment_before(gap->at, m->at))
                         && (alert == NULL || moment_before(gap->at, alert->at));
        bool alert_first = alert != NULL && (m == NULL || moment_before(alert->at, m->at));
        if (gap_first || (m == NULL && alert == NULL)) {
            put_gap(line, hs, gap, &text);
            gap = gap->next;
        } else if (alert_first) {
            put_alert(line, hs, alert, &text);
            alert = alert->next;
        } else {
            put_message(line, hs, m, &text);
            m = m->next;
        }
    }
    if (hs->outcome == HL_NOT_TLS) {
        line_tab(line, ARROW_COLUMN + 1);
        line_put(line, 0, ROLE_BAD, "and then no TLS");
        line_end(line);
    }
    if (hs->messages_dropped > 0) {
        line_tab(line, ARROW_COLUMN + 1);
        buf_printf(&text, "and %u more", hs->messages_dropped);
        line_put_built(line, 0, ROLE_QUIET, &text);
        line_end(line);
    }
    buf_cleanup(&text);
}
