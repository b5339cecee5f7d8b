#include "cli/check.h"

#include "cli/output.h"
#include "cli/reports.h"
#include "cli/secrets.h"
#include "cli/targets.h"
#include "cli/trust.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

enum { EXIT_PASSED = 0, EXIT_FAILED = 1, EXIT_TROUBLE = 2, EXIT_OPEN = 3 };

#define POLICY_USUAL "mozilla-intermediate"
#define HTTPS 443
#define RETRIES_USUAL 1u
#define PARALLEL_MAX 256u
#define POLICIES_MAX 64u

struct named_policy {
    const char *name;
    struct hl_policy *policy;
};

struct checking {
    const struct cli_options *options;
    struct cli_targets targets;
    struct named_policy policies[POLICIES_MAX]; /* the first is that of all */
    unsigned policy_count;
    struct hl_trust *trust;
    struct hl_baseline *baseline; /* NULL: none */
    struct cli_place proxy;   /* host empty: none */
    struct cli_place instead; /* where to connect; host empty: where the target says */
    struct cli_reports *reports;
    pthread_mutex_t lock;
    pthread_cond_t turn_came;
    unsigned next; /* target that nobody has taken */
    unsigned turn; /* target that is told now: they are told in their order */
    int status;
    bool broken; /* no report can be written any more */
};

/* One target, in its thread. */
struct running {
    struct checking *all;
    unsigned number;
};

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

/* Under the lock. */
static void wait_for_turn(struct running *running)
{
    while (running->all->turn != running->number)
        pthread_cond_wait(&running->all->turn_came, &running->all->lock);
}

static void on_result(void *user, const struct hl_check_result *result)
{
    struct running *running = user;
    struct checking *all = running->all;

    pthread_mutex_lock(&all->lock);
    wait_for_turn(running);
    all->status = worse(all->status, status_of(all->options, result));
    all->broken = all->broken || !cli_reports_add(all->reports, result);
    pthread_mutex_unlock(&all->lock);
}

/* --- one target --------------------------------------------------------------------------- */

static const struct hl_policy *policy_of(const struct checking *all, const struct cli_target *target)
{
    if (all->policy_count == 0)
        return NULL;
    for (unsigned i = 0; target->policy != NULL && i < all->policy_count; i++) {
        if (strcmp(all->policies[i].name, target->policy) == 0)
            return all->policies[i].policy;
    }
    return all->policies[0].policy;
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

static bool check_capture(struct running *running, const struct cli_target *target, const struct hl_check_options *options)
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

static bool check_target(struct running *running)
{
    struct checking *all = running->all;
    const struct cli_options *options = all->options;
    const struct cli_target *target = &all->targets.list[running->number];
    const bool instead = all->instead.host[0] != '\0';
    struct hl_trust *trust = own_trust(options, target);
    struct hl_error error;
    const struct hl_check_options how = {
        .policy = policy_of(all, target),
        .enumerate = options->enumerate,
        .trust = trust != NULL ? trust : all->trust,
        .baseline = all->baseline,
        .timeout_ns = (int64_t)(options->timeout_s * 1e9),
        .connections_max = options->connections,
        .retries = options->retries > 0 ? options->retries - 1 : RETRIES_USUAL,
        .delay_ns = (int64_t)(options->delay_s * 1e9),
        .all_addresses = options->all_addresses,
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

    if (target->capture)
        return check_capture(running, target, &how);
    const bool done = hl_check_server(&how, &wanted, on_result, running, &error) == HL_OK;
    if (!done)
        cli_complain(&error, false);
    hl_trust_free(trust);
    return done;
}

/* --- all of them -------------------------------------------------------------------------- */

static void *run(void *user)
{
    struct checking *all = user;
    struct running running = { .all = all };

    pthread_mutex_lock(&all->lock);
    while (all->next < all->targets.count && !all->broken) {
        running.number = all->next++;
        pthread_mutex_unlock(&all->lock);
        const bool done = check_target(&running);
        pthread_mutex_lock(&all->lock);
        wait_for_turn(&running);
        all->turn++;
        if (!done)
            all->status = EXIT_TROUBLE;
        pthread_cond_broadcast(&all->turn_came);
    }
    pthread_mutex_unlock(&all->lock);
    return NULL;
}

static void run_all(struct checking *all)
{
    pthread_t threads[PARALLEL_MAX];
    unsigned count = 0;

    pthread_mutex_init(&all->lock, NULL);
    pthread_cond_init(&all->turn_came, NULL);
    while (count + 1 < all->options->parallel && count + 1 < all->targets.count
           && pthread_create(&threads[count], NULL, run, all) == 0)
        count++;
    (void)run(all); /* this one, too: it goes on with fewer where threads cannot be had */
    for (unsigned i = 0; i < count; i++)
        pthread_join(threads[i], NULL);
    pthread_cond_destroy(&all->turn_came);
    pthread_mutex_destroy(&all->lock);
}

/* --- beginning ---------------------------------------------------------------------------- */

static bool open_policy(struct checking *all, const char *name)
{
    struct hl_error error;

    for (unsigned i = 0; i < all->policy_count; i++) {
        if (strcmp(all->policies[i].name, name) == 0)
            return true;
    }
    if (all->policy_count == POLICIES_MAX) {
        fprintf(stderr, "handlens: more than %u policies\n", POLICIES_MAX);
        return false;
    }
    struct hl_policy *policy = hl_policy_open(name, &error);
    if (policy == NULL)
        cli_complain(&error, false);
    else
        all->policies[all->policy_count++] = (struct named_policy){ name, policy };
    return policy != NULL;
}

/* That of all targets. */
static bool open_first_policy(struct checking *all)
{
    const char *name = all->options->policy != NULL ? all->options->policy : all->options->enumerate ? NULL : POLICY_USUAL;

    return name == NULL || open_policy(all, name);
}

static bool open_own_policies(struct checking *all)
{
    for (unsigned i = 0; i < all->targets.count; i++) {
        if (all->targets.list[i].policy != NULL && !open_policy(all, all->targets.list[i].policy))
            return false;
    }
    return true;
}

static bool set_up(struct checking *all)
{
    const struct cli_options *options = all->options;
    struct hl_error error;

    if (options->connect != NULL && !place_read(options->connect, &all->instead)) {
        fprintf(stderr, "handlens: %s: this is no host, host:port or [address]:port\n", options->connect);
        return false;
    }
    if (options->proxy != NULL && (!place_read(options->proxy, &all->proxy) || all->proxy.port == 0)) {
        fprintf(stderr, "handlens: %s: a proxy is named HOST:PORT\n", options->proxy);
        return false;
    }
    if (!open_first_policy(all))
        return false;
    all->reports = cli_reports_open(options, all->policy_count > 0 ? all->policies[0].policy : NULL);
    if (all->reports == NULL || !targets_read(&all->targets, options) || !open_own_policies(all) || (all->trust = cli_trust(options)) == NULL)
        return false;
    if (options->baseline != NULL && (all->baseline = hl_baseline_read(options->baseline, &error)) == NULL) {
        cli_complain(&error, false);
        return false;
    }
    return true;
}

int cli_check(const struct cli_options *options)
{
    struct checking *all = calloc(1, sizeof *all);

    if (all == NULL) {
        fputs("handlens: out of memory\n", stderr);
        return EXIT_TROUBLE;
    }
    signal(SIGPIPE, SIG_IGN);
    all->options = options;
    if (set_up(all))
        run_all(all);
    else
        all->status = EXIT_TROUBLE;
    if (all->reports != NULL && !cli_reports_close(all->reports, all->status != EXIT_TROUBLE))
        all->status = EXIT_TROUBLE;
    const int status = all->status;
    hl_trust_free(all->trust);
    hl_baseline_free(all->baseline);
    for (unsigned i = 0; i < all->policy_count; i++)
        hl_policy_free(all->policies[i].policy);
    targets_cleanup(&all->targets);
    free(all);
    return status;
}
