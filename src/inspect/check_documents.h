/* check_documents.h - lines that handlens read has written, held against a policy as the capture would be. */
#ifndef HL_INSPECT_CHECK_DOCUMENTS_H
#define HL_INSPECT_CHECK_DOCUMENTS_H

#include "capture/input.h"

#include <handlens/check.h>

/* Is the first thing in it a brace? Nothing is taken. */
bool check_holds_documents(struct hl_input *input);
/* hl_check_capture() of them: `input` from its first byte on. Lines that cannot be used make it HL_ERR_FORMAT, or HL_ERR_TRUNCATED where
 * the last one is cut; the others count. */
enum hl_status check_documents(const struct hl_check_options *options, struct hl_input *input, const char *path, hl_check_fn *on_result,
                               void *user, struct hl_error *error);

#endif
