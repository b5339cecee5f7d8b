/* starttls_talk.h - for the files of protocols: saying things, and reading what is said, within the bounds of the connection. */
#ifndef HL_PROBE_STARTTLS_TALK_H
#define HL_PROBE_STARTTLS_TALK_H

#include "probe/starttls.h"

/* These return false when the connection ends first: talk->socket says how. */
bool starttls_receive(struct starttls_talk *talk); /* more, behind what was received */
bool starttls_need(struct starttls_talk *talk, size_t n); /* so many bytes have been received */
bool starttls_say(struct starttls_talk *talk, struct hl_span bytes);
/* The next line, without its end, `*used` bytes with it; it stays in the buffer. */
bool starttls_line(struct starttls_talk *talk, struct hl_span *line, size_t *used);

/* The first `n` bytes are done with. */
void starttls_use(struct starttls_talk *talk, size_t n);
/* Where `word` begins; NULL: it is not there. */
const uint8_t *starttls_search(struct hl_span in, struct hl_span word);
/* STARTTLS_REFUSED, with what was said as the reason. */
enum starttls_result starttls_refuse(struct starttls_talk *talk, struct hl_span said);

/* Of starttls_binary.c. */
typedef enum starttls_result starttls_talk_fn(struct starttls_talk *talk);
starttls_talk_fn starttls_ldap, starttls_postgres, starttls_mysql, starttls_tds, starttls_rdp;

/* No server has so much to say before TLS. */
#define STARTTLS_REPLY_MAX ((size_t)64 << 10)

#endif
