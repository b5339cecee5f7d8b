/* text.h - ASN.1's character strings, for name.c and those who print names. */
#ifndef HL_X509_TEXT_H
#define HL_X509_TEXT_H

#include "x509/der.h"
#include "x509/x509.h"

enum x509_width {
    WIDTH_NONE, /* not a character string */
    WIDTH_UTF8,
    WIDTH_LATIN1,
    WIDTH_BMP,       /* two bytes a character */
    WIDTH_UNIVERSAL, /* four */
};

enum x509_width x509_string_width(uint8_t tag);
/* A value escaped as RFC 4514, 2.4 has it, ASCII only; false (and nothing put)
 * when its type has no text: then x509_put_hash_hex() of its DER. */
bool x509_put_rfc4514(struct hl_buffer *out, uint8_t tag, struct hl_span value);
/* '#' and uppercase hex (RFC 4514, 2.4; uppercase as OpenSSL prints it). */
void x509_put_hash_hex(struct hl_buffer *out, struct hl_span der);

#endif
