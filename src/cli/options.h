/* options.h - the command line: one table says what there is; parsing, the two
 * helps and the manual page all read it. */
#ifndef HL_CLI_OPTIONS_H
#define HL_CLI_OPTIONS_H

#include <handlens/handlens.h>
#include <stdbool.h>
#include <stdio.h>

enum cli_color { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

enum cli_command { COMMAND_READ = 1, COMMAND_DECODE = 2, COMMAND_EXPLAIN = 4, COMMAND_DIFF = 16, COMMAND_LIVE = 32, COMMAND_CHECK = 64,
                   COMMAND_POLICY = 128, COMMAND_ALL = 247,
                   COMMAND_RARELY = 8 /* of an option: the short help leaves it out */ };

/* An option that may be given more than once. */
#define CLI_PATHS_MAX 64
struct cli_paths {
    const char *list[CLI_PATHS_MAX];
    unsigned count;
};

/* --report FORMAT=FILE of check. */
#define CLI_REPORTS_MAX 16
struct cli_report_file {
    enum hl_check_format format;
    const char *path; /* NULL: standard output */
};

struct cli_options {
    enum cli_command command;
    enum hl_format format;
    bool format_given;
    const char *output; /* NULL: standard output; or kafka://... */
    const char *kafka_config; /* NULL: none */
    const char *spill;        /* the same */
    uint64_t spill_size;      /* in bytes; 0: the usual */
    int verbosity;
    enum cli_color color;
    unsigned only;      /* 1u << enum hl_outcome; 0: all */
    const char *sni;    /* glob; NULL: all */
    unsigned port;      /* 0: all */
    bool progress;      /* even when standard error is no terminal */
    bool quiet;         /* no summary */
    struct cli_paths ca_files, ca_paths, intermediates, crls, ct_logs;
    bool no_ca;         /* trust nobody */
    const char *host;   /* judge certificates for this name; NULL: the one asked for */
    bool at_given;
    int64_t at;         /* judge as of this time, seconds since 1970 */
    enum hl_signature_policy signatures;
    int fail_on;        /* enum hl_severity; -1: never */
    struct cli_paths key_logs, keys, psks; /* psks: [IDENTITY:]HEX */
    bool too_many_psks;
    const char *key_pass_file; /* NULL: none */
    const char *write_certs; /* a directory; NULL: none */
    const char *decrypted_pcap; /* NULL: none; "-" is standard output */
    const char *write_pcap;     /* the same, without secrets */
    const char *write_failed;   /* the same, of failed handshakes only */
    const char *html; /* NULL: none; "-" is standard output */
    bool redact;
    bool show_secrets;
    struct cli_paths interfaces; /* live: names; none: the default one */
    bool list_interfaces, promiscuous, no_sandbox;
    unsigned long count;    /* handshakes after which live ends; 0: never */
    double duration_s;      /* after which live ends; 0: never */
    double stats_s;         /* between two events with counters, in JSON; 0: none */
    uint64_t rotate_size;   /* bytes after which a file is set aside; 0: never */
    double rotate_s;        /* seconds after which it is; 0: never */
    unsigned keep;          /* files of a name, with the one being written; 0: all */
    unsigned snap_length;   /* 0: whole packets */
    unsigned buffer_mib;    /* 0: the usual */
    unsigned workers;       /* threads; 0: one */
    const char *user;       /* NULL: nobody */
    const char *policy;     /* check: NULL: the usual one */
    const char *proxy;      /* check: NULL: none */
    const char *server_name, *connect; /* check: NULL: as the target says */
    double timeout_s;       /* of one connection; 0: the usual */
    unsigned connections;   /* for one target; 0: the usual */
    bool fail_on_warnings;  /* check */
    unsigned retries;       /* check: of a connection that says nothing; one more than that number, 0: the usual */
    double delay_s;         /* check: between two connections */
    bool all_addresses;     /* check */
    bool enumerate;         /* check */
    bool intrusive;
    unsigned parallel;      /* check: targets at once; 0: one */
    const char *targets;    /* check: a file of them; NULL: none */
    struct cli_paths expected; /* check: expressions */
    const char *clients;    /* check: a capture whose clients are replayed; NULL: none */
    const char *save_pcap;  /* check: a file for its own connections; NULL: none */
    const char *baseline;   /* check: an earlier result; NULL: none */
    const char *write_baseline; /* check: a file for what is found; NULL: none */
    enum hl_check_format check_format;
    struct cli_report_file reports[CLI_REPORTS_MAX]; /* check */
    unsigned report_count;
    bool help_short, help_long, version, manual;
    char **files;
    int file_count;
};

struct cli_option {
    unsigned commands; /* enum cli_command, or'ed: where it may stand */
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
 * argument may be a command; without one it is "read". */
bool cli_parse(int argc, char **argv, struct cli_options *out);
void cli_help(FILE *out, enum cli_command command, bool complete);
void cli_manual(FILE *out);

#endif
