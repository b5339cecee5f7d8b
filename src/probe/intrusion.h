/* intrusion.h - what a server with a known weakness answers in another way than others do; no exploit.
 *
 * It goes behind the server's flight, before TLS 1.3, and no server that is right loses anything by it but this connection. */
#ifndef HL_PROBE_INTRUSION_H
#define HL_PROBE_INTRUSION_H

enum intrusion {
    INTRUSION_NONE,
    /* CVE-2014-0160: a heartbeat whose payload_length takes its padding for payload, and then the end of the connection. Who
     * checks it (RFC 6520, section 4) says nothing; who does not sends back what we sent, and not a byte of its own. */
    INTRUSION_HEARTBEAT,
    /* CVE-2014-0224: ChangeCipherSpec before there are keys, twice. Who takes the first one cannot read the second. */
    INTRUSION_EARLY_CCS,
    /* CVE-2017-13099 and others (ROBOT): a premaster secret that is wrong in one of several ways, which must all look alike
     * (RFC 5246, section 7.4.7.1). */
    INTRUSION_PREMASTER,
};

enum premaster_form {
    PREMASTER_RIGHT,         /* and only the Finished is wrong */
    PREMASTER_WRONG_TYPE,    /* the block is none of encryption */
    PREMASTER_NO_ZERO,       /* nothing ends its padding */
    PREMASTER_TOO_LONG,      /* the padding ends too early */
    PREMASTER_WRONG_VERSION,
    PREMASTER_FORMS
};

/* The first thing that came of it. */
enum reaction {
    REACTION_NONE,      /* it was not sent */
    REACTION_ALERT,
    REACTION_HEARTBEAT, /* an answer to the heartbeat */
    REACTION_CLOSED,    /* or reset, which is a matter of what comes first */
    REACTION_SILENCE,
};

#endif
