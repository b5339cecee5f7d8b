#include "net/preamble.h"

#include "base/limits.h"
#include "base/reader.h"
#include "base/text.h"

#include <string.h>

enum match { MATCH_NO, MATCH_YES, MATCH_NEED_MORE };

enum { RECORD_MAX = 16384 + 2048, CCS = 20, ALERT = 21, HANDSHAKE = 22, APPLICATION_DATA = 23, HEARTBEAT = 24 };

/* A verdict over bytes read so far: what was wrong stays wrong, what is short may become right. */
static enum match verdict(const struct hl_reader *r, bool good)
{
    if (!rd_ok(r))
        return MATCH_NEED_MORE;
    return good ? MATCH_YES : MATCH_NO;
}

/* SSL 3.0 to TLS 1.3, and what drafts of 1.3 put into the hello's version. */
static bool is_hello_version(uint16_t version)
{
    uint8_t major = (uint8_t)(version >> 8);

    return (major == 3 && (version & 0xff) <= 4) || major == 0x7f || major == 0x7e || major == 0xfb;
}

/* TLSPlaintext with the beginning of a hello: strong enough to be believed anywhere in a stream. */
static enum match match_hello(struct hl_span bytes)
{
    struct hl_fault fault;
    struct hl_reader r = rd_init(bytes, &fault);

    if (rd_u8(&r, "type") != HANDSHAKE)
        return verdict(&r, false);
    uint16_t record_version = rd_u16(&r, "legacy_record_version");
    if (rd_ok(&r) && (record_version >> 8 != 3 || (record_version & 0xff) > 4))
        return MATCH_NO;
    uint16_t length = rd_u16(&r, "length");
    if (rd_ok(&r) && (length < 6 || length > RECORD_MAX))
        return MATCH_NO;
    uint8_t type = rd_u8(&r, "msg_type");
    if (rd_ok(&r) && type != 1 && type != 2)
        return MATCH_NO;
    uint32_t message = rd_u24(&r, "length");
    if (rd_ok(&r) && (message < 34 || message > 65535 + 2048 || (type == 1 && length > message + 4)))
        return MATCH_NO;
    return verdict(&r, is_hello_version(rd_u16(&r, "legacy_version")));
}

/* An alert or a hello in its first record, where TLS may begin. */
static enum match match_record(struct hl_span bytes, bool any_part)
{
    struct hl_fault fault;
    struct hl_reader r = rd_init(bytes, &fault);
    uint8_t type = rd_u8(&r, "type");

    if (rd_ok(&r) && (type < CCS || type > HEARTBEAT))
        return MATCH_NO;
    uint8_t major = rd_u8(&r, "legacy_record_version");
    uint8_t minor = rd_u8(&r, "legacy_record_version");
    if (rd_ok(&r) && (major != 3 || minor > 4))
        return MATCH_NO;
    uint16_t length = rd_u16(&r, "length");
    if (rd_ok(&r) && (length == 0 || length > RECORD_MAX))
        return MATCH_NO;
    uint8_t first = rd_u8(&r, "fragment");

    switch (type) {
    case CCS:
        return verdict(&r, any_part && length == 1 && first == 1);
    case ALERT:
        return verdict(&r, any_part || (length == 2 && (first == 1 || first == 2)));
    case HANDSHAKE:
        return verdict(&r, true); /* any message: a peer that begins with the wrong one is worth telling */
    default:
        return verdict(&r, any_part);
    }
}

/* An SSL 2.0 hello (draft-hickman-netscape-ssl; RFC 5246, appendix E.2): a two-byte
 * record header, the message type, a version. */
static enum match match_ssl2(struct hl_span bytes)
{
    struct hl_fault fault;
    struct hl_reader r = rd_init(bytes, &fault);
    uint16_t header = rd_u16(&r, "msg_length");

    if (rd_ok(&r) && (header & 0x8000) == 0)
        return MATCH_NO;
    unsigned length = header & 0x7fff;
    uint8_t type = rd_u8(&r, "msg_type");
    if (rd_ok(&r) && type == 1) { /* client: version, then lengths that add up */
        uint16_t version = rd_u16(&r, "version");
        if (rd_ok(&r) && version != 2 && (version >> 8 != 3 || (version & 0xff) > 4))
            return MATCH_NO;
        unsigned specs = rd_u16(&r, "cipher_spec_length");
        unsigned id = rd_u16(&r, "session_id_length");
        unsigned challenge = rd_u16(&r, "challenge_length");
        return verdict(&r, specs % 3 == 0 && specs > 0 && 9 + specs + id + challenge == length);
    }
    if (rd_ok(&r) && type == 4) { /* server: session id hit, certificate type, version 2 */
        uint8_t hit = rd_u8(&r, "session_id_hit");
        uint8_t kind = rd_u8(&r, "certificate_type");
        uint16_t version = rd_u16(&r, "server_version");
        return verdict(&r, hit <= 1 && kind <= 1 && version == 2);
    }
    return verdict(&r, false);
}

static enum match match_at(const struct hl_preamble *p, const struct hl_preamble_side *side, struct hl_span rest,
                           size_t offset)
{
    enum match hello = match_hello(rest);

    if (hello == MATCH_YES)
        return MATCH_YES;
    if (offset == 0 || offset == side->expected) {
        enum match record = match_record(rest, p->mid_stream || offset == side->expected);
        enum match ssl2 = match_ssl2(rest);
        if (record == MATCH_YES || ssl2 == MATCH_YES)
            return MATCH_YES;
        if (record == MATCH_NEED_MORE || ssl2 == MATCH_NEED_MORE)
            return MATCH_NEED_MORE;
    }
    return hello;
}

void preamble_init(struct hl_preamble *p, bool mid_stream)
{
    memset(p, 0, sizeof *p);
    p->mid_stream = mid_stream;
    p->server = -1;
    for (unsigned i = 0; i < 2; i++) {
        buf_init(&p->side[i].seen, HL_PREAMBLE_MAX);
        tds_init(&p->side[i].tds);
        p->side[i].expected = SIZE_MAX;
    }
}

void preamble_cleanup(struct hl_preamble *p)
{
    for (unsigned i = 0; i < 2; i++) {
        buf_cleanup(&p->side[i].seen);
        tds_cleanup(&p->side[i].tds);
    }
}

/* Go over what has been seen until TLS begins, or until the end. */
static enum search_step { STEP_FOUND, STEP_END } scan(const struct hl_preamble *p, struct hl_preamble_side *side,
                                                      struct hl_span seen)
{
    while (side->scanned < seen.len) {
        struct hl_span rest = { seen.ptr + side->scanned, seen.len - side->scanned };
        /* Only these can begin a match away from an expected place. */
        bool special = side->scanned == 0 || side->scanned == side->expected;
        if (!special && rest.ptr[0] != HANDSHAKE) {
            const uint8_t *next = memchr(rest.ptr, HANDSHAKE, rest.len);
            size_t to = next != NULL ? side->scanned + (size_t)(next - rest.ptr) : seen.len;
            side->scanned = side->expected > side->scanned && side->expected < to ? side->expected : to;
            continue;
        }
        enum match match = match_at(p, side, rest, side->scanned);
        if (match == MATCH_YES)
            return STEP_FOUND;
        if (match == MATCH_NEED_MORE)
            return STEP_END;
        side->scanned++;
    }
    return STEP_END;
}

/* Does a ServerHello begin here (of SSL 2.0: its own one)? */
static bool is_server_hello(struct hl_span tls)
{
    bool ssl2 = tls.len > 2 && (tls.ptr[0] & 0x80) != 0 && tls.ptr[2] == 4;

    return ssl2 || (tls.len > 5 && tls.ptr[0] == HANDSHAKE && tls.ptr[5] == 2);
}

static void found(struct hl_preamble *p, unsigned direction, struct hl_span tls)
{
    struct hl_preamble_side *other = &p->side[1 - direction];

    if (other->state != SEARCH_FOUND && is_server_hello(tls))
        p->server = (int)direction;

    p->side[direction].state = SEARCH_FOUND;
    /* The answer comes next: there, any record will do. */
    if (other->seen.len > HL_PREAMBLE_MAX / 2) /* room for the answer */
        other->seen.len = HL_PREAMBLE_MAX / 2;
    other->expected = other->seen.len;
    if (other->scanned > other->seen.len)
        other->scanned = other->seen.len;
    if (other->state == SEARCH_GIVEN_UP)
        other->state = SEARCH_GOING_ON;
}

/* The beginning says what it is, the end is where TLS may begin: forget what is between them. */
static void make_room(struct hl_preamble_side *side)
{
    enum { BEGINNING = HL_PREAMBLE_MAX / 2, END = HL_PREAMBLE_MAX / 8 };
    struct hl_buffer *seen = &side->seen;

    if (seen->len < HL_PREAMBLE_MAX)
        return;
    size_t gone = seen->len - BEGINNING - END;
    memmove(seen->data + BEGINNING, seen->data + BEGINNING + gone, END);
    seen->len -= gone;
    side->forgotten += gone;
    side->scanned = side->scanned > gone + BEGINNING ? side->scanned - gone : BEGINNING;
    if (side->expected != SIZE_MAX)
        side->expected = side->expected > gone + BEGINNING ? side->expected - gone : seen->len;
}

/* A TDS packet that came in so small pieces that only now it can be known. */
static void late_tds(struct hl_preamble *p, unsigned direction, size_t before)
{
    struct hl_preamble_side *side = &p->side[direction];
    enum { ENOUGH = 9 };

    if (side->tds.active || before >= ENOUGH || side->seen.len < ENOUGH
        || !tds_begins(buf_view(&side->seen), p->side[1 - direction].tds.active))
        return;
    side->tds.active = true;
    struct hl_span inside = tds_unwrap(&side->tds, buf_view(&side->seen));
    side->seen.len = 0;
    side->scanned = 0;
    buf_put(&side->seen, inside.ptr, inside.len);
}

enum hl_search preamble_push(struct hl_preamble *p, unsigned direction, struct hl_span bytes, struct hl_span tls[2])
{
    struct hl_preamble_side *side = &p->side[direction];

    tls[0] = tls[1] = (struct hl_span){ NULL, 0 };
    if (side->state == SEARCH_FOUND)
        tls[0] = tds_unwrap(&side->tds, bytes);
    if (side->state != SEARCH_GOING_ON)
        return side->state;
    if (side->seen.len == 0 && tds_begins(bytes, p->side[1 - direction].tds.active))
        side->tds.active = true;
    bytes = tds_unwrap(&side->tds, bytes);
    if (p->mid_stream) /* a record may begin where a sender began a segment */
        side->expected = side->seen.len;

    if (side->seen.len == 0) { /* the usual case needs no copy */
        if (scan(p, side, bytes) == STEP_FOUND && side->scanned == 0) {
            found(p, direction, bytes);
            tls[0] = bytes;
            return side->state;
        }
        side->scanned = 0;
    }
    while (bytes.len > 0 && side->state == SEARCH_GOING_ON) {
        make_room(side);
        size_t room = HL_PREAMBLE_MAX - side->seen.len, before = side->seen.len;
        size_t n = bytes.len < room ? bytes.len : room;
        buf_put(&side->seen, bytes.ptr, n);
        late_tds(p, direction, before);
        if (side->seen.failed || side->forgotten > HL_PREAMBLE_SEARCH_MAX) {
            side->state = SEARCH_GIVEN_UP;
        } else if (scan(p, side, buf_view(&side->seen)) == STEP_FOUND) {
            tls[0] = (struct hl_span){ side->seen.data + side->scanned, side->seen.len - side->scanned };
            tls[1] = (struct hl_span){ bytes.ptr + n, bytes.len - n };
            found(p, direction, tls[0]);
            side->seen.len = side->scanned;
        }
        bytes.ptr += n;
        bytes.len -= n;
    }
    return side->state;
}

void preamble_gap(struct hl_preamble *p, unsigned direction)
{
    struct hl_preamble_side *side = &p->side[direction];

    side->scanned = side->seen.len;
    side->expected = side->seen.len;
    p->mid_stream = true;
}

struct hl_span preamble_foreign(const struct hl_preamble *p, unsigned direction)
{
    const struct hl_preamble_side *side = &p->side[direction], *other = &p->side[1 - direction];
    /* Where the other side spoke TLS from its first byte on, so should this one have done. */
    bool from_start = other->state == SEARCH_FOUND && other->seen.len == 0 && !p->mid_stream;
    size_t begin = from_start ? 0 : side->expected;

    if (side->state == SEARCH_FOUND || begin >= side->seen.len)
        return (struct hl_span){ NULL, 0 };
    struct hl_span rest = { side->seen.data + begin, side->seen.len - begin };
    return match_at(p, side, rest, begin) == MATCH_NO ? rest : (struct hl_span){ NULL, 0 };
}
