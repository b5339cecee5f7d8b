#include "report/human_trust.h"

#include "analyze/findings.h"
#include "base/text.h"
#include "registry/registry.h"
#include "report/walk_parts.h"

#include <string.h>

void line_put_certificate_name(struct hl_line *line, unsigned gap, enum hl_role role, const struct hl_x509_name *name,
                               const struct hl_x509_names *names, struct hl_buffer *text)
{
    x509_short_name_put(text, name, names);
    line_put_wire(line, gap, role, text->len > 0 ? buf_view(text) : span_of("(empty name)"));
    text->len = 0;
}

static void put_verdict(struct hl_line *line, const struct hl_judgement *judgement)
{
    const struct path_verdict *verdict = &judgement->chain->verdict;

    if (!judgement->has_anchors)
        line_put(line, 1, ROLE_DOUBT, "unknown (no trust store)");
    else if (judgement_is_trusted(judgement))
        line_put(line, 1, ROLE_GOOD, "yes");
    else if (judgement->revoked)
        line_put(line, 1, ROLE_BAD, "NO, revoked");
    else if (verdict->doubtful)
        line_put(line, 1, ROLE_DOUBT, "unknown");
    else
        line_put(line, 1, ROLE_BAD, "NO");
}

/* "via NAME" for the first one, "<- NAME" for those behind it, in one piece. */
static void put_step(struct hl_line *line, bool first, const struct hl_x509_name *name, struct hl_buffer *text)
{
    buf_string(text, first ? "via " : "\xe2\x86\x90 ");
    x509_short_name_put(text, name, NULL);
    line_put_wire(line, first ? 2 : 1, ROLE_PLAIN, buf_view(text));
    text->len = 0;
}

/* Where the path leads: via intermediate <- root. */
static void put_path(struct hl_line *line, const struct path *path, bool has_anchors, struct hl_buffer *text)
{
    const struct hl_x509 *last = &path->list[path->length - 1]->x509;

    for (unsigned i = 1; i < path->length; i++)
        put_step(line, i == 1, &path->list[i]->x509.subject, text);
    switch (path->end) {
    case PATH_ANCHORED:
        line_put(line, 1, ROLE_QUIET, "(in the trust store)");
        break;
    case PATH_SELF_SIGNED:
        line_put(line, 2, ROLE_PLAIN, "signed by itself");
        break;
    case PATH_UNKNOWN_ROOT:
        if (has_anchors)
            line_put(line, 1, ROLE_BAD, "(not in the trust store)");
        break;
    case PATH_MISSING_ISSUER:
        put_step(line, path->length == 1, &last->issuer, text);
        line_put(line, 1, has_anchors ? ROLE_BAD : ROLE_QUIET,
                 has_anchors && path->length > 1 ? "(not in the trust store)" : "(not sent)");
        break;
    default:
        line_put(line, 1, ROLE_BAD, "(too long)");
    }
}

static void put_name(struct hl_line *line, const struct hl_judgement *judgement)
{
    if (judgement->host.len == 0)
        return;
    bool matches = judgement->host_result == HOST_MATCHES;
    line_put(line, 2, matches ? ROLE_PLAIN : ROLE_BAD, matches ? "for" : "not for");
    line_put_wire(line, 1, matches ? ROLE_PLAIN : ROLE_BAD, judgement->host);
}

void human_trust(struct hl_line *line, const struct hl_judgement *judgement, const char *label,
                 struct hl_buffer *text)
{
    if (judgement->chain == NULL)
        return;
    line_tab(line, INDENT);
    line_put(line, 0, ROLE_QUIET, label);
    put_verdict(line, judgement);
    put_name(line, judgement);
    put_path(line, &judgement->chain->verdict.best, judgement->has_anchors, text);
    line_end(line);
}

static bool is_proved(const struct hl_handshake *hs, enum hl_proof_kind kind)
{
    return hs->proofs[kind].result == PROOF_VERIFIED;
}

static bool is_wrong(const struct hl_handshake *hs, enum hl_proof_kind kind)
{
    return hs->proofs[kind].result == PROOF_WRONG;
}

/* By its signature; or, where clients encrypt to it, by Finished, which it could not have made without. */
static bool is_server_key_proved(const struct hl_handshake *hs)
{
    const struct hl_suite *suite = hs->cipher_suite <= UINT16_MAX ? reg_suite((uint16_t)hs->cipher_suite) : NULL;
    bool encrypts = suite != NULL && strcmp(suite->key_exchange, "RSA") == 0 && hs->resumed_by == NULL;

    return is_proved(hs, PROOF_SERVER_KEY_EXCHANGE) || is_proved(hs, PROOF_SERVER_CERTIFICATE_VERIFY)
           || (encrypts && is_proved(hs, PROOF_SERVER_FINISHED));
}

static void put_proved(struct hl_line *line, bool *first, const char *what)
{
    if (!*first)
        line_put(line, 0, ROLE_PLAIN, ",");
    line_put(line, 1, ROLE_GOOD, what);
    *first = false;
}

/* Of both Finished one reason is told: the server's, unless that one is proved. */
static void put_not_proved(struct hl_line *line, const struct hl_handshake *hs, bool nothing)
{
    bool server = is_proved(hs, PROOF_SERVER_FINISHED), client = is_proved(hs, PROOF_CLIENT_FINISHED);
    const struct hl_proof *missing = &hs->proofs[server ? PROOF_CLIENT_FINISHED : PROOF_SERVER_FINISHED];

    const bool wrong = is_wrong(hs, PROOF_SERVER_FINISHED) || is_wrong(hs, PROOF_CLIENT_FINISHED);

    if (wrong && nothing)
        line_put(line, 1, ROLE_QUIET, "nothing");
    if (hs->outcome != HL_COMPLETED || (server && client) || wrong)
        return;
    if (missing->needs_secret) {
        line_put(line, nothing ? 1 : 2, ROLE_QUIET, nothing ? "nothing, without a key log" : "not Finished, without a key log");
        return;
    }
    line_put(line, nothing ? 1 : 2, ROLE_QUIET, nothing ? "nothing:" : "not");
    if (!nothing)
        line_put(line, 1, ROLE_QUIET, server ? "the client's Finished:" : client ? "the server's Finished:" : "Finished:");
    line_put_words(line, 1, ROLE_QUIET, span_of(missing->why));
}

void human_proofs(struct hl_line *line, const struct hl_handshake *hs)
{
    bool first = true;

    bool any = is_server_key_proved(hs)
               || is_proved(hs, PROOF_SERVER_FINISHED) || is_proved(hs, PROOF_CLIENT_FINISHED);
    if (hs->server_hello_message == NULL || hs->server_hello.ssl2 || (!any && hs->outcome != HL_COMPLETED))
        return;
    line_tab(line, INDENT);
    line_put(line, 0, ROLE_QUIET, "proved");
    if (is_server_key_proved(hs))
        put_proved(line, &first, "server key");
    if (is_proved(hs, PROOF_CLIENT_CERTIFICATE_VERIFY))
        put_proved(line, &first, "client key");
    const bool server = is_proved(hs, PROOF_SERVER_FINISHED), client = is_proved(hs, PROOF_CLIENT_FINISHED);
    if (server || client)
        put_proved(line, &first, server && client ? "both Finished" : server ? "the server's Finished" : "the client's Finished");
    put_not_proved(line, hs, first);
    line_end(line);
}

void human_timestamps(struct hl_line *line, const struct hl_judgement *judgement, struct hl_buffer *text)
{
    const struct hl_judged_chain *judged = judgement->chain;
    uint32_t count = judged != NULL ? judged->chain[0]->x509.scts.count : 0;

    if (count == 0)
        return;
    line_tab(line, INDENT);
    line_put(line, 0, ROLE_QUIET, "timestamps");
    for (uint32_t i = 0; i < count && i < HL_SCTS_CHECKED_MAX; i++) {
        const struct sct_answer *answer = &judged->scts[i];
        bool verified = answer->result == SIG_VERIFIED;
        buf_string(text, verified ? "verified" : answer->why);
        if (answer->log != NULL)
            buf_printf(text, " (%s)", answer->log->name);
        line_put_words(line, i == 0 ? 1 : 2,
                       verified ? ROLE_GOOD : answer->result == SIG_WRONG ? ROLE_BAD : ROLE_PLAIN, buf_view(text));
        text->len = 0;
    }
    line_end(line);
}

static enum hl_role role_of(enum hl_severity severity)
{
    return severity >= HL_HIGH ? ROLE_BAD : severity >= HL_LOW ? ROLE_DOUBT : ROLE_QUIET;
}

/* What to do is said once, behind the last finding of its kind. */
static bool is_last(const struct hl_finding *finding, enum hl_severity least)
{
    for (const struct hl_finding *later = finding->next; later != NULL; later = later->next) {
        if (later->code == finding->code && later->severity >= least)
            return false;
    }
    return true;
}

void human_findings(struct hl_line *line, const struct hl_handshake *hs, enum hl_severity least, bool explain,
                    struct hl_buffer *text)
{
    const struct hl_finding *finding = hs->findings != NULL ? hs->findings->first : NULL;

    for (; finding != NULL; finding = finding->next) {
        const struct finding_info *info = finding_info(finding->code);
        if (finding->severity < least)
            continue;
        line_tab(line, INDENT);
        unsigned indent = line->indent;
        line->indent = INDENT + 2;
        line_put(line, 0, role_of(finding->severity), hl_severity_name(finding->severity));
        line_put(line, 1, role_of(finding->severity), info->code);
        if (finding->side != NULL && strcmp(finding->side, "client") == 0)
            line_put(line, 1, ROLE_PLAIN, "(client)");
        line_put_words(line, 2, ROLE_PLAIN, finding->summary);
        if (finding->at.frame > 0) {
            buf_printf(text, "frame %llu", (unsigned long long)finding->at.frame);
            line_put_built(line, 2, ROLE_QUIET, text);
        }
        line_end(line);
        if (explain && is_last(finding, least)) {
            line_tab(line, INDENT + 2);
            line_put_words(line, 0, ROLE_QUIET, span_of(info->change));
            line_end(line);
        }
        line->indent = indent;
    }
}
