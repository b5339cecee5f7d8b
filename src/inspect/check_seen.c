#include "inspect/check_seen.h"

#include "base/error.h"
#include "base/text.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_MAX ((size_t)1 << 20)
#define NAME_SIZE 300u

/* One server, under one name. */
struct seen_server {
    struct seen_server *next;
    char name[NAME_SIZE];
    struct hl_endpoint end;
    int64_t first_ns;
    struct policy_facts facts;
};

void seen_init(struct seen_servers *servers)
{
    *servers = (struct seen_servers){ .first = NULL };
    servers->last = &servers->first;
}

void seen_cleanup(struct seen_servers *servers, seen_let_go_fn *let_go)
{
    while (servers->first != NULL) {
        struct seen_server *server = servers->first;
        servers->first = server->next;
        for (unsigned i = 0; i < server->facts.handshake_count; i++)
            let_go(server->facts.handshakes[i]);
        free(server);
    }
}

/* "www.example.org:443", or the address where no name was asked for. */
static void put_name(const struct hl_handshake *hs, char out[NAME_SIZE])
{
    const struct hl_endpoint *end = &hs->connection.ends[1 - hs->client];
    const struct hl_span name = handshake_hello(hs)->server_name;
    char address[INET6_ADDRSTRLEN] = "";
    struct hl_buffer text;

    if (name.len == 0) {
        (void)inet_ntop(end->address.length == 16 ? AF_INET6 : AF_INET, end->address.bytes, address, sizeof address);
        snprintf(out, NAME_SIZE, end->address.length == 16 ? "[%s]:%u" : "%s:%u", address, end->port);
        return;
    }
    buf_init(&text, 4096);
    text_put_safe(&text, name);
    snprintf(out, NAME_SIZE, "%.*s:%u", text.failed ? 0 : text.len < 256 ? (int)text.len : 256, (const char *)text.data, end->port);
    buf_cleanup(&text);
}

static struct seen_server *server_of(struct seen_servers *servers, const struct hl_handshake *hs)
{
    char name[NAME_SIZE];
    struct seen_server *server;

    put_name(hs, name);
    for (server = servers->first; server != NULL; server = server->next) {
        if (strcmp(server->name, name) == 0)
            return server;
    }
    servers->beyond += servers->count >= SERVERS_MAX;
    server = servers->count < SERVERS_MAX ? calloc(1, sizeof *server) : NULL;
    servers->out_of_memory |= server == NULL && servers->count < SERVERS_MAX;
    if (server == NULL)
        return NULL;
    memcpy(server->name, name, sizeof name);
    server->end = hs->connection.ends[1 - hs->client];
    server->first_ns = hs->start.time_ns;
    server->facts.passive = true;
    *servers->last = server;
    servers->last = &server->next;
    servers->count++;
    return server;
}

static bool has_same_leaf(const struct hl_chain *a, const struct hl_chain *b)
{
    return a->count == b->count && (a->count == 0 || certificate_is(a->list[0], b->list[0]));
}

/* One handshake for each certificate, and one older than TLS 1.3, for what only these say. */
static bool is_worth_keeping(const struct policy_facts *facts, const struct hl_handshake *hs)
{
    if (facts->handshake_count == FACTS_HANDSHAKES_MAX)
        return false;
    for (unsigned i = 0; i < facts->handshake_count; i++) {
        const struct hl_handshake *other = facts->handshakes[i];
        if (has_same_leaf(&other->server_chain, &hs->server_chain) && other->version == hs->version)
            return false;
    }
    return true;
}

struct seen_server *seen_add(struct seen_servers *servers, const struct hl_handshake *hs)
{
    struct seen_server *server = hs->server_hello_message != NULL ? server_of(servers, hs) : NULL;

    if (server == NULL)
        return NULL;
    struct policy_facts *facts = &server->facts;
    facts->seen_handshakes++;
    facts->now = hs->end.time_ns / 1000000000;
    facts_accept(facts, &(struct policy_agreed){
                            .version = hs->server_hello.ssl2 ? 2 : hs->version,
                            .suite = hs->cipher_suite,
                            .group = hs->group,
                            .scheme = handshake_server_scheme(hs),
                            .dh_bits = hs->server_key.dh_bits,
                        });
    if (hs->resumed_by != NULL)
        answer_note(&facts->resumption, ANSWER_YES, "");
    if (hs->early_data_accepted)
        answer_note(&facts->early_data, ANSWER_YES, "");
    return is_worth_keeping(facts, hs) ? server : NULL;
}

void seen_keep(struct seen_server *server, const struct hl_handshake *hs, const struct policy_unclear *unclear)
{
    server->facts.handshakes[server->facts.handshake_count++] = hs;
    if (unclear != NULL)
        facts_add_unclear(&server->facts, unclear);
}

static bool judge(const struct hl_check_options *options, struct seen_server *server, hl_check_fn *on_result, void *user)
{
    struct hl_arena arena;
    struct hl_check_result result = {
        .target = server->name,
        .server = server->end,
        .policy = options->policy,
        .facts = &server->facts,
        .start_ns = server->first_ns,
    };

    arena_init(&arena, ARENA_MAX);
    const bool judged = check_judge(&result, options, &arena);
    if (judged)
        on_result(user, &result);
    arena_cleanup(&arena);
    return judged;
}

enum hl_status seen_judge(struct seen_servers *servers, const struct hl_check_options *options, const char *path,
                          const char *why_no_handshake, hl_check_fn *on_result, void *user, struct hl_error *error)
{
    bool judged = !servers->out_of_memory;

    for (struct seen_server *server = servers->first; server != NULL && judged; server = server->next) {
        snprintf(server->facts.why_no_handshake, FACTS_WHY_SIZE, "%s", why_no_handshake);
        judged = judge(options, server, on_result, user);
    }
    if (!judged)
        return error_set(error, HL_ERR_MEMORY, NULL, "out of memory");
    if (servers->beyond > 0)
        return error_set(error, HL_ERR_FORMAT, "check parts of it one by one",
                         "%s: it has more than %u servers; those beyond were not judged", path, SERVERS_MAX);
    if (servers->count == 0)
        return error_set(error, HL_ERR_FORMAT, "handlens read shows what is in it", "%s: no server in it agreed to anything", path);
    return HL_OK;
}
