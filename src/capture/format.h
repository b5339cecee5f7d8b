/* format.h - what a reader of one file format gives to capture.c. */
#ifndef HL_CAPTURE_FORMAT_H
#define HL_CAPTURE_FORMAT_H

#include "capture/capture.h"
#include "capture/input.h"

struct hl_format {
    const char *name;
    /* Bytes `input_peek` needs for the look, and the look. */
    size_t magic_length;
    bool (*matches)(struct hl_span start);
    /* The reader's state; NULL with `error` set. `path` is for messages. */
    void *(*open)(struct hl_input *input, const char *path, struct hl_error *error);
    /* All but packet->frame, which capture.c counts. */
    enum hl_capture_result (*next)(void *state, struct hl_packet *packet, struct hl_error *error);
    void (*close)(void *state);
};

extern const struct hl_format format_pcap;    /* pcap_file.c */
extern const struct hl_format format_pcapng;  /* pcapng.c */
extern const struct hl_format format_libpcap; /* pcap.c: the variants that libpcap knows */

/* The file ends inside of something, or something in it cannot be: both name the place. */
enum hl_capture_result format_cut(struct hl_error *error, const char *path, uint64_t offset, const char *what);
enum hl_capture_result format_damaged(struct hl_error *error, const char *path, uint64_t offset, const char *what);

#endif
