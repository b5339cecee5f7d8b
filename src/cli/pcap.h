/* pcap.h - the handshakes that are shown, as a pcapng file with their secrets (--decrypted-pcap). */
#ifndef HL_CLI_PCAP_H
#define HL_CLI_PCAP_H

#include "cli/options.h"

struct cli_pcap;

/* NULL with one line on standard error. */
struct cli_pcap *pcap_open_file(const struct cli_options *options);
/* False when it could not be written: pcap_close() says so. */
bool pcap_handshake(struct cli_pcap *pcap, const struct hl_handshake *handshake);
/* Says what the file lacks. False, with one line on standard error, when something could not be written. */
bool pcap_close(struct cli_pcap *pcap);

#endif
