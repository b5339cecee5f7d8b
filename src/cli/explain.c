#include "cli/explain.h"

#include "cli/output.h"

enum { EXIT_DONE = 0, EXIT_UNKNOWN = 2 };

/* "certificate-expird" is meant to be "certificate-expired": the code with the longest common beginning. */
static const char *nearest(const char *word)
{
    const char *best = NULL, *code;
    size_t best_length = 3;

    for (size_t i = 0; (code = hl_explain_code(i)) != NULL; i++) {
        size_t length = 0;
        while (word[length] != '\0' && word[length] == code[length])
            length++;
        if (length > best_length) {
            best_length = length;
            best = code;
        }
    }
    return best;
}

static bool explain_one(struct hl_printer *printer, const char *code)
{
    if (hl_printer_explanation(printer, code))
        return true;
    const char *near = nearest(code);
    fprintf(stderr, "handlens: there is no code '%s'; %s%s\n", code,
            near != NULL ? "did you mean " : "'handlens explain' lists them all", near != NULL ? near : "");
    return false;
}

int cli_explain(const struct cli_options *options)
{
    struct cli_output output;
    int status = EXIT_DONE;
    const char *code;

    if (!output_open(&output, options->output))
        return EXIT_UNKNOWN;
    const struct hl_print_options print = {
        .format = options->format,
        .color = output_color(&output, options->color),
        .width = output_width(&output),
    };
    struct hl_printer *printer = hl_printer_new(&print, output_write, &output);
    if (printer == NULL)
        return EXIT_UNKNOWN;
    for (int i = 0; i < options->file_count; i++) {
        if (!explain_one(printer, options->files[i]))
            status = EXIT_UNKNOWN;
    }
    for (size_t i = 0; options->file_count == 0 && (code = hl_explain_code(i)) != NULL; i++)
        hl_printer_code(printer, code);
    hl_printer_free(printer);
    if (!output_close(&output))
        status = EXIT_UNKNOWN;
    return status;
}
