/* Extensions ::= SEQUENCE SIZE (1..MAX) OF Extension (RFC 5280, 4.1.2.9 and 4.2).
 *
 * Each is decoded on its own: what is wrong in one is noted there. */
#include "x509/parse.h"

#include "base/text.h"
#include "x509/oid.h"

/* How far back a duplicate of an extension without a decoder is looked for. */
#define DUPLICATE_WINDOW 32u

static bool stood_before(const struct hl_x509 *cert, const struct list *list,
                         const struct hl_x509_extension *ext)
{
    const struct hl_x509_extension *before = (const void *)list->items;

    if (ext->id != HL_X509_EXT_UNKNOWN)
        return ((cert->present | cert->malformed) >> ext->id & 1) != 0;
    for (uint32_t i = 0; i < list->count && i < DUPLICATE_WINDOW; i++) {
        if (span_equal(before[i].oid, ext->oid))
            return true;
    }
    return false;
}

static void body_parse(struct parser *p, const struct hl_reader *outer, struct hl_x509_extension *ext)
{
    struct hl_x509 *cert = p->cert;
    extension_body_fn *parse = extension_body(ext->id);
    struct hl_reader body = der_apart(outer, ext->value, &ext->fault);

    if (parse == NULL)
        return;
    parse(p, &body);
    if (rd_end(&body, "extnValue"))
        cert->present |= 1u << ext->id;
    else
        cert->malformed |= 1u << ext->id;
    if (der_has_non_minimal(outer, ext->value))
        cert->oddities |= X509_ODD_NON_MINIMAL_LENGTH;
}

/* Extension ::= SEQUENCE { extnID, critical BOOLEAN DEFAULT FALSE, extnValue OCTET STRING }
 * False when it is broken: ext->fault says where. */
static bool extension_read(const struct hl_reader *outer, struct hl_span whole, struct hl_x509_extension *ext)
{
    *ext = (struct hl_x509_extension){ .name = NULL };
    struct hl_reader r = der_apart(outer, whole, &ext->fault);
    struct der_tlv oid, value;

    der_expect(&r, DER_OID, &oid, "extnID");
    if (der_peek(&r) == DER_BOOLEAN)
        ext->critical = der_boolean(&r, DER_BOOLEAN, "critical");
    der_expect(&r, DER_OCTET_STRING, &value, "extnValue");
    ext->oid = oid.value;
    ext->value = value.value;

    const struct oid_info *info = oid_find(oid.value, USE_EXTENSION);
    if (info != NULL) {
        ext->name = info->name;
        ext->id = (enum hl_x509_ext_id)info->detail;
    }
    return rd_end(&r, "Extension");
}

static void extension_parse(struct parser *p, const struct hl_reader *outer, struct hl_span whole,
                            struct list *list)
{
    struct hl_x509 *cert = p->cert;
    struct hl_x509_extension ext;
    bool ok = extension_read(outer, whole, &ext);

    if (ext.id >= HL_X509_EXT_COUNT)
        ext.id = HL_X509_EXT_UNKNOWN;
    ext.duplicate = stood_before(cert, list, &ext);
    if (ok && !ext.duplicate)
        body_parse(p, outer, &ext);

    if (ext.duplicate)
        cert->oddities |= X509_ODD_DUPLICATE_EXTENSION;
    if (ext.critical && ext.name == NULL)
        cert->oddities |= X509_ODD_UNKNOWN_CRITICAL_EXTENSION;
    if (ext.fault.kind != HL_FAULT_NONE)
        cert->oddities |= X509_ODD_MALFORMED_EXTENSION;
    struct hl_x509_extension *slot = list_add(list);
    if (slot != NULL)
        *slot = ext;
}

void extensions_parse(struct parser *p, struct hl_reader *r)
{
    struct hl_x509 *cert = p->cert;
    struct hl_reader all = der_enter(r, DER_SEQUENCE, "Extensions");
    struct list list = list_start(p->arena, sizeof *cert->extensions, der_count(&all, rd_span(&all)));
    struct der_tlv tlv;

    if (rd_ok(&all) && !rd_more(&all))
        cert->oddities |= X509_ODD_EMPTY_EXTENSIONS;
    while (rd_more(&all)) {
        if (der_expect(&all, DER_SEQUENCE, &tlv, "Extension"))
            extension_parse(p, &all, tlv.value, &list);
    }
    cert->extensions = (const void *)list.items;
    cert->extension_count = list.count;
    cert->extensions_dropped = list.dropped;
    if (list.dropped > 0)
        cert->oddities |= X509_ODD_LISTS_CUT;
}

/* One of a set; `seen` has a bit for each that stood before. False when it was not decoded. */
static bool set_member_parse(struct parser *p, const struct hl_reader *outer, struct extension_set *set,
                             struct hl_x509_extension *ext, uint64_t *seen)
{
    struct hl_fault fault;
    struct hl_reader body = der_apart(outer, ext->value, &fault);
    uint64_t bit = (uint64_t)1 << ext->id;

    if (ext->id == HL_X509_EXT_UNKNOWN)
        return false;
    ext->duplicate = (*seen & bit) != 0;
    *seen |= bit;
    if (ext->duplicate)
        return false;
    if (!set->decode(p, set->model, ext, &body)) {
        ext->id = HL_X509_EXT_UNKNOWN;
        return false;
    }
    der_end(&body, "extnValue");
    ext->fault = fault;
    return fault.kind == HL_FAULT_NONE;
}

void extension_set_parse(struct parser *p, struct hl_reader *r, struct extension_set *set)
{
    struct hl_reader all = der_enter(r, DER_SEQUENCE, "Extensions");
    struct hl_x509_extension ext;
    struct der_tlv tlv;
    uint64_t seen = 0;

    if (rd_ok(&all) && !rd_more(&all))
        *p->oddities |= X509_ODD_EMPTY_EXTENSIONS;
    while (rd_more(&all) && der_expect(&all, DER_SEQUENCE, &tlv, "Extension")) {
        bool readable = extension_read(&all, tlv.value, &ext);
        bool decoded = readable && set_member_parse(p, &all, set, &ext, &seen);

        if (!readable || (ext.critical && !decoded)) { /* one that cannot be read may be critical */
            *p->oddities |= X509_ODD_UNKNOWN_CRITICAL_EXTENSION;
            set->unprocessed = true;
        }
        if (ext.duplicate)
            *p->oddities |= X509_ODD_DUPLICATE_EXTENSION;
        if (ext.fault.kind != HL_FAULT_NONE)
            *p->oddities |= X509_ODD_MALFORMED_EXTENSION;
        if (set->fault.kind == HL_FAULT_NONE)
            set->fault = ext.fault;
        struct hl_x509_extension *slot = set->list != NULL ? list_add(set->list) : NULL;
        if (slot != NULL)
            *slot = ext;
    }
}
