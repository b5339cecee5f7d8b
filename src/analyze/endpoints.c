#include "analyze/endpoints.h"

#include "base/hash.h"
#include "base/limits.h"
#include "crypto/cipher_spec.h"

#include <stdlib.h>
#include <string.h>

void endpoints_init(struct endpoints *endpoints, uint64_t seed)
{
    *endpoints = (struct endpoints){ .seed = seed };
}

void endpoints_cleanup(struct endpoints *endpoints)
{
    free(endpoints->servers);
    free(endpoints->clients);
    places_cleanup(&endpoints->server_places);
    places_cleanup(&endpoints->client_places);
    endpoints_init(endpoints, endpoints->seed);
}

static uint64_t hash_of(const struct endpoints *endpoints, const struct hl_endpoint *end, bool with_port)
{
    const uint64_t port = with_port ? (uint64_t)end->port + 1 : 0;

    return hash_bytes((struct hl_span){ end->address.bytes, sizeof end->address.bytes }, endpoints->seed ^ port << 8
                                                                                             ^ end->address.length);
}

static const struct hl_endpoint *server_of(const struct hl_handshake *hs)
{
    return &hs->connection.ends[1 - hs->client];
}

static const struct hl_endpoint *client_of(const struct hl_handshake *hs)
{
    return &hs->connection.ends[hs->client];
}

static bool make_room(struct endpoints *endpoints)
{
    if (endpoints->servers == NULL)
        endpoints->servers = calloc(HL_ENDPOINTS_MAX, sizeof *endpoints->servers);
    if (endpoints->clients == NULL)
        endpoints->clients = calloc(HL_ENDPOINTS_MAX, sizeof *endpoints->clients);
    return endpoints->servers != NULL && endpoints->clients != NULL
           && places_make(&endpoints->server_places, HL_ENDPOINTS_MAX) && places_make(&endpoints->client_places, HL_ENDPOINTS_MAX);
}

/* --- what a server chose ------------------------------------------------------------ */

bool was_chosen(const struct chosen *list, unsigned count, uint16_t value)
{
    for (unsigned i = 0; i < count && list[i].value != 0; i++) {
        if (list[i].value == value)
            return true;
    }
    return false;
}

static void choose(struct chosen *list, unsigned count, uint16_t value, struct hl_moment at)
{
    unsigned i = 0;

    while (i < count && list[i].value != 0 && list[i].value != value)
        i++;
    if (value != 0 && i < count && list[i].value == 0)
        list[i] = (struct chosen){ value, at };
}

static uint64_t hash_name(struct hl_span name)
{
    return hash_bytes(name, 0) | 1;
}

bool is_known_name(const struct known_server *server, struct hl_span name)
{
    const uint64_t hash = hash_name(name);

    for (unsigned i = 0; i < KNOWN_NAMES; i++) {
        if (server->names[i] == hash)
            return true;
    }
    return false;
}

static void note_name(struct known_server *server, struct hl_span name)
{
    server->with_name += name.len > 0;
    server->without_name += name.len == 0;
    if (name.len > 0 && !is_known_name(server, name))
        server->names[server->with_name % KNOWN_NAMES] = hash_name(name);
}

static void note_choices(struct known_server *server, const struct hl_handshake *hs)
{
    const struct hl_moment at = hs->server_hello_message->at;

    choose(server->versions, CHOSEN_VERSIONS, version_as_tls(hs->version), at);
    if (hs->cipher_suite <= UINT16_MAX)
        choose(server->suites, CHOSEN_SUITES, (uint16_t)hs->cipher_suite, at);
    choose(server->groups, CHOSEN_GROUPS, hs->group, at);
    choose(server->schemes, CHOSEN_SCHEMES, handshake_server_scheme(hs), at);
}

static void note_server(struct known_server *server, const struct hl_handshake *hs)
{
    if (hs->server_hello_message != NULL && !hs->server_hello.ssl2)
        note_choices(server, hs);
    server->failed += hs->outcome == HL_FAILED;
    if (hs->outcome != HL_COMPLETED)
        return;
    server->completed++;
    server->last = hs->start;
    server->last_client = client_of(hs)->address;
    note_name(server, handshake_hello(hs)->server_name);
}

static void note_client(struct known_client *client, const struct hl_handshake *hs)
{
    client->failed += hs->outcome == HL_FAILED;
    if (hs->outcome != HL_COMPLETED)
        return;
    client->completed++;
    client->last = hs->start;
    client->last_server = *server_of(hs);
}

static struct known_server *take_server(struct endpoints *endpoints, const struct hl_endpoint *end)
{
    bool fresh;
    struct known_server *server = &endpoints->servers[places_take(&endpoints->server_places, hash_of(endpoints, end, true), &fresh)];

    if (fresh)
        *server = (struct known_server){ .completed = 0 };
    return server;
}

static struct known_client *take_client(struct endpoints *endpoints, const struct hl_endpoint *end)
{
    bool fresh;
    struct known_client *client = &endpoints->clients[places_take(&endpoints->client_places, hash_of(endpoints, end, false), &fresh)];

    if (fresh)
        *client = (struct known_client){ .completed = 0 };
    return client;
}

void endpoints_note(struct endpoints *endpoints, const struct hl_handshake *hs)
{
    if (!hs->client_known || !make_room(endpoints))
        return;
    note_server(take_server(endpoints, server_of(hs)), hs);
    note_client(take_client(endpoints, client_of(hs)), hs);
}

const struct known_server *endpoints_server(const struct endpoints *endpoints, const struct hl_handshake *hs)
{
    const uint32_t place = places_find(&endpoints->server_places, hash_of(endpoints, server_of(hs), true));

    return place != PLACE_NONE ? &endpoints->servers[place] : NULL;
}

const struct known_client *endpoints_client(const struct endpoints *endpoints, const struct hl_handshake *hs)
{
    const uint32_t place = places_find(&endpoints->client_places, hash_of(endpoints, client_of(hs), false));

    return place != PLACE_NONE ? &endpoints->clients[place] : NULL;
}
