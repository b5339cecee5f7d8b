#define _GNU_SOURCE /* setresuid */
#include "cli/privileges.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static bool complain(const char *what)
{
    fprintf(stderr, "handlens: %s: %s\n", what, strerror(errno));
    return false;
}

static bool become(const char *name)
{
    const struct passwd *user = getpwnam(name);

    if (user == NULL || user->pw_uid == 0) {
        fprintf(stderr, "handlens: --user %s: %s\n", name, user == NULL ? "there is no such user" : "that is root again");
        return false;
    }
    if (setgroups(0, NULL) != 0 || setresgid(user->pw_gid, user->pw_gid, user->pw_gid) != 0
        || setresuid(user->pw_uid, user->pw_uid, user->pw_uid) != 0)
        return complain("root cannot be given up");
    if (setuid(0) == 0 || geteuid() == 0) {
        fputs("handlens: root was given up, and could be had again\n", stderr);
        return false;
    }
    return true;
}

bool privileges_keep(uint64_t kept)
{
    struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
    struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];

    (void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0); /* there may be none, or the system has no such thing */
    if (syscall(SYS_capget, &header, data) != 0)
        return complain("capabilities cannot be given up");
    for (unsigned i = 0; i < _LINUX_CAPABILITY_U32S_3; i++) {
        data[i].permitted &= (uint32_t)(kept >> 32 * i);
        data[i].effective = data[i].permitted;
        data[i].inheritable = 0;
    }
    if (syscall(SYS_capset, &header, data) != 0)
        return complain("capabilities cannot be given up");
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 || complain("new privileges cannot be refused");
}

bool privileges_give_up(const char *user)
{
    return (geteuid() != 0 || become(user != NULL ? user : "nobody")) && privileges_keep(0);
}
