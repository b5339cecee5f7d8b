/* version.h - what a version number means for the form of messages. */
#ifndef HL_WIRE_VERSION_H
#define HL_WIRE_VERSION_H

#include <stdbool.h>
#include <stdint.h>

/* TLS 1.3, DTLS 1.3, and their drafts and experiments, which are spoken like them. */
static inline bool version_is_tls13(uint16_t version)
{
    unsigned major = version >> 8;

    return version == 0x0304 || version == 0xfefc || major == 0x7f || major == 0x7e || major == 0xfb;
}

/* From (D)TLS 1.2 on a signature says which scheme it was made with. */
static inline bool version_has_schemes(uint16_t version)
{
    return version == 0x0303 || version == 0xfefd || version_is_tls13(version);
}

#endif
