/* Options of most commands, by which it is said what is read, how it is judged and where it goes. */
#include "cli/options_parts.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

bool set_format(struct cli_options *options, const char *value)
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

bool set_output(struct cli_options *options, const char *value)
{
    options->output = strcmp(value, "-") == 0 ? NULL : value;
    return value[0] != '\0';
}

bool set_verbose(struct cli_options *options, const char *value)
{
    (void)value;
    options->verbosity++;
    return true;
}

bool set_color(struct cli_options *options, const char *value)
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

bool set_only(struct cli_options *options, const char *value)
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

bool set_sni(struct cli_options *options, const char *value)
{
    options->sni = value;
    return true;
}

bool set_port(struct cli_options *options, const char *value)
{
    char *end;
    errno = 0;
    unsigned long port = strtoul(value, &end, 10);

    options->port = (unsigned)port;
    return errno == 0 && value[0] >= '0' && value[0] <= '9' && *end == '\0' && port >= 1 && port <= 65535;
}

bool set_progress(struct cli_options *options, const char *value)
{
    (void)value;
    options->progress = true;
    return true;
}

bool set_quiet(struct cli_options *options, const char *value)
{
    (void)value;
    options->quiet = true;
    return true;
}

bool set_help(struct cli_options *options, const char *value)
{
    (void)value;
    options->help_long = true;
    return true;
}

bool set_help_short(struct cli_options *options, const char *value)
{
    (void)value;
    options->help_short = true;
    return true;
}

bool set_version(struct cli_options *options, const char *value)
{
    (void)value;
    options->version = true;
    return true;
}

bool set_manual(struct cli_options *options, const char *value)
{
    (void)value;
    options->manual = true;
    return true;
}

bool option_add_path(struct cli_paths *paths, const char *value)
{
    if (paths->count == CLI_PATHS_MAX || value[0] == '\0')
        return false;
    paths->list[paths->count++] = value;
    return true;
}

bool set_ca_file(struct cli_options *options, const char *value)
{
    return option_add_path(&options->ca_files, value);
}

bool set_ca_path(struct cli_options *options, const char *value)
{
    return option_add_path(&options->ca_paths, value);
}

bool set_intermediates(struct cli_options *options, const char *value)
{
    return option_add_path(&options->intermediates, value);
}

bool set_crl(struct cli_options *options, const char *value)
{
    return option_add_path(&options->crls, value);
}

bool set_ct_logs(struct cli_options *options, const char *value)
{
    return option_add_path(&options->ct_logs, value);
}

bool set_no_ca(struct cli_options *options, const char *value)
{
    (void)value;
    options->no_ca = true;
    return true;
}

bool set_host(struct cli_options *options, const char *value)
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

bool set_at(struct cli_options *options, const char *value)
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

bool set_signatures(struct cli_options *options, const char *value)
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

bool set_fail_on(struct cli_options *options, const char *value)
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

bool set_key_log(struct cli_options *options, const char *value)
{
    return option_add_path(&options->key_logs, value);
}

bool set_key(struct cli_options *options, const char *value)
{
    return option_add_path(&options->keys, value);
}

bool set_key_pass_file(struct cli_options *options, const char *value)
{
    options->key_pass_file = value;
    return value[0] != '\0';
}

/* What is wrong with the value is told later, without the value: it is a secret. */
bool set_psk(struct cli_options *options, const char *value)
{
    options->too_many_psks |= options->psks.count == CLI_PATHS_MAX;
    (void)option_add_path(&options->psks, value[0] != '\0' ? value : ":");
    return true;
}

bool set_write_certs(struct cli_options *options, const char *value)
{
    options->write_certs = value;
    return value[0] != '\0';
}

bool set_decrypted_pcap(struct cli_options *options, const char *value)
{
    options->decrypted_pcap = value;
    return value[0] != '\0';
}

bool set_write_pcap(struct cli_options *options, const char *value)
{
    options->write_pcap = value;
    return value[0] != '\0';
}

bool set_write_failed(struct cli_options *options, const char *value)
{
    options->write_failed = value;
    return value[0] != '\0' && strcmp(value, "-") != 0;
}

bool set_html(struct cli_options *options, const char *value)
{
    options->html = value;
    return value[0] != '\0';
}

bool set_redact(struct cli_options *options, const char *value)
{
    (void)value;
    options->redact = true;
    return true;
}

bool set_show_secrets(struct cli_options *options, const char *value)
{
    (void)value;
    options->show_secrets = true;
    return true;
}
