/* Dumps with offsets at the front of their lines: xxd, hexdump, od, Wireshark, tcpdump -X. */
#include "inspect/dump.h"

#include "base/text.h"

#include <stdio.h>

/* Bytes that a line of a dump has at the most: xxd -c 256. */
#define ROW_MAX 256u
/* Lines that are looked at for the first one of a dump. */
#define SEARCH_LINES 64u

/* One line: its offset, in whatever base, and its bytes. */
struct row {
    struct hl_span offset;
    uint8_t bytes[ROW_MAX];
    size_t count;  /* bytes up to where text seems to begin */
    size_t most;   /* bytes, if what looks like text were some, too */
    bool swapped;  /* hexdump without -C, od -x: words, the second byte first */
    size_t number; /* of the line */
};

static uint64_t offset_in(struct hl_span digits, unsigned base)
{
    uint64_t value = 0;

    for (size_t i = 0; i < digits.len; i++) {
        if ((unsigned)dump_digit(digits.ptr[i]) >= base)
            return UINT64_MAX;
        value = value * base + (unsigned)dump_digit(digits.ptr[i]);
    }
    return value;
}

/* Groups of digits up to the end of the line, or to where there are none. Text is set apart by more blanks than a
 * group; the two of "hexdump -C" and "tshark -x" in the middle are none of these. */
static void take_groups(struct row *row, struct hl_span rest)
{
    bool text = false;
    size_t width = 0;

    for (;;) {
        size_t gap = 0, digits = 0;
        while (gap < rest.len && dump_is_blank(rest.ptr[gap]))
            gap += 1;
        const bool dash = row->count == 8 && rest.len > 0 && rest.ptr[0] == '-';
        rest = (struct hl_span){ rest.ptr + gap + dash, rest.len - gap - dash };
        while (digits < rest.len && dump_digit(rest.ptr[digits]) >= 0)
            digits++;
        const bool ends = digits == rest.len || dump_is_blank(rest.ptr[digits])
                          || (rest.ptr[digits] == '-' && digits == 2);
        if (digits == 0 || digits % 2 != 0 || !ends || row->most + digits / 2 > ROW_MAX)
            break;
        const bool middle = gap == 2 && row->count == 8 && width == 2;
        text |= row->most > 0 && (gap > 2 || (gap == 2 && !middle) || digits > width);
        width = width > 0 ? width : digits;
        for (size_t i = 0; i < digits; i += 2)
            row->bytes[row->most++] = (uint8_t)(dump_digit(rest.ptr[i]) << 4 | dump_digit(rest.ptr[i + 1]));
        if (!text)
            row->count = row->most;
        rest = (struct hl_span){ rest.ptr + digits, rest.len - digits };
    }
    row->swapped = width == 4 && row->offset.len == 7;
}

/* "00000010: 1603", "0010  16 03", "0x0010:  1603", "0010 - 16 03", and a last offset alone. */
static bool take_row(struct hl_span line, size_t number, struct row *row)
{
    struct hl_span rest = dump_skip_blanks(line);
    size_t digits = 0;

    if (span_starts_nocase(rest, "0x"))
        rest = (struct hl_span){ rest.ptr + 2, rest.len - 2 };
    while (digits < rest.len && dump_digit(rest.ptr[digits]) >= 0)
        digits++;
    if (digits < 4 || digits > 16)
        return false;
    *row = (struct row){ .offset = { rest.ptr, digits }, .number = number };
    rest = (struct hl_span){ rest.ptr + digits, rest.len - digits };
    if (rest.len > 0 && rest.ptr[0] == ':')
        rest = (struct hl_span){ rest.ptr + 1, rest.len - 1 };
    else if (span_starts(rest, " - "))
        rest = (struct hl_span){ rest.ptr + 2, rest.len - 2 };
    if (rest.len > 0 && !dump_is_blank(rest.ptr[0]))
        return false;
    take_groups(row, rest);
    return true;
}

/* How many bytes the line has: as the next line's offset says, in the base that fits best. */
static size_t row_length(const struct row *row, const struct row *next, unsigned *base)
{
    static const unsigned bases[] = { 16, 8, 10 };
    size_t best = 0;

    for (size_t i = 0; next != NULL && i < sizeof bases / sizeof bases[0]; i++) {
        const uint64_t a = offset_in(row->offset, bases[i]), b = offset_in(next->offset, bases[i]);
        if (*base != 0 && bases[i] != *base)
            continue;
        if (a == UINT64_MAX || b == UINT64_MAX || b <= a)
            continue;
        if (b - a == row->count) {
            *base = bases[i];
            return row->count;
        }
        if (b - a <= row->most && b - a > best)
            best = (size_t)(b - a);
    }
    return best > 0 ? best : row->count;
}

static void put_row(struct dump *d, const struct row *row, size_t length)
{
    for (size_t i = 0; i < length; i++)
        dump_byte(d, row->bytes[row->swapped && (i ^ 1) < row->most ? i ^ 1 : i]);
}

/* "*": lines like the one before were left out, up to the next offset. */
static void repeat_row(struct dump *d, const struct row *row, size_t length, const struct row *next, unsigned base)
{
    const uint64_t a = offset_in(row->offset, base), b = offset_in(next->offset, base);

    if (length == 0 || a == UINT64_MAX || b == UINT64_MAX)
        return;
    for (uint64_t at = a + length; at + length <= b && !d->result->too_long; at += length)
        put_row(d, row, length);
}

static void check_row(struct dump *d, const struct row *row, const struct row *next, unsigned base)
{
    const uint64_t a = offset_in(row->offset, base), b = offset_in(next->offset, base);
    char what[100];

    if (a == UINT64_MAX || b == UINT64_MAX || b <= a || b - a <= row->most)
        return;
    snprintf(what, sizeof what, "the line has %zu bytes where the next offset asks for %llu", row->count,
             (unsigned long long)(b - a));
    dump_problem(d, row->number, 0, what);
}

static bool is_first_row(const struct row *row)
{
    return offset_in(row->offset, 16) == 0 && row->count > 0;
}

/* Before the first line of a dump there may be words, but nothing that is hex by itself. */
static bool find_first_row(struct hl_span *text, size_t *number, struct row *row)
{
    struct hl_span line;

    for (size_t i = 0; i < SEARCH_LINES && dump_line(text, &line); i++) {
        ++*number;
        if (take_row(line, *number, row) && is_first_row(row))
            return true;
    }
    return false;
}

bool dump_offsets(struct dump *d, struct hl_span text)
{
    struct row row, next;
    struct hl_span line;
    size_t number = 0;
    unsigned base = 0;
    bool starred = false;

    if (!find_first_row(&text, &number, &row))
        return false;
    d->piece.line = row.number;
    for (bool more = true; more; row = next) {
        bool found = false;
        starred = false;
        while ((more = dump_line(&text, &line))) {
            number++;
            starred |= line.len > 0 && dump_skip_blanks(line).len > 0 && dump_skip_blanks(line).ptr[0] == '*';
            found = take_row(line, number, &next);
            if (found)
                break;
        }
        const bool again = found && offset_in(next.offset, 16) == 0;
        const size_t length = row_length(&row, found && !again && !starred ? &next : NULL, &base);
        put_row(d, &row, length);
        if (found && !again && starred)
            repeat_row(d, &row, length, &next, base != 0 ? base : 16);
        else if (found && !again)
            check_row(d, &row, &next, base != 0 ? base : 16);
        if (again) {
            dump_flush(d);
            d->piece.line = next.number;
            base = 0;
        }
        if (!found)
            break;
    }
    dump_flush(d);
    return true;
}
