/* clients.h - clients of a capture, and what a server says to them: for who reads, replays and reports them. */
#ifndef HL_POLICY_CLIENTS_H
#define HL_POLICY_CLIENTS_H

#include "base/arena.h"
#include "policy/facts.h"

#include <handlens/clients.h>

/* Bytes of a hello that is sent again; nobody has longer ones. */
#define CLIENT_HELLO_BYTES_MAX ((size_t)60 << 10)

struct seen_client {
    char ja4[40];
    uint64_t seen, completed; /* handshakes */
    struct hl_endpoint source; /* of the first */
    struct hl_span server_name; /* that it asked for; empty: none */
    struct hl_span hello;      /* the body, well-formed */
    uint16_t record_version;
};

struct hl_clients {
    struct hl_arena arena;
    const char *path;
    struct seen_client list[HL_CLIENTS_MAX]; /* in the order of appearance */
    unsigned count;
    uint64_t handshakes; /* of these */
    uint64_t beyond;     /* handshakes of other clients, beyond HL_CLIENTS_MAX */
    uint64_t left_out;   /* handshakes whose hello cannot be sent again: of DTLS, QUIC or SSL 2.0, with a pre-shared key alone, broken, or
                          * not all there */
};

enum replay_outcome { REPLAY_ACCEPTED, REPLAY_REFUSED, REPLAY_INCONCLUSIVE };

struct replay_result {
    enum replay_outcome outcome;
    uint16_t version, suite, group; /* of REPLAY_ACCEPTED; group 0: none, or not seen */
    bool retry;                     /* with a HelloRetryRequest, which was not followed */
    bool has_alert;
    uint8_t alert;
    char why[FACTS_WHY_SIZE];       /* not accepted */
};

struct hl_clients_result {
    const char *target;
    struct hl_endpoint server;      /* address.length 0: none */
    const struct hl_clients *clients;
    struct replay_result list[HL_CLIENTS_MAX]; /* of each of them */
    enum hl_check_status status;
    char why[FACTS_WHY_SIZE];       /* of HL_CHECK_UNREACHABLE: then the list says nothing */
    int64_t start_ns, duration_ns;
    unsigned connections;
};

#endif
