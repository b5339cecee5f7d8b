#include "cli/decode.h"
#include "cli/explain.h"
#include "cli/options.h"
#include "cli/read.h"

enum { EXIT_USAGE = 2 };

int main(int argc, char **argv)
{
    struct cli_options options;

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
    if (options.file_count == 0) {
        cli_help(stderr, options.command, false);
        return EXIT_USAGE;
    }
    return options.command == COMMAND_DECODE ? cli_decode(&options) : cli_read(&options);
}
