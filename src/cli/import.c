/* import: referrals from files. Each file is one transaction of its own: taken whole or not
 * at all. A folder goes on past a bad file and ends with the worst status of its files. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "app/referral.h"
#include "base/clock.h"
#include "base/file.h"
#include "cli/cli.h"
#include "cli/words.h"
#include "fhir/import.h"

enum { IMPORT_ARENA_BYTES = 512 << 20, IMPORT_FILES_MAX = 10000 };

struct import_run {
    struct arena *arena;
    struct store *store;
    struct str clinic_id;
    enum referral_duplicates duplicates;
};

static enum err import_once(const struct import_run *run, struct arena *a, const char *path,
                            struct faults *faults, struct str *line) {
    struct str bytes;
    struct intake in;
    struct tx tx;
    struct referral_done done = {0};
    int64_t now_ms = clock_now_ms();
    enum err e = file_read(a, path, IMPORT_BYTES_MAX, &bytes);
    if (e == E_UNKNOWN) {
        fault_add(faults, STR(""), "unknown", "there is no such file");
        return E_INVALID;
    }
    if (e) return e;
    TRY(import_read(a, bytes, now_ms, &in, faults));
    struct actor actor = {run->clinic_id, STR_ABSENT, STR("cli")};
    TRY(tx_begin(&tx, run->store, a, TX_WRITE, actor, now_ms));
    TRY(tx_end(&tx, referral_import(&tx, &in, bytes, run->duplicates, faults, &done)));
    *line = referral_line(a, &in, done.mrn);
    return E_OK;
}

static int import_file(const struct import_run *run, const char *path) {
    enum { TRIES = 5 };
    enum err e = E_RETRY;
    struct faults faults;
    struct str line;
    for (int i = 0; i < TRIES && e == E_RETRY; i++) {
        struct arena scratch = *run->arena;
        faults = (struct faults){.arena = &scratch};
        e = import_once(run, &scratch, path, &faults, &line);
        if (e && e != E_RETRY) return cli_fail_faults(e, path, &faults);
        if (!e) printf("%.*s\n", STR_ARG(line));
    }
    fflush(stdout);
    return e ? cli_fail_faults(e, path, &faults) : 0;
}

static int by_text(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The *.json files of a folder, in the order of their names. */
static enum err list_folder(struct arena *a, const char *path, const char ***out, int *n) {
    DIR *folder = opendir(path);
    if (!folder) return E_WORLD;
    *out = NEWS(a, const char *, IMPORT_FILES_MAX);
    *n = 0;
    for (struct dirent *d; (d = readdir(folder));) {
        if (!str_ends(str_from(d->d_name), STR(".json")) || *n == IMPORT_FILES_MAX) continue;
        (*out)[(*n)++] = str_z(a, str_format(a, "%s/%s", path, d->d_name));
    }
    closedir(folder);
    qsort(*out, (size_t)*n, sizeof **out, by_text);
    return E_OK;
}

static int import_path(const struct import_run *run, const char *path) {
    struct stat st;
    const char **files;
    int n, worst = 0;
    if (stat(path, &st) != 0 || !S_ISDIR(st.st_mode)) return import_file(run, path);
    enum err e = list_folder(run->arena, path, &files, &n);
    if (e) return cli_fail(e, path, "the folder cannot be read");
    if (n == 0) return cli_fail(E_INVALID, path, "no *.json file in this folder");
    for (int i = 0; i < n; i++) {
        int status = import_file(run, files[i]);
        if (status > worst) worst = status;
    }
    return worst;
}

int import_command(int argc, char **argv) {
    const char *path = NULL, *url = NULL;
    const struct word_option options[] = {{"db", &url}, {NULL, NULL}};
    const char usage[] = "import FILE|DIR --db URL [--duplicates-seen]";
    struct import_run run = {.duplicates = REFERRAL_ASK};
    struct arena arena;
    struct app app;
    struct content content;
    int kept = 1;
    for (int i = 1; i < argc; i++) { /* the one option that takes no value */
        if (strcmp(argv[i], "--duplicates-seen") == 0) run.duplicates = REFERRAL_ACKNOWLEDGED;
        else argv[kept++] = argv[i];
    }
    int status = words_read(kept, argv, options, &path, usage);
    if (status) return status;
    if (!path) return cli_fail(E_INVALID, "import", "usage: cairn %s", usage);
    arena_open(&arena, IMPORT_ARENA_BYTES);
    status = words_app(&arena, url, &content, &app);
    if (status) return status;
    run.store = app.store;
    run.arena = &arena;
    run.clinic_id = app.clinic_id;
    status = import_path(&run, path);
    store_close(run.store);
    arena_close(&arena);
    return status;
}
