/* What the server's certificates of a line are worth: judged now, or as it was judged when the line was written. */
#include "policy/document_parts.h"

#include "base/text.h"
#include "session/judge.h"

#include <stdio.h>
#include <string.h>

#define BEHIND "; lines of handlens read -vv have the certificates"
#define STAPLES_MAX 8u

void document_say_unclear(char out[FACTS_WHY_SIZE], const char *why)
{
    if (out[0] == '\0')
        snprintf(out, FACTS_WHY_SIZE, "%s%s", why, BEHIND);
}

/* --- judged now ------------------------------------------------------------------------------------- */

/* As session/judge.c has it, where there is no chain. */
void document_set_terms(struct document_reading *reading)
{
    const struct hl_trust *trust = reading->terms->trust;
    struct hl_handshake *hs = &reading->document->hs;
    const int64_t start_ns = hs->start.time_ns;

    reading->at = trust->at_given ? trust->at : start_ns / 1000000000 - (start_ns % 1000000000 < 0);
    hs->server_trust.at = reading->at;
    hs->server_trust.has_anchors = trust->has_anchors;
    hs->server_trust.host_given = trust->host.len > 0;
    hs->server_trust.host = trust->host.len > 0 ? trust->host : hs->client_hello.server_name;
}

/* The judgement lives no longer than the next ones: what rules ask for is copied. */
void document_judge(struct document_reading *reading)
{
    struct hl_handshake *hs = &reading->document->hs;
    struct hl_judged_chain *copy = arena_alloc(&reading->document->arena, sizeof *copy);

    judge_chain_of_file(hs, reading->terms->verdicts, reading->terms->trust, reading->at);
    if (copy != NULL && hs->server_trust.chain != NULL)
        copy->verdict.trusted = hs->server_trust.chain->verdict.trusted;
    hs->server_trust.chain = hs->server_trust.chain != NULL ? copy : NULL;
    hs->server_trust.matched = (struct hl_span){ NULL, 0 };
}

/* --- trust, as it was judged ------------------------------------------------------------------------ */

enum recorded { NOT_JUDGED, TRUSTED, UNTRUSTED, UNVERIFIABLE };

static const char *const recorded_words[] = { "not-judged", "trusted", "untrusted", "unverifiable", NULL };
static const char *const end_words[] = {
    [PATH_ANCHORED] = "anchored", [PATH_UNKNOWN_ROOT] = "unknown-root", [PATH_SELF_SIGNED] = "self-signed",
    [PATH_MISSING_ISSUER] = "missing-issuer", [PATH_TOO_LONG] = "too-long", NULL,
};
static const char *const name_words[] = {
    [HOST_MATCHES] = "match", [HOST_MISMATCH] = "mismatch", [HOST_ONLY_COMMON_NAME] = "common-name-only",
    [HOST_MALFORMED] = "malformed", NULL,
};

static bool is_anchor(const struct hl_trust *trust, const uint8_t sha256[SHA256_LENGTH])
{
    for (uint32_t i = 0; i < trust->anchors.count; i++) {
        if (memcmp(trust->anchors.entries[i].certificate->sha256, sha256, SHA256_LENGTH) == 0)
            return true;
    }
    return false;
}

/* The anchor at the end of the path is one of those that count now. */
static bool ends_at_anchor(struct json_line *line, const struct hl_trust *trust, const cJSON *judged)
{
    const cJSON *path = json_array(line, judged, "path"), *last = NULL, *one;
    uint8_t sha256[SHA256_LENGTH];

    cJSON_ArrayForEach(one, path)
        last = one;
    return last != NULL && document_digest(line, last, sha256) && is_anchor(trust, sha256);
}

static bool is_name_of_anchor(const struct hl_trust *trust, struct hl_span name)
{
    for (uint32_t i = 0; i < trust->anchors.count; i++) {
        if (span_equal_nocase(trust->anchors.entries[i].certificate->x509.subject.text, name))
            return true;
    }
    return false;
}

/* What a line says of a certificate of the chain. */
struct link {
    struct hl_span subject, issuer;
    uint8_t sha256[SHA256_LENGTH];
    bool reached; /* by the names, a path from the leaf may lead over it */
};

static bool read_link(struct json_line *line, const cJSON *certificate, struct link *out)
{
    const char *subject = json_text(line, certificate, "subject"), *issuer = json_text(line, certificate, "issuer");

    if (subject == NULL || issuer == NULL)
        return false;
    *out = (struct link){ .subject = span_of(subject), .issuer = span_of(issuer) };
    return document_digest(line, certificate, out->sha256);
}

/* Might one of those that count now have made the difference: is it on the way from the leaf, or the issuer of one that is? */
static bool may_vouch(struct json_line *line, const struct hl_trust *trust, const cJSON *chain)
{
    struct link links[HL_CHAIN_MAX], *way[HL_CHAIN_MAX] = { &links[0] };
    unsigned count = 0, length = 1;
    const cJSON *one;

    cJSON_ArrayForEach(one, chain) {
        if (count == HL_CHAIN_MAX || !read_link(line, one, &links[count++]))
            return true;
    }
    links[0].reached = true;
    for (unsigned i = 0; i < length; i++) {
        if (is_anchor(trust, way[i]->sha256) || is_name_of_anchor(trust, way[i]->issuer))
            return true;
        for (unsigned j = 0; j < count; j++) {
            if (!links[j].reached && span_equal_nocase(way[i]->issuer, links[j].subject)) {
                links[j].reached = true;
                way[length++] = &links[j];
            }
        }
    }
    return trust->intermediates.count > 0;
}

static const char others_trusted[] = "the line was written by somebody who trusted others";

static const char *why_it_does_not_count(struct document_reading *reading, const cJSON *judged, const cJSON *chain, enum recorded recorded)
{
    const struct hl_trust *trust = reading->terms->trust;
    unsigned end = PATH_TOO_LONG;

    if (recorded == NOT_JUDGED)
        return "when the line was written it was not known whom to trust";
    if (trust->crls.count > 0 || trust->profile != PROFILE_CLIENT)
        return "when the line was written other rules of trust were given, or none (--crl)";
    if (!json_word(reading->line, judged, "end", end_words, &end))
        return "the line does not say where the chain ends";
    if (recorded == TRUSTED)
        return end == PATH_ANCHORED && ends_at_anchor(reading->line, trust, judged) ? NULL : others_trusted;
    return end != PATH_ANCHORED && may_vouch(reading->line, trust, chain) ? others_trusted : NULL;
}

static void read_name(struct document_reading *reading, const cJSON *judged, struct hl_judgement *out)
{
    const cJSON *name = json_object(reading->line, judged, "name");
    const char *asked = json_text(reading->line, name, "asked");
    unsigned result = HOST_MISMATCH;

    if (!json_word(reading->line, name, "result", name_words, &result) || asked == NULL || !span_equal_nocase(span_of(asked), out->host))
        document_say_unclear(reading->document->unclear.name, "the line does not say whether the certificate is for that name");
    out->host_result = (enum host_result)result;
}

void document_read_trust(struct document_reading *reading, const cJSON *judged, const cJSON *chain)
{
    struct hl_judgement *out = &reading->document->hs.server_trust;
    struct hl_judged_chain *verdict = arena_alloc(&reading->document->arena, sizeof *verdict);
    unsigned recorded = NOT_JUDGED;

    if (!json_word(reading->line, judged, "verdict", recorded_words, &recorded))
        json_complain(reading->line, judged, "verdict", "is missing");
    const char *why = reading->same_time ? why_it_does_not_count(reading, judged, chain, (enum recorded)recorded)
                                : "when the line was written it was judged as of another time";
    if (why != NULL)
        document_say_unclear(reading->document->unclear.trust, why);
    if (verdict != NULL)
        verdict->verdict.trusted = recorded == TRUSTED && why == NULL;
    out->chain = verdict;
    reading->document->unclear.recorded = true;
    read_name(reading, judged, out);
}

/* --- staples and timestamps --------------------------------------------------------------------------- */

static const char *const staple_words[] = {
    [OCSP_GOOD] = "good", [OCSP_REVOKED] = "revoked", [OCSP_UNKNOWN] = "unknown", [OCSP_OTHER] = "other-certificate",
    [OCSP_STALE] = "stale", [OCSP_NOT_YET] = "not-yet-valid", [OCSP_FORGED] = "forged", [OCSP_NO_ANSWER] = "no-answer",
    [OCSP_MALFORMED] = "malformed",
    [OCSP_NOT_CHECKABLE] = "not-checkable", NULL,
};

static void read_staple(struct document_reading *reading, const cJSON *item)
{
    struct hl_handshake *hs = &reading->document->hs;
    struct hl_staple *staple = arena_alloc(&reading->document->arena, sizeof *staple), **link = &hs->staples;
    unsigned state = OCSP_NOT_CHECKABLE;
    uint32_t certificate = 0;

    if (staple == NULL)
        return;
    while (*link != NULL)
        link = &(*link)->next;
    if (!json_number(reading->line, item, "certificate", UINT16_MAX, &certificate)
        || !json_word(reading->line, item, "result", staple_words, &state))
        json_complain(reading->line, NULL, "ocsp", "has something that is no result");
    staple->certificate = certificate;
    staple->answer.state = (enum ocsp_state)state;
    staple->answer.why = document_string(reading, json_text(reading->line, item, "why"));
    hs->server_trust.revoked |= state == OCSP_REVOKED;
    if (!reading->same_time && state != OCSP_REVOKED)
        staple->answer = (struct ocsp_answer){ OCSP_NOT_CHECKABLE, .why = "when the line was written it was checked as of another time" };
    *link = staple;
    hs->staple_count++;
}

void document_read_beside(struct document_reading *reading, const cJSON *handlens)
{
    static struct hl_sct_seen seen; /* there was one: nothing of it is looked at */
    const cJSON *verification = json_object(reading->line, handlens, "verification"), *one;
    const cJSON *staples = json_array(reading->line, verification, "ocsp"), *scts = json_array(reading->line, verification, "scts");

    if (staples == NULL || scts == NULL)
        json_complain(reading->line, verification, staples == NULL ? "ocsp" : "scts", "is missing");
    if (cJSON_GetArraySize(scts) > 0)
        reading->document->hs.scts = &seen;
    if (cJSON_GetArraySize(staples) > (int)STAPLES_MAX)
        json_complain(reading->line, verification, "ocsp", "has too many");
    else
        cJSON_ArrayForEach(one, staples)
            read_staple(reading, one);
}
