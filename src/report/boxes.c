#include "report/boxes.h"

#include "base/text.h"
#include "report/format.h"

#define PIECE_MAX ((size_t)16 << 10)
/* Names of a certificate that are shown; others are counted. */
#define NAMES_SHOWN 4u

struct boxes {
    const struct hl_chain *chain;
    const struct hl_judgement *judgement;
    const struct path *path; /* NULL: not judged */
    box_fn *tell;
    void *ctx;
    struct hl_buffer scratch, name, others, issuer, validity, key, problem;
};

static void put_name(struct boxes *b, struct hl_buffer *out, const struct hl_x509_name *name,
                     const struct hl_x509_names *names)
{
    x509_short_name_put(&b->scratch, name, names);
    text_put_safe(out, b->scratch.len > 0 ? buf_view(&b->scratch) : span_of("(empty name)"));
    b->scratch.len = 0;
}

static void put_others(struct boxes *b, const struct hl_x509_names *names)
{
    for (uint32_t i = 0; i < names->count && i < NAMES_SHOWN; i++) {
        if (i > 0)
            buf_string(&b->others, ", ");
        x509_general_name_put(&b->scratch, &names->list[i]);
        text_put_safe(&b->others, buf_view(&b->scratch));
        b->scratch.len = 0;
    }
    if (names->count + names->dropped > NAMES_SHOWN)
        buf_printf(&b->others, " and %u more", names->count + names->dropped - NAMES_SHOWN);
}

/* Days are enough. */
static void put_day(struct hl_buffer *out, const struct hl_x509_time *time)
{
    char text[HL_X509_TIME_TEXT] = "(unreadable)";

    if (time->valid)
        x509_time_text(time->seconds, text);
    buf_printf(out, time->valid ? "%.10s" : "%s", text);
}

static bool is_out_of_date(const struct hl_x509 *cert, int64_t at)
{
    return (cert->not_after.valid && cert->not_after.seconds < at)
           || (cert->not_before.valid && cert->not_before.seconds > at);
}

static void put_problem(struct boxes *b, const char *problem, const char *note)
{
    buf_printf(&b->problem, "%s%s", b->problem.len > 0 ? ", " : "", problem);
    if (note != NULL)
        buf_printf(&b->problem, " (%s)", note);
}

/* What is wrong with certificate `at` of the path. */
static void put_problems(struct boxes *b, unsigned at)
{
    const struct hl_judgement *j = b->judgement;

    for (unsigned i = 0; i < b->path->problem_count; i++) {
        const struct path_problem *problem = &b->path->problems[i];
        if (problem->at == at && problem->refuses)
            put_problem(b, path_check_name(problem->check), problem->note);
    }
    if (at == 0 && j->revoked)
        put_problem(b, "revoked", NULL);
    if (at == 0 && j->host.len > 0 && j->host_result != HOST_MATCHES)
        put_problem(b, "not for the name asked for", NULL);
}

static void hand_over(struct boxes *b, struct box *box)
{
    box->name = buf_view(&b->name);
    box->others = buf_view(&b->others);
    box->issuer = buf_view(&b->issuer);
    box->validity = buf_view(&b->validity);
    box->key = buf_view(&b->key);
    box->problem = buf_view(&b->problem);
    b->tell(b->ctx, box);
    b->name.len = b->others.len = b->issuer.len = b->validity.len = b->key.len = b->problem.len = 0;
}

static void tell_certificate(struct boxes *b, const struct hl_x509 *cert, struct box *box)
{
    put_name(b, &b->name, &cert->subject, &cert->san);
    put_others(b, &cert->san);
    put_name(b, &b->issuer, &cert->issuer, NULL);
    put_day(&b->validity, &cert->not_before);
    buf_string(&b->validity, " to ");
    put_day(&b->validity, &cert->not_after);
    put_key(&b->key, &cert->key);
    if (b->path != NULL && is_out_of_date(cert, b->judgement->at))
        box->role = ROLE_BAD;
    hand_over(b, box);
}

static const char *origin_of(int from)
{
    return from >= 0 ? "sent" : from == PATH_FROM_ANCHORS ? "trust store" : "known intermediate";
}

static void tell_path(struct boxes *b)
{
    const struct path *path = b->path;
    const bool trusted = judgement_is_trusted(b->judgement), anchors = b->judgement->has_anchors;
    const bool foreign = anchors && (path->end == PATH_UNKNOWN_ROOT || path->end == PATH_SELF_SIGNED);

    for (unsigned i = 0; i < path->length; i++) {
        struct box box = { .origin = origin_of(path->from[i]), .role = trusted ? ROLE_GOOD : ROLE_PLAIN };
        put_problems(b, i);
        if (foreign && i + 1 == path->length)
            put_problem(b, "not in the trust store", NULL);
        if (b->problem.len > 0)
            box.role = ROLE_BAD;
        tell_certificate(b, &path->list[i]->x509, &box);
    }
    if (path->end == PATH_MISSING_ISSUER && path->length > 0) {
        struct box box = { .origin = "not sent, and not known here", .role = anchors ? ROLE_BAD : ROLE_QUIET };
        put_name(b, &b->name, &path->list[path->length - 1]->x509.issuer, NULL);
        hand_over(b, &box);
    }
}

static bool is_on_path(const struct boxes *b, unsigned sent)
{
    for (unsigned i = 0; b->path != NULL && i < b->path->length; i++) {
        if (b->path->from[i] == (int)sent)
            return true;
    }
    return false;
}

void boxes_tell(const struct hl_chain *chain, const struct hl_judgement *judgement, box_fn *tell, void *ctx)
{
    struct boxes b = { .chain = chain, .judgement = judgement, .tell = tell, .ctx = ctx };
    struct hl_buffer *const texts[] = { &b.scratch, &b.name, &b.others, &b.issuer, &b.validity, &b.key, &b.problem };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        buf_init(texts[i], PIECE_MAX);
    b.path = judgement->chain != NULL ? &judgement->chain->verdict.best : NULL;
    if (b.path != NULL)
        tell_path(&b);
    for (unsigned i = 0; i < chain->count; i++) {
        struct box box = { .origin = "sent", .role = ROLE_QUIET, .beside = b.path != NULL };
        if (box.beside)
            box.origin = "sent, not on the path";
        if (!is_on_path(&b, i))
            tell_certificate(&b, &chain->list[i]->x509, &box);
    }
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        buf_cleanup(texts[i]);
}
