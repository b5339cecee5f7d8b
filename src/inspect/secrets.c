/* What opens the encrypted part of handshakes, but for key logs (key_log_files.c): handlens/secrets.h. */
#include <handlens/secrets.h>

#include "base/error.h"
#include "base/hash.h"
#include "base/limits.h"
#include "base/text.h"
#include "crypto/prf.h"
#include "crypto/secrets.h"
#include "inspect/key_log_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct hl_secrets *hl_secrets_new(struct hl_error *error)
{
    struct hl_secrets *secrets = calloc(1, sizeof *secrets);

    if (secrets == NULL) {
        error_set(error, HL_ERR_MEMORY, NULL, "out of memory");
        return NULL;
    }
    secrets_init(secrets, hash_seed());
    return secrets;
}

void hl_secrets_free(struct hl_secrets *secrets)
{
    if (secrets == NULL)
        return;
    key_log_files_free(secrets);
    secrets_cleanup(secrets);
    free(secrets);
}

/* --- keys ----------------------------------------------------------------------------- */

/* The whole file, if it is not longer than a key can be. */
static enum hl_status read_key_file(const char *path, struct hl_buffer *out, struct hl_error *error)
{
    const char *name = strcmp(path, "-") == 0 ? "standard input" : path;
    const int fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = -1;

    if (fd < 0)
        return error_set(error, HL_ERR_IO, NULL, "%s: %s", name, strerror(errno));
    do {
        n = read(fd, out->data + out->len, out->size - out->len);
        out->len += n > 0 ? (size_t)n : 0;
    } while (n > 0 || (n < 0 && errno == EINTR));
    int reason = errno;
    close(fd);
    if (n < 0)
        return error_set(error, HL_ERR_IO, NULL, "%s: %s", name, strerror(reason));
    if (out->len == out->size)
        return error_set(error, HL_ERR_FORMAT, NULL, "%s: the file is too large to be a private key", name);
    return HL_OK;
}

static enum hl_status key_error(enum private_key_result result, const char *kind, const char *name,
                                struct hl_error *error)
{
    switch (result) {
    case PRIVATE_KEY_OK:
        return HL_OK;
    case PRIVATE_KEY_NONE:
        return error_set(error, HL_ERR_FORMAT, "PKCS #1 and PKCS #8 are read, in PEM or DER",
                         "%s: there is no private key in it", name);
    case PRIVATE_KEY_ENCRYPTED:
        return error_set(error, HL_ERR_USAGE, "give the file with its password: --key-pass-file FILE",
                         "%s: the private key is encrypted", name);
    case PRIVATE_KEY_NOT_OPENED:
        return error_set(error, HL_ERR_USAGE, "'openssl pkey -in OLD -out NEW' writes it without encryption",
                         "%s: the password is wrong, or the key is encrypted in a way that is not known here", name);
    case PRIVATE_KEY_OTHER:
        if (kind != NULL && strcmp(kind, "PKCS #12") == 0)
            return error_set(error, HL_ERR_UNSUPPORTED, "'openssl pkcs12 -nodes -nocerts -in OLD -out NEW' takes the key out",
                             "%s: a PKCS #12 bundle is not read", name);
        return error_set(error, HL_ERR_UNSUPPORTED,
                         "only RSA key exchange is opened by a private key; others need --keylog",
                         "%s: this is no RSA key%s%s", name, kind != NULL ? ", but of the kind " : "",
                         kind != NULL ? kind : "");
    case PRIVATE_KEY_UNSUPPORTED:
        return error_set(error, HL_ERR_UNSUPPORTED, "use a key log instead: --keylog",
                         "%s: RSA keys of more than 4096 bits cannot be used", name);
    case PRIVATE_KEY_NO_MEMORY:
        break;
    }
    return error_set(error, HL_ERR_MEMORY, NULL, "%s: too many private keys, or out of memory", name);
}

enum hl_status hl_secrets_private_key_file(struct hl_secrets *secrets, const char *path, const char *password,
                                           struct hl_error *error)
{
    const char *name = strcmp(path, "-") == 0 ? "standard input" : path, *kind = NULL;
    struct private_key *key = NULL;
    struct hl_buffer bytes;

    buf_init(&bytes, HL_PRIVATE_KEY_FILE_MAX);
    if (!buf_reserve(&bytes, HL_PRIVATE_KEY_FILE_MAX)) /* at once: a buffer that grows leaves its bytes behind */
        return error_set(error, HL_ERR_MEMORY, NULL, "out of memory");
    enum hl_status status = read_key_file(path, &bytes, error);
    if (status == HL_OK) {
        const struct hl_span secret = password != NULL ? span_of(password) : (struct hl_span){ NULL, 0 };
        enum private_key_result result = private_key_new(buf_view(&bytes), secret, &key, &kind);
        if (result == PRIVATE_KEY_OK && !secrets_add_private_key(secrets, key))
            result = PRIVATE_KEY_NO_MEMORY;
        status = key_error(result, kind, name, error);
    }
    wipe(bytes.data, bytes.len);
    buf_cleanup(&bytes);
    return status;
}

enum hl_status hl_secrets_psk(struct hl_secrets *secrets, struct hl_span identity, struct hl_span key,
                              struct hl_error *error)
{
    if (key.len == 0 || key.len > SECRET_PSK_MAX)
        return error_set(error, HL_ERR_USAGE, NULL, "a pre-shared key has 1 to %u bytes, not %zu", SECRET_PSK_MAX,
                         key.len);
    if (identity.len > UINT16_MAX)
        return error_set(error, HL_ERR_USAGE, NULL, "the identity of a pre-shared key has at most 65535 bytes");
    if (!secrets_add_psk(secrets, identity, key))
        return error_set(error, HL_ERR_MEMORY, NULL, "too many pre-shared keys, or out of memory");
    return HL_OK;
}
