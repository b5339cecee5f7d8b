/* sandbox.h - system calls that looking at packets needs, and no others. */
#ifndef HL_CLI_SANDBOX_H
#define HL_CLI_SANDBOX_H

#include <stdbool.h>

/* From now on, and for good: another program, another socket, another process, and a file opened for writing end this process
 * (SIGSYS); other system calls that are not needed fail. Files may still be opened to be read. False with one line on standard
 * error when the kernel does not do that. In a build without libseccomp it does nothing, and is true. */
bool sandbox_enter(void);
/* Is there a sandbox in this build? */
bool sandbox_is_there(void);

#endif
