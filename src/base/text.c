#include "base/text.h"

#include <string.h>

struct hl_span span_of(const char *text)
{
    return (struct hl_span){ (const uint8_t *)text, strlen(text) };
}

bool span_equal(struct hl_span a, struct hl_span b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static uint8_t lower(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c | 0x20) : c;
}

bool span_equal_nocase(struct hl_span a, struct hl_span b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++) {
        if (lower(a.ptr[i]) != lower(b.ptr[i]))
            return false;
    }
    return true;
}

bool span_starts(struct hl_span s, const char *prefix)
{
    size_t n = strlen(prefix);

    return s.len >= n && memcmp(s.ptr, prefix, n) == 0;
}

bool span_starts_nocase(struct hl_span s, const char *prefix)
{
    size_t n = strlen(prefix);

    return s.len >= n && span_equal_nocase((struct hl_span){ s.ptr, n }, span_of(prefix));
}

bool span_contains_nocase(struct hl_span s, const char *word)
{
    for (; s.len > 0; s.ptr++, s.len--) {
        if (span_starts_nocase(s, word))
            return true;
    }
    return false;
}

struct hl_span span_last_line(struct hl_span s)
{
    while (s.len > 0 && (s.ptr[s.len - 1] == '\r' || s.ptr[s.len - 1] == '\n'))
        s.len--;
    for (size_t i = s.len; i > 0; i--) {
        if (s.ptr[i - 1] == '\n')
            return (struct hl_span){ s.ptr + i, s.len - i };
    }
    return s;
}

/* SMTP and FTP 221, NNTP 205, POP3 +OK, IMAP "a OK LOGOUT ...". */
static bool answers_goodbye(struct hl_span line)
{
    return span_starts(line, "221") || span_starts(line, "205") || span_starts(line, "+OK") || span_contains_nocase(line, " OK ");
}

struct hl_span span_last_answer(struct hl_span answers, struct hl_span words)
{
    static const uint8_t postgresql_ssl_request[] = { 0, 0, 0, 8, 4, 210, 22, 47 }; /* which one byte answers */
    const struct hl_span word = span_last_line(words);
    struct hl_span line = span_last_line(answers);

    if (answers.len > 0 && words.len >= sizeof postgresql_ssl_request
        && memcmp(words.ptr, postgresql_ssl_request, sizeof postgresql_ssl_request) == 0)
        return (struct hl_span){ answers.ptr, 1 };
    if (!span_starts_nocase(word, "QUIT") && !span_contains_nocase(word, " LOGOUT"))
        return line;
    if (answers_goodbye(line)) {
        answers.len = (size_t)(line.ptr - answers.ptr);
        line = span_last_line(answers);
    }
    if (span_starts_nocase(line, "* BYE")) { /* IMAP has it before its answer */
        answers.len = (size_t)(line.ptr - answers.ptr);
        line = span_last_line(answers);
    }
    return line;
}

bool span_line(struct hl_span *rest, struct hl_span *line)
{
    const uint8_t *lf = rest->len > 0 ? memchr(rest->ptr, '\n', rest->len) : NULL;

    if (lf == NULL)
        return false;
    size_t n = (size_t)(lf - rest->ptr);
    *line = (struct hl_span){ rest->ptr, n > 0 && rest->ptr[n - 1] == '\r' ? n - 1 : n };
    rest->ptr += n + 1;
    rest->len -= n + 1;
    return true;
}

size_t utf8_next(struct hl_span s, uint32_t *code_point)
{
    static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
    uint8_t lead = s.ptr[0];
    size_t n = lead < 0x80 ? 1 : lead < 0xc0 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf8 ? 4 : 0;

    if (n == 0 || n > s.len)
        return 0;
    uint32_t value = n == 1 ? lead : lead & (0x7fu >> n);
    for (size_t i = 1; i < n; i++) {
        if ((s.ptr[i] & 0xc0) != 0x80)
            return 0;
        value = value << 6 | (s.ptr[i] & 0x3fu);
    }
    if (value < least[n] || value > 0x10ffff || (value >= 0xd800 && value < 0xe000))
        return 0;
    *code_point = value;
    return n;
}

void utf8_put(struct hl_buffer *out, uint32_t c)
{
    if (c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
        c = 0xfffd;
    if (c < 0x80) {
        buf_char(out, (char)c);
        return;
    }
    size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    uint8_t bytes[4];
    for (size_t i = n; i-- > 1; c >>= 6)
        bytes[i] = (uint8_t)(0x80 | (c & 0x3f));
    bytes[0] = (uint8_t)(((0xf00u >> n) & 0xff) | c);
    buf_put(out, bytes, n);
}

bool code_point_is_unsafe(uint32_t c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0)                   /* C0, DEL, C1 */
           || c == 0x061c || c == 0x200e || c == 0x200f         /* marks */
           || (c >= 0x2028 && c <= 0x202e)                      /* separators, embeddings, overrides */
           || (c >= 0x2060 && c <= 0x206f) || c == 0x200b       /* invisible, isolates */
           || c == 0x200c || c == 0x200d || c == 0xfeff         /* joiners, byte order mark */
           || (c >= 0xfff9 && c <= 0xfffb) || c >= 0xe0000      /* annotations, tags, private planes */
           || c == 0xfffe || c == 0xffff                        /* no characters, and forbidden in XML */
           || c == 0x00ad;                                      /* soft hyphen */
}

void text_put_safe(struct hl_buffer *out, struct hl_span text)
{
    while (text.len > 0) {
        uint32_t c = 0;
        size_t n = utf8_next(text, &c);

        if (n == 0)
            buf_printf(out, "\\x%02x", text.ptr[0]);
        else if (code_point_is_unsafe(c))
            buf_printf(out, "\\u{%x}", (unsigned)c);
        else if (c == '\\')
            buf_string(out, "\\\\");
        else
            buf_put(out, text.ptr, n);
        n = n > 0 ? n : 1;
        text.ptr += n;
        text.len -= n;
    }
}

/* A byte of `word` in which the top bit is set in the result is zero (or behind one that is). */
static uint64_t zero_bytes(uint64_t word)
{
    return (word - 0x0101010101010101u) & ~word & 0x8080808080808080u;
}

/* Do all eight bytes stand for themselves in a JSON string? */
static bool all_plain(const uint8_t *bytes)
{
    const uint64_t ones = 0x0101010101010101u;
    uint64_t word;

    memcpy(&word, bytes, sizeof word);
    uint64_t control = (word - 0x20 * ones) & ~word;
    uint64_t special = zero_bytes(word ^ '"' * ones) | zero_bytes(word ^ '\\' * ones) | zero_bytes(word ^ 0x7f * ones);
    return ((control | word | special) & 0x80 * ones) == 0;
}

/* Bytes that stand for themselves in a JSON string. */
static size_t plain_run(struct hl_span text)
{
    size_t n = 0;

    while (n + 8 <= text.len && all_plain(text.ptr + n))
        n += 8;
    while (n < text.len && text.ptr[n] >= 0x20 && text.ptr[n] < 0x7f && text.ptr[n] != '"' && text.ptr[n] != '\\')
        n++;
    return n;
}

void text_put_json(struct hl_buffer *out, struct hl_span text)
{
    while (text.len > 0) {
        uint32_t c = 0;
        size_t n = plain_run(text);

        if (n > 0) {
            buf_put(out, text.ptr, n);
        } else if ((n = utf8_next(text, &c)) == 0) {
            n = 1;
            buf_string(out, "\\ufffd");
        } else if (c == '"' || c == '\\') {
            buf_char(out, '\\');
            buf_char(out, (char)c);
        } else if (c == '\n') {
            buf_string(out, "\\n");
        } else if (code_point_is_unsafe(c) && c < 0x10000) {
            buf_printf(out, "\\u%04x", (unsigned)c);
        } else {
            buf_put(out, text.ptr, n);
        }
        text.ptr += n;
        text.len -= n;
    }
}
