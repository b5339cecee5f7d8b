/* What certificates and signatures are worth, and what was found. */
#include "analyze/findings.h"
#include "registry/registry.h"
#include "report/walk_parts.h"

#include <string.h>

static const char *const end_names[] = {
    [PATH_ANCHORED] = "anchored",           [PATH_UNKNOWN_ROOT] = "unknown-root",
    [PATH_SELF_SIGNED] = "self-signed",     [PATH_MISSING_ISSUER] = "missing-issuer",
    [PATH_TOO_LONG] = "too-long",
};

/* --- the path ------------------------------------------------------------------- */

static void walk_path_entry(const struct walk *w, const struct path *path, unsigned i)
{
    v_object(w->v, NULL);
    v_text(w->v, "subject", path->list[i]->x509.subject.text);
    v_bytes(w->v, "sha256", (struct hl_span){ path->list[i]->sha256, SHA256_LENGTH });
    if (path->from[i] >= 0)
        v_number(w->v, "sent", path->from[i]);
    else
        v_string(w->v, "from", path->from[i] == PATH_FROM_ANCHORS ? "trust-store" : "intermediates");
    v_end_object(w->v);
}

static void walk_problem(const struct walk *w, const struct path_problem *problem)
{
    v_object(w->v, NULL);
    v_string(w->v, "check", path_check_name(problem->check));
    v_string(w->v, "section", path_check_section(problem->check));
    v_number(w->v, "certificate", problem->at);
    v_bool(w->v, "refuses", problem->refuses);
    if (problem->note != NULL)
        v_string(w->v, "note", problem->note);
    if (problem->culprit.value.len > 0) {
        x509_general_name_put(w->text, &problem->culprit);
        walk_text(w, "name");
    }
    v_end_object(w->v);
}

static void walk_other(const struct walk *w, const struct path_other *other)
{
    v_object(w->v, NULL);
    v_string(w->v, "end", end_names[other->end]);
    v_number(w->v, "length", other->length);
    if (other->check != PATH_CHECK_NONE)
        v_string(w->v, "check", path_check_name(other->check));
    v_number(w->v, "certificate", other->at);
    v_text(w->v, "subject", other->subject);
    v_end_object(w->v);
}

static void walk_verdict(const struct walk *w, const struct path_verdict *verdict)
{
    const struct path *best = &verdict->best;

    v_string(w->v, "end", end_names[best->end]);
    v_array(w->v, "path");
    for (unsigned i = 0; i < best->length; i++)
        walk_path_entry(w, best, i);
    v_end_array(w->v);
    v_array(w->v, "problems");
    for (unsigned i = 0; i < best->problem_count; i++)
        walk_problem(w, &best->problems[i]);
    v_end_array(w->v);
    if (best->problems_dropped > 0)
        v_number(w->v, "problems_dropped", best->problems_dropped);
    if (verdict->other_count > 0) {
        v_array(w->v, "other_paths");
        for (unsigned i = 0; i < verdict->other_count; i++)
            walk_other(w, &verdict->others[i]);
        v_end_array(w->v);
    }
    v_bool(w->v, "over_budget", verdict->over_budget);
}

const char *trust_word(const struct hl_judgement *judgement)
{
    const struct path_verdict *verdict = &judgement->chain->verdict;

    if (!judgement->has_anchors)
        return "not-judged";
    if (judgement_is_trusted(judgement))
        return "trusted";
    return verdict->doubtful && !judgement->revoked ? "unverifiable" : "untrusted";
}

static void walk_judgement(const struct walk *w, const char *key, const struct hl_judgement *judgement)
{
    static const char *const results[] = { [HOST_MATCHES] = "match", [HOST_MISMATCH] = "mismatch",
                                           [HOST_ONLY_COMMON_NAME] = "common-name-only",
                                           [HOST_MALFORMED] = "malformed" };

    if (judgement->chain == NULL) {
        v_null(w->v, key);
        return;
    }
    v_object(w->v, key);
    v_string(w->v, "verdict", trust_word(judgement));
    walk_x509_time(w, "at", &(struct hl_x509_time){ .valid = true, .seconds = judgement->at });
    if (judgement->host.len > 0) {
        v_object(w->v, "name");
        v_text(w->v, "asked", judgement->host);
        v_string(w->v, "by", judgement->host_given ? "user" : "server_name");
        v_string(w->v, "result", results[judgement->host_result]);
        if (judgement->host_result == HOST_MATCHES && !judgement->host_given)
            v_text(w->v, "matched", judgement->matched);
        v_end_object(w->v);
    } else {
        v_null(w->v, "name");
    }
    const struct hl_span id = { (const uint8_t *)&judgement->chain->id, sizeof judgement->chain->id };
    if (memo_begin(w->memo, MEMO_VERDICT, id)) {
        walk_verdict(w, &judgement->chain->verdict);
        memo_end(w->memo, true);
    }
    v_end_object(w->v);
}

void walk_trust(const struct walk *w)
{
    v_object(w->v, "trust");
    walk_judgement(w, "server", &w->hs->server_trust);
    walk_judgement(w, "client", &w->hs->client_trust);
    v_end_object(w->v);
}

/* --- proofs ----------------------------------------------------------------------- */

static const char *const proof_names[PROOF_KINDS] = {
    [PROOF_SERVER_KEY_EXCHANGE] = "server_key_exchange",
    [PROOF_SERVER_CERTIFICATE_VERIFY] = "server_certificate_verify",
    [PROOF_SERVER_FINISHED] = "server_finished",
    [PROOF_CLIENT_CERTIFICATE_VERIFY] = "client_certificate_verify",
    [PROOF_CLIENT_FINISHED] = "client_finished",
    [PROOF_PSK_BINDER] = "psk_binder",
    [PROOF_HELLO_RETRY] = "hello_retry",
    [PROOF_EXTENDED_MASTER_SECRET] = "extended_master_secret",
    [PROOF_NO_DOWNGRADE] = "no_downgrade",
    [PROOF_RESUMPTION] = "resumption",
};

/* What has no place in a handshake of this kind is not mentioned. */
static void walk_proof(const struct walk *w, const char *key, const struct hl_proof *proof)
{
    static const char *const results[] = { [PROOF_ABSENT] = "absent", [PROOF_VERIFIED] = "verified",
                                           [PROOF_WRONG] = "wrong", [PROOF_NOT_CHECKABLE] = "not-checkable" };

    if (proof->result == PROOF_ABSENT && proof->why == NULL)
        return;
    v_object(w->v, key);
    v_string(w->v, "result", results[proof->result]);
    if (proof->why != NULL)
        v_string(w->v, "why", proof->why);
    if (proof->scheme != 0)
        v_code(w->v, "signature_scheme", reg_signature_scheme(proof->scheme));
    if (proof->at.frame != 0)
        walk_frame(w, proof->at);
    if (proof->expected.len > 0) {
        v_bytes(w->v, "expected", proof->expected);
        v_bytes(w->v, "found", proof->found);
        v_number(w->v, "messages", proof->messages);
    }
    if (proof->origin.frame != 0) {
        v_object(w->v, "origin");
        walk_frame(w, proof->origin);
        v_end_object(w->v);
    }
    v_end_object(w->v);
}

static void walk_staple(const struct walk *w, const struct hl_staple *staple)
{
    const struct ocsp_answer *answer = &staple->answer;

    v_object(w->v, NULL);
    v_number(w->v, "certificate", staple->certificate);
    v_string(w->v, "result", ocsp_state_name(answer->state));
    if (answer->why != NULL)
        v_string(w->v, "why", answer->why);
    if (answer->signed_by != NULL)
        v_string(w->v, "signed_by", answer->signed_by);
    if (answer->single != NULL) {
        walk_x509_time(w, "this_update", &answer->single->this_update);
        if (answer->single->has_next_update)
            walk_x509_time(w, "next_update", &answer->single->next_update);
        if (answer->state == OCSP_REVOKED)
            walk_x509_time(w, "revoked_at", &answer->single->revoked_at);
    }
    walk_frame(w, staple->at);
    if (w->all) {
        v_object(w->v, "response");
        ocsp_walk(&staple->ocsp, w->v);
        v_end_object(w->v);
    }
    v_end_object(w->v);
}

static void walk_sct(const struct walk *w, const struct hl_x509_sct *sct, enum sct_source source,
                     const struct sct_answer *answer)
{
    static const char *const sources[] = { [SCT_EMBEDDED] = "certificate", [SCT_IN_HANDSHAKE] = "handshake",
                                           [SCT_IN_OCSP] = "ocsp" };
    static const char *const results[] = { [SIG_VERIFIED] = "verified", [SIG_WRONG] = "wrong",
                                           [SIG_UNSUPPORTED] = "not-checkable" };

    v_object(w->v, NULL);
    v_string(w->v, "from", sources[source]);
    v_bytes(w->v, "log_id", sct->log_id);
    if (answer->log != NULL) {
        v_string(w->v, "log", answer->log->name);
        v_string(w->v, "operator", answer->log->operator);
    }
    walk_time(w, "timestamp", sct->timestamp_ms < INT64_MAX / 1000000 ? (int64_t)sct->timestamp_ms * 1000000 : 0);
    v_string(w->v, "result", results[answer->result]);
    if (answer->why != NULL)
        v_string(w->v, "why", answer->why);
    v_end_object(w->v);
}

static void walk_embedded_scts(const struct walk *w, const struct hl_judged_chain *judged)
{
    const struct hl_x509_scts *scts = &judged->chain[0]->x509.scts;
    const struct hl_span id = { (const uint8_t *)&judged->id, sizeof judged->id };

    if (scts->count == 0 || !memo_begin(w->memo, MEMO_SCTS, id))
        return;
    for (uint32_t i = 0; i < scts->count && i < HL_SCTS_CHECKED_MAX; i++)
        walk_sct(w, &scts->list[i], SCT_EMBEDDED, &judged->scts[i]);
    memo_end(w->memo, true);
}

void walk_scts(const struct walk *w)
{
    v_array(w->v, "scts");
    if (w->hs->server_trust.chain != NULL)
        walk_embedded_scts(w, w->hs->server_trust.chain);
    for (const struct hl_sct_seen *seen = w->hs->scts; seen != NULL; seen = seen->next)
        walk_sct(w, &seen->sct, seen->source, &seen->answer);
    v_end_array(w->v);
}

void walk_verification(const struct walk *w)
{
    v_object(w->v, "verification");
    for (unsigned kind = 0; kind < PROOF_KINDS; kind++)
        walk_proof(w, proof_names[kind], &w->hs->proofs[kind]);
    v_array(w->v, "ocsp");
    for (const struct hl_staple *staple = w->hs->staples; staple != NULL; staple = staple->next)
        walk_staple(w, staple);
    v_end_array(w->v);
    walk_scts(w);
    v_end_object(w->v);
}

/* --- findings ----------------------------------------------------------------------- */

void walk_explanation(const struct walk *w, const struct finding_info *info)
{
    const struct hl_span id = { (const uint8_t *)info->code, strlen(info->code) };

    if (!memo_begin(w->memo, MEMO_FINDING, id))
        return;
    v_string(w->v, "why", info->why);
    v_string(w->v, "section", info->section);
    v_string(w->v, "hint", info->change);
    memo_end(w->memo, true);
}

static void walk_finding(const struct walk *w, const struct hl_finding *finding)
{
    const struct finding_info *info = finding_info(finding->code);

    v_object(w->v, NULL);
    v_string(w->v, "code", info->code);
    v_string(w->v, "severity", hl_severity_name(finding->severity));
    v_text(w->v, "summary", finding->summary);
    v_array(w->v, "evidence");
    v_object(w->v, NULL);
    walk_frame(w, finding->at);
    if (finding->side != NULL)
        v_string(w->v, "side", finding->side);
    if (finding->certificate >= 0)
        v_number(w->v, "certificate", finding->certificate);
    if (finding->subject.len > 0)
        v_text(w->v, "subject", finding->subject);
    if (finding->check != NULL)
        v_string(w->v, "check", finding->check);
    v_end_object(w->v);
    v_end_array(w->v);
    walk_explanation(w, info);
    v_end_object(w->v);
}

void walk_findings(const struct walk *w)
{
    v_array(w->v, "findings");
    for (const struct hl_finding *f = w->hs->findings != NULL ? w->hs->findings->first : NULL; f != NULL; f = f->next)
        walk_finding(w, f);
    v_end_array(w->v);
}
