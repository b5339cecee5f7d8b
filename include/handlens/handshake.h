/* handshake.h - one TLS handshake, as it was seen on the wire.
 *
 * A handshake is read-only and valid during the callback that delivers it
 * (inspect.h). Everything it holds can be walked (hl_handshake_walk(): the
 * document of docs/handshake.schema.json); the functions below give the
 * answers most people ask for. Spans and strings live as long as the handshake. */
#ifndef HANDLENS_HANDSHAKE_H
#define HANDLENS_HANDSHAKE_H

#include <handlens/export.h>
#include <handlens/fault.h>
#include <handlens/span.h>
#include <handlens/visitor.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct hl_handshake;

enum hl_outcome {
    HL_COMPLETED,  /* both sides' Finished, or what only can follow them, was seen */
    HL_FAILED,     /* a fatal alert, or the connection was closed before that */
    HL_INCOMPLETE, /* nothing proves either */
    HL_NOT_TLS,    /* one side spoke TLS and the other answered with something else */
};

/* "completed", "failed", "incomplete", "not-tls". */
HL_API const char *hl_outcome_name(enum hl_outcome outcome);

enum hl_side { HL_CLIENT, HL_SERVER };

/* Counts from 1, in the order of delivery. */
HL_API uint64_t hl_handshake_id(const struct hl_handshake *handshake);
HL_API enum hl_outcome hl_handshake_outcome(const struct hl_handshake *handshake);
/* Why it is not completed, in a few words; NULL when it is. */
HL_API const char *hl_handshake_reason(const struct hl_handshake *handshake);

/* Nanoseconds since 1970-01-01 UTC: the first and the last message of the handshake. */
HL_API int64_t hl_handshake_start(const struct hl_handshake *handshake);
HL_API int64_t hl_handshake_end(const struct hl_handshake *handshake);

/* The address of one end: 4 or 16 bytes in network order; its port. */
HL_API struct hl_span hl_handshake_address(const struct hl_handshake *handshake, enum hl_side side);
HL_API uint16_t hl_handshake_port(const struct hl_handshake *handshake, enum hl_side side);
/* The capture file of its first packet; NULL when the bytes came from elsewhere. */
HL_API const char *hl_handshake_file(const struct hl_handshake *handshake);

/* What was negotiated. `name` is NULL and `id` 0 where nothing was. */
HL_API struct hl_code hl_handshake_version(const struct hl_handshake *handshake);
HL_API struct hl_code hl_handshake_cipher_suite(const struct hl_handshake *handshake);
HL_API struct hl_code hl_handshake_group(const struct hl_handshake *handshake);
/* The host name that the client asked for (RFC 6066), as sent; empty when it sent none. */
HL_API struct hl_span hl_handshake_server_name(const struct hl_handshake *handshake);
/* The application protocol that the server chose (RFC 7301); empty when none is visible. */
HL_API struct hl_span hl_handshake_alpn(const struct hl_handshake *handshake);
HL_API bool hl_handshake_resumed(const struct hl_handshake *handshake);
/* "smtp", "http-connect", ...: what was spoken before TLS; NULL for nothing. */
HL_API const char *hl_handshake_before_tls(const struct hl_handshake *handshake);

/* The certificates of `side` that can be read, in wire order: how many are
 * held, the DER of one, and its SHA-256 (32 bytes). */
HL_API size_t hl_handshake_certificate_count(const struct hl_handshake *handshake, enum hl_side side);
HL_API struct hl_span hl_handshake_certificate(const struct hl_handshake *handshake, enum hl_side side, size_t index);
HL_API struct hl_span hl_handshake_certificate_sha256(const struct hl_handshake *handshake, enum hl_side side,
                                                      size_t index);

/* 32 hex digits, or the JA4 form; "" when that hello was not seen. */
HL_API const char *hl_handshake_ja3(const struct hl_handshake *handshake);
HL_API const char *hl_handshake_ja3s(const struct hl_handshake *handshake);
HL_API const char *hl_handshake_ja4(const struct hl_handshake *handshake);
/* Community ID v1: "1:" and base64. */
HL_API const char *hl_handshake_community_id(const struct hl_handshake *handshake);

/* How much a walk tells. */
enum hl_detail {
    HL_DETAIL_NORMAL, /* the document of docs/handshake.schema.json */
    HL_DETAIL_ALL,    /* and every field of every message and certificate */
};

/* Tell everything to `visitor`, as one object. */
HL_API void hl_handshake_walk(const struct hl_handshake *handshake, enum hl_detail detail,
                              const struct hl_visitor *visitor);

#ifdef __cplusplus
}
#endif

#endif
