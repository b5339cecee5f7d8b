/* difference.h - two documents held against each other: what is made of that is a JSON object, which diff.c shows. */
#ifndef HL_REPORT_DIFFERENCE_H
#define HL_REPORT_DIFFERENCE_H

#include <cjson/cJSON.h>

#include <stdbool.h>

/* {"a": {...}, "b": {...}, "differences": [...], "failing": "a"|"b"|null, "cause": {...}|null,
 * "explained_by": [{"field", "chosen": what the other one came to, and this one's client does not offer, or null}]}.
 *
 * A difference is {"field", "label", "a", "b"}, each side a text or null; or {"field", "label", "only_a": [...],
 * "only_b": [...], "order": "..."|null} of a list, whose order counts where "order" is a text. NULL: no memory. */
cJSON *difference_of(const cJSON *a, const char *name_a, const cJSON *b, const char *name_b);

/* ---- for the files of the comparison ---- */

/* What a dotted path leads to ("handlens.certificates.server.0.subject"); NULL: nothing. */
const cJSON *document_find(const cJSON *document, const char *path);
/* Compare what stands at the places of the table, and add what differs to `list`. */
void difference_values(cJSON *list, const cJSON *a, const cJSON *b);
/* The same for extensions with fields, of both hellos. */
void difference_extensions(cJSON *list, const cJSON *a, const cJSON *b);
void difference_add(cJSON *list, const char *field, const char *label, cJSON *a, cJSON *b);
/* RFC 8701: it is only there to be ignored. */
bool is_grease_item(const cJSON *item);

#endif
