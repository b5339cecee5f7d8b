#include "cli/checking.h"

#include "cli/expect.h"
#include "cli/secrets.h"
#include "cli/trust.h"

#include <string.h>

#define HTTPS 443
#define RETRIES_USUAL 1u

/* --- telling ------------------------------------------------------------------------------ */

static int worse(int a, int b)
{
    static const int order[] = { [EXIT_PASSED] = 0, [EXIT_OPEN] = 1, [EXIT_FAILED] = 2, [EXIT_TROUBLE] = 3 };

    return order[a] > order[b] ? a : b;
}

static int status_of(const struct cli_options *options, const struct hl_check_result *result)
{
    switch (hl_check_status(result)) {
    case HL_CHECK_PASSED: return options->fail_on_warnings && hl_check_warned(result) ? EXIT_FAILED : EXIT_PASSED;
    case HL_CHECK_FAILED: return EXIT_FAILED;
    default: return EXIT_OPEN;
    }
}

void check_wait_for_turn(struct running *running)
{
    while (running->all->turn != running->number)
        pthread_cond_wait(&running->all->turn_came, &running->all->lock);
}

static void on_result(void *user, const struct hl_check_result *result)
{
    struct running *running = user;
    struct checking *all = running->all;

    pthread_mutex_lock(&all->lock);
    check_wait_for_turn(running);
    all->status = worse(all->status, status_of(all->options, result));
    all->broken = all->broken || !cli_reports_add(all->reports, result);
    all->broken |= all->accepting != NULL && !hl_baseline_writer_add(all->accepting, result);
    pthread_mutex_unlock(&all->lock);
}

/* What is no result of a policy. */
static void tell(struct running *running, int status, cli_print_fn *print, const void *what)
{
    struct checking *all = running->all;

    pthread_mutex_lock(&all->lock);
    check_wait_for_turn(running);
    all->status = worse(all->status, status);
    all->broken = all->broken || !cli_reports_print(all->reports, print, what);
    pthread_mutex_unlock(&all->lock);
}

static void on_connection(void *user, const struct hl_check_connection *connection)
{
    struct checking *all = user;

    pthread_mutex_lock(&all->lock);
    all->not_saved |= !hl_connection_writer_add(all->saver, connection);
    pthread_mutex_unlock(&all->lock);
}

/* --- captures ----------------------------------------------------------------------------- */

struct expected {
    const struct hl_expectations *expectations;
    const char *name;
};

static bool print_expectations(const void *what, const struct hl_print_options *options, hl_write_fn *write, void *user)
{
    const struct expected *expected = what;

    return hl_expectations_print(expected->expectations, expected->name, options, write, user);
}

/* False when not all of it could be read, or told. */
static bool expect_capture(struct running *running, const struct cli_target *target)
{
    struct checking *all = running->all;
    struct hl_expectations *expectations;
    const bool done = cli_expect(all->options, all->trust, target->text, &expectations);

    if (expectations == NULL)
        return false;
    tell(running, hl_expectations_met(expectations) ? EXIT_PASSED : EXIT_FAILED, print_expectations,
         &(struct expected){ expectations, target->text });
    hl_expectations_free(expectations);
    return done;
}

static bool judge_capture(struct running *running, const struct cli_target *target, const struct hl_check_options *options)
{
    struct hl_secrets *secrets = cli_secrets(running->all->options);
    struct hl_check_options how = *options;
    struct hl_error error;

    how.secrets = secrets;
    const bool done = secrets != NULL && hl_check_capture(&how, target->text, on_result, running, &error) == HL_OK;
    if (!done && secrets != NULL)
        cli_complain(&error, false);
    hl_secrets_free(secrets);
    return done;
}

/* Is it held against a policy, or only looked at in another way? */
static bool is_judged(const struct checking *all, const struct cli_target *target)
{
    return all->policy_count > 0 && ((all->options->expected.count == 0 && all->clients == NULL) || all->options->policy != NULL || target->policy != NULL);
}

static bool check_capture(struct running *running, const struct cli_target *target, const struct hl_check_options *options)
{
    const bool expected = running->all->options->expected.count == 0 || expect_capture(running, target);

    return (!is_judged(running->all, target) || judge_capture(running, target, options)) && expected;
}

/* --- servers ------------------------------------------------------------------------------ */

static bool print_clients(const void *what, const struct hl_print_options *options, hl_write_fn *write, void *user)
{
    return hl_clients_print(what, options, write, user);
}

static void on_clients(void *user, const struct hl_clients_result *result)
{
    static const int statuses[] = { [HL_CHECK_PASSED] = EXIT_PASSED, [HL_CHECK_FAILED] = EXIT_FAILED, [HL_CHECK_INCONCLUSIVE] = EXIT_OPEN,
                                    [HL_CHECK_UNREACHABLE] = EXIT_OPEN };

    tell(user, statuses[hl_clients_status(result)], print_clients, result);
}

static bool check_server(struct running *running, const struct cli_target *target, const struct hl_check_options *options,
                         const struct hl_check_target *wanted)
{
    struct checking *all = running->all;
    struct hl_error error;

    bool done = all->clients == NULL || hl_check_clients(all->clients, options, wanted, on_clients, running, &error) == HL_OK;
    if (done && (is_judged(all, target) || all->options->enumerate))
        done = hl_check_server(options, wanted, on_result, running, &error) == HL_OK;
    if (!done)
        cli_complain(&error, false);
    return done;
}

/* --- one of either ------------------------------------------------------------------------ */

static const struct hl_policy *policy_of(const struct checking *all, const struct cli_target *target)
{
    for (unsigned i = 0; target->policy != NULL && i < all->policy_count; i++) {
        if (strcmp(all->policies[i].name, target->policy) == 0)
            return all->policies[i].policy;
    }
    return all->policy_count > 0 ? all->policies[0].policy : NULL;
}

static const char *server_name_of(const struct cli_options *options, const struct cli_target *target)
{
    if (options->server_name != NULL)
        return options->server_name[0] != '\0' ? options->server_name : NULL;
    return place_is_address(&target->place) ? NULL : target->place.host;
}

/* Whom to trust is the same for all; the name that a certificate must have is not where none is asked for. NULL: as for all. */
static struct hl_trust *own_trust(const struct cli_options *options, const struct cli_target *target)
{
    struct cli_options own = *options;

    if (target->capture || own.host != NULL || server_name_of(options, target) != NULL)
        return NULL;
    own.host = target->place.host;
    return cli_trust(&own);
}

bool check_target(struct running *running)
{
    struct checking *all = running->all;
    const struct cli_options *options = all->options;
    const struct cli_target *target = &all->targets.list[running->number];
    const bool instead = all->instead.host[0] != '\0';
    struct hl_trust *trust = own_trust(options, target);
    const struct hl_check_options how = {
        .policy = policy_of(all, target),
        .enumerate = options->enumerate,
        .intrusive = options->intrusive,
        .trust = trust != NULL ? trust : all->trust,
        .baseline = all->baseline,
        .timeout_ns = (int64_t)(options->timeout_s * 1e9),
        .connections_max = options->connections,
        .retries = options->retries > 0 ? options->retries - 1 : RETRIES_USUAL,
        .delay_ns = (int64_t)(options->delay_s * 1e9),
        .all_addresses = options->all_addresses,
        .on_connection = all->saver != NULL ? on_connection : NULL,
        .connection_user = all,
    };
    const struct hl_check_target wanted = {
        .name = target->text,
        .host = instead ? all->instead.host : target->place.host,
        .port = all->instead.port != 0 ? all->instead.port : target->place.port != 0 ? target->place.port : HTTPS,
        .server_name = server_name_of(options, target),
        .proxy = all->proxy.host[0] != '\0' ? all->proxy.host : NULL,
        .proxy_port = all->proxy.port,
        .protocol = target->place.protocol[0] != '\0' ? target->place.protocol : NULL,
    };

    const bool done = target->capture ? check_capture(running, target, &how) : check_server(running, target, &how, &wanted);
    hl_trust_free(trust);
    return done;
}
