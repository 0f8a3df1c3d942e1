/*
 * export: what leaves the clinic as files, once the journal says that it does.
 *
 * pdf: a patient's papers: every consent that was signed, the record of every session, each
 * handout, the same documents that the pages give (web/print.h). csv: the rows of the record, a
 * file a table, of one snapshot.
 */
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
#define EXPORT_TABLE_BYTES ((ptrdiff_t)16 << 30) /* reserved, not used */

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
        struct str day = clock_date_text(run->arena, c->signed_ms);
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
        struct str day = clock_date_text(run->arena, rows.v[i].checked_in_ms);
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

static int folder(const char *dir) {
    return mkdir(dir, 0700) && errno != EEXIST ? cli_fail(E_WORLD, dir, "%s", strerror(errno)) : 0;
}

static int write_file(struct arena scratch, const char *dir, struct str name, struct str bytes) {
    const char *path = str_z(&scratch, str_format(&scratch, "%s/%.*s", dir, STR_ARG(name)));
    enum err e = file_replace(path, bytes);
    if (e) return cli_fail(e, path, "cannot be written");
    puts(path);
    return 0;
}

static int write_files(const struct export_run *run, const char *dir) {
    int status = folder(dir);
    for (int i = 0; i < run->n && !status; i++)
        status = write_file(*run->arena, dir, run->files[i].name, run->files[i].bytes);
    return status;
}

/* The body can be run again: PostgreSQL may ask for that. */
static int in_tx(struct export_run *run, const char *patient,
                 enum err (*body)(struct export_run *run, const char *patient)) {
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
        if (!e) e = tx_end(&run->tx, body(run, patient));
    }
    if (e == E_UNKNOWN) return cli_fail(e, patient, "there is no such patient");
    return e ? cli_fail(e, patient ? patient : "export", "%s", err_meaning(e)->text) : 0;
}

static int export_pdf(struct export_run *run, const char *patient, const char *dir) {
    int status = in_tx(run, patient, gather);
    return status ? status : write_files(run, dir);
}

/* Rows ------------------------------------------------------------------------------------- */

static enum err say_exported(struct export_run *run, const char *patient) {
    struct patient p = {.id = STR_ABSENT};
    if (patient) TRY(patient_named(&run->tx, &(struct patient_named_in){str_from(patient)}, &p));
    run->rq.path[0] = p.id;
    return journal_append(&run->tx, "exported", p.id, STR("rows of the record, as csv"));
}

/* E_UNKNOWN: that was the last. */
static enum err table_file(struct export_run *run, int number, const char *dir, int *status) {
    struct arena text;
    struct str name, csv;
    arena_open(&text, EXPORT_TABLE_BYTES);
    enum err e = store_csv(&run->tx, number, run->rq.path[0], &text, &name, &csv);
    if (!e && csv.s)
        *status = write_file(*run->arena, dir,
                             str_format(run->arena, "%.*s.csv", STR_ARG(name)), csv);
    arena_close(&text);
    return e;
}

static int export_csv(struct export_run *run, const char *patient, const char *dir) {
    struct actor actor = {run->app.clinic_id, STR_ABSENT, STR("cli")};
    int status = in_tx(run, patient, say_exported);
    if (!status) status = folder(dir);
    if (status) return status;
    enum err e = tx_begin(&run->tx, run->app.store, run->arena, TX_READ, actor, clock_now_ms());
    for (int i = 0; !e && !status; i++) e = table_file(run, i, dir, &status);
    e = tx_end(&run->tx, e == E_UNKNOWN ? E_OK : e);
    if (e) return cli_fail(e, "export", "%s", err_meaning(e)->text);
    return status;
}

int export_command(int argc, char **argv) {
    const char *url = NULL, *format = NULL, *patient = NULL, *dir = NULL;
    const struct word_option options[] = {
        {"db", &url}, {"format", &format}, {"patient", &patient}, {"out", &dir}, {NULL, NULL}};
    const char usage[] = "export [--patient ID] [--format pdf|csv] --db URL --out DIR";
    struct arena a;
    int status = words_read(argc, argv, options, NULL, usage);
    if (status) return status;
    if (!dir) return cli_fail(E_INVALID, "export", "usage: cairn %s", usage);
    bool rows = format && strcmp(format, "csv") == 0;
    if (format && !rows && strcmp(format, "pdf") != 0)
        return cli_fail(E_INVALID, "--format", "'%s' is neither pdf nor csv", format);
    if (!rows && !patient)
        return cli_fail(E_INVALID, "--patient",
                        "paper is of one patient: say which, or --format csv");
    arena_open(&a, EXPORT_ARENA_BYTES);
    struct export_run *run = NEW(&a, struct export_run);
    run->arena = &a;
    run->files = NEWS(&a, struct export_file, EXPORT_FILES_MAX);
    status = words_app(&a, url, &run->content, &run->app);
    if (!status) {
        status = rows ? export_csv(run, patient, dir) : export_pdf(run, patient, dir);
        store_close(run->app.store);
    }
    arena_close(&a);
    return status;
}
