#include "crypto/store.h"

#include "x509/name_compare.h"

#include <stdlib.h>
#include <string.h>

void store_init(struct cert_store *store)
{
    *store = (struct cert_store){ .entries = NULL };
}

void store_cleanup(struct cert_store *store)
{
    for (uint32_t i = 0; i < store->count; i++)
        certificate_free(store->entries[i].certificate);
    free(store->entries);
    free(store->buckets);
    store_init(store);
}

static void link_entry(struct cert_store *store, uint32_t index)
{
    struct store_entry *entry = &store->entries[index];
    uint32_t *bucket = &store->buckets[entry->subject % store->room];

    entry->next = *bucket;
    *bucket = index;
}

static bool grow(struct cert_store *store)
{
    uint32_t room = store->room > 0 ? 2 * store->room : 256;
    struct store_entry *entries = realloc(store->entries, room * sizeof *entries);

    if (entries == NULL)
        return false;
    store->entries = entries;
    uint32_t *buckets = realloc(store->buckets, room * sizeof *buckets);
    if (buckets == NULL)
        return false;
    store->buckets = buckets;
    store->room = room;
    for (uint32_t i = 0; i < room; i++)
        buckets[i] = STORE_END;
    for (uint32_t i = 0; i < store->count; i++)
        link_entry(store, i);
    return true;
}

enum store_result store_add(struct cert_store *store, struct hl_span der)
{
    if (store->count >= HL_STORE_MAX || (store->count == store->room && !grow(store)))
        return STORE_NO_MEMORY;
    struct hl_certificate *certificate = certificate_new(der);
    if (certificate == NULL)
        return STORE_NO_MEMORY;
    if (!certificate->decoded || store_has(store, certificate)) {
        enum store_result result = certificate->decoded ? STORE_KNOWN : STORE_UNREADABLE;
        certificate_free(certificate);
        return result;
    }
    store->entries[store->count] = (struct store_entry){
        .certificate = certificate,
        .subject = x509_name_hash(certificate->x509.subject.der),
    };
    link_entry(store, store->count++);
    return STORE_ADDED;
}

/* `*cursor` is one more than the index of the entry found last. */
const struct hl_certificate *store_next(const struct cert_store *store, struct hl_span name, uint32_t *cursor)
{
    uint32_t at;

    if (store->count == 0)
        return NULL;
    if (*cursor == 0)
        at = store->buckets[x509_name_hash(name) % store->room];
    else
        at = store->entries[*cursor - 1].next;
    for (; at != STORE_END; at = store->entries[at].next) {
        if (x509_names_equal(store->entries[at].certificate->x509.subject.der, name)) {
            *cursor = at + 1;
            return store->entries[at].certificate;
        }
    }
    return NULL;
}

bool store_has(const struct cert_store *store, const struct hl_certificate *certificate)
{
    const struct hl_certificate *one;

    for (uint32_t cursor = 0; (one = store_next(store, certificate->x509.subject.der, &cursor)) != NULL;) {
        if (certificate_is(one, certificate))
            return true;
    }
    return false;
}
