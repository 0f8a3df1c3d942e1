/* export: a patient's papers as files: every consent that was signed, the record of every
 * session, each handout. They are the same documents that the pages give (web/print.h); what was
 * put on paper stands in the journal before the files are written. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "app/app.h"
#include "app/content.h"
#include "base/clock.h"
#include "base/file.h"
#include "cli/cli.h"
#include "cli/words.h"
#include "web/print.h"

enum { EXPORT_ARENA_BYTES = 512 << 20, EXPORT_FILES_MAX = 1200 };

struct export_file {
    struct str name, bytes;
};

struct export_run {
    struct arena *arena;
    struct app app;
    struct content content;
    struct request rq;
    struct tx tx;
    struct export_file *files;
    int n;
};

static enum err keep(struct export_run *run, struct print *d, struct str name) {
    struct str pdf;
    if (run->n == EXPORT_FILES_MAX) return E_TOO_LARGE;
    TRY(print_pdf(&run->rq, d, &pdf));
    TRY(journal_append(&run->tx, "document_printed", d->patient.id, d->title));
    run->files[run->n++] = (struct export_file){name, pdf};
    return E_OK;
}

static enum err consents(struct export_run *run) {
    struct consent_rows rows;
    TRY(consent_of_patient(&run->tx, &(struct consent_of_patient_in){run->rq.path[0]}, &rows));
    for (ptrdiff_t i = rows.n; i-- > 0;) {
        struct print d;
        const struct consent *c = &rows.v[i];
        TRY(print_consent(&run->rq, c, &d));
        struct str day = date_text(run->arena, clock_today(c->signed_ms));
        TRY(keep(run, &d,
                 str_format(run->arena, "%03td-consent-%.*s-%.*s.pdf", rows.n - i,
                            STR_ARG(c->document), STR_ARG(day))));
    }
    return E_OK;
}

static enum err sessions(struct export_run *run) {
    struct dosing_rows rows;
    TRY(dosing_of_patient(&run->tx, &(struct dosing_of_patient_in){run->rq.path[0]}, &rows));
    for (ptrdiff_t i = 0; i < rows.n; i++) {
        struct print d;
        struct str day = date_text(run->arena, clock_today(rows.v[i].checked_in_ms));
        run->rq.path[1] = rows.v[i].step_id;
        TRY(print_session(&run->rq, &d));
        TRY(keep(run, &d, str_format(run->arena, "session-%.*s-%td.pdf", STR_ARG(day), i + 1)));
        enum err e = print_handout(&run->rq, &d);
        if (e == E_UNKNOWN) continue; /* nobody has gone home from it */
        TRY(e);
        TRY(keep(run, &d, str_format(run->arena, "handout-%.*s-%td.pdf", STR_ARG(day), i + 1)));
    }
    return E_OK;
}

static enum err gather(struct export_run *run, const char *patient) {
    struct patient p;
    TRY(patient_named(&run->tx, &(struct patient_named_in){str_from(patient)}, &p));
    run->rq.path[0] = p.id;
    TRY(consents(run));
    return sessions(run);
}

static int write_files(const struct export_run *run, const char *dir) {
    if (mkdir(dir, 0700) && errno != EEXIST) return cli_fail(E_WORLD, dir, "%s", strerror(errno));
    for (int i = 0; i < run->n; i++) {
        const char *path =
            str_z(run->arena, str_format(run->arena, "%s/%.*s", dir, STR_ARG(run->files[i].name)));
        enum err e = file_replace(path, run->files[i].bytes);
        if (e) return cli_fail(e, path, "cannot be written");
        puts(path);
    }
    return fflush(stdout) ? cli_fail(E_WORLD, "standard output", "cannot be written") : 0;
}

/* The body can be run again: PostgreSQL may ask for that. */
static int export_patient(struct export_run *run, const char *patient, const char *dir) {
    enum { TRIES = 5 };
    enum err e = E_RETRY;
    for (int i = 0; i < TRIES && e == E_RETRY; i++) {
        struct actor actor = {run->app.clinic_id, STR_ABSENT, STR("cli")};
        run->n = 0;
        run->rq = (struct request){.arena = run->arena,
                                   .app = &run->app,
                                   .tx = &run->tx,
                                   .now_ms = clock_now_ms(),
                                   .account = {.name = STR("cairn export")}};
        run->rq.faults.arena = run->arena;
        e = tx_begin(&run->tx, run->app.store, run->arena, TX_WRITE, actor, run->rq.now_ms);
        if (!e) e = tx_end(&run->tx, gather(run, patient));
    }
    if (e == E_UNKNOWN) return cli_fail(e, patient, "there is no such patient");
    if (e) return cli_fail(e, patient, "%s", err_meaning(e)->text);
    return write_files(run, dir);
}

int export_command(int argc, char **argv) {
    const char *url = NULL, *format = NULL, *patient = NULL, *dir = NULL;
    const struct word_option options[] = {
        {"db", &url}, {"format", &format}, {"patient", &patient}, {"out", &dir}, {NULL, NULL}};
    const char usage[] = "export --patient ID --format pdf --db URL --out DIR";
    struct arena a;
    int status = words_read(argc, argv, options, NULL, usage);
    if (status) return status;
    if (!patient || !dir) return cli_fail(E_INVALID, "export", "usage: cairn %s", usage);
    if (format && strcmp(format, "pdf") != 0)
        return cli_fail(E_INVALID, "--format", "'%s' is not pdf, which is all there is yet",
                        format);
    arena_open(&a, EXPORT_ARENA_BYTES);
    struct export_run *run = NEW(&a, struct export_run);
    run->arena = &a;
    run->files = NEWS(&a, struct export_file, EXPORT_FILES_MAX);
    status = words_app(&a, url, &run->content, &run->app);
    if (!status) {
        status = export_patient(run, patient, dir);
        store_close(run->app.store);
    }
    arena_close(&a);
    return status;
}
