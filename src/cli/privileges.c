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

/* Of a program that got them from its file, or from who started it. */
static bool drop_capabilities(void)
{
    struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
    struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3];

    memset(none, 0, sizeof none);
    (void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0); /* there may be none, or the system has no such thing */
    return syscall(SYS_capset, &header, none) == 0 || complain("capabilities cannot be given up");
}

bool privileges_give_up(const char *user)
{
    if (geteuid() == 0 && !become(user != NULL ? user : "nobody"))
        return false;
    if (!drop_capabilities())
        return false;
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 || complain("new privileges cannot be refused");
}
