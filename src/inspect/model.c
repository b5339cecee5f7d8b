/* The answers of handlens/handshake.h. */
#include <handlens/handlens.h>

#include "analyze/diagnosis.h"
#include "registry/registry.h"
#include "session/handshake.h"
#include "wire/message.h"
#include "x509/x509.h"

#include "base/arena.h"
#include "base/limits.h"

const char *hl_version(void)
{
    return HANDLENS_VERSION;
}

const char *hl_outcome_name(enum hl_outcome outcome)
{
    static const char *const names[] = {
        [HL_COMPLETED] = "completed", [HL_FAILED] = "failed", [HL_INCOMPLETE] = "incomplete", [HL_NOT_TLS] = "not-tls"
    };

    return names[outcome];
}

uint64_t hl_handshake_id(const struct hl_handshake *hs)
{
    return hs->id;
}

enum hl_outcome hl_handshake_outcome(const struct hl_handshake *hs)
{
    return hs->outcome;
}

const char *hl_handshake_reason(const struct hl_handshake *hs)
{
    return hs->reason;
}

int64_t hl_handshake_start(const struct hl_handshake *hs)
{
    return hs->start.time_ns;
}

int64_t hl_handshake_end(const struct hl_handshake *hs)
{
    return hs->end.time_ns;
}

static const struct hl_endpoint *end_of(const struct hl_handshake *hs, enum hl_side side)
{
    return &hs->connection.ends[side == HL_CLIENT ? hs->client : 1 - hs->client];
}

struct hl_span hl_handshake_address(const struct hl_handshake *hs, enum hl_side side)
{
    const struct hl_address *address = &end_of(hs, side)->address;

    return (struct hl_span){ address->bytes, address->length };
}

uint16_t hl_handshake_port(const struct hl_handshake *hs, enum hl_side side)
{
    return end_of(hs, side)->port;
}

const char *hl_handshake_file(const struct hl_handshake *hs)
{
    return hs->file;
}

struct hl_code hl_handshake_version(const struct hl_handshake *hs)
{
    return hs->version != 0 ? reg_version(hs->version) : (struct hl_code){ .digits = 4 };
}

struct hl_code hl_handshake_cipher_suite(const struct hl_handshake *hs)
{
    bool known = hs->cipher_suite <= UINT16_MAX;

    return known ? reg_cipher_suite((uint16_t)hs->cipher_suite) : (struct hl_code){ .digits = 4 };
}

struct hl_code hl_handshake_group(const struct hl_handshake *hs)
{
    return hs->group != 0 ? reg_group(hs->group) : (struct hl_code){ .digits = 4 };
}

struct hl_span hl_handshake_server_name(const struct hl_handshake *hs)
{
    return hs->client_hello.server_name;
}

struct hl_span hl_handshake_alpn(const struct hl_handshake *hs)
{
    return hs->alpn;
}

bool hl_handshake_resumed(const struct hl_handshake *hs)
{
    return hs->resumed_by != NULL;
}

const char *hl_handshake_before_tls(const struct hl_handshake *hs)
{
    return hs->connection.before_tls;
}

static const struct hl_chain *chain_of(const struct hl_handshake *hs, enum hl_side side)
{
    return side == HL_CLIENT ? &hs->client_chain : &hs->server_chain;
}

size_t hl_handshake_certificate_count(const struct hl_handshake *hs, enum hl_side side)
{
    return chain_of(hs, side)->count;
}

struct hl_span hl_handshake_certificate(const struct hl_handshake *hs, enum hl_side side, size_t index)
{
    const struct hl_chain *chain = chain_of(hs, side);

    return index < chain->count ? chain->list[index]->der : (struct hl_span){ NULL, 0 };
}

struct hl_span hl_handshake_certificate_sha256(const struct hl_handshake *hs, enum hl_side side, size_t index)
{
    const struct hl_chain *chain = chain_of(hs, side);

    if (index >= chain->count)
        return (struct hl_span){ NULL, 0 };
    return (struct hl_span){ chain->list[index]->sha256, SHA256_LENGTH };
}

const char *hl_handshake_ja3(const struct hl_handshake *hs)
{
    return hs->fingerprints.ja3;
}

const char *hl_handshake_ja3s(const struct hl_handshake *hs)
{
    return hs->fingerprints.ja3s;
}

const char *hl_handshake_ja4(const struct hl_handshake *hs)
{
    return hs->fingerprints.ja4;
}

const char *hl_handshake_community_id(const struct hl_handshake *hs)
{
    return hs->community_id;
}

/* --- findings.h, diagnosis.h -------------------------------------------------- */

const char *hl_severity_name(enum hl_severity severity)
{
    static const char *const names[] = {
        [HL_INFO] = "info", [HL_LOW] = "low", [HL_MEDIUM] = "medium", [HL_HIGH] = "high", [HL_CRITICAL] = "critical"
    };

    return names[severity];
}

static const struct hl_finding *finding_at(const struct hl_handshake *hs, size_t index)
{
    const struct hl_finding *finding = hs->findings != NULL ? hs->findings->first : NULL;

    while (finding != NULL && index-- > 0)
        finding = finding->next;
    return finding;
}

size_t hl_handshake_finding_count(const struct hl_handshake *hs)
{
    return hs->findings != NULL ? hs->findings->count : 0;
}

const char *hl_blame_name(enum hl_blame blame)
{
    static const char *const names[] = {
        [HL_BLAME_CLIENT] = "client",   [HL_BLAME_SERVER] = "server",             [HL_BLAME_NETWORK] = "network",
        [HL_BLAME_CAPTURE] = "capture", [HL_BLAME_PEER_UNKNOWN] = "peer-unknown",
    };

    return names[blame];
}

const char *hl_confidence_name(enum hl_confidence confidence)
{
    static const char *const names[] = { [HL_POSSIBLE] = "possible", [HL_LIKELY] = "likely", [HL_CERTAIN] = "certain" };

    return names[confidence];
}

static const struct hl_diagnosis *diagnosis_at(const struct hl_handshake *hs, size_t index)
{
    const struct hl_diagnosis *diagnosis = hs->diagnoses != NULL ? hs->diagnoses->first : NULL;

    while (diagnosis != NULL && index-- > 0)
        diagnosis = diagnosis->next;
    return diagnosis;
}

size_t hl_handshake_diagnosis_count(const struct hl_handshake *hs)
{
    return hs->diagnoses != NULL ? hs->diagnoses->count : 0;
}

const char *hl_handshake_diagnosis_code(const struct hl_handshake *hs, size_t index)
{
    const struct hl_diagnosis *diagnosis = diagnosis_at(hs, index);

    return diagnosis != NULL ? finding_info(diagnosis->code)->code : NULL;
}

enum hl_blame hl_handshake_diagnosis_blame(const struct hl_handshake *hs, size_t index)
{
    const struct hl_diagnosis *diagnosis = diagnosis_at(hs, index);

    return diagnosis != NULL ? diagnosis->blame : HL_BLAME_PEER_UNKNOWN;
}

enum hl_confidence hl_handshake_diagnosis_confidence(const struct hl_handshake *hs, size_t index)
{
    const struct hl_diagnosis *diagnosis = diagnosis_at(hs, index);

    return diagnosis != NULL ? diagnosis->confidence : HL_POSSIBLE;
}

struct hl_span hl_handshake_diagnosis_summary(const struct hl_handshake *hs, size_t index)
{
    const struct hl_diagnosis *diagnosis = diagnosis_at(hs, index);

    return diagnosis != NULL ? diagnosis->summary : (struct hl_span){ NULL, 0 };
}

const char *hl_handshake_finding_code(const struct hl_handshake *hs, size_t index)
{
    const struct hl_finding *finding = finding_at(hs, index);

    return finding != NULL ? finding_info(finding->code)->code : NULL;
}

enum hl_severity hl_handshake_finding_severity(const struct hl_handshake *hs, size_t index)
{
    const struct hl_finding *finding = finding_at(hs, index);

    return finding != NULL ? finding->severity : HL_INFO;
}

struct hl_span hl_handshake_finding_summary(const struct hl_handshake *hs, size_t index)
{
    const struct hl_finding *finding = finding_at(hs, index);

    return finding != NULL ? finding->summary : (struct hl_span){ NULL, 0 };
}

bool hl_explain(const char *code, struct hl_explanation *out)
{
    const struct finding_info *info = finding_by_name(code);

    if (info == NULL)
        return false;
    *out = (struct hl_explanation){ info->code, info->title, info->why, info->change, info->section, info->severity };
    return true;
}

const char *hl_explain_code(size_t index)
{
    return index < FINDING_COUNT ? finding_info((enum finding_code)index)->code : NULL;
}

/* --- decode.h --------------------------------------------------------------- */

bool hl_message_walk(struct hl_span message, uint16_t version, uint16_t cipher_suite, const struct hl_visitor *v,
                     struct hl_fault *fault)
{
    struct hl_fault own;
    const struct hl_message_context ctx = { .version = version, .cipher_suite = cipher_suite };

    if (fault == NULL)
        fault = &own;
    struct hl_reader r = rd_init(message, fault);
    uint8_t type = rd_u8(&r, "msg_type");
    uint32_t length = rd_u24(&r, "length");
    v_object(v, NULL);
    bool whole = rd_ok(&r);
    if (!whole) {
        v_fault(v, "fault", fault);
    } else {
        struct hl_span body = rd_rest(&r);
        bool cut = body.len < length;
        v_code(v, "type", reg_handshake_type(type));
        v_number(v, "length", length);
        if (!cut)
            body.len = length;
        whole = message_walk(type, body, cut, &ctx, v, fault);
    }
    v_end_object(v);
    return whole;
}

bool hl_certificate_walk(struct hl_span der, const struct hl_visitor *v)
{
    struct hl_x509 certificate;
    struct hl_arena arena;

    arena_init(&arena, HL_HANDSHAKE_ARENA_MAX);
    bool whole = x509_parse(der, &arena, &certificate);
    v_object(v, NULL);
    x509_walk(&certificate, v);
    v_end_object(v);
    arena_cleanup(&arena);
    return whole;
}

struct hl_code hl_version_code(uint16_t version)
{
    return reg_version(version);
}

struct hl_code hl_cipher_suite_code(uint16_t cipher_suite)
{
    return reg_cipher_suite(cipher_suite);
}

struct hl_code hl_group_code(uint16_t group)
{
    return reg_group(group);
}
