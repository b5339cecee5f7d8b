#include "policy/baseline.h"

#include "base/error.h"
#include "base/text.h"

#include <cjson/cJSON.h>

#include <stdlib.h>
#include <string.h>

/* Targets of one baseline, and bytes of a line of it. */
#define TARGETS_MAX 100000u
#define LINE_MAX_BYTES ((size_t)4 << 20)
#define TEXT_MAX 8192u

struct hl_baseline {
    cJSON **documents; /* one a target */
    unsigned count;
};

static const cJSON *member(const cJSON *object, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(object, key);
}

static const char *text_of(const cJSON *object, const char *key)
{
    const cJSON *item = member(object, key);

    return cJSON_IsString(item) ? item->valuestring : "";
}

/* --- reading ------------------------------------------------------------------------------ */

static bool add_line(struct hl_baseline *baseline, struct hl_span line)
{
    cJSON **documents;
    cJSON *document = line.len <= LINE_MAX_BYTES ? cJSON_ParseWithLength((const char *)line.ptr, line.len) : NULL;
    const bool is_check = cJSON_IsArray(member(member(member(document, "handlens"), "check"), "verdicts"));

    documents = is_check && baseline->count < TARGETS_MAX ? realloc(baseline->documents, (baseline->count + 1) * sizeof *documents) : NULL;
    if (documents == NULL) {
        cJSON_Delete(document);
        return false;
    }
    baseline->documents = documents;
    baseline->documents[baseline->count++] = document;
    return true;
}

struct hl_baseline *baseline_parse(struct hl_span text, const char *name, struct hl_error *error)
{
    struct hl_baseline *baseline = calloc(1, sizeof *baseline);
    struct hl_span line;

    if (baseline == NULL)
        error_set(error, HL_ERR_MEMORY, NULL, "%s: out of memory", name);
    for (unsigned long number = 1; baseline != NULL && text.len > 0; number++) {
        if (!span_line(&text, &line)) { /* the last one may have no end */
            line = text;
            text.len = 0;
        }
        if (line.len == 0 || add_line(baseline, line))
            continue;
        error_set(error, HL_ERR_FORMAT, "handlens check --format json writes them", "%s: line %lu is no result of a check", name, number);
        hl_baseline_free(baseline);
        return NULL;
    }
    return baseline;
}

void hl_baseline_free(struct hl_baseline *baseline)
{
    if (baseline == NULL)
        return;
    for (unsigned i = 0; i < baseline->count; i++)
        cJSON_Delete(baseline->documents[i]);
    free(baseline->documents);
    free(baseline);
}

/* --- comparing ---------------------------------------------------------------------------- */

static const cJSON *find_target(const struct hl_baseline *baseline, const char *target)
{
    for (unsigned i = 0; i < baseline->count; i++) {
        if (strcmp(text_of(member(baseline->documents[i], "destination"), "address"), target) == 0)
            return member(member(member(baseline->documents[i], "handlens"), "check"), "verdicts");
    }
    return NULL;
}

static const cJSON *find_rule(const cJSON *verdicts, const char *rule)
{
    const cJSON *one;

    cJSON_ArrayForEach(one, verdicts) {
        if (strcmp(text_of(one, "rule"), rule) == 0)
            return one;
    }
    return NULL;
}

/* What is said of times changes by itself. */
static bool is_volatile(const char *rule)
{
    return strcmp(rule, "certificate.days_left_min") == 0;
}

static bool is_as_it_was(const cJSON *before, const struct policy_verdict *now)
{
    if (before == NULL || strcmp(text_of(before, "result"), policy_result_name(now->result)) != 0)
        return false;
    return is_volatile(now->rule->id) || span_equal(span_of(text_of(before, "text")), now->text);
}

const struct policy_verdicts *baseline_compare(const struct hl_baseline *baseline, const char *target, const struct policy_verdicts *verdicts,
                                               struct hl_arena *arena)
{
    const cJSON *before = find_target(baseline, target);
    struct policy_verdicts *out = arena_alloc(arena, sizeof *out);
    struct hl_buffer text;

    if (out == NULL)
        return NULL;
    *out = *verdicts;
    buf_init(&text, TEXT_MAX);
    for (unsigned i = 0; i < out->count && before != NULL; i++) {
        struct policy_verdict *verdict = &out->list[i];
        const bool broken = verdict->result == POLICY_FAIL || verdict->result == POLICY_UNKNOWN || verdict->result == POLICY_WARN;
        if (!broken || !is_as_it_was(find_rule(before, verdict->rule->id), verdict))
            continue;
        text.len = 0;
        buf_span(&text, verdict->text);
        buf_string(&text, "; as in the baseline");
        verdict->text = arena_copy(arena, buf_view(&text));
        verdict->result = POLICY_WAIVED;
    }
    buf_cleanup(&text);
    return out;
}
