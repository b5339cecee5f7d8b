#include "cli/explain.h"

#include "cli/output.h"

#include <stdlib.h>
#include <string.h>

enum { EXIT_DONE = 0, EXIT_UNKNOWN = 2 };

/* A line of a log is shorter. */
#define TEXT_MAX ((size_t)64 << 10)
#define SIMILAR_MAX 3u
/* What is not known is repeated up to here. */
#define ECHO_MAX 100

/* Of one text: its meanings are shown in full when there is one, else in a line each. */
struct explaining {
    struct hl_printer *printer;
    size_t meanings;
};

static struct hl_span span_of(const char *text)
{
    return (struct hl_span){ (const uint8_t *)text, strlen(text) };
}

static void count_one(void *user, const struct hl_meaning *meaning)
{
    (void)meaning;
    ((struct explaining *)user)->meanings++;
}

static void print_one(void *user, const struct hl_meaning *meaning)
{
    const struct explaining *e = user;

    (void)hl_printer_meaning(e->printer, meaning, e->meanings == 1);
}

static bool explain(struct hl_printer *printer, const char *text, enum hl_word_scope scope)
{
    struct explaining e = { .printer = printer };

    if (hl_explain_text(span_of(text), scope, count_one, &e) == 0)
        return false;
    (void)hl_explain_text(span_of(text), scope, print_one, &e);
    return true;
}

/* The text comes from a log: nothing that controls a terminal is repeated. */
static void echo(const char *text)
{
    for (int i = 0; text[i] != '\0' && i < ECHO_MAX; i++)
        fputc(text[i] >= ' ' && text[i] < 0x7f ? text[i] : '?', stderr);
    if (strlen(text) > ECHO_MAX)
        fputs("...", stderr);
}

static void complain(const char *text)
{
    char words[SIMILAR_MAX][HL_WORD_SIZE];
    const size_t count = hl_similar_words(span_of(text), words, SIMILAR_MAX);

    fputs("handlens: nothing is known about '", stderr);
    echo(text);
    fputs(count > 0 ? "'; did you mean " : "'; 'handlens explain' lists what is", stderr);
    for (size_t i = 0; i < count; i++)
        fprintf(stderr, "%s%s", i == 0 ? "" : i + 1 == count ? " or " : ", ", words[i]);
    fputc('\n', stderr);
}

/* A single argument, which may be a whole line in quotes. */
static bool explain_argument(struct hl_printer *printer, const char *text)
{
    return explain(printer, text, HL_WORD_WHOLE) || explain(printer, text, HL_WORD_INSIDE)
           || (strchr(text, ' ') != NULL && explain(printer, text, HL_WORD_PARTS));
}

/* All arguments with a space between them, as they were pasted; to be freed. */
static char *join(char **words, int count)
{
    size_t length = 1;

    for (int i = 0; i < count; i++)
        length += strlen(words[i]) + 1;
    char *text = length <= TEXT_MAX ? calloc(1, length) : NULL;
    for (int i = 0; text != NULL && i < count; i++) {
        if (i > 0)
            strcat(text, " ");
        strcat(text, words[i]);
    }
    return text;
}

/* One text of several words, or several words of which each one is asked. */
static bool explain_all(struct hl_printer *printer, char **words, int count)
{
    char *text = join(words, count);
    bool all = true;
    int known = 0;

    if (text == NULL) {
        fputs("handlens: that is too long; give the line with the error only\n", stderr);
        return false;
    }
    struct explaining e = { .printer = NULL };
    for (int i = 0; i < count; i++)
        known += hl_explain_text(span_of(words[i]), HL_WORD_WHOLE, count_one, &e) > 0;
    if (count > 1
        && (explain(printer, text, HL_WORD_WHOLE) || (known < count && explain(printer, text, HL_WORD_INSIDE)))) {
        free(text);
        return true;
    }
    /* A line that was pasted without quotes: most of its words are nobody's. */
    if (count > 2 && 2 * known < count) {
        all = explain(printer, text, HL_WORD_PARTS);
        if (!all)
            complain(text);
    } else {
        for (int i = 0; i < count; i++) {
            if (explain_argument(printer, words[i]))
                continue;
            complain(words[i]);
            all = false;
        }
    }
    free(text);
    return all;
}

static void list_all(struct hl_printer *printer)
{
    const char *code;

    hl_printer_word_kinds(printer);
    for (size_t i = 0; (code = hl_explain_code(i)) != NULL; i++)
        hl_printer_code(printer, code);
}

int cli_explain(const struct cli_options *options)
{
    struct cli_output output;
    bool done = true;

    if (!output_open(&output, options->output))
        return EXIT_UNKNOWN;
    const struct hl_print_options print = {
        .format = options->format,
        .color = output_color(&output, options->color),
        .width = output_width(&output),
    };
    struct hl_printer *printer = hl_printer_new(&print, output_write, &output);
    if (printer == NULL)
        return EXIT_UNKNOWN;
    if (options->file_count > 0)
        done = explain_all(printer, options->files, options->file_count);
    else
        list_all(printer);
    hl_printer_free(printer);
    if (!output_close(&output))
        done = false;
    return done ? EXIT_DONE : EXIT_UNKNOWN;
}
