/* policy.h - what an organisation wants of its servers.
 *
 *     struct hl_policy *policy = hl_policy_open("mozilla-intermediate@6.0", &error);
 *     ...
 *     hl_policy_free(policy);
 *
 * A policy is a JSON document (docs/policy.schema.json): one of those that are built in, or a file. It is not changed once it was
 * read, and may be shared by threads. */
#ifndef HANDLENS_POLICY_H
#define HANDLENS_POLICY_H

#include <handlens/error.h>
#include <handlens/export.h>
#include <handlens/span.h>

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct hl_policy;

/* The name of a built-in policy, with or without "@version"; or the path of a file, which has a "/" or ends in ".json". NULL:
 * HL_ERR_IO; HL_ERR_FORMAT: the message says what is wrong and where; HL_ERR_USAGE: there is none of that name; HL_ERR_MEMORY.
 * `error` may be NULL. */
HL_API struct hl_policy *hl_policy_open(const char *name, struct hl_error *error);
/* The same from memory; `name` is for messages. */
HL_API struct hl_policy *hl_policy_parse(struct hl_span json, const char *name, struct hl_error *error);
/* NULL is allowed. */
HL_API void hl_policy_free(struct hl_policy *policy);

/* "mozilla-intermediate", "6.0", and a line about it. Borrowed. */
HL_API const char *hl_policy_id(const struct hl_policy *policy);
HL_API const char *hl_policy_version(const struct hl_policy *policy);
HL_API const char *hl_policy_title(const struct hl_policy *policy);
/* SHA-256 of the document, byte for byte: 32 bytes, borrowed. */
HL_API const uint8_t *hl_policy_hash(const struct hl_policy *policy);

/* The document of a built-in policy, by its name as above; empty: there is none. */
HL_API struct hl_span hl_policy_document(const char *name);
/* The policies that are built in, from 0 on: their names ("id@version"), and the documents. NULL, and an empty document, at the end. */
HL_API const char *hl_policy_preset(unsigned number, struct hl_span *document);

#ifdef __cplusplus
}
#endif

#endif
