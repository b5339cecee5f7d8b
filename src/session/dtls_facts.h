/* dtls_facts.h - what a DTLS connection tells beside its messages. */
#ifndef HL_SESSION_DTLS_FACTS_H
#define HL_SESSION_DTLS_FACTS_H

#include "session/conclude.h"
#include "session/dtls.h"

/* What was sent again, differs, or is missing: in TCP the packet side knows. */
void dtls_fill_connection(struct hl_connection *connection, const struct hl_dtls *dtls);
/* How long the connection ids in the records of a direction are, once both hellos are there (RFC 9146, section 3;
 * RFC 9147, section 9); else DTLS_CID_UNKNOWN. */
size_t dtls_cid_length(const struct hl_handshake *hs, unsigned direction);
/* A message of this number was sent again; NULL: the record that stayed closed last was. */
void dtls_note_resent(struct hl_handshake *hs, unsigned direction, const uint16_t *message_seq);
/* Put what a side said under keys behind what it said before it had any: the capture may show it earlier, and it may
 * have been opened later. All else is in its order already. */
void dtls_sort_messages(struct hl_handshake *hs);
/* How far a handshake of DTLS 1.3 came, told by a record that stays closed: by its epoch, and by how long it is. */
void dtls13_note_record(struct hl_progress *progress, bool from_client, const struct hl_raw_record *record);

#endif
