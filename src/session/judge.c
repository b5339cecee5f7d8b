#include "session/judge.h"

#include "registry/registry.h"
#include "session/conclude.h"
#include "wire/certificate.h"
#include "wire/key_exchange.h"
#include "wire/message.h"
#include "wire/record.h"
#include "wire/version.h"
#include "x509/sct.h"

#include <string.h>

enum { HELLO_REQUEST = 0, CERTIFICATE = 11, SERVER_KEY_EXCHANGE = 12, CERTIFICATE_VERIFY = 15, CERTIFICATE_STATUS = 22 };
enum { EXT_STATUS_REQUEST = 5, EXT_STATUS_REQUEST_V2 = 17, EXT_SIGNED_CERTIFICATE_TIMESTAMP = 18 };
enum { STATUS_OCSP = 1, STATUS_OCSP_MULTI = 2 };
enum { RANDOM_LENGTH = 32 };

/* Responses of one handshake that are decoded; a chain has one for each certificate at the most. */
#define STAPLES_MAX 8u
/* Timestamps beside the certificate that are checked. */
#define SCTS_MAX 8u

struct judging {
    struct hl_handshake *hs;
    struct hl_sessions *sessions;
    const struct hl_trust *trust;
    struct hl_arena *arena;
    int64_t at; /* seconds since 1970 */
};

static int64_t seconds_of(int64_t time_ns)
{
    return time_ns / 1000000000 - (time_ns % 1000000000 < 0);
}

/* --- trust ------------------------------------------------------------------- */

static void judge_chain(struct hl_verdicts *verdicts, const struct hl_trust *trust, int64_t at,
                        const struct hl_chain *chain, enum hl_x509_purpose purpose, struct hl_judgement *out)
{
    out->at = at;
    out->has_anchors = trust->has_anchors;
    out->has_logs = trust->logs.count > 0;
    if (chain->count > 0 && chain->list[0]->decoded)
        out->chain = verdicts_get(verdicts, trust, chain->list, chain->count, at, purpose);
}

static void judge_name(struct hl_handshake *hs, const struct hl_trust *trust)
{
    struct hl_judgement *out = &hs->server_trust;

    out->host_given = trust->host.len > 0;
    out->host = out->host_given ? trust->host : handshake_hello(hs)->server_name;
    if (out->chain == NULL || out->host.len == 0)
        return;
    const struct host_name host = host_name_of(out->host);
    out->host_result = host_name_match(&host, &hs->server_chain.list[0]->x509, &out->matched);
}

void judge_chain_of_file(struct hl_handshake *hs, struct hl_verdicts *verdicts, const struct hl_trust *trust,
                         int64_t at)
{
    judge_chain(verdicts, trust, at, &hs->server_chain, HL_X509_SERVER_AUTH, &hs->server_trust);
    judge_name(hs, trust);
}

/* The issuer of the certificate at `index` of the server's chain: on the best path, else the next one sent that
 * has the name; NULL when it is not known. */
static const struct hl_certificate *issuer_of(const struct judging *j, unsigned index)
{
    const struct hl_chain *chain = &j->hs->server_chain;
    const struct hl_judged_chain *judged = j->hs->server_trust.chain;

    for (unsigned i = 0; judged != NULL && i + 1 < judged->verdict.best.length; i++) {
        if (certificate_is(judged->verdict.best.list[i], chain->list[index]))
            return judged->verdict.best.list[i + 1];
    }
    if (x509_is_self_issued(&chain->list[index]->x509))
        return chain->list[index];
    return NULL;
}

/* --- stapled responses -------------------------------------------------------- */

static void add_sct(struct judging *j, const struct hl_x509_sct *sct, enum sct_source source)
{
    struct hl_handshake *hs = j->hs;
    struct hl_sct_seen *seen, **link = &hs->scts;
    unsigned count = 0;

    for (; *link != NULL; link = &(*link)->next)
        count++;
    if (count >= SCTS_MAX || hs->server_chain.count == 0 || (seen = arena_alloc(j->arena, sizeof *seen)) == NULL)
        return;
    seen->source = source;
    seen->sct = *sct;
    seen->answer = sct_check(&j->trust->logs, sct, source, hs->server_chain.list[0], issuer_of(j, 0), j->at);
    *link = seen;
}

static void add_staple(struct judging *j, const struct hl_message *message, unsigned certificate,
                       struct hl_span response)
{
    struct hl_handshake *hs = j->hs;
    struct hl_staple *staple, **link = &hs->staples;

    if (hs->staple_count == STAPLES_MAX || response.len == 0 || certificate >= hs->server_chain.count
        || (staple = arena_alloc(j->arena, sizeof *staple)) == NULL)
        return;
    while (*link != NULL)
        link = &(*link)->next;
    *link = staple;
    hs->staple_count++;
    staple->at = message->at;
    staple->certificate = certificate;
    staple->response = response;
    bool whole = ocsp_parse(response, j->arena, &staple->ocsp);
    staple->answer = ocsp_check(&staple->ocsp, whole, hs->server_chain.list[certificate], issuer_of(j, certificate),
                                j->at, &j->sessions->verdicts.signatures);
    hs->server_trust.revoked |= staple->answer.state == OCSP_REVOKED;
    const struct hl_ocsp_single *single = staple->answer.single;
    for (uint32_t i = 0; certificate == 0 && single != NULL && i < single->scts.count; i++)
        add_sct(j, &single->scts.list[i], SCT_IN_OCSP);
}

/* TLS 1.2 and before: a message of its own. */
static void read_status_message(struct judging *j)
{
    const struct hl_message *message = find_message(j->hs, CERTIFICATE_STATUS, 1 - j->hs->client);
    struct hl_certificate_status status;
    struct hl_fault fault;
    struct hl_span response;

    if (message == NULL)
        return;
    struct hl_reader r = message_reader(message, &fault);
    (void)certificate_status_parse(&r, &status);
    if (status.type == STATUS_OCSP)
        add_staple(j, message, 0, status.response);
    for (unsigned i = 0; status.type == STATUS_OCSP_MULTI && certificate_status_next(&status, &response); i++)
        add_staple(j, message, i, response);
}

static void read_scts(struct judging *j, struct hl_span body)
{
    struct hl_fault fault;
    struct hl_reader r = rd_init(body, &fault);
    struct hl_x509_scts scts;

    (void)sct_list_parse(&r, j->arena, &scts);
    for (uint32_t i = 0; i < scts.count; i++)
        add_sct(j, &scts.list[i], SCT_IN_HANDSHAKE);
}

/* TLS 1.3: extensions of each certificate. */
static void read_entry(struct judging *j, const struct hl_message *message, unsigned index, struct hl_span extensions)
{
    struct hl_certificate_status status;
    struct hl_fault fault;
    struct hl_span body;
    uint16_t type;

    while (extension_next(&extensions, &type, &body)) {
        struct hl_reader r = rd_init(body, &fault);
        if (type == EXT_SIGNED_CERTIFICATE_TIMESTAMP && index == 0)
            read_scts(j, body);
        else if (type == EXT_STATUS_REQUEST && certificate_status_parse(&r, &status))
            add_staple(j, message, index, status.response);
    }
}

static void read_certificate_extensions(struct judging *j)
{
    const struct hl_message *message = find_certificate(j->hs, 1 - j->hs->client);
    struct hl_certificate_list list;
    struct hl_fault fault;
    struct hl_span der, extensions;

    if (message == NULL || !version_is_tls13(j->hs->version))
        return;
    struct hl_reader r = certificate_reader(message, &fault);
    (void)certificate_list_parse(&r, true, &list);
    for (unsigned i = 0; certificate_list_next(&list, &der, &extensions); i++)
        read_entry(j, message, i, extensions);
}

static void read_hello_extensions(struct judging *j)
{
    struct hl_span extensions = j->hs->client_hello.extensions, body;
    uint16_t type;

    while (extension_next(&extensions, &type, &body))
        j->hs->staple_requested |= type == EXT_STATUS_REQUEST || type == EXT_STATUS_REQUEST_V2;
    extensions = j->hs->server_hello.extensions;
    while (extension_next(&extensions, &type, &body)) {
        if (type == EXT_SIGNED_CERTIFICATE_TIMESTAMP)
            read_scts(j, body);
    }
}

void judge(struct hl_handshake *hs, struct hl_sessions *sessions, struct hl_arena *arena)
{
    static const struct hl_trust nobody = { .profile = PROFILE_CLIENT };
    struct judging j = {
        .hs = hs,
        .sessions = sessions,
        .trust = sessions->trust != NULL ? sessions->trust : &nobody,
        .arena = arena,
    };

    j.at = j.trust->at_given ? j.trust->at : seconds_of(hs->start.time_ns);
    judge_chain_of_file(hs, &sessions->verdicts, j.trust, j.at);
    judge_chain(&sessions->verdicts, j.trust, j.at, &hs->client_chain, HL_X509_CLIENT_AUTH, &hs->client_trust);
    read_hello_extensions(&j);
    read_status_message(&j);
    read_certificate_extensions(&j);
}
