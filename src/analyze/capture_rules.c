/* What the capture lacks, so that nothing can be said about the two ends. */
#include "analyze/diagnosis.h"

static void say(struct diagnosing *d, enum finding_code code, enum hl_confidence confidence, const char *what)
{
    buf_string(d->text, what);
    struct hl_diagnosis *diagnosis = add_diagnosis(d, code, HL_BLAME_CAPTURE, confidence);

    if (d->hs->gaps != NULL && code == FINDING_CAPTURE_TRUNCATED)
        add_evidence(d, diagnosis, d->hs->gaps->at, "bytes are missing before this");
    else
        add_evidence(d, diagnosis, d->hs->connection.first, "the first packet of the connection");
}

bool diagnose_capture(struct diagnosing *d)
{
    const struct hl_handshake *hs = d->hs;
    const struct hl_connection *connection = &hs->connection;

    if (connection->truncated) {
        say(d, FINDING_CAPTURE_TRUNCATED, HL_CERTAIN, "packets were cut by the capture, so messages are incomplete");
        return true;
    }
    if (hs->outcome == HL_COMPLETED)
        return false;
    if (connection_is_one_sided(connection)) {
        /* Nothing but hellos, where no handshake of TCP's was answered: that may be all there was. */
        bool doubtful = connection->carrier != CARRIER_TCP && d->stage <= STAGE_CLIENT_HELLO;
        say(d, FINDING_CAPTURE_ONE_SIDED, doubtful ? HL_POSSIBLE : HL_CERTAIN, connection->packets[hs->client] > 0
                                                           ? "the capture has only what the client sent"
                                                           : "the capture has only what the server sent");
        return true;
    }
    if (connection->mid_stream && hs->client_hello_message == NULL) {
        say(d, FINDING_CAPTURE_MID_STREAM, HL_CERTAIN, "the capture begins after the hellos");
        return true;
    }
    return false;
}

/* Before anybody is blamed for what was not seen. What bytes prove was told by the rules before. */
bool diagnose_drops(struct diagnosing *d)
{
    const struct hl_connection *connection = &d->hs->connection;

    if (!connection->dropped || d->hs->outcome == HL_COMPLETED)
        return false;
    say(d, FINDING_CAPTURE_DROPPED, connection->gaps > 0 ? HL_LIKELY : HL_POSSIBLE,
        "the capture lost packets while this handshake ran: what is missing may have been among them");
    return true;
}
