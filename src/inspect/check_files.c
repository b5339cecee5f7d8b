/* Files that a check reads: handlens/policy.h, handlens/check.h. */
#include <handlens/policy.h>

#include "base/error.h"
#include "inspect/whole_file.h"
#include "policy/baseline.h"

#include <string.h>

/* A policy has some KiB, and is refused beyond 1 MiB; a baseline has some KiB a target. */
#define POLICY_FILE_MAX ((size_t)2 << 20)
#define BASELINE_FILE_MAX ((size_t)1 << 30)

static struct hl_policy *open_file(const char *path, struct hl_error *error)
{
    struct hl_policy *policy = NULL;
    struct hl_buffer text;

    buf_init(&text, POLICY_FILE_MAX);
    if (whole_file_read(path, &text, error))
        policy = hl_policy_parse(buf_view(&text), path, error);
    buf_cleanup(&text);
    return policy;
}

struct hl_policy *hl_policy_open(const char *name, struct hl_error *error)
{
    struct hl_error own;
    const size_t length = strlen(name);

    if (error == NULL)
        error = &own;
    if (strchr(name, '/') != NULL || (length > 5 && strcmp(name + length - 5, ".json") == 0))
        return open_file(name, error);
    const struct hl_span document = hl_policy_document(name);
    if (document.len > 0)
        return hl_policy_parse(document, name, error);
    error_set(error, HL_ERR_USAGE, "handlens policy list shows those that there are; a file is named with a / or .json", "%s: no such policy is built in", name);
    return NULL;
}

struct hl_baseline *hl_baseline_read(const char *path, struct hl_error *error)
{
    struct hl_baseline *baseline = NULL;
    struct hl_buffer text;

    buf_init(&text, BASELINE_FILE_MAX);
    if (whole_file_read(path, &text, error))
        baseline = baseline_parse(buf_view(&text), path, error);
    buf_cleanup(&text);
    return baseline;
}
