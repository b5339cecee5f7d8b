/* Secrets, out of files: handlens/secrets.h. */
#include <handlens/secrets.h>

#include "base/buffer.h"
#include "base/error.h"
#include "crypto/prf.h"
#include "crypto/secrets.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#define READ_SIZE ((size_t)64 << 10)
#define KEY_FILE_MAX ((size_t)1 << 20)
/* A key log that is no plain file, and has to be kept in memory. */
#define PIPE_MAX ((size_t)1 << 30)

struct hl_secrets *hl_secrets_new(struct hl_error *error)
{
    struct hl_secrets *secrets = malloc(sizeof *secrets);
    uint64_t seed = 0;

    if (secrets == NULL) {
        error_set(error, HL_ERR_MEMORY, NULL, "out of memory");
        return NULL;
    }
    if (getrandom(&seed, sizeof seed, GRND_NONBLOCK) != (ssize_t)sizeof seed)
        seed = (uint64_t)(uintptr_t)secrets; /* early at boot: the address has to do */
    secrets_init(secrets, seed);
    return secrets;
}

void hl_secrets_free(struct hl_secrets *secrets)
{
    if (secrets == NULL)
        return;
    secrets_cleanup(secrets);
    free(secrets);
}

/* --- files ------------------------------------------------------------------------- */

static enum hl_status fail_io(struct hl_error *error, const char *path)
{
    return error_set(error, HL_ERR_IO, NULL, "%s: %s", path, strerror(errno));
}

static bool read_all(int fd, struct hl_buffer *out)
{
    ssize_t n;

    do {
        if (!buf_reserve(out, READ_SIZE)) {
            errno = EFBIG;
            return false;
        }
        n = read(fd, out->data + out->len, READ_SIZE);
        out->len += n > 0 ? (size_t)n : 0;
    } while (n > 0 || (n < 0 && errno == EINTR));
    return n == 0;
}

/* Buffers grow by copying: with a secret in them, what they leave behind is not wiped. So they are as large as the file from
 * the start, where its size is known. */
static bool read_file(int fd, size_t expected, struct hl_buffer *out)
{
    return buf_reserve(out, expected + READ_SIZE) && read_all(fd, out);
}

static enum hl_status add_text(struct hl_secrets *secrets, uint8_t *bytes, size_t length, bool mapped, const char *path,
                               struct hl_error *error)
{
    const struct key_log_counts before = secrets->counts;

    if (!secrets_add_text(secrets, bytes, length, mapped))
        return error_set(error, HL_ERR_MEMORY, NULL, "%s: too many secrets, or out of memory", path);
    if (secrets->counts.secrets == before.secrets && secrets->counts.malformed > before.malformed)
        return error_set(error, HL_ERR_FORMAT, "its lines begin with CLIENT_RANDOM, SERVER_HANDSHAKE_TRAFFIC_SECRET, ...",
                         "%s: this is no key log", path);
    return HL_OK;
}

static enum hl_status add_mapped(struct hl_secrets *secrets, int fd, size_t size, const char *path, struct hl_error *error)
{
    uint8_t *bytes = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);

    if (bytes == MAP_FAILED)
        return fail_io(error, path);
    return add_text(secrets, bytes, size, true, path, error);
}

static enum hl_status add_read(struct hl_secrets *secrets, int fd, const char *path, struct hl_error *error)
{
    struct hl_buffer text;

    buf_init(&text, PIPE_MAX);
    if (!read_file(fd, 0, &text)) {
        enum hl_status status = fail_io(error, path);
        wipe(text.data, text.len);
        buf_cleanup(&text);
        return status;
    }
    return add_text(secrets, text.data, text.len, false, path, error); /* which takes it over */
}

enum hl_status hl_secrets_key_log_file(struct hl_secrets *secrets, const char *path, struct hl_error *error)
{
    struct stat about;
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0 || fstat(fd, &about) != 0) {
        enum hl_status status = fail_io(error, path);
        if (fd >= 0)
            close(fd);
        return status;
    }
    enum hl_status status = HL_OK;
    if (!S_ISREG(about.st_mode))
        status = add_read(secrets, fd, path, error);
    else if (about.st_size > 0)
        status = add_mapped(secrets, fd, (size_t)about.st_size, path, error);
    close(fd);
    return status;
}

enum hl_status hl_secrets_key_log_text(struct hl_secrets *secrets, struct hl_span text, struct hl_error *error)
{
    uint8_t *copy = malloc(text.len + 1);

    if (copy == NULL)
        return error_set(error, HL_ERR_MEMORY, NULL, "out of memory");
    memcpy(copy, text.len > 0 ? text.ptr : (const uint8_t *)"", text.len);
    return add_text(secrets, copy, text.len, false, "key log", error);
}

/* --- private keys ------------------------------------------------------------------- */

static enum hl_status complain(enum private_key_result result, const char *path, struct hl_error *error)
{
    switch (result) {
    case PRIVATE_KEY_OK: return HL_OK;
    case PRIVATE_KEY_NONE:
        return error_set(error, HL_ERR_FORMAT, "PKCS #1 and PKCS #8 are read, in PEM or DER",
                         "%s: there is no private key in it", path);
    case PRIVATE_KEY_ENCRYPTED:
        return error_set(error, HL_ERR_USAGE, "give the file with its password: --key-pass-file",
                         "%s: the private key is encrypted", path);
    case PRIVATE_KEY_NOT_OPENED:
        return error_set(error, HL_ERR_USAGE, "openssl pkey -in FILE -out PLAIN decrypts it",
                         "%s: the password is wrong, or wolfCrypt lacks the encryption of the key", path);
    case PRIVATE_KEY_OTHER:
        return error_set(error, HL_ERR_UNSUPPORTED, "only RSA key exchange is opened by a private key; others need --keylog",
                         "%s: this is no RSA key", path);
    case PRIVATE_KEY_UNSUPPORTED:
        return error_set(error, HL_ERR_UNSUPPORTED, NULL, "%s: wolfCrypt cannot use a key of this size", path);
    default: return error_set(error, HL_ERR_MEMORY, NULL, "%s: too many private keys, or out of memory", path);
    }
}

enum hl_status hl_secrets_private_key_file(struct hl_secrets *secrets, const char *path, const char *password,
                                           struct hl_error *error)
{
    struct hl_buffer file;
    struct private_key *key = NULL;
    struct hl_span pass = { (const uint8_t *)password, password != NULL ? strlen(password) : 0 };
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return fail_io(error, path);
    buf_init(&file, KEY_FILE_MAX + READ_SIZE);
    enum hl_status status = HL_OK;
    if (!read_file(fd, KEY_FILE_MAX / 2, &file))
        status = fail_io(error, path);
    close(fd);
    if (status == HL_OK)
        status = complain(private_key_new(buf_view(&file), pass, &key), path, error);
    if (status == HL_OK && !secrets_add_key(secrets, key)) {
        private_key_free(key);
        status = complain(PRIVATE_KEY_NO_MEMORY, path, error);
    }
    if (file.data != NULL)
        wipe(file.data, file.len);
    buf_cleanup(&file);
    return status;
}

enum hl_status hl_secrets_psk(struct hl_secrets *secrets, struct hl_span identity, struct hl_span key,
                              struct hl_error *error)
{
    if (!secrets_add_psk(secrets, identity, key))
        return error_set(error, HL_ERR_USAGE, "an identity has 256 bytes at the most, a key 1 to 512",
                         "the pre-shared key cannot be used");
    return HL_OK;
}
