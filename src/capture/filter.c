#include "capture/filter.h"

#include <pcap/pcap.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define FILTER_MAX 4096u
#define TEXT_MAX (FILTER_MAX + 512u)
#define LOOK_S 1.0
#define SNAP_LENGTH 262144

struct search {
    pcap_t *pcap;
    double until; /* on the monotonic clock, in seconds */
    bool late;
};

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static bool compiles(struct search *search, const char *text)
{
    struct bpf_program program;

    search->late |= now() > search->until;
    if (search->late || pcap_compile(search->pcap, &program, text, 0, PCAP_NETMASK_UNKNOWN) != 0)
        return false;
    pcap_freecode(&program);
    return true;
}

/* What closes the brackets that are open in the first `length` bytes, the innermost first. */
static void close_brackets(const char *filter, size_t length, char out[FILTER_MAX / 16])
{
    size_t n = 0;
    char open[FILTER_MAX / 16];

    for (size_t i = 0; i < length; i++) {
        if ((filter[i] == '(' || filter[i] == '[') && n + 1 < sizeof open)
            open[n++] = filter[i] == '(' ? ')' : ']';
        else if (n > 0 && filter[i] == open[n - 1])
            n--;
    }
    for (size_t i = 0; i < n; i++)
        out[i] = open[n - 1 - i];
    out[n] = '\0';
}

/* Can something follow the first `length` bytes so that all of it is a filter? */
static bool can_go_on(struct search *search, const char *filter, size_t length)
{
    static const char *const words[] = { "", " 1", " 1.2.3.4", " tcp", " host 1.2.3.4", " port 1", " 1-2", " 10.0.0.0/8", " 255.0.0.0",
                                         " 00:00:00:00:00:00", " ::1", " = 0", " 1 = 0" };
    static const char *const ends[] = { "", " = 0" };
    char text[TEXT_MAX], brackets[FILTER_MAX / 16];

    close_brackets(filter, length, brackets);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        for (size_t j = 0; j < sizeof ends / sizeof ends[0]; j++) {
            snprintf(text, sizeof text, "%.*s%s%s%s", (int)length, filter, words[i], brackets, ends[j]);
            if (compiles(search, text))
                return true;
        }
    }
    return false;
}

/* Bytes of the word at the beginning of `text`: a bracket, an operator, or what reaches to one of these or to a space. */
static size_t word_length(const char *text)
{
    const size_t operator = strspn(text, "=<>!&|");

    if (operator > 0)
        return operator;
    return strchr("()[]", text[0]) != NULL ? 1 : strcspn(text, " \t\r\n()[]=<>!&|");
}

static bool search_words(struct search *search, const char *filter, size_t *at)
{
    if (compiles(search, filter))
        return false;
    *at = strspn(filter, " \t\r\n");
    while (filter[*at] != '\0') {
        const size_t end = *at + word_length(filter + *at);
        if (!can_go_on(search, filter, end))
            break;
        *at = end + strspn(filter + end, " \t\r\n");
    }
    return !search->late;
}

bool filter_fault(const char *filter, size_t *at)
{
    if (strlen(filter) >= FILTER_MAX)
        return false;
    struct search search = { .pcap = pcap_open_dead(DLT_EN10MB, SNAP_LENGTH), .until = now() + LOOK_S };
    if (search.pcap == NULL)
        return false;
    const bool found = search_words(&search, filter, at);
    pcap_close(search.pcap);
    return found;
}
