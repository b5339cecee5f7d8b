/* What checks find, as a baseline for later ones (handlens/check.h): lines of JSON, one a target (docs/baseline.schema.json).
 *
 * Neither when a check was made nor by how many connections, and in the order of names: two checks of the same servers write the same bytes. */
#include "base/text.h"
#include "base/visit.h"
#include "policy/baseline.h"
#include "policy/result.h"
#include "report/json.h"

#include <stdlib.h>

#define ENTRIES_MAX ((size_t)1 << 22)
#define LINE_MAX_BYTES ((size_t)4 << 20)
#define REFUSAL_MAX ((size_t)16 << 10)
#define TEXT_MAX ((size_t)32 << 10)

/* A verdict; with an empty rule a target, which is there even without any. */
struct entry {
    char *target, *rule, *text;
    const char *result;
};

struct hl_baseline_writer {
    struct entry *entries;
    size_t count, room;
    size_t checked; /* the first of them, in their order: what this check has found */
    unsigned refused; /* targets */
    struct hl_buffer refusal; /* of the first of them */
    bool failed; /* memory has run out */
};

struct hl_baseline_writer *hl_baseline_writer_new(void)
{
    struct hl_baseline_writer *writer = calloc(1, sizeof *writer);

    if (writer != NULL)
        buf_init(&writer->refusal, REFUSAL_MAX);
    return writer;
}

static void free_entry(struct entry *entry)
{
    free(entry->target);
    free(entry->rule);
    free(entry->text);
}

void hl_baseline_writer_free(struct hl_baseline_writer *writer)
{
    if (writer == NULL)
        return;
    for (size_t i = 0; i < writer->count; i++)
        free_entry(&writer->entries[i]);
    free(writer->entries);
    buf_cleanup(&writer->refusal);
    free(writer);
}

/* --- what was found ----------------------------------------------------------------------- */

static bool make_room(struct hl_baseline_writer *writer)
{
    const size_t room = writer->room > 0 ? 2 * writer->room : 64;
    struct entry *more;

    if (writer->count < writer->room)
        return true;
    more = room <= ENTRIES_MAX ? realloc(writer->entries, room * sizeof *more) : NULL;
    if (more == NULL)
        return false;
    writer->entries = more;
    writer->room = room;
    return true;
}

static char *copy(struct hl_span text)
{
    char *copied = malloc(text.len + 1);

    if (copied == NULL)
        return NULL;
    if (text.len > 0)
        memcpy(copied, text.ptr, text.len);
    copied[text.len] = '\0';
    return copied;
}

/* `rule` NULL: the target alone. `result` is static. */
static void add_entry(struct hl_baseline_writer *writer, const char *target, const char *rule, const char *result, struct hl_span text)
{
    struct hl_buffer stable;

    buf_init(&stable, TEXT_MAX);
    baseline_put_text(&stable, rule != NULL ? rule : "", text);
    struct entry entry = { copy(span_of(target)), copy(span_of(rule != NULL ? rule : "")), copy(buf_view(&stable)), result };
    writer->failed |= stable.failed || entry.target == NULL || entry.rule == NULL || entry.text == NULL || !make_room(writer);
    if (writer->failed)
        free_entry(&entry);
    else
        writer->entries[writer->count++] = entry;
    buf_cleanup(&stable);
}

/* The first one is told; the others are counted. */
static void refuse(struct hl_baseline_writer *writer, const struct hl_check_result *result, const struct policy_verdict *verdict)
{
    struct hl_buffer *out = &writer->refusal;

    if (writer->refused++ > 0)
        return;
    text_put_safe(out, span_of(result->target));
    if (verdict == NULL) {
        buf_string(out, " could not be reached: ");
        text_put_safe(out, span_of(result->why));
        return;
    }
    buf_printf(out, ": %s is not known: ", policy_rule_id(verdict->rule));
    text_put_safe(out, verdict->text);
}

/* As it is without the baseline that it was held against. */
static const struct policy_verdict *own_verdict(const struct policy_verdicts *verdicts, unsigned number)
{
    return verdicts->accepted[number] != NULL ? verdicts->accepted[number] : &verdicts->list[number];
}

static const struct policy_verdict *find_unknown(const struct policy_verdicts *verdicts)
{
    for (unsigned i = 0; i < verdicts->count; i++) {
        if (own_verdict(verdicts, i)->result == POLICY_UNKNOWN)
            return own_verdict(verdicts, i);
    }
    return NULL;
}

bool hl_baseline_writer_add(struct hl_baseline_writer *writer, const struct hl_check_result *result)
{
    const struct policy_verdict *unknown = find_unknown(result->verdicts);

    if (result->status == HL_CHECK_UNREACHABLE || unknown != NULL)
        refuse(writer, result, unknown);
    add_entry(writer, result->target, NULL, "", span_of(""));
    for (unsigned i = 0; i < result->verdicts->count; i++) {
        const struct policy_verdict *verdict = own_verdict(result->verdicts, i);
        if (verdict->result == POLICY_FAIL || verdict->result == POLICY_WARN)
            add_entry(writer, result->target, policy_rule_id(verdict->rule), policy_result_name(verdict->result), verdict->text);
    }
    return !writer->failed;
}

const char *hl_baseline_writer_refusal(struct hl_baseline_writer *writer)
{
    struct hl_buffer *text = &writer->refusal;

    if (writer->refused == 0)
        return NULL;
    if (writer->refused > 1)
        buf_printf(text, ", and %u more like it", writer->refused - 1);
    writer->refused = 1;
    buf_char(text, '\0');
    if (text->failed)
        return "a target could not be reached, or not all of it observed";
    text->len--;
    return (const char *)text->data;
}

/* --- what stays of another baseline ------------------------------------------------------- */

static int compare_entries(const void *left, const void *right)
{
    const struct entry *a = left, *b = right;
    int order = strcmp(a->target, b->target);

    if (order == 0)
        order = strcmp(a->rule, b->rule);
    if (order == 0)
        order = strcmp(a->result, b->result);
    return order != 0 ? order : strcmp(a->text, b->text);
}

static void sort(struct hl_baseline_writer *writer)
{
    if (writer->count > 0)
        qsort(writer->entries, writer->count, sizeof writer->entries[0], compare_entries);
}

static int compare_target(const void *name, const void *entry)
{
    return strcmp(name, ((const struct entry *)entry)->target);
}

static void keep(void *ctx, const char *target, const char *rule, const char *result, struct hl_span text)
{
    struct hl_baseline_writer *writer = ctx;
    const bool fails = result != NULL && strcmp(result, policy_result_name(POLICY_FAIL)) == 0;

    if (writer->checked == 0 || bsearch(target, writer->entries, writer->checked, sizeof writer->entries[0], compare_target) == NULL)
        add_entry(writer, target, rule, rule == NULL ? "" : policy_result_name(fails ? POLICY_FAIL : POLICY_WARN), text);
}

bool hl_baseline_writer_keep(struct hl_baseline_writer *writer, const struct hl_baseline *before)
{
    sort(writer);
    writer->checked = writer->count;
    baseline_tell(before, keep, writer);
    return !writer->failed;
}

/* --- writing ------------------------------------------------------------------------------ */

static void walk_entry(const struct hl_visitor *v, const struct entry *entry)
{
    v_object(v, NULL);
    v_string(v, "rule", entry->rule);
    v_string(v, "result", entry->result);
    v_string(v, "text", entry->text);
    v_end_object(v);
}

/* Of one target; what several addresses of it have in common is told once. */
static void walk_target(const struct hl_visitor *v, const struct entry *entries, size_t count)
{
    v_object(v, NULL);
    v_object(v, "event");
    v_string(v, "kind", "state");
    v_string(v, "dataset", "handlens.baseline");
    v_end_object(v);
    v_object(v, "destination");
    v_string(v, "address", entries[0].target);
    v_end_object(v);
    v_object(v, "handlens");
    v_number(v, "schema", 1);
    v_object(v, "check");
    v_array(v, "verdicts");
    for (size_t i = 0; i < count; i++) {
        if (entries[i].rule[0] != '\0' && (i == 0 || compare_entries(&entries[i], &entries[i - 1]) != 0))
            walk_entry(v, &entries[i]);
    }
    v_end_array(v);
    v_end_object(v);
    v_end_object(v);
    v_end_object(v);
}

static size_t of_one_target(const struct hl_baseline_writer *writer, size_t first)
{
    size_t count = 1;

    while (first + count < writer->count && strcmp(writer->entries[first + count].target, writer->entries[first].target) == 0)
        count++;
    return count;
}

struct hl_baseline_counts hl_baseline_writer_counts(struct hl_baseline_writer *writer)
{
    struct hl_baseline_counts counts = { 0 };

    sort(writer);
    for (size_t i = 0; i < writer->count; i++) {
        const struct entry *entry = &writer->entries[i], *before = i > 0 ? entry - 1 : NULL;
        if (before != NULL && compare_entries(entry, before) == 0)
            continue;
        counts.targets += entry->rule[0] == '\0';
        counts.failures += strcmp(entry->result, policy_result_name(POLICY_FAIL)) == 0;
        counts.warnings += strcmp(entry->result, policy_result_name(POLICY_WARN)) == 0;
    }
    return counts;
}

bool hl_baseline_writer_write(struct hl_baseline_writer *writer, hl_write_fn *write, void *user)
{
    struct hl_buffer line;
    bool written = !writer->failed && writer->refused == 0 && hl_baseline_writer_counts(writer).targets <= BASELINE_TARGETS_MAX;

    buf_init(&line, LINE_MAX_BYTES);
    for (size_t i = 0, count; i < writer->count && written; i += count) {
        struct hl_json json = { .out = &line };
        count = of_one_target(writer, i);
        line.len = 0;
        walk_target(&(struct hl_visitor){ &json_ops, &json }, &writer->entries[i], count);
        buf_char(&line, '\n');
        written = !line.failed && write(user, line.data, line.len);
    }
    buf_cleanup(&line);
    return written;
}
