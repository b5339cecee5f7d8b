#include "report/human.h"
#include "report/items.h"
#include "report/json.h"
#include "report/meaning.h"
#include "report/markdown.h"
#include "report/walk.h"

#include <stdlib.h>

/* One handshake's text; certificates of half a megabyte in -vv hex still fit. */
#define TEXT_MAX ((size_t)64 << 20)
/* A buffer that grew beyond this is given back. */
#define TEXT_KEEP ((size_t)1 << 20)

struct hl_printer {
    struct hl_print_options options;
    hl_write_fn *write;
    void *user;
    struct hl_buffer text;
    struct hl_buffer scratch;
    struct hl_json json;
    struct hl_memo *memo; /* NULL when memory ran out: only slower */
    uint64_t printed;
    struct causes causes; /* of what was printed */
    bool failed;
};

struct hl_printer *hl_printer_new(const struct hl_print_options *options, hl_write_fn *write, void *user)
{
    struct hl_printer *printer = calloc(1, sizeof *printer);

    if (printer == NULL)
        return NULL;
    printer->options = *options;
    printer->write = write;
    printer->user = user;
    buf_init(&printer->text, TEXT_MAX);
    buf_init(&printer->scratch, WALK_SCRATCH_MAX);
    printer->json.out = &printer->text;
    if (options->format == HL_FORMAT_JSON)
        printer->memo = memo_new(&printer->json);
    return printer;
}

void hl_printer_free(struct hl_printer *printer)
{
    if (printer == NULL)
        return;
    memo_free(printer->memo);
    buf_cleanup(&printer->scratch);
    buf_cleanup(&printer->text);
    free(printer);
}

static bool send(struct hl_printer *printer)
{
    struct hl_buffer *text = &printer->text;

    if (text->failed || (text->len > 0 && !printer->write(printer->user, text->data, text->len)))
        printer->failed = true;
    if (text->size > TEXT_KEEP)
        buf_cleanup(text);
    text->len = 0;
    return !printer->failed;
}

bool hl_printer_handshake(struct hl_printer *printer, const struct hl_handshake *handshake)
{
    if (printer->failed)
        return false;
    printer->printed++;
    causes_add(&printer->causes, handshake);
    switch (printer->options.format) {
    case HL_FORMAT_JSON: {
        const struct hl_visitor visitor = { &json_ops, &printer->json };
        printer->json.need_comma = false;
        walk_handshake(handshake, printer->options.verbosity >= 2 ? HL_DETAIL_ALL : HL_DETAIL_NORMAL, &visitor,
                       printer->memo, &printer->scratch);
        buf_char(&printer->text, '\n');
        break;
    }
    case HL_FORMAT_MARKDOWN:
        markdown_handshake(&printer->text, handshake);
        break;
    case HL_FORMAT_HUMAN:
        human_handshake(&printer->text, handshake, &printer->options);
    }
    return send(printer);
}

bool hl_printer_summary(struct hl_printer *printer, const struct hl_counters *counters)
{
    if (printer->failed)
        return false;
    if (printer->options.format == HL_FORMAT_HUMAN) {
        human_summary(&printer->text, counters, printer->printed, &printer->options);
        human_causes(&printer->text, &printer->causes, &printer->options);
    }
    if (printer->options.format == HL_FORMAT_MARKDOWN)
        markdown_summary(&printer->text, counters, printer->printed);
    return send(printer);
}

void hl_printer_join(struct hl_printer *printer, const struct hl_printer *other)
{
    printer->printed += other->printed;
    causes_join(&printer->causes, &other->causes);
}

static bool print_explanation(struct hl_printer *printer, const char *code, bool whole)
{
    struct hl_explanation explanation;

    if (printer->failed || !hl_explain(code, &explanation))
        return false;
    if (printer->options.format == HL_FORMAT_JSON) {
        printer->json.need_comma = false;
        json_explanation(&printer->json, &explanation);
        buf_char(&printer->text, '\n');
    } else if (whole) {
        human_explanation(&printer->text, &explanation, &printer->options);
    } else {
        human_code(&printer->text, &explanation, &printer->options);
    }
    return send(printer);
}

bool hl_printer_explanation(struct hl_printer *printer, const char *code)
{
    return print_explanation(printer, code, true);
}

bool hl_printer_code(struct hl_printer *printer, const char *code)
{
    return print_explanation(printer, code, false);
}

bool hl_printer_meaning(struct hl_printer *printer, const struct hl_meaning *meaning, bool whole)
{
    if (printer->failed)
        return false;
    if (meaning->kind == HL_WORD_FINDING)
        return print_explanation(printer, meaning->name, whole);
    if (printer->options.format == HL_FORMAT_JSON) {
        printer->json.need_comma = false;
        json_meaning(&printer->json, meaning);
        buf_char(&printer->text, '\n');
    } else if (whole) {
        human_meaning(&printer->text, meaning, &printer->options);
    } else {
        human_meaning_line(&printer->text, meaning, &printer->options);
    }
    return send(printer);
}

bool hl_printer_word_kinds(struct hl_printer *printer)
{
    if (printer->failed)
        return false;
    if (printer->options.format != HL_FORMAT_JSON)
        human_word_kinds(&printer->text, &printer->options);
    return send(printer);
}

bool hl_printer_item(struct hl_printer *printer, const struct hl_item *item)
{
    if (printer->failed)
        return false;
    if (printer->options.format == HL_FORMAT_JSON) {
        printer->json.need_comma = false;
        json_item(&printer->json, item, printer->options.verbosity > 0 ? HL_DETAIL_ALL : HL_DETAIL_NORMAL,
                  &printer->scratch);
        buf_char(&printer->text, '\n');
    } else {
        human_item(&printer->text, item, &printer->options);
    }
    return send(printer);
}
