#include "cli/options.h"

#include "cli/kafka.h"
#include "cli/kafka_url.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static bool set_format(struct cli_options *options, const char *value)
{
    options->format_given = true;
    if (strcmp(value, "human") == 0)
        options->format = HL_FORMAT_HUMAN;
    else if (strcmp(value, "json") == 0)
        options->format = HL_FORMAT_JSON;
    else if (strcmp(value, "markdown") == 0)
        options->format = HL_FORMAT_MARKDOWN;
    else
        return false;
    return true;
}

static bool set_output(struct cli_options *options, const char *value)
{
    options->output = strcmp(value, "-") == 0 ? NULL : value;
    return value[0] != '\0';
}

static bool set_verbose(struct cli_options *options, const char *value)
{
    (void)value;
    options->verbosity++;
    return true;
}

static bool set_color(struct cli_options *options, const char *value)
{
    static const char *const names[] = { "auto", "always", "never" };

    for (int i = 0; i < 3; i++) {
        if (strcmp(value, names[i]) == 0) {
            options->color = (enum cli_color)i;
            return true;
        }
    }
    return false;
}

static bool set_only(struct cli_options *options, const char *value)
{
    while (*value != '\0') {
        size_t length = strcspn(value, ",");
        bool known = false;
        for (int i = HL_COMPLETED; i <= HL_NOT_TLS; i++) {
            const char *name = hl_outcome_name((enum hl_outcome)i);
            if (strlen(name) == length && memcmp(name, value, length) == 0) {
                options->only |= 1u << i;
                known = true;
            }
        }
        if (!known)
            return false;
        value += length;
        value += *value == ',';
    }
    return options->only != 0;
}

static bool set_sni(struct cli_options *options, const char *value)
{
    options->sni = value;
    return true;
}

static bool set_port(struct cli_options *options, const char *value)
{
    char *end;
    errno = 0;
    unsigned long port = strtoul(value, &end, 10);

    options->port = (unsigned)port;
    return errno == 0 && value[0] >= '0' && value[0] <= '9' && *end == '\0' && port >= 1 && port <= 65535;
}

static bool set_progress(struct cli_options *options, const char *value)
{
    (void)value;
    options->progress = true;
    return true;
}

static bool set_quiet(struct cli_options *options, const char *value)
{
    (void)value;
    options->quiet = true;
    return true;
}

static bool set_help(struct cli_options *options, const char *value)
{
    (void)value;
    options->help_long = true;
    return true;
}

static bool set_help_short(struct cli_options *options, const char *value)
{
    (void)value;
    options->help_short = true;
    return true;
}

static bool set_version(struct cli_options *options, const char *value)
{
    (void)value;
    options->version = true;
    return true;
}

static bool set_manual(struct cli_options *options, const char *value)
{
    (void)value;
    options->manual = true;
    return true;
}

static bool add_path(struct cli_paths *paths, const char *value)
{
    if (paths->count == CLI_PATHS_MAX || value[0] == '\0')
        return false;
    paths->list[paths->count++] = value;
    return true;
}

static bool set_ca_file(struct cli_options *options, const char *value)
{
    return add_path(&options->ca_files, value);
}

static bool set_ca_path(struct cli_options *options, const char *value)
{
    return add_path(&options->ca_paths, value);
}

static bool set_intermediates(struct cli_options *options, const char *value)
{
    return add_path(&options->intermediates, value);
}

static bool set_crl(struct cli_options *options, const char *value)
{
    return add_path(&options->crls, value);
}

static bool set_ct_logs(struct cli_options *options, const char *value)
{
    return add_path(&options->ct_logs, value);
}

static bool set_no_ca(struct cli_options *options, const char *value)
{
    (void)value;
    options->no_ca = true;
    return true;
}

static bool set_host(struct cli_options *options, const char *value)
{
    options->host = value;
    return value[0] != '\0';
}

/* `length` digits at the front of *text, and `end` behind them (0: nothing); in `low` to `high`. */
static bool take_digits(const char **text, int length, char end, int low, int high, int *value)
{
    *value = 0;
    for (int i = 0; i < length; i++, ++*text) {
        if (**text < '0' || **text > '9')
            return false;
        *value = 10 * *value + (**text - '0');
    }
    if (end != 0 && *(*text)++ != end)
        return false;
    return *value >= low && *value <= high;
}

/* 2026-12-31, with or without T23:59:59 behind it, with or without Z: UTC. */
static bool parse_date(const char *text, int64_t *seconds)
{
    struct tm tm = { .tm_isdst = 0 };
    int year, month, day;

    if (!take_digits(&text, 4, '-', 0, 9999, &year) || !take_digits(&text, 2, '-', 1, 12, &month)
        || !take_digits(&text, 2, 0, 1, 31, &day))
        return false;
    if (*text == 'T' || *text == ' ') {
        text++;
        if (!take_digits(&text, 2, ':', 0, 23, &tm.tm_hour) || !take_digits(&text, 2, ':', 0, 59, &tm.tm_min)
            || !take_digits(&text, 2, 0, 0, 59, &tm.tm_sec))
            return false;
    }
    if (strcmp(text, "") != 0 && strcmp(text, "Z") != 0)
        return false;
    tm.tm_year = year - 1900;
    tm.tm_mon = month - 1;
    tm.tm_mday = day;
    *seconds = (int64_t)timegm(&tm);
    return tm.tm_mday == day; /* timegm() mends 31 February */
}

static bool set_at(struct cli_options *options, const char *value)
{
    char *end = NULL;

    options->at_given = true;
    if (strcmp(value, "now") == 0) {
        options->at = (int64_t)time(NULL);
        return true;
    }
    if (value[0] != '@')
        return parse_date(value, &options->at);
    errno = 0;
    options->at = strtoll(value + 1, &end, 10);
    return errno == 0 && value[1] >= '0' && value[1] <= '9' && *end == '\0';
}

static bool set_signatures(struct cli_options *options, const char *value)
{
    static const char *const names[] = { "some", "all", "none" };

    for (int i = 0; i < 3; i++) {
        if (strcmp(value, names[i]) == 0) {
            options->signatures = (enum hl_signature_policy)i;
            return true;
        }
    }
    return false;
}

static bool set_fail_on(struct cli_options *options, const char *value)
{
    for (int i = HL_INFO; i <= HL_CRITICAL; i++) {
        if (strcmp(value, hl_severity_name((enum hl_severity)i)) == 0) {
            options->fail_on = i;
            return true;
        }
    }
    options->fail_on = -1;
    return strcmp(value, "never") == 0;
}

static bool set_key_log(struct cli_options *options, const char *value)
{
    return add_path(&options->key_logs, value);
}

static bool set_key(struct cli_options *options, const char *value)
{
    return add_path(&options->keys, value);
}

static bool set_key_pass_file(struct cli_options *options, const char *value)
{
    options->key_pass_file = value;
    return value[0] != '\0';
}

/* What is wrong with the value is told later, without the value: it is a secret. */
static bool set_psk(struct cli_options *options, const char *value)
{
    options->too_many_psks |= options->psks.count == CLI_PATHS_MAX;
    (void)add_path(&options->psks, value[0] != '\0' ? value : ":");
    return true;
}

static bool set_write_certs(struct cli_options *options, const char *value)
{
    options->write_certs = value;
    return value[0] != '\0';
}

static bool set_decrypted_pcap(struct cli_options *options, const char *value)
{
    options->decrypted_pcap = value;
    return value[0] != '\0';
}

static bool set_write_pcap(struct cli_options *options, const char *value)
{
    options->write_pcap = value;
    return value[0] != '\0';
}

static bool set_write_failed(struct cli_options *options, const char *value)
{
    options->write_failed = value;
    return value[0] != '\0' && strcmp(value, "-") != 0;
}

static bool set_html(struct cli_options *options, const char *value)
{
    options->html = value;
    return value[0] != '\0';
}

static bool set_redact(struct cli_options *options, const char *value)
{
    (void)value;
    options->redact = true;
    return true;
}

static bool set_show_secrets(struct cli_options *options, const char *value)
{
    (void)value;
    options->show_secrets = true;
    return true;
}

static bool set_interface(struct cli_options *options, const char *value)
{
    return value[0] != '\0' && add_path(&options->interfaces, value);
}

static bool set_list_interfaces(struct cli_options *options, const char *value)
{
    (void)value;
    options->list_interfaces = true;
    return true;
}

/* A number from 1 to `most`; 0: it is none. */
static unsigned long number(const char *value, unsigned long most)
{
    char *end;
    errno = 0;
    const unsigned long n = strtoul(value, &end, 10);

    return errno == 0 && value[0] >= '0' && value[0] <= '9' && *end == '\0' && n <= most ? n : 0;
}

static bool set_count(struct cli_options *options, const char *value)
{
    options->count = number(value, ULONG_MAX);
    return options->count > 0;
}

/* Seconds of a number and a unit: ms, s (which may be left out), m, h or d; 0: it is none. */
static double seconds_of(const char *value)
{
    static const struct {
        const char *unit;
        double seconds;
    } units[] = { { "ms", 0.001 }, { "s", 1 }, { "", 1 }, { "m", 60 }, { "h", 3600 }, { "d", 86400 } };
    char *end;
    const double n = strtod(value, &end);

    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (strcmp(end, units[i].unit) != 0 || value[0] < '0' || value[0] > '9')
            continue;
        return n * units[i].seconds < 1e10 ? n * units[i].seconds : 0;
    }
    return 0;
}

static bool set_duration(struct cli_options *options, const char *value)
{
    options->duration_s = seconds_of(value);
    return options->duration_s > 0;
}

static bool set_stats_interval(struct cli_options *options, const char *value)
{
    options->stats_s = seconds_of(value);
    return options->stats_s > 0;
}

/* A number and a unit: K, M, G, as powers of 1024. */
static bool size_of(const char *value, uint64_t least, uint64_t *out)
{
    static const char units[] = "KMG";
    char *end;
    errno = 0;
    const unsigned long n = strtoul(value, &end, 10);
    const char *unit = *end != '\0' ? strchr(units, *end) : NULL;
    const unsigned shift = unit != NULL ? 10 * (unsigned)(unit - units + 1) : 0;

    *out = (uint64_t)n << shift;
    return errno == 0 && value[0] >= '0' && value[0] <= '9' && n < UINT64_C(1) << 32 && *out >= least && end[unit != NULL] == '\0';
}

static bool set_rotate_size(struct cli_options *options, const char *value)
{
    return size_of(value, 1024, &options->rotate_size);
}

static bool set_spill(struct cli_options *options, const char *value)
{
    options->spill = value;
    return value[0] != '\0' && strcmp(value, "-") != 0;
}

static bool set_spill_size(struct cli_options *options, const char *value)
{
    return size_of(value, UINT64_C(64) << 10, &options->spill_size);
}

static bool set_kafka_config(struct cli_options *options, const char *value)
{
    options->kafka_config = value;
    return value[0] != '\0';
}

static bool set_rotate_time(struct cli_options *options, const char *value)
{
    options->rotate_s = seconds_of(value);
    return options->rotate_s >= 1;
}

static bool set_keep(struct cli_options *options, const char *value)
{
    options->keep = (unsigned)number(value, 1000000);
    return options->keep > 0;
}

static bool set_snap_length(struct cli_options *options, const char *value)
{
    options->snap_length = (unsigned)number(value, 262144);
    return options->snap_length > 0;
}

static bool set_buffer(struct cli_options *options, const char *value)
{
    options->buffer_mib = (unsigned)number(value, 1024);
    return options->buffer_mib > 0;
}

static bool set_promiscuous(struct cli_options *options, const char *value)
{
    (void)value;
    options->promiscuous = true;
    return true;
}

static bool set_workers(struct cli_options *options, const char *value)
{
    options->workers = (unsigned)number(value, 64);
    return options->workers > 0;
}

static bool set_user(struct cli_options *options, const char *value)
{
    options->user = value;
    return value[0] != '\0';
}

static bool set_no_sandbox(struct cli_options *options, const char *value)
{
    (void)value;
    options->no_sandbox = true;
    return true;
}

static bool set_policy(struct cli_options *options, const char *value)
{
    options->policy = value;
    return value[0] != '\0';
}

static bool set_server_name(struct cli_options *options, const char *value)
{
    options->server_name = value;
    return true;
}

static bool set_connect(struct cli_options *options, const char *value)
{
    options->connect = value;
    return value[0] != '\0';
}

static bool set_proxy(struct cli_options *options, const char *value)
{
    options->proxy = value;
    return value[0] != '\0';
}

static bool set_timeout(struct cli_options *options, const char *value)
{
    options->timeout_s = seconds_of(value);
    return options->timeout_s > 0 && options->timeout_s <= 3600;
}

static bool set_connections(struct cli_options *options, const char *value)
{
    options->connections = (unsigned)number(value, 10000);
    return options->connections > 0;
}

static bool set_retries(struct cli_options *options, const char *value)
{
    options->retries = strcmp(value, "0") == 0 ? 1 : (unsigned)number(value, 10) + 1;
    return strcmp(value, "0") == 0 || options->retries > 1;
}

static bool set_delay(struct cli_options *options, const char *value)
{
    options->delay_s = seconds_of(value);
    return options->delay_s > 0 && options->delay_s <= 3600;
}

static bool set_all_addresses(struct cli_options *options, const char *value)
{
    (void)value;
    options->all_addresses = true;
    return true;
}

static bool set_enumerate(struct cli_options *options, const char *value)
{
    (void)value;
    options->enumerate = true;
    return true;
}

static bool set_intrusive(struct cli_options *options, const char *value)
{
    (void)value;
    options->intrusive = true;
    return true;
}

static bool set_parallel(struct cli_options *options, const char *value)
{
    options->parallel = (unsigned)number(value, 256);
    return options->parallel > 0;
}

static bool set_baseline(struct cli_options *options, const char *value)
{
    options->baseline = value;
    return value[0] != '\0';
}

static bool set_write_baseline(struct cli_options *options, const char *value)
{
    options->write_baseline = value;
    return value[0] != '\0' && strcmp(value, "-") != 0;
}

static bool set_expect(struct cli_options *options, const char *value)
{
    return add_path(&options->expected, value);
}

static bool set_clients(struct cli_options *options, const char *value)
{
    options->clients = value;
    return value[0] != '\0';
}

static bool set_save_pcap(struct cli_options *options, const char *value)
{
    options->save_pcap = value;
    return value[0] != '\0' && strcmp(value, "-") != 0;
}

static bool set_targets(struct cli_options *options, const char *value)
{
    options->targets = value;
    return value[0] != '\0';
}

static bool set_fail_on_result(struct cli_options *options, const char *value)
{
    options->fail_on_warnings = strcmp(value, "warn") == 0;
    return options->fail_on_warnings || strcmp(value, "fail") == 0;
}

/* The length of the name at the front of `text`; 0: it is that of no format of check's. */
static size_t check_format(const char *text, enum hl_check_format *out)
{
    const char *name;

    for (*out = HL_CHECK_HUMAN; (name = hl_check_format_name(*out)) != NULL; ++*out) {
        const size_t length = strlen(name);
        if (strncmp(text, name, length) == 0 && (text[length] == '\0' || text[length] == '='))
            return length;
    }
    return 0;
}

static bool set_check_format(struct cli_options *options, const char *value)
{
    const size_t length = check_format(value, &options->check_format);

    return length > 0 && value[length] == '\0';
}

static bool add_report(struct cli_options *options, const char *value)
{
    struct cli_report_file *report = &options->reports[options->report_count];
    size_t length;

    if (options->report_count == CLI_REPORTS_MAX || (length = check_format(value, &report->format)) == 0 || value[length] != '='
        || value[length + 1] == '\0')
        return false;
    report->path = strcmp(value + length + 1, "-") == 0 ? NULL : value + length + 1;
    options->report_count++;
    return true;
}

#define READ COMMAND_READ
#define BOTH (COMMAND_READ | COMMAND_DECODE)
#define DIFF COMMAND_DIFF
#define LIVE COMMAND_LIVE
#define CHECK COMMAND_CHECK
#define ALL COMMAND_ALL
#define RARE COMMAND_RARELY

const struct cli_option cli_options[] = {
    { ALL & ~(unsigned)CHECK, 0, "format", "human|json|markdown", "How results are written; human is usual.",
      "json is one object a line, each written when its handshake ends; docs/handshake.schema.json "
      "describes it. markdown, of captures only, is for tickets: a section a handshake, with cause, facts, certificates, "
      "findings and the ladder of messages.", set_format },
    { ALL, 'o', "output", "FILE", "Write to FILE instead of standard output.",
      "- is standard output. For read and live it may be kafka://BROKER[,BROKER...]/TOPIC: each handshake is a message in JSON, keyed "
      "with its community id; see KAFKA in the manual page.", set_output },
    { BOTH | LIVE | CHECK, 'v', "verbose", NULL, "The ladder of messages; twice: every field.",
      "In the ladder the client stands on the left, the server on the right. With it come findings of every severity, "
      "and what to do about each. With --format json, -vv adds the fields of every message and certificate. With "
      "decode, once shows every field; with check, the rules that pass, too.", set_verbose },
    { CHECK, 'p', "policy", "NAME|FILE", "What is wanted of the server; mozilla-intermediate is usual.",
      "NAME is one that handlens policy list shows, NAME@VERSION pins it; FILE is JSON (docs/policy.schema.json), and has a / in its "
      "name or ends in .json.", set_policy },
    { CHECK, 0, "enumerate", NULL, "Find out everything that the server takes.",
      "Versions, suites, groups, signature schemes, protocols, certificates, features: some thirty connections, more for old servers with many suites. Without --policy nothing "
      "is judged; the status is 3 when something could not be found out.", set_enumerate },
    { CHECK, 0, "intrusive", NULL, "With --enumerate: known weaknesses of implementations, too.",
      "Heartbleed, ChangeCipherSpec that is taken too early, ROBOT and Ticketbleed, in forms that harm nobody: nothing is read of the server's "
      "memory but, where it has Ticketbleed, one byte. They are judged as rules (weakness.heartbleed ...). Some fifteen connections more, which may "
      "look like an attack to those who watch: ask them first.", set_intrusive },
    { CHECK, 0, "format", "FORMAT", "human, json, markdown, junit, sarif or html; human is usual.",
      "json is one object a line and target (docs/check.schema.json); junit is XML, a test suite a target; sarif is SARIF 2.1.0; markdown and "
      "html begin with a table of all targets, and are written at the end.", set_check_format },
    { CHECK, 0, "report", "FORMAT=FILE", "Write this, too; may be given several times.",
      "As junit=out.xml: any format of --format. What cannot be opened is told before the first connection. With -o FILE for the report of "
      "--format, one may go to standard output (-).", add_report },
    { CHECK, 0, "sni", "NAME", "Ask for NAME, not for the target's; an empty one: for none.",
      "With --expect a GLOB: only handshakes for names like it count.", set_server_name },
    { CHECK, 0, "connect", "HOST[:PORT]", "Connect there, whatever the target is called.",
      "For one server of several behind the same name.", set_connect },
    { CHECK | RARE, 0, "proxy", "HOST:PORT", "Ask this HTTP proxy for the connections (CONNECT).",
      "It finds the target's address.", set_proxy },
    { CHECK, 0, "timeout", "TIME", "Of each connection: 5s is usual.", NULL, set_timeout },
    { CHECK, 0, "targets", "FILE", "Check the targets in FILE, too: one a line.",
      "Behind a target may stand another policy for it. What follows a # is not looked at; - is standard input.", set_targets },
    { CHECK, 0, "parallel", "N", "So many targets at once; one is usual.",
      "Each has one connection at a time. They are told in their order.", set_parallel },
    { CHECK, 0, "baseline", "FILE", "Fail only where something has changed since FILE was written.",
      "FILE is what --write-baseline wrote, or --format json. What fails or warns as it did then is told as waived; targets are the same when "
      "they are named the same. That fewer days are left until a certificate expires is no change; that none are is one.", set_baseline },
    { CHECK, 0, "write-baseline", "FILE", "Accept what fails or warns now: write it to FILE, for --baseline.",
      "The exit status is 0 then, whatever fails. Two runs write the same when the servers are the same. Where a target cannot be reached, or "
      "something of it is unknown, nothing is written, and the status is 3. With --baseline, which may name the same file, what that says of "
      "targets that are not checked stays.", set_write_baseline },
    { CHECK, 0, "expect", "EXPR", "Of a capture: every handshake must fit EXPR, as 'version >= 1.2'.",
      "An expression over the fields of a handshake (docs/expressions.md); may be given more than once. TARGET is a capture then, and is held "
      "against a policy only where --policy names one. The exit status is 0 when all handshakes that --only, --sni and --port ask for "
      "fit every EXPR, and 1 when one does not, or when there is none.", set_expect },
    { CHECK, 0, "clients", "CAPTURE", "Would the clients of CAPTURE still get through to the server?",
      "The different ClientHellos in it (by JA4, the first of each, 200 at the most) are sent again, up to the server's answer, with a new "
      "random, new key shares and nothing of a session that was resumed; those with a server name ask for the target's. The server is "
      "held against a policy only where --policy names one. The exit status is 1 when a client is refused that completed a handshake in "
      "CAPTURE.", set_clients },
    { CHECK, 0, "save-pcap", "FILE", "Write the connections that are made to a pcapng file.",
      "With the secrets that open the server's flight in TLS 1.3, so that Wireshark, and handlens read, show its certificate; only its "
      "owner may read FILE. It has the bytes that were sent and received: the packets around them, of raw IP, are made up.", set_save_pcap },
    { CHECK | RARE, 0, "all-addresses", NULL, "Check every address of a name, and whether they agree.", NULL, set_all_addresses },
    { CHECK | RARE, 0, "retries", "N", "Try a connection so often again that says nothing: 1 is usual.",
      "A connection that is refused, reset, closed or silent; with a pause before, which gets longer. Where it was in vain twice, it is "
      "the server's way to say no, and not tried again.", set_retries },
    { CHECK | RARE, 0, "delay", "TIME", "Wait between two connections to a target.", NULL, set_delay },
    { CHECK | RARE, 0, "max-connections", "N", "For one target: 40 is usual.",
      "What could not be asked for then is told as unknown.", set_connections },
    { CHECK, 0, "fail-on", "fail|warn", "Exit with 1 at such a verdict; fail is usual.", NULL, set_fail_on_result },
    { LIVE, 'i', "interface", "IFACE", "Capture on IFACE; any is all of them.",
      "May be given more than once. Without it the first one that is up and no loopback counts; --list-interfaces shows all.", set_interface },
    { LIVE | RARE, 0, "list-interfaces", NULL, "Show what can be captured on.", NULL, set_list_interfaces },
    { LIVE, 'c', "count", "N", "End after N handshakes.", "Of those that are shown.", set_count },
    { LIVE, 0, "duration", "TIME", "End after TIME: 90s, 10m, 8h.", NULL, set_duration },
    { READ, 0, "html", "FILE", "Write a page, all in one HTML file, as well.",
      "Of the handshakes that are shown. It needs no network and no script: a summary with filters, causes, and for "
      "each handshake verdict, ladder, certificates, findings, timing and all fields. Handshakes beyond 5,000, or "
      "beyond 256 MiB of page, are counted only. Until the end the page waits in a temporary file (TMPDIR).", set_html },
    { READ | LIVE | DIFF | CHECK, 0, "only", "OUTCOME,...", "Show only handshakes that ended like this.",
      "OUTCOME is completed, failed, incomplete or not-tls.", set_only },
    { READ | LIVE | DIFF, 0, "sni", "GLOB", "Show only handshakes for names like GLOB.",
      "* and ? stand for any characters; upper and lower case are the same. A handshake without a "
      "server name matches the empty glob only.", set_sni },
    { READ | LIVE | DIFF | CHECK, 0, "port", "N", "Show only handshakes with servers on port N.", NULL, set_port },
    { READ | LIVE | DIFF | CHECK, 0, "keylog", "FILE|env", "Open handshakes with the secrets in FILE.",
      "A key log, as programs write it when SSLKEYLOGFILE is set; env is the file that this variable names here. It "
      "is followed as it grows when packets come live or from standard input. Secrets inside a pcapng file are used without asking.", set_key_log },
    { READ | LIVE | DIFF | CHECK | RARE, 0, "key", "FILE", "Open RSA key exchanges with this private key.",
      "PEM or DER. It opens no other key exchange: all of TLS 1.3, and most of TLS 1.2, needs --keylog.", set_key },
    { READ | LIVE | DIFF | CHECK | RARE, 0, "key-pass-file", "FILE", "The password of private keys is the first line of FILE.", NULL,
      set_key_pass_file },
    { READ | LIVE | DIFF | CHECK | RARE, 0, "psk", "[IDENTITY:]HEX", "Open handshakes with this pre-shared key.", NULL, set_psk },
    { BOTH | LIVE | DIFF | CHECK, 0, "ca-file", "FILE", "Trust the CAs in FILE, not the system's.",
      "PEM or DER; may be given more than once. Without it the system's bundle counts, or what SSL_CERT_FILE and "
      "SSL_CERT_DIR name.", set_ca_file },
    { BOTH | LIVE | DIFF | CHECK | RARE, 0, "ca-path", "DIR", "Trust the CAs in the files of DIR.", NULL, set_ca_path },
    { BOTH | LIVE | DIFF | CHECK | RARE, 0, "no-ca", NULL, "Trust nobody: chains are shown, not judged.", NULL, set_no_ca },
    { BOTH | LIVE | DIFF | CHECK | RARE, 0, "intermediates", "FILE", "CAs that servers may have forgotten to send.",
      "They are used to build chains, and are not trusted by themselves.", set_intermediates },
    { BOTH | LIVE | DIFF | CHECK | RARE, 0, "crl", "FILE", "Look certificates up in these CRLs.", NULL, set_crl },
    { BOTH | LIVE | DIFF | CHECK | RARE, 0, "ct-logs", "FILE", "Check timestamps against these CT logs.",
      "A list of logs in JSON of version 3, as browsers' makers publish it.", set_ct_logs },
    { BOTH | LIVE | DIFF | CHECK, 0, "host", "NAME", "Judge certificates for NAME (or address).",
      "Without it: for the name that the client asked for (SNI).", set_host },
    { BOTH | DIFF, 0, "at", "TIME|now", "Judge as of TIME, not of the handshake.",
      "TIME is 2026-12-31, 2026-12-31T23:59:59Z or @SECONDS, in UTC. decode judges as of now.", set_at },
    { READ | LIVE | DIFF | RARE, 0, "check-signatures", "some|all|none", "Signatures of how many handshakes.",
      "ServerKeyExchange and CertificateVerify, up to TLS 1.2. some, which is usual: all of the first 1,000 handshakes, "
      "then the first of each certificate and those that failed.", set_signatures },
    { BOTH | LIVE, 0, "fail-on", "SEVERITY|never", "Exit with 1 if there is such a finding.",
      "SEVERITY is info, low, medium, high or critical, and means that one and those above it, in handshakes that are "
      "shown.", set_fail_on },
    { LIVE | RARE, 0, "stats-interval", "TIME", "With --format json, counters as an event each TIME.",
      "An object whose event.dataset is handlens.stats: packets, what was dropped, handshakes by outcome.", set_stats_interval },
    { LIVE | RARE, 0, "rotate-size", "SIZE", "Begin a file anew when it has SIZE: 500K, 100M, 2G.",
      "Files that live writes: -o, --write, --decrypted-pcap, --write-failed. night.pcapng becomes "
      "night-20261125T150320.123456Z.pcapng (UTC) and is begun anew, between two handshakes; what another run left under the "
      "name is set aside first. SIGHUP opens all files again under their names, for who moves them.", set_rotate_size },
    { LIVE | RARE, 0, "rotate-time", "TIME", "... when TIME has passed: 1h, 1d.", NULL, set_rotate_time },
    { LIVE | RARE, 0, "keep", "N", "... and keep N files of a name: older ones are deleted.",
      "With the one that is being written; a ring of N files of SIZE.", set_keep },
    { READ | LIVE | RARE, 0, "spill", "FILE", "Keep what Kafka does not take in FILE, until it does.",
      "Its messages are published first, also those that another run has left; it is removed by nobody, and empty when all was "
      "delivered.", set_spill },
    { READ | LIVE | RARE, 0, "spill-size", "SIZE", "... SIZE at the most; 256M is usual.",
      "Beyond that, live loses what comes, and counts it; read waits.", set_spill_size },
    { READ | LIVE | RARE, 0, "kafka-config", "FILE", "Properties of librdkafka, KEY=VALUE a line: TLS, passwords.",
      "Those that decide whether messages are delivered are set, and refused here.", set_kafka_config },
    { LIVE | RARE, 0, "snaplen", "BYTES", "Keep only the beginning of each packet.",
      "Usually whole packets are kept: what is cut off is missing in messages.", set_snap_length },
    { LIVE | RARE, 0, "buffer-mib", "N", "The kernel's buffer of each interface, in MiB; 32 is usual.", NULL, set_buffer },
    { LIVE | RARE, 0, "promiscuous", NULL, "Packets for other machines, too.", NULL, set_promiscuous },
    { READ | LIVE | RARE, 0, "workers", "N", "Spread the work among N threads.",
      "read: the output is the same, whatever N; one thread follows connections, the others write reports. live: the kernel gives "
      "each a share of the connections (PACKET_FANOUT), and what they tell is put in the order of time; what one learned "
      "of a server or client the others do not know: evidence from other connections may be less.", set_workers },
    { READ | LIVE | RARE, 0, "user", "NAME", "Who to become when started as root; nobody is usual.",
      "That happens once the interfaces are open, and before a packet is looked at. With read, only the process that publishes to "
      "Kafka gives up its rights.", set_user },
    { READ | LIVE | RARE, 0, "no-sandbox", NULL, "Keep all rights.",
      "Without it root and every capability are given up once the interfaces are open, and cannot be had again; and (seccomp) a new "
      "program, socket or process, and a file opened for writing, end the program, other system calls that are not needed fail.",
      set_no_sandbox },
    { READ | RARE, 0, "write-certs", "DIR", "Store certificates as PEM files in DIR.",
      "Each once, named by its SHA-256; chain-N.pem is the chain of handshake N, chain-N-client.pem the client's; "
      "index.json lists them.", set_write_certs },
    { READ | LIVE | RARE, 0, "write", "FILE", "Write the packets of the handshakes that are shown to a pcapng file.",
      "As they are, but for application data, which are cut off: with --only failed, for a look in the morning.", set_write_pcap },
    { LIVE | RARE, 0, "write-failed", "FILE", "... of those that failed, while others are shown, too.", NULL, set_write_failed },
    { READ | LIVE | RARE, 0, "decrypted-pcap", "FILE", "Write the handshakes that are shown to a pcapng file.",
      "With their packets, and with the secrets that open them, as far as they were given: Wireshark, and handlens, show "
      "them decrypted. Only its owner may read FILE. Application data are cut off.", set_decrypted_pcap },
    { READ | LIVE | RARE, 0, "redact", NULL, "... with other addresses and names.",
      "See REDACTION in the manual page for what it does not reach.", set_redact },
    { READ | LIVE | RARE, 0, "show-secrets", NULL, "Secrets may go to standard output, and into pipes.",
      "With --decrypted-pcap - or a pipe as its FILE. Without it they go into files only.", set_show_secrets },
    { ALL | RARE, 0, "color", "auto|always|never", "Colours; auto: on terminals, unless NO_COLOR.", NULL, set_color },
    { READ | LIVE, 'q', "quiet", NULL, "No summary at the end.", NULL, set_quiet },
    { READ | RARE, 0, "progress", NULL, "Show progress even if stderr is no terminal.",
      "On a terminal it is shown after a second.", set_progress },
    { ALL, 'h', NULL, NULL, "This help.", NULL, set_help_short },
    { ALL, 0, "help", NULL, "Everything about the options.", NULL, set_help },
    { ALL | RARE, 0, "version", NULL, "The version of handlens.", NULL, set_version },
    { ALL | RARE, 0, "print-manual", NULL, "The source of the manual page.", "docs/handlens.1 is made with it.", set_manual },
};

#undef READ
#undef BOTH
#undef DIFF
#undef LIVE
#undef CHECK
#undef ALL
#undef RARE

const size_t cli_option_count = sizeof cli_options / sizeof cli_options[0];

static const struct cli_option *find_option(enum cli_command command, char letter, const char *name, size_t length)
{
    for (size_t i = 0; i < cli_option_count; i++) {
        const struct cli_option *option = &cli_options[i];
        if ((option->commands & command) == 0)
            continue;
        if (letter != 0 ? option->letter == letter
                        : option->name != NULL && strlen(option->name) == length
                              && memcmp(option->name, name, length) == 0)
            return option;
    }
    return NULL;
}

static bool mistake(const char *format, const char *what, const char *hint)
{
    fputs("handlens: ", stderr);
    fprintf(stderr, format, what);
    fprintf(stderr, "; %s\n", hint);
    return false;
}

/* What an option's value must be, in words. */
static const char *takes(const struct cli_option *option)
{
    if (option->set == set_port)
        return "a number from 1 to 65535";
    if (option->set == set_duration || option->set == set_stats_interval || option->set == set_rotate_time)
        return "a number and s, m, h or d, as 10m";
    if (option->set == set_count)
        return "a number from 1 on";
    if (option->set == set_snap_length)
        return "a number from 1 to 262144";
    if (option->set == set_rotate_size)
        return "a number of bytes from 1K on, as 100M";
    if (option->set == set_spill_size)
        return "a number of bytes from 64K on, as 100M";
    if (option->set == set_workers)
        return "a number from 1 to 64";
    if (option->set == set_keep)
        return "a number from 1 to 1000000";
    if (option->set == set_buffer)
        return "a number from 1 to 1024";
    if (option->set == set_only)
        return "completed, failed, incomplete, not-tls or several of them with commas";
    if (option->set == set_at)
        return "now, 2026-12-31, 2026-12-31T23:59:59Z or @SECONDS";
    if (option->set == set_check_format)
        return "human, json, markdown, junit, sarif or html";
    if (option->set == add_report)
        return "human, json, markdown, junit, sarif or html, = and a file (as junit=out.xml), 16 times at the most";
    if (option->set == set_fail_on)
        return "info, low, medium, high, critical or never";
    return option->value;
}

static bool apply(const struct cli_option *option, const char *value, struct cli_options *out)
{
    if (option->set(out, value) || value == NULL)
        return true;
    if (option->set == set_psk) /* the value is a secret */
        fprintf(stderr, "handlens: --%s takes %s, %d times at the most\n", option->name, takes(option), CLI_PATHS_MAX);
    else
        fprintf(stderr, "handlens: --%s takes %s, not '%s'\n", option->name, takes(option), value);
    return false;
}

/* --name, --name=value, --name value. */
static bool parse_long(int argc, char **argv, int *i, struct cli_options *out)
{
    const char *name = argv[*i] + 2;
    size_t length = strcspn(name, "=");
    const struct cli_option *option = find_option(out->command, 0, name, length);

    if (option == NULL)
        return mistake("unknown option '%s'", argv[*i], "'handlens -h' lists them");
    if (option->value == NULL) {
        if (name[length] == '=')
            return mistake("%s: this option takes no value", argv[*i], "leave it out");
        return apply(option, NULL, out);
    }
    if (name[length] == '=')
        return apply(option, name + length + 1, out);
    if (*i + 1 == argc)
        return mistake("%s needs a value", argv[*i], option->help);
    return apply(option, argv[++*i], out);
}

/* -vv, -o FILE, -oFILE. */
static bool parse_letters(int argc, char **argv, int *i, struct cli_options *out)
{
    for (const char *letter = argv[*i] + 1; *letter != '\0'; letter++) {
        const struct cli_option *option = find_option(out->command, *letter, NULL, 0);
        if (option == NULL)
            return mistake("unknown option '%s'", argv[*i], "'handlens -h' lists them");
        if (option->value == NULL) {
            apply(option, NULL, out);
            continue;
        }
        if (letter[1] != '\0')
            return apply(option, letter + 1, out);
        if (*i + 1 == argc)
            return mistake("-%s needs a value", letter, option->help);
        return apply(option, argv[++*i], out);
    }
    return true;
}

/* What --decrypted-pcap needs, or what needs it. */
static bool is_pcap_misused(const struct cli_options *options)
{
    const bool standard = options->decrypted_pcap != NULL && strcmp(options->decrypted_pcap, "-") == 0;
    const bool plain = options->write_pcap != NULL && strcmp(options->write_pcap, "-") == 0;

    if (options->decrypted_pcap != NULL && options->write_pcap != NULL)
        return !mistake("--write and %s are one file with secrets or without", "--decrypted-pcap", "leave one of them out");
    if (options->decrypted_pcap == NULL && options->write_pcap == NULL && options->write_failed == NULL && options->redact)
        return !mistake("%s is of no use without --decrypted-pcap or --write", "--redact", "give a file to write as well");
    if (plain && options->output == NULL)
        return !mistake("%s and the report both go to standard output", "--write -", "give -o FILE for the report");
    if (standard && !options->show_secrets)
        return !mistake("%s would show secrets on standard output", "--decrypted-pcap -",
                        "name a file, or give --show-secrets");
    if (standard && options->output == NULL)
        return !mistake("%s and the report both go to standard output", "--decrypted-pcap -",
                        "give -o FILE for the report");
    return false;
}

static bool is_page_misused(const struct cli_options *options)
{
    if (options->html == NULL || strcmp(options->html, "-") != 0)
        return false;
    if (options->output == NULL)
        return !mistake("%s and the report both go to standard output", "--html -", "give -o FILE for the report");
    return options->decrypted_pcap != NULL && strcmp(options->decrypted_pcap, "-") == 0
           && !mistake("%s and --decrypted-pcap both go to standard output", "--html -", "name a file for one of them");
}

static bool is_rotation_misused(const struct cli_options *options)
{
    const bool wanted = options->rotate_size > 0 || options->rotate_s > 0;

    if (options->keep > 0 && !wanted)
        return !mistake("%s is of no use alone", "--keep", "give --rotate-size or --rotate-time as well");
    const bool file = options->output != NULL && !kafka_url_is(options->output);
    return wanted && !file && options->write_pcap == NULL && options->decrypted_pcap == NULL && options->write_failed == NULL
           && !mistake("there is no file for %s", "--rotate-size or --rotate-time", "give -o FILE or --write FILE as well");
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
        return alone != NULL && !mistake("%s is of no use without Kafka", alone, "give -o kafka://BROKER/TOPIC as well");
    }
    const char *wrong = kafka_url_parse(options->output, &url);
    if (wrong != NULL)
        return !mistake("%s is expected", "-o kafka://BROKER[,BROKER...]/TOPIC", wrong);
    if (options->command != COMMAND_READ && options->command != COMMAND_LIVE)
        return !mistake("%s is for handshakes", "-o kafka://...", "read and live publish them");
    if (options->format_given && options->format != HL_FORMAT_JSON)
        return !mistake("what goes to %s is JSON", "Kafka", "leave --format out");
    if (options->spill_size > 0 && options->spill == NULL)
        return !mistake("%s is of no use alone", "--spill-size", "give --spill FILE as well");
    return !kafka_is_there()
           && !mistake("this build of handlens has no Kafka: %s was not there", "librdkafka", "build it with librdkafka-dev and -DHANDLENS_KAFKA=ON");
}

/* Without a policy there are no rules to report; and what is no rule has no place in reports of rules. */
static bool are_rules_misused(const struct cli_options *options)
{
    const char *what = options->enumerate ? "--enumerate" : options->expected.count > 0 ? "--expect" : options->clients != NULL ? "--clients" : NULL;
    bool others = options->check_format != HL_CHECK_HUMAN && options->check_format != HL_CHECK_JSON;

    if (options->intrusive && !options->enumerate)
        return !mistake("%s is of no use alone", "--intrusive", "give --enumerate as well");
    if (options->command != COMMAND_CHECK || what == NULL)
        return false;
    if (options->write_baseline != NULL && options->policy == NULL)
        return !mistake("with %s alone nothing is judged, and there is nothing to accept", what, "give --policy for --write-baseline as well");
    for (unsigned i = 0; i < options->report_count && options->policy == NULL; i++)
        others |= options->reports[i].format != HL_CHECK_HUMAN && options->reports[i].format != HL_CHECK_JSON;
    return others && !mistake("%s is told as human or json only", what, "with --policy, other formats can be had by --report");
}

/* Two reports that would go to the same place. */
static bool are_reports_misused(const struct cli_options *options)
{
    for (unsigned i = 0; i < options->report_count; i++) {
        const char *path = options->reports[i].path;
        bool taken = path == NULL ? options->output == NULL : options->output != NULL && strcmp(options->output, path) == 0;
        if (taken && path == NULL)
            return !mistake("a %s and that of --format both go to standard output", "--report", "give -o FILE, or --format instead of --report");
        for (unsigned j = 0; j < i; j++) {
            const char *other = options->reports[j].path;
            taken |= path == NULL ? other == NULL : other != NULL && strcmp(other, path) == 0;
        }
        if (taken)
            return !mistake("two reports go to %s", path != NULL ? path : "standard output", "name another file for one of them");
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
            return !mistake("%s would be a baseline, and something else", paths[i], "name another file for one of them");
    }
    return false;
}

static bool is_expect_misused(const struct cli_options *options)
{
    const char *alone = options->only != 0 ? "--only" : options->port != 0 ? "--port" : NULL;

    return options->command == COMMAND_CHECK && options->expected.count == 0 && alone != NULL
           && !mistake("%s chooses among handshakes", alone, "give --expect as well");
}

static bool is_clients_misused(const struct cli_options *options)
{
    return options->clients != NULL && options->expected.count > 0
           && !mistake("--expect is for captures, and %s for servers", "--clients", "leave one of them out");
}

static bool contradicts(const struct cli_options *options)
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
        return !mistake("%s is for handshakes", "--format markdown", "use human or json here");
    if (!options->no_ca || options->ca_files.count + options->ca_paths.count == 0)
        return false;
    return !mistake("--no-ca and %s contradict each other", options->ca_files.count > 0 ? "--ca-file" : "--ca-path",
                    "leave one of them out");
}

static enum cli_command command_of(const char *word)
{
    static const struct {
        const char *word;
        enum cli_command command;
    } commands[] = { { "read", COMMAND_READ }, { "decode", COMMAND_DECODE }, { "live", COMMAND_LIVE },
                     { "diff", COMMAND_DIFF },
                     { "check", COMMAND_CHECK },
                     { "policy", COMMAND_POLICY },
                     { "explain", COMMAND_EXPLAIN } };

    for (size_t i = 0; word != NULL && i < sizeof commands / sizeof commands[0]; i++) {
        if (strcmp(word, commands[i].word) == 0)
            return commands[i].command;
    }
    return 0;
}

bool cli_parse(int argc, char **argv, struct cli_options *out)
{
    enum cli_command command = argc > 1 ? command_of(argv[1]) : 0;
    bool options_over = false;

    *out = (struct cli_options){ .files = argv, .command = command != 0 ? command : COMMAND_READ, .fail_on = -1 };
    for (int i = command != 0 ? 2 : 1; i < argc; i++) {
        char *argument = argv[i];
        if (i == 1 && strcmp(argument, "help") == 0) {
            out->help_short = true;
            continue;
        }
        if (options_over || argument[0] != '-' || argument[1] == '\0') {
            argv[out->file_count++] = argument; /* moved to the front, over what was read */
        } else if (strcmp(argument, "--") == 0) {
            options_over = true;
        } else if (argument[1] == '-' ? !parse_long(argc, argv, &i, out) : !parse_letters(argc, argv, &i, out)) {
            return false;
        }
    }
    if (kafka_url_is(out->output) && !out->format_given)
        out->format = HL_FORMAT_JSON;
    return !contradicts(out);
}
