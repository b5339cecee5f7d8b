/* Runs a fuzz target over files, and over all prefixes of small ones: what a
 * fuzzing campaign has found stays found in every plain build.
 *
 *   fuzz_NAME PATH...      a folder is read (not its subfolders); a missing one is passed over */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define PREFIXES_UP_TO 512

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned long inputs;

static void run(const uint8_t *data, size_t size)
{
    uint8_t *exact = calloc(size > 0 ? size : 1, 1); /* a sanitizer sees one byte too far */

    if (exact == NULL)
        abort();
    if (size > 0)
        memcpy(exact, data, size);
    (void)LLVMFuzzerTestOneInput(exact, size);
    free(exact);
    inputs++;
}

static void run_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    uint8_t *data = malloc((size_t)16 << 20);

    if (file == NULL || data == NULL) {
        fprintf(stderr, "%s: cannot be read\n", path);
        exit(1);
    }
    size_t size = fread(data, 1, (size_t)16 << 20, file);
    fclose(file);
    run(data, size);
    for (size_t cut = 0; size <= PREFIXES_UP_TO && cut < size; cut++)
        run(data, cut);
    free(data);
}

int main(int argc, char **argv)
{
    run(NULL, 0);
    for (int i = 1; i < argc; i++) {
        struct stat info;
        if (stat(argv[i], &info) != 0)
            continue;
        DIR *folder = S_ISDIR(info.st_mode) ? opendir(argv[i]) : NULL;
        if (folder == NULL) {
            run_file(argv[i]);
            continue;
        }
        for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
            char path[4096];
            snprintf(path, sizeof path, "%s/%s", argv[i], entry->d_name);
            if (stat(path, &info) == 0 && S_ISREG(info.st_mode))
                run_file(path);
        }
        closedir(folder);
    }
    printf("%lu inputs\n", inputs);
    return 0;
}
