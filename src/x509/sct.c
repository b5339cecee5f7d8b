/* Certificate transparency: RFC 6962, 3.2 and 3.3. */
#include "x509/sct.h"

#include "base/visit.h"
#include "registry/registry.h"
#include "x509/parse.h"

/* struct { Version sct_version; LogID id; uint64 timestamp; CtExtensions extensions;
 *          digitally-signed struct { ... }; } SignedCertificateTimestamp (3.2) */
static struct hl_x509_sct sct_parse(struct hl_reader *r)
{
    struct hl_x509_sct sct = { .raw = rd_span(r) };

    sct.version = rd_u8(r, "sct_version");
    if (sct.version != 0) {
        (void)rd_rest(r);
        return sct;
    }
    sct.log_id = rd_bytes(r, 32, "LogID");
    sct.timestamp_ms = rd_u64(r, "timestamp");
    sct.extensions = rd_opaque16(r, 0, UINT16_MAX, "CtExtensions");
    sct.hash_algorithm = rd_u8(r, "hash_algorithm");
    sct.signature_algorithm = rd_u8(r, "signature_algorithm");
    sct.signature = rd_opaque16(r, 0, UINT16_MAX, "signature");
    der_end(r, "SignedCertificateTimestamp");
    return sct;
}

/* struct { SerializedSCT sct_list <1..2^16-1>; } SignedCertificateTimestampList (3.3) */
bool sct_list_parse(struct hl_reader *r, struct hl_arena *arena, struct hl_x509_scts *out)
{
    struct hl_reader body = rd_vec16(r, 1, UINT16_MAX, "sct_list");
    struct list scts = list_start(arena, sizeof *out->list, 4);

    while (rd_more(&body)) {
        struct hl_reader one = rd_vec16(&body, 1, UINT16_MAX, "SerializedSCT");
        struct hl_x509_sct sct = sct_parse(&one);
        struct hl_x509_sct *slot = rd_ok(&body) ? list_add(&scts) : NULL;
        if (slot != NULL)
            *slot = sct;
    }
    LIST_TAKE(*out, scts);
    return rd_end(r, "SignedCertificateTimestampList");
}

/* SignedCertificateTimestampList ::= OCTET STRING (3.3) */
void sct_octets_parse(struct hl_arena *arena, struct hl_reader *r, struct hl_x509_scts *out)
{
    struct hl_reader octets = der_enter(r, DER_OCTET_STRING, "SignedCertificateTimestampList");

    if (!sct_list_parse(&octets, arena, out))
        return; /* the fault is the reader's */
}

void sct_walk(const struct hl_x509_sct *sct, const struct hl_visitor *v)
{
    v_number(v, "version", (int64_t)sct->version + 1);
    if (sct->version != 0) {
        v_bytes(v, "raw", sct->raw);
        return;
    }

    char text[HL_X509_TIME_TEXT];
    int64_t ms = sct->timestamp_ms < INT64_MAX ? (int64_t)sct->timestamp_ms : INT64_MAX;

    x509_time_text(ms / 1000, text);
    v_bytes(v, "log_id", sct->log_id);
    v_number(v, "timestamp_ms", ms);
    v_string(v, "timestamp", text);
    if (sct->extensions.len > 0)
        v_bytes(v, "extensions", sct->extensions);
    v_code(v, "scheme",
           reg_signature_scheme((uint16_t)(sct->hash_algorithm << 8 | sct->signature_algorithm)));
    v_bytes(v, "signature", sct->signature);
}

void sct_list_walk(const struct hl_x509_scts *scts, const char *key, const struct hl_visitor *v)
{
    v_array(v, key);
    for (uint32_t i = 0; i < scts->count; i++) {
        v_object(v, NULL);
        sct_walk(&scts->list[i], v);
        v_end_object(v);
    }
    v_end_array(v);
    if (scts->dropped > 0)
        v_number(v, "timestamps_dropped", scts->dropped);
}
