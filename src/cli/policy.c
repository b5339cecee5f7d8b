#include "cli/policy.h"

#include "cli/output.h"

#include <string.h>

enum { EXIT_DONE = 0, EXIT_TROUBLE = 2 };

static int list(void)
{
    struct hl_span document;
    const char *name;

    for (unsigned i = 0; (name = hl_policy_preset(i, &document)) != NULL; i++) {
        struct hl_policy *policy = hl_policy_parse(document, name, NULL);
        printf("%-28s %s\n", name, policy != NULL ? hl_policy_title(policy) : "");
        hl_policy_free(policy);
    }
    return EXIT_DONE;
}

static int show(const char *wanted)
{
    const struct hl_span found = hl_policy_document(wanted);

    if (found.len > 0)
        return fwrite(found.ptr, 1, found.len, stdout) == found.len ? EXIT_DONE : EXIT_TROUBLE;
    fprintf(stderr, "handlens: %s: no such policy is built in; handlens policy list shows those that there are\n", wanted);
    return EXIT_TROUBLE;
}

/* It is anybody's: nothing in it reaches a terminal that could control it. */
static void put_plain(const char *text)
{
    for (; *text != '\0'; text++)
        putchar(*text >= ' ' && *text < 0x7f ? *text : '?');
}

static void say_fine(const char *name, const struct hl_policy *policy)
{
    printf("%s: ", name);
    put_plain(hl_policy_id(policy));
    putchar('@');
    put_plain(hl_policy_version(policy));
    puts(", nothing is wrong with it");
}

/* Reads it; with `hash` tells that, too. */
static int examine(const char *name, bool hash)
{
    struct hl_error error;
    struct hl_policy *policy = hl_policy_open(name, &error);

    if (policy == NULL) {
        cli_complain(&error, false);
        return EXIT_TROUBLE;
    }
    for (unsigned i = 0; hash && i < 32; i++)
        printf("%02x", hl_policy_hash(policy)[i]);
    if (hash)
        printf("  %s\n", name);
    else
        say_fine(name, policy);
    hl_policy_free(policy);
    return EXIT_DONE;
}

int cli_policy(const struct cli_options *options)
{
    const char *what = options->files[0];
    int status = EXIT_DONE;

    if (strcmp(what, "list") == 0 && options->file_count == 1)
        return list();
    if (strcmp(what, "show") == 0 && options->file_count == 2)
        return show(options->files[1]);
    if ((strcmp(what, "lint") != 0 && strcmp(what, "hash") != 0) || options->file_count < 2) {
        fputs("handlens: policy list, policy show NAME, policy lint FILE... and policy hash NAME... are known\n", stderr);
        return EXIT_TROUBLE;
    }
    for (int i = 1; i < options->file_count; i++) {
        const int one = examine(options->files[i], strcmp(what, "hash") == 0);
        status = one > status ? one : status;
    }
    return status;
}
