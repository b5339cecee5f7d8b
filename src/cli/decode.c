#include "cli/decode.h"

#include "cli/output.h"
#include "cli/trust.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { EXIT_DONE = 0, EXIT_FINDING = 1, EXIT_UNREADABLE = 2 };

/* Nobody has certificates, or a CRL, of more. */
#define FILE_MAX ((size_t)256 << 20)

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

static int decode_file(struct decoding *decoding, const struct hl_trust *trust, const char *path)
{
    struct hl_error error;
    size_t length;
    uint8_t *bytes = read_file(path, &length);

    if (bytes == NULL)
        return EXIT_UNREADABLE;
    enum hl_status status = hl_decode_file((struct hl_span){ bytes, length }, path, trust, (int64_t)time(NULL), on_item,
                                           decoding, &error);
    free(bytes);
    if (status == HL_OK)
        return EXIT_DONE;
    cli_complain(&error, false);
    return EXIT_UNREADABLE;
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
    for (int i = 0; decoding.printer != NULL && i < options->file_count; i++) {
        int one = decode_file(&decoding, trust, options->files[i]);
        status = one > status ? one : status;
    }
    if (!output_close(&output) || decoding.printer == NULL)
        status = EXIT_UNREADABLE;
    if (status == EXIT_DONE && options->fail_on >= 0 && decoding.worst >= options->fail_on)
        status = EXIT_FINDING;
    hl_printer_free(decoding.printer);
    hl_trust_free(trust);
    return status;
}
