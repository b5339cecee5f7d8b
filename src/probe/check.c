/* handlens/check.h: asking, and judging. */
#include "base/error.h"
#include "policy/result.h"
#include "probe/scan.h"

#include <stdio.h>

#define TIMEOUT_NS ((int64_t)5000000000)
#define CONNECTIONS_MAX 40u
#define ADDRESSES_MAX 8u
#define ARENA_MAX ((size_t)1 << 20)

static enum hl_check_status status_of(const struct policy_verdicts *verdicts)
{
    enum hl_check_status status = HL_CHECK_PASSED;

    for (unsigned i = 0; i < verdicts->count; i++) {
        const enum policy_result result = verdicts->list[i].result;
        if (result == POLICY_FAIL)
            status = HL_CHECK_FAILED;
        else if (result == POLICY_UNKNOWN && status == HL_CHECK_PASSED)
            status = HL_CHECK_INCONCLUSIVE;
    }
    return status;
}

/* The first address that answers counts. */
static void scan_addresses(struct scan *scan, const struct socket_address *addresses, unsigned count, struct hl_check_result *result)
{
    for (unsigned i = 0; i < count; i++) {
        *scan->facts = (struct policy_facts){ .now = clock_now() / 1000000000 };
        scan->why_not[0] = '\0';
        scan->address = &addresses[i];
        result->server = socket_endpoint(&addresses[i]);
        scan_run(scan);
        if (scan->reached)
            return;
    }
    result->status = HL_CHECK_UNREACHABLE;
    snprintf(result->why, sizeof result->why, "%s", scan->why_not);
}

static enum hl_status check(const struct hl_check_options *options, const struct hl_check_target *target, struct prober *prober,
                            struct hl_check_result *result, struct hl_arena *arena)
{
    struct socket_address addresses[ADDRESSES_MAX];
    struct policy_facts facts = { .now = clock_now() / 1000000000 };
    struct hl_error error;
    struct scan scan = {
        .policy = options->policy,
        .server_name = target->server_name,
        .prober = prober,
        .connections_max = options->connections_max > 0 ? options->connections_max : CONNECTIONS_MAX,
        .facts = &facts,
    };

    const unsigned count = socket_resolve(target->host, target->port, addresses, ADDRESSES_MAX, &error);
    if (count == 0) {
        result->status = HL_CHECK_UNREACHABLE;
        snprintf(result->why, sizeof result->why, "%.*s", (int)sizeof result->why - 1, error.message);
        return HL_OK;
    }
    scan_addresses(&scan, addresses, count, result);
    result->connections = prober->connections;
    if (scan.out_of_memory)
        return HL_ERR_MEMORY;
    if (result->status == HL_CHECK_UNREACHABLE)
        return HL_OK;
    result->facts = &facts;
    result->verdicts = policy_judge(options->policy, &facts, arena);
    if (result->verdicts == NULL)
        return HL_ERR_MEMORY;
    result->status = status_of(result->verdicts);
    return HL_OK;
}

enum hl_status hl_check_server(const struct hl_check_options *options, const struct hl_check_target *target, hl_check_fn *on_result,
                               void *user, struct hl_error *error)
{
    static const struct policy_verdicts none = { .count = 0 };
    struct hl_check_result result = {
        .target = target->name,
        .server_name = target->server_name,
        .policy = options->policy,
        .verdicts = &none,
        .start_ns = clock_now(),
    };
    struct prober prober;
    struct hl_arena arena;

    const int64_t begin = clock_monotonic();
    prober_init(&prober, options->trust, options->timeout_ns > 0 ? options->timeout_ns : TIMEOUT_NS);
    arena_init(&arena, ARENA_MAX);
    const enum hl_status status = check(options, target, &prober, &result, &arena);
    result.duration_ns = clock_monotonic() - begin;
    if (status == HL_OK)
        on_result(user, &result);
    else
        error_set(error, status, NULL, "out of memory");
    arena_cleanup(&arena);
    prober_cleanup(&prober);
    return status;
}
