/* item.h - what is decoded outside of a handshake: handlens/decode.h makes them, report/ shows them. */
#ifndef HL_ANALYZE_ITEM_H
#define HL_ANALYZE_ITEM_H

#include "session/handshake.h"
#include "x509/crl.h"
#include "x509/csr.h"
#include "x509/ocsp.h"

#include <handlens/decode.h>

struct hl_item {
    enum hl_item_kind kind;
    const struct hl_handshake *chain; /* of HL_ITEM_CHAIN: only server_chain, server_trust and findings are filled in */
    const struct hl_csr *request;
    const struct hl_crl *crl;
    const struct hl_ocsp *ocsp;
};

#endif
