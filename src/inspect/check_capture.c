/* handlens/check.h, of captures: each server in them held against a policy, by what was agreed on with its clients. */
#include <handlens/check.h>
#include <handlens/secrets.h>

#include "base/error.h"
#include "capture/input.h"
#include "inspect/check_documents.h"
#include "inspect/check_seen.h"

#include <string.h>

static void on_handshake(void *user, const struct hl_handshake *hs)
{
    struct seen_server *server = seen_add(user, hs);

    if (server != NULL && hl_handshake_keep(hs))
        seen_keep(server, hs, NULL);
}

static enum hl_status check_packets(const struct hl_check_options *options, const char *path, hl_check_fn *on_result, void *user,
                                    struct hl_error *error)
{
    struct seen_servers servers;
    seen_init(&servers);
    struct hl_inspector *inspector = hl_inspector_new(on_handshake, &servers, error);

    if (inspector == NULL)
        return HL_ERR_MEMORY;
    hl_inspector_trust(inspector, options->trust);
    hl_inspector_secrets(inspector, options->secrets);
    enum hl_status status = hl_inspector_read_file(inspector, path, error);
    if (hl_inspector_file_recognised(inspector)) {
        struct hl_error judging;
        hl_inspector_finish(inspector);
        const enum hl_status judged =
            seen_judge(&servers, options, path, "the capture has no certificate of it that can be read (--keylog)", on_result, user, &judging);
        if (judged == HL_ERR_MEMORY || (judged != HL_OK && status == HL_OK)) {
            status = judged;
            *error = judging;
        }
    }
    seen_cleanup(&servers, hl_handshake_let_go);
    hl_inspector_free(inspector);
    return status;
}

enum hl_status hl_check_capture(const struct hl_check_options *options, const char *path, hl_check_fn *on_result, void *user,
                                struct hl_error *error)
{
    struct hl_error own;

    if (error == NULL)
        error = &own;
    if (strcmp(path, "-") == 0) /* what was looked at is gone */
        return check_packets(options, path, on_result, user, error);
    struct hl_input *input = input_new(path, error);
    if (input == NULL)
        return error->status;
    const bool documents = check_holds_documents(input);
    const enum hl_status status = documents ? check_documents(options, input, path, on_result, user, error) : HL_OK;
    input_free(input);
    return documents ? status : check_packets(options, path, on_result, user, error);
}
