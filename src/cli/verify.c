/* verify: the chain and the tables, read whole; 0 when they agree, 1 when they do not. */
#include <stdio.h>

#include "cli/cli.h"
#include "cli/words.h"

int verify_print(enum err e, const struct verify_result *r) {
    if (e != E_OK && e != E_BROKEN)
        return cli_fail(e, "verify", "%s; nothing is known of the record", err_meaning(e)->text);
    printf("entries %lld\nrows %lld\nhead %.*s\n", (long long)r->entries, (long long)r->rows,
           STR_ARG(r->head));
    printf("%.*s", STR_ARG(e == E_OK ? STR("whole\n") : r->report));
    fflush(stdout);
    return e == E_OK ? 0 : cli_fail(e, "verify", "%s", err_meaning(e)->text);
}

int verify_command(int argc, char **argv) {
    const char *url = NULL;
    const struct word_option options[] = {{"db", &url}, {NULL, NULL}};
    struct verify_result result;
    struct store *s;
    struct arena a;
    int status = words_read(argc, argv, options, NULL, "verify --db URL");
    if (status) return status;
    arena_open(&a, 64 << 20);
    status = words_open(&a, url, WORDS_DB_READY, &s);
    if (status) return status;
    enum err e = store_verify(s, &a, &result);
    store_close(s);
    return verify_print(e, &result);
}
