/* An expression, a line, held against a document, another line, that may hold anything. */
#include "report/expression.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void evaluate(const struct expression *expression, struct hl_span json)
{
    cJSON *document = cJSON_ParseWithLength((const char *)json.ptr, json.len);
    struct hl_buffer value;
    struct hl_span path;

    buf_init(&value, (size_t)1 << 20);
    (void)expression_holds(expression, document);
    for (unsigned i = 0; expression_seen(expression, document, i, &path, &value); i++)
        value.len = 0;
    buf_cleanup(&value);
    cJSON_Delete(document);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *line = size > 0 ? memchr(data, '\n', size) : NULL;
    const size_t length = line != NULL ? (size_t)(line - data) : size, behind = line != NULL ? length + 1 : length;
    char *text = calloc(1, length + 1);
    size_t offset;

    if (text == NULL)
        return 0;
    if (length > 0)
        memcpy(text, data, length);
    struct expression *expression = expression_new(text, &offset, NULL);
    if (expression == NULL && offset > strlen(text))
        abort();
    if (expression != NULL)
        evaluate(expression, (struct hl_span){ data + behind, size - behind });
    expression_free(expression);
    free(text);
    return 0;
}
