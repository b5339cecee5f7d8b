/* walk.h - the walk of handlens/handshake.h, with a memory for JSON. */
#ifndef HL_REPORT_WALK_H
#define HL_REPORT_WALK_H

#include "report/memo.h"

#include <handlens/handshake.h>

/* Longer values that have to be put together (a name, a time) are cut. */
#define WALK_SCRATCH_MAX ((size_t)64 << 10)

/* `memo` may be NULL; otherwise `v` must be the JSON face that it belongs to. `scratch` is empty
 * before and after; it keeps its memory from handshake to handshake. */
void walk_handshake(const struct hl_handshake *hs, enum hl_detail detail, const struct hl_visitor *v,
                    struct hl_memo *memo, struct hl_buffer *scratch);

/* Of a handshake that is only a chain of certificates (handlens/decode.h): the document with what there is. */
void walk_chain_document(const struct hl_handshake *hs, enum hl_detail detail, const struct hl_visitor *v,
                         struct hl_buffer *scratch);

/* For people: all fields, each once, in no object of their own. */
void walk_fields(const struct hl_handshake *hs, const struct hl_visitor *v);

#endif
