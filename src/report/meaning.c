#include "report/meaning.h"

#include "base/text.h"
#include "base/visit.h"
#include "report/line.h"

/* Where the value of a fact stands, and the title of one of several meanings. */
enum { FACT_COLUMN = 24, TITLE_COLUMN = 34 };

/* "alert 40", "cipher suite 0xc02f": as the tools write them. */
static void put_kind(struct hl_line *line, unsigned gap, const struct hl_meaning *meaning)
{
    struct hl_buffer text;

    buf_init(&text, HL_WORD_SIZE);
    buf_string(&text, hl_word_kind_name(meaning->kind));
    if (meaning->numbered && meaning->kind != HL_WORD_GREASE) {
        const bool hex = meaning->kind == HL_WORD_CIPHER_SUITE || meaning->kind == HL_WORD_SIGNATURE_SCHEME
                         || meaning->kind == HL_WORD_VERSION;
        if (hex)
            buf_printf(&text, " 0x%0*x", meaning->code.digits, meaning->code.id);
        else
            buf_printf(&text, " %u", meaning->code.id);
    }
    line_put_built(line, gap, ROLE_QUIET, &text);
    buf_cleanup(&text);
}

static void put_paragraph(struct hl_line *line, const char *text)
{
    if (text == NULL)
        return;
    line_end(line);
    line_tab(line, line->indent);
    line_put_words(line, 0, ROLE_PLAIN, span_of(text));
    line_end(line);
}

static void put_label(struct hl_line *line, const char *label)
{
    struct hl_buffer text;

    buf_init(&text, HL_WORD_SIZE);
    for (const char *c = label; *c != '\0'; c++)
        buf_char(&text, *c == '_' ? ' ' : *c);
    line_tab(line, 2);
    line_put_built(line, 0, ROLE_QUIET, &text);
    line_tab(line, FACT_COLUMN);
    buf_cleanup(&text);
}

static void put_facts(struct hl_line *line, const struct hl_meaning *meaning)
{
    const unsigned indent = line->indent;

    if (meaning->fact_count + meaning->code_count > 0 || meaning->source != NULL)
        line_end(line);
    line->indent = FACT_COLUMN;
    if (meaning->source != NULL) {
        put_label(line, "said by");
        line_put_words(line, 0, ROLE_PLAIN, span_of(meaning->source));
        line_end(line);
    }
    for (size_t i = 0; i < meaning->fact_count; i++) {
        put_label(line, meaning->facts[i].name);
        line_put_words(line, 0, ROLE_VALUE, span_of(meaning->facts[i].value));
        line_end(line);
    }
    for (size_t i = 0; i < meaning->code_count; i++) {
        put_label(line, i == 0 ? "handlens explain" : "");
        line_put(line, 0, ROLE_STRONG, meaning->codes[i]);
        line_end(line);
    }
    line->indent = indent;
}

void human_meaning(struct hl_buffer *out, const struct hl_meaning *meaning, const struct hl_print_options *options)
{
    struct hl_line line = line_for(out, options, 2);

    line_put_wire(&line, 0, ROLE_STRONG, span_of(meaning->name));
    if (meaning->kind != HL_WORD_GREASE)
        put_kind(&line, 2, meaning);
    line_end(&line);
    line_tab(&line, 2);
    line_put_words(&line, 0, ROLE_PLAIN, span_of(meaning->title));
    line_end(&line);
    put_paragraph(&line, meaning->why);
    put_paragraph(&line, meaning->change);
    put_facts(&line, meaning);
    if (meaning->section == NULL)
        return;
    line_end(&line);
    line_tab(&line, 2);
    line_put(&line, 0, ROLE_QUIET, meaning->section);
    line_end(&line);
}

void human_meaning_line(struct hl_buffer *out, const struct hl_meaning *meaning,
                        const struct hl_print_options *options)
{
    struct hl_line line = line_for(out, options, 4);

    put_kind(&line, 0, meaning);
    line_put_wire(&line, 2, ROLE_STRONG, span_of(meaning->name));
    line_tab(&line, TITLE_COLUMN);
    line_put_words(&line, 2, ROLE_PLAIN, span_of(meaning->title));
    line_end(&line);
}

void human_word_kinds(struct hl_buffer *out, const struct hl_print_options *options)
{
    struct hl_line line = line_for(out, options, TITLE_COLUMN + 1);

    for (int kind = HL_WORD_ALERT; hl_word_kind_about((enum hl_word_kind)kind) != NULL; kind++) {
        line_put(&line, 0, ROLE_STRONG, hl_word_kind_name((enum hl_word_kind)kind));
        line_tab(&line, TITLE_COLUMN);
        line_put_words(&line, 1, ROLE_PLAIN, span_of(hl_word_kind_about((enum hl_word_kind)kind)));
        line_end(&line);
    }
    line_end(&line);
}

static void put_text(const struct hl_visitor *v, const char *key, const char *text)
{
    if (text != NULL)
        v_string(v, key, text);
}

void json_meaning(struct hl_json *json, const struct hl_meaning *meaning)
{
    const struct hl_visitor v = { &json_ops, json };

    v_object(&v, NULL);
    v_string(&v, "kind", hl_word_kind_name(meaning->kind));
    v_string(&v, "name", meaning->name);
    if (meaning->numbered)
        v_code(&v, "number", meaning->code);
    put_text(&v, "source", meaning->source);
    put_text(&v, "matched", meaning->matched);
    put_text(&v, "title", meaning->title);
    put_text(&v, "why", meaning->why);
    put_text(&v, "section", meaning->section);
    put_text(&v, "hint", meaning->change);
    v_object(&v, "facts");
    for (size_t i = 0; i < meaning->fact_count; i++)
        v_string(&v, meaning->facts[i].name, meaning->facts[i].value);
    v_end_object(&v);
    v_array(&v, "codes");
    for (size_t i = 0; i < meaning->code_count; i++)
        v_string(&v, NULL, meaning->codes[i]);
    v_end_array(&v);
    v_end_object(&v);
}
