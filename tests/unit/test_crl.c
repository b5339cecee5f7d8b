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
#include "x509/crl.h"

#include "../support/der_text.h"
#include "../support/walk_text.h"

/* ---- a small CRL, part by part ---- */

#define V2 "02{ 01 }"
#define ECDSA "30{ 06{ 2a8648ce3d040302 } }"
#define BITS "03{ 00 3000 }"
#define NAME "30{ 31{ 30{ 06{ 550403 } 0c{ 'a' } } } }"
#define TIME(text) "17{ '" text "' }"
#define THIS TIME("260101000000Z")
#define NEXT TIME("260201000000Z")
#define ENTRY(serial, rest) "30{ 02{" serial "}" TIME("251231120000Z") rest "}"
#define ENTRY_EXT(serial, list) ENTRY(serial, "30{" list "}")
#define ENTRIES(list) "30{" list "}"
#define EXTS(list) "a0{ 30{" list "} }"
#define EXT(oid, value) "30{ 06{" oid "} 04{" value "} }"
#define CRITICAL(oid, value) "30{ 06{" oid "} 0101ff 04{" value "} }"
#define CRL(version, algorithm, issuer, times, rest)                                                         \
    "30{ 30{" version algorithm issuer times rest "}" ECDSA BITS "}"
#define WITH(rest) CRL(V2, ECDSA, NAME, THIS NEXT, rest)
#define WITH_EXT(list) WITH(EXTS(list))
#define IDP(fields) WITH_EXT(CRITICAL("551d1c", "30{" fields "}"))
#define FALSE3 "only_user_certs:false,only_ca_certs:false,only_attribute_certs:false,"

struct subject {
    uint8_t *der;
    size_t len;
    struct hl_arena arena;
    struct hl_crl crl;
    bool whole;
    struct walk_text text;
    const char *walk;
};

/* The walk over the CRL, and of each of its entries. */
static void take(struct subject *s)
{
    struct hl_crl_cursor cursor = { 0 };
    struct hl_crl_entry entry;
    size_t entries = 0;

    arena_init(&s->arena, (size_t)4 << 20);
    s->whole = crl_parse((struct hl_span){ s->der, s->len }, &s->arena, &s->crl);
    walk_text_init(&s->text);
    crl_walk(&s->crl, &s->text.visitor);
    crl_walk(&s->crl, NULL);
    for (; crl_next(&s->crl, &cursor, &entry) && entries < 100; entries++) {
        buf_string(&s->text.out, " {");
        crl_entry_walk(&entry, &s->text.visitor);
        buf_char(&s->text.out, '}');
    }
    assert_int_equal(entries, s->crl.entry_count < 100 ? s->crl.entry_count : 100);
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

static bool find(const struct subject *s, const char *hex, struct hl_crl_entry *entry)
{
    size_t len;
    uint8_t *serial = der_text(hex, &len);
    bool found = crl_find(&s->crl, (struct hl_span){ serial, len }, entry);

    free(serial);
    return found;
}

/* ---- what is read ---- */

struct row {
    const char *name, *der, *says; /* one of what the walk says */
};

static const struct row rows[] = {
    { "empty", WITH(""),
      "version_number:2,issuer:\"CN=a\",this_update:\"2026-01-01T00:00:00Z\","
      "next_update:\"2026-02-01T00:00:00Z\",entries:0,signature_algorithm:\"ecdsa-with-SHA256\","
      "extensions:[],oddities:[]" },
    { "version 1", CRL("", ECDSA, NAME, THIS NEXT, ""), "version_number:1," },
    { "version 3", CRL("02{ 02 }", ECDSA, NAME, THIS NEXT, ""), "oddities:[\"unknown_version\"]" },
    { "without a next update", CRL(V2, ECDSA, NAME, THIS, ENTRIES(ENTRY("05", ""))),
      "this_update:\"2026-01-01T00:00:00Z\",entries:1," },
    { "GeneralizedTime", CRL(V2, ECDSA, NAME, THIS "18{ '20500101000000Z' }", ""),
      "next_update:\"2050-01-01T00:00:00Z\",entries" },
    { "GeneralizedTime too early", CRL(V2, ECDSA, NAME, THIS "18{ '20300101000000Z' }", ""),
      "next_update:\"2030-01-01T00:00:00Z\",next_update_as_written:\"20300101000000Z\"," },
    { "inner and outer algorithm differ", CRL(V2, "30{ 06{ 2b6570 } }", NAME, THIS NEXT, ""),
      "signature_algorithm:\"ecdsa-with-SHA256\",tbs_signature_algorithm:\"ED25519\","
      "extensions:[],oddities:[\"signature_algorithm_mismatch\"]" },
    { "empty issuer", CRL(V2, ECDSA, "30{ }", THIS, ""), "oddities:[\"empty_issuer\"]" },
    { "bytes after the CRL", WITH("") "00", "oddities:[\"trailing_bytes\"]" },

    /* entries */
    { "an empty list of entries", WITH("3000"), "entries:0," },
    { "an entry", WITH(ENTRIES(ENTRY("00ff", ""))), " {serial:<ff>,revoked_at:\"2025-12-31T12:00:00Z\"}" },
    { "entries", WITH(ENTRIES(ENTRY("05", "") ENTRY("06", ""))), "entries:2," },
    { "reason", WITH(ENTRIES(ENTRY_EXT("05", EXT("551d15", "0a{ 01 }")))),
      " {serial:<05>,revoked_at:\"2025-12-31T12:00:00Z\",reason:\"key_compromise\"}" },
    { "removed", WITH(ENTRIES(ENTRY_EXT("05", EXT("551d15", "0a{ 08 }")))), "reason:\"remove_from_crl\"" },
    { "invalidity date", WITH(ENTRIES(ENTRY_EXT("05", EXT("551d18", "18{ '20251201000000Z' }")))),
      "revoked_at:\"2025-12-31T12:00:00Z\",invalid_since:\"2025-12-01T00:00:00Z\"}" },
    { "hold instruction", WITH(ENTRIES(ENTRY_EXT("05", EXT("551d17", "06{ 2a }")))),
      "revoked_at:\"2025-12-31T12:00:00Z\"}" },
    { "unknown critical extension of an entry",
      WITH(ENTRIES(ENTRY_EXT("05", CRITICAL("2a0304", "0500")) ENTRY("06", ""))),
      "entries:2,signature_algorithm:\"ecdsa-with-SHA256\",unknown_critical_extension:true,extensions:[],"
      "oddities:[\"unknown_critical_extension\"] {serial:<05>,revoked_at:\"2025-12-31T12:00:00Z\","
      "unknown_critical_extension:true} {serial:<06>,revoked_at:\"2025-12-31T12:00:00Z\"}" },
    { "reason twice, critical",
      WITH(ENTRIES(ENTRY_EXT("05", EXT("551d15", "0a{ 01 }") CRITICAL("551d15", "0a{ 08 }")))),
      "reason:\"key_compromise\",unknown_critical_extension:true}" },
    { "a broken reason", WITH(ENTRIES(ENTRY_EXT("05", EXT("551d15", "0500")))),
      "oddities:[\"malformed_extension\"] {serial:<05>,revoked_at:\"2025-12-31T12:00:00Z\"}" },
    { "a broken invalidity date", WITH(ENTRIES(ENTRY_EXT("05", EXT("551d18", "18{ 'never' }")))),
      "oddities:[\"malformed_extension\"] {" },
    { "an impossible date of an entry", WITH(ENTRIES("30{ 02{ 05 }" TIME("250230120000Z") "}")),
      " {serial:<05>,revoked_at:null,revoked_at_as_written:\"250230120000Z\"}" },
    { "certificate issuers",
      WITH(ENTRIES(ENTRY("01", "") ENTRY_EXT("02", CRITICAL("551d1d", "30{ 82{ 'x' } }")) ENTRY("03", "")
                       ENTRY_EXT("04", CRITICAL("551d1d", "30{ 82{ 'y' } }")))),
      " {serial:<01>,revoked_at:\"2025-12-31T12:00:00Z\"}"
      " {serial:<02>,revoked_at:\"2025-12-31T12:00:00Z\",certificate_issuer:<820178>}"
      " {serial:<03>,revoked_at:\"2025-12-31T12:00:00Z\",certificate_issuer:<820178>}"
      " {serial:<04>,revoked_at:\"2025-12-31T12:00:00Z\",certificate_issuer:<820179>}" },

    /* extensions */
    { "number", WITH_EXT(EXT("551d14", "02{ 0080 }")),
      "crl_number:<80>,extensions:[{oid:\"2.5.29.20\",name:\"cRLNumber\",critical:false,length:4}]" },
    { "key ID", WITH_EXT(EXT("551d23", "30{ 80{ 0102 } 82{ 0080 } }")),
      "authority_key_identifier:{key_id:<0102>,serial:<80>}," },
    { "delta", WITH_EXT(CRITICAL("551d1b", "02{ 07 }")), "base_crl_number:<07>,extensions" },
    { "point: nothing", IDP(""),
      "issuing_distribution_point:{names:[]," FALSE3 "indirect:false},extensions" },
    { "point: user certificates", IDP("81{ ff }"), "only_user_certs:true,only_ca_certs:false," },
    { "point: CA certificates", IDP("82{ ff }"), "only_user_certs:false,only_ca_certs:true," },
    { "point: some reasons", IDP("83{ 0660 40 }"),
      "only_some_reasons:[\"key_compromise\",\"ca_compromise\"]," },
    { "point: indirect", IDP("84{ ff }"), FALSE3 "indirect:true}" },
    { "point: attribute certificates", IDP("85{ ff }"), "only_attribute_certs:true,indirect:false}" },
    { "point: name", IDP("a0{ a0{ 86{ 'http://x' } } } 81{ 00 }"),
      "issuing_distribution_point:{names:[\"http://x\"]," FALSE3 },
    { "point: relative name", IDP("a0{ a1{ 30{ 06{ 550403 } 0c{ 'a' } } } }"),
      "names:[],relative_name:true," },
    { "unknown extension", WITH_EXT(EXT("2a0304", "0500")),
      "extensions:[{oid:\"1.2.3.4\",name:null,critical:false,length:2,value:<0500>}],oddities:[]" },
    { "unknown critical extension", WITH_EXT(CRITICAL("2a0304", "0500")),
      "unknown_critical_extension:true," },
    { "an extension of certificates, critical", WITH_EXT(CRITICAL("551d11", "3000")),
      "unknown_critical_extension:true,extensions:[{oid:\"2.5.29.17\",name:\"subjectAltName\",critical:true,"
      "length:2,value:<3000>}]" },
    { "an extension of entries, critical", WITH_EXT(CRITICAL("551d15", "0a{ 01 }")),
      "unknown_critical_extension:true," },
    { "a broken critical extension", WITH_EXT(CRITICAL("551d1c", "30{ 86{ 00 } }")),
      "unknown_critical_extension:true," },
    { "a broken extension", WITH_EXT(EXT("551d14", "0500")),
      "crl_number:<>,extensions:[{oid:\"2.5.29.20\",name:\"cRLNumber\",critical:false,length:2,value:<0500>,"
      "fault:{kind:\"value\",field:\"CRLNumber\"" },
    { "what is no extension", WITH_EXT("30{ 0500 }"), "unknown_critical_extension:true," },
    { "the point twice", WITH_EXT(CRITICAL("551d1c", "3000") CRITICAL("551d1c", "30{ 84{ ff } }")),
      "indirect:false},unknown_critical_extension:true,extensions" },
    { "no extensions in the list", WITH_EXT(""), "oddities:[\"empty_extensions\"]" },
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
    size_t entries; /* that could be read */
};

static const struct broken broken[] = {
    { "nothing", "", HL_FAULT_TRUNCATED, "CertificateList", 0, 0 },
    { "no CRL", "0500", HL_FAULT_VALUE, "CertificateList", 0, 0 },
    { "empty SEQUENCE", "3000", HL_FAULT_OVERRUN, "tbsCertList", 2, 0 },
    { "empty list", "30{ 3000 }", HL_FAULT_OVERRUN, "signature", 4, 0 },
    { "a version of many bytes", CRL("02{ 01 R8(00) }", ECDSA, NAME, THIS NEXT, ""), HL_FAULT_VALUE,
      "version", 14, 0 },
    { "no algorithm", CRL(V2, "0500", NAME, THIS NEXT, ""), HL_FAULT_VALUE, "signature", 7, 0 },
    { "no OID in the algorithm", CRL(V2, "3000", NAME, THIS NEXT, ""), HL_FAULT_OVERRUN, "algorithm", 9, 0 },
    { "no issuer", CRL(V2, ECDSA, "", THIS NEXT, ""), HL_FAULT_VALUE, "issuer", 19, 0 },
    { "a broken issuer", CRL(V2, ECDSA, "30{ 0500 }", THIS NEXT, ""), HL_FAULT_VALUE,
      "RelativeDistinguishedName", 21, 0 },
    { "no date", CRL(V2, ECDSA, NAME, "", ""), HL_FAULT_OVERRUN, "thisUpdate", 33, 0 },
    { "what is no date", CRL(V2, ECDSA, NAME, TIME("soon"), ""), HL_FAULT_VALUE, "thisUpdate", 35, 0 },
    { "entries that are no list", WITH("0500"), HL_FAULT_TRAILING, "tbsCertList", 63, 0 },
    { "an entry that is none", WITH(ENTRIES("0500")), HL_FAULT_VALUE, "revokedCertificate", 65, 0 },
    { "an empty entry", WITH(ENTRIES("3000")), HL_FAULT_OVERRUN, "userCertificate", 67, 0 },
    { "an entry that is none, after one", WITH(ENTRIES(ENTRY("05", "") "0500")), HL_FAULT_VALUE,
      "revokedCertificate", 85, 1 },
    { "an entry without a serial", WITH(ENTRIES("30{" THIS "}")), HL_FAULT_VALUE, "userCertificate", 67, 0 },
    { "an entry without a date", WITH(ENTRIES("30{ 02{ 05 } }")), HL_FAULT_OVERRUN, "revocationDate", 70, 0 },
    { "an entry with what is no date", WITH(ENTRIES("30{ 02{ 05 } 0500 }")), HL_FAULT_VALUE, "revocationDate",
      72, 1 },
    { "an entry that is too long", WITH("3004 3003 0201 05"), HL_FAULT_OVERRUN, "revokedCertificate", 67, 0 },
    { "an entry with what are no extensions", WITH(ENTRIES(ENTRY("05", "0500"))), HL_FAULT_VALUE,
      "Extensions", 85, 0 },
    { "bytes after an entry's extensions", WITH(ENTRIES(ENTRY("05", "3000 0500"))), HL_FAULT_TRAILING,
      "revokedCertificate", 87, 0 },
    { "no extensions in it", WITH("a0{ }"), HL_FAULT_OVERRUN, "Extensions", 65, 0 },
    { "an extension that is none", WITH_EXT("0500"), HL_FAULT_VALUE, "Extension", 67, 0 },
    { "bytes after the extensions", WITH("a0{ 3000 00 }"), HL_FAULT_TRAILING, "crlExtensions", 67, 0 },
    { "bytes after the list", WITH("a0{ 3000 } 0500"), HL_FAULT_TRAILING, "tbsCertList", 67, 0 },
    { "no signature", "30{ 30{" V2 ECDSA NAME THIS "}" ECDSA "}", HL_FAULT_OVERRUN, "signatureValue", 60, 0 },
    { "bytes after the signature", "30{ 30{" V2 ECDSA NAME THIS "}" ECDSA BITS "0500 }", HL_FAULT_TRAILING,
      "CertificateList", 65, 0 },
};

static void check_broken(void **state)
{
    const struct broken *row = *state;
    struct subject s;

    take_text(&s, row->der);
    if (s.crl.fault.kind != row->kind || s.crl.fault.offset != row->offset)
        print_error("%s at %zu in %s\n", hl_fault_kind_name(s.crl.fault.kind), s.crl.fault.offset,
                    s.crl.fault.field);
    assert_int_equal(s.crl.fault.kind, row->kind);
    assert_string_equal(s.crl.fault.field, row->field);
    assert_int_equal(s.crl.fault.offset, row->offset);
    assert_int_equal(s.whole, row->kind == HL_FAULT_TRAILING);
    assert_int_equal(s.crl.entry_count, row->entries);
    drop(&s);
}

/* ---- looking for one ---- */

static void a_serial_is_found_as_it_is(void **state)
{
    (void)state;
    struct subject s;
    struct hl_crl_entry entry;

    take_text(&s, WITH(ENTRIES(ENTRY("05", "") ENTRY_EXT("0080", EXT("551d15", "0a{ 04 }")) ENTRY("80", "")
                                   ENTRY("R20(11)", "") ENTRY_EXT("05", EXT("551d15", "0a{ 08 }")))));
    assert_true(s.whole);
    assert_int_equal(s.crl.entry_count, 5);
    assert_true(find(&s, "0080", &entry));
    assert_int_equal(entry.reason, 4);
    assert_int_equal(entry.revoked_at.seconds, 1767182400);
    assert_true(find(&s, "80", &entry));
    assert_int_equal(entry.reason, -1);
    assert_true(find(&s, "R20(11)", &entry));
    assert_true(find(&s, "05", &entry));
    assert_int_equal(entry.reason, -1); /* the first */
    assert_false(find(&s, "0005", &entry));
    assert_false(find(&s, "", &entry));
    assert_false(find(&s, "R19(11)", &entry));
    assert_false(find(&s, "R21(11)", &entry));
    drop(&s);

    take_text(&s, WITH(""));
    assert_false(find(&s, "05", &entry));
    assert_false(find(&s, "", &entry));
    drop(&s);
}

static void the_issuer_in_force_comes_along(void **state)
{
    (void)state;
    struct subject s;
    struct hl_crl_entry entry;

    take_text(&s, WITH(ENTRIES(ENTRY("01", "") ENTRY_EXT("02", CRITICAL("551d1d", "30{ 82{ 'x' } }"))
                                   ENTRY("03", "")) EXTS(CRITICAL("551d1c", "30{ 84{ ff } }"))));
    assert_true(s.whole);
    assert_true(s.crl.indirect);
    assert_true(s.crl.entries_with_issuer);
    assert_false(s.crl.unknown_critical_extension);
    assert_true(find(&s, "01", &entry));
    assert_int_equal(entry.certificate_issuer.len, 0);
    assert_true(find(&s, "02", &entry));
    assert_true(entry.own_certificate_issuer);
    assert_true(find(&s, "03", &entry));
    assert_false(entry.own_certificate_issuer);
    assert_int_equal(entry.certificate_issuer.len, 3);
    drop(&s);
}

static void model(void **state)
{
    (void)state;
    struct subject s;

    take_text(&s, WITH(ENTRIES(ENTRY("05", "")) EXTS(
                      CRITICAL("551d14", "02{ 07 }") EXT("551d1c", "30{ a0{ a0{ 86{ 'u' } } } 83{ 0102 } }")
                          EXT("551d23", "30{ 80{ 0102 } }") CRITICAL("551d1b", "02{ 06 }"))));
    const struct hl_crl *crl = &s.crl;

    assert_true(s.whole);
    assert_int_equal(crl->tbs.ptr - s.der, 3);
    assert_ptr_equal(crl->tbs.ptr + crl->tbs.len, crl->signature_algorithm.der.ptr);
    assert_int_equal(crl->signature.len, 2);
    assert_true(span_equal(crl->tbs_algorithm.der, crl->signature_algorithm.der));
    assert_int_equal(crl->this_update.seconds, 1767225600);
    assert_true(crl->has_next_update);
    assert_int_equal(crl->revoked_entries.len, 20);
    assert_true(crl->has_crl_number && crl->crl_number_critical && crl->delta_crl);
    assert_int_equal(crl->crl_number.ptr[0], 7);
    assert_int_equal(crl->base_crl_number.ptr[0], 6);
    assert_true(crl->issuing_distribution_point && !crl->issuing_distribution_point_critical);
    assert_int_equal(crl->point_names.count, 1);
    assert_int_equal(crl->point_names.list[0].type, HL_X509_URI);
    assert_true(crl->only_some_reasons);
    assert_int_equal(crl->some_reasons, 1 << 6);
    assert_int_equal(crl->authority_key_id.len, 2);
    assert_int_equal(crl->extension_count, 4);
    assert_int_equal(crl->extensions[1].id, HL_X509_EXT_ISSUING_POINT);
    assert_false(crl->unknown_critical_extension);
    drop(&s);
}

/* ---- at the edges ---- */

#define COMPLETE                                                                                             \
    WITH(                                                                                                    \
        ENTRIES(ENTRY("01", "")                                                                              \
                    ENTRY_EXT("02", EXT("551d15", "0a{ 01 }") EXT("551d18", "18{ '20251201000000Z' }"))      \
                        ENTRY_EXT("0003", CRITICAL("551d1d", "30{ 82{ 'x' } }")))                            \
            EXTS(EXT("551d14", "02{ 07 }") EXT("551d23", "30{ 80{ 0102 } a1{ 82{ 'x' } } 82{ 05 } }")        \
                     CRITICAL("551d1c", "30{ a0{ a0{ 86{ 'http://x' } } } 81{ ff } 83{ 0102 } 84{ ff } }")))

static void every_prefix_is_truncated(void **state)
{
    (void)state;
    size_t len;
    uint8_t *der = der_text(COMPLETE, &len);

    for (size_t cut = 0; cut < len; cut++) {
        struct subject s = { .der = exact_copy(der, cut), .len = cut };
        struct hl_crl_entry entry;

        take(&s);
        assert_false(s.whole);
        assert_int_equal(s.crl.fault.kind, HL_FAULT_TRUNCATED);
        assert_true(s.crl.fault.offset <= cut);
        assert_true(s.crl.entry_count <= 3);
        assert_int_equal(find(&s, "0003", &entry), s.crl.entry_count == 3);
        assert_int_equal(s.crl.oddities & ~(unsigned)X509_ODD_UNKNOWN_CRITICAL_EXTENSION, 0);
        drop(&s);
    }
    free(der);
}

/* Every byte is changed in turn: nothing is read that is not there, every fault is told. */
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
            assert_true(s.whole || s.crl.fault.kind != HL_FAULT_NONE);
            assert_true(s.crl.fault.offset <= len);
            drop(&s);
        }
    }
    free(der);
}

/* Entries are not kept: a CRL of any size costs no memory. */
static void many_entries(void **state)
{
    (void)state;
    struct subject s;
    struct hl_crl_entry entry;

    take_text(&s, WITH(ENTRIES("R20000(" ENTRY_EXT("05", EXT("551d15", "0a{ 01 }")) ")" ENTRY("06", ""))));
    assert_true(s.whole);
    assert_int_equal(s.crl.entry_count, 20001);
    assert_true(s.arena.used < 4096);
    assert_true(find(&s, "06", &entry));
    assert_int_equal(entry.reason, -1);
    drop(&s);
}

static void more_than_the_cap_are_counted(void **state)
{
    (void)state;
    struct subject s;

    take_text(&s, WITH_EXT("R1200(" EXT("2a0304", "") ")"));
    assert_int_equal(s.crl.extension_count, HL_X509_NAMES_MAX);
    walk_must_say(s.walk, "extensions_dropped:200");
    walk_must_say(s.walk, "oddities:[\"lists_cut\"]");
    drop(&s);

    take_text(&s, IDP("a0{ a0{ R1200(82{ 'a' }) } }"));
    assert_int_equal(s.crl.point_names.count, HL_X509_NAMES_MAX);
    walk_must_say(s.walk, "names_dropped:200");
    drop(&s);
}

static void an_exhausted_arena_costs_lists_only(void **state)
{
    (void)state;
    size_t len;
    uint8_t *der = der_text(COMPLETE, &len);

    for (size_t cap = 0; cap < 2048; cap += 32) {
        struct hl_arena arena;
        struct hl_crl crl;

        arena_init(&arena, cap);
        assert_true(crl_parse((struct hl_span){ der, len }, &arena, &crl));
        assert_int_equal(crl.entry_count, 3);
        assert_true(crl.indirect && crl.only_user_certs);
        crl_walk(&crl, NULL);
        arena_cleanup(&arena);
    }
    free(der);
}

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

int main(void)
{
    static const struct CMUnitTest others[] = {
        cmocka_unit_test(a_serial_is_found_as_it_is),
        cmocka_unit_test(the_issuer_in_force_comes_along),
        cmocka_unit_test(model),
        cmocka_unit_test(every_prefix_is_truncated),
        cmocka_unit_test(every_byte_is_changed),
        cmocka_unit_test(many_entries),
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
    return cmocka_run_group_tests_name("crl", tests, NULL, NULL);
}
