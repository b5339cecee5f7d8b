/* Options of live, and numbers. */
#include "cli/options_parts.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

bool set_interface(struct cli_options *options, const char *value)
{
    return value[0] != '\0' && option_add_path(&options->interfaces, value);
}

bool set_list_interfaces(struct cli_options *options, const char *value)
{
    (void)value;
    options->list_interfaces = true;
    return true;
}

/* A number from 1 to `most`; 0: it is none. */
unsigned long option_number(const char *value, unsigned long most)
{
    char *end;
    errno = 0;
    const unsigned long n = strtoul(value, &end, 10);

    return errno == 0 && value[0] >= '0' && value[0] <= '9' && *end == '\0' && n <= most ? n : 0;
}

bool set_count(struct cli_options *options, const char *value)
{
    options->count = option_number(value, ULONG_MAX);
    return options->count > 0;
}

/* Seconds of a number and a unit: ms, s (which may be left out), m, h or d; 0: it is none. */
double option_seconds_of(const char *value)
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

bool set_duration(struct cli_options *options, const char *value)
{
    options->duration_s = option_seconds_of(value);
    return options->duration_s > 0;
}

bool set_stats_interval(struct cli_options *options, const char *value)
{
    options->stats_s = option_seconds_of(value);
    return options->stats_s > 0;
}

/* A number and a unit: K, M, G, as powers of 1024. */
bool option_size_of(const char *value, uint64_t least, uint64_t *out)
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

bool set_rotate_size(struct cli_options *options, const char *value)
{
    return option_size_of(value, 1024, &options->rotate_size);
}

bool set_spill(struct cli_options *options, const char *value)
{
    options->spill = value;
    return value[0] != '\0' && strcmp(value, "-") != 0;
}

bool set_spill_size(struct cli_options *options, const char *value)
{
    return option_size_of(value, UINT64_C(64) << 10, &options->spill_size);
}

bool set_kafka_config(struct cli_options *options, const char *value)
{
    options->kafka_config = value;
    return value[0] != '\0';
}

bool set_rotate_time(struct cli_options *options, const char *value)
{
    options->rotate_s = option_seconds_of(value);
    return options->rotate_s >= 1;
}

bool set_keep(struct cli_options *options, const char *value)
{
    options->keep = (unsigned)option_number(value, 1000000);
    return options->keep > 0;
}

bool set_snap_length(struct cli_options *options, const char *value)
{
    options->snap_length = (unsigned)option_number(value, 262144);
    return options->snap_length > 0;
}

bool set_buffer(struct cli_options *options, const char *value)
{
    options->buffer_mib = (unsigned)option_number(value, 1024);
    return options->buffer_mib > 0;
}

bool set_promiscuous(struct cli_options *options, const char *value)
{
    (void)value;
    options->promiscuous = true;
    return true;
}

bool set_workers(struct cli_options *options, const char *value)
{
    options->workers = (unsigned)option_number(value, 64);
    return options->workers > 0;
}

bool set_user(struct cli_options *options, const char *value)
{
    options->user = value;
    return value[0] != '\0';
}

bool set_no_sandbox(struct cli_options *options, const char *value)
{
    (void)value;
    options->no_sandbox = true;
    return true;
}
