/* Certification paths: crypto/path.h, path_checks.h, crl_set.h, store.h.
 *
 * The certificates are in tests/x509/certs, made by tests/support/make_chains.sh; a row names them. The
 * usual chain is "leaf inter" under "root"; what is called "inter-..." has the name and the key of
 * "inter" (but for inter-same-name), what is called "leaf-..." is another one from it. All are valid
 * from 2000 to 2100 where the name does not say otherwise. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/text.h"
#include "crypto/path.h"
#include "support/make_bytes.h"
#include "x509/pem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define CLIENT PROFILE_CLIENT
#define STRICT PROFILE_RFC5280
#define WEBPKI PROFILE_WEBPKI

/* --- reading certificates ------------------------------------------------------ */

enum { SENT_MAX = 80 };

struct bench {
    struct hl_trust trust;
    struct hl_certificate *sent[SENT_MAX];
    struct path_request request;
};

typedef void take_fn(struct bench *bench, struct hl_span der);

static void take_sent(struct bench *bench, struct hl_span der)
{
    assert_true(bench->request.count < SENT_MAX);
    bench->sent[bench->request.count] = certificate_new(der);
    assert_non_null(bench->sent[bench->request.count]);
    bench->request.count++;
}

static void take_anchor(struct bench *bench, struct hl_span der)
{
    assert_int_equal(store_add(&bench->trust.anchors, der), STORE_ADDED);
}

static void take_intermediate(struct bench *bench, struct hl_span der)
{
    assert_int_equal(store_add(&bench->trust.intermediates, der), STORE_ADDED);
}

static void take_crl(struct bench *bench, struct hl_span der)
{
    assert_true(crl_set_add(&bench->trust.crls, der));
}

/* All blocks of one PEM file; `name` need not end in a NUL. */
static void take_file(struct bench *bench, const char *name, size_t length, take_fn *take)
{
    const char *source = getenv("SOURCE_DIR");
    struct hl_buffer text = make_buffer(), der = make_buffer();
    struct hl_span label;
    char path[512];
    unsigned blocks = 0;

    snprintf(path, sizeof path, "%s/tests/x509/certs/%.*s.pem", source != NULL ? source : ".", (int)length,
             name);
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        fail_msg("%s: cannot be read", path);
    for (int c; (c = fgetc(file)) != EOF;)
        buf_char(&text, (char)c);
    fclose(file);
    for (struct hl_span rest = buf_view(&text); pem_next(&rest, &der, &label); blocks++)
        take(bench, buf_view(&der));
    assert_true(blocks > 0);
    buf_cleanup(&der);
    buf_cleanup(&text);
}

/* "leaf inter": each of them. */
static void take_files(struct bench *bench, const char *names, take_fn *take)
{
    while (names != NULL && *names != '\0') {
        size_t length = strcspn(names, " ");
        take_file(bench, names, length, take);
        names += length;
        names += strspn(names, " ");
    }
}

/* "2026-07-01 00:00:00", or the front of it. */
static int64_t moment(const char *text)
{
    struct tm tm = { .tm_mon = 1, .tm_mday = 1 };

    assert_true(sscanf(text, "%d-%d-%d %d:%d:%d", &tm.tm_year, &tm.tm_mon, &tm.tm_mday, &tm.tm_hour,
                       &tm.tm_min, &tm.tm_sec)
                >= 1);
    tm.tm_year -= 1900;
    tm.tm_mon -= 1;
    return (int64_t)timegm(&tm);
}

struct row {
    const char *name, *sent;
    const char *anchors; /* NULL: "root" */
    const char *intermediates, *crls;
    const char *at;               /* NULL: 2026-07-01 */
    const char *max;              /* intermediates_max; NULL: any number */
    enum trust_profile profile;   /* 0: client */
    enum hl_x509_purpose purpose; /* 0: serverAuth */
    const char *says;
};

static void bench_init(struct bench *bench, const struct row *row)
{
    memset(bench, 0, sizeof *bench);
    trust_init(&bench->trust);
    bench->trust.has_anchors = true;
    if (row->profile != 0)
        bench->trust.profile = row->profile;
    take_files(bench, row->sent, take_sent);
    take_files(bench, row->anchors != NULL ? row->anchors : "root", take_anchor);
    take_files(bench, row->intermediates, take_intermediate);
    take_files(bench, row->crls, take_crl);
    /* exactly as many pointers as are sent: one too far shows */
    const struct hl_certificate **list = malloc(bench->request.count * sizeof *list);
    for (unsigned i = 0; i < bench->request.count; i++)
        list[i] = bench->sent[i];
    bench->request.sent = list;
    bench->request.at = moment(row->at != NULL ? row->at : "2026-07-01");
    bench->request.purpose = row->purpose != 0 ? row->purpose : HL_X509_SERVER_AUTH;
    bench->request.intermediates_max = row->max != NULL ? atoi(row->max) : -1;
}

static void bench_cleanup(struct bench *bench)
{
    for (unsigned i = 0; i < bench->request.count; i++)
        certificate_free(bench->sent[i]);
    free((void *)bench->request.sent);
    trust_cleanup(&bench->trust);
}

/* --- verdicts as text ------------------------------------------------------------ */

/* Where the certificates of the path come from: 0,1,A - sent first, sent second, an anchor; I: known. */
static void put_from(struct hl_buffer *out, const struct path *path)
{
    for (unsigned i = 0; i < path->length; i++) {
        buf_string(out, i == 0 ? " " : ",");
        if (path->from[i] >= 0)
            buf_number(out, path->from[i]);
        else
            buf_char(out, path->from[i] == PATH_FROM_ANCHORS ? 'A' : 'I');
    }
}

/* "trusted 0,1,A", "anchored 0,1,A: expired@0 purpose@1, doubtful" */
static void verdict_text(const struct path_verdict *v, char text[512])
{
    static const char *const ends[] = { "anchored", "unknown-root", "self-signed", "missing-issuer",
                                        "too-long" };
    struct hl_buffer out = { .data = (uint8_t *)text, .size = 511, .cap = 511 };

    buf_string(&out, v->trusted ? "trusted" : ends[v->best.end]);
    put_from(&out, &v->best);
    for (unsigned i = 0; i < v->best.problem_count && v->best.problems[i].refuses; i++) {
        buf_string(&out, i == 0 ? ": " : " ");
        buf_string(&out, path_check_name(v->best.problems[i].check));
        buf_char(&out, '@');
        buf_number(&out, v->best.problems[i].at);
    }
    if (v->doubtful)
        buf_string(&out, ", doubtful");
    if (v->over_budget)
        buf_string(&out, ", over budget");
    text[out.len] = '\0';
}

/* What holds of every verdict. */
static void check_invariants(const struct bench *bench, const struct path_verdict *v)
{
    assert_true(v->best.length >= 1 && v->best.length <= HL_PATH_MAX);
    assert_true(v->best.refusing <= v->best.problem_count + v->best.problems_dropped);
    assert_true(!v->trusted || (v->best.end == PATH_ANCHORED && v->best.refusing == 0));
    assert_true(!(v->trusted && v->doubtful));
    assert_ptr_equal(v->best.list[0], bench->request.sent[0]);
    for (unsigned i = 0; i < v->best.problem_count; i++) {
        assert_true(v->best.problems[i].at < v->best.length);
        assert_true(i == 0 || v->best.problems[i - 1].refuses || !v->best.problems[i].refuses);
    }
    assert_true(v->from <= bench->request.at && bench->request.at <= v->until);
    assert_true(v->paths >= 1 && v->paths <= HL_PATHS_MAX);
    assert_true(v->other_count < v->paths);
}

static bool same_verdict(const struct path_verdict *a, const struct path_verdict *b)
{
    char x[512], y[512];

    verdict_text(a, x);
    verdict_text(b, y);
    return strcmp(x, y) == 0;
}

static void judge(const struct bench *bench, struct signature_cache *cache, int64_t at,
                  struct path_verdict *out)
{
    struct bench then = *bench;

    then.request.at = at;
    path_judge(&then.trust, cache, &then.request, out);
    check_invariants(&then, out);
}

/* The same verdict at both ends of its window; a second beyond, another window - and where that one
 * reaches back, it must say the same. */
static void check_window(const struct row *row, const struct bench *bench, struct signature_cache *cache,
                         const struct path_verdict *verdict)
{
    const int64_t inside[] = { verdict->from, verdict->until };
    const bool limited[] = { verdict->from != INT64_MIN, verdict->until != INT64_MAX };
    struct path_verdict other;

    for (unsigned i = 0; i < 2; i++) {
        if (!limited[i])
            continue;
        judge(bench, cache, inside[i], &other);
        if (!same_verdict(verdict, &other) || other.from != verdict->from || other.until != verdict->until)
            fail_msg("%s: another verdict at %s of its window", row->name,
                     i == 0 ? "the beginning" : "the end");
        judge(bench, cache, i == 0 ? inside[i] - 1 : inside[i] + 1, &other);
        bool reaches = other.from <= bench->request.at && bench->request.at <= other.until;
        if (reaches && !same_verdict(verdict, &other))
            fail_msg("%s: the windows of different verdicts overlap", row->name);
    }
}

static bool check_row(const struct row *row)
{
    struct signature_cache cache;
    struct path_verdict verdict, again;
    struct bench bench;
    char text[512];

    bench_init(&bench, row);
    signature_cache_init(&cache);
    judge(&bench, NULL, bench.request.at, &verdict);
    verdict_text(&verdict, text);
    bool right = strcmp(text, row->says) == 0;
    if (!right)
        print_error("%s: %s\n%*s is: %s\n", row->name, row->says, (int)strlen(row->name), "", text);
    for (unsigned i = 0; i < 2; i++) { /* the cache changes nothing, neither empty nor full */
        judge(&bench, &cache, bench.request.at, &again);
        assert_true(same_verdict(&verdict, &again));
    }
    check_window(row, &bench, &cache, &verdict);
    signature_cache_cleanup(&cache);
    bench_cleanup(&bench);
    return right;
}

/* --- the cases ---------------------------------------------------------------- */

static const struct row rows[] = {
    /* what is sent */
    { "the usual chain", "leaf inter", .says = "trusted 0,1,A" },
    { "with its root", "leaf inter root", .says = "trusted 0,1,A" },
    { "in the wrong order", "leaf root inter", .says = "trusted 0,2,A" },
    { "with others between", "leaf other-root pl0 inter edinter", .says = "trusted 0,3,A" },
    { "the same twice", "leaf inter inter leaf", .says = "trusted 0,1,A" },
    { "without the intermediate", "leaf", .says = "missing-issuer 0" },
    { "without it, but known", "leaf", .intermediates = "inter", .says = "trusted 0,I,A" },
    { "sent and known", "leaf inter", .intermediates = "inter", .says = "trusted 0,1,A" },
    { "the root, but not the intermediate", "leaf root", .says = "missing-issuer 0" },
    { "from the root itself", "leaf-by-root", .says = "trusted 0,A" },
    { "the intermediate first", "inter leaf", .says = "trusted 0,A" },
    { "the anchor alone", "root", .says = "trusted 0" },
    { "the intermediate is an anchor", "leaf inter", "inter", .says = "trusted 0,A" },
    { "it is, and was not sent", "leaf", "inter", .says = "trusted 0,A" },
    { "the leaf is an anchor", "leaf", "leaf", .says = "trusted 0" },
    { "the leaf is an anchor, but expired", "leaf-expired", "leaf-expired", .says = "anchored 0: expired@0" },
    { "self-signed", "self-signed", .says = "self-signed 0" },
    { "self-signed, and trusted", "self-signed", "self-signed", .says = "trusted 0" },
    { "an unknown root, sent", "leaf inter root", "other-root", .says = "unknown-root 0,1,2" },
    { "an unknown root, not sent", "leaf inter", "other-root", .says = "missing-issuer 0,1" },
    { "no anchors at all", "leaf inter root", "edroot", .says = "unknown-root 0,1,2" },
    { "an intermediate that signs itself", "leaf inter-self", .says = "unknown-root 0,1" },
    { "it, and the right one", "leaf inter-self inter", .says = "trusted 0,2,A" },
    { "RSA", "leaf-rsa inter-rsa", .says = "trusted 0,1,A" },
    { "Ed25519", "edleaf edinter", "edroot", .says = "trusted 0,1,A" },

    /* time (4.1.2.5) */
    { "an expired leaf", "leaf-expired inter", .says = "anchored 0,1,A: expired@0" },
    { "a leaf of the future", "leaf-future inter", .says = "anchored 0,1,A: not-yet-valid@0" },
    { "an expired intermediate", "leaf inter-expired", .says = "anchored 0,1,A: expired@1" },
    { "an intermediate of the future", "leaf inter-future", .says = "anchored 0,1,A: not-yet-valid@1" },
    { "an expired intermediate and its twin", "leaf inter-expired inter", .says = "trusted 0,2,A" },
    { "an expired intermediate and its twin that is known", "leaf inter-expired", .intermediates = "inter",
      .says = "trusted 0,I,A" },
    { "three intermediates, one of now", "leaf inter-future inter-expired inter", .says = "trusted 0,3,A" },
    { "an expired root", "leaf inter", "root-expired", .says = "anchored 0,1,A: expired@2" },
    { "an expired root and its twin", "leaf inter", "root-expired root", .says = "trusted 0,1,A" },
    { "another expired root", "leaf inter-old", "anchor-old", .says = "anchored 0,1,A: expired@2" },
    { "all of them", "leaf-expired inter-expired", "root-expired",
      .says = "anchored 0,1,A: expired@0 expired@1 expired@2" },
    { "the first second", "leaf-2030 inter", .at = "2030-01-01 00:00:00", .says = "trusted 0,1,A" },
    { "a second before", "leaf-2030 inter", .at = "2029-12-31 23:59:59",
      .says = "anchored 0,1,A: not-yet-valid@0" },
    { "the last second", "leaf-2030 inter", .at = "2030-12-31 23:59:59", .says = "trusted 0,1,A" },
    { "a second after", "leaf-2030 inter", .at = "2031-01-01 00:00:00", .says = "anchored 0,1,A: expired@0" },
    { "the middle of two windows", "leaf-2030 inter-2029", .at = "2030-03-01", .says = "trusted 0,1,A" },
    { "in one of two windows", "leaf-2030 inter-2029", .at = "2030-08-01",
      .says = "anchored 0,1,A: expired@1" },
    { "before 1970", "leaf inter", .at = "1950-01-01",
      .says = "anchored 0,1,A: not-yet-valid@0 not-yet-valid@1 not-yet-valid@2" },

    /* more than one way */
    { "cross-signed, the own root known", "leaf inter root-by-other", .says = "trusted 0,1,A" },
    { "cross-signed, the other root known", "leaf inter root-by-other", "other-root",
      .says = "trusted 0,1,2,A" },
    { "cross-signed, both known", "leaf inter root-by-other", "root other-root", .says = "trusted 0,1,A" },
    { "cross-signed, both sent, neither known", "leaf inter root-by-other root", "edroot",
      .says = "unknown-root 0,1,3" },
    { "both roots sign each other", "leaf inter root-by-other other-by-root", .says = "trusted 0,1,A" },
    { "both roots sign each other, the other is known", "leaf inter root-by-other other-by-root",
      "other-root", .says = "trusted 0,1,2,A" },
    { "both roots sign each other, none is known", "leaf inter root-by-other other-by-root", "edroot",
      .says = "missing-issuer 0,1,2,3" },
    { "the way over the expired root is longer", "leaf inter root-by-other", "root-expired other-root",
      .says = "trusted 0,1,2,A" },
    { "two CAs in a circle", "leaf-a a-by-b b-by-a", .says = "missing-issuer 0,1,2" },
    { "a circle with a way out", "leaf-a a-by-b b-by-a b-by-root", .says = "trusted 0,1,A",
      .anchors = "b-by-root" },
    { "a circle with a way to the root", "leaf-a b-by-a a-by-b b-by-root", .says = "trusted 0,2,3,A" },
    { "one of the circle is an anchor", "leaf-a a-by-b b-by-a", "a-by-b", .says = "trusted 0,A" },

    /* what an issuer must be */
    { "without basicConstraints", "leaf inter-no-bc", .says = "anchored 0,1,A: basic-constraints@1" },
    { "that say it is none", "leaf inter-not-ca", .says = "anchored 0,1,A: basic-constraints@1" },
    { "broken basicConstraints", "leaf inter-broken-bc",
      .says = "anchored 0,1,A: basic-constraints@1 malformed-extension@1" },
    { "none, and the right one", "leaf inter-not-ca inter", .says = "trusted 0,2,A" },
    { "an end certificate as an issuer", "leaf leaf-by-root", .says = "missing-issuer 0" },
    { "version 1", "leaf inter-v1", .says = "anchored 0,1,A: basic-constraints@1" },
    { "a root of version 1", "leaf inter", "root-v1", .says = "trusted 0,1,A" },
    { "a root of version 1 that is not known", "leaf inter root-v1", "other-root",
      .says = "unknown-root 0,1,2" },
    { "without keyCertSign", "leaf inter-no-cert-sign", .says = "anchored 0,1,A: key-usage-cert-sign@1" },
    { "without keyUsage", "leaf inter-no-ku", .says = "trusted 0,1,A" },
    { "without key identifiers", "leaf inter-no-ids", .says = "trusted 0,1,A" },

    /* path length (4.2.1.9, 6.1.4) */
    { "length 0, kept", "leaf-pl pl0", .says = "trusted 0,1,A" },
    { "length 0, not kept", "leaf-sub sub pl0", .says = "anchored 0,1,2,A: path-length@2" },
    { "length 0, self-issued ones do not count", "leaf-pl-self pl-self pl0", .says = "trusted 0,1,2,A" },
    { "length 1, kept", "leaf-sub sub pl1", .says = "trusted 0,1,2,A" },
    { "length 1 when there are both", "leaf-sub sub pl0 pl1", .says = "trusted 0,1,3,A" },
    { "length 0 of the anchor", "leaf inter", "root-pl0", .says = "anchored 0,1,A: path-length@2" },
    { "length 0 of the anchor, kept", "leaf-by-root", "root-pl0", .says = "trusted 0,A" },
    { "more intermediates than asked for", "leaf inter", .max = "0", .says = "too-long 0,1,A" },
    { "as many as asked for", "leaf inter", .max = "1", .says = "trusted 0,1,A" },
    { "self-issued ones do not count", "leaf-pl-self pl-self pl0", .max = "1", .says = "trusted 0,1,2,A" },
    { "none, none asked for", "leaf-by-root", .max = "0", .says = "trusted 0,A" },
    { "a shorter way is there", "leaf inter root-by-other", "other-root root", .max = "1",
      .says = "trusted 0,1,A" },
    { "a shorter way is not there", "leaf inter root-by-other", "other-root", .max = "1",
      .says = "too-long 0,1,2,A" },

    /* purpose (4.2.1.12) and key usage (4.2.1.3) */
    { "a client's certificate", "leaf-client inter", .says = "anchored 0,1,A: purpose@0" },
    { "a client's certificate for a client", "leaf-client inter", .purpose = HL_X509_CLIENT_AUTH,
      .says = "trusted 0,1,A" },
    { "a server's certificate for a client", "leaf inter", .purpose = HL_X509_CLIENT_AUTH,
      .says = "anchored 0,1,A: purpose@0" },
    { "no purpose", "leaf-no-eku inter", .says = "trusted 0,1,A" },
    { "any purpose", "leaf-any-eku inter", .says = "trusted 0,1,A" },
    { "an issuer for clients only", "leaf inter-eku-client", .says = "anchored 0,1,A: purpose@1" },
    { "an issuer for servers", "leaf inter-eku-server", .says = "trusted 0,1,A" },
    { "an issuer for any purpose", "leaf inter-eku-any", .says = "trusted 0,1,A" },
    { "no key exchange and no signature", "leaf-no-use inter", .says = "anchored 0,1,A: key-usage@0" },

    /* names (4.2.1.10) */
    { "a permitted name", "leaf inter-nc-permitted", .says = "trusted 0,1,A" },
    { "not a permitted name", "leaf inter-nc-other", .says = "anchored 0,1,A: name-constraints@0" },
    { "an excluded name", "leaf inter-nc-excluded", .says = "anchored 0,1,A: name-constraints@0" },
    { "constraints that are not critical hold as well", "leaf inter-nc-not-critical",
      .says = "trusted 0,1,A" },
    { "no name to constrain", "leaf-no-san inter-nc-other", .says = "trusted 0,1,A" },
    { "a permitted name, constructed", "leaf-constructed inter-nc-permitted",
      .says = "anchored 0,1,A: name-constraints@0" },
    { "an excluded name, constructed", "leaf-constructed inter-nc-excluded",
      .says = "anchored 0,1,A: name-constraints@0" },
    { "another name, constructed", "leaf-constructed inter-nc-other",
      .says = "anchored 0,1,A: name-constraints@0" },

    /* extensions (4.2) */
    { "critical and unknown", "leaf-critical inter", .says = "anchored 0,1,A: unknown-critical-extension@0" },
    { "critical and unknown in an issuer", "leaf inter-critical",
      .says = "anchored 0,1,A: unknown-critical-extension@1" },
    { "critical and only known by name", "leaf inter-critical-known",
      .says = "anchored 0,1,A: unknown-critical-extension@1" },
    { "unknown", "leaf-unknown inter", .says = "trusted 0,1,A" },
    { "a precertificate", "leaf-poison inter", .says = "anchored 0,1,A: unknown-critical-extension@0" },
    { "a precertificate's extension, not critical", "leaf-poison-not-critical inter",
      .says = "trusted 0,1,A" },
    { "there twice", "leaf inter-duplicate", .says = "anchored 0,1,A: duplicate-extension@1" },
    { "more in it than an extension has", "leaf inter-trailing",
      .says = "anchored 0,1,A: malformed-extension@1" },
    { "a list that is broken", "leaf inter-broken-list", .says = "anchored 0,1,A: malformed-extension@1" },
    { "broken, but only informational", "leaf-aia-broken inter", .says = "trusted 0,1,A" },
    { "a leaf of version 1", "leaf-v1 inter", .says = "trusted 0,1,A" },
    { "without names", "leaf-no-san inter", .says = "trusted 0,1,A" },

    /* signatures */
    { "SHA-1", "leaf-sha1 inter", .says = "anchored 0,1,A: weak-signature@0" },
    { "inside another algorithm than outside", "leaf-mismatch inter",
      .says = "anchored 0,1,A: signature-algorithm-mismatch@0" },
    { "a weak key", "leaf-weak inter", .says = "anchored 0,1,A: weak-key@0" },
    { "a weak key of an issuer", "leaf-by-weak inter-weak", .says = "anchored 0,1,A: weak-key@1" },
    { "an algorithm that is unknown", "leaf-unknown-algorithm inter",
      .says = "anchored 0,1,A: signature@0, doubtful" },
    { "unknown, and expired", "leaf-unknown-algorithm inter-expired",
      .says = "anchored 0,1,A: signature@0 expired@1" },
    { "forged", "leaf-forged inter", .says = "anchored 0,1,A: signature@0" },
    { "forged, by the issuer's namesake", "leaf-forged inter inter-same-name", .says = "trusted 0,2,A" },
    { "the issuer's namesake", "leaf inter-same-name", .says = "anchored 0,1,A: signature@0" },
    { "the issuer's namesake, and the issuer", "leaf inter-same-name inter", .says = "trusted 0,2,A" },
    { "the issuer's namesake, and the issuer is known", "leaf inter-same-name", .intermediates = "inter",
      .says = "trusted 0,I,A" },
    { "from an impostor of the anchor", "leaf-by-impostor impostor", .says = "anchored 0,1,A: signature@1" },
    { "from one that signs itself", "leaf-by-impostor impostor-signed", .says = "unknown-root 0,1" },
    { "from one that is not sent", "leaf-by-impostor", .says = "anchored 0,A: signature@0" },
    { "the impostor itself", "impostor", .says = "anchored 0,A: signature@0" },
    { "the impostor that signs itself", "impostor-signed", .says = "self-signed 0" },
    { "the impostor between", "leaf inter impostor", .says = "trusted 0,1,A" },

    /* revocation */
    { "not on the list", "leaf inter", .crls = "crl-good", .says = "trusted 0,1,A" },
    { "a list of nothing", "leaf inter", .crls = "crl-empty", .says = "trusted 0,1,A" },
    { "revoked", "leaf inter", .crls = "crl-revoked", .says = "anchored 0,1,A: revoked@0" },
    { "revoked on one of two", "leaf inter", .crls = "crl-good crl-revoked",
      .says = "anchored 0,1,A: revoked@0" },
    { "revoked on the other of two", "leaf inter", .crls = "crl-revoked crl-good",
      .says = "anchored 0,1,A: revoked@0" },
    { "a list that has expired", "leaf inter", .crls = "crl-expired", .says = "trusted 0,1,A" },
    { "a list of the future", "leaf inter", .crls = "crl-future", .says = "trusted 0,1,A" },
    { "a list of this year", "leaf inter", .crls = "crl-2026", .says = "anchored 0,1,A: revoked@0" },
    { "a list from somebody else", "leaf inter", .crls = "crl-forged", .says = "trusted 0,1,A" },
    { "one from somebody else and the right one", "leaf inter", .crls = "crl-revoked crl-forged",
      .says = "anchored 0,1,A: revoked@0" },
    { "a list with something unknown", "leaf inter", .crls = "crl-partial", .says = "trusted 0,1,A" },
    { "a list about CAs", "leaf inter", .crls = "crl-for-cas", .says = "trusted 0,1,A" },
    { "from an issuer that may not sign lists", "leaf-by-root", .crls = "crl-revoked",
      .says = "trusted 0,A" },
    { "a list that has expired, in the strict profile", "leaf inter", .crls = "crl-expired",
      .profile = STRICT, .says = "anchored 0,1,A: crl-unusable@0" },
    { "a forged list, in the strict profile", "leaf inter", .crls = "crl-forged", .profile = STRICT,
      .says = "anchored 0,1,A: crl-unusable@0" },

    /* budgets */
    { "60 CAs with one name", "leaf-many-lost many", .says = "missing-issuer 0,1: signature@0, over budget" },
    { "60 CAs with one name and cheap keys", "leaf-many-lost edmany",
      .says = "anchored 0,1,A: signature@0, over budget" },
    { "one of 60, but not among the first", "leaf-many edmany",
      .says = "anchored 0,1,A: signature@0, over budget" },

    /* the usual chain keeps everybody's rules */
    { "the usual chain, strictly", "leaf inter", .profile = STRICT, .says = "trusted 0,1,A" },
    { "the usual chain, in the web", "leaf inter", .profile = WEBPKI, .says = "trusted 0,1,A" },
};

static void test_rows(void **state)
{
    unsigned wrong = 0;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        wrong += !check_row(&rows[i]);
    assert_int_equal(wrong, 0);
}

/* --- who refuses what ----------------------------------------------------------- */

/* One problem of one certificate: refused in these profiles, remarked in the others. */
static const struct profile_row {
    const char *sent;
    enum path_check check;
    unsigned at;
    unsigned refuse; /* enum trust_profile */
} profile_rows[] = {
    { "leaf-expired inter", PATH_CHECK_EXPIRED, 0, CLIENT | STRICT | WEBPKI },
    { "leaf-critical inter", PATH_CHECK_CRITICAL, 0, CLIENT | STRICT | WEBPKI },
    { "leaf-sha1 inter", PATH_CHECK_WEAK_SIGNATURE, 0, CLIENT | STRICT | WEBPKI },
    { "leaf-client inter", PATH_CHECK_PURPOSE, 0, CLIENT | STRICT | WEBPKI },
    { "leaf inter-no-bc", PATH_CHECK_BASIC_CONSTRAINTS, 1, CLIENT | STRICT | WEBPKI },
    { "leaf inter-nc-other", PATH_CHECK_NAME_CONSTRAINTS, 0, CLIENT | STRICT | WEBPKI },
    { "leaf inter-duplicate", PATH_CHECK_DUPLICATE, 1, CLIENT | STRICT | WEBPKI },
    { "leaf-aia-broken inter", PATH_CHECK_MALFORMED_OTHER, 0, STRICT | WEBPKI },
    { "leaf-bad-san inter", PATH_CHECK_ALT_NAMES, 0, STRICT | WEBPKI },
    { "leaf inter-bc-not-critical", PATH_CHECK_CRITICALITY, 1, STRICT | WEBPKI },
    { "leaf inter-nc-not-critical", PATH_CHECK_NAME_CONSTRAINTS_CRITICAL, 1, STRICT },
    { "leaf inter-no-ids", PATH_CHECK_SUBJECT_KEY_ID, 1, STRICT | WEBPKI },
    { "leaf inter-no-ids", PATH_CHECK_AUTHORITY_KEY_ID, 1, STRICT | WEBPKI },
    { "leaf-no-san inter", PATH_CHECK_WEBPKI_NAMES, 0, WEBPKI },
    { "leaf-no-eku inter", PATH_CHECK_WEBPKI_PURPOSE, 0, WEBPKI },
    { "leaf-any-eku inter", PATH_CHECK_WEBPKI_PURPOSE, 0, WEBPKI },
    { "leaf-ca inter", PATH_CHECK_WEBPKI_CA_AS_LEAF, 0, WEBPKI },
    { "leaf-v1 inter", PATH_CHECK_WEBPKI_VERSION, 0, WEBPKI },
    { "leaf-weak inter", PATH_CHECK_WEBPKI_KEY, 0, WEBPKI },
    { "edinter", PATH_CHECK_WEBPKI_KEY, 0, WEBPKI },
    { "leaf-sha1 inter", PATH_CHECK_WEBPKI_SIGNATURE, 0, WEBPKI },
};

static void check_profile(const struct profile_row *row, enum trust_profile profile)
{
    const struct row chain = { "", row->sent, .profile = profile, .says = "" };
    const struct path_problem *found = NULL;
    struct path_verdict verdict;
    struct bench bench;

    bench_init(&bench, &chain);
    judge(&bench, NULL, bench.request.at, &verdict);
    for (unsigned i = 0; i < verdict.best.problem_count; i++) {
        if (verdict.best.problems[i].check == row->check && verdict.best.problems[i].at == row->at)
            found = &verdict.best.problems[i];
    }
    if (found == NULL)
        fail_msg("%s: %s is not found", row->sent, path_check_name(row->check));
    if (found->refuses != ((row->refuse & profile) != 0))
        fail_msg("%s: %s in profile %d", row->sent, path_check_name(row->check), (int)profile);
    assert_true(!found->refuses || !verdict.trusted);
    assert_true(path_check_section(row->check)[0] != '\0');
    bench_cleanup(&bench);
}

static void test_profiles(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof profile_rows / sizeof profile_rows[0]; i++) {
        check_profile(&profile_rows[i], CLIENT);
        check_profile(&profile_rows[i], STRICT);
        check_profile(&profile_rows[i], WEBPKI);
    }
}

/* Every check has a name and a place where it is written, and no name comes twice. */
static void test_check_names(void **state)
{
    (void)state;
    for (unsigned a = 1; a < PATH_CHECK_COUNT; a++) {
        assert_true(path_check_name((enum path_check)a)[0] != '\0');
        assert_true(path_check_section((enum path_check)a)[0] != '\0');
        for (unsigned b = 1; b < a; b++)
            assert_string_not_equal(path_check_name((enum path_check)a), path_check_name((enum path_check)b));
    }
    assert_string_equal(path_check_section(PATH_CHECK_NONE), "");
}

/* --- windows --------------------------------------------------------------------- */

static const struct window_row {
    const char *sent, *crls, *at, *from, *until;
} window_rows[] = {
    { "leaf inter", NULL, "2026-07-01", "2000-01-01", "2100-01-01" },
    { "leaf-2030 inter", NULL, "2030-07-01", "2030-01-01", "2030-12-31 23:59:59" },
    { "leaf-2030 inter", NULL, "2026-07-01", "2000-01-01", "2029-12-31 23:59:59" },
    { "leaf-2030 inter", NULL, "2050-07-01", "2031-01-01", "2100-01-01" },
    { "leaf-2030 inter-2029", NULL, "2030-03-01", "2030-01-01", "2030-06-30 23:59:59" },
    { "leaf-2030 inter-2029", NULL, "2029-08-01", "2029-07-01", "2029-12-31 23:59:59" },
    /* the twin that is not taken may change the way */
    { "leaf inter-future inter", NULL, "2026-07-01", "2000-01-01", "2089-12-31 23:59:59" },
    { "leaf inter-expired inter", NULL, "2026-07-01", "2010-01-01 00:00:01", "2100-01-01" },
    { "leaf inter", "crl-2026", "2026-07-01", "2026-01-01", "2026-12-31 23:59:59" },
    { "leaf inter", "crl-2026", "2027-07-01", "2027-01-01", "2100-01-01" },
    { "leaf inter", "crl-future", "2026-07-01", "2000-01-01", "2089-12-31 23:59:59" },
};

static void test_windows(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof window_rows / sizeof window_rows[0]; i++) {
        const struct window_row *w = &window_rows[i];
        const struct row row = { w->sent, w->sent, .crls = w->crls, .at = w->at, .says = "" };
        struct path_verdict verdict;
        struct bench bench;

        bench_init(&bench, &row);
        judge(&bench, NULL, bench.request.at, &verdict);
        if (verdict.from != moment(w->from) || verdict.until != moment(w->until))
            fail_msg("%s at %s: from %lld until %lld", w->sent, w->at, (long long)verdict.from,
                     (long long)verdict.until);
        bench_cleanup(&bench);
    }
}

/* --- the rest --------------------------------------------------------------------- */

/* What was tried besides the best path is told. */
static void test_others(void **state)
{
    const struct row row = { "", "leaf inter-expired inter-no-bc", .says = "" };
    struct path_verdict verdict;
    struct bench bench;

    (void)state;
    bench_init(&bench, &row);
    judge(&bench, NULL, bench.request.at, &verdict);
    assert_false(verdict.trusted);
    assert_int_equal(verdict.paths, 2);
    assert_int_equal(verdict.other_count, 1);
    assert_int_equal(verdict.others[0].end, PATH_ANCHORED);
    assert_int_equal(verdict.others[0].at, 1);
    assert_true(span_equal(verdict.others[0].subject, span_of("CN=Inter")));
    assert_true(verdict.others[0].check == PATH_CHECK_BASIC_CONSTRAINTS
                || verdict.others[0].check == PATH_CHECK_EXPIRED);
    assert_int_not_equal(verdict.others[0].check, verdict.best.problems[0].check);
    bench_cleanup(&bench);
}

/* The same bytes are kept once; a certificate is not one because of its subject. */
static void test_store(void **state)
{
    const struct row row = { "", "root impostor impostor-signed root-expired leaf", .says = "" };
    struct bench bench;
    uint32_t cursor = 0;

    (void)state;
    bench_init(&bench, &row);
    assert_int_equal(store_add(&bench.trust.anchors, bench.sent[0]->der), STORE_KNOWN);
    assert_true(store_has(&bench.trust.anchors, bench.sent[0]));
    for (unsigned i = 1; i < bench.request.count; i++)
        assert_false(store_has(&bench.trust.anchors, bench.sent[i]));
    assert_int_equal(store_add(&bench.trust.anchors, bench.sent[3]->der), STORE_ADDED);
    assert_int_equal(bench.trust.anchors.count, 2);
    unsigned found = 0;
    while (store_next(&bench.trust.anchors, bench.sent[0]->x509.subject.der, &cursor) != NULL)
        found++;
    assert_int_equal(found, 2);
    cursor = 0;
    assert_null(store_next(&bench.trust.anchors, bench.sent[4]->x509.subject.der, &cursor));
    assert_int_equal(store_add(&bench.trust.anchors, (struct hl_span){ bench.sent[0]->der.ptr, 40 }),
                     STORE_UNREADABLE);
    assert_int_equal(store_add(&bench.trust.anchors, (struct hl_span){ NULL, 0 }), STORE_UNREADABLE);
    bench_cleanup(&bench);
}

/* A store that grows keeps finding what was in it. */
static void test_store_grows(void **state)
{
    const struct row row = { "", "leaf", .intermediates = "many edmany", .says = "" };
    struct bench bench;

    (void)state;
    bench_init(&bench, &row);
    for (unsigned round = 0; round < 4;
         round++) { /* other bytes each time: the last byte is of the signature */
        for (uint32_t i = 0, n = 120; i < n; i++) {
            struct hl_span der = bench.trust.intermediates.entries[i].certificate->der;
            uint8_t *copy = malloc(der.len);
            memcpy(copy, der.ptr, der.len);
            copy[der.len - 1] ^= (uint8_t)(round + 1);
            assert_int_equal(store_add(&bench.trust.intermediates, (struct hl_span){ copy, der.len }),
                             STORE_ADDED);
            free(copy);
        }
    }
    assert_int_equal(bench.trust.intermediates.count, 600);
    uint32_t cursor = 0, found = 0;
    struct hl_span name = bench.trust.intermediates.entries[0].certificate->x509.subject.der;
    while (store_next(&bench.trust.intermediates, name, &cursor) != NULL)
        found++;
    assert_int_equal(found, 600);
    bench_cleanup(&bench);
}

/* Any one bit of a chain changed: never trusted (but for those of the anchor that was sent, of no use). */
static void test_any_bit(void **state)
{
    const struct row row = { "", "leaf inter", .says = "" };
    struct path_verdict verdict;
    struct bench bench;

    (void)state;
    bench_init(&bench, &row);
    for (unsigned which = 0; which < 2; which++) {
        struct hl_certificate *good = bench.sent[which];
        for (size_t at = 0; at < good->der.len; at += 3) {
            uint8_t *copy = malloc(good->der.len);
            memcpy(copy, good->der.ptr, good->der.len);
            copy[at] ^= (uint8_t)(1u << at % 8);
            struct hl_certificate *bad = certificate_new((struct hl_span){ copy, good->der.len });
            ((const struct hl_certificate **)bench.request.sent)[which] = bad;
            path_judge(&bench.trust, NULL, &bench.request, &verdict);
            if (verdict.trusted)
                fail_msg("certificate %u with byte %zu changed is trusted", which, at);
            ((const struct hl_certificate **)bench.request.sent)[which] = good;
            certificate_free(bad);
            free(copy);
        }
    }
    bench_cleanup(&bench);
}

/* Each prefix of each certificate: never trusted, and nothing is read beyond. */
static void test_prefixes(void **state)
{
    const struct row row = { "", "leaf inter", .says = "" };
    struct path_verdict verdict;
    struct bench bench;

    (void)state;
    bench_init(&bench, &row);
    for (unsigned which = 0; which < 2; which++) {
        struct hl_certificate *good = bench.sent[which];
        for (size_t cut = 0; cut < good->der.len; cut += cut < 80 ? 1 : 7) {
            struct hl_certificate *part = certificate_new((struct hl_span){ good->der.ptr, cut });
            ((const struct hl_certificate **)bench.request.sent)[which] = part;
            path_judge(&bench.trust, NULL, &bench.request, &verdict);
            if (verdict.trusted)
                fail_msg("certificate %u cut at %zu is trusted", which, cut);
            ((const struct hl_certificate **)bench.request.sent)[which] = good;
            certificate_free(part);
        }
    }
    bench_cleanup(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),        cmocka_unit_test(test_profiles),
        cmocka_unit_test(test_check_names), cmocka_unit_test(test_windows),
        cmocka_unit_test(test_others),      cmocka_unit_test(test_store),
        cmocka_unit_test(test_store_grows), cmocka_unit_test(test_any_bit),
        cmocka_unit_test(test_prefixes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
