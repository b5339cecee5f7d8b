/* check.h - a server's configuration held against a policy.
 *
 *     struct hl_check_options options = { .policy = policy, .trust = trust };
 *     hl_check_server(&options, &(struct hl_check_target){ .name = "example.org", .host = "example.org", .port = 443 }, on_result, user, &error);
 *
 * Only what a server says counts: a rule passes when it was seen to be kept, and is `unknown`, with the reason, when nothing could be
 * seen. As few connections are made as that takes, one after the other. */
#ifndef HANDLENS_CHECK_H
#define HANDLENS_CHECK_H

#include <handlens/handshake.h>
#include <handlens/inspect.h>
#include <handlens/policy.h>
#include <handlens/print.h>
#include <handlens/secrets.h>
#include <handlens/trust.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The worst counts. */
enum hl_check_status {
    HL_CHECK_PASSED,       /* every rule is kept; there may be warnings */
    HL_CHECK_INCONCLUSIVE, /* something could not be observed, and nothing failed */
    HL_CHECK_FAILED,       /* a rule is broken */
    HL_CHECK_UNREACHABLE,  /* there was no connection, or no TLS */
};

/* An earlier check: what is as it was then need not be mended now. */
struct hl_baseline;

/* From a file of lines as hl_baseline_writer_write() writes them, or hl_check_print() in JSON. NULL: HL_ERR_IO, HL_ERR_FORMAT, HL_ERR_MEMORY. */
HL_API struct hl_baseline *hl_baseline_read(const char *path, struct hl_error *error);
/* NULL is allowed. */
HL_API void hl_baseline_free(struct hl_baseline *baseline);

/* One connection that a check has made, when it is over: everything is valid during the call. */
struct hl_check_turn {
    enum hl_side from;
    struct hl_span bytes;
    int64_t time_ns; /* since 1970 UTC, as below */
};

enum hl_check_ending {
    HL_ENDED_BY_CLIENT,       /* FIN */
    HL_ENDED_BY_SERVER,       /* FIN, and then that of the client */
    HL_RESET_BY_CLIENT,       /* bytes came that it did not read */
    HL_RESET_BY_SERVER,
    HL_CONNECTION_REFUSED,    /* RST instead of SYN */
    HL_CONNECTION_UNANSWERED, /* nothing at all */
};

struct hl_check_connection {
    struct hl_end client, server;
    int64_t start_ns, open_ns, end_ns; /* open_ns: 0 where it never was */
    enum hl_check_ending ending;
    const struct hl_check_turn *turns; /* in the order of time */
    size_t turn_count;
    struct hl_span key_log;            /* of TLS 1.3, the handshake traffic secrets (RFC 9850), as far as they are known */
};

typedef void hl_check_connection_fn(void *user, const struct hl_check_connection *connection);

struct hl_check_options {
    const struct hl_policy *policy; /* NULL, with `enumerate`: none */
    bool enumerate;               /* find out everything that a server takes, as well */
    bool intrusive;               /* with `enumerate`: known weaknesses, too, by forms of them that harm nobody */
    const struct hl_trust *trust; /* NULL: nobody is trusted */
    const struct hl_baseline *baseline; /* NULL: none */
    struct hl_secrets *secrets;   /* that open captures; NULL: none */
    int64_t timeout_ns;           /* of each connection, in all; 0: 5 seconds */
    unsigned connections_max;     /* for one target; 0: 40, with `enumerate` 400 */
    unsigned retries;             /* of a connection that was refused, reset, closed or silent */
    int64_t delay_ns;             /* between two connections */
    hl_check_connection_fn *on_connection; /* NULL: nobody wants them. Called in the thread of the check, in their order */
    void *connection_user;
    bool all_addresses;           /* of a name: a result each; else of the first that answers */
};

struct hl_check_target {
    const char *name;        /* as it is called in reports */
    const char *host;        /* a name, or an address: where to connect */
    uint16_t port;
    const char *server_name; /* for SNI; NULL: none is sent */
    const char *protocol;    /* spoken before TLS: "smtp", ...; NULL, or "tls": nothing is */
    const char *proxy;       /* an HTTP proxy that is asked for the connection (CONNECT), which finds the address; NULL: none */
    uint16_t proxy_port;
};

struct hl_check_result;

/* The usual port of a protocol, by its name; false: it is not known. */
HL_API bool hl_check_protocol(const char *name, uint16_t *port);

/* Called once for each target, or for each of its addresses; the result is valid during the call. */
typedef void hl_check_fn(void *user, const struct hl_check_result *result);

/* HL_OK, whatever the server is like; HL_ERR_MEMORY. `error` may be NULL. */
HL_API enum hl_status hl_check_server(const struct hl_check_options *options, const struct hl_check_target *target, hl_check_fn *on_result,
                                      void *user, struct hl_error *error);

/* The servers of a capture, each with a result of its own, by what they agreed on with their clients: what else they would take is
 * unknown. HL_OK; as hl_inspector_read_file(), after results of what could be read; HL_ERR_FORMAT when there is no server in it.
 *
 * A file that begins with a brace holds documents (docs/handshake.schema.json), one a line, plain or compressed, as handlens read and live
 * write them in JSON: they come to what the capture does. Certificates that are there themselves (HL_DETAIL_ALL) are judged by
 * `options`; what was judged before counts where it was on these terms, and else is unknown. A line that cannot be used makes it
 * HL_ERR_FORMAT, or HL_ERR_TRUNCATED where it is the last one and cut; the others count. Not for "-". */
HL_API enum hl_status hl_check_capture(const struct hl_check_options *options, const char *path, hl_check_fn *on_result, void *user,
                                       struct hl_error *error);

HL_API enum hl_check_status hl_check_status(const struct hl_check_result *result);
/* Is there a warning? */
HL_API bool hl_check_warned(const struct hl_check_result *result);

/* A report of one target: for people, in colours or not, and as JSON, one object and a line feed (docs/check.schema.json). False when
 * writing failed. */
HL_API bool hl_check_print(const struct hl_check_result *result, const struct hl_print_options *options, hl_write_fn *write, void *user);

/* --- reports of several targets ---
 *
 *     struct hl_check_report *report = hl_check_report_new(&(struct hl_check_report_options){ HL_CHECK_JUNIT, policy }, write, user);
 *     hl_check_report_add(report, result);      in the callback, for each target
 *     hl_check_report_end(report, true);
 *     hl_check_report_free(report);
 *
 * Everything from the wire is escaped in each format, and every document is valid UTF-8. Human, JSON, JUnit and SARIF are written target
 * by target; Markdown and HTML begin with a summary, and are kept in memory until the end, up to a cap: what is left out then is said. */
enum hl_check_format {
    HL_CHECK_HUMAN,
    HL_CHECK_JSON,     /* one object a line (docs/check.schema.json) */
    HL_CHECK_MARKDOWN, /* a table, what fails, and what to change: for tickets, and summaries of CI */
    HL_CHECK_JUNIT,    /* XML: a test suite a target, a test case a rule */
    HL_CHECK_SARIF,    /* 2.1.0: what fails (error), warns (warning) or is unknown (note), with fingerprints that stay */
    HL_CHECK_HTML,     /* a page that needs nothing else: no network, no script */
};

struct hl_check_report_options {
    enum hl_check_format format;
    const struct hl_policy *policy; /* that all targets are held against; borrowed */
    struct hl_print_options print;  /* human only; its format does not count */
    bool warnings_fail;             /* JUnit: what warns is a failure */
    bool all_addresses;             /* JUnit, SARIF: a target has a result for each of its addresses, which tells them apart */
};

struct hl_check_report;

/* "junit" and so on; NULL behind the last format. */
HL_API const char *hl_check_format_name(enum hl_check_format format);

/* Nothing is written yet. NULL when memory has run out. */
HL_API struct hl_check_report *hl_check_report_new(const struct hl_check_report_options *options, hl_write_fn *write, void *user);
/* These return false when writing failed, or memory has run out, now or before. */
HL_API bool hl_check_report_add(struct hl_check_report *report, const struct hl_check_result *result);
/* `complete`: no target is missing that was to be checked; if one is, the report says so. */
HL_API bool hl_check_report_end(struct hl_check_report *report, bool complete);
/* NULL is allowed. */
HL_API void hl_check_report_free(struct hl_check_report *report);

/* --- baselines ---
 *
 *     struct hl_baseline_writer *writer = hl_baseline_writer_new();
 *     hl_baseline_writer_add(writer, result);      in the callback, for each target
 *     if (hl_baseline_writer_refusal(writer) == NULL)
 *         hl_baseline_writer_write(writer, write, user);
 *     hl_baseline_writer_free(writer);
 *
 * What fails or warns, whether or not an earlier baseline has it, and nothing that changes by itself: two checks of servers that have not
 * changed write the same bytes (docs/baseline.schema.json). What nobody has seen cannot be accepted: a target that could not be reached, or of
 * which something is unknown, makes it no baseline. */
struct hl_baseline_writer;

struct hl_baseline_counts {
    unsigned targets, failures, warnings;
};

/* NULL when memory has run out. */
HL_API struct hl_baseline_writer *hl_baseline_writer_new(void);
/* NULL is allowed. */
HL_API void hl_baseline_writer_free(struct hl_baseline_writer *writer);
/* False when memory has run out, now or before. */
HL_API bool hl_baseline_writer_add(struct hl_baseline_writer *writer, const struct hl_check_result *result);
/* NULL: it may be written. Otherwise why not: a line that a terminal may show, of the writer's. */
HL_API const char *hl_baseline_writer_refusal(struct hl_baseline_writer *writer);
/* Behind all results: what `before` says of targets without a result stays. False when memory has run out. */
HL_API bool hl_baseline_writer_keep(struct hl_baseline_writer *writer, const struct hl_baseline *before);
/* What is in it. */
HL_API struct hl_baseline_counts hl_baseline_writer_counts(struct hl_baseline_writer *writer);
/* False when it must not be written, writing failed or memory has run out. */
HL_API bool hl_baseline_writer_write(struct hl_baseline_writer *writer, hl_write_fn *write, void *user);

/* What all handshakes of a capture are expected to be like: expressions over their documents (docs/expressions.md), as
 *
 *     hl_expectations_add(expectations, "version >= 1.2 and alpn == h2", &offset, &error);
 *     ... hl_expectations_hold(expectations, handshake) of each ...
 *     if (!hl_expectations_met(expectations))
 *         hl_expectations_print(expectations, "capture.pcap", &options, write, user);
 *
 * Results are counted; of the handshakes that do not fit, the first 20 of each expression are kept. */
struct hl_expectations;

/* NULL: HL_ERR_MEMORY. */
HL_API struct hl_expectations *hl_expectations_new(struct hl_error *error);
/* NULL is allowed. */
HL_API void hl_expectations_free(struct hl_expectations *expectations);
/* HL_OK; HL_ERR_USAGE: `*offset` is the byte of it where it goes wrong, and `error` (may be NULL) says why; HL_ERR_MEMORY. */
HL_API enum hl_status hl_expectations_add(struct hl_expectations *expectations, const char *expression, size_t *offset, struct hl_error *error);
/* False when memory has run out: then there is no result. */
HL_API bool hl_expectations_hold(struct hl_expectations *expectations, const struct hl_handshake *handshake);
/* There was a handshake, and every one fitted each of them. */
HL_API bool hl_expectations_met(const struct hl_expectations *expectations);
/* A report, for people and as JSON (docs/expect.schema.json); `name` is that of the capture. False when writing failed. */
HL_API bool hl_expectations_print(const struct hl_expectations *expectations, const char *name, const struct hl_print_options *options,
                                  hl_write_fn *write, void *user);

#ifdef __cplusplus
}
#endif

#endif
