/* When two distinguished names are the same: x509/name_compare.h (RFC 5280, 7.1). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/text.h"
#include "support/der_text.h"
#include "x509/name_compare.h"

/* A Name of RDNs, in DER (der_text.h). */
#define NAME(rdns) "30{" rdns "}"
#define RDN(attributes) "31{" attributes "}"
#define ATTR(oid, tag, value) "30{ 06{" oid "} " tag "{" value "} }"
#define CN(tag, value) RDN(ATTR("550403", tag, value))
#define O(tag, value) RDN(ATTR("55040a", tag, value))
#define UTF8 "0c"
#define PRINTABLE "13"
#define T61 "14"
#define IA5 "16"
#define BMP "1e"
#define UNIVERSAL "1c"

enum relation {
    SAME,       /* equal, and each lies within the other */
    OTHER,      /* neither */
    A_WITHIN_B, /* not equal; a begins with b */
    B_WITHIN_A,
    BROKEN, /* both are the same bytes: equal, but within nothing */
};

static const struct row {
    const char *name, *a, *b;
    enum relation relation;
} rows[] = {
    { "the same bytes", NAME(O(UTF8, "'x'") CN(UTF8, "'a'")), NAME(O(UTF8, "'x'") CN(UTF8, "'a'")), SAME },
    { "both empty", NAME(""), NAME(""), SAME },
    { "another value", NAME(CN(UTF8, "'a'")), NAME(CN(UTF8, "'b'")), OTHER },
    { "another type", NAME(CN(UTF8, "'a'")), NAME(O(UTF8, "'a'")), OTHER },
    { "a longer value", NAME(CN(UTF8, "'a'")), NAME(CN(UTF8, "'ab'")), OTHER },

    /* how it is encoded */
    { "PrintableString and UTF8String", NAME(CN(PRINTABLE, "'abc'")), NAME(CN(UTF8, "'abc'")), SAME },
    { "IA5String and PrintableString", NAME(CN(IA5, "'abc'")), NAME(CN(PRINTABLE, "'abc'")), SAME },
    { "BMPString and UTF8String", NAME(CN(BMP, "0061 0062 00e4 20ac")), NAME(CN(UTF8, "'ab' c3a4 e282ac")),
      SAME },
    { "UniversalString and UTF8String", NAME(CN(UNIVERSAL, "00000061 0001f512")),
      NAME(CN(UTF8, "'a' f09f9492")), SAME },
    { "T61String is Latin-1", NAME(CN(T61, "'M' fc 'ller'")), NAME(CN(UTF8, "'M' c3bc 'ller'")), SAME },
    { "the bytes of a BMPString are not its text", NAME(CN(BMP, "6162")), NAME(CN(UTF8, "'ab'")), OTHER },
    { "some of many", NAME(O(PRINTABLE, "'X'") CN(BMP, "0061")), NAME(O(UTF8, "'x'") CN(PRINTABLE, "'A'")),
      SAME },

    /* case and spaces (RFC 4518, 2.2 and 2.6.1) */
    { "upper and lower case", NAME(CN(UTF8, "'Example CA'")), NAME(CN(UTF8, "'eXAMPLE ca'")), SAME },
    { "0x40 and 0x60 are no letters", NAME(CN(UTF8, "'@[\\]^'")), NAME(CN(UTF8, "'`{|}~'")), OTHER },
    { "many spaces", NAME(CN(UTF8, "'a  b   c'")), NAME(CN(UTF8, "'a b c'")), SAME },
    { "spaces around", NAME(CN(UTF8, "'  a b '")), NAME(CN(UTF8, "'a b'")), SAME },
    { "a space less", NAME(CN(UTF8, "'a b'")), NAME(CN(UTF8, "'ab'")), OTHER },
    { "only spaces", NAME(CN(UTF8, "'   '")), NAME(CN(UTF8, "' '")), SAME },
    { "a NUL inside", NAME(CN(UTF8, "'a' 00 'b'")), NAME(CN(UTF8, "'a' 00 'c'")), OTHER },
    { "a NUL at the end", NAME(CN(UTF8, "'a' 00")), NAME(CN(UTF8, "'a'")), OTHER },
    { "no letters: other case is another", NAME(CN(UTF8, "c384")), NAME(CN(UTF8, "c3a4")),
      OTHER }, /* ASCII only */

    /* long values are compared as they are */
    { "long, the same", NAME(CN(UTF8, "R300('a')")), NAME(CN(UTF8, "R300('a')")), SAME },
    { "long, another case", NAME(CN(UTF8, "R300('a')")), NAME(CN(UTF8, "R300('A')")), OTHER },
    { "long, but short enough", NAME(CN(UTF8, "R256('a')")), NAME(CN(PRINTABLE, "R256('A')")), SAME },
    { "long, and a part of it", NAME(CN(UTF8, "R300('a')")), NAME(CN(UTF8, "R256('a')")), OTHER },

    /* not a string: bytes */
    { "an octet string", NAME(CN("04", "'ab'")), NAME(CN("04", "'ab'")), SAME },
    { "an octet string, another case", NAME(CN("04", "'ab'")), NAME(CN("04", "'AB'")), OTHER },

    /* RDNs: in order, their attributes in any */
    { "RDNs in another order", NAME(O(UTF8, "'x'") CN(UTF8, "'a'")), NAME(CN(UTF8, "'a'") O(UTF8, "'x'")),
      OTHER },
    { "attributes in another order", NAME(RDN(ATTR("550403", UTF8, "'a'") ATTR("55040a", UTF8, "'x'"))),
      NAME(RDN(ATTR("55040a", PRINTABLE, "'X'") ATTR("550403", UTF8, "'A'"))), SAME },
    { "one RDN is not two", NAME(RDN(ATTR("550403", UTF8, "'a'") ATTR("55040a", UTF8, "'x'"))),
      NAME(CN(UTF8, "'a'") O(UTF8, "'x'")), OTHER },
    { "an attribute more", NAME(RDN(ATTR("550403", UTF8, "'a'") ATTR("55040a", UTF8, "'x'"))),
      NAME(CN(UTF8, "'a'")), OTHER },
    { "an attribute twice, and another", NAME(RDN(ATTR("550403", UTF8, "'a'") ATTR("550403", UTF8, "'a'"))),
      NAME(RDN(ATTR("550403", UTF8, "'a'") ATTR("550403", UTF8, "'b'"))), OTHER },
    { "now this one twice, now that one",
      NAME(RDN(ATTR("550403", UTF8, "'a'") ATTR("550403", UTF8, "'a'") ATTR("550403", UTF8, "'b'"))),
      NAME(RDN(ATTR("550403", UTF8, "'a'") ATTR("550403", UTF8, "'b'") ATTR("550403", UTF8, "'b'"))), OTHER },
    { "nine attributes, the same bytes", NAME(RDN("R9(" ATTR("550403", UTF8, "'a'") ")")),
      NAME(RDN("R9(" ATTR("550403", UTF8, "'a'") ")")), SAME },
    { "nine attributes are compared as bytes", NAME(RDN("R9(" ATTR("550403", UTF8, "'a'") ")")),
      NAME(RDN("R9(" ATTR("550403", UTF8, "'A'") ")")), OTHER },
    { "an empty RDN", NAME(RDN("")), NAME(RDN("")), SAME },
    { "an empty RDN is one", NAME(RDN("")), NAME(""), A_WITHIN_B },

    /* subtrees */
    { "a prefix", NAME(O(UTF8, "'x'") CN(UTF8, "'a'")), NAME(O(PRINTABLE, "'X'")), A_WITHIN_B },
    { "a prefix, the other way", NAME(O(UTF8, "'x'")), NAME(O(UTF8, "'x'") CN(UTF8, "'a'")), B_WITHIN_A },
    { "the empty name has all in it", NAME(CN(UTF8, "'a'")), NAME(""), A_WITHIN_B },
    { "an end is no prefix", NAME(O(UTF8, "'x'") CN(UTF8, "'a'")), NAME(CN(UTF8, "'a'")), OTHER },
    { "half an RDN is no prefix", NAME(RDN(ATTR("55040a", UTF8, "'x'") ATTR("550403", UTF8, "'a'"))),
      NAME(O(UTF8, "'x'")), OTHER },
    { "a value's prefix is none", NAME(O(UTF8, "'xy'")), NAME(O(UTF8, "'x'")), OTHER },

    /* broken ones equal nothing but themselves */
    { "broken: nothing", "", "", BROKEN },
    { "broken: no SEQUENCE", "31{ 05 }", "31{ 05 }", BROKEN },
    { "broken: an RDN that is no SET", NAME("30{" ATTR("550403", UTF8, "'a'") "}"),
      NAME("30{" ATTR("550403", UTF8, "'a'") "}"), BROKEN },
    { "broken: an attribute without a value", NAME(RDN("30{ 06{ 550403 } }")),
      NAME(RDN("30{ 06{ 550403 } }")), BROKEN },
    { "broken: a length beyond the end", "30 05 31 03 30 01 06", "30 05 31 03 30 01 06", BROKEN },
    { "broken, and whole but for the case", NAME(RDN("30{ 06{ 550403 } }") CN(UTF8, "'a'")),
      NAME(RDN("30{ 06{ 550403 } }") CN(UTF8, "'A'")), OTHER },
    { "broken and not", NAME(RDN("30{ 06{ 550403 } }")), NAME(CN(UTF8, "'a'")), OTHER },
    { "nothing and the empty name", "", NAME(""), OTHER },
};

struct name {
    uint8_t *der;
    struct hl_span span;
};

static struct name take(const char *text)
{
    size_t len = 0;
    uint8_t *der = der_text(text, &len);

    return (struct name){ der, { der, len } };
}

static void test_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct row *row = &rows[i];
        struct name a = take(row->a), b = take(row->b);
        bool same = row->relation == SAME || row->relation == BROKEN;

        if (x509_names_equal(a.span, b.span) != same || x509_names_equal(b.span, a.span) != same)
            fail_msg("%s: equal", row->name);
        if (x509_name_within(a.span, b.span) != (row->relation == SAME || row->relation == A_WITHIN_B)
            || x509_name_within(b.span, a.span) != (row->relation == SAME || row->relation == B_WITHIN_A))
            fail_msg("%s: within", row->name);
        if (same && x509_name_hash(a.span) != x509_name_hash(b.span))
            fail_msg("%s: hash", row->name);
        if (!x509_names_equal(a.span, a.span) || !x509_names_equal(b.span, b.span))
            fail_msg("%s: itself", row->name);
        free(a.der);
        free(b.der);
    }
}

/* Each prefix of a name, in an allocation of its size: no byte is read beyond, none equals the whole. */
static void test_prefixes(void **state)
{
    struct name whole =
        take(NAME(RDN(ATTR("55040a", PRINTABLE, "'X'") ATTR("55040b", BMP, "0061")) CN(UTF8, "'a b'")));

    (void)state;
    for (size_t cut = 0; cut < whole.span.len; cut++) {
        uint8_t *exact = malloc(cut > 0 ? cut : 1);
        struct hl_span part = { exact, cut };
        memcpy(exact, whole.der, cut);
        assert_false(x509_names_equal(part, whole.span));
        assert_false(x509_names_equal(whole.span, part));
        assert_false(x509_name_within(part, whole.span));
        assert_false(x509_name_within(whole.span, part));
        assert_true(x509_name_hash(part) != x509_name_hash(whole.span));
        free(exact);
    }
    free(whole.der);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_rows), cmocka_unit_test(test_prefixes) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
