/* cairn screen FILE|-: a candidate as JSON; prints the decision as one line of JSON. Exit 1
 * when ineligible. */
#include <stdio.h>

#include "app/content.h"
#include "app/screening.h"
#include "base/clock.h"
#include "base/file.h"
#include "cli/cli.h"
#include "cli/screen_input.h"

enum { SCREEN_ARENA = 128 << 20 };

static int run(struct arena *a, const char *file) {
    struct content content;
    struct candidate candidate;
    struct faults faults = {.arena = a};
    struct str text;
    if (content_boot(a, NULL, &content)) return cli_fail(E_INVALID, "content", "see above");
    enum err e = file_read(a, file, SCREEN_INPUT_BYTES_MAX, &text);
    if (e == E_WORLD) return cli_fail(e, file, "cannot be read");
    if (e) return cli_fail(E_INVALID, file, "%s",
                           e == E_UNKNOWN ? "there is no such file" : err_meaning(e)->text);
    if (screen_input_read(a, text, clock_today(clock_now_ms()), &candidate, &faults))
        return cli_fail_faults(E_INVALID, file, &faults);
    struct decision d = screening_decide(a, content.screening, &candidate);
    struct str out = screening_document(a, &d);
    printf("%.*s\n", STR_ARG(out));
    return d.outcome == OUTCOME_INELIGIBLE;
}

int screen_command(int argc, char **argv) {
    struct arena arena;
    if (argc != 2) return cli_fail(E_INVALID, "screen", "usage: cairn screen FILE|-");
    arena_open(&arena, SCREEN_ARENA);
    int status = run(&arena, argv[1]);
    arena_close(&arena);
    return status;
}
