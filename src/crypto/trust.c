#include "crypto/trust.h"

void trust_init(struct hl_trust *trust)
{
    *trust = (struct hl_trust){ .profile = PROFILE_CLIENT };
    store_init(&trust->anchors);
    store_init(&trust->intermediates);
    crl_set_init(&trust->crls);
    ct_logs_init(&trust->logs);
}

void trust_cleanup(struct hl_trust *trust)
{
    store_cleanup(&trust->anchors);
    store_cleanup(&trust->intermediates);
    crl_set_cleanup(&trust->crls);
    ct_logs_cleanup(&trust->logs);
}
