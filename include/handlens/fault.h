/* fault.h - where a message from the wire breaks its own rules.
 *
 * A fault is part of the model: what stood before it has been decoded. */
#ifndef HANDLENS_FAULT_H
#define HANDLENS_FAULT_H

#include <handlens/export.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum hl_fault_kind {
    HL_FAULT_NONE = 0,
    HL_FAULT_TRUNCATED, /* the message ends before the value does */
    HL_FAULT_OVERRUN,   /* the value runs past the vector that holds it */
    HL_FAULT_BOUNDS,    /* a length outside the <floor..ceiling> of its definition */
    HL_FAULT_TRAILING,  /* bytes left after the last field */
    HL_FAULT_VALUE,     /* a value its definition does not allow */
};

struct hl_fault {
    enum hl_fault_kind kind;
    const char *field; /* static; the RFC's name for the field */
    size_t offset;     /* bytes from the start of the message */
    size_t need, have; /* bytes; for HL_FAULT_VALUE: the value seen and 0 */
};

/* "truncated", "overrun", ...: a static string, "none" for HL_FAULT_NONE. */
HL_API const char *hl_fault_kind_name(enum hl_fault_kind kind);

#ifdef __cplusplus
}
#endif

#endif
