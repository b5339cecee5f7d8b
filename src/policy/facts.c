#include "policy/facts.h"

#include "base/codes.h"

#include "registry/registry.h"

#include <stdio.h>
#include <string.h>

bool facts_is_cbc(uint16_t suite)
{
    const struct hl_suite *found = reg_suite(suite);

    return found != NULL && !found->aead && strstr(found->cipher, "CBC") != NULL;
}

static void add(uint16_t *list, unsigned *count, uint16_t code)
{
    if (*count < FACTS_CODES_MAX && !code_is_in(list, *count, code))
        list[(*count)++] = code;
}

void seen_accept(struct policy_seen *seen, uint16_t code)
{
    add(seen->accepted, &seen->accepted_count, code);
}

void seen_refuse(struct policy_seen *seen, uint16_t code)
{
    add(seen->refused, &seen->refused_count, code);
}

bool seen_is_accepted(const struct policy_seen *seen, uint16_t code)
{
    return code_is_in(seen->accepted, seen->accepted_count, code);
}

bool seen_is_refused(const struct policy_seen *seen, uint16_t code)
{
    return code_is_in(seen->refused, seen->refused_count, code);
}

static void keep_first(char into[FACTS_WHY_SIZE], const char from[FACTS_WHY_SIZE])
{
    if (into[0] == '\0')
        memcpy(into, from, FACTS_WHY_SIZE);
}

void facts_add_unclear(struct policy_facts *facts, const struct policy_unclear *unclear)
{
    keep_first(facts->unclear.trust, unclear->trust);
    keep_first(facts->unclear.name, unclear->name);
    keep_first(facts->unclear.signature, unclear->signature);
    facts->unclear.recorded |= unclear->recorded;
}

void facts_accept(struct policy_facts *facts, const struct policy_agreed *agreed)
{
    seen_accept(&facts->versions, agreed->version);
    if (agreed->suite <= UINT16_MAX)
        seen_accept(&facts->suites, (uint16_t)agreed->suite);
    if (agreed->group != 0)
        seen_accept(&facts->groups, agreed->group);
    if (agreed->scheme != 0)
        seen_accept(&facts->schemes, agreed->scheme);
    if (agreed->dh_bits > 0 && (facts->dh_bits == 0 || agreed->dh_bits < facts->dh_bits))
        facts->dh_bits = agreed->dh_bits;
}

void answer_note(struct policy_answer *answer, enum policy_answer_state state, const char *why)
{
    answer->state = state;
    snprintf(answer->why, sizeof answer->why, "%s", why);
}

const struct hl_handshake *facts_handshake(const struct policy_facts *facts, bool tls13)
{
    for (unsigned i = 0; i < facts->handshake_count; i++) {
        if (version_is_tls13(facts->handshakes[i]->version) == tls13)
            return facts->handshakes[i];
    }
    return NULL;
}
