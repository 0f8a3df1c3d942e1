#include "cli/content_import.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "app/content.h"
#include "base/file.h"
#include "cli/cli.h"
#include "cli/words.h"
#include "core/wording.h"
#include "fhir/questionnaire.h"

enum { CONTENT_IMPORT_ARENA_BYTES = 128 << 20 };

/* Where nobody says: `serve --content` is given the same name. */
static const char default_folder[] = "cairn-content";

struct content_import {
    struct arena *arena;
    const char *path, *dir;
    struct str as;
    struct content content;
    struct questionnaire q;
};

/* The folder may not be there yet: then only what travels in the program counts. */
static int read_content(struct content_import *job) {
    struct stat st;
    bool there = stat(job->dir, &st) == 0;
    if (!there && errno != ENOENT) return cli_fail(E_WORLD, job->dir, "%s", strerror(errno));
    if (content_boot(job->arena, there ? job->dir : NULL, &job->content))
        return cli_fail(E_INVALID, job->dir, "the lines above say where it is wrong");
    return 0;
}

static int read_questionnaire(struct content_import *job) {
    struct str bytes;
    struct faults faults = {.arena = job->arena};
    enum err e = file_read(job->arena, job->path, QUESTIONNAIRE_BYTES_MAX, &bytes);
    if (e == E_UNKNOWN) return cli_fail(E_INVALID, job->path, "there is no such file");
    if (e) return cli_fail(e, job->path, "%s", err_meaning(e)->text);
    e = questionnaire_read(job->arena, bytes, job->content.own, job->as, &faults, &job->q);
    return e ? cli_fail_faults(e, job->path, &faults) : 0;
}

static struct str text_of(struct content_import *job, const struct instrument *in, int version) {
    struct buf b = buf_new(job->arena, 8192);
    struct instrument numbered = *in;
    numbered.wording = version;
    wording_put(&b, &numbered);
    return buf_str(&b);
}

/* The version that already has exactly these words; 0: none. *next is the next number. */
static int version_of(struct content_import *job, const struct instrument *in, int *next) {
    int same = 0;
    *next = 1;
    for (int i = 0; i < job->content.worded.n; i++) {
        const struct instrument *old = job->content.worded.v[i];
        if (!str_eq(old->id, in->id)) continue;
        if (old->wording >= *next) *next = old->wording + 1;
        if (str_eq(text_of(job, old, 1), text_of(job, in, 1))) same = old->wording;
    }
    return same;
}

static int write_file(struct content_import *job, const char *path, struct str text) {
    const char *folder = str_z(job->arena, str_format(job->arena, "%s/wordings", job->dir));
    if ((mkdir(job->dir, 0777) && errno != EEXIST) || (mkdir(folder, 0777) && errno != EEXIST))
        return cli_fail(E_WORLD, folder, "%s", strerror(errno));
    enum err e = file_replace(path, text);
    return e ? cli_fail(e, path, "%s", err_meaning(e)->text) : 0;
}

/* What was bound, so that a person can look it over. */
static void report(const struct content_import *job, const char *path, const char *how) {
    const struct questionnaire *q = &job->q;
    printf("%s: %.*s %d, %s: %d items, %d by LOINC code, %d by linkId", path, STR_ARG(q->in->id),
           q->in->version, how, q->words.n, q->by_code, q->by_link);
    if (q->passed_over) printf(", %d computed ones passed over", q->passed_over);
    if (q->by_order)
        printf(", the answers of %d valued by their order: look them over", q->by_order);
    putchar('\n');
}

static int keep(struct content_import *job) {
    struct faults faults = {.arena = job->arena};
    int next;
    const struct instrument *bound =
        wording_bind(job->arena, job->q.in, &job->q.words, job->q.in->id, &faults);
    if (!bound) return cli_fail_faults(E_INVALID, job->path, &faults);
    int same = version_of(job, bound, &next);
    struct str text = text_of(job, bound, same ? same : next);
    const char *path = str_z(job->arena, str_format(job->arena, "%s/wordings/%.*s-%d.txt", job->dir,
                                                    STR_ARG(bound->id), same ? same : next));
    const struct wording *again = wording_read(job->arena, STR("again"), text, &faults);
    CHECK(again && wording_bind(job->arena, job->q.in, again, STR("again"), &faults),
          "what is written can be read");
    int status = same ? 0 : write_file(job, path, text);
    if (!status) report(job, path, same ? "the same words as before" : "new words");
    return status;
}

int content_import(int argc, char **argv) {
    const char *as = NULL, *dir = NULL, *path = NULL;
    const struct word_option options[] = {{"content", &dir}, {"as", &as}, {NULL, NULL}};
    const char usage[] = "content import FILE [--content DIR] [--as INSTRUMENT]";
    struct arena a;
    int status = words_read(argc, argv, options, &path, usage);
    if (status) return status;
    if (!path) return cli_fail(E_INVALID, "content", "usage: cairn %s", usage);
    arena_open(&a, CONTENT_IMPORT_ARENA_BYTES);
    struct content_import *job = NEW(&a, struct content_import);
    *job = (struct content_import){
        .arena = &a, .path = path, .dir = dir ? dir : default_folder, .as = str_from(as)};
    status = read_content(job);
    if (!status) status = read_questionnaire(job);
    if (!status) status = keep(job);
    arena_close(&a);
    return status;
}
