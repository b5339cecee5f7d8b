/* Certificates and their like, records and messages, out of files and dumps: hl_decode_file(). */
#include <handlens/trust.h>

#include "analyze/findings.h"
#include "analyze/item.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/text.h"
#include "inspect/dump.h"
#include "inspect/wire_bytes.h"
#include "session/judge.h"
#include "x509/name_compare.h"
#include "x509/pem.h"

#include <stdio.h>
#include <stdlib.h>

#define BODY_MAX ((size_t)64 << 20)
#define MODEL_MAX ((size_t)64 << 20)

/* One call. */
struct decoding {
    const struct hl_trust *trust;
    int64_t at;
    hl_item_fn *on_item;
    void *user;
    struct hl_certificate *chain[HL_CHAIN_MAX]; /* certificates that follow each other, not told yet */
    unsigned count;
    struct hl_verdicts verdicts;
    unsigned told, broken;
    struct wire_bytes wire;
    char problem[200]; /* the first thing that was not understood; empty: none */
};

/* --- certificates --------------------------------------------------------------- */

static void tell_chain(struct decoding *d, unsigned first, unsigned count)
{
    struct hl_handshake hs = { .cipher_suite = UINT32_MAX };
    struct hl_arena arena;

    arena_init(&arena, HL_HANDSHAKE_ARENA_MAX);
    for (unsigned i = 0; i < count; i++)
        hs.server_chain.list[i] = d->chain[first + i];
    hs.server_chain.count = hs.server_chain.total = count;
    judge_chain_of_file(&hs, &d->verdicts, d->trust, d->at);
    hs.findings = analyze(&hs, &arena);
    d->on_item(d->user, &(struct hl_item){ .kind = HL_ITEM_CHAIN, .chain = &hs });
    d->told++;
    arena_cleanup(&arena);
}

static bool is_chain(const struct decoding *d)
{
    const struct hl_x509 *leaf = &d->chain[0]->x509;

    for (unsigned i = 1; i < d->count; i++) {
        if (x509_names_equal(leaf->issuer.der, d->chain[i]->x509.subject.der) && !x509_is_self_issued(leaf))
            return true;
    }
    return false;
}

static void tell_certificates(struct decoding *d)
{
    if (d->count > 0 && is_chain(d)) {
        tell_chain(d, 0, d->count);
    } else {
        for (unsigned i = 0; i < d->count; i++)
            tell_chain(d, i, 1);
    }
    for (unsigned i = 0; i < d->count; i++)
        certificate_free(d->chain[i]);
    d->count = 0;
}

static bool take_certificate(struct decoding *d, struct hl_span der)
{
    if (d->count == HL_CHAIN_MAX)
        tell_certificates(d);
    struct hl_certificate *certificate = certificate_new(der);
    if (certificate == NULL || certificate->x509.tbs.len == 0) {
        certificate_free(certificate);
        return false;
    }
    d->chain[d->count++] = certificate;
    return true;
}

/* --- the others ------------------------------------------------------------------ */

static void tell_item(struct decoding *d, const struct hl_item *item)
{
    tell_certificates(d);
    d->on_item(d->user, item);
    d->told++;
}

static bool take_request(struct decoding *d, struct hl_span der, struct hl_arena *arena)
{
    struct hl_csr request;

    if (!csr_parse(der, arena, &request) && request.request.tbs.len == 0)
        return false;
    tell_item(d, &(struct hl_item){ .kind = HL_ITEM_REQUEST, .request = &request });
    return true;
}

static bool take_crl(struct decoding *d, struct hl_span der, struct hl_arena *arena)
{
    struct hl_crl crl;

    if (!crl_parse(der, arena, &crl) && crl.tbs.len == 0)
        return false;
    tell_item(d, &(struct hl_item){ .kind = HL_ITEM_CRL, .crl = &crl });
    return true;
}

static bool take_ocsp(struct decoding *d, struct hl_span der, struct hl_arena *arena)
{
    struct hl_ocsp ocsp;

    if (!ocsp_parse(der, arena, &ocsp) && ocsp.response_status == HL_OCSP_STATUS_MISSING)
        return false;
    tell_item(d, &(struct hl_item){ .kind = HL_ITEM_OCSP_RESPONSE, .ocsp = &ocsp });
    return true;
}

static bool take(struct decoding *d, enum hl_item_kind kind, struct hl_span der)
{
    struct hl_arena arena;
    bool taken = false;

    if (kind == HL_ITEM_CHAIN)
        return take_certificate(d, der);
    arena_init(&arena, der.len + MODEL_MAX);
    if (kind == HL_ITEM_REQUEST)
        taken = take_request(d, der, &arena);
    else
        taken = kind == HL_ITEM_CRL ? take_crl(d, der, &arena) : take_ocsp(d, der, &arena);
    arena_cleanup(&arena);
    return taken;
}

/* What a bare DER file is: the one that can be read from end to end; else the one of which most can be. */
static enum hl_item_kind guess(struct hl_span der)
{
    struct hl_arena arena;
    enum hl_item_kind kind = HL_ITEM_CHAIN;
    struct hl_x509 cert;
    struct hl_csr request;
    struct hl_crl crl;
    struct hl_ocsp ocsp;

    arena_init(&arena, der.len + MODEL_MAX);
    if (!x509_parse(der, &arena, &cert)) {
        if (ocsp_parse(der, &arena, &ocsp))
            kind = HL_ITEM_OCSP_RESPONSE;
        else if (crl_parse(der, &arena, &crl))
            kind = HL_ITEM_CRL;
        else if (csr_parse(der, &arena, &request))
            kind = HL_ITEM_REQUEST;
    }
    arena_cleanup(&arena);
    return kind;
}

/* --- PEM -------------------------------------------------------------------------- */

static bool kind_of(struct hl_span label, enum hl_item_kind *kind)
{
    static const struct {
        const char *label;
        enum hl_item_kind kind;
    } labels[] = {
        { "CERTIFICATE", HL_ITEM_CHAIN },
        { "X509 CERTIFICATE", HL_ITEM_CHAIN },
        { "TRUSTED CERTIFICATE", HL_ITEM_CHAIN },
        { "CERTIFICATE REQUEST", HL_ITEM_REQUEST },
        { "NEW CERTIFICATE REQUEST", HL_ITEM_REQUEST },
        { "X509 CRL", HL_ITEM_CRL },
        { "OCSP RESPONSE", HL_ITEM_OCSP_RESPONSE },
    };

    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++) {
        if (span_equal(label, span_of(labels[i].label))) {
            *kind = labels[i].kind;
            return true;
        }
    }
    return false;
}

static void take_blocks(struct decoding *d, struct hl_span text)
{
    enum hl_item_kind kind;
    struct hl_buffer der;
    struct hl_span label;

    buf_init(&der, BODY_MAX);
    while (pem_next(&text, &der, &label)) {
        if (kind_of(label, &kind) && !take(d, kind, buf_view(&der)))
            d->broken++;
    }
    buf_cleanup(&der);
}

/* --- records, messages, and dumps of all these ---------------------------------------- */

static void note(struct decoding *d, const char *format, size_t a, size_t b)
{
    if (d->problem[0] == '\0')
        snprintf(d->problem, sizeof d->problem, format, a, b);
}

/* DER is a SEQUENCE whose length fits. */
static bool is_der(struct hl_span bytes)
{
    return bytes.len > 4 && bytes.ptr[0] == 0x30
           && (bytes.ptr[1] < 0x80 || (bytes.ptr[1] > 0x80 && bytes.ptr[1] < 0x85));
}

/* What the label says, or else the bytes themselves. */
static enum wire_kind kind_of_piece(const struct dump_piece *piece)
{
    if (piece->label == DUMP_HANDSHAKE)
        return WIRE_HANDSHAKE;
    return piece->label == DUMP_ALERT && piece->bytes.len == 2 ? WIRE_ALERT : wire_recognise(piece->bytes);
}

/* True when something in it was known. */
static bool take_bytes(struct decoding *d, const struct dump_piece *piece)
{
    struct hl_span bytes = piece->bytes;
    enum wire_kind kind = kind_of_piece(piece);
    size_t passed = 0;

    if (piece->label == DUMP_CHANGE_CIPHER_SPEC)
        return true; /* a byte that says nothing */
    if (kind == WIRE_UNKNOWN && is_der(bytes))
        return take(d, guess(bytes), bytes);
    if (kind == WIRE_UNKNOWN && (passed = wire_find_record(bytes)) > 0) {
        bytes = (struct hl_span){ bytes.ptr + passed, bytes.len - passed };
        kind = wire_recognise(bytes);
    }
    if (kind == WIRE_UNKNOWN)
        return false;
    tell_certificates(d);
    if (piece->version != 0)
        d->wire.context.version = d->wire.context.version != 0 ? d->wire.context.version : piece->version;
    d->wire.base = passed;
    const size_t used = wire_tell(&d->wire, kind, bytes, piece->from);
    if (d->wire.told >= HL_DECODE_ITEMS_MAX)
        note(d, "only the first %zu records and messages are told", HL_DECODE_ITEMS_MAX, 0);
    if (used < bytes.len)
        note(d, bytes.len - used == 1 ? "%zu byte at offset %zu is neither a record nor a message"
                                      : "%zu bytes from offset %zu on are neither a record nor a message",
             bytes.len - used, passed + used);
    return true;
}

struct dump_reading {
    struct decoding *d;
    size_t unknown;
};

static void on_piece(void *ctx, const struct dump_piece *piece)
{
    struct dump_reading *reading = ctx;

    if (take_bytes(reading->d, piece))
        return;
    reading->unknown++;
    note(reading->d, "the %zu bytes in line %zu are nothing that is known here", piece->bytes.len, piece->line);
}

/* openssl s_client -trace tells fields as text: there are no bytes of messages in it. */
static bool is_trace(struct hl_span text)
{
    return span_contains_nocase(text, "Sent Record\n") || span_contains_nocase(text, "Received Record\n");
}

/* True when it is a dump; base64 is only one when there is something in it. */
static bool take_dump(struct decoding *d, struct hl_span text, bool msg_only)
{
    struct dump_reading reading = { .d = d };
    struct dump_result result;

    dump_read(text, msg_only, on_piece, &reading, &result);
    if (result.form == DUMP_BASE64 && reading.unknown > 0)
        d->problem[0] = '\0';
    if (result.form == DUMP_NONE || (result.form == DUMP_BASE64 && reading.unknown > 0))
        return false;
    /* What is wrong with the dump comes before what follows from it. */
    if (result.problem[0] != '\0' && result.column > 0)
        snprintf(d->problem, sizeof d->problem, "line %zu, column %zu: %s", result.line, result.column, result.problem);
    else if (result.problem[0] != '\0')
        snprintf(d->problem, sizeof d->problem, "line %zu: %s", result.line, result.problem);
    if (result.too_long)
        note(d, "only the first %zu MiB are decoded", HL_DECODE_BYTES_MAX >> 20, 0);
    return true;
}

static void take_binary(struct decoding *d, struct hl_span bytes)
{
    const bool too_long = bytes.len > HL_DECODE_BYTES_MAX && !is_der(bytes);
    const struct dump_piece piece = { .bytes = { bytes.ptr, too_long ? HL_DECODE_BYTES_MAX : bytes.len } };

    if (!take_bytes(d, &piece))
        d->broken++;
    if (too_long)
        note(d, "only the first %zu MiB are decoded", HL_DECODE_BYTES_MAX >> 20, 0);
}

static void take_all(struct decoding *d, struct hl_span bytes)
{
    const bool text = dump_is_text(bytes), pem = pem_is_text(bytes), trace = text && is_trace(bytes);
    const bool dump = text && take_dump(d, bytes, pem || trace);

    if (pem)
        take_blocks(d, bytes);
    else if (!dump && !trace)
        take_binary(d, bytes);
    if (trace && !dump)
        note(d, "openssl -trace shows messages as text, without their bytes: %zu certificates were taken; use -msg",
             d->told + d->count, 0);
    wire_bytes_finish(&d->wire);
    tell_certificates(d);
}

static enum hl_status conclude(const struct decoding *d, const char *name, struct hl_error *error)
{
    static const char hint[] =
        "PEM, DER, and records and messages of TLS, also as hex, are read; a capture is for handlens read";
    const unsigned told = d->told + d->wire.told;

    if (d->problem[0] != '\0')
        return error_set(error, HL_ERR_FORMAT, told == 0 ? hint : NULL, "%s: %s", name, d->problem);
    if (told == 0)
        return error_set(error, HL_ERR_FORMAT, hint,
                         "%s: there is no certificate, request, CRL or OCSP response in it, nor anything of TLS", name);
    if (d->broken > 0)
        return error_set(error, HL_ERR_FORMAT, NULL, "%s: %u block%s in it cannot be read", name, d->broken,
                         d->broken == 1 ? "" : "s");
    if (d->wire.cut > 0)
        return error_set(error, HL_ERR_TRUNCATED, NULL, "%s: the bytes end before the last record or message does",
                         name);
    return HL_OK;
}

enum hl_status hl_decode_file(struct hl_span bytes, const char *name, const struct hl_trust *trust, int64_t at,
                              hl_item_fn *on_item, void *user, struct hl_error *error)
{
    static const struct hl_trust nobody = { .profile = PROFILE_CLIENT };
    struct decoding *d = calloc(1, sizeof *d);

    if (d == NULL)
        return error_set(error, HL_ERR_MEMORY, NULL, "out of memory");
    d->trust = trust != NULL ? trust : &nobody;
    d->at = d->trust->at_given ? d->trust->at : at;
    d->on_item = on_item;
    d->user = user;
    verdicts_init(&d->verdicts);
    wire_bytes_init(&d->wire, on_item, user);
    take_all(d, bytes);
    const enum hl_status status = conclude(d, name, error);
    wire_bytes_cleanup(&d->wire);
    verdicts_cleanup(&d->verdicts);
    free(d);
    return status;
}

enum hl_item_kind hl_item_kind(const struct hl_item *item)
{
    return item->kind;
}

const struct hl_handshake *hl_item_chain(const struct hl_item *item)
{
    return item->chain;
}
