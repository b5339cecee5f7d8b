/* document_parts.h - for the files of document.h alone: document.c has the handshake, document_certificates.c the server's certificates,
 * document_trust.c what they are worth. */
#ifndef HL_POLICY_DOCUMENT_PARTS_H
#define HL_POLICY_DOCUMENT_PARTS_H

#include "policy/document.h"
#include "policy/json_line.h"

/* One line. */
struct document_reading {
    struct document *document;
    const struct document_terms *terms;
    struct json_line *line;
    int64_t at; /* seconds since 1970: certificates are judged as of this time ... */
    bool same_time; /* ... and that is when they were judged before the line was written */
};

/* document.c; NULL stays NULL */
const char *document_string(struct document_reading *reading, const char *text);

/* document_certificates.c: chain, trust, staples, timestamps; the handshake has its server name and times already */
void document_read_certificates(struct document_reading *reading, const cJSON *root, const cJSON *handlens);
/* The "sha256" of an object, which must have one; false with a complaint. */
bool document_digest(struct json_line *line, const cJSON *item, uint8_t out[SHA256_LENGTH]);

/* document_trust.c */
/* The first reason stays; what to do is put behind it. */
void document_say_unclear(char out[FACTS_WHY_SIZE], const char *why);
/* What counts where there are no certificates: at first. */
void document_set_terms(struct document_reading *reading);
/* Certificates that are there are judged now ... */
void document_judge(struct document_reading *reading);
/* ... others as they were, by an object "judgement" of the schema; `chain` is what was seen of them. */
void document_read_trust(struct document_reading *reading, const cJSON *judged, const cJSON *chain);
/* Stapled responses, and timestamps of logs. */
void document_read_beside(struct document_reading *reading, const cJSON *handlens);

#endif
