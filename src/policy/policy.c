#include "policy/policy.h"

#include "base/codes.h"
#include "base/error.h"
#include "base/text.h"
#include "policy/verdict.h"
#include "registry/tables.h"

#include <cjson/cJSON.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* A policy has some KiB. */
#define DOCUMENT_MAX ((size_t)1 << 20)
#define PATH_SIZE 80u

enum kind { KIND_TEXT, KIND_NUMBER, KIND_CODES, KIND_WORDS, KIND_WANTED, KIND_UNWANTED, KIND_LEVEL };

/* What stands where: one row a key. */
static const struct key {
    const char *path;
    enum kind kind;
    size_t offset; /* in struct hl_policy */
    enum reg_table_id table; /* KIND_CODES */
} keys[] = {
    { "id", KIND_TEXT, offsetof(struct hl_policy, id), REG_TABLES },
    { "version", KIND_TEXT, offsetof(struct hl_policy, version), REG_TABLES },
    { "title", KIND_TEXT, offsetof(struct hl_policy, title), REG_TABLES },
    { "source", KIND_TEXT, offsetof(struct hl_policy, source), REG_TABLES },
    { "versions.allowed", KIND_CODES, offsetof(struct hl_policy, versions_allowed), REG_VERSION },
    { "versions.required", KIND_CODES, offsetof(struct hl_policy, versions_required), REG_VERSION },
    { "cipher_suites.allowed", KIND_CODES, offsetof(struct hl_policy, suites_allowed), REG_CIPHER_SUITE },
    { "cipher_suites.required", KIND_CODES, offsetof(struct hl_policy, suites_required), REG_CIPHER_SUITE },
    { "groups.allowed", KIND_CODES, offsetof(struct hl_policy, groups_allowed), REG_GROUP },
    { "groups.required", KIND_CODES, offsetof(struct hl_policy, groups_required), REG_GROUP },
    { "groups.extra", KIND_LEVEL, offsetof(struct hl_policy, groups_extra), REG_TABLES },
    { "signature_schemes.allowed", KIND_CODES, offsetof(struct hl_policy, schemes_allowed), REG_SIGNATURE_SCHEME },
    { "signature_schemes.extra", KIND_LEVEL, offsetof(struct hl_policy, schemes_extra), REG_TABLES },
    { "dh_bits_min", KIND_NUMBER, offsetof(struct hl_policy, dh_bits_min), REG_TABLES },
    { "certificate.key_types", KIND_WORDS, offsetof(struct hl_policy, key_types), REG_TABLES },
    { "certificate.rsa_bits_min", KIND_NUMBER, offsetof(struct hl_policy, rsa_bits_min), REG_TABLES },
    { "certificate.curves", KIND_CODES, offsetof(struct hl_policy, curves), REG_GROUP },
    { "certificate.signature_hashes", KIND_WORDS, offsetof(struct hl_policy, signature_hashes), REG_TABLES },
    { "certificate.lifetime_days_max", KIND_NUMBER, offsetof(struct hl_policy, lifetime_days_max), REG_TABLES },
    { "certificate.lifetime_days_recommended", KIND_NUMBER, offsetof(struct hl_policy, lifetime_days_recommended), REG_TABLES },
    { "certificate.days_left_min", KIND_NUMBER, offsetof(struct hl_policy, days_left_min), REG_TABLES },
    { "certificate.trusted", KIND_WANTED, offsetof(struct hl_policy, trusted), REG_TABLES },
    { "certificate.name", KIND_WANTED, offsetof(struct hl_policy, name), REG_TABLES },
    { "certificate.staple", KIND_WANTED, offsetof(struct hl_policy, staple), REG_TABLES },
    { "certificate.timestamps", KIND_WANTED, offsetof(struct hl_policy, timestamps), REG_TABLES },
    { "extended_master_secret", KIND_WANTED, offsetof(struct hl_policy, extended_master_secret), REG_TABLES },
    { "secure_renegotiation", KIND_WANTED, offsetof(struct hl_policy, secure_renegotiation), REG_TABLES },
    { "encrypt_then_mac", KIND_WANTED, offsetof(struct hl_policy, encrypt_then_mac), REG_TABLES },
    { "session_resumption", KIND_WANTED, offsetof(struct hl_policy, session_resumption), REG_TABLES },
    { "compression", KIND_UNWANTED, offsetof(struct hl_policy, compression), REG_TABLES },
    { "early_data", KIND_UNWANTED, offsetof(struct hl_policy, early_data), REG_TABLES },
    { "client_renegotiation", KIND_UNWANTED, offsetof(struct hl_policy, client_renegotiation), REG_TABLES },
    { "heartbeat", KIND_UNWANTED, offsetof(struct hl_policy, heartbeat), REG_TABLES },
    { "alpn.required", KIND_WORDS, offsetof(struct hl_policy, protocols_required), REG_TABLES },
};

#define KEY_COUNT (sizeof keys / sizeof keys[0])

struct reading {
    struct hl_policy *policy;
    const char *name; /* of the document, for messages */
    struct hl_error *error;
};

static bool fail(const struct reading *reading, const char *hint, const char *path, const char *what)
{
    error_set(reading->error, HL_ERR_FORMAT, hint, "%s: %s: %s", reading->name, path, what);
    return false;
}

/* --- values ------------------------------------------------------------------------------- */

/* A name of the registry, or 0x and hex digits. */
static bool read_code(enum reg_table_id table, const char *text, uint16_t *out)
{
    uint32_t id;
    char *end;

    if (strncmp(text, "0x", 2) == 0) {
        id = (uint32_t)strtoul(text, &end, 16);
        *out = (uint16_t)id;
        return *end == '\0' && strlen(text) == 6;
    }
    *out = 0;
    if (!reg_find(table, span_of(text), &id) || id > UINT16_MAX)
        return false;
    *out = (uint16_t)id;
    return true;
}

static bool read_codes(const struct reading *reading, const struct key *key, const cJSON *item, struct policy_codes *out)
{
    const cJSON *one;
    char what[160];

    if (!cJSON_IsArray(item))
        return fail(reading, "for example [\"TLS 1.2\", \"0x0304\"]", key->path, "a list of names is wanted");
    out->list = calloc((size_t)cJSON_GetArraySize(item) + 1, sizeof *out->list);
    if (out->list == NULL)
        return fail(reading, NULL, key->path, "out of memory");
    out->given = true;
    cJSON_ArrayForEach(one, item) {
        if (cJSON_IsString(one) && read_code(key->table, one->valuestring, &out->list[out->count])) {
            out->count++;
            continue;
        }
        snprintf(what, sizeof what, "%.80s is the name of no %s", cJSON_IsString(one) ? one->valuestring : "something",
                 reg_tables[key->table].what);
        return fail(reading, "handlens explain finds names; a code point may be given as 0x1301", key->path, what);
    }
    return true;
}

static bool read_words(const struct reading *reading, const struct key *key, const cJSON *item, struct policy_words *out)
{
    const cJSON *one;

    if (!cJSON_IsArray(item))
        return fail(reading, NULL, key->path, "a list of words is wanted");
    out->list = calloc((size_t)cJSON_GetArraySize(item) + 1, sizeof *out->list);
    cJSON_ArrayForEach(one, item) {
        if (!cJSON_IsString(one))
            return fail(reading, NULL, key->path, "a list of words is wanted");
        if (out->list == NULL || (out->list[out->count] = strdup(one->valuestring)) == NULL)
            return fail(reading, NULL, key->path, "out of memory");
        out->count++;
    }
    return true;
}

static bool read_text(const struct reading *reading, const struct key *key, const cJSON *item, char **out)
{
    if (!cJSON_IsString(item) || item->valuestring[0] == '\0')
        return fail(reading, NULL, key->path, "a text is wanted");
    *out = strdup(item->valuestring);
    return *out != NULL || fail(reading, NULL, key->path, "out of memory");
}

static bool read_number(const struct reading *reading, const struct key *key, const cJSON *item, unsigned *out)
{
    if (!cJSON_IsNumber(item) || item->valuedouble < 1 || item->valuedouble > 1e6 || item->valuedouble != (double)(unsigned)item->valuedouble)
        return fail(reading, NULL, key->path, "a whole number from 1 on is wanted");
    *out = (unsigned)item->valuedouble;
    return true;
}

static bool read_level(const struct reading *reading, const struct key *key, const cJSON *item, enum policy_level *out)
{
    static const struct {
        enum kind kind;
        const char *word;
        enum policy_level level;
    } words[] = {
        { KIND_WANTED, "required", LEVEL_FAIL },    { KIND_WANTED, "recommended", LEVEL_WARN },
        { KIND_UNWANTED, "forbidden", LEVEL_FAIL }, { KIND_UNWANTED, "discouraged", LEVEL_WARN },
        { KIND_LEVEL, "fail", LEVEL_FAIL },         { KIND_LEVEL, "warn", LEVEL_WARN },
        { KIND_LEVEL, "ignore", LEVEL_IGNORE },
    };

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (words[i].kind == key->kind && cJSON_IsString(item) && strcmp(item->valuestring, words[i].word) == 0) {
            *out = words[i].level;
            return true;
        }
    }
    return fail(reading, NULL, key->path,
                key->kind == KIND_WANTED     ? "\"required\" or \"recommended\" is wanted"
                : key->kind == KIND_UNWANTED ? "\"forbidden\" or \"discouraged\" is wanted"
                                             : "\"fail\", \"warn\" or \"ignore\" is wanted");
}

static bool read_value(const struct reading *reading, const struct key *key, const cJSON *item)
{
    void *out = (char *)reading->policy + key->offset;

    switch (key->kind) {
    case KIND_TEXT: return read_text(reading, key, item, out);
    case KIND_NUMBER: return read_number(reading, key, item, out);
    case KIND_CODES: return read_codes(reading, key, item, out);
    case KIND_WORDS: return read_words(reading, key, item, out);
    default: return read_level(reading, key, item, out);
    }
}

/* --- the document ------------------------------------------------------------------------- */

static const struct key *find_key(const char *path)
{
    for (size_t i = 0; i < KEY_COUNT; i++) {
        if (strcmp(keys[i].path, path) == 0)
            return &keys[i];
    }
    return NULL;
}

/* Is there a key behind this one? */
static bool is_section(const char *path)
{
    const size_t n = strlen(path);

    for (size_t i = 0; i < KEY_COUNT; i++) {
        if (strncmp(keys[i].path, path, n) == 0 && keys[i].path[n] == '.')
            return true;
    }
    return false;
}

/* cJSON takes the same key twice, and shows the first one. */
static bool is_there_twice(const cJSON *item)
{
    for (const cJSON *other = item->next; other != NULL; other = other->next) {
        if (strcmp(other->string, item->string) == 0)
            return true;
    }
    return false;
}

/* --- waivers ------------------------------------------------------------------------------ */

static bool read_date(const char *text, int64_t *end)
{
    struct tm date = { .tm_isdst = 0 };
    int used = 0;

    if (sscanf(text, "%4d-%2d-%2d%n", &date.tm_year, &date.tm_mon, &date.tm_mday, &used) != 3 || used != 10 || text[used] != '\0')
        return false;
    date.tm_year -= 1900;
    date.tm_mon--;
    const struct tm asked = date;
    *end = (int64_t)timegm(&date) + 86400;
    return date.tm_mon == asked.tm_mon && date.tm_mday == asked.tm_mday;
}

static bool read_waiver(const struct reading *reading, const cJSON *object, struct policy_waiver *out)
{
    const struct {
        const char *name;
        char **value;
        bool needed;
    } texts[] = { { "rule", &out->rule, true }, { "target", &out->target, false }, { "why", &out->why, true }, { "until", &out->until, true } };
    const int known = (int)(sizeof texts / sizeof texts[0]);
    int found = 0;

    for (int i = 0; i < known; i++) {
        const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, texts[i].name);
        if (item == NULL && !texts[i].needed)
            continue;
        found++;
        if (!cJSON_IsString(item) || item->valuestring[0] == '\0' || (*texts[i].value = strdup(item->valuestring)) == NULL)
            return fail(reading, "each has rule, until and why, and perhaps target", "waive", "one of them lacks something");
    }
    if (cJSON_GetArraySize(object) != found)
        return fail(reading, "each has rule, until and why, and perhaps target", "waive", "one of them has a key that is not known, or twice");
    if (!read_date(out->until, &out->until_s))
        return fail(reading, "for example 2026-12-31", "waive", "until is no date");
    return policy_has_rule(out->rule) || fail(reading, "handlens check -v shows the rules", "waive", "there is no such rule");
}

static bool read_waivers(const struct reading *reading, const cJSON *list)
{
    const cJSON *one;

    if (!cJSON_IsArray(list))
        return fail(reading, NULL, "waive", "a list is wanted");
    reading->policy->waivers = calloc((size_t)cJSON_GetArraySize(list) + 1, sizeof *reading->policy->waivers);
    cJSON_ArrayForEach(one, list) {
        if (reading->policy->waivers == NULL)
            return fail(reading, NULL, "waive", "out of memory");
        if (!read_waiver(reading, one, &reading->policy->waivers[reading->policy->waiver_count++]))
            return false;
    }
    return true;
}

/* --- the whole ---------------------------------------------------------------------------- */

static bool read_members(const struct reading *reading, const cJSON *object, const char *prefix)
{
    const cJSON *item;
    char path[PATH_SIZE];

    cJSON_ArrayForEach(item, object) {
        snprintf(path, sizeof path, "%s%s%s", prefix, prefix[0] != '\0' ? "." : "", item->string);
        const struct key *key = find_key(path);
        if (is_there_twice(item))
            return fail(reading, NULL, path, "it is there twice");
        if (strcmp(path, "waive") == 0) {
            if (!read_waivers(reading, item))
                return false;
            continue;
        }
        if (key == NULL && is_section(path) && cJSON_IsObject(item)) {
            if (!read_members(reading, item, path))
                return false;
            continue;
        }
        if (key == NULL)
            return fail(reading, "docs/policy.schema.json has all that there is", path, "no such key is known");
        if (!read_value(reading, key, item))
            return false;
    }
    return true;
}

static cJSON *parse(const struct reading *reading, struct hl_span json)
{
    const char *end = NULL;
    cJSON *document = json.len <= DOCUMENT_MAX ? cJSON_ParseWithLengthOpts((const char *)json.ptr, json.len, &end, false) : NULL;
    const char *last = (const char *)json.ptr + json.len;

    while (document != NULL && end < last && strchr(" \t\r\n", *end) != NULL)
        end++;
    if (document == NULL || end != last || !cJSON_IsObject(document)) {
        error_set(reading->error, HL_ERR_FORMAT, "docs/policy.schema.json describes one", "%s: this is no JSON object", reading->name);
        cJSON_Delete(document);
        return NULL;
    }
    return document;
}

struct hl_policy *hl_policy_parse(struct hl_span json, const char *name, struct hl_error *error)
{
    struct hl_error own;
    struct hl_policy *policy = calloc(1, sizeof *policy);
    const struct reading reading = { policy, name, error != NULL ? error : &own };

    if (policy == NULL) {
        error_set(reading.error, HL_ERR_MEMORY, NULL, "out of memory");
        return NULL;
    }
    policy->groups_extra = policy->schemes_extra = LEVEL_FAIL;
    cJSON *document = parse(&reading, json);
    bool read = document != NULL && read_members(&reading, document, "");
    if (read && (policy->id == NULL || policy->version == NULL))
        read = fail(&reading, NULL, policy->id == NULL ? "id" : "version", "it is missing");
    cJSON_Delete(document);
    digest_sha256(json, policy->sha256);
    if (read)
        return policy;
    hl_policy_free(policy);
    return NULL;
}

/* --- life --------------------------------------------------------------------------------- */

static void free_words(struct policy_words *words)
{
    for (unsigned i = 0; i < words->count; i++)
        free(words->list[i]);
    free(words->list);
}

void hl_policy_free(struct hl_policy *policy)
{
    if (policy == NULL)
        return;
    for (size_t i = 0; i < KEY_COUNT; i++) {
        void *value = (char *)policy + keys[i].offset;
        if (keys[i].kind == KIND_TEXT)
            free(*(char **)value);
        else if (keys[i].kind == KIND_CODES)
            free(((struct policy_codes *)value)->list);
        else if (keys[i].kind == KIND_WORDS)
            free_words(value);
    }
    for (unsigned i = 0; i < policy->waiver_count; i++) {
        free(policy->waivers[i].rule);
        free(policy->waivers[i].target);
        free(policy->waivers[i].why);
        free(policy->waivers[i].until);
    }
    free(policy->waivers);
    free(policy);
}

bool codes_have(const struct policy_codes *codes, uint16_t code)
{
    return code_is_in(codes->list, codes->count, code);
}

const char *hl_policy_id(const struct hl_policy *policy)
{
    return policy->id;
}

const char *hl_policy_version(const struct hl_policy *policy)
{
    return policy->version;
}

const char *hl_policy_title(const struct hl_policy *policy)
{
    return policy->title != NULL ? policy->title : "";
}

const uint8_t *hl_policy_hash(const struct hl_policy *policy)
{
    return policy->sha256;
}
