#include "cli/rotation.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Seconds after which something that failed is tried again. */
#define PATIENCE 10.0

static bool is_wanted(const struct cli_options *options)
{
    return options->rotate_size > 0 || options->rotate_s > 0;
}

bool cli_rotation_clear(const struct cli_options *options, const char *path)
{
    const struct cli_series series = { .path = path, .keep = options->keep };

    if (path == NULL || !is_wanted(options) || series_set_aside(&series))
        return true;
    fprintf(stderr, "handlens: %s: %s\n", path,
            errno == EINVAL ? "this is no regular file; --rotate-size and --rotate-time need one" : strerror(errno));
    return false;
}

void cli_rotation_add(struct cli_rotation *rotation, struct cli_output *output, struct cli_pcap *pcap, mode_t mode)
{
    if (!output->regular || output->fd <= 2)
        return;
    rotation->series[rotation->count] = (struct cli_series){ .path = output->name, .keep = rotation->options->keep, .mode = mode };
    rotation->files[rotation->count++] = (struct rotated){ .output = output, .pcap = pcap };
}

bool cli_rotation_begin(struct cli_rotation *rotation, double now)
{
    for (unsigned i = 0; i < rotation->count; i++)
        rotation->files[i].since = now;
    return rotation->count == 0 || opener_start(&rotation->opener, rotation->series, rotation->count);
}

static bool is_due(const struct cli_rotation *rotation, const struct rotated *file, double now)
{
    const struct cli_options *options = rotation->options;

    if (file->output->records == 0)
        return false;
    return (options->rotate_size > 0 && file->output->size >= options->rotate_size)
           || (options->rotate_s > 0 && now - file->since >= options->rotate_s);
}

static bool begin_file(struct cli_rotation *rotation, unsigned i, bool set_aside)
{
    struct rotated *file = &rotation->files[i];
    const int fd = opener_open(&rotation->opener, i, set_aside);

    if (fd < 0) {
        fprintf(stderr, "handlens: %s: cannot be opened anew: %s; the file before is written on\n", file->output->name, strerror(errno));
        return false;
    }
    output_change(file->output, fd);
    return file->pcap == NULL || cli_pcap_anew(file->pcap);
}

void cli_rotation_check(struct cli_rotation *rotation, double now, bool reopen)
{
    if (now < rotation->not_before && !reopen)
        return;
    for (unsigned i = 0; i < rotation->count; i++) {
        struct rotated *file = &rotation->files[i];
        const bool due = is_due(rotation, file, now);
        if (!due && !reopen)
            continue;
        if (begin_file(rotation, i, due))
            file->since = now;
        else
            rotation->not_before = now + PATIENCE;
    }
}

void cli_rotation_end(struct cli_rotation *rotation)
{
    opener_end(&rotation->opener);
}
