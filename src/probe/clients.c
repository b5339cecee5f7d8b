/* handlens/clients.h: clients of a capture, one after the other, against a server. */
#include "policy/clients.h"

#include "base/error.h"
#include "base/text.h"
#include "probe/target.h"
#include "probe/lists.h"
#include "probe/replay.h"
#include "wire/hello.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HELLO_MAX ((size_t)64 << 10)
/* Before a connection is tried again; twice as long each time. */
#define RETRY_PAUSE_NS ((int64_t)50000000)

enum { CLOSE_NOTIFY = 0, INTERNAL_ERROR = 80, USER_CANCELED = 90 };

struct replaying {
    const struct hl_clients *clients;
    const struct hl_check_options *options;
    const struct hl_check_target *target;
    const struct socket_address *address;
    struct prober prober;
    struct hl_clients_result *result;
};

/* What a hello offers, for the check of what the server chooses. */
struct offered {
    struct code_list versions, suites, groups;
};

static void copy_codes(struct code_list *out, struct hl_span list)
{
    uint16_t code;

    out->count = 0;
    while (u16_next(&list, &code))
        code_list_add(out, code);
}

static struct attempt_request request_of(const struct seen_client *client, struct hl_span message, struct offered *offered)
{
    struct attempt_request request = { .record_version = client->record_version, .replayed = message };
    struct hl_client_hello hello;

    (void)client_hello_parse(client->hello, false, &hello);
    copy_codes(&offered->versions, hello.supported_versions);
    copy_codes(&offered->suites, hello.cipher_suites);
    copy_codes(&offered->groups, hello.supported_groups);
    request.hello.version = hello.legacy_version;
    request.hello.versions = code_list_view(&offered->versions);
    request.hello.suites = code_list_view(&offered->suites);
    request.hello.groups = code_list_view(&offered->groups);
    return request;
}

/* Nothing was said that could be counted, or what a server says in trouble of its own: another time it may be something else. */
static bool is_worth_a_retry(const struct attempt *attempt)
{
    if (attempt->result == ATTEMPT_UNREACHABLE)
        return true;
    return attempt->result == ATTEMPT_INCONCLUSIVE && (attempt->alert == 0 || attempt->alert == INTERNAL_ERROR);
}

static bool ask(struct replaying *replaying, const struct attempt_request *request, struct attempt *attempt)
{
    for (unsigned i = 0; i <= replaying->options->retries; i++) {
        if (i > 0)
            socket_pause(RETRY_PAUSE_NS << (i - 1));
        else if (replaying->prober.connections > 0)
            socket_pause(replaying->options->delay_ns);
        if (!attempt_run(&replaying->prober, replaying->address, request, attempt))
            return false;
        if (!is_worth_a_retry(attempt) || attempt->final)
            break;
    }
    return true;
}

/* For a client every fatal alert is the end, whatever it means; one about the server's own trouble, too, if it comes each time. */
static void conclude(const struct attempt *attempt, struct replay_result *out)
{
    out->has_alert = attempt->alert != 0;
    out->alert = attempt->alert;
    snprintf(out->why, sizeof out->why, "%s", attempt->why);
    switch (attempt->result) {
    case ATTEMPT_ANSWERED:
        out->outcome = REPLAY_ACCEPTED;
        out->version = attempt->version;
        out->suite = attempt->suite;
        out->group = attempt->group;
        out->retry = attempt->retry;
        out->why[0] = '\0';
        out->has_alert = false;
        break;
    case ATTEMPT_REFUSED:
    case ATTEMPT_NOT_OFFERED: out->outcome = REPLAY_REFUSED; break;
    default:
        out->outcome = out->has_alert && attempt->alert != USER_CANCELED ? REPLAY_REFUSED : REPLAY_INCONCLUSIVE;
        if (out->outcome == REPLAY_REFUSED)
            snprintf(out->why, sizeof out->why, "%.*s", (int)strcspn(attempt->why, ","), attempt->why);
    }
}

/* False when memory has run out. */
static bool replay(struct replaying *replaying, unsigned number, bool *reached)
{
    const struct seen_client *client = &replaying->clients->list[number];
    struct replay_result *out = &replaying->result->list[number];
    struct attempt attempt = { .result = ATTEMPT_INCONCLUSIVE };
    struct offered offered;
    struct hl_buffer message;

    buf_init(&message, HELLO_MAX);
    bool done = replay_write(client->hello, replaying->target->server_name, &message);
    if (done) {
        const struct attempt_request request = request_of(client, buf_view(&message), &offered);
        done = ask(replaying, &request, &attempt);
    }
    buf_cleanup(&message);
    *reached = attempt.result != ATTEMPT_UNREACHABLE;
    conclude(&attempt, out);
    return done;
}

static enum hl_check_status status_of(const struct hl_clients_result *result)
{
    enum hl_check_status status = HL_CHECK_PASSED;

    for (unsigned i = 0; i < result->clients->count; i++) {
        if (result->list[i].outcome == REPLAY_REFUSED && result->clients->list[i].completed > 0)
            return HL_CHECK_FAILED;
        if (result->list[i].outcome == REPLAY_INCONCLUSIVE)
            status = HL_CHECK_INCONCLUSIVE;
    }
    return status;
}

/* The rest is not tried where nobody is there for the first. False when memory has run out. */
static bool replay_all(struct replaying *replaying)
{
    struct hl_clients_result *result = replaying->result;
    bool reached = true, done = true;

    for (unsigned i = 0; i < replaying->clients->count && done && (reached || i > 1); i++) {
        done = replay(replaying, i, &reached);
        if (i == 0 && !reached)
            snprintf(result->why, sizeof result->why, "%s", result->list[0].why);
    }
    result->connections = replaying->prober.connections;
    result->status = result->why[0] != '\0' ? HL_CHECK_UNREACHABLE : status_of(result);
    return done;
}

static bool try_address(struct replaying *replaying, const struct socket_address *address)
{
    const struct hl_check_options *options = replaying->options;
    const struct hl_check_target *target = replaying->target;
    const int64_t begin = clock_monotonic();

    replaying->address = address;
    replaying->result->server = socket_endpoint(address);
    replaying->result->why[0] = '\0';
    target_aim(&replaying->prober, options, target);
    const bool done = replay_all(replaying);
    prober_cleanup(&replaying->prober);
    replaying->result->duration_ns = clock_monotonic() - begin;
    return done;
}

enum hl_status hl_check_clients(const struct hl_clients *clients, const struct hl_check_options *options, const struct hl_check_target *target,
                                hl_clients_fn *on_result, void *user, struct hl_error *error)
{
    struct hl_clients_result *result = calloc(1, sizeof *result);
    struct replaying replaying = { .clients = clients, .options = options, .target = target, .result = result };
    struct socket_address addresses[TARGET_ADDRESSES_MAX];
    struct hl_error unknown;
    bool done = result != NULL;

    if (!done)
        return error_set(error, HL_ERR_MEMORY, NULL, "out of memory");
    result->target = target->name;
    result->clients = clients;
    result->status = HL_CHECK_UNREACHABLE;
    result->start_ns = clock_now();
    const unsigned count = target_resolve(target, addresses, &unknown);
    if (count == 0)
        snprintf(result->why, sizeof result->why, "%.*s", (int)sizeof result->why - 1, unknown.message);
    for (unsigned i = 0; i < count && done && result->status == HL_CHECK_UNREACHABLE; i++)
        done = try_address(&replaying, &addresses[i]);
    if (done)
        on_result(user, result);
    free(result);
    return done ? HL_OK : error_set(error, HL_ERR_MEMORY, NULL, "out of memory");
}

enum hl_check_status hl_clients_status(const struct hl_clients_result *result)
{
    return result->status;
}
