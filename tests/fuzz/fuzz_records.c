/* A connection through the record layer and the session, to the printed document. Pieces follow each
 * other: a byte that says who speaks (bit 0) and whether this is a gap (bit 1) or a single byte of time
 * (bit 2), two bytes of length, and the bytes. */
#include "base/buffer.h"
#include "base/reader.h"

#include <handlens/handlens.h>

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SERVER = 1, GAP = 2, BYTEWISE = 4 };

struct run {
    struct hl_printer *json, *details, *human;
    struct hl_buffer text[2];
    unsigned which, told;
};

static bool keep(void *user, const void *bytes, size_t n)
{
    struct run *run = user;

    buf_put(&run->text[run->which], bytes, n);
    return true;
}

static bool discard(void *user, const void *bytes, size_t n)
{
    (void)user;
    return bytes != NULL && n > 0;
}

/* What is remembered from one document to the next must not show: the second print is the first. */
static void print(void *user, const struct hl_handshake *handshake)
{
    struct run *run = user;

    run->told++;
    for (run->which = 0; run->which < 2; run->which++) {
        run->text[run->which].len = 0;
        if (!hl_printer_handshake(run->json, handshake))
            abort();
    }
    if (run->text[0].len != run->text[1].len || memcmp(run->text[0].data, run->text[1].data, run->text[0].len) != 0)
        abort();
    if (!hl_printer_handshake(run->details, handshake) || !hl_printer_handshake(run->human, handshake))
        abort();
}

static void feed(struct hl_tls_stream *stream, struct hl_reader *r)
{
    int64_t now = 1700000000000000000;

    while (rd_more(r)) {
        unsigned kind = rd_u8(r, "kind");
        size_t length = rd_u16(r, "length");
        enum hl_side from = kind & SERVER ? HL_SERVER : HL_CLIENT;
        if (kind & GAP) {
            hl_stream_gap(stream, from, length + 1, now += 1000);
            continue;
        }
        struct hl_span bytes = rd_bytes(r, length < rd_left(r) ? length : rd_left(r), "bytes");
        size_t step = kind & BYTEWISE ? 1 : bytes.len;
        for (size_t at = 0; at < bytes.len; at += step)
            hl_stream_bytes(stream, from, (struct hl_span){ bytes.ptr + at, step }, now += 1000);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct run run;
    struct hl_fault fault;
    struct hl_reader r = rd_init((struct hl_span){ data, size }, &fault);
    const struct hl_end end = { { NULL, 0 }, 443 };

    if (run.json == NULL) {
        struct hl_print_options options = { .format = HL_FORMAT_JSON };
        run.json = hl_printer_new(&options, keep, &run);
        options.verbosity = 2;
        run.details = hl_printer_new(&options, discard, &run);
        options.format = HL_FORMAT_HUMAN;
        run.human = hl_printer_new(&options, discard, &run);
        buf_init(&run.text[0], (size_t)64 << 20);
        buf_init(&run.text[1], (size_t)64 << 20);
    }
    run.told = 0;
    struct hl_inspector *inspector = hl_inspector_new(print, &run, NULL);
    unsigned how = rd_u8(&r, "how");
    struct hl_tls_stream *stream = hl_stream_open(inspector, end, end);
    feed(stream, &r);
    hl_stream_close(stream, how & 1 ? HL_SERVER : HL_CLIENT, (how & 2) != 0, 1700000001000000000);
    hl_inspector_free(inspector);
    if (run.told > 1)
        abort();
    return 0;
}
