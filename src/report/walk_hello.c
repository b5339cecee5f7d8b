#include "registry/registry.h"
#include "report/walk_parts.h"
#include "wire/code_text.h"
#include "wire/ext/ext.h"
#include "wire/message.h"

/* Keys, tickets and names differ from handshake to handshake. */
static bool extension_repeats(uint16_t type, struct hl_span data)
{
    if (data.len == 0)
        return true;
    return type != EXT_ID_SERVER_NAME && type != EXT_ID_KEY_SHARE && type != EXT_ID_SESSION_TICKET
           && type != EXT_ID_PRE_SHARED_KEY && type != EXT_ID_ENCRYPTED_CLIENT_HELLO && type != EXT_ID_COOKIE;
}

/* The extensions at the front of `list` that other handshakes have alike. */
static struct hl_span repeating_run(struct hl_span list)
{
    struct hl_span rest = list, data;
    size_t length = 0;
    uint16_t type;

    while (extension_next(&rest, &type, &data) && extension_repeats(type, data))
        length = list.len - rest.len;
    return (struct hl_span){ list.ptr, length };
}

static void walk_extensions(const struct walk *w, struct hl_span list, size_t offset, enum hl_ext_place place)
{
    const uint8_t *begin = list.ptr;
    uint16_t type;
    struct hl_span data;

    v_array(w->v, "extensions");
    while (list.len > 0) {
        struct hl_span run = repeating_run(list), rest = run.len > 0 ? run : list;
        bool remembered = run.len > 0, whole = true;
        if (remembered && !memo_begin(w->memo, MEMO_EXTENSIONS + (unsigned)place, run)) {
            list = (struct hl_span){ run.ptr + run.len, list.len - run.len };
            continue;
        }
        do {
            if (!extension_next(&rest, &type, &data)) {
                v_end_array(w->v);
                return; /* the list is broken here: the hello has the fault */
            }
            whole &= ext_walk(type, data, offset + (size_t)(data.ptr - begin), place, w->v);
        } while (remembered && rest.len > 0);
        if (remembered)
            memo_end(w->memo, whole); /* a fault tells where it is: not the same elsewhere */
        size_t taken = remembered ? run.len : list.len - rest.len;
        list = (struct hl_span){ list.ptr + taken, list.len - taken };
    }
    v_end_array(w->v);
}

static void walk_alpn_list(const struct walk *w, struct hl_span list)
{
    struct hl_span name;

    v_array(w->v, "alpn");
    while (alpn_next(&list, &name))
        v_text(w->v, NULL, name);
    v_end_array(w->v);
}

static void walk_key_shares(const struct walk *w, struct hl_span list)
{
    uint16_t group;
    struct hl_span key;

    v_array(w->v, "key_shares");
    while (key_share_next(&list, &group, &key)) {
        v_object(w->v, NULL);
        code_fields(reg_group(group), w->v);
        v_number(w->v, "length", (int64_t)key.len);
        v_end_object(w->v);
    }
    v_end_array(w->v);
}

static void walk_ssl2_ciphers(const struct walk *w, struct hl_span list)
{
    uint32_t kind;

    v_array(w->v, "cipher_suites");
    while (u24_next(&list, &kind))
        v_code(w->v, NULL, reg_ssl2_cipher(kind));
    v_end_array(w->v);
}

static void walk_hello_start(const struct walk *w, const struct hl_message *message, uint16_t legacy_version)
{
    walk_frame(w, message->at);
    v_code(w->v, "record_version", reg_version(message->record_version));
    v_code(w->v, "legacy_version", reg_version(legacy_version));
}

void walk_client_hello(const struct walk *w, const char *key, const struct hl_message *message,
                              const struct hl_client_hello *hello)
{
    if (message == NULL) {
        v_null(w->v, key);
        return;
    }
    v_object(w->v, key);
    walk_hello_start(w, message, hello->legacy_version);
    v_bytes(w->v, "random", hello->random);
    v_bytes(w->v, "session_id", hello->session_id);
    if (hello->has_cookie)
        v_bytes(w->v, "cookie", hello->cookie);
    if (hello->ssl2) {
        walk_ssl2_ciphers(w, hello->cipher_specs);
    } else {
        struct hl_span methods = hello->compression_methods;
        uint8_t method;
        walk_u16_codes(w, MEMO_SUITES, "cipher_suites", hello->cipher_suites, reg_cipher_suite);
        v_array(w->v, "compression_methods");
        while (u8_next(&methods, &method))
            v_code(w->v, NULL, reg_compression_method(method));
        v_end_array(w->v);
        walk_extensions(w, hello->extensions, hello->extensions_offset, EXT_CLIENT_HELLO);
    }
    if (hello->has_server_name)
        v_text(w->v, "server_name", hello->server_name);
    if (hello->has_alpn)
        walk_alpn_list(w, hello->alpn);
    if (hello->supported_versions.len > 0)
        walk_u16_codes(w, MEMO_VERSIONS, "supported_versions", hello->supported_versions, reg_version);
    if (hello->supported_groups.len > 0)
        walk_u16_codes(w, MEMO_GROUPS, "supported_groups", hello->supported_groups, reg_group);
    if (hello->signature_algorithms.len > 0)
        walk_u16_codes(w, MEMO_SCHEMES, "signature_algorithms", hello->signature_algorithms, reg_signature_scheme);
    if (hello->has_key_share)
        walk_key_shares(w, hello->key_shares);
    if (hello->fault.kind != HL_FAULT_NONE)
        v_fault(w->v, "fault", &hello->fault);
    v_end_object(w->v);
}

void walk_server_hello(const struct walk *w, const char *key, const struct hl_message *message,
                              const struct hl_server_hello *hello)
{
    if (message == NULL) {
        v_null(w->v, key);
        return;
    }
    v_object(w->v, key);
    walk_hello_start(w, message, hello->legacy_version);
    if (hello->version != 0)
        v_code(w->v, "version", reg_version(hello->version));
    else
        v_null(w->v, "version");
    if (hello->random.len > 0)
        v_bytes(w->v, "random", hello->random);
    if (hello->ssl2) {
        walk_ssl2_ciphers(w, hello->cipher_specs);
        v_bytes(w->v, "connection_id", hello->connection_id);
        v_bool(w->v, "session_id_hit", hello->session_id_hit);
    } else {
        v_bytes(w->v, "session_id", hello->session_id);
        v_code(w->v, "cipher_suite", reg_cipher_suite(hello->cipher_suite));
        v_code(w->v, "compression_method", reg_compression_method(hello->compression_method));
        walk_extensions(w, hello->extensions, hello->extensions_offset,
                        hello->is_retry_request ? EXT_HELLO_RETRY_REQUEST : EXT_SERVER_HELLO);
    }
    if (hello->has_alpn)
        v_text(w->v, "alpn", hello->alpn);
    if (hello->group != 0)
        v_code(w->v, "group", reg_group(hello->group));
    if (hello->fault.kind != HL_FAULT_NONE)
        v_fault(w->v, "fault", &hello->fault);
    v_end_object(w->v);
}
