/* made_secrets.h - secrets that were made here, in the words of a key log (RFC 9850): so the session opens what it is fed with. */
#ifndef HL_PROBE_MADE_SECRETS_H
#define HL_PROBE_MADE_SECRETS_H

#include "base/buffer.h"
#include "crypto/secrets.h"

/* Room for a few lines. Behind the last one made_secrets_give() is called. */
void made_secrets_init(struct hl_buffer *lines);
void made_secrets_put(struct hl_buffer *lines, const char *label, struct hl_span random, struct hl_span secret);
/* To `secrets`, and to `key_log` unless that is NULL; then they are wiped and freed here. False when memory has run out. */
bool made_secrets_give(struct hl_buffer *lines, struct hl_secrets *secrets, struct hl_buffer *key_log);

#endif
