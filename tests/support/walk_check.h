/* walk_check.h - a visitor that aborts when a walk breaks the rules of visitor.h.
 *
 * Objects and arrays are closed as they were opened, a value has a key in an object and none in an
 * array, no key comes twice, a name is there or the code is unknown, and all bytes can be read. */
#ifndef HL_TESTS_WALK_CHECK_H
#define HL_TESTS_WALK_CHECK_H

#include <handlens/visitor.h>
#include <stddef.h>

enum { WALK_CHECK_DEPTH = 24, WALK_CHECK_KEYS = 96 };

struct walk_check {
    struct hl_visitor visitor; /* to hand to the walk */
    size_t values;             /* how many came */
    size_t depth;              /* 1: the object around the walk */
    struct {
        bool array;
        size_t keys;
        const char *key[WALK_CHECK_KEYS];
    } level[WALK_CHECK_DEPTH];
    unsigned sum; /* of all bytes seen, so that they are read */
};

/* The walk takes place inside an object that is open, or is one element of an array. */
void walk_check_init(struct walk_check *check, bool in_array);
/* All that was opened is closed. */
void walk_check_finish(const struct walk_check *check);

#endif
