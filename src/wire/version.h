/* version.h - what a version number means for the form of messages. */
#ifndef HL_WIRE_VERSION_H
#define HL_WIRE_VERSION_H

#include <stdbool.h>
#include <stdint.h>

/* TLS 1.3, its drafts, and DTLS 1.3. */
static inline bool version_is_tls13(uint16_t version)
{
    return version == 0x0304 || version == 0xfefc || version >> 8 == 0x7f;
}

/* From (D)TLS 1.2 on a signature says which scheme it was made with. */
static inline bool version_has_schemes(uint16_t version)
{
    return version == 0x0303 || version == 0xfefd || version_is_tls13(version);
}

#endif
