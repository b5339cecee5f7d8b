#include "support/documents.h"

#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool keep(void *user, const void *bytes, size_t n)
{
    struct documents *docs = user;

    if (docs->count == DOCUMENTS_MAX)
        abort();
    char *text = malloc(n + 1);
    if (text == NULL)
        abort();
    memcpy(text, bytes, n);
    text[n] = '\0';
    docs->text[docs->count++] = text;
    return true;
}

static void print(void *user, const struct hl_handshake *handshake)
{
    struct documents *docs = user;

    if (!hl_printer_handshake(docs->printer, handshake) || !hl_printer_handshake(docs->human, handshake))
        abort();
}

/* What people see goes nowhere, but it goes. */
static bool discard(void *user, const void *bytes, size_t n)
{
    (void)user;
    (void)bytes;
    return n > 0;
}

void documents_init(struct documents *docs, int verbosity)
{
    const struct hl_print_options options = { .format = HL_FORMAT_JSON, .verbosity = verbosity };
    const struct hl_print_options human = { .format = HL_FORMAT_HUMAN, .verbosity = verbosity, .color = true };

    *docs = (struct documents){ .inspector = hl_inspector_new(print, docs, NULL),
                                .printer = hl_printer_new(&options, keep, docs),
                                .human = hl_printer_new(&human, discard, docs) };
    if (docs->inspector == NULL || docs->printer == NULL || docs->human == NULL)
        abort();
}

void documents_cleanup(struct documents *docs)
{
    hl_inspector_free(docs->inspector);
    hl_printer_free(docs->printer);
    hl_printer_free(docs->human);
    for (size_t i = 0; i < docs->count; i++)
        free(docs->text[i]);
}

struct hl_tls_stream *documents_say(struct documents *docs, const struct talk *talk, size_t piece)
{
    static const uint8_t addresses[2][4] = { { 192, 0, 2, 1 }, { 192, 0, 2, 2 } };
    struct hl_tls_stream *stream = hl_stream_open(docs->inspector, (struct hl_end){ { addresses[0], 4 }, 40000 },
                                                  (struct hl_end){ { addresses[1], 4 }, 443 });
    int64_t now = 1700000000000000000;

    for (size_t i = 0; i < talk->count; i++) {
        const struct turn *turn = &talk->turns[i];
        size_t step = piece > 0 ? piece : turn->end - turn->begin;
        for (size_t at = turn->begin; at < turn->end; at += step) {
            size_t n = turn->end - at < step ? turn->end - at : step;
            /* an allocation of its own, so that the sanitizer sees what is read beyond */
            uint8_t *bytes = malloc(n);
            if (bytes == NULL)
                abort();
            memcpy(bytes, talk->bytes[turn->from].data + at, n);
            hl_stream_bytes(stream, turn->from, (struct hl_span){ bytes, n }, now += 1000);
            free(bytes);
        }
    }
    return stream;
}

static const cJSON *find(const cJSON *root, const char *path)
{
    char key[64];

    while (root != NULL && *path != '\0') {
        size_t n = strcspn(path, ".");
        if (n >= sizeof key)
            abort();
        memcpy(key, path, n);
        key[n] = '\0';
        path += n + (path[n] == '.');
        if (cJSON_IsArray(root) && strcmp(key, "count") != 0)
            root = cJSON_GetArrayItem(root, atoi(key));
        else
            root = cJSON_GetObjectItemCaseSensitive(root, key);
    }
    return root;
}

char *document_at(const struct documents *docs, size_t index, const char *path)
{
    if (index >= docs->count)
        return strdup("(no document)");
    cJSON *root = cJSON_Parse(docs->text[index]);
    if (root == NULL)
        return strdup("(not JSON)");
    const cJSON *item = find(root, path);
    char *text = item != NULL ? cJSON_PrintUnformatted(item) : strdup("(nothing)");
    cJSON_Delete(root);
    return text;
}

bool documents_are(const struct documents *docs, size_t index, const char *checks)
{
    bool same = true;
    struct hl_span rest = span_of(checks), line;

    while (rest.len > 0) {
        if (!span_line(&rest, &line)) {
            line = rest;
            rest.len = 0;
        }
        char path[128], wanted[256];
        if (sscanf((const char *)line.ptr, " %127s = %255[^\n]", path, wanted) != 2)
            continue;
        char *text = document_at(docs, index, path);
        if (strcmp(text, wanted) != 0) {
            fprintf(stderr, "%s is %s, not %s\n%s", path, text, wanted, index < docs->count ? docs->text[index] : "");
            same = false;
        }
        free(text);
    }
    return same;
}

static bool depends_on_arrival(const cJSON *parent, const cJSON *item)
{
    /* "summary" tells of times, "evidence" of what was there before. */
    static const char *const names[] = { "frame", "time_us", "tcp_rtt_us", "duration_us", "duration", "start", "end",
                                         "@timestamp", "capture", "summary", "evidence", "network_us", "client_us", "server_us", "turns" };

    if (item->string == NULL)
        return false;
    /* "id" is also what code points and VLANs are called. */
    if (strcmp(item->string, "id") == 0)
        return parent->string != NULL && strcmp(parent->string, "handlens") == 0;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(item->string, names[i]) == 0)
            return true;
    }
    return false;
}

static void strip(cJSON *parent)
{
    cJSON *next;

    for (cJSON *item = parent->child; item != NULL; item = next) {
        next = item->next;
        if (depends_on_arrival(parent, item))
            cJSON_Delete(cJSON_DetachItemViaPointer(parent, item));
        else
            strip(item);
    }
}

char *document_essence(const char *text)
{
    cJSON *root = cJSON_Parse(text);

    if (root == NULL)
        return NULL;
    strip(root);
    char *out = cJSON_PrintUnformatted(root);
    cJSON_Delete(root);
    return out;
}
