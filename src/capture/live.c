/* Interfaces of this machine; with pcap.c and filter.c the only user of libpcap. */
#include "capture/live.h"

#include "base/error.h"

#include <errno.h>
#include <linux/if_packet.h>
#include <pcap/pcap.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define SNAP_LENGTH_DEFAULT 262144
#define BUFFER_MIB_DEFAULT 32u
/* A handshake is told within 100 ms of its end: the kernel hands over what it has at least this often. */
#define HAND_OVER_MS 20

struct hl_interface {
    pcap_t *pcap;
    char *name;
    uint32_t link_type;
    int64_t unit_ns; /* of the fraction of a second in timestamps */
    int64_t not_before_ns; /* packets from before that are left out */
    struct pcap_stat last; /* libpcap's counters, which have 32 bits; and what they were in all: */
    struct hl_live_counters total;
};

static int64_t time_of(const struct hl_interface *interface, const struct pcap_pkthdr *header)
{
    return (int64_t)header->ts.tv_sec * 1000000000 + header->ts.tv_usec * interface->unit_ns;
}

void interface_close(struct hl_interface *interface)
{
    if (interface == NULL)
        return;
    if (interface->pcap != NULL)
        pcap_close(interface->pcap);
    free(interface->name);
    free(interface);
}

const char *interface_name(const struct hl_interface *interface)
{
    return interface->name;
}

int interface_descriptor(const struct hl_interface *interface)
{
    return pcap_get_selectable_fd(interface->pcap);
}

/* The first one that is up, connected and no loopback; to be freed. NULL: there is none. */
static char *default_name(void)
{
    char message[PCAP_ERRBUF_SIZE];
    pcap_if_t *all = NULL;
    char *name = NULL;

    if (pcap_findalldevs(&all, message) != 0)
        return NULL;
    for (const pcap_if_t *one = all; one != NULL && name == NULL; one = one->next) {
        const bool connected = (one->flags & PCAP_IF_CONNECTION_STATUS) != PCAP_IF_CONNECTION_STATUS_DISCONNECTED;
        if ((one->flags & PCAP_IF_UP) != 0 && (one->flags & PCAP_IF_LOOPBACK) == 0 && connected && strcmp(one->name, "any") != 0)
            name = strdup(one->name);
    }
    pcap_freealldevs(all);
    return name;
}

/* `status` is one of pcap_activate()'s. */
static enum hl_status refused(struct hl_error *error, const struct hl_interface *interface, int status)
{
    const char *why = pcap_geterr(interface->pcap), *hint = NULL;

    if (status == PCAP_ERROR_PERM_DENIED || status == PCAP_ERROR_PROMISC_PERM_DENIED) {
        why = "not permitted";
        hint = "run it as root, or once: setcap cap_net_raw=ep on the handlens program";
    } else if (status == PCAP_ERROR_NO_SUCH_DEVICE) {
        why = "there is no such interface";
        hint = "handlens live --list-interfaces shows them";
    } else if (status == PCAP_ERROR_IFACE_NOT_UP) {
        why = "it is down";
    } else if (why[0] == '\0') {
        why = pcap_statustostr(status);
    }
    return error_set(error, HL_ERR_IO, hint, "%s: %s", interface->name, why);
}

static bool activate(struct hl_interface *interface, const struct hl_live_options *options, struct hl_error *error)
{
    pcap_t *pcap = interface->pcap;
    const unsigned mib = options->buffer_mib > 0 && options->buffer_mib <= 1024 ? options->buffer_mib : BUFFER_MIB_DEFAULT;

    pcap_set_snaplen(pcap, options->snap_length > 0 ? (int)(options->snap_length & 0x3fffffff) : SNAP_LENGTH_DEFAULT);
    pcap_set_promisc(pcap, options->promiscuous);
    pcap_set_timeout(pcap, HAND_OVER_MS);
    pcap_set_buffer_size(pcap, (int)(mib << 20));
    interface->unit_ns = pcap_set_tstamp_precision(pcap, PCAP_TSTAMP_PRECISION_NANO) == 0 ? 1 : 1000;
    const int status = pcap_activate(pcap);
    if (status < 0) {
        (void)refused(error, interface, status);
        return false;
    }
    interface->link_type = (uint32_t)pcap_datalink(pcap);
    if (interface->link_type == DLT_RAW) /* which has another number in files */
        interface->link_type = 101;
    return true;
}

static bool set_filter(struct hl_interface *interface, const char *filter, struct hl_error *error)
{
    struct bpf_program program;

    if (filter == NULL)
        return true;
    if (pcap_compile(interface->pcap, &program, filter, 1, PCAP_NETMASK_UNKNOWN) != 0) {
        error_set(error, HL_ERR_USAGE, "pcap-filter(7) has the language", "the filter makes no sense: %s", pcap_geterr(interface->pcap));
        return false;
    }
    const bool set = pcap_setfilter(interface->pcap, &program) == 0;
    if (!set)
        error_set(error, HL_ERR_IO, NULL, "%s: %s", interface->name, pcap_geterr(interface->pcap));
    pcap_freecode(&program);
    return set;
}

struct hl_interface *interface_open(const char *name, const struct hl_live_options *options, struct hl_error *error)
{
    char message[PCAP_ERRBUF_SIZE] = "";
    struct hl_interface *interface = calloc(1, sizeof *interface);

    if (interface != NULL)
        interface->name = name != NULL ? strdup(name) : default_name();
    if (interface == NULL || interface->name == NULL) {
        error_set(error, interface != NULL && name == NULL ? HL_ERR_IO : HL_ERR_MEMORY, "name one with -i",
                  interface != NULL && name == NULL ? "no interface is up that could be captured on" : "out of memory");
        free(interface);
        return NULL;
    }
    interface->pcap = pcap_create(interface->name, message);
    if (interface->pcap == NULL)
        error_set(error, HL_ERR_IO, NULL, "%s: %s", interface->name, message);
    else if (activate(interface, options, error) && set_filter(interface, options->filter, error)
             && pcap_setnonblock(interface->pcap, 1, message) == 0)
        return interface;
    interface_close(interface);
    return NULL;
}

/* --- several that are one ----------------------------------------------------------------- */

/* PACKET_FANOUT_HASH gives both directions of a flow the same number, and fragments are put together first. */
static bool join_group(const struct hl_interface *interface, int *group)
{
    const int fd = pcap_fileno(interface->pcap);
    const unsigned how = PACKET_FANOUT_HASH | PACKET_FANOUT_FLAG_DEFRAG | (*group < 0 ? PACKET_FANOUT_FLAG_UNIQUEID : 0u);
    unsigned argument = how << 16 | (*group < 0 ? 0u : (unsigned)*group);
    socklen_t length = sizeof argument;

    if (setsockopt(fd, SOL_PACKET, PACKET_FANOUT, &argument, sizeof argument) != 0)
        return false;
    if (*group < 0 && getsockopt(fd, SOL_PACKET, PACKET_FANOUT, &argument, &length) == 0)
        *group = (int)(argument & 0xffff);
    return *group >= 0;
}

bool interfaces_spread(struct hl_interface *const *interfaces, unsigned count, struct hl_error *error)
{
    struct timespec now;
    int group = -1;

    for (unsigned i = 0; i < count; i++) {
        if (!join_group(interfaces[i], &group)) {
            error_set(error, HL_ERR_IO, "one worker needs no spreading", "%s: packets cannot be spread among workers: %s",
                      interfaces[i]->name, strerror(errno));
            return false;
        }
    }
    clock_gettime(CLOCK_REALTIME, &now); /* until now each of them got everything */
    for (unsigned i = 0; i < count; i++)
        interfaces[i]->not_before_ns = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
    return true;
}

/* --- packets ------------------------------------------------------------------------------ */

enum hl_capture_result interface_next(struct hl_interface *interface, struct hl_packet *packet, struct hl_error *error)
{
    struct pcap_pkthdr *header;
    const u_char *data;
    int result;

    do
        result = pcap_next_ex(interface->pcap, &header, &data);
    while (result > 0 && time_of(interface, header) < interface->not_before_ns);
    if (result == 0)
        return CAPTURE_END;
    if (result < 0) {
        error_set(error, HL_ERR_IO, NULL, "%s: %s", interface->name, pcap_geterr(interface->pcap));
        return CAPTURE_FAILED;
    }
    packet->time_ns = time_of(interface, header);
    packet->data = (struct hl_span){ data, header->caplen };
    packet->length = header->len > header->caplen ? header->len : header->caplen;
    packet->link_type = interface->link_type;
    return CAPTURE_PACKET;
}

void interface_counters(struct hl_interface *interface, struct hl_live_counters *out)
{
    struct hl_live_counters *total = &interface->total;
    struct pcap_stat stat;

    if (pcap_stats(interface->pcap, &stat) == 0) {
        total->received += stat.ps_recv - interface->last.ps_recv;
        total->dropped += stat.ps_drop - interface->last.ps_drop;
        total->interface_dropped += stat.ps_ifdrop - interface->last.ps_ifdrop;
        interface->last = stat;
    }
    out->received += total->received;
    out->dropped += total->dropped;
    out->interface_dropped += total->interface_dropped;
}

enum hl_status hl_live_interfaces(hl_interface_fn *visit, void *user, struct hl_error *error)
{
    char message[PCAP_ERRBUF_SIZE];
    pcap_if_t *all = NULL;

    if (pcap_findalldevs(&all, message) != 0)
        return error_set(error, HL_ERR_IO, NULL, "interfaces cannot be listed: %s", message);
    for (const pcap_if_t *one = all; one != NULL; one = one->next)
        visit(user, one->name, one->description != NULL ? one->description : (one->flags & PCAP_IF_LOOPBACK) != 0 ? "loopback" : "");
    pcap_freealldevs(all);
    return HL_OK;
}
