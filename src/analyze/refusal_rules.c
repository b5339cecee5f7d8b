/* What one side says to the other's flight: to its certificates, above all. */
#include "analyze/alerts.h"
#include "analyze/diagnosis.h"
#include "base/code_name.h"
#include "base/text.h"
#include "registry/registry.h"

#include <string.h>

/* What may be wrong with a chain: what every client minds, before what depends on what it trusts. */
struct refusal {
    enum finding_code code;
    enum hl_blame blame;
};

static const struct refusal reasons[] = {
    { FINDING_CERTIFICATE_REVOKED, HL_BLAME_SERVER },
    { FINDING_CERTIFICATE_EXPIRED, HL_BLAME_SERVER },
    { FINDING_CERTIFICATE_NOT_YET_VALID, HL_BLAME_SERVER },
    { FINDING_CERTIFICATE_NAME_MISMATCH, HL_BLAME_SERVER },
    { FINDING_CERTIFICATE_WRONG_PURPOSE, HL_BLAME_SERVER },
    { FINDING_CERTIFICATE_SIGNATURE_WRONG, HL_BLAME_SERVER },
    { FINDING_CERTIFICATE_CONSTRAINT_VIOLATED, HL_BLAME_SERVER },
    { FINDING_CERTIFICATE_MALFORMED, HL_BLAME_SERVER },
    { FINDING_OCSP_STAPLE_MISSING, HL_BLAME_SERVER },
    { FINDING_OCSP_STAPLE_OTHER_CERTIFICATE, HL_BLAME_SERVER },
    { FINDING_CERTIFICATE_SELF_SIGNED, HL_BLAME_SERVER },
    { FINDING_CERTIFICATE_WEAK, HL_BLAME_SERVER },
    { FINDING_CERTIFICATE_CHAIN_INCOMPLETE, HL_BLAME_SERVER },
    { FINDING_CERTIFICATE_UNTRUSTED_ISSUER, HL_BLAME_CLIENT },
};
enum { REASONS = sizeof reasons / sizeof reasons[0] };

/* Does this alert say just that? */
static bool says(uint8_t alert, enum finding_code code)
{
    switch (code) {
    case FINDING_CERTIFICATE_EXPIRED: return alert == ALERT_CERTIFICATE_EXPIRED;
    case FINDING_CERTIFICATE_REVOKED: return alert == ALERT_CERTIFICATE_REVOKED;
    case FINDING_CERTIFICATE_SIGNATURE_WRONG: return alert == ALERT_DECRYPT_ERROR;
    case FINDING_CERTIFICATE_SELF_SIGNED:
    case FINDING_CERTIFICATE_UNTRUSTED_ISSUER:
    case FINDING_CERTIFICATE_CHAIN_INCOMPLETE: return alert == ALERT_UNKNOWN_CA;
    case FINDING_CERTIFICATE_WEAK:
    case FINDING_CERTIFICATE_WRONG_PURPOSE: return alert == ALERT_UNSUPPORTED_CERTIFICATE;
    case FINDING_OCSP_STAPLE_MISSING:
    case FINDING_OCSP_STAPLE_OTHER_CERTIFICATE: return alert == ALERT_BAD_CERTIFICATE_STATUS;
    default: return false;
    }
}

static bool is_about_certificate(uint8_t alert)
{
    return (alert >= ALERT_BAD_CERTIFICATE && alert <= ALERT_CERTIFICATE_UNKNOWN) || alert == ALERT_UNKNOWN_CA
           || alert == ALERT_ACCESS_DENIED || alert == ALERT_BAD_CERTIFICATE_STATUS;
}

/* OpenSSL and others say decrypt_error of a certificate whose signature is wrong, too. */
static bool is_about_chain(const struct hl_handshake *hs, uint8_t alert)
{
    return is_about_certificate(alert)
           || (alert == ALERT_DECRYPT_ERROR && find_finding(hs, FINDING_CERTIFICATE_SIGNATURE_WRONG, "server") != NULL);
}

static bool is_self_issued(const struct hl_chain *chain)
{
    const struct hl_x509 *leaf = chain->count > 0 ? &chain->list[0]->x509 : NULL;

    return leaf != NULL && span_equal(leaf->subject.der, leaf->issuer.der);
}

/* Nothing is wrong with it that can be seen without knowing whom the client trusts. */
static enum finding_code by_shape(const struct hl_chain *chain)
{
    if (is_self_issued(chain))
        return FINDING_CERTIFICATE_SELF_SIGNED;
    return FINDING_CERTIFICATE_UNTRUSTED_ISSUER;
}

static enum hl_blame blame_for(enum finding_code code)
{
    for (size_t i = 0; i < REASONS; i++) {
        if (reasons[i].code == code)
            return reasons[i].blame;
    }
    return HL_BLAME_SERVER;
}

/* One that a finding tells. */
static void say_finding(struct diagnosing *d, const struct hl_finding *finding, enum hl_confidence confidence)
{
    buf_span(d->text, finding->summary);
    struct hl_diagnosis *diagnosis = add_diagnosis(d, finding->code, blame_for(finding->code), confidence);
    add_evidence(d, diagnosis, finding->at, "the server's certificate");
    add_alert_evidence(d, diagnosis);
}

/* One that only the alert tells. */
static void say_by_alert(struct diagnosing *d, enum finding_code code, const char *what, enum hl_confidence confidence)
{
    const struct hl_chain *chain = &d->hs->server_chain;

    if (chain->count > 0)
        put_certificate_name(d->text, &chain->list[0]->x509);
    else
        buf_string(d->text, "the server's certificate");
    buf_string(d->text, what);
    struct hl_diagnosis *diagnosis = add_diagnosis(d, code, blame_for(code), confidence);
    add_evidence(d, diagnosis, chain->at, "the server's certificate");
    add_alert_evidence(d, diagnosis);
}

/* The client's own word, where nothing can be seen in the chain. */
static void take_its_word(struct diagnosing *d)
{
    const struct hl_chain *chain = &d->hs->server_chain;

    switch (d->alert->description) {
    case ALERT_CERTIFICATE_EXPIRED:
        say_by_alert(d, FINDING_CERTIFICATE_EXPIRED, " is out of date for the client: its clock may be wrong", HL_LIKELY);
        break;
    case ALERT_CERTIFICATE_REVOKED:
        say_by_alert(d, FINDING_CERTIFICATE_REVOKED, " was revoked, says the client", HL_LIKELY);
        break;
    case ALERT_UNSUPPORTED_CERTIFICATE:
        say_by_alert(d, FINDING_CERTIFICATE_WEAK, " is not of a kind that the client takes", HL_POSSIBLE);
        break;
    default:
        say_by_alert(d, by_shape(chain),
                     is_self_issued(chain) ? " vouches for itself, and the client does not trust it"
                                           : " leads to no CA that the client trusts",
                     d->alert->description == ALERT_UNKNOWN_CA ? HL_LIKELY : HL_POSSIBLE);
        break;
    }
}

/* The client refuses the chain. All that is wrong with it is said: first what its alert says, then what weighs most. */
static void refused_chain(struct diagnosing *d)
{
    const uint8_t alert = d->alert->description;
    const struct hl_finding *primary = NULL;
    unsigned found = 0;

    for (size_t i = 0; i < REASONS; i++) {
        const struct hl_finding *finding = find_finding(d->hs, reasons[i].code, "server");
        found += finding != NULL;
        if (finding != NULL && (primary == NULL || (says(alert, finding->code) && !says(alert, primary->code))))
            primary = finding;
    }
    bool revoked_elsewhere = alert == ALERT_CERTIFICATE_REVOKED && (primary == NULL || !says(alert, primary->code));
    if (primary == NULL || revoked_elsewhere) {
        take_its_word(d);
        return;
    }
    say_finding(d, primary, found == 1 || says(alert, primary->code) ? HL_LIKELY : HL_POSSIBLE);
    for (size_t i = 0; i < REASONS; i++) {
        const struct hl_finding *other = find_finding(d->hs, reasons[i].code, "server");
        if (other != NULL && other != primary)
            say_finding(d, other, HL_POSSIBLE);
    }
}

/* --- the server's hello ------------------------------------------------------------- */

/* RFC 5746, section 4.1: a client may insist on secure renegotiation from the start. */
static bool lacks_secure_renegotiation(const struct hl_handshake *hs)
{
    enum { RENEGOTIATION_INFO = 0xff01 };

    return hs->server_hello_message != NULL && !version_is_tls13(hs->version) && hs->server_hello.random.len > 0
           && !extension_find(hs->server_hello.extensions, RENEGOTIATION_INFO, NULL);
}

static bool refused_renegotiation_info(struct diagnosing *d)
{
    if (d->alert->description != ALERT_HANDSHAKE_FAILURE || !lacks_secure_renegotiation(d->hs))
        return false;
    buf_string(d->text, "the server does not know secure renegotiation (RFC 5746), and the client does without it no more");
    struct hl_diagnosis *diagnosis = add_diagnosis(d, FINDING_RENEGOTIATION_REFUSED, HL_BLAME_SERVER, HL_LIKELY);
    add_evidence(d, diagnosis, d->hs->server_hello_message->at, "no renegotiation_info");
    add_alert_evidence(d, diagnosis);
    return true;
}

static bool refused_version(struct diagnosing *d)
{
    if (d->alert->description != ALERT_PROTOCOL_VERSION || d->hs->server_hello_message == NULL)
        return false;
    buf_string(d->text, "the server chooses ");
    code_name_put(d->text, reg_version(d->hs->version));
    buf_string(d->text, ", which the client does not take");
    struct hl_diagnosis *diagnosis = add_diagnosis(d, FINDING_NO_SHARED_VERSION, HL_BLAME_SERVER, HL_CERTAIN);
    add_evidence(d, diagnosis, d->hs->server_hello_message->at, "the version that the server chooses");
    add_alert_evidence(d, diagnosis);
    return true;
}

static bool refused_ech(struct diagnosing *d)
{
    if (d->alert->description != ALERT_ECH_REQUIRED)
        return false;
    buf_string(d->text, "the server went on with the outer hello; the client wanted the inner one");
    struct hl_diagnosis *diagnosis = add_diagnosis(d, FINDING_ECH_REJECTED, HL_BLAME_SERVER, HL_CERTAIN);
    add_alert_evidence(d, diagnosis);
    return true;
}

bool diagnose_refused_server(struct diagnosing *d)
{
    if (d->alert == NULL || !d->from_client)
        return false;
    if (refused_version(d) || refused_ech(d))
        return true;
    bool seen = d->hs->server_chain.count > 0 || version_is_tls13(d->hs->version);
    if (seen && is_about_chain(d->hs, d->alert->description)) {
        refused_chain(d);
        return true;
    }
    return refused_renegotiation_info(d);
}

/* --- the client's certificate --------------------------------------------------------- */

static bool client_sent_certificate(const struct hl_handshake *hs)
{
    return hs->client_chain.total > 0 || hs->client_chain.raw_public_key.len > 0;
}

static struct hl_moment last_of_client(const struct hl_handshake *hs)
{
    struct hl_moment at = hs->client_chain.at;

    for (const struct hl_message *m = hs->messages; m != NULL && at.frame == 0; m = m->next) {
        if (m->direction == hs->client && m != hs->client_hello_message)
            at = m->at;
    }
    return at;
}

static void say_client_certificate(struct diagnosing *d, enum hl_confidence confidence)
{
    const struct hl_handshake *hs = d->hs;
    bool sent = client_sent_certificate(hs);
    struct hl_diagnosis *diagnosis;

    if (sent) {
        const struct hl_finding *first = NULL;
        for (size_t i = 0; i < REASONS && first == NULL; i++)
            first = find_finding(hs, reasons[i].code, "client");
        buf_string(d->text, "the server does not accept the client's certificate");
        if (first != NULL) {
            buf_string(d->text, ": ");
            buf_span(d->text, first->summary);
        }
        diagnosis = add_diagnosis(d, FINDING_CLIENT_CERTIFICATE_REJECTED, HL_BLAME_CLIENT, confidence);
    } else {
        buf_string(d->text, "the server asks for a certificate, and the client has none to send");
        diagnosis = add_diagnosis(d, FINDING_CLIENT_CERTIFICATE_MISSING, HL_BLAME_CLIENT, confidence);
    }
    add_evidence(d, diagnosis, last_of_client(hs), sent ? "the client's certificate" : "the client's answer, without a certificate");
    if (d->alert != NULL && !d->from_client)
        add_alert_evidence(d, diagnosis);
    else
        add_evidence(d, diagnosis, hs->closing.at, "the end of the connection");
}

/* An end, by the server, after the client has answered its question for a certificate. */
bool diagnose_refused_client(struct diagnosing *d)
{
    const struct hl_handshake *hs = d->hs;
    bool by_server = d->alert != NULL ? !d->from_client : hs->closing.direction == (int)(1 - hs->client);
    bool answered = d->stage == STAGE_CLIENT_FLIGHT || d->stage == STAGE_COMPLETED;

    if (!by_server || !answered)
        return false;
    if (d->alert != NULL && d->alert->description == ALERT_CERTIFICATE_REQUIRED) {
        say_client_certificate(d, HL_CERTAIN);
        return true;
    }
    if (!hs->certificate_requested)
        return false;
    bool silent = d->alert == NULL && d->stage != STAGE_COMPLETED
                  && (hs->closing.how == CLOSE_FIN || hs->closing.how == CLOSE_RESET);
    bool refused = d->alert != NULL
                   && (is_about_certificate(d->alert->description) || d->alert->description == ALERT_HANDSHAKE_FAILURE);
    if (!silent && !refused)
        return false;
    say_client_certificate(d, refused ? HL_LIKELY : HL_POSSIBLE);
    return true;
}
