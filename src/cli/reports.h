/* reports.h - what check writes: the report of --format and -o, and one for each --report. */
#ifndef HL_CLI_REPORTS_H
#define HL_CLI_REPORTS_H

#include "cli/options.h"

struct cli_reports;

/* All of them are opened; `policy` is borrowed. NULL with one line on standard error. */
struct cli_reports *cli_reports_open(const struct cli_options *options, const struct hl_policy *policy);
/* False when nobody takes anything any more. */
bool cli_reports_add(struct cli_reports *reports, const struct hl_check_result *result);
/* `complete`: no target is missing. False, with a line on standard error for each, when one could not be written; a reader of the
 * first one that went away is no mistake. */
bool cli_reports_close(struct cli_reports *reports, bool complete);

#endif
