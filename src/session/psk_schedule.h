/* psk_schedule.h - secrets of TLS 1.3 out of a pre-shared key that was given (RFC 8446, section 7.1).
 *
 * The key alone opens early data, and all of a handshake in which no (EC)DHE came to it (psk_ke). */
#ifndef HL_SESSION_PSK_SCHEDULE_H
#define HL_SESSION_PSK_SCHEDULE_H

#include "crypto/schedule.h"
#include "crypto/secrets.h"
#include "session/handshake.h"

/* A row of the client's pre_shared_key extension (section 4.2.11). */
struct offered_psk {
    struct hl_span identity, binder;
    size_t binders_length; /* of all binders, with their length: the end of the hello */
};

/* The one that the server chose; false when none was, or it cannot be read. */
bool psk_chosen(const struct hl_handshake *hs, struct offered_psk *out);

struct psk_secrets {
    struct secret client_early;                       /* traffic */
    struct secret client_handshake, server_handshake; /* the same; without (EC)DHE only, as is: */
    struct secret master;
};

/* What can be known as soon as the hellos are; what cannot has no length. */
void psk_secrets_of_hellos(const struct hl_handshake *hs, const struct hl_secrets *secrets,
                           const struct cipher_spec *spec, struct psk_secrets *out);
/* Once `finished`, the server's, was seen: the traffic secrets of the application. */
bool psk_application_secrets(const struct hl_handshake *hs, const struct cipher_spec *spec,
                             const struct hl_message *finished, const struct secret *master, struct secret *client,
                             struct secret *server);

#endif
