/* trust.h - whom to trust, and what else is known about certificates.
 *
 *   struct hl_trust *trust = hl_trust_new(&error);
 *   hl_trust_add_system(trust, &error);
 *   hl_inspector_trust(inspector, trust);      // before the first packet
 *   ...
 *   hl_inspector_free(inspector);
 *   hl_trust_free(trust);                      // after all inspectors that use it
 *
 * Without it, or without any trust anchor in it, chains are examined, but nothing
 * is said to be trusted or not. Once handed over it must not be changed; then it
 * may be shared by inspectors in several threads. */
#ifndef HANDLENS_TRUST_H
#define HANDLENS_TRUST_H

#include <handlens/error.h>
#include <handlens/export.h>
#include <handlens/inspect.h>
#include <handlens/span.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct hl_trust;

enum hl_trust_kind {
    HL_TRUST_ANCHORS,       /* certificates that are trusted, whatever they say about themselves */
    HL_TRUST_INTERMEDIATES, /* certificates that servers may have forgotten to send; not trusted */
    HL_TRUST_CRLS,          /* certificate revocation lists */
    HL_TRUST_CT_LOGS,       /* logs of certificates: the public lists of logs, JSON of version 3 */
};

/* NULL with `error` (may be NULL) set when memory has run out. */
HL_API struct hl_trust *hl_trust_new(struct hl_error *error);
/* NULL is allowed. */
HL_API void hl_trust_free(struct hl_trust *trust);

/* Add what is in a file: PEM (any number of blocks, other ones are passed over), DER, or for HL_TRUST_CT_LOGS
 * JSON. HL_OK when at least one thing of that kind was in it; HL_ERR_IO, HL_ERR_FORMAT, HL_ERR_MEMORY. */
HL_API enum hl_status hl_trust_add_file(struct hl_trust *trust, enum hl_trust_kind kind, const char *path,
                                        struct hl_error *error);
/* The same from memory; `name` is for messages. */
HL_API enum hl_status hl_trust_add_bytes(struct hl_trust *trust, enum hl_trust_kind kind, struct hl_span bytes,
                                         const char *name, struct hl_error *error);
/* Every file of a directory; files in it of another kind are passed over. */
HL_API enum hl_status hl_trust_add_directory(struct hl_trust *trust, enum hl_trust_kind kind, const char *path,
                                             struct hl_error *error);
/* The anchors of this system: the first of the usual bundles that is there. HL_ERR_IO when there is none. */
HL_API enum hl_status hl_trust_add_system(struct hl_trust *trust, struct hl_error *error);

/* Judge as of this time (seconds since 1970), not of the time of each handshake. */
HL_API void hl_trust_set_time(struct hl_trust *trust, int64_t seconds);
/* Judge whether certificates are for this host name or address, not for the name that the client asked for.
 * HL_ERR_USAGE when it is neither. */
HL_API enum hl_status hl_trust_set_host(struct hl_trust *trust, const char *host, struct hl_error *error);

/* `trust` stays the caller's and must outlive the inspector. NULL: nobody. */
HL_API void hl_inspector_trust(struct hl_inspector *inspector, const struct hl_trust *trust);

#ifdef __cplusplus
}
#endif

#endif
