#include "cli/check.h"

#include "cli/baseline_file.h"
#include "cli/checking.h"
#include "cli/expect.h"
#include "cli/pcap.h"
#include "cli/trust.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define POLICY_USUAL "mozilla-intermediate"
#define PARALLEL_MAX 256u

/* --- all targets -------------------------------------------------------------------------- */

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
        check_wait_for_turn(&running);
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

static bool read_places(struct checking *all)
{
    const struct cli_options *options = all->options;

    if (options->connect != NULL && !place_read(options->connect, &all->instead)) {
        fprintf(stderr, "handlens: %s: this is no host, host:port or [address]:port\n", options->connect);
        return false;
    }
    if (options->proxy != NULL && (!place_read(options->proxy, &all->proxy) || all->proxy.port == 0)) {
        fprintf(stderr, "handlens: %s: a proxy is named HOST:PORT\n", options->proxy);
        return false;
    }
    return true;
}

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

/* Reports are there however it goes on. */
static bool open_reports(struct checking *all)
{
    all->reports = cli_reports_open(all->options, all->policy_count > 0 ? all->policies[0].policy : NULL);
    return all->reports != NULL;
}

static const struct cli_target *find_kind(const struct checking *all, bool capture)
{
    for (unsigned i = 0; i < all->targets.count; i++) {
        if (all->targets.list[i].capture == capture)
            return &all->targets.list[i];
    }
    return NULL;
}

/* Expectations are read anew for each capture: here they are only looked at, before anything is. */
static bool read_expectations(const struct checking *all)
{
    const struct cli_target *server = find_kind(all, false);

    if (all->options->expected.count == 0)
        return true;
    if (server != NULL) {
        fprintf(stderr, "handlens: %s: this is no capture, and --expect is for handshakes that were captured\n", server->text);
        return false;
    }
    struct hl_expectations *expectations = cli_expectations(all->options);
    hl_expectations_free(expectations);
    return expectations != NULL;
}

static bool read_clients(struct checking *all)
{
    const struct cli_target *capture = find_kind(all, true);
    struct hl_error error;

    if (all->options->clients == NULL)
        return true;
    if (capture != NULL) {
        fprintf(stderr, "handlens: %s: this is a capture, and --clients is for servers\n", capture->text);
        return false;
    }
    all->clients = hl_clients_read(all->options->clients, &error);
    if (all->clients == NULL)
        cli_complain(&error, false);
    return all->clients != NULL;
}

static bool read_baseline(struct checking *all)
{
    struct hl_error error;

    if (all->options->baseline == NULL)
        return true;
    all->baseline = hl_baseline_read(all->options->baseline, &error);
    if (all->baseline == NULL)
        cli_complain(&error, false);
    return all->baseline != NULL;
}

static bool begin_baseline(struct checking *all)
{
    if (all->options->write_baseline == NULL)
        return true;
    if (!baseline_file_check(all->options->write_baseline))
        return false;
    all->accepting = hl_baseline_writer_new();
    if (all->accepting == NULL)
        fputs("handlens: out of memory\n", stderr);
    return all->accepting != NULL;
}

static bool open_saved(struct checking *all)
{
    struct hl_error error;

    if (all->options->save_pcap == NULL)
        return true;
    const int fd = cli_pcap_place(all->options->save_pcap, true, false);
    if (fd < 0 || !output_open_fd(&all->saved, fd, all->options->save_pcap))
        return false;
    all->saver = hl_connection_writer_new(output_write, &all->saved, &error);
    if (all->saver == NULL)
        cli_complain(&error, false);
    return all->saver != NULL;
}

static bool set_up(struct checking *all)
{
    if (!read_places(all) || !open_first_policy(all) || !begin_baseline(all) || !open_reports(all) || !targets_read(&all->targets, all->options))
        return false;
    return read_expectations(all) && read_clients(all) && open_own_policies(all) && read_baseline(all)
           && (all->trust = cli_trust(all->options)) != NULL && open_saved(all);
}

/* --- the end ------------------------------------------------------------------------------ */

/* False with one line on standard error. */
static bool close_saved(struct checking *all)
{
    if (all->saved.buffer == NULL)
        return true;
    const bool written = output_close(&all->saved);
    if (written && all->not_saved)
        fprintf(stderr, "handlens: %s: not every connection could be written\n", all->options->save_pcap);
    return written && !all->not_saved;
}

/* What fails now is accepted, and that is no failure; but only where everything is known. */
static int settle_baseline(struct checking *all)
{
    const char *path = all->options->write_baseline;
    const char *refusal = hl_baseline_writer_refusal(all->accepting);

    if (all->status == EXIT_TROUBLE) {
        fprintf(stderr, "handlens: %s: the baseline was not written, as not everything could be done\n", path);
        return EXIT_TROUBLE;
    }
    if (refusal != NULL) {
        fprintf(stderr, "handlens: %s: the baseline was not written: %s\n", path, refusal);
        return EXIT_OPEN;
    }
    if (all->baseline != NULL && !hl_baseline_writer_keep(all->accepting, all->baseline)) {
        fprintf(stderr, "handlens: %s: the baseline was not written: out of memory\n", path);
        return EXIT_TROUBLE;
    }
    const struct hl_baseline_counts n = hl_baseline_writer_counts(all->accepting);
    if (!baseline_file_write(path, all->accepting))
        return EXIT_TROUBLE;
    fprintf(stderr, "handlens: %s: the baseline of %u target%s: %u failure%s and %u warning%s accepted\n", path, n.targets, n.targets == 1 ? "" : "s",
            n.failures, n.failures == 1 ? "" : "s", n.warnings, n.warnings == 1 ? "" : "s");
    return EXIT_PASSED;
}

static int end(struct checking *all)
{
    if (all->reports != NULL && !cli_reports_close(all->reports, all->status != EXIT_TROUBLE))
        all->status = EXIT_TROUBLE;
    if (!close_saved(all))
        all->status = EXIT_TROUBLE;
    if (all->accepting != NULL && all->checked)
        all->status = settle_baseline(all);
    const int status = all->status;
    hl_connection_writer_free(all->saver);
    hl_clients_free(all->clients);
    hl_baseline_free(all->baseline);
    hl_baseline_writer_free(all->accepting);
    hl_trust_free(all->trust);
    for (unsigned i = 0; i < all->policy_count; i++)
        hl_policy_free(all->policies[i].policy);
    targets_cleanup(&all->targets);
    free(all);
    return status;
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
    all->checked = set_up(all);
    if (all->checked)
        run_all(all);
    else
        all->status = EXIT_TROUBLE;
    return end(all);
}
