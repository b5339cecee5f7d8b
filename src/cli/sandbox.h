/* sandbox.h - system calls that looking at packets needs, and no others. */
#ifndef HL_CLI_SANDBOX_H
#define HL_CLI_SANDBOX_H

#include <stdbool.h>

/* From now on, and for good: another program, another socket, another process, and a file opened for writing end this process
 * (SIGSYS); other system calls that are not needed fail. Files may still be opened to be read. False with one line on standard
 * error when the kernel does not do that. In a build without libseccomp it does nothing, and is true. */
bool sandbox_enter(void);
/* The same for a process that talks to others and looks at no packets: it may connect, with whatever its libraries need for
 * that; another program or process, listening, a file opened for writing, another user, and looking into other processes fail. */
bool sandbox_enter_connected(void);
/* Is there a sandbox in this build? */
bool sandbox_is_there(void);

#endif
