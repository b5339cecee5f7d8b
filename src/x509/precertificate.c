#include "x509/precertificate.h"

#include "x509/der.h"

/* How many bytes a tag and a minimal length take, in front of `length` bytes. */
static size_t header_length(size_t length)
{
    size_t bytes = 2;

    for (size_t rest = length; length >= 0x80 && rest > 0; rest >>= 8)
        bytes++;
    return bytes;
}

static void put_header(struct hl_buffer *out, uint8_t tag, size_t length)
{
    size_t bytes = header_length(length) - 2;

    buf_char(out, (char)tag);
    if (bytes == 0) {
        buf_char(out, (char)length);
        return;
    }
    buf_char(out, (char)(0x80 | bytes));
    while (bytes-- > 0)
        buf_char(out, (char)(length >> 8 * bytes & 0xff));
}

static bool is_left_out(enum hl_x509_ext_id id)
{
    return id == HL_X509_EXT_SCT_LIST || id == HL_X509_EXT_CT_POISON;
}

/* The extensions' own bytes, from `extensions`, the content of the SEQUENCE: `kept` those that stay. */
static bool filter_extensions(struct hl_buffer *kept, const struct hl_x509 *cert, struct hl_span extensions)
{
    struct hl_fault fault;
    struct hl_reader r = rd_init(extensions, &fault);
    struct der_tlv ext;
    bool any = false;

    for (uint32_t i = 0; rd_more(&r) && der_expect(&r, DER_SEQUENCE, &ext, "Extension"); i++) {
        if (i >= cert->extension_count)
            return false;
        if (is_left_out(cert->extensions[i].id))
            any = true;
        else
            buf_span(kept, ext.whole);
    }
    return rd_end(&r, "extensions") && any && !kept->failed;
}

bool x509_precertificate_put(struct hl_buffer *out, const struct hl_x509 *cert)
{
    struct hl_fault fault;
    struct hl_reader r = rd_init(cert->tbs, &fault);
    struct hl_reader tbs = der_enter(&r, DER_SEQUENCE, "tbsCertificate");
    struct hl_span all = rd_span(&tbs);
    struct der_tlv field = { .tag = 0 }, list;
    struct hl_buffer kept;
    bool done = false;

    while (rd_more(&tbs) && der_next(&tbs, &field, "field") && field.tag != DER_CONTEXT_CONSTRUCTED(3))
        ;
    if (!rd_ok(&tbs) || field.tag != DER_CONTEXT_CONSTRUCTED(3) || rd_more(&tbs))
        return false;
    struct hl_reader body = rd_within(&tbs, field.value);
    if (!der_expect(&body, DER_SEQUENCE, &list, "extensions"))
        return false;
    buf_init(&kept, cert->tbs.len);
    if (filter_extensions(&kept, cert, list.value)) {
        size_t front = all.len - field.whole.len;
        size_t inner = header_length(kept.len) + kept.len;
        size_t extensions = kept.len > 0 ? header_length(inner) + inner : 0;
        put_header(out, DER_SEQUENCE, front + extensions);
        buf_put(out, all.ptr, front);
        if (kept.len > 0) {
            put_header(out, DER_CONTEXT_CONSTRUCTED(3), inner);
            put_header(out, DER_SEQUENCE, kept.len);
            buf_span(out, buf_view(&kept));
        }
        done = !out->failed;
    }
    buf_cleanup(&kept);
    return done;
}
