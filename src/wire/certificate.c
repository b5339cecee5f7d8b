#include "wire/certificate.h"

#include "registry/registry.h"
#include "wire/ext/ext.h"
#include "wire/hello.h"
#include "wire/message.h"
#include "wire/take.h"
#include "wire/version.h"

#define U24_MAX 0xffffffu

enum { EXT_CERTIFICATE_AUTHORITIES = 47 };

/* --- Certificate ----------------------------------------------------------- */

/* For when nobody knows the version: before TLS 1.3 a body is its list and nothing else. */
static bool certificate_looks_tls13(const struct hl_reader *r)
{
    struct hl_fault unused;
    struct hl_reader ahead = look_ahead(r, &unused);

    if (rd_u24(&ahead, "certificate_list") == rd_left(&ahead))
        return false;
    ahead = look_ahead(r, &unused);
    (void)rd_opaque8(&ahead, 0, UINT8_MAX, "certificate_request_context");
    return rd_u24(&ahead, "certificate_list") == rd_left(&ahead) && rd_ok(&ahead);
}

/* RFC 7250, section 3: a SubjectPublicKeyInfo stands where the list would. Read as a list, a
 * SEQUENCE would be a certificate of over 3 MB. */
static bool is_raw_public_key(const struct hl_reader *list)
{
    struct hl_fault unused;
    struct hl_reader ahead = look_ahead(list, &unused);

    if (rd_u8(&ahead, "tag") != 0x30)
        return false;
    size_t length = rd_u8(&ahead, "length");
    if (length == 0x81)
        length = rd_u8(&ahead, "length");
    else if (length == 0x82)
        length = rd_u16(&ahead, "length");
    return rd_ok(&ahead) && length > 0 && length == rd_left(&ahead);
}

static void read_raw_public_key(struct hl_reader *r, const struct hl_visitor *v)
{
    v_number(v, "length", (int64_t)rd_left(r));
    take_rest(r, v, "data");
}

/* RFC 5246, section 7.4.2: ASN.1Cert. The length is the one sent, even where bytes were not captured. */
static void read_entry(struct hl_reader *r, const struct hl_visitor *v)
{
    struct hl_reader ahead = *r;
    uint32_t length = rd_u24(&ahead, "cert_data");

    if (rd_ok(r))
        v_number(v, "length", length);
    struct hl_span data = rd_opaque24(r, 1, U24_MAX, "cert_data");
    if (rd_ok(r))
        v_bytes(v, "data", data);
}

/* RFC 8446, section 4.4.2: CertificateEntry. */
static void read_entry13(struct hl_reader *r, const struct hl_visitor *v)
{
    read_entry(r, v);
    struct hl_reader extensions = rd_vec16(r, 0, UINT16_MAX, "extensions");
    ext_walk_list(&extensions, EXT_CERTIFICATE, "extensions", v);
}

static void read_certificate(struct hl_reader *r, bool tls13, const struct hl_visitor *v,
                             struct hl_certificate_list *out)
{
    *out = (struct hl_certificate_list){ .tls13 = tls13 };
    if (tls13)
        out->context = take_opaque8(r, v, 0, UINT8_MAX, "certificate_request_context");
    struct hl_reader list = rd_vec24(r, 0, U24_MAX, "certificate_list");
    out->entries = rd_span(&list);
    out->raw_public_key = !tls13 && is_raw_public_key(&list);
    take_objects(list, v, "certificates",
                 out->raw_public_key ? read_raw_public_key : tls13 ? read_entry13 : read_entry);
}

void message_certificate(struct hl_reader *r, const struct hl_visitor *v,
                         const struct hl_message_context *ctx)
{
    struct hl_certificate_list unused;
    bool tls13 = ctx->version != 0 ? version_is_tls13(ctx->version) : certificate_looks_tls13(r);

    read_certificate(r, tls13, v, &unused);
}

bool certificate_list_parse(struct hl_reader *r, bool tls13, struct hl_certificate_list *out)
{
    read_certificate(r, tls13, NULL, out);
    return rd_end(r, "certificate");
}

bool certificate_list_next(struct hl_certificate_list *it, struct hl_span *der, struct hl_span *extensions)
{
    struct hl_fault unused;
    struct hl_reader r = rd_init(it->entries, &unused);

    *extensions = (struct hl_span){ NULL, 0 };
    if (it->entries.len == 0)
        return false;
    if (it->raw_public_key) {
        *der = rd_rest(&r);
    } else {
        *der = rd_opaque24(&r, 1, U24_MAX, "cert_data");
        if (it->tls13)
            *extensions = rd_opaque16(&r, 0, UINT16_MAX, "extensions");
    }
    it->entries = rd_span(&r); /* nothing after a fault */
    return rd_ok(&r);
}

/* --- CertificateRequest ---------------------------------------------------- */

/* RFC 8446, section 4.3.2. */
static void read_request13(struct hl_reader *r, const struct hl_visitor *v)
{
    take_opaque8(r, v, 0, UINT8_MAX, "certificate_request_context");
    struct hl_reader extensions = rd_vec16(r, 2, UINT16_MAX, "extensions");
    ext_walk_list(&extensions, EXT_CERTIFICATE_REQUEST, "extensions", v);
}

/* For when nobody knows the version: in a handshake of TLS 1.3 the context is empty, before there is a
 * certificate type at least. */
static bool request_looks_tls13(const struct hl_reader *r)
{
    struct hl_fault unused;
    struct hl_reader ahead = look_ahead(r, &unused);

    return rd_u8(&ahead, "certificate_request_context") == 0;
}

/* Before TLS 1.2 the authorities are all that follows the types. */
static bool request_has_schemes(const struct hl_reader *r, uint16_t version)
{
    struct hl_fault unused;
    struct hl_reader ahead = look_ahead(r, &unused);

    if (version != 0)
        return version_has_schemes(version);
    return rd_u16(&ahead, "certificate_authorities") != rd_left(&ahead);
}

/* RFC 5246, section 7.4.4. */
void message_certificate_request(struct hl_reader *r, const struct hl_visitor *v,
                                 const struct hl_message_context *ctx)
{
    if (ctx->version != 0 ? version_is_tls13(ctx->version) : request_looks_tls13(r)) {
        read_request13(r, v);
        return;
    }
    take_codes8(rd_vec8(r, 1, UINT8_MAX, "certificate_types"), v, "certificate_types",
                "client_certificate_type", reg_client_certificate_type);
    if (request_has_schemes(r, ctx->version))
        take_codes16(rd_vec16(r, 2, UINT16_MAX - 1, "supported_signature_algorithms"), v, "schemes",
                     "signature_scheme", reg_signature_scheme);
    take_opaques16(rd_vec16(r, 0, UINT16_MAX, "certificate_authorities"), v, "certificate_authorities", 1,
                   "distinguished_name");
}

static struct hl_span authorities13(struct hl_reader *r)
{
    struct hl_span extensions, body;
    struct hl_fault fault;

    (void)rd_opaque8(r, 0, UINT8_MAX, "certificate_request_context");
    extensions = rd_opaque16(r, 0, UINT16_MAX, "extensions");
    if (!extension_find(extensions, EXT_CERTIFICATE_AUTHORITIES, &body))
        return (struct hl_span){ NULL, 0 };
    struct hl_reader ext = rd_init(body, &fault);
    return rd_opaque16(&ext, 0, UINT16_MAX, "authorities");
}

struct hl_span certificate_request_authorities(struct hl_reader *r, uint16_t version)
{
    if (version_is_tls13(version))
        return authorities13(r);
    (void)rd_opaque8(r, 0, UINT8_MAX, "certificate_types");
    if (version_has_schemes(version))
        (void)rd_opaque16(r, 0, UINT16_MAX, "supported_signature_algorithms");
    return rd_opaque16(r, 0, UINT16_MAX, "certificate_authorities");
}

bool certificate_authority_next(struct hl_span *rest, struct hl_span *name)
{
    struct hl_fault fault;
    struct hl_reader r = rd_init(*rest, &fault);

    *name = rd_opaque16(&r, 1, UINT16_MAX, "distinguished_name");
    *rest = rd_rest(&r);
    return rd_ok(&r) && name->len > 0;
}

/* --- CertificateVerify ----------------------------------------------------- */

/* RFC 8446, section 4.4.3 and RFC 5246, section 7.4.8; RFC 4346, section 7.4.8 without the scheme. */
static void read_verify(struct hl_reader *r, uint16_t version, const struct hl_visitor *v,
                        struct hl_certificate_verify *out)
{
    struct hl_fault unused;
    struct hl_reader ahead = look_ahead(r, &unused);
    bool bare = rd_u16(&ahead, "signature") == rd_left(&ahead);

    *out = (struct hl_certificate_verify){ .scheme = 0 };
    if (version != 0 ? version_has_schemes(version) : !bare)
        out->scheme = take_code16(r, v, "scheme", reg_signature_scheme);
    out->signature = take_opaque16(r, v, 0, UINT16_MAX, "signature");
}

void message_certificate_verify(struct hl_reader *r, const struct hl_visitor *v,
                                const struct hl_message_context *ctx)
{
    struct hl_certificate_verify unused;

    read_verify(r, ctx->version, v, &unused);
}

bool certificate_verify_parse(struct hl_reader *r, uint16_t version, struct hl_certificate_verify *out)
{
    read_verify(r, version, NULL, out);
    return rd_end(r, "certificate_verify");
}

/* --- CertificateStatus, CertificateURL ------------------------------------- */

/* RFC 6961, section 2.2: a response for each certificate of the chain, empty where there is none. */
static struct hl_span read_ocsp_list(struct hl_reader *r, const struct hl_visitor *v, struct hl_span *all)
{
    struct hl_reader list = rd_vec24(r, 1, U24_MAX, "ocsp_response_list");
    *all = rd_span(&list);
    struct hl_span first = { NULL, 0 };
    bool is_first = true;

    if (!rd_ok(&list))
        return first;
    v_array(v, "ocsp_responses");
    while (rd_more(&list)) {
        struct hl_span response = rd_opaque24(&list, 0, U24_MAX, "ocsp_response");

        if (!rd_ok(&list))
            break;
        v_bytes(v, NULL, response);
        if (is_first)
            first = response;
        is_first = false;
    }
    v_end_array(v);
    return first;
}

bool certificate_status_next(struct hl_certificate_status *it, struct hl_span *response)
{
    struct hl_fault unused;
    struct hl_reader r = rd_init(it->list, &unused);

    if (it->list.len == 0)
        return false;
    *response = rd_opaque24(&r, 0, U24_MAX, "ocsp_response");
    it->list = rd_span(&r); /* nothing after a fault */
    return rd_ok(&r);
}

/* RFC 6066, section 8 and RFC 6961, section 2.2. */
static void read_status(struct hl_reader *r, const struct hl_visitor *v, struct hl_certificate_status *out)
{
    *out = (struct hl_certificate_status){ .type = 0 };
    out->type = take_code8(r, v, "status_type", reg_certificate_status_type);
    if (out->type == 1)
        out->response = take_opaque24(r, v, 1, U24_MAX, "ocsp_response");
    else if (out->type == 2)
        out->response = read_ocsp_list(r, v, &out->list);
    else
        take_rest(r, v, "data");
}

void message_certificate_status(struct hl_reader *r, const struct hl_visitor *v,
                                const struct hl_message_context *ctx)
{
    struct hl_certificate_status unused;

    (void)ctx;
    read_status(r, v, &unused);
}

bool certificate_status_parse(struct hl_reader *r, struct hl_certificate_status *out)
{
    read_status(r, NULL, out);
    return rd_end(r, "certificate_status");
}

static struct hl_code chain_type(uint8_t id)
{
    static const char *const names[] = { "individual_certs", "pkipath" };

    return small_code(id, names, 2);
}

/* RFC 6066, section 5: URLAndHash; the padding is a one since the hash was optional once. */
static void read_url_and_hash(struct hl_reader *r, const struct hl_visitor *v)
{
    take_text16(r, v, 1, UINT16_MAX, "url");
    uint8_t padding = rd_u8(r, "padding");
    if (padding != 1)
        rd_reject(r, 1, padding, "padding");
    take_bytes(r, v, 20, "sha1_hash");
}

/* RFC 6066, section 5: URLAndHash url_and_hash_list<1..2^16-1>. */
void message_certificate_url(struct hl_reader *r, const struct hl_visitor *v,
                             const struct hl_message_context *ctx)
{
    (void)ctx;
    take_code8(r, v, "type", chain_type);
    take_objects(rd_vec16(r, 1, UINT16_MAX, "url_and_hash_list"), v, "url_and_hash_list", read_url_and_hash);
}

/* --- CompressedCertificate ------------------------------------------------- */

/* RFC 8879, section 4. */
static void read_compressed(struct hl_reader *r, const struct hl_visitor *v,
                            struct hl_compressed_certificate *out)
{
    *out = (struct hl_compressed_certificate){ .algorithm = 0 };
    out->algorithm = take_code16(r, v, "algorithm", reg_certificate_compression);
    out->uncompressed_length = take_u24(r, v, "uncompressed_length");
    struct hl_reader ahead = *r;
    uint32_t length = rd_u24(&ahead, "compressed_certificate_message");
    if (rd_ok(r))
        v_number(v, "length", length);
    out->data = take_opaque24(r, v, 1, U24_MAX, "compressed_certificate_message");
}

void message_compressed_certificate(struct hl_reader *r, const struct hl_visitor *v,
                                    const struct hl_message_context *ctx)
{
    struct hl_compressed_certificate unused;

    (void)ctx;
    read_compressed(r, v, &unused);
}

bool compressed_certificate_parse(struct hl_reader *r, struct hl_compressed_certificate *out)
{
    read_compressed(r, NULL, out);
    return rd_end(r, "compressed_certificate");
}
