/* parse.h - how the files of x509/ work together; nobody else includes it.
 *
 * A `parser` is one call of x509_parse(). Each part of a certificate is read
 * by its own function from a reader over that part's bytes; the reader may
 * have a fault of its own, so that one broken part does not hide the next. */
#ifndef HL_X509_PARSE_H
#define HL_X509_PARSE_H

#include "x509/der.h"
#include "x509/x509.h"

struct parser {
    struct hl_arena *arena;
    struct hl_x509 *cert;
};

/* A list that grows in the arena, up to HL_X509_NAMES_MAX items. */
struct list {
    struct hl_arena *arena;
    uint8_t *items;
    size_t size; /* bytes of one item */
    uint32_t count, room, dropped;
};

/* `room` is what to expect; more is possible. */
struct list list_start(struct parser *p, size_t item_size, size_t room);
/* Room for one more, zeroed; NULL (and counted as dropped) at the cap. */
void *list_add(struct list *list);
/* Hand the items to a model's { list, count, dropped }. */
#define LIST_TAKE(target, from)                 \
    ((target).list = (const void *)(from).items, \
     (target).count = (from).count, (target).dropped = (from).dropped)

/* name.c */
void name_parse(struct parser *p, struct hl_reader *r, struct hl_span whole, struct hl_x509_name *out);
/* The RFC 4514 text of a Name that was not parsed before, such as a directory name of a SAN. */
void name_put(struct hl_buffer *out, struct hl_span name_der);
struct hl_x509_general_name general_name(const struct der_tlv *tlv);
/* GeneralNames: the elements in `r`, until its end. */
void general_names_parse(struct parser *p, struct hl_reader *r, struct hl_x509_names *out);

/* time.c */
void time_parse(const struct der_tlv *tlv, struct hl_x509_time *out);

/* key.c */
void algorithm_parse(struct hl_reader *r, struct hl_span whole, struct hl_x509_algorithm *out);
void key_parse(struct parser *p, struct hl_reader *r, struct hl_span whole, struct hl_x509_key *out);

/* extensions.c, extension_bodies.c, extension_policies.c */
void extensions_parse(struct parser *p, struct hl_reader *r);
typedef void extension_body_fn(struct parser *p, struct hl_reader *r);
extension_body_fn ext_certificate_policies, ext_policy_mappings;
extension_body_fn ext_policy_constraints, ext_inhibit_any_policy;
/* NULL for what has no decoder. */
extension_body_fn *extension_body(enum hl_x509_ext_id id);

/* walk.c, walk_extensions.c */
void walk_extensions(const struct hl_x509 *cert, const struct hl_visitor *v);
/* An OID as its name, or else dotted. */
void walk_oid(const struct hl_visitor *v, const char *key, struct hl_span oid, unsigned use);
/* A character string as UTF-8. */
void walk_string(const struct hl_visitor *v, const char *key, uint8_t tag, struct hl_span value);
#endif
