/* check_seen.h - servers by what their clients agreed on with them: out of captures, and out of lines that were written of them.
 *
 *     struct seen_servers servers;
 *     seen_init(&servers);
 *     struct seen_server *server = seen_add(&servers, hs);          for each handshake
 *     if (server != NULL)
 *         seen_keep(server, hs);                                    which stays as it is until seen_cleanup()
 *     seen_judge(&servers, options, "why nothing is known", on_result, user);
 *     seen_cleanup(&servers, let_go); */
#ifndef HL_INSPECT_CHECK_SEEN_H
#define HL_INSPECT_CHECK_SEEN_H

#include "policy/result.h"

/* Servers of one capture; more are counted only. */
#define SERVERS_MAX 1000u

struct seen_server;

struct seen_servers {
    struct seen_server *first, **last; /* in the order of appearance */
    unsigned count;
    uint64_t beyond; /* handshakes of servers that are too many */
    bool out_of_memory;
};

typedef void seen_let_go_fn(const struct hl_handshake *handshake);

void seen_init(struct seen_servers *servers);
void seen_cleanup(struct seen_servers *servers, seen_let_go_fn *let_go);
/* Its server, where the handshake is worth keeping; else NULL: what it agreed on counts all the same. */
struct seen_server *seen_add(struct seen_servers *servers, const struct hl_handshake *hs);
/* `unclear` may be NULL. */
void seen_keep(struct seen_server *server, const struct hl_handshake *hs, const struct policy_unclear *unclear);
/* A result each. HL_OK; HL_ERR_MEMORY; HL_ERR_FORMAT when there is none, or there are too many: with `error` set. */
enum hl_status seen_judge(struct seen_servers *servers, const struct hl_check_options *options, const char *path,
                          const char *why_no_handshake, hl_check_fn *on_result, void *user, struct hl_error *error);

#endif
