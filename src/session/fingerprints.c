#include "session/fingerprints.h"

#include "base/text.h"
#include "crypto/digest.h"
#include "registry/registry.h"

#include <stdlib.h>
#include <string.h>

#define STRING_MAX ((size_t)1 << 20)
/* More of anything than a hello of 64 KiB can hold. */
#define VALUES_MAX 32768u

static void to_hex(const uint8_t *digest, size_t length, char *out)
{
    struct hl_buffer hex;

    buf_init(&hex, 2 * length + 1);
    buf_hex(&hex, (struct hl_span){ digest, length });
    if (!hex.failed)
        memcpy(out, hex.data, hex.len);
    out[2 * length] = '\0';
    buf_cleanup(&hex);
}

/* --- JA3: version,ciphers,extensions,groups,formats in decimal -------------- */

static void put_decimal(struct hl_buffer *out, uint32_t value, bool *first)
{
    if (!*first)
        buf_char(out, '-');
    *first = false;
    buf_number(out, value);
}

static void put_decimals(struct hl_buffer *out, struct hl_span list)
{
    bool first = true;
    uint16_t value;

    buf_char(out, ',');
    while (u16_next(&list, &value)) {
        if (!is_grease16(value))
            put_decimal(out, value, &first);
    }
}

static void put_extension_types(struct hl_buffer *out, struct hl_span extensions, bool keep_grease)
{
    bool first = true;
    uint16_t type;
    struct hl_span data;

    buf_char(out, ',');
    while (extension_next(&extensions, &type, &data)) {
        if (keep_grease || !is_grease16(type))
            put_decimal(out, type, &first);
    }
}

static void put_formats(struct hl_buffer *out, struct hl_span formats)
{
    bool first = true;
    uint8_t value;

    buf_char(out, ',');
    while (u8_next(&formats, &value))
        put_decimal(out, value, &first);
}

static void finish_md5(struct hl_buffer *text, char out[33], struct hl_span *string, struct hl_arena *arena)
{
    uint8_t digest[MD5_LENGTH];

    if (text->failed)
        return;
    digest_md5(buf_view(text), digest);
    to_hex(digest, sizeof digest, out);
    *string = arena_copy(arena, buf_view(text));
}

static void make_ja3(struct hl_handshake *hs, struct hl_buffer *text, struct hl_arena *arena)
{
    const struct hl_client_hello *hello = &hs->client_hello;

    text->len = 0;
    buf_number(text, hello->legacy_version);
    put_decimals(text, hello->cipher_suites);
    put_extension_types(text, hello->extensions, false);
    put_decimals(text, hello->supported_groups);
    put_formats(text, hello->point_formats);
    finish_md5(text, hs->fingerprints.ja3, &hs->fingerprints.ja3_string, arena);
}

static void make_ja3s(struct hl_handshake *hs, struct hl_buffer *text, struct hl_arena *arena)
{
    const struct hl_server_hello *hello = &hs->server_hello;

    text->len = 0;
    buf_number(text, hello->legacy_version);
    buf_char(text, ',');
    buf_number(text, hello->cipher_suite);
    put_extension_types(text, hello->extensions, true);
    finish_md5(text, hs->fingerprints.ja3s, &hs->fingerprints.ja3s_string, arena);
}

/* --- JA4 -------------------------------------------------------------------- */

static const char *ja4_version(const struct hl_client_hello *hello)
{
    static const struct {
        uint16_t version;
        const char *text;
    } rows[] = {
        { 0x0304, "13" }, { 0x0303, "12" }, { 0x0302, "11" }, { 0x0301, "10" }, { 0x0300, "s3" }, { 0x0002, "s2" },
        { 0xfeff, "d1" }, { 0xfefd, "d2" }, { 0xfefc, "d3" },
    };
    struct hl_span list = hello->supported_versions;
    uint16_t version, best = 0;
    bool any = false;

    while (u16_next(&list, &version)) {
        if (is_grease16(version))
            continue;
        any = true;
        if (best == 0 || version_is_newer(version, best))
            best = version;
    }
    if (!any)
        best = hello->legacy_version;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].version == best)
            return rows[i].text;
    }
    return "00";
}

static bool is_alphanumeric(uint8_t c)
{
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

/* First and last character of the first protocol; of its hex form where either is not alphanumeric. */
static void put_alpn(struct hl_buffer *out, struct hl_span protocols)
{
    struct hl_span first;

    if (!alpn_next(&protocols, &first) || first.len == 0) {
        buf_string(out, "00");
        return;
    }
    uint8_t begin = first.ptr[0], end = first.ptr[first.len - 1];
    if (is_alphanumeric(begin) && is_alphanumeric(end)) {
        buf_char(out, (char)begin);
        buf_char(out, (char)end);
    } else {
        static const char digits[] = "0123456789abcdef";
        buf_char(out, digits[begin >> 4]);
        buf_char(out, digits[end & 15]);
    }
}

static int compare_u16(const void *a, const void *b)
{
    return (int)*(const uint16_t *)a - (int)*(const uint16_t *)b;
}

static void put_hex_list(struct hl_buffer *out, const uint16_t *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const uint8_t bytes[2] = { (uint8_t)(values[i] >> 8), (uint8_t)values[i] };
        if (i > 0)
            buf_char(out, ',');
        buf_hex(out, (struct hl_span){ bytes, 2 });
    }
}

/* Twelve hex digits of SHA-256, twelve zeros for an empty text. */
static void put_hash12(struct hl_buffer *out, struct hl_span text)
{
    uint8_t digest[SHA256_LENGTH] = { 0 };

    if (text.len > 0)
        digest_sha256(text, digest);
    buf_hex(out, (struct hl_span){ digest, 6 });
}

static size_t collect(struct hl_span list, uint16_t *values)
{
    size_t count = 0;
    uint16_t value;

    while (count < VALUES_MAX && u16_next(&list, &value)) {
        if (!is_grease16(value))
            values[count++] = value;
    }
    return count;
}

static void put_count(struct hl_buffer *out, size_t count)
{
    buf_printf(out, "%02zu", count < 99 ? count : 99);
}

static void make_ja4(struct hl_handshake *hs, struct hl_buffer *text, struct hl_arena *arena)
{
    static const char carriers[] = { [CARRIER_TCP] = 't', [CARRIER_DTLS] = 'd', [CARRIER_QUIC] = 'q' };
    const struct hl_client_hello *hello = &hs->client_hello;
    size_t room = hello->cipher_suites.len / 2 + hello->extensions.len / 4 + hello->signature_algorithms.len / 2 + 3;
    uint16_t *ciphers = arena_alloc_raw(arena, room * sizeof *ciphers);
    struct hl_span list = hello->extensions, data;
    size_t extension_count = 0, kept = 0;
    uint16_t type;

    if (ciphers == NULL)
        return;
    size_t cipher_count = collect(hello->cipher_suites, ciphers);
    uint16_t *extensions = ciphers + cipher_count;
    while (extension_next(&list, &type, &data)) {
        if (is_grease16(type))
            continue;
        extension_count++;
        if (type != EXT_ID_SERVER_NAME && type != EXT_ID_ALPN)
            extensions[kept++] = type;
    }
    uint16_t *schemes = extensions + kept;
    size_t scheme_count = collect(hello->signature_algorithms, schemes);
    qsort(ciphers, cipher_count, sizeof *ciphers, compare_u16);
    qsort(extensions, kept, sizeof *extensions, compare_u16);

    text->len = 0;
    buf_char(text, carriers[hs->connection.carrier]);
    buf_string(text, ja4_version(hello));
    buf_char(text, hello->has_server_name ? 'd' : 'i');
    put_count(text, cipher_count);
    put_count(text, extension_count);
    put_alpn(text, hello->alpn);
    buf_char(text, '_');
    size_t head = text->len;
    put_hex_list(text, ciphers, cipher_count);
    size_t middle = text->len;
    buf_char(text, '_');
    if (extension_count > 0) {
        put_hex_list(text, extensions, kept);
        if (scheme_count > 0) {
            buf_char(text, '_');
            put_hex_list(text, schemes, scheme_count);
        }
    }
    if (text->failed)
        return;
    hs->fingerprints.ja4_r = arena_copy(arena, buf_view(text));

    uint8_t room4[sizeof hs->fingerprints.ja4];
    struct hl_buffer ja4 = { .data = room4, .size = sizeof room4, .cap = sizeof room4 }; /* 36 characters */
    buf_put(&ja4, text->data, head);
    put_hash12(&ja4, (struct hl_span){ text->data + head, middle - head });
    buf_char(&ja4, '_');
    put_hash12(&ja4, (struct hl_span){ text->data + middle + 1, text->len - middle - 1 });
    memcpy(hs->fingerprints.ja4, ja4.data, ja4.len);
    hs->fingerprints.ja4[ja4.len] = '\0';
}

void fingerprints_compute(struct hl_handshake *hs, struct hl_arena *arena)
{
    struct hl_buffer text;
    bool client = hs->client_hello_message != NULL && !hs->client_hello.ssl2;
    bool server = hs->server_hello_message != NULL && !hs->server_hello.ssl2;

    buf_init(&text, STRING_MAX);
    if (client && hs->client_hello.fault.kind == HL_FAULT_NONE) {
        make_ja3(hs, &text, arena);
        make_ja4(hs, &text, arena);
    }
    if (server && hs->server_hello.fault.kind == HL_FAULT_NONE)
        make_ja3s(hs, &text, arena);
    buf_cleanup(&text);
}
