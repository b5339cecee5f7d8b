/* Names: RFC 5280, 4.1.2.4 (issuer), 4.1.2.6 (subject); RFC 4514 their text. */
#include "x509/parse.h"

#include "base/limits.h"
#include "base/text.h"
#include "x509/oid.h"
#include "x509/text.h"

#include <string.h>

/* Bytes of a name's text; what is longer is cut. Real ones have less than 500. */
#define NAME_TEXT_MAX ((size_t)64 << 10)
/* Attributes shown of a directory name inside an extension. */
#define DIRECTORY_ATTRIBUTES_MAX 64u

/* Where a walk over RDNSequence ::= SEQUENCE OF SET OF AttributeTypeAndValue stands. */
struct rdn_walk {
    struct hl_reader *name;
    struct hl_reader rdn;
    uint32_t rdns;
    bool empty_rdn;
};

static struct rdn_walk rdn_walk_start(struct hl_reader *name)
{
    return (struct rdn_walk){ .name = name, .rdn = rd_within(name, (struct hl_span){ name->pos, 0 }) };
}

static bool rdn_walk_next(struct rdn_walk *walk, struct hl_x509_attribute *out)
{
    while (!rd_more(&walk->rdn)) {
        if (!rd_more(walk->name))
            return false;
        walk->rdn = der_enter(walk->name, DER_SET, "RelativeDistinguishedName");
        walk->rdns += rd_ok(walk->name) ? 1 : 0;
        walk->empty_rdn |= rd_ok(walk->name) && !rd_more(&walk->rdn);
    }
    struct hl_reader pair = der_enter(&walk->rdn, DER_SEQUENCE, "AttributeTypeAndValue");
    struct der_tlv type, value;
    der_expect(&pair, DER_OID, &type, "AttributeType");
    der_next(&pair, &value, "AttributeValue");
    if (!rd_end(&pair, "AttributeTypeAndValue"))
        return false;
    *out = (struct hl_x509_attribute){
        .oid = type.value,
        .name = oid_name(type.value, USE_ATTRIBUTE | USE_EXTENSION), /* subjectAltName occurs */
        .rdn = walk->rdns - 1,
        .tag = value.tag,
        .value = value.value,
        .value_der = value.whole,
    };
    return true;
}

/* RFC 4514, 2.1: the last RDN comes first, '+' joins the attributes of one.
 * OpenSSL turns the order inside an RDN round as well. */
static void put_attributes(struct hl_buffer *out, const struct hl_x509_attribute *attributes, uint32_t count)
{
    for (uint32_t i = count; i-- > 0;) {
        const struct hl_x509_attribute *a = &attributes[i];
        char dotted[DER_OID_TEXT];

        if (i + 1 < count)
            buf_char(out, a->rdn == a[1].rdn ? '+' : ',');
        if (a->name == NULL)
            (void)der_oid_text(a->oid, dotted);
        buf_string(out, a->name != NULL ? a->name : dotted);
        buf_char(out, '=');
        if (a->name == NULL || !x509_put_rfc4514(out, a->tag, a->value))
            x509_put_hash_hex(out, a->value_der);
    }
}

/* Nearly all names fit the stack; only a long one costs a malloc. */
static struct hl_span name_text(struct parser *p, const struct hl_x509_attribute *attributes, uint32_t count)
{
    uint8_t bytes[2048];
    struct hl_buffer text = { .data = bytes, .size = sizeof bytes, .cap = sizeof bytes };

    put_attributes(&text, attributes, count);
    if (!text.failed)
        return arena_copy(p->arena, buf_view(&text));

    buf_init(&text, NAME_TEXT_MAX);
    put_attributes(&text, attributes, count);
    if (text.failed)
        *p->oddities |= X509_ODD_LISTS_CUT;
    struct hl_span copy = arena_copy(p->arena, buf_view(&text));
    buf_cleanup(&text);
    return copy;
}

void name_parse(struct parser *p, struct hl_reader *r, struct hl_span whole, struct hl_x509_name *out)
{
    struct list attributes = list_start(p->arena, sizeof *out->attributes, der_count(r, rd_span(r)));
    struct rdn_walk walk = rdn_walk_start(r);
    struct hl_x509_attribute attribute;

    *out = (struct hl_x509_name){ .der = whole };
    while (rdn_walk_next(&walk, &attribute)) {
        struct hl_x509_attribute *slot = list_add(&attributes);

        if (slot != NULL)
            *slot = attribute;
    }
    if (walk.empty_rdn)
        *p->oddities |= X509_ODD_EMPTY_RDN;
    if (attributes.dropped > 0)
        *p->oddities |= X509_ODD_LISTS_CUT;
    out->attributes = (const void *)attributes.items;
    out->count = attributes.count;
    out->dropped = attributes.dropped;
    out->rdns = walk.rdns;
    out->text = name_text(p, out->attributes, out->count);
}

void name_put(struct hl_buffer *out, struct hl_span name_der)
{
    struct hl_x509_attribute attributes[DIRECTORY_ATTRIBUTES_MAX];
    struct hl_fault ignored;
    struct hl_reader outer = rd_init(name_der, &ignored);
    struct hl_reader name = der_enter(&outer, DER_SEQUENCE, "Name");
    struct rdn_walk walk = rdn_walk_start(&name);
    uint32_t count = 0;

    while (count < DIRECTORY_ATTRIBUTES_MAX && rdn_walk_next(&walk, &attributes[count]))
        count++;
    if (rd_end(&name, "Name"))
        put_attributes(out, attributes, count);
    else
        x509_put_hash_hex(out, name_der);
}

const struct hl_x509_attribute *x509_next_attribute(const struct hl_x509_name *name, const char *short_name,
                                                    uint32_t *index)
{
    while (*index < name->count) {
        const struct hl_x509_attribute *a = &name->attributes[(*index)++];

        if (a->name != NULL && strcmp(a->name, short_name) == 0)
            return a;
    }
    return NULL;
}
