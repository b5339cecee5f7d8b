#include "cli/live_counters.h"

#include <inttypes.h>
#include <time.h>
#include <unistd.h>

#define EVENT_MAX 1536u
#define PUBLISHED_ROWS 5u

/* Of this process, in bytes; 0: not known. */
static uint64_t resident_memory(void)
{
    unsigned long all, resident = 0;
    FILE *file = fopen("/proc/self/statm", "re");

    if (file != NULL && fscanf(file, "%lu %lu", &all, &resident) != 2)
        resident = 0;
    if (file != NULL)
        fclose(file);
    return (uint64_t)resident * (uint64_t)sysconf(_SC_PAGESIZE);
}

static void put_published(FILE *out, const struct publisher_counters *published)
{
    fprintf(out, "; Kafka: %" PRIu64 " delivered, %" PRIu64 " waiting", published->delivered, published->waiting);
    if (published->spilled > 0)
        fprintf(out, ", %" PRIu64 " spilled", published->spilled);
    if (published->replayed > 0)
        fprintf(out, ", %" PRIu64 " replayed", published->replayed);
    fprintf(out, ", %" PRIu64 " lost", published->lost);
}

/* What the kernel could not hand over is lost, and is said. */
void live_counters_put(FILE *out, const struct live_counters *counters)
{
    const struct hl_counters *seen = &counters->seen;
    const uint64_t failed = seen->outcomes[HL_FAILED] + seen->outcomes[HL_NOT_TLS];
    const double rate = counters->seconds > 0 ? (double)seen->packets / counters->seconds : 0;

    fprintf(out, "%" PRIu64 " handshakes, %" PRIu64 " failed; %" PRIu64 " packets (%.0f/s), %" PRIu64 " dropped by the kernel, %"
                 PRIu64 " by interfaces; %" PRIu64 " connections, %" PRIu64 " open",
            seen->handshakes, failed, seen->packets, rate, counters->kernel.dropped, counters->kernel.interface_dropped,
            seen->connections, seen->open);
    fprintf(out, ", %" PRIu64 " MiB", resident_memory() >> 20);
    if (seen->evicted > 0)
        fprintf(out, ", %" PRIu64 " given up", seen->evicted);
    if (seen->cut > 0)
        fprintf(out, "; %" PRIu64 " packets cut", seen->cut);
    if (seen->capped > 0)
        fprintf(out, "; %" PRIu64 " handshakes too large to keep whole", seen->capped);
    if (counters->lost > 0)
        fprintf(out, "; %lu not written", counters->lost);
    if (counters->publishing)
        put_published(out, &counters->published);
}

bool live_counters_write(struct cli_output *output, const struct live_counters *counters)
{
    const struct hl_counters *seen = &counters->seen;
    const struct {
        const char *name;
        uint64_t value;
    } rows[] = {
        { "packets", seen->packets },
        { "kernel_received", counters->kernel.received },
        { "kernel_dropped", counters->kernel.dropped },
        { "interface_dropped", counters->kernel.interface_dropped },
        { "connections", seen->connections },
        { "open", seen->open },
        { "evicted", seen->evicted },
        { "capped", seen->capped },
        { "cut", seen->cut },
        { "handshakes", seen->handshakes },
        { "completed", seen->outcomes[HL_COMPLETED] },
        { "failed", seen->outcomes[HL_FAILED] },
        { "incomplete", seen->outcomes[HL_INCOMPLETE] },
        { "not_tls", seen->outcomes[HL_NOT_TLS] },
        { "shown", counters->shown },
        { "not_written", counters->lost },
        { "resident_bytes", resident_memory() },
        { "kafka_delivered", counters->published.delivered }, /* from here on only when something is published */
        { "kafka_waiting", counters->published.waiting },
        { "kafka_spilled", counters->published.spilled },
        { "kafka_replayed", counters->published.replayed },
        { "kafka_lost", counters->published.lost },
    };
    const size_t count = sizeof rows / sizeof rows[0] - (counters->publishing ? 0 : PUBLISHED_ROWS);
    struct timespec now;
    struct tm utc;
    char date[32], text[EVENT_MAX];
    int n;

    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &utc);
    strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &utc);
    n = snprintf(text, sizeof text, "{\"@timestamp\":\"%s.%09ldZ\",\"event\":{\"kind\":\"metric\",\"dataset\":\"handlens.stats\"},"
                                    "\"handlens\":{\"schema\":1,\"stats\":{", date, now.tv_nsec);
    for (size_t i = 0; i < count; i++) /* it fits: names are short, numbers have 20 digits at the most */
        n += snprintf(text + n, sizeof text - (size_t)n, "%s\"%s\":%" PRIu64, i > 0 ? "," : "", rows[i].name, rows[i].value);
    n += snprintf(text + n, sizeof text - (size_t)n, "}}}\n");
    return output_write(output, text, (size_t)n) && output_end_record(output);
}
