#include "app/alarm.h"


static enum vitals_level level_of(struct str word) {
    enum vitals_level level = VITALS_FINE;
    CHECK(alarms_level_parse(word, &level), "an alarm of a known level");
    return level;
}

static enum err same(struct tx *tx, struct str dosing_id, struct str kind, struct str subject,
                     struct alarm *out) {
    return alarm_same(tx, &(struct alarm_same_in){dosing_id, kind, subject}, out);
}

/* A graver call, or one whose cause was gone and is back, is a new one: who answered the one
 * before has not answered this. */
static void call_again(struct tx *tx, struct alarm *a, const struct alarm *want) {
    a->level = want->level;
    a->text = want->text;
    a->source = want->source;
    a->raised_ms = tx->now_ms;
    a->repeat_ms = want->repeat_ms;
    a->cause_ms = want->cause_ms;
    a->over_ms = want->over_ms;
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
    } else if (level_of(want->level) > level_of(out->level) ||
               (out->over_ms.is && !want->over_ms.is)) {
        call_again(tx, out, want);
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

/* What people do ---------------------------------------------------------------------------- */

static enum err open_alarm(struct tx *tx, const struct alarm_act *act, struct alarm *a,
                           struct faults *faults) {
    TRY(alarm_load(tx, act->alarm_id, a));
    if (!str_eq(a->patient_id, act->patient_id)) return E_UNKNOWN;
    if (!a->ended_ms.is) return E_OK;
    fault_add(faults, STR(""), "state", "This alarm has been ended already.");
    return E_BLOCKED;
}

enum err alarm_acknowledge(struct tx *tx, const struct alarm_act *act, struct faults *faults) {
    struct alarm a;
    TRY(open_alarm(tx, act, &a, faults));
    if (a.acknowledged_ms.is) {
        fault_add(faults, STR(""), "state", "Somebody has acknowledged it already.");
        return E_BLOCKED;
    }
    a.acknowledged_ms = (struct maybe_int){true, tx->now_ms};
    a.acknowledged_by = tx->actor.account_id;
    tx_event(tx, "alarm_acknowledged", STR_ABSENT);
    return alarm_put(tx, &a);
}

enum err alarm_silence(struct tx *tx, const struct content *content, const struct alarm_act *act,
                       struct faults *faults) {
    struct alarm a;
    TRY(open_alarm(tx, act, &a, faults));
    int64_t length_ms = content->alarms->levels[level_of(a.level)].silence_ms;
    a.silenced_until_ms = (struct maybe_int){true, tx->now_ms + length_ms};
    a.silenced_by = tx->actor.account_id;
    tx_event(tx, "alarm_silenced", STR_ABSENT);
    return alarm_put(tx, &a);
}

static enum err put_end(struct tx *tx, struct alarm *a, struct str reason) {
    a->ended_ms = (struct maybe_int){true, tx->now_ms};
    a->ended_by = tx->actor.account_id;
    a->reason = reason;
    tx_event(tx, "alarm_ended", reason);
    return alarm_put(tx, a);
}

enum err alarm_end(struct tx *tx, const struct alarm_act *act, struct faults *faults) {
    struct alarm a;
    TRY(open_alarm(tx, act, &a, faults));
    if (str_trim(act->reason).n == 0)
        fault_add(faults, STR("reason"), "required", "Choose why the alarm ends.");
    TRY(faults_err(faults));
    if (!a.over_ms.is && !str_is(a.kind, "event")) {
        fault_add(faults, STR(""), "state",
                  "Its cause lasts: an alarm ends when the cause is gone.");
        return E_BLOCKED;
    }
    return put_end(tx, &a, act->reason);
}

enum err alarm_end_all(struct tx *tx, struct str dosing_id, struct str reason) {
    struct alarm_rows open;
    TRY(alarm_open_of_dosing(tx, &(struct alarm_open_of_dosing_in){dosing_id}, &open));
    for (ptrdiff_t i = 0; i < open.n; i++) TRY(put_end(tx, &open.v[i], reason));
    return E_OK;
}

/* What time does ---------------------------------------------------------------------------- */

static enum alarms_told told_of(struct str word) {
    for (int i = 0; i < TOLD_COUNT; i++)
        if (str_is(word, alarms_told_name((enum alarms_told)i))) return (enum alarms_told)i;
    CHECK(false, "somebody was told");
    return TOLD_MONITOR;
}

static enum alarms_told goes_to(const struct tx *tx, const struct app *app,
                                const struct alarm *a) {
    return alarms_told(app->content->alarms, level_of(a->level), tx->now_ms - a->raised_ms,
                       told_of(a->told));
}

enum err alarm_due(struct tx *tx, const struct app *app, bool *due) {
    struct alarm_rows rows;
    TRY(alarm_waiting(tx, &rows));
    for (ptrdiff_t i = 0; i < rows.n; i++)
        *due |= goes_to(tx, app, &rows.v[i]) != told_of(rows.v[i].told);
    return E_OK;
}

enum err alarm_tick(struct tx *tx, const struct app *app) {
    struct alarm_rows rows;
    TRY(alarm_waiting(tx, &rows));
    tx_event(tx, "alarm_escalated", STR_ABSENT);
    for (ptrdiff_t i = 0; i < rows.n; i++) {
        struct alarm *a = &rows.v[i];
        enum alarms_told told = goes_to(tx, app, a);
        if (told == told_of(a->told)) continue;
        a->told = str_from(alarms_told_name(told));
        a->escalated_ms = (struct maybe_int){true, tx->now_ms};
        TRY(alarm_put(tx, a));
    }
    return E_OK;
}
