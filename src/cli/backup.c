/* backup and restore: one file, either engine on either side. */
#include <stdio.h>

#include "cli/cli.h"
#include "cli/words.h"

int backup_command(int argc, char **argv) {
    const char *url = NULL, *out = NULL;
    const struct word_option options[] = {{"db", &url}, {"out", &out}, {NULL, NULL}};
    struct verify_result holds;
    struct store *s;
    struct arena a;
    struct str why;
    int status = words_read(argc, argv, options, NULL, "backup --db URL --out FILE");
    if (status) return status;
    if (!out) return cli_fail(E_INVALID, "--out", "say where: backup --db URL --out FILE");
    arena_open(&a, 64 << 20);
    status = words_open(&a, url, WORDS_DB_READY, &s);
    if (status) return status;
    enum err e = store_backup(s, &a, out, &holds, &why);
    store_close(s);
    if (e != E_OK) return cli_fail(e, "backup", "%.*s", STR_ARG(why));
    printf("entries %lld\nrows %lld\nhead %.*s\nwritten %s\n", (long long)holds.entries,
           (long long)holds.rows, STR_ARG(holds.head), out);
    return 0;
}

int restore_command(int argc, char **argv) {
    const char *url = NULL, *file = NULL;
    const struct word_option options[] = {{"db", &url}, {NULL, NULL}};
    struct verify_result result;
    struct arena a;
    struct str why;
    int status = words_read(argc, argv, options, &file, "restore FILE --db URL");
    if (status) return status;
    if (!file || !url)
        return cli_fail(E_INVALID, "restore", "say what and where: restore FILE --db URL");
    arena_open(&a, 1 << 30);
    enum err e = store_restore(&a, file, str_from(url), &result, &why);
    if (e != E_OK) {
        if (result.report.n) printf("%.*s", STR_ARG(result.report));
        fflush(stdout);
        return cli_fail(e, "restore", "%.*s; nothing was restored", STR_ARG(why));
    }
    return verify_print(e, &result);
}
