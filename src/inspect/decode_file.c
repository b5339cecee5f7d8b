/* Certificates and their like out of files: hl_decode_file(). */
#include <handlens/trust.h>

#include "analyze/findings.h"
#include "analyze/item.h"
#include "base/error.h"
#include "base/text.h"
#include "session/judge.h"
#include "x509/name_compare.h"
#include "x509/pem.h"

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
    if (pem_is_text(bytes))
        take_blocks(d, bytes);
    else if (!take(d, guess(bytes), bytes))
        d->broken++;
    tell_certificates(d);
    verdicts_cleanup(&d->verdicts);
    unsigned told = d->told, broken = d->broken;
    free(d);
    if (broken > 0 && told > 0)
        return error_set(error, HL_ERR_FORMAT, NULL, "%s: %u block%s in it cannot be read", name, broken,
                         broken == 1 ? "" : "s");
    if (told == 0)
        return error_set(error, HL_ERR_FORMAT, "PEM and DER are read; a capture is for handlens read",
                         "%s: there is no certificate, request, CRL or OCSP response in it", name);
    return HL_OK;
}

enum hl_item_kind hl_item_kind(const struct hl_item *item)
{
    return item->kind;
}

const struct hl_handshake *hl_item_chain(const struct hl_item *item)
{
    return item->chain;
}
