#include "policy/facts.h"

#include "registry/registry.h"

#include <string.h>

bool facts_is_cbc(uint16_t suite)
{
    const struct hl_suite *found = reg_suite(suite);

    return found != NULL && !found->aead && strstr(found->cipher, "CBC") != NULL;
}

static bool has(const uint16_t *list, unsigned count, uint16_t code)
{
    for (unsigned i = 0; i < count; i++) {
        if (list[i] == code)
            return true;
    }
    return false;
}

static void add(uint16_t *list, unsigned *count, uint16_t code)
{
    if (*count < FACTS_CODES_MAX && !has(list, *count, code))
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
    return has(seen->accepted, seen->accepted_count, code);
}

bool seen_is_refused(const struct policy_seen *seen, uint16_t code)
{
    return has(seen->refused, seen->refused_count, code);
}
