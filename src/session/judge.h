/* judge.h - what the certificates and signatures of a handshake are worth. */
#ifndef HL_SESSION_JUDGE_H
#define HL_SESSION_JUDGE_H

#include "session/session.h"

/* Fill in trust, staples, timestamps and proofs of a handshake that was concluded. */
void judge(struct hl_handshake *hs, struct hl_sessions *sessions, struct hl_arena *arena);
/* The same for certificates without a handshake: fill in server_trust. `at`: seconds since 1970. */
void judge_chain_of_file(struct hl_handshake *hs, struct hl_verdicts *verdicts, const struct hl_trust *trust,
                         int64_t at);

#endif
