#include "inspect/pseudonyms.h"

#include "base/hash.h"
#include "base/limits.h"

#include <stdlib.h>
#include <string.h>

struct pseudonym {
    struct pseudonym *next;
    uint32_t kind, number;
    uint32_t length;
    uint8_t key[];
};

enum kind { KIND_IPV4, KIND_MAC, KIND_IPV6, KIND_WORD };

void pseudonyms_init(struct pseudonyms *p, uint64_t seed)
{
    *p = (struct pseudonyms){ .seed = seed };
    arena_init(&p->arena, HL_PSEUDONYMS_MAX);
}

void pseudonyms_cleanup(struct pseudonyms *p)
{
    arena_cleanup(&p->arena);
    free(p->buckets);
    p->buckets = NULL;
}

static bool grow(struct pseudonyms *p)
{
    const size_t count = p->bucket_count > 0 ? 2 * p->bucket_count : 256;
    struct pseudonym **buckets = calloc(count, sizeof(struct pseudonym *));

    if (buckets == NULL)
        return false;
    for (size_t i = 0; i < p->bucket_count; i++) {
        for (struct pseudonym *entry = p->buckets[i], *next; entry != NULL; entry = next) {
            next = entry->next;
            struct hl_span key = { entry->key, entry->length };
            struct pseudonym **link = &buckets[hash_bytes(key, p->seed + entry->kind) % count];
            entry->next = *link;
            *link = entry;
        }
    }
    free(p->buckets);
    p->buckets = buckets;
    p->bucket_count = count;
    return true;
}

/* The number of `key` among those of its kind, from 1; `kind` is an index of p->next. */
static struct pseudonym *find(struct pseudonyms *p, uint32_t kind, struct hl_span key)
{
    if (p->count >= p->bucket_count && !grow(p))
        return NULL;
    struct pseudonym **link = &p->buckets[hash_bytes(key, p->seed + kind) % p->bucket_count];
    for (struct pseudonym *entry = *link; entry != NULL; entry = entry->next) {
        if (entry->kind == kind && entry->length == key.len && memcmp(entry->key, key.ptr, key.len) == 0)
            return entry;
    }
    struct pseudonym *entry = arena_alloc(&p->arena, sizeof *entry + key.len);
    if (entry == NULL)
        return NULL;
    *entry = (struct pseudonym){ *link, kind, ++p->next[kind], (uint32_t)key.len };
    memcpy(entry->key, key.ptr, key.len);
    *link = entry;
    p->count++;
    return entry;
}

static void make_address(uint8_t *out, size_t length, uint32_t number)
{
    memset(out, 0, length);
    out[0] = length == 4 ? 10 : length == 16 ? 0xfd : 2;
    for (size_t i = 1; i <= (length == 4 ? 3 : 4); i++, number >>= 8)
        out[length - i] = (uint8_t)number;
}

static bool is_nobody(const uint8_t *mac)
{
    static const uint8_t none[6] = { 0 };

    return (mac[0] & 1) != 0 || memcmp(mac, none, sizeof none) == 0;
}

void pseudonym_address(struct pseudonyms *p, uint8_t *bytes, size_t length)
{
    const uint32_t kind = length == 4 ? KIND_IPV4 : length == 16 ? KIND_IPV6 : KIND_MAC;
    const struct hl_span key = { bytes, length };
    uint8_t other[16];

    if (kind == KIND_MAC && is_nobody(bytes))
        return;
    struct pseudonym *entry = find(p, kind, key);
    p->failed |= entry == NULL;
    make_address(other, length, entry != NULL ? entry->number : 0);
    if (entry != NULL && memcmp(other, bytes, length) == 0) { /* nothing stands for itself */
        entry->number = ++p->next[kind];
        make_address(other, length, entry->number);
    }
    memcpy(bytes, other, length);
}

/* --- words ------------------------------------------------------------------ */

static bool is_letter(uint8_t c)
{
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static uint8_t lower(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c | 0x20) : c;
}

static void make_word(uint8_t *out, size_t length, uint32_t number)
{
    memset(out, 'x', length);
    for (size_t i = length; i > 0 && number > 0; number /= 26)
        out[--i] = (uint8_t)('a' + number % 26);
}

static void replace_word(struct pseudonyms *p, uint8_t *word, size_t length)
{
    const uint32_t kind = KIND_WORD + (uint32_t)(length < PSEUDONYM_WORD_MAX ? length : PSEUDONYM_WORD_MAX);

    for (size_t i = 0; i < length; i++)
        word[i] = lower(word[i]);
    struct pseudonym *entry = find(p, kind, (struct hl_span){ word, length });
    p->failed |= entry == NULL;
    if (entry == NULL) {
        memset(word, 'x', length);
        return;
    }
    make_word(word, length, entry->number);
    if (memcmp(word, entry->key, length) == 0) {
        entry->number = ++p->next[kind];
        make_word(word, length, entry->number);
    }
}

void pseudonym_text(struct pseudonyms *p, uint8_t *text, size_t length)
{
    for (size_t i = 0; i < length;) {
        size_t end = i;
        while (end < length && (is_letter(text[end]) || is_digit(text[end])))
            end++;
        if (end > i)
            replace_word(p, text + i, end - i);
        else if (text[end++] >= 0x80)
            text[i] = 'x';
        i = end;
    }
}

/* Numbers of as many digits, all of them possible: they need not be told apart one by one, only all together. */
void pseudonym_dotted_quad(struct pseudonyms *p, uint8_t *text, size_t length)
{
    struct pseudonym *entry = find(p, KIND_IPV4, (struct hl_span){ text, length }); /* 7 to 15 bytes: no other key */
    uint32_t number = entry != NULL ? entry->number : 0;

    p->failed |= entry == NULL;
    for (size_t i = length, digits = 0; i-- > 0;) {
        if (!is_digit(text[i])) {
            digits = 0;
            continue;
        }
        bool first = i == 0 || !is_digit(text[i - 1]);
        uint32_t base = !first || digits == 0 ? 10 : digits == 1 ? 9 : 1; /* 0 to 9, 10 to 99, 100 to 199 */
        text[i] = (uint8_t)((base == 10 ? '0' : '1') + number % base);
        number /= base;
        digits++;
    }
    if (entry != NULL && memcmp(text, entry->key, length) == 0)
        text[length - 1] = text[length - 1] == '1' ? '2' : '1';
}
