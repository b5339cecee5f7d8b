#include "cli/expect.h"

#include "cli/output.h"
#include "cli/secrets.h"
#include "cli/select.h"

#include <string.h>

/* Of an expression that is shown: bytes before the place that is wrong, and in all. */
enum { SHOWN_BEFORE = 60, SHOWN_WIDTH = 76 };

struct holding {
    const struct cli_options *options;
    struct hl_expectations *expectations;
    bool failed;
};

/* What is wrong, and where; of a long expression what is around that. */
static void show_mistake(const char *expression, size_t offset, const struct hl_error *error)
{
    const size_t length = strlen(expression), first = offset > SHOWN_BEFORE ? offset - SHOWN_BEFORE : 0;
    unsigned column = 0;

    fprintf(stderr, "handlens: --expect: %s%s%s\n  ", error->message, error->hint[0] != '\0' ? "; " : "", error->hint);
    for (size_t i = first; i < length && i < first + SHOWN_WIDTH; i++) {
        const unsigned char c = (unsigned char)expression[i];
        fputc(c < ' ' || c == 0x7f ? ' ' : c, stderr);
        column += i < offset && (c & 0xc0) != 0x80; /* bytes that go on with a character take no room */
    }
    fprintf(stderr, "\n  %*s^\n", (int)column, "");
}

struct hl_expectations *cli_expectations(const struct cli_options *options)
{
    struct hl_error error;
    struct hl_expectations *expectations = hl_expectations_new(&error);

    if (expectations == NULL)
        cli_complain(&error, false);
    for (unsigned i = 0; i < options->expected.count && expectations != NULL; i++) {
        size_t offset;
        if (hl_expectations_add(expectations, options->expected.list[i], &offset, &error) == HL_OK)
            continue;
        show_mistake(options->expected.list[i], offset, &error);
        hl_expectations_free(expectations);
        return NULL;
    }
    return expectations;
}

static void on_handshake(void *user, const struct hl_handshake *handshake)
{
    struct holding *holding = user;

    if (!holding->failed && cli_is_wanted(holding->options, handshake))
        holding->failed = !hl_expectations_hold(holding->expectations, handshake);
}

static bool read_capture(struct hl_inspector *inspector, const char *path)
{
    struct hl_error error;
    const enum hl_status status = hl_inspector_read_file(inspector, path, &error);

    if (hl_inspector_file_recognised(inspector))
        hl_inspector_finish(inspector);
    if (status != HL_OK)
        cli_complain(&error, false);
    return status == HL_OK;
}

bool cli_expect(const struct cli_options *options, const struct hl_trust *trust, const char *path, struct hl_expectations **out)
{
    struct cli_options wanted = *options;
    struct holding holding = { .options = &wanted, .expectations = cli_expectations(options) };
    struct hl_secrets *secrets = cli_secrets(options);
    struct hl_error error;
    struct hl_inspector *inspector = NULL;
    bool done = false;

    wanted.sni = options->server_name;
    if (holding.expectations != NULL && secrets != NULL) {
        inspector = hl_inspector_new(on_handshake, &holding, &error);
        if (inspector == NULL)
            cli_complain(&error, false);
    }
    if (inspector != NULL) {
        hl_inspector_trust(inspector, trust);
        hl_inspector_secrets(inspector, secrets);
        done = read_capture(inspector, path);
        holding.failed |= !hl_inspector_file_recognised(inspector);
    }
    hl_inspector_free(inspector);
    hl_secrets_free(secrets);
    if (holding.failed && done) {
        fputs("handlens: out of memory\n", stderr);
        done = false;
    }
    if (holding.failed || inspector == NULL) {
        hl_expectations_free(holding.expectations);
        holding.expectations = NULL;
    }
    *out = holding.expectations;
    return done;
}
