/* content check [DIR]: read everything, run the tests that the files carry, say what is
 * wrong as `file:line: why`. DIR is a clinic's own folder, read over what travels inside.
 * content import FILE: content_import.h. */
#include <stdio.h>
#include <string.h>

#include "app/content.h"
#include "cli/cli.h"
#include "cli/content_import.h"

enum { CONTENT_ARENA_BYTES = 64 << 20 };

int content_command(int argc, char **argv) {
    if (argc > 1 && strcmp(argv[1], "import") == 0) return content_import(argc - 1, argv + 1);
    if (argc < 2 || argc > 3 || strcmp(argv[1], "check") != 0)
        return cli_fail(E_INVALID, "content",
                        "say what to do: content check [DIR], or content import FILE");
    struct arena a;
    struct content content;
    arena_open(&a, CONTENT_ARENA_BYTES);
    enum err e = content_boot(&a, argc == 3 ? argv[2] : NULL, &content);
    int status = err_meaning(e)->exit_status ? 2 : 0;
    if (e == E_INVALID)
        cli_fail(e, argc == 3 ? argv[2] : "content", "the lines above say where it is wrong");
    if (!e)
        printf("%d instruments, %d wordings, %d protocols, %d consents, %d pages: sound\n",
               content.instruments.n, content.worded.n, content.protocols_n, content.consents_n,
               content.pages_n);
    arena_close(&a);
    return status;
}
