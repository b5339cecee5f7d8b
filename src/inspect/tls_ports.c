#include "inspect/tls_ports.h"

#include <stddef.h>
#include <string.h>

void tls_ports_init(struct tls_ports *ports)
{
    static const uint16_t known[] = {
        443,  465,  563,  636,  853,  989,  990,  992,  993,  994,  995,  /* https, submissions, nntps, ldaps, dot, ftps, ... */
        2376, 3269, 4433, 5061, 5223, 5349, 5671, 5986, 6443, 6514, 6697, /* docker, global catalog, sips, amqps, winrm, k8s, ... */
        8443, 8883, 9443, 10250,                                          /* https, mqtt, kubelet */
    };

    memset(ports, 0, sizeof *ports);
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        tls_ports_add(ports, known[i]);
}
