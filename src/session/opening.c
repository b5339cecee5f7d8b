#include "session/opening.h"

#include "crypto/prf.h"
#include "session/conclude.h"
#include "session/psk_schedule.h"
#include "session/transcript.h"

#include <stdlib.h>
#include <string.h>

enum { CLIENT_HELLO = 1, END_OF_EARLY_DATA = 5, FINISHED = 20, KEY_UPDATE = 24 };

#define DTLS_1_3 0xfefc
#define EPOCH_BITS_APPLICATION 3u /* RFC 9147, section 6.1 */

struct opening *opening_new(const struct hl_secrets *secrets, struct resumables *resumables,
                            struct hl_cert_cache *certificates, uint8_t plain[RECORD_LENGTH_MAX])
{
    struct opening *o = calloc(1, sizeof *o);

    if (o == NULL)
        return NULL;
    o->from = (struct exchange_sources){ secrets, resumables, certificates };
    o->plain = plain;
    return o;
}

void opening_free(struct opening *o)
{
    if (o == NULL)
        return;
    for (unsigned d = 0; d < 2; d++) {
        if (o->side[d].has_current)
            protection_cleanup(&o->side[d].current);
        for (unsigned i = 0; i < o->exchange_count; i++) {
            if (o->exchanges[i].has_keys)
                protection_cleanup(&o->exchanges[i].keys[d]);
        }
    }
    wipe(o, sizeof *o);
    free(o);
}

static void take_keys(struct opening_side *side, const struct protection *keys)
{
    if (side->has_current)
        protection_cleanup(&side->current);
    side->current = *keys;
    side->has_current = true;
    side->wrong = side->lost = false;
}

/* --- SSL 3.0 to TLS 1.2: exchanges ------------------------------------------------- */

/* The last ClientHello that can be read, in the order of arrival. */
static const struct hl_message *last_client_hello(const struct hl_handshake *hs)
{
    const struct hl_message *last = hs->client_hello_message;

    for (const struct hl_message *m = hs->messages; m != NULL; m = m->next) {
        if (m->content_type == CONTENT_HANDSHAKE && m->decrypted && m->type == CLIENT_HELLO)
            last = m;
    }
    return last;
}

static const struct exchange *find_exchange(const struct opening *o, const struct hl_message *first)
{
    for (unsigned i = 0; i < o->exchange_count && first != NULL; i++) {
        if (o->exchanges[i].first == first)
            return &o->exchanges[i];
    }
    return NULL;
}

/* One that was given up, or a new one; NULL at the cap. */
static struct exchange *free_exchange(struct opening *o)
{
    for (unsigned i = 0; i < o->exchange_count; i++) {
        if (o->exchanges[i].first == NULL)
            return &o->exchanges[i];
    }
    return o->exchange_count < HL_EXCHANGES_MAX ? &o->exchanges[o->exchange_count++] : NULL;
}

static const struct exchange *current_exchange(struct opening *o, const struct hl_handshake *hs)
{
    const struct hl_message *first = last_client_hello(hs);
    const struct exchange *known = find_exchange(o, first);

    if (first == NULL || known != NULL)
        return known;
    struct exchange *x = free_exchange(o);
    if (x != NULL)
        exchange_make(&o->from, x, hs, first);
    return x;
}

bool opening_change_cipher(struct opening *o, const struct hl_handshake *hs, unsigned direction)
{
    const struct exchange *x = current_exchange(o, hs);

    if (x == NULL || !x->has_keys)
        return false;
    take_keys(&o->side[direction], &x->keys[direction]);
    return true;
}

/* --- TLS 1.3: traffic secrets ------------------------------------------------------ */

/* Those that are missing. `random` is the client's: with ECH there are two (RFC 9850, section 3). */
static void look_up(struct opening *o, const struct hl_handshake *hs, struct hl_span random)
{
    static const struct {
        enum key_log_label label;
        bool client;
        enum epoch epoch;
    } rows[] = {
        { KEY_LOG_CLIENT_EARLY_TRAFFIC, true, EPOCH_EARLY },
        { KEY_LOG_CLIENT_HANDSHAKE_TRAFFIC, true, EPOCH_HANDSHAKE },
        { KEY_LOG_SERVER_HANDSHAKE_TRAFFIC, false, EPOCH_HANDSHAKE },
        { KEY_LOG_CLIENT_TRAFFIC_0, true, EPOCH_APPLICATION },
        { KEY_LOG_SERVER_TRAFFIC_0, false, EPOCH_APPLICATION },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct secret *secret = &o->side[rows[i].client ? hs->client : 1 - hs->client].secrets[rows[i].epoch];
        if (secret->length == 0)
            secret->length = secrets_find(o->from.secrets, rows[i].label, random, secret->bytes, sizeof secret->bytes);
    }
}

static void use_if_missing(struct secret *secret, const struct secret *other)
{
    if (secret->length == 0)
        *secret = *other;
}

/* Where no key log has them. */
static void look_up_psk(struct opening *o, const struct hl_handshake *hs)
{
    struct opening_side *client = &o->side[hs->client], *server = &o->side[1 - hs->client];
    struct psk_secrets found;

    psk_secrets_of_hellos(hs, o->from.secrets, &o->spec, &found);
    use_if_missing(&client->secrets[EPOCH_EARLY], &found.client_early);
    use_if_missing(&client->secrets[EPOCH_HANDSHAKE], &found.client_handshake);
    use_if_missing(&server->secrets[EPOCH_HANDSHAKE], &found.server_handshake);
    o->psk_master = found.master;
    wipe(&found, sizeof found);
}

static void know_application_secrets(struct opening *o, const struct hl_handshake *hs, const struct hl_message *finished)
{
    struct secret client, server;

    if (o->psk_master.length == 0 || finished->direction == hs->client)
        return;
    if (psk_application_secrets(hs, &o->spec, finished, &o->psk_master, &client, &server)) {
        use_if_missing(&o->side[hs->client].secrets[EPOCH_APPLICATION], &client);
        use_if_missing(&o->side[1 - hs->client].secrets[EPOCH_APPLICATION], &server);
    }
    wipe(&client, sizeof client);
    wipe(&server, sizeof server);
    wipe(&o->psk_master, sizeof o->psk_master);
}

static bool keys_of_epoch(const struct opening *o, unsigned direction, enum epoch epoch, struct protection *out)
{
    const struct secret *secret = &o->side[direction].secrets[epoch];

    return secret->length > 0 && tls13_protection(&o->spec, secret_span(secret), out);
}

/* The next epoch of this direction whose secret is known, from `from` on; false when there is none. */
static bool next_epoch(const struct opening *o, unsigned direction, unsigned from, enum epoch *out)
{
    for (unsigned i = from; i < EPOCHS; i++) {
        if (o->side[direction].secrets[i].length > 0) {
            *out = (enum epoch)i;
            return true;
        }
    }
    return false;
}

static bool enter_epoch(struct opening *o, unsigned direction, enum epoch epoch)
{
    struct protection keys;

    if (!keys_of_epoch(o, direction, epoch, &keys))
        return false;
    take_keys(&o->side[direction], &keys);
    o->side[direction].epoch = epoch;
    return true;
}

/* What to do with keys once: the suite is known, and the secrets were looked up. */
static bool begin_tls13(struct opening *o, const struct hl_handshake *hs)
{
    if (o->looked_up)
        return true;
    if (hs->server_hello_message == NULL || !hs->server_hello.has_cipher_suite
        || !cipher_spec_of(hs->server_hello.cipher_suite, hs->version, &o->spec))
        return false;
    look_up(o, hs, handshake_hello(hs)->random);
    if (hs->ech_accepted)
        look_up(o, hs, hs->client_hello.random);
    look_up_psk(o, hs);
    o->looked_up = true;
    return true;
}

/* A record that its direction's keys do not open may be the first one under the next keys: what ended the old ones
 * was lost, or was never sent (early data that the server did not take, RFC 8446, section 4.2.10). */
static bool open_tls13(struct opening *o, const struct hl_handshake *hs, unsigned direction,
                       const struct hl_raw_record *record, uint8_t *type, struct hl_span *content)
{
    struct opening_side *side = &o->side[direction];
    enum epoch epoch;

    if (!begin_tls13(o, hs))
        return false;
    for (unsigned from = side->has_current ? side->epoch : EPOCH_EARLY; next_epoch(o, direction, from, &epoch);
         from = (unsigned)epoch + 1) {
        struct protection keys;
        bool is_current = side->has_current && epoch == side->epoch;
        if (!is_current && !keys_of_epoch(o, direction, epoch, &keys))
            continue;
        enum protection_result result =
            protection_open(is_current ? &side->current : &keys, record->header.type, record->header.version,
                            record->fragment, o->plain, RECORD_LENGTH_MAX, content, type);
        if (result == PROTECTION_OPENED) {
            if (!is_current) {
                take_keys(side, &keys);
                side->epoch = epoch;
            }
            return true;
        }
        if (!is_current)
            protection_cleanup(&keys);
    }
    return false;
}

/* Keys of the epoch that ends in these bits: 1 is early data, 2 the handshake, 3 the application, and after each
 * KeyUpdate the next (RFC 9147, section 6.1). NULL when they are not known. */
static struct dtls13_epoch *dtls13_epoch_of(struct opening *o, unsigned direction, unsigned bits)
{
    static const enum epoch epochs[] = { EPOCHS, EPOCH_EARLY, EPOCH_HANDSHAKE, EPOCH_APPLICATION };
    struct opening_side *side = &o->side[direction];
    struct dtls13_epoch *e = &side->dtls13[bits];

    if (!e->known && bits > 0 && side->updates == 0) {
        const struct secret *secret = &side->secrets[epochs[bits]];
        e->known = secret->length > 0 && dtls13_keys_of(&o->spec, secret_span(secret), &e->keys);
    }
    return e->known ? e : NULL;
}

static bool open_dtls13(struct opening *o, const struct hl_handshake *hs, unsigned direction,
                        const struct hl_raw_record *record, uint8_t *type, struct hl_span *content)
{
    const struct dtls13_record sealed = {
        .header = record->dtls_header, .sequence_offset = record->sequence_offset,
        .sequence_length = record->sequence_length, .sealed = record->fragment
    };
    uint64_t number;

    struct dtls13_epoch *e = begin_tls13(o, hs) ? dtls13_epoch_of(o, direction, record->epoch & 3u) : NULL;
    if (e == NULL)
        return false;
    if (dtls13_open(&e->keys, &sealed, e->next, o->plain, RECORD_LENGTH_MAX, &number, content, type)
        != PROTECTION_OPENED) {
        o->side[direction].wrong = true;
        return false;
    }
    if (number >= e->next)
        e->next = number + 1;
    return true;
}

/* RFC 9147, section 8: the keys of the next epoch. Those before it stay, for what is under way. */
static void update_dtls13(struct opening *o, unsigned direction, const struct secret *traffic)
{
    struct opening_side *side = &o->side[direction];
    struct dtls13_epoch *e;

    for (unsigned bits = 1; bits < 4 && side->updates == 0; bits++)
        (void)dtls13_epoch_of(o, direction, bits);
    side->updates++;
    e = &side->dtls13[(EPOCH_BITS_APPLICATION + side->updates) & 3u];
    *e = (struct dtls13_epoch){ .known = false };
    e->known = dtls13_keys_of(&o->spec, secret_span(traffic), &e->keys);
}

void opening_message(struct opening *o, const struct hl_handshake *hs, const struct hl_message *message)
{
    struct secret *traffic = &o->side[message->direction].secrets[EPOCH_APPLICATION], next;

    if (!version_is_tls13(hs->version) || !message->decrypted)
        return;
    switch (message->type) {
    case END_OF_EARLY_DATA:
        (void)enter_epoch(o, message->direction, EPOCH_HANDSHAKE);
        break;
    case FINISHED:
        if (o->side[message->direction].epoch == EPOCH_APPLICATION)
            break; /* of a client that authenticates later: the keys stay */
        know_application_secrets(o, hs, message);
        o->side[message->direction].first_traffic = *traffic;
        (void)enter_epoch(o, message->direction, EPOCH_APPLICATION);
        break;
    case KEY_UPDATE: /* RFC 8446, section 7.2 */
        if (tls13_next_traffic(&o->spec, secret_span(traffic), &next)) {
            *traffic = next;
            if (hs->version == DTLS_1_3)
                update_dtls13(o, message->direction, traffic);
            else
                (void)enter_epoch(o, message->direction, EPOCH_APPLICATION);
        }
        wipe(&next, sizeof next);
        break;
    default:
        break;
    }
}

bool opening_traffic_secret(struct opening *o, const struct hl_handshake *hs, unsigned direction, enum epoch epoch,
                            struct cipher_spec *spec, struct secret *secret)
{
    if (!begin_tls13(o, hs))
        return false;
    *spec = o->spec;
    *secret = o->side[direction].secrets[epoch];
    return secret->length > 0;
}

/* --- records ------------------------------------------------------------------------ */

/* Nothing that was encrypted is all zeros: these stand for application data that were taken out (handlens/packets.h). */
static bool is_blanked(const struct hl_raw_record *record)
{
    enum { LEAST = 16 };
    const struct hl_span f = record->fragment;

    return record->header.type == CONTENT_APPLICATION_DATA && f.len >= LEAST && f.ptr[0] == 0
           && memcmp(f.ptr, f.ptr + 1, f.len - 1) == 0;
}

/* It counts as a record, for the keys. In TLS 1.3 the first ones can be early data only. */
static bool pass_blanked(struct opening *o, const struct hl_handshake *hs, unsigned direction, struct hl_span fragment)
{
    struct opening_side *side = &o->side[direction];

    if (version_is_tls13(hs->version) && !side->has_current
        && (direction != hs->client || !begin_tls13(o, hs) || !enter_epoch(o, direction, EPOCH_EARLY)))
        return false;
    if (side->has_current)
        protection_skip(&side->current, fragment, fragment.len);
    return side->has_current;
}

bool opening_open(struct opening *o, const struct hl_handshake *hs, unsigned direction,
                  const struct hl_raw_record *record, uint8_t *type, struct hl_span *content)
{
    struct opening_side *side = &o->side[direction];
    bool opened = false;

    if (!record->whole) {
        if (side->has_current)
            protection_skip(&side->current, record->fragment, record->header.length);
    } else if (is_blanked(record)) {
        *type = CONTENT_APPLICATION_DATA;
        *content = record->fragment;
        opened = record->numbered || pass_blanked(o, hs, direction, record->fragment);
    } else if (record->unified) {
        opened = open_dtls13(o, hs, direction, record, type, content);
    } else if (version_is_tls13(hs->version)) {
        opened = open_tls13(o, hs, direction, record, type, content);
    } else if (side->has_current) {
        if (record->numbered) /* RFC 6347, section 4.1.2.1 */
            protection_set_sequence(&side->current, (uint64_t)record->epoch << 48 | record->sequence);
        opened = protection_open_cid(&side->current, record->header.type, record->header.version, record->cid,
                                     record->fragment, o->plain, RECORD_LENGTH_MAX, content, type) == PROTECTION_OPENED;
    }
    side->wrong |= !opened && side->has_current;
    side->opened += opened;
    return opened;
}

void opening_new_secrets(struct opening *o)
{
    o->looked_up = false;
    for (unsigned i = 0; i < o->exchange_count; i++) {
        if (!o->exchanges[i].has_keys)
            o->exchanges[i].first = NULL; /* made again when it is next asked for */
    }
}

void opening_gap(struct opening *o, unsigned direction)
{
    if (o->side[direction].has_current)
        protection_lose(&o->side[direction].current);
    o->side[direction].lost = true;
}

/* --- for proofs ---------------------------------------------------------------------- */

const struct exchange *opening_exchange(const struct opening *o, const struct hl_handshake *hs,
                                        const struct hl_message *message)
{
    return find_exchange(o, transcript_first(hs, message));
}

/* The traffic secret that `direction` had when it sent `end`. */
static bool traffic_secret_at(const struct opening *o, const struct hl_handshake *hs, const struct hl_message *end,
                              struct secret *out)
{
    struct secret next = { .length = 0 };

    *out = o->side[end->direction].first_traffic;
    bool known = out->length > 0;
    for (const struct hl_message *m = hs->messages; known && m != end; m = m->next) {
        if (!is_message(m, KEY_UPDATE, end->direction))
            continue;
        known = tls13_next_traffic(&o->spec, secret_span(out), &next);
        *out = next;
    }
    wipe(&next, sizeof next);
    return known;
}

/* RFC 8446, section 4.4: the first one of a side ends the handshake; after it a client may authenticate itself. */
bool opening_finished_secret(const struct opening *o, const struct hl_handshake *hs, const struct hl_message *finished,
                             struct secret *out)
{
    *out = (struct secret){ .length = 0 };
    if (!o->looked_up)
        return false;
    if (finished != find_message(hs, FINISHED, finished->direction))
        return traffic_secret_at(o, hs, finished, out);
    *out = o->side[finished->direction].secrets[EPOCH_HANDSHAKE];
    return out->length > 0;
}

const char *opening_why_closed(const struct opening *o, const struct hl_handshake *hs, unsigned direction)
{
    const struct opening_side *side = &o->side[direction];
    bool tls13 = version_is_tls13(hs->version);

    if (side->lost)
        return "bytes before it are missing in the capture";
    if (tls13 && o->looked_up && o->spec.unavailable != NULL)
        return o->spec.unavailable;
    if (tls13 && o->looked_up && side->secrets[EPOCH_HANDSHAKE].length == 0)
        return direction == hs->client ? "no CLIENT_HANDSHAKE_TRAFFIC_SECRET of this connection was given"
                                       : "no SERVER_HANDSHAKE_TRAFFIC_SECRET of this connection was given";
    if (!tls13 && o->exchange_count > 0 && o->exchanges[0].spec.unavailable != NULL)
        return o->exchanges[0].spec.unavailable;
    if (!tls13 && o->exchange_count > 0 && !o->exchanges[0].has_master)
        return o->exchanges[0].source;
    if (side->wrong)
        return "the secret that was given for this connection does not open it";
    return "not seen";
}
