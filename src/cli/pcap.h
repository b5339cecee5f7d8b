/* pcap.h - the handshakes that are shown, as a pcapng file: with their secrets (--decrypted-pcap), or without (--write). */
#ifndef HL_CLI_PCAP_H
#define HL_CLI_PCAP_H

#include "cli/options.h"

struct cli_pcap;

/* The file that is wanted; NULL: none. */
const char *cli_pcap_path(const struct cli_options *options);

/* NULL with one line on standard error. */
struct cli_pcap *cli_pcap_open(const struct cli_options *options);
/* False when it could not be written: cli_pcap_close() says so. */
bool cli_pcap_handshake(struct cli_pcap *pcap, const struct hl_handshake *handshake);
/* Says what the file lacks. False, with one line on standard error, when something could not be written. */
bool cli_pcap_close(struct cli_pcap *pcap);

#endif
