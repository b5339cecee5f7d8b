/* Forty lines against the installed library: the server names of a capture,
 * and how their handshakes ended. Compiles as C and as C++. */
#include <handlens/handlens.h>

#include <stdio.h>

struct tally {
    unsigned long handshakes;
    size_t certificates;
};

static void on_handshake(void *user, const struct hl_handshake *handshake)
{
    struct tally *tally = (struct tally *)user;
    struct hl_span name = hl_handshake_server_name(handshake);
    struct hl_code version = hl_handshake_version(handshake);

    printf("%.*s %s %s\n", (int)name.len, name.len > 0 ? (const char *)name.ptr : "",
           version.name != NULL ? version.name : "-", hl_outcome_name(hl_handshake_outcome(handshake)));
    tally->handshakes++;
    tally->certificates += hl_handshake_certificate_count(handshake, HL_SERVER);
}

int main(int argc, char **argv)
{
    struct tally tally = { 0, 0 };
    struct hl_error error;
    struct hl_inspector *inspector = hl_inspector_new(on_handshake, &tally, &error);
    int status = inspector != NULL ? 0 : 1;

    for (int i = 1; status == 0 && i < argc; i++) {
        if (hl_inspector_read_file(inspector, argv[i], &error) != HL_OK) {
            fprintf(stderr, "%s (%s)\n", error.message, error.hint);
            status = 1;
        }
    }
    if (inspector != NULL)
        hl_inspector_finish(inspector);
    hl_inspector_free(inspector);
    printf("%lu handshakes, %lu certificates\n", tally.handshakes, (unsigned long)tally.certificates);
    return status;
}
