#include "cli/sandbox.h"

#ifdef HANDLENS_SECCOMP

#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

/* What nobody who parses packets does: whoever does it is not this program any more. */
static const int deadly[] = {
    SCMP_SYS(execve),  SCMP_SYS(execveat), SCMP_SYS(listen), SCMP_SYS(accept),     SCMP_SYS(accept4), SCMP_SYS(fork),
    SCMP_SYS(vfork),   SCMP_SYS(creat),
    SCMP_SYS(unlink),  SCMP_SYS(unlinkat), SCMP_SYS(rename), SCMP_SYS(renameat),   SCMP_SYS(renameat2), SCMP_SYS(mkdir),
    SCMP_SYS(mkdirat), SCMP_SYS(chmod),    SCMP_SYS(fchmodat), SCMP_SYS(chown),    SCMP_SYS(fchownat), SCMP_SYS(mount),
    SCMP_SYS(setuid),  SCMP_SYS(setgid),   SCMP_SYS(capset), SCMP_SYS(bpf),        SCMP_SYS(io_uring_setup),
};

/* ... but for this, which talking to others needs. */
static const int connecting[] = { SCMP_SYS(socket), SCMP_SYS(socketpair), SCMP_SYS(connect), SCMP_SYS(bind) };

/* Looking into other processes of the same user. */
static const int prying[] = { SCMP_SYS(ptrace), SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev) };

/* Packets come through mapped memory, with poll() to wait; text goes out with write(); memory, time, signals, and key logs
 * that grow. */
static const int needed[] = {
    SCMP_SYS(read), SCMP_SYS(readv), SCMP_SYS(pread64), SCMP_SYS(write), SCMP_SYS(writev), SCMP_SYS(close),
    SCMP_SYS(lseek), SCMP_SYS(ftruncate), SCMP_SYS(fstat), SCMP_SYS(stat), SCMP_SYS(newfstatat), SCMP_SYS(statx),
    SCMP_SYS(fcntl), SCMP_SYS(ioctl), SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(select), SCMP_SYS(pselect6),
    SCMP_SYS(recvfrom), SCMP_SYS(recvmsg), SCMP_SYS(getsockopt), SCMP_SYS(setsockopt),
    SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(brk), SCMP_SYS(futex), SCMP_SYS(clock_gettime),
    SCMP_SYS(gettimeofday), SCMP_SYS(clock_nanosleep), SCMP_SYS(nanosleep), SCMP_SYS(getrandom), SCMP_SYS(getpid),
    SCMP_SYS(gettid), SCMP_SYS(tgkill), SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn),
    SCMP_SYS(restart_syscall), SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(sched_yield),
};

static const int memory[] = { SCMP_SYS(mmap), SCMP_SYS(mprotect) };

static int add_all(scmp_filter_ctx filter, uint32_t action, const int *calls, size_t count)
{
    int error = 0;

    for (size_t i = 0; i < count && error == 0; i++)
        error = seccomp_rule_add(filter, action, calls[i], 0);
    return error;
}

/* Ways to open a file that are not reading it count among what is deadly. */
static int add_deadly(scmp_filter_ctx filter, uint32_t action)
{
    int error = add_all(filter, action, deadly, COUNT(deadly));

    for (int mode = O_WRONLY; mode <= O_RDWR && error == 0; mode++) {
        const scmp_datum_t value = (scmp_datum_t)mode;
        error = seccomp_rule_add(filter, action, SCMP_SYS(openat), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, O_ACCMODE, value));
        if (error == 0)
            error = seccomp_rule_add(filter, action, SCMP_SYS(open), 1, SCMP_A1(SCMP_CMP_MASKED_EQ, O_ACCMODE, value));
    }
    return error;
}

#if defined(__SANITIZE_ADDRESS__)

/* It looks for leaks with another process, which traces this one. */
#define OTHERS SCMP_ACT_ALLOW

static int add_needed(scmp_filter_ctx filter)
{
    (void)filter;
    (void)needed;
    (void)memory;
    return 0;
}

#else

#define OTHERS SCMP_ACT_ERRNO(EPERM)

static int add_needed(scmp_filter_ctx filter)
{
    int error = add_all(filter, SCMP_ACT_ALLOW, needed, COUNT(needed));

    for (size_t i = 0; i < COUNT(memory) && error == 0; i++) /* for data, not for code */
        error = seccomp_rule_add(filter, SCMP_ACT_ALLOW, memory[i], 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    if (error == 0)
        error = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(openat), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, O_ACCMODE, O_RDONLY));
    if (error == 0)
        error = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(open), 1, SCMP_A1(SCMP_CMP_MASKED_EQ, O_ACCMODE, O_RDONLY));
    return error;
}

#endif

bool sandbox_is_there(void)
{
    return true;
}

/* In every thread. Takes the filter. */
static bool load(scmp_filter_ctx filter, int error)
{
    if (error == 0)
        error = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
    if (error == 0)
        error = seccomp_load(filter);
    seccomp_release(filter);
    if (error != 0)
        fprintf(stderr, "handlens: the sandbox cannot be entered: %s; --no-sandbox goes without it\n", strerror(-error));
    return error == 0;
}

bool sandbox_enter(void)
{
    scmp_filter_ctx filter = seccomp_init(OTHERS);
    int error = filter != NULL ? add_deadly(filter, SCMP_ACT_KILL_PROCESS) : -ENOMEM;

    if (error == 0)
        error = add_all(filter, SCMP_ACT_KILL_PROCESS, connecting, COUNT(connecting));
    if (error == 0)
        error = add_needed(filter);
    return load(filter, error);
}

/* Libraries try things that they can do without (a program of Kerberos): that fails, and ends nothing. */
bool sandbox_enter_connected(void)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    int error = filter != NULL ? add_deadly(filter, SCMP_ACT_ERRNO(EPERM)) : -ENOMEM;

    if (error == 0)
        error = add_all(filter, SCMP_ACT_ERRNO(EPERM), prying, COUNT(prying));
    return load(filter, error);
}

#else

bool sandbox_is_there(void)
{
    return false;
}

bool sandbox_enter(void)
{
    return true;
}

bool sandbox_enter_connected(void)
{
    return true;
}

#endif
