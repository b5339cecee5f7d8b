/* Makes the captures that the benchmark reads. Everything in them is made up:
 * addresses, names, keys and signatures are from a random number generator
 * with a fixed seed, so that two machines measure the same bytes; but for `signed`,
 * whose keys and signatures are real.
 *
 *   workload dense|bulk|rough|idle|signed FILE [HANDSHAKES]
 *
 * dense: 100,000 handshakes of TLS 1.2, with the certificates of 2,000 sites.
 * bulk:  20,000 handshakes with 100 KB of application data each.
 * rough: dense in segments of 200 bytes, 5 % out of order, 2 % retransmitted.
 * idle:  400,000 connections that stay open after their handshake.
 * signed: dense, with certificates and key exchanges that verify; half of the sites have RSA keys, half P-256.
 *        The root goes into FILE.ca. */
#include "signing.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SITES = 2000, ISSUERS = 20, RSA_KEYS = 4, ACTIVE = 64, PACKETS_MAX = 512, STREAM_MAX = 256 << 10 };

static uint64_t random_state = 0x9e3779b97f4a7c15u;

static uint32_t random32(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (uint32_t)(random_state >> 16);
}

/* --- bytes ------------------------------------------------------------------ */

struct bytes {
    uint8_t *data;
    size_t len, size;
};

static void put(struct bytes *out, const void *data, size_t n)
{
    if (out->len + n > out->size) {
        out->size = 2 * (out->len + n);
        out->data = realloc(out->data, out->size);
        if (out->data == NULL)
            exit(1);
    }
    memcpy(out->data + out->len, data, n);
    out->len += n;
}

static void put_uint(struct bytes *out, uint64_t value, unsigned width)
{
    uint8_t raw[8];

    for (unsigned i = 0; i < width; i++)
        raw[i] = (uint8_t)(value >> 8 * (width - 1 - i));
    put(out, raw, width);
}

static void put_random(struct bytes *out, size_t n)
{
    while (n-- > 0)
        put_uint(out, random32() & 0xff, 1);
}

static void put_text(struct bytes *out, const char *text)
{
    put(out, text, strlen(text));
}

/* A vector: its length in `width` bytes is filled in by end_vector(). */
static size_t begin_vector(struct bytes *out, unsigned width)
{
    put_uint(out, 0, width);
    return out->len;
}

static void end_vector(struct bytes *out, size_t begin, unsigned width)
{
    size_t length = out->len - begin;

    for (unsigned i = 0; i < width; i++)
        out->data[begin - width + i] = (uint8_t)(length >> 8 * (width - 1 - i));
}

/* --- certificates ------------------------------------------------------------ */

/* A DER element with a length of two bytes, whatever its size below 64 KiB. */
static size_t begin_der(struct bytes *out, uint8_t tag)
{
    put_uint(out, tag, 1);
    put_uint(out, 0x82, 1);
    return begin_vector(out, 2);
}

static void put_short_der(struct bytes *out, uint8_t tag, const void *data, size_t n)
{
    put_uint(out, tag, 1);
    if (n >= 128)
        put_uint(out, 0x81, 1);
    put_uint(out, n, 1);
    put(out, data, n);
}

static void put_name(struct bytes *out, const char *organization, const char *common_name)
{
    static const uint8_t types[][3] = { { 0x55, 4, 10 }, { 0x55, 4, 3 } };
    const char *values[] = { organization, common_name };
    size_t name = begin_der(out, 0x30);

    for (unsigned i = 0; i < 2; i++) {
        size_t set = begin_der(out, 0x31), sequence = begin_der(out, 0x30);
        put_short_der(out, 6, types[i], 3);
        put_short_der(out, 12, values[i], strlen(values[i]));
        end_vector(out, sequence, 2);
        end_vector(out, set, 2);
    }
    end_vector(out, name, 2);
}

/* Real keys, by place in the arrays of certificates; NULL: all is made up. */
static struct signing_key *root_key, *issuer_keys[ISSUERS], *site_keys[SITES];

static void put_ecdsa_algorithm(struct bytes *out)
{
    const uint8_t oid[] = { 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2 };
    size_t sequence = begin_der(out, 0x30);

    put_short_der(out, 6, oid, sizeof oid);
    end_vector(out, sequence, 2);
}

static void put_algorithm(struct bytes *out, uint8_t last)
{
    const uint8_t oid[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, last };
    size_t sequence = begin_der(out, 0x30);

    put_short_der(out, 6, oid, sizeof oid);
    put_short_der(out, 5, "", 0);
    end_vector(out, sequence, 2);
}

/* An identifier that follows from a name, so that a certificate knows its issuer's. */
static void put_key_id(struct bytes *out, const char *name)
{
    uint64_t hash = 0xcbf29ce484222325u;

    while (*name != '\0')
        hash = (hash ^ (uint8_t)*name++) * 0x100000001b3u;
    put_uint(out, hash, 8);
    put_uint(out, hash * 0x9e3779b97f4a7c15u, 8);
    put_uint(out, hash >> 32, 4);
}

static void put_key(struct bytes *out, struct signing_key *key_pair)
{
    uint8_t real[512];

    if (key_pair != NULL) {
        put(out, real, signing_key_spki(key_pair, real, sizeof real));
        return;
    }
    size_t spki = begin_der(out, 0x30);

    put_algorithm(out, 1);
    size_t bits = begin_der(out, 3);
    put_uint(out, 0, 1);
    size_t key = begin_der(out, 0x30), modulus = begin_der(out, 2);
    put_uint(out, 0x00c1, 2);
    put_random(out, 255);
    end_vector(out, modulus, 2);
    put_short_der(out, 2, "\x01\x00\x01", 3);
    end_vector(out, key, 2);
    end_vector(out, bits, 2);
    end_vector(out, spki, 2);
}

static size_t begin_extension(struct bytes *out, const void *oid, size_t n, size_t *octets)
{
    size_t extension = begin_der(out, 0x30);

    put_short_der(out, 6, oid, n);
    *octets = begin_der(out, 4);
    return extension;
}

static void end_extension(struct bytes *out, size_t extension, size_t octets)
{
    end_vector(out, octets, 2);
    end_vector(out, extension, 2);
}

static void put_raw_extension(struct bytes *out, const void *oid, size_t n, const void *value, size_t length)
{
    size_t octets, extension = begin_extension(out, oid, n, &octets);

    put(out, value, length);
    end_extension(out, extension, octets);
}

static void put_extensions(struct bytes *out, const char *name, const char *issuer, bool ca)
{
    size_t outer = begin_der(out, 0xa3), list = begin_der(out, 0x30), octets, extension;
    char other[80];

    put_raw_extension(out, "\x55\x1d\x0f", 3, ca ? "\x03\x02\x01\x06" : "\x03\x02\x05\xa0", 4);
    put_raw_extension(out, "\x55\x1d\x25", 3, "\x30\x14\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x01\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x02", 22);
    if (ca)
        put_raw_extension(out, "\x55\x1d\x13", 3, "\x30\x03\x01\x01\xff", 5);
    else
        put_raw_extension(out, "\x55\x1d\x13", 3, "\x30\x00", 2);
    extension = begin_extension(out, "\x55\x1d\x0e", 3, &octets);
    put_uint(out, 0x0414, 2);
    put_key_id(out, name);
    end_extension(out, extension, octets);
    extension = begin_extension(out, "\x55\x1d\x23", 3, &octets);
    put_uint(out, 0x30168014, 4);
    put_key_id(out, issuer);
    end_extension(out, extension, octets);
    if (!ca) {
        extension = begin_extension(out, "\x55\x1d\x11", 3, &octets);
        size_t names = begin_der(out, 0x30);
        snprintf(other, sizeof other, "www.%s", name);
        put_short_der(out, 0x82, name, strlen(name));
        put_short_der(out, 0x82, other, strlen(other));
        end_vector(out, names, 2);
        end_extension(out, extension, octets);
        extension = begin_extension(out, "\x2b\x06\x01\x04\x01\xd6\x79\x02\x04\x02", 10, &octets); /* SCT list */
        size_t string = begin_der(out, 4), scts = begin_vector(out, 2);
        for (int i = 0; i < 2; i++) {
            size_t sct = begin_vector(out, 2);
            put_uint(out, 0, 1);
            put_random(out, 32);
            put_uint(out, 1700000000000, 8);
            put_uint(out, 0, 2);
            put_uint(out, 0x0403, 2);
            size_t signature = begin_vector(out, 2);
            put_random(out, 71);
            end_vector(out, signature, 2);
            end_vector(out, sct, 2);
        }
        end_vector(out, scts, 2);
        end_vector(out, string, 2);
        end_extension(out, extension, octets);
    }
    put_raw_extension(out, "\x55\x1d\x20", 3, "\x30\x0a\x30\x08\x06\x06\x67\x81\x0c\x01\x02\x01", 12);
    end_vector(out, list, 2);
    end_vector(out, outer, 2);
}

/* `key` and `signer` are NULL when all is made up. */
static struct bytes make_certificate(const char *name, const char *issuer, bool ca, struct signing_key *key,
                                     struct signing_key *signer)
{
    struct bytes out = { NULL, 0, 0 };
    bool ecdsa = signer != NULL && signing_key_is_ec(signer);
    size_t certificate = begin_der(&out, 0x30), tbs = begin_der(&out, 0x30);

    put_uint(&out, 0xa003020102, 5);
    put_uint(&out, 0x021001, 3);
    put_random(&out, 15);
    if (ecdsa)
        put_ecdsa_algorithm(&out);
    else
        put_algorithm(&out, 11);
    put_name(&out, "Benchmark Trust Services", issuer);
    size_t validity = begin_der(&out, 0x30);
    put_short_der(&out, 23, "260101000000Z", 13);
    put_short_der(&out, 23, "270101000000Z", 13);
    end_vector(&out, validity, 2);
    put_name(&out, ca ? "Benchmark Trust Services" : "Example Organization", name);
    put_key(&out, key);
    put_extensions(&out, name, issuer, ca);
    end_vector(&out, tbs, 2);
    uint8_t real[512];
    size_t length = signer != NULL ? signing_sign(signer, out.data + tbs - 4, out.len - tbs + 4, real, sizeof real) : 0;
    if (ecdsa)
        put_ecdsa_algorithm(&out);
    else
        put_algorithm(&out, 11);
    size_t signature = begin_der(&out, 3);
    put_uint(&out, 0, 1);
    if (signer != NULL)
        put(&out, real, length);
    else
        put_random(&out, 256);
    end_vector(&out, signature, 2);
    end_vector(&out, certificate, 2);
    return out;
}

static struct bytes site_certificates[SITES], issuer_certificates[ISSUERS];

static void make_keys(void)
{
    struct signing_key *rsa[RSA_KEYS];

    for (unsigned i = 0; i < RSA_KEYS; i++)
        rsa[i] = signing_key_new(false);
    root_key = rsa[0];
    for (unsigned i = 0; i < ISSUERS; i++)
        issuer_keys[i] = i % 2 == 0 ? rsa[1] : signing_key_new(true);
    for (unsigned i = 0; i < SITES; i++)
        site_keys[i] = i % 4 < 2 ? rsa[2 + i % 2] : signing_key_new(true);
}

static void write_root(const char *capture)
{
    struct bytes root = make_certificate("Benchmark Root", "Benchmark Root", true, root_key, root_key);
    char path[4096];

    snprintf(path, sizeof path, "%s.ca", capture);
    FILE *file = fopen(path, "wb");
    if (file == NULL || fwrite(root.data, root.len, 1, file) != 1 || fclose(file) != 0) {
        perror(path);
        exit(1);
    }
}

static void make_certificates(void)
{
    char name[64], issuer[64];

    for (unsigned i = 0; i < ISSUERS; i++) {
        snprintf(issuer, sizeof issuer, "Benchmark Intermediate %u", i);
        issuer_certificates[i] = make_certificate(issuer, "Benchmark Root", true, issuer_keys[i], root_key);
    }
    for (unsigned i = 0; i < SITES; i++) {
        snprintf(name, sizeof name, "site%u.example.test", i);
        snprintf(issuer, sizeof issuer, "Benchmark Intermediate %u", i % ISSUERS);
        site_certificates[i] = make_certificate(name, issuer, false, site_keys[i], issuer_keys[i % ISSUERS]);
    }
}

/* --- TLS ---------------------------------------------------------------------- */

static void put_record(struct bytes *out, uint8_t type, const struct bytes *content)
{
    for (size_t at = 0; at < content->len;) {
        size_t n = content->len - at < 16384 ? content->len - at : 16384;
        put_uint(out, type, 1);
        put_uint(out, 0x0303, 2);
        put_uint(out, n, 2);
        put(out, content->data + at, n);
        at += n;
    }
}

/* 32 bytes; the same for every handshake of a site whose key exchange is really signed. */
static void put_random_of(struct bytes *out, unsigned site, bool server)
{
    if (site_keys[site] == NULL) {
        put_random(out, 32);
        return;
    }
    for (unsigned i = 0; i < 4; i++)
        put_uint(out, (site + 1) * 0x9e3779b97f4a7c15u + 2 * i + server, 8);
}

static void put_client_hello(struct bytes *out, unsigned site)
{
    static const uint16_t suites[] = { 0x1a1a, 0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8,
                                       0xc013, 0xc014, 0x009c, 0x009d, 0x002f, 0x0035 };
    static const uint16_t groups[] = { 0x2a2a, 29, 23, 24 };
    static const uint16_t schemes[] = { 0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601 };
    static const uint16_t versions[] = { 0x3a3a, 0x0304, 0x0303 };
    struct bytes hello = { NULL, 0, 0 };
    char name[64];

    put_uint(&hello, 1, 1);
    size_t body = begin_vector(&hello, 3);
    put_uint(&hello, 0x0303, 2);
    put_random_of(&hello, site, false);
    put_uint(&hello, 32, 1);
    put_random(&hello, 32);
    size_t list = begin_vector(&hello, 2);
    for (size_t i = 0; i < sizeof suites / sizeof suites[0]; i++)
        put_uint(&hello, suites[i], 2);
    end_vector(&hello, list, 2);
    put_uint(&hello, 0x0100, 2);
    size_t extensions = begin_vector(&hello, 2);

    snprintf(name, sizeof name, "site%u.example.test", site);
    put_uint(&hello, 0, 2);
    size_t e = begin_vector(&hello, 2), l = begin_vector(&hello, 2);
    put_uint(&hello, 0, 1);
    size_t host = begin_vector(&hello, 2);
    put_text(&hello, name);
    end_vector(&hello, host, 2);
    end_vector(&hello, l, 2);
    end_vector(&hello, e, 2);
    put_uint(&hello, 0x00170000, 4);
    put_uint(&hello, 0xff01000100, 5);
    put_uint(&hello, 10, 2);
    e = begin_vector(&hello, 2), l = begin_vector(&hello, 2);
    for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++)
        put_uint(&hello, groups[i], 2);
    end_vector(&hello, l, 2);
    end_vector(&hello, e, 2);
    put_uint(&hello, 0x000b00020100, 6);
    put_uint(&hello, 0x00230000, 4);
    put_uint(&hello, 16, 2);
    e = begin_vector(&hello, 2), l = begin_vector(&hello, 2);
    put_text(&hello, "\x02h2\x08http/1.1");
    end_vector(&hello, l, 2);
    end_vector(&hello, e, 2);
    put_uint(&hello, 0x0005000501000000, 8);
    put_uint(&hello, 0, 1);
    put_uint(&hello, 13, 2);
    e = begin_vector(&hello, 2), l = begin_vector(&hello, 2);
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++)
        put_uint(&hello, schemes[i], 2);
    end_vector(&hello, l, 2);
    end_vector(&hello, e, 2);
    put_uint(&hello, 0x00120000, 4);
    put_uint(&hello, 51, 2);
    e = begin_vector(&hello, 2), l = begin_vector(&hello, 2);
    put_uint(&hello, 0x2a2a000100, 5);
    put_uint(&hello, 0x001d0020, 4);
    put_random(&hello, 32);
    end_vector(&hello, l, 2);
    end_vector(&hello, e, 2);
    put_uint(&hello, 0x002d00020101, 6);
    put_uint(&hello, 43, 2);
    e = begin_vector(&hello, 2), l = begin_vector(&hello, 1);
    for (size_t i = 0; i < sizeof versions / sizeof versions[0]; i++)
        put_uint(&hello, versions[i], 2);
    end_vector(&hello, l, 1);
    end_vector(&hello, e, 2);
    put_uint(&hello, 21, 2);
    e = begin_vector(&hello, 2);
    for (size_t i = hello.len; i < 512; i++)
        put_uint(&hello, 0, 1);
    end_vector(&hello, e, 2);
    end_vector(&hello, extensions, 2);
    end_vector(&hello, body, 3);
    put_record(out, 22, &hello);
    free(hello.data);
}

static void put_made_up_key_exchange(struct bytes *out)
{
    put_uint(out, 0x03001d20, 4);
    put_random(out, 32);
    put_uint(out, 0x08040100, 4);
    put_random(out, 256);
}

/* Signed once a site: its randoms are always the same. */
static void put_real_key_exchange(struct bytes *out, unsigned site)
{
    static struct bytes made[SITES];
    struct bytes *body = &made[site], message = { NULL, 0, 0 };
    uint8_t signature[512];

    if (body->len == 0) {
        put_uint(body, 0x03001d20, 4);
        put_random_of(body, site, true);
        put_random_of(&message, site, false);
        put_random_of(&message, site, true);
        put(&message, body->data, body->len);
        size_t n = signing_sign(site_keys[site], message.data, message.len, signature, sizeof signature);
        put_uint(body, signing_key_is_ec(site_keys[site]) ? 0x0403 : 0x0401, 2);
        put_uint(body, n, 2);
        put(body, signature, n);
        free(message.data);
    }
    put(out, body->data, body->len);
}

static void put_server_flight(struct bytes *out, unsigned site)
{
    struct bytes flight = { NULL, 0, 0 };
    const struct bytes *chain[] = { &site_certificates[site], &issuer_certificates[site % ISSUERS] };

    put_uint(&flight, 2, 1);
    size_t body = begin_vector(&flight, 3);
    put_uint(&flight, 0x0303, 2);
    put_random_of(&flight, site, true);
    put_uint(&flight, 32, 1);
    put_random(&flight, 32);
    bool ec = site_keys[site] != NULL && signing_key_is_ec(site_keys[site]);
    put_uint(&flight, ec ? 0xc02b00 : 0xc02f00, 3);
    size_t extensions = begin_vector(&flight, 2);
    put_uint(&flight, 0xff01000100, 5);
    put_uint(&flight, 0x00170000, 4);
    put_uint(&flight, 0x000b00020100, 6);
    put_uint(&flight, 0x00230000, 4);
    put_uint(&flight, 0x0010000500030268, 8);
    put_uint(&flight, 0x32, 1);
    end_vector(&flight, extensions, 2);
    end_vector(&flight, body, 3);

    put_uint(&flight, 11, 1);
    body = begin_vector(&flight, 3);
    size_t list = begin_vector(&flight, 3);
    for (unsigned i = 0; i < 2; i++) {
        put_uint(&flight, chain[i]->len, 3);
        put(&flight, chain[i]->data, chain[i]->len);
    }
    end_vector(&flight, list, 3);
    end_vector(&flight, body, 3);

    put_uint(&flight, 12, 1);
    body = begin_vector(&flight, 3);
    if (site_keys[site] != NULL)
        put_real_key_exchange(&flight, site);
    else
        put_made_up_key_exchange(&flight);
    end_vector(&flight, body, 3);
    put_uint(&flight, 0x0e000000, 4);
    put_record(out, 22, &flight);
    free(flight.data);
}

static void put_finish(struct bytes *out, bool ticket, bool key)
{
    struct bytes message = { NULL, 0, 0 };

    if (key || ticket) {
        put_uint(&message, key ? 16 : 4, 1);
        size_t body = begin_vector(&message, 3);
        if (key)
            put_uint(&message, 32, 1);
        else
            put_uint(&message, 0x00001c2000c0, 6);
        put_random(&message, key ? 32 : 192);
        end_vector(&message, body, 3);
        put_record(out, 22, &message);
    }
    message.len = 0;
    put_uint(&message, 1, 1);
    put_record(out, 20, &message);
    message.len = 0;
    put_random(&message, 40);
    put_record(out, 22, &message);
    free(message.data);
}

static void put_application_data(struct bytes *out, size_t n)
{
    static uint8_t filler[STREAM_MAX];
    const struct bytes content = { filler, n, n };

    put_record(out, 23, &content);
}

/* --- TCP ---------------------------------------------------------------------- */

struct packet {
    bool from_server;
    uint8_t flags;
    uint32_t seq, ack;
    size_t offset, length; /* in the connection's stream of that direction */
};

struct connection {
    uint32_t client_address;
    uint16_t client_port;
    uint32_t server_address;
    struct bytes stream[2];
    struct packet packets[PACKETS_MAX];
    unsigned count, next;
};

enum { FIN = 1, SYN = 2, PSH = 8, ACK = 16 };

static uint32_t sent[2], isn[2];

static void add_packet(struct connection *c, bool from_server, uint8_t flags, size_t length)
{
    struct packet *p = &c->packets[c->count++];

    if (c->count == PACKETS_MAX)
        exit(2);
    *p = (struct packet){
        .from_server = from_server,
        .flags = flags,
        .seq = isn[from_server] + sent[from_server],
        .ack = isn[!from_server] + sent[!from_server],
        .offset = sent[from_server] - 1,
        .length = length,
    };
    sent[from_server] += (uint32_t)length + ((flags & (SYN | FIN)) != 0);
}

/* What the stream of one side has grown by, in segments, and an acknowledgment every other one. */
static void send_rest(struct connection *c, bool from_server, size_t segment)
{
    struct bytes *stream = &c->stream[from_server];
    unsigned n = 0;

    while (sent[from_server] - 1 < stream->len) {
        size_t left = stream->len - (sent[from_server] - 1);
        add_packet(c, from_server, left <= segment ? PSH | ACK : ACK, left < segment ? left : segment);
        if (++n % 2 == 0 || left <= segment)
            add_packet(c, !from_server, ACK, 0);
    }
}

static void make_connection(struct connection *c, unsigned number, size_t segment, size_t data, bool stays_open)
{
    unsigned site = random32() % SITES;

    c->count = c->next = 0;
    c->stream[0].len = c->stream[1].len = 0;
    c->client_address = 0x0a000000u + number / 20000 * 256 + number % 199;
    c->client_port = (uint16_t)(20000 + number % 20000);
    c->server_address = 0xc6120000u + site;
    isn[0] = random32();
    isn[1] = random32();
    sent[0] = sent[1] = 0;
    add_packet(c, false, SYN, 0);
    add_packet(c, true, SYN | ACK, 0);
    add_packet(c, false, ACK, 0);
    put_client_hello(&c->stream[0], site);
    send_rest(c, false, segment);
    put_server_flight(&c->stream[1], site);
    send_rest(c, true, segment);
    put_finish(&c->stream[0], false, true);
    send_rest(c, false, segment);
    put_finish(&c->stream[1], true, false);
    send_rest(c, true, segment);
    if (data > 0) {
        put_application_data(&c->stream[0], 300);
        send_rest(c, false, segment);
        put_application_data(&c->stream[1], data);
        send_rest(c, true, segment);
    }
    if (!stays_open) {
        add_packet(c, false, FIN | ACK, 0);
        add_packet(c, true, FIN | ACK, 0);
        add_packet(c, false, ACK, 0);
    }
}

/* Disorder that reassembly must undo: neighbours swapped, segments sent twice. */
static void roughen(struct connection *c)
{
    static struct packet out[PACKETS_MAX];
    unsigned count = 0;

    for (unsigned i = 0; i < c->count; i++) {
        if (count + 2 >= PACKETS_MAX)
            exit(2);
        bool data = c->packets[i].length > 0;
        if (data && random32() % 100 < 5 && i + 1 < c->count && c->packets[i + 1].length > 0
            && c->packets[i + 1].from_server == c->packets[i].from_server) {
            out[count++] = c->packets[i + 1];
            out[count++] = c->packets[i++];
        } else {
            out[count++] = c->packets[i];
        }
        if (data && random32() % 100 < 2)
            out[count++] = c->packets[i];
    }
    memcpy(c->packets, out, count * sizeof out[0]);
    c->count = count;
}

/* --- the file ------------------------------------------------------------------ */

static void put_le(uint8_t *out, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++)
        out[i] = (uint8_t)(value >> 8 * i);
}

static void put_be(uint8_t *out, uint32_t value, unsigned width)
{
    for (unsigned i = 0; i < width; i++)
        out[i] = (uint8_t)(value >> 8 * (width - 1 - i));
}

static void write_packet(FILE *file, const struct connection *c, const struct packet *p)
{
    static uint64_t time_us = 1767225600000000;
    uint8_t head[16 + 54] = { 0 };
    uint8_t *ip = head + 16 + 14, *tcp = ip + 20;
    uint32_t length = (uint32_t)(54 + p->length);

    time_us += 3;
    put_le(head, (uint32_t)(time_us / 1000000));
    put_le(head + 4, (uint32_t)(time_us % 1000000));
    put_le(head + 8, length);
    put_le(head + 12, length);
    put_be(head + 16, 0x02000000, 4);
    put_be(head + 16 + 12, 0x0800, 2);
    ip[0] = 0x45;
    put_be(ip + 2, length - 14, 2);
    ip[8] = 64;
    ip[9] = 6;
    put_be(ip + 12, p->from_server ? c->server_address : c->client_address, 4);
    put_be(ip + 16, p->from_server ? c->client_address : c->server_address, 4);
    put_be(tcp, p->from_server ? 443 : c->client_port, 2);
    put_be(tcp + 2, p->from_server ? c->client_port : 443, 2);
    put_be(tcp + 4, p->seq, 4);
    put_be(tcp + 8, p->flags & ACK ? p->ack : 0, 4);
    tcp[12] = 0x50;
    tcp[13] = p->flags;
    put_be(tcp + 14, 64240, 2);
    if (fwrite(head, sizeof head, 1, file) != 1
        || fwrite(c->stream[p->from_server].data + (p->length > 0 ? p->offset : 0), 1, p->length, file) != p->length) {
        perror("workload");
        exit(1);
    }
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        unsigned handshakes;
        size_t segment, data;
        bool rough, open, real;
    } kinds[] = {
        { "dense", 100000, 1448, 400, false, false, false },
        { "bulk", 20000, 1448, 98000, false, false, false },
        { "rough", 100000, 200, 400, true, false, false },
        { "idle", 400000, 1448, 0, false, true, false },
        { "signed", 100000, 1448, 400, false, false, true },
    };
    enum { KINDS = sizeof kinds / sizeof kinds[0] };
    static struct connection active[ACTIVE];
    size_t kind = 0;

    while (argc >= 3 && kind < KINDS && strcmp(argv[1], kinds[kind].name) != 0)
        kind++;
    if (argc < 3 || kind == KINDS) {
        fputs("usage: workload dense|bulk|rough|idle|signed FILE [HANDSHAKES]\n", stderr);
        return 2;
    }
    unsigned total = argc > 3 ? (unsigned)strtoul(argv[3], NULL, 10) : kinds[kind].handshakes;
    FILE *file = fopen(argv[2], "wb");
    uint8_t header[24] = { 0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0 };
    put_le(header + 16, 262144);
    put_le(header + 20, 1);
    if (file == NULL || fwrite(header, sizeof header, 1, file) != 1) {
        perror(argv[2]);
        return 1;
    }
    if (kinds[kind].real) {
        make_keys();
        write_root(argv[2]);
    }
    make_certificates();
    unsigned made = 0;
    for (bool any = true; any;) {
        any = false;
        for (unsigned i = 0; i < ACTIVE; i++) {
            struct connection *c = &active[i];
            if (c->next == c->count && made < total) {
                make_connection(c, made++, kinds[kind].segment, kinds[kind].data, kinds[kind].open);
                if (kinds[kind].rough)
                    roughen(c);
            }
            if (c->next < c->count) {
                write_packet(file, c, &c->packets[c->next++]);
                any = true;
            }
        }
    }
    return fclose(file) == 0 ? 0 : 1;
}
