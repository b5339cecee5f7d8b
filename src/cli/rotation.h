/* rotation.h - the files that live writes, set aside as they grow (--rotate-size), at times (--rotate-time), and opened again
 * after SIGHUP.
 *
 * cli_rotation_add() each file that is open, cli_rotation_begin() before the sandbox is entered, then cli_rotation_check()
 * whenever a record is complete. Files are borrowed; standard output and what is no regular file are left alone. */
#ifndef HL_CLI_ROTATION_H
#define HL_CLI_ROTATION_H

#include "cli/opener.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/pcap.h"

#define ROTATED_MAX 3u /* -o, --write or --decrypted-pcap, --write-failed */

struct cli_rotation {
    const struct cli_options *options;
    struct cli_opener opener;
    struct cli_series series[ROTATED_MAX];
    struct rotated {
        struct cli_output *output;
        struct cli_pcap *pcap; /* NULL: text */
        double since;          /* seconds on the caller's clock */
    } files[ROTATED_MAX];
    unsigned count;
    double not_before; /* a file that could not be opened is tried again then */
};

/* What was left by another run at `path` (NULL: nothing) is set aside, when files are. False with one line on standard error. */
bool cli_rotation_clear(const struct cli_options *options, const char *path);
void cli_rotation_add(struct cli_rotation *rotation, struct cli_output *output, struct cli_pcap *pcap, mode_t mode);
/* False with one line on standard error. */
bool cli_rotation_begin(struct cli_rotation *rotation, double now);
/* Set aside what has its size or its time; `reopen`: open all of them again, under their names. */
void cli_rotation_check(struct cli_rotation *rotation, double now, bool reopen);
void cli_rotation_end(struct cli_rotation *rotation);

#endif
