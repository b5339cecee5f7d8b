#include "report/format.h"

#include <arpa/inet.h>
#include <string.h>

void put_time(struct hl_buffer *out, int64_t time_ns)
{
    char text[HL_X509_TIME_TEXT];
    int64_t seconds = time_ns / 1000000000;
    int64_t rest = time_ns % 1000000000;

    if (rest < 0) {
        seconds--;
        rest += 1000000000;
    }
    x509_time_text(seconds, text);
    buf_put(out, text, strlen(text) - 1);
    char fraction[11] = ".000000000";
    for (size_t i = 9; i > 0; i--, rest /= 10)
        fraction[i] = (char)('0' + rest % 10);
    buf_put(out, fraction, 10);
    buf_char(out, 'Z');
}

void put_address(struct hl_buffer *out, const struct hl_address *address)
{
    char text[INET6_ADDRSTRLEN] = "";

    if (address->length == 4) {
        for (size_t i = 0; i < 4; i++) {
            if (i > 0)
                buf_char(out, '.');
            buf_number(out, address->bytes[i]);
        }
        return;
    }
    inet_ntop(AF_INET6, address->bytes, text, sizeof text);
    buf_string(out, text);
}

void put_endpoint(struct hl_buffer *out, const struct hl_endpoint *end)
{
    bool v6 = end->address.length == 16;

    if (v6)
        buf_char(out, '[');
    put_address(out, &end->address);
    buf_string(out, v6 ? "]:" : ":");
    buf_number(out, end->port);
}

void put_duration(struct hl_buffer *out, int64_t ns)
{
    if (ns < 0)
        ns = 0;
    if (ns < 1000000)
        buf_printf(out, "%.0f \xc2\xb5s", (double)ns / 1e3);
    else if (ns < 1000000000)
        buf_printf(out, "%.1f ms", (double)ns / 1e6);
    else
        buf_printf(out, "%.2f s", (double)ns / 1e9);
}

void put_key(struct hl_buffer *out, const struct hl_x509_key *key)
{
    buf_string(out, key->algorithm != NULL ? key->algorithm : "unknown key");
    if (key->curve != NULL)
        buf_printf(out, " %s", key->curve);
    else if (key->bits > 0)
        buf_printf(out, " %u", key->bits);
}

void put_count(struct hl_buffer *out, uint64_t count)
{
    if (count >= 1000) {
        put_count(out, count / 1000);
        buf_printf(out, ",%03u", (unsigned)(count % 1000));
    } else {
        buf_number(out, (int64_t)count);
    }
}
