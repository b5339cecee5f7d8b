/* parse.h - how the files of x509/ work together; nobody else includes it.
 *
 * A `parser` is one call of x509_parse(), crl_parse(), ... Each part of a message
 * is read by its own function from a reader over that part's bytes; the reader may
 * have a fault of its own, so that one broken part does not hide the next. */
#ifndef HL_X509_PARSE_H
#define HL_X509_PARSE_H

#include "x509/der.h"
#include "x509/x509.h"

struct parser {
    struct hl_arena *arena;
    struct hl_fault *fault; /* the model's: the first one that was found */
    uint32_t *oddities;     /* the model's */
    struct hl_x509 *cert;   /* NULL when it is neither a certificate nor a request for one */
    bool broken;            /* a fault was found that is more than trailing bytes */
};

/* A list that grows in the arena, up to `cap` items (HL_X509_NAMES_MAX, unless lowered after the start). */
struct list {
    struct hl_arena *arena;
    uint8_t *items;
    size_t size; /* bytes of one item */
    uint32_t count, room, cap, dropped;
};

/* `room` is what to expect; more is possible. */
struct list list_start(struct hl_arena *arena, size_t item_size, size_t room);
/* Room for one more, zeroed; NULL (and counted as dropped) at the cap. */
void *list_add(struct list *list);
/* Hand the items to a model's { list, count, dropped }. */
#define LIST_TAKE(target, from)                 \
    ((target).list = (const void *)(from).items, \
     (target).count = (from).count, (target).dropped = (from).dropped)

/* x509.c: a model of which nothing is known yet. */
struct hl_x509 x509_empty(struct hl_span der);

/* fields.c: what certificates, requests, CRLs and OCSP responses have in common. A broken part's fault
 * goes to the parser, its oddities too; `r` has a fault of its own only where the part does not fit. */

/* A reader over a message; over one that the capture cut short, up to the cut. */
struct hl_reader open_message(struct hl_span der, struct hl_fault *fault, const char *what);
/* Oddities that only seem to be there where the capture ends. */
#define ODD_AT_A_CUT                                                                                  \
    (X509_ODD_EMPTY_SERIAL | X509_ODD_ZERO_SERIAL | X509_ODD_UNKNOWN_VERSION | X509_ODD_EMPTY_ISSUER   \
     | X509_ODD_EMPTY_RDN | X509_ODD_EMPTY_SAN | X509_ODD_EMPTY_EXTENSIONS | X509_ODD_TIME_FORM        \
     | X509_ODD_MALFORMED_NAME | X509_ODD_MALFORMED_KEY | X509_ODD_MALFORMED_EXTENSION)
void note_fault(struct parser *p, const struct hl_fault *fault);
/* The INTEGER that is all of `body`, as people say it: v1 is 1. Beyond `newest` it is odd. */
uint32_t version_parse(struct parser *p, const struct hl_reader *outer, struct hl_span body, uint32_t newest);
void algorithm_field(struct parser *p, struct hl_reader *r, struct hl_x509_algorithm *out, const char *field);
void name_field(struct parser *p, struct hl_reader *r, struct hl_x509_name *out, const char *field);
void key_field(struct parser *p, struct hl_reader *r, struct hl_x509_key *out, const char *field);
/* Time (RFC 5280, 4.1.2.5). */
void time_field(struct parser *p, struct hl_reader *r, struct hl_x509_time *out, const char *field);
/* GeneralizedTime, of any year. */
void generalized_time_field(struct parser *p, struct hl_reader *r, struct hl_x509_time *out,
                            const char *field);
/* CRLReason (5.3.1); -1 after a fault. */
int reason_parse(struct hl_reader *r);

/* name.c */
void name_parse(struct parser *p, struct hl_reader *r, struct hl_span whole, struct hl_x509_name *out);
/* The RFC 4514 text of a Name that was not parsed before, such as a directory name of a SAN. */
void name_put(struct hl_buffer *out, struct hl_span name_der);
struct hl_x509_general_name general_name(const struct der_tlv *tlv);
/* GeneralNames: the elements in `r`, until its end. */
void general_names_parse(struct hl_arena *arena, struct hl_reader *r, struct hl_x509_names *out);

/* time.c */
void time_parse(const struct der_tlv *tlv, struct hl_x509_time *out);

/* key.c */
void algorithm_parse(struct hl_reader *r, struct hl_span whole, struct hl_x509_algorithm *out);
void key_parse(struct parser *p, struct hl_reader *r, struct hl_span whole, struct hl_x509_key *out);

/* extensions.c, extension_bodies.c, extension_policies.c */

/* A certificate's. */
void extensions_parse(struct parser *p, struct hl_reader *r);
/* Those of another message: which it knows, and where it puts what they say. */
struct extension_set {
    /* Read the body of `ext` (the caller holds the rd_end()); false when there is no decoder for it. */
    bool (*decode)(struct parser *p, void *model, const struct hl_x509_extension *ext,
                   struct hl_reader *body);
    void *model;
    struct list *list;     /* to show them; NULL: not kept */
    struct hl_fault fault; /* the first one in a body */
    bool unprocessed;      /* a critical one was not decoded: unknown, broken, or there twice */
};
void extension_set_parse(struct parser *p, struct hl_reader *r, struct extension_set *set);
typedef void extension_body_fn(struct parser *p, struct hl_reader *r);
extension_body_fn ext_certificate_policies, ext_policy_mappings;
extension_body_fn ext_policy_constraints, ext_inhibit_any_policy;
/* NULL for what has no decoder. */
extension_body_fn *extension_body(enum hl_x509_ext_id id);
/* AuthorityKeyIdentifier (RFC 5280, 4.2.1.1 and 5.2.1). */
void authority_key_id_parse(struct hl_arena *arena, struct hl_reader *r, struct hl_span *key_id,
                            struct hl_x509_names *issuer, struct hl_span *serial);
/* A SignedCertificateTimestampList in its OCTET STRING (RFC 6962, 3.3). */
void sct_octets_parse(struct hl_arena *arena, struct hl_reader *r, struct hl_x509_scts *out);

/* walk.c, walk_extensions.c */
void walk_extensions(const struct hl_x509 *cert, const struct hl_visitor *v);
void walk_extension_list(const struct hl_visitor *v, const struct hl_x509_extension *list, uint32_t count,
                         uint32_t dropped);
void x509_walk_algorithm(const struct hl_visitor *v, const char *key,
                         const struct hl_x509_algorithm *algorithm);
void walk_pss(const struct hl_visitor *v, const char *key, const struct hl_x509_pss *pss);
void walk_common_names(const struct hl_visitor *v, const char *key, const struct hl_x509_name *name);
/* As a time, null when it is none; and as it was written, where the form is not the usual one. */
void x509_walk_time(const struct hl_visitor *v, const char *key, const char *raw_key,
                    const struct hl_x509_time *time);
void walk_key(const struct hl_visitor *v, const struct hl_x509_key *key);
void walk_oddities(const struct hl_visitor *v, uint32_t oddities);
void walk_authority_key_id(const struct hl_visitor *v, struct hl_span key_id,
                           const struct hl_x509_names *issuer, struct hl_span serial);
/* The text of each, without its type: for names that are URLs, nearly always. */
void walk_name_texts(const struct hl_visitor *v, const char *key, const struct hl_x509_names *names);
void walk_dropped(const struct hl_visitor *v, const char *key, uint32_t dropped);
void walk_oids(const struct hl_visitor *v, const char *key, const struct hl_x509_oids *oids, unsigned use);
/* Bits by name: bit n is names[n]. */
void walk_bits(const struct hl_visitor *v, const char *key, uint16_t bits, const char *const *names,
               unsigned count);
/* An OID as its name, or else dotted. */
void walk_oid(const struct hl_visitor *v, const char *key, struct hl_span oid, unsigned use);
/* A character string as UTF-8. */
void walk_string(const struct hl_visitor *v, const char *key, uint8_t tag, struct hl_span value);
#endif
