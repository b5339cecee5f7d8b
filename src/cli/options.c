#include "cli/options_parts.h"

#include "cli/kafka_url.h"

#include <string.h>

static const struct cli_option *find_option(enum cli_command command, char letter, const char *name, size_t length)
{
    for (size_t i = 0; i < cli_option_count; i++) {
        const struct cli_option *option = &cli_options[i];
        if ((option->commands & command) == 0)
            continue;
        if (letter != 0 ? option->letter == letter
                        : option->name != NULL && strlen(option->name) == length
                              && memcmp(option->name, name, length) == 0)
            return option;
    }
    return NULL;
}

/* What an option's value must be, in words. */
static const char *takes(const struct cli_option *option)
{
    if (option->set == set_port)
        return "a number from 1 to 65535";
    if (option->set == set_duration || option->set == set_stats_interval || option->set == set_rotate_time)
        return "a number and s, m, h or d, as 10m";
    if (option->set == set_count)
        return "a number from 1 on";
    if (option->set == set_snap_length)
        return "a number from 1 to 262144";
    if (option->set == set_rotate_size)
        return "a number of bytes from 1K on, as 100M";
    if (option->set == set_spill_size)
        return "a number of bytes from 64K on, as 100M";
    if (option->set == set_workers)
        return "a number from 1 to 64";
    if (option->set == set_keep)
        return "a number from 1 to 1000000";
    if (option->set == set_buffer)
        return "a number from 1 to 1024";
    if (option->set == set_only)
        return "completed, failed, incomplete, not-tls or several of them with commas";
    if (option->set == set_at)
        return "now, 2026-12-31, 2026-12-31T23:59:59Z or @SECONDS";
    if (option->set == set_check_format)
        return "human, json, markdown, junit, sarif or html";
    if (option->set == add_report)
        return "human, json, markdown, junit, sarif or html, = and a file (as junit=out.xml), 16 times at the most";
    if (option->set == set_fail_on)
        return "info, low, medium, high, critical or never";
    return option->value;
}

static bool apply(const struct cli_option *option, const char *value, struct cli_options *out)
{
    if (option->set(out, value) || value == NULL)
        return true;
    if (option->set == set_psk) /* the value is a secret */
        fprintf(stderr, "handlens: --%s takes %s, %d times at the most\n", option->name, takes(option), CLI_PATHS_MAX);
    else
        fprintf(stderr, "handlens: --%s takes %s, not '%s'\n", option->name, takes(option), value);
    return false;
}

/* --name, --name=value, --name value. */
static bool parse_long(int argc, char **argv, int *i, struct cli_options *out)
{
    const char *name = argv[*i] + 2;
    size_t length = strcspn(name, "=");
    const struct cli_option *option = find_option(out->command, 0, name, length);

    if (option == NULL)
        return option_mistake("unknown option '%s'", argv[*i], "'handlens -h' lists them");
    if (option->value == NULL) {
        if (name[length] == '=')
            return option_mistake("%s: this option takes no value", argv[*i], "leave it out");
        return apply(option, NULL, out);
    }
    if (name[length] == '=')
        return apply(option, name + length + 1, out);
    if (*i + 1 == argc)
        return option_mistake("%s needs a value", argv[*i], option->help);
    return apply(option, argv[++*i], out);
}

/* -vv, -o FILE, -oFILE. */
static bool parse_letters(int argc, char **argv, int *i, struct cli_options *out)
{
    for (const char *letter = argv[*i] + 1; *letter != '\0'; letter++) {
        const struct cli_option *option = find_option(out->command, *letter, NULL, 0);
        if (option == NULL)
            return option_mistake("unknown option '%s'", argv[*i], "'handlens -h' lists them");
        if (option->value == NULL) {
            apply(option, NULL, out);
            continue;
        }
        if (letter[1] != '\0')
            return apply(option, letter + 1, out);
        if (*i + 1 == argc)
            return option_mistake("-%s needs a value", letter, option->help);
        return apply(option, argv[++*i], out);
    }
    return true;
}

/* What --decrypted-pcap needs, or what needs it. */
static enum cli_command command_of(const char *word)
{
    static const struct {
        const char *word;
        enum cli_command command;
    } commands[] = { { "read", COMMAND_READ }, { "decode", COMMAND_DECODE }, { "live", COMMAND_LIVE },
                     { "diff", COMMAND_DIFF },
                     { "check", COMMAND_CHECK },
                     { "policy", COMMAND_POLICY },
                     { "explain", COMMAND_EXPLAIN } };

    for (size_t i = 0; word != NULL && i < sizeof commands / sizeof commands[0]; i++) {
        if (strcmp(word, commands[i].word) == 0)
            return commands[i].command;
    }
    return 0;
}

bool cli_parse(int argc, char **argv, struct cli_options *out)
{
    enum cli_command command = argc > 1 ? command_of(argv[1]) : 0;
    bool options_over = false;

    *out = (struct cli_options){ .files = argv, .command = command != 0 ? command : COMMAND_READ, .fail_on = -1 };
    for (int i = command != 0 ? 2 : 1; i < argc; i++) {
        char *argument = argv[i];
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
    if (kafka_url_is(out->output) && !out->format_given)
        out->format = HL_FORMAT_JSON;
    return !options_contradict(out);
}
