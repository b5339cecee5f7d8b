#include "support/make_frame.h"

#include <stdlib.h>
#include <string.h>

enum { WORD_MAX = 512 };

/* A frame grows from its end to its beginning: what is inside has a length by then. */
struct frame {
    struct hl_buffer bytes;
    size_t padding;
};

static size_t inside(const struct frame *frame)
{
    return frame->bytes.len - frame->padding;
}

static void before(struct frame *frame, struct hl_buffer *header)
{
    buf_span(header, buf_view(&frame->bytes));
    buf_cleanup(&frame->bytes);
    frame->bytes = *header;
}

static void put_ipv4(struct frame *frame, struct hl_buffer *out, const char *addresses, unsigned protocol,
                     bool options, bool no_length)
{
    size_t header = options ? 24 : 20;

    put_uint(out, 1, 0x40 | header / 4);
    put_uint(out, 1, 0);
    put_uint(out, 2, no_length ? 0 : header + inside(frame));
    put_uint(out, 4, 0x12340000);
    put_uint(out, 1, 64);
    put_uint(out, 1, protocol);
    put_uint(out, 2, 0);
    put_hex(out, addresses);
    put_hex(out, options ? "01010101" : "");
}

static void put_ipv6(struct frame *frame, struct hl_buffer *out, const char *source, const char *destination,
                     unsigned next)
{
    put_uint(out, 4, 0x60000000);
    put_uint(out, 2, inside(frame));
    put_uint(out, 1, next);
    put_uint(out, 1, 64);
    put_hex(out, source);
    put_hex(out, destination);
}

static void put_udp(struct frame *frame, struct hl_buffer *out, unsigned source, unsigned destination)
{
    put_uint(out, 2, source);
    put_uint(out, 2, destination);
    put_uint(out, 2, 8 + inside(frame));
    put_uint(out, 2, 0);
}

static void put_tcp(struct hl_buffer *out, bool options)
{
    put_uint(out, 2, 40000);
    put_uint(out, 2, 443);
    put_uint(out, 4, FRAME_SEQ);
    put_uint(out, 4, FRAME_ACK);
    put_uint(out, 1, options ? 0x80 : 0x50);
    put_uint(out, 1, FRAME_FLAGS);
    put_uint(out, 6, 0);
    put_hex(out, options ? "0101080a 00000001 00000002" : "");
    buf_string(out, FRAME_TEXT);
}

static void put_word(struct frame *frame, struct hl_buffer *out, const char *word, const char *argument)
{
    unsigned number = argument != NULL ? (unsigned)strtoul(argument, NULL, 10) : 0;

    if (strcmp(word, "eth") == 0) {
        put_hex(out, "020000000001 020000000002");
        put_hex(out, argument);
    } else if (strcmp(word, "ip4") == 0 || strcmp(word, "ip4opt") == 0 || strcmp(word, "ip4tso") == 0) {
        put_ipv4(frame, out, "0a000001 0a000002", number, word[3] == 'o', word[3] == 't');
    } else if (strcmp(word, "oip4") == 0) {
        put_ipv4(frame, out, "c0000201 c0000202", number, false, false);
    } else if (strcmp(word, "ip6") == 0) {
        put_ipv6(frame, out, "20010db8000000000000000000000001", "20010db8000000000000000000000002", number);
    } else if (strcmp(word, "oip6") == 0) {
        put_ipv6(frame, out, "fe800000000000000000000000000001", "fe800000000000000000000000000002", number);
    } else if (strcmp(word, "udp") == 0) {
        put_udp(frame, out, 50000, number);
    } else if (strcmp(word, "udpfrom") == 0) {
        put_udp(frame, out, number, 50000);
    } else if (strcmp(word, "tcp") == 0 || strcmp(word, "tcpopt") == 0) {
        put_tcp(out, word[3] != '\0');
    } else if (strcmp(word, "pad") == 0) {
        put_fill(out, 0xee, number);
        frame->padding += number;
    } else {
        put_hex(out, word);
    }
}

void put_frame(struct hl_buffer *out, const char *words)
{
    struct frame frame = { .bytes = make_buffer() };
    size_t end = strlen(words);

    while (end > 0) {
        char word[WORD_MAX];
        size_t begin = end;
        while (begin > 0 && words[begin - 1] != ' ')
            begin--;
        if (begin < end) {
            struct hl_buffer header = make_buffer();
            if (end - begin >= sizeof word)
                abort();
            memcpy(word, words + begin, end - begin);
            word[end - begin] = '\0';
            char *colon = strchr(word, ':');
            if (colon != NULL)
                *colon = '\0';
            put_word(&frame, &header, word, colon != NULL ? colon + 1 : NULL);
            before(&frame, &header);
        }
        end = begin > 0 ? begin - 1 : 0;
    }
    buf_span(out, buf_view(&frame.bytes));
    buf_cleanup(&frame.bytes);
}
