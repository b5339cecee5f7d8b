#include "cli/kafka_url.h"

#include <string.h>

static const char scheme[] = "kafka://";

bool kafka_url_is(const char *path)
{
    return path != NULL && strncmp(path, scheme, sizeof scheme - 1) == 0;
}

/* `length` bytes of a host, with or without a port; an IPv6 address has brackets. */
static bool is_broker(const char *text, size_t length)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_:[]%";

    return length > 0 && text[0] != ':' && strspn(text, allowed) >= length;
}

const char *kafka_url_parse(const char *url, struct kafka_url *out)
{
    static const char in_topic[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
    const char *brokers = url + sizeof scheme - 1;
    const size_t length = strcspn(brokers, "/");
    const char *topic = brokers[length] == '/' ? brokers + length + 1 : "";

    if (memchr(brokers, '@', length) != NULL)
        return "names and passwords go into the file of --kafka-config";
    if (length >= sizeof out->brokers || strlen(topic) >= sizeof out->topic)
        return "it is too long";
    for (const char *broker = brokers; broker <= brokers + length;) {
        const size_t n = strcspn(broker, ",/");
        if (!is_broker(broker, n))
            return "brokers are HOST or HOST:PORT, with commas between them";
        broker += n + 1;
    }
    if (topic[0] == '\0')
        return "behind the brokers comes /TOPIC";
    if (strspn(topic, in_topic) != strlen(topic) || strcmp(topic, ".") == 0 || strcmp(topic, "..") == 0)
        return "a topic has letters, digits, dots, hyphens and underscores only";
    memcpy(out->brokers, brokers, length);
    out->brokers[length] = '\0';
    strcpy(out->topic, topic);
    return NULL;
}
