/* pcap.h - handshakes as a pcapng file: with their secrets (--decrypted-pcap), or without (--write, --write-failed). */
#ifndef HL_CLI_PCAP_H
#define HL_CLI_PCAP_H

#include "cli/options.h"
#include "cli/output.h"

struct cli_pcap;

/* A file that secrets go to: only its owner reads it. Its descriptor; -1 with one line on standard error. */
int cli_pcap_place(const char *path, bool secrets, bool show_secrets);

/* The file that --decrypted-pcap or --write asks for; NULL: none. */
const char *cli_pcap_path(const struct cli_options *options);

/* `path`: - is standard output. NULL with one line on standard error. */
struct cli_pcap *cli_pcap_open(const struct cli_options *options, const char *path, bool secrets);
/* False when it could not be written: cli_pcap_close() says so. */
bool cli_pcap_handshake(struct cli_pcap *pcap, const struct hl_handshake *handshake);
/* Where it is written, to have another file there; then cli_pcap_anew() begins that. */
struct cli_output *cli_pcap_output(struct cli_pcap *pcap);
bool cli_pcap_anew(struct cli_pcap *pcap);
/* Says what the file lacks. False, with one line on standard error, when something could not be written. */
bool cli_pcap_close(struct cli_pcap *pcap);

#endif
