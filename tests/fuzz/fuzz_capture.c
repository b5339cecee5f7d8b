/* A capture file of any kind, from its first byte to the printed documents. */
#define _GNU_SOURCE /* memfd_create */
#include <handlens/secrets.h>
#include <handlens/handlens.h>

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool discard(void *user, const void *bytes, size_t n)
{
    (void)user;
    return bytes != NULL && n > 0;
}

static void print(void *user, const struct hl_handshake *handshake)
{
    if (!hl_printer_handshake(user, handshake))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct hl_printer *printer;
    struct hl_error error;
    struct hl_counters counters;
    char path[64];
    int file = memfd_create("capture", MFD_CLOEXEC);

    if (printer == NULL)
        printer = hl_printer_new(&(struct hl_print_options){ .format = HL_FORMAT_JSON }, discard, NULL);
    if (file < 0 || printer == NULL || (size > 0 && write(file, data, size) != (ssize_t)size))
        abort();
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    struct hl_inspector *inspector = hl_inspector_new(print, printer, NULL);
    struct hl_secrets *secrets = hl_secrets_new(NULL); /* those that stand in the file */
    hl_inspector_secrets(inspector, secrets);
    enum hl_status status = hl_inspector_read_file(inspector, path, &error);
    if (status != HL_OK && (error.message[0] == '\0' || error.status != status))
        abort();
    if (status == HL_OK && !hl_inspector_file_recognised(inspector))
        abort();
    hl_inspector_finish(inspector);
    hl_inspector_counters(inspector, &counters);
    if (counters.tcp_segments > counters.packets || counters.handshakes + counters.without_handshake > counters.tls)
        abort();
    hl_inspector_free(inspector);
    hl_secrets_free(secrets);
    close(file);
    return 0;
}
