/* Messages of other programs inside of a text: the longest one that is known, and alerts as logs write them. */
#include "analyze/words/words.h"
#include "base/text.h"

#include <stdio.h>

static bool is_better(const struct word_match *best, size_t length, bool generic)
{
    return best->generic == generic ? length > best->length : best->generic;
}

/* What stands before the name of an alert, and behind it; where `number` is set, also before its number (TLSv1.0 is not
 * close_notify). */
static const struct {
    const char *before, *after;
    bool number;
} alert_phrases[] = {
    { "ssl alert number", "", true }, /* OpenSSL */
    { "alert number", "", true },
    { "sslv3 alert", "", false },
    { "tlsv1 alert", "", false },
    { "tlsv13 alert", "", false },
    { "ssl tls alert", "", true },
    { "tlsv1", "", false }, /* tlsv1 unrecognized name */
    { "tls alert", "", true }, /* curl -v */
    { "received fatal alert", "", true }, /* Java, rustls */
    { "fatal", "", false },
    { "fatal alert", "", true },
    { "warning alert", "", true },
    { "remote error tls", "", false }, /* Go */
    { "local error tls", "", false },
    { "received alert", "", true }, /* GnuTLS */
    { "a tls fatal alert has been received", "", true },
    { "a tls warning alert has been received", "", true },
    { "the tls protocol defined fatal alert code is", "", true }, /* Windows */
    { "the tls protocol defined fatal error code is", "", true },
    { "fatal alert code is", "", true },
    { "alert code", "", true },
    { "alert level fatal description", "", true }, /* Wireshark */
    { "alert level warning description", "", true },
    { "ssl error", "alert", false }, /* Firefox */
    { "alert", "", true },
};

/* rustls writes HandshakeFailure. */
static size_t begins_squashed(struct hl_span text, const char *name)
{
    size_t n = 0;

    for (; *name != '\0'; name++) {
        if (*name == '_')
            continue;
        if (n == text.len || text.ptr[n] != (uint8_t)*name)
            return 0;
        n++;
    }
    return n == text.len || text.ptr[n] == ' ' ? n : 0;
}

static size_t longest(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* How much of `text` is the name of the alert. */
static size_t alert_name_begins(struct hl_span text, uint32_t id, const char *name, bool number)
{
    const struct word_row *row = word_row(&word_tables[0], id);
    struct hl_span rest = span_of(row != NULL ? row->also : ""), phrase;
    size_t length = longest(phrase_begins(text, span_of(name)), begins_squashed(text, name));
    char digits[8];

    snprintf(digits, sizeof digits, "%u", id);
    if (number)
        length = longest(length, phrase_begins(text, span_of(digits)));
    while (phrase_next(&rest, &phrase))
        length = longest(length, phrase_begins(text, phrase));
    return length;
}

static void match_alert(struct hl_span text, size_t at, struct word_match *best)
{
    const struct reg_table *alerts = &reg_tables[REG_ALERT];
    const struct hl_span here = { text.ptr + at, text.len - at };

    for (size_t i = 0; i < sizeof alert_phrases / sizeof alert_phrases[0]; i++) {
        const size_t before = phrase_begins(here, span_of(alert_phrases[i].before));
        if (before == 0 || before == here.len)
            continue;
        const struct hl_span rest = { here.ptr + before + 1, here.len - before - 1 };
        for (size_t j = 0; j < alerts->range_count; j++) {
            for (uint32_t id = alerts->ranges[j].first; id <= alerts->ranges[j].last; id++) {
                const char *name = alerts->names[alerts->ranges[j].name + (id - alerts->ranges[j].first)];
                const size_t length = alert_name_begins(rest, id, name, alert_phrases[i].number);
                const struct hl_span after = { rest.ptr + length + 1, length < rest.len ? rest.len - length - 1 : 0 };
                if (length == 0 || !is_better(best, before + 1 + length, false))
                    continue;
                if (alert_phrases[i].after[0] == '\0' || phrase_begins(after, span_of(alert_phrases[i].after)) > 0)
                    *best = (struct word_match){ NULL, id, at, before + 1 + length, false };
            }
        }
    }
}

/* The longest message that begins here, if it is longer than the best so far; `whole`: only what is all of the text. */
static void match_errors(struct hl_span text, size_t at, bool whole, struct word_match *best)
{
    const struct hl_span here = { text.ptr + at, text.len - at };

    for (size_t i = 0; i < ERROR_TABLES; i++) {
        for (size_t j = 0; j < *error_tables[i].count; j++) {
            const struct error_row *row = &error_tables[i].rows[j];
            struct hl_span rest = span_of(row->keys), key;
            while (phrase_next(&rest, &key)) {
                const size_t length = whole || key.ptr[0] != '=' ? phrase_begins(here, key) : 0;
                const bool generic = row->alert == ERROR_GENERIC;
                if (length > 0 && is_better(best, length, generic) && (!whole || length == text.len))
                    *best = (struct word_match){ row, 0, at, length, generic };
            }
        }
    }
}

bool match_whole(struct hl_span text, struct word_match *out)
{
    *out = (struct word_match){ .generic = true };
    match_errors(text, 0, true, out);
    return out->length > 0;
}

bool match_inside(struct hl_span text, struct word_match *out)
{
    *out = (struct word_match){ .generic = true };
    for (size_t at = 0; at < text.len; at++) {
        if (at > 0 && text.ptr[at - 1] != ' ')
            continue;
        match_errors(text, at, false, out);
        match_alert(text, at, out);
    }
    return out->length > 0;
}
