/* archive.h - certificates stored as PEM files in a directory (--write-certs).
 *
 * SHA256.pem is a certificate, each once; chain-N.pem and chain-N-client.pem are
 * what the server and the client of handshake N sent; index.json is an array with
 * an object a handshake. Files that are there already are not written again. */
#ifndef HL_CLI_ARCHIVE_H
#define HL_CLI_ARCHIVE_H

#include <handlens/handlens.h>

struct cli_archive;

/* The directory is made when it is not there. NULL with one line on standard error. */
struct cli_archive *archive_open(const char *path);
/* False, with one line on standard error, when something could not be written. */
bool archive_handshake(struct cli_archive *archive, const struct hl_handshake *handshake);
/* Finishes the index; false when that could not be written. */
bool archive_close(struct cli_archive *archive);

#endif
