/* certificate.h - what a session needs of the certificate messages, typed.
 *
 * Nothing is copied: spans point into the message. Each parse reads the whole
 * body from `r` and returns false when it is broken (the reader's fault tells);
 * what was read until then is in `out`. The walks of these messages, which show
 * every field, are in message.h. */
#ifndef HL_WIRE_CERTIFICATE_H
#define HL_WIRE_CERTIFICATE_H

#include "base/reader.h"

/* The entries of a Certificate message, to be taken one by one. */
struct hl_certificate_list {
    struct hl_span context; /* certificate_request_context of TLS 1.3; empty before */
    struct hl_span entries; /* those not taken yet */
    bool tls13;
    bool raw_public_key; /* RFC 7250, section 3: one SubjectPublicKeyInfo instead of a list (TLS 1.2) */
};

struct hl_certificate_verify {
    uint16_t scheme; /* 0 before TLS 1.2: set by the key's algorithm */
    struct hl_span signature;
};

struct hl_certificate_status {
    uint8_t type;            /* 1 ocsp, 2 ocsp_multi */
    struct hl_span response; /* of ocsp_multi that of the peer's own certificate; may be empty there */
    struct hl_span list;     /* of ocsp_multi those not taken yet: certificate_status_next() */
};

struct hl_compressed_certificate {
    uint16_t algorithm;
    uint32_t uncompressed_length;
    struct hl_span data;
};

bool certificate_list_parse(struct hl_reader *r, bool tls13, struct hl_certificate_list *out);
/* The next entry: its bytes, and in TLS 1.3 its extensions (the vector's content, else empty).
 * False at the end of the list, and at the first entry that is not there as a whole. */
bool certificate_list_next(struct hl_certificate_list *it, struct hl_span *der, struct hl_span *extensions);

/* The names of CAs in a CertificateRequest (RFC 5246, section 7.4.4; RFC 8446, section 4.2.4), not taken yet: certificate_authority_next().
 * `version` as in struct hl_message_context, and known. Empty where there is none, or the message is broken. */
struct hl_span certificate_request_authorities(struct hl_reader *r, uint16_t version);
/* The next distinguished name, in DER. False at the end, and at the first one that is not there as a whole. */
bool certificate_authority_next(struct hl_span *rest, struct hl_span *name);

/* `version` as in struct hl_message_context: from TLS 1.2 on the scheme is sent. */
bool certificate_verify_parse(struct hl_reader *r, uint16_t version, struct hl_certificate_verify *out);
/* Also the body of status_request in a Certificate message of TLS 1.3 (RFC 8446, section 4.4.2.1). */
bool certificate_status_parse(struct hl_reader *r, struct hl_certificate_status *out);
/* The next response of an ocsp_multi, one for each certificate in their order; empty where there is none. */
bool certificate_status_next(struct hl_certificate_status *it, struct hl_span *response);
bool compressed_certificate_parse(struct hl_reader *r, struct hl_compressed_certificate *out);

#endif
