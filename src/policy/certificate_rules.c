/* Rules about the certificates that the server sent: each must please, as a server may have one of each kind of key. */
#include "policy/verdict.h"

#include "base/text.h"
#include "registry/registry.h"
#include "registry/tables.h"

#include <string.h>

#define DAY 86400
/* Behind what was not judged now. */
#define RECORDED ", as it was judged when it was written down"

/* One leaf; false: it does not please, and the text says how. */
typedef bool leaf_fn(struct judging *judging, const struct hl_handshake *hs, const struct hl_x509 *leaf);

static enum policy_result unknown(struct judging *judging, const char *why)
{
    buf_string(judging->text, why[0] != '\0' ? why : "no certificate was seen");
    return POLICY_UNKNOWN;
}

static enum policy_result judge_leaves(struct judging *j, leaf_fn *judge, enum policy_level level)
{
    unsigned leaves = 0;
    bool pleases = true;

    for (unsigned i = 0; i < j->facts->handshake_count && pleases; i++) {
        const struct hl_handshake *hs = j->facts->handshakes[i];
        if (hs->server_chain.count == 0 || !hs->server_chain.list[0]->decoded)
            continue;
        j->text->len = 0;
        leaves++;
        pleases = judge(j, hs, &hs->server_chain.list[0]->x509);
    }
    if (leaves == 0)
        return unknown(j, j->facts->why_no_handshake);
    return pleases ? POLICY_PASS : level == LEVEL_WARN ? POLICY_WARN : POLICY_FAIL;
}

/* --- the key and the signature ------------------------------------------------------------ */

static bool has_word(const struct policy_words *words, const char *word)
{
    for (unsigned i = 0; i < words->count; i++) {
        if (word != NULL && span_equal_nocase(span_of(words->list[i]), span_of(word)))
            return true;
    }
    return false;
}

/* As suites call it: a key on an elliptic curve signs with ECDSA. */
static const char *key_type(const struct hl_x509_key *key)
{
    return key->algorithm == NULL ? "unknown" : strcmp(key->algorithm, "EC") == 0 ? "ECDSA" : key->algorithm;
}

static bool key_pleases(struct judging *j, const struct hl_handshake *hs, const struct hl_x509 *leaf)
{
    const struct hl_policy *policy = j->policy;
    const struct hl_x509_key *key = &leaf->key;
    uint32_t curve = 0;

    (void)hs;
    buf_printf(j->text, "the key is %s%s%s with %u bits", key_type(key), key->curve != NULL ? " on " : "", key->curve != NULL ? key->curve : "",
               key->bits);
    if (policy->key_types.count > 0 && !has_word(&policy->key_types, key_type(key)))
        return false;
    if (policy->rsa_bits_min > 0 && strncmp(key_type(key), "RSA", 3) == 0 && key->bits < policy->rsa_bits_min)
        return false;
    if (!policy->curves.given || strcmp(key_type(key), "ECDSA") != 0)
        return true;
    return key->curve != NULL && reg_find(REG_GROUP, span_of(key->curve), &curve) && codes_have(&policy->curves, (uint16_t)curve);
}

static const char *hash_name(enum hl_x509_hash hash)
{
    static const char *const names[] = { [HL_X509_MD2] = "MD2",       [HL_X509_MD4] = "MD4",       [HL_X509_MD5] = "MD5",
                                         [HL_X509_SHA1] = "SHA1",     [HL_X509_SHA224] = "SHA224", [HL_X509_SHA256] = "SHA256",
                                         [HL_X509_SHA384] = "SHA384", [HL_X509_SHA512] = "SHA512" };

    return (size_t)hash < sizeof names / sizeof names[0] ? names[hash] : NULL;
}

/* Ed25519 and the like have their hash inside, and it is none of the weak ones; of RSA (PSS) one that is not known may be any. */
static bool signature_pleases(struct judging *j, const struct hl_handshake *hs, const struct hl_x509 *leaf)
{
    const struct hl_x509_algorithm *algorithm = &leaf->signature_algorithm;

    (void)hs;
    buf_printf(j->text, "it is signed with %s", algorithm->name != NULL ? algorithm->name : "something unknown");
    return algorithm->hash == HL_X509_HASH_NONE ? algorithm->name != NULL && algorithm->key != HL_X509_KEY_RSA
                                                : has_word(&j->policy->signature_hashes, hash_name(algorithm->hash));
}

static bool gives_key(const struct hl_policy *p) { return p->key_types.count > 0 || p->rsa_bits_min > 0 || p->curves.given; }
static bool gives_hashes(const struct hl_policy *p) { return p->signature_hashes.count > 0; }
static enum policy_result judge_key(struct judging *j) { return judge_leaves(j, key_pleases, LEVEL_FAIL); }

static enum policy_result judge_signature(struct judging *j)
{
    if (j->facts->unclear.signature[0] != '\0')
        return unknown(j, j->facts->unclear.signature);
    return judge_leaves(j, signature_pleases, LEVEL_FAIL);
}

/* --- times -------------------------------------------------------------------------------- */

/* A time that cannot be read bounds nothing. */
static bool lifetime_is_at_most(struct judging *j, const struct hl_x509 *leaf, unsigned days, const char *wanted)
{
    const long long lifetime = (leaf->not_after.seconds - leaf->not_before.seconds + DAY - 1) / DAY;

    if (!leaf->not_before.valid || !leaf->not_after.valid) {
        buf_string(j->text, "it does not say from when until when it is valid");
        return false;
    }
    buf_printf(j->text, "it is valid for %lld days; %u are %s", lifetime, days, wanted);
    return lifetime <= days;
}

static bool lifetime_pleases(struct judging *j, const struct hl_handshake *hs, const struct hl_x509 *leaf)
{
    (void)hs;
    return lifetime_is_at_most(j, leaf, j->policy->lifetime_days_max, "allowed");
}

static bool lifetime_is_recommended(struct judging *j, const struct hl_handshake *hs, const struct hl_x509 *leaf)
{
    (void)hs;
    return lifetime_is_at_most(j, leaf, j->policy->lifetime_days_recommended, "recommended");
}

static bool days_left_please(struct judging *j, const struct hl_handshake *hs, const struct hl_x509 *leaf)
{
    const long long left = (leaf->not_after.seconds - j->facts->now) / DAY;

    (void)hs;
    if (!leaf->not_after.valid || leaf->not_after.seconds < j->facts->now)
        buf_string(j->text, leaf->not_after.valid ? "it has expired" : "it does not say until when it is valid");
    else
        buf_printf(j->text, "it expires in %lld days; %u must be left", left, j->policy->days_left_min);
    return leaf->not_after.valid && leaf->not_after.seconds >= j->facts->now && left >= j->policy->days_left_min;
}

static bool gives_lifetime(const struct hl_policy *p) { return p->lifetime_days_max > 0; }
static bool recommends_lifetime(const struct hl_policy *p) { return p->lifetime_days_recommended > 0; }
static bool gives_days_left(const struct hl_policy *p) { return p->days_left_min > 0; }
static enum policy_result judge_lifetime(struct judging *j) { return judge_leaves(j, lifetime_pleases, LEVEL_FAIL); }
static enum policy_result judge_recommended(struct judging *j) { return judge_leaves(j, lifetime_is_recommended, LEVEL_WARN); }
static enum policy_result judge_days_left(struct judging *j) { return judge_leaves(j, days_left_please, LEVEL_FAIL); }

/* --- trust -------------------------------------------------------------------------------- */

static bool is_trusted(struct judging *j, const struct hl_handshake *hs, const struct hl_x509 *leaf)
{
    (void)leaf;
    const bool trusted = judgement_is_trusted(&hs->server_trust);
    buf_string(j->text, trusted                              ? "the chain leads to a trust anchor"
                        : hs->server_trust.revoked           ? "the certificate was revoked"
                        : hs->server_trust.chain == NULL     ? "there is no chain to judge"
                                                             : "the chain does not lead to a trust anchor in a way that counts");
    buf_string(j->text, j->facts->unclear.recorded ? RECORDED : "");
    return trusted;
}

static enum policy_result judge_trusted(struct judging *j)
{
    for (unsigned i = 0; i < j->facts->handshake_count; i++) {
        if (!j->facts->handshakes[i]->server_trust.has_anchors)
            return unknown(j, "it is not known whom to trust (--ca-file)");
    }
    if (j->facts->unclear.trust[0] != '\0')
        return unknown(j, j->facts->unclear.trust);
    return judge_leaves(j, is_trusted, j->policy->trusted);
}

static bool name_fits(struct judging *j, const struct hl_handshake *hs, const struct hl_x509 *leaf)
{
    (void)leaf;
    const bool fits = hs->server_trust.host_result == HOST_MATCHES;
    buf_string(j->text, fits ? "it is for " : "it is not for ");
    buf_span(j->text, hs->server_trust.host);
    return fits;
}

static enum policy_result judge_name(struct judging *j)
{
    for (unsigned i = 0; i < j->facts->handshake_count; i++) {
        if (j->facts->handshakes[i]->server_trust.host.len == 0)
            return unknown(j, "it is not known which name it should have (--host)");
    }
    if (j->facts->unclear.name[0] != '\0')
        return unknown(j, j->facts->unclear.name);
    return judge_leaves(j, name_fits, j->policy->name);
}

/* The response that came for the leaf; NULL: none. */
static const struct hl_staple *staple_of(const struct hl_handshake *hs)
{
    const struct hl_staple *staple = hs->staples;

    while (staple != NULL && staple->certificate != 0)
        staple = staple->next;
    return staple;
}

/* One that is about another certificate, stale or forged is none. */
static bool is_stapled(struct judging *j, const struct hl_handshake *hs, const struct hl_x509 *leaf)
{
    const struct hl_staple *staple = staple_of(hs);

    (void)leaf;
    if (staple == NULL)
        buf_string(j->text, "no OCSP response came with it");
    else
        buf_printf(j->text, "the OCSP response that came with it: %s%s%s", ocsp_state_name(staple->answer.state), staple->answer.why != NULL ? ", " : "",
                   staple->answer.why != NULL ? staple->answer.why : "");
    return staple != NULL && staple->answer.state == OCSP_GOOD;
}

static bool has_timestamps(struct judging *j, const struct hl_handshake *hs, const struct hl_x509 *leaf)
{
    const bool there = leaf->scts.count > 0 || hs->scts != NULL;

    buf_string(j->text, there ? "it has timestamps of certificate logs" : "it has no timestamps of certificate logs");
    return there;
}

static bool wants_trust(const struct hl_policy *p) { return p->trusted != LEVEL_NOT_GIVEN; }
static bool wants_name(const struct hl_policy *p) { return p->name != LEVEL_NOT_GIVEN; }
static bool wants_staple(const struct hl_policy *p) { return p->staple != LEVEL_NOT_GIVEN; }
static bool wants_timestamps(const struct hl_policy *p) { return p->timestamps != LEVEL_NOT_GIVEN; }

static enum policy_result judge_staple(struct judging *j)
{
    for (unsigned i = 0; i < j->facts->handshake_count; i++) {
        const struct hl_staple *staple = staple_of(j->facts->handshakes[i]);
        if (staple != NULL && staple->answer.state == OCSP_NOT_CHECKABLE)
            return unknown(j, staple->answer.why != NULL ? staple->answer.why : "the OCSP response cannot be checked");
    }
    return judge_leaves(j, is_stapled, j->policy->staple);
}

static enum policy_result judge_timestamps(struct judging *j) { return judge_leaves(j, has_timestamps, j->policy->timestamps); }

const struct policy_rule certificate_rules[] = {
    { "certificate.trusted", "trust in the certificate", wants_trust, judge_trusted },
    { "certificate.name", "name in the certificate", wants_name, judge_name },
    { "certificate.key", "key of the certificate", gives_key, judge_key },
    { "certificate.signature_hashes", "signature of the certificate", gives_hashes, judge_signature },
    { "certificate.days_left_min", "days until the certificate expires", gives_days_left, judge_days_left },
    { "certificate.lifetime_days_max", "lifetime of the certificate", gives_lifetime, judge_lifetime },
    { "certificate.lifetime_days_recommended", "recommended lifetime of the certificate", recommends_lifetime, judge_recommended },
    { "certificate.staple", "stapled OCSP response", wants_staple, judge_staple },
    { "certificate.timestamps", "certificate timestamps", wants_timestamps, judge_timestamps },
    { NULL, NULL, NULL, NULL },
};
