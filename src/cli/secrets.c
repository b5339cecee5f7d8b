#include "cli/secrets.h"

#include "cli/output.h"

#include <stdlib.h>
#include <string.h>

#define PASSWORD_MAX 1024
#define PSK_MAX 512

static bool complain(const struct hl_error *error)
{
    cli_complain(error, false);
    return false;
}

static bool mistake(const char *what, const char *hint)
{
    fprintf(stderr, "handlens: %s (%s)\n", what, hint);
    return false;
}

static bool add_key_logs(struct hl_secrets *secrets, const struct cli_options *options)
{
    struct hl_error error;

    for (unsigned i = 0; i < options->key_logs.count; i++) {
        const char *path = options->key_logs.list[i];
        if (strcmp(path, "env") == 0)
            path = getenv("SSLKEYLOGFILE");
        if (path == NULL || path[0] == '\0')
            return mistake("--keylog env: SSLKEYLOGFILE is not set", "name the file instead: --keylog FILE");
        if (hl_secrets_key_log_file(secrets, path, &error) != HL_OK)
            return complain(&error);
    }
    return true;
}

/* The first line of the file. */
static bool read_password(const char *path, char password[PASSWORD_MAX])
{
    FILE *file = fopen(path, "r");
    bool read = file != NULL && fgets(password, PASSWORD_MAX, file) != NULL;

    if (file != NULL)
        fclose(file);
    if (!read) {
        fprintf(stderr, "handlens: %s: no password can be read from it\n", path);
        return false;
    }
    password[strcspn(password, "\r\n")] = '\0';
    return true;
}

static bool add_keys(struct hl_secrets *secrets, const struct cli_options *options)
{
    char password[PASSWORD_MAX] = "";
    struct hl_error error;
    bool good = options->key_pass_file == NULL || read_password(options->key_pass_file, password);

    for (unsigned i = 0; i < options->keys.count && good; i++) {
        const char *pass = password[0] != '\0' ? password : NULL;
        if (hl_secrets_private_key_file(secrets, options->keys.list[i], pass, &error) != HL_OK)
            good = complain(&error);
    }
    explicit_bzero(password, sizeof password);
    return good;
}

static int digit(char c)
{
    const char *digits = "0123456789abcdef", *at = strchr(digits, c | 0x20);

    return c == '\0' || at == NULL ? -1 : (int)(at - digits);
}

static bool read_hex(const char *text, uint8_t out[PSK_MAX], size_t *length)
{
    size_t n = strlen(text);

    for (size_t i = 0; i < n / 2 && i < PSK_MAX; i++) {
        if (digit(text[2 * i]) < 0 || digit(text[2 * i + 1]) < 0)
            return false;
        out[i] = (uint8_t)(digit(text[2 * i]) << 4 | digit(text[2 * i + 1]));
    }
    *length = n / 2;
    return n > 0 && n % 2 == 0 && n / 2 <= PSK_MAX;
}

static bool add_psk(struct hl_secrets *secrets, const char *text)
{
    const char *colon = strrchr(text, ':'), *hex = colon != NULL ? colon + 1 : text;
    const struct hl_span identity = { (const uint8_t *)text, colon != NULL ? (size_t)(colon - text) : 0 };
    uint8_t key[PSK_MAX];
    struct hl_span span = { key, 0 };
    struct hl_error error;

    if (!read_hex(hex, key, &span.len))
        return mistake("--psk: the key is not written in hex", "IDENTITY:0123abcd, or only the hex digits");
    bool good = hl_secrets_psk(secrets, identity, span, &error) == HL_OK || complain(&error);
    explicit_bzero(key, sizeof key);
    return good;
}

static bool fill(struct hl_secrets *secrets, const struct cli_options *options)
{
    if (!add_key_logs(secrets, options) || !add_keys(secrets, options))
        return false;
    for (unsigned i = 0; i < options->psks.count; i++) {
        if (!add_psk(secrets, options->psks.list[i]))
            return false;
    }
    return true;
}

struct hl_secrets *cli_secrets(const struct cli_options *options)
{
    struct hl_error error;
    struct hl_secrets *secrets = hl_secrets_new(&error);

    if (secrets == NULL) {
        (void)complain(&error);
        return NULL;
    }
    if (!fill(secrets, options)) {
        hl_secrets_free(secrets);
        return NULL;
    }
    return secrets;
}
