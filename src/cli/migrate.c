/* migrate: brings a database to this program's schema; says what it did. */
#include <stdio.h>

#include "cli/cli.h"
#include "cli/words.h"

static int migrate(struct arena *a, struct store *s) {
    struct str why;
    int applied;
    enum err e = store_migrate(s, a, &applied, &why);
    if (e != E_OK) return cli_fail(e, "migrate", "%.*s", STR_ARG(why));
    if (applied == 0) printf("the schema is current\n");
    else printf("%d migration%s applied\n", applied, applied == 1 ? "" : "s");
    return 0;
}

int migrate_command(int argc, char **argv) {
    const char *url = NULL;
    const struct word_option options[] = {{"db", &url}, {NULL, NULL}};
    struct store *s;
    struct arena a;
    int status = words_read(argc, argv, options, NULL, "migrate --db URL");
    if (status) return status;
    arena_open(&a, 64 << 20);
    status = words_open(&a, url, WORDS_DB_ANY, &s);
    if (status) return status;
    status = migrate(&a, s);
    store_close(s);
    return status;
}
