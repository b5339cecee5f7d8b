#include "probe/answer.h"

#include "base/code_name.h"
#include "base/codes.h"
#include "registry/registry.h"

#include <stdio.h>
#include <string.h>

/* AlertDescription (RFC 8446, section 6): those that say that something was refused. */
enum { HANDSHAKE_FAILURE = 40, PROTOCOL_VERSION = 70, INSUFFICIENT_SECURITY = 71 };
/* ... and in TLS 1.3 those that are no errors (section 6.1). */
enum { CLOSE_NOTIFY = 0, USER_CANCELED = 90 };
enum { SSL2 = 0x0002, TLS13 = 0x0304, LEVEL_FATAL = 2 };

static void say(struct attempt *out, const char *format, struct hl_code code)
{
    struct hl_buffer name;

    buf_init(&name, sizeof out->why);
    code_name_put(&name, code);
    buf_char(&name, '\0');
    snprintf(out->why, sizeof out->why, format, name.failed ? "" : (const char *)name.data);
    buf_cleanup(&name);
}

/* The first fatal one ends the connection, whatever follows (RFC 8446, section 6.2; wolfSSL sends two); else the last warning. */
static const struct hl_alert_event *deciding_alert(const struct hl_handshake *hs)
{
    const struct hl_alert_event *found = NULL;

    for (const struct hl_alert_event *alert = hs->alerts; alert != NULL; alert = alert->next) {
        if (alert->direction != HL_SERVER || alert->encrypted)
            continue;
        found = alert;
        if (alert->level == LEVEL_FATAL)
            break;
    }
    return found;
}

static void take_alert(struct attempt *out, const struct hl_alert_event *alert)
{
    out->alert = alert->description;
    const bool refused = alert->description == HANDSHAKE_FAILURE || alert->description == PROTOCOL_VERSION
                         || alert->description == INSUFFICIENT_SECURITY;
    out->result = refused ? ATTEMPT_REFUSED : ATTEMPT_INCONCLUSIVE;
    say(out, refused ? "refused with the alert %s" : "the alert %s, which does not say that it was refused", reg_alert(alert->description));
}

/* In answer to our Finished (RFC 8446, section 6.2), say because a certificate is missing. */
static void take_late_alert(struct attempt *out, const struct hl_handshake *hs, const struct hl_alert_event *alert)
{
    if (!out->completed || hs->server_hello.version != TLS13 || alert == NULL || !alert->decrypted)
        return;
    if (alert->description != CLOSE_NOTIFY && alert->description != USER_CANCELED)
        say(out, "the alert %s came instead of a ticket", reg_alert(alert->description));
}

static void take_hello(struct attempt *out, const struct hl_handshake *hs)
{
    const struct hl_server_hello *hello = hs->server_hello_message != NULL ? &hs->server_hello : &hs->hello_retry;

    out->result = ATTEMPT_ANSWERED;
    out->retry = hs->server_hello_message == NULL;
    out->version = hello->ssl2 ? SSL2 : hello->version;
    out->suite = hello->cipher_suite;
    out->group = hello->group != 0 ? hello->group : hs->server_key.group;
    out->dh_bits = hs->server_key.dh_bits;
    if (hs->alpn.len < sizeof out->protocol && hs->alpn.len > 0)
        memcpy(out->protocol, hs->alpn.ptr, hs->alpn.len);
    out->scheme = handshake_server_scheme(hs);
    if (hello->session_id.len <= sizeof out->session_id && hello->session_id.len > 0) {
        memcpy(out->session_id, hello->session_id.ptr, hello->session_id.len);
        out->session_id_length = (uint8_t)hello->session_id.len;
    }
    out->resumed_by = hs->resumed_by;
    out->early_data = hs->early_data_accepted;
}

void answer_take(struct attempt *out, const struct hl_handshake *hs)
{
    const struct hl_alert_event *alert = deciding_alert(hs);

    if (hs->server_hello_message != NULL || (hs->retry_message != NULL && hs->hello_retry.version != 0)) {
        take_hello(out, hs);
        take_late_alert(out, hs, alert);
    } else if (alert != NULL)
        take_alert(out, alert);
}

static bool is_offered(struct hello_codes codes, uint16_t code)
{
    return code_is_in(codes.list, codes.count, code);
}

void answer_check(struct attempt *out, const struct hello *hello)
{
    const bool version_offered = hello->versions.count > 0 ? is_offered(hello->versions, out->version) : out->version <= hello->version;

    if (!version_offered)
        say(out, "the server chose %s, which was not offered", reg_version(out->version));
    else if (!is_offered(hello->suites, out->suite))
        say(out, "the server chose %s, which was not offered", reg_cipher_suite(out->suite));
    else if (out->group != 0 && hello->groups.count > 0 && !is_offered(hello->groups, out->group))
        say(out, "the server chose %s, which was not offered", reg_group(out->group));
    else
        return;
    out->result = ATTEMPT_NOT_OFFERED;
}

const char *answer_why(const struct attempt *attempt, const char *otherwise)
{
    return attempt->why_incomplete != NULL ? attempt->why_incomplete : attempt->why[0] != '\0' ? attempt->why : otherwise;
}
