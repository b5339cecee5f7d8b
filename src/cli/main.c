#include "cli/check.h"
#include "cli/decode.h"
#include "cli/diff.h"
#include "cli/explain.h"
#include "cli/live.h"
#include "cli/options.h"
#include "cli/policy.h"
#include "cli/read.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif

enum { EXIT_USAGE = 2 };

/* wolfCrypt takes and gives back some 100 KiB a check of an ECDSA signature. By itself, malloc() hands them to the
 * system and fetches them again each time: that takes twice as long as the check. */
static void keep_freed_memory(void)
{
#ifdef __GLIBC__
    mallopt(M_TRIM_THRESHOLD, 16 << 20);
#endif
}

int main(int argc, char **argv)
{
    struct cli_options options;

    keep_freed_memory();
    if (!cli_parse(argc, argv, &options))
        return EXIT_USAGE;
    if (options.help_short || options.help_long) {
        cli_help(stdout, options.command, options.help_long);
        return 0;
    }
    if (options.version) {
        printf("handlens %s\n", hl_version());
        return 0;
    }
    if (options.manual) {
        cli_manual(stdout);
        return 0;
    }
    if (options.command == COMMAND_EXPLAIN)
        return cli_explain(&options);
    if (options.command == COMMAND_LIVE)
        return cli_live(&options);
    if (options.file_count == 0 && options.targets == NULL) {
        cli_help(stderr, options.command, false);
        return EXIT_USAGE;
    }
    switch (options.command) {
    case COMMAND_DECODE: return cli_decode(&options);
    case COMMAND_DIFF: return cli_diff(&options);
    case COMMAND_CHECK: return cli_check(&options);
    case COMMAND_POLICY: return cli_policy(&options);
    default: return cli_read(&options);
    }
}
