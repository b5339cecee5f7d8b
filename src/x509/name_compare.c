#include "x509/name_compare.h"

#include "base/hash.h"
#include "base/text.h"
#include "x509/der.h"
#include "x509/text.h"
#include "x509/x509.h"

/* Longer values are compared byte by byte: nobody writes them in two ways. */
#define FOLDED_MAX 256u
/* Attributes of one RDN that are compared in any order. */
#define RDN_ATTRIBUTES_MAX 8u

struct folded {
    uint8_t bytes[FOLDED_MAX];
    struct hl_span value;
};

struct attribute {
    struct hl_span oid;
    struct folded value;
};

/* Lower case, no spaces at the ends, one space for many (RFC 4518, 2.2 and 2.6.1, as far as ASCII goes). */
static void fold(const struct der_tlv *value, struct folded *out)
{
    struct hl_buffer text = { .data = out->bytes, .size = FOLDED_MAX, .cap = FOLDED_MAX };
    size_t length = 0;
    bool gap = false;

    out->value = value->value;
    if (x509_string_width(value->tag) == WIDTH_NONE)
        return;
    x509_string_put(&text, value->tag, value->value);
    if (text.failed)
        return;
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = out->bytes[i];
        if (c == ' ') {
            gap = length > 0;
            continue;
        }
        if (gap)
            out->bytes[length++] = ' ';
        gap = false;
        out->bytes[length++] = c >= 'A' && c <= 'Z' ? (uint8_t)(c + 32) : c;
    }
    out->value = (struct hl_span){ out->bytes, length };
}

/* AttributeTypeAndValue ::= SEQUENCE { type, value } */
static bool next_attribute(struct hl_reader *rdn, struct attribute *out)
{
    struct hl_reader body = der_enter(rdn, DER_SEQUENCE, "AttributeTypeAndValue");
    struct der_tlv oid, value;

    if (!der_expect(&body, DER_OID, &oid, "type") || !der_next(&body, &value, "value"))
        return false;
    out->oid = oid.value;
    fold(&value, &out->value);
    return true;
}

static unsigned count_attribute(struct hl_span rdn, const struct attribute *wanted)
{
    struct hl_fault fault;
    struct hl_reader r = rd_init(rdn, &fault);
    struct attribute one;
    unsigned count = 0;

    while (rd_more(&r) && next_attribute(&r, &one))
        count += span_equal(one.oid, wanted->oid) && span_equal(one.value.value, wanted->value.value);
    return count;
}

/* RelativeDistinguishedName ::= SET OF: as many, and each one there as often. */
static bool rdns_equal(struct hl_span a, struct hl_span b)
{
    struct hl_fault fault;
    struct hl_reader r = rd_init(a, &fault), other = rd_init(b, &fault);
    size_t count = der_count(&r, a);
    struct attribute one;

    if (count > RDN_ATTRIBUTES_MAX)
        return span_equal(a, b);
    if (count != der_count(&other, b))
        return false;
    while (rd_more(&r)) {
        if (!next_attribute(&r, &one) || count_attribute(a, &one) != count_attribute(b, &one))
            return false;
    }
    return true;
}

static bool begins_with(struct hl_span name, struct hl_span base, bool whole)
{
    struct hl_fault fault, base_fault;
    struct hl_reader outer = rd_init(name, &fault), base_outer = rd_init(base, &base_fault);
    struct hl_reader r = der_enter(&outer, DER_SEQUENCE, "Name"), b = der_enter(&base_outer, DER_SEQUENCE, "Name");
    struct der_tlv rdn, wanted;

    while (rd_more(&b)) {
        if (!rd_more(&r) || !der_expect(&r, DER_SET, &rdn, "RDN") || !der_expect(&b, DER_SET, &wanted, "RDN")
            || !rdns_equal(rdn.value, wanted.value))
            return false;
    }
    return rd_ok(&r) && rd_ok(&b) && (!whole || !rd_more(&r));
}

bool x509_names_equal(struct hl_span a, struct hl_span b)
{
    return span_equal(a, b) || (a.len > 0 && b.len > 0 && begins_with(a, b, true));
}

bool x509_name_within(struct hl_span name, struct hl_span base)
{
    return begins_with(name, base, false);
}

uint64_t x509_name_hash(struct hl_span name)
{
    struct hl_fault fault;
    struct hl_reader outer = rd_init(name, &fault);
    struct hl_reader r = der_enter(&outer, DER_SEQUENCE, "Name");
    uint64_t hash = 0;

    while (rd_more(&r)) {
        struct hl_reader rdn = der_enter(&r, DER_SET, "RDN");
        struct attribute one;
        uint64_t sum = 0;
        while (rd_more(&rdn) && next_attribute(&rdn, &one))
            sum += hash_bytes(one.value.value, hash_bytes(one.oid, 0));
        hash = hash_fold(hash ^ sum, 0xa0761d6478bd642fu);
    }
    return rd_ok(&r) ? hash : hash_bytes(name, 1);
}
