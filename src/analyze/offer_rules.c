/* What a server says to a client hello that it cannot answer. */
#include "analyze/alerts.h"
#include "analyze/diagnosis.h"
#include "analyze/offer.h"
#include "base/code_name.h"
#include "registry/registry.h"

enum { TLS12 = 0x0303, TLS13 = 0x0304 };

static struct hl_moment hello_at(const struct hl_handshake *hs)
{
    return hs->retried_hello_message != NULL ? hs->retried_hello_message->at : hs->client_hello_message->at;
}

/* --- versions ------------------------------------------------------------------ */

static void put_versions(struct hl_buffer *out, const struct offer *offer)
{
    buf_string(out, "the client offers ");
    if (offer->lowest == offer->highest) {
        buf_string(out, "only ");
    } else if (offer->lowest != 0) {
        code_name_put(out, reg_version(offer_version(offer, offer->lowest)));
        buf_string(out, " to ");
    }
    code_name_put(out, reg_version(offer_version(offer, offer->highest)));
    if (offer->lowest == 0)
        buf_string(out, " at the most");
}

/* Who is behind: a client that does not know what has been there for years, or a server that does not know what the client
 * insists on. */
static enum hl_blame behind(const struct offer *offer)
{
    return offer->highest < TLS13 ? HL_BLAME_CLIENT : HL_BLAME_SERVER;
}

static struct hl_diagnosis *no_shared_version(struct diagnosing *d, const struct offer *offer,
                                              enum hl_confidence confidence)
{
    put_versions(d->text, offer);
    buf_string(d->text, behind(offer) == HL_BLAME_CLIENT ? ", and the server wants a newer version"
                                                         : ", and the server has none of these");
    struct hl_diagnosis *diagnosis = add_diagnosis(d, FINDING_NO_SHARED_VERSION, behind(offer), confidence);
    add_evidence(d, diagnosis, hello_at(d->hs), "the versions that the client offers");
    return diagnosis;
}

/* --- suites, groups, schemes ------------------------------------------------------- */

static struct hl_diagnosis *no_shared_cipher(struct diagnosing *d, const struct offer *offer,
                                             enum hl_confidence confidence)
{
    bool narrow = offer->suites <= 2 || !offer->modern_suite || offer->only_psk;

    if (offer->suites == 1) {
        buf_string(d->text, "the client offers only ");
        code_name_put(d->text, reg_cipher_suite(offer->one_suite));
    } else {
        buf_printf(d->text, "the client offers %u cipher suites%s", offer->suites,
                   offer->only_psk        ? ", all of them with pre-shared keys"
                   : offer->only_ecdsa    ? ", all of them for an ECDSA certificate"
                   : offer->only_rsa      ? ", all of them for an RSA certificate"
                   : !offer->modern_suite ? ", none of them with forward secrecy and AEAD"
                                          : "");
    }
    buf_string(d->text, ", and the server takes none");
    struct hl_diagnosis *diagnosis = add_diagnosis(d, FINDING_NO_SHARED_CIPHER,
                                                   narrow ? HL_BLAME_CLIENT : HL_BLAME_SERVER, confidence);
    add_evidence(d, diagnosis, hello_at(d->hs), "the cipher suites that the client offers");
    return diagnosis;
}

static struct hl_diagnosis *no_shared_group(struct diagnosing *d, const struct offer *offer, enum hl_confidence confidence)
{
    if (offer->groups == 1) {
        buf_string(d->text, "the client offers only the group ");
        code_name_put(d->text, reg_group(offer->one_group));
    } else {
        buf_printf(d->text, "the client offers %u groups%s", offer->groups,
                   offer->common_group ? "" : ", neither x25519 nor secp256r1 among them");
    }
    buf_string(d->text, ", and the server takes none");
    struct hl_diagnosis *diagnosis = add_diagnosis(
        d, FINDING_NO_SHARED_GROUP, offer->common_group ? HL_BLAME_SERVER : HL_BLAME_CLIENT, confidence);
    add_evidence(d, diagnosis, hello_at(d->hs), "the groups that the client offers");
    return diagnosis;
}

static struct hl_diagnosis *no_shared_scheme(struct diagnosing *d, const struct offer *offer,
                                             enum hl_confidence confidence)
{
    if (offer->schemes == 1) {
        buf_string(d->text, "the client takes only signatures with ");
        code_name_put(d->text, reg_signature_scheme(offer->one_scheme));
    } else {
        buf_printf(d->text, "the client takes %u signature schemes%s", offer->schemes,
                   offer->scheme_kinds == 1 ? ", all for one kind of key" : "");
    }
    buf_string(d->text, ", and the server has no certificate for that");
    struct hl_diagnosis *diagnosis = add_diagnosis(
        d, FINDING_NO_SHARED_SIGNATURE_SCHEME, offer->common_scheme ? HL_BLAME_SERVER : HL_BLAME_CLIENT, confidence);
    add_evidence(d, diagnosis, hello_at(d->hs), "the signature schemes that the client offers");
    return diagnosis;
}

/* How little of something the client offers: the less, the more probable is it what the server misses. 0: it cannot be this. */
static unsigned narrow_version(const struct offer *offer)
{
    if (offer->highest < TLS12)
        return 50;
    return offer->lowest >= TLS13 ? 30 : offer->highest == TLS12 ? 10 : 0;
}

static unsigned narrow_suites(const struct offer *offer)
{
    if (offer->lowest >= TLS13) /* there are only five */
        return offer->suites == 1 ? 25 : 5;
    if (offer->suites <= 2 || offer->only_psk)
        return offer->suites == 1 ? 45 : 40;
    if (!offer->modern_suite)
        return 40;
    return offer->only_ecdsa || offer->only_rsa ? 25 : 15;
}

static unsigned narrow_groups(const struct offer *offer)
{
    if (offer->groups == 0)
        return 0;
    if (!offer->common_group)
        return 45;
    return offer->groups == 1 ? 40 : offer->groups == 2 ? 20 : 5;
}

static unsigned narrow_schemes(const struct offer *offer)
{
    if (offer->schemes == 0 || offer->highest < TLS12)
        return 0;
    if (offer->schemes == 1 || !offer->common_scheme)
        return 45;
    return offer->schemes == 2 ? 38 : offer->scheme_kinds == 1 ? 35 : 5;
}

/* --- what this server took from others ---------------------------------------------- */

/* More, when nothing of the list is among what the server has chosen before; nothing, when something is. */
static unsigned with_choices(unsigned narrow, struct hl_span list, const struct chosen *chosen, unsigned count)
{
    enum { NOTHING_SHARED = 10 };
    uint16_t value;

    if (chosen[0].value == 0 || list.len == 0)
        return narrow;
    while (u16_next(&list, &value)) {
        if (was_chosen(chosen, count, value))
            return 0;
    }
    return narrow + NOTHING_SHARED;
}

/* Here nothing shared is as good as proved: a server chooses the newest version that both know. */
static unsigned version_with_choices(unsigned narrow, const struct offer *offer, const struct known_server *server)
{
    enum { NOTHING_SHARED = 60 };

    if (server->versions[0].value == 0)
        return narrow;
    for (unsigned i = 0; i < CHOSEN_VERSIONS && server->versions[i].value != 0; i++) {
        if (server->versions[i].value >= offer->lowest && server->versions[i].value <= offer->highest)
            return 0;
    }
    return NOTHING_SHARED;
}

static void put_name(struct hl_buffer *out, const struct hl_handshake *hs)
{
    struct hl_span name = handshake_hello(hs)->server_name;

    buf_char(out, '"');
    buf_span(out, name);
    buf_char(out, '"');
}

/* All that this client offers the server has taken before: what is left is the name. */
static void name_is_left(struct diagnosing *d)
{
    const struct hl_span name = handshake_hello(d->hs)->server_name;
    const bool named = name.len > 0;

    if (named) {
        buf_string(d->text, "the server has taken from others what this client offers, but with other names than ");
        put_name(d->text, d->hs);
    } else {
        buf_string(d->text, "the server has taken from others what this client offers, but they asked for a name, and this one does not");
    }
    struct hl_diagnosis *diagnosis = add_diagnosis(d, FINDING_UNRECOGNIZED_NAME, HL_BLAME_CLIENT, HL_LIKELY);
    add_evidence(d, diagnosis, hello_at(d->hs), named ? "server_name" : "no server_name");
    add_alert_evidence(d, diagnosis);
}

static bool name_is_new(const struct diagnosing *d)
{
    const struct hl_span name = handshake_hello(d->hs)->server_name;

    return d->server != NULL && d->server->with_name > 0
           && (name.len > 0 ? !is_known_name(d->server, name) : d->server->without_name == 0);
}

/* What has to be shared, as far as the client's offer alone tells ... */
enum axis_kind { AXIS_VERSION, AXIS_SUITE, AXIS_GROUP, AXIS_SCHEME, AXES };

static void measure_offer(const struct offer *offer, bool chosen, unsigned narrow[AXES])
{
    narrow[AXIS_VERSION] = chosen ? 0 : narrow_version(offer);
    narrow[AXIS_SUITE] = chosen ? 0 : narrow_suites(offer);
    narrow[AXIS_GROUP] = chosen ? 0 : narrow_groups(offer);
    narrow[AXIS_SCHEME] = narrow_schemes(offer);
}

/* ... and with what the server has chosen before. False when nothing is left. */
static bool measure_with_choices(const struct hl_client_hello *hello, const struct offer *offer,
                                 const struct known_server *server, unsigned narrow[AXES])
{
    narrow[AXIS_VERSION] = narrow[AXIS_VERSION] > 0 ? version_with_choices(narrow[AXIS_VERSION], offer, server) : 0;
    narrow[AXIS_SUITE] = narrow[AXIS_SUITE] > 0 ? with_choices(narrow[AXIS_SUITE], hello->cipher_suites, server->suites, CHOSEN_SUITES) : 0;
    narrow[AXIS_GROUP] = narrow[AXIS_GROUP] > 0 ? with_choices(narrow[AXIS_GROUP], hello->supported_groups, server->groups, CHOSEN_GROUPS) : 0;
    narrow[AXIS_SCHEME] = narrow[AXIS_SCHEME] > 0 ? with_choices(narrow[AXIS_SCHEME], hello->signature_algorithms, server->schemes, CHOSEN_SCHEMES) : 0;
    return narrow[AXIS_VERSION] + narrow[AXIS_SUITE] + narrow[AXIS_GROUP] + narrow[AXIS_SCHEME] > 0;
}

/* handshake_failure: of all that has to be shared, what? What the client offers least of comes first. */
static void rank_offers(struct diagnosing *d, const struct offer *offer)
{
    const bool chosen = d->hs->server_hello_message != NULL; /* then only the certificate is left to choose */
    unsigned narrow[AXES];

    measure_offer(offer, chosen, narrow);
    if (d->server != NULL && !measure_with_choices(handshake_hello(d->hs), offer, d->server, narrow)) {
        if (name_is_new(d)) {
            name_is_left(d);
            return;
        }
        measure_offer(offer, chosen, narrow); /* it is not that simple */
    }
    struct axis {
        unsigned narrow;
        struct hl_diagnosis *(*say)(struct diagnosing *, const struct offer *, enum hl_confidence);
    } axes[AXES] = {
        [AXIS_VERSION] = { narrow[AXIS_VERSION], no_shared_version },
        [AXIS_SUITE] = { narrow[AXIS_SUITE], no_shared_cipher },
        [AXIS_GROUP] = { narrow[AXIS_GROUP], no_shared_group },
        [AXIS_SCHEME] = { narrow[AXIS_SCHEME], no_shared_scheme },
    };
    enum { COUNT = AXES, REMARKABLE = 25 };

    for (unsigned i = 0; i < COUNT; i++) { /* few enough to sort them by insertion */
        for (unsigned j = i; j > 0 && axes[j].narrow > axes[j - 1].narrow; j--) {
            struct axis held = axes[j];
            axes[j] = axes[j - 1];
            axes[j - 1] = held;
        }
    }
    for (unsigned i = 0; i < COUNT; i++) {
        bool likely = i == 0 && axes[0].narrow >= REMARKABLE && axes[0].narrow >= axes[1].narrow + 5;
        if (axes[i].narrow == 0 || (i > 0 && axes[i].narrow < REMARKABLE))
            continue;
        add_alert_evidence(d, axes[i].say(d, offer, likely ? HL_LIKELY : HL_POSSIBLE));
    }
}

/* --- by alert ------------------------------------------------------------------------- */

static void unrecognized_name(struct diagnosing *d)
{
    bool named = d->hs->client_hello.server_name.len > 0;

    if (named) {
        buf_string(d->text, "the server does not know the name ");
        put_name(d->text, d->hs);
    } else {
        buf_string(d->text, "the client asks for no name, and the server wants one");
    }
    struct hl_diagnosis *diagnosis = add_diagnosis(d, FINDING_UNRECOGNIZED_NAME, HL_BLAME_CLIENT, HL_CERTAIN);
    add_evidence(d, diagnosis, hello_at(d->hs), "server_name");
    add_alert_evidence(d, diagnosis);
}

static void no_shared_alpn(struct diagnosing *d)
{
    struct hl_span list = handshake_hello(d->hs)->alpn, name;

    if (list.len == 0) { /* QUIC wants it always (RFC 9001, section 8.1) */
        buf_string(d->text, "the client offers no application protocol (ALPN), and the server insists on one");
        struct hl_diagnosis *diagnosis = add_diagnosis(d, FINDING_NO_SHARED_ALPN, HL_BLAME_CLIENT, HL_CERTAIN);
        add_evidence(d, diagnosis, hello_at(d->hs), "the client hello");
        add_alert_evidence(d, diagnosis);
        return;
    }
    buf_string(d->text, "of the protocols that the client offers (");
    for (bool first = true; alpn_next(&list, &name); first = false) {
        if (!first)
            buf_string(d->text, ", ");
        buf_span(d->text, name);
    }
    buf_string(d->text, ") the server speaks none here");
    struct hl_diagnosis *diagnosis = add_diagnosis(d, FINDING_NO_SHARED_ALPN, HL_BLAME_SERVER, HL_CERTAIN);
    add_evidence(d, diagnosis, hello_at(d->hs), "the protocols that the client offers");
    add_alert_evidence(d, diagnosis);
}

static void inappropriate_fallback(struct diagnosing *d, const struct offer *offer)
{
    buf_string(d->text, "the client tries again with ");
    code_name_put(d->text, reg_version(offer_version(offer, offer->highest)));
    buf_string(d->text, ", and the server has a newer version");
    struct hl_diagnosis *diagnosis = add_diagnosis(d, FINDING_INAPPROPRIATE_FALLBACK, HL_BLAME_CLIENT, HL_CERTAIN);
    add_evidence(d, diagnosis, hello_at(d->hs), "TLS_FALLBACK_SCSV");
    add_alert_evidence(d, diagnosis);
}

static void psk_does_not_fit(struct diagnosing *d, enum hl_confidence confidence)
{
    buf_string(d->text, "the server refuses the pre-shared key that the client offers: it does not know its identity, or has "
                        "another key for it");
    struct hl_diagnosis *diagnosis = add_diagnosis(d, FINDING_DECRYPT_ERROR, HL_BLAME_CLIENT, confidence);
    add_evidence(d, diagnosis, hello_at(d->hs), "pre_shared_key");
    add_alert_evidence(d, diagnosis);
}

/* In TLS 1.3 a server may say hello before it looks for a certificate. */
static bool is_about_hello(const struct diagnosing *d)
{
    const struct hl_handshake *hs = d->hs;

    if (hs->client_hello_message == NULL || d->alert == NULL || d->from_client)
        return false;
    return d->stage <= STAGE_RETRY
           || (d->stage <= STAGE_SERVER_FLIGHT && hs->server_chain.total == 0 && hs->resumed_by == NULL);
}

bool diagnose_refused_hello(struct diagnosing *d)
{
    const struct hl_handshake *hs = d->hs;
    struct offer offer;

    if (!is_about_hello(d))
        return false;
    offer_read(handshake_hello(hs), &offer);
    switch (d->alert->description) {
    case ALERT_PROTOCOL_VERSION:
        add_alert_evidence(d, no_shared_version(d, &offer, HL_CERTAIN));
        return true;
    case ALERT_UNRECOGNIZED_NAME:
        unrecognized_name(d);
        return true;
    case ALERT_NO_APPLICATION_PROTOCOL:
        no_shared_alpn(d);
        return true;
    case ALERT_INAPPROPRIATE_FALLBACK:
        inappropriate_fallback(d, &offer);
        return true;
    case ALERT_UNKNOWN_PSK_IDENTITY:
        psk_does_not_fit(d, HL_CERTAIN);
        return true;
    case ALERT_DECRYPT_ERROR:
    case ALERT_ILLEGAL_PARAMETER:
        if (!hs->psk_offered || hs->client_hello.fault.kind != HL_FAULT_NONE)
            return false;
        psk_does_not_fit(d, HL_LIKELY);
        return true;
    case ALERT_HANDSHAKE_FAILURE:
    case ALERT_INSUFFICIENT_SECURITY:
        rank_offers(d, &offer);
        return true;
    default:
        return false;
    }
}
