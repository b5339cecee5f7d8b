#include "registry/registry.h"
#include "report/walk_parts.h"
#include "wire/message.h"
#include "wire/record.h"

enum { CERTIFICATE = 11 };

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
    if (message->certificate.len == 0 || w->once)
        return;
    v_object(w->v, "certificate");
    message_walk(CERTIFICATE, message->certificate, false, &ctx, w->v, NULL);
    v_end_object(w->v);
}

/* Hellos and certificates have places of their own in the document. */
static bool is_shown_elsewhere(const struct hl_handshake *hs, const struct hl_message *message)
{
    return message == hs->client_hello_message || message == hs->retried_hello_message || message == hs->retry_message
           || message == hs->server_hello_message || message->type == CERTIFICATE;
}

static void walk_message(const struct walk *w, const struct hl_message *message)
{
    v_object(w->v, NULL);
    walk_frame(w, message->at);
    v_string(w->v, "from", walk_side(w, message->direction));
    if (message->content_type != CONTENT_HANDSHAKE || message->encrypted) {
        v_null(w->v, "type");
        v_code(w->v, "content_type", reg_content_type(message->content_type));
    } else {
        v_code(w->v, "type", message->ssl2 ? reg_ssl2_message(message->type) : reg_handshake_type(message->type));
    }
    v_number(w->v, "length", message->length);
    v_number(w->v, "time_us", walk_since_start_us(w, message->at));
    v_bool(w->v, "encrypted", message->encrypted);
    if (message->decrypted)
        v_bool(w->v, "decrypted", true);
    if (message->ssl2)
        v_bool(w->v, "ssl2", true);
    if (message->numbered && !message->encrypted && message->content_type == CONTENT_HANDSHAKE)
        v_number(w->v, "message_seq", message->message_seq);
    if (message->resent > 0)
        v_number(w->v, "resent", message->resent);
    if (message->records > 1)
        v_number(w->v, "records", message->records);
    if (message->cut)
        v_number(w->v, "captured", (int64_t)message->body.len);
    if (message->fault.kind != HL_FAULT_NONE)
        v_fault(w->v, "fault", &message->fault);
    bool plain = message->content_type == CONTENT_HANDSHAKE && !message->encrypted && !message->ssl2;
    if (w->all && plain && !(w->once && is_shown_elsewhere(w->hs, message)))
        walk_message_fields(w, message);
    v_end_object(w->v);
}

void walk_messages(const struct walk *w)
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
        walk_frame(w, m->at);
        v_string(w->v, "from", walk_side(w, m->direction));
        v_number(w->v, "time_us", walk_since_start_us(w, m->at));
        v_end_object(w->v);
    }
    v_end_array(w->v);
}

void walk_alerts(const struct walk *w)
{
    const struct hl_handshake *hs = w->hs;

    v_array(w->v, "alerts");
    for (const struct hl_alert_event *alert = hs->alerts; alert != NULL; alert = alert->next) {
        v_object(w->v, NULL);
        walk_frame(w, alert->at);
        v_string(w->v, "from", walk_side(w, alert->direction));
        if (alert->encrypted) {
            v_null(w->v, "level");
            v_null(w->v, "description");
        } else {
            v_code(w->v, "level", reg_alert_level(alert->level));
            v_code(w->v, "description", reg_alert(alert->description));
        }
        v_number(w->v, "time_us", walk_since_start_us(w, alert->at));
        v_bool(w->v, "encrypted", alert->encrypted);
        if (alert->decrypted)
            v_bool(w->v, "decrypted", true);
        v_end_object(w->v);
    }
    v_end_array(w->v);
    if (hs->alerts_dropped > 0)
        v_number(w->v, "alerts_not_shown", hs->alerts_dropped);
}
