#include "report/causes.h"

#include "report/format.h"

#include <string.h>

/* Less in common than this says nothing. */
#define IPV4_COMMON_MIN 8u
#define IPV6_COMMON_MIN 16u

static unsigned common_bits(const struct hl_address *a, const struct hl_address *b)
{
    unsigned bits = 0;

    for (unsigned i = 0; i < a->length; i++) {
        const uint8_t difference = a->bytes[i] ^ b->bytes[i];
        if (difference == 0) {
            bits += 8;
            continue;
        }
        for (uint8_t mask = 0x80; (difference & mask) == 0; mask >>= 1)
            bits++;
        break;
    }
    return bits;
}

static void extend(struct extent *extent, const struct hl_endpoint *end, bool first)
{
    if (first) {
        *extent = (struct extent){ .first = *end, .common_bits = end->address.length * 8u, .same_port = true };
        return;
    }
    extent->same_port &= extent->first.port == end->port;
    if (extent->first.address.length != end->address.length) {
        extent->mixed = true;
        return;
    }
    const unsigned bits = common_bits(&extent->first.address, &end->address);
    if (bits < extent->common_bits)
        extent->common_bits = bits;
    extent->mixed |= bits < (end->address.length == 4 ? IPV4_COMMON_MIN : IPV6_COMMON_MIN);
}

void causes_add(struct causes *causes, const struct hl_handshake *hs)
{
    const struct hl_diagnosis *primary = hs->diagnoses != NULL ? hs->diagnoses->first : NULL;

    if (primary == NULL)
        return;
    struct cause *cause = &causes->of[primary->code];
    extend(&cause->clients, &hs->connection.ends[hs->client], cause->count == 0);
    extend(&cause->servers, &hs->connection.ends[1 - hs->client], cause->count == 0);
    cause->count++;
    cause->blamed[primary->blame] = true;
}

static void extend_by(struct extent *extent, const struct extent *other, bool first)
{
    if (first) {
        *extent = *other;
        return;
    }
    extend(extent, &other->first, false);
    if (other->common_bits < extent->common_bits)
        extent->common_bits = other->common_bits;
    extent->same_port &= other->same_port;
    extent->mixed |= other->mixed;
}

void causes_join(struct causes *causes, const struct causes *other)
{
    for (unsigned code = 0; code < FINDING_COUNT; code++) {
        struct cause *cause = &causes->of[code];
        const struct cause *more = &other->of[code];
        if (more->count == 0)
            continue;
        extend_by(&cause->clients, &more->clients, cause->count == 0);
        extend_by(&cause->servers, &more->servers, cause->count == 0);
        cause->count += more->count;
        for (int blame = HL_BLAME_CLIENT; blame <= HL_BLAME_PEER_UNKNOWN; blame++)
            cause->blamed[blame] |= more->blamed[blame];
    }
}

unsigned causes_sort(const struct causes *causes, uint64_t least, enum finding_code order[FINDING_COUNT])
{
    unsigned n = 0;

    for (unsigned code = 0; code < FINDING_COUNT; code++) {
        if (causes->of[code].count == 0 || causes->of[code].count < least)
            continue;
        unsigned at = n++;
        for (; at > 0 && causes->of[order[at - 1]].count < causes->of[code].count; at--)
            order[at] = order[at - 1];
        order[at] = (enum finding_code)code;
    }
    return n;
}

void cause_put_blamed(struct hl_buffer *out, const struct cause *cause)
{
    const char *separator = "";

    for (int blame = HL_BLAME_CLIENT; blame <= HL_BLAME_PEER_UNKNOWN; blame++) {
        if (!cause->blamed[blame])
            continue;
        buf_printf(out, "%s%s", separator, hl_blame_name((enum hl_blame)blame));
        separator = ", ";
    }
}

/* The first `bits` of it. */
static struct hl_address network_of(const struct hl_address *address, unsigned bits)
{
    struct hl_address out = *address;

    for (unsigned i = 0; i < out.length; i++) {
        const unsigned kept = bits > i * 8 ? bits - i * 8 : 0;
        if (kept < 8)
            out.bytes[i] &= (uint8_t)(0xff00u >> kept);
    }
    return out;
}

void extent_put(struct hl_buffer *out, const struct extent *extent, bool with_port)
{
    const bool one = extent->common_bits == extent->first.address.length * 8u && !extent->mixed;

    if (one && with_port && extent->same_port) {
        put_endpoint(out, &extent->first);
        return;
    }
    if (extent->mixed) {
        buf_string(out, "many addresses");
    } else {
        const struct hl_address network = network_of(&extent->first.address, extent->common_bits);
        put_address(out, &network);
        if (!one)
            buf_printf(out, "/%u", extent->common_bits);
    }
    if (with_port && extent->same_port)
        buf_printf(out, ", port %u", extent->first.port);
}
