#include "cli/select.h"

#include <ctype.h>
#include <fnmatch.h>
#include <string.h>

static bool matches_name(const char *glob, struct hl_span name)
{
    char pattern[256], text[256];

    if (name.len >= sizeof text || strlen(glob) >= sizeof pattern)
        return false;
    for (size_t i = 0; i < name.len; i++)
        text[i] = (char)tolower(name.ptr[i]);
    text[name.len] = '\0';
    if (strlen(text) != name.len) /* a NUL inside: no host name */
        return false;
    size_t length = strlen(glob);
    for (size_t i = 0; i <= length; i++)
        pattern[i] = (char)tolower((unsigned char)glob[i]);
    return fnmatch(pattern, text, FNM_NOESCAPE) == 0;
}

bool cli_is_wanted(const struct cli_options *options, const struct hl_handshake *handshake)
{
    if (options->only != 0 && (options->only >> hl_handshake_outcome(handshake) & 1) == 0)
        return false;
    if (options->port != 0 && hl_handshake_port(handshake, HL_SERVER) != options->port)
        return false;
    return options->sni == NULL || matches_name(options->sni, hl_handshake_server_name(handshake));
}
