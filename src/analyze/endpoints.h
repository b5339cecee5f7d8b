/* endpoints.h - what the capture has taught about servers and clients so far.
 *
 *     endpoints_init(&endpoints, seed);
 *     ... diagnose(hs, &endpoints, arena); endpoints_note(&endpoints, hs); ...
 *     endpoints_cleanup(&endpoints);
 *
 * What a server took from one client it can take from another: that rules causes out, and others in. Places are
 * limited (HL_ENDPOINTS_MAX); a new end takes the place of the oldest. */
#ifndef HL_ANALYZE_ENDPOINTS_H
#define HL_ANALYZE_ENDPOINTS_H

#include "base/places.h"
#include "session/handshake.h"

/* A code point that a server chose; `at` is where. */
struct chosen {
    uint16_t value; /* 0: none */
    struct hl_moment at;
};

enum { CHOSEN_VERSIONS = 4, CHOSEN_SUITES = 8, CHOSEN_GROUPS = 6, CHOSEN_SCHEMES = 4, KNOWN_NAMES = 4 };

struct known_server {
    unsigned completed, failed;
    unsigned with_name, without_name;  /* of the completed ones: the client sent a server_name */
    uint64_t names[KNOWN_NAMES];       /* hashes of those names; 0: none */
    struct chosen versions[CHOSEN_VERSIONS]; /* as of TLS: version_as_tls() */
    struct chosen suites[CHOSEN_SUITES];
    struct chosen groups[CHOSEN_GROUPS];
    struct chosen schemes[CHOSEN_SCHEMES];
    struct hl_moment last;             /* completed one ... */
    struct hl_address last_client;     /* ... and with whom */
};

struct known_client {
    unsigned completed, failed;
    struct hl_moment last;
    struct hl_endpoint last_server;
};

struct endpoints {
    struct known_server *servers; /* HL_ENDPOINTS_MAX each, made when first needed */
    struct known_client *clients;
    struct places server_places; /* by address and port */
    struct places client_places; /* by address */
    uint64_t seed;
};

void endpoints_init(struct endpoints *endpoints, uint64_t seed);
void endpoints_cleanup(struct endpoints *endpoints);
void endpoints_note(struct endpoints *endpoints, const struct hl_handshake *hs);
/* Of the ends of `hs`; NULL: nothing is known. */
const struct known_server *endpoints_server(const struct endpoints *endpoints, const struct hl_handshake *hs);
const struct known_client *endpoints_client(const struct endpoints *endpoints, const struct hl_handshake *hs);

bool was_chosen(const struct chosen *list, unsigned count, uint16_t value);
/* Did handshakes with the name that this client asks for complete? */
bool is_known_name(const struct known_server *server, struct hl_span name);

#endif
