/* Which of the tables' rows a text means: hl_explain_text(). */
#include "analyze/catalogue.h"
#include "analyze/words/words.h"
#include "base/text.h"
#include "registry/suite_names.h"

#include <stdio.h>

#define TEXT_MAX ((size_t)64 << 10)
#define ARENA_MAX ((size_t)64 << 10)
/* Of a whole line; a meaning is told once, though its name may stand there twice. */
#define TOLD_MAX 32u
/* Words of a text that are looked up by name, each against all names. */
#define PARTS_MAX 256u

struct telling {
    struct hl_arena arena;
    hl_meaning_fn *on_meaning;
    void *user;
    const char *matched;
    char told[TOLD_MAX][HL_WORD_SIZE];
    size_t count;
};

static void tell(struct telling *t, struct hl_meaning *meaning)
{
    for (size_t i = 0; i < t->count && i < TOLD_MAX; i++) {
        if (strncmp(t->told[i], meaning->name, HL_WORD_SIZE - 1) == 0 && t->matched != NULL)
            return;
    }
    if (t->count < TOLD_MAX)
        snprintf(t->told[t->count], HL_WORD_SIZE, "%s", meaning->name);
    meaning->matched = t->matched;
    t->count++;
    t->on_meaning(t->user, meaning);
    arena_reset(&t->arena);
}

static void tell_code(struct telling *t, const struct word_table *table, uint32_t id)
{
    struct hl_meaning meaning;

    meaning_of_code(table, id, &t->arena, &meaning);
    tell(t, &meaning);
}

static bool tell_finding(struct telling *t, struct hl_span text)
{
    struct hl_explanation e;
    char code[64];

    if (text.len >= sizeof code)
        return false;
    snprintf(code, sizeof code, "%.*s", (int)text.len, (const char *)text.ptr);
    if (!hl_explain(code, &e))
        return false;
    struct hl_meaning meaning = {
        .kind = HL_WORD_FINDING,
        .name = e.code,
        .severity = hl_severity_name(e.severity),
        .title = e.title,
        .why = e.why,
        .change = e.change,
        .section = e.section,
    };
    tell(t, &meaning);
    return true;
}

/* --- numbers ----------------------------------------------------------------------- */

/* A named number of a table, or, where the table was named, any that fits into it. */
static void tell_number(struct telling *t, const struct word_table *table, uint32_t id, unsigned hex_digits, bool any)
{
    const unsigned digits = reg_tables[table->registry].digits;
    size_t index;

    if (id > (digits == 2 ? 0xffu : 0xffffu) || hex_digits > digits)
        return;
    if (!reg_index(table->registry, id, &index) && !any)
        return;
    tell_code(t, table, id);
}

static void tell_numbers(struct telling *t, struct hl_span text, const struct word_table *only)
{
    struct word_number number;
    struct hl_meaning meaning;

    if (!word_number(text, &number))
        return;
    if (number.hex && number.hex_digits == 4 && is_grease16((uint16_t)number.as_hex)) {
        meaning_of_grease(number.as_hex, &t->arena, &meaning);
        tell(t, &meaning);
        return;
    }
    for (size_t i = 0; i < WORD_TABLES; i++) {
        const struct word_table *table = &word_tables[i];
        if ((only != NULL && table != only) || (number.pair && table->kind != HL_WORD_CIPHER_SUITE))
            continue;
        const size_t before = t->count;
        if (number.hex)
            tell_number(t, table, number.as_hex, number.hex_digits, only != NULL && !number.decimal);
        if (number.decimal && t->count == before)
            tell_number(t, table, number.as_decimal, 0, only != NULL);
    }
}

/* --- names ------------------------------------------------------------------------- */

static bool is_in_list(struct hl_span text, const char *list)
{
    struct hl_span rest = span_of(list), phrase;

    while (phrase_next(&rest, &phrase)) {
        if (phrase_equal(text, phrase))
            return true;
    }
    return false;
}

/* Older names of OpenSSL and Java for the same: EDH-RSA-..., SSL_RSA_WITH_... */
static bool is_suite_name(struct hl_span text, const char *iana)
{
    char name[SUITE_NAME_SIZE], old[SUITE_NAME_SIZE + 8];

    if (suite_openssl_name(iana, name)) {
        if (phrase_equal(text, span_of(name)))
            return true;
        if (strncmp(name, "DHE-", 4) == 0 || strncmp(name, "EXP-DHE-", 8) == 0) {
            const bool export = name[0] == 'E';
            snprintf(old, sizeof old, "%sEDH-%s", export ? "EXP-" : "", name + (export ? 8 : 4));
            if (phrase_equal(text, span_of(old)))
                return true;
        }
    }
    if (suite_gnutls_name(iana, name) && phrase_equal(text, span_of(name)))
        return true;
    snprintf(old, sizeof old, "SSL%s", iana + 3);
    return strncmp(iana, "TLS_", 4) == 0 && (phrase_equal(text, span_of(old)) || phrase_equal(text, span_of(iana + 4)));
}

static bool is_name_of(const struct word_table *table, uint32_t id, const char *name, struct hl_span text)
{
    const struct word_row *row = word_row(table, id);

    return phrase_equal(text, span_of(name)) || (row != NULL && is_in_list(text, row->also))
           || (table->kind == HL_WORD_CIPHER_SUITE && is_suite_name(text, name));
}

/* `text` is normalised. */
static void tell_names(struct telling *t, struct hl_span text, const struct word_table *only)
{
    for (size_t i = 0; i < WORD_TABLES; i++) {
        const struct reg_table *registry = &reg_tables[word_tables[i].registry];
        bool found = false;
        if (only != NULL && &word_tables[i] != only)
            continue;
        for (size_t j = 0; j < registry->range_count && !found; j++) {
            const struct reg_range *range = &registry->ranges[j];
            for (uint32_t id = range->first; id <= range->last && !found; id++) {
                found = is_name_of(&word_tables[i], id, registry->names[range->name + (id - range->first)], text);
                if (found)
                    tell_code(t, &word_tables[i], id);
            }
        }
    }
}

/* What stands behind the first `letters` letters and digits, with its punctuation. */
static struct hl_span behind(struct hl_span text, size_t letters)
{
    const uint8_t *c = text.ptr, *end = text.ptr + text.len;

    for (; c < end && letters > 0; c++)
        letters -= (*c >= '0' && *c <= '9') || (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z');
    while (c < end && (*c == ' ' || *c == ':' || *c == '=' || *c == '#' || *c == '(' || *c == '_' || *c == '-'))
        c++;
    return (struct hl_span){ c, (size_t)(end - c) };
}

static size_t letters_of(struct hl_span phrase)
{
    size_t letters = 0;

    for (size_t i = 0; i < phrase.len; i++)
        letters += phrase.ptr[i] != ' ';
    return letters;
}

/* "alert 40": the number or name behind one of the words that say which table is meant. */
static void tell_with_kind(struct telling *t, struct hl_span text, struct hl_span normal)
{
    for (size_t i = 0; i < WORD_TABLES; i++) {
        struct hl_span rest = span_of(word_tables[i].prefixes), prefix;
        while (phrase_next(&rest, &prefix)) {
            const size_t length = phrase_begins(normal, prefix);
            if (length == 0 || length == normal.len)
                continue;
            tell_numbers(t, behind(text, letters_of(prefix)), &word_tables[i]);
            if (t->count == 0)
                tell_names(t, (struct hl_span){ normal.ptr + length + 1, normal.len - length - 1 }, &word_tables[i]);
            if (t->count > 0)
                return;
        }
    }
}

/* --- messages of other programs ---------------------------------------------------- */

static void tell_match(struct telling *t, struct hl_span text, const struct word_match *match)
{
    char matched[2 * HL_WORD_SIZE];
    struct hl_meaning meaning;
    struct hl_span keys = span_of(match->row != NULL ? match->row->keys : ""), key;

    snprintf(matched, sizeof matched, "%.*s", (int)match->length, (const char *)text.ptr + match->at);
    if (match->row == NULL) {
        t->matched = matched;
        tell_code(t, &word_tables[0], match->alert);
    } else if (phrase_next(&keys, &key)) {
        t->matched = match->length == text.len && phrase_equal(text, key) ? NULL : matched;
        meaning_of_error(match->row, key, &t->arena, &meaning);
        tell(t, &meaning);
    }
    t->matched = NULL;
}

static void tell_inside(struct telling *t, struct hl_span normal)
{
    struct word_match best;

    if (match_inside(normal, &best))
        tell_match(t, normal, &best);
}

/* --- a text ------------------------------------------------------------------------ */

static struct hl_span trimmed(struct hl_span s)
{
    while (s.len > 0 && s.ptr[0] <= ' ')
        s = (struct hl_span){ s.ptr + 1, s.len - 1 };
    while (s.len > 0 && s.ptr[s.len - 1] <= ' ')
        s.len--;
    return s;
}

static void tell_whole(struct telling *t, struct hl_span text, struct hl_span normal)
{
    struct word_match error;

    if (tell_finding(t, text))
        return;
    tell_numbers(t, text, NULL);
    if (t->count == 0)
        tell_names(t, normal, NULL);
    const bool named = t->count > 0;
    /* "no application protocol" is the alert, and OpenSSL's word for it, which says no more. */
    if (match_whole(normal, &error) && !(named && error.row->alert % ERROR_GENERIC != 0))
        tell_match(t, normal, &error);
    if (t->count == 0)
        tell_with_kind(t, text, normal);
}

/* Names stand alone between spaces and punctuation, and have something in them that words do not have. */
static void tell_parts(struct telling *t, struct hl_span text)
{
    char token[HL_WORD_SIZE];
    struct hl_buffer normal;
    unsigned parts = 0;

    buf_init(&normal, HL_WORD_SIZE);
    for (size_t at = 0; at < text.len && parts < PARTS_MAX;) {
        size_t length = 0;
        bool odd = false;
        while (at + length < text.len && text.ptr[at + length] > ' '
               && strchr(",;:()[]{}\"'=", text.ptr[at + length]) == NULL) {
            const uint8_t c = text.ptr[at + length++];
            odd |= c == '_' || c == '-' || (c >= '0' && c <= '9');
        }
        if (odd && length >= 4 && length < sizeof token) {
            const struct hl_span word = { text.ptr + at, length };
            snprintf(token, sizeof token, "%.*s", (int)length, (const char *)word.ptr);
            normal.len = 0;
            parts++;
            phrase_normalise(word, &normal);
            t->matched = token;
            if (!tell_finding(t, word))
                tell_names(t, buf_view(&normal), NULL);
        }
        at += length + 1;
    }
    buf_cleanup(&normal);
}

size_t hl_explain_text(struct hl_span text, enum hl_word_scope scope, hl_meaning_fn *on_meaning, void *user)
{
    struct telling t = { .on_meaning = on_meaning, .user = user };
    struct hl_buffer normal;

    text.len = text.len < TEXT_MAX ? text.len : TEXT_MAX;
    text = trimmed(text);
    buf_init(&normal, TEXT_MAX);
    arena_init(&t.arena, ARENA_MAX);
    phrase_normalise(text, &normal);
    if (scope == HL_WORD_WHOLE)
        tell_whole(&t, text, buf_view(&normal));
    else if (scope == HL_WORD_INSIDE)
        tell_inside(&t, buf_view(&normal));
    else
        tell_parts(&t, text);
    arena_cleanup(&t.arena);
    buf_cleanup(&normal);
    return t.count;
}
