/* csr.h - what somebody wants a certificate for: CertificationRequest (RFC 2986, 4).
 *
 * A request has a certificate's subject, key, extensions and signature: they
 * are decoded by the same functions into the same model. What a request does not
 * have (issuer, serial, dates) is empty there.
 *
 *     struct hl_csr csr;
 *     bool whole = csr_parse(der, &arena, &csr);
 *     csr_walk(&csr, visitor);        // inside an object of the caller's
 *
 * Memory as in x509.h: spans point into `der`, lists and texts into `arena`. */
#ifndef HL_X509_CSR_H
#define HL_X509_CSR_H

#include "x509/x509.h"

struct hl_csr {
    /* der, tbs (the whole CertificationRequestInfo: what is signed), version, subject, key,
     * signature_algorithm, signature, fault, oddities; and of extensionRequest (RFC 2985, 5.4.2,
     * or Microsoft's own attribute of that form) the extensions with all they say. */
    struct hl_x509 request;
    struct hl_x509_oids attributes; /* types of all attributes, in wire order */
    bool challenge_password;        /* there is one (RFC 2985, 5.4.1); it is never shown */
    bool extension_request;
};

/* Decode one request. True when the CertificationRequestInfo could be read from end to end, whatever is
 * wrong in it; `out` is filled as far as it went either way, and `out->request.fault` says what broke. */
bool csr_parse(struct hl_span der, struct hl_arena *arena, struct hl_csr *out);

/* Emit every field, inside an object that the caller has opened. */
void csr_walk(const struct hl_csr *csr, const struct hl_visitor *v);

#endif
