/* name_compare.h - when two distinguished names are the same (RFC 5280, 7.1).
 *
 * Names that were encoded differently may be equal: upper and lower case, runs
 * of spaces and the kind of string do not count. Names are given as the DER of
 * the whole Name and are not changed. Broken ones equal nothing but themselves. */
#ifndef HL_X509_NAME_COMPARE_H
#define HL_X509_NAME_COMPARE_H

#include <handlens/span.h>

#include <stdbool.h>
#include <stdint.h>

bool x509_names_equal(struct hl_span a, struct hl_span b);
/* `name` begins with all RDNs of `base`: it lies in that subtree (4.2.1.10). */
bool x509_name_within(struct hl_span name, struct hl_span base);
/* The same for equal names. */
uint64_t x509_name_hash(struct hl_span name);

#endif
