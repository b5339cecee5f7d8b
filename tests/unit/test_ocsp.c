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
#include "x509/ocsp.h"

#include "../support/der_text.h"
#include "../support/walk_text.h"

/* ---- a small response, part by part ---- */

#define TIME(text) "18{ '" text "' }"
#define NOW TIME("20260101000000Z")
#define LATER TIME("20260108000000Z")
#define ECDSA "30{ 06{ 2a8648ce3d040302 } }"
#define BITS "03{ 00 3000 }"
#define NAME(cn) "30{ 31{ 30{ 06{ 550403 } 0c{" cn "} } } }"
#define BY_NAME "a1{" NAME("'r'") "}"
#define BY_KEY "a2{ 04{ R20(4b) } }"
#define SHA1 "30{ 06{ 2b0e03021a } 0500 }"
#define CERT_ID(serial) "30{" SHA1 "04{ R20(aa) } 04{ R20(bb) } 02{" serial "} }"
#define GOOD "8000"
#define REVOKED(rest) "a1{" TIME("20251231120000Z") rest "}"
#define SINGLE(status, rest) "30{" CERT_ID("05") status NOW rest "}"
#define NEXT "a0{" LATER "}"
#define DATA(version, responder, singles, rest) "30{" version responder NOW "30{" singles "}" rest "}"
#define BASIC(data, rest) "30{" data ECDSA BITS rest "}"
#define BYTES(type, response) "a0{ 30{ 06{" type "} 04{" response "} } }"
#define PKIX_BASIC "2b0601050507300101"
#define RESPONSE(basic) "30{ 0a{ 00 }" BYTES(PKIX_BASIC, basic) "}"
#define WITH_DATA(data) RESPONSE(BASIC(data, ""))
#define WITH_SINGLES(singles) WITH_DATA(DATA("", BY_KEY, singles, ""))
#define WITH_SINGLE_EXT(list) WITH_SINGLES(SINGLE(GOOD, "a1{ 30{" list "} }"))
#define WITH_EXT(list) WITH_DATA(DATA("", BY_KEY, SINGLE(GOOD, NEXT), "a1{ 30{" list "} }"))
#define EXT(oid, value) "30{ 06{" oid "} 04{" value "} }"
#define CRITICAL(oid, value) "30{ 06{" oid "} 0101ff 04{" value "} }"
#define PLAIN RESPONSE(BASIC(DATA("", BY_KEY, SINGLE(GOOD, NEXT), ""), ""))

#define A20 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B20 "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define K20 "4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b"

/* A response under test: its bytes in an exact allocation, its model, its walk. */
struct subject {
    uint8_t *der;
    size_t len;
    struct hl_arena arena;
    struct hl_ocsp ocsp;
    bool whole;
    struct walk_text text;
    const char *walk;
};

static void take(struct subject *s)
{
    arena_init(&s->arena, (size_t)4 << 20);
    s->whole = ocsp_parse((struct hl_span){ s->der, s->len }, &s->arena, &s->ocsp);
    walk_text_init(&s->text);
    ocsp_walk(&s->ocsp, &s->text.visitor);
    ocsp_walk(&s->ocsp, NULL);
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
    { "good", PLAIN,
      "response_status:\"successful\",response_type:\"basicOCSPResponse\",version_number:1,"
      "responder_key_hash:<" K20 ">,produced_at:\"2026-01-01T00:00:00Z\",responses:[{hash_algorithm:\"sha1\","
      "issuer_name_hash:<" A20 ">,issuer_key_hash:<" B20 ">,serial:<05>,status:\"good\","
      "this_update:\"2026-01-01T00:00:00Z\",next_update:\"2026-01-08T00:00:00Z\"}],extensions:[],"
      "signature_algorithm:\"ecdsa-with-SHA256\",certificates:0,oddities:[]" },
    { "version spelled out", WITH_DATA(DATA("a0{ 02{ 00 } }", BY_KEY, SINGLE(GOOD, ""), "")),
      "version_number:1,responder" },
    { "version 2", WITH_DATA(DATA("a0{ 02{ 01 } }", BY_KEY, SINGLE(GOOD, ""), "")),
      "oddities:[\"unknown_version\"]" },
    { "by name", WITH_DATA(DATA("", BY_NAME, SINGLE(GOOD, ""), "")), "responder_name:\"CN=r\"" },
    { "without a next update", WITH_SINGLES(SINGLE(GOOD, "")),
      "status:\"good\",this_update:\"2026-01-01T00:00:00Z\"}]" },
    { "unknown", WITH_SINGLES(SINGLE("8200", "")), "status:\"unknown\",this_update" },
    { "revoked", WITH_SINGLES(SINGLE(REVOKED(""), "")),
      "status:\"revoked\",revoked_at:\"2025-12-31T12:00:00Z\",this_update" },
    { "revoked for a reason", WITH_SINGLES(SINGLE(REVOKED("a0{ 0a{ 01 } }"), "")),
      "revoked_at:\"2025-12-31T12:00:00Z\",reason:\"key_compromise\",this_update" },
    { "revoked for no reason we know", WITH_SINGLES(SINGLE(REVOKED("a0{ 0a{ 07 } }"), "")),
      "reason:\"unknown\"" },
    { "reason as an extension", WITH_SINGLES(SINGLE(REVOKED(""), "a1{ 30{" EXT("551d15", "0a{ 05 }") "} }")),
      "reason:\"cessation_of_operation\"" },
    { "reason as an extension, of a good one", WITH_SINGLE_EXT(EXT("551d15", "0a{ 05 }")),
      "status:\"good\",this_update:\"2026-01-01T00:00:00Z\"}]" },
    { "serial with sign octet", WITH_SINGLES("30{" CERT_ID("00ff") GOOD NOW "}"), "serial:<ff>" },
    { "SHA-256",
      WITH_SINGLES("30{ 30{ 30{ 06{ 608648016503040201 } } 04{ 01 } 04{ 02 } 02{ 03 } }" GOOD NOW "}"),
      "hash_algorithm:\"sha256\",issuer_name_hash:<01>,issuer_key_hash:<02>,serial:<03>" },
    { "a hash that is unknown", WITH_SINGLES("30{ 30{ 30{ 06{ 2a0304 } } 0400 0400 02{ 03 } }" GOOD NOW "}"),
      "hash_algorithm:\"1.2.3.4\"" },
    { "two", WITH_SINGLES(SINGLE(GOOD, "") SINGLE(REVOKED(""), "")),
      "status:\"good\",this_update:\"2026-01-01T00:00:00Z\"},{hash_algorithm" },
    { "none", WITH_SINGLES(""), "responses:[]" },
    { "SCTs",
      WITH_SINGLE_EXT(
          EXT("2b06010401d679020405", "04{ 0031 002f 00 R32(cc) 0000018bcfe56800 0000 0403 0000 }")),
      "timestamp:\"2023-11-14T22:13:20Z\",scheme:ecdsa_secp256r1_sha256,signature:<>}]}]" },
    { "archive cutoff, critical", WITH_SINGLE_EXT(CRITICAL("2b0601050507300106", NOW)),
      "this_update:\"2026-01-01T00:00:00Z\"}]" },
    { "unknown extension of a single", WITH_SINGLE_EXT(EXT("2a0304", "00")),
      "this_update:\"2026-01-01T00:00:00Z\"}]" },
    { "unknown critical extension of a single", WITH_SINGLE_EXT(CRITICAL("2a0304", "00")),
      "unknown_critical_extension:true}],extensions:[]" },
    { "a certificate's extension, critical", WITH_SINGLE_EXT(CRITICAL("551d11", "3000")),
      "unknown_critical_extension:true}]" },
    { "extended revoke in the wrong place", WITH_SINGLE_EXT(CRITICAL("2b0601050507300109", "0500")),
      "unknown_critical_extension:true}]" },
    { "nonce", WITH_EXT(EXT("2b0601050507300102", "04{ 0102 }")),
      "nonce:<0102>,extensions:[{oid:\"1.3.6.1.5.5.7.48.1.2\",name:\"ocspNonce\",critical:false,length:4}]" },
    { "nonce without its OCTET STRING", WITH_EXT(EXT("2b0601050507300102", "0102030405")),
      "nonce:<0102030405>," },
    { "nonce that only begins like one", WITH_EXT(EXT("2b0601050507300102", "04{ 01 } 02")),
      "nonce:<04010102>," },
    { "extended revoke", WITH_EXT(CRITICAL("2b0601050507300109", "0500")),
      "name:\"ocspExtendedRevoke\",critical:true,length:2}],signature_algorithm" },
    { "unknown critical extension", WITH_EXT(CRITICAL("2a0304", "00")),
      "oddities:[\"unknown_critical_extension\"]" },
    { "the same twice", WITH_EXT(EXT("2b0601050507300102", "04{ 01 }") EXT("2b0601050507300102", "04{ 02 }")),
      "nonce:<01>,extensions:[{oid:\"1.3.6.1.5.5.7.48.1.2\",name:\"ocspNonce\",critical:false,length:3},"
      "{oid:\"1.3.6.1.5.5.7.48.1.2\",name:\"ocspNonce\",critical:false,length:3,duplicate:true,value:<040102>"
      "}]" },
    { "certificates", RESPONSE(BASIC(DATA("", BY_KEY, SINGLE(GOOD, ""), ""), "a0{ 30{ 3000 30{ 0500 } } }")),
      "certificates:2" },
    { "an error", "30{ 0a{ 01 } }", "response_status:\"malformed_request\",oddities:[]" },
    { "internal error", "30{ 0a{ 02 } }", "response_status:\"internal_error\"" },
    { "try later", "30{ 0a{ 03 } }", "response_status:\"try_later\"" },
    { "number 4", "30{ 0a{ 04 } }", "response_status:\"unknown\"" },
    { "signature required", "30{ 0a{ 05 } }", "response_status:\"sig_required\"" },
    { "unauthorized", "30{ 0a{ 06 } }", "response_status:\"unauthorized\"" },
    { "number 7", "30{ 0a{ 07 } }", "response_status:\"unknown\"" },
    { "another type", "30{ 0a{ 00 }" BYTES("2a0304", "00ff") "}",
      "response_status:\"successful\",response_type:\"1.2.3.4\",oddities:[]" },
    { "bytes after the response", PLAIN "00", "oddities:[\"trailing_bytes\"]" },
    { "non-minimal length", "30{ 0a 8101 01 }", "oddities:[\"non_minimal_length\"]" },
    { "non-minimal length deep down", WITH_SINGLES("30{" CERT_ID("05") "808100" NOW "}"),
      "status:\"good\",this_update:\"2026-01-01T00:00:00Z\"}],extensions:[],"
      "signature_algorithm:\"ecdsa-with-SHA256\",certificates:0,oddities:[\"non_minimal_length\"]" },
    { "30 February", WITH_DATA("30{" BY_KEY TIME("20260230000000Z") "30{ } }"),
      "produced_at:null,produced_at_as_written:\"20260230000000Z\"" },
};

static void check_row(void **state)
{
    const struct row *row = *state;
    struct subject s;

    take_text(&s, row->der);
    assert_true(s.whole);
    walk_must_say(s.walk, row->says);
    drop(&s);
}

/* ---- what is broken, and where ---- */

struct broken {
    const char *name, *der;
    enum hl_fault_kind kind;
    const char *field;
    size_t offset;
};

static const struct broken broken[] = {
    { "nothing", "", HL_FAULT_TRUNCATED, "OCSPResponse", 0 },
    { "no response", "0500", HL_FAULT_VALUE, "OCSPResponse", 0 },
    { "indefinite length", "3080 0000", HL_FAULT_VALUE, "OCSPResponse", 1 },
    { "empty SEQUENCE", "3000", HL_FAULT_OVERRUN, "responseStatus", 2 },
    { "status that is an INTEGER", "30{ 02{ 00 } }", HL_FAULT_VALUE, "responseStatus", 2 },
    { "negative status", "30{ 0a{ ff } }", HL_FAULT_VALUE, "responseStatus", 4 },
    { "status of 400", "30{ 0a{ 0190 } }", HL_FAULT_VALUE, "responseStatus", 6 },
    { "success without bytes", "30{ 0a{ 00 } }", HL_FAULT_OVERRUN, "responseBytes", 5 },
    { "an error with what is no bytes", "30{ 0a{ 01 } 0500 }", HL_FAULT_VALUE, "responseBytes", 5 },
    { "no type", "30{ 0a{ 00 } a0{ 30{ 0500 } } }", HL_FAULT_VALUE, "responseType", 9 },
    { "no octets", "30{ 0a{ 00 } a0{ 30{ 06{ 2a } } } }", HL_FAULT_OVERRUN, "response", 12 },
    { "bytes after the octets", "30{ 0a{ 00 } a0{ 30{ 06{ 2a } 0400 00 } } }", HL_FAULT_TRAILING,
      "ResponseBytes", 14 },
    { "empty basic response", RESPONSE(""), HL_FAULT_OVERRUN, "BasicOCSPResponse", 22 },
    { "empty response data", RESPONSE("30{ 3000 }"), HL_FAULT_OVERRUN, "responderID", 26 },
    { "no responder", WITH_DATA("30{" NOW "3000 }"), HL_FAULT_VALUE, "responderID", 26 },
    { "responder by nothing", WITH_DATA("30{ a2{ } " NOW "3000 }"), HL_FAULT_OVERRUN, "KeyHash", 28 },
    { "responder by a broken name", WITH_DATA("30{ a1{ 30{ 0500 } }" NOW "3000 }"), HL_FAULT_VALUE,
      "RelativeDistinguishedName", 30 },
    { "produced at no time", WITH_DATA("30{ a2{ 0400 }" TIME("soon") "3000 }"), HL_FAULT_VALUE, "producedAt",
      32 },
    { "produced at a UTCTime", WITH_DATA("30{ a2{ 0400 } 17{ '260101000000Z' } 3000 }"), HL_FAULT_VALUE,
      "producedAt", 30 },
    { "no responses", WITH_DATA("30{ a2{ 0400 }" NOW "}"), HL_FAULT_OVERRUN, "responses", 47 },
    { "a response that is none", WITH_DATA("30{ a2{ 0400 }" NOW "30{ 0500 } }"), HL_FAULT_VALUE,
      "SingleResponse", 49 },
    { "no certificate ID", WITH_DATA("30{ a2{ 0400 }" NOW "30{ 3000 } }"), HL_FAULT_OVERRUN, "certID", 51 },
    { "no hash algorithm", WITH_DATA("30{ a2{ 0400 }" NOW "30{ 30{ 3000 } } }"), HL_FAULT_OVERRUN,
      "hashAlgorithm", 53 },
    { "no hash of the name", WITH_DATA("30{ a2{ 0400 }" NOW "30{ 30{ 30{ 30{ 06{ 2a } } 0500 } } } }"),
      HL_FAULT_VALUE, "issuerNameHash", 58 },
    { "no serial", WITH_DATA("30{ a2{ 0400 }" NOW "30{ 30{ 30{ 30{ 06{ 2a } } 0400 0400 } } } }"),
      HL_FAULT_OVERRUN, "serialNumber", 62 },
#define ID "30{ 30{ 06{ 2a } } 0400 0400 0200 }" /* 51 to 64 */
#define BROKEN_SINGLE(rest) WITH_DATA("30{ a2{ 0400 }" NOW "30{ 30{" ID rest "} } }")
    { "no status", BROKEN_SINGLE(""), HL_FAULT_OVERRUN, "certStatus", 64 },
    { "a status there is not", BROKEN_SINGLE("8300" NOW), HL_FAULT_VALUE, "certStatus", 64 },
    { "good, but not NULL", BROKEN_SINGLE("8001 00" NOW), HL_FAULT_TRAILING, "certStatus", 66 },
    { "good, but constructed", BROKEN_SINGLE("a000" NOW), HL_FAULT_VALUE, "certStatus", 64 },
    { "revoked at no time", BROKEN_SINGLE("a100" NOW), HL_FAULT_OVERRUN, "revocationTime", 66 },
    { "revoked for what is no reason", BROKEN_SINGLE("a1{" NOW "0500 }" NOW), HL_FAULT_VALUE,
      "revocationReason", 83 },
    { "revoked for a negative reason", BROKEN_SINGLE("a1{" NOW "a0{ 0a{ ff } } }" NOW), HL_FAULT_VALUE,
      "CRLReason", 87 },
    { "no update", BROKEN_SINGLE(GOOD), HL_FAULT_OVERRUN, "thisUpdate", 66 },
    { "update that is no time", BROKEN_SINGLE(GOOD TIME("2026")), HL_FAULT_VALUE, "thisUpdate", 68 },
    { "no next update in it", BROKEN_SINGLE(GOOD NOW "a000"), HL_FAULT_OVERRUN, "nextUpdate", 85 },
    { "bytes after the next update", BROKEN_SINGLE(GOOD NOW "a0{" NOW "00 }"), HL_FAULT_TRAILING,
      "nextUpdate", 102 },
    { "no extensions in it", BROKEN_SINGLE(GOOD NOW "a100"), HL_FAULT_OVERRUN, "Extensions", 85 },
    { "an extension that is none", BROKEN_SINGLE(GOOD NOW "a1{ 30{ 0500 } }"), HL_FAULT_VALUE, "Extension",
      87 },
    { "bytes after a single", BROKEN_SINGLE(GOOD NOW "0500"), HL_FAULT_TRAILING, "SingleResponse", 83 },
    { "bytes after the extensions", WITH_DATA("30{ a2{ 0400 }" NOW "3000 a1{ 3000 00 } }"), HL_FAULT_TRAILING,
      "responseExtensions", 53 },
    { "bytes after the response data", WITH_DATA("30{ a2{ 0400 }" NOW "3000 0500 }"), HL_FAULT_TRAILING,
      "tbsResponseData", 49 },
    { "no signature algorithm", RESPONSE("30{ 30{ a2{ 0400 }" NOW "3000 } }"), HL_FAULT_OVERRUN,
      "signatureAlgorithm", 49 },
    { "no signature", RESPONSE("30{ 30{ a2{ 0400 }" NOW "3000 }" ECDSA "}"), HL_FAULT_OVERRUN, "signature",
      61 },
    { "no certificates in it", RESPONSE(BASIC("30{ a2{ 0400 }" NOW "3000 }", "a000")), HL_FAULT_OVERRUN,
      "certs", 68 },
    { "a certificate that is none", RESPONSE(BASIC("30{ a2{ 0400 }" NOW "3000 }", "a0{ 30{ 0500 } }")),
      HL_FAULT_VALUE, "Certificate", 70 },
    { "bytes after the basic response", RESPONSE(BASIC("30{ a2{ 0400 }" NOW "3000 }", "") "00"),
      HL_FAULT_TRAILING, "response", 66 },
};

static void check_broken(void **state)
{
    const struct broken *row = *state;
    struct subject s;

    take_text(&s, row->der);
    if (s.ocsp.fault.kind != row->kind || s.ocsp.fault.offset != row->offset)
        print_error("%s at %zu in %s\n", hl_fault_kind_name(s.ocsp.fault.kind), s.ocsp.fault.offset,
                    s.ocsp.fault.field);
    assert_int_equal(s.ocsp.fault.kind, row->kind);
    assert_string_equal(s.ocsp.fault.field, row->field);
    assert_int_equal(s.ocsp.fault.offset, row->offset);
    assert_int_equal(s.whole, row->kind == HL_FAULT_TRAILING);
    for (uint32_t i = 0; i < s.ocsp.singles.count && !s.whole; i++)
        assert_int_not_equal(s.ocsp.singles.list[i].status, HL_OCSP_GOOD);
    drop(&s);
}

/* The body of a single's extension is broken: the single knows, the response can be used. */
static void broken_extension_of_a_single(void **state)
{
    (void)state;
    struct subject s;

    take_text(&s, WITH_SINGLE_EXT(EXT("2b06010401d679020405", "04{ 0003 0001 00 }")));
    assert_true(s.whole);
    assert_int_equal(s.ocsp.fault.kind, HL_FAULT_NONE);
    const struct hl_ocsp_single *single = s.ocsp.singles.list;
    assert_int_equal(single->status, HL_OCSP_GOOD);
    assert_int_equal(single->fault.kind, HL_FAULT_OVERRUN);
    assert_string_equal(single->fault.field, "LogID");
    assert_false(single->unknown_critical_extension);
    walk_must_say(s.walk, "oddities:[\"malformed_extension\"]");
    drop(&s);

    take_text(&s, WITH_SINGLE_EXT(CRITICAL("2b06010401d679020405", "0500")));
    assert_true(s.whole);
    assert_true(s.ocsp.singles.list->unknown_critical_extension);
    drop(&s);

    take_text(&s, WITH_SINGLE_EXT("30{ 0500 }"));
    assert_true(s.whole);
    assert_true(s.ocsp.singles.list->unknown_critical_extension);
    assert_string_equal(s.ocsp.singles.list->fault.field, "extnID");
    drop(&s);
}

/* One that is broken does not hide the next, but never counts as good. */
static void a_broken_single_does_not_hide_the_next(void **state)
{
    (void)state;
    struct subject s;

    take_text(&s, WITH_SINGLES("30{" CERT_ID("05") GOOD TIME("never") "}" SINGLE(REVOKED(""), "")));
    assert_false(s.whole);
    assert_int_equal(s.ocsp.singles.count, 2);
    assert_int_equal(s.ocsp.singles.list[0].status, HL_OCSP_UNKNOWN);
    assert_string_equal(s.ocsp.singles.list[0].fault.field, "thisUpdate");
    assert_int_equal(s.ocsp.singles.list[1].status, HL_OCSP_REVOKED);
    assert_int_equal(s.ocsp.singles.list[1].fault.kind, HL_FAULT_NONE);
    drop(&s);
}

static void model(void **state)
{
    (void)state;
    struct subject s;

    take_text(&s, RESPONSE(BASIC(DATA("", BY_NAME, SINGLE(REVOKED("a0{ 0a{ 0a } }"), NEXT), ""),
                                 "a0{ 30{ 30{ 0500 } } }")));
    const struct hl_ocsp *o = &s.ocsp;
    const struct hl_ocsp_single *single = o->singles.list;

    assert_true(s.whole);
    assert_true(o->basic);
    assert_int_equal(o->response_status, HL_OCSP_SUCCESSFUL);
    assert_int_equal(o->tbs.ptr[0], 0x30);
    assert_int_equal(o->tbs.ptr + o->tbs.len - o->signature_algorithm.der.ptr, 0);
    assert_int_equal(o->responder_name.der.len, 14);
    assert_int_equal(o->responder_key_hash.len, 0);
    assert_int_equal(o->produced_at.seconds, 1767225600);
    assert_int_equal(o->produced_at.flags, 0);
    assert_int_equal(o->signature.len, 2);
    assert_int_equal(o->signature_algorithm.hash, HL_X509_SHA256);
    assert_int_equal(o->certificates.count, 1);
    assert_int_equal(o->certificates.list[0].len, 4);
    assert_int_equal(single->hash, HL_X509_SHA1);
    assert_int_equal(single->hash_oid.len, 5);
    assert_int_equal(single->issuer_name_hash.len, 20);
    assert_int_equal(single->issuer_key_hash.ptr[0], 0xbb);
    assert_int_equal(single->serial.len, 1);
    assert_int_equal(single->reason, 10);
    assert_int_equal(single->revoked_at.seconds, 1767182400);
    assert_true(single->has_next_update);
    assert_int_equal(single->next_update.seconds - single->this_update.seconds, 7 * 86400);
    drop(&s);
}

/* ---- at the edges ---- */

static const char *const complete[] = {
    RESPONSE(BASIC(DATA("a0{ 02{ 00 } }", BY_NAME,
                        SINGLE(GOOD, NEXT "a1{ 30{" EXT(
                                         "2b06010401d679020405",
                                         "04{ 0031 002f 00 R32(cc) 0000018bcfe56800 0000 0403 0000 }") "} }")
                            SINGLE(REVOKED("a0{ 0a{ 01 } }"), ""),
                        "a1{ 30{" EXT("2b0601050507300102", "04{ 0102 }") "} }"),
                   "a0{ 30{ 30{ 0500 } } }")),
    PLAIN,
    "30{ 0a{ 06 } }",
};

static void every_prefix_is_truncated(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof complete / sizeof complete[0]; i++) {
        size_t len;
        uint8_t *der = der_text(complete[i], &len);

        for (size_t cut = 0; cut < len; cut++) {
            struct subject s = { .der = exact_copy(der, cut), .len = cut };

            take(&s);
            assert_false(s.whole);
            assert_int_equal(s.ocsp.fault.kind, HL_FAULT_TRUNCATED);
            assert_true(s.ocsp.fault.offset <= cut);
            assert_int_equal(s.ocsp.oddities & ~(unsigned)X509_ODD_UNKNOWN_CRITICAL_EXTENSION, 0);
            drop(&s);
        }
        free(der);
    }
}

/* Every byte of a good response is changed in turn: nothing is read that is not there. */
static void every_byte_is_changed(void **state)
{
    (void)state;
    size_t len;
    uint8_t *der = der_text(complete[0], &len);

    for (size_t at = 0; at < len; at++) {
        static const uint8_t masks[] = { 0x01, 0x20, 0x80, 0xff };

        for (size_t m = 0; m < sizeof masks; m++) {
            struct subject s = { .der = exact_copy(der, len), .len = len };

            s.der[at] ^= masks[m];
            take(&s);
            assert_true(s.whole || s.ocsp.fault.kind != HL_FAULT_NONE);
            assert_true(s.ocsp.fault.offset <= len);
            drop(&s);
        }
    }
    free(der);
}

static void more_than_the_cap_are_counted(void **state)
{
    (void)state;
    struct subject s;

    take_text(&s, WITH_SINGLES("R1200(" SINGLE(GOOD, "") ")"));
    assert_true(s.whole);
    assert_int_equal(s.ocsp.singles.count, HL_X509_NAMES_MAX);
    assert_int_equal(s.ocsp.singles.dropped, 1200 - HL_X509_NAMES_MAX);
    walk_must_say(s.walk, "responses_dropped:200");
    walk_must_say(s.walk, "oddities:[\"lists_cut\"]");
    drop(&s);

    take_text(&s, RESPONSE(BASIC(DATA("", BY_KEY, SINGLE(GOOD, ""), ""), "a0{ 30{ R20(3000) } }")));
    assert_int_equal(s.ocsp.certificates.count, HL_OCSP_CERTIFICATES_MAX);
    assert_int_equal(s.ocsp.certificates.dropped, 20 - HL_OCSP_CERTIFICATES_MAX);
    walk_must_say(s.walk, "certificates:20");
    drop(&s);

    take_text(&s, WITH_EXT("R1200(" EXT("2a0304", "") ")"));
    assert_int_equal(s.ocsp.extension_count, HL_X509_NAMES_MAX);
    walk_must_say(s.walk, "extensions_dropped:200");
    drop(&s);
}

static void an_exhausted_arena_costs_lists_only(void **state)
{
    (void)state;
    size_t len;
    uint8_t *der = der_text(complete[0], &len);

    for (size_t cap = 0; cap < 4096; cap += 64) {
        struct hl_arena arena;
        struct hl_ocsp ocsp;

        arena_init(&arena, cap);
        assert_true(ocsp_parse((struct hl_span){ der, len }, &arena, &ocsp));
        assert_int_equal(ocsp.singles.count + ocsp.singles.dropped, 2);
        assert_int_equal(ocsp.nonce.len, 2);
        ocsp_walk(&ocsp, NULL);
        arena_cleanup(&arena);
    }
    free(der);
}

static void words(void **state)
{
    (void)state;
    assert_string_equal(ocsp_status_name(0), "successful");
    assert_string_equal(ocsp_status_name(6), "unauthorized");
    assert_string_equal(ocsp_status_name(HL_OCSP_STATUS_MISSING), "unknown");
    assert_string_equal(ocsp_cert_status_name(HL_OCSP_GOOD), "good");
    assert_string_equal(crl_reason_name(0), "unspecified");
    assert_string_equal(crl_reason_name(8), "remove_from_crl");
    assert_string_equal(crl_reason_name(10), "aa_compromise");
    assert_string_equal(crl_reason_name(-1), "unknown");
    assert_string_equal(crl_reason_name(11), "unknown");
}

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

int main(void)
{
    static const struct CMUnitTest others[] = {
        cmocka_unit_test(broken_extension_of_a_single),
        cmocka_unit_test(a_broken_single_does_not_hide_the_next),
        cmocka_unit_test(model),
        cmocka_unit_test(every_prefix_is_truncated),
        cmocka_unit_test(every_byte_is_changed),
        cmocka_unit_test(more_than_the_cap_are_counted),
        cmocka_unit_test(an_exhausted_arena_costs_lists_only),
        cmocka_unit_test(words),
    };
    struct CMUnitTest tests[COUNT(rows) + COUNT(broken) + COUNT(others)];
    size_t n = 0;

    for (size_t i = 0; i < COUNT(rows); i++)
        tests[n++] = (struct CMUnitTest){ rows[i].name, check_row, NULL, NULL, (void *)(uintptr_t)&rows[i] };
    for (size_t i = 0; i < COUNT(broken); i++)
        tests[n++] =
            (struct CMUnitTest){ broken[i].name, check_broken, NULL, NULL, (void *)(uintptr_t)&broken[i] };
    memcpy(tests + n, others, sizeof others);
    return cmocka_run_group_tests_name("ocsp", tests, NULL, NULL);
}
