/* synth: a clinic of people who do not exist, the same for one seed and day. The database is
 * made where there is none; one that holds charts of its own is left alone. */
#include <stdio.h>

#include "synth/synth.h"
#include "base/clock.h"
#include "cli/cli.h"
#include "cli/words.h"

enum { SYNTH_ARENA_BYTES = 64 << 20, SYNTH_PATIENTS_MAX = 900000 };

static enum err others_live_here(const struct app *app, struct arena *a, int64_t now_ms,
                                 bool *yes) {
    struct tx tx;
    struct actor actor = {app->clinic_id, STR_ABSENT, STR("synth")};
    struct synth_stranger_row row;
    TRY(tx_begin(&tx, app->store, a, TX_READ, actor, now_ms));
    enum err e = tx_end(&tx, synth_stranger(&tx, &row));
    *yes = e == E_OK;
    return e == E_UNKNOWN ? E_OK : e;
}

static enum err open_app(struct app *app, struct arena *a, struct store *store,
                         const struct content *content, struct str *why) {
    int applied;
    struct str clinic_id;
    TRY(store_migrate(store, a, &applied, why));
    enum err e = app_open(app, a, store, content, why);
    if (e != E_UNKNOWN) return e;
    TRY(app_make_clinic(store, a, STR("Synthetic clinic"), STR("America/Denver"), &clinic_id));
    return app_open(app, a, store, content, why);
}

static int fill(struct arena *a, struct store *store, int64_t patients, int64_t seed) {
    struct content content;
    struct app app;
    struct synth_done done;
    struct str why = STR("");
    bool others;
    enum err e = content_boot(a, NULL, &content);
    if (e) return cli_fail(e, "content", "%s", err_meaning(e)->text);
    e = open_app(&app, a, store, &content, &why);
    if (e)
        return cli_fail(e, "database", "%.*s",
                        STR_ARG(why.n ? why : str_from(err_meaning(e)->text)));
    int32_t today = clock_today(clock_now_ms()); /* from midnight on: the same all day */
    struct synth s = {.content = &content,
                      .now_ms = clock_instant(today, 0, 0),
                      .today = today,
                      .seed = (uint64_t)seed};
    e = others_live_here(&app, a, s.now_ms, &others);
    if (!e && others)
        return cli_fail(E_REFUSED, "synth",
                        "this clinic has patients of its own; synthetic ones "
                        "belong in a database without");
    if (!e) e = synth_staff_make(&app, a, &s);
    if (!e) e = synth_run(&app, &s, patients, &done);
    if (e) return cli_fail(e, "synth", "%s", err_meaning(e)->text);
    printf("patients %lld\nrows %lld\n", (long long)done.patients, (long long)done.rows);
    return 0;
}

int synth_command(int argc, char **argv) {
    const char *url = NULL, *patients_text = NULL, *seed_text = NULL;
    const struct word_option options[] = {
        {"db", &url}, {"patients", &patients_text}, {"seed", &seed_text}, {NULL, NULL}};
    int64_t patients, seed = 1;
    struct store *store;
    struct arena a;
    int status = words_read(argc, argv, options, NULL, "synth --db URL --patients N --seed S");
    if (status) return status;
    if (!str_to_int(str_from(patients_text), &patients) || patients < 1 ||
        patients > SYNTH_PATIENTS_MAX)
        return cli_fail(E_INVALID, "--patients", "say how many, from 1 to %d", SYNTH_PATIENTS_MAX);
    if (seed_text && !str_to_int(str_from(seed_text), &seed))
        return cli_fail(E_INVALID, "--seed", "'%s' is no whole number", seed_text);
    arena_open(&a, SYNTH_ARENA_BYTES);
    status = words_open(&a, url, WORDS_DB_CREATE, &store);
    if (status) return status;
    store_bulk(store);
    status = fill(&a, store, patients, seed);
    store_close(store);
    arena_close(&a);
    return status;
}
