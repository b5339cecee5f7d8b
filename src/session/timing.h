/* timing.h - where the time of a handshake went, as one place in the network saw it.
 *
 * TCP's own handshake tells how far each end is from the place of the capture; what an answer took beyond that way is
 * the time its sender needed for it. Without TCP's handshake nothing is said about the network. */
#ifndef HL_SESSION_TIMING_H
#define HL_SESSION_TIMING_H

#include "session/handshake.h"

#define TURNS_MAX 16u
#define ROUND_TRIPS_MAX 8u

/* What one side says without being answered. */
struct hl_turn {
    unsigned direction;
    struct hl_moment begin, end; /* of its first and last message */
    const struct hl_message *first;
    unsigned messages;
    uint64_t bytes;      /* of messages, with their headers */
    int64_t wait_ns;     /* since the other side's last word; of the first turn: since TCP's handshake, where that was seen */
    int64_t network_ns;  /* ... of which the way there and back takes so much, */
    int64_t think_ns;    /* ... and the side itself the rest */
};

/* Where the capture was taken, by the share of the way that lies towards the client. */
enum hl_vantage { VANTAGE_UNKNOWN, VANTAGE_CLIENT, VANTAGE_SERVER, VANTAGE_BETWEEN };

struct hl_timing {
    struct hl_turn turns[TURNS_MAX]; /* until the handshake was over; later ones count to the last */
    unsigned turn_count;
    int64_t network_ns, think_ns[2]; /* sums of the turns; by direction. TCP's handshake counts as network */
    enum hl_vantage vantage;
    unsigned round_trips;            /* with that of TCP */
    const char *reasons[ROUND_TRIPS_MAX]; /* what each was needed for; static */
};

void timing_of(const struct hl_handshake *hs, struct hl_timing *out);
/* "client", "server", "between"; NULL: not known. */
const char *vantage_name(enum hl_vantage vantage);

#endif
