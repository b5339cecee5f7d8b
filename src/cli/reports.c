#include "cli/reports.h"

#include "cli/output.h"

#include <stdlib.h>
#include <string.h>

struct cli_report {
    struct cli_output output;
    struct hl_print_options print;
    struct hl_check_report *report;
};

struct cli_reports {
    unsigned count;
    struct cli_report list[1 + CLI_REPORTS_MAX]; /* the first one is that of --format and -o */
};

static bool open_one(struct cli_reports *reports, const struct cli_options *options, const struct hl_policy *policy,
                     const struct cli_report_file *file)
{
    struct cli_report *one = &reports->list[reports->count];

    if (!output_open(&one->output, file->path))
        return false;
    const bool first = reports->count++ == 0;
    one->output.prompt |= first; /* somebody may be waiting for it */
    one->print = (struct hl_print_options){
        .format = file->format == HL_CHECK_JSON ? HL_FORMAT_JSON : HL_FORMAT_HUMAN,
        .verbosity = options->verbosity,
        .color = first && output_color(&one->output, options->color),
        .width = output_width(&one->output),
        .ascii = output_ascii(&one->output),
    };
    one->report = hl_check_report_new(&(struct hl_check_report_options){
        .format = file->format,
        .policy = policy,
        .warnings_fail = options->fail_on_warnings,
        .all_addresses = options->all_addresses,
        .print = one->print,
    }, output_write, &one->output);
    if (one->report == NULL)
        fputs("handlens: out of memory\n", stderr);
    return one->report != NULL;
}

static void cleanup(struct cli_reports *reports)
{
    for (unsigned i = 0; i < reports->count; i++)
        hl_check_report_free(reports->list[i].report);
    free(reports);
}

struct cli_reports *cli_reports_open(const struct cli_options *options, const struct hl_policy *policy)
{
    const struct cli_report_file first = { options->check_format, options->output };
    struct cli_reports *reports = calloc(1, sizeof *reports);

    if (reports == NULL) {
        fputs("handlens: out of memory\n", stderr);
        return NULL;
    }
    bool opened = open_one(reports, options, policy, &first);
    for (unsigned i = 0; i < options->report_count && opened; i++)
        opened = open_one(reports, options, policy, &options->reports[i]);
    if (opened)
        return reports;
    for (unsigned i = 0; i < reports->count; i++)
        (void)output_close(&reports->list[i].output);
    cleanup(reports);
    return NULL;
}

bool cli_reports_add(struct cli_reports *reports, const struct hl_check_result *result)
{
    bool taken = false;

    for (unsigned i = 0; i < reports->count; i++) {
        if (hl_check_report_add(reports->list[i].report, result) && output_end_record(&reports->list[i].output))
            taken = true;
    }
    return taken;
}

bool cli_reports_print(struct cli_reports *reports, cli_print_fn *print, const void *what)
{
    struct cli_report *first = &reports->list[0];

    return print(what, &first->print, output_write, &first->output) && output_end_record(&first->output);
}

bool cli_reports_close(struct cli_reports *reports, bool complete)
{
    bool written = true;

    for (unsigned i = 0; i < reports->count; i++) {
        struct cli_report *one = &reports->list[i];
        const bool ended = hl_check_report_end(one->report, complete);
        if (!ended && one->output.error == 0) {
            fprintf(stderr, "handlens: %s: out of memory\n", one->output.name);
            written = false;
        }
        if (!output_close(&one->output))
            written = false;
    }
    cleanup(reports);
    return written;
}
