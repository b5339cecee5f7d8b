/* format.h - times, addresses and sizes as text, the same in every report. */
#ifndef HL_REPORT_FORMAT_H
#define HL_REPORT_FORMAT_H

#include "base/buffer.h"
#include "base/stream.h"
#include "x509/x509.h"

/* "2026-03-02T10:20:30.123456000Z" */
void put_time(struct hl_buffer *out, int64_t time_ns);
/* 192.0.2.1, 2001:db8::1 (RFC 5952) */
void put_address(struct hl_buffer *out, const struct hl_address *address);
/* 192.0.2.1:443, [2001:db8::1]:443 */
void put_endpoint(struct hl_buffer *out, const struct hl_endpoint *end);
/* "41.2 ms", "1.25 s" */
void put_duration(struct hl_buffer *out, int64_t duration_ns);
/* "RSA 2048", "EC secp256r1", "Ed25519" */
void put_key(struct hl_buffer *out, const struct hl_x509_key *key);
/* 1234567 as "1,234,567" */
void put_count(struct hl_buffer *out, uint64_t count);

#endif
