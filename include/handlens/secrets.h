/* secrets.h - what opens the encrypted part of handshakes: key logs, private keys, pre-shared keys.
 *
 *   struct hl_secrets *secrets = hl_secrets_new(&error);
 *   hl_secrets_key_log_file(secrets, getenv("SSLKEYLOGFILE"), &error);
 *   hl_inspector_secrets(inspector, secrets);  // before the first packet
 *   ...
 *   hl_inspector_free(inspector);
 *   hl_secrets_free(secrets);                  // after the inspector that uses it
 *
 * Key logs are lines of text (RFC 9850) that programs write when SSLKEYLOGFILE is set. Private keys open
 * handshakes whose keys were agreed on with RSA, up to TLS 1.2, and no others.
 *
 * Memory that held secrets is wiped, and no error text quotes any. For one inspector at a time, which adds the secrets
 * that it finds in capture files. `error` may be NULL. */
#ifndef HANDLENS_SECRETS_H
#define HANDLENS_SECRETS_H

#include <handlens/error.h>
#include <handlens/export.h>
#include <handlens/inspect.h>
#include <handlens/span.h>
#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct hl_secrets;

/* NULL with `error` (may be NULL) set when memory has run out. */
HL_API struct hl_secrets *hl_secrets_new(struct hl_error *error);
/* NULL is allowed. */
HL_API void hl_secrets_free(struct hl_secrets *secrets);

/* Read a key log; "-" is standard input. HL_OK when there was at least one secret in it; HL_ERR_IO,
 * HL_ERR_FORMAT (not a key log), HL_ERR_MEMORY. A large file is mapped, not read: do not shorten it while
 * it is used. Lines that are malformed beside good ones: hl_secrets_warning(). */
HL_API enum hl_status hl_secrets_key_log_file(struct hl_secrets *secrets, const char *path, struct hl_error *error);
/* The same of a file that is still being written: it may be empty, or not exist yet. */
HL_API enum hl_status hl_secrets_follow_key_log(struct hl_secrets *secrets, const char *path, struct hl_error *error);
/* Look whether key log files have grown, or were written anew, and take the lines that are new and complete.
 * Cheap when nothing has changed. True when secrets were added. */
HL_API bool hl_secrets_refresh(struct hl_secrets *secrets);
/* A key log from memory, of which a copy is kept. */
HL_API enum hl_status hl_secrets_key_log_text(struct hl_secrets *secrets, struct hl_span text, struct hl_error *error);

/* What was wrong with the key log files: for `number` from 0 on, one warning a call (what and where, never
 * what stands there) until it returns false. */
HL_API bool hl_secrets_warning(const struct hl_secrets *secrets, size_t number, struct hl_error *out);

/* An RSA private key, in PEM or DER. `password` opens an encrypted one; NULL: none. HL_ERR_IO; HL_ERR_FORMAT: it is
 * no private key; HL_ERR_USAGE: it is encrypted, and the password is missing or wrong; HL_ERR_UNSUPPORTED: it is of
 * another kind, or longer than 4096 bits; HL_ERR_MEMORY. */
HL_API enum hl_status hl_secrets_private_key_file(struct hl_secrets *secrets, const char *path, const char *password,
                                                  struct hl_error *error);

/* A pre-shared key (RFC 4279; external ones of TLS 1.3). With an empty `identity` it is tried for every identity.
 * HL_ERR_USAGE: one of them is too long, or the key is empty. */
HL_API enum hl_status hl_secrets_psk(struct hl_secrets *secrets, struct hl_span identity, struct hl_span key,
                                     struct hl_error *error);

/* Before the first packet. `secrets` stays the caller's and must outlive the inspector, which adds to it the secrets
 * that stand in capture files: without it, nothing is opened. */
HL_API void hl_inspector_secrets(struct hl_inspector *inspector, struct hl_secrets *secrets);

#ifdef __cplusplus
}
#endif

#endif
