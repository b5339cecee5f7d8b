/* GeneralName: RFC 5280, 4.2.1.6. */
#include "x509/parse.h"

#include "base/text.h"
#include "x509/oid.h"
#include "x509/text.h"

#include <arpa/inet.h>
#include <string.h>

/* GeneralName ::= CHOICE { otherName [0], ..., registeredID [8] }, IMPLICIT but
 * for directoryName, which is a CHOICE itself and so holds a whole Name. */
struct hl_x509_general_name general_name(const struct der_tlv *tlv)
{
    unsigned number = tlv->tag & 0x1fu;
    bool known = (tlv->tag & 0xc0) == 0x80 && number <= HL_X509_REGISTERED_ID;

    return (struct hl_x509_general_name){
        .type = known ? (enum hl_x509_name_type)number : HL_X509_NAME_UNKNOWN,
        .tag = tlv->tag,
        .value = tlv->value,
    };
}

void general_names_parse(struct hl_arena *arena, struct hl_reader *r, struct hl_x509_names *out)
{
    struct list names = list_start(arena, sizeof *out->list, der_count(r, rd_span(r)));
    struct der_tlv tlv;

    while (rd_more(r) && der_next(r, &tlv, "GeneralName")) {
        struct hl_x509_general_name *slot = list_add(&names);

        if (slot != NULL)
            *slot = general_name(&tlv);
    }
    LIST_TAKE(*out, names);
}

const char *x509_name_type_name(enum hl_x509_name_type type)
{
    static const char *const names[] = {
        [HL_X509_OTHER_NAME] = "other_name", [HL_X509_EMAIL] = "email",
        [HL_X509_DNS] = "dns",               [HL_X509_X400] = "x400_address",
        [HL_X509_DIRECTORY] = "directory",   [HL_X509_EDI_PARTY] = "edi_party",
        [HL_X509_URI] = "uri",               [HL_X509_IP] = "ip",
        [HL_X509_REGISTERED_ID] = "registered_id",
    };

    return type <= HL_X509_REGISTERED_ID ? names[type] : "unknown";
}

bool x509_next_name(const struct hl_x509_names *names, enum hl_x509_name_type type, uint32_t *index,
                    struct hl_span *value)
{
    while (*index < names->count) {
        const struct hl_x509_general_name *name = &names->list[(*index)++];

        if (name->type == type) {
            *value = name->value;
            return true;
        }
    }
    return false;
}

bool x509_next_url(const struct hl_x509_accesses *accesses, const char *method, uint32_t *index,
                   struct hl_span *url)
{
    while (*index < accesses->count) {
        const struct hl_x509_access *access = &accesses->list[(*index)++];
        const char *name = oid_name(access->method, USE_ACCESS);

        if (name != NULL && strcmp(name, method) == 0 && access->location.type == HL_X509_URI) {
            *url = access->location.value;
            return true;
        }
    }
    return false;
}

static void put_address(struct hl_buffer *out, struct hl_span address)
{
    char text[INET6_ADDRSTRLEN] = "";

    if (inet_ntop(address.len == 4 ? AF_INET : AF_INET6, address.ptr, text, sizeof text) != NULL)
        buf_string(out, text);
}

/* How many ones a mask begins with; -1 when a one follows a zero. */
static int prefix_length(struct hl_span mask)
{
    struct hl_fault ignored;
    struct hl_reader r = rd_init(mask, &ignored);
    bool ended = false;
    int ones = 0;

    while (rd_more(&r)) {
        uint8_t byte = rd_u8(&r, "mask");

        for (unsigned bit = 0x80; bit != 0; bit >>= 1) {
            bool one = (byte & bit) != 0;
            if (one && ended)
                return -1;
            ended = !one;
            ones += one;
        }
    }
    return ones;
}

/* Four or sixteen bytes; in name constraints (4.2.1.10) a mask of the same length follows. */
static void put_ip(struct hl_buffer *out, struct hl_span value)
{
    struct hl_fault ignored;
    struct hl_reader r = rd_init(value, &ignored);

    if (value.len == 4 || value.len == 16) {
        put_address(out, value);
    } else if (value.len == 8 || value.len == 32) {
        put_address(out, rd_bytes(&r, value.len / 2, "address"));
        struct hl_span mask = rd_rest(&r);
        buf_char(out, '/');
        if (prefix_length(mask) >= 0)
            buf_number(out, prefix_length(mask));
        else
            put_address(out, mask);
    } else {
        x509_put_hash_hex(out, value);
    }
}

static void put_oid(struct hl_buffer *out, struct hl_span oid, unsigned use)
{
    const char *name = oid_name(oid, use);
    char dotted[DER_OID_TEXT];

    if (name == NULL)
        (void)der_oid_text(oid, dotted);
    buf_string(out, name != NULL ? name : dotted);
}

/* OtherName ::= SEQUENCE { type-id OBJECT IDENTIFIER, value [0] EXPLICIT ANY } */
static void put_other_name(struct hl_buffer *out, struct hl_span body)
{
    struct hl_fault fault;
    struct hl_reader r = rd_init(body, &fault);
    struct der_tlv type, value;

    der_expect(&r, DER_OID, &type, "type-id");
    struct hl_reader explicit = der_enter(&r, DER_CONTEXT_CONSTRUCTED(0), "value");
    der_next(&explicit, &value, "value");
    if (!rd_ok(&r)) {
        x509_put_hash_hex(out, body);
        return;
    }
    put_oid(out, type.value, USE_OTHER_NAME);
    buf_char(out, '=');
    if (x509_string_width(value.tag) != WIDTH_NONE)
        x509_string_put(out, value.tag, value.value);
    else
        x509_put_hash_hex(out, value.whole);
}

void x509_general_name_put(struct hl_buffer *out, const struct hl_x509_general_name *name)
{
    switch (name->type) {
    case HL_X509_EMAIL:
    case HL_X509_DNS:
    case HL_X509_URI:
        buf_span(out, name->value);
        break;
    case HL_X509_DIRECTORY:
        name_put(out, name->value);
        break;
    case HL_X509_IP:
        put_ip(out, name->value);
        break;
    case HL_X509_REGISTERED_ID:
        put_oid(out, name->value, USE_ANY);
        break;
    case HL_X509_OTHER_NAME:
        put_other_name(out, name->value);
        break;
    default:
        x509_put_hash_hex(out, name->value);
    }
}

void x509_short_name_put(struct hl_buffer *out, const struct hl_x509_name *name, const struct hl_x509_names *names)
{
    uint32_t index = 0;
    const struct hl_x509_attribute *cn = x509_next_attribute(name, "CN", &index);

    if (cn != NULL)
        x509_string_put(out, cn->tag, cn->value);
    else if (names != NULL && names->count > 0)
        x509_general_name_put(out, &names->list[0]);
    else
        buf_span(out, name->text);
}
