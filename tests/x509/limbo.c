/* Runs the cases of a limbo.json (C2SP/x509-limbo) through the chain builder.
 *
 *     limbo [limbo.json [KNOWN]]
 *
 * Without arguments: the file that HANDLENS_LIMBO names, or the one beside the project;
 * where there is none, the test is skipped (77).
 *
 * Prints, by category: correct, wrongly accepted, wrongly refused, not run; then each
 * wrong case with what was found; then the slowest cases. KNOWN lists cases that are
 * decided differently on purpose, "ID: reason" a line. Fails when less than 97 % are
 * correct, or a case is wrong that KNOWN does not have. */
#include "crypto/host_name.h"
#include "crypto/path.h"
#include "base/text.h"
#include "x509/pem.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { CATEGORIES_MAX = 64, SLOW_MAX = 5, CERTIFICATES_MAX = 256 };

struct category {
    char name[48];
    unsigned correct, accepted, refused, skipped;
};

struct run {
    struct category categories[CATEGORIES_MAX];
    unsigned category_count;
    unsigned cases, correct, unknown_wrong;
    char *known; /* the file's text, with a newline in front */
    unsigned known_used;
    struct {
        double ms;
        char id[128];
    } slow[SLOW_MAX];
};

static const char *text_of(const cJSON *object, const char *key)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);

    return cJSON_IsString(item) ? item->valuestring : "";
}

static char *read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    size_t length = 0, room = (size_t)64 << 20;
    char *text = malloc(room);

    if (file == NULL || text == NULL) {
        perror(path);
        exit(2);
    }
    text[length++] = '\n';
    length += fread(text + length, 1, room - length - 1, file);
    text[length] = '\0';
    fclose(file);
    return text;
}

/* --- one case ---------------------------------------------------------------- */

struct one_case {
    const cJSON *json;
    struct hl_trust trust;
    struct hl_certificate *sent[CERTIFICATES_MAX];
    unsigned sent_count;
    const char *unreadable;
};

static bool decode(const char *pem, struct hl_buffer *der)
{
    struct hl_span rest = span_of(pem), label;

    return pem_next(&rest, der, &label) && der->len > 0;
}

static void add_sent(struct one_case *c, const char *pem)
{
    struct hl_buffer der;

    buf_init(&der, (size_t)4 << 20);
    if (c->sent_count < CERTIFICATES_MAX && decode(pem, &der)) {
        c->sent[c->sent_count] = certificate_new(buf_view(&der));
        c->sent_count += c->sent[c->sent_count] != NULL;
    } else {
        c->unreadable = "a certificate cannot be read";
    }
    buf_cleanup(&der);
}

static void case_init(struct one_case *c, const cJSON *json, enum trust_profile profile)
{
    const cJSON *item;
    struct hl_buffer der;

    *c = (struct one_case){ .json = json };
    trust_init(&c->trust);
    c->trust.profile = profile;
    buf_init(&der, (size_t)4 << 20);
    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(json, "trusted_certs")) {
        if (!decode(item->valuestring, &der) || store_add(&c->trust.anchors, buf_view(&der)) == STORE_UNREADABLE)
            c->unreadable = "a trusted certificate cannot be read";
    }
    c->trust.has_anchors = c->trust.anchors.count > 0;
    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(json, "crls")) {
        if (!decode(item->valuestring, &der) || !crl_set_add(&c->trust.crls, buf_view(&der)))
            c->unreadable = "a CRL cannot be read";
    }
    buf_cleanup(&der);
    add_sent(c, text_of(json, "peer_certificate"));
    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(json, "untrusted_intermediates"))
        add_sent(c, item->valuestring);
}

static void case_cleanup(struct one_case *c)
{
    for (unsigned i = 0; i < c->sent_count; i++)
        certificate_free(c->sent[i]);
    trust_cleanup(&c->trust);
}

/* 2024-04-01T00:00:00.005+00:00 or ...Z */
static int64_t time_of(const char *text)
{
    struct tm tm = { .tm_isdst = 0 };

    if (text[0] == '\0')
        return (int64_t)time(NULL);
    if (sscanf(text, "%d-%d-%dT%d:%d:%d", &tm.tm_year, &tm.tm_mon, &tm.tm_mday, &tm.tm_hour, &tm.tm_min, &tm.tm_sec) != 6)
        return -1;
    tm.tm_year -= 1900;
    tm.tm_mon -= 1;
    return (int64_t)timegm(&tm);
}

static bool has_mailbox(const struct hl_x509 *cert, const char *mailbox)
{
    struct hl_span name;

    for (uint32_t i = 0; x509_next_name(&cert->san, HL_X509_EMAIL, &i, &name);) {
        if (span_equal(name, span_of(mailbox)))
            return true;
    }
    return false;
}

static bool name_matches(const struct hl_x509 *cert, const cJSON *name)
{
    const char *kind = text_of(name, "kind"), *value = text_of(name, "value");

    if (strcmp(kind, "RFC822") == 0)
        return has_mailbox(cert, value);
    const struct host_name host = host_name_of(span_of(value));
    return host_name_match(&host, cert, NULL) == HOST_MATCHES;
}

static bool names_match(const struct one_case *c)
{
    const struct hl_x509 *leaf = &c->sent[0]->x509;
    const cJSON *name = cJSON_GetObjectItemCaseSensitive(c->json, "expected_peer_name");

    if (cJSON_IsObject(name) && !name_matches(leaf, name))
        return false;
    cJSON_ArrayForEach(name, cJSON_GetObjectItemCaseSensitive(c->json, "expected_peer_names")) {
        if (!name_matches(leaf, name))
            return false;
    }
    return true;
}

/* Accepted? `why` says what was found. */
static bool judge(struct one_case *c, char why[160])
{
    const cJSON *depth = cJSON_GetObjectItemCaseSensitive(c->json, "max_chain_depth");
    const struct path_request request = {
        .sent = (const struct hl_certificate *const *)c->sent,
        .count = c->sent_count,
        .at = time_of(text_of(c->json, "validation_time")),
        .purpose = strcmp(text_of(c->json, "validation_kind"), "CLIENT") == 0 ? HL_X509_CLIENT_AUTH
                                                                              : HL_X509_SERVER_AUTH,
        .intermediates_max = cJSON_IsNumber(depth) ? depth->valueint : -1,
    };
    struct path_verdict verdict;

    if (c->unreadable != NULL || c->sent_count == 0) {
        snprintf(why, 160, "%s", c->unreadable != NULL ? c->unreadable : "no certificate");
        return false;
    }
    path_judge(&c->trust, NULL, &request, &verdict);
    const struct path_problem *first = verdict.best.refusing > 0 ? &verdict.best.problems[0] : NULL;
    snprintf(why, 160, "%s, end %d, %u certificates, %s at %u (%s)%s", verdict.trusted ? "trusted" : "not trusted",
             (int)verdict.best.end, verdict.best.length, first != NULL ? path_check_name(first->check) : "nothing",
             first != NULL ? first->at : 0, first != NULL && first->note != NULL ? first->note : "",
             verdict.over_budget ? ", over budget" : "");
    if (!verdict.trusted)
        return false;
    bool named = names_match(c);
    if (!named)
        snprintf(why, 160, "another name");
    return named;
}

/* --- all cases --------------------------------------------------------------- */

/* "rfc5280::nc::permitted-dns-match" is of "rfc5280::nc"; "pathlen::..." of "pathlen". */
static struct category *category_of(struct run *run, const char *id)
{
    const char *end = strstr(id, "::"), *next;
    struct category *category = run->categories;

    while (end != NULL && (next = strstr(end + 2, "::")) != NULL)
        end = next;
    size_t length = end != NULL ? (size_t)(end - id) : strlen(id);
    for (; category < run->categories + run->category_count; category++) {
        if (strlen(category->name) == length && memcmp(category->name, id, length) == 0)
            return category;
    }
    if (run->category_count + 1 < CATEGORIES_MAX)
        run->category_count++;
    snprintf(category->name, sizeof category->name, "%.*s", (int)length, id);
    return category;
}

static bool is_known(const struct run *run, const char *id)
{
    char line[160];

    snprintf(line, sizeof line, "\n%s: ", id);
    return run->known != NULL && strstr(run->known, line) != NULL;
}

static void note_time(struct run *run, double ms, const char *id)
{
    int at = SLOW_MAX - 1;

    if (ms <= run->slow[at].ms)
        return;
    for (; at > 0 && run->slow[at - 1].ms < ms; at--)
        run->slow[at] = run->slow[at - 1];
    run->slow[at].ms = ms;
    snprintf(run->slow[at].id, sizeof run->slow[at].id, "%s", id);
}

/* The table a case asks for: its name says so. Real sites are judged as clients do. */
static enum trust_profile profile_of(const char *id)
{
    if (strncmp(id, "webpki::", 8) == 0)
        return PROFILE_WEBPKI;
    return strncmp(id, "online::", 8) == 0 ? PROFILE_CLIENT : PROFILE_RFC5280;
}

static void run_case(struct run *run, const cJSON *json)
{
    const char *id = text_of(json, "id");
    bool expected = strcmp(text_of(json, "expected_result"), "SUCCESS") == 0;
    struct category *category = category_of(run, id);
    struct timespec begin, end;
    struct one_case c;
    char why[160] = "";

    clock_gettime(CLOCK_MONOTONIC, &begin);
    case_init(&c, json, profile_of(id));
    bool accepted = judge(&c, why);
    case_cleanup(&c);
    clock_gettime(CLOCK_MONOTONIC, &end);
    note_time(run, (double)(end.tv_sec - begin.tv_sec) * 1e3 + (double)(end.tv_nsec - begin.tv_nsec) / 1e6, id);
    run->cases++;
    if (accepted == expected) {
        category->correct++;
        run->correct++;
        if (getenv("LIMBO_VERBOSE") != NULL)
            printf("correct          %s: %s\n", id, why);
        return;
    }
    if (accepted)
        category->accepted++;
    else
        category->refused++;
    bool known = is_known(run, id);
    run->known_used += known;
    run->unknown_wrong += !known;
    printf("%s %s: %s%s\n", accepted ? "wrongly accepted" : "wrongly refused ", id, why, known ? " [known]" : "");
}

static const char *source_directory(void)
{
    const char *directory = getenv("SOURCE_DIR");

    return directory != NULL ? directory : ".";
}

static const char *usual_path(void)
{
    static char path[4096];
    const char *given = getenv("HANDLENS_LIMBO");

    if (given != NULL && given[0] != '\0')
        return given;
    snprintf(path, sizeof path, "%s/../shared/limbo/limbo-dev.json", source_directory());
    return path;
}

static const char *usual_known(void)
{
    static char path[4096];

    snprintf(path, sizeof path, "%s/tests/x509/limbo_known.txt", source_directory());
    return path;
}

int main(int argc, char **argv)
{
    struct run run = { .cases = 0 };
    const cJSON *json;

    const char *path = argc > 1 ? argv[1] : usual_path(), *known = argc > 2 ? argv[2] : usual_known();
    if (access(path, R_OK) != 0) {
        printf("skipped: no %s; HANDLENS_LIMBO names a limbo.json\n", path);
        return 77;
    }
    char *text = read_file(path);
    run.known = access(known, R_OK) == 0 ? read_file(known) : NULL;
    cJSON *document = cJSON_Parse(text);
    const cJSON *cases = cJSON_GetObjectItemCaseSensitive(document, "testcases");
    if (!cJSON_IsArray(cases)) {
        fprintf(stderr, "%s: no \"testcases\" in it\n", path);
        return 2;
    }
    cJSON_ArrayForEach(json, cases)
        run_case(&run, json);
    printf("\n%-20s %8s %8s %8s %8s\n", "category", "correct", "accepted", "refused", "not run");
    for (unsigned i = 0; i < run.category_count; i++) {
        const struct category *c = &run.categories[i];
        printf("%-20s %8u %8u %8u %8u\n", c->name, c->correct, c->accepted, c->refused, c->skipped);
    }
    for (int i = 0; i < SLOW_MAX; i++)
        printf("%s%.1f ms %s", i == 0 ? "slowest: " : ", ", run.slow[i].ms, run.slow[i].id);
    double share = run.cases > 0 ? 100.0 * run.correct / run.cases : 0;
    printf("\n%u cases, %u correct (%.1f %%), %u wrong as known\n", run.cases, run.correct, share, run.known_used);
    cJSON_Delete(document);
    free(text);
    free(run.known);
    return share >= 97 && run.unknown_wrong == 0 ? 0 : 1;
}
