/* sct.h - what a log of certificates promises: SignedCertificateTimestamp (RFC 6962, 3.2).
 *
 * A list of them (3.3) comes by three ways, in the same form: inside the OCTET
 * STRING of a certificate's extension or of an OCSP response's, and as the body
 * of the TLS extension signed_certificate_timestamp. Whether one is true needs
 * the log's key. Spans point into what was read; the list lies in the arena. */
#ifndef HL_X509_SCT_H
#define HL_X509_SCT_H

#include "base/reader.h"
#include "x509/x509.h"

/* SignedCertificateTimestampList: the vector that `r` holds, to its end. True
 * when all of it could be read; what stood before a fault is in `out`. */
bool sct_list_parse(struct hl_reader *r, struct hl_arena *arena, struct hl_x509_scts *out);

/* Emit every field, inside an object that the caller has opened. */
void sct_walk(const struct hl_x509_sct *sct, const struct hl_visitor *v);
/* KEY: [ {...}, ... ], and "timestamps_dropped" where the list was cut. */
void sct_list_walk(const struct hl_x509_scts *scts, const char *key, const struct hl_visitor *v);

#endif
