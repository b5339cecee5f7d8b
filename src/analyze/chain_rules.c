/* What was sent, and what should have been: order, duplicates, strangers, the root. */
#include "analyze/findings.h"

#include "base/text.h"
#include "x509/name_compare.h"

#include <string.h>

static struct hl_finding *say(struct analysis *a, enum finding_code code, const struct hl_chain *chain, unsigned index,
                              const char *side)
{
    struct hl_finding *finding = add_finding(a, code, finding_info(code)->severity);

    finding->side = side;
    finding->at = chain->at;
    finding->certificate = (int)index;
    finding->subject = chain->list[index]->x509.subject.text;
    return finding;
}

static bool is_copy(const struct hl_chain *chain, unsigned index)
{
    for (unsigned i = 0; i < index; i++) {
        if (certificate_is(chain->list[i], chain->list[index]))
            return true;
    }
    return false;
}

static bool is_on_path(const struct path *path, const struct hl_certificate *certificate)
{
    for (unsigned i = 0; i < path->length; i++) {
        if (certificate_is(path->list[i], certificate))
            return true;
    }
    return false;
}

/* It could have issued one of the others: another way for clients that need it (a cross-signed CA, a twin). One that
 * has the name of a CA on the path, but another key, has issued nothing here. */
static bool is_issuer_of_any(const struct hl_chain *chain, const struct path *path, unsigned index)
{
    const struct hl_certificate *one = chain->list[index];

    for (unsigned i = 1; i < path->length; i++) {
        if (x509_names_equal(path->list[i]->x509.subject.der, one->x509.subject.der)
            && memcmp(path->list[i]->spki_sha256, one->spki_sha256, SHA256_LENGTH) != 0)
            return false;
    }
    for (unsigned i = 0; i < chain->count; i++) {
        if (i != index && x509_names_equal(chain->list[i]->x509.issuer.der, chain->list[index]->x509.subject.der))
            return true;
    }
    return false;
}

static void find_duplicates(struct analysis *a, const struct hl_chain *chain, const char *side)
{
    for (unsigned i = 1; i < chain->count; i++) {
        if (!is_copy(chain, i))
            continue;
        put_certificate_name(a->text, &chain->list[i]->x509);
        buf_printf(a->text, " is sent twice: %zu bytes for nothing", chain->list[i]->der.len);
        say(a, FINDING_CHAIN_DUPLICATE, chain, i, side);
    }
}

static void find_strangers(struct analysis *a, const struct hl_chain *chain, const struct path *path, const char *side)
{
    for (unsigned i = 1; i < chain->count; i++) {
        if (is_on_path(path, chain->list[i]) || is_issuer_of_any(chain, path, i) || is_copy(chain, i))
            continue;
        put_certificate_name(a->text, &chain->list[i]->x509);
        buf_printf(a->text, " does not belong to the chain: %zu bytes for nothing", chain->list[i]->der.len);
        say(a, FINDING_CHAIN_UNRELATED, chain, i, side);
    }
}

/* The root of the path, or any root: a client has it, or does not trust it. */
static void find_root(struct analysis *a, const struct hl_chain *chain, const struct path *path, const char *side)
{
    for (unsigned i = 1; i < chain->count; i++) {
        const struct hl_certificate *one = chain->list[i];
        if (!x509_is_self_issued(&one->x509) || !is_on_path(path, one) || is_copy(chain, i))
            continue;
        buf_string(a->text, "the root ");
        put_certificate_name(a->text, &one->x509);
        buf_printf(a->text, " is sent: %zu bytes that no client needs", one->der.len);
        say(a, FINDING_CHAIN_ROOT_SENT, chain, i, side);
    }
}

/* Where in the message a certificate stands first; -1: it was not sent. The path may have it from the trust store. */
static int place_in_message(const struct hl_chain *chain, const struct hl_certificate *certificate)
{
    for (unsigned i = 0; i < chain->count; i++) {
        if (certificate_is(chain->list[i], certificate))
            return (int)i;
    }
    return -1;
}

/* Along the path, what was sent must come in the order in which it was sent. */
static void find_order(struct analysis *a, const struct hl_chain *chain, const struct path *path, const char *side)
{
    int last = 0;

    for (unsigned i = 1; i < path->length; i++) {
        int place = place_in_message(chain, path->list[i]);
        if (place >= 0 && place < last) {
            put_certificate_name(a->text, &path->list[i]->x509);
            buf_printf(a->text, " is certificate %d of the message, before the one that it issued", place + 1);
            say(a, FINDING_CHAIN_WRONG_ORDER, chain, (unsigned)place, side);
            return;
        }
        last = place >= 0 ? place : last;
    }
}

void find_chain_shape(struct analysis *a, const struct hl_chain *chain, const struct hl_judgement *judgement,
                      const char *side)
{
    const struct path *path = &judgement->chain->verdict.best;

    find_order(a, chain, path, side);
    find_duplicates(a, chain, side);
    find_strangers(a, chain, path, side);
    find_root(a, chain, path, side);
}
