/* What QUIC says beside the handshake. */
#include "base/reader.h"
#include "registry/registry.h"
#include "report/walk_parts.h"
#include "wire/quic.h"

static void walk_close(const struct walk *w, const struct hl_quic_facts *quic)
{
    const char *name = quic->closed_by_application ? NULL : quic_error_name(quic->error_code);

    v_object(w->v, "closed");
    walk_frame(w, quic->closed_at);
    v_string(w->v, "by", walk_side(w, quic->closed_by));
    v_bool(w->v, "application", quic->closed_by_application);
    v_object(w->v, "error");
    v_number(w->v, "id", (int64_t)quic->error_code);
    if (name != NULL)
        v_string(w->v, "name", name);
    else
        v_null(w->v, "name");
    v_end_object(w->v);
    if (!quic->closed_by_application)
        v_number(w->v, "frame_type", (int64_t)quic->frame_type);
    v_text(w->v, "reason_phrase", quic->reason_phrase);
    v_end_object(w->v);
}

void walk_quic(const struct walk *w)
{
    const struct hl_quic_facts *quic = w->hs->quic;
    struct hl_fault fault;

    if (quic == NULL)
        return;
    v_object(w->v, "quic");
    if (quic->version != 0)
        v_code(w->v, "version", reg_quic_version(quic->version));
    else
        v_null(w->v, "version");
    v_bytes(w->v, "original_destination_connection_id", quic->destination_id);
    v_bytes(w->v, "client_connection_id", quic->client_id);
    v_bytes(w->v, "server_connection_id", quic->server_id);
    v_bool(w->v, "retry", quic->retry);
    struct hl_reader r = rd_init(quic->versions, &fault);
    v_array(w->v, "version_negotiation");
    while (rd_left(&r) >= 4)
        v_code(w->v, NULL, reg_quic_version(rd_u32(&r, "version")));
    v_end_array(w->v);
    if (quic->closed)
        walk_close(w, quic);
    else
        v_null(w->v, "closed");
    v_end_object(w->v);
}
