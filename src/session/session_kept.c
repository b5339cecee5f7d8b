/* Handshakes that somebody looks at for longer than the call that delivers them. */
#include "session/session_state.h"

#include <stddef.h>

static struct hl_session *session_of(const struct hl_handshake *hs)
{
    return (struct hl_session *)((uintptr_t)hs - offsetof(struct hl_session, hs));
}

static void hold_chain(const struct hl_chain *chain, const struct hl_judgement *judgement)
{
    for (unsigned i = 0; i < chain->count; i++)
        (void)certificate_hold(chain->list[i]);
    verdict_hold(judgement->chain);
}

static void let_chain_go(const struct hl_chain *chain, const struct hl_judgement *judgement)
{
    verdict_let_go(judgement->chain);
    for (unsigned i = 0; i < chain->count; i++)
        certificate_free((struct hl_certificate *)(uintptr_t)chain->list[i]);
}

bool session_keep(const struct hl_handshake *handshake)
{
    struct hl_session *s = session_of(handshake);
    struct hl_handshake *hs = &s->hs;
    struct hl_span *const borrowed[] = {
        &hs->connection.foreign[0],   &hs->connection.foreign[1],     &hs->foreign,
        &hs->fingerprints.ja3_string, &hs->fingerprints.ja3s_string, &hs->fingerprints.ja4_r,
    };
    struct hl_span copies[sizeof borrowed / sizeof borrowed[0]];

    for (size_t i = 0; i < sizeof borrowed / sizeof borrowed[0]; i++) {
        copies[i] = arena_copy(&s->arena, *borrowed[i]);
        if (copies[i].len != borrowed[i]->len)
            return false;
    }
    for (size_t i = 0; i < sizeof borrowed / sizeof borrowed[0]; i++)
        *borrowed[i] = copies[i];
    hold_chain(&hs->server_chain, &hs->server_trust);
    hold_chain(&hs->client_chain, &hs->client_trust);
    hs->connection.kept = NULL;
    s->kept = true;
    return true;
}

void session_let_go(const struct hl_handshake *handshake)
{
    struct hl_session *s = session_of(handshake);

    let_chain_go(&s->hs.server_chain, &s->hs.server_trust);
    let_chain_go(&s->hs.client_chain, &s->hs.client_trust);
    s->kept = false;
    if (!s->delivering)
        session_recycle(s);
}
