/* handlens/clients.h: the clients of a capture. */
#include <handlens/clients.h>
#include <handlens/inspect.h>

#include "base/error.h"
#include "policy/clients.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_MAX ((size_t)16 << 20)

static bool can_be_replayed(const struct hl_handshake *hs)
{
    const struct hl_message *message = hs->client_hello_message;

    return hs->connection.carrier == CARRIER_TCP && message != NULL && !message->ssl2 && !message->cut && message->fault.kind == HL_FAULT_NONE
           && hs->client_hello.fault.kind == HL_FAULT_NONE && message->body.len == message->length && message->body.len <= CLIENT_HELLO_BYTES_MAX
           && hs->fingerprints.ja4[0] != '\0'
           && !(hs->client_hello.has_psk && !hs->client_hello.has_key_share); /* without its key there is nothing left of it */
}

static struct seen_client *find_client(struct hl_clients *clients, const char *ja4)
{
    for (unsigned i = 0; i < clients->count; i++) {
        if (strcmp(clients->list[i].ja4, ja4) == 0)
            return &clients->list[i];
    }
    return NULL;
}

static void on_handshake(void *user, const struct hl_handshake *hs)
{
    struct hl_clients *clients = user;
    const bool usable = can_be_replayed(hs);

    if (!usable) {
        clients->left_out += hs->client_hello_message != NULL;
        return;
    }
    struct seen_client *client = find_client(clients, hs->fingerprints.ja4);
    if (client == NULL && clients->count == HL_CLIENTS_MAX) {
        clients->beyond++;
        return;
    }
    if (client == NULL) {
        client = &clients->list[clients->count++];
        snprintf(client->ja4, sizeof client->ja4, "%s", hs->fingerprints.ja4);
        client->source = hs->connection.ends[hs->client];
        client->server_name = arena_copy(&clients->arena, hs->client_hello.server_name);
        client->hello = arena_copy(&clients->arena, hs->client_hello_message->body);
        client->record_version = hs->client_hello_message->record_version;
    }
    client->seen++;
    client->completed += hs->outcome == HL_COMPLETED;
    clients->handshakes++;
}

static enum hl_status read_clients(struct hl_clients *clients, const char *path, struct hl_error *error)
{
    struct hl_inspector *inspector = hl_inspector_new(on_handshake, clients, error);

    if (inspector == NULL)
        return HL_ERR_MEMORY;
    hl_inspector_check_signatures(inspector, HL_SIGNATURES_NOT_CHECKED);
    enum hl_status status = hl_inspector_read_file(inspector, path, error);
    if (hl_inspector_file_recognised(inspector))
        hl_inspector_finish(inspector);
    hl_inspector_free(inspector);
    if (status == HL_OK && clients->arena.full)
        return error_set(error, HL_ERR_MEMORY, NULL, "out of memory");
    if (status == HL_OK && clients->count == 0)
        return error_set(error, HL_ERR_FORMAT, "handlens read shows what is in it", "%s: there is no ClientHello in it that can be sent again", path);
    return status;
}

struct hl_clients *hl_clients_read(const char *path, struct hl_error *error)
{
    struct hl_clients *clients = calloc(1, sizeof *clients);

    if (clients == NULL) {
        error_set(error, HL_ERR_MEMORY, NULL, "out of memory");
        return NULL;
    }
    arena_init(&clients->arena, ARENA_MAX);
    clients->path = arena_string(&clients->arena, path);
    if (read_clients(clients, path, error) == HL_OK)
        return clients;
    hl_clients_free(clients);
    return NULL;
}

void hl_clients_free(struct hl_clients *clients)
{
    if (clients == NULL)
        return;
    arena_cleanup(&clients->arena);
    free(clients);
}

unsigned hl_clients_count(const struct hl_clients *clients)
{
    return clients->count;
}
