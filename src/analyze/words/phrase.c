/* How words are compared: letters and digits count, whatever case and punctuation. */
#include "base/buffer.h"

#include "analyze/words/words.h"

/* A word of more letters is not a misspelling of one of ours. */
#define DISTANCE_MAX 160u

static bool is_word(uint8_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static uint8_t lower(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c + 32) : c;
}

/* The next letter, or a space for all that stands between two words; 0 at the end. */
static uint8_t next(struct hl_span s, size_t *at, bool inside)
{
    const bool gap = *at < s.len && !is_word(s.ptr[*at]);

    while (*at < s.len && !is_word(s.ptr[*at]))
        ++*at;
    if (*at == s.len)
        return 0;
    return gap && inside ? ' ' : lower(s.ptr[(*at)++]);
}

void phrase_normalise(struct hl_span text, struct hl_buffer *out)
{
    size_t at = 0;
    uint8_t c;

    for (bool inside = false; (c = next(text, &at, inside)) != 0; inside = c != ' ')
        buf_char(out, (char)c);
}

size_t phrase_begins(struct hl_span text, struct hl_span phrase)
{
    size_t at = 0, n = 0;
    uint8_t c;

    for (bool inside = false; (c = next(phrase, &at, inside)) != 0; inside = c != ' ', n++) {
        if (n == text.len || text.ptr[n] != c)
            return 0;
    }
    return n == text.len || text.ptr[n] == ' ' ? n : 0;
}

bool phrase_equal(struct hl_span text, struct hl_span phrase)
{
    return text.len > 0 && phrase_begins(text, phrase) == text.len;
}

bool phrase_next(struct hl_span *list, struct hl_span *phrase)
{
    if (list->len == 0)
        return false;
    const uint8_t *bar = memchr(list->ptr, '|', list->len);
    const size_t length = bar != NULL ? (size_t)(bar - list->ptr) : list->len;

    *phrase = (struct hl_span){ list->ptr, length };
    const size_t taken = bar != NULL ? length + 1 : length;
    list->ptr += taken;
    list->len -= taken;
    return true;
}

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

unsigned phrase_distance(struct hl_span a, struct hl_span b, unsigned most)
{
    unsigned rows[3][DISTANCE_MAX + 1];
    unsigned *before = rows[0], *above = rows[1], *row = rows[2];
    const size_t difference = a.len > b.len ? a.len - b.len : b.len - a.len;

    if (a.len > DISTANCE_MAX || b.len > DISTANCE_MAX || difference > most)
        return most + 1;
    for (unsigned j = 0; j <= b.len; j++)
        before[j] = above[j] = j;
    for (unsigned i = 1; i <= a.len; i++) {
        unsigned best = row[0] = i;
        for (unsigned j = 1; j <= b.len; j++) {
            const uint8_t x = a.ptr[i - 1], y = b.ptr[j - 1];
            row[j] = least(least(above[j] + 1, row[j - 1] + 1), above[j - 1] + (x != y));
            if (i > 1 && j > 1 && x == b.ptr[j - 2] && a.ptr[i - 2] == y)
                row[j] = least(row[j], before[j - 2] + 1);
            best = least(best, row[j]);
        }
        if (best > most)
            return most + 1;
        unsigned *oldest = before;
        before = above;
        above = row;
        row = oldest;
    }
    return least(above[b.len], most + 1);
}
