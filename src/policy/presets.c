/* The policies that are built in: the documents of presets/, as they are (cmake/presets.cmake). */
#include "policy/policy.h"

#include <string.h>

static const struct preset {
    const char *name; /* id@version */
    struct hl_span document;
} presets[] = {
#include "presets.inc"
};

#define PRESET_COUNT (sizeof presets / sizeof presets[0])

struct hl_span hl_policy_document(const char *name)
{
    const size_t n = strlen(name);
    struct hl_span found = { NULL, 0 };

    for (size_t i = 0; i < PRESET_COUNT; i++) { /* sorted: the last one is the newest */
        if (strcmp(presets[i].name, name) == 0 || (strncmp(presets[i].name, name, n) == 0 && presets[i].name[n] == '@'))
            found = presets[i].document;
    }
    return found;
}

const char *hl_policy_preset(unsigned number, struct hl_span *document)
{
    *document = number < PRESET_COUNT ? presets[number].document : (struct hl_span){ NULL, 0 };
    return number < PRESET_COUNT ? presets[number].name : NULL;
}
