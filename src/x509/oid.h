/* oid.h - what object identifiers are called, and what they mean here.
 *
 * One table, sorted by encoded bytes, found by bisection. An OID may have more
 * than one use: Ed25519 is a key and a signature. A row found for another use
 * than the one asked for counts as unknown, so that a curve's OID in a name
 * stays a number. */
#ifndef HL_X509_OID_H
#define HL_X509_OID_H

#include <handlens/span.h>

#include <stddef.h>
#include <stdint.h>

enum oid_use {
    USE_ATTRIBUTE = 1 << 0,  /* of a distinguished name */
    USE_SIGNATURE = 1 << 1,  /* detail: enum hl_x509_hash; kind: enum hl_x509_key_kind */
    USE_KEY = 1 << 2,        /* kind: enum hl_x509_key_kind; bits where they are fixed */
    USE_CURVE = 1 << 3,      /* bits of its field */
    USE_HASH = 1 << 4,       /* detail: enum hl_x509_hash */
    USE_EXTENSION = 1 << 5,  /* detail: enum hl_x509_ext_id */
    USE_PURPOSE = 1 << 6,    /* of extKeyUsage; detail: enum hl_x509_purpose */
    USE_POLICY = 1 << 7,
    USE_ACCESS = 1 << 8,     /* accessMethod */
    USE_QUALIFIER = 1 << 9,  /* of a policy */
    USE_STATEMENT = 1 << 10, /* of qcStatements */
    USE_OTHER_NAME = 1 << 11,
    USE_OTHER = 1 << 12,
    USE_ANY = (1 << 13) - 1,
};

struct oid_info {
    struct hl_span oid; /* content octets */
    const char *name;
    uint16_t use; /* enum oid_use */
    uint8_t kind, detail;
    uint16_t bits;
};

/* NULL when unknown, or known for other uses only. */
const struct oid_info *oid_find(struct hl_span oid, unsigned use);
/* Its name for that use; NULL when unknown. */
const char *oid_name(struct hl_span oid, unsigned use);
/* Row `index`; NULL beyond the last. For tests. */
const struct oid_info *oid_row(size_t index);

#endif
