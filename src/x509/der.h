/* der.h - a bounded cursor over DER (ITU-T X.690), on top of base/reader.h.
 *
 * Every element is read through der_next() or der_expect(); what does not fit
 * is noted in the reader's fault and sticks, so a parser reads like the ASN.1
 * module it implements and ends in rd_end(). Spans point into the message.
 *
 * High tag numbers, indefinite lengths and lengths of more than four bytes are
 * faults: no certificate has a use for them. Lengths that are longer than they
 * need to be are BER that real certificates contain: they are read, and marked.
 * A reader made with rd_init_cut() lets elements end where the bytes end. */
#ifndef HL_X509_DER_H
#define HL_X509_DER_H

#include "base/buffer.h"
#include "base/reader.h"

enum der_tag {
    DER_BOOLEAN = 0x01,
    DER_INTEGER = 0x02,
    DER_BIT_STRING = 0x03,
    DER_OCTET_STRING = 0x04,
    DER_NULL = 0x05,
    DER_OID = 0x06,
    DER_ENUMERATED = 0x0a,
    DER_UTF8_STRING = 0x0c,
    DER_NUMERIC_STRING = 0x12,
    DER_PRINTABLE_STRING = 0x13,
    DER_T61_STRING = 0x14,
    DER_IA5_STRING = 0x16,
    DER_UTC_TIME = 0x17,
    DER_GENERALIZED_TIME = 0x18,
    DER_VISIBLE_STRING = 0x1a,
    DER_UNIVERSAL_STRING = 0x1c,
    DER_BMP_STRING = 0x1e,
    DER_SEQUENCE = 0x30,
    DER_SET = 0x31,
};

#define DER_CONTEXT(n) ((uint8_t)(0x80 | (n)))             /* [n] IMPLICIT of a primitive type */
#define DER_CONTEXT_CONSTRUCTED(n) ((uint8_t)(0xa0 | (n))) /* [n] EXPLICIT, or of a constructed one */

/* Longest dotted form written: with its NUL it fits a char[DER_OID_TEXT]. */
#define DER_OID_TEXT 128

struct der_tlv {
    uint8_t tag;
    bool non_minimal; /* the length has leading zeros or could be shorter (X.690, 10.1) */
    struct hl_span value, whole;
};

/* The tag of the next element; 0 at the end or after a fault. */
uint8_t der_peek(const struct hl_reader *r);
/* The next element, whatever it is; false after a fault. */
bool der_next(struct hl_reader *r, struct der_tlv *out, const char *field);
/* The next element, which must have this tag; another tag is a VALUE fault at its first byte. */
bool der_expect(struct hl_reader *r, uint8_t tag, struct der_tlv *out, const char *field);
/* The next element if it has this tag; false, without a fault, if it has another. */
bool der_optional(struct hl_reader *r, uint8_t tag, struct der_tlv *out, const char *field);
/* A reader over the value of the next element, which must have this tag. */
struct hl_reader der_enter(struct hl_reader *r, uint8_t tag, const char *field);
/* A reader over `body` that notes what it finds in `fault` instead of `outer`'s; offsets stay the same. */
struct hl_reader der_apart(const struct hl_reader *outer, struct hl_span body, struct hl_fault *fault);
/* How many elements follow in `body`; an element that is broken ends the count. */
size_t der_count(const struct hl_reader *outer, struct hl_span body);
/* Is any length in `body`, or in what is constructed within it, longer than it needs to be? */
bool der_has_non_minimal(const struct hl_reader *outer, struct hl_span body);

/* rd_end() for those who look at the fault later. */
static inline void der_end(struct hl_reader *r, const char *what)
{
    if (!rd_end(r, what))
        return;
}

/* A BOOLEAN, of tag `tag`. */
bool der_boolean(struct hl_reader *r, uint8_t tag, const char *field);
/* A non-negative INTEGER of at most 63 bits, of tag `tag`; anything else is a VALUE fault. */
int64_t der_small_integer(struct hl_reader *r, uint8_t tag, const char *field);
/* An INTEGER's bytes without its leading zeros. */
struct hl_span der_magnitude(struct hl_span integer);
/* Bits of a magnitude: 2048 for an RSA-2048 modulus. */
uint32_t der_bit_length(struct hl_span magnitude);
/* The next BIT STRING, of tag `tag`: its bytes.
 * `unused` (may be NULL): bits of the last byte that do not count. */
struct hl_span der_bit_string(struct hl_reader *r, uint8_t tag, uint8_t *unused, const char *field);
/* The first 16 bits of a named-bit list, of tag `tag`: bit n of it is bit n of the result (X.680, 22). */
uint16_t der_named_bits(struct hl_reader *r, uint8_t tag, const char *field);

/* The dotted form of an OBJECT IDENTIFIER's bytes; false (and the hex of its
 * bytes, cut to fit) when an arc is malformed, over 64 bits, or the text too long. */
bool der_oid_text(struct hl_span oid, char text[DER_OID_TEXT]);

#endif
