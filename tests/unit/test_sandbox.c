/* What the sandbox of live ends, and what it leaves alone: each in a process of its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cli/sandbox.h"

static int run_a_program(void)
{
    execl("/bin/true", "true", (char *)NULL);
    return 1;
}

static int open_a_socket(void)
{
    return socket(AF_INET, SOCK_STREAM, 0) < 0;
}

static int write_a_file(void)
{
    return open("/tmp/handlens-sandbox", O_WRONLY | O_CREAT, 0600) < 0;
}

static int change_a_file(void)
{
    return open("/etc/passwd", O_RDWR) < 0;
}

static int make_a_process(void)
{
    return vfork() < 0;
}

static int become_root(void)
{
    return setuid(0) != 0;
}

/* What must go on: memory, time, reading, writing to what is open. */
static int look_at_packets(void)
{
    struct timespec now;
    char byte;
    const int file = open("/dev/zero", O_RDONLY);
    void *memory = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    char *more = malloc((size_t)8 << 20);
    bool fine = file >= 0 && read(file, &byte, 1) == 1 && memory != MAP_FAILED && more != NULL
                && clock_gettime(CLOCK_MONOTONIC, &now) == 0 && write(STDERR_FILENO, "", 0) == 0;

    free(more);
    return fine ? 0 : 1;
}

/* What the process that publishes may do, and what fails there without an end. */
static int talk_to_others(void)
{
    const bool allowed = socket(AF_INET, SOCK_STREAM, 0) >= 0 && look_at_packets() == 0;
    const bool refused = open("/tmp/handlens-sandbox", O_WRONLY | O_CREAT, 0600) < 0 && vfork() < 0 && setuid(0) != 0
                         && execl("/bin/true", "true", (char *)NULL) < 0 && listen(0, 1) < 0 && errno == EPERM;

    return allowed && refused ? 0 : 1;
}

static int status_in(bool (*enter)(void), int (*act)(void))
{
    int status = 0;
    const pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0) {
        const struct rlimit none = { 0, 0 };
        setrlimit(RLIMIT_CORE, &none);
        if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || !enter())
            _exit(99);
        _exit(act());
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

static void it_ends(void **state)
{
    int (*act)(void) = *(int (**)(void))*state;

    if (!sandbox_is_there())
        skip();
    const int status = status_in(sandbox_enter, act);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGSYS);
}

static void it_goes_on(void **state)
{
    (void)state;
    if (!sandbox_is_there())
        skip();
    const int status = status_in(sandbox_enter, look_at_packets);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static void it_may_connect(void **state)
{
    (void)state;
    if (!sandbox_is_there())
        skip();
    const int status = status_in(sandbox_enter_connected, talk_to_others);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
    static const struct {
        const char *name;
        int (*act)(void);
    } acts[] = {
        { "a program is run", run_a_program },   { "a socket is opened", open_a_socket }, { "a file is written", write_a_file },
        { "a file is changed", change_a_file },  { "a process is made", make_a_process }, { "root is had again", become_root },
    };
    enum { ACTS = sizeof acts / sizeof acts[0] };
    static int (*functions[ACTS])(void);
    struct CMUnitTest tests[ACTS + 2] = { cmocka_unit_test(it_goes_on), cmocka_unit_test(it_may_connect) };

    for (size_t i = 0; i < ACTS; i++) {
        functions[i] = acts[i].act;
        tests[2 + i] = (struct CMUnitTest){ acts[i].name, it_ends, NULL, NULL, &functions[i] };
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
