/* reports.h - what check writes: the report of --format and -o, and one for each --report. */
#ifndef HL_CLI_REPORTS_H
#define HL_CLI_REPORTS_H

#include "cli/options.h"

struct cli_reports;

/* All of them are opened; `policy` is borrowed. NULL with one line on standard error. */
struct cli_reports *cli_reports_open(const struct cli_options *options, const struct hl_policy *policy);
/* False when nobody takes anything any more. */
bool cli_reports_add(struct cli_reports *reports, const struct hl_check_result *result);
/* What is no result of a policy, in the first report, which is for people or JSON; `print` as hl_expectations_print(). False as above. */
typedef bool cli_print_fn(const void *what, const struct hl_print_options *options, hl_write_fn *write, void *user);
bool cli_reports_print(struct cli_reports *reports, cli_print_fn *print, const void *what);
/* `complete`: no target is missing. False, with a line on standard error for each, when one could not be written; a reader of the
 * first one that went away is no mistake. */
bool cli_reports_close(struct cli_reports *reports, bool complete);

#endif
