/* What QUIC says about itself: its versions, its own errors, and packets that nobody answers. */
#include "analyze/diagnosis.h"
#include "base/code_name.h"
#include "base/reader.h"
#include "registry/registry.h"
#include "wire/quic.h"

/* Whose fault an error is, as its sender tells it (RFC 9000, section 20.1). */
static enum hl_blame blame_of(const struct hl_handshake *hs)
{
    static const bool own[] = { [0x00] = true, [0x01] = true, [0x02] = true, [0x0c] = true, [0x0f] = true, [0x10] = true };
    const uint64_t code = hs->quic->error_code;
    const bool sender = hs->quic->closed_by_application || code >= sizeof own / sizeof own[0] || own[code];
    const bool client = (hs->quic->closed_by == hs->client) == sender;

    return client ? HL_BLAME_CLIENT : HL_BLAME_SERVER;
}

static void put_error(struct hl_buffer *out, const struct hl_quic_facts *quic)
{
    const char *name = quic->closed_by_application ? NULL : quic_error_name(quic->error_code);

    if (name != NULL)
        buf_printf(out, "%s (0x%llx)", name, (unsigned long long)quic->error_code);
    else
        buf_printf(out, "error 0x%llx%s", (unsigned long long)quic->error_code,
                   quic->closed_by_application ? " of its application" : "");
    if (quic->reason_phrase.len > 0) {
        buf_string(out, ": \"");
        buf_span(out, quic->reason_phrase);
        buf_char(out, '"');
    }
}

static bool closed(struct diagnosing *d)
{
    const struct hl_quic_facts *quic = d->hs->quic;

    if (!quic->closed || d->alert != NULL)
        return false;
    buf_printf(d->text, "the %s closes the connection with ", quic->closed_by == d->hs->client ? "client" : "server");
    put_error(d->text, quic);
    struct hl_diagnosis *diagnosis = add_diagnosis(d, FINDING_QUIC_CONNECTION_CLOSED, blame_of(d->hs), HL_LIKELY);
    add_evidence(d, diagnosis, quic->closed_at, "CONNECTION_CLOSE");
    return true;
}

/* RFC 9000, section 15: versions of this form are only there to be refused. */
static void put_versions(struct hl_buffer *out, struct hl_span versions)
{
    struct hl_fault fault;
    struct hl_reader r = rd_init(versions, &fault);
    bool first = true;

    for (unsigned listed = 0; rd_more(&r) && listed < 16; listed++) {
        const uint32_t version = rd_u32(&r, "version");
        if (!rd_ok(&r) || is_grease_quic_version(version))
            continue;
        buf_string(out, first ? "" : ", ");
        code_name_put(out, reg_quic_version(version));
        first = false;
    }
}

static bool version_refused(struct diagnosing *d)
{
    const struct hl_handshake *hs = d->hs;

    if (hs->quic->versions.len == 0 || hs->server_hello_message != NULL)
        return false;
    buf_string(d->text, "the client speaks ");
    code_name_put(d->text, reg_quic_version(hs->quic->version));
    buf_string(d->text, ", the server ");
    put_versions(d->text, hs->quic->versions);
    const bool current = hs->quic->version == 1;
    struct hl_diagnosis *diagnosis =
        add_diagnosis(d, FINDING_QUIC_VERSION_UNSUPPORTED, current ? HL_BLAME_SERVER : HL_BLAME_CLIENT, HL_CERTAIN);
    add_evidence(d, diagnosis, hs->connection.first, "the client's first packet");
    return true;
}

/* Sent again, and nothing came back. One packet alone may be the end of the capture. */
static bool unanswered(struct diagnosing *d)
{
    const struct hl_handshake *hs = d->hs;

    if (hs->connection.packets[1 - hs->client] > 0 || d->stage != STAGE_CLIENT_HELLO || hs->connection.resent[hs->client] == 0)
        return false;
    buf_string(d->text, "the client hello is sent again, and nothing comes back: UDP does not get through to this port, or nobody "
                        "speaks QUIC there");
    struct hl_diagnosis *diagnosis = add_diagnosis(d, FINDING_NO_REPLY_TO_CLIENT_HELLO, HL_BLAME_NETWORK, HL_LIKELY);
    add_evidence(d, diagnosis, hs->client_hello_message->at, "the client hello");
    return true;
}

bool diagnose_quic(struct diagnosing *d)
{
    if (d->hs->quic == NULL || d->hs->outcome == HL_COMPLETED)
        return false;
    return closed(d) || version_refused(d) || unanswered(d);
}
