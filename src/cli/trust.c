#include "cli/trust.h"

#include "cli/output.h"

#include <stdlib.h>

static bool complain(const struct hl_error *error)
{
    cli_complain(error, false);
    return false;
}

typedef enum hl_status add_fn(struct hl_trust *trust, enum hl_trust_kind kind, const char *path,
                              struct hl_error *error);

static bool add_all(struct hl_trust *trust, enum hl_trust_kind kind, const struct cli_paths *paths, add_fn *add)
{
    struct hl_error error;

    for (unsigned i = 0; i < paths->count; i++) {
        if (add(trust, kind, paths->list[i], &error) != HL_OK)
            return complain(&error);
    }
    return true;
}

/* As other programs read it: SSL_CERT_FILE and SSL_CERT_DIR instead of the system's. */
static bool add_usual_anchors(struct hl_trust *trust)
{
    const char *file = getenv("SSL_CERT_FILE"), *directory = getenv("SSL_CERT_DIR");
    bool has_file = file != NULL && file[0] != '\0', has_directory = directory != NULL && directory[0] != '\0';
    struct hl_error error;

    if (has_file && hl_trust_add_file(trust, HL_TRUST_ANCHORS, file, &error) != HL_OK)
        return complain(&error);
    if (has_directory && hl_trust_add_directory(trust, HL_TRUST_ANCHORS, directory, &error) != HL_OK)
        return complain(&error);
    if (!has_file && !has_directory)
        (void)hl_trust_add_system(trust, &error); /* where there is none, nothing is judged, and reports say so */
    return true;
}

static bool fill(struct hl_trust *trust, const struct cli_options *options)
{
    struct hl_error error;

    if (options->ca_files.count + options->ca_paths.count > 0) {
        if (!add_all(trust, HL_TRUST_ANCHORS, &options->ca_files, hl_trust_add_file)
            || !add_all(trust, HL_TRUST_ANCHORS, &options->ca_paths, hl_trust_add_directory))
            return false;
    } else if (!options->no_ca && !add_usual_anchors(trust)) {
        return false;
    }
    if (options->at_given)
        hl_trust_set_time(trust, options->at);
    if (options->host != NULL && hl_trust_set_host(trust, options->host, &error) != HL_OK)
        return complain(&error);
    return add_all(trust, HL_TRUST_INTERMEDIATES, &options->intermediates, hl_trust_add_file)
           && add_all(trust, HL_TRUST_CRLS, &options->crls, hl_trust_add_file)
           && add_all(trust, HL_TRUST_CT_LOGS, &options->ct_logs, hl_trust_add_file);
}

struct hl_trust *cli_trust(const struct cli_options *options)
{
    struct hl_error error;
    struct hl_trust *trust = hl_trust_new(&error);

    if (trust == NULL) {
        (void)complain(&error);
        return NULL;
    }
    if (!fill(trust, options)) {
        hl_trust_free(trust);
        return NULL;
    }
    return trust;
}
