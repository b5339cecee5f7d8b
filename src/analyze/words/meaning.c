/* From a row of a table, and what the registries know, to a meaning. */
#include "analyze/catalogue.h"
#include "analyze/words/words.h"
#include "base/code_name.h"
#include "base/text.h"
#include "wire/ext/ext.h"

#include <stdio.h>

const struct word_table word_tables[WORD_TABLES] = {
    { HL_WORD_ALERT, REG_ALERT, "ssl alert number|alert number|tls alert|alert", alert_rows, &alert_row_count, NULL,
      NULL },
    { HL_WORD_CIPHER_SUITE, REG_CIPHER_SUITE, "cipher suite|ciphersuite|cipher|suite", NULL, NULL, NULL, NULL },
    { HL_WORD_EXTENSION, REG_EXTENSION, "extension type|tls extension|extension|ext", extension_rows,
      &extension_row_count, NULL, NULL },
    { HL_WORD_GROUP, REG_GROUP, "named group|supported group|group|named curve|curve", group_rows, &group_row_count,
      group_families, &group_family_count },
    { HL_WORD_SIGNATURE_SCHEME, REG_SIGNATURE_SCHEME, "signature scheme|signature algorithm|sigalg|scheme",
      scheme_rows, &scheme_row_count, scheme_families, &scheme_family_count },
    { HL_WORD_VERSION, REG_VERSION, "protocol version|version|protocol", version_rows, &version_row_count, NULL,
      NULL },
};

const struct error_table error_tables[ERROR_TABLES] = {
    { openssl_errors, &openssl_error_count }, { browser_errors, &browser_error_count },
    { runtime_errors, &runtime_error_count }, { server_errors, &server_error_count },
    { windows_errors, &windows_error_count },
};

static const struct {
    const char *name, *about;
} kinds[] = {
    [HL_WORD_FINDING] = { "finding", "what handlens says about a handshake: certificate-expired" },
    [HL_WORD_ALERT] = { "alert", "handshake_failure, alert 40" },
    [HL_WORD_CIPHER_SUITE] = { "cipher suite", "by any name or number: ECDHE-RSA-AES128-GCM-SHA256, 0xc02f, C0,2F" },
    [HL_WORD_EXTENSION] = { "extension", "server_name, extension 51" },
    [HL_WORD_GROUP] = { "group", "x25519, P-256, group 29" },
    [HL_WORD_SIGNATURE_SCHEME] = { "signature scheme", "rsa_pss_rsae_sha256, RSA+SHA256, scheme 0x0804" },
    [HL_WORD_VERSION] = { "version", "TLS 1.2, TLSv1.2, version 0x0303" },
    [HL_WORD_GREASE] = { "reserved number", "GREASE: 0x1a1a" },
    [HL_WORD_ERROR] = { "error", "of OpenSSL, browsers, Java, Go, curl, servers, Windows: also a whole line of a log" },
};

const char *hl_word_kind_name(enum hl_word_kind kind)
{
    return (size_t)kind < sizeof kinds / sizeof kinds[0] ? kinds[kind].name : "unknown";
}

const char *hl_word_kind_about(enum hl_word_kind kind)
{
    return (size_t)kind < sizeof kinds / sizeof kinds[0] ? kinds[kind].about : NULL;
}

const struct word_row *word_row(const struct word_table *table, uint32_t id)
{
    for (size_t i = 0; table->rows != NULL && i < *table->count; i++) {
        if (table->rows[i].id == id)
            return &table->rows[i];
    }
    return NULL;
}

void meaning_add_fact(struct hl_meaning *out, const char *name, const char *value)
{
    if (out->fact_count < HL_MEANING_FACTS_MAX)
        out->facts[out->fact_count++] = (struct hl_meaning_fact){ name, value };
}

void meaning_add_codes(struct hl_meaning *out, const char *codes, struct hl_arena *arena)
{
    char code[64];

    while (codes[0] != '\0') {
        const size_t length = strcspn(codes, " ");
        snprintf(code, sizeof code, "%.*s", (int)length, codes);
        const struct finding_info *info = finding_by_name(code);
        if (out->code_count < HL_MEANING_CODES_MAX)
            out->codes[out->code_count++] = info != NULL ? info->code : arena_string(arena, code);
        codes += length;
        codes += strspn(codes, " ");
    }
}

static const char *set_or_null(const char *text)
{
    return text != NULL && text[0] != '\0' ? text : NULL;
}

/* The messages that an extension may stand in, in the words of RFC 8446, section 4.2. */
static void add_extension_facts(uint32_t id, struct hl_arena *arena, struct hl_meaning *out)
{
    static const struct {
        unsigned bit;
        const char *name;
    } places[] = {
        { EXT_CLIENT_HELLO, "ClientHello" },
        { EXT_SERVER_HELLO, "ServerHello" },
        { EXT_HELLO_RETRY_REQUEST, "HelloRetryRequest" },
        { EXT_ENCRYPTED_EXTENSIONS, "EncryptedExtensions" },
        { EXT_CERTIFICATE, "Certificate" },
        { EXT_CERTIFICATE_REQUEST, "CertificateRequest" },
        { EXT_NEW_SESSION_TICKET, "NewSessionTicket" },
    };
    const struct hl_ext_row *row = ext_row((uint16_t)id);
    char text[160] = "";

    for (size_t i = 0; row != NULL && i < sizeof places / sizeof places[0]; i++) {
        const size_t length = strlen(text);
        if ((row->messages & places[i].bit) != 0)
            snprintf(text + length, sizeof text - length, "%s%s", length > 0 ? ", " : "", places[i].name);
    }
    if (text[0] != '\0')
        meaning_add_fact(out, "messages", arena_string(arena, text));
    meaning_add_fact(out, "decoded_by_handlens", row != NULL ? "yes" : "no");
}

static void use_family(const struct word_table *table, struct hl_arena *arena, struct hl_meaning *out)
{
    for (size_t i = 0; table->families != NULL && i < *table->family_count; i++) {
        const struct word_family *family = &table->families[i];
        if (strncmp(out->name, family->prefix, strlen(family->prefix)) != 0)
            continue;
        out->title = set_or_null(family->title);
        out->why = set_or_null(family->why);
        out->section = set_or_null(family->section);
        meaning_add_codes(out, family->codes, arena);
        return;
    }
}

static const char *code_name(struct hl_code code, struct hl_arena *arena)
{
    struct hl_buffer text;

    buf_init(&text, HL_WORD_SIZE);
    code_name_put(&text, code);
    buf_char(&text, '\0');
    const char *name = text.failed ? "" : arena_string(arena, (const char *)text.data);
    buf_cleanup(&text);
    return name;
}

void meaning_of_code(const struct word_table *table, uint32_t id, struct hl_arena *arena, struct hl_meaning *out)
{
    const struct reg_table *registry = &reg_tables[table->registry];
    const struct word_row *row = word_row(table, id);
    size_t index;

    *out = (struct hl_meaning){
        .kind = table->kind,
        .numbered = true,
        .code = { .id = id, .digits = registry->digits },
    };
    if (reg_index(table->registry, id, &index))
        out->code.name = registry->names[index];
    out->name = out->code.name != NULL ? out->code.name : code_name(out->code, arena);
    if (out->code.name == NULL) {
        out->title = "no registry that handlens knows has this number";
        return;
    }
    if (table->kind == HL_WORD_CIPHER_SUITE)
        meaning_of_suite((uint16_t)id, arena, out);
    if (row != NULL) {
        out->title = row->title;
        out->why = set_or_null(row->why);
        out->change = set_or_null(row->change);
        out->section = set_or_null(row->section);
        meaning_add_codes(out, row->codes, arena);
    } else {
        use_family(table, arena, out);
    }
    if (table->kind == HL_WORD_EXTENSION)
        add_extension_facts(id, arena, out);
    if (out->title == NULL)
        out->title = "known to the registry by name and number; handlens has no more to say about it";
}

void meaning_of_grease(uint32_t id, struct hl_arena *arena, struct hl_meaning *out)
{
    *out = (struct hl_meaning){
        .kind = HL_WORD_GREASE,
        .numbered = true,
        .code = { .id = id, .digits = 4, .grease = true },
        .title = "a number that means nothing, on purpose",
        .why = "Clients put such numbers among suites, extensions, groups, schemes and versions so that servers learn "
               "to ignore what they do not know. They differ from one connection to the next.",
        .change = "A server that fails because of it is broken.",
        .section = "RFC 8701",
    };
    out->name = code_name(out->code, arena);
}

void meaning_of_error(const struct error_row *row, struct hl_span key, struct hl_arena *arena, struct hl_meaning *out)
{
    char text[64];

    *out = (struct hl_meaning){
        .kind = HL_WORD_ERROR,
        .source = row->source,
        .title = row->title,
        .why = set_or_null(row->why),
        .change = set_or_null(row->change),
    };
    char *name = arena_alloc(arena, key.len + 1); /* zeroed: it ends there */
    if (name != NULL)
        memcpy(name, key.ptr, key.len);
    out->name = name != NULL ? name : "";
    if (row->alert % ERROR_GENERIC != 0) {
        snprintf(text, sizeof text, "%s (%u)", reg_alert((uint8_t)row->alert).name, row->alert);
        meaning_add_fact(out, "alert", arena_string(arena, text));
    }
    meaning_add_codes(out, row->codes, arena);
}
