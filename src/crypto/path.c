#include "crypto/path.h"

#include "base/text.h"
#include "x509/name_compare.h"

#include <string.h>

/* Issuers of one certificate that are tried; beyond it the less promising ones are not. */
#define CANDIDATES_MAX 32u
/* Signature checks of one call that are remembered in it. */
#define LINKS_MAX 64u

struct link {
    const struct hl_certificate *issuer, *subject;
    enum sig_result result;
};

struct candidate {
    const struct hl_certificate *certificate;
    int16_t from;
    uint8_t rank;
};

/* One call of path_judge(): a depth-first search, with the path it is at. */
struct search {
    const struct hl_trust *trust;
    const struct path_request *request;
    struct signature_cache *cache;
    struct path_verdict *out;

    const struct hl_certificate *list[HL_PATH_MAX];
    int16_t from[HL_PATH_MAX];
    enum sig_result signatures[HL_PATH_MAX]; /* of list[i] by list[i + 1] */
    unsigned length;

    struct link links[LINKS_MAX];
    unsigned link_count;
    unsigned units, steps; /* spent of the budget */
    uint32_t comparisons;  /* left of the budget */
    bool cut;              /* some issuers were not tried: CANDIDATES_MAX */
};

/* --- signatures -------------------------------------------------------------- */

static bool over_budget(struct search *s)
{
    struct path_verdict *out = s->out;

    if (s->units > HL_PATH_SIGNATURES_MAX || s->steps > HL_PATH_STEPS_MAX || out->paths >= HL_PATHS_MAX)
        out->over_budget = true;
    return out->over_budget;
}

static enum sig_result signature_of(struct search *s, const struct hl_certificate *issuer,
                                    const struct hl_certificate *subject)
{
    for (unsigned i = 0; i < s->link_count; i++) {
        if (s->links[i].issuer == issuer && s->links[i].subject == subject)
            return s->links[i].result;
    }
    s->units += signature_cost(&issuer->x509.key);
    if (over_budget(s))
        return SIG_UNSUPPORTED;
    s->out->signatures++;
    enum sig_result result = certificate_signature(s->cache, issuer, subject);
    if (s->link_count < LINKS_MAX)
        s->links[s->link_count++] = (struct link){ issuer, subject, result };
    return result;
}

/* --- one path, at its end ---------------------------------------------------- */

/* Where in the path a certificate stands: the last one of a complete path is its root. */
static unsigned place_of(const struct path *path, unsigned i)
{
    bool complete = path->end == PATH_ANCHORED || path->end == PATH_UNKNOWN_ROOT;

    return i == 0 ? ON_LEAF : complete && i + 1 == path->length ? ON_ROOT : ON_CA;
}

static struct path_problem *known_problem(struct path *path, enum path_check check, unsigned at)
{
    for (unsigned i = 0; i < path->problem_count; i++) {
        if (path->problems[i].check == check && path->problems[i].at == at)
            return &path->problems[i];
    }
    return NULL;
}

/* Those that refuse stand first, in the order in which they were found. */
static void add_problem(struct path *path, const struct path_problem *problem)
{
    struct path_problem *known = known_problem(path, problem->check, problem->at);

    if (known != NULL && (known->refuses || !problem->refuses))
        return;
    if (known != NULL) { /* a second row refuses what the first one only remarked */
        memmove(known, known + 1, (size_t)(path->problems + path->problem_count - known - 1) * sizeof *known);
        path->problem_count--;
    }
    if (path->problem_count == HL_PATH_PROBLEMS_MAX && (!problem->refuses || path->refusing == path->problem_count)) {
        path->problems_dropped++;
        path->refusing += problem->refuses;
        return;
    }
    if (path->problem_count == HL_PATH_PROBLEMS_MAX) { /* a remark makes room */
        path->problem_count--;
        path->problems_dropped++;
    }
    unsigned at = problem->refuses ? path->refusing : path->problem_count;
    memmove(&path->problems[at + 1], &path->problems[at], (path->problem_count - at) * sizeof *problem);
    path->problems[at] = *problem;
    path->problem_count++;
    path->refusing += problem->refuses;
}

static void run_checks(struct path *path, const struct path_view *view, const struct path_check_row *rows,
                       size_t count)
{
    for (size_t r = 0; r < count; r++) {
        for (unsigned i = 0; i < path->length; i++) {
            struct path_problem problem = { .check = rows[r].id, .at = (uint8_t)i };
            if ((rows[r].place & place_of(path, i)) == 0 || rows[r].check(view, i, &problem))
                continue;
            problem.refuses = (rows[r].profiles & view->trust->profile) != 0;
            add_problem(path, &problem);
        }
    }
}

static void check_path(struct search *s, struct path *path)
{
    const struct path_view view = {
        .list = path->list,
        .length = path->length,
        .at = s->request->at,
        .purpose = s->request->purpose,
        .trust = s->trust,
        .cache = s->cache,
        .signatures = s->signatures,
        .comparisons = &s->comparisons,
    };

    run_checks(path, &view, path_checks_rfc5280, path_checks_rfc5280_count);
    run_checks(path, &view, path_checks_webpki, path_checks_webpki_count);
    if (s->comparisons == 0)
        s->out->over_budget = true;
}

static unsigned intermediates_of(const struct path *path)
{
    unsigned count = 0;

    for (unsigned i = 1; i + 1 < path->length; i++)
        count += !x509_is_self_issued(&path->list[i]->x509);
    return count;
}

/* Complete before incomplete, then few problems, then long: a path that leads further tells more. */
static bool is_better(const struct path *a, const struct path *b)
{
    static const uint8_t ranks[] = { [PATH_ANCHORED] = 3, [PATH_UNKNOWN_ROOT] = 2, [PATH_SELF_SIGNED] = 2,
                                     [PATH_MISSING_ISSUER] = 1, [PATH_TOO_LONG] = 0 };

    if (ranks[a->end] != ranks[b->end])
        return ranks[a->end] > ranks[b->end];
    if (a->refusing != b->refusing)
        return a->refusing < b->refusing;
    return a->length > b->length;
}

static void keep_other(struct path_verdict *out, const struct path *path)
{
    if (out->other_count == PATH_OTHERS_MAX)
        return;
    struct path_other *other = &out->others[out->other_count++];
    bool refused = path->refusing > 0;
    unsigned at = refused ? path->problems[0].at : path->length - 1;
    *other = (struct path_other){
        .end = path->end,
        .length = path->length,
        .check = refused ? path->problems[0].check : PATH_CHECK_NONE,
        .at = at,
        .subject = path->list[at]->x509.subject.text,
    };
}

/* The path the search is at ends here. */
static void end_path(struct search *s, enum path_end end)
{
    struct path_verdict *out = s->out;
    struct path path = { .end = end, .length = s->length };

    memcpy(path.list, s->list, s->length * sizeof path.list[0]);
    memcpy(path.from, s->from, s->length * sizeof path.from[0]);
    if (s->request->intermediates_max >= 0 && intermediates_of(&path) > (unsigned)s->request->intermediates_max)
        path.end = PATH_TOO_LONG;
    check_path(s, &path);
    out->paths++;
    if (out->paths == 1 || is_better(&path, &out->best)) {
        if (out->paths > 1)
            keep_other(out, &out->best);
        out->best = path;
    } else {
        keep_other(out, &path);
    }
    out->trusted = path.end == PATH_ANCHORED && path.refusing == 0;
}

/* --- the search --------------------------------------------------------------- */

/* The verdict stays the same until one of the certificates or CRLs looked at begins or ends to
 * be valid. */
static void narrow_by(struct search *s, const struct hl_x509_time *begins, const struct hl_x509_time *ends)
{
    struct path_verdict *out = s->out;
    int64_t at = s->request->at;

    if (begins->valid && begins->seconds > at && begins->seconds - 1 < out->until)
        out->until = begins->seconds - 1;
    if (begins->valid && begins->seconds <= at && begins->seconds > out->from)
        out->from = begins->seconds;
    if (ends->valid && ends->seconds >= at && ends->seconds < out->until)
        out->until = ends->seconds;
    if (ends->valid && ends->seconds < at && ends->seconds + 1 > out->from)
        out->from = ends->seconds + 1;
}

static void narrow(struct search *s, const struct hl_x509 *cert)
{
    narrow_by(s, &cert->not_before, &cert->not_after);
}

/* A CA stands in a path once: the same name and the same key would only go round. */
static bool is_in_path(const struct search *s, const struct hl_certificate *candidate)
{
    for (unsigned i = 0; i < s->length; i++) {
        if (memcmp(s->list[i]->spki_sha256, candidate->spki_sha256, SHA256_LENGTH) == 0
            && x509_names_equal(s->list[i]->x509.subject.der, candidate->x509.subject.der))
            return true;
    }
    return false;
}

/* The identifiers of keys agree, or are not there; and it is valid; and where it comes from. */
static uint8_t rank_of(const struct search *s, const struct hl_certificate *subject,
                       const struct hl_certificate *candidate, int16_t from)
{
    struct hl_span wanted = subject->x509.authority_key_id, has = candidate->x509.subject_key_id;
    int64_t at = s->request->at;
    unsigned rank = wanted.len == 0 || has.len == 0 ? 8 : span_equal(wanted, has) ? 16 : 0;

    if (candidate->x509.not_before.seconds <= at && at <= candidate->x509.not_after.seconds)
        rank += 4;
    return (uint8_t)(rank + (from == PATH_FROM_ANCHORS ? 2 : from == PATH_FROM_INTERMEDIATES ? 0 : 1));
}

static void add_candidate(struct search *s, struct candidate list[CANDIDATES_MAX], unsigned *count,
                          const struct hl_certificate *subject, const struct hl_certificate *one, int16_t from)
{
    unsigned at;

    s->steps++;
    if (is_in_path(s, one))
        return;
    for (at = 0; at < *count; at++) {
        if (certificate_is(list[at].certificate, one))
            return;
    }
    narrow(s, &one->x509);
    uint8_t rank = rank_of(s, subject, one, from);
    if (*count == CANDIDATES_MAX) {
        s->cut = true;
        if (list[*count - 1].rank >= rank)
            return;
        --*count;
    }
    for (at = *count; at > 0 && list[at - 1].rank < rank; at--)
        list[at] = list[at - 1];
    list[at] = (struct candidate){ one, from, rank };
    ++*count;
}

/* Whoever has the name of `subject`'s issuer, the most promising first. */
static unsigned find_candidates(struct search *s, const struct hl_certificate *subject,
                                struct candidate list[CANDIDATES_MAX])
{
    const struct path_request *request = s->request;
    struct hl_span issuer = subject->x509.issuer.der;
    const struct hl_certificate *one;
    unsigned count = 0;

    for (uint32_t cursor = 0; (one = store_next(&s->trust->anchors, issuer, &cursor)) != NULL;)
        add_candidate(s, list, &count, subject, one, PATH_FROM_ANCHORS);
    for (unsigned i = 1; i < request->count; i++) {
        if (request->sent[i]->decoded && x509_names_equal(request->sent[i]->x509.subject.der, issuer))
            add_candidate(s, list, &count, subject, request->sent[i], (int16_t)i);
    }
    for (uint32_t cursor = 0; (one = store_next(&s->trust->intermediates, issuer, &cursor)) != NULL;)
        add_candidate(s, list, &count, subject, one, PATH_FROM_INTERMEDIATES);
    return count;
}

static void push(struct search *s, const struct hl_certificate *certificate, int16_t from)
{
    s->list[s->length] = certificate;
    s->from[s->length] = from;
    s->length++;
}

static bool is_self_signed(struct search *s, const struct hl_certificate *certificate)
{
    return x509_is_self_issued(&certificate->x509) && signature_of(s, certificate, certificate) != SIG_WRONG;
}

static bool is_anchor(const struct search *s, const struct hl_certificate *certificate, int16_t from)
{
    return from == PATH_FROM_ANCHORS || store_has(&s->trust->anchors, certificate);
}

static void extend(struct search *s);

/* No issuer leads on from the last certificate of the path. `forged`: one that has the issuer's name, but did not
 * sign it; NULL when there is none. The path goes on with it, to show where it would lead; it is refused anyway. */
static void end_without_issuer(struct search *s, const struct candidate *forged)
{
    const struct hl_certificate *last = s->list[s->length - 1];

    if (is_self_signed(s, last)) {
        end_path(s, s->length == 1 ? PATH_SELF_SIGNED : PATH_UNKNOWN_ROOT);
    } else if (forged != NULL && s->length < HL_PATH_MAX) {
        s->signatures[s->length - 1] = SIG_WRONG;
        push(s, forged->certificate, forged->from);
        extend(s);
        s->length--;
    } else {
        end_path(s, PATH_MISSING_ISSUER);
    }
}

/* Go on from the last certificate of the path. */
static void extend(struct search *s)
{
    const struct hl_certificate *last = s->list[s->length - 1];
    struct candidate candidates[CANDIDATES_MAX];
    const struct candidate *forged = NULL;
    bool went_on = false;

    if (is_anchor(s, last, s->from[s->length - 1])) {
        end_path(s, PATH_ANCHORED);
        return;
    }
    unsigned count = find_candidates(s, last, candidates);
    if (count > 0 && s->length == HL_PATH_MAX) {
        end_path(s, PATH_TOO_LONG);
        return;
    }
    for (unsigned i = 0; i < count && !s->out->trusted && !over_budget(s); i++) {
        enum sig_result result = signature_of(s, candidates[i].certificate, last);
        if (s->out->over_budget)
            break;
        if (result == SIG_WRONG) {
            forged = forged == NULL ? &candidates[i] : forged;
            continue;
        }
        went_on = true;
        s->signatures[s->length - 1] = result;
        push(s, candidates[i].certificate, candidates[i].from);
        extend(s);
        s->length--;
    }
    if (!went_on)
        end_without_issuer(s, forged);
}

void path_judge(const struct hl_trust *trust, struct signature_cache *cache, const struct path_request *request,
                struct path_verdict *out)
{
    struct search s = {
        .trust = trust,
        .request = request,
        .cache = cache,
        .out = out,
        .comparisons = HL_NAME_COMPARISONS_MAX,
    };

    *out = (struct path_verdict){ .from = INT64_MIN, .until = INT64_MAX };
    narrow(&s, &request->sent[0]->x509);
    for (const struct crl_item *item = trust->crls.first; item != NULL; item = item->next)
        narrow_by(&s, &item->crl.this_update, &item->crl.next_update);
    push(&s, request->sent[0], 0);
    extend(&s);
    out->over_budget |= s.cut && !out->trusted;
    out->doubtful = !out->trusted && out->best.end == PATH_ANCHORED && out->best.refusing <= out->best.problem_count;
    for (unsigned i = 0; i < out->best.problem_count && out->doubtful; i++)
        out->doubtful = !out->best.problems[i].refuses || out->best.problems[i].doubtful;
}
