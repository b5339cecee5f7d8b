/* page.h - the handshakes that are shown, as an HTML page (--html). */
#ifndef HL_CLI_PAGE_H
#define HL_CLI_PAGE_H

#include "cli/options.h"

struct cli_page;

/* NULL with one line on standard error. */
struct cli_page *page_open(const struct cli_options *options);
/* False when it could not be written: page_close() says so. */
bool page_handshake(struct cli_page *page, const struct hl_handshake *handshake);
/* Puts the page together. False, with one line on standard error, when something could not be written. */
bool page_close(struct cli_page *page, const struct hl_counters *counters);

#endif
