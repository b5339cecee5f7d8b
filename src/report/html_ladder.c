/* The ladder of a handshake as a picture, and in words for those who do not see it. */
#include "report/html.h"

#include "base/text.h"
#include "report/steps.h"

/* Units of the picture: wide enough for a message's name, narrow enough to be read on a phone. */
enum { WIDTH = 460, CLIENT_X = 84, SERVER_X = 450, TOP = 30, ROW = 40, LINE = 16, ARROW = 8 };
/* Characters beside a side that surely fit between the two. */
#define TEXT_SHOWN 50u

/* The beginning of a text that would not fit; all of it stands in the description. */
static void put_short(struct hl_buffer *out, struct hl_span text)
{
    if (text_columns(text) <= TEXT_SHOWN) {
        html_put_safe(out, text);
        return;
    }
    size_t length = 0;
    for (unsigned columns = 0; length < text.len && columns < TEXT_SHOWN; length++)
        columns += (text.ptr[length] & 0xc0) != 0x80;
    while (length > 0 && (text.ptr[length] & 0xc0) == 0x80)
        length--;
    html_put_safe(out, (struct hl_span){ text.ptr, length });
    buf_string(out, "\xe2\x80\xa6");
}

/* Text on the side of the one who speaks. */
static void put_text(struct hl_buffer *out, const struct step *step, int y, const char *class, struct hl_span text)
{
    if (text.len == 0)
        return;
    if (step->direction == HL_SERVER)
        buf_printf(out, "<text class=\"e %s\" x=\"%d\" y=\"%d\">", class, SERVER_X - 10, y);
    else
        buf_printf(out, "<text class=\"%s\" x=\"%d\" y=\"%d\">", class, CLIENT_X + 10, y);
    put_short(out, text);
    buf_string(out, "</text>");
}

static void put_arrow(struct hl_buffer *out, const struct step *step, int y)
{
    const char *class = step->broke ? "bad" : step->kind == STEP_GAP ? "gap" : step->sealed ? "sealed" : "";

    if (step->direction < 0)
        return;
    buf_printf(out, "<path class=\"a %s\" d=\"M%d %dH%d\"/>", class, CLIENT_X, y, SERVER_X);
    if (step->direction == HL_CLIENT)
        buf_printf(out, "<path class=\"p %s\" d=\"M%d %dl-%d -5v10z\"/>", class, SERVER_X, y, ARROW);
    else
        buf_printf(out, "<path class=\"p %s\" d=\"M%d %dl%d -5v10z\"/>", class, CLIENT_X, y, ARROW);
}

/* One step at height `y`; the height behind it. */
static int put_step(struct hl_buffer *out, const struct hl_handshake *hs, const struct step *step, int y)
{
    static const struct hl_span broke = { (const uint8_t *)"\xe2\x9c\x97 here it broke", 17 };

    if (step->at.frame > 0) {
        buf_printf(out, "<text class=\"e s\" x=\"%d\" y=\"%d\">%.1f ms</text>", CLIENT_X - 12, y + 15,
                   step_time_ms(hs, step));
        buf_printf(out, "<text class=\"e s\" x=\"%d\" y=\"%d\">frame %llu</text>", CLIENT_X - 12, y + 31,
                   (unsigned long long)step->at.frame);
    }
    put_text(out, step, y + 15, step->broke ? "bad" : html_class(step->role), step->name);
    put_arrow(out, step, y + 21);
    int below = y + 35;
    put_text(out, step, below, "s", step->detail);
    below += step->detail.len > 0 ? LINE : 0;
    put_text(out, step, below, "bad", step->fault);
    below += step->fault.len > 0 ? LINE : 0;
    if (step->broke)
        put_text(out, step, below, "bad", broke);
    below += step->broke ? LINE : 0;
    return below - 6 > y + ROW ? below - 6 : y + ROW;
}

static void put_description(struct hl_buffer *out, const struct hl_handshake *hs)
{
    static const char *const sides[] = { [HL_CLIENT] = "client: ", [HL_SERVER] = "server: " };
    struct steps steps;
    struct step step;

    steps_init(&steps, hs);
    for (bool first = true; steps_next(&steps, &step); first = false) {
        buf_string(out, first ? "" : "; ");
        if (step.at.frame > 0)
            buf_printf(out, "frame %llu, %.1f ms, ", (unsigned long long)step.at.frame, step_time_ms(hs, &step));
        buf_string(out, step.direction >= 0 ? sides[step.direction] : "");
        html_put_safe(out, step.name);
        buf_string(out, step.detail.len > 0 ? ", " : "");
        html_put_safe(out, step.detail);
        buf_string(out, step.fault.len > 0 ? ", malformed: " : "");
        html_put_safe(out, step.fault);
        buf_string(out, step.broke ? ", here it broke" : "");
    }
    steps_cleanup(&steps);
}

static int height_of(const struct hl_handshake *hs)
{
    struct hl_buffer nowhere;
    struct steps steps;
    struct step step;
    int y = TOP;

    buf_init(&nowhere, 0); /* takes nothing */
    steps_init(&steps, hs);
    while (steps_next(&steps, &step))
        y = put_step(&nowhere, hs, &step, y);
    steps_cleanup(&steps);
    buf_cleanup(&nowhere);
    return y;
}

void html_ladder(struct hl_buffer *out, const struct hl_handshake *hs)
{
    const unsigned long long id = hs->id;
    const int height = height_of(hs) + 10;
    struct steps steps;
    struct step step;
    int y = TOP;

    buf_printf(out, "<svg class=\"ladder\" role=\"img\" aria-labelledby=\"t%llu\" aria-describedby=\"d%llu\" "
                    "viewBox=\"0 0 %d %d\">\n", id, id, WIDTH, height);
    buf_printf(out, "<title id=\"t%llu\">Messages of handshake %llu</title>\n<desc id=\"d%llu\">", id, id, id);
    put_description(out, hs);
    buf_printf(out, "</desc>\n<path class=\"l\" d=\"M%d %dV%dM%d %dV%d\"/>\n", CLIENT_X, TOP - 8, height,
               SERVER_X, TOP - 8, height);
    buf_printf(out, "<text class=\"m strong\" x=\"%d\" y=\"14\">client</text>", CLIENT_X);
    buf_printf(out, "<text class=\"e strong\" x=\"%d\" y=\"14\">server</text>\n", WIDTH - 2);
    steps_init(&steps, hs);
    while (steps_next(&steps, &step)) {
        y = put_step(out, hs, &step, y);
        buf_char(out, '\n');
    }
    steps_cleanup(&steps);
    buf_string(out, "</svg>\n");
}
