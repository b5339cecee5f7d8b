#include "cli/options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool set_format(struct cli_options *options, const char *value)
{
    if (strcmp(value, "human") == 0)
        options->format = HL_FORMAT_HUMAN;
    else if (strcmp(value, "json") == 0)
        options->format = HL_FORMAT_JSON;
    else
        return false;
    return true;
}

static bool set_output(struct cli_options *options, const char *value)
{
    options->output = strcmp(value, "-") == 0 ? NULL : value;
    return value[0] != '\0';
}

static bool set_verbose(struct cli_options *options, const char *value)
{
    (void)value;
    options->verbosity++;
    return true;
}

static bool set_color(struct cli_options *options, const char *value)
{
    static const char *const names[] = { "auto", "always", "never" };

    for (int i = 0; i < 3; i++) {
        if (strcmp(value, names[i]) == 0) {
            options->color = (enum cli_color)i;
            return true;
        }
    }
    return false;
}

static bool set_only(struct cli_options *options, const char *value)
{
    while (*value != '\0') {
        size_t length = strcspn(value, ",");
        bool known = false;
        for (int i = HL_COMPLETED; i <= HL_NOT_TLS; i++) {
            const char *name = hl_outcome_name((enum hl_outcome)i);
            if (strlen(name) == length && memcmp(name, value, length) == 0) {
                options->only |= 1u << i;
                known = true;
            }
        }
        if (!known)
            return false;
        value += length;
        value += *value == ',';
    }
    return options->only != 0;
}

static bool set_sni(struct cli_options *options, const char *value)
{
    options->sni = value;
    return true;
}

static bool set_port(struct cli_options *options, const char *value)
{
    char *end;
    errno = 0;
    unsigned long port = strtoul(value, &end, 10);

    options->port = (unsigned)port;
    return errno == 0 && value[0] >= '0' && value[0] <= '9' && *end == '\0' && port >= 1 && port <= 65535;
}

static bool set_progress(struct cli_options *options, const char *value)
{
    (void)value;
    options->progress = true;
    return true;
}

static bool set_quiet(struct cli_options *options, const char *value)
{
    (void)value;
    options->quiet = true;
    return true;
}

static bool set_help(struct cli_options *options, const char *value)
{
    (void)value;
    options->help_long = true;
    return true;
}

static bool set_help_short(struct cli_options *options, const char *value)
{
    (void)value;
    options->help_short = true;
    return true;
}

static bool set_version(struct cli_options *options, const char *value)
{
    (void)value;
    options->version = true;
    return true;
}

static bool set_manual(struct cli_options *options, const char *value)
{
    (void)value;
    options->manual = true;
    return true;
}

const struct cli_option cli_options[] = {
    { 0, "format", "human|json", "How handshakes are written; human is usual.",
      "json is one object a line, each written when its handshake ends; docs/handshake.schema.json "
      "describes it.", set_format },
    { 'o', "output", "FILE", "Write to FILE instead of standard output.", "- is standard output.", set_output },
    { 'v', "verbose", NULL, "The ladder of messages; twice: every field.",
      "With --format json, -vv adds the fields of every message and certificate.", set_verbose },
    { 0, "only", "OUTCOME,...", "Show only handshakes that ended like this.",
      "OUTCOME is completed, failed, incomplete or not-tls.", set_only },
    { 0, "sni", "GLOB", "Show only handshakes for names like GLOB.",
      "* and ? stand for any characters; upper and lower case are the same. A handshake without a "
      "server name matches the empty glob only.", set_sni },
    { 0, "port", "N", "Show only handshakes with servers on port N.", NULL, set_port },
    { 0, "color", "auto|always|never", "Colours; auto: on terminals, unless NO_COLOR.", NULL, set_color },
    { 'q', "quiet", NULL, "No summary at the end.", NULL, set_quiet },
    { 0, "progress", NULL, "Show progress even if stderr is no terminal.",
      "On a terminal it is shown after a second.", set_progress },
    { 'h', NULL, NULL, "This help.", NULL, set_help_short },
    { 0, "help", NULL, "Everything about the options.", NULL, set_help },
    { 0, "version", NULL, "The version of handlens.", NULL, set_version },
    { 0, "print-manual", NULL, "The source of the manual page.", "docs/handlens.1 is made with it.", set_manual },
};

const size_t cli_option_count = sizeof cli_options / sizeof cli_options[0];

static const struct cli_option *find_option(char letter, const char *name, size_t length)
{
    for (size_t i = 0; i < cli_option_count; i++) {
        const struct cli_option *option = &cli_options[i];
        if (letter != 0 ? option->letter == letter
                        : option->name != NULL && strlen(option->name) == length
                              && memcmp(option->name, name, length) == 0)
            return option;
    }
    return NULL;
}

static bool mistake(const char *format, const char *what, const char *hint)
{
    fputs("handlens: ", stderr);
    fprintf(stderr, format, what);
    fprintf(stderr, "; %s\n", hint);
    return false;
}

/* What an option's value must be, in words. */
static const char *takes(const struct cli_option *option)
{
    if (option->set == set_port)
        return "a number from 1 to 65535";
    if (option->set == set_only)
        return "completed, failed, incomplete, not-tls or several of them with commas";
    return option->value;
}

static bool apply(const struct cli_option *option, const char *value, struct cli_options *out)
{
    if (option->set(out, value) || value == NULL)
        return true;
    fprintf(stderr, "handlens: --%s takes %s, not '%s'\n", option->name, takes(option), value);
    return false;
}

/* --name, --name=value, --name value. */
static bool parse_long(int argc, char **argv, int *i, struct cli_options *out)
{
    const char *name = argv[*i] + 2;
    size_t length = strcspn(name, "=");
    const struct cli_option *option = find_option(0, name, length);

    if (option == NULL)
        return mistake("unknown option '%s'", argv[*i], "'handlens -h' lists them");
    if (option->value == NULL) {
        if (name[length] == '=')
            return mistake("%s: this option takes no value", argv[*i], "leave it out");
        return apply(option, NULL, out);
    }
    if (name[length] == '=')
        return apply(option, name + length + 1, out);
    if (*i + 1 == argc)
        return mistake("%s needs a value", argv[*i], option->help);
    return apply(option, argv[++*i], out);
}

/* -vv, -o FILE, -oFILE. */
static bool parse_letters(int argc, char **argv, int *i, struct cli_options *out)
{
    for (const char *letter = argv[*i] + 1; *letter != '\0'; letter++) {
        const struct cli_option *option = find_option(*letter, NULL, 0);
        if (option == NULL)
            return mistake("unknown option '%s'", argv[*i], "'handlens -h' lists them");
        if (option->value == NULL) {
            apply(option, NULL, out);
            continue;
        }
        if (letter[1] != '\0')
            return apply(option, letter + 1, out);
        if (*i + 1 == argc)
            return mistake("-%s needs a value", letter, option->help);
        return apply(option, argv[++*i], out);
    }
    return true;
}

bool cli_parse(int argc, char **argv, struct cli_options *out)
{
    bool options_over = false;

    *out = (struct cli_options){ .files = argv };
    for (int i = 1; i < argc; i++) {
        char *argument = argv[i];
        if (i == 1 && strcmp(argument, "read") == 0)
            continue;
        if (i == 1 && strcmp(argument, "help") == 0) {
            out->help_short = true;
            continue;
        }
        if (options_over || argument[0] != '-' || argument[1] == '\0') {
            argv[out->file_count++] = argument; /* moved to the front, over what was read */
        } else if (strcmp(argument, "--") == 0) {
            options_over = true;
        } else if (argument[1] == '-' ? !parse_long(argc, argv, &i, out) : !parse_letters(argc, argv, &i, out)) {
            return false;
        }
    }
    return true;
}
