#include "probe/resumption.h"

#include "crypto/prf.h"
#include "probe/socket.h"
#include "session/conclude.h"
#include "wire/key_exchange.h"

#include <string.h>

enum { TLS13 = 0x0304, NEW_SESSION_TICKET = 4, EARLY_DATA = 42 };

static const char malformed[] = "the ticket is malformed";

static void take_ticket(struct resumption *out, const struct hl_new_session_ticket *ticket)
{
    if (ticket->ticket.len > RESUMPTION_TICKET_MAX) {
        out->ticket_fault = "the ticket is too long to be tried";
        return;
    }
    out->ticket_length = ticket->ticket.len;
    if (out->ticket_length > 0)
        memcpy(out->ticket, ticket->ticket.ptr, ticket->ticket.len);
}

static bool parse_ticket(const struct hl_message *message, bool tls13, struct hl_new_session_ticket *ticket)
{
    struct hl_fault fault;
    struct hl_reader r = message_reader(message, &fault);

    return new_session_ticket_parse(&r, tls13, ticket) && !message->cut;
}

void resumption_take_older(struct resumption *out, const struct hl_handshake *hs, const uint8_t master[MASTER_SECRET_LENGTH])
{
    const struct hl_message *message = find_message(hs, NEW_SESSION_TICKET, 1 - hs->client);
    const struct hl_span id = hs->server_hello.session_id;
    struct hl_new_session_ticket ticket;

    *out = (struct resumption){ .version = hs->server_hello.version, .suite = hs->server_hello.cipher_suite };
    memcpy(out->master, master, sizeof out->master);
    if (id.len > 0 && id.len <= sizeof out->id) {
        memcpy(out->id, id.ptr, id.len);
        out->id_length = id.len;
    }
    if (message == NULL)
        return;
    if (parse_ticket(message, false, &ticket))
        take_ticket(out, &ticket);
    else
        out->ticket_fault = malformed;
}

/* RFC 8446, section 4.2.10: max_early_data_size; 0 without it. False: it is malformed. */
static bool read_early_data(struct hl_span extensions, uint32_t *max)
{
    struct hl_span data;
    struct hl_fault fault;

    *max = 0;
    if (!extension_find(extensions, EARLY_DATA, &data))
        return true;
    struct hl_reader r = rd_init(data, &fault);
    *max = rd_u32(&r, "max_early_data_size");
    return rd_end(&r, "EarlyDataIndication");
}

void resumption_take_ticket(struct resumption *out, const struct hl_handshake *hs, const struct hl_message *message,
                            const struct cipher_spec *spec, const struct secret *secret)
{
    struct hl_new_session_ticket ticket;

    if (out->version == TLS13)
        return;
    *out = (struct resumption){ .version = TLS13, .suite = hs->server_hello.cipher_suite, .group = hs->server_hello.group,
                                .received_ns = clock_monotonic() };
    if (!parse_ticket(message, true, &ticket) || !read_early_data(ticket.extensions, &out->early_data_max)) {
        out->ticket_fault = malformed;
        return;
    }
    out->has_ticket = true;
    out->age_add = ticket.age_add;
    out->ticket_is_void = ticket.lifetime == 0;
    if (out->ticket_is_void)
        return;
    if (tls13_resumption_psk(spec, secret_span(secret), ticket.nonce, &out->psk))
        take_ticket(out, &ticket);
    else
        out->ticket_fault = "the key of the ticket cannot be made";
}

bool resumption_offers(const struct resumption *resumption, enum resumption_kind kind)
{
    switch (kind) {
    case RESUMPTION_BY_ID: return resumption->version != 0 && resumption->version < TLS13 && resumption->id_length > 0;
    case RESUMPTION_BY_TICKET: return resumption->version != 0 && resumption->version < TLS13 && resumption->ticket_length > 0;
    case RESUMPTION_BY_PSK: return resumption->version == TLS13 && resumption->ticket_length > 0;
    case RESUMPTION_NONE: break;
    }
    return false;
}

void resumption_put(const struct resumption *resumption, enum resumption_kind kind, struct hello *hello)
{
    const struct hl_span ticket = { resumption->ticket, resumption->ticket_length };

    switch (kind) {
    case RESUMPTION_BY_ID:
        hello->resumed_id = (struct hl_span){ resumption->id, resumption->id_length };
        break;
    case RESUMPTION_BY_TICKET: /* its session id is any: the server echoes it (RFC 5077, section 3.4) */
        hello->session_ticket = hello->has_session_id = true;
        hello->ticket = ticket;
        break;
    case RESUMPTION_BY_PSK:
        hello->psk = ticket;
        hello->psk_age = (uint32_t)((clock_monotonic() - resumption->received_ns) / 1000000) + resumption->age_add;
        hello->binder_length = (unsigned)resumption->psk.length;
        break;
    case RESUMPTION_NONE: break;
    }
}

bool resumption_bind(const struct resumption *resumption, struct hl_buffer *message)
{
    const struct hl_span nothing = { NULL, 0 };
    const size_t binder = resumption->psk.length, binders = 2 + 1 + binder; /* their lengths are not hashed, either */
    struct cipher_spec spec;
    struct secret early, key, value;
    uint8_t digest[DIGEST_LENGTH_MAX];

    if (message->failed || message->len < binders || binder == 0 || !cipher_spec_of(resumption->suite, TLS13, &spec))
        return false;
    const struct hl_span hash = { digest, schedule_transcript_hash(&spec, (struct hl_span){ message->data, message->len - binders }, digest) };
    const bool bound = tls13_early_secret(&spec, secret_span(&resumption->psk), &early)
                       && tls13_derive(&spec, TLS13_RESUMPTION_BINDER, secret_span(&early), nothing, &key)
                       && tls13_finished(&spec, secret_span(&key), hash, &value) && value.length == binder;
    if (bound)
        memcpy(message->data + message->len - binder, value.bytes, binder); /* which is no secret */
    wipe(&early, sizeof early);
    wipe(&key, sizeof key);
    return bound;
}

void resumption_wipe(struct resumption *resumption)
{
    wipe(resumption, sizeof *resumption);
}
