#include "cli/page.h"

#include "cli/output.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TITLE_SIZE 4096u
#define COPY_SIZE ((size_t)64 << 10)

struct cli_page {
    struct cli_output output;
    struct hl_page *page;
    FILE *sections; /* they stand behind the summary, which is known last */
    int error;      /* errno of what failed with them */
};

/* In TMPDIR, and gone from there at once: nothing is left behind, however this ends. */
static FILE *open_temporary(void)
{
    const char *folder = getenv("TMPDIR");
    char path[4096];

    if (folder == NULL || folder[0] == '\0')
        folder = "/tmp";
    int length = snprintf(path, sizeof path, "%s/handlens-XXXXXX", folder);
    if (length < 0 || (size_t)length >= sizeof path) {
        errno = ENAMETOOLONG;
        return NULL;
    }
    const int fd = mkstemp(path);
    if (fd < 0)
        return NULL;
    unlink(path);
    FILE *file = fdopen(fd, "w+b");
    if (file == NULL)
        close(fd);
    return file;
}

static bool write_section(void *user, const void *bytes, size_t n)
{
    struct cli_page *page = user;

    if (fwrite(bytes, 1, n, page->sections) == n)
        return true;
    page->error = errno;
    return false;
}

/* "a.pcap", "a.pcap and 2 more" */
static void put_title(char title[TITLE_SIZE], const struct cli_options *options)
{
    const char *first = options->file_count > 0 ? options->files[0] : "nothing";
    const char *name = strrchr(first, '/') != NULL ? strrchr(first, '/') + 1 : first;

    if (strcmp(first, "-") == 0)
        name = "standard input";
    if (options->file_count > 1)
        snprintf(title, TITLE_SIZE, "%s and %d more", name, options->file_count - 1);
    else
        snprintf(title, TITLE_SIZE, "%s", name);
}

struct cli_page *page_open(const struct cli_options *options)
{
    const char *path = strcmp(options->html, "-") == 0 ? NULL : options->html;
    struct cli_page *page = calloc(1, sizeof *page);
    char title[TITLE_SIZE];

    if (page == NULL || !output_open(&page->output, path)) {
        free(page);
        return NULL;
    }
    put_title(title, options);
    page->sections = open_temporary();
    if (page->sections == NULL)
        fprintf(stderr, "handlens: %s: no temporary file for it: %s; name another folder in TMPDIR\n",
                page->output.name, strerror(errno));
    else if ((page->page = hl_page_new(title, write_section, page)) == NULL)
        fputs("handlens: out of memory\n", stderr);
    if (page->page != NULL)
        return page;
    if (page->sections != NULL)
        fclose(page->sections);
    output_close(&page->output);
    free(page);
    return NULL;
}

bool page_handshake(struct cli_page *page, const struct hl_handshake *handshake)
{
    return hl_page_handshake(page->page, handshake);
}

static bool copy_sections(struct cli_page *page)
{
    static char piece[COPY_SIZE];
    size_t n;

    if (fflush(page->sections) != 0 || fseek(page->sections, 0, SEEK_SET) != 0) {
        page->error = errno;
        return false;
    }
    while ((n = fread(piece, 1, sizeof piece, page->sections)) > 0) {
        if (!output_write(&page->output, piece, n))
            return false;
    }
    page->error = ferror(page->sections) ? errno : 0;
    return page->error == 0;
}

bool page_close(struct cli_page *page, const struct hl_counters *counters)
{
    bool done = page->error == 0 && hl_page_begin(page->page, counters, output_write, &page->output)
                && copy_sections(page) && hl_page_end(page->page, output_write, &page->output);

    if (page->error != 0)
        fprintf(stderr, "handlens: %s: its temporary file: %s; name a folder with more room in TMPDIR\n",
                page->output.name, strerror(page->error));
    else if (!done && page->output.error == 0)
        fprintf(stderr, "handlens: %s: out of memory; the page is not whole\n", page->output.name);
    hl_page_free(page->page);
    fclose(page->sections);
    done |= page->output.broken;
    done &= output_close(&page->output);
    free(page);
    return done;
}
