#include "app/watch.h"

#include "app/alarm.h"
#include "app/device.h"
#include "app/rems.h"
#include "app/vigil.h"
#include "app/risk.h"
#include "base/clock.h"
#include "base/log.h"

struct subject {
    const char *name;
    enum err (*due)(struct tx *tx, const struct app *app, bool *due);
    enum err (*tick)(struct tx *tx, const struct app *app);
};

static const struct subject subjects[] = {
#define WATCH(name) {#name, name##_due, name##_tick},
#include "app/watch.def"
#undef WATCH
};

enum { SUBJECTS = sizeof subjects / sizeof *subjects };

static enum err round_of(const struct subject *s, struct app *app, struct tx *tx, struct arena *a,
                         int64_t now_ms) {
    struct actor self = {.clinic_id = app->clinic_id, .door = STR("watch")};
    bool due = false;
    TRY(tx_begin(tx, app->store, a, TX_READ, self, now_ms));
    TRY(tx_end(tx, s->due(tx, app, &due)));
    if (!due) return E_OK;
    TRY(tx_begin(tx, app->store, a, TX_WRITE, self, now_ms));
    return tx_end(tx, s->tick(tx, app));
}

/* A subject whose rows do not fit leaves by the arena's jump, and its transaction with it. */
static enum err guarded(const struct subject *s, struct app *app, struct arena *a,
                        int64_t now_ms) {
    struct tx *const tx = NEW(a, struct tx);
    jmp_buf full;
    a->out = &full;
    if (setjmp(full)) {
        tx_abandon(tx);
        a->out = NULL;
        return E_TOO_LARGE;
    }
    enum err e = round_of(s, app, tx, a, now_ms);
    a->out = NULL;
    return e;
}

enum err watch_tick(struct app *app, struct arena *a, int64_t now_ms) {
    enum err first = E_OK;
    for (int i = 0; i < SUBJECTS; i++) {
        enum err e = guarded(&subjects[i], app, a, now_ms);
        arena_reset(a);
        /* E_RETRY: another server was quicker. What lasts is said once a minute. */
        if (e && e != E_RETRY && now_ms % MINUTE_MS < WATCH_EVERY_MS)
            log_error("watch subject=%s fault=%s", subjects[i].name, err_meaning(e)->name);
        if (!first) first = e;
    }
    __atomic_add_fetch(&app->watched, 1, __ATOMIC_RELEASE);
    return first;
}
