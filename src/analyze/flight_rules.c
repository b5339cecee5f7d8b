/* Does the server's first flight go out at once? Of handshakes that completed. */
#include "analyze/findings.h"
#include "base/code_name.h"
#include "crypto/certificate_compression.h"
#include "registry/registry.h"
#include "wire/record.h"

/* Ten segments of 1460 bytes (RFC 6928, section 2). */
#define INITIAL_WINDOW 14600u
/* A QUIC server may send three times what it received, until it has heard from the client twice (RFC 9000, section 8.1). */
#define AMPLIFICATION 3u
#define QUIC_DATAGRAM 1472u /* as much as fits into a packet of 1500 bytes; most clients send less */

enum { CERTIFICATE_STATUS = 22, MESSAGE_HEADER = 4 };

/* What the server says until the client answers. */
static uint32_t flight_size(const struct hl_handshake *hs)
{
    const struct hl_message *m = hs->messages;
    uint64_t size = 0;

    while (m != NULL && m != hs->server_hello_message)
        m = m->next;
    for (; m != NULL && m->direction != hs->client; m = m->next)
        size += m->length + MESSAGE_HEADER;
    return size < UINT32_MAX ? (uint32_t)size : UINT32_MAX;
}

/* Messages beside the certificates that are worth a word, by name. */
static void put_large_messages(struct hl_buffer *out, const struct hl_handshake *hs)
{
    enum { CERTIFICATE = 11, COMPRESSED_CERTIFICATE = 25, LARGE = 1000 };

    for (const struct hl_message *m = hs->server_hello_message; m != NULL && m->direction != hs->client; m = m->next) {
        if (m->content_type != CONTENT_HANDSHAKE || m->encrypted || m->type == CERTIFICATE || m->type == COMPRESSED_CERTIFICATE
            || m->length < LARGE)
            continue;
        buf_string(out, ", ");
        code_name_put(out, reg_handshake_type(m->type));
        buf_printf(out, " %u", m->length);
    }
}

/* What could be spared: a root that every client has, and what zlib would take off (RFC 8879). */
static void put_savings(struct hl_buffer *out, const struct hl_chain *chain)
{
    struct hl_span ders[HL_CHAIN_MAX] = { { NULL, 0 } };
    size_t all = 0;

    for (unsigned i = 0; i < chain->count; i++) {
        ders[i] = chain->list[i]->der;
        all += ders[i].len;
    }
    const struct hl_certificate *last = chain->count > 1 ? chain->list[chain->count - 1] : NULL;
    if (last != NULL && x509_is_self_issued(&last->x509))
        buf_printf(out, "; without the root it would be %zu less", last->der.len);
    const size_t deflated = certificates_deflated(ders, chain->count);
    if (deflated > 0 && deflated < all)
        buf_printf(out, "; zlib would make %zu of the certificates' %zu", deflated, all);
}

/* Where the bytes go, as far as they can be read. */
static void put_shares(struct hl_buffer *out, const struct hl_handshake *hs)
{
    const struct hl_chain *chain = &hs->server_chain;

    for (unsigned i = 0; i < chain->count; i++)
        buf_printf(out, "%s%zu", i == 0 ? "; certificates " : " + ", chain->list[i]->der.len);
    for (const struct hl_staple *staple = hs->staples; staple != NULL; staple = staple->next)
        buf_printf(out, ", OCSP response %zu", staple->response.len);
    put_large_messages(out, hs);
    if (chain->count > 0)
        put_savings(out, chain);
}

void find_flight(struct analysis *a)
{
    const struct hl_handshake *hs = a->hs;

    if (hs->outcome != HL_COMPLETED || hs->server_hello_message == NULL || hs->connection.carrier == CARRIER_DTLS)
        return;
    const bool quic = hs->connection.carrier == CARRIER_QUIC;
    uint32_t limit = INITIAL_WINDOW;
    if (quic) { /* full datagrams until the client's hello is there */
        const uint32_t hello = hs->client_hello_message != NULL ? hs->client_hello_message->length : 0;
        limit = AMPLIFICATION * QUIC_DATAGRAM * (hello / QUIC_DATAGRAM + 1);
    }
    const uint32_t size = flight_size(hs);
    if (size <= limit || (quic && hs->quic->retry)) /* after a Retry the address is known to be the client's */
        return;
    buf_printf(a->text, "the server's first flight has %u bytes, %u can go out at once", size, limit);
    put_shares(a->text, hs);
    struct hl_finding *finding = add_finding(a, FINDING_FLIGHT_LARGE, HL_LOW);
    finding->side = "server";
    finding->at = hs->server_chain.at.frame > 0 ? hs->server_chain.at : hs->server_hello_message->at;
}
