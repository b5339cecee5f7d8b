/* handlens/check.h: asking, and judging. */
#include "base/error.h"
#include "base/text.h"
#include "policy/result.h"
#include "probe/enumerate.h"
#include "probe/questions.h"
#include "probe/target.h"

#include <stdio.h>
#include <string.h>

#define CONNECTIONS_MAX 40u
#define CONNECTIONS_ENUMERATE_MAX 400u
#define ARENA_MAX ((size_t)1 << 20)

/* One check of one address, or of none. */
struct checking {
    const struct hl_check_options *options;
    const struct hl_check_target *target;
    struct hl_check_result result;
    struct policy_facts facts;
    struct inventory inventory;
    struct prober prober;
    struct hl_arena arena;
};

static void begin_check(struct checking *checking, const struct hl_check_options *options, const struct hl_check_target *target)
{
    static const struct policy_verdicts none = { .count = 0 };

    *checking = (struct checking){ .options = options, .target = target };
    checking->result = (struct hl_check_result){
        .target = target->name,
        .server_name = target->server_name,
        .policy = options->policy,
        .verdicts = &none,
        .status = HL_CHECK_UNREACHABLE,
        .start_ns = clock_now(),
    };
    target_aim(&checking->prober, options, target);
    arena_init(&checking->arena, ARENA_MAX);
}

static void end_check(struct checking *checking)
{
    arena_cleanup(&checking->arena);
    prober_cleanup(&checking->prober);
}

static bool is_complete(const struct inventory *inventory)
{
    bool complete = inventory->groups_tls13.complete && inventory->groups_older.complete && inventory->schemes_tls13.complete
                    && inventory->schemes_older.complete;
    bool any = false; /* who refuses everything has not been understood */

    for (unsigned i = 0; i < INVENTORY_VERSIONS; i++) {
        any |= inventory->versions[i].state == INVENTORY_YES;
        complete &= inventory->versions[i].state != INVENTORY_UNKNOWN && (inventory->versions[i].version == SSL2 || inventory->versions[i].suites.complete);
    }
    for (unsigned i = 0; i < inventory->feature_count; i++)
        complete &= inventory->features[i].state != INVENTORY_UNKNOWN;
    return complete && any;
}

/* False when memory has run out. */
static bool check_address(struct checking *checking, const struct socket_address *address)
{
    static const struct hl_policy nothing = { .id = NULL };
    const struct hl_check_options *options = checking->options;
    struct hl_check_result *result = &checking->result;
    struct scan scan = {
        .policy = options->policy != NULL ? options->policy : &nothing,
        .address = address,
        .server_name = checking->target->server_name,
        .prober = &checking->prober,
        .connections_max = options->connections_max > 0 ? options->connections_max
                           : options->enumerate         ? CONNECTIONS_ENUMERATE_MAX
                                                        : CONNECTIONS_MAX,
        .retries = options->retries,
        .delay_ns = options->delay_ns,
        .intrusive = options->intrusive,
        .facts = &checking->facts,
    };
    const int64_t begin = clock_monotonic();

    checking->facts.now = clock_now() / 1000000000;
    result->server = socket_endpoint(address);
    if (options->policy != NULL)
        scan_run(&scan);
    if (options->enumerate && (options->policy == NULL || scan.reached)) {
        enumerate_run(&scan, &checking->inventory);
        result->inventory = &checking->inventory;
    }
    result->connections = checking->prober.connections;
    result->duration_ns = clock_monotonic() - begin;
    snprintf(result->why, sizeof result->why, "%s", scan.reached ? "" : scan.why_not);
    if (scan.out_of_memory || !scan.reached)
        return !scan.out_of_memory;
    result->facts = &checking->facts;
    if (!check_judge(result, options, &checking->arena))
        return false;
    if (options->policy == NULL && result->status == HL_CHECK_PASSED && !is_complete(&checking->inventory))
        result->status = HL_CHECK_INCONCLUSIVE;
    return true;
}

/* --- several addresses -------------------------------------------------------------------- */

/* The rules whose verdicts are others than those of `first`, as one verdict more. False when memory has run out. */
static bool compare(struct checking *checking, const struct checking *first)
{
    const struct policy_verdicts *a = first->result.verdicts, *b = checking->result.verdicts;
    struct policy_verdicts *more = arena_alloc(&checking->arena, sizeof *more);
    struct hl_buffer text;
    unsigned differences = 0;

    if (more == NULL)
        return false;
    *more = *b;
    if (a->count == 0 || b->count == 0 || more->count == POLICY_RULES_MAX)
        return true; /* one of them could not be reached, which is told */
    buf_init(&text, 4096);
    for (unsigned i = 0; i < a->count && i < b->count; i++) {
        if (a->list[i].result == b->list[i].result)
            continue;
        buf_string(&text, differences++ > 0 ? ", " : "another address of the same name has other verdicts: ");
        buf_string(&text, policy_rule_id(b->list[i].rule));
    }
    if (differences == 0)
        buf_string(&text, "the verdicts are those of the first address");
    more->list[more->count++] = (struct policy_verdict){ &rule_addresses_agree, differences > 0 ? POLICY_FAIL : POLICY_PASS, arena_copy(&checking->arena, buf_view(&text)) };
    buf_cleanup(&text);
    check_set_verdicts(&checking->result, more);
    return true;
}

static bool check_all(const struct hl_check_options *options, const struct hl_check_target *target, const struct socket_address *addresses,
                      unsigned count, hl_check_fn *on_result, void *user)
{
    struct checking first, other;

    begin_check(&first, options, target);
    bool done = check_address(&first, &addresses[0]);
    if (done)
        on_result(user, &first.result);
    for (unsigned i = 1; i < count && done; i++) {
        begin_check(&other, options, target);
        done = check_address(&other, &addresses[i]) && compare(&other, &first);
        if (done)
            on_result(user, &other.result);
        end_check(&other);
    }
    end_check(&first);
    return done;
}

/* The first address that answers counts; the last one's reason where none does. */
static bool check_first(const struct hl_check_options *options, const struct hl_check_target *target, const struct socket_address *addresses,
                        unsigned count, hl_check_fn *on_result, void *user)
{
    struct checking checking;
    bool done = true, reached = false;

    for (unsigned i = 0; i < count && done && !reached; i++) {
        begin_check(&checking, options, target);
        done = check_address(&checking, &addresses[i]);
        reached = checking.result.status != HL_CHECK_UNREACHABLE;
        if (done && (reached || i + 1 == count))
            on_result(user, &checking.result);
        end_check(&checking);
    }
    return done;
}

bool hl_check_protocol(const char *name, uint16_t *port)
{
    const struct starttls_protocol *protocol = starttls_find(span_of(name));

    *port = protocol != NULL ? protocol->port : 0;
    return protocol != NULL;
}

enum hl_status hl_check_server(const struct hl_check_options *options, const struct hl_check_target *target, hl_check_fn *on_result,
                               void *user, struct hl_error *error)
{
    struct socket_address addresses[TARGET_ADDRESSES_MAX];
    struct hl_error unknown;
    bool done = true;

    const unsigned count = target_resolve(target, addresses, &unknown);
    if (count == 0) {
        struct checking nowhere;
        begin_check(&nowhere, options, target);
        snprintf(nowhere.result.why, sizeof nowhere.result.why, "%.*s", (int)sizeof nowhere.result.why - 1, unknown.message);
        on_result(user, &nowhere.result);
        end_check(&nowhere);
    } else {
        done = (options->all_addresses ? check_all : check_first)(options, target, addresses, count, on_result, user);
    }
    return done ? HL_OK : error_set(error, HL_ERR_MEMORY, NULL, "out of memory");
}
