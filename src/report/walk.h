/* walk.h - the walk of handlens/handshake.h, with a memory for JSON. */
#ifndef HL_REPORT_WALK_H
#define HL_REPORT_WALK_H

#include "report/memo.h"

#include <handlens/handshake.h>

/* `memo` may be NULL; otherwise `v` must be the JSON face that it belongs to. */
void walk_handshake(const struct hl_handshake *hs, enum hl_detail detail, const struct hl_visitor *v,
                    struct hl_memo *memo);

#endif
