#include "report/walk_parts.h"
#include "wire/message.h"

static void walk_public_key(const struct walk *w, const struct hl_x509_key *key)
{
    v_object(w->v, "public_key");
    walk_algorithm(w, "algorithm", key->algorithm);
    v_number(w->v, "bits", key->bits);
    if (key->exponent != 0)
        v_number(w->v, "exponent", (int64_t)(key->exponent & INT64_MAX));
    if (key->curve != NULL)
        v_string(w->v, "curve", key->curve);
    v_end_object(w->v);
}

static void walk_oddities(const struct walk *w, const struct hl_x509 *cert)
{
    const char *name;

    if (cert->oddities == 0)
        return;
    v_array(w->v, "oddities");
    for (unsigned i = 0; (name = x509_oddity_name(i)) != NULL; i++) {
        if (cert->oddities >> i & 1)
            v_string(w->v, NULL, name);
    }
    v_end_array(w->v);
}

/* Of PSS the name does not say it. */
static void walk_signature_hash(const struct walk *w, const struct hl_x509_pss *pss)
{
    if (!pss->present)
        return;
    v_object(w->v, "signature_parameters");
    v_string(w->v, "hash", x509_hash_name(pss->hash));
    v_end_object(w->v);
}

static void walk_certificate_summary(const struct walk *w, const struct hl_x509 *cert)
{
    v_number(w->v, "length", (int64_t)cert->der.len);
    v_number(w->v, "version_number", cert->version);
    v_bytes(w->v, "serial", x509_serial(cert));
    v_text(w->v, "subject", cert->subject.text);
    v_text(w->v, "issuer", cert->issuer.text);
    walk_x509_time(w, "not_before", &cert->not_before);
    walk_x509_time(w, "not_after", &cert->not_after);
    walk_san(w, "names", cert);
    walk_public_key(w, &cert->key);
    walk_algorithm(w, "signature_algorithm", cert->signature_algorithm.name);
    walk_signature_hash(w, &cert->signature_algorithm.pss);
    v_bool(w->v, "ca", cert->ca);
    walk_oddities(w, cert);
    if (cert->fault.kind != HL_FAULT_NONE)
        v_fault(w->v, "fault", &cert->fault);
}

void walk_certificate(const struct walk *w, const struct hl_certificate *certificate)
{
    v_bytes(w->v, "sha256", (struct hl_span){ certificate->sha256, sizeof certificate->sha256 });
    v_bytes(w->v, "sha1", (struct hl_span){ certificate->sha1, sizeof certificate->sha1 });
    if (certificate->x509.key.der.len > 0)
        v_bytes(w->v, "spki_sha256", (struct hl_span){ certificate->spki_sha256, sizeof certificate->spki_sha256 });
    if (w->all)
        x509_walk(&certificate->x509, w->v);
    else
        walk_certificate_summary(w, &certificate->x509);
}

static void walk_chain(const struct walk *w, const char *key, const struct hl_chain *chain)
{
    if (chain->count == 0) {
        v_null(w->v, key);
        return;
    }
    v_array(w->v, key);
    for (unsigned i = 0; i < chain->count; i++) {
        const struct hl_certificate *certificate = chain->list[i];
        struct hl_span sha256 = { certificate->sha256, sizeof certificate->sha256 };
        if (!memo_begin(w->memo, MEMO_CERTIFICATE, sha256))
            continue;
        v_object(w->v, NULL);
        walk_certificate(w, certificate);
        v_end_object(w->v);
        memo_end(w->memo, true);
    }
    v_end_array(w->v);
}

static void walk_raw_public_key(const struct walk *w, const char *key, const struct hl_chain *chain)
{
    if (chain->raw_public_key.len > 0)
        v_bytes(w->v, key, chain->raw_public_key);
}

void walk_certificates(const struct walk *w)
{
    const struct hl_chain *server = &w->hs->server_chain, *client = &w->hs->client_chain;

    v_object(w->v, "certificates");
    walk_chain(w, "server", server);
    walk_chain(w, "client", client);
    walk_raw_public_key(w, "server_raw_public_key", server);
    walk_raw_public_key(w, "client_raw_public_key", client);
    if (server->total > server->count)
        v_number(w->v, "server_not_shown", server->total - server->count);
    if (client->total > client->count)
        v_number(w->v, "client_not_shown", client->total - client->count);
    walk_trust(w);
    v_object(w->v, "why_absent");
    if (server->count == 0)
        v_string(w->v, "server", server->why_absent);
    if (client->count == 0 && client->why_absent != NULL) /* there is no client in a file */
        v_string(w->v, "client", client->why_absent);
    v_end_object(w->v);
    v_end_object(w->v);
}
