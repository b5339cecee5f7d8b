/* error.h - a tool that cannot do its work.
 *
 * Malformed bytes are not errors: they are part of what a capture shows and
 * are reported as faults inside the model. An error is about us or about the
 * machine: a file that cannot be opened, a full disk, memory that ran out. */
#ifndef HANDLENS_ERROR_H
#define HANDLENS_ERROR_H

#ifdef __cplusplus
extern "C" {
#endif

enum hl_status {
    HL_OK = 0,
    HL_ERR_USAGE,       /* the caller asked for something that makes no sense */
    HL_ERR_IO,          /* reading or writing failed */
    HL_ERR_FORMAT,      /* the input is not what it was taken for */
    HL_ERR_TRUNCATED,   /* the input ends too early; what was there was delivered */
    HL_ERR_MEMORY,      /* out of memory */
    HL_ERR_UNSUPPORTED, /* recognised, but this build cannot do it */
    HL_ERR_STOPPED,     /* a callback asked to stop */
};

/* The caller's storage; filled in by a function that returns other than HL_OK. */
struct hl_error {
    enum hl_status status;
    char message[320]; /* one line: what and where, NUL-terminated, safe to print */
    char hint[200];    /* one line: what to do; may be empty */
};

#ifdef __cplusplus
}
#endif

#endif
