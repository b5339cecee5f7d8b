/* spill.h - messages that wait in a local file, in their order, until they have been delivered.
 *
 * The file is text, to be read by people, too: a line that says what it is and where the first record is that counts, then
 * a record a line: checksum, key ("-": none), and the message, which is JSON without an end of line. Records are added at
 * the end; when all have been delivered, the file is cut; when there is no room, and more of it was delivered than waits,
 * what waits is moved to the front. What is in it is checked before it is believed: it may be of another run, cut or forged.
 *
 * Positions of records only grow while the file is open, wherever in it the records stand. */
#ifndef HL_CLI_SPILL_H
#define HL_CLI_SPILL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SPILL_KEY_MAX 256u
/* Of a message, in bytes. */
#define SPILL_MESSAGE_MAX ((size_t)16 << 20)

struct spill_record {
    const char *key;
    size_t key_length; /* 0: none */
    const char *bytes;
    size_t length;
    uint64_t end; /* its position, behind it */
};

struct spill {
    int fd;
    const char *name;
    uint64_t limit;   /* bytes of the file */
    uint64_t base;    /* position of the first byte behind the heading */
    uint64_t head;    /* positions: of the first record that was not delivered, */
    uint64_t next;    /* ... of the first one that was not read, */
    uint64_t tail;    /* ... and of the end */
    unsigned long damaged; /* records that were left out */
    bool full_said;
    /* What was read of the file: `used` of `length` bytes, which end at position `read_to`, have been handed out. */
    char *buffer;
    size_t room, length, used;
    uint64_t read_to;
};

/* `name` is borrowed. The file is made when it is not there; what another run left in it comes first. False with one line on
 * standard error: it cannot be opened, is something else, or is used by another handlens. */
bool spill_open(struct spill *spill, const char *name, uint64_t limit);
/* Sets `record->end`. False: there is no room, or it cannot be written, which is said once. */
bool spill_add(struct spill *spill, struct spill_record *record);
bool spill_has_unread(const struct spill *spill);
/* What was added counts as read: the caller has it still. */
void spill_pass(struct spill *spill);
/* The next record, which is borrowed until the next call. False: there is none. */
bool spill_read(struct spill *spill, struct spill_record *out);
/* Everything up to this position, which is an end of a record, has been delivered. */
void spill_forget(struct spill *spill, uint64_t position);
/* Records that were not delivered. */
uint64_t spill_count(struct spill *spill);
void spill_close(struct spill *spill);

#endif
