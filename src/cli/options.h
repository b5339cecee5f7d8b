/* options.h - the command line: one table says what there is; parsing, the two
 * helps and the manual page all read it. */
#ifndef HL_CLI_OPTIONS_H
#define HL_CLI_OPTIONS_H

#include <handlens/handlens.h>
#include <stdbool.h>
#include <stdio.h>

enum cli_color { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

struct cli_options {
    enum hl_format format;
    const char *output; /* NULL: standard output */
    int verbosity;
    enum cli_color color;
    unsigned only;      /* 1u << enum hl_outcome; 0: all */
    const char *sni;    /* glob; NULL: all */
    unsigned port;      /* 0: all */
    bool progress;      /* even when standard error is no terminal */
    bool quiet;         /* no summary */
    bool help_short, help_long, version, manual;
    char **files;
    int file_count;
};

struct cli_option {
    char letter;       /* 0: none */
    const char *name;  /* without the dashes */
    const char *value; /* what it takes, NULL: nothing */
    const char *help;  /* one sentence */
    const char *more;  /* more for --help and the manual; may be NULL */
    /* False when the value is not one of those it takes. */
    bool (*set)(struct cli_options *options, const char *value);
};

extern const struct cli_option cli_options[];
extern const size_t cli_option_count;

/* Fills `out`; on a mistake prints one line to standard error and returns false. The first
 * argument may be the command "read". */
bool cli_parse(int argc, char **argv, struct cli_options *out);
void cli_help(FILE *out, bool complete);
void cli_manual(FILE *out);

#endif
