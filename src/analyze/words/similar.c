/* "Did you mean": known words that are spelled nearly alike, hl_similar_words(). */
#include "analyze/catalogue.h"
#include "analyze/words/words.h"
#include "base/text.h"
#include "registry/suite_names.h"

#include <stdio.h>

/* The nearest so far, the nearest first. */
struct nearest {
    struct hl_span text; /* normalised */
    unsigned most;       /* changes that are allowed */
    char (*words)[HL_WORD_SIZE];
    unsigned distances[8];
    size_t count, max;
    struct hl_buffer scratch;
};

static void keep(struct nearest *n, struct hl_span word, unsigned distance)
{
    size_t at = n->count;

    for (size_t i = 0; i < n->count; i++) {
        if (phrase_equal(buf_view(&n->scratch), span_of(n->words[i])))
            return; /* certificate-expired and certificate_expired: the first of them will do */
    }
    while (at > 0 && n->distances[at - 1] > distance)
        at--;
    if (at == n->max)
        return;
    n->count += n->count < n->max;
    for (size_t i = n->count - 1; i > at; i--) {
        memcpy(n->words[i], n->words[i - 1], HL_WORD_SIZE);
        n->distances[i] = n->distances[i - 1];
    }
    snprintf(n->words[at], HL_WORD_SIZE, "%.*s", (int)word.len, (const char *)word.ptr);
    n->distances[at] = distance;
}

static void consider(struct nearest *n, struct hl_span word)
{
    if (word.len == 0 || word.len >= HL_WORD_SIZE || word.ptr[0] == '=')
        return;
    n->scratch.len = 0;
    phrase_normalise(word, &n->scratch);
    const struct hl_span normal = buf_view(&n->scratch);
    unsigned distance = phrase_distance(n->text, normal, n->most);
    /* The beginning of a word is as good as the worst misspelling of it. */
    if (distance > n->most && n->text.len >= 5 && normal.len > n->text.len
        && memcmp(normal.ptr, n->text.ptr, n->text.len) == 0)
        distance = n->most;
    if (distance <= n->most)
        keep(n, word, distance);
}

static void consider_list(struct nearest *n, const char *list)
{
    struct hl_span rest = span_of(list), phrase;

    while (phrase_next(&rest, &phrase))
        consider(n, phrase);
}

static void consider_table(struct nearest *n, const struct word_table *table)
{
    const struct reg_table *registry = &reg_tables[table->registry];
    char name[SUITE_NAME_SIZE];

    for (size_t i = 0; i < registry->name_count; i++) {
        consider(n, span_of(registry->names[i]));
        if (table->kind != HL_WORD_CIPHER_SUITE)
            continue;
        if (suite_openssl_name(registry->names[i], name))
            consider(n, span_of(name));
        if (suite_gnutls_name(registry->names[i], name))
            consider(n, span_of(name));
    }
    for (size_t i = 0; table->rows != NULL && i < *table->count; i++)
        consider_list(n, table->rows[i].also);
}

size_t hl_similar_words(struct hl_span text, char (*words)[HL_WORD_SIZE], size_t max)
{
    struct nearest n = { .words = words, .max = max < 8 ? max : 8 };
    struct hl_buffer normal;

    if (text.len >= HL_WORD_SIZE || max == 0)
        return 0;
    buf_init(&normal, HL_WORD_SIZE);
    buf_init(&n.scratch, HL_WORD_SIZE);
    phrase_normalise(text, &normal);
    n.text = buf_view(&normal);
    /* One letter in four may be wrong, four at the most: more would be guessing. */
    n.most = n.text.len < 4 ? 0 : n.text.len >= 16 ? 4 : (unsigned)n.text.len / 4;
    for (size_t i = 0; i < FINDING_COUNT && n.most > 0; i++)
        consider(&n, span_of(finding_info((enum finding_code)i)->code));
    for (size_t i = 0; i < WORD_TABLES && n.most > 0; i++)
        consider_table(&n, &word_tables[i]);
    for (size_t i = 0; i < ERROR_TABLES && n.most > 0; i++) {
        for (size_t j = 0; j < *error_tables[i].count; j++)
            consider_list(&n, error_tables[i].rows[j].keys);
    }
    /* What is much farther away than the nearest was not meant. */
    while (n.count > 1 && n.distances[n.count - 1] > n.distances[0] + 1)
        n.count--;
    buf_cleanup(&n.scratch);
    buf_cleanup(&normal);
    return n.count;
}
