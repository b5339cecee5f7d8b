/* key_log_files.h - what hl_secrets has of files. */
#ifndef HL_INSPECT_KEY_LOG_FILES_H
#define HL_INSPECT_KEY_LOG_FILES_H

struct hl_secrets;

/* Close and forget them; the index still points into them. */
void key_log_files_free(struct hl_secrets *secrets);

#endif
