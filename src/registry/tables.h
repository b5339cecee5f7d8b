/* tables.h - the registries as tables, for the look-ups and for who walks them.
 *
 * Code points come in runs: a range row says which numbers follow each other
 * and where their names start. The ranges are sorted and do not touch, so a
 * look-up is a bisection over a handful of rows. Everything is static. */
#ifndef HL_REGISTRY_TABLES_H
#define HL_REGISTRY_TABLES_H

#include "registry/registry.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum reg_table_id {
    REG_VERSION,
    REG_CONTENT_TYPE,
    REG_HANDSHAKE_TYPE,
    REG_SSL2_MESSAGE,
    REG_ALERT_LEVEL,
    REG_ALERT,
    REG_CIPHER_SUITE,
    REG_SSL2_CIPHER,
    REG_COMPRESSION_METHOD,
    REG_EXTENSION,
    REG_GROUP,
    REG_POINT_FORMAT,
    REG_SIGNATURE_SCHEME,
    REG_PSK_MODE,
    REG_CERTIFICATE_COMPRESSION,
    REG_CERTIFICATE_TYPE,
    REG_CERTIFICATE_STATUS_TYPE,
    REG_CLIENT_CERTIFICATE_TYPE,
    REG_CURVE_TYPE,
    REG_NAME_TYPE,
    REG_SRTP_PROFILE,
    REG_TOKEN_BINDING_KEY,
    REG_QUIC_TRANSPORT_PARAMETER,
    REG_QUIC_VERSION,
    REG_HPKE_KEM,
    REG_HPKE_KDF,
    REG_HPKE_AEAD,
    REG_TABLES /* how many */
};

struct reg_range {
    uint32_t first, last; /* both are in the range */
    uint32_t name;        /* where in `names` the first one's name is */
};

struct reg_table {
    const char *what; /* what one entry is: "cipher suite" */
    uint8_t digits;   /* hex digits a code point is written with */
    const struct reg_range *ranges;
    size_t range_count;
    const char *const *names;
    size_t name_count;
};

struct reg_alpn_row {
    const char *name;
    const char *description;
};

extern const struct reg_table reg_tables[REG_TABLES];
/* Parallel to the names of REG_CIPHER_SUITE; `key_exchange` is NULL for a signalling value. */
extern const struct hl_suite *const reg_suites;
extern const size_t reg_suite_count;
/* Sorted by the bytes of the name. */
extern const struct reg_alpn_row *const reg_alpns;
extern const size_t reg_alpn_count;

/* Where in the table's names the code point is; false when it has no name. */
bool reg_index(enum reg_table_id table, uint32_t id, size_t *index);
/* The code point of a name (ASCII case is ignored); false when the table lacks it. */
bool reg_find(enum reg_table_id table, struct hl_span name, uint32_t *id);

#endif
