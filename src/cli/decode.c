#include "cli/decode.h"

#include "cli/output.h"
#include "cli/trust.h"

#include <ctype.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { EXIT_DONE = 0, EXIT_FINDING = 1, EXIT_UNREADABLE = 2 };

/* Nobody has certificates, or a CRL, of more. */
#define FILE_MAX ((size_t)256 << 20)

/* Less is a word, or a file's name. */
enum { DIGITS_MIN = 4, BASE64_MIN = 16 };
#define BASE64_DIGITS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_"

struct decoding {
    struct hl_printer *printer;
    int worst; /* enum hl_severity; -1: no finding */
};

static void on_item(void *user, const struct hl_item *item)
{
    struct decoding *decoding = user;
    const struct hl_handshake *chain = hl_item_chain(item);

    hl_printer_item(decoding->printer, item);
    if (chain != NULL)
        decoding->worst = cli_worst(decoding->worst, chain);
}

/* The whole file, to be freed; NULL with one line on standard error. */
static uint8_t *read_file(const char *path, size_t *length)
{
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
    size_t room = (size_t)64 << 10, n = 1;
    uint8_t *bytes = file != NULL ? malloc(room) : NULL;

    *length = 0;
    while (bytes != NULL && n > 0 && *length < FILE_MAX) {
        n = fread(bytes + *length, 1, room - *length, file);
        *length += n;
        if (*length == room) {
            uint8_t *larger = realloc(bytes, room *= 2);
            if (larger == NULL)
                free(bytes);
            bytes = larger;
        }
    }
    bool failed = bytes == NULL || ferror(file) != 0 || *length >= FILE_MAX;
    if (failed) {
        fprintf(stderr, "handlens: %s: %s\n", path, bytes != NULL && *length >= FILE_MAX ? "too large" : strerror(errno));
        free(bytes);
    }
    if (file != NULL && file != stdin)
        fclose(file);
    return failed ? NULL : bytes;
}

static int decode_bytes(struct decoding *decoding, const struct hl_trust *trust, struct hl_span bytes, const char *name)
{
    struct hl_error error;

    if (hl_decode_file(bytes, name, trust, (int64_t)time(NULL), on_item, decoding, &error) == HL_OK)
        return EXIT_DONE;
    cli_complain(&error, false);
    return EXIT_UNREADABLE;
}

static int decode_file(struct decoding *decoding, const struct hl_trust *trust, const char *path)
{
    size_t length;
    uint8_t *bytes = read_file(path, &length);

    if (bytes == NULL)
        return EXIT_UNREADABLE;
    int status = decode_bytes(decoding, trust, (struct hl_span){ bytes, length }, path);
    free(bytes);
    return status;
}

/* --- bytes on the command line ------------------------------------------------------- */

static bool is_file(const char *argument)
{
    return strcmp(argument, "-") == 0 || access(argument, F_OK) == 0;
}

/* Hex with what may stand between its digits. Words, too, are made of a to f: it has to be a good part. */
static bool looks_like_hex(const char *text)
{
    size_t digits = 0, others = 0;

    for (; *text != '\0'; text++) {
        if (isxdigit((unsigned char)*text))
            digits++;
        else if (strchr(" \t\n:,;xX\\{}-", *text) != NULL)
            others++;
        else
            return false;
    }
    return digits >= DIGITS_MIN && digits >= others / 2;
}

/* Base64 has slashes, too, but no dots. A short one is a file's name with a mistake in it. */
static bool looks_like_base64(const char *text)
{
    const size_t length = strlen(text), digits = strspn(text, BASE64_DIGITS);

    return length >= BASE64_MIN && digits + strspn(text + digits, "=") == length;
}

/* A dump that was pasted without quotes: its words with a space between them, to be freed; NULL: it is none. */
static char *join_hex(char **words, int count)
{
    size_t length = 1;

    for (int i = 0; i < count; i++) {
        const size_t digits = strspn(words[i], "0123456789abcdefABCDEFxX,:");
        if (strlen(words[i]) > 2 * DIGITS_MIN || is_file(words[i]) || digits == 0)
            return NULL;
        length += strlen(words[i]) + 1;
    }
    char *text = count > 1 ? calloc(1, length) : NULL;
    for (int i = 0; text != NULL && i < count; i++) {
        strcat(text, words[i]);
        strcat(text, i + 1 < count ? " " : "");
    }
    return text;
}

static int decode_argument(struct decoding *decoding, const struct hl_trust *trust, const char *argument)
{
    if (is_file(argument) || (!looks_like_hex(argument) && !looks_like_base64(argument)))
        return decode_file(decoding, trust, argument);
    return decode_bytes(decoding, trust, (struct hl_span){ (const uint8_t *)argument, strlen(argument) },
                        "the argument, which is no file");
}

static int decode_all(struct decoding *decoding, const struct hl_trust *trust, const struct cli_options *options)
{
    char *text = join_hex(options->files, options->file_count);
    int status = EXIT_DONE;

    if (text != NULL)
        status = decode_argument(decoding, trust, text);
    for (int i = 0; text == NULL && i < options->file_count; i++) {
        int one = decode_argument(decoding, trust, options->files[i]);
        status = one > status ? one : status;
    }
    free(text);
    return status;
}

int cli_decode(const struct cli_options *options)
{
    struct cli_output output;
    struct decoding decoding = { .worst = -1 };
    int status = EXIT_DONE;
    struct hl_trust *trust = cli_trust(options);

    if (trust == NULL || !output_open(&output, options->output)) {
        hl_trust_free(trust);
        return EXIT_UNREADABLE;
    }
    signal(SIGPIPE, SIG_IGN);
    const struct hl_print_options print = {
        .format = options->format,
        .verbosity = options->verbosity,
        .color = output_color(&output, options->color),
        .width = output_width(&output),
    };
    decoding.printer = hl_printer_new(&print, output_write, &output);
    if (decoding.printer != NULL)
        status = decode_all(&decoding, trust, options);
    if (!output_close(&output) || decoding.printer == NULL)
        status = EXIT_UNREADABLE;
    if (status == EXIT_DONE && options->fail_on >= 0 && decoding.worst >= options->fail_on)
        status = EXIT_FINDING;
    hl_printer_free(decoding.printer);
    hl_trust_free(trust);
    return status;
}
