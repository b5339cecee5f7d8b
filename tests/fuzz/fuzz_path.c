/* Certification paths (crypto/path.h) over certificates of any kind.
 *
 *     u8 count            low 4 bits: anchors (0 to 3), intermediates (0 to 3); high 4 bits: sent beyond the
 * first u8 year             2000 + that: when to judge { u16 length, DER } the anchors, the intermediates,
 * those sent; a last one may be cut short
 *
 * Checked: a trusted path ends at an anchor and nothing refuses; problems stand where the path is; what the
 * verdict points to is the request's or the trust's; its window has the moment in it, and says the same at
 * both ends; the order of profiles; and that the cache changes nothing.
 *
 * A mutated certificate is never signed, and a check costs more than all the rest: sig_verify() is replaced
 * (ld --wrap) by one that believes what ends in most bytes, refuses some and has some really checked. So
 * whatever has the right names can be a path. */
#include "crypto/host_name.h"
#include "crypto/path.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SENT_MAX = 16 };

enum sig_result __real_sig_verify(const struct hl_x509_key *key, const struct sig_algorithm *algorithm,
                                  const struct hl_span *parts, size_t count, struct hl_span signature,
                                  const char **why);
enum sig_result __wrap_sig_verify(const struct hl_x509_key *key, const struct sig_algorithm *algorithm,
                                  const struct hl_span *parts, size_t count, struct hl_span signature,
                                  const char **why);

enum sig_result __wrap_sig_verify(const struct hl_x509_key *key, const struct sig_algorithm *algorithm,
                                  const struct hl_span *parts, size_t count, struct hl_span signature,
                                  const char **why)
{
    unsigned last = signature.len > 0 ? signature.ptr[signature.len - 1] : 0;

    if (last % 16 == 0)
        return __real_sig_verify(key, algorithm, parts, count, signature, why);
    if (why != NULL)
        *why = "";
    return last % 16 == 1 ? SIG_WRONG : last % 16 == 2 ? SIG_UNSUPPORTED : SIG_VERIFIED;
}

static const struct hl_certificate *of_store(const struct cert_store *store,
                                             const struct hl_certificate *wanted)
{
    for (uint32_t i = 0; i < store->count; i++) {
        if (store->entries[i].certificate == wanted)
            return wanted;
    }
    return NULL;
}

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void check_path_of(const struct hl_trust *trust, const struct path_request *request,
                          const struct path *path)
{
    must(path->length >= 1 && path->length <= HL_PATH_MAX);
    must(path->list[0] == request->sent[0] && path->from[0] == 0);
    for (unsigned i = 0; i < path->length; i++) {
        if (path->from[i] >= 0)
            must((unsigned)path->from[i] < request->count && path->list[i] == request->sent[path->from[i]]);
        else
            must(of_store(path->from[i] == PATH_FROM_ANCHORS ? &trust->anchors : &trust->intermediates,
                          path->list[i])
                 != NULL);
    }
    must(path->problem_count <= HL_PATH_PROBLEMS_MAX);
    must(path->refusing <= path->problem_count + path->problems_dropped);
    for (unsigned i = 0; i < path->problem_count; i++) {
        must(path->problems[i].at < path->length && path->problems[i].by < path->length);
        must(path->problems[i].check > PATH_CHECK_NONE && path->problems[i].check < PATH_CHECK_COUNT);
        must(path->problems[i].refuses == (i < path->refusing));
    }
}

static void check_verdict(const struct hl_trust *trust, const struct path_request *request,
                          const struct path_verdict *v)
{
    check_path_of(trust, request, &v->best);
    if (v->trusted)
        must(v->best.end == PATH_ANCHORED && v->best.refusing == 0 && !v->doubtful
             && store_has(&trust->anchors, v->best.list[v->best.length - 1]));
    must(v->paths >= 1 && v->paths <= HL_PATHS_MAX && v->other_count < v->paths
         && v->other_count <= PATH_OTHERS_MAX);
    must(v->signatures <= HL_PATH_SIGNATURES_MAX + 1);
    for (unsigned i = 0; i < v->other_count; i++)
        must(v->others[i].at < v->others[i].length && v->others[i].length <= HL_PATH_MAX);
    must(v->from <= request->at && request->at <= v->until);
}

static void judge(struct hl_trust *trust, struct signature_cache *cache, const struct path_request *request,
                  enum trust_profile profile, struct path_verdict *out)
{
    struct path_request edge = *request;
    struct path_verdict there;

    trust->profile = profile;
    path_judge(trust, cache, request, out);
    check_verdict(trust, request, out);
    for (unsigned i = 0; i < 2; i++) {
        edge.at = i == 0 ? out->from : out->until;
        if (edge.at == INT64_MIN || edge.at == INT64_MAX)
            continue;
        path_judge(trust, cache, &edge, &there);
        check_verdict(trust, &edge, &there);
        must(there.trusted == out->trusted && there.best.end == out->best.end
             && there.best.length == out->best.length && there.best.refusing == out->best.refusing
             && there.from == out->from && there.until == out->until);
    }
}

static void judge_all(struct hl_trust *trust, const struct path_request *request)
{
    struct path_verdict client, strict, webpki, uncached;
    struct signature_cache cache;

    signature_cache_init(&cache);
    judge(trust, &cache, request, PROFILE_CLIENT, &client);
    judge(trust, &cache, request, PROFILE_RFC5280, &strict);
    judge(trust, &cache, request, PROFILE_WEBPKI, &webpki);
    must(client.trusted || !strict.trusted
         || client.over_budget); /* the others ask for more, never for less */
    must(client.trusted || !webpki.trusted || client.over_budget);
    trust->profile = PROFILE_CLIENT;
    path_judge(trust, NULL, request, &uncached);
    must(uncached.trusted == client.trusted && uncached.best.length == client.best.length
         && uncached.best.refusing == client.best.refusing && uncached.signatures == client.signatures);
    signature_cache_cleanup(&cache);
}

static unsigned take_byte(struct hl_span *rest)
{
    unsigned byte = rest->len > 0 ? rest->ptr[0] : 0;

    if (rest->len > 0)
        *rest = (struct hl_span){ rest->ptr + 1, rest->len - 1 };
    return byte;
}

static struct hl_span take_der(struct hl_span *rest)
{
    size_t length = (size_t)take_byte(rest) << 8;
    length |= take_byte(rest);
    struct hl_span der = { rest->ptr, length < rest->len ? length : rest->len };

    *rest = (struct hl_span){ rest->ptr + der.len, rest->len - der.len };
    return der;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct hl_certificate *sent[SENT_MAX];
    struct hl_span rest = { data, size };
    struct hl_trust trust;

    if (size < 4)
        return 0;
    unsigned counts = take_byte(&rest), year = take_byte(&rest);
    struct path_request request = { .sent = sent, .purpose = HL_X509_SERVER_AUTH, .intermediates_max = -1 };
    request.at = 946684800 + (int64_t)year * 31557600; /* 2000 to 2255 */
    trust_init(&trust);
    for (unsigned i = 0; i < (counts & 3); i++)
        (void)store_add(&trust.anchors, take_der(&rest));
    for (unsigned i = 0; i < (counts >> 2 & 3); i++)
        (void)store_add(&trust.intermediates, take_der(&rest));
    trust.has_anchors = trust.anchors.count > 0;
    for (unsigned i = 0; i <= counts >> 4; i++) {
        sent[request.count] = certificate_new(take_der(&rest));
        request.count += sent[request.count] != NULL;
    }
    if (rest.len > 0)
        (void)crl_set_add(&trust.crls, rest);
    if (request.count > 0)
        judge_all(&trust, &request);
    for (unsigned i = 0; i < request.count; i++)
        certificate_free((struct hl_certificate *)sent[i]);
    trust_cleanup(&trust);
    return 0;
}
