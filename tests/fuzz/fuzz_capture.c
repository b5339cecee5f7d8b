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

struct outputs {
    struct hl_printer *printer;
    struct hl_packet_writer *writers[2]; /* as it is, and redacted */
};

static bool look(void *user, const struct hl_handshake_packet *packet)
{
    (void)user;
    if (packet->data.len > packet->length)
        abort();
    return true;
}

static void print(void *user, const struct hl_handshake *handshake)
{
    const struct outputs *outputs = user;

    if (!hl_printer_handshake(outputs->printer, handshake) || !hl_handshake_packets(handshake, look, NULL))
        abort();
    for (unsigned i = 0; i < 2; i++) {
        if (hl_packet_writer_handshake(outputs->writers[i], handshake, NULL) != HL_OK)
            abort();
    }
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
    struct outputs outputs = { printer, { hl_packet_writer_new(HL_WRITE_SECRETS, discard, NULL, NULL),
                                          hl_packet_writer_new(HL_WRITE_REDACTED, discard, NULL, NULL) } };
    struct hl_inspector *inspector = hl_inspector_new(print, &outputs, NULL);
    hl_inspector_keep_packets(inspector, true);
    struct hl_secrets *secrets = hl_secrets_new(NULL); /* those that stand in the file */
    hl_inspector_secrets(inspector, secrets);
    enum hl_status status = hl_inspector_read_file(inspector, path, &error);
    if (status != HL_OK && (error.message[0] == '\0' || error.status != status))
        abort();
    if (status == HL_OK && !hl_inspector_file_recognised(inspector))
        abort();
    hl_inspector_finish(inspector);
    hl_inspector_counters(inspector, &counters);
    if (counters.tcp_segments > counters.packets || counters.handshakes + counters.without_handshake > counters.tls + counters.missed)
        abort();
    for (unsigned i = 0; i < 2; i++) {
        for (size_t n = 0; hl_packet_writer_warning(outputs.writers[i], n, &error); n++)
            continue;
        hl_packet_writer_free(outputs.writers[i]);
    }
    hl_inspector_free(inspector);
    hl_secrets_free(secrets);
    close(file);
    return 0;
}
