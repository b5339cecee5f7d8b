/* Options that do not go together, or are of no use alone. */
#include "cli/options_parts.h"

#include "cli/kafka.h"
#include "cli/kafka_url.h"

#include <string.h>

bool option_mistake(const char *format, const char *what, const char *hint)
{
    fputs("handlens: ", stderr);
    fprintf(stderr, format, what);
    fprintf(stderr, "; %s\n", hint);
    return false;
}

static bool is_pcap_misused(const struct cli_options *options)
{
    const bool standard = options->decrypted_pcap != NULL && strcmp(options->decrypted_pcap, "-") == 0;
    const bool plain = options->write_pcap != NULL && strcmp(options->write_pcap, "-") == 0;

    if (options->decrypted_pcap != NULL && options->write_pcap != NULL)
        return !option_mistake("--write and %s are one file with secrets or without", "--decrypted-pcap", "leave one of them out");
    if (options->decrypted_pcap == NULL && options->write_pcap == NULL && options->write_failed == NULL && options->redact)
        return !option_mistake("%s is of no use without --decrypted-pcap or --write", "--redact", "give a file to write as well");
    if (plain && options->output == NULL)
        return !option_mistake("%s and the report both go to standard output", "--write -", "give -o FILE for the report");
    if (standard && !options->show_secrets)
        return !option_mistake("%s would show secrets on standard output", "--decrypted-pcap -",
                        "name a file, or give --show-secrets");
    if (standard && options->output == NULL)
        return !option_mistake("%s and the report both go to standard output", "--decrypted-pcap -",
                        "give -o FILE for the report");
    return false;
}

static bool is_page_misused(const struct cli_options *options)
{
    if (options->html == NULL || strcmp(options->html, "-") != 0)
        return false;
    if (options->output == NULL)
        return !option_mistake("%s and the report both go to standard output", "--html -", "give -o FILE for the report");
    return options->decrypted_pcap != NULL && strcmp(options->decrypted_pcap, "-") == 0
           && !option_mistake("%s and --decrypted-pcap both go to standard output", "--html -", "name a file for one of them");
}

static bool is_rotation_misused(const struct cli_options *options)
{
    const bool wanted = options->rotate_size > 0 || options->rotate_s > 0;

    if (options->keep > 0 && !wanted)
        return !option_mistake("%s is of no use alone", "--keep", "give --rotate-size or --rotate-time as well");
    const bool file = options->output != NULL && !kafka_url_is(options->output);
    return wanted && !file && options->write_pcap == NULL && options->decrypted_pcap == NULL && options->write_failed == NULL
           && !option_mistake("there is no file for %s", "--rotate-size or --rotate-time", "give -o FILE or --write FILE as well");
}

/* What is wrong with a URL is told without it: it may have a password in it. */
static bool is_kafka_misused(const struct cli_options *options)
{
    struct kafka_url url;

    if (!kafka_url_is(options->output)) {
        const char *alone = options->spill != NULL ? "--spill"
                            : options->spill_size > 0 ? "--spill-size"
                            : options->kafka_config != NULL ? "--kafka-config"
                            : options->command != COMMAND_READ ? NULL
                            : options->user != NULL ? "--user"
                            : options->no_sandbox ? "--no-sandbox" : NULL;
        return alone != NULL && !option_mistake("%s is of no use without Kafka", alone, "give -o kafka://BROKER/TOPIC as well");
    }
    const char *wrong = kafka_url_parse(options->output, &url);
    if (wrong != NULL)
        return !option_mistake("%s is expected", "-o kafka://BROKER[,BROKER...]/TOPIC", wrong);
    if (options->command != COMMAND_READ && options->command != COMMAND_LIVE)
        return !option_mistake("%s is for handshakes", "-o kafka://...", "read and live publish them");
    if (options->format_given && options->format != HL_FORMAT_JSON)
        return !option_mistake("what goes to %s is JSON", "Kafka", "leave --format out");
    if (options->spill_size > 0 && options->spill == NULL)
        return !option_mistake("%s is of no use alone", "--spill-size", "give --spill FILE as well");
    return !kafka_is_there()
           && !option_mistake("this build of handlens has no Kafka: %s was not there", "librdkafka", "build it with librdkafka-dev and -DHANDLENS_KAFKA=ON");
}

/* Without a policy there are no rules to report; and what is no rule has no place in reports of rules. */
static bool are_rules_misused(const struct cli_options *options)
{
    const char *what = options->enumerate ? "--enumerate" : options->expected.count > 0 ? "--expect" : options->clients != NULL ? "--clients" : NULL;
    bool others = options->check_format != HL_CHECK_HUMAN && options->check_format != HL_CHECK_JSON;

    if (options->intrusive && !options->enumerate)
        return !option_mistake("%s is of no use alone", "--intrusive", "give --enumerate as well");
    if (options->command != COMMAND_CHECK || what == NULL)
        return false;
    if (options->write_baseline != NULL && options->policy == NULL)
        return !option_mistake("with %s alone nothing is judged, and there is nothing to accept", what, "give --policy for --write-baseline as well");
    for (unsigned i = 0; i < options->report_count && options->policy == NULL; i++)
        others |= options->reports[i].format != HL_CHECK_HUMAN && options->reports[i].format != HL_CHECK_JSON;
    return others && !option_mistake("%s is told as human or json only", what, "with --policy, other formats can be had by --report");
}

/* Two reports that would go to the same place. */
static bool are_reports_misused(const struct cli_options *options)
{
    for (unsigned i = 0; i < options->report_count; i++) {
        const char *path = options->reports[i].path;
        bool taken = path == NULL ? options->output == NULL : options->output != NULL && strcmp(options->output, path) == 0;
        if (taken && path == NULL)
            return !option_mistake("a %s and that of --format both go to standard output", "--report", "give -o FILE, or --format instead of --report");
        for (unsigned j = 0; j < i; j++) {
            const char *other = options->reports[j].path;
            taken |= path == NULL ? other == NULL : other != NULL && strcmp(other, path) == 0;
        }
        if (taken)
            return !option_mistake("two reports go to %s", path != NULL ? path : "standard output", "name another file for one of them");
    }
    return false;
}

static bool is_report_at(const struct cli_options *options, const char *path)
{
    bool is = options->output != NULL && strcmp(options->output, path) == 0;

    for (unsigned i = 0; i < options->report_count; i++)
        is |= options->reports[i].path != NULL && strcmp(options->reports[i].path, path) == 0;
    return is || (options->save_pcap != NULL && strcmp(options->save_pcap, path) == 0);
}

/* Reports are begun before the baseline is read, and would take its place. */
static bool is_baseline_misused(const struct cli_options *options)
{
    const char *const paths[] = { options->baseline, options->write_baseline };

    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        if (paths[i] != NULL && is_report_at(options, paths[i]))
            return !option_mistake("%s would be a baseline, and something else", paths[i], "name another file for one of them");
    }
    return false;
}

static bool is_expect_misused(const struct cli_options *options)
{
    const char *alone = options->only != 0 ? "--only" : options->port != 0 ? "--port" : NULL;

    return options->command == COMMAND_CHECK && options->expected.count == 0 && alone != NULL
           && !option_mistake("%s chooses among handshakes", alone, "give --expect as well");
}

static bool is_clients_misused(const struct cli_options *options)
{
    return options->clients != NULL && options->expected.count > 0
           && !option_mistake("--expect is for captures, and %s for servers", "--clients", "leave one of them out");
}

bool options_contradict(const struct cli_options *options)
{
    if (is_kafka_misused(options))
        return true;
    if (is_pcap_misused(options) || is_page_misused(options))
        return true;
    if (is_rotation_misused(options) || are_reports_misused(options) || are_rules_misused(options))
        return true;
    if (is_baseline_misused(options) || is_expect_misused(options) || is_clients_misused(options))
        return true;
    if (options->format == HL_FORMAT_MARKDOWN && options->command != COMMAND_READ && options->command != COMMAND_LIVE)
        return !option_mistake("%s is for handshakes", "--format markdown", "use human or json here");
    if (!options->no_ca || options->ca_files.count + options->ca_paths.count == 0)
        return false;
    return !option_mistake("--no-ca and %s contradict each other", options->ca_files.count > 0 ? "--ca-file" : "--ca-path",
                    "leave one of them out");
}
