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
#include "x509/x509.h"

#include "../support/der_text.h"
#include "../support/walk_text.h"
#include "../support/x509_certs.h"

/* ---- a walk as text, to look for what it must say ---- */

struct writer {
    struct hl_buffer out;
    bool comma;
};

static void put_key(void *ctx, const char *key)
{
    struct writer *w = ctx;

    if (w->comma)
        buf_char(&w->out, ',');
    w->comma = true;
    if (key != NULL)
        buf_printf(&w->out, "\"%s\":", key);
}

static void open_with(void *ctx, const char *key, char c)
{
    put_key(ctx, key);
    buf_char(&((struct writer *)ctx)->out, c);
    ((struct writer *)ctx)->comma = false;
}

static void close_with(void *ctx, char c)
{
    buf_char(&((struct writer *)ctx)->out, c);
    ((struct writer *)ctx)->comma = true;
}

static void w_object(void *ctx, const char *key)
{
    open_with(ctx, key, '{');
}

static void w_end_object(void *ctx)
{
    close_with(ctx, '}');
}

static void w_array(void *ctx, const char *key)
{
    open_with(ctx, key, '[');
}

static void w_end_array(void *ctx)
{
    close_with(ctx, ']');
}

static void w_null(void *ctx, const char *key)
{
    put_key(ctx, key);
    buf_string(&((struct writer *)ctx)->out, "null");
}

static void w_boolean(void *ctx, const char *key, bool value)
{
    put_key(ctx, key);
    buf_string(&((struct writer *)ctx)->out, value ? "true" : "false");
}

static void w_number(void *ctx, const char *key, int64_t value)
{
    put_key(ctx, key);
    buf_number(&((struct writer *)ctx)->out, value);
}

static void w_text(void *ctx, const char *key, struct hl_span text)
{
    put_key(ctx, key);
    buf_char(&((struct writer *)ctx)->out, '"');
    buf_span(&((struct writer *)ctx)->out, text);
    buf_char(&((struct writer *)ctx)->out, '"');
}

static void w_bytes(void *ctx, const char *key, struct hl_span bytes)
{
    put_key(ctx, key);
    buf_char(&((struct writer *)ctx)->out, '"');
    buf_hex(&((struct writer *)ctx)->out, bytes);
    buf_char(&((struct writer *)ctx)->out, '"');
}

static void w_code(void *ctx, const char *key, struct hl_code code)
{
    w_number(ctx, key, code.id);
}

/* A certificate under test: its bytes in an exact allocation, its model, its walk. */
struct subject {
    uint8_t *der;
    size_t len;
    struct hl_arena arena;
    struct hl_x509 cert;
    bool whole;
    struct writer writer;
    const char *walk;
};

static void take(struct subject *s)
{
    static const struct hl_visitor_ops ops = { w_object, w_end_object, w_array, w_end_array, w_null,
                                               w_boolean, w_number,    w_text,  w_bytes,     w_code };
    const struct hl_visitor v = { &ops, &s->writer };

    arena_init(&s->arena, (size_t)4 << 20);
    s->whole = x509_parse((struct hl_span){ s->der, s->len }, &s->arena, &s->cert);
    buf_init(&s->writer.out, (size_t)4 << 20);
    s->writer.comma = false;
    x509_walk(&s->cert, &v);
    buf_char(&s->writer.out, '\0');
    assert_false(s->writer.out.failed);
    s->walk = (const char *)s->writer.out.data;
}

static void take_text(struct subject *s, const char *text)
{
    s->der = der_text(text, &s->len);
    take(s);
}

static void take_prefix(struct subject *s, const uint8_t *der, size_t len)
{
    s->der = malloc(len > 0 ? len : 1);
    memcpy(s->der, der, len);
    s->len = len;
    take(s);
}

static void drop(struct subject *s)
{
    buf_cleanup(&s->writer.out);
    arena_cleanup(&s->arena);
    free(s->der);
}

/* ---- a small certificate, part by part ---- */

#define V3 "a0{ 02{ 02 } }"
#define SERIAL "02{ 05 }"
#define ECDSA "30{ 06{ 2a8648ce3d040302 } }"
#define CN(tag, value) "30{ 31{ 30{ 06{ 550403 } " tag "{" value "} } } }"
#define NAME CN("0c", "'a'")
#define DATES "30{ 17{ '260101000000Z' } 17{ '270101000000Z' } }"
#define KEY "30{ 30{ 06{ 2b6570 } } 03{ 00 R32(11) } }"
#define SIGNATURE ECDSA "03{ 00 3000 }"
#define CERT(version, serial, algorithm, issuer, dates, subject, key, rest) \
    "30{ 30{" version serial algorithm issuer dates subject key rest "}" SIGNATURE "}"
#define WITH_SERIAL(serial) CERT(V3, serial, ECDSA, NAME, DATES, NAME, KEY, "")
#define WITH_SUBJECT(subject) CERT(V3, SERIAL, ECDSA, NAME, DATES, subject, KEY, "")
#define WITH_DATES(dates) CERT(V3, SERIAL, ECDSA, NAME, dates, NAME, KEY, "")
#define WITH_KEY(key) CERT(V3, SERIAL, ECDSA, NAME, DATES, NAME, key, "")
#define WITH_EXT(list) CERT(V3, SERIAL, ECDSA, NAME, DATES, NAME, KEY, "a3{ 30{" list "} }")
#define EXT(oid, value) "30{ 06{" oid "} 04{" value "} }"
#define SAN(names) WITH_EXT(EXT("551d11", "30{" names "}"))

struct row {
    const char *name, *der, *says; /* one of what the walk says */
};

static const struct row rows[] = {
    /* version and serial */
    { "plain", CERT(V3, SERIAL, ECDSA, NAME, DATES, NAME, KEY, ""), "\"oddities\":[]" },
    { "version 1", CERT("", SERIAL, ECDSA, NAME, DATES, NAME, KEY, ""), "\"version_number\":1," },
    { "version 2", CERT("a0{ 02{ 01 } }", SERIAL, ECDSA, NAME, DATES, NAME, KEY, ""),
      "\"version_number\":2," },
    { "version 1 with extensions",
      CERT("", SERIAL, ECDSA, NAME, DATES, NAME, KEY, "a3{ 30{" EXT("551d0f", "03020780") "} }"),
      "\"extensions_without_v3\"" },
    { "unique identifiers", CERT(V3, SERIAL, ECDSA, NAME, DATES, NAME, KEY, "81{ 0001 } 82{ 0002 }"),
      "\"unique_identifier\"" },
    { "version 9", CERT("a0{ 02{ 08 } }", SERIAL, ECDSA, NAME, DATES, NAME, KEY, ""),
      "\"unknown_version\"" },
    { "serial with sign octet", WITH_SERIAL("02{ 00ff01 }"), "\"serial\":\"ff01\"" },
    { "negative serial", WITH_SERIAL("02{ fb }"), "\"oddities\":[\"negative_serial\"]" },
    { "negative serial, shown as it is", WITH_SERIAL("02{ fb }"), "\"serial\":\"fb\"" },
    { "zero serial", WITH_SERIAL("02{ 00 }"), "\"serial\":\"00\"" },
    { "zero serial marked", WITH_SERIAL("02{ 00 }"), "\"oddities\":[\"zero_serial\"]" },
    { "21 octets of serial", WITH_SERIAL("02{ R21(11) }"), "\"serial_over_20_octets\"" },
    { "non-minimal serial", WITH_SERIAL("02{ 0001 }"), "\"non_minimal_serial\"" },
    { "empty serial", WITH_SERIAL("02{ }"), "\"empty_serial\"" },
    { "non-minimal length", WITH_SERIAL("02 8101 05"), "\"oddities\":[\"non_minimal_length\"]" },
    { "bytes after the certificate", CERT(V3, SERIAL, ECDSA, NAME, DATES, NAME, KEY, "") "00",
      "\"trailing_bytes\"" },
    { "bytes after the extensions", CERT(V3, SERIAL, ECDSA, NAME, DATES, NAME, KEY, "0500"),
      "\"trailing_bytes\"" },

    /* algorithms */
    { "inner and outer algorithm differ",
      CERT(V3, SERIAL, "30{ 06{ 2a864886f70d010104 } 0500 }", NAME, DATES, NAME, KEY, ""),
      "\"signature_algorithm\":\"ecdsa-with-SHA256\",\"tbs_signature_algorithm\":\"md5WithRSAEncryption\"" },
    { "unknown signature algorithm", CERT(V3, SERIAL, "30{ 06{ 2a0304 } }", NAME, DATES, NAME, KEY, ""),
      "\"tbs_signature_algorithm\":\"1.2.3.4\"" },

    /* names */
    { "Latin-1", WITH_SUBJECT(CN("14", "fc")), "\"subject\":\"CN=\\C3\\BC\"" },
    { "Latin-1 common name", WITH_SUBJECT(CN("14", "fc")), "\"common_names\":[\"\xc3\xbc\"]" },
    { "BMP", WITH_SUBJECT(CN("1e", "0041 20ac")), "\"common_names\":[\"A\xe2\x82\xac\"]" },
    { "BMP escaped", WITH_SUBJECT(CN("1e", "0041 20ac")), "\"subject\":\"CN=A\\E2\\82\\AC\"" },
    { "BMP with half a character", WITH_SUBJECT(CN("1e", "0041 20")), "\"subject\":\"CN=#1E03004120\"" },
    { "Universal", WITH_SUBJECT(CN("1c", "0001f600")), "\"common_names\":[\"\xf0\x9f\x98\x80\"]" },
    { "surrogate", WITH_SUBJECT(CN("1e", "d800")), "\"common_names\":[\"\xef\xbf\xbd\"]" },
    { "broken UTF-8", WITH_SUBJECT(CN("0c", "61ff62")), "\"common_names\":[\"a\xef\xbf\xbd" "b\"]" },
    { "broken UTF-8 escaped", WITH_SUBJECT(CN("0c", "61ff62")), "\"subject\":\"CN=a\\FFb\"" },
    { "separators escaped", WITH_SUBJECT(CN("0c", "',+\"\\<>;='")),
      "\"subject\":\"CN=\\,\\+\\\"\\\\\\<\\>\\;=\"" },
    { "spaces at the ends", WITH_SUBJECT(CN("0c", "' a b '")), "\"subject\":\"CN=\\ a b\\ \"" },
    { "leading hash", WITH_SUBJECT(CN("0c", "'#a#'")), "\"subject\":\"CN=\\#a#\"" },
    { "control characters", WITH_SUBJECT(CN("0c", "00 0a 7f")), "\"subject\":\"CN=\\00\\0A\\7F\"" },
    { "value that is no string", WITH_SUBJECT(CN("02", "05")), "\"subject\":\"CN=#020105\"" },
    { "unknown attribute", WITH_SUBJECT("30{ 31{ 30{ 06{ 2a0304 } 0c{ 'x' } } } }"),
      "\"subject\":\"1.2.3.4=#0C0178\"" },
    { "last RDN first, + inside one",
      WITH_SUBJECT("30{ 31{ 30{ 06{ 550406 } 13{ 'DE' } } }"
                   "31{ 30{ 06{ 550403 } 0c{ 'a' } } 30{ 06{ 55040b } 0c{ 'b' } } } }"),
      "\"subject\":\"OU=b+CN=a,C=DE\"" },
    { "empty subject", WITH_SUBJECT("30{ }"), "\"subject\":\"\"" },
    { "empty issuer", CERT(V3, SERIAL, ECDSA, "30{ }", DATES, NAME, KEY, ""), "\"empty_issuer\"" },
    { "empty RDN", WITH_SUBJECT("30{ 31{ } }"), "\"empty_rdn\"" },
    { "200 RDNs", WITH_SUBJECT("30{ R200(31{ 30{ 06{ 55040b } 0c{ 'b' } } }) }"), "OU=b,OU=b,OU=b" },
    { "a very long name", WITH_SUBJECT(CN("0c", "R3000(c3bc)")), "\"oddities\":[]" },
    { "broken name", WITH_SUBJECT("30{ 31{ 30{ 06{ 550403 } } } }"), "\"malformed_name\"" },
    { "what follows a broken name", WITH_SUBJECT("30{ 0500 }"), "\"algorithm\":\"Ed25519\"" },

    /* times */
    { "UTCTime", WITH_DATES("30{ 17{ '491231235959Z' } 17{ '500101000000Z' } }"),
      "\"not_before\":\"2049-12-31T23:59:59Z\",\"not_after\":\"1950-01-01T00:00:00Z\"" },
    { "reversed", WITH_DATES("30{ 17{ '491231235959Z' } 17{ '500101000000Z' } }"),
      "\"not_after_before_not_before\"" },
    { "GeneralizedTime", WITH_DATES("30{ 18{ '20500101000000Z' } 18{ '99991231235959Z' } }"),
      "\"not_before\":\"2050-01-01T00:00:00Z\",\"not_after\":\"9999-12-31T23:59:59Z\"" },
    { "year zero", WITH_DATES("30{ 18{ '00000101000000Z' } 17{ '270101000000Z' } }"),
      "\"not_before\":\"0000-01-01T00:00:00Z\",\"not_before_as_written\":\"00000101000000Z\"" },
    { "without seconds", WITH_DATES("30{ 17{ '2601010203Z' } 17{ '270101000000Z' } }"),
      "\"not_before\":\"2026-01-01T02:03:00Z\",\"not_before_as_written\":\"2601010203Z\"" },
    { "with an offset", WITH_DATES("30{ 17{ '260101000000+0130' } 17{ '270101000000-0100' } }"),
      "\"not_before\":\"2025-12-31T22:30:00Z\"" },
    { "with a fraction", WITH_DATES("30{ 18{ '20500101000000.5Z' } 17{ '270101000000Z' } }"),
      "\"unusual_time_form\"" },
    { "without a zone", WITH_DATES("30{ 18{ '20500101000000' } 17{ '270101000000Z' } }"),
      "\"unusual_time_form\"" },
    { "leap day", WITH_DATES("30{ 17{ '240229000000Z' } 17{ '270101000000Z' } }"),
      "\"2024-02-29T00:00:00Z\"" },
    { "30 February", WITH_DATES("30{ 17{ '260230000000Z' } 17{ '270101000000Z' } }"),
      "\"not_before\":null,\"not_before_as_written\":\"260230000000Z\"" },
    { "month 13", WITH_DATES("30{ 17{ '261301000000Z' } 17{ '270101000000Z' } }"),
      "\"impossible_time\"" },
    { "no time at all", WITH_DATES("30{ 17{ 'soon' } 17{ '270101000000Z' } }"),
      "\"not_after\":\"2027-01-01T00:00:00Z\"" },

    /* keys */
    { "RSA of 16384 bits",
      WITH_KEY("30{ 30{ 06{ 2a864886f70d010101 } 0500 } 03{ 00 30{ 02{ 00 R2048(ff) } 02{ 010001 } } } }"),
      "\"public_key\":{\"algorithm\":\"RSA\",\"bits\":16384,\"exponent\":65537}" },
    { "RSA of 1023 bits",
      WITH_KEY("30{ 30{ 06{ 2a864886f70d010101 } 0500 } 03{ 00 30{ 02{ 7f R127(ff) } 02{ 03 } } } }"),
      "\"bits\":1023,\"exponent\":3}" },
    { "huge RSA exponent",
      WITH_KEY("30{ 30{ 06{ 2a864886f70d010101 } } 03{ 00 30{ 02{ 00 R64(ff) } 02{ R9(01) } } } }"),
      "\"bits\":512,\"exponent_bytes\":\"010101010101010101\"}" },
    { "broken RSA key", WITH_KEY("30{ 30{ 06{ 2a864886f70d010101 } } 03{ 00 04{ } } }"),
      "\"malformed_public_key\"" },
    { "P-521", WITH_KEY("30{ 30{ 06{ 2a8648ce3d0201 } 06{ 2b81040023 } } 03{ 00 04 } }"),
      "{\"algorithm\":\"EC\",\"bits\":521,\"curve\":\"secp521r1\"}" },
    { "unknown curve", WITH_KEY("30{ 30{ 06{ 2a8648ce3d0201 } 06{ 2a0304 } } 03{ 00 04 } }"),
      "{\"algorithm\":\"EC\",\"curve\":\"1.2.3.4\"}" },
    { "spelled-out curve",
      WITH_KEY("30{ 30{ 06{ 2a8648ce3d0201 } 30{ 02{ 01 } 30{ 06{ 2a8648ce3d0101 } 02{ 00 R24(ff) } } } }"
               " 03{ 00 04 } }"),
      "{\"algorithm\":\"EC\",\"bits\":192,\"explicit_curve\":true}" },
    { "EC without parameters", WITH_KEY("30{ 30{ 06{ 2a8648ce3d0201 } } 03{ 00 04 } }"),
      "{\"algorithm\":\"EC\"}" },
    { "DSA",
      WITH_KEY("30{ 30{ 06{ 2a8648ce380401 } 30{ 02{ 00 R128(ff) } 02{ 03 } 02{ 03 } } } 03{ 00 0203 } }"),
      "{\"algorithm\":\"DSA\",\"bits\":1024}" },
    { "SM2", WITH_KEY("30{ 30{ 06{ 2a8648ce3d0201 } 06{ 2a811ccf5501822d } } 03{ 00 04 } }"),
      "\"curve\":\"sm2p256v1\"" },
    { "GOST", WITH_KEY("30{ 30{ 06{ 2a85030701010101 } 30{ 06{ 2a850302022301 } } } 03{ 00 04 } }"),
      "{\"algorithm\":\"gost2012_256\",\"bits\":256,\"curve\":\"id-GostR3410-2001-CryptoPro-A-ParamSet\"}" },
    { "ML-DSA-65", WITH_KEY("30{ 30{ 06{ 608648016503040312 } } 03{ 00 R1952(00) } }"),
      "{\"algorithm\":\"ML-DSA-65\",\"bits\":15616}" },
    { "key that is not whole octets", WITH_KEY("30{ 30{ 06{ 2b6570 } } 03{ 01 R32(22) } }"),
      "\"malformed_public_key\"" },
    { "unknown key", WITH_KEY("30{ 30{ 06{ 2a0304 } } 03{ 00 } }"), "{\"algorithm\":\"1.2.3.4\"}" },

    /* extensions */
    { "empty SAN", SAN(""), "\"subject_alternative_names\":[]" },
    { "empty SAN marked", SAN(""), "\"empty_subject_alternative_name\"" },
    { "IPv6 SAN", SAN("87{ 20010db8 R11(00) 01 }"), "{\"type\":\"ip\",\"value\":\"2001:db8::1\"}" },
    { "IP of three bytes", SAN("87{ 010203 }"), "{\"type\":\"ip\",\"value\":\"#010203\"}" },
    { "mail, URI, OID", SAN("81{ 'm' } 86{ 'u' } 88{ 2a03 }"),
      "[{\"type\":\"email\",\"value\":\"m\"},{\"type\":\"uri\",\"value\":\"u\"},"
      "{\"type\":\"registered_id\",\"value\":\"1.2.3\"}]" },
    { "directory name", SAN("a4{" NAME "}"), "{\"type\":\"directory\",\"value\":\"CN=a\"}" },
    { "other name of another kind", SAN("a0{ 06{ 2a03 } a0{ 0500 } }"),
      "{\"type\":\"other_name\",\"value\":\"1.2.3=#0500\"}" },
    { "broken other name", SAN("a0{ 0500 }"), "{\"type\":\"other_name\",\"value\":\"#0500\"}" },
    { "name of no type", SAN("89{ 00 }"), "{\"type\":\"unknown\",\"value\":\"#00\"}" },
    { "serial of the authority with sign octet", WITH_EXT(EXT("551d23", "30{ 82{ 00e7b3 } }")),
      "\"authority_key_identifier\":{\"serial\":\"e7b3\"}" },
    { "serial of the authority: zero", WITH_EXT(EXT("551d23", "30{ 82{ 00 } }")), "{\"serial\":\"00\"}" },
    { "cA spelled out as false", WITH_EXT(EXT("551d13", "30{ 010100 }")),
      "\"basic_constraints\":{\"ca\":false}" },
    { "cA true in BER", WITH_EXT(EXT("551d13", "30{ 010101 }")), "\"ca\":true" },
    { "path length 300", WITH_EXT(EXT("551d13", "30{ 0101ff 0202012c }")), "\"path_length\":300" },
    { "unknown extension, critical", WITH_EXT("30{ 06{ 2a0304 } 0101ff 04{ 0500 } }"),
      "{\"oid\":\"1.2.3.4\",\"name\":null,\"critical\":true,\"length\":2,\"value\":\"0500\"}" },
    { "unknown critical extension marked", WITH_EXT("30{ 06{ 2a0304 } 0101ff 04{ 0500 } }"),
      "\"unknown_critical_extension\"" },
    { "unused bits of key usage do not count", WITH_EXT(EXT("551d0f", "030207ff")),
      "\"key_usage\":[\"digitalSignature\"]" },
    { "twice the same extension", WITH_EXT(EXT("551d0f", "03020780") EXT("551d0f", "03020106")),
      "\"key_usage\":[\"digitalSignature\"]" },
    { "twice the same, marked", WITH_EXT(EXT("551d0f", "03020780") EXT("551d0f", "03020106")),
      "\"oddities\":[\"duplicate_extension\"]" },
    { "twice the same unknown one", WITH_EXT(EXT("2a0304", "00") EXT("2a0304", "00")),
      "\"duplicate_extension\"" },
    { "no extensions in the list", WITH_EXT(""), "\"empty_extensions\"" },
    { "precertificate", WITH_EXT("30{ 06{ 2b06010401d679020403 } 0101ff 04{ 0500 } }"),
      "\"precertificate\":true" },
    { "SCT list",
      WITH_EXT(EXT("2b06010401d679020402",
                   "04{ 0033 0031 00 R32(aa) 0000018bcfe56800 0000 0403 0002 3000 }")),
      "\"signed_certificate_timestamps\":[{\"version\":1,\"log_id\":\""
      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
      "aaaaaaaaaaaaaaaaaaaaaaaa\",\"timestamp_ms\":1700000000000,\"timestamp\":\"2023-11-14T22:13:20Z\","
      "\"scheme\":1027,\"signature\":\"3000\"}]" },
    { "SCT of a later version", WITH_EXT(EXT("2b06010401d679020402", "04{ 0005 0003 010203 }")),
      "[{\"version\":2,\"raw\":\"010203\"}]" },
    { "template name", WITH_EXT(EXT("2b0601040182371402", "1e{ 0043 0041 }")),
      "\"microsoft_template_name\":\"CA\"" },
    { "qualified", WITH_EXT(EXT("2b06010505070103", "30{ 30{ 06{ 04008e460101 } } }")),
      "\"qualified_statements\":[\"qcs-QcCompliance\"]" },
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
    bool whole;
    enum hl_fault_kind kind;
    const char *field;
    size_t offset;
};

static const struct broken broken[] = {
    { "nothing", "", false, HL_FAULT_TRUNCATED, "Certificate", 0 },
    { "no certificate", "0500", false, HL_FAULT_VALUE, "Certificate", 0 },
    { "indefinite length", "3080 0000", false, HL_FAULT_VALUE, "Certificate", 1 },
    { "empty SEQUENCE", "3000", false, HL_FAULT_OVERRUN, "tbsCertificate", 2 },
    { "empty TBSCertificate", "30{ 3000 }", false, HL_FAULT_OVERRUN, "serialNumber", 4 },
    { "serial missing", "30{ 30{ " V3 ECDSA "} }", false, HL_FAULT_VALUE, "serialNumber", 9 },
    { "no version in the version", CERT("a0{ 0500 }", SERIAL, ECDSA, NAME, DATES, NAME, KEY, ""), true,
      HL_FAULT_VALUE, "version", 7 },
    { "no OID in the algorithm", CERT(V3, SERIAL, "30{ 0500 }", NAME, DATES, NAME, KEY, ""), true,
      HL_FAULT_VALUE, "algorithm", 15 },
    { "no time", WITH_DATES("30{ 17{ 'soon' } 17{ '270101000000Z' } }"), true, HL_FAULT_VALUE,
      "notBefore", 43 },
    { "one date only", WITH_DATES("30{ 17{ '260101000000Z' } }"), true, HL_FAULT_OVERRUN,
      "notAfter", 56 },
    { "bytes after the dates", WITH_DATES("30{ 17{ '260101000000Z' } 17{ '270101000000Z' } 00 }"), true,
      HL_FAULT_TRAILING, "validity", 71 },
    { "key missing", CERT(V3, SERIAL, ECDSA, NAME, DATES, NAME, "", ""), false, HL_FAULT_OVERRUN,
      "subjectPublicKeyInfo", 84 },
    { "no bits in the key", WITH_KEY("30{ 30{ 06{ 2b6570 } } 0500 }"), true, HL_FAULT_VALUE,
      "subjectPublicKey", 93 },
    { "bytes after the certificate", CERT(V3, SERIAL, ECDSA, NAME, DATES, NAME, KEY, "") "00", true,
      HL_FAULT_TRAILING, "Certificate", 146 },
    { "no signature", "30{ 30{" V3 SERIAL ECDSA NAME DATES NAME KEY "}" ECDSA "}", true, HL_FAULT_OVERRUN,
      "signatureValue", 141 },
};

static void check_broken(void **state)
{
    const struct broken *row = *state;
    struct subject s;

    take_text(&s, row->der);
    if (s.cert.fault.kind != row->kind || s.cert.fault.offset != row->offset)
        print_error("%s at %zu in %s\n", hl_fault_kind_name(s.cert.fault.kind), s.cert.fault.offset,
                    s.cert.fault.field);
    assert_int_equal(s.whole, row->whole);
    assert_int_equal(s.cert.fault.kind, row->kind);
    assert_string_equal(s.cert.fault.field, row->field);
    assert_int_equal(s.cert.fault.offset, row->offset);
    drop(&s);
}

/* Extensions: the fault is the extension's own, the certificate has none. */
static const struct broken broken_extensions[] = {
    { "trailing byte", EXT("551d0f", "03020780 00"), true, HL_FAULT_TRAILING, "extnValue", 13 },
    { "key usage of no bits", EXT("551d0f", "0300"), true, HL_FAULT_OVERRUN, "KeyUsage", 11 },
    { "SAN that is no list", EXT("551d11", "0500"), true, HL_FAULT_VALUE, "GeneralNames", 9 },
    { "SAN with a short name", EXT("551d11", "30{ 8205 61 }"), true, HL_FAULT_OVERRUN,
      "GeneralName", 13 },
    { "negative path length", EXT("551d13", "30{ 0101ff 0201ff }"), true, HL_FAULT_VALUE,
      "pathLenConstraint", 16 },
    { "value missing", "30{ 06{ 551d13 } }", true, HL_FAULT_OVERRUN, "extnValue", 7 },
    { "TLS feature too large", EXT("2b06010505070118", "30{ 02{ 010000 } }"), true, HL_FAULT_VALUE,
      "Feature", 21 },
    { "SCT cut short", EXT("2b06010401d679020402", "04{ 0003 0001 00 }"), true, HL_FAULT_OVERRUN,
      "LogID", 23 },
};

static void check_broken_extension(void **state)
{
    const struct broken *row = *state;
    const char *head = "30{ 30{" V3 SERIAL ECDSA NAME DATES NAME KEY "a3{ 30{";
    const char *tail = EXT("551d0e", "04{ 0102 }") "} } }" SIGNATURE "}";
    char text[4096];
    struct subject s;

    snprintf(text, sizeof text, "%s%s%s", head, row->der, tail);
    take_text(&s, text);
    const struct hl_x509_extension *ext = s.cert.extensions;
    assert_true(s.whole);
    assert_int_equal(s.cert.fault.kind, HL_FAULT_NONE);
    assert_int_equal(s.cert.extension_count, 2);
    assert_int_equal(ext->fault.kind, row->kind);
    assert_string_equal(ext->fault.field, row->field);
    /* The rows count from the start of the extension, the fault from that of the certificate. */
    size_t start = (size_t)(ext->oid.ptr - s.der) - 4;
    if (ext->fault.offset - start != row->offset)
        print_error("offset %zu\n", ext->fault.offset - start);
    assert_int_equal(ext->fault.offset - start, row->offset);
    assert_false(x509_has(&s.cert, ext->id));
    assert_int_equal(s.cert.malformed >> ext->id & 1, ext->id != HL_X509_EXT_UNKNOWN && ext->value.len > 0);
    assert_int_equal(s.cert.subject_key_id.len, 2);
    walk_must_say(s.walk, "\"malformed_extension\"");
    drop(&s);
}

/* ---- certificates that openssl made ---- */

static void leaf(void **state)
{
    (void)state;
    static const char *const says[] = {
        "\"version_number\":3,\"serial\":\"0a1b2c\",\"subject\":\"serialNumber=77,CN=leaf.example+UID=u1,"
        "OU=\\#odd\\; \\<x\\>,O=M\\C3\\BCller\\, S\\C3\\B6hne \\+ Co,C=DE\","
        "\"issuer\":\"DC=example,CN=Test CA\",\"common_names\":[\"leaf.example\"]",
        "\"signature_algorithm\":\"ecdsa-with-SHA256\","
        "\"public_key\":{\"algorithm\":\"EC\",\"bits\":384,\"curve\":\"secp384r1\"}",
        "\"subject_alternative_names\":[{\"type\":\"dns\",\"value\":\"leaf.example\"},"
        "{\"type\":\"dns\",\"value\":\"*.leaf.example\"},{\"type\":\"ip\",\"value\":\"192.0.2.1\"},"
        "{\"type\":\"ip\",\"value\":\"2001:db8::1\"},{\"type\":\"email\",\"value\":\"me@example\"},"
        "{\"type\":\"uri\",\"value\":\"https://example/x\"},{\"type\":\"registered_id\",\"value\":\"1.2.3\"},"
        "{\"type\":\"directory\",\"value\":\"O=Inner,CN=inner\"},"
        "{\"type\":\"other_name\",\"value\":\"userPrincipalName=user@example\"}]",
        "\"key_usage\":[\"digitalSignature\",\"keyAgreement\"],"
        "\"extended_key_usage\":[\"serverAuth\",\"clientAuth\",\"1.2.3.4\"]",
        "\"certificate_policies\":[{\"oid\":\"2.23.140.1.2.1\",\"name\":\"cabf-domain-validated\"},"
        "{\"oid\":\"1.3.6.1.4.1.99999.2\",\"cps\":\"http://cps.example\",\"notice\":\"Hallo\"}]",
        "\"crl_distribution_points\":[\"http://crl.example/1\",\"http://crl.example/2\"]",
        "\"authority_info_access\":[{\"method\":\"OCSP\",\"type\":\"uri\",\"value\":\"http://ocsp.example\"}",
        "\"tls_features\":[5],\"must_staple\":true,\"netscape_cert_type\":[\"sslServer\"],"
        "\"netscape_comment\":\"made by hand\"",
        "\"oddities\":[\"unknown_critical_extension\"]",
    };
    struct subject s;
    struct hl_span value;
    uint32_t i = 0;

    take_text(&s, CERT_LEAF);
    assert_true(s.whole);
    assert_int_equal(s.cert.fault.kind, HL_FAULT_NONE);
    for (size_t n = 0; n < sizeof says / sizeof says[0]; n++)
        walk_must_say(s.walk, says[n]);

    assert_int_equal(s.cert.purposes, HL_X509_SERVER_AUTH | HL_X509_CLIENT_AUTH);
    assert_true(x509_must_staple(&s.cert));
    assert_false(x509_is_self_issued(&s.cert));
    assert_int_equal(s.cert.key.kind, HL_X509_KEY_EC);
    assert_int_equal(s.cert.key.bits_raw.len, 97);
    assert_int_equal(s.cert.signature_algorithm.hash, HL_X509_SHA256);
    assert_true(x509_next_name(&s.cert.san, HL_X509_DNS, &i, &value));
    assert_true(x509_next_name(&s.cert.san, HL_X509_DNS, &i, &value));
    assert_true(span_equal(value, span_of("*.leaf.example")));
    assert_false(x509_next_name(&s.cert.san, HL_X509_DNS, &i, &value));
    i = 0;
    assert_true(x509_next_url(&s.cert.authority_info, "caIssuers", &i, &value));
    assert_true(span_equal(value, span_of("http://ca.example/ca.der")));
    assert_false(x509_next_url(&s.cert.authority_info, "caIssuers", &i, &value));
    assert_string_equal(x509_oid_name(s.cert.key.curve_oid), "secp384r1");
    drop(&s);
}

static void authorities(void **state)
{
    (void)state;
    struct subject s;

    take_text(&s, CERT_CA);
    walk_must_say(s.walk, "\"self_issued\":true");
    walk_must_say(s.walk, "\"basic_constraints\":{\"ca\":true,\"path_length\":2},"
                 "\"key_usage\":[\"keyCertSign\",\"cRLSign\"]");
    walk_must_say(s.walk, "\"name_constraints\":{\"permitted\":[{\"type\":\"dns\",\"value\":\"example\"},"
                 "{\"type\":\"ip\",\"value\":\"10.0.0.0/8\"}],"
                 "\"excluded\":[{\"type\":\"email\",\"value\":\".bad.example\"}]}");
    walk_must_say(s.walk, "\"policy_mappings\":[\"1.2.3.4\",\"1.2.3.5\"],\"require_explicit_policy\":3,"
                 "\"inhibit_policy_mapping\":0,\"inhibit_any_policy\":1");
    assert_true(x509_has(&s.cert, HL_X509_EXT_NAME_CONSTRAINTS));
    drop(&s);

    take_text(&s, CERT_PSS);
    walk_must_say(s.walk, "\"signature_algorithm\":\"rsassaPss\","
                 "\"signature_parameters\":{\"hash\":\"sha256\",\"mgf_hash\":\"sha256\",\"salt_length\":32},"
                 "\"public_key\":{\"algorithm\":\"RSA\",\"bits\":1024,\"exponent\":65537}");
    assert_int_equal(s.cert.signature_algorithm.key, HL_X509_KEY_RSA);
    drop(&s);

    take_text(&s, CERT_ED);
    walk_must_say(s.walk, "\"signature_algorithm\":\"ED25519\","
                 "\"public_key\":{\"algorithm\":\"Ed25519\",\"bits\":256}");
    walk_must_say(s.walk, "\"oddities\":[\"negative_serial\"]");
    drop(&s);
}

/* ---- at the edges ---- */

static void every_prefix_is_truncated(void **state)
{
    (void)state;
    size_t len;
    uint8_t *der = der_text(CERT_LEAF, &len);
    struct subject whole;
    take_prefix(&whole, der, len);
    size_t tbs_end = (size_t)(whole.cert.tbs.ptr - whole.der) + whole.cert.tbs.len;

    for (size_t cut = 0; cut < len; cut++) {
        struct subject s;

        take_prefix(&s, der, cut);
        assert_int_equal(s.whole, cut > tbs_end);
        assert_int_equal(s.cert.fault.kind, HL_FAULT_TRUNCATED);
        assert_true(s.cert.fault.offset <= cut);
        assert_int_equal(s.cert.oddities & ~(unsigned)X509_ODD_UNKNOWN_CRITICAL_EXTENSION, 0);
        if (cut > 300) /* behind the names */
            assert_true(span_equal(s.cert.subject.text, whole.cert.subject.text));
        drop(&s);
    }
    drop(&whole);
    free(der);
}

static void names_beyond_the_cap_are_counted(void **state)
{
    (void)state;
    struct subject s;

    take_text(&s, SAN("R1200(82{ 'a' })"));
    assert_int_equal(s.cert.san.count, HL_X509_NAMES_MAX);
    assert_int_equal(s.cert.san.dropped, 1200 - HL_X509_NAMES_MAX);
    walk_must_say(s.walk, "\"subject_alternative_names_dropped\":200");
    walk_must_say(s.walk, "\"lists_cut\"");
    drop(&s);

    take_text(&s, WITH_SUBJECT("30{ R1200(31{ 30{ 06{ 55040b } 0c{ 'b' } } }) }"));
    assert_int_equal(s.cert.subject.count, HL_X509_NAMES_MAX);
    assert_int_equal(s.cert.subject.rdns, 1200);
    assert_int_equal(s.cert.subject.dropped, 1200 - HL_X509_NAMES_MAX);
    drop(&s);

    take_text(&s, WITH_EXT("R1200(30{ 06{ 2a0304 } 04{ } })"));
    assert_int_equal(s.cert.extension_count, HL_X509_NAMES_MAX);
    walk_must_say(s.walk, "\"extensions_dropped\":200");
    drop(&s);
}

static void an_exhausted_arena_costs_lists_only(void **state)
{
    (void)state;
    size_t len;
    uint8_t *der = der_text(CERT_LEAF, &len);

    for (size_t cap = 0; cap < 4096; cap += 64) {
        struct hl_arena arena;
        struct hl_x509 cert;

        arena_init(&arena, cap);
        assert_true(x509_parse((struct hl_span){ der, len }, &arena, &cert));
        assert_int_equal(cert.key.bits, 384);
        x509_walk(&cert, NULL);
        arena_cleanup(&arena);
    }
    free(der);
}

static void times_as_text(void **state)
{
    (void)state;
    static const struct {
        int64_t seconds;
        const char *text;
    } cases[] = {
        { 0, "1970-01-01T00:00:00Z" },
        { -1, "1969-12-31T23:59:59Z" },
        { 951782400, "2000-02-29T00:00:00Z" },
        { 4107542399, "2100-02-28T23:59:59Z" },
        { 4107542400, "2100-03-01T00:00:00Z" },
        { -62167219200, "0000-01-01T00:00:00Z" },
        { INT64_MIN, "0000-01-01T00:00:00Z" },
        { 253402300799, "9999-12-31T23:59:59Z" },
        { INT64_MAX, "9999-12-31T23:59:59Z" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[HL_X509_TIME_TEXT];

        x509_time_text(cases[i].seconds, text);
        assert_string_equal(text, cases[i].text);
    }
}

static void words(void **state)
{
    (void)state;
    for (unsigned i = 0; i < X509_ODDITY_COUNT; i++)
        assert_non_null(x509_oddity_name(i));
    assert_null(x509_oddity_name(X509_ODDITY_COUNT));
    assert_string_equal(x509_hash_name(HL_X509_SHA384), "sha384");
    assert_string_equal(x509_hash_name(HL_X509_HASH_NONE), "");
    assert_string_equal(x509_name_type_name(HL_X509_NAME_UNKNOWN), "unknown");
}

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

int main(void)
{
    static const struct CMUnitTest others[] = {
        cmocka_unit_test(leaf),
        cmocka_unit_test(authorities),
        cmocka_unit_test(every_prefix_is_truncated),
        cmocka_unit_test(names_beyond_the_cap_are_counted),
        cmocka_unit_test(an_exhausted_arena_costs_lists_only),
        cmocka_unit_test(times_as_text),
        cmocka_unit_test(words),
    };
    struct CMUnitTest tests[COUNT(rows) + COUNT(broken) + COUNT(broken_extensions) + COUNT(others)];
    size_t n = 0;

    for (size_t i = 0; i < COUNT(rows); i++)
        tests[n++] = (struct CMUnitTest){ rows[i].name, check_row, NULL, NULL, (void *)(uintptr_t)&rows[i] };
    for (size_t i = 0; i < COUNT(broken); i++)
        tests[n++] = (struct CMUnitTest){ broken[i].name, check_broken, NULL, NULL,
                                          (void *)(uintptr_t)&broken[i] };
    for (size_t i = 0; i < COUNT(broken_extensions); i++)
        tests[n++] = (struct CMUnitTest){ broken_extensions[i].name, check_broken_extension, NULL, NULL,
                                          (void *)(uintptr_t)&broken_extensions[i] };
    memcpy(tests + n, others, sizeof others);
    return cmocka_run_group_tests_name("x509", tests, NULL, NULL);
}
