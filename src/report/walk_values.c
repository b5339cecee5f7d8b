#include "report/walk_parts.h"
#include "base/code_name.h"
#include "report/format.h"

void walk_text(const struct walk *w, const char *key)
{
    v_text(w->v, key, buf_view(w->text));
    w->text->len = 0;
    w->text->failed = false;
}

void walk_time(const struct walk *w, const char *key, int64_t time_ns)
{
    put_time(w->text, time_ns);
    walk_text(w, key);
}

void walk_code_name(const struct walk *w, const char *key, struct hl_code code)
{
    code_name_put(w->text, code);
    walk_text(w, key);
}

void walk_frame(const struct walk *w, struct hl_moment at)
{
    if (at.frame == 0) {
        v_null(w->v, "frame");
        return;
    }
    v_number(w->v, "frame", (int64_t)at.frame);
    if (at.file != w->hs->connection.first.file && w->hs->files != NULL)
        v_string(w->v, "file", w->hs->files[at.file]);
}

const char *walk_side(const struct walk *w, unsigned direction)
{
    return direction == w->hs->client ? "client" : "server";
}

int64_t walk_since_start_us(const struct walk *w, struct hl_moment at)
{
    return (at.time_ns - w->hs->start.time_ns) / 1000;
}

void walk_u16_codes(const struct walk *w, enum memo_kind kind, const char *key, struct hl_span list,
                           struct hl_code (*name)(uint16_t))
{
    uint16_t value;

    if (!memo_begin(w->memo, kind, list))
        return;
    v_array(w->v, key);
    while (u16_next(&list, &value))
        v_code(w->v, NULL, name(value));
    v_end_array(w->v);
    memo_end(w->memo, true);
}

void walk_x509_time(const struct walk *w, const char *key, const struct hl_x509_time *time)
{
    char text[HL_X509_TIME_TEXT];

    if (!time->valid) {
        v_null(w->v, key);
        return;
    }
    x509_time_text(time->seconds, text);
    v_string(w->v, key, text);
}

void walk_san(const struct walk *w, const char *key, const struct hl_x509 *cert)
{
    v_array(w->v, key);
    for (uint32_t i = 0; i < cert->san.count; i++) {
        x509_general_name_put(w->text, &cert->san.list[i]);
        walk_text(w, NULL);
    }
    v_end_array(w->v);
}

void walk_algorithm(const struct walk *w, const char *key, const char *name)
{
    if (name != NULL)
        v_string(w->v, key, name);
    else
        v_null(w->v, key);
}
