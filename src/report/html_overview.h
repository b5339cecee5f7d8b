/* html_overview.h - what a page says of all its handshakes: causes, and a row each.
 *
 * Grows by a row a handshake, of a few hundred bytes, and by nothing for causes. */
#ifndef HL_REPORT_HTML_OVERVIEW_H
#define HL_REPORT_HTML_OVERVIEW_H

#include "base/limits.h"
#include "report/causes.h"

struct overview {
    struct causes causes;
    struct overview_links {
        uint64_t ids[HL_PAGE_CAUSE_LINKS]; /* of handshakes that are on the page */
        unsigned count;
    } links[FINDING_COUNT]; /* by cause */
    uint64_t unexplained;      /* failed, and no cause is known */
    uint64_t outcomes[HL_NOT_TLS + 1], found; /* on the page; found: with findings */
    struct hl_buffer rows;
};

void overview_init(struct overview *overview);
void overview_cleanup(struct overview *overview);
/* `shown`: it has a section on the page. */
void overview_add(struct overview *overview, const struct hl_handshake *hs, bool shown);
/* The causes, most frequent first; nothing without any. */
void overview_put_causes(const struct overview *overview, struct hl_buffer *out);
/* The choice of what is shown, and the table. */
void overview_put_table(const struct overview *overview, struct hl_buffer *out);

#endif
