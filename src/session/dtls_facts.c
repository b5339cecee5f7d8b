#include "session/dtls_facts.h"

/* The last two bits of an epoch (RFC 9147, section 6.1): 2 is the handshake, 3 the first keys of the application. */
enum { EPOCH_BITS = 3, HANDSHAKE_BITS = 2 };

/* A handshake header is 8 bytes longer than in TLS (RFC 9147, section 5.2). An ACK of one or two records is shorter
 * than a Finished (section 7): 2 + 16 each, the content type, a tag. */
#define DTLS13_FINISHED_MIN (TLS13_FINISHED_MIN + 8u)
/* An ACK of one record; an alert is shorter. */
#define DTLS13_ACK_MIN (2u + 16u + 1u + 8u)

void dtls_fill_connection(struct hl_connection *connection, const struct hl_dtls *dtls)
{
    for (unsigned d = 0; d < 2; d++) {
        connection->resent[d] = dtls->resent[d];
        connection->retransmitted += dtls->resent[d];
    }
    connection->conflicts += dtls->conflicts;
    connection->gaps += dtls->gaps;
}

/* What a side is to be called in the records that it gets; false when it says nothing about it. */
static bool connection_id(struct hl_span extensions, size_t *length)
{
    enum { EXT_CONNECTION_ID = 54 };
    struct hl_fault fault;
    struct hl_span body;

    if (!extension_find(extensions, EXT_CONNECTION_ID, &body))
        return false;
    struct hl_reader r = rd_init(body, &fault);
    *length = rd_opaque8(&r, 0, UINT8_MAX, "cid").len;
    return rd_end(&r, "connection_id");
}

size_t dtls_cid_length(const struct hl_handshake *hs, unsigned direction)
{
    size_t of_client, of_server;

    if (!connection_id(handshake_hello(hs)->extensions, &of_client)
        || !connection_id(hs->server_hello.extensions, &of_server))
        return DTLS_CID_UNKNOWN;
    return direction == hs->client ? of_server : of_client;
}

void dtls_note_resent(struct hl_handshake *hs, unsigned direction, const uint16_t *message_seq)
{
    struct hl_message *last = NULL;

    for (struct hl_message *m = hs->messages; m != NULL; m = m->next) {
        bool fits = message_seq == NULL ? m->encrypted : !m->encrypted && m->message_seq == *message_seq;
        if (fits && m->direction == direction && m->content_type == CONTENT_HANDSHAKE)
            last = m;
    }
    if (last != NULL && last->resent < UINT16_MAX)
        last->resent++;
}

static bool is_plain(const struct hl_message *m, unsigned direction)
{
    return m->content_type == CONTENT_HANDSHAKE && m->direction == direction && !m->encrypted && !m->decrypted;
}

static void sort_direction(struct hl_handshake *hs, unsigned direction)
{
    struct hl_message *last_plain = NULL, *moved = NULL, **moved_end = &moved, **link = &hs->messages;

    for (struct hl_message *m = hs->messages; m != NULL; m = m->next)
        last_plain = is_plain(m, direction) ? m : last_plain;
    if (last_plain == NULL)
        return;
    while (*link != last_plain) {
        struct hl_message *m = *link;
        if (!m->decrypted || m->direction != direction) {
            link = &m->next;
            continue;
        }
        *link = m->next;
        *moved_end = m;
        moved_end = &m->next;
    }
    if (moved == NULL)
        return;
    *moved_end = last_plain->next;
    last_plain->next = moved;
    for (struct hl_message *m = last_plain; m != NULL; m = m->next)
        hs->last_message = m;
}

void dtls_sort_messages(struct hl_handshake *hs)
{
    sort_direction(hs, 0);
    sort_direction(hs, 1);
}

void dtls13_note_record(struct hl_progress *p, bool from_client, const struct hl_raw_record *record)
{
    const uint32_t length = record->header.length;
    const bool handshake = (record->epoch & EPOCH_BITS) == HANDSHAKE_BITS;

    if (!p->server_hello)
        return;
    if (handshake) {
        p->server_flight |= !from_client && length >= DTLS13_FINISHED_MIN;
        p->client_finished |= from_client && length >= DTLS13_FINISHED_MIN;
        return;
    }
    /* The client has these keys, and uses them, when it is done (RFC 9147, section 5.8.1); what the server sends then
     * is an ACK, a ticket or content. */
    p->client_finished |= from_client && p->server_flight;
    p->client_content += from_client ? length : 0;
    p->server_content |= !from_client && p->client_finished && length >= DTLS13_ACK_MIN;
    p->server_alert |= !from_client && p->client_finished && length < DTLS13_ACK_MIN;
}
