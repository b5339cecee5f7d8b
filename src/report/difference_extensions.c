/* Extensions that both hellos have, field by field. */
#include "report/difference.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* As much of an extension's fields as one can read. */
#define SHOWN_MAX 300u

/* Compared as lists of their own, or other in each handshake. */
static bool is_passed_over(int id)
{
    static const int ids[] = { 0, 10, 13, 16, 21, 35, 41, 43, 44, 51, 57, 0xfe0d, 0xff01 };

    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        if (ids[i] == id)
            return true;
    }
    return false;
}

static int id_of(const cJSON *extension)
{
    const cJSON *id = cJSON_GetObjectItemCaseSensitive(extension, "id");

    return cJSON_IsNumber(id) ? id->valueint : -1;
}

static const cJSON *with_id(const cJSON *list, int id)
{
    const cJSON *extension;

    cJSON_ArrayForEach(extension, list) {
        if (id_of(extension) == id)
            return extension;
    }
    return NULL;
}

static void drop_grease(cJSON *item)
{
    cJSON *next;

    for (cJSON *child = item->child; child != NULL; child = next) {
        next = child->next;
        if (cJSON_IsObject(child) && is_grease_item(child))
            cJSON_Delete(cJSON_DetachItemViaPointer(item, child));
        else
            drop_grease(child);
    }
}

/* Its fields as text, without what is the same for all extensions; to be freed. NULL: it has none. */
static char *fields_of(const cJSON *extension)
{
    static const char *const common[] = { "id", "name", "length" };
    cJSON *copy = cJSON_Duplicate(extension, true);

    if (copy == NULL)
        return NULL;
    for (size_t i = 0; i < sizeof common / sizeof common[0]; i++)
        cJSON_DeleteItemFromObjectCaseSensitive(copy, common[i]);
    drop_grease(copy);
    char *text = copy->child != NULL ? cJSON_PrintUnformatted(copy) : NULL;
    cJSON_Delete(copy);
    return text;
}

static cJSON *shown(const char *text)
{
    char part[SHOWN_MAX + 4];

    if (text == NULL)
        return NULL;
    if (strlen(text) <= SHOWN_MAX)
        return cJSON_CreateString(text);
    size_t n = SHOWN_MAX;
    while (n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80) /* not inside a character */
        n--;
    memcpy(part, text, n);
    memcpy(part + n, "...", 4);
    return cJSON_CreateString(part);
}

static void compare_extension(cJSON *list, const char *hello, const cJSON *a, const cJSON *b)
{
    const cJSON *name = cJSON_GetObjectItemCaseSensitive(a, "name");
    char *in_a = fields_of(a), *in_b = fields_of(b), field[128], label[128];
    const bool same = in_a == NULL || in_b == NULL ? in_a == in_b : strcmp(in_a, in_b) == 0;

    if (!same) {
        const char *what = cJSON_IsString(name) ? name->valuestring : "extension";
        snprintf(field, sizeof field, "%s.extension.%.60s", hello, what);
        snprintf(label, sizeof label, "%s: extension %.60s", hello[0] == 'c' ? "client" : "server", what);
        difference_add(list, field, label, shown(in_a), shown(in_b));
    }
    free(in_a);
    free(in_b);
}

void difference_extensions(cJSON *list, const cJSON *a, const cJSON *b)
{
    static const char *const hellos[] = { "client_hello", "server_hello" };
    char path[64];

    for (size_t i = 0; i < sizeof hellos / sizeof hellos[0]; i++) {
        snprintf(path, sizeof path, "handlens.%s.extensions", hellos[i]);
        const cJSON *in_a = document_find(a, path), *in_b = document_find(b, path), *extension;
        cJSON_ArrayForEach(extension, in_a) {
            const int id = id_of(extension);
            const cJSON *other = is_passed_over(id) || is_grease_item(extension) ? NULL : with_id(in_b, id);
            if (other != NULL)
                compare_extension(list, hellos[i], extension, other);
        }
    }
}
