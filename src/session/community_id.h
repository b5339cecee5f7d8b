/* community_id.h - Community ID v1: a connection's name that other tools give it too. */
#ifndef HL_SESSION_COMMUNITY_ID_H
#define HL_SESSION_COMMUNITY_ID_H

#include "base/stream.h"

#define COMMUNITY_ID_LENGTH 40

/* "1:" and the base64 of a SHA-1, with seed 0; NUL-terminated. */
void community_id_make(const struct hl_connection *connection, char out[COMMUNITY_ID_LENGTH]);

#endif
