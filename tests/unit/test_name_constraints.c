/* The names a CA may issue for: crypto/name_constraints.h (RFC 5280, 4.2.1.10). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "crypto/name_constraints.h"
#include "support/der_text.h"

#include "base/text.h"

/* Certificates of which only the names matter, in DER (der_text.h). */
#define ALG "30{ 06{ 2b6570 } }"
#define KEY "30{ 30{ 06{ 2b6570 } } 03{ 00 R32(11) } }"
#define CN(cn) "31{ 30{ 06{ 550403 } 0c{" cn "} } }"
#define O(o) "31{ 30{ 06{ 55040a } 13{" o "} } }"
#define MAIL(mail) "31{ 30{ 06{ 2a864886f70d010901 } 16{" mail "} } }"
#define CERT(subject, extensions)                                                                            \
    "30{ 30{ a0{ 02{ 02 } } 02{ 05 }" ALG                                                                    \
    "30{" CN("'i'") "} 30{ 17{ '260101000000Z' } 17{ '270101000000Z' } }"                                    \
                    "30{" subject "}" KEY extensions "}" ALG "03{ 00 R64(22) } }"
#define EXT(oid, value) "a3{ 30{ 30{ 06{" oid "} 04{" value "} } } }"
#define SUBJECT(subject, names) CERT(subject, EXT("551d11", "30{" names "}"))
#define SAN(names) SUBJECT("", names)
#define ISSUER(trees) CERT(CN("'ca'"), EXT("551d1e", "30{" trees "}"))
#define PERMIT(trees) "a0{" trees "}"
#define EXCLUDE(trees) "a1{" trees "}"
#define TREE(base) "30{" base "}"
#define EMAIL(v) "81{" v "}"
#define DNS(v) "82{" v "}"
#define DIR(rdns) "a4{ 30{" rdns "} }"
#define URI(v) "86{" v "}"
#define IP(v) "87{" v "}"
#define OTHER(v) "a0{ 06{ 2a03 } a0{ 0c{" v "} } }"
#define REGISTERED(v) "88{" v "}"
#define PERMIT_DNS(v) ISSUER(PERMIT(TREE(DNS(v))))
#define EXCLUDE_DNS(v) ISSUER(EXCLUDE(TREE(DNS(v))))
#define PERMIT_IP(v) ISSUER(PERMIT(TREE(IP(v))))
#define EXCLUDE_IP(v) ISSUER(EXCLUDE(TREE(IP(v))))
#define PERMIT_MAIL(v) ISSUER(PERMIT(TREE(EMAIL(v))))
#define EXCLUDE_MAIL(v) ISSUER(EXCLUDE(TREE(EMAIL(v))))
#define PERMIT_URI(v) ISSUER(PERMIT(TREE(URI(v))))
#define EXCLUDE_URI(v) ISSUER(EXCLUDE(TREE(URI(v))))
#define PERMIT_DIR(v) ISSUER(PERMIT(TREE(DIR(v))))
#define EXCLUDE_DIR(v) ISSUER(EXCLUDE(TREE(DIR(v))))

#define YES NC_ALLOWED
#define NO NC_NOT_PERMITTED
#define OUT NC_EXCLUDED
#define CANT NC_UNPROCESSED

/* 192.0.2.0/24; 192.0.2.0/255.0.255.0; 2001:db8::/32 */
#define NET4 "c0000200 ffffff00"
#define HOLES4 "c0000200 ff00ff00"
#define NET6 "20010db8 R12(00) ffffffff R12(00)"

static const struct row {
    const char *issuer, *subject;
    enum nc_result result;
} rows[] = {
    /* DNS: zero or more labels in front */
    { PERMIT_DNS("'example.org'"), SAN(DNS("'example.org'")), YES },
    { PERMIT_DNS("'example.org'"), SAN(DNS("'a.example.org'")), YES },
    { PERMIT_DNS("'example.org'"), SAN(DNS("'a.b.Example.ORG'")), YES },
    { PERMIT_DNS("'EXAMPLE.org'"), SAN(DNS("'a.example.org'")), YES },
    { PERMIT_DNS("'example.org'"), SAN(DNS("'xexample.org'")), NO },
    { PERMIT_DNS("'example.org'"), SAN(DNS("'example.com'")), NO },
    { PERMIT_DNS("'example.org'"), SAN(DNS("'org'")), NO },
    { PERMIT_DNS("'example.org'"), SAN(DNS("'example.org.evil.com'")), NO },
    { PERMIT_DNS("'a.example.org'"), SAN(DNS("'example.org'")), NO },
    { PERMIT_DNS("'example.org'"), SAN(DNS("'a.example.org.'")), NO },
    { PERMIT_DNS("'example.org'"), SAN(DNS("'evil.com' 00 '.example.org'")),
      YES }, /* no host matches such a name */
    { PERMIT_DNS("'example.org'"), SAN(DNS("")), NO },
    { PERMIT_DNS("'example.org'"), SAN(DNS("'a.example.org'") DNS("'b.com'")), NO },
    { PERMIT_DNS("'example.org'"), SAN(DNS("'b.com'") DNS("'a.example.org'")), NO },
    { PERMIT_DNS("''"), SAN(DNS("'anything.com'")), YES },
    { EXCLUDE_DNS("''"), SAN(DNS("'anything.com'")), OUT },
    { EXCLUDE_DNS("'example.org'"), SAN(DNS("'example.org'")), OUT },
    { EXCLUDE_DNS("'example.org'"), SAN(DNS("'a.EXAMPLE.org'")), OUT },
    { EXCLUDE_DNS("'example.org'"), SAN(DNS("'xexample.org'")), YES },
    { EXCLUDE_DNS("'a.example.org'"), SAN(DNS("'example.org'")), YES },
    { EXCLUDE_DNS("'example.org'"), SAN(DNS("'good.com'") DNS("'example.org'")), OUT },

    /* a dot in front: not in the standard, but everybody takes it for all that is below */
    { PERMIT_DNS("'.example.org'"), SAN(DNS("'a.example.org'")), YES },
    { PERMIT_DNS("'.example.org'"), SAN(DNS("'example.org'")), NO },
    { EXCLUDE_DNS("'.example.org'"), SAN(DNS("'a.example.org'")), OUT },
    { EXCLUDE_DNS("'.example.org'"), SAN(DNS("'example.org'")), YES },
    { EXCLUDE_DNS("'.example.org'"), SAN(DNS("'xexample.org'")), YES },

    /* wildcards: a name that stands for many */
    { PERMIT_DNS("'example.org'"), SAN(DNS("'*.example.org'")), YES },
    { PERMIT_DNS("'a.example.org'"), SAN(DNS("'*.example.org'")), NO },
    { PERMIT_DNS("'example.org'"), SAN(DNS("'*.org'")), NO },
    { EXCLUDE_DNS("'example.org'"), SAN(DNS("'*.example.org'")), OUT },
    { EXCLUDE_DNS("'a.example.org'"), SAN(DNS("'*.example.org'")), OUT },
    { EXCLUDE_DNS("'A.EXAMPLE.org'"), SAN(DNS("'*.example.ORG'")), OUT },
    { EXCLUDE_DNS("'b.a.example.org'"), SAN(DNS("'*.example.org'")), YES }, /* one label, not two */
    { EXCLUDE_DNS("'.a.example.org'"), SAN(DNS("'*.example.org'")), YES },
    { EXCLUDE_DNS("'a.example.com'"), SAN(DNS("'*.example.org'")), YES },

    /* constraints that are none: nothing of their kind passes */
    { EXCLUDE_DNS("'*.example.org'"), SAN(DNS("'a.example.org'")), CANT },
    { EXCLUDE_DNS("'example.org.'"), SAN(DNS("'a.example.org'")), CANT },
    { EXCLUDE_DNS("'exa mple.org'"), SAN(DNS("'good.com'")), CANT },
    { EXCLUDE_DNS("'..example.org'"), SAN(DNS("'good.com'")), CANT },
    { EXCLUDE_DNS("'.'"), SAN(DNS("'good.com'")), CANT },
    { EXCLUDE_DNS("'b' c3bc 'cher.example'"), SAN(DNS("'good.com'")), CANT },
    { PERMIT_DNS("'*.example.org'"), SAN(DNS("'a.example.org'")), CANT },
    { EXCLUDE_DNS("'*.example.org'"), SAN(IP("c0000201")), YES },

    /* a name of the same kind under another tag is not another kind */
    { PERMIT_DNS("'example.org'"), SAN("a2{ 'a.example.org' }"), CANT },
    { EXCLUDE_DNS("'example.org'"), SAN("a2{ 'a.example.org' }"), CANT },
    { ISSUER(EXCLUDE(TREE("a2{ 'example.org' }"))), SAN(DNS("'a.example.org'")), CANT },
    { EXCLUDE_IP(NET4), SAN("a7{ c0000201 }"), CANT },
    { ISSUER(EXCLUDE(TREE("84{ 30{" O("'Evil'") "} }"))), SUBJECT(O("'Evil'"), DNS("'a.org'")), CANT },

    /* addresses */
    { PERMIT_IP(NET4), SAN(IP("c0000201")), YES },
    { PERMIT_IP(NET4), SAN(IP("c00002ff")), YES },
    { PERMIT_IP(NET4), SAN(IP("c0000301")), NO },
    { PERMIT_IP("c0000201 ffffff00"), SAN(IP("c0000202")), YES }, /* host bits do not count */
    { PERMIT_IP("c0000201 ffffffff"), SAN(IP("c0000201")), YES },
    { PERMIT_IP("c0000201 ffffffff"), SAN(IP("c0000202")), NO },
    { PERMIT_IP("c0000280 ffffff80"), SAN(IP("c00002fe")), YES },
    { PERMIT_IP("c0000280 ffffff80"), SAN(IP("c000027f")), NO },
    { PERMIT_IP("00000000 00000000"), SAN(IP("c0000201")), YES },
    { EXCLUDE_IP("00000000 00000000"), SAN(IP("c0000201")), OUT },
    { EXCLUDE_IP(NET4), SAN(IP("c0000201")), OUT },
    { EXCLUDE_IP(NET4), SAN(IP("c0000301")), YES },
    { PERMIT_IP(NET6), SAN(IP("20010db8 R11(00) 01")), YES },
    { PERMIT_IP(NET6), SAN(IP("20010db9 R11(00) 01")), NO },
    { EXCLUDE_IP(NET6), SAN(IP("20010db8 R12(ff)")), OUT },
    { PERMIT_IP(NET4), SAN(IP("20010db8 R11(00) 01")), NO }, /* one kind of name, two families */
    { PERMIT_IP(NET6), SAN(IP("c0000201")), NO },
    { EXCLUDE_IP(NET4), SAN(IP("20010db8 R11(00) 01")), YES },
    { EXCLUDE_IP("00000000 00000000"), SAN(IP("20010db8 R11(00) 01")), YES },
    { ISSUER(PERMIT(TREE(IP(NET4)) TREE(IP(NET6)))), SAN(IP("20010db8 R11(00) 01") IP("c0000201")), YES },
    { PERMIT_IP(HOLES4), SAN(IP("c0000201")), CANT },
    { EXCLUDE_IP(HOLES4), SAN(IP("c0000301")), CANT },
    { EXCLUDE_IP("c0000200 00ffffff"), SAN(IP("c0000201")), CANT },
    { EXCLUDE_IP("c0000200 fffffe01"), SAN(IP("c0000201")), CANT },
    { EXCLUDE_IP("c0000200"), SAN(IP("c0000201")), CANT },
    { EXCLUDE_IP("c0000200 ffffff"), SAN(IP("c0000201")), CANT },
    { EXCLUDE_IP("R16(00)"), SAN(IP("R16(00)")), CANT },
    { EXCLUDE_IP("''"), SAN(IP("c0000201")), CANT },
    { EXCLUDE_IP(NET4), SAN(IP("c00002")), CANT },
    { EXCLUDE_IP(NET4), SAN(IP("''")), CANT },
    { PERMIT_IP(NET4), SAN(IP(NET4)), CANT },
    { PERMIT_IP(NET4), SAN(DNS("'192.1.1.1'")), YES },         /* a DNS name, whatever it looks like */
    { PERMIT_DNS("'example.org'"), SAN(IP("c0000201")), YES }, /* no constraint on its kind */

    /* mailboxes: one, those of a host, those of the hosts of a domain */
    { PERMIT_MAIL("'me@example.org'"), SAN(EMAIL("'me@EXAMPLE.org'")), YES },
    { PERMIT_MAIL("'me@example.org'"), SAN(EMAIL("'ME@example.org'")), NO }, /* the local part has case */
    { PERMIT_MAIL("'me@example.org'"), SAN(EMAIL("'you@example.org'")), NO },
    { PERMIT_MAIL("'me@example.org'"), SAN(EMAIL("'notme@example.org'")), NO },
    { PERMIT_MAIL("'example.org'"), SAN(EMAIL("'me@Example.org'")), YES },
    { PERMIT_MAIL("'example.org'"), SAN(EMAIL("'me@a.example.org'")), NO },
    { PERMIT_MAIL("'.example.org'"), SAN(EMAIL("'me@a.example.org'")), YES },
    { PERMIT_MAIL("'.example.org'"), SAN(EMAIL("'me@example.org'")), NO },
    { PERMIT_MAIL("''"), SAN(EMAIL("'me@example.org'")), YES },
    { EXCLUDE_MAIL("'example.org'"), SAN(EMAIL("'me@example.org'")), OUT },
    { EXCLUDE_MAIL("'.example.org'"), SAN(EMAIL("'me@a.example.org'")), OUT },
    { EXCLUDE_MAIL("'me@example.org'"), SAN(EMAIL("'me@example.org'")), OUT },
    { EXCLUDE_MAIL("'me@example.org'"), SAN(EMAIL("'you@example.org'")), YES },
    { EXCLUDE_MAIL("'example.org'"), SAN(EMAIL("'me'")), CANT },
    { EXCLUDE_MAIL("'example.org'"), SAN(EMAIL("'@example.org'")), CANT },
    { EXCLUDE_MAIL("'example.org'"), SAN(EMAIL("'me@you@example.com'")), CANT },
    { EXCLUDE_MAIL("'example.org'"), SAN(EMAIL("'me@example.org.'")), CANT },
    { EXCLUDE_MAIL("'example.org'"), SAN(EMAIL("'me@example.org '")), CANT },
    { EXCLUDE_MAIL("'example.org'"), SAN(EMAIL("22 'a@b' 22 '@example.com'")), CANT },
    { EXCLUDE_MAIL("'example.org'"), SAN(EMAIL("'me@example.org' 00")), CANT },
    { EXCLUDE_MAIL("'@example.org'"), SAN(EMAIL("'me@example.org'")), CANT },
    { EXCLUDE_MAIL("'me@'"), SAN(EMAIL("'me@example.org'")), CANT },
    { EXCLUDE_MAIL("'*@example.org'"), SAN(EMAIL("'me@example.org'")), YES }, /* "*" is a letter there */
    { EXCLUDE_MAIL("'*.example.org'"), SAN(EMAIL("'me@example.org'")), CANT },

    /* those in the subject, where the alternative names have none */
    { PERMIT_MAIL("'example.org'"), SUBJECT(MAIL("'me@example.org'"), DNS("'a.com'")), YES },
    { PERMIT_MAIL("'example.org'"), SUBJECT(MAIL("'me@example.com'"), DNS("'a.com'")), NO },
    { EXCLUDE_MAIL("'example.org'"), SUBJECT(MAIL("'me@example.org'"), DNS("'a.com'")), OUT },
    { EXCLUDE_MAIL("'example.org'"), CERT(MAIL("'me@example.org'"), ""), OUT },
    { EXCLUDE_MAIL("'example.org'"), CERT(CN("'x'") MAIL("'a@b.com'") MAIL("'me@example.org'"), ""), OUT },
    { EXCLUDE_MAIL("'example.org'"), SUBJECT(MAIL("'me@example.org'"), EMAIL("'me@a.com'")), YES },
    { EXCLUDE_MAIL("'example.org'"), CERT(CN("'me@example.org'"), ""), YES },

    /* URIs: the host in them */
    { PERMIT_URI("'example.org'"), SAN(URI("'https://example.org/x'")), YES },
    { PERMIT_URI("'example.org'"), SAN(URI("'https://EXAMPLE.org'")), YES },
    { PERMIT_URI("'example.org'"), SAN(URI("'https://a.example.org/'")), NO },
    { PERMIT_URI("'.example.org'"), SAN(URI("'https://a.b.example.org/'")), YES },
    { PERMIT_URI("'.example.org'"), SAN(URI("'https://example.org/'")), NO },
    { PERMIT_URI("'example.org'"), SAN(URI("'https://me:pw@example.org:8443/?q#f'")), YES },
    { PERMIT_URI("'example.org'"), SAN(URI("'https://example.org@evil.com/'")), NO },
    { PERMIT_URI("'example.org'"), SAN(URI("'https://evil.com/@example.org'")), NO },
    { PERMIT_URI("'example.org'"), SAN(URI("'https://evil.com?@example.org'")), NO },
    { PERMIT_URI("'example.org'"), SAN(URI("'https://evil.com#@example.org'")), NO },
    { PERMIT_URI("'example.org'"), SAN(URI("'https://evil.com\\@example.org'")),
      YES }, /* RFC 3986 knows no "\" */
    { EXCLUDE_URI("'example.org'"), SAN(URI("'ftp://me@example.org:21'")), OUT },
    { EXCLUDE_URI("'.example.org'"), SAN(URI("'ftp://a.example.org'")), OUT },
    { EXCLUDE_URI("'example.org'"), SAN(URI("'ftp://example.com'")), YES },
    { EXCLUDE_URI("'example.org'"), SAN(URI("'ftp://example.org./'")), CANT },
    { EXCLUDE_URI("'example.org'"), SAN(URI("'ftp://%65xample.org/'")), CANT },
    { EXCLUDE_URI("'example.org'"), SAN(URI("'https://192.0.2.1/'")), CANT },
    { EXCLUDE_URI("'example.org'"), SAN(URI("'https://[2001:db8::1]/'")), CANT },
    { EXCLUDE_URI("'example.org'"), SAN(URI("'urn:isbn:1'")), CANT },
    { EXCLUDE_URI("'example.org'"), SAN(URI("'mailto:me@example.org'")), CANT },
    { EXCLUDE_URI("'example.org'"), SAN(URI("'https:///'")), CANT },
    { EXCLUDE_URI("'example.org'"), SAN(URI("'https://'")), CANT },
    { EXCLUDE_URI("'example.org'"), SAN(URI("'example.org'")), CANT },
    { EXCLUDE_URI("'example.org'"), SAN(URI("''")), CANT },
    { EXCLUDE_URI("'https://example.org'"), SAN(URI("'https://example.com'")), CANT },

    /* directory names: the subject, too */
    { PERMIT_DIR(O("'X'")), CERT(O("'X'") CN("'a'"), ""), YES },
    { PERMIT_DIR(O("'x'")), CERT(O("' X'") CN("'a'"), ""), YES },
    { PERMIT_DIR(O("'X'")), CERT(O("'Y'") CN("'a'"), ""), NO },
    { PERMIT_DIR(O("'X'")), CERT(CN("'a'") O("'X'"), ""), NO },
    { PERMIT_DIR(O("'X'")), SAN(DNS("'a.org'")), YES }, /* an empty subject is no name */
    { PERMIT_DIR(O("'X'")), SAN(DIR(O("'X'") CN("'a'"))), YES },
    { PERMIT_DIR(O("'X'")), SAN(DIR(CN("'a'"))), NO },
    { PERMIT_DIR(""), CERT(CN("'a'"), ""), YES },
    { EXCLUDE_DIR(""), CERT(CN("'a'"), ""), OUT },
    { EXCLUDE_DIR(O("'X'")), CERT(O("'x'") CN("'a'"), ""), OUT },
    { EXCLUDE_DIR(O("'X'")), CERT(O("'X'"), ""), OUT },
    { EXCLUDE_DIR(O("'X'") CN("'a'")), CERT(O("'X'"), ""), YES },
    { EXCLUDE_DIR(O("'X'")), SUBJECT(O("'Y'"), DIR(O("'X'"))), OUT },
    { EXCLUDE_DIR("30{ 05 }"), CERT(O("'X'"), ""), CANT },
    { ISSUER(EXCLUDE(TREE("a4{ 31{ 05 } }"))), CERT(O("'X'"), ""), CANT },
    { ISSUER(EXCLUDE(TREE("a4{ }"))), CERT(O("'X'"), ""), CANT },

    /* kinds that are not compared */
    { ISSUER(PERMIT(TREE(OTHER("'x'")))), SAN(OTHER("'x'")), CANT },
    { ISSUER(EXCLUDE(TREE(OTHER("'x'")))), SAN(OTHER("'y'")), CANT },
    { ISSUER(EXCLUDE(TREE(OTHER("'x'")))), SAN(DNS("'a.org'")), YES },
    { ISSUER(PERMIT(TREE(REGISTERED("2a03")))), SAN(REGISTERED("2a03")), CANT },
    { ISSUER(PERMIT(TREE(REGISTERED("2a03")))), SAN(DNS("'a.org'")), YES },
    { ISSUER(EXCLUDE(TREE("a3{ 05 }"))), SAN("a3{ 05 }"), CANT },
    { ISSUER(EXCLUDE(TREE("a5{ 05 }"))), SAN("a5{ 05 }"), CANT },
    { ISSUER(EXCLUDE(TREE("89{ 05 }"))), SAN("89{ 05 }"), CANT },
    { PERMIT_DNS("'example.org'"), SAN(OTHER("'x'")), YES },

    /* both lists: excluded wins, and each kind is for itself */
    { ISSUER(PERMIT(TREE(DNS("'example.org'"))) EXCLUDE(TREE(DNS("'a.example.org'")))),
      SAN(DNS("'b.example.org'")), YES },
    { ISSUER(PERMIT(TREE(DNS("'example.org'"))) EXCLUDE(TREE(DNS("'a.example.org'")))),
      SAN(DNS("'a.example.org'")), OUT },
    { ISSUER(PERMIT(TREE(DNS("'a.example.org'"))) EXCLUDE(TREE(DNS("'example.org'")))),
      SAN(DNS("'a.example.org'")), OUT },
    { ISSUER(PERMIT(TREE(DNS("'a.org'")) TREE(DNS("'b.org'")))), SAN(DNS("'b.org'") DNS("'x.a.org'")), YES },
    { ISSUER(PERMIT(TREE(DNS("'a.org'")) TREE(IP(NET4)))), SAN(DNS("'a.org'") IP("c0000301")), NO },
    { ISSUER(PERMIT(TREE(DNS("'a.org'")) TREE(DIR(O("'X'"))))), SUBJECT(O("'Y'"), DNS("'a.org'")), NO },
    { ISSUER(PERMIT(TREE(DNS("'a.org'"))) EXCLUDE(TREE(IP("00000000 00000000")))),
      SAN(DNS("'a.org'") IP("c0000301")), OUT },
    { ISSUER(PERMIT(TREE(DNS("'a.org'") "8001 00"))), SAN(DNS("'a.org'")),
      YES }, /* minimum 0: the form is wrong */
    { CERT(CN("'ca'"), ""), SAN(DNS("'a.org'")), YES },
    { PERMIT_DNS("'a.org'"), CERT(CN("'evil.com'"), ""), YES }, /* a common name is no DNS name here */
    { PERMIT_DNS("'a.org'"), CERT("", ""), YES },
};

struct pair {
    uint8_t *der[2];
    struct hl_arena arena;
    struct hl_x509 issuer, subject;
};

static void pair_init(struct pair *pair, const char *issuer, const char *subject)
{
    size_t len[2] = { 0, 0 };

    arena_init(&pair->arena, (size_t)8 << 20);
    pair->der[0] = der_text(issuer, &len[0]);
    pair->der[1] = der_text(subject, &len[1]);
    assert_true(x509_parse((struct hl_span){ pair->der[0], len[0] }, &pair->arena, &pair->issuer));
    assert_true(x509_parse((struct hl_span){ pair->der[1], len[1] }, &pair->arena, &pair->subject));
}

static void pair_cleanup(struct pair *pair)
{
    arena_cleanup(&pair->arena);
    free(pair->der[0]);
    free(pair->der[1]);
}

static void test_rows(void **state)
{
    unsigned wrong = 0;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct hl_x509_general_name culprit = { .tag = 0 };
        uint32_t comparisons = 1000;
        struct pair pair;

        pair_init(&pair, rows[i].issuer, rows[i].subject);
        enum nc_result result = name_constraints_check(&pair.issuer, &pair.subject, &comparisons, &culprit);
        if (result != rows[i].result) {
            print_error("%s\n%s\nis %d, not %d\n", strstr(rows[i].issuer, "'ca'"),
                        strstr(rows[i].subject, "270101"), (int)result, (int)rows[i].result);
            wrong++;
        }
        assert_true((culprit.tag != 0) == (result != NC_ALLOWED));
        comparisons = 1000;
        assert_int_equal(name_constraints_check(&pair.issuer, &pair.subject, &comparisons, NULL), result);
        pair_cleanup(&pair);
    }
    assert_int_equal(wrong, 0);
}

/* The first name that is not allowed. */
static void test_culprit(void **state)
{
    struct hl_x509_general_name culprit = { .tag = 0 };
    uint32_t comparisons = 1000;
    struct pair pair;

    (void)state;
    pair_init(&pair, EXCLUDE_DNS("'evil.com'"), SAN(DNS("'a.org'") DNS("'b.evil.com'") DNS("'evil.com'")));
    assert_int_equal(name_constraints_check(&pair.issuer, &pair.subject, &comparisons, &culprit),
                     NC_EXCLUDED);
    assert_int_equal(culprit.type, HL_X509_DNS);
    assert_true(span_equal(culprit.value, span_of("b.evil.com")));
    pair_cleanup(&pair);
    pair_init(&pair, EXCLUDE_MAIL("'evil.com'"), SUBJECT(MAIL("'me@evil.com'"), DNS("'a.org'")));
    assert_int_equal(name_constraints_check(&pair.issuer, &pair.subject, &comparisons, &culprit),
                     NC_EXCLUDED);
    assert_int_equal(culprit.type, HL_X509_EMAIL);
    assert_true(span_equal(culprit.value, span_of("me@evil.com")));
    pair_cleanup(&pair);
}

/* Comparisons are counted, and when they are used up the answer is no. */
static void test_budget(void **state)
{
    struct pair pair;
    uint32_t comparisons = 500;

    (void)state;
    pair_init(&pair, ISSUER(EXCLUDE("R20(" TREE(DNS("'a.org'")) ")")), SAN("R20(" DNS("'b.org'") ")"));
    assert_int_equal(name_constraints_check(&pair.issuer, &pair.subject, &comparisons, NULL), NC_ALLOWED);
    assert_int_equal(comparisons, 100);
    assert_int_equal(name_constraints_check(&pair.issuer, &pair.subject, &comparisons, NULL), NC_BUDGET);
    assert_int_equal(comparisons, 0);
    assert_int_equal(name_constraints_check(&pair.issuer, &pair.subject, &comparisons, NULL), NC_BUDGET);
    pair_cleanup(&pair);
    pair_init(&pair, EXCLUDE_DNS("'a.org'"), SAN(IP("c0000201")));
    assert_int_equal(name_constraints_check(&pair.issuer, &pair.subject, &comparisons, NULL), NC_ALLOWED);
    pair_cleanup(&pair);
}

/* Names that were cut from a list might be any: refused. */
static void test_cut_lists(void **state)
{
    struct pair pair;
    uint32_t comparisons = 1000000;

    (void)state;
    pair_init(&pair, EXCLUDE_DNS("'evil.com'"), SAN("R1100(" DNS("'a.org'") ")" DNS("'evil.com'")));
    assert_int_equal(name_constraints_check(&pair.issuer, &pair.subject, &comparisons, NULL), NC_BUDGET);
    pair_cleanup(&pair);
    pair_init(&pair, ISSUER(EXCLUDE("R1100(" TREE(DNS("'b.org'")) ")" TREE(DNS("'evil.com'")))),
              SAN(DNS("'evil.com'")));
    assert_int_equal(name_constraints_check(&pair.issuer, &pair.subject, &comparisons, NULL), NC_BUDGET);
    pair_cleanup(&pair);
}

static const struct {
    const char *issuer;
    bool well_formed;
} forms[] = {
    { PERMIT_DNS("'example.org'"), true },
    { PERMIT_DNS("''"), true },
    { PERMIT_DNS("'.example.org'"), false },
    { PERMIT_DNS("'*.example.org'"), false },
    { PERMIT_DNS("'a_b.org'"), false },
    { PERMIT_IP(NET4), true },
    { PERMIT_IP(NET6), true },
    { PERMIT_IP("00000000 00000000"), true },
    { PERMIT_IP("00000000 ffffffff"), true },
    { PERMIT_IP("00000000 80000000"), true },
    { PERMIT_IP("00000000 40000000"), false },
    { PERMIT_IP(HOLES4), false },
    { PERMIT_IP("c0000200"), false },
    { PERMIT_MAIL("'example.org'"), true },
    { PERMIT_MAIL("'.example.org'"), true },
    { PERMIT_MAIL("'me@example.org'"), true },
    { PERMIT_MAIL("'@example.org'"), false },
    { PERMIT_MAIL("'*.example.org'"), false },
    { PERMIT_URI("'example.org'"), true },
    { PERMIT_URI("'.example.org'"), true },
    { PERMIT_URI("'https://example.org'"), false },
    { PERMIT_DIR(O("'X'")), true },
    { PERMIT_DIR(""), true },
    { PERMIT_DIR("30{ 05 }"), false },
    { ISSUER(EXCLUDE(TREE(DNS("'.x.org'")))), false },
    { ISSUER(PERMIT(TREE(DNS("'a.org'") "8001 00"))), false }, /* minimum: DER leaves the default out */
    { ISSUER(PERMIT(TREE(DNS("'a.org'") "8101 05"))), false },
    { ISSUER(PERMIT("")), false }, /* GeneralSubtrees has one at least */
    { ISSUER(""), false },
};

static void test_forms(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        struct pair pair;
        pair_init(&pair, forms[i].issuer, CERT("", ""));
        if (name_constraints_are_well_formed(&pair.issuer) != forms[i].well_formed)
            fail_msg("%s", strstr(forms[i].issuer, "'ca'"));
        pair_cleanup(&pair);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),      cmocka_unit_test(test_culprit), cmocka_unit_test(test_budget),
        cmocka_unit_test(test_cut_lists), cmocka_unit_test(test_forms),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
