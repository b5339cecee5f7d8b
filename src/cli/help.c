/* The two helps and the manual page, from the option table. */
#include "cli/options.h"

#include <string.h>

static const char intro[] = "handlens looks into TLS handshakes: what each established, and what went wrong.";

static const struct {
    const char *command, *what;
} examples[] = {
    { "handlens read capture.pcap", "every handshake of a capture, a few lines each" },
    { "handlens --only failed -v capture.pcapng", "those that failed, message by message" },
    { "handlens --sni '*.example.org' --format json a.pcap b.pcap | jq .tls", "as JSON; files in the order of time" },
    { "tcpdump -i eth0 -w - tcp | handlens read -", "from another program" },
};

static void put_invocation(char out[64], const struct cli_option *option)
{
    char letter[8] = "    ";

    if (option->letter != 0)
        snprintf(letter, sizeof letter, "-%c%s", option->letter, option->name != NULL ? ", " : "");
    snprintf(out, 64, "%s%s%s%s%s", letter, option->name != NULL ? "--" : "", option->name != NULL ? option->name : "",
             option->value != NULL ? " " : "", option->value != NULL ? option->value : "");
}

/* Words of `text`, wrapped at 80 columns. */
static void put_wrapped(FILE *out, unsigned indent, const char *text)
{
    unsigned column = 0;

    while (*text != '\0') {
        size_t length = strcspn(text, " ");
        if (column == 0)
            column = (unsigned)fprintf(out, "%*s", (int)indent, "");
        else if (column + 1 + length > 80)
            column = (unsigned)fprintf(out, "\n%*s", (int)indent, "") - 1;
        else
            column += (unsigned)fprintf(out, " ");
        column += (unsigned)fprintf(out, "%.*s", (int)length, text);
        text += length;
        text += strspn(text, " ");
    }
    fputc('\n', out);
}

void cli_help(FILE *out, bool complete)
{
    fprintf(out, "%s\n\nUsage: handlens [read] [OPTION...] FILE...\n\n", intro);
    put_wrapped(out, 0,
                "FILE is a pcap or pcapng capture, plain or compressed with gzip, Zstandard or LZ4; - is standard "
                "input. Several files, in the order of time, are one capture.");
    fputc('\n', out);
    for (size_t i = 0; i < cli_option_count; i++) {
        const struct cli_option *option = &cli_options[i];
        char invocation[64];
        if (!complete && option->name != NULL && strcmp(option->name, "print-manual") == 0)
            continue;
        put_invocation(invocation, option);
        if (!complete) {
            fprintf(out, "  %-31s%s\n", invocation, option->help);
            continue;
        }
        fprintf(out, "  %s\n", invocation);
        put_wrapped(out, 8, option->help);
        if (option->more != NULL)
            put_wrapped(out, 8, option->more);
    }
    fputs("\nExamples:\n", out);
    for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) {
        if (complete || i < 1)
            fprintf(out, "  %s\n      %s\n", examples[i].command, examples[i].what);
    }
    if (complete)
        fputs("\nExit status: 0 done; 2 wrong usage, a file could not be read, or output could not be\nwritten; 130 interrupted.\n", out);
}

/* Text for roff: hyphens as they are typed, no line that begins like a request. */
static void put_roff(FILE *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '-' || *text == '\\')
            fputc('\\', out);
        if (*text == '\\')
            fputs("e", out);
        else if (*text == '\'')
            fputs("\\(aq", out);
        else
            fputc(*text, out);
    }
    fputc('\n', out);
}

static void put_section(FILE *out, const char *name)
{
    fprintf(out, ".SH %s\n", name);
}

void cli_manual(FILE *out)
{
    fprintf(out, ".TH HANDLENS 1 \"2026\" \"handlens %s\" \"User Commands\"\n", hl_version());
    put_section(out, "NAME");
    put_roff(out, "handlens - look into TLS handshakes");
    put_section(out, "SYNOPSIS");
    fputs(".B handlens\n[\\fBread\\fR] [\\fIOPTION\\fR...] \\fIFILE\\fR...\n", out);
    put_section(out, "DESCRIPTION");
    put_roff(out, intro);
    put_roff(out, "read is the command; it may be left out.");
    fputs(".PP\n", out);
    put_roff(out, "Each FILE is a capture in pcap or pcapng format, plain or compressed with gzip, Zstandard or LZ4; - "
                  "is standard input. Several files, given in the order of time, are one continuous capture: a handshake "
                  "may begin in one and end in the next.");
    fputs(".PP\n", out);
    put_roff(out, "TLS is found on any port by its content, also after another protocol (STARTTLS, HTTP CONNECT, SOCKS, "
                  "the PROXY protocol). TCP streams are always put together: out of order, retransmitted, overlapping "
                  "and missing segments need no option.");
    put_section(out, "OPTIONS");
    for (size_t i = 0; i < cli_option_count; i++) {
        const struct cli_option *option = &cli_options[i];
        fputs(".TP\n", out);
        if (option->letter != 0)
            fprintf(out, "\\fB\\-%c\\fR%s", option->letter, option->name != NULL ? ", " : "");
        if (option->name != NULL) {
            fputs("\\fB\\-\\-", out);
            for (const char *c = option->name; *c != '\0'; c++)
                fprintf(out, *c == '-' ? "\\-" : "%c", *c);
            fputs("\\fR", out);
        }
        if (option->value != NULL)
            fprintf(out, " \\fI%s\\fR", option->value);
        fputc('\n', out);
        put_roff(out, option->help);
        if (option->more != NULL)
            put_roff(out, option->more);
    }
    put_section(out, "OUTPUT");
    put_roff(out, "For people, each handshake takes a few lines: who talked to whom, the server name asked for and the "
                  "outcome; what was negotiated; the server's certificate. Its outcome is one of");
    static const char *const outcomes[][2] = {
        { "completed", "both sides finished the handshake." },
        { "failed", "a fatal alert was sent, or the connection was closed before that." },
        { "incomplete", "nothing in the capture proves either." },
        { "not-tls", "the server answered with something else." },
    };
    for (size_t i = 0; i < sizeof outcomes / sizeof outcomes[0]; i++) {
        fputs(".TP\n.B ", out);
        put_roff(out, outcomes[i][0]);
        put_roff(out, outcomes[i][1]);
    }
    fputs(".PP\n", out);
    put_roff(out, "Everything that comes from the wire is escaped: a capture cannot send control sequences to the "
                  "terminal. What is encrypted is shown as encrypted, with its length.");
    put_section(out, "EXAMPLES");
    for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) {
        fputs(".TP\n.B ", out);
        put_roff(out, examples[i].command);
        put_roff(out, examples[i].what);
    }
    put_section(out, "ENVIRONMENT");
    fputs(".TP\n.B NO_COLOR\n", out);
    put_roff(out, "When set to anything but the empty string, colours are used only with --color always.");
    put_section(out, "EXIT STATUS");
    fputs(".TP\n.B 0\n", out);
    put_roff(out, "All files were read. A file that is cut short gives what was in it and a warning.");
    fputs(".TP\n.B 2\n", out);
    put_roff(out, "Wrong usage, a file that could not be read, or output that could not be written.");
    fputs(".TP\n.B 130\n", out);
    put_roff(out, "Interrupted; what had been found was written.");
    put_section(out, "SEE ALSO");
    fputs(".BR tcpdump (1),\n.BR tshark (1),\n.BR openssl-s_client (1)\n", out);
}
