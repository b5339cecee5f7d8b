/* The key log format: RFC 9850, and its forerunners. */
#include "crypto/key_log.h"

#include "base/hash.h"
#include "base/limits.h"
#include "base/text.h"
#include "crypto/prf.h"

#include <stdlib.h>
#include <string.h>

#define ID_MAX 32u
#define END UINT32_MAX

struct key_log_entry {
    uint64_t where; /* its line, in all texts, and its label: LABEL_BITS */
    uint32_t hash;
    uint32_t next; /* in the same bucket; END */
};

struct key_log_text {
    struct hl_span text; /* empty once it was dropped */
    uint64_t base;       /* where it begins, in all texts */
};

#define LABEL_BITS 8

/* --- one line ---------------------------------------------------------------- */

enum line_kind { LINE_EMPTY, LINE_SECRET, LINE_UNKNOWN, LINE_MALFORMED };

struct line {
    enum key_log_label label;
    struct hl_span id, secret; /* hex */
};

static const struct {
    const char *name;
    enum key_log_label label;
} names[] = {
    { "CLIENT_RANDOM", KEY_LOG_CLIENT_RANDOM },
    { "CLIENT_HANDSHAKE_TRAFFIC_SECRET", KEY_LOG_CLIENT_HANDSHAKE_TRAFFIC },
    { "SERVER_HANDSHAKE_TRAFFIC_SECRET", KEY_LOG_SERVER_HANDSHAKE_TRAFFIC },
    { "CLIENT_TRAFFIC_SECRET_0", KEY_LOG_CLIENT_TRAFFIC_0 },
    { "SERVER_TRAFFIC_SECRET_0", KEY_LOG_SERVER_TRAFFIC_0 },
    { "EXPORTER_SECRET", KEY_LOG_EXPORTER },
    { "CLIENT_EARLY_TRAFFIC_SECRET", KEY_LOG_CLIENT_EARLY_TRAFFIC },
    { "EARLY_EXPORTER_SECRET", KEY_LOG_EARLY_EXPORTER },
    { "EARLY_EXPORTER_MASTER_SECRET", KEY_LOG_EARLY_EXPORTER },
    { "RSA", KEY_LOG_RSA },
    { "PMS_CLIENT_RANDOM", KEY_LOG_PMS_CLIENT_RANDOM },
    { "ECH_SECRET", KEY_LOG_ECH_SECRET },
    { "ECH_CONFIG", KEY_LOG_ECH_CONFIG },
};

static bool is_tls13(enum key_log_label label)
{
    return label >= KEY_LOG_CLIENT_EARLY_TRAFFIC && label <= KEY_LOG_EARLY_EXPORTER;
}

static void advance(struct hl_span *s, size_t n)
{
    s->ptr += n;
    s->len -= n;
}

static bool is_blank(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static struct hl_span trimmed(struct hl_span s)
{
    while (s.len > 0 && is_blank(s.ptr[0]))
        advance(&s, 1);
    while (s.len > 0 && is_blank(s.ptr[s.len - 1]))
        s.len--;
    return s;
}

/* The word at the front, and the blanks behind it, off `rest`, which begins with no blank. */
static struct hl_span take_word(struct hl_span *rest)
{
    struct hl_span word = { rest->ptr, 0 };

    while (word.len < rest->len && !is_blank(rest->ptr[word.len]))
        word.len++;
    advance(rest, word.len);
    while (rest->len > 0 && is_blank(rest->ptr[0]))
        advance(rest, 1);
    return word;
}

/* The same, when it begins with `prefix`, which is left out. */
static struct hl_span take_named(struct hl_span *rest, const char *prefix)
{
    struct hl_span word = take_word(rest);

    if (!span_starts(word, prefix))
        return (struct hl_span){ word.ptr, 0 };
    advance(&word, strlen(prefix));
    return word;
}

static bool find_label(struct hl_span word, enum key_log_label *label)
{
    const bool quic = span_starts(word, "QUIC_"); /* which had labels of its own once */

    if (quic)
        advance(&word, strlen("QUIC_"));
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strlen(names[i].name) == word.len && memcmp(names[i].name, word.ptr, word.len) == 0) {
            *label = names[i].label;
            return !quic || is_tls13(*label);
        }
    }
    return false;
}

static bool looks_like_label(struct hl_span word)
{
    for (size_t i = 0; i < word.len; i++) {
        uint8_t c = word.ptr[i];
        if (!(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') && c != '_')
            return false;
    }
    return word.len > 0;
}

/* Without a branch for each digit: this is most of the work. */
static bool is_hex(struct hl_span digits)
{
    unsigned wrong = 0;

    for (size_t i = 0; i < digits.len; i++) {
        const uint8_t c = digits.ptr[i];
        wrong |= ((uint8_t)(c - '0') > 9) & ((uint8_t)((c | 0x20) - 'a') > 5);
    }
    return digits.len > 0 && digits.len % 2 == 0 && wrong == 0;
}

static uint8_t digit_value(uint8_t c)
{
    return (uint8_t)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
}

/* `digits` passed is_hex(). */
static void decode(struct hl_span digits, uint8_t *out)
{
    for (size_t i = 0; i < digits.len; i += 2)
        out[i / 2] = (uint8_t)(digit_value(digits.ptr[i]) << 4 | digit_value(digits.ptr[i + 1]));
}

static bool is_id_length(enum key_log_label label, size_t digits)
{
    if (label == KEY_LOG_RSA)
        return digits == 2 * 8;
    if (label == KEY_LOG_RSA_SESSION_ID)
        return digits <= (size_t)2 * ID_MAX;
    return digits == (size_t)2 * ID_MAX;
}

static bool is_secret_length(enum key_log_label label, size_t digits)
{
    if (label == KEY_LOG_CLIENT_RANDOM || label == KEY_LOG_RSA || label == KEY_LOG_RSA_SESSION_ID)
        return digits == 2 * 48;
    return !is_tls13(label) || digits == 2 * 32 || digits == 2 * 48 || digits == 2 * 64;
}

/* `text` without its line feed. */
static enum line_kind parse_line(struct hl_span text, struct line *out)
{
    struct hl_span rest = trimmed(text);

    if (rest.len == 0 || rest.ptr[0] == '#')
        return LINE_EMPTY;
    struct hl_span word = take_word(&rest);
    if (!find_label(word, &out->label))
        return looks_like_label(word) && rest.len > 0 ? LINE_UNKNOWN : LINE_MALFORMED;
    if (out->label == KEY_LOG_RSA && span_starts(rest, "Session-ID:")) {
        out->label = KEY_LOG_RSA_SESSION_ID;
        out->id = take_named(&rest, "Session-ID:");
        out->secret = take_named(&rest, "Master-Key:");
    } else {
        out->id = take_word(&rest);
        out->secret = take_word(&rest);
    }
    bool right = rest.len == 0 && is_id_length(out->label, out->id.len) && is_secret_length(out->label, out->secret.len)
                 && is_hex(out->id) && is_hex(out->secret);
    return right ? LINE_SECRET : LINE_MALFORMED;
}

/* --- the index --------------------------------------------------------------- */

void key_log_init(struct key_log *log, uint64_t seed)
{
    *log = (struct key_log){ .seed = seed };
}

void key_log_cleanup(struct key_log *log)
{
    free(log->entries);
    free(log->buckets);
    free(log->texts);
    key_log_init(log, log->seed);
}

static uint32_t hash_of(const struct key_log *log, enum key_log_label label, struct hl_span id)
{
    return (uint32_t)hash_bytes(id, log->seed + (uint64_t)label);
}

/* Puts an entry at the front of its bucket: the last added is found first. */
static void link_entry(struct key_log *log, uint32_t index)
{
    uint32_t *bucket = &log->buckets[log->entries[index].hash & (log->room - 1)];

    log->entries[index].next = *bucket;
    *bucket = index;
}

static bool make_room(struct key_log *log)
{
    if (log->count < log->room)
        return true;
    if (log->room >= HL_KEY_LOG_SECRETS_MAX)
        return false;
    const uint32_t room = log->room > 0 ? 2 * log->room : 64;
    struct key_log_entry *entries = realloc(log->entries, room * sizeof *entries);
    if (entries == NULL)
        return false;
    log->entries = entries;
    uint32_t *buckets = malloc(room * sizeof *buckets);
    if (buckets == NULL)
        return false;
    free(log->buckets);
    log->buckets = buckets;
    log->room = room;
    memset(buckets, 0xff, room * sizeof *buckets);
    for (uint32_t i = 0; i < log->count; i++)
        link_entry(log, i);
    return true;
}

static bool add_entry(struct key_log *log, const struct line *line, uint64_t where)
{
    uint8_t id[ID_MAX];

    if (!make_room(log))
        return false;
    decode(line->id, id);
    log->entries[log->count] = (struct key_log_entry){
        .where = where << LABEL_BITS | line->label,
        .hash = hash_of(log, line->label, (struct hl_span){ id, line->id.len / 2 }),
    };
    link_entry(log, log->count++);
    return true;
}

/* Room for one text more; a text that goes on where the last one ends needs none. */
static bool make_text(struct key_log *log, struct hl_span text)
{
    struct key_log_text *last = log->text_count > 0 ? &log->texts[log->text_count - 1] : NULL;

    if (last != NULL && last->text.len > 0 && last->text.ptr + last->text.len == text.ptr)
        return true;
    if (log->text_count == log->text_room) {
        size_t room = log->text_room > 0 ? 2 * log->text_room : 4;
        struct key_log_text *texts = realloc(log->texts, room * sizeof *texts);
        if (texts == NULL)
            return false;
        log->texts = texts;
        log->text_room = room;
    }
    log->texts[log->text_count++] = (struct key_log_text){ .text = { text.ptr, 0 }, .base = log->end };
    return true;
}

static bool index_line(struct key_log *log, struct hl_span text, uint64_t where, bool finished,
                       struct key_log_counts *counts)
{
    struct line line;
    const enum line_kind kind = parse_line(text, &line);

    counts->lines += finished;
    switch (kind) {
    case LINE_SECRET:
        counts->secrets++;
        return add_entry(log, &line, where);
    case LINE_UNKNOWN:
        counts->unknown += finished;
        break;
    case LINE_MALFORMED:
        counts->malformed += finished;
        if (finished && counts->first_malformed == 0)
            counts->first_malformed = counts->lines;
        break;
    case LINE_EMPTY:
        break;
    }
    return true;
}

static size_t line_length(struct hl_span text)
{
    const uint8_t *feed = text.len > 0 ? memchr(text.ptr, '\n', text.len) : NULL;

    return feed != NULL ? (size_t)(feed - text.ptr) : text.len;
}

bool key_log_add(struct key_log *log, struct hl_span text, bool whole, struct key_log_counts *counts, size_t *used)
{
    size_t at = 0, end = 0; /* `end` is that of the last line that ended */
    bool room = make_text(log, text);

    if (counts->lines == 0 && span_starts(text, "\xef\xbb\xbf")) /* what editors put in front of UTF-8 */
        at = 3;
    while (room && at < text.len) {
        const struct hl_span line = { text.ptr + at, line_length((struct hl_span){ text.ptr + at, text.len - at }) };
        const bool finished = at + line.len < text.len;
        if (!finished && !whole)
            break;
        room = index_line(log, line, log->end + at, finished, counts);
        at += line.len + finished;
        end = finished ? at : end;
    }
    if (used != NULL)
        *used = end;
    if (log->text_count > 0) {
        log->texts[log->text_count - 1].text.len += at;
        log->end += at;
    }
    return room;
}

void key_log_drop(struct key_log *log, struct hl_span memory)
{
    for (size_t i = 0; i < log->text_count; i++) {
        struct hl_span *text = &log->texts[i].text;
        if (text->ptr >= memory.ptr && text->ptr < memory.ptr + memory.len)
            *text = (struct hl_span){ NULL, 0 };
    }
}

/* The line of an entry; empty when its text was dropped. */
static struct hl_span line_at(const struct key_log *log, uint64_t where)
{
    size_t low = 0, high = log->text_count;

    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (log->texts[middle].base <= where)
            low = middle;
        else
            high = middle;
    }
    struct hl_span text = log->texts[low].text;
    uint64_t offset = where - log->texts[low].base;
    if (offset >= text.len)
        return (struct hl_span){ NULL, 0 };
    advance(&text, (size_t)offset);
    return (struct hl_span){ text.ptr, line_length(text) };
}

static bool is_id(struct hl_span digits, struct hl_span id)
{
    uint8_t bytes[ID_MAX];

    if (digits.len != 2 * id.len)
        return false;
    decode(digits, bytes);
    return memcmp(bytes, id.ptr, id.len) == 0;
}

size_t key_log_find(const struct key_log *log, enum key_log_label label, struct hl_span id, uint8_t *out, size_t size)
{
    struct line line;

    if (log->count == 0 || id.len == 0 || id.len > ID_MAX)
        return 0;
    const uint32_t hash = hash_of(log, label, id);
    for (uint32_t i = log->buckets[hash & (log->room - 1)]; i != END; i = log->entries[i].next) {
        const struct key_log_entry *entry = &log->entries[i];
        if (entry->hash != hash || (entry->where & ((1u << LABEL_BITS) - 1)) != label)
            continue;
        if (parse_line(line_at(log, entry->where >> LABEL_BITS), &line) != LINE_SECRET || line.label != label
            || !is_id(line.id, id))
            continue;
        if (line.secret.len / 2 > size)
            return 0;
        decode(line.secret, out);
        return line.secret.len / 2;
    }
    return 0;
}

void key_log_put(struct hl_buffer *out, const char *label, struct hl_span random, struct hl_span secret)
{
    buf_string(out, label);
    buf_char(out, ' ');
    buf_hex(out, random);
    buf_char(out, ' ');
    buf_hex(out, secret);
    buf_char(out, '\n');
}
