/* documents.h - an inspector whose handshakes are kept as JSON, for tests to look into. */
#ifndef HL_TESTS_DOCUMENTS_H
#define HL_TESTS_DOCUMENTS_H

#include "support/make_tls.h"

#include <cjson/cJSON.h>
#include <handlens/handlens.h>

enum { DOCUMENTS_MAX = 256 };

struct documents {
    struct hl_inspector *inspector;
    struct hl_printer *printer, *human;
    char *text[DOCUMENTS_MAX]; /* one handshake each */
    size_t count;
};

/* `verbosity` as in hl_print_options. */
void documents_init(struct documents *docs, int verbosity);
void documents_cleanup(struct documents *docs);

/* Say a talk in pieces of `piece` bytes (0: a turn at once) through hl_stream_*, without closing. */
struct hl_tls_stream *documents_say(struct documents *docs, const struct talk *talk, size_t piece);

/* What stands at `path` ("handlens.messages.0.type.name") of document `index`, as JSON; "(nothing)" when
 * there is no such thing. To be freed. */
char *document_at(const struct documents *docs, size_t index, const char *path);
/* `checks`: lines "path = json". False where one is not as said; says so on standard error. */
bool documents_are(const struct documents *docs, size_t index, const char *checks);
/* A document without what depends on how its bytes came: frame numbers, times, the counters of the
 * capture, the id. To be freed. */
char *document_essence(const char *text);

#endif
