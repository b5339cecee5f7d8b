/* codes.h - lists of code points. */
#ifndef HL_BASE_CODES_H
#define HL_BASE_CODES_H

#include <stdbool.h>
#include <stdint.h>

static inline bool code_is_in(const uint16_t *list, unsigned count, uint16_t code)
{
    for (unsigned i = 0; i < count; i++) {
        if (list[i] == code)
            return true;
    }
    return false;
}

#endif
