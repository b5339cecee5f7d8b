#include "cli/targets.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* More are no list that somebody wrote. */
#define TARGETS_MAX 100000u

/* --- one ---------------------------------------------------------------------------------- */

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

/* What stands before "://", and its port. The rest; NULL: it is not known. */
static const char *read_protocol(const char *text, struct cli_place *out)
{
    const char *end = strstr(text, "://");
    const size_t n = end != NULL ? (size_t)(end - text) : 0;

    if (end == NULL)
        return text;
    if (n >= sizeof out->protocol)
        return NULL;
    memcpy(out->protocol, text, n);
    return hl_check_protocol(out->protocol, &out->port) ? end + 3 : NULL;
}

bool place_read(const char *text, struct cli_place *out)
{
    *out = (struct cli_place){ .port = 0 };
    const char *begin = read_protocol(text, out);
    if (begin == NULL)
        return false;
    const char *colon = strrchr(begin, ':');
    size_t length = strlen(begin);
    if (begin[0] == '[') {
        const char *bracket = strchr(begin, ']');
        if (bracket == NULL || (bracket[1] != '\0' && (bracket[1] != ':' || !read_port(bracket + 2, &out->port))))
            return false;
        begin++;
        length = (size_t)(bracket - begin);
    } else if (colon != NULL && strchr(begin, ':') == colon) {
        if (!read_port(colon + 1, &out->port))
            return false;
        length = (size_t)(colon - begin);
    }
    if (length == 0 || length >= TARGET_HOST_SIZE)
        return false;
    memcpy(out->host, begin, length);
    for (const char *c = out->host; *c != '\0'; c++) {
        if (!isgraph((unsigned char)*c) || *c == '/')
            return false;
    }
    return true;
}

bool place_is_address(const struct cli_place *place)
{
    uint8_t bytes[16];

    return inet_pton(AF_INET, place->host, bytes) == 1 || inet_pton(AF_INET6, place->host, bytes) == 1;
}

static bool is_file(const char *text)
{
    struct stat status;

    return stat(text, &status) == 0 && S_ISREG(status.st_mode);
}

/* --- all of them -------------------------------------------------------------------------- */

static bool add(struct cli_targets *targets, const char *text, const char *policy)
{
    struct cli_target target = { .text = strdup(text), .policy = policy != NULL ? strdup(policy) : NULL };
    struct cli_target *list = targets->count < TARGETS_MAX ? realloc(targets->list, (targets->count + 1) * sizeof *list) : NULL;

    if (list != NULL)
        targets->list = list;
    if (list == NULL || target.text == NULL || (policy != NULL && target.policy == NULL)) {
        fputs("handlens: too many targets, or out of memory\n", stderr);
    } else if ((target.capture = is_file(text)) == false && !place_read(text, &target.place)) {
        fprintf(stderr, "handlens: %s: this is no capture, host, host:port, [address]:port or PROTOCOL://host\n", text);
    } else {
        targets->list[targets->count++] = target;
        return true;
    }
    free(target.text);
    free(target.policy);
    return false;
}

/* One line: a target, perhaps a policy, perhaps a remark. */
static bool add_line(struct cli_targets *targets, char *line)
{
    char *rest = NULL;

    line[strcspn(line, "#")] = '\0';
    const char *text = strtok_r(line, " \t\r\n", &rest), *policy = strtok_r(NULL, " \t\r\n", &rest);
    if (strtok_r(NULL, " \t\r\n", &rest) != NULL) {
        fprintf(stderr, "handlens: %s: behind a target stands a policy, and nothing else\n", text);
        return false;
    }
    return text == NULL || add(targets, text, policy);
}

static bool add_file(struct cli_targets *targets, const char *path)
{
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
    char *line = NULL;
    size_t room = 0;
    bool added = file != NULL;

    errno = file != NULL ? 0 : errno;
    while (added && getline(&line, &room, file) >= 0)
        added = add_line(targets, line);
    if (file == NULL || ferror(file)) {
        fprintf(stderr, "handlens: %s: %s\n", path, strerror(errno));
        added = false;
    }
    free(line);
    if (file != NULL && file != stdin)
        fclose(file);
    return added;
}

bool targets_read(struct cli_targets *targets, const struct cli_options *options)
{
    *targets = (struct cli_targets){ .list = NULL };
    for (int i = 0; i < options->file_count; i++) {
        if (!add(targets, options->files[i], NULL))
            return false;
    }
    if (options->targets != NULL && !add_file(targets, options->targets))
        return false;
    if (targets->count == 0)
        fputs("handlens: there is no target\n", stderr);
    return targets->count > 0;
}

void targets_cleanup(struct cli_targets *targets)
{
    for (unsigned i = 0; i < targets->count; i++) {
        free(targets->list[i].text);
        free(targets->list[i].policy);
    }
    free(targets->list);
}
