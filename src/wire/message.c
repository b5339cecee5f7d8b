#include "wire/message.h"

#include "registry/registry.h"
#include "wire/small.h"

/* By number: RFC 8446, section 4 and IANA's registry of handshake types. */
static message_decode_fn *const decoders[256] = {
    [0] = message_empty, /* hello_request */
    [1] = message_client_hello,
    [2] = message_server_hello,
    [3] = message_hello_verify_request,
    [4] = message_new_session_ticket,
    [5] = message_empty, /* end_of_early_data */
    [6] = message_hello_retry_request,
    [8] = message_encrypted_extensions,
    [9] = message_request_connection_id,
    [10] = message_new_connection_id,
    [11] = message_certificate,
    [12] = message_server_key_exchange,
    [13] = message_certificate_request,
    [14] = message_empty, /* server_hello_done */
    [15] = message_certificate_verify,
    [16] = message_client_key_exchange,
    [17] = message_certificate_request, /* client_certificate_request: RFC 9261, section 4 */
    [20] = message_finished,
    [21] = message_certificate_url,
    [22] = message_certificate_status,
    [23] = message_supplemental_data,
    [24] = message_key_update,
    [25] = message_compressed_certificate,
    [67] = message_next_protocol,
    [203] = message_channel_id,
};

bool message_walk(uint8_t type, struct hl_span body, bool cut, const struct hl_message_context *ctx,
                  const struct hl_visitor *v, struct hl_fault *fault)
{
    static const struct hl_message_context nothing_known;
    const char *name = reg_handshake_type(type).name;
    message_decode_fn *decode = decoders[type] != NULL ? decoders[type] : message_opaque;
    struct hl_fault own;

    if (fault == NULL)
        fault = &own;
    struct hl_reader r = cut ? rd_init_cut(body, fault) : rd_init(body, fault);
    decode(&r, v, ctx != NULL ? ctx : &nothing_known);
    bool ok = rd_end(&r, name != NULL ? name : "handshake");
    if (!ok)
        v_fault(v, "fault", fault);
    return ok;
}
