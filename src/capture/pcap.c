#define _GNU_SOURCE /* fopencookie */
/* The only user of libpcap: variants of the pcap format that it knows
 * (Kuznetzov's, Navtel's, IXIA's, other versions), over our input stream. */
#include "base/error.h"
#include "capture/format.h"

#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct pcap_variant {
    struct hl_input *input;
    const char *path;
    pcap_t *pcap;
    uint32_t link_type;
};

/* Magic numbers of the variants, as they lie in a file of either byte order. */
static bool matches(struct hl_span start)
{
    static const uint8_t magics[][4] = {
        { 0xa1, 0xb2, 0xcd, 0x34 }, { 0x34, 0xcd, 0xb2, 0xa1 }, /* Kuznetzov */
        { 0xa1, 0xb2, 0x34, 0xcd }, { 0xcd, 0x34, 0xb2, 0xa1 }, /* Navtel */
        { 0xa1, 0xb2, 0xc3, 0xcd }, { 0xcd, 0xc3, 0xb2, 0xa1 },
        { 0x1c, 0x0d, 0xac, 0xac }, { 0xac, 0xac, 0x0d, 0x1c }, /* IXIA */
        { 0x1c, 0x00, 0x00, 0xac }, { 0xac, 0x00, 0x00, 0x1c },
    };

    for (size_t i = 0; i < sizeof magics / sizeof magics[0]; i++) {
        if (memcmp(start.ptr, magics[i], 4) == 0)
            return true;
    }
    return false;
}

static ssize_t cookie_read(void *cookie, char *out, size_t size)
{
    struct hl_input *input = cookie;
    struct hl_span got = input_peek(input, size < 65536 ? size : 65536);

    memcpy(out, got.ptr, got.len);
    input_skip(input, got.len);
    return (ssize_t)got.len;
}

/* Three link types have a number of their own inside libpcap. */
static uint32_t link_type_of(int dlt)
{
    switch (dlt) {
    case DLT_RAW:
        return 101;
    case DLT_PPP_SERIAL:
        return 50;
    default:
        return (uint32_t)dlt;
    }
}

static void close_file(void *state)
{
    struct pcap_variant *file = state;

    if (file->pcap != NULL)
        pcap_close(file->pcap);
    free(file);
}

static void *open_file(struct hl_input *input, const char *path, struct hl_error *error)
{
    char message[PCAP_ERRBUF_SIZE] = "";
    struct pcap_variant *file = calloc(1, sizeof *file);
    FILE *stream = fopencookie(input, "r", (cookie_io_functions_t){ .read = cookie_read });

    if (file == NULL || stream == NULL) {
        error_set(error, HL_ERR_MEMORY, NULL, "out of memory");
        if (stream != NULL)
            fclose(stream);
        free(file);
        return NULL;
    }
    file->input = input;
    file->path = path;
    file->pcap = pcap_fopen_offline_with_tstamp_precision(stream, PCAP_TSTAMP_PRECISION_NANO, message);
    if (file->pcap == NULL) {
        error_set(error, HL_ERR_FORMAT, NULL, "%s: %s", path, message);
        fclose(stream);
        free(file);
        return NULL;
    }
    file->link_type = link_type_of(pcap_datalink(file->pcap));
    return file;
}

static enum hl_capture_result next(void *state, struct hl_packet *packet, struct hl_error *error)
{
    struct pcap_variant *file = state;
    struct pcap_pkthdr *header;
    const u_char *data;
    int result = pcap_next_ex(file->pcap, &header, &data);

    if (result == PCAP_ERROR_BREAK)
        return CAPTURE_END;
    if (result != 1) {
        error_set(error, HL_ERR_TRUNCATED, "everything before that was read", "%s: %s", file->path,
                  pcap_geterr(file->pcap));
        return CAPTURE_FAILED;
    }
    packet->time_ns = (int64_t)header->ts.tv_sec * 1000000000 + header->ts.tv_usec;
    packet->data = (struct hl_span){ data, header->caplen };
    packet->length = header->len > header->caplen ? header->len : header->caplen;
    packet->link_type = file->link_type;
    return CAPTURE_PACKET;
}

const struct hl_format format_libpcap = {
    .name = "libpcap",
    .magic_length = 4,
    .matches = matches,
    .open = open_file,
    .next = next,
    .close = close_file,
};
