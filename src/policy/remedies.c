#include "policy/remedies.h"

#include "registry/registry.h"
#include "registry/suite_names.h"

#include <string.h>

enum program { NGINX, APACHE, HAPROXY, ENVOY, OPENSSL, JAVA, PROGRAMS };

static const char *const program_names[PROGRAMS] = { "nginx", "Apache", "HAProxy", "Envoy", "OpenSSL", "Java" };

static const struct version {
    uint16_t code;
    const char *nginx, *haproxy, *envoy, *java; /* Apache says it as nginx does, with signs */
} versions[] = {
    { 0x0300, "SSLv3", "SSLv3", NULL, "SSLv3" },
    { 0x0301, "TLSv1", "TLSv1.0", "TLSv1_0", "TLSv1" },
    { 0x0302, "TLSv1.1", "TLSv1.1", "TLSv1_1", "TLSv1.1" },
    { 0x0303, "TLSv1.2", "TLSv1.2", "TLSv1_2", "TLSv1.2" },
    { 0x0304, "TLSv1.3", "TLSv1.3", "TLSv1_3", "TLSv1.3" },
};

#define VERSION_COUNT (sizeof versions / sizeof versions[0])

/* --- versions ----------------------------------------------------------------------------- */

static void put_allowed_versions(const struct hl_policy *policy, struct hl_buffer *out, const char *before)
{
    for (size_t i = 0; i < VERSION_COUNT; i++) {
        if (codes_have(&policy->versions_allowed, versions[i].code))
            buf_printf(out, "%s%s", before, versions[i].nginx);
    }
}

/* The lowest and the highest one that is allowed; NULL: none is. */
static const struct version *end_of_range(const struct hl_policy *policy, bool highest)
{
    const struct version *found = NULL;

    for (size_t i = 0; i < VERSION_COUNT; i++) {
        if (codes_have(&policy->versions_allowed, versions[i].code) && (highest || found == NULL))
            found = &versions[i];
    }
    return found;
}

static void put_versions(const struct hl_policy *policy, enum program program, struct hl_buffer *out)
{
    const struct version *low = end_of_range(policy, false), *high = end_of_range(policy, true);

    if (low == NULL)
        return;
    switch (program) {
    case NGINX:
        buf_string(out, "ssl_protocols");
        put_allowed_versions(policy, out, " ");
        buf_char(out, ';');
        break;
    case APACHE:
        buf_string(out, "SSLProtocol -all");
        put_allowed_versions(policy, out, " +");
        break;
    case HAPROXY: buf_printf(out, "ssl-default-bind-options ssl-min-ver %s ssl-max-ver %s", low->haproxy, high->haproxy); break;
    case ENVOY:
        if (low->envoy != NULL)
            buf_printf(out, "tls_params: { tls_minimum_protocol_version: %s, tls_maximum_protocol_version: %s }", low->envoy, high->envoy);
        break;
    case OPENSSL: buf_printf(out, "MinProtocol = %s, MaxProtocol = %s", low->nginx, high->nginx); break;
    default: {
        const char *separator = "jdk.tls.disabledAlgorithms=";
        for (size_t i = 0; i < VERSION_COUNT; i++) {
            if (!codes_have(&policy->versions_allowed, versions[i].code)) {
                buf_printf(out, "%s%s", separator, versions[i].java);
                separator = ", ";
            }
        }
        buf_string(out, ", ... (java.security)");
    }
    }
}

/* --- suites ------------------------------------------------------------------------------- */

static bool is_tls13(uint16_t code)
{
    const struct hl_suite *suite = reg_suite(code);

    return suite != NULL && strcmp(suite->key_exchange, "any") == 0;
}

/* By OpenSSL's names, which all but Java use; those of TLS 1.3 have a setting of their own. */
static unsigned put_suites_of(const struct hl_policy *policy, bool tls13, bool iana, const char *separator, struct hl_buffer *out)
{
    char name[SUITE_NAME_SIZE];
    unsigned n = 0;

    for (unsigned i = 0; i < policy->suites_allowed.count; i++) {
        const uint16_t code = policy->suites_allowed.list[i];
        const char *known = reg_cipher_suite(code).name;
        if (known == NULL || is_tls13(code) != tls13 || (!iana && !suite_openssl_name(known, name)))
            continue;
        buf_string(out, n++ > 0 ? separator : "");
        buf_string(out, iana ? known : name);
    }
    return n;
}

static void put_suites(const struct hl_policy *policy, enum program program, struct hl_buffer *out)
{
    static const char *const before[] = { "ssl_ciphers ", "SSLCipherSuite ", "ssl-default-bind-ciphers ",
                                          "tls_params: { cipher_suites: [", "CipherString = ", "SSLParameters.setCipherSuites: " };

    buf_string(out, before[program]);
    unsigned n = put_suites_of(policy, false, program == JAVA, program == ENVOY || program == JAVA ? ", " : ":", out);
    if (program == JAVA) {
        buf_string(out, n > 0 ? ", " : "");
        n += put_suites_of(policy, true, true, ", ", out);
    }
    if (n == 0) {
        out->len = 0;
        return;
    }
    buf_string(out, program == NGINX ? ";" : program == ENVOY ? "] }" : "");
}

/* --- groups ------------------------------------------------------------------------------- */

static void put_groups(const struct hl_policy *policy, enum program program, struct hl_buffer *out)
{
    static const char *const before[] = { "ssl_ecdh_curve ", "SSLOpenSSLConfCmd Groups ", "ssl-default-bind-curves ",
                                          "tls_params: { ecdh_curves: [", "Groups = ", "-Djdk.tls.namedGroups=" };
    const struct policy_codes *codes = policy->groups_allowed.given ? &policy->groups_allowed : &policy->groups_required;
    unsigned n = 0;

    buf_string(out, before[program]);
    for (unsigned i = 0; i < codes->count; i++) {
        const char *name = reg_group(codes->list[i]).name;
        if (name == NULL)
            continue;
        buf_string(out, n++ == 0 ? "" : program == ENVOY ? ", " : program == JAVA ? "," : ":");
        buf_string(out, strcmp(name, "x25519") == 0 ? "X25519" : strcmp(name, "secp256r1") == 0 && program != JAVA ? "prime256v1" : name);
    }
    buf_string(out, program == NGINX ? ";" : program == ENVOY ? "] }" : "");
}

/* --- what is the same for every policy ---------------------------------------------------- */

static const struct {
    const char *rule;
    const char *lines[PROGRAMS];
} fixed[] = {
    { "compression", { NULL, "SSLCompression off", NULL, NULL, "Options = -Compression", NULL } },
    { "secure_renegotiation", { NULL, "SSLInsecureRenegotiation off", NULL, NULL, "Options = -UnsafeLegacyRenegotiation", NULL } },
    { "dh_bits_min", { "ssl_dhparam dhparam.pem;", "SSLOpenSSLConfCmd DHParameters dhparam.pem", "tune.ssl.default-dh-param 3072", NULL,
                       "DHParameters = dhparam.pem", "-Djdk.tls.ephemeralDHKeySize=3072" } },
    { "session_resumption", { "ssl_session_cache shared:tls:10m;", "SSLSessionCache shmcb:/run/tls(512000)", "tune.ssl.cachesize 20000", NULL,
                              "Options = SessionTicket", NULL } },
    { "early_data", { "ssl_early_data off;", NULL, "bind ... ssl (without allow-0rtt)", NULL, NULL, NULL } },
    { "client_renegotiation", { NULL, NULL, NULL, NULL, "Options = NoRenegotiation", "-Djdk.tls.rejectClientInitiatedRenegotiation=true" } },
    { "heartbeat", { NULL, NULL, NULL, NULL, "OpenSSL 1.1.1 or later, or a build with no-heartbeats", NULL } },
    { "certificate.staple", { "ssl_stapling on;", "SSLUseStapling on", "ocsp-update on", "ocsp_staple_policy: MUST_STAPLE", NULL,
                              "-Djdk.tls.server.enableStatusRequestExtension=true" } },
    { "certificate.trusted", { "ssl_certificate fullchain.pem;", "SSLCertificateFile fullchain.pem", "bind ... ssl crt fullchain-and-key.pem",
                               "certificate_chain: { filename: fullchain.pem }", NULL, NULL } },
    { "weakness.heartbleed", { NULL, NULL, NULL, NULL, "OpenSSL 1.0.1g or later, and a new key: the old one may be known", NULL } },
    { "weakness.ccs_injection", { NULL, NULL, NULL, NULL, "OpenSSL 0.9.8za, 1.0.0m, 1.0.1h or later", NULL } },
    { "weakness.robot", { "ssl_ciphers ECDHE+AESGCM:ECDHE+CHACHA20;", "SSLCipherSuite ECDHE+AESGCM:ECDHE+CHACHA20",
                          "ssl-default-bind-ciphers ECDHE+AESGCM:ECDHE+CHACHA20", "cipher_suites: [ECDHE-ECDSA-AES128-GCM-SHA256, ECDHE-RSA-AES128-GCM-SHA256]",
                          "CipherString = ECDHE+AESGCM:ECDHE+CHACHA20", "jdk.tls.disabledAlgorithms=..., TLS_RSA_*" } },
    { "alpn.required", { "http2 on;", "Protocols h2 http/1.1", "bind ... alpn h2,http/1.1", "alpn_protocols: [h2, http/1.1]", NULL, NULL } },
};

static void put_fixed(const char *rule, enum program program, struct hl_buffer *out)
{
    for (size_t i = 0; i < sizeof fixed / sizeof fixed[0]; i++) {
        if (strcmp(fixed[i].rule, rule) == 0 && fixed[i].lines[program] != NULL)
            buf_string(out, fixed[i].lines[program]);
    }
}

bool remedy_put(const struct hl_policy *policy, const struct policy_rule *rule, unsigned number, const char **program, struct hl_buffer *out)
{
    if (number >= PROGRAMS)
        return false;
    *program = program_names[number];
    if (strncmp(rule->id, "versions.", 9) == 0)
        put_versions(policy, number, out);
    else if (strncmp(rule->id, "cipher_suites.", 14) == 0)
        put_suites(policy, number, out);
    else if (strncmp(rule->id, "groups.", 7) == 0)
        put_groups(policy, number, out);
    else
        put_fixed(rule->id, number, out);
    return true;
}
