/* What text from the wire looks like in markdown, so that it stays text. */
#include "report/markdown.h"

#include "base/text.h"

#define PIECE_MAX ((size_t)512 << 10)

/* Characters that mean something in the midst of a line in CommonMark, GFM, or GitHub's and GitLab's additions. */
static bool is_special(uint8_t c)
{
    return c != 0 && strchr("\\`*_[]<>|~&$^{}", c) != NULL;
}

/* What would begin a list, a heading or a rule at the beginning of a line: the first character, or "12." */
static bool begins_block(struct hl_span text, size_t i)
{
    size_t digits = 0;

    if (i == 0)
        return strchr("-+=#", text.ptr[0]) != NULL && text.ptr[0] != 0;
    while (digits < i && text.ptr[digits] >= '0' && text.ptr[digits] <= '9')
        digits++;
    return digits == i && (text.ptr[i] == '.' || text.ptr[i] == ')');
}

/* Something that is linked without any markup goes on behind this character: @name, #12, http://, www. */
static bool begins_link(struct hl_span text, size_t i)
{
    const uint8_t c = text.ptr[i];

    if (i + 1 >= text.len || text.ptr[i + 1] == ' ')
        return false;
    return c == '@' || c == '#' || (c == ':' && text.ptr[i + 1] == '/')
           || (text.ptr[i + 1] == '.' && i >= 2 && (c | 0x20) == 'w' && (text.ptr[i - 1] | 0x20) == 'w');
}

void markdown_put_safe(struct hl_buffer *out, struct hl_span text)
{
    for (size_t i = 0; i < text.len; i++) {
        const uint8_t c = text.ptr[i];
        if (is_special(c) || begins_block(text, i))
            buf_char(out, '\\');
        buf_char(out, (char)c);
        if (begins_link(text, i)) /* a comment, which is not shown, keeps both apart */
            buf_string(out, "<!-- -->");
    }
}

void markdown_put(struct hl_buffer *out, struct hl_span text)
{
    struct hl_buffer safe;

    buf_init(&safe, PIECE_MAX);
    text_put_safe(&safe, text);
    markdown_put_safe(out, buf_view(&safe));
    buf_cleanup(&safe);
}

/* The longest run of backticks: a code span needs a longer one around it. */
static unsigned longest_run(struct hl_span text)
{
    unsigned longest = 0, run = 0;

    for (size_t i = 0; i < text.len; i++) {
        run = text.ptr[i] == '`' ? run + 1 : 0;
        longest = run > longest ? run : longest;
    }
    return longest;
}

void markdown_put_code(struct hl_buffer *out, struct hl_span text)
{
    if (text.len == 0)
        return;
    const unsigned fence = longest_run(text) + 1;
    /* A space each, which is taken off again, where the text itself begins or ends with what counts. */
    const bool pad = text.ptr[0] == '`' || text.ptr[text.len - 1] == '`'
                     || (text.ptr[0] == ' ' && text.ptr[text.len - 1] == ' ');

    for (unsigned i = 0; i < fence; i++)
        buf_char(out, '`');
    if (pad)
        buf_char(out, ' ');
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '|') /* tables are cut into cells before code is looked for */
            buf_char(out, '\\');
        buf_char(out, (char)text.ptr[i]);
    }
    if (pad)
        buf_char(out, ' ');
    for (unsigned i = 0; i < fence; i++)
        buf_char(out, '`');
}
