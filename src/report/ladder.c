#include "report/ladder.h"

#include "report/format.h"
#include "report/steps.h"

#define PIECE_MAX ((size_t)4 << 10)

/* frame, time, and the two sides between BODY_COLUMN and the edge */
enum { FRAME_COLUMN = 4, TIME_COLUMN = 12, BODY_COLUMN = 25 };
/* With fewer columns both sides share one, and then words go below the time; with more, only arrows would grow. */
enum { BODY_MIN = 40, BESIDE_MIN = 50, WIDTH_MAX = 100, ARROW_MIN = 3 };

struct ladder {
    struct hl_line *line;
    const struct hl_handshake *hs;
    struct hl_buffer text;
    unsigned body; /* BODY_COLUMN; less where words stand below the time, not beside it */
    unsigned edge; /* the column behind the last one; 0: one column for both sides */
};

static void put_start(struct ladder *l, const struct step *step)
{
    if (step->at.frame == 0)
        return;
    line_tab(l->line, FRAME_COLUMN);
    buf_printf(&l->text, "%7llu", (unsigned long long)step->at.frame);
    line_put_built(l->line, 0, ROLE_QUIET, &l->text);
    line_tab(l->line, TIME_COLUMN);
    buf_printf(&l->text, "%9.1f ms", step_time_ms(l->hs, step));
    line_put_built(l->line, 0, ROLE_QUIET, &l->text);
}

/* An arrow of `columns`, dotted where nothing was captured. */
static void put_arrow(struct ladder *l, const struct step *step, unsigned gap, unsigned columns)
{
    const char *shaft = step->kind == STEP_GAP ? "\xe2\x94\x84" : "\xe2\x94\x80";

    if (step->direction == HL_SERVER)
        buf_string(&l->text, "\xe2\x97\x80");
    for (unsigned i = 1; i < columns; i++)
        buf_string(&l->text, shaft);
    if (step->direction == HL_CLIENT)
        buf_string(&l->text, "\xe2\x96\xb6");
    line_put_built(l->line, gap, step->broke ? ROLE_BAD : ROLE_QUIET, &l->text);
}

static void put_words(struct ladder *l, unsigned gap, const struct step *step, bool detail)
{
    buf_span(&l->text, step->name);
    line_put_built(l->line, gap, step->broke ? ROLE_BAD : step->role, &l->text);
    buf_span(&l->text, step->detail);
    if (detail)
        line_put_built(l->line, 2, ROLE_QUIET, &l->text);
    l->text.len = 0;
}

/* The words beside their side, the arrow over what is left. False: there is no room for that. */
static bool put_across(struct ladder *l, const struct step *step, bool detail)
{
    unsigned words = text_columns(step->name);

    if (detail && step->detail.len > 0)
        words += 2 + text_columns(step->detail);
    if (l->edge == 0 || step->direction < 0 || BODY_COLUMN + words + 1 + ARROW_MIN > l->edge)
        return false;
    const unsigned arrow = l->edge - BODY_COLUMN - words - 1;
    line_tab(l->line, BODY_COLUMN);
    if (step->direction == HL_CLIENT) {
        put_words(l, 0, step, detail);
        put_arrow(l, step, 1, arrow);
    } else {
        put_arrow(l, step, 0, arrow);
        put_words(l, 1, step, detail);
    }
    line_end(l->line);
    return true;
}

/* Word by word, so that lines break between them. */
static void put_broken(struct ladder *l, unsigned gap, enum hl_role role, struct hl_span words)
{
    while (words.len > 0) {
        const uint8_t *space = memchr(words.ptr, ' ', words.len);
        const size_t length = space != NULL ? (size_t)(space - words.ptr) : words.len;
        buf_put(&l->text, words.ptr, length);
        line_put_built(l->line, gap, role, &l->text);
        words.ptr += length + (space != NULL);
        words.len -= length + (space != NULL);
        gap = 1;
    }
}

/* A line of words below a step, on the side of the one who is meant. */
static void put_below(struct ladder *l, const struct step *step, enum hl_role role, struct hl_span words)
{
    const unsigned columns = text_columns(words);

    if (l->edge > 0 && step->direction == HL_SERVER && BODY_COLUMN + columns < l->edge)
        line_tab(l->line, l->edge - columns);
    line_tab(l->line, l->body);
    put_broken(l, 0, role, words);
    line_end(l->line);
}

/* Who, an arrow, and words that may go on on the next line. */
static void put_along(struct ladder *l, const struct step *step)
{
    if (l->line->column > l->body)
        line_end(l->line);
    line_tab(l->line, l->body);
    if (step->direction == HL_CLIENT)
        line_put(l->line, 0, ROLE_PLAIN, "client \xe2\x94\x80\xe2\x96\xb6");
    else if (step->direction == HL_SERVER)
        line_put(l->line, 0, ROLE_PLAIN, "\xe2\x97\x80\xe2\x94\x80 server");
    put_broken(l, step->direction >= 0, step->broke ? ROLE_BAD : step->role, step->name);
    put_broken(l, 2, ROLE_QUIET, step->detail);
    line_end(l->line);
}

static void put_step(struct ladder *l, const struct step *step)
{
    put_start(l, step);
    if (!put_across(l, step, true)) {
        if (step->detail.len > 0 && put_across(l, step, false))
            put_below(l, step, ROLE_QUIET, step->detail);
        else
            put_along(l, step);
    }
    if (step->fault.len > 0)
        put_below(l, step, ROLE_BAD, step->fault);
    if (step->broke)
        put_below(l, step, ROLE_BAD, (struct hl_span){ (const uint8_t *)"\xe2\x9c\x97 here it broke", 17 });
}

/* When it began, and whose column is whose. */
static void put_head(struct ladder *l)
{
    put_time(&l->text, l->hs->start.time_ns);
    line_tab(l->line, FRAME_COLUMN);
    line_put_built(l->line, 0, ROLE_QUIET, &l->text);
    line_end(l->line);
    if (l->edge == 0)
        return;
    line_tab(l->line, FRAME_COLUMN + 2);
    line_put(l->line, 0, ROLE_QUIET, "frame");
    line_tab(l->line, TIME_COLUMN + 8);
    line_put(l->line, 0, ROLE_QUIET, "time");
    line_tab(l->line, BODY_COLUMN);
    line_put(l->line, 0, ROLE_STRONG, "client");
    line_tab(l->line, l->edge - 6);
    line_put(l->line, 0, ROLE_STRONG, "server");
    line_end(l->line);
}

void ladder_put(struct hl_line *line, const struct hl_handshake *hs)
{
    struct ladder l = { .line = line, .hs = hs, .body = BODY_COLUMN };
    const unsigned indent = line->indent;
    struct steps steps;
    struct step step;

    if (line->width < BESIDE_MIN)
        l.body = FRAME_COLUMN + 2;
    if (line->width >= BODY_COLUMN + BODY_MIN)
        l.edge = line->width < WIDTH_MAX ? line->width : WIDTH_MAX;
    buf_init(&l.text, PIECE_MAX);
    put_head(&l);
    line->indent = l.body + 2;
    steps_init(&steps, hs);
    while (steps_next(&steps, &step))
        put_step(&l, &step);
    steps_cleanup(&steps);
    line->indent = indent;
    buf_cleanup(&l.text);
}
