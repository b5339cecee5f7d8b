/* Any text as a dump, and any bytes as records, messages and datagrams: what comes out of a dump fits into it, and
 * every item is printed in every way. */
#include <handlens/handlens.h>

#include "inspect/dump.h"
#include "inspect/wire_bytes.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Made once: a printer of JSON takes longer to make than all the rest. */
static struct hl_printer *printers[2];

struct sink {
    struct wire_bytes *wire;
    size_t bytes, pieces, last_line;
};

static bool count(void *user, const void *bytes, size_t n)
{
    (void)user;
    return bytes != NULL || n == 0;
}

static void on_item(void *user, const struct hl_item *item)
{
    (void)user;
    for (size_t i = 0; i < 2; i++)
        hl_printer_item(printers[i], item);
}

static void on_piece(void *ctx, const struct dump_piece *piece)
{
    struct sink *sink = ctx;

    /* Pieces are never empty, and come in the order of their lines. */
    if (piece->bytes.len == 0 || piece->line < sink->last_line)
        abort();
    sink->last_line = piece->line;
    sink->bytes += piece->bytes.len;
    sink->pieces++;
    if (wire_tell(sink->wire, wire_recognise(piece->bytes), piece->bytes, piece->from) > piece->bytes.len)
        abort();
    if (wire_find_record(piece->bytes) >= piece->bytes.len)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct hl_span bytes = { data, size };
    const struct hl_print_options human = { .format = HL_FORMAT_HUMAN }, json = { .format = HL_FORMAT_JSON };
    struct wire_bytes wire;
    struct sink sink = { .wire = &wire };
    struct dump_result result;

    if (printers[0] == NULL) {
        printers[0] = hl_printer_new(&human, count, NULL);
        printers[1] = hl_printer_new(&json, count, NULL);
    }
    wire_bytes_init(&wire, on_item, &sink);
    for (unsigned msg_only = 0; msg_only < 2; msg_only++) {
        sink.bytes = sink.pieces = sink.last_line = 0;
        dump_read(bytes, msg_only == 1, on_piece, &sink, &result);
        if (result.pieces != sink.pieces || (result.form == DUMP_NONE && sink.pieces > 0)
            || (result.problem[0] != '\0' && result.line == 0))
            abort();
        /* A byte takes two digits, three of base64 take four; only "*" stands for more than is there. */
        if (result.form != DUMP_OFFSETS && sink.bytes > size)
            abort();
    }
    /* The same as binary; the first byte may say who sent it. */
    if (size > 0 && wire_tell(&wire, wire_recognise(bytes), bytes, data[0] == '>' ? '>' : 0) > size)
        abort();
    for (int kind = WIRE_TLS; size > 0 && kind <= WIRE_ALERT; kind++) {
        if (wire_tell(&wire, (enum wire_kind)kind, bytes, 0) > size)
            abort();
    }
    wire_bytes_finish(&wire);
    wire_bytes_cleanup(&wire);
    return 0;
}
