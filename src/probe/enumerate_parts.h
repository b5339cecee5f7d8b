/* enumerate_parts.h - for the files that enumerate: lists (enumerate.c), what whole handshakes show
 * (enumerate_whole.c), what becomes of sessions (enumerate_sessions.c), and known weaknesses (enumerate_weaknesses.c). */
#ifndef HL_PROBE_ENUMERATE_PARTS_H
#define HL_PROBE_ENUMERATE_PARTS_H

#include "probe/enumerate.h"
#include "probe/questions.h"

/* NULL: there is no such version. */
struct inventory_version *inventory_version_of(struct inventory *inventory, uint16_t version);
/* The newest version before TLS 1.3 that is taken; 0: none. */
uint16_t inventory_newest_older(const struct inventory *inventory);
/* Is there a suite in this version that needs such a key? */
bool inventory_has_key(struct inventory *inventory, uint16_t version, const char *authentication);

void enumerate_add_feature(struct inventory *inventory, const char *id, const char *title, enum inventory_state state, const char *text);
/* A hello that shows the server's whole flight, with suites that the server is known to take: those with this kind of key; NULL: all.
 * Its shares are freed by the caller. */
struct attempt_request enumerate_whole_request(struct scan *scan, struct inventory *inventory, uint16_t version, const char *authentication);
/* One of these suites that is completed without a ticket, to be able to go on by the session's id (scan->given_plain); where there is
 * none, the client asks for another handshake. */
struct attempt_request enumerate_plain_request(struct scan *scan, struct inventory *inventory, uint16_t older, const struct code_list *suites);
/* To scan->facts, behind enumerate_whole(). */
void enumerate_weaknesses(struct scan *scan, struct inventory *inventory, uint16_t older);
/* Behind enumerate_whole(), as that. */
void enumerate_sessions(struct scan *scan, struct inventory *out, uint16_t older, uint16_t newest);

/* Once the lists are known; `older` 0: there is no version before TLS 1.3. */
void enumerate_whole(struct scan *scan, struct inventory *out, uint16_t older, uint16_t newest);

#endif
