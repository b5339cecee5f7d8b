/* precertificate.h - what a log of certificates signed: the TBSCertificate without its timestamps (RFC 6962, 3.2). */
#ifndef HL_X509_PRECERTIFICATE_H
#define HL_X509_PRECERTIFICATE_H

#include "base/buffer.h"
#include "x509/x509.h"

/* The TBSCertificate again, without the SCT list among its extensions (and without the extension that marks a
 * precertificate); the lengths around it are those that remain. False when there is nothing to take out, or
 * the certificate is not whole. */
bool x509_precertificate_put(struct hl_buffer *out, const struct hl_x509 *cert);

#endif
