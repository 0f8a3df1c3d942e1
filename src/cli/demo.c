/*
 * demo: a clinic to look at, served.
 *
 * The clinic lives in --dir (./demo): made when there is none, and anew when it is of another
 * day or program, because its sessions and windows are counted from the minute it was made.
 * Only the files that demo itself makes are ever removed.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/content.h"
#include "synth/demo.h"
#include "base/clock.h"
#include "base/file.h"
#include "cli/cli.h"
#include "cli/serve.h"
#include "cli/words.h"

enum { DEMO_ARENA_BYTES = 512 << 20, ZONE_MAX = 256 };

/* The machine's own zone, so that the clinic's day is that of whoever looks at it. */
static struct str zone_here(struct arena *a) {
    char link[ZONE_MAX];
    const char *set = getenv("TZ");
    const char *known = str_z(a, str_format(a, "/usr/share/zoneinfo/%s", set ? set : ""));
    if (set && *set && access(known, R_OK) == 0) return str_copy(a, str_from(set));
    ssize_t n = readlink("/etc/localtime", link, sizeof link);
    struct str path = str_copy(a, (struct str){link, n > 0 ? n : 0}), mark = STR("zoneinfo/");
    ptrdiff_t at = str_find(path, mark);
    return at >= 0 ? str_slice(path, at + mark.n, path.n) : STR("UTC");
}

static const char *path_in(struct arena *a, const char *dir, const char *name) {
    return str_z(a, str_format(a, "%s/%s", dir, name));
}

/* What stands in `made` when a demo of today and of this program is whole. */
static struct str mark_of_today(struct arena *a) {
    struct str today = clock_date_text(a, clock_now_ms());
    return str_format(a, "%.*s %s\n", STR_ARG(today), CAIRN_VERSION);
}

static bool of_today(struct arena *a, const char *dir) {
    struct str mark;
    enum { MARK_MAX = 200 };
    return file_read(a, path_in(a, dir, "made"), MARK_MAX, &mark) == E_OK &&
           str_eq(mark, mark_of_today(a));
}

static int clear(struct arena *a, const char *dir) {
    static const char *const ours[] = {"made", "cairn.db", "cairn.db-wal", "cairn.db-shm"};
    if (mkdir(dir, 0700) != 0 && errno != EEXIST)
        return cli_fail(E_WORLD, dir, "the folder cannot be made: %s", strerror(errno));
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
        if (unlink(path_in(a, dir, ours[i])) != 0 && errno != ENOENT)
            return cli_fail(E_WORLD, dir, "%s cannot be removed: %s", ours[i], strerror(errno));
    return 0;
}

static enum err fill(struct arena *a, struct store *store, struct str *why) {
    struct content content;
    struct app app;
    struct str clinic_id;
    int applied;
    TRY(store_migrate(store, a, &applied, why));
    TRY(content_boot(a, NULL, &content));
    TRY(app_make_clinic(store, a, STR("Cairn demo clinic"), zone_here(a), &clinic_id));
    TRY(app_open(&app, a, store, &content, why));
    return demo_make(&app, a, clock_now_ms(), why);
}

/* Opens the demo's store into `boot`, made anew where it is not of today. */
static int prepare(struct arena *boot, struct arena *a, const char *dir, struct store **store) {
    struct str why = STR("the demo clinic cannot be made");
    const char *url = str_z(a, str_format(a, "sqlite:%s/cairn.db", dir));
    if (of_today(a, dir)) return words_open(boot, url, WORDS_DB_READY, store);
    int status = clear(a, dir);
    if (status) return status;
    status = words_open(boot, url, WORDS_DB_CREATE, store);
    if (status) return status;
    enum err e = fill(a, *store, &why);
    if (e) return cli_fail(e, "demo", "%.*s", STR_ARG(why));
    e = file_replace(path_in(a, dir, "made"), mark_of_today(a));
    return e ? cli_fail(e, dir, "the folder cannot be written") : 0;
}

int demo_command(int argc, char **argv) {
    const char *listen = NULL, *dir = NULL;
    const struct word_option options[] = {{"listen", &listen}, {"dir", &dir}, {NULL, NULL}};
    int status =
        words_read(argc, argv, options, NULL, "demo [--listen 127.0.0.1:8080] [--dir DIR]");
    if (status) return status;
    struct serve_options serve = {.listen = listen};
    struct serving *serving;
    struct arena making, boot;
    arena_open(&making, DEMO_ARENA_BYTES);
    setenv("TZ", str_z(&making, zone_here(&making)), 1);
    arena_open(&boot, DEMO_ARENA_BYTES);
    status = prepare(&boot, &making, dir ? dir : "demo", &serve.store);
    if (status) return status;
    arena_close(&making);
    status = serve_start(&boot, serve, &serving);
    if (status) return status;
    for (int i = 0; demo_person_at(i); i++) {
        const struct demo_person *p = demo_person_at(i);
        printf("login %s %s %s\n", p->role, p->login_name, p->password);
    }
    fflush(stdout);
    return serve_until_stopped(serving);
}
