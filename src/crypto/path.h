/* path.h - from a certificate to a trust anchor (RFC 5280, 6).
 *
 * Every path from the first certificate over those sent and those known to an
 * anchor is followed, in the order of promise, until one passes all checks that
 * refuse. When none does, the best one is told, with what is wrong with it; the
 * reasons of the others are kept.
 *
 * A hostile chain costs what base/limits.h allows and no more; then the answer
 * is `over_budget`. The checks are tables (path_checks.h). Whether the name is
 * the right one is another question: host_name.h. */
#ifndef HL_CRYPTO_PATH_H
#define HL_CRYPTO_PATH_H

#include "crypto/path_checks.h"
#include "crypto/signature_cache.h"
#include "crypto/trust.h"

/* How a path ends. */
enum path_end {
    PATH_ANCHORED,       /* at a trust anchor */
    PATH_UNKNOWN_ROOT,   /* at a self-signed certificate that is no anchor: complete, but nobody trusts it */
    PATH_SELF_SIGNED,    /* the first certificate itself is one: nobody vouches for it */
    PATH_MISSING_ISSUER, /* the next certificate was not sent and is not known */
    PATH_TOO_LONG,       /* HL_PATH_MAX certificates and no end, or more than were asked for */
};

/* Where a certificate of the path comes from: index in `sent`, or one of these. */
#define PATH_FROM_ANCHORS (-1)
#define PATH_FROM_INTERMEDIATES (-2)

struct path_request {
    const struct hl_certificate *const *sent; /* the first one is judged */
    unsigned count;
    int64_t at;              /* seconds since 1970 */
    enum hl_x509_purpose purpose;
    int intermediates_max;   /* non-self-issued ones between; -1: any number */
};

struct path {
    enum path_end end;
    unsigned length;
    const struct hl_certificate *list[HL_PATH_MAX]; /* the one judged first, the anchor or root last */
    int16_t from[HL_PATH_MAX]; /* index in `sent`, or PATH_FROM_ */
    struct path_problem problems[HL_PATH_PROBLEMS_MAX]; /* those that refuse first */
    unsigned problem_count, problems_dropped, refusing;
};

/* Why another path was not taken: its most telling problem. */
struct path_other {
    enum path_end end;
    unsigned length;
    enum path_check check; /* PATH_CHECK_NONE: its end says it all */
    unsigned at;           /* which certificate of that path */
    struct hl_span subject; /* text of that certificate's subject */
};

#define PATH_OTHERS_MAX 4

struct path_verdict {
    bool trusted; /* anchored, and nothing refuses */
    bool doubtful; /* not trusted, but only because of what could not be checked (an unsupported algorithm) */
    bool over_budget;
    struct path best;
    struct path_other others[PATH_OTHERS_MAX];
    unsigned other_count, paths; /* examined to their end */
    unsigned signatures;         /* checked or remembered */
    /* The verdict is the same for any time in this range, seconds since 1970, both inclusive. */
    int64_t from, until;
};

/* `cache` may be NULL. The verdict's pointers are the request's and the trust's. */
void path_judge(const struct hl_trust *trust, struct signature_cache *cache, const struct path_request *request,
                struct path_verdict *out);

#endif
