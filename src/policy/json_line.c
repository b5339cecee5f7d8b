#include "policy/json_line.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

/* A document nests some ten levels deep, and has some thousand values; cJSON makes 64 bytes of each, and calls itself for each level. */
#define DEPTH_MAX 64u
#define VALUES_MAX 1000000u

void json_complain(struct json_line *line, const cJSON *parent, const char *key, const char *what)
{
    const char *outer = parent != NULL && parent->string != NULL && key != NULL ? parent->string : "";

    if (line->why[0] == '\0')
        snprintf(line->why, sizeof line->why, "%.40s%s%.40s%s%s", outer, outer[0] != '\0' ? "." : "", key != NULL ? key : "",
                 key != NULL ? " " : "", what);
}

/* --- before it is parsed -------------------------------------------------------------------- */

struct look {
    uint8_t *at, *end;
    unsigned depth, values;
};

/* Behind the quotation mark up to the next one. NULL, or why not. */
static const char *look_at_string(struct look *look)
{
    while (look->at < look->end && *look->at != '"') {
        if (*look->at < 0x20)
            return "has a control character in a string";
        if (*look->at == '\\' && look->end - look->at > 1) {
            if (look->end - look->at >= 6 && memcmp(look->at + 1, "u0000", 5) == 0)
                memcpy(look->at + 1, "ufffd", 5);
            look->at++;
        }
        look->at++;
    }
    if (look->at < look->end)
        look->at++;
    return NULL;
}

static const char *look_at(struct look *look)
{
    const char *why = NULL;

    while (look->at < look->end && why == NULL) {
        const uint8_t c = *look->at++;
        if (c == '"')
            why = look_at_string(look);
        else if ((c == '{' || c == '[') && ++look->depth > DEPTH_MAX)
            why = "is nested too deeply";
        else if ((c == '}' || c == ']') && look->depth > 0)
            look->depth--;
        else if ((c == ',' || c == ':' || c == '[') && ++look->values > VALUES_MAX)
            why = "has too many values";
        else if (c == '\0')
            why = "is no JSON";
    }
    return why;
}

bool json_line_read(struct json_line *line, uint8_t *text, size_t length)
{
    struct look look = { .at = text, .end = text + length };
    const char *why = look_at(&look), *end = NULL;
    const char *const last = (const char *)text + length;

    *line = (struct json_line){ .cut = look.depth > 0 };
    if (why != NULL) {
        json_complain(line, NULL, NULL, why);
        return false;
    }
    line->root = cJSON_ParseWithLengthOpts((const char *)text, length, &end, false);
    while (line->root != NULL && end < last && strchr(" \t\r\n", *end) != NULL)
        end++;
    if (line->root == NULL)
        json_complain(line, NULL, NULL, line->cut ? "ends in its midst" : "is no JSON");
    else if (end < last)
        json_complain(line, NULL, NULL, "goes on behind its end");
    else if (!cJSON_IsObject(line->root))
        json_complain(line, NULL, NULL, "is no object");
    return line->why[0] == '\0';
}

void json_line_cleanup(struct json_line *line)
{
    cJSON_Delete(line->root);
    line->root = NULL;
}

/* --- what is in it ---------------------------------------------------------------------------- */

const cJSON *json_member(struct json_line *line, const cJSON *parent, const char *key)
{
    const cJSON *found = NULL;

    for (const cJSON *one = parent != NULL ? parent->child : NULL; one != NULL; one = one->next) {
        if (one->string == NULL || strcmp(one->string, key) != 0)
            continue;
        if (found != NULL)
            json_complain(line, parent, key, "is there twice");
        else
            found = one;
    }
    return cJSON_IsNull(found) ? NULL : found;
}

/* NULL with a complaint where it is of another type. */
static const cJSON *member_of_type(struct json_line *line, const cJSON *parent, const char *key, int type, const char *what)
{
    const cJSON *item = json_member(line, parent, key);

    if (item == NULL || (item->type & 0xff) == type)
        return item;
    json_complain(line, parent, key, what);
    return NULL;
}

const cJSON *json_object(struct json_line *line, const cJSON *parent, const char *key)
{
    return member_of_type(line, parent, key, cJSON_Object, "is no object");
}

const cJSON *json_array(struct json_line *line, const cJSON *parent, const char *key)
{
    return member_of_type(line, parent, key, cJSON_Array, "is no list");
}

const char *json_text(struct json_line *line, const cJSON *parent, const char *key)
{
    const cJSON *item = member_of_type(line, parent, key, cJSON_String, "is no text");

    return item != NULL ? item->valuestring : NULL;
}

bool json_number(struct json_line *line, const cJSON *parent, const char *key, uint32_t max, uint32_t *out)
{
    const cJSON *item = member_of_type(line, parent, key, cJSON_Number, "is no number");

    if (item == NULL)
        return false;
    if (!(item->valuedouble >= 0 && item->valuedouble <= max) || item->valuedouble != (double)(uint32_t)item->valuedouble) {
        json_complain(line, parent, key, "is out of its range");
        return false;
    }
    *out = (uint32_t)item->valuedouble;
    return true;
}

bool json_code(struct json_line *line, const cJSON *parent, const char *key, uint16_t max, uint16_t *out)
{
    const cJSON *code = json_object(line, parent, key);
    uint32_t id;

    if (code == NULL)
        return false;
    if (!json_number(line, code, "id", max, &id)) {
        json_complain(line, code, "id", "is missing");
        return false;
    }
    *out = (uint16_t)id;
    return true;
}

bool json_word(struct json_line *line, const cJSON *parent, const char *key, const char *const *words, unsigned *out)
{
    const char *text = json_text(line, parent, key);

    for (*out = 0; text != NULL && words[*out] != NULL; (*out)++) {
        if (strcmp(words[*out], text) == 0)
            return true;
    }
    if (text != NULL)
        json_complain(line, parent, key, "is a word that is not known here");
    *out = 0;
    return false;
}

/* "dddd-dd-ddTdd:dd:dd" */
static bool read_civil(const char *text, struct tm *out)
{
    static const char form[] = "dddd-dd-ddTdd:dd:dd";
    int fields[6] = { 0 }, field = 0;

    for (size_t i = 0; form[i] != '\0'; i++) {
        const bool digit = text[i] >= '0' && text[i] <= '9';
        if (form[i] == 'd' ? !digit : text[i] != form[i])
            return false;
        if (digit)
            fields[field] = 10 * fields[field] + (text[i] - '0');
        else
            field++;
    }
    *out = (struct tm){ .tm_year = fields[0] - 1900, .tm_mon = fields[1] - 1, .tm_mday = fields[2],
                        .tm_hour = fields[3], .tm_min = fields[4], .tm_sec = fields[5] };
    return true;
}

static bool read_fraction(const char *text, uint32_t *ns)
{
    *ns = 0;
    if (*text == '.') {
        for (unsigned i = 1; i <= 9; i++) {
            if (text[i] < '0' || text[i] > '9')
                return false;
            *ns = 10 * *ns + (uint32_t)(text[i] - '0');
        }
        text += 10;
    }
    return strcmp(text, "Z") == 0;
}

bool json_time(struct json_line *line, const cJSON *parent, const char *key, int64_t *seconds, uint32_t *ns)
{
    const char *text = json_text(line, parent, key);
    struct tm civil;

    if (text == NULL)
        return false;
    if (read_civil(text, &civil) && read_fraction(text + 19, ns)) {
        const struct tm asked = civil;
        *seconds = (int64_t)timegm(&civil); /* which makes 2 March of 30 February */
        if (civil.tm_mon == asked.tm_mon && civil.tm_mday == asked.tm_mday && civil.tm_hour == asked.tm_hour && civil.tm_min == asked.tm_min
            && civil.tm_sec == asked.tm_sec)
            return true;
    }
    json_complain(line, parent, key, "is no time");
    return false;
}

static int digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool json_hex(const char *text, uint8_t *out)
{
    for (; text[0] != '\0'; text += 2) {
        if (digit(text[0]) < 0 || digit(text[1]) < 0)
            return false;
        *out++ = (uint8_t)(digit(text[0]) << 4 | digit(text[1]));
    }
    return true;
}
