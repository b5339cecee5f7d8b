/* page.h - handshakes as one HTML page that needs nothing else: no network, no script.
 *
 *   struct hl_page *page = hl_page_new("capture.pcap", to_temporary_file, &temporary);
 *   hl_page_handshake(page, handshake);             for each of them
 *   hl_page_begin(page, &counters, to_page, &out);  then what went to the temporary file, then
 *   hl_page_end(page, to_page, &out);
 *   hl_page_free(page);
 *
 * The page begins with a summary of all handshakes, which is known last. So that memory need not hold the page, each
 * handshake's section is written at once, to a place of the caller's, and only its row of the summary is kept.
 * Everything from the wire is escaped. A page has its caps: handshakes beyond 5,000, or beyond 256 MiB of sections,
 * are counted, and the page says so. */
#ifndef HANDLENS_PAGE_H
#define HANDLENS_PAGE_H

#include <handlens/print.h>

#ifdef __cplusplus
extern "C" {
#endif

struct hl_page;

/* `title` says what the page is about; it is copied. `write` gets the sections. NULL when memory has run out. */
HL_API struct hl_page *hl_page_new(const char *title, hl_write_fn *write, void *user);
HL_API void hl_page_free(struct hl_page *page);
/* These return false when writing failed, or memory has run out, now or before. */
HL_API bool hl_page_handshake(struct hl_page *page, const struct hl_handshake *handshake);
/* What stands before the sections, and what stands behind them. */
HL_API bool hl_page_begin(struct hl_page *page, const struct hl_counters *counters, hl_write_fn *write, void *user);
HL_API bool hl_page_end(struct hl_page *page, hl_write_fn *write, void *user);

#ifdef __cplusplus
}
#endif

#endif
