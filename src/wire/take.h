/* take.h - read a field and show it: the words decoders are written in.
 *
 * Each takes a value from the reader and, unless it did not fit, hands it to
 * the visitor (NULL: only read). The key is also the field's name in a fault,
 * except in arrays, where `key` names the array and `field` one element. A list
 * is shown up to the element that does not fit. */
#ifndef HL_WIRE_TAKE_H
#define HL_WIRE_TAKE_H

#include "base/reader.h"
#include "base/visit.h"

typedef struct hl_code code8_fn(uint8_t id);
typedef struct hl_code code16_fn(uint16_t id);

uint8_t take_u8(struct hl_reader *r, const struct hl_visitor *v, const char *key);
uint16_t take_u16(struct hl_reader *r, const struct hl_visitor *v, const char *key);
uint32_t take_u24(struct hl_reader *r, const struct hl_visitor *v, const char *key);
uint32_t take_u32(struct hl_reader *r, const struct hl_visitor *v, const char *key);

uint8_t take_code8(struct hl_reader *r, const struct hl_visitor *v, const char *key, code8_fn *name);
uint16_t take_code16(struct hl_reader *r, const struct hl_visitor *v, const char *key, code16_fn *name);

struct hl_span take_bytes(struct hl_reader *r, const struct hl_visitor *v, size_t n, const char *key);
struct hl_span take_rest(struct hl_reader *r, const struct hl_visitor *v, const char *key);
/* A length of 1, 2 or 3 bytes in <floor..ceiling>, and as many bytes. */
struct hl_span take_opaque8(struct hl_reader *r, const struct hl_visitor *v, size_t floor, size_t ceiling,
                            const char *key);
struct hl_span take_opaque16(struct hl_reader *r, const struct hl_visitor *v, size_t floor, size_t ceiling,
                             const char *key);
struct hl_span take_opaque24(struct hl_reader *r, const struct hl_visitor *v, size_t floor, size_t ceiling,
                             const char *key);
/* The same with text inside. */
struct hl_span take_text8(struct hl_reader *r, const struct hl_visitor *v, size_t floor, size_t ceiling,
                          const char *key);
struct hl_span take_text16(struct hl_reader *r, const struct hl_visitor *v, size_t floor, size_t ceiling,
                           const char *key);

/* All that `list` holds, as an array; nothing when there is no such list. */
void take_codes8(struct hl_reader list, const struct hl_visitor *v, const char *key, const char *field,
                 code8_fn *name);
void take_codes16(struct hl_reader list, const struct hl_visitor *v, const char *key, const char *field,
                  code16_fn *name);
void take_opaques8(struct hl_reader list, const struct hl_visitor *v, const char *key, size_t floor,
                   const char *field);
void take_opaques16(struct hl_reader list, const struct hl_visitor *v, const char *key, size_t floor,
                    const char *field);

/* The same with an object each, whose fields `fields` takes. */
typedef void fields_fn(struct hl_reader *r, const struct hl_visitor *v);
void take_objects(struct hl_reader list, const struct hl_visitor *v, const char *key, fields_fn *fields);

/* The end of a part: bytes left are a fault of the whole. */
void take_end(struct hl_reader *r, const char *what);

/* RFC 9000, section 16: 1, 2, 4 or 8 bytes, as the two highest bits of the first say. */
uint64_t read_varint(struct hl_reader *r, const char *field);

/* For enumerations too small for a registry: `names` may have holes. */
struct hl_code small_code(uint8_t id, const char *const *names, size_t count);

/* A reader over what is left, to look ahead with a fault of its own. */
struct hl_reader look_ahead(const struct hl_reader *r, struct hl_fault *scratch);

#endif
