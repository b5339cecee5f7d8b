/* output.h - where the text goes: standard output or a file, buffered, or Kafka. */
#ifndef HL_CLI_OUTPUT_H
#define HL_CLI_OUTPUT_H

#include "cli/options.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct publisher;

struct cli_output {
    int fd;
    const char *name;
    bool terminal;
    bool regular; /* a file, of which something can be cut off again */
    bool prompt; /* hand on each piece at once: somebody is waiting for it */
    bool patient; /* and prompt: a record that cannot be written is left out, and the next one tried, as disks are full at times */
    bool broken; /* the reader of a pipe went away: nothing more is wanted */
    int error;   /* errno of a write that failed */
    char *buffer;
    size_t used;
    uint64_t size;       /* of the file, with what is in the buffer */
    uint64_t whole;      /* of it up to the end of the last record */
    unsigned long records; /* in this file, written by this program */
    unsigned long lost;    /* records left out, in all */
    struct publisher *publisher; /* NULL: it is no topic of Kafka, and has a descriptor; otherwise it has none of the above */
};

/* `path` NULL is standard output. False with one line on standard error when that fails. */
bool output_open(struct cli_output *output, const char *path);
/* As -o says: the same, or a topic of Kafka. The process that publishes is a copy of this one: there should be no secrets yet. */
bool output_open_for(struct cli_output *output, const struct cli_options *options);
/* The same for a descriptor, which it closes unless it is that of standard output. */
bool output_open_fd(struct cli_output *output, int fd, const char *name);
/* Fits hl_write_fn. */
bool output_write(void *output, const void *bytes, size_t n);
/* What was written since the last call is a record. False when it could not be: a patient output has cut off what there was
 * of it, and counted it; the first one is said on standard error. */
bool output_end_record(struct cli_output *output);
/* Go on with another descriptor, which it owns; what was in the buffer goes to the one before. */
void output_change(struct cli_output *output, int fd);
/* Nothing more comes, and it is known what has become of what was written: false when something of it is lost, which is said.
 * Only publishing takes time for that. */
bool output_settle(struct cli_output *output);
/* Who waits is in a hurry; safe in a signal handler. */
void output_hurry(struct cli_output *output);
/* Was it opened? */
bool output_is_open(const struct cli_output *output);
/* Write what is left. False when anything could not be written (said on standard error); a
 * reader that went away is no mistake. */
bool output_close(struct cli_output *output);

/* Columns of the terminal; 0 when it is none. */
unsigned output_width(const struct cli_output *output);
/* The terminal's locale is named, and is not one of UTF-8. */
bool output_ascii(const struct cli_output *output);
/* As --color and NO_COLOR say. */
bool output_color(const struct cli_output *output, enum cli_color color);
/* The severity of the worst finding of a handshake, if it is worse than `worst`, which may be -1: none. */
int cli_worst(int worst, const struct hl_handshake *handshake);
/* One line on standard error. */
void cli_complain(const struct hl_error *error, bool warning);

#endif
