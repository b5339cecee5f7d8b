#include "report/step_words.h"

#include "base/code_name.h"
#include "base/text.h"
#include "registry/registry.h"
#include "wire/quic.h"
#include "wire/record.h"

/* Of what was said instead of TLS: a line, or its beginning. */
#define SAID_SHOWN 60u

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

/* What one side said instead of TLS, and which; empty: nothing is known. */
struct hl_span said_instead(const struct hl_handshake *hs, unsigned *direction)
{
    const struct hl_connection *c = &hs->connection;

    *direction = hs->no_tls == NO_TLS_OTHER_CLIENT ? hs->client : 1 - hs->client;
    if (hs->no_tls == NO_TLS_STARTTLS_REFUSED)
        return span_last_answer(c->foreign[*direction], c->foreign[1 - *direction]);
    if (hs->no_tls == NO_TLS_PROXY_REFUSED)
        return c->foreign[*direction];
    return hs->outcome == HL_NOT_TLS ? hs->foreign : (struct hl_span){ 0 };
}

static void put_bytes(struct hl_buffer *out, uint64_t count)
{
    buf_printf(out, "%llu byte%s", (unsigned long long)count, count == 1 ? "" : "s");
}

void tell_message(struct steps *steps, const struct hl_message *m, struct step *step)
{
    const struct hl_handshake *hs = steps->hs;
    struct hl_buffer *name = &steps->name;
    const bool handshake = m->content_type == CONTENT_HANDSHAKE;

    step->role = handshake && !m->encrypted ? ROLE_VALUE : ROLE_QUIET;
    if (m->encrypted) {
        code_name_put(name, reg_content_type(m->content_type));
        buf_string(name, ", encrypted");
    } else if (m->content_type == CONTENT_CHANGE_CIPHER_SPEC || m->content_type == CONTENT_APPLICATION_DATA) {
        code_name_put(name, reg_content_type(m->content_type));
    } else if (!handshake) {
        step->role = ROLE_DOUBT;
        buf_string(name, "record of content type ");
        code_name_put(name, reg_content_type(m->content_type));
    } else if (m == hs->retry_message) {
        buf_string(name, "hello_retry_request");
    } else {
        code_name_put(name, m->ssl2 ? reg_ssl2_message(m->type) : reg_handshake_type(m->type));
    }
    put_bytes(&steps->detail, m->length);
    if (m->records > 1)
        buf_printf(&steps->detail, " in %u records", m->records);
    if (m->cut)
        buf_printf(&steps->detail, ", %zu captured", m->body.len);
    if (m->decrypted)
        buf_string(&steps->detail, ", decrypted");
    if (m->resent > 0)
        buf_printf(&steps->detail, ", sent again %u time%s", m->resent, m->resent == 1 ? "" : "s");
    if (m->at.file != hs->connection.first.file && hs->files != NULL) {
        buf_string(&steps->detail, ", in ");
        text_put_safe(&steps->detail, span_of(hs->files[m->at.file]));
    }
    if (m->fault.kind != HL_FAULT_NONE)
        fault_text(&steps->fault, &m->fault);
    step->sealed = m->encrypted;
}

void tell_alert(struct steps *steps, const struct hl_alert_event *alert, struct step *step)
{
    struct hl_buffer *name = &steps->name;

    buf_string(name, alert->encrypted ? "alert, encrypted" : "alert: ");
    if (!alert->encrypted) {
        code_name_put(name, reg_alert_level(alert->level));
        buf_char(name, ' ');
        code_name_put(name, reg_alert(alert->description));
        if (alert->decrypted)
            buf_string(&steps->detail, "decrypted");
    }
    step->role = !alert->encrypted && alert->level == 2 ? ROLE_BAD : ROLE_PLAIN;
    step->sealed = alert->encrypted;
}

void tell_gap(struct steps *steps, const struct hl_gap *gap, struct step *step)
{
    if (gap->length > 0)
        put_bytes(&steps->name, gap->length);
    else
        buf_string(&steps->name, "messages"); /* DTLS: how many bytes they have is not known */
    buf_string(&steps->name, " missing in the capture");
    step->role = ROLE_DOUBT;
}

void tell_said(struct steps *steps, struct step *step)
{
    unsigned direction;
    struct hl_span said = said_instead(steps->hs, &direction);
    size_t length = 0; /* of its first line */

    while (length < said.len && length < SAID_SHOWN && said.ptr[length] != '\r' && said.ptr[length] != '\n')
        length++;
    buf_string(&steps->name, "no TLS: ");
    text_put_safe(&steps->name, (struct hl_span){ said.ptr, length });
    step->direction = (int)direction;
    step->role = ROLE_BAD;
}

/* CONNECTION_CLOSE (RFC 9000, section 19.19). */
static void put_quic_close(struct hl_buffer *out, const struct hl_quic_facts *quic)
{
    const char *name = quic->closed_by_application ? NULL : quic_error_name(quic->error_code);

    buf_string(out, "closes QUIC: ");
    if (name != NULL)
        buf_string(out, name);
    else
        buf_printf(out, "%serror 0x%llx", quic->closed_by_application ? "application " : "",
                   (unsigned long long)quic->error_code);
}

void tell_closing(struct steps *steps, struct step *step)
{
    static const char *const words[] = {
        [CLOSE_END_OF_CAPTURE] = "the capture has no end of the connection",
        [CLOSE_FIN] = "closes the connection (FIN)",
        [CLOSE_RESET] = "resets the connection (RST)",
        [CLOSE_REUSED] = "another connection takes the same ports",
    };
    const struct hl_closing *closing = &steps->closing;

    if (steps->hs->quic != NULL && steps->hs->quic->closed)
        put_quic_close(&steps->name, steps->hs->quic);
    else
        buf_string(&steps->name, words[closing->how]);
    step->at = closing->how == CLOSE_END_OF_CAPTURE ? (struct hl_moment){ 0 } : closing->at;
    step->direction = closing->how == CLOSE_FIN || closing->how == CLOSE_RESET ? closing->direction : -1;
    step->role = closing->how == CLOSE_RESET ? ROLE_BAD : ROLE_QUIET;
}

bool tell_count(struct steps *steps, unsigned count, struct step *step)
{
    const struct hl_handshake *hs = steps->hs;
    const struct hl_connection *c = &hs->connection;
    const unsigned direction = count < 2 ? hs->client : 1 - hs->client;
    const char *side = count < 2 ? "client" : "server";

    step->role = ROLE_DOUBT;
    step->direction = -1;
    if (count == STEP_COUNTS - 1) {
        if (hs->messages_dropped > 0)
            buf_printf(&steps->name, "and %u more messages", hs->messages_dropped);
    } else if (count % 2 == 0) {
        if (c->resent[direction] > 0)
            buf_printf(&steps->name, "the %s sent %u %s%s again", side, c->resent[direction],
                       c->carrier == CARRIER_TCP ? "segment" : "datagram", c->resent[direction] == 1 ? "" : "s");
    } else if (hs->outcome != HL_COMPLETED && c->unacknowledged[direction] > 0) {
        put_bytes(&steps->name, c->unacknowledged[direction]);
        buf_printf(&steps->name, " of the %s never acknowledged", side);
    }
    return steps->name.len > 0;
}
