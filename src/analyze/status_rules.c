/* Stapled responses, certificate timestamps, and the signatures of the handshake itself. */
#include "analyze/findings.h"

/* --- OCSP -------------------------------------------------------------------------- */

static struct hl_finding *say(struct analysis *a, enum finding_code code, const struct hl_staple *staple)
{
    struct hl_finding *finding = add_finding(a, code, finding_info(code)->severity);

    finding->side = "server";
    finding->at = staple->at;
    finding->certificate = (int)staple->certificate;
    finding->subject = a->hs->server_chain.list[staple->certificate]->x509.subject.text;
    return finding;
}

static void put_time(struct hl_buffer *out, const struct hl_x509_time *time)
{
    char text[HL_X509_TIME_TEXT];

    x509_time_text(time->seconds, text);
    buf_string(out, time->valid ? text : "(unreadable)");
}

static enum finding_code code_of(enum ocsp_state state)
{
    switch (state) {
    case OCSP_REVOKED: return FINDING_CERTIFICATE_REVOKED;
    case OCSP_OTHER: return FINDING_OCSP_STAPLE_OTHER_CERTIFICATE;
    case OCSP_STALE:
    case OCSP_NOT_YET: return FINDING_OCSP_STAPLE_STALE;
    case OCSP_FORGED: return FINDING_OCSP_STAPLE_FORGED;
    default: return FINDING_OCSP_STAPLE_USELESS;
    }
}

static void find_staple(struct analysis *a, const struct hl_staple *staple)
{
    const struct ocsp_answer *answer = &staple->answer;
    const struct hl_x509 *cert = &a->hs->server_chain.list[staple->certificate]->x509;

    if (answer->state == OCSP_GOOD || answer->state == OCSP_NOT_CHECKABLE)
        return;
    put_certificate_name(a->text, cert);
    switch (answer->state) {
    case OCSP_REVOKED:
        buf_string(a->text, " was revoked on ");
        put_time(a->text, &answer->single->revoked_at);
        break;
    case OCSP_OTHER:
        buf_string(a->text, " has the serial number ");
        buf_hex(a->text, x509_serial(cert));
        buf_string(a->text, ", the response is about ");
        if (staple->ocsp.singles.count > 0)
            buf_hex(a->text, staple->ocsp.singles.list[0].serial);
        else
            buf_string(a->text, "nothing");
        break;
    case OCSP_STALE:
        buf_string(a->text, ": a newer response was due at ");
        put_time(a->text, &answer->single->next_update);
        break;
    case OCSP_NOT_YET:
        buf_string(a->text, ": the response is valid from ");
        put_time(a->text, &answer->single->this_update);
        break;
    case OCSP_UNKNOWN:
        buf_string(a->text, ": the responder does not know it");
        break;
    case OCSP_MALFORMED:
        buf_string(a->text, ": the response cannot be read");
        break;
    case OCSP_NO_ANSWER:
        buf_printf(a->text, ": instead of an answer the responder says %s", answer->why);
        break;
    default:
        buf_printf(a->text, ": the response does not count: %s", answer->why);
    }
    (void)say(a, code_of(answer->state), staple);
}

/* A resumed handshake shows no certificate, and then needs no response. */
static void find_missing_staple(struct analysis *a)
{
    const struct hl_handshake *hs = a->hs;

    if (hs->server_chain.count == 0 || hs->staples != NULL || !hs->staple_requested || hs->connection.gaps > 0
        || !x509_must_staple(&hs->server_chain.list[0]->x509))
        return;
    put_certificate_name(a->text, &hs->server_chain.list[0]->x509);
    buf_string(a->text, " must come with an OCSP response; the client asked for one and got none");
    struct hl_finding *finding = add_finding(a, FINDING_OCSP_STAPLE_MISSING, HL_HIGH);
    finding->side = "server";
    finding->at = hs->server_chain.at;
    finding->certificate = 0;
}

/* --- Certificate Transparency ------------------------------------------------------- */

static void find_wrong_sct(struct analysis *a, const struct sct_answer *answer)
{
    if (answer->result != SIG_WRONG)
        return;
    buf_printf(a->text, "a timestamp of %s: %s", answer->log->name, answer->why);
    struct hl_finding *finding = add_finding(a, FINDING_SCT_WRONG, HL_HIGH);
    finding->side = "server";
    finding->at = a->hs->server_chain.at;
    finding->certificate = 0;
}

static void find_timestamps(struct analysis *a)
{
    const struct hl_handshake *hs = a->hs;
    const struct hl_judged_chain *judged = hs->server_trust.chain;
    unsigned verified = 0, known = 0;

    if (judged == NULL)
        return;
    const struct hl_x509_scts *scts = &hs->server_chain.list[0]->x509.scts;
    for (uint32_t i = 0; i < scts->count && i < HL_SCTS_CHECKED_MAX; i++) {
        find_wrong_sct(a, &judged->scts[i]);
        verified += judged->scts[i].result == SIG_VERIFIED;
        known += judged->scts[i].log != NULL;
    }
    for (const struct hl_sct_seen *seen = hs->scts; seen != NULL; seen = seen->next) {
        find_wrong_sct(a, &seen->answer);
        verified += seen->answer.result == SIG_VERIFIED;
        known += seen->answer.log != NULL;
    }
    if (!judged->verdict.trusted || verified > 0 || !hs->server_trust.has_logs)
        return;
    buf_printf(a->text, known > 0 ? "none of the timestamps of known logs could be verified"
                                  : "no timestamp of a known log comes with the certificate");
    struct hl_finding *finding = add_finding(a, FINDING_CERTIFICATE_NOT_LOGGED, HL_MEDIUM);
    finding->side = "server";
    finding->at = hs->server_chain.at;
    finding->certificate = 0;
}

/* --- proofs --------------------------------------------------------------------------- */

static const struct {
    enum hl_proof_kind kind;
    enum finding_code code;
    const char *side; /* whose message it is */
} proof_rules[] = {
    { PROOF_SERVER_KEY_EXCHANGE, FINDING_SERVER_SIGNATURE_WRONG, "server" },
    { PROOF_SERVER_CERTIFICATE_VERIFY, FINDING_SERVER_SIGNATURE_WRONG, "server" },
    { PROOF_CLIENT_CERTIFICATE_VERIFY, FINDING_CLIENT_SIGNATURE_WRONG, "client" },
    { PROOF_SERVER_FINISHED, FINDING_FINISHED_WRONG, "server" },
    { PROOF_CLIENT_FINISHED, FINDING_FINISHED_WRONG, "client" },
    { PROOF_HELLO_RETRY, FINDING_HELLO_RETRY_WRONG, NULL },
    { PROOF_NO_DOWNGRADE, FINDING_VERSION_DOWNGRADE, "server" },
};

static void find_proof(struct analysis *a, const struct hl_proof *proof, enum finding_code code, const char *side)
{
    if (proof->result != PROOF_WRONG)
        return;
    if (code == FINDING_FINISHED_WRONG)
        buf_printf(a->text, "the %s's Finished: ", side);
    buf_string(a->text, proof->why);
    struct hl_finding *finding = add_finding(a, code, HL_CRITICAL);
    finding->side = side;
    finding->at = proof->at;
    if (code == FINDING_SERVER_SIGNATURE_WRONG || code == FINDING_CLIENT_SIGNATURE_WRONG)
        finding->certificate = 0;
}

void find_status(struct analysis *a)
{
    const struct hl_handshake *hs = a->hs;

    for (const struct hl_staple *staple = hs->staples; staple != NULL; staple = staple->next)
        find_staple(a, staple);
    find_missing_staple(a);
    find_timestamps(a);
    for (size_t i = 0; i < sizeof proof_rules / sizeof proof_rules[0]; i++)
        find_proof(a, &hs->proofs[proof_rules[i].kind], proof_rules[i].code, proof_rules[i].side);
}
