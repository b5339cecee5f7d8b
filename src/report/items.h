/* items.h - what stands outside of a handshake: decoded files, explanations, certificates to take away. */
#ifndef HL_REPORT_ITEMS_H
#define HL_REPORT_ITEMS_H

#include "report/json.h"

#include <handlens/findings.h>
#include <handlens/print.h>

/* For people. */
void human_item(struct hl_buffer *out, const struct hl_item *item, const struct hl_print_options *options);
void human_explanation(struct hl_buffer *out, const struct hl_explanation *explanation,
                       const struct hl_print_options *options);
void human_code(struct hl_buffer *out, const struct hl_explanation *explanation,
                const struct hl_print_options *options);
/* As one JSON object, without a newline. */
void json_item(struct hl_json *json, const struct hl_item *item, enum hl_detail detail, struct hl_buffer *scratch);
void json_explanation(struct hl_json *json, const struct hl_explanation *explanation);

#endif
