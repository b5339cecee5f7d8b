#include "policy/ct_log_list.h"

#include "base/error.h"
#include "base/text.h"

#include <cjson/cJSON.h>

static const char *text_of(const cJSON *object, const char *key)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);

    return cJSON_IsString(item) ? item->valuestring : "";
}

/* { "description", "key", ... }: "logs" of RFC 6962 and "tiled_logs" (static CT) have the same fields. */
static unsigned add_logs(struct ct_logs *logs, const cJSON *list, const char *operator)
{
    const cJSON *log;
    unsigned added = 0;

    cJSON_ArrayForEach(log, list)
        added += ct_logs_add(logs, span_of(text_of(log, "key")), text_of(log, "description"), operator);
    return added;
}

enum hl_status ct_log_list_read(struct ct_logs *logs, struct hl_span json, const char *name, struct hl_error *error)
{
    cJSON *document = cJSON_ParseWithLength((const char *)json.ptr, json.len);
    const cJSON *operator;
    unsigned added = 0;

    if (document == NULL)
        return error_set(error, HL_ERR_FORMAT, "a list of logs in JSON of version 3 is read", "%s: this is not JSON", name);
    cJSON_ArrayForEach(operator, cJSON_GetObjectItemCaseSensitive(document, "operators")) {
        added += add_logs(logs, cJSON_GetObjectItemCaseSensitive(operator, "logs"), text_of(operator, "name"));
        added += add_logs(logs, cJSON_GetObjectItemCaseSensitive(operator, "tiled_logs"), text_of(operator, "name"));
    }
    cJSON_Delete(document);
    if (added == 0)
        return error_set(error, HL_ERR_FORMAT, "\"operators\", in each \"logs\" with \"description\" and \"key\"",
                         "%s: there is no log with a key that can be read in it", name);
    return HL_OK;
}
