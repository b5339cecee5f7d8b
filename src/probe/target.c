#include "probe/target.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

#define TIMEOUT_NS ((int64_t)5000000000)

unsigned target_resolve(const struct hl_check_target *target, struct socket_address out[TARGET_ADDRESSES_MAX], struct hl_error *error)
{
    const bool proxy = target->proxy != NULL;

    return socket_resolve(proxy ? target->proxy : target->host, proxy ? target->proxy_port : target->port, out, TARGET_ADDRESSES_MAX, error);
}

/* HOST:PORT, as HTTP has it. */
static void put_behind(struct prober *prober, const struct hl_check_target *target)
{
    const bool v6 = strchr(target->host, ':') != NULL;

    snprintf(prober->behind, sizeof prober->behind, "%s%.250s%s:%u", v6 ? "[" : "", target->host, v6 ? "]" : "", target->port);
}

void target_aim(struct prober *prober, const struct hl_check_options *options, const struct hl_check_target *target)
{
    prober_init(prober, options->trust, options->timeout_ns > 0 ? options->timeout_ns : TIMEOUT_NS);
    prober->protocol = target->protocol != NULL ? starttls_find(span_of(target->protocol)) : NULL;
    prober->host = target->server_name != NULL ? target->server_name : target->host;
    prober->on_connection = options->on_connection;
    prober->connection_user = options->connection_user;
    if (target->proxy != NULL)
        put_behind(prober, target);
}
