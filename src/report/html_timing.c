/* Where the time went: one bar a turn, from the other side's last word to this side's. */
#include "report/html.h"

#include "report/format.h"
#include "report/steps.h"

/* Turns that are shown; later ones count as one. */
#define TURNS_MAX 12u
#define NAME_MAX ((size_t)256)
/* Units of a bar, and the least that can be seen. */
#define BAR 1000.0
#define BAR_MIN 4.0

struct turn {
    const char *who;
    int64_t begin, end; /* nanoseconds since 1970 */
    unsigned messages;
    struct hl_buffer first, last; /* names of messages, safe on a terminal */
};

struct turns {
    struct turn list[TURNS_MAX];
    unsigned count;
};

static struct turn *add_turn(struct turns *turns, const char *who, int64_t begin)
{
    struct turn *turn = &turns->list[turns->count++];

    *turn = (struct turn){ .who = who, .begin = begin, .end = begin };
    buf_init(&turn->first, NAME_MAX);
    buf_init(&turn->last, NAME_MAX);
    return turn;
}

static void collect(struct turns *turns, const struct hl_handshake *hs)
{
    const struct hl_connection *c = &hs->connection;
    int64_t last = hs->start.time_ns;
    struct steps steps;
    struct step step;
    int direction = -1;

    if (c->syn.time_ns != 0 && c->rtt_ns > 0 && c->syn.time_ns <= hs->start.time_ns) {
        struct turn *turn = add_turn(turns, "TCP", c->syn.time_ns); /* only that has a SYN */
        turn->end = c->syn.time_ns + c->rtt_ns;
        buf_string(&turn->first, "connection");
        turn->messages = 1;
        last = turn->end;
    }
    steps_init(&steps, hs);
    while (steps_next(&steps, &step)) {
        if (step.at.frame == 0 || step.direction < 0 || step.kind == STEP_GAP)
            continue;
        if (hs->outcome == HL_COMPLETED && step.at.time_ns > hs->end.time_ns)
            break; /* what came of the connection would dwarf its handshake */
        if (turns->count == 0 || (step.direction != direction && turns->count < TURNS_MAX)
            || direction < 0)
            add_turn(turns, step.direction == HL_CLIENT ? "client" : "server", last);
        struct turn *turn = &turns->list[turns->count - 1];
        struct hl_buffer *name = turn->messages == 0 ? &turn->first : &turn->last;
        name->len = 0;
        buf_span(name, step.name);
        turn->messages++;
        last = turn->end = step.at.time_ns;
        direction = step.direction;
    }
    steps_cleanup(&steps);
}

static void put_turn(struct hl_buffer *out, const struct turn *turn, int64_t begin, int64_t whole)
{
    double width = BAR * (double)(turn->end - turn->begin) / (double)whole;
    double x = BAR * (double)(turn->begin - begin) / (double)whole;

    width = width < BAR_MIN ? BAR_MIN : width;
    x = x + width > BAR ? BAR - width : x;
    buf_printf(out, "<tr><th scope=\"row\">%s: ", turn->who);
    html_put_safe(out, buf_view(&turn->first));
    if (turn->messages > 1) {
        buf_string(out, " \xe2\x80\xa6 ");
        html_put_safe(out, buf_view(&turn->last));
    }
    buf_printf(out, "</th><td><svg aria-hidden=\"true\" viewBox=\"0 0 1000 10\" preserveAspectRatio=\"none\">"
                    "<rect class=\"%s\" x=\"%.1f\" width=\"%.1f\" height=\"10\"/></svg></td><td class=\"number\">",
               turn->who, x, width);
    put_duration(out, turn->end - turn->begin);
    buf_string(out, "</td></tr>\n");
}

void html_timing(struct hl_buffer *out, const struct hl_handshake *hs)
{
    struct turns turns = { .count = 0 };

    collect(&turns, hs);
    const int64_t begin = turns.list[0].begin;
    const int64_t whole = turns.count > 0 ? turns.list[turns.count - 1].end - begin : 0;
    if (whole > 0) {
        buf_string(out, "<h4>Timing</h4>\n<table class=\"bars\"><thead><tr><th scope=\"col\">turn</th>"
                        "<th scope=\"col\">when</th><th scope=\"col\">took</th></tr></thead>\n");
        for (unsigned i = 0; i < turns.count; i++)
            put_turn(out, &turns.list[i], begin, whole);
        buf_string(out, "</table>\n");
    }
    for (unsigned i = 0; i < turns.count; i++) {
        buf_cleanup(&turns.list[i].first);
        buf_cleanup(&turns.list[i].last);
    }
}
