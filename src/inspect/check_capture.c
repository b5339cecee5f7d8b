/* handlens/check.h, of captures: each server in them held against a policy, by what was agreed on with its clients. */
#include <handlens/check.h>
#include <handlens/secrets.h>

#include "base/error.h"
#include "base/text.h"
#include "policy/result.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Servers of one capture; more are counted only. */
#define SERVERS_MAX 1000u
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

struct capture_check {
    struct seen_server *first, **last; /* in the order of appearance */
    unsigned count;
    bool out_of_memory;
};

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

static struct seen_server *server_of(struct capture_check *check, const struct hl_handshake *hs)
{
    char name[NAME_SIZE];
    struct seen_server *server;

    put_name(hs, name);
    for (server = check->first; server != NULL; server = server->next) {
        if (strcmp(server->name, name) == 0)
            return server;
    }
    server = check->count < SERVERS_MAX ? calloc(1, sizeof *server) : NULL;
    check->out_of_memory |= server == NULL && check->count < SERVERS_MAX;
    if (server == NULL)
        return NULL;
    memcpy(server->name, name, sizeof name);
    server->end = hs->connection.ends[1 - hs->client];
    server->first_ns = hs->start.time_ns;
    server->facts.passive = true;
    *check->last = server;
    check->last = &server->next;
    check->count++;
    return server;
}

/* One handshake for each certificate, and one older than TLS 1.3, for what only these say. */
static bool is_worth_keeping(const struct policy_facts *facts, const struct hl_handshake *hs)
{
    if (facts->handshake_count == FACTS_HANDSHAKES_MAX)
        return false;
    for (unsigned i = 0; i < facts->handshake_count; i++) {
        const struct hl_handshake *other = facts->handshakes[i];
        const bool same_chain = other->server_chain.count == hs->server_chain.count
                                && (hs->server_chain.count == 0 || other->server_chain.list[0] == hs->server_chain.list[0]);
        if (same_chain && other->version == hs->version)
            return false;
    }
    return true;
}

static void on_handshake(void *user, const struct hl_handshake *hs)
{
    struct capture_check *check = user;
    struct seen_server *server = hs->server_hello_message != NULL ? server_of(check, hs) : NULL;

    if (server == NULL)
        return;
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
    if (is_worth_keeping(facts, hs) && hl_handshake_keep(hs))
        facts->handshakes[facts->handshake_count++] = hs;
}

/* --- judging ------------------------------------------------------------------------------ */

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

    snprintf(server->facts.why_no_handshake, FACTS_WHY_SIZE, "the capture has no certificate of it that can be read (--keylog)");
    arena_init(&arena, ARENA_MAX);
    const bool judged = check_judge(&result, options, &arena);
    if (judged)
        on_result(user, &result);
    arena_cleanup(&arena);
    return judged;
}

static void free_servers(struct capture_check *check)
{
    while (check->first != NULL) {
        struct seen_server *server = check->first;
        check->first = server->next;
        for (unsigned i = 0; i < server->facts.handshake_count; i++)
            hl_handshake_let_go(server->facts.handshakes[i]);
        free(server);
    }
}

enum hl_status hl_check_capture(const struct hl_check_options *options, const char *path, hl_check_fn *on_result, void *user,
                                struct hl_error *error)
{
    struct capture_check check = { .first = NULL };
    check.last = &check.first;
    struct hl_inspector *inspector = hl_inspector_new(on_handshake, &check, error);

    if (inspector == NULL)
        return HL_ERR_MEMORY;
    hl_inspector_trust(inspector, options->trust);
    hl_inspector_secrets(inspector, options->secrets);
    enum hl_status status = hl_inspector_read_file(inspector, path, error);
    if (hl_inspector_file_recognised(inspector)) {
        hl_inspector_finish(inspector);
        bool judged = !check.out_of_memory;
        for (struct seen_server *server = check.first; server != NULL && judged; server = server->next)
            judged = judge(options, server, on_result, user);
        if (!judged)
            status = error_set(error, HL_ERR_MEMORY, NULL, "out of memory");
        else if (check.count == 0 && status == HL_OK)
            status = error_set(error, HL_ERR_FORMAT, "handlens read shows what is in it", "%s: no server in it agreed to anything", path);
    }
    free_servers(&check);
    hl_inspector_free(inspector);
    return status;
}
