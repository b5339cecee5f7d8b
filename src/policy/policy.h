/* policy.h - what an organisation wants of a server, read from a JSON document (docs/policy.schema.json).
 *
 * Everything is optional: what a policy does not mention, it does not judge. Names become code points when it is read; from then on
 * numbers are compared. A policy is never changed once it was read. */
#ifndef HL_POLICY_POLICY_H
#define HL_POLICY_POLICY_H

#include <handlens/policy.h>

#include "crypto/digest.h"

#include <stddef.h>

/* What becomes of something that a rule does not want. */
enum policy_level {
    LEVEL_NOT_GIVEN,
    LEVEL_IGNORE,
    LEVEL_WARN,
    LEVEL_FAIL,
};

struct policy_codes {
    uint16_t *list;
    unsigned count;
    bool given;
};

struct policy_words {
    char **list;
    unsigned count;
};

/* A rule that need not be kept for a while, for a reason. */
struct policy_waiver {
    char *rule;   /* its id */
    char *target; /* a glob over the names of targets; NULL: all */
    char *why;
    char *until;  /* "2026-12-31" */
    int64_t until_s; /* the end of that day, UTC, in seconds since 1970 */
};

struct hl_policy {
    char *id, *version, *title, *source;
    uint8_t sha256[32]; /* of the document, byte for byte */
    struct policy_codes versions_allowed, versions_required;
    struct policy_codes suites_allowed, suites_required;
    struct policy_codes groups_allowed, groups_required; /* NamedGroup */
    enum policy_level groups_extra;                      /* those that are not allowed; usually LEVEL_FAIL */
    struct policy_codes schemes_allowed;                 /* SignatureScheme, of the server's handshake signature */
    enum policy_level schemes_extra;
    unsigned dh_bits_min;
    struct policy_words key_types;                       /* "RSA", "ECDSA", "Ed25519", "Ed448" */
    struct policy_codes curves;                          /* NamedGroup, of ECDSA keys */
    unsigned rsa_bits_min;
    struct policy_words signature_hashes;                /* "SHA256", ...: of the certificate's signature */
    unsigned lifetime_days_max, lifetime_days_recommended, days_left_min;
    /* What is wanted, and what becomes of it when it is not there. */
    enum policy_level trusted, name, staple, timestamps, extended_master_secret, secure_renegotiation, encrypt_then_mac;
    enum policy_level session_resumption;                /* some way of it */
    /* Forbidden or discouraged: when it is there. */
    enum policy_level compression, early_data, client_renegotiation, heartbeat;
    struct policy_words protocols_required;              /* ALPN */
    struct policy_waiver *waivers;
    unsigned waiver_count;
};

bool codes_have(const struct policy_codes *codes, uint16_t code);

#endif
