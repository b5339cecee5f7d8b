/* clients.h - which of the clients of a capture a server would still take.
 *
 *     struct hl_clients *clients = hl_clients_read("clients.pcap", &error);
 *     hl_check_clients(clients, &options, &target, on_result, user, &error);
 *     hl_clients_free(clients);
 *
 * The different ClientHellos of a capture are sent to a server again, each in a connection of its own, up to its answer. What makes a
 * hello a new one is made anew; nothing of a session that was resumed goes with it. */
#ifndef HANDLENS_CLIENTS_H
#define HANDLENS_CLIENTS_H

#include <handlens/check.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Clients of one capture; others are counted only. */
#define HL_CLIENTS_MAX 200u

struct hl_clients;

/* Clients are told apart by their JA4, which says nothing of groups, and the first hello of each counts. NULL: as hl_inspector_read_file(), also where only a part of it
 * could be read; HL_ERR_FORMAT when there is no hello in it that can be sent again. `error` may be NULL. */
HL_API struct hl_clients *hl_clients_read(const char *path, struct hl_error *error);
/* NULL is allowed. */
HL_API void hl_clients_free(struct hl_clients *clients);
HL_API unsigned hl_clients_count(const struct hl_clients *clients);

struct hl_clients_result;

/* The result is valid during the call. */
typedef void hl_clients_fn(void *user, const struct hl_clients_result *result);

/* Called once, of the first address that answers. A client that sent a server name asks for target->server_name, or, where that is NULL, for
 * what it asked for. The policy of the options, and what belongs to it, is not used. HL_OK, whatever the server is like;
 * HL_ERR_MEMORY. */
HL_API enum hl_status hl_check_clients(const struct hl_clients *clients, const struct hl_check_options *options, const struct hl_check_target *target,
                                       hl_clients_fn *on_result, void *user, struct hl_error *error);

/* Failed: a client that completed a handshake in the capture is refused; inconclusive: nothing can be said of one. */
HL_API enum hl_check_status hl_clients_status(const struct hl_clients_result *result);
/* For people a table, as JSON one object a client, one line each (docs/clients.schema.json). False when writing failed. */
HL_API bool hl_clients_print(const struct hl_clients_result *result, const struct hl_print_options *options, hl_write_fn *write, void *user);

#ifdef __cplusplus
}
#endif

#endif
