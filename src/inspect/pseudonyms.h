/* pseudonyms.h - other addresses and names, of the same length, and the same ones for the same throughout a run.
 *
 * By order of appearance: 10.0.0.1, fd00::1, 02:00:00:00:00:01. Names are replaced word by word, a word being letters
 * and digits: so www.example.org and *.example.org still fit each other, and so do an issuer and its subject. What is
 * replaced is overwritten in place. */
#ifndef HL_INSPECT_PSEUDONYMS_H
#define HL_INSPECT_PSEUDONYMS_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pseudonym;

#define PSEUDONYM_WORD_MAX 64u /* longer words are told apart like those of this length */

struct pseudonyms {
    struct pseudonym **buckets;
    size_t bucket_count, count;
    uint64_t seed;
    struct hl_arena arena;
    uint32_t next[3 + PSEUDONYM_WORD_MAX + 1]; /* of addresses, by kind; of words, by length */
    bool failed; /* memory has run out: nothing is told apart any more */
};

void pseudonyms_init(struct pseudonyms *p, uint64_t seed);
void pseudonyms_cleanup(struct pseudonyms *p);

/* 4, 6 or 16 bytes: IPv4, MAC (broadcast, multicast and none stay), IPv6. */
void pseudonym_address(struct pseudonyms *p, uint8_t *bytes, size_t length);
/* An address in dots and digits; the result is one of the same length. */
void pseudonym_dotted_quad(struct pseudonyms *p, uint8_t *text, size_t length);
void pseudonym_text(struct pseudonyms *p, uint8_t *text, size_t length);

#endif
