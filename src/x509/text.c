/* ASN.1's character strings as UTF-8, and as RFC 4514 writes them. */
#include "x509/text.h"

#include "base/text.h"

enum x509_width x509_string_width(uint8_t tag)
{
    switch (tag) {
    case DER_UTF8_STRING:
        return WIDTH_UTF8;
    case DER_NUMERIC_STRING:
    case DER_PRINTABLE_STRING:
    case DER_T61_STRING: /* officially a code of its own; everybody writes Latin-1 */
    case DER_IA5_STRING:
    case DER_UTC_TIME:
    case DER_GENERALIZED_TIME:
    case DER_VISIBLE_STRING:
        return WIDTH_LATIN1;
    case DER_BMP_STRING:
        return WIDTH_BMP;
    case DER_UNIVERSAL_STRING:
        return WIDTH_UNIVERSAL;
    default:
        return WIDTH_NONE;
    }
}

/* The next character of a string whose units have a fixed width; half a unit is U+FFFD. */
static uint32_t next_unit(struct hl_reader *r, enum x509_width width)
{
    size_t bytes = width == WIDTH_UNIVERSAL ? 4 : width == WIDTH_BMP ? 2 : 1;

    if (rd_left(r) < bytes) {
        (void)rd_rest(r);
        return 0xfffd;
    }
    return bytes == 4 ? rd_u32(r, "string") : bytes == 2 ? rd_u16(r, "string") : rd_u8(r, "string");
}

static void put_utf8(struct hl_buffer *out, struct hl_span text)
{
    while (text.len > 0) {
        uint32_t c = 0;
        size_t n = utf8_next(text, &c);

        utf8_put(out, n > 0 ? c : 0xfffd);
        n = n > 0 ? n : 1;
        text.ptr += n;
        text.len -= n;
    }
}

void x509_string_put(struct hl_buffer *out, uint8_t tag, struct hl_span value)
{
    enum x509_width width = x509_string_width(tag);
    struct hl_fault ignored;
    struct hl_reader r = rd_init(value, &ignored);

    if (width == WIDTH_UTF8 || width == WIDTH_NONE) {
        put_utf8(out, value);
        return;
    }
    while (rd_more(&r))
        utf8_put(out, next_unit(&r, width));
}

static void put_hex_upper(struct hl_buffer *out, uint8_t byte)
{
    static const char digits[] = "0123456789ABCDEF";

    buf_char(out, digits[byte >> 4]);
    buf_char(out, digits[byte & 15]);
}

/* RFC 4514, 2.4: backslash before what separates, \XX for what is no printable ASCII. */
static void put_escaped(struct hl_buffer *out, uint8_t c, bool first, bool last)
{
    bool special = c == ',' || c == '+' || c == '"' || c == '\\' || c == '<' || c == '>' || c == ';'
                   || (c == ' ' && (first || last)) || (c == '#' && first);

    if (special || c < 0x20 || c >= 0x7f)
        buf_char(out, '\\');
    if (c < 0x20 || c >= 0x7f)
        put_hex_upper(out, c);
    else
        buf_char(out, (char)c);
}

static void put_escaped_code_point(struct hl_buffer *out, uint32_t c)
{
    uint8_t bytes[4];
    struct hl_buffer utf8 = { .data = bytes, .size = sizeof bytes, .cap = sizeof bytes };
    struct hl_fault ignored;

    utf8_put(&utf8, c);
    struct hl_reader r = rd_init(buf_view(&utf8), &ignored);
    while (rd_more(&r))
        put_escaped(out, rd_u8(&r, "string"), false, false);
}

void x509_put_hash_hex(struct hl_buffer *out, struct hl_span der)
{
    struct hl_fault ignored;
    struct hl_reader r = rd_init(der, &ignored);

    buf_char(out, '#');
    while (rd_more(&r))
        put_hex_upper(out, rd_u8(&r, "value"));
}

bool x509_put_rfc4514(struct hl_buffer *out, uint8_t tag, struct hl_span value)
{
    enum x509_width width = x509_string_width(tag);
    struct hl_fault ignored;
    struct hl_reader r = rd_init(value, &ignored);

    if (width == WIDTH_NONE || (width == WIDTH_BMP && value.len % 2 != 0)
        || (width == WIDTH_UNIVERSAL && value.len % 4 != 0))
        return false;
    for (bool first = true; rd_more(&r); first = false) {
        uint32_t c = next_unit(&r, width);

        if (c < 0x80 || width == WIDTH_UTF8)
            put_escaped(out, (uint8_t)c, first, !rd_more(&r));
        else
            put_escaped_code_point(out, c);
    }
    return true;
}
