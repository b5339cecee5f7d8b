/* A line of anybody's, taken for a handshake that was written down, and what policies make of it. */
#include "policy/document.h"
#include "policy/verdict.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* As inspect/check_seen.c does. */
static void judge(const struct document *document, const struct hl_policy *policy)
{
    const struct hl_handshake *hs = &document->hs;
    struct policy_facts facts = { .handshakes = { hs }, .handshake_count = 1, .passive = true, .seen_handshakes = 1 };
    struct hl_arena arena;

    facts.now = hs->end.time_ns / 1000000000;
    facts_add_unclear(&facts, &document->unclear);
    facts_accept(&facts, &(struct policy_agreed){ .version = hs->version, .suite = hs->cipher_suite, .group = hs->group,
                                                  .scheme = handshake_server_scheme(hs), .dh_bits = hs->server_key.dh_bits });
    arena_init(&arena, (size_t)1 << 20);
    const struct policy_verdicts *verdicts = policy_judge(policy, &facts, &arena);
    for (unsigned i = 0; verdicts != NULL && i < verdicts->count; i++) {
        /* Nobody is trusted here, whatever a line says. */
        if (verdicts->list[i].result == POLICY_PASS && strcmp(policy_rule_id(verdicts->list[i].rule), "certificate.trusted") == 0)
            abort();
    }
    arena_cleanup(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct hl_verdicts verdicts;
    static struct hl_policy *policies[2];
    static struct hl_trust trust; /* nobody is trusted */
    const struct document_terms terms = { &trust, &verdicts };
    struct document_failure failure;
    uint8_t *text = malloc(size > 0 ? size : 1);

    if (policies[0] == NULL) {
        trust_init(&trust);
        verdicts_init(&verdicts);
        policies[0] = hl_policy_parse(hl_policy_document("bsi-tr-02102-2"), "bsi", NULL);
        policies[1] = hl_policy_parse(hl_policy_document("mozilla-intermediate"), "mozilla", NULL);
    }
    if (text == NULL)
        return 0;
    if (size > 0)
        memcpy(text, data, size);
    struct document *document = document_read(&terms, text, size, &failure);
    free(text); /* nothing of it is needed any more */
    if (document == NULL && failure.why[0] == '\0')
        abort();
    for (size_t i = 0; document != NULL && i < sizeof policies / sizeof policies[0]; i++)
        judge(document, policies[i]);
    document_free(document);
    return 0;
}
