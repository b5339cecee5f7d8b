#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "base/text.h"
#include "x509/csr.h"

#include "../support/der_text.h"
#include "../support/walk_text.h"

/* ---- a small request, part by part ---- */

#define V1 "02{ 00 }"
#define NAME "30{ 31{ 30{ 06{ 550403 } 0c{ 'a' } } } }"
#define KEY "30{ 30{ 06{ 2b6570 } } 03{ 00 R32(11) } }"
#define ED25519 "30{ 06{ 2b6570 } }"
#define BITS "03{ 00 3000 }"
#define CSR(version, subject, key, rest) "30{ 30{" version subject key rest "}" ED25519 BITS "}"
#define WITH(attributes) CSR(V1, NAME, KEY, "a0{" attributes "}")
#define ATTRIBUTE(oid, values) "30{ 06{" oid "} 31{" values "} }"
#define CHALLENGE ATTRIBUTE("2a864886f70d010907", "0c{ 'secret' }")
#define REQUEST(list) ATTRIBUTE("2a864886f70d01090e", "30{" list "}")
#define MS_REQUEST(list) ATTRIBUTE("2b060104018237 02010e", "30{" list "}")
#define EXT(oid, value) "30{ 06{" oid "} 04{" value "} }"
#define SAN(name) EXT("551d11", "30{ 82{" name "} }")

struct subject {
    uint8_t *der;
    size_t len;
    struct hl_arena arena;
    struct hl_csr csr;
    bool whole;
    struct walk_text text;
    const char *walk;
};

static void take(struct subject *s)
{
    arena_init(&s->arena, (size_t)4 << 20);
    s->whole = csr_parse((struct hl_span){ s->der, s->len }, &s->arena, &s->csr);
    walk_text_init(&s->text);
    csr_walk(&s->csr, &s->text.visitor);
    csr_walk(&s->csr, NULL);
    s->walk = walk_text_string(&s->text);
}

static void take_text(struct subject *s, const char *text)
{
    s->der = der_text(text, &s->len);
    take(s);
}

static void drop(struct subject *s)
{
    walk_text_cleanup(&s->text);
    arena_cleanup(&s->arena);
    free(s->der);
}

/* ---- what is read ---- */

struct row {
    const char *name, *der, *says; /* one of what the walk says */
};

static const struct row rows[] = {
    { "plain", WITH(""),
      "version_number:1,subject:\"CN=a\",common_names:[\"a\"],signature_algorithm:\"ED25519\","
      "public_key:{algorithm:\"Ed25519\",bits:256},attributes:[],challenge_password:false,extensions:[],"
      "oddities:[]" },
    { "without attributes", CSR(V1, NAME, KEY, ""), "attributes:[],challenge_password:false" },
    { "version 2", CSR("02{ 01 }", NAME, KEY, "a0{ }"), "version_number:2," },
    { "version 2, marked", CSR("02{ 01 }", NAME, KEY, "a0{ }"), "oddities:[\"unknown_version\"]" },
    { "empty subject", CSR(V1, "3000", KEY, "a0{ }"), "subject:\"\",common_names:[]" },
    { "challenge password", WITH(CHALLENGE),
      "attributes:[\"challengePassword\"],challenge_password:true,extensions:[]" },
    { "requested extensions", WITH(REQUEST(SAN("'x.example'") EXT("551d13", "30{ 0101ff }"))),
      "attributes:[\"extensionRequest\"],challenge_password:false,"
      "subject_alternative_names:[{type:\"dns\",value:\"x.example\"}],basic_constraints:{ca:true},"
      "extensions:[{oid:\"2.5.29.17\",name:\"subjectAltName\",critical:false,length:13}," },
    { "Microsoft's request", WITH(MS_REQUEST(SAN("'x'"))),
      "attributes:[\"msExtensionRequest\"],challenge_password:false,subject_alternative_names:" },
    { "other attributes", WITH(ATTRIBUTE("2a0304", "0500") ATTRIBUTE("2a864886f70d010902", "0c{ 'x' }")),
      "attributes:[\"1.2.3.4\",\"unstructuredName\"]" },
    { "extensions requested twice", WITH(REQUEST(SAN("'x'")) REQUEST(SAN("'y'"))), "value:\"x\"}]," },
    { "extensions requested twice, marked", WITH(REQUEST(SAN("'x'")) MS_REQUEST(SAN("'y'"))),
      "oddities:[\"duplicate_extension\"]" },
    { "a broken extension", WITH(REQUEST(EXT("551d13", "0500"))), "oddities:[\"malformed_extension\"]" },
    { "no extensions requested", WITH(REQUEST("")), "oddities:[\"empty_extensions\"]" },
    { "bytes after the request", WITH("") "00", "oddities:[\"trailing_bytes\"]" },
    { "non-minimal length", CSR("02 8101 00", NAME, KEY, "a0{ }"), "oddities:[\"non_minimal_length\"]" },
    { "a broken key", CSR(V1, NAME, "30{ 30{ 06{ 2a864886f70d010101 } } 03{ 00 0400 } }", "a0{ }"),
      "oddities:[\"malformed_public_key\"]" },
};

static void check_row(void **state)
{
    const struct row *row = *state;
    struct subject s;

    take_text(&s, row->der);
    assert_true(s.whole);
    walk_must_say(s.walk, row->says);
    assert_null(strstr(s.walk, "secret"));
    assert_null(strstr(s.walk, "736563726574"));
    drop(&s);
}

/* ---- what is broken, and where ---- */

struct broken {
    const char *name, *der;
    bool whole;
    enum hl_fault_kind kind;
    const char *field;
    size_t offset;
};

static const struct broken broken[] = {
    { "nothing", "", false, HL_FAULT_TRUNCATED, "CertificationRequest", 0 },
    { "no request", "0500", false, HL_FAULT_VALUE, "CertificationRequest", 0 },
    { "empty SEQUENCE", "3000", false, HL_FAULT_OVERRUN, "certificationRequestInfo", 2 },
    { "empty information", "30{ 3000 }", false, HL_FAULT_OVERRUN, "version", 4 },
    { "no version", CSR("", NAME, KEY, ""), false, HL_FAULT_VALUE, "version", 4 },
    { "a version of no bytes", CSR("0200", NAME, KEY, ""), true, HL_FAULT_OVERRUN, "version", 6 },
    { "no subject", CSR(V1, "", "0500", ""), false, HL_FAULT_VALUE, "subject", 7 },
    { "a broken subject", CSR(V1, "30{ 0500 }", KEY, ""), true, HL_FAULT_VALUE, "RelativeDistinguishedName",
      9 },
    { "no key", CSR(V1, NAME, "", ""), false, HL_FAULT_OVERRUN, "subjectPKInfo", 21 },
    { "a key without bits", CSR(V1, NAME, "30{ 30{ 06{ 2b6570 } } }", ""), true, HL_FAULT_OVERRUN,
      "subjectPublicKey", 30 },
    { "attributes that are none", CSR(V1, NAME, KEY, "0500"), true, HL_FAULT_TRAILING,
      "certificationRequestInfo", 65 },
    { "an attribute that is none", WITH("0500"), true, HL_FAULT_VALUE, "Attribute", 67 },
    { "an empty attribute", WITH("3000"), true, HL_FAULT_OVERRUN, "type", 69 },
    { "an attribute without values", WITH("30{ 06{ 2a } }"), true, HL_FAULT_OVERRUN, "values", 72 },
    { "bytes after the values", WITH("30{ 06{ 2a } 3100 0500 }"), true, HL_FAULT_TRAILING, "Attribute", 74 },
    { "a request for what are no extensions", WITH(ATTRIBUTE("2a864886f70d01090e", "0500")), true,
      HL_FAULT_VALUE, "Extensions", 82 },
    { "a request for nothing", WITH(ATTRIBUTE("2a864886f70d01090e", "")), true, HL_FAULT_OVERRUN,
      "Extensions", 82 },
    { "two values of a request", WITH(ATTRIBUTE("2a864886f70d01090e", "3000 3000")), true, HL_FAULT_TRAILING,
      "values", 84 },
    { "no signature", "30{ 30{" V1 NAME KEY "a000 }" ED25519 "}", true, HL_FAULT_OVERRUN, "signature", 74 },
    { "bytes after the signature", "30{ 30{" V1 NAME KEY "a000 }" ED25519 BITS "0500 }", true,
      HL_FAULT_TRAILING, "CertificationRequest", 79 },
};

static void check_broken(void **state)
{
    const struct broken *row = *state;
    struct subject s;

    take_text(&s, row->der);
    const struct hl_fault *fault = &s.csr.request.fault;
    if (fault->kind != row->kind || fault->offset != row->offset)
        print_error("%s at %zu in %s\n", hl_fault_kind_name(fault->kind), fault->offset, fault->field);
    assert_int_equal(s.whole, row->whole);
    assert_int_equal(fault->kind, row->kind);
    assert_string_equal(fault->field, row->field);
    assert_int_equal(fault->offset, row->offset);
    drop(&s);
}

static void model(void **state)
{
    (void)state;
    struct subject s;

    take_text(&s, WITH(CHALLENGE REQUEST(SAN("'x'") EXT("551d0f", "03020780"))));
    const struct hl_x509 *request = &s.csr.request;
    struct hl_span name;
    uint32_t i = 0;

    assert_true(s.whole);
    assert_int_equal(request->fault.kind, HL_FAULT_NONE);
    assert_true(s.csr.challenge_password && s.csr.extension_request);
    assert_int_equal(s.csr.attributes.count, 2);
    assert_true(x509_has(request, HL_X509_EXT_SAN) && x509_has(request, HL_X509_EXT_KEY_USAGE));
    assert_true(x509_next_name(&request->san, HL_X509_DNS, &i, &name));
    assert_true(span_equal(name, span_of("x")));
    assert_int_equal(request->key_usage, HL_X509_DIGITAL_SIGNATURE);
    assert_int_equal(request->key.kind, HL_X509_KEY_ED25519);
    assert_int_equal(request->path_length, -1);
    assert_ptr_equal(request->tbs.ptr + request->tbs.len, request->signature_algorithm.der.ptr);
    assert_int_equal(request->signature.len, 2);
    assert_int_equal(request->issuer.der.len, 0);
    drop(&s);
}

/* ---- at the edges ---- */

#define COMPLETE                                                                                             \
    WITH(CHALLENGE ATTRIBUTE("2a0304", "0500")                                                               \
             REQUEST(SAN("'x.example'") EXT("551d13", "30{ 0101ff 020102 }") EXT("551d0f", "03020780")       \
                         EXT("551d25", "30{ 06{ 2b06010505070301 } }")))

static void every_prefix_is_truncated(void **state)
{
    (void)state;
    struct subject whole;
    take_text(&whole, COMPLETE);
    assert_true(whole.whole);
    size_t tbs_end = (size_t)(whole.csr.request.tbs.ptr - whole.der) + whole.csr.request.tbs.len;

    for (size_t cut = 0; cut < whole.len; cut++) {
        struct subject s = { .der = exact_copy(whole.der, cut), .len = cut };

        take(&s);
        assert_int_equal(s.whole, cut > tbs_end);
        assert_int_equal(s.csr.request.fault.kind, HL_FAULT_TRUNCATED);
        assert_true(s.csr.request.fault.offset <= cut);
        assert_int_equal(s.csr.request.oddities, 0);
        drop(&s);
    }
    drop(&whole);
}

/* Every byte is changed in turn: nothing is read that is not there. */
static void every_byte_is_changed(void **state)
{
    (void)state;
    size_t len;
    uint8_t *der = der_text(COMPLETE, &len);

    for (size_t at = 0; at < len; at++) {
        static const uint8_t masks[] = { 0x01, 0x20, 0x80, 0xff };

        for (size_t m = 0; m < sizeof masks; m++) {
            struct subject s = { .der = exact_copy(der, len), .len = len };

            s.der[at] ^= masks[m];
            take(&s);
            assert_true(s.whole || s.csr.request.fault.kind != HL_FAULT_NONE);
            assert_true(s.csr.request.fault.offset <= len);
            drop(&s);
        }
    }
    free(der);
}

static void more_than_the_cap_are_counted(void **state)
{
    (void)state;
    struct subject s;

    take_text(&s, WITH("R1200(" ATTRIBUTE("2a0304", "") ")" CHALLENGE));
    assert_int_equal(s.csr.attributes.count, HL_X509_NAMES_MAX);
    assert_true(s.csr.challenge_password);
    walk_must_say(s.walk, "attributes_dropped:201");
    walk_must_say(s.walk, "oddities:[\"lists_cut\"]");
    drop(&s);
}

static void an_exhausted_arena_costs_lists_only(void **state)
{
    (void)state;
    size_t len;
    uint8_t *der = der_text(COMPLETE, &len);

    for (size_t cap = 0; cap < 2048; cap += 32) {
        struct hl_arena arena;
        struct hl_csr csr;

        arena_init(&arena, cap);
        assert_true(csr_parse((struct hl_span){ der, len }, &arena, &csr));
        assert_true(csr.challenge_password && csr.request.ca);
        csr_walk(&csr, NULL);
        arena_cleanup(&arena);
    }
    free(der);
}

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

int main(void)
{
    static const struct CMUnitTest others[] = {
        cmocka_unit_test(model),
        cmocka_unit_test(every_prefix_is_truncated),
        cmocka_unit_test(every_byte_is_changed),
        cmocka_unit_test(more_than_the_cap_are_counted),
        cmocka_unit_test(an_exhausted_arena_costs_lists_only),
    };
    struct CMUnitTest tests[COUNT(rows) + COUNT(broken) + COUNT(others)];
    size_t n = 0;

    for (size_t i = 0; i < COUNT(rows); i++)
        tests[n++] = (struct CMUnitTest){ rows[i].name, check_row, NULL, NULL, (void *)(uintptr_t)&rows[i] };
    for (size_t i = 0; i < COUNT(broken); i++)
        tests[n++] =
            (struct CMUnitTest){ broken[i].name, check_broken, NULL, NULL, (void *)(uintptr_t)&broken[i] };
    memcpy(tests + n, others, sizeof others);
    return cmocka_run_group_tests_name("csr", tests, NULL, NULL);
}
