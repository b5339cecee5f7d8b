/* live_counters.h - what live counts: for a person, in a line of standard error, and for machines, as an event. */
#ifndef HL_CLI_LIVE_COUNTERS_H
#define HL_CLI_LIVE_COUNTERS_H

#include "cli/output.h"
#include "cli/publisher.h"

#include <handlens/handlens.h>
#include <handlens/live.h>

#include <stdio.h>

struct live_counters {
    struct hl_counters seen;
    struct hl_live_counters kernel;
    double seconds;       /* since the beginning */
    unsigned long shown;  /* handshakes that were wanted */
    unsigned long lost;   /* ... and could not be written to a file, each counted for each file */
    bool publishing;      /* with what has become of messages to Kafka */
    struct publisher_counters published;
};

/* Without an end of line. */
void live_counters_put(FILE *out, const struct live_counters *counters);
/* An object, and an end of line. False when it could not be written. */
bool live_counters_write(struct cli_output *output, const struct live_counters *counters);

#endif
