#include "cli/check.h"

#include "cli/output.h"
#include "cli/trust.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

enum { EXIT_PASSED = 0, EXIT_FAILED = 1, EXIT_TROUBLE = 2, EXIT_OPEN = 3 };

#define POLICY_USUAL "mozilla-intermediate"
#define HTTPS 443
#define HOST_SIZE 256u

struct checking {
    const struct cli_options *options;
    struct cli_output output;
    struct hl_print_options print;
    struct hl_policy *policy;
    int status;
    bool broken; /* the report could not be written */
};

/* Where to connect. */
struct place {
    char host[HOST_SIZE];
    uint16_t port; /* 0: none was given */
};

/* --- targets ------------------------------------------------------------------------------ */

static bool read_port(const char *text, uint16_t *out)
{
    unsigned long port = 0;

    for (const char *c = text; *c != '\0'; c++) {
        if (!isdigit((unsigned char)*c) || (port = 10 * port + (unsigned long)(*c - '0')) > UINT16_MAX)
            return false;
    }
    *out = (uint16_t)port;
    return port > 0;
}

/* host, host:port, [address]:port, or an IPv6 address alone. */
static bool read_place(const char *text, struct place *out)
{
    const char *colon = strrchr(text, ':'), *begin = text;
    size_t length = strlen(text);

    *out = (struct place){ .port = 0 };
    if (text[0] == '[') {
        const char *bracket = strchr(text, ']');
        if (bracket == NULL || (bracket[1] != '\0' && (bracket[1] != ':' || !read_port(bracket + 2, &out->port))))
            return false;
        begin = text + 1;
        length = (size_t)(bracket - begin);
    } else if (colon != NULL && strchr(text, ':') == colon) {
        if (!read_port(colon + 1, &out->port))
            return false;
        length = (size_t)(colon - text);
    }
    if (length == 0 || length >= HOST_SIZE)
        return false;
    memcpy(out->host, begin, length);
    for (const char *c = out->host; *c != '\0'; c++) {
        if (!isgraph((unsigned char)*c) || *c == '/')
            return false;
    }
    return true;
}

static bool is_address(const char *host)
{
    uint8_t bytes[16];

    return inet_pton(AF_INET, host, bytes) == 1 || inet_pton(AF_INET6, host, bytes) == 1;
}

/* --- one target --------------------------------------------------------------------------- */

static int worse(int a, int b)
{
    static const int order[] = { [EXIT_PASSED] = 0, [EXIT_OPEN] = 1, [EXIT_FAILED] = 2, [EXIT_TROUBLE] = 3 };

    return order[a] > order[b] ? a : b;
}

static void on_result(void *user, const struct hl_check_result *result)
{
    struct checking *checking = user;
    int status = EXIT_PASSED;

    switch (hl_check_status(result)) {
    case HL_CHECK_PASSED: status = checking->options->fail_on_warnings && hl_check_warned(result) ? EXIT_FAILED : EXIT_PASSED; break;
    case HL_CHECK_FAILED: status = EXIT_FAILED; break;
    case HL_CHECK_INCONCLUSIVE:
    case HL_CHECK_UNREACHABLE: status = EXIT_OPEN; break;
    }
    checking->status = worse(checking->status, status);
    if (!hl_check_print(result, &checking->print, output_write, &checking->output) || !output_end_record(&checking->output))
        checking->broken = true;
}

/* Whom to trust is the same for all; the name that a certificate must have is not, where no name is asked for. */
static struct hl_trust *trust_for(const struct cli_options *options, const char *server_name, const char *host)
{
    struct cli_options own = *options;

    if (own.host == NULL && server_name == NULL)
        own.host = host;
    return cli_trust(&own);
}

static bool check_target(struct checking *checking, const char *text)
{
    const struct cli_options *options = checking->options;
    struct place place, other = { .port = 0 };
    struct hl_error error;

    if (!read_place(text, &place) || (options->connect != NULL && !read_place(options->connect, &other))) {
        fprintf(stderr, "handlens: %s: this is no host, host:port or [address]:port\n", other.host[0] == '\0' && place.host[0] != '\0' && options->connect != NULL ? options->connect : text);
        return false;
    }
    struct hl_check_target target = {
        .name = text,
        .host = options->connect != NULL ? other.host : place.host,
        .port = other.port != 0 ? other.port : place.port != 0 ? place.port : HTTPS,
        .server_name = options->server_name != NULL ? options->server_name : is_address(place.host) ? NULL : place.host,
    };
    if (target.server_name != NULL && target.server_name[0] == '\0')
        target.server_name = NULL;
    struct hl_trust *trust = trust_for(options, target.server_name, place.host);
    if (trust == NULL)
        return false;
    const struct hl_check_options how = {
        .policy = checking->policy,
        .trust = trust,
        .timeout_ns = (int64_t)(options->timeout_s * 1e9),
        .connections_max = options->connections,
    };
    const enum hl_status status = hl_check_server(&how, &target, on_result, checking, &error);
    if (status != HL_OK)
        cli_complain(&error, false);
    hl_trust_free(trust);
    return status == HL_OK && !checking->broken;
}

int cli_check(const struct cli_options *options)
{
    struct checking checking = { .options = options };
    struct hl_error error;

    signal(SIGPIPE, SIG_IGN);
    checking.policy = hl_policy_open(options->policy != NULL ? options->policy : POLICY_USUAL, &error);
    if (checking.policy == NULL) {
        cli_complain(&error, false);
        return EXIT_TROUBLE;
    }
    if (!output_open(&checking.output, options->output)) {
        hl_policy_free(checking.policy);
        return EXIT_TROUBLE;
    }
    checking.output.prompt = true;
    checking.print = (struct hl_print_options){
        .format = options->format,
        .verbosity = options->verbosity,
        .color = output_color(&checking.output, options->color),
        .width = output_width(&checking.output),
        .ascii = output_ascii(&checking.output),
    };
    for (int i = 0; i < options->file_count && !checking.broken; i++) {
        if (!check_target(&checking, options->files[i]))
            checking.status = EXIT_TROUBLE;
    }
    if (!output_close(&checking.output))
        checking.status = EXIT_TROUBLE;
    hl_policy_free(checking.policy);
    return checking.status;
}
