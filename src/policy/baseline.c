#include "policy/baseline.h"

#include "base/error.h"
#include "base/text.h"

#include <cjson/cJSON.h>

#include <stdlib.h>
#include <string.h>

/* Bytes of a line. */
#define LINE_MAX_BYTES ((size_t)4 << 20)
#define TEXT_MAX 8192u
#define REPLACEMENT 0xfffdu
#define STABLE_MAX ((size_t)3 * TEXT_MAX + 64)

struct known_target {
    const char *name; /* in the document */
    cJSON *document;
};

struct hl_baseline {
    struct known_target *targets; /* in the order of their names */
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

static const cJSON *verdicts_of(const cJSON *document)
{
    return member(member(member(document, "handlens"), "check"), "verdicts");
}

static bool add_line(struct hl_baseline *baseline, struct hl_span line)
{
    struct known_target *targets;
    cJSON *document = line.len <= LINE_MAX_BYTES ? cJSON_ParseWithLength((const char *)line.ptr, line.len) : NULL;
    const bool is_check = cJSON_IsArray(verdicts_of(document));

    targets = is_check && baseline->count < BASELINE_TARGETS_MAX ? realloc(baseline->targets, (baseline->count + 1) * sizeof *targets) : NULL;
    if (targets == NULL) {
        cJSON_Delete(document);
        return false;
    }
    baseline->targets = targets;
    targets[baseline->count++] = (struct known_target){ text_of(member(document, "destination"), "address"), document };
    return true;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct known_target *)a)->name, ((const struct known_target *)b)->name);
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
        if (baseline->count == BASELINE_TARGETS_MAX)
            error_set(error, HL_ERR_FORMAT, "make several of it", "%s: there are more than %u targets in it", name, BASELINE_TARGETS_MAX);
        else
            error_set(error, HL_ERR_FORMAT, "handlens check --write-baseline writes them", "%s: line %lu is no result of a check", name, number);
        hl_baseline_free(baseline);
        return NULL;
    }
    if (baseline != NULL && baseline->count > 0)
        qsort(baseline->targets, baseline->count, sizeof baseline->targets[0], by_name);
    return baseline;
}

void hl_baseline_free(struct hl_baseline *baseline)
{
    if (baseline == NULL)
        return;
    for (unsigned i = 0; i < baseline->count; i++)
        cJSON_Delete(baseline->targets[i].document);
    free(baseline->targets);
    free(baseline);
}

/* --- comparing ---------------------------------------------------------------------------- */

/* As it is once it has been written as JSON, and read again. */
static void put_readable(struct hl_buffer *out, struct hl_span text)
{
    while (text.len > 0) {
        uint32_t code_point = 0;
        const size_t next = utf8_next(text, &code_point);
        utf8_put(out, next > 0 && code_point != 0 ? code_point : REPLACEMENT);
        text.ptr += next > 0 ? next : 1;
        text.len -= next > 0 ? next : 1;
    }
}

/* Days that are left get fewer each day, which is no news; that none are left is. */
void baseline_put_text(struct hl_buffer *out, const char *rule, struct hl_span text)
{
    static const char before[] = "it expires in ";
    size_t digits = sizeof before - 1;

    while (strcmp(rule, "certificate.days_left_min") == 0 && span_starts(text, before) && digits < text.len && text.ptr[digits] >= '0'
           && text.ptr[digits] <= '9')
        digits++;
    if (digits > sizeof before - 1) {
        buf_printf(out, "%ssome", before);
        text = (struct hl_span){ text.ptr + digits, text.len - digits };
    }
    put_readable(out, text);
}

/* The first line about it; baseline->count: there is none. */
static unsigned find_target(const struct hl_baseline *baseline, const char *name)
{
    unsigned low = 0, high = baseline->count;

    while (low < high) {
        const unsigned middle = low + (high - low) / 2;
        if (strcmp(baseline->targets[middle].name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < baseline->count && strcmp(baseline->targets[low].name, name) == 0 ? low : baseline->count;
}

static bool has_verdict(const cJSON *verdicts, const char *rule, const char *result, struct hl_span text)
{
    const cJSON *one;
    struct hl_buffer stable;
    bool found = false;

    buf_init(&stable, STABLE_MAX);
    cJSON_ArrayForEach(one, verdicts) {
        if (strcmp(text_of(one, "rule"), rule) != 0 || strcmp(text_of(one, "result"), result) != 0)
            continue;
        stable.len = 0;
        baseline_put_text(&stable, rule, span_of(text_of(one, "text")));
        found |= !stable.failed && span_equal(buf_view(&stable), text);
    }
    buf_cleanup(&stable);
    return found;
}

/* Is it as some line about the target says, from the first one on? */
static bool is_as_it_was(const struct hl_baseline *baseline, unsigned first, const struct policy_verdict *now)
{
    const char *name = baseline->targets[first].name;
    struct hl_buffer stable;
    bool found = false;

    buf_init(&stable, STABLE_MAX);
    baseline_put_text(&stable, now->rule->id, now->text);
    for (unsigned i = first; !stable.failed && i < baseline->count && strcmp(baseline->targets[i].name, name) == 0 && !found; i++)
        found = has_verdict(verdicts_of(baseline->targets[i].document), now->rule->id, policy_result_name(now->result), buf_view(&stable));
    buf_cleanup(&stable);
    return found;
}

const struct policy_verdicts *baseline_compare(const struct hl_baseline *baseline, const char *target, const struct policy_verdicts *verdicts,
                                               struct hl_arena *arena)
{
    struct policy_verdicts *out = arena_alloc(arena, sizeof *out);
    const unsigned first = find_target(baseline, target);
    struct hl_buffer text;

    if (out == NULL)
        return NULL;
    *out = *verdicts;
    buf_init(&text, STABLE_MAX);
    for (unsigned i = 0; i < out->count && first < baseline->count; i++) {
        struct policy_verdict *verdict = &out->list[i];
        const bool broken = verdict->result == POLICY_FAIL || verdict->result == POLICY_UNKNOWN || verdict->result == POLICY_WARN;
        if (!broken || !is_as_it_was(baseline, first, verdict))
            continue;
        text.len = 0;
        buf_span(&text, verdict->text);
        buf_string(&text, "; as in the baseline");
        out->accepted[i] = &verdicts->list[i];
        verdict->text = arena_copy(arena, buf_view(&text));
        verdict->result = POLICY_WAIVED;
    }
    buf_cleanup(&text);
    return out;
}

/* --- telling ------------------------------------------------------------------------------ */

/* Not what was unknown, as nobody has seen it. */
void baseline_tell(const struct hl_baseline *baseline, baseline_entry_fn *tell, void *ctx)
{
    const cJSON *one;

    for (unsigned i = 0; i < baseline->count; i++) {
        const struct known_target *target = &baseline->targets[i];
        tell(ctx, target->name, NULL, NULL, span_of(""));
        cJSON_ArrayForEach(one, verdicts_of(target->document)) {
            const char *result = text_of(one, "result");
            if (strcmp(result, policy_result_name(POLICY_FAIL)) == 0 || strcmp(result, policy_result_name(POLICY_WARN)) == 0)
                tell(ctx, target->name, text_of(one, "rule"), result, span_of(text_of(one, "text")));
        }
    }
}
