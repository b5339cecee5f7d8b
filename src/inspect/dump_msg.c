/* The messages of openssl s_client -msg. */
#include "inspect/dump.h"

#include "base/text.h"

static bool is_label(struct hl_span line)
{
    return span_starts(line, ">>> ") || span_starts(line, "<<< ");
}

/* "TLS 1.2", "DTLS 1.2", "SSL 3.0" behind the arrows. */
static uint16_t version_in(struct hl_span line)
{
    static const struct {
        const char *name;
        uint16_t version;
    } versions[] = {
        { "TLS 1.3", 0x0304 },  { "TLS 1.2", 0x0303 },  { "TLS 1.1", 0x0302 },  { "TLS 1.0", 0x0301 },
        { "SSL 3.0", 0x0300 },  { "DTLS 1.2", 0xfefd }, { "DTLS 1.0", 0xfeff },
    };

    for (size_t i = 0; i < sizeof versions / sizeof versions[0]; i++) {
        if (span_starts((struct hl_span){ line.ptr + 4, line.len - 4 }, versions[i].name))
            return versions[i].version;
    }
    return 0;
}

/* Headers of records, and the type inside of those of TLS 1.3, are shown apart: messages are whole without them. */
static bool take_label(struct dump *d, struct hl_span line, size_t number)
{
    dump_flush(d);
    if (span_contains_nocase(line, ", Handshake"))
        d->piece.label = DUMP_HANDSHAKE;
    else if (span_contains_nocase(line, ", Alert"))
        d->piece.label = DUMP_ALERT;
    else if (span_contains_nocase(line, ", ChangeCipherSpec"))
        d->piece.label = DUMP_CHANGE_CIPHER_SPEC;
    else
        return false;
    d->piece.from = (char)line.ptr[0];
    d->piece.version = version_in(line);
    d->piece.line = number;
    return true;
}

/* "    16 03 01": pairs of digits and nothing else; they are taken only then. */
static bool take_pairs(struct dump *d, struct hl_span line)
{
    const size_t before = d->bytes.len;
    bool good = line.len > 0 && dump_is_blank(line.ptr[0]);

    for (line = dump_skip_blanks(line); good && line.len > 0; line = dump_skip_blanks(line)) {
        good = line.len >= 2 && dump_digit(line.ptr[0]) >= 0 && dump_digit(line.ptr[1]) >= 0
               && (line.len == 2 || dump_is_blank(line.ptr[2]));
        if (good) {
            dump_byte(d, (unsigned)(dump_digit(line.ptr[0]) << 4 | dump_digit(line.ptr[1])));
            line = (struct hl_span){ line.ptr + 2, line.len - 2 };
        }
    }
    if (!good)
        d->bytes.len = before;
    return good;
}

bool dump_msg(struct dump *d, struct hl_span text)
{
    struct hl_span line;
    bool found = false, inside = false;

    for (size_t number = 1; dump_line(&text, &line); number++) {
        if (is_label(line)) {
            found = true;
            inside = take_label(d, line, number);
        } else if (inside && !take_pairs(d, line)) {
            dump_flush(d);
            inside = false;
        }
    }
    dump_flush(d);
    return found;
}
