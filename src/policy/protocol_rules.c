/* Rules about versions, suites, groups, signatures and extensions. */
#include "policy/verdict.h"

#include "base/code_name.h"
#include "base/text.h"
#include "registry/registry.h"
#include "wire/version.h"

#include <string.h>

typedef struct hl_code name_fn(uint16_t code);

enum { EXTENSION_EXTENDED_MASTER_SECRET = 23, EXTENSION_ENCRYPT_THEN_MAC = 22, EXTENSION_RENEGOTIATION_INFO = 0xff01 };

/* --- code points -------------------------------------------------------------------------- */

static void put_list(struct hl_buffer *out, const uint16_t *list, unsigned count, name_fn *name)
{
    for (unsigned i = 0; i < count; i++) {
        buf_string(out, i > 0 ? ", " : "");
        code_name_put(out, name(list[i]));
    }
}

/* Why it is not known. */
static enum policy_result unknown(struct judging *judging, const char *why)
{
    buf_string(judging->text, why[0] != '\0' ? why : "nobody asked");
    return POLICY_UNKNOWN;
}

/* Nothing that is not allowed may be accepted. */
static enum policy_result judge_allowed(struct judging *judging, const struct policy_codes *allowed, const struct policy_seen *seen,
                                        name_fn *name, enum policy_level level)
{
    uint16_t wrong[FACTS_CODES_MAX];
    unsigned count = 0;

    for (unsigned i = 0; i < seen->accepted_count; i++) {
        if (!codes_have(allowed, seen->accepted[i]))
            wrong[count++] = seen->accepted[i];
    }
    if (count > 0) {
        buf_string(judging->text, "accepted, and not allowed: ");
        put_list(judging->text, wrong, count, name);
        buf_string(judging->text, seen->rest_refused ? "" : "; perhaps more");
        return policy_result_of(level);
    }
    if (judging->facts->passive && seen->accepted_count > 0) {
        buf_printf(judging->text, "%llu handshake%s agreed on what is allowed: ", (unsigned long long)judging->facts->seen_handshakes,
                   judging->facts->seen_handshakes == 1 ? "" : "s");
        put_list(judging->text, seen->accepted, seen->accepted_count, name);
        return POLICY_PASS;
    }
    if (judging->facts->passive)
        return unknown(judging, "no handshake in the capture tells it");
    if (seen->fault[0] != '\0') {
        buf_string(judging->text, seen->fault);
        return POLICY_FAIL;
    }
    if (!seen->rest_refused)
        return unknown(judging, seen->why);
    if (judging->facts->versions.accepted_count == 0)
        return unknown(judging, "nothing at all was accepted, so that a refusal says nothing");
    buf_string(judging->text, "only what is allowed is accepted; seen: ");
    put_list(judging->text, seen->accepted, seen->accepted_count, name);
    if (seen->accepted_count == 0)
        buf_string(judging->text, "nothing of it");
    return POLICY_PASS;
}

/* Everything that is required must be accepted. */
static enum policy_result judge_required(struct judging *judging, const struct policy_codes *required, const struct policy_seen *seen,
                                         name_fn *name)
{
    uint16_t missing[FACTS_CODES_MAX];
    unsigned count = 0, open = 0;

    for (unsigned i = 0; i < required->count && count < FACTS_CODES_MAX; i++) {
        if (seen_is_refused(seen, required->list[i]))
            missing[count++] = required->list[i];
        else if (!seen_is_accepted(seen, required->list[i]))
            open++;
    }
    if (count > 0) {
        buf_string(judging->text, "required, and refused: ");
        put_list(judging->text, missing, count, name);
        return POLICY_FAIL;
    }
    if (open > 0 && judging->facts->passive)
        return unknown(judging, "a capture shows what clients agreed on, not what else the server would take");
    if (open > 0)
        return unknown(judging, seen->why);
    buf_string(judging->text, "accepted: ");
    put_list(judging->text, required->list, required->count, name);
    return POLICY_PASS;
}

static bool gives_versions(const struct hl_policy *p) { return p->versions_allowed.given; }
static bool requires_versions(const struct hl_policy *p) { return p->versions_required.given; }
static bool gives_suites(const struct hl_policy *p) { return p->suites_allowed.given; }
static bool requires_suites(const struct hl_policy *p) { return p->suites_required.given; }
static bool gives_groups(const struct hl_policy *p) { return p->groups_allowed.given && p->groups_extra != LEVEL_IGNORE; }
static bool requires_groups(const struct hl_policy *p) { return p->groups_required.given; }
static bool gives_schemes(const struct hl_policy *p) { return p->schemes_allowed.given && p->schemes_extra != LEVEL_IGNORE; }

static enum policy_result judge_versions(struct judging *j)
{
    return judge_allowed(j, &j->policy->versions_allowed, &j->facts->versions, reg_version, LEVEL_FAIL);
}

static enum policy_result judge_required_versions(struct judging *j)
{
    return judge_required(j, &j->policy->versions_required, &j->facts->versions, reg_version);
}

static enum policy_result judge_suites(struct judging *j)
{
    return judge_allowed(j, &j->policy->suites_allowed, &j->facts->suites, reg_cipher_suite, LEVEL_FAIL);
}

static enum policy_result judge_required_suites(struct judging *j)
{
    return judge_required(j, &j->policy->suites_required, &j->facts->suites, reg_cipher_suite);
}

static enum policy_result judge_groups(struct judging *j)
{
    return judge_allowed(j, &j->policy->groups_allowed, &j->facts->groups, reg_group, j->policy->groups_extra);
}

static enum policy_result judge_required_groups(struct judging *j)
{
    return judge_required(j, &j->policy->groups_required, &j->facts->groups, reg_group);
}

static enum policy_result judge_schemes(struct judging *j)
{
    return judge_allowed(j, &j->policy->schemes_allowed, &j->facts->schemes, reg_signature_scheme, j->policy->schemes_extra);
}

static bool gives_dh(const struct hl_policy *p) { return p->dh_bits_min > 0; }

/* That of suites without authentication is ephemeral, too. */
static bool is_dhe(const struct hl_suite *suite)
{
    return strcmp(suite->key_exchange, "DHE") == 0
           || (strcmp(suite->key_exchange, "DH") == 0 && strcmp(suite->authentication, "anon") == 0);
}

static bool agreed_on_dhe(const struct policy_seen *suites)
{
    for (unsigned i = 0; i < suites->accepted_count; i++) {
        const struct hl_suite *suite = reg_suite(suites->accepted[i]);
        if (suite != NULL && is_dhe(suite))
            return true;
    }
    return false;
}

static enum policy_result judge_dh(struct judging *j)
{
    const unsigned bits = j->facts->dh_bits;

    if (bits == 0 && agreed_on_dhe(&j->facts->suites))
        return unknown(j, "a suite with DHE was agreed on, and its prime was not seen");
    if (bits == 0) {
        if (!j->facts->suites.rest_refused && !j->facts->passive)
            return unknown(j, j->facts->suites.why);
        buf_string(j->text, "no key exchange with DHE was accepted");
        return POLICY_PASS;
    }
    buf_printf(j->text, "the prime of DHE has %u bits, %u are wanted", bits, j->policy->dh_bits_min);
    return bits >= j->policy->dh_bits_min ? POLICY_PASS : POLICY_FAIL;
}

/* --- extensions --------------------------------------------------------------------------- */

static enum policy_result judge_agreement(struct judging *j, const struct hl_handshake *hs, uint16_t extension, enum policy_level level,
                                          const char *name)
{
    const bool there = extension_find(hs->server_hello.extensions, extension, NULL);

    buf_printf(j->text, "the server %s %s", there ? "agreed to" : "did not agree to", name);
    return there ? POLICY_PASS : policy_result_of(level);
}

static enum policy_result judge_extension(struct judging *j, uint16_t extension, enum policy_level level, const char *name)
{
    const struct hl_handshake *hs = facts_handshake(j->facts, false);

    if (hs == NULL && j->facts->handshake_count == 0)
        return unknown(j, j->facts->why_no_handshake);
    if (hs == NULL) {
        buf_printf(j->text, "TLS 1.3 has no need of %s, and nothing older was accepted", name);
        return POLICY_PASS;
    }
    return judge_agreement(j, hs, extension, level, name);
}

static bool wants_ems(const struct hl_policy *p) { return p->extended_master_secret != LEVEL_NOT_GIVEN; }
static bool wants_renegotiation(const struct hl_policy *p) { return p->secure_renegotiation != LEVEL_NOT_GIVEN; }
static bool wants_etm(const struct hl_policy *p) { return p->encrypt_then_mac != LEVEL_NOT_GIVEN; }
static bool minds_compression(const struct hl_policy *p) { return p->compression != LEVEL_NOT_GIVEN; }
static bool requires_protocols(const struct hl_policy *p) { return p->protocols_required.count > 0; }

static enum policy_result judge_ems(struct judging *j)
{
    return judge_extension(j, EXTENSION_EXTENDED_MASTER_SECRET, j->policy->extended_master_secret, "the extended master secret (RFC 7627)");
}

static enum policy_result judge_renegotiation(struct judging *j)
{
    return judge_extension(j, EXTENSION_RENEGOTIATION_INFO, j->policy->secure_renegotiation, "secure renegotiation (RFC 5746)");
}

/* It means something for suites with CBC only, and only with one of them does a server agree to it (RFC 7366, section 3). */
static enum policy_result judge_etm(struct judging *j)
{
    static const char name[] = "encrypt-then-MAC (RFC 7366)";
    const struct policy_facts *facts = j->facts;

    for (unsigned i = 0; i < facts->handshake_count; i++) {
        if (facts_is_cbc(facts->handshakes[i]->server_hello.cipher_suite))
            return judge_agreement(j, facts->handshakes[i], EXTENSION_ENCRYPT_THEN_MAC, j->policy->encrypt_then_mac, name);
    }
    for (unsigned i = 0; i < facts->suites.accepted_count; i++) {
        if (facts_is_cbc(facts->suites.accepted[i]))
            return unknown(j, facts->passive ? "no handshake with CBC was kept" : facts->why_no_cbc);
    }
    if (!facts->cbc_refused && !(facts->passive && facts->suites.accepted_count > 0))
        return unknown(j, facts->why_no_cbc);
    buf_string(j->text, "no suite with CBC was accepted");
    return POLICY_PASS;
}

static enum policy_result judge_compression(struct judging *j)
{
    const struct hl_handshake *hs = facts_handshake(j->facts, false);

    if (hs == NULL && j->facts->handshake_count == 0)
        return unknown(j, j->facts->why_no_handshake);
    if (hs == NULL || hs->server_hello.compression_method == 0) {
        buf_string(j->text, "compression was offered, and not taken");
        return POLICY_PASS;
    }
    buf_string(j->text, "the server compresses, which gives secrets away (CRIME)");
    return policy_result_of(j->policy->compression);
}

/* Why a handshake of others does not tell which protocol the server chooses; NULL: it does. */
static const char *why_no_protocol(const struct policy_facts *facts, const struct hl_handshake *hs)
{
    const char *why_absent = hs->server_chain.why_absent;

    if (!facts->passive || hs->alpn.len > 0)
        return NULL;
    if (version_is_tls13(hs->version) && why_absent != NULL && strcmp(why_absent, "encrypted") == 0)
        return "TLS 1.3 encrypts what the server chose (--keylog)"; /* with the certificate, in EncryptedExtensions */
    return handshake_hello(hs)->has_alpn ? NULL : "no client asked for a protocol";
}

/* The first handshake that tells. */
static enum policy_result judge_protocols(struct judging *j)
{
    const char *why = j->facts->why_no_handshake;
    unsigned i = 0;

    while (i < j->facts->handshake_count && (why = why_no_protocol(j->facts, j->facts->handshakes[i])) != NULL)
        i++;
    if (i == j->facts->handshake_count)
        return unknown(j, why);
    const struct hl_span chosen = j->facts->handshakes[i]->alpn;
    for (unsigned p = 0; p < j->policy->protocols_required.count; p++) {
        if (span_equal(chosen, span_of(j->policy->protocols_required.list[p]))) {
            buf_string(j->text, "the server chose ");
            buf_span(j->text, chosen);
            return POLICY_PASS;
        }
    }
    buf_string(j->text, chosen.len > 0 ? "the server chose " : "the server chose no protocol");
    buf_span(j->text, chosen);
    return POLICY_FAIL;
}

const struct policy_rule protocol_rules[] = {
    { "versions.allowed", "versions that are accepted", gives_versions, judge_versions },
    { "versions.required", "versions that must be accepted", requires_versions, judge_required_versions },
    { "cipher_suites.allowed", "cipher suites that are accepted", gives_suites, judge_suites },
    { "cipher_suites.required", "cipher suites that must be accepted", requires_suites, judge_required_suites },
    { "groups.allowed", "groups for key agreement that are accepted", gives_groups, judge_groups },
    { "groups.required", "groups that must be accepted", requires_groups, judge_required_groups },
    { "signature_schemes.allowed", "how the server signs", gives_schemes, judge_schemes },
    { "dh_bits_min", "size of Diffie-Hellman primes", gives_dh, judge_dh },
    { "extended_master_secret", "extended master secret", wants_ems, judge_ems },
    { "secure_renegotiation", "secure renegotiation", wants_renegotiation, judge_renegotiation },
    { "encrypt_then_mac", "encrypt-then-MAC", wants_etm, judge_etm },
    { "compression", "compression", minds_compression, judge_compression },
    { "alpn.required", "application protocol", requires_protocols, judge_protocols },
    { NULL, NULL, NULL, NULL },
};
