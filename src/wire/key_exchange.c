#include "wire/key_exchange.h"

#include "registry/registry.h"
#include "wire/take.h"
#include "wire/version.h"

#include <string.h>

typedef struct hl_server_key_exchange server_kx;
typedef struct hl_client_key_exchange client_kx;

/* The bits of a number, without its leading zeros. */
static unsigned bit_length(struct hl_span number)
{
    struct hl_fault unused;
    struct hl_reader r = rd_init(number, &unused);
    unsigned top = 0, bits;

    while (rd_more(&r) && top == 0)
        top = rd_u8(&r, "number");
    for (bits = (unsigned)rd_left(&r) * 8; top != 0; top >>= 1)
        bits++;
    return bits;
}

static unsigned show_bits(const struct hl_reader *r, const struct hl_visitor *v, const char *key,
                          struct hl_span number)
{
    unsigned bits = bit_length(number);

    if (rd_ok(r))
        v_number(v, key, bits);
    return bits;
}

/* --- parameters of a server ------------------------------------------------ */

static struct hl_code basis_type(uint8_t id)
{
    static const char *const names[] = { [1] = "ec_basis_trinomial", [2] = "ec_basis_pentanomial" };

    return small_code(id, names, sizeof names / sizeof names[0]);
}

/* RFC 4492, section 5.4: a curve given by its numbers. RFC 8422 has taken these away. */
static void read_explicit_curve(struct hl_reader *r, uint8_t type, const struct hl_visitor *v)
{
    if (type == 1) {
        take_opaque8(r, v, 1, UINT8_MAX, "prime_p");
    } else {
        take_u16(r, v, "m");
        uint8_t basis = take_code8(r, v, "basis", basis_type);
        if (basis == 1) {
            take_opaque8(r, v, 1, UINT8_MAX, "k");
        } else if (basis == 2) {
            take_opaque8(r, v, 1, UINT8_MAX, "k1");
            take_opaque8(r, v, 1, UINT8_MAX, "k2");
            take_opaque8(r, v, 1, UINT8_MAX, "k3");
        } else {
            rd_reject(r, 1, basis, "basis");
        }
    }
    take_opaque8(r, v, 1, UINT8_MAX, "a");
    take_opaque8(r, v, 1, UINT8_MAX, "b");
    take_opaque8(r, v, 1, UINT8_MAX, "base");
    take_opaque8(r, v, 1, UINT8_MAX, "order");
    take_opaque8(r, v, 1, UINT8_MAX, "cofactor");
}

/* RFC 8422, section 5.4: ECParameters. */
static uint16_t read_ec_parameters(struct hl_reader *r, const struct hl_visitor *v)
{
    uint8_t type = take_code8(r, v, "curve_type", reg_curve_type);

    if (type == 3)
        return take_code16(r, v, "group", reg_group);
    if (type == 1 || type == 2)
        read_explicit_curve(r, type, v);
    else
        rd_reject(r, 1, type, "curve_type");
    return 0;
}

/* RFC 8422, section 5.4: ServerECDHParams. */
static void server_ecdh(struct hl_reader *r, const struct hl_visitor *v, server_kx *out)
{
    out->group = read_ec_parameters(r, v);
    out->public_key = take_opaque8(r, v, 1, UINT8_MAX, "public_key");
}

/* RFC 5246, section 7.4.3: ServerDHParams. */
static void server_dh(struct hl_reader *r, const struct hl_visitor *v, server_kx *out)
{
    struct hl_span p = take_opaque16(r, v, 1, UINT16_MAX, "dh_p");

    out->dh_bits = show_bits(r, v, "dh_bits", p);
    out->dh_prime = p;
    out->dh_generator = take_opaque16(r, v, 1, UINT16_MAX, "dh_g");
    out->public_key = take_opaque16(r, v, 1, UINT16_MAX, "dh_ys");
}

/* RFC 2246, section 7.4.3: ServerRSAParams, the short key of an export suite. */
static void server_rsa(struct hl_reader *r, const struct hl_visitor *v, server_kx *out)
{
    struct hl_span modulus = take_opaque16(r, v, 1, UINT16_MAX, "rsa_modulus");

    out->rsa_bits = show_bits(r, v, "rsa_bits", modulus);
    take_opaque16(r, v, 1, UINT16_MAX, "rsa_exponent");
}

/* RFC 5054, section 2.8.2: ServerSRPParams. */
static void server_srp(struct hl_reader *r, const struct hl_visitor *v, server_kx *out)
{
    struct hl_span n = take_opaque16(r, v, 1, UINT16_MAX, "srp_n");

    out->dh_bits = show_bits(r, v, "dh_bits", n);
    take_opaque16(r, v, 1, UINT16_MAX, "srp_g");
    take_opaque8(r, v, 1, UINT8_MAX, "srp_s");
    out->public_key = take_opaque16(r, v, 1, UINT16_MAX, "srp_b");
}

/* draft-cragie-tls-ecjpake, section 6: a key and a Schnorr proof of knowing its secret. */
static struct hl_span read_ecjpake_key(struct hl_reader *r, const struct hl_visitor *v)
{
    struct hl_span x = take_opaque8(r, v, 1, UINT8_MAX, "x");

    take_opaque8(r, v, 1, UINT8_MAX, "v");
    take_opaque8(r, v, 1, UINT8_MAX, "r");
    return x;
}

static void server_ecjpake(struct hl_reader *r, const struct hl_visitor *v, server_kx *out)
{
    out->group = read_ec_parameters(r, v);
    out->public_key = read_ecjpake_key(r, v);
}

/* RFC 8492, section 4.4.1: ServerECCPWDParams. */
static void server_eccpwd(struct hl_reader *r, const struct hl_visitor *v, server_kx *out)
{
    take_opaque8(r, v, 1, UINT8_MAX, "salt");
    out->group = read_ec_parameters(r, v);
    out->public_key = take_opaque8(r, v, 1, UINT8_MAX, "element");
    take_opaque8(r, v, 1, UINT8_MAX, "scalar");
}

static void server_nothing(struct hl_reader *r, const struct hl_visitor *v, server_kx *out)
{
    (void)r;
    (void)v;
    (void)out;
}

/* --- answers of a client --------------------------------------------------- */

/* RFC 5246, section 7.4.7.1. SSL 3 has no length before it (RFC 5246, there, explains). */
static void client_rsa(struct hl_reader *r, const struct hl_visitor *v, uint16_t version, client_kx *out)
{
    struct hl_fault unused;
    struct hl_reader ahead = look_ahead(r, &unused);
    bool bare = version == 0x0300 || (version == 0 && rd_u16(&ahead, "length") != rd_left(&ahead));

    out->encrypted = bare ? take_rest(r, v, "encrypted_pre_master_secret")
                          : take_opaque16(r, v, 0, UINT16_MAX, "encrypted_pre_master_secret");
}

/* RFC 5246, section 7.4.7.2. */
static void client_dh(struct hl_reader *r, const struct hl_visitor *v, uint16_t version, client_kx *out)
{
    (void)version;
    out->public_key = take_opaque16(r, v, 1, UINT16_MAX, "dh_yc");
}

/* RFC 8422, section 5.7. TLCP has the curve before the point. */
static void client_ecdh(struct hl_reader *r, const struct hl_visitor *v, uint16_t version, client_kx *out)
{
    if (version == 0x0101)
        (void)read_ec_parameters(r, v);
    out->public_key = take_opaque8(r, v, 1, UINT8_MAX, "ecdh_yc");
}

/* RFC 5054, section 2.8.3. */
static void client_srp(struct hl_reader *r, const struct hl_visitor *v, uint16_t version, client_kx *out)
{
    (void)version;
    out->public_key = take_opaque16(r, v, 1, UINT16_MAX, "srp_a");
}

static void client_ecjpake(struct hl_reader *r, const struct hl_visitor *v, uint16_t version, client_kx *out)
{
    (void)version;
    out->public_key = read_ecjpake_key(r, v);
}

/* RFC 8492, section 4.4.2: ClientECCPWDParams. */
static void client_eccpwd(struct hl_reader *r, const struct hl_visitor *v, uint16_t version, client_kx *out)
{
    (void)version;
    out->public_key = take_opaque8(r, v, 1, UINT8_MAX, "element");
    take_opaque8(r, v, 1, UINT8_MAX, "scalar");
}

/* RFC 2712, section 3: KerberosWrapper. */
static void client_krb5(struct hl_reader *r, const struct hl_visitor *v, uint16_t version, client_kx *out)
{
    (void)version;
    take_opaque16(r, v, 0, UINT16_MAX, "ticket");
    take_opaque16(r, v, 0, UINT16_MAX, "authenticator");
    out->encrypted = take_opaque16(r, v, 0, UINT16_MAX, "encrypted_pre_master_secret");
}

static void client_nothing(struct hl_reader *r, const struct hl_visitor *v, uint16_t version, client_kx *out)
{
    (void)r;
    (void)v;
    (void)version;
    (void)out;
}

/* --- which suite has which ------------------------------------------------- */

struct form {
    const char *key_exchange; /* as in struct hl_suite */
    void (*server)(struct hl_reader *r, const struct hl_visitor *v, server_kx *out);
    void (*client)(struct hl_reader *r, const struct hl_visitor *v, uint16_t version, client_kx *out);
};

static const struct form forms[] = {
    { "ECDHE", server_ecdh, client_ecdh },
    { "ECDH", server_ecdh, client_ecdh },
    { "DHE", server_dh, client_dh },
    { "DH", server_dh, client_dh },
    { "RSA", server_rsa, client_rsa },
    { "PSK", server_nothing, client_nothing },
    { "SRP", server_srp, client_srp },
    { "ECJPAKE", server_ecjpake, client_ecjpake },
    { "ECCPWD", server_eccpwd, client_eccpwd },
    { "ECC", server_nothing, client_rsa }, /* TLCP: the certificate's key, as with RSA */
    { "KRB5", NULL, client_krb5 },
};

static const struct form *find_form(const char *key_exchange)
{
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
        if (strcmp(forms[i].key_exchange, key_exchange) == 0)
            return &forms[i];
    return NULL;
}

static bool authenticates_by(const struct hl_suite *suite, const char *authentication)
{
    return suite != NULL && strcmp(suite->authentication, authentication) == 0;
}

/* Nothing is signed where both know a secret, and where nobody is authenticated. */
static bool is_signed(const struct hl_suite *suite)
{
    static const char *const unsigned_ones[] = { "PSK", "anon", "SRP", "ECJPAKE", "ECCPWD" };

    for (size_t i = 0; i < sizeof unsigned_ones / sizeof unsigned_ones[0]; i++)
        if (authenticates_by(suite, unsigned_ones[i]))
            return false;
    return true;
}

/* --- ServerKeyExchange ----------------------------------------------------- */

/* For when the suite is not known: a named curve and a point, or else three numbers, and a signature
 * or nothing after them. */
static const struct form *guess_form(const struct hl_reader *r)
{
    struct hl_fault unused;
    struct hl_reader ahead = look_ahead(r, &unused);

    if (rd_u8(&ahead, "curve_type") == 3 && reg_group(rd_u16(&ahead, "named_curve")).name != NULL) {
        (void)rd_opaque8(&ahead, 1, UINT8_MAX, "public");
        if (rd_ok(&ahead))
            return find_form("ECDHE");
    }
    ahead = look_ahead(r, &unused);
    for (int i = 0; i < 3; i++)
        (void)rd_opaque16(&ahead, 1, UINT16_MAX, "number");
    return rd_ok(&ahead) ? find_form("DHE") : NULL;
}

/* RFC 5246, section 4.7: DigitallySigned; before TLS 1.2 without the scheme. */
static void read_signature(struct hl_reader *r, uint16_t version, const struct hl_visitor *v, server_kx *out)
{
    struct hl_fault unused;
    struct hl_reader ahead = look_ahead(r, &unused);
    bool bare = rd_u16(&ahead, "signature") == rd_left(&ahead);

    if (version != 0 ? version_has_schemes(version) : !bare)
        out->scheme = take_code16(r, v, "scheme", reg_signature_scheme);
    out->signature = take_opaque16(r, v, 0, UINT16_MAX, "signature");
}

static void read_server(struct hl_reader *r, const struct hl_visitor *v, const struct hl_message_context *ctx,
                        server_kx *out)
{
    const struct hl_suite *suite = reg_suite(ctx->cipher_suite);
    bool known = ctx->cipher_suite != 0 && suite != NULL;
    const struct form *form = known ? find_form(suite->key_exchange) : guess_form(r);
    struct hl_span all = rd_span(r);

    *out = (server_kx){ .group = 0 };
    if (form == NULL || form->server == NULL) {
        take_rest(r, v, "data");
        return;
    }
    if (authenticates_by(suite, "PSK")) { /* RFC 4279, section 2 */
        take_text16(r, v, 0, UINT16_MAX, "psk_identity_hint");
        if (strcmp(suite->key_exchange, "RSA") == 0)
            return; /* RFC 4279, section 4: the hint and nothing else */
    }
    if (ctx->version != 0x0101 || form->server != server_rsa) /* TLCP signs the certificate instead */
        form->server(r, v, out);
    if (!rd_ok(r))
        return;
    out->params = (struct hl_span){ all.ptr, all.len - rd_left(r) };
    if (known ? is_signed(suite) : rd_left(r) > 0)
        read_signature(r, ctx->version, v, out);
}

void message_server_key_exchange(struct hl_reader *r, const struct hl_visitor *v,
                                 const struct hl_message_context *ctx)
{
    server_kx unused;

    read_server(r, v, ctx, &unused);
}

bool server_key_exchange_parse(struct hl_reader *r, const struct hl_message_context *ctx,
                               struct hl_server_key_exchange *out)
{
    read_server(r, NULL, ctx, out);
    return rd_end(r, "server_key_exchange");
}

/* --- ClientKeyExchange ----------------------------------------------------- */

/* RFC 5246, section 7.4.7.2 and RFC 8422, section 5.7: the client's certificate has its share. */
static bool is_implicit(const struct hl_reader *r, const struct hl_suite *suite)
{
    return rd_left(r) == 0 && !authenticates_by(suite, "anon") &&
           (strcmp(suite->key_exchange, "DH") == 0 || strcmp(suite->key_exchange, "ECDH") == 0);
}

static void read_client(struct hl_reader *r, const struct hl_visitor *v, const struct hl_message_context *ctx,
                        client_kx *out)
{
    const struct hl_suite *suite = reg_suite(ctx->cipher_suite);
    const struct form *form = ctx->cipher_suite != 0 && suite != NULL ? find_form(suite->key_exchange) : NULL;

    *out = (client_kx){ .psk_identity = { NULL, 0 } };
    if (form == NULL) {
        take_rest(r, v, "data");
        return;
    }
    if (is_implicit(r, suite))
        return;
    if (authenticates_by(suite, "PSK")) /* RFC 4279, section 2 */
        out->psk_identity = take_text16(r, v, 0, UINT16_MAX, "psk_identity");
    form->client(r, v, ctx->version, out);
}

void message_client_key_exchange(struct hl_reader *r, const struct hl_visitor *v,
                                 const struct hl_message_context *ctx)
{
    client_kx unused;

    read_client(r, v, ctx, &unused);
}

bool client_key_exchange_parse(struct hl_reader *r, const struct hl_message_context *ctx,
                               struct hl_client_key_exchange *out)
{
    read_client(r, NULL, ctx, out);
    return rd_end(r, "client_key_exchange");
}
