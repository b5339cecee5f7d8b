#include "base/hash.h"

#include <sys/random.h>
#include <time.h>

uint64_t hash_seed(void)
{
    struct timespec now;
    uint64_t seed = 0;

    if (getrandom(&seed, sizeof seed, GRND_NONBLOCK) == (ssize_t)sizeof seed)
        return seed;
    clock_gettime(CLOCK_MONOTONIC, &now); /* early at boot: this and an address have to do */
    return hash_fold((uint64_t)now.tv_nsec ^ 0x9e3779b97f4a7c15u, (uint64_t)(uintptr_t)&now | 1);
}
