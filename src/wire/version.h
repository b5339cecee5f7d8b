/* version.h - what a version number means for the form of messages.
 *
 * A version is kept as the wire has it. Whoever compares two, or asks what a version can do, asks for
 * version_as_tls(): those of DTLS count downwards. */
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

/* The ones' complement of a number of DTLS's own (RFC 6347, section 4.1), or what OpenSSL 0.9.8 said before there
 * were any. */
static inline bool version_is_dtls(uint16_t version)
{
    return version >> 8 == 0xfe || version == 0x0100;
}

/* DTLS 1.0 is TLS 1.1 and DTLS 1.2 is TLS 1.2 (RFC 4347, RFC 6347); DTLS 1.3 and drafts are 0x0304. 0 for no version of
 * SSL 3.0 or later. */
static inline uint16_t version_as_tls(uint16_t version)
{
    if (version_is_tls13(version))
        return 0x0304;
    switch (version) {
    case 0xfeff: return 0x0302;
    case 0xfefd: return 0x0303;
    default: return version >= 0x0300 && version <= 0x0303 ? version : 0;
    }
}

/* Of two in one list, as numbers: a draft is above what it became, and DTLS counts downwards. */
static inline bool version_is_newer(uint16_t a, uint16_t b)
{
    return a >> 8 == 0xfe && b >> 8 == 0xfe ? a < b : a > b;
}

/* From (D)TLS 1.2 on a signature says which scheme it was made with. */
static inline bool version_has_schemes(uint16_t version)
{
    return version == 0x0303 || version == 0xfefd || version_is_tls13(version);
}

#endif
