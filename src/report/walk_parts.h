/* walk_parts.h - the parts of the walk, by the file that has them.
 *
 * Each emits its fields into the object that is open; `key` names the field. */
#ifndef HL_REPORT_WALK_PARTS_H
#define HL_REPORT_WALK_PARTS_H

#include "base/visit.h"
#include "report/memo.h"
#include "session/handshake.h"

struct walk {
    const struct hl_handshake *hs;
    const struct hl_visitor *v;
    struct hl_buffer *text; /* for values that are put together */
    struct hl_memo *memo;   /* NULL: nothing is remembered */
    bool all;               /* HL_DETAIL_ALL */
    bool once;              /* nothing twice: for people */
};

/* walk_values.c: values that many parts have */
void walk_text(const struct walk *w, const char *key); /* what is in w->text, which is emptied */
void walk_time(const struct walk *w, const char *key, int64_t time_ns);
void walk_code_name(const struct walk *w, const char *key, struct hl_code code);
/* The frame, and its file where that is another one than the first packet's. */
void walk_frame(const struct walk *w, struct hl_moment at);
const char *walk_side(const struct walk *w, unsigned direction);
int64_t walk_since_start_us(const struct walk *w, struct hl_moment at);
void walk_u16_codes(const struct walk *w, enum memo_kind kind, const char *key, struct hl_span list,
                    struct hl_code (*name)(uint16_t));
void walk_x509_time(const struct walk *w, const char *key, const struct hl_x509_time *time);
void walk_san(const struct walk *w, const char *key, const struct hl_x509 *cert);
void walk_algorithm(const struct walk *w, const char *key, const char *name);

/* walk_ecs.c: what the Elastic Common Schema has names for */
void walk_event(const struct walk *w);
void walk_end(const struct walk *w, const char *key, const struct hl_endpoint *end);
void walk_network(const struct walk *w);
void walk_tls(const struct walk *w);
void walk_ecs_server_certificate(const struct walk *w);

/* walk_hello.c; null without a message */
void walk_client_hello(const struct walk *w, const char *key, const struct hl_message *message,
                       const struct hl_client_hello *hello);
void walk_server_hello(const struct walk *w, const char *key, const struct hl_message *message,
                       const struct hl_server_hello *hello);

void walk_certificates(const struct walk *w); /* walk_certificates.c */
/* One certificate, inside an object of the caller's: digests, and what it says. */
void walk_certificate(const struct walk *w, const struct hl_certificate *certificate);
void walk_trust(const struct walk *w);        /* walk_trust.c */
void walk_verification(const struct walk *w);
void walk_scts(const struct walk *w);
void walk_findings(const struct walk *w);
/* What a code means. */
struct finding_info;
void walk_explanation(const struct walk *w, const struct finding_info *info);
void walk_diagnosis(const struct walk *w);    /* walk_diagnosis.c */
/* "trusted", "untrusted", "unverifiable", "not-judged"; there must be a chain. */
const char *trust_word(const struct hl_judgement *judgement);
void walk_quic(const struct walk *w);         /* walk_quic.c */
void walk_timing(const struct walk *w);       /* walk_timing.c */
void walk_messages(const struct walk *w);     /* walk_messages.c */
void walk_alerts(const struct walk *w);

#endif
