/* The body of anybody's ClientHello, made fit to be sent again: what comes out is well-formed. */
#include "probe/replay.h"
#include "wire/hello.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct hl_client_hello hello;
    struct hl_buffer message;

    buf_init(&message, (size_t)1 << 20);
    if (replay_write((struct hl_span){ data, size }, "www.example.org", &message)) {
        (void)client_hello_parse((struct hl_span){ message.data + 4, message.len - 4 }, false, &hello);
        if (hello.fault.kind != HL_FAULT_NONE || hello.has_psk || hello.has_early_data || hello.ticket_length > 0)
            abort();
    }
    buf_cleanup(&message);
    return 0;
}
