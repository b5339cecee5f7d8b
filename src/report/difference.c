#include "report/difference.h"

#include "analyze/catalogue.h"

#include <stdlib.h>
#include <string.h>

const cJSON *document_find(const cJSON *document, const char *path)
{
    char key[64];

    while (document != NULL && path != NULL) {
        const char *dot = strchr(path, '.');
        const size_t n = dot != NULL ? (size_t)(dot - path) : strlen(path);
        if (n >= sizeof key)
            return NULL;
        memcpy(key, path, n);
        key[n] = '\0';
        document = cJSON_IsArray(document) ? cJSON_GetArrayItem(document, atoi(key))
                                           : cJSON_GetObjectItemCaseSensitive(document, key);
        path = dot != NULL ? dot + 1 : NULL;
    }
    return document;
}

void difference_add(cJSON *list, const char *field, const char *label, cJSON *a, cJSON *b)
{
    cJSON *difference = cJSON_CreateObject();

    cJSON_AddStringToObject(difference, "field", field);
    cJSON_AddStringToObject(difference, "label", label);
    cJSON_AddItemToObject(difference, "a", a != NULL ? a : cJSON_CreateNull());
    cJSON_AddItemToObject(difference, "b", b != NULL ? b : cJSON_CreateNull());
    cJSON_AddItemToArray(list, difference);
}

/* --- who is who ------------------------------------------------------------------------ */

static void copy(cJSON *to, const char *key, const cJSON *document, const char *path)
{
    const cJSON *value = document_find(document, path);

    cJSON_AddItemToObject(to, key, value != NULL ? cJSON_Duplicate(value, true) : cJSON_CreateNull());
}

static cJSON *side_of(const cJSON *document, const char *name)
{
    cJSON *side = cJSON_CreateObject();

    cJSON_AddStringToObject(side, "name", name);
    copy(side, "id", document, "handlens.id");
    copy(side, "timestamp", document, "@timestamp");
    copy(side, "source", document, "source");
    copy(side, "destination", document, "destination");
    copy(side, "server_name", document, "tls.client.server_name");
    copy(side, "outcome", document, "handlens.outcome");
    copy(side, "reason", document, "handlens.reason");
    return side;
}

static bool has_failed(const cJSON *document)
{
    const cJSON *outcome = document_find(document, "handlens.outcome");

    return cJSON_IsString(outcome)
           && (strcmp(outcome->valuestring, "failed") == 0 || strcmp(outcome->valuestring, "not-tls") == 0);
}

static bool has_completed(const cJSON *document)
{
    const cJSON *outcome = document_find(document, "handlens.outcome");

    return cJSON_IsString(outcome) && strcmp(outcome->valuestring, "completed") == 0;
}

/* --- which difference explains it -------------------------------------------------------- */

/* Where a cause has to show, by the beginning of its code; several rows a code are possible. */
static const struct {
    const char *code, *field;
} explanations[] = {
    { "no-shared-version", "client_hello.supported_versions" },
    { "no-shared-version", "client_hello.legacy_version" },
    { "no-shared-cipher", "client_hello.cipher_suites" },
    { "no-shared-group", "client_hello.supported_groups" },
    { "no-shared-group", "client_hello.key_shares" },
    { "no-shared-signature-scheme", "client_hello.signature_algorithms" },
    { "no-shared-signature-scheme", "certificates.server" },
    { "no-shared-alpn", "client_hello.alpn" },
    { "unrecognized-name", "client_hello.server_name" },
    { "inappropriate-fallback", "client_hello.cipher_suites" },
    { "inappropriate-fallback", "client_hello.supported_versions" },
    { "inappropriate-fallback", "client_hello.legacy_version" },
    { "certificate-name-mismatch", "client_hello.server_name" },
    { "certificate-", "certificates.server" },
    { "client-certificate-", "certificates.client" },
    { "large-client-hello-dropped", "client_hello.length" },
    { "starttls-refused", "before_tls" },
    { "proxy-refused", "before_tls" },
    { "quic-version-unsupported", "quic.version" },
    { "ech-rejected", "client_hello.extensions" },
    { "decrypt-error", "client_hello.extension.pre_shared_key" },
};

static bool fits(const char *code, const char *row)
{
    const size_t n = strlen(row);

    return n > 0 && row[n - 1] == '-' ? strncmp(code, row, n) == 0 : strcmp(code, row) == 0;
}

static bool explains(const char *code, const char *field)
{
    for (size_t i = 0; i < sizeof explanations / sizeof explanations[0]; i++) {
        const size_t n = strlen(explanations[i].field);
        if (fits(code, explanations[i].code) && strncmp(field, explanations[i].field, n) == 0
            && (field[n] == '\0' || field[n] == '.'))
            return true;
    }
    return false;
}

/* What the one that worked came to, where only its client offered that: "client_hello.cipher_suites" and "tls.cipher". */
static const char *chosen_of(const char *field, const cJSON *difference, const cJSON *works, const char *only)
{
    static const char *const choices[][2] = {
        { "client_hello.cipher_suites", "tls.cipher" },
        { "client_hello.supported_groups", "tls.curve" },
        { "client_hello.key_shares", "tls.curve" },
        { "client_hello.alpn", "tls.next_protocol" },
    };
    const cJSON *item;

    for (size_t i = 0; i < sizeof choices / sizeof choices[0]; i++) {
        const cJSON *chosen = document_find(works, choices[i][1]);
        if (strcmp(field, choices[i][0]) != 0 || !cJSON_IsString(chosen))
            continue;
        cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(difference, only)) {
            if (strcmp(item->valuestring, chosen->valuestring) == 0)
                return chosen->valuestring;
        }
    }
    return NULL;
}

static cJSON *explaining(const cJSON *differences, const char *code, const cJSON *works, const char *only)
{
    cJSON *out = cJSON_CreateArray();
    const cJSON *difference;

    cJSON_ArrayForEach(difference, differences) {
        const char *field = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(difference, "field"));
        if (field == NULL || !explains(code, field))
            continue;
        const char *chosen = chosen_of(field, difference, works, only);
        cJSON *explanation = cJSON_CreateObject();
        cJSON_AddStringToObject(explanation, "field", field);
        cJSON_AddItemToObject(explanation, "chosen", chosen != NULL ? cJSON_CreateString(chosen) : cJSON_CreateNull());
        cJSON_AddItemToArray(out, explanation);
    }
    return out;
}

/* Where one of the two failed, and the other did not. */
static void add_explanation(cJSON *out, const cJSON *a, const cJSON *b)
{
    const bool b_fails = has_failed(b) && has_completed(a), a_fails = has_failed(a) && has_completed(b);
    const cJSON *cause = document_find(b_fails ? b : a, "handlens.diagnosis.0");
    const cJSON *code = document_find(cause, "code");

    if (!a_fails && !b_fails) {
        cJSON_AddNullToObject(out, "failing");
        cJSON_AddNullToObject(out, "cause");
        cJSON_AddArrayToObject(out, "explained_by");
        return;
    }
    cJSON_AddStringToObject(out, "failing", b_fails ? "b" : "a");
    cJSON_AddItemToObject(out, "cause", cause != NULL ? cJSON_Duplicate(cause, true) : cJSON_CreateNull());
    const cJSON *differences = cJSON_GetObjectItemCaseSensitive(out, "differences");
    cJSON_AddItemToObject(out, "explained_by",
                          cJSON_IsString(code) ? explaining(differences, code->valuestring, b_fails ? a : b, b_fails ? "only_a" : "only_b")
                                               : cJSON_CreateArray());
}

cJSON *difference_of(const cJSON *a, const char *name_a, const cJSON *b, const char *name_b)
{
    cJSON *out = cJSON_CreateObject();
    cJSON *list = out != NULL ? cJSON_CreateArray() : NULL;

    if (list == NULL) {
        cJSON_Delete(out);
        return NULL;
    }
    cJSON_AddNumberToObject(out, "schema", 1);
    cJSON_AddItemToObject(out, "a", side_of(a, name_a));
    cJSON_AddItemToObject(out, "b", side_of(b, name_b));
    difference_values(list, a, b);
    difference_extensions(list, a, b);
    cJSON_AddItemToObject(out, "differences", list);
    add_explanation(out, a, b);
    return out;
}
