/* ct_log_list.h - the public lists of logs of certificates (JSON, version 3). */
#ifndef HL_POLICY_CT_LOG_LIST_H
#define HL_POLICY_CT_LOG_LIST_H

#include "crypto/ct.h"

#include <handlens/error.h>

/* Add every log of the list whose key can be read. HL_ERR_FORMAT when there is none; `name` is for messages. */
enum hl_status ct_log_list_read(struct ct_logs *logs, struct hl_span json, const char *name, struct hl_error *error);

#endif
