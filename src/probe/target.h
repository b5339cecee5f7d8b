/* target.h - what a target and its options mean for those who connect to it. */
#ifndef HL_PROBE_TARGET_H
#define HL_PROBE_TARGET_H

#include "probe/attempt.h"

#include <handlens/check.h>

#define TARGET_ADDRESSES_MAX 8u

/* Where to connect: the target's addresses, or those of the proxy. Their number; 0 with `error`. */
unsigned target_resolve(const struct hl_check_target *target, struct socket_address out[TARGET_ADDRESSES_MAX], struct hl_error *error);
/* Make a prober for it: prober_init(), and all that is said before TLS. */
void target_aim(struct prober *prober, const struct hl_check_options *options, const struct hl_check_target *target);

#endif
