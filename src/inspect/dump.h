/* dump.h - bytes out of text: hex as tools print it, base64, and what "openssl s_client -msg" shows.
 *
 * Which form a text has is found out from the text: messages of -msg by their arrows; dumps with offsets (xxd, hexdump,
 * od, Wireshark, tcpdump -X) by a first line that begins with 0; strings with \x; else hex with anything usual between
 * the digits; else base64. A dump that begins again at 0 is a piece of its own, and so is each message and each array. */
#ifndef HL_INSPECT_DUMP_H
#define HL_INSPECT_DUMP_H

#include "base/buffer.h"

#include <stdbool.h>

enum dump_form {
    DUMP_NONE, /* it is something else */
    DUMP_MSG,
    DUMP_OFFSETS,
    DUMP_ESCAPES,
    DUMP_HEX,
    DUMP_BASE64,
};

/* What a piece is, where the text says so. */
enum dump_label { DUMP_ANY, DUMP_HANDSHAKE, DUMP_ALERT, DUMP_CHANGE_CIPHER_SPEC };

struct dump_piece {
    struct hl_span bytes; /* valid during the call */
    enum dump_label label;
    char from;        /* of -msg: '>' what the program sent, '<' what it got; else 0 */
    uint16_t version; /* of -msg: 0x0303 for "TLS 1.2"; else 0 */
    size_t line;      /* where it begins, from 1 */
};

typedef void dump_piece_fn(void *ctx, const struct dump_piece *piece);

/* What came of it. `problem` is empty, or says what is wrong at `line` and `column` (0: the line as a whole): the first
 * thing that could not be read; in the midst of a dump all else was told all the same. */
struct dump_result {
    enum dump_form form;
    size_t pieces;
    size_t line, column;
    char problem[120];
    bool too_long; /* beyond HL_DECODE_BYTES_MAX: the rest was left out */
};

/* Text, as far as a dump is made of it: no control characters but those of lines. */
bool dump_is_text(struct hl_span bytes);
/* `msg_only`: of a log with certificates and other dumps in it, the messages of -msg. */
void dump_read(struct hl_span text, bool msg_only, dump_piece_fn *on_piece, void *ctx, struct dump_result *result);

/* --- for the forms: dump_msg.c, dump_offsets.c and dump_digits.c --------------------- */

struct dump {
    dump_piece_fn *on_piece;
    void *ctx;
    struct dump_result *result;
    struct hl_buffer bytes;
    struct dump_piece piece; /* of the bytes so far */
};

/* -1: none. */
int dump_digit(uint8_t c);
void dump_byte(struct dump *d, unsigned value);
/* What was put together is a piece. */
void dump_flush(struct dump *d);
/* Only the first problem is kept. */
void dump_problem(struct dump *d, size_t line, size_t column, const char *what);

/* A line off the front, also the last one, which may lack its end. */
bool dump_line(struct hl_span *rest, struct hl_span *line);
bool dump_is_blank(uint8_t c);
struct hl_span dump_skip_blanks(struct hl_span s);

bool dump_msg(struct dump *d, struct hl_span text);
bool dump_offsets(struct dump *d, struct hl_span text);
bool dump_escapes(struct dump *d, struct hl_span text);
bool dump_hex(struct dump *d, struct hl_span text);
bool dump_base64(struct dump *d, struct hl_span text);

#endif
