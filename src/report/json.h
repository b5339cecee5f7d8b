/* json.h - a visitor that writes JSON as it goes.
 *
 * Straight into a buffer: no tree, no allocation a value. Always valid UTF-8
 * and never a number that JavaScript would round (those become strings). */
#ifndef HL_REPORT_JSON_H
#define HL_REPORT_JSON_H

#include "base/buffer.h"

#include <handlens/visitor.h>

struct hl_json {
    struct hl_buffer *out; /* the caller's */
    bool need_comma;
};

extern const struct hl_visitor_ops json_ops; /* ctx is a struct hl_json */

#endif
