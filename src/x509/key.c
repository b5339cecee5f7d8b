/* AlgorithmIdentifier (RFC 5280, 4.1.1.2) and SubjectPublicKeyInfo (4.1.2.7). */
#include "x509/parse.h"

#include "x509/oid.h"

static enum hl_x509_hash hash_of(struct hl_span oid)
{
    const struct oid_info *info = oid_find(oid, USE_HASH);

    return info != NULL ? (enum hl_x509_hash)info->detail : HL_X509_HASH_NONE;
}

/* The OID at the front of the AlgorithmIdentifier that `r` reads; its parameters into `parameters`. */
static struct hl_span algorithm_oid(struct hl_reader *r, struct der_tlv *parameters)
{
    struct der_tlv oid;

    *parameters = (struct der_tlv){ .value = { r->end, 0 }, .whole = { r->end, 0 } };
    der_expect(r, DER_OID, &oid, "algorithm");
    if (rd_more(r))
        der_next(r, parameters, "parameters");
    return oid.value;
}

/* RSASSA-PSS-params ::= SEQUENCE (RFC 4055, 3.1):
 *   hashAlgorithm [0] DEFAULT sha1, maskGenAlgorithm [1] DEFAULT mgf1SHA1,
 *   saltLength [2] DEFAULT 20, trailerField [3] DEFAULT 1 */
static void pss_parse(struct hl_reader *r, struct hl_x509_pss *out)
{
    struct der_tlv field, rest;

    *out = (struct hl_x509_pss){ true, HL_X509_SHA1, HL_X509_SHA1, 20 };
    if (der_optional(r, DER_CONTEXT_CONSTRUCTED(0), &field, "hashAlgorithm")) {
        struct hl_reader explicit = rd_within(r, field.value);
        struct hl_reader hash = der_enter(&explicit, DER_SEQUENCE, "hashAlgorithm");
        out->hash = hash_of(algorithm_oid(&hash, &rest));
    }
    if (der_optional(r, DER_CONTEXT_CONSTRUCTED(1), &field, "maskGenAlgorithm")) {
        struct hl_reader explicit = rd_within(r, field.value);
        struct hl_reader mgf = der_enter(&explicit, DER_SEQUENCE, "maskGenAlgorithm");
        (void)algorithm_oid(&mgf, &rest);
        struct hl_reader hash = rd_within(r, rest.value);
        out->mgf_hash = rest.tag == DER_SEQUENCE ? hash_of(algorithm_oid(&hash, &rest)) : HL_X509_HASH_NONE;
    }
    if (der_optional(r, DER_CONTEXT_CONSTRUCTED(2), &field, "saltLength")) {
        struct hl_reader explicit = rd_within(r, field.value);
        int64_t salt = der_small_integer(&explicit, DER_INTEGER, "saltLength");
        out->salt_length = salt < UINT32_MAX ? (uint32_t)salt : UINT32_MAX;
    }
    (void)der_optional(r, DER_CONTEXT_CONSTRUCTED(3), &field, "trailerField");
    der_end(r, "RSASSA-PSS-params");
}

void algorithm_parse(struct hl_reader *r, struct hl_span whole, struct hl_x509_algorithm *out)
{
    struct der_tlv parameters;

    *out = (struct hl_x509_algorithm){ .der = whole };
    out->oid = algorithm_oid(r, &parameters);
    out->parameters = parameters.whole;
    der_end(r, "AlgorithmIdentifier");

    const struct oid_info *info = oid_find(out->oid, USE_SIGNATURE);
    if (info == NULL)
        return;
    out->name = info->name;
    out->key = (enum hl_x509_key_kind)info->kind;
    out->hash = (enum hl_x509_hash)info->detail;
    if (info->kind != HL_X509_KEY_RSA_PSS)
        return;
    out->key = HL_X509_KEY_RSA; /* any RSA key may sign so */
    if (parameters.tag == DER_SEQUENCE) {
        struct hl_reader pss = rd_within(r, parameters.value);
        pss_parse(&pss, &out->pss);
        out->hash = out->pss.hash;
    }
}

/* RSAPublicKey ::= SEQUENCE { modulus, publicExponent } (RFC 3279, 2.3.1) */
static void rsa_parse(struct hl_reader *r, const struct der_tlv *parameters, struct hl_x509_key *out)
{
    struct hl_reader bits = rd_within(r, out->bits_raw);
    struct hl_reader key = der_enter(&bits, DER_SEQUENCE, "RSAPublicKey");
    struct der_tlv modulus, exponent;

    der_expect(&key, DER_INTEGER, &modulus, "modulus");
    out->modulus = der_magnitude(modulus.value);
    out->bits = der_bit_length(out->modulus);
    der_expect(&key, DER_INTEGER, &exponent, "publicExponent");
    out->exponent_raw = der_magnitude(exponent.value);
    struct hl_reader e = rd_within(r, out->exponent_raw);
    while (rd_more(&e) && out->exponent_raw.len <= 8)
        out->exponent = out->exponent << 8 | rd_u8(&e, "publicExponent");
    der_end(&key, "RSAPublicKey");
    der_end(&bits, "subjectPublicKey");

    if (out->kind == HL_X509_KEY_RSA_PSS && parameters->tag == DER_SEQUENCE) {
        struct hl_reader pss = rd_within(r, parameters->value);
        pss_parse(&pss, &out->pss);
    }
}

/* ECParameters of RFC 3279, 2.3.5: the field's prime, or m of a field of 2^m elements. */
static uint32_t explicit_field_bits(struct hl_reader *r)
{
    struct der_tlv number;

    (void)der_small_integer(r, DER_INTEGER, "version");
    struct hl_reader field = der_enter(r, DER_SEQUENCE, "fieldID");
    (void)der_enter(&field, DER_OID, "fieldType");
    if (der_optional(&field, DER_INTEGER, &number, "prime"))
        return der_bit_length(der_magnitude(number.value));
    struct hl_reader binary = der_enter(&field, DER_SEQUENCE, "Characteristic-two");
    int64_t m = der_small_integer(&binary, DER_INTEGER, "m");
    return m < UINT16_MAX ? (uint32_t)m : 0;
}

/* ECParameters ::= CHOICE { namedCurve OBJECT IDENTIFIER, ... } (RFC 5480, 2.1.1) */
static void ec_parse(struct hl_reader *r, const struct der_tlv *parameters, struct hl_x509_key *out)
{
    struct hl_reader explicit = rd_within(r, parameters->value);

    if (parameters->tag == DER_OID) {
        const struct oid_info *info = oid_find(parameters->value, USE_CURVE);
        out->curve_oid = parameters->value;
        out->curve = info != NULL ? info->name : NULL;
        out->bits = info != NULL ? info->bits : 0;
    } else if (parameters->tag == DER_SEQUENCE) {
        out->explicit_curve = true;
        out->bits = explicit_field_bits(&explicit);
    }
}

/* Dss-Parms { p, q, g }, DomainParameters { p, g, q }, DHParameter { p, g }: RFC 3279, 2.3.2 and 2.3.3. */
static void prime_parse(struct hl_reader *r, const struct der_tlv *parameters, struct hl_x509_key *out)
{
    struct der_tlv prime;

    if (parameters->tag != DER_SEQUENCE) /* DSA may inherit them from the issuer */
        return;
    struct hl_reader body = rd_within(r, parameters->value);
    der_expect(&body, DER_INTEGER, &prime, "p");
    out->bits = der_bit_length(der_magnitude(prime.value));
}

/* GostR3410-PublicKeyParameters { publicKeyParamSet, ... } (RFC 4491, 2.3.2) */
static void gost_parse(struct hl_reader *r, const struct der_tlv *parameters, struct hl_x509_key *out)
{
    struct der_tlv set;

    if (parameters->tag != DER_SEQUENCE)
        return;
    struct hl_reader body = rd_within(r, parameters->value);
    der_expect(&body, DER_OID, &set, "publicKeyParamSet");
    const struct oid_info *info = oid_find(set.value, USE_CURVE);
    out->curve_oid = set.value;
    out->curve = info != NULL ? info->name : NULL;
}

static const char *algorithm_name(const struct oid_info *info)
{
    static const char *const names[HL_X509_KEY_ML_KEM + 1] = {
        [HL_X509_KEY_RSA] = "RSA",         [HL_X509_KEY_RSA_PSS] = "RSA-PSS", [HL_X509_KEY_EC] = "EC",
        [HL_X509_KEY_ED25519] = "Ed25519", [HL_X509_KEY_ED448] = "Ed448",     [HL_X509_KEY_X25519] = "X25519",
        [HL_X509_KEY_X448] = "X448",       [HL_X509_KEY_DSA] = "DSA",         [HL_X509_KEY_DH] = "DH",
    };

    return names[info->kind] != NULL ? names[info->kind] : info->name;
}

static void key_material_parse(struct hl_reader *r, const struct der_tlv *parameters, struct hl_x509_key *out)
{
    switch (out->kind) {
    case HL_X509_KEY_RSA:
    case HL_X509_KEY_RSA_PSS:
        rsa_parse(r, parameters, out);
        break;
    case HL_X509_KEY_EC:
        ec_parse(r, parameters, out);
        break;
    case HL_X509_KEY_DSA:
    case HL_X509_KEY_DH:
        prime_parse(r, parameters, out);
        break;
    case HL_X509_KEY_GOST:
        gost_parse(r, parameters, out);
        break;
    case HL_X509_KEY_ML_DSA:
    case HL_X509_KEY_SLH_DSA:
    case HL_X509_KEY_ML_KEM:
        out->bits = out->bits_raw.len < UINT16_MAX ? (uint32_t)out->bits_raw.len * 8 : 0;
        break;
    default:
        break;
    }
}

/* SubjectPublicKeyInfo ::= SEQUENCE { algorithm AlgorithmIdentifier, subjectPublicKey BIT STRING } */
void key_parse(struct parser *p, struct hl_reader *r, struct hl_span whole, struct hl_x509_key *out)
{
    struct der_tlv parameters;
    uint8_t unused = 0;

    *out = (struct hl_x509_key){ .der = whole };
    struct hl_reader algorithm = der_enter(r, DER_SEQUENCE, "algorithm");
    out->oid = algorithm_oid(&algorithm, &parameters);
    out->parameters = parameters.whole;
    der_end(&algorithm, "algorithm");
    const struct oid_info *info = oid_find(out->oid, USE_KEY);
    if (info != NULL) {
        out->kind = (enum hl_x509_key_kind)info->kind;
        out->algorithm = algorithm_name(info);
        out->bits = info->bits;
    }
    out->bits_raw = der_bit_string(r, DER_BIT_STRING, &unused, "subjectPublicKey");
    der_end(r, "SubjectPublicKeyInfo");
    if (rd_ok(r))
        key_material_parse(r, &parameters, out);
    out->fault = *r->fault;
    if (!rd_ok(r) || unused != 0) /* every kind of key is whole octets */
        *p->oddities |= X509_ODD_MALFORMED_KEY;
    if (out->explicit_curve)
        *p->oddities |= X509_ODD_EXPLICIT_CURVE;
}

bool x509_key_parse(struct hl_span der, struct hl_x509_key *out)
{
    struct hl_fault fault;
    uint32_t oddities = 0;
    struct parser p = { .fault = &fault, .oddities = &oddities };
    struct hl_reader r = open_message(der, &fault, "SubjectPublicKeyInfo");
    struct der_tlv tlv;

    *out = (struct hl_x509_key){ .kind = HL_X509_KEY_UNKNOWN };
    if (!der_expect(&r, DER_SEQUENCE, &tlv, "SubjectPublicKeyInfo"))
        return false;
    struct hl_reader body = rd_within(&r, tlv.value);
    key_parse(&p, &body, tlv.whole, out);
    return rd_end(&r, "SubjectPublicKeyInfo") && (oddities & X509_ODD_MALFORMED_KEY) == 0;
}

const char *x509_hash_name(enum hl_x509_hash hash)
{
    static const char *const names[] = {
        [HL_X509_HASH_NONE] = "",
        [HL_X509_MD2] = "md2",
        [HL_X509_MD4] = "md4",
        [HL_X509_MD5] = "md5",
        [HL_X509_SHA1] = "sha1",
        [HL_X509_SHA224] = "sha224",
        [HL_X509_SHA256] = "sha256",
        [HL_X509_SHA384] = "sha384",
        [HL_X509_SHA512] = "sha512",
        [HL_X509_SHA512_256] = "sha512-256",
        [HL_X509_SHA512_224] = "sha512-224",
        [HL_X509_SHA3_224] = "sha3-224",
        [HL_X509_SHA3_256] = "sha3-256",
        [HL_X509_SHA3_384] = "sha3-384",
        [HL_X509_SHA3_512] = "sha3-512",
        [HL_X509_RIPEMD160] = "ripemd160",
        [HL_X509_SHAKE128] = "shake128",
        [HL_X509_SHAKE256] = "shake256",
        [HL_X509_SM3] = "sm3",
        [HL_X509_GOST94] = "md_gost94",
        [HL_X509_STREEBOG256] = "md_gost12_256",
        [HL_X509_STREEBOG512] = "md_gost12_512",
    };

    return hash < sizeof names / sizeof names[0] ? names[hash] : "";
}
