#include "net/tds.h"

#include "base/limits.h"
#include "base/reader.h"

enum { TDS_RESPONSE = 0x04, TDS_PRELOGIN = 0x12, TDS_HEADER = 8 };

void tds_init(struct hl_tds *tds)
{
    *tds = (struct hl_tds){ .active = false };
    buf_init(&tds->body, HL_MESSAGE_MAX);
}

void tds_cleanup(struct hl_tds *tds)
{
    buf_cleanup(&tds->body);
}

bool tds_begins(struct hl_span bytes, bool answer)
{
    struct hl_fault fault;
    struct hl_reader r = rd_init(bytes, &fault);
    uint8_t type = rd_u8(&r, "Type");
    uint8_t status = rd_u8(&r, "Status");
    uint16_t length = rd_u16(&r, "Length");

    rd_bytes(&r, 4, "SPID, PacketID, Window");
    uint8_t token = rd_u8(&r, "PL_OPTION_TOKEN"); /* VERSION comes first */
    return rd_ok(&r) && type == (answer ? TDS_RESPONSE : TDS_PRELOGIN) && status <= 1 && length > TDS_HEADER
           && length <= 4096 && token == 0;
}

struct hl_span tds_unwrap(struct hl_tds *tds, struct hl_span bytes)
{
    if (!tds->active || tds->bare)
        return bytes;

    tds->body.len = 0;
    for (size_t i = 0; i < bytes.len;) {
        if (tds->left > 0) {
            size_t n = bytes.len - i < tds->left ? bytes.len - i : tds->left;
            buf_put(&tds->body, bytes.ptr + i, n);
            tds->left -= (uint32_t)n;
            i += n;
            continue;
        }
        tds->header[tds->header_have++] = bytes.ptr[i++];
        if (tds->header_have == 1 && tds->header[0] >= 0x14 && tds->header[0] <= 0x17) {
            tds->bare = true; /* a TLS record instead of a packet */
            buf_char(&tds->body, (char)tds->header[0]);
            buf_put(&tds->body, bytes.ptr + i, bytes.len - i);
            break;
        }
        if (tds->header_have == TDS_HEADER) {
            uint32_t length = (uint32_t)tds->header[2] << 8 | tds->header[3];
            tds->left = length > TDS_HEADER ? length - TDS_HEADER : 0;
            tds->header_have = 0;
        }
    }
    return buf_view(&tds->body);
}
