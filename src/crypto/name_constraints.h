/* name_constraints.h - the names a CA may issue for (RFC 5280, 4.2.1.10).
 *
 * DNS, IP, e-mail, URI and directory names are compared; a constraint on
 * another kind of name, or one that is malformed, forbids every name of its
 * kind: what cannot be processed must be refused. */
#ifndef HL_CRYPTO_NAME_CONSTRAINTS_H
#define HL_CRYPTO_NAME_CONSTRAINTS_H

#include "x509/x509.h"

enum nc_result {
    NC_ALLOWED,
    NC_NOT_PERMITTED, /* in none of the permitted subtrees of its kind */
    NC_EXCLUDED,
    NC_UNPROCESSED,   /* a constraint or a name of a kind, or in a form, that cannot be compared */
    NC_BUDGET,
};

/* Is every name of `subject` allowed by `issuer`'s constraints? `comparisons` counts down what may be compared;
 * `culprit` (may be NULL): the first name that is not. */
enum nc_result name_constraints_check(const struct hl_x509 *issuer, const struct hl_x509 *subject,
                                      uint32_t *comparisons, struct hl_x509_general_name *culprit);
/* Are the constraints themselves as RFC 5280 has them? A DNS name that begins with a dot is not, though
 * clients take it; an address with a mask that is none is not. */
bool name_constraints_are_well_formed(const struct hl_x509 *issuer);
/* One "@", something before it and a host name behind it (RFC 5321, 4.1.2, without quoted local parts). */
bool mailbox_is_well_formed(struct hl_span mailbox);

#endif
