/* visitor.h - how a walk over a handshake tells what it finds.
 *
 * A walk (hl_handshake_walk() and others) calls these in the order in which a
 * document would be written. Keys are static names in snake_case, NULL inside
 * arrays. Everything else that is handed over is valid during the call only. Every function
 * must be set; `ctx` is passed through. */
#ifndef HANDLENS_VISITOR_H
#define HANDLENS_VISITOR_H

#include <handlens/span.h>
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A code point of a registry: TLS versions, suites, groups, alerts ... */
struct hl_code {
    uint32_t id;
    uint8_t digits;   /* hex digits it is usually written with: 2, 4, 6 or 8 */
    bool grease;      /* reserved by RFC 8701 to keep peers tolerant */
    const char *name; /* the registry's name; NULL when unknown or GREASE */
};

struct hl_visitor_ops {
    void (*begin_object)(void *ctx, const char *key);
    void (*end_object)(void *ctx);
    void (*begin_array)(void *ctx, const char *key);
    void (*end_array)(void *ctx);
    void (*null)(void *ctx, const char *key);
    void (*boolean)(void *ctx, const char *key, bool value);
    void (*number)(void *ctx, const char *key, int64_t value);
    /* Text, mostly from the wire: any bytes, not NUL-terminated, UTF-8 only if the peer was honest. */
    void (*text)(void *ctx, const char *key, struct hl_span text);
    void (*bytes)(void *ctx, const char *key, struct hl_span bytes);
    void (*code)(void *ctx, const char *key, struct hl_code code);
};

struct hl_visitor {
    const struct hl_visitor_ops *ops;
    void *ctx;
};

#ifdef __cplusplus
}
#endif

#endif
