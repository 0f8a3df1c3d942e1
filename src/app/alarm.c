#include "app/alarm.h"

#include "app/words.h"
#include "core/vitals.h"

static enum vitals_level level_of(struct str word) {
    for (int i = 0; i < VITALS_LEVELS; i++)
        if (str_is(word, vitals_level_name((enum vitals_level)i))) return (enum vitals_level)i;
    CHECK(false, "an alarm of a known level");
}

static enum err same(struct tx *tx, struct str dosing_id, struct str kind, struct str subject,
                     struct alarm *out) {
    return alarm_same(tx, &(struct alarm_same_in){dosing_id, kind, subject}, out);
}

/* A call at a higher level is a new one: who answered the lower has not answered this. */
static void call_again(struct tx *tx, struct alarm *a, const struct alarm *want) {
    a->level = want->level;
    a->text = want->text;
    a->source = want->source;
    a->raised_ms = tx->now_ms;
    a->acknowledged_ms = a->silenced_until_ms = (struct maybe_int){0};
    a->acknowledged_by = a->silenced_by = STR_ABSENT;
}

enum err alarm_raise(struct tx *tx, const struct alarm *want, struct alarm *out) {
    enum err e = same(tx, want->dosing_id, want->kind, want->subject, out);
    if (e && e != E_UNKNOWN) return e;
    if (e == E_UNKNOWN) {
        *out = *want;
        out->id = STR_ABSENT;
        out->version = 0;
        out->raised_ms = tx->now_ms;
        out->told = STR("monitor");
    } else if (level_of(want->level) > level_of(out->level)) {
        call_again(tx, out, want);
        out->over_ms = want->over_ms;
    } else if (out->over_ms.is && !want->over_ms.is) {
        out->over_ms = (struct maybe_int){0}; /* it is back */
    } else {
        return E_OK;
    }
    tx_event(tx, "alarm_raised", STR_ABSENT);
    return alarm_put(tx, out);
}

enum err alarm_over(struct tx *tx, struct str dosing_id, const char *kind, struct str subject) {
    struct alarm a;
    enum err e = same(tx, dosing_id, str_from(kind), subject, &a);
    if (e == E_UNKNOWN) return E_OK;
    TRY(e);
    if (a.over_ms.is) return E_OK;
    a.over_ms = (struct maybe_int){true, tx->now_ms};
    tx_event(tx, "alarm_over", STR_ABSENT);
    return alarm_put(tx, &a);
}

enum err alarm_end(struct tx *tx, struct str alarm_id, struct str reason, struct faults *faults) {
    struct alarm a;
    TRY(alarm_load(tx, alarm_id, &a));
    if (str_trim(reason).n == 0)
        fault_add(faults, STR("reason"), "required", "Write why the alarm ends.");
    TRY(faults_err(faults));
    if (a.ended_ms.is || (!a.over_ms.is && !str_is(a.kind, "event"))) {
        fault_add(faults, STR(""), "state", "%s",
                  a.ended_ms.is ? "This alarm has been ended already."
                                : "Its cause lasts: an alarm ends when the cause is gone.");
        return E_BLOCKED;
    }
    a.ended_ms = (struct maybe_int){true, tx->now_ms};
    a.ended_by = tx->actor.account_id;
    a.reason = reason;
    tx_event(tx, "alarm_ended", reason);
    return alarm_put(tx, &a);
}

enum err alarm_due(struct tx *tx, const struct app *app, bool *due) {
    (void)tx, (void)app;
    *due = false;
    return E_OK;
}

enum err alarm_tick(struct tx *tx, const struct app *app) {
    (void)tx, (void)app;
    return E_OK;
}
