/* What a line says of the server's certificates: themselves, or what somebody has seen in them. */
#include "policy/document_parts.h"

#include "x509/oid.h"

#include <stdlib.h>
#include <string.h>

#define KEY_BITS_MAX (1u << 24)

/* --- the certificates themselves ------------------------------------------------------------------ */

static struct hl_certificate *decode(const char *hex)
{
    const size_t length = strlen(hex) / 2;
    uint8_t *der = length > 0 ? malloc(length) : NULL;
    struct hl_certificate *certificate =
        der != NULL && strlen(hex) % 2 == 0 && json_hex(hex, der) ? certificate_new((struct hl_span){ der, length }) : NULL;

    free(der);
    return certificate;
}

/* True when the line has them. */
static bool read_der(struct document_reading *reading, const cJSON *root)
{
    struct document *document = reading->document;
    const cJSON *tls = json_object(reading->line, root, "tls"), *server = json_object(reading->line, tls, "server");
    const cJSON *list = json_array(reading->line, server, "certificate_chain"), *one;

    cJSON_ArrayForEach(one, list) {
        struct hl_certificate *certificate =
            cJSON_IsString(one) && document->chain_count < HL_CHAIN_MAX ? decode(one->valuestring) : NULL;
        if (certificate == NULL) {
            json_complain(reading->line, server, "certificate_chain", "has something that is no certificate in hex");
            return false;
        }
        document->hs.server_chain.list[document->chain_count] = certificate;
        document->chain[document->chain_count++] = certificate;
    }
    document->hs.server_chain.count = document->hs.server_chain.total = document->chain_count;
    return document->chain_count > 0;
}

/* --- what was seen in them -------------------------------------------------------------------------- */

static void read_day(struct json_line *line, const cJSON *certificate, const char *key, struct hl_x509_time *out)
{
    uint32_t ns = 0;

    out->valid = json_time(line, certificate, key, &out->seconds, &ns);
}

static bool find_hash(const char *name, enum hl_x509_hash *out)
{
    for (int hash = HL_X509_HASH_NONE + 1; name != NULL && x509_hash_name((enum hl_x509_hash)hash)[0] != '\0'; hash++) {
        *out = (enum hl_x509_hash)hash;
        if (strcmp(x509_hash_name(*out), name) == 0)
            return true;
    }
    *out = HL_X509_HASH_NONE;
    return false;
}

/* PSS has its hash in its parameters; of the others the name says all. */
static void read_signature(struct document_reading *reading, const cJSON *certificate, struct hl_x509_algorithm *out)
{
    const cJSON *parameters = json_object(reading->line, certificate, "signature_parameters");
    const char *name = json_text(reading->line, certificate, "signature_algorithm");
    const struct oid_info *info = NULL;
    bool known = name == NULL;

    for (size_t row = 0; !known && (info = oid_row(row)) != NULL; row++)
        known = (info->use & USE_SIGNATURE) != 0 && strcmp(info->name, name) == 0;
    out->name = known && info != NULL ? info->name : document_string(reading, name);
    if (known && info != NULL) {
        const bool pss = info->kind == HL_X509_KEY_RSA_PSS;
        out->key = pss ? HL_X509_KEY_RSA : (enum hl_x509_key_kind)info->kind;
        out->hash = (enum hl_x509_hash)info->detail;
        known = !pss || find_hash(json_text(reading->line, parameters, "hash"), &out->hash);
    }
    if (!known)
        document_say_unclear(reading->document->unclear.signature, "the line does not say with which hash the certificate is signed");
}

static void read_key(struct document_reading *reading, const cJSON *certificate, struct hl_x509_key *out)
{
    const cJSON *key = json_object(reading->line, certificate, "public_key");

    if (key == NULL)
        json_complain(reading->line, certificate, "public_key", "is missing");
    out->algorithm = document_string(reading, json_text(reading->line, key, "algorithm"));
    out->curve = document_string(reading, json_text(reading->line, key, "curve"));
    (void)json_number(reading->line, key, "bits", KEY_BITS_MAX, &out->bits);
}

bool document_digest(struct json_line *line, const cJSON *item, uint8_t out[SHA256_LENGTH])
{
    const char *hex = json_text(line, item, "sha256");

    if (hex == NULL)
        json_complain(line, item, "sha256", "is missing");
    else if (strlen(hex) != 2 * SHA256_LENGTH || !json_hex(hex, out))
        json_complain(line, item, "sha256", "is no digest");
    return line->why[0] == '\0';
}

static void read_summary(struct document_reading *reading, const cJSON *certificate, bool decoded)
{
    struct hl_chain *chain = &reading->document->hs.server_chain;
    struct hl_certificate *leaf = arena_alloc(&reading->document->arena, sizeof *leaf);

    if (leaf == NULL)
        return;
    (void)document_digest(reading->line, certificate, leaf->sha256);
    leaf->decoded = decoded;
    read_day(reading->line, certificate, "not_before", &leaf->x509.not_before);
    read_day(reading->line, certificate, "not_after", &leaf->x509.not_after);
    read_key(reading, certificate, &leaf->x509.key);
    read_signature(reading, certificate, &leaf->x509.signature_algorithm);
    chain->list[0] = leaf;
    chain->count = chain->total = 1;
}

/* The document has the leaf's digest in another place, too. */
static void check_leaf(struct document_reading *reading, const cJSON *root)
{
    const struct hl_chain *chain = &reading->document->hs.server_chain;
    const cJSON *tls = json_object(reading->line, root, "tls"), *server = json_object(reading->line, tls, "server");
    const cJSON *hash = json_object(reading->line, server, "hash");
    uint8_t sha256[SHA256_LENGTH];

    if (hash != NULL && chain->count > 0 && document_digest(reading->line, hash, sha256)
        && memcmp(sha256, chain->list[0]->sha256, sizeof sha256) != 0)
        json_complain(reading->line, server, "hash", "is that of another certificate");
}

/* --- all of it ---------------------------------------------------------------------------------------- */

void document_read_certificates(struct document_reading *reading, const cJSON *root, const cJSON *handlens)
{
    const cJSON *certificates = json_object(reading->line, handlens, "certificates");
    const cJSON *chain = json_array(reading->line, certificates, "server");
    const cJSON *trusts = json_object(reading->line, certificates, "trust"), *judged = json_object(reading->line, trusts, "server");
    const cJSON *why_absent = json_object(reading->line, certificates, "why_absent");
    int64_t judged_at = 0;
    uint32_t ns = 0;

    document_set_terms(reading);
    if (cJSON_GetArraySize(chain) == 0)
        reading->document->hs.server_chain.why_absent = document_string(reading, json_text(reading->line, why_absent, "server"));
    if (trusts == NULL)
        json_complain(reading->line, certificates, "trust", "is missing");
    if (cJSON_GetArraySize(chain) > (int)HL_CHAIN_MAX)
        json_complain(reading->line, certificates, "server", "has too many");
    reading->same_time = json_time(reading->line, judged, "at", &judged_at, &ns) && judged_at == reading->at;
    if (read_der(reading, root)) {
        document_judge(reading);
    } else if (cJSON_GetArraySize(chain) > 0 && reading->line->why[0] == '\0') { /* one that could not be decoded was not judged, either */
        read_summary(reading, cJSON_GetArrayItem(chain, 0), judged != NULL);
        if (judged != NULL)
            document_read_trust(reading, judged, chain);
    }
    check_leaf(reading, root);
    document_read_beside(reading, handlens);
}
