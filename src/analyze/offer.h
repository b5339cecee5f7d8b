/* offer.h - what a client hello leaves a server to choose from. */
#ifndef HL_ANALYZE_OFFER_H
#define HL_ANALYZE_OFFER_H

#include "wire/hello.h"

struct offer {
    bool dtls;
    uint16_t lowest, highest; /* versions, those of DTLS as the TLS they are made of; `lowest` 0: not said */
    unsigned suites;          /* that can be used with these versions */
    uint16_t one_suite;       /* one of them */
    bool modern_suite;        /* one with forward secrecy and AEAD is among them */
    bool only_psk, only_ecdsa, only_rsa; /* what they authenticate with */
    unsigned groups;          /* 0: none, or no such extension */
    uint16_t one_group;
    bool common_group;        /* X25519 or P-256 is among them */
    unsigned schemes;         /* 0: none, or no such extension */
    uint16_t one_scheme;
    bool common_scheme;       /* one that goes with an RSA or P-256 key is among them */
    unsigned scheme_kinds;    /* different kinds of keys that they go with */
};

void offer_read(const struct hl_client_hello *hello, struct offer *out);
/* One of its versions, as the wire has it. */
uint16_t offer_version(const struct offer *offer, uint16_t version);

#endif
