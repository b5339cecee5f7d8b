#include "report/facts.h"

#include "base/code_name.h"
#include "base/text.h"
#include "registry/registry.h"
#include "report/format.h"
#include "report/human.h"
#include "report/plain.h"

#define PIECE_MAX ((size_t)64 << 10)

struct facts {
    const struct hl_handshake *hs;
    fact_fn *tell;
    void *ctx;
    struct hl_buffer text;
};

/* What stands in f->text, which is emptied; nothing when that is empty. */
static void tell(struct facts *f, const char *label)
{
    if (f->text.len > 0)
        f->tell(f->ctx, label, buf_view(&f->text));
    f->text.len = 0;
}

static void tell_wire(struct facts *f, const char *label, struct hl_span value)
{
    text_put_safe(&f->text, value);
    tell(f, label);
}

static void tell_line(struct facts *f, const char *label, plain_line_fn *put)
{
    plain_put(&f->text, put, f->hs);
    tell(f, label);
}

/* Without its first word, which is the label. */
static void tell_proofs(struct facts *f)
{
    struct hl_span line;

    plain_put(&f->text, plain_proofs, f->hs);
    line = buf_view(&f->text);
    while (line.len > 0 && *line.ptr != ' ') {
        line.ptr++;
        line.len--;
    }
    if (line.len > 1)
        f->tell(f->ctx, "Proved", (struct hl_span){ line.ptr + 1, line.len - 1 });
    f->text.len = 0;
}

static void tell_ends(struct facts *f)
{
    const struct hl_connection *c = &f->hs->connection;

    put_time(&f->text, f->hs->start.time_ns);
    tell(f, "Time");
    put_endpoint(&f->text, &c->ends[f->hs->client]);
    tell(f, "Client");
    put_endpoint(&f->text, &c->ends[1 - f->hs->client]);
    tell(f, "Server");
    tell_wire(f, "Name asked for", handshake_hello(f->hs)->server_name);
    if (c->before_tls != NULL)
        tell_wire(f, "Before TLS", span_of(c->before_tls));
}

static void tell_duration(struct facts *f)
{
    put_duration(&f->text, f->hs->end.time_ns - f->hs->start.time_ns);
    if (f->hs->connection.rtt_ns > 0) {
        buf_string(&f->text, ", round trip ");
        put_duration(&f->text, f->hs->connection.rtt_ns);
    }
    tell(f, "Took");
}

static void tell_where(struct facts *f)
{
    const struct hl_handshake *hs = f->hs;

    if (hs->file != NULL)
        text_put_safe(&f->text, span_of(hs->file));
    if (hs->start.frame > 0)
        buf_printf(&f->text, "%sframe %llu", f->text.len > 0 ? ", from " : "from ",
                   (unsigned long long)hs->start.frame);
    tell(f, "Capture");
    tell_wire(f, "JA4", span_of(hs->fingerprints.ja4));
    tell_wire(f, "Community ID", span_of(hs->community_id));
}

void facts_tell(const struct hl_handshake *hs, fact_fn *tell_fact, void *ctx)
{
    struct facts f = { .hs = hs, .tell = tell_fact, .ctx = ctx };

    buf_init(&f.text, PIECE_MAX);
    tell_ends(&f);
    tell_line(&f, hs->version != 0 ? "Agreed on" : "Hello", human_negotiated);
    if (hs->resumed_by != NULL)
        tell_wire(&f, "Resumed by", span_of(hs->resumed_by));
    if (hs->server_chain.count == 0 && hs->server_chain.why_absent != NULL && hs->server_hello_message != NULL)
        tell_wire(&f, "Certificate", span_of(hs->server_chain.why_absent));
    tell_proofs(&f);
    tell_duration(&f);
    tell_where(&f);
    buf_cleanup(&f.text);
}
