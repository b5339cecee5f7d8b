/* handlens.h - libhandlens: look into TLS handshakes.
 *
 * inspect.h feeds it, handshake.h is what comes out, print.h makes text of
 * that, decode.h takes single messages apart. */
#ifndef HANDLENS_HANDLENS_H
#define HANDLENS_HANDLENS_H

#include <handlens/check.h>
#include <handlens/clients.h>
#include <handlens/decode.h>
#include <handlens/diff.h>
#include <handlens/error.h>
#include <handlens/export.h>
#include <handlens/fault.h>
#include <handlens/diagnosis.h>
#include <handlens/explain.h>
#include <handlens/findings.h>
#include <handlens/handshake.h>
#include <handlens/inspect.h>
#include <handlens/live.h>
#include <handlens/packets.h>
#include <handlens/page.h>
#include <handlens/policy.h>
#include <handlens/print.h>
#include <handlens/secrets.h>
#include <handlens/span.h>
#include <handlens/trust.h>
#include <handlens/visitor.h>

#ifdef __cplusplus
extern "C" {
#endif

/* "0.1.0" */
HL_API const char *hl_version(void);

#ifdef __cplusplus
}
#endif

#endif
