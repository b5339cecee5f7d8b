#include "capture/capture.h"

#include "base/error.h"
#include "base/text.h"
#include "capture/format.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct hl_capture {
    char *path; /* as it is shown */
    struct hl_input *input;
    const struct hl_format *format;
    void *state;
    uint64_t frames;
};

static const struct hl_format *const formats[] = { &format_pcap, &format_pcapng, &format_libpcap };

enum hl_capture_result format_cut(struct hl_error *error, const char *path, uint64_t offset, const char *what)
{
    error_set(error, HL_ERR_TRUNCATED, "everything before that was read",
              "%s: the file is cut short in a %s at byte %" PRIu64, path, what, offset);
    return CAPTURE_FAILED;
}

enum hl_capture_result format_damaged(struct hl_error *error, const char *path, uint64_t offset, const char *what)
{
    error_set(error, HL_ERR_FORMAT, "everything before that was read", "%s: damaged at byte %" PRIu64 ": %s", path,
              offset, what);
    return CAPTURE_FAILED;
}

/* What people hand over instead of a capture. */
static const char *hint_for(struct hl_span start)
{
    if (start.len == 0)
        return "the file is empty";
    if (span_starts(start, "-----BEGIN"))
        return "this is PEM text, a certificate or a key; a capture is expected here";
    if (span_starts(start, "CLIENT_RANDOM") || span_starts(start, "# SSL") || span_starts(start, "CLIENT_HANDSHAKE"))
        return "this is a key log; a capture is expected here";
    if (start.ptr[0] == 0x16 && start.len > 1 && start.ptr[1] == 3)
        return "this looks like raw TLS records without packets around them";
    if (span_starts(start, "PK\x03\x04"))
        return "this is a zip archive; unpack it first";
    if (span_starts(start, "BZh") || span_starts(start, "\xfd" "7zXZ"))
        return "decompress it first (gzip, Zstandard and LZ4 are read as they are)";
    return "expected a pcap or pcapng file, plain or compressed with gzip, Zstandard or LZ4";
}

static enum hl_status choose_format(struct hl_capture *capture, const char *path, struct hl_error *error)
{
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        struct hl_span start = input_peek(capture->input, formats[i]->magic_length);
        if (start.len < formats[i]->magic_length || !formats[i]->matches(start))
            continue;
        capture->format = formats[i];
        capture->state = formats[i]->open(capture->input, path, error);
        return capture->state != NULL ? HL_OK : HL_ERR_FORMAT;
    }
    if (input_failed(capture->input, error))
        return error->status;
    return error_set(error, HL_ERR_FORMAT, hint_for(input_peek(capture->input, 32)), "%s: not a capture file", path);
}

struct hl_capture *capture_new(const char *path, struct hl_error *error)
{
    struct hl_capture *capture = calloc(1, sizeof *capture);

    if (capture == NULL) {
        error_set(error, HL_ERR_MEMORY, NULL, "out of memory");
        return NULL;
    }
    capture->input = input_new(path, error);
    capture->path = strdup(strcmp(path, "-") == 0 ? "standard input" : path);
    if (capture->input != NULL && capture->path == NULL)
        error_set(error, HL_ERR_MEMORY, NULL, "out of memory");
    if (capture->input == NULL || capture->path == NULL || choose_format(capture, capture->path, error) != HL_OK) {
        capture_free(capture);
        return NULL;
    }
    return capture;
}

void capture_free(struct hl_capture *capture)
{
    if (capture == NULL)
        return;
    if (capture->state != NULL)
        capture->format->close(capture->state);
    input_free(capture->input);
    free(capture->path);
    free(capture);
}

enum hl_capture_result capture_next(struct hl_capture *capture, struct hl_packet *packet, struct hl_error *error)
{
    enum hl_capture_result result = capture->format->next(capture->state, packet, error);

    if (result == CAPTURE_PACKET)
        packet->frame = ++capture->frames;
    /* The stream under the format failed: that is the better story. */
    if (result != CAPTURE_PACKET && input_failed(capture->input, error))
        return CAPTURE_FAILED;
    return result;
}

double capture_progress(const struct hl_capture *capture)
{
    uint64_t size = input_size(capture->input);

    return size > 0 ? (double)input_consumed(capture->input) / (double)size : -1;
}
