#include "wire/record.h"

#include "base/reader.h"

bool record_parse(struct hl_span header, struct hl_record *out)
{
    struct hl_fault fault;
    struct hl_reader r = rd_init(header, &fault);

    out->type = rd_u8(&r, "type");
    out->version = rd_u16(&r, "legacy_record_version");
    out->length = rd_u16(&r, "length");
    return rd_end(&r, "TLSPlaintext") && out->version >> 8 == 3 && (out->version & 0xff) <= 4
           && out->length <= RECORD_LENGTH_MAX;
}

bool content_type_is_known(uint8_t type)
{
    return type >= CONTENT_CHANGE_CIPHER_SPEC && type <= CONTENT_HEARTBEAT;
}
