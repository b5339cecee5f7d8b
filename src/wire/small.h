/* small.h - the messages of small.c that message.h does not list: DTLS 1.3's connection ids, and
 * what drafts left behind. */
#ifndef HL_WIRE_SMALL_H
#define HL_WIRE_SMALL_H

#include "wire/message.h"

message_decode_fn message_hello_retry_request, message_request_connection_id, message_new_connection_id,
    message_channel_id;

#endif
