/* Whom to trust, out of files: handlens/trust.h. */
#include <handlens/trust.h>

#include "base/error.h"
#include "base/text.h"
#include "crypto/host_name.h"
#include "crypto/trust.h"
#include "inspect/whole_file.h"
#include "policy/ct_log_list.h"
#include "x509/pem.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A bundle of CRLs may be large. */
#define FILE_MAX ((size_t)256 << 20)
#define BODY_MAX ((size_t)64 << 20)

struct hl_trust *hl_trust_new(struct hl_error *error)
{
    struct hl_trust *trust = calloc(1, sizeof *trust);

    if (trust == NULL)
        error_set(error, HL_ERR_MEMORY, NULL, "out of memory");
    else
        trust_init(trust);
    return trust;
}

void hl_trust_free(struct hl_trust *trust)
{
    if (trust == NULL)
        return;
    trust_cleanup(trust);
    free(trust);
}

/* What one block or file of DER was. */
enum added { ADDED, PASSED_OVER, BROKEN, NO_MEMORY };

static enum added add_der(struct hl_trust *trust, enum hl_trust_kind kind, struct hl_span der)
{
    if (kind == HL_TRUST_CRLS)
        return crl_set_add(&trust->crls, der) ? ADDED : BROKEN;
    switch (store_add(kind == HL_TRUST_ANCHORS ? &trust->anchors : &trust->intermediates, der)) {
    case STORE_ADDED:
    case STORE_KNOWN: return ADDED;
    case STORE_UNREADABLE: return BROKEN;
    default: return NO_MEMORY;
    }
}

static bool is_label_of(enum hl_trust_kind kind, struct hl_span label)
{
    static const char *const certificates[] = { "CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE" };

    if (kind == HL_TRUST_CRLS)
        return span_equal(label, span_of("X509 CRL"));
    for (size_t i = 0; i < sizeof certificates / sizeof certificates[0]; i++) {
        if (span_equal(label, span_of(certificates[i])))
            return true;
    }
    return false;
}

/* How many were added, broken; true unless memory has run out. */
static bool add_pem(struct hl_trust *trust, enum hl_trust_kind kind, struct hl_span text, unsigned counts[3])
{
    struct hl_buffer der;
    struct hl_span label;
    enum added added = ADDED;

    buf_init(&der, BODY_MAX);
    while (added != NO_MEMORY && pem_next(&text, &der, &label)) {
        if (!is_label_of(kind, label))
            continue;
        added = der.len > 0 ? add_der(trust, kind, buf_view(&der)) : BROKEN;
        if (added != NO_MEMORY)
            counts[added]++;
    }
    buf_cleanup(&der);
    return added != NO_MEMORY;
}

enum hl_status hl_trust_add_bytes(struct hl_trust *trust, enum hl_trust_kind kind, struct hl_span bytes,
                                  const char *name, struct hl_error *error)
{
    static const char *const things[] = { "certificate", "certificate", "CRL" };
    unsigned counts[3] = { 0, 0, 0 };

    if (kind == HL_TRUST_CT_LOGS)
        return ct_log_list_read(&trust->logs, bytes, name, error);
    if (pem_is_text(bytes)) {
        if (!add_pem(trust, kind, bytes, counts))
            return error_set(error, HL_ERR_MEMORY, NULL, "%s: too many certificates, or out of memory", name);
    } else {
        enum added added = add_der(trust, kind, bytes);
        if (added == NO_MEMORY)
            return error_set(error, HL_ERR_MEMORY, NULL, "%s: too many certificates, or out of memory", name);
        counts[added]++;
    }
    trust->has_anchors = trust->anchors.count > 0;
    if (counts[ADDED] == 0)
        return error_set(error, HL_ERR_FORMAT, "PEM and DER are read", "%s: there is no %s that can be read in it", name,
                         things[kind]);
    return HL_OK;
}

enum hl_status hl_trust_add_file(struct hl_trust *trust, enum hl_trust_kind kind, const char *path,
                                 struct hl_error *error)
{
    struct hl_error own;
    struct hl_buffer bytes;

    if (error == NULL)
        error = &own;
    buf_init(&bytes, FILE_MAX);
    error->status = HL_OK;
    if (whole_file_read(path, &bytes, error))
        error->status = hl_trust_add_bytes(trust, kind, buf_view(&bytes), path, error);
    buf_cleanup(&bytes);
    return error->status;
}

enum hl_status hl_trust_add_directory(struct hl_trust *trust, enum hl_trust_kind kind, const char *path,
                                      struct hl_error *error)
{
    DIR *directory = opendir(path);
    const struct dirent *entry;
    char file[4096];
    unsigned added = 0;

    if (directory == NULL)
        return error_set(error, HL_ERR_IO, NULL, "%s: %s", path, strerror(errno));
    while ((entry = readdir(directory)) != NULL) {
        if (entry->d_name[0] == '.' || snprintf(file, sizeof file, "%s/%s", path, entry->d_name) >= (int)sizeof file)
            continue;
        added += hl_trust_add_file(trust, kind, file, NULL) == HL_OK;
    }
    closedir(directory);
    if (added == 0)
        return error_set(error, HL_ERR_FORMAT, "PEM and DER files are read", "%s: no file in it could be used", path);
    return HL_OK;
}

enum hl_status hl_trust_add_system(struct hl_trust *trust, struct hl_error *error)
{
    static const char *const bundles[] = {
        "/etc/ssl/certs/ca-certificates.crt",                /* Debian, Ubuntu, Arch, Gentoo */
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", /* Fedora, RHEL */
        "/etc/pki/tls/certs/ca-bundle.crt",                  /* older ones of them */
        "/etc/ssl/ca-bundle.pem",                            /* SUSE */
        "/etc/ssl/cert.pem",                                 /* Alpine, BSD, macOS */
        "/usr/local/share/certs/ca-root-nss.crt",            /* FreeBSD */
    };

    for (size_t i = 0; i < sizeof bundles / sizeof bundles[0]; i++) {
        if (hl_trust_add_file(trust, HL_TRUST_ANCHORS, bundles[i], NULL) == HL_OK)
            return HL_OK;
    }
    return error_set(error, HL_ERR_IO, "install ca-certificates, or name one with --ca-file",
                     "this system has no trust store in the usual places");
}

void hl_trust_set_time(struct hl_trust *trust, int64_t seconds)
{
    trust->at_given = true;
    trust->at = seconds;
}

enum hl_status hl_trust_set_host(struct hl_trust *trust, const char *host, struct hl_error *error)
{
    size_t length = strlen(host);

    if (length >= sizeof trust->host_text || host_name_of(span_of(host)).malformed)
        return error_set(error, HL_ERR_USAGE, "without scheme and port; international names as in the DNS (xn--...)",
                         "'%s' is neither a host name nor an IP address", host);
    memcpy(trust->host_text, host, length + 1);
    trust->host = span_of(trust->host_text);
    return HL_OK;
}
