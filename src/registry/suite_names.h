/* suite_names.h - what OpenSSL and GnuTLS call the cipher suites, by the rules that both follow.
 *
 * OpenSSL leaves out "TLS_RSA_WITH_" and "CBC" and writes ECDHE-RSA-AES128-GCM-SHA256; GnuTLS leaves out
 * "WITH_" and writes TLS_ECDHE_RSA_AES_128_GCM_SHA256. Names of TLS 1.3 are IANA's with both. */
#ifndef HL_REGISTRY_SUITE_NAMES_H
#define HL_REGISTRY_SUITE_NAMES_H

#include <stdbool.h>
#include <stddef.h>

/* The longest of IANA's names has 45 characters. */
#define SUITE_NAME_SIZE 80u

/* The name that belongs to one of IANA's, NUL-terminated; false, and "", where the rules have none: suites that the
 * library never had. */
bool suite_openssl_name(const char *iana, char out[SUITE_NAME_SIZE]);
bool suite_gnutls_name(const char *iana, char out[SUITE_NAME_SIZE]);

#endif
