/* Options of check. */
#include "cli/options_parts.h"

#include <string.h>

bool set_policy(struct cli_options *options, const char *value)
{
    options->policy = value;
    return value[0] != '\0';
}

bool set_server_name(struct cli_options *options, const char *value)
{
    options->server_name = value;
    return true;
}

bool set_connect(struct cli_options *options, const char *value)
{
    options->connect = value;
    return value[0] != '\0';
}

bool set_proxy(struct cli_options *options, const char *value)
{
    options->proxy = value;
    return value[0] != '\0';
}

bool set_timeout(struct cli_options *options, const char *value)
{
    options->timeout_s = option_seconds_of(value);
    return options->timeout_s > 0 && options->timeout_s <= 3600;
}

bool set_connections(struct cli_options *options, const char *value)
{
    options->connections = (unsigned)option_number(value, 10000);
    return options->connections > 0;
}

bool set_retries(struct cli_options *options, const char *value)
{
    options->retries = strcmp(value, "0") == 0 ? 1 : (unsigned)option_number(value, 10) + 1;
    return strcmp(value, "0") == 0 || options->retries > 1;
}

bool set_delay(struct cli_options *options, const char *value)
{
    options->delay_s = option_seconds_of(value);
    return options->delay_s > 0 && options->delay_s <= 3600;
}

bool set_all_addresses(struct cli_options *options, const char *value)
{
    (void)value;
    options->all_addresses = true;
    return true;
}

bool set_enumerate(struct cli_options *options, const char *value)
{
    (void)value;
    options->enumerate = true;
    return true;
}

bool set_intrusive(struct cli_options *options, const char *value)
{
    (void)value;
    options->intrusive = true;
    return true;
}

bool set_parallel(struct cli_options *options, const char *value)
{
    options->parallel = (unsigned)option_number(value, 256);
    return options->parallel > 0;
}

bool set_baseline(struct cli_options *options, const char *value)
{
    options->baseline = value;
    return value[0] != '\0';
}

bool set_write_baseline(struct cli_options *options, const char *value)
{
    options->write_baseline = value;
    return value[0] != '\0' && strcmp(value, "-") != 0;
}

bool set_expect(struct cli_options *options, const char *value)
{
    return option_add_path(&options->expected, value);
}

bool set_clients(struct cli_options *options, const char *value)
{
    options->clients = value;
    return value[0] != '\0';
}

bool set_save_pcap(struct cli_options *options, const char *value)
{
    options->save_pcap = value;
    return value[0] != '\0' && strcmp(value, "-") != 0;
}

bool set_targets(struct cli_options *options, const char *value)
{
    options->targets = value;
    return value[0] != '\0';
}

bool set_fail_on_result(struct cli_options *options, const char *value)
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

bool set_check_format(struct cli_options *options, const char *value)
{
    const size_t length = check_format(value, &options->check_format);

    return length > 0 && value[length] == '\0';
}

bool add_report(struct cli_options *options, const char *value)
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
