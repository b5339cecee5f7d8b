#include "cli/secrets.h"

#include "cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Nothing here may quote what it was given: it may be a secret. */

#define PASSWORD_MAX 1024
#define PSK_MAX 512

static bool complain(const struct hl_error *error)
{
    cli_complain(error, false);
    return false;
}

/* --- standard input -------------------------------------------------------------- */

static unsigned count_standard_input(const struct cli_paths *paths)
{
    unsigned count = 0;

    for (unsigned i = 0; i < paths->count; i++)
        count += strcmp(paths->list[i], "-") == 0;
    return count;
}

/* It can be one thing only. */
static bool is_standard_input_free(const struct cli_options *options)
{
    unsigned secrets = count_standard_input(&options->key_logs) + count_standard_input(&options->keys);
    unsigned captures = 0;

    for (int i = 0; i < options->file_count; i++)
        captures += strcmp(options->files[i], "-") == 0;
    if (secrets == 0 || secrets + captures == 1)
        return true;
    fputs("handlens: - is given more than once, but there is one standard input; use files for the others\n", stderr);
    return false;
}

/* --- key logs --------------------------------------------------------------------- */

/* "env": the file that other programs write to. */
static const char *key_log_path(const char *value)
{
    if (strcmp(value, "env") != 0)
        return value;
    const char *path = getenv("SSLKEYLOGFILE");
    if (path != NULL && path[0] != '\0')
        return path;
    fputs("handlens: --keylog env: SSLKEYLOGFILE is not set; export it, or name the file (./env, if that is its name)\n",
          stderr);
    return NULL;
}

/* Packets that come from a program come while others may still write their secrets. */
static bool is_live(const struct cli_options *options)
{
    if (options->command == COMMAND_LIVE)
        return true;
    for (int i = 0; i < options->file_count; i++) {
        struct stat file;
        if (strcmp(options->files[i], "-") == 0 || (stat(options->files[i], &file) == 0 && S_ISFIFO(file.st_mode)))
            return true;
    }
    return false;
}

static bool add_key_logs(struct hl_secrets *secrets, const struct cli_options *options)
{
    enum hl_status (*add)(struct hl_secrets *, const char *, struct hl_error *) =
        is_live(options) ? hl_secrets_follow_key_log : hl_secrets_key_log_file;
    const struct cli_paths *paths = &options->key_logs;
    struct hl_error error;

    for (unsigned i = 0; i < paths->count; i++) {
        const char *path = key_log_path(paths->list[i]);
        if (path == NULL)
            return false;
        if (add(secrets, path, &error) != HL_OK)
            return complain(&error);
    }
    for (size_t i = 0; hl_secrets_warning(secrets, i, &error); i++)
        cli_complain(&error, true);
    return true;
}

/* --- private keys ------------------------------------------------------------------ */

static bool no_password(const char *path, const char *why)
{
    fprintf(stderr, "handlens: %s: no password can be read from it: %s\n", path, why);
    return false;
}

/* The first line of the file. */
static bool read_password(const char *path, char password[PASSWORD_MAX])
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = 0;
    size_t length = 0;

    if (fd < 0)
        return no_password(path, strerror(errno));
    while (length < PASSWORD_MAX - 1 && (n = read(fd, password + length, PASSWORD_MAX - 1 - length)) > 0)
        length += (size_t)n;
    const int reason = errno;
    close(fd);
    if (n < 0)
        return no_password(path, strerror(reason));
    password[length] = '\0';
    size_t line = strcspn(password, "\r\n");
    if (line == PASSWORD_MAX - 1)
        return no_password(path, "the first line is too long for a password");
    if (line == 0)
        return no_password(path, "the first line is empty; it should be the password of the private key");
    explicit_bzero(password + line, PASSWORD_MAX - line);
    return true;
}

static bool add_private_keys(struct hl_secrets *secrets, const struct cli_options *options)
{
    char password[PASSWORD_MAX];
    struct hl_error error;
    bool added = true;

    if (options->key_pass_file != NULL && options->keys.count == 0) {
        fputs("handlens: --key-pass-file is of no use without --key; give the private key as well\n", stderr);
        return false;
    }
    if (options->key_pass_file != NULL && !read_password(options->key_pass_file, password))
        added = false;
    for (unsigned i = 0; added && i < options->keys.count; i++) {
        added = hl_secrets_private_key_file(secrets, options->keys.list[i],
                                            options->key_pass_file != NULL ? password : NULL, &error)
                    == HL_OK
                || complain(&error);
    }
    explicit_bzero(password, sizeof password);
    return added;
}

/* --- pre-shared keys ----------------------------------------------------------------- */

static int digit_value(char c)
{
    static const char digits[] = "0123456789abcdefABCDEF";
    const char *digit = c != '\0' ? strchr(digits, c) : NULL;

    if (digit == NULL)
        return -1;
    return digit - digits < 16 ? (int)(digit - digits) : (int)(digit - digits - 6);
}

/* The number of bytes; 0 when it is not hex. */
static size_t decode_hex(const char *hex, uint8_t out[PSK_MAX])
{
    size_t n = 0;

    for (; hex[0] != '\0'; hex += 2) {
        const int high = digit_value(hex[0]), low = high >= 0 ? digit_value(hex[1]) : -1;
        if (low < 0 || n == PSK_MAX)
            return 0;
        out[n++] = (uint8_t)(high << 4 | low);
    }
    return n;
}

/* HEX or IDENTITY:HEX; an identity may have colons of its own. */
static bool add_psk(struct hl_secrets *secrets, const char *value)
{
    const char *colon = strrchr(value, ':');
    const struct hl_span identity = { (const uint8_t *)value, colon != NULL ? (size_t)(colon - value) : 0 };
    struct hl_error error;
    uint8_t key[PSK_MAX];
    const size_t length = decode_hex(colon != NULL ? colon + 1 : value, key);

    if (length == 0) {
        fputs("handlens: --psk: the key is not written in hex (IDENTITY:0123abcd, or only the hex digits)\n", stderr);
        return false;
    }
    bool added = hl_secrets_psk(secrets, identity, (struct hl_span){ key, length }, &error) == HL_OK || complain(&error);
    explicit_bzero(key, sizeof key);
    return added;
}

static bool fill(struct hl_secrets *secrets, const struct cli_options *options)
{
    if (options->too_many_psks) {
        fprintf(stderr, "handlens: --psk may be given %d times at the most\n", CLI_PATHS_MAX);
        return false;
    }
    if (!is_standard_input_free(options) || !add_key_logs(secrets, options)
        || !add_private_keys(secrets, options))
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
