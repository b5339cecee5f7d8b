#include "cli/diff.h"

#include "cli/output.h"
#include "cli/secrets.h"
#include "cli/select.h"
#include "cli/trust.h"

#include <handlens/diff.h>

#include <ctype.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { EXIT_SAME = 0, EXIT_DIFFERENT = 1, EXIT_TROUBLE = 2 };

/* A document with every field of a large chain has less; so have lines that were saved. */
#define DOCUMENT_MAX ((size_t)64 << 20)
/* Shorter hex is a file's name with a mistake in it. A ClientHello has more than this. */
#define HEX_MIN 80u

/* One of the two handshakes, as text. */
struct side {
    const struct cli_options *options;
    const char *argument;
    char *path;           /* of the argument, without #N */
    unsigned long wanted; /* N; 0: not given */
    unsigned long seen;   /* handshakes that could be meant */
    struct hl_inspector *inspector;
    struct hl_printer *printer;
    char *document;
    size_t length, room;
    bool failed; /* no memory, or too long */
};

/* Fits hl_write_fn. */
static bool keep(void *user, const void *bytes, size_t n)
{
    struct side *side = user;

    if (side->length + n > DOCUMENT_MAX)
        side->failed = true;
    while (!side->failed && side->length + n > side->room) {
        char *larger = realloc(side->document, side->room = side->room > 0 ? 2 * side->room : (size_t)64 << 10);
        side->failed = larger == NULL;
        side->document = larger != NULL ? larger : side->document;
    }
    if (side->failed)
        return false;
    memcpy(side->document + side->length, bytes, n);
    side->length += n;
    return true;
}

static void on_handshake(void *user, const struct hl_handshake *handshake)
{
    struct side *side = user;

    if (!cli_is_wanted(side->options, handshake))
        return;
    side->seen++;
    const unsigned long wanted = side->wanted > 0 ? side->wanted : 1;
    if ((side->wanted > 0 ? hl_handshake_id(handshake) : side->seen) == wanted && side->length == 0)
        (void)hl_printer_handshake(side->printer, handshake);
}

/* --- from a capture ----------------------------------------------------------------------- */

static bool read_capture(struct side *side)
{
    struct hl_error error;

    const enum hl_status status = hl_inspector_read_file(side->inspector, side->path, &error);
    if (status != HL_OK)
        cli_complain(&error, hl_inspector_file_recognised(side->inspector));
    if (status != HL_OK && !hl_inspector_file_recognised(side->inspector))
        return false;
    hl_inspector_finish(side->inspector);
    if (side->length == 0 && side->wanted > 0)
        fprintf(stderr, "handlens: %s: there is no handshake #%lu that could be meant; handlens read shows their numbers\n",
                side->path, side->wanted);
    else if (side->length == 0)
        fprintf(stderr, "handlens: %s: there is no handshake in it%s\n", side->path,
                side->options->sni != NULL ? " with such a name" : "");
    else if (side->seen > 1 && side->wanted == 0)
        fprintf(stderr, "handlens: %s: it has %lu handshakes, the first is compared; name another with %s#N\n", side->path,
                side->seen, side->path);
    return side->length > 0;
}

/* --- from lines that were saved ----------------------------------------------------------- */

static bool read_line(struct side *side, FILE *file)
{
    const unsigned long wanted = side->wanted > 0 ? side->wanted : 1;
    size_t room = 0;
    char *line = NULL;
    ssize_t length;

    for (unsigned long number = 0; side->length == 0 && !side->failed && (length = getline(&line, &room, file)) >= 0;) {
        if (length > 1 && ++number == wanted)
            (void)keep(side, line, (size_t)length);
    }
    free(line);
    if (side->length == 0)
        fprintf(stderr, "handlens: %s: there is no line %lu that is not too long\n", side->path, wanted);
    return side->length > 0;
}

/* Documents begin with a brace, captures never do. */
static bool holds_documents(FILE *file)
{
    int c;

    while ((c = getc(file)) != EOF && isspace(c))
        ;
    rewind(file);
    return c == '{';
}

/* --- from a hello in hex ------------------------------------------------------------------ */

static int digit(char c)
{
    return isdigit((unsigned char)c) ? c - '0' : isxdigit((unsigned char)c) ? tolower((unsigned char)c) - 'a' + 10 : -1;
}

/* Digits with nothing but spaces and colons between them; 0: it is something else. `out` has room for half of `text`. */
static size_t read_hex(const char *text, uint8_t *out)
{
    size_t digits = 0;

    for (; *text != '\0'; text++) {
        if (isspace((unsigned char)*text) || *text == ':')
            continue;
        const int value = digit(*text);
        if (value < 0)
            return 0;
        out[digits / 2] = (uint8_t)(digits % 2 == 0 ? value << 4 : out[digits / 2] | value);
        digits++;
    }
    return digits % 2 == 0 ? digits / 2 : 0;
}

/* A record, a message, or the body of one: put in front what is missing. */
static void say_hello(struct side *side, struct hl_span bytes)
{
    static const uint8_t client[4] = { 192, 0, 2, 1 }, server[4] = { 192, 0, 2, 2 };
    const bool is_record = bytes.ptr[0] == 0x16, is_message = bytes.ptr[0] == 0x01;
    const size_t body = bytes.len, message = is_message ? body : body + 4;
    const uint8_t record_header[] = { 0x16, 3, 1, (uint8_t)(message >> 8), (uint8_t)message };
    const uint8_t message_header[] = { 1, (uint8_t)(body >> 16), (uint8_t)(body >> 8), (uint8_t)body };
    struct hl_tls_stream *stream =
        hl_stream_open(side->inspector, (struct hl_end){ { client, 4 }, 49152 }, (struct hl_end){ { server, 4 }, 443 });

    if (stream == NULL)
        return;
    if (!is_record)
        (void)hl_stream_bytes(stream, HL_CLIENT, (struct hl_span){ record_header, sizeof record_header }, 0);
    if (!is_record && !is_message)
        (void)hl_stream_bytes(stream, HL_CLIENT, (struct hl_span){ message_header, sizeof message_header }, 0);
    (void)hl_stream_bytes(stream, HL_CLIENT, bytes, 0);
    hl_stream_close(stream, HL_CLIENT, false, 0);
}

/* A message says its type first, a body its version: 3.x, or DTLS's. */
static bool may_be_hello(uint8_t first)
{
    return first == 1 || first == 3 || first == 0xfe;
}

static bool read_argument(struct side *side)
{
    enum { RECORD_MAX = 1 << 14 };
    const size_t length = strlen(side->argument);
    uint8_t *bytes = length >= HEX_MIN ? calloc(length / 2 + 1, 1) : NULL;
    const size_t n = bytes != NULL ? read_hex(side->argument, bytes) : 0;

    if (n > 0 && (bytes[0] == 0x16 || (may_be_hello(bytes[0]) && n + 4 <= RECORD_MAX)))
        say_hello(side, (struct hl_span){ bytes, n });
    free(bytes);
    if (n == 0)
        fprintf(stderr, "handlens: %.80s: %s\n", side->path, strerror(ENOENT));
    else if (side->length == 0)
        fputs("handlens: this is hex, but no ClientHello: give its record, its message, or its body\n", stderr);
    return side->length > 0;
}

/* --- both --------------------------------------------------------------------------------- */

/* "capture.pcap#3" is the third one of capture.pcap, unless there is a file of that name. */
static bool name_side(struct side *side)
{
    const char *mark = strrchr(side->argument, '#');
    char *end = NULL;

    side->path = strdup(side->argument);
    if (side->path == NULL || mark == NULL || !isdigit((unsigned char)mark[1]) || access(side->argument, F_OK) == 0)
        return side->path != NULL;
    side->wanted = strtoul(mark + 1, &end, 10);
    if (*end == '\0' && side->wanted > 0)
        side->path[mark - side->argument] = '\0';
    else
        side->wanted = 0;
    return true;
}

static bool read_side(struct side *side, const struct hl_trust *trust, struct hl_secrets *secrets)
{
    static const struct hl_print_options json = { .format = HL_FORMAT_JSON, .verbosity = 2 };
    struct hl_error error;

    side->inspector = hl_inspector_new(on_handshake, side, &error);
    side->printer = hl_printer_new(&json, keep, side);
    if (side->inspector == NULL || side->printer == NULL || !name_side(side)) {
        fputs("handlens: out of memory\n", stderr);
        return false;
    }
    hl_inspector_trust(side->inspector, trust);
    hl_inspector_secrets(side->inspector, secrets);
    hl_inspector_check_signatures(side->inspector, side->options->signatures);
    if (strcmp(side->path, "-") == 0)
        return read_capture(side);
    FILE *file = fopen(side->path, "rb");
    if (file == NULL && (errno == ENOENT || errno == ENAMETOOLONG))
        return read_argument(side);
    if (file == NULL) {
        fprintf(stderr, "handlens: %s: %s\n", side->path, strerror(errno));
        return false;
    }
    const bool documents = holds_documents(file);
    const bool read = documents ? read_line(side, file) : read_capture(side);
    fclose(file);
    return read;
}

static void side_cleanup(struct side *side)
{
    hl_printer_free(side->printer);
    hl_inspector_free(side->inspector);
    free(side->document);
    free(side->path);
}

static struct hl_diff_side told(const struct side *side)
{
    const bool is_file = access(side->path, F_OK) == 0 || strcmp(side->path, "-") == 0;

    return (struct hl_diff_side){ .name = is_file ? side->path : "(hex)",
                                  .document = { (const uint8_t *)side->document, side->length } };
}

static int compare(const struct cli_options *options, const struct side sides[2])
{
    const struct hl_diff_side a = told(&sides[0]), b = told(&sides[1]);
    struct cli_output output = { 0 };
    struct hl_error error;
    bool differs = false;

    if (!output_open(&output, options->output))
        return EXIT_TROUBLE;
    const struct hl_print_options print = {
        .format = options->format,
        .color = output_color(&output, options->color),
        .width = output_width(&output),
        .ascii = output_ascii(&output),
    };
    const enum hl_status status = hl_diff(&a, &b, &print, output_write, &output, &differs, &error);
    if (status != HL_OK && status != HL_ERR_IO) /* that is told when the output is closed */
        cli_complain(&error, false);
    const bool written = output_close(&output);
    return status != HL_OK || !written ? EXIT_TROUBLE : differs ? EXIT_DIFFERENT : EXIT_SAME;
}

int cli_diff(const struct cli_options *options)
{
    struct side sides[2] = { { .options = options }, { .options = options } };
    int status = EXIT_TROUBLE;

    if (options->file_count != 2) {
        fputs("handlens: diff compares two handshakes: handlens diff A B\n", stderr);
        return EXIT_TROUBLE;
    }
    signal(SIGPIPE, SIG_IGN);
    struct hl_trust *trust = cli_trust(options);
    struct hl_secrets *secrets = trust != NULL ? cli_secrets(options) : NULL;
    bool read = secrets != NULL;
    for (unsigned i = 0; i < 2 && read; i++) {
        sides[i].argument = options->files[i];
        read = read_side(&sides[i], trust, secrets);
    }
    if (read)
        status = compare(options, sides);
    side_cleanup(&sides[0]);
    side_cleanup(&sides[1]);
    hl_trust_free(trust);
    hl_secrets_free(secrets);
    return status;
}
