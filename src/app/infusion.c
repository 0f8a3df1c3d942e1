#include "app/infusion.h"

#include "app/vigil.h"
#include "app/words.h"
#include "base/clock.h"

static enum err changes_of(struct tx *tx, struct str dosing_id, struct str dose_id,
                           struct infusion_change *out, int *n) {
    struct pump_event_rows rows;
    *n = 0;
    TRY(pump_of_dose(tx, &(struct pump_of_dose_in){dose_id, dosing_id}, &rows));
    for (ptrdiff_t i = 0; i < rows.n && *n < INFUSION_PARTS_MAX - 1; i++) {
        struct infusion_change c = {.at_ms = rows.v[i].at_ms,
                                    .rate_ug_min = rows.v[i].rate_ug_min.v};
        CHECK(infusion_kind_parse(rows.v[i].kind, &c.kind), "an act of a pump");
        out[(*n)++] = c;
    }
    return E_OK;
}

enum err infusion_as_of(struct tx *tx, struct str dosing_id, const struct dose_of_dosing_row *dose,
                        int64_t at_ms, struct infusion *out) {
    struct infusion_change changes[INFUSION_PARTS_MAX];
    int n = 0;
    *out = (struct infusion){.state = INFUSION_DONE, .delivered_ug = dose->amount_ug,
                             .end_ms = dose->given_ms};
    if (!str_is(dose->route, "iv") || !dose->minutes.is) return E_OK;
    if (dose->acts) TRY(changes_of(tx, dosing_id, dose->id, changes, &n));
    struct infusion_order order = {dose->amount_ug, dose->given_ms, (int)dose->minutes.v};
    infusion_at(&order, changes, n, at_ms, out);
    return E_OK;
}

enum err infusion_of(struct tx *tx, struct str dosing_id, const struct dose_of_dosing_row *dose,
                     struct infusion *out) {
    return infusion_as_of(tx, dosing_id, dose, tx->now_ms, out);
}

/* The last dose, where it was still running in at that time. */
static enum err running_one(struct tx *tx, const struct dosing_day *d, int64_t at_ms,
                            const struct dose_of_dosing_row **dose, struct infusion *out) {
    *dose = NULL;
    if (d->doses.n == 0) return E_OK;
    const struct dose_of_dosing_row *last = &d->doses.v[d->doses.n - 1];
    TRY(infusion_as_of(tx, d->row.id, last, at_ms, out));
    if (out->state == INFUSION_RUNNING || out->state == INFUSION_PAUSED) *dose = last;
    return E_OK;
}

/* *out: how it stood when that was done; then, how it stands now. */
static enum err put(struct tx *tx, const struct dosing_day *d,
                    struct dose_of_dosing_row dose, struct pump_event row,
                    struct infusion *out) {
    row.patient_id = d->row.patient_id;
    row.dosing_id = d->row.id;
    row.dose_id = dose.id;
    row.recorded_ms = tx->now_ms;
    row.account_id = tx->actor.account_id;
    row.delivered_ug = (struct maybe_int){true, out->delivered_ug};
    tx_event(tx, "pump_changed", row.reason);
    TRY(pump_event_put(tx, &row));
    if (str_is(row.kind, infusion_kind_name(INFUSION_STOP)))
        TRY(custody_undelivered(tx, dose.id, dose.amount_ug - out->delivered_ug, row.reason));
    tx_event(tx, "pump_changed", row.reason);
    dose.acts++;
    return infusion_of(tx, d->row.id, &dose, out);
}

/* A faster rate may not bring the whole below the shortest infusion (guardrails.txt, minutes). */
static void check_rate(const struct content *content, const struct dose_of_dosing_row *dose,
                       const struct infusion *now, int64_t rate_ug_min, int64_t now_ms,
                       struct faults *faults, struct arena *a) {
    struct rulings rulings = {.arena = a};
    double left_min = (double)(dose->amount_ug - now->delivered_ug) / (double)rate_ug_min;
    struct dose_facts f = {.route = dose->route, .amount_ug = dose->amount_ug};
    f.infusion_min = (int)((double)(now_ms - dose->given_ms) / MINUTE_MS + left_min);
    dose_judge(content->guardrails, &f, &rulings);
    const struct ruling *r = ruling_of(&rulings, "minutes");
    if (r && r->outcome == RULING_HOLD)
        fault_add(faults, STR("rate"), "hold", "%.*s", STR_ARG(r->text));
}

static void check_act(const struct tx *tx, const struct infusion_act *act,
                      const struct dosing_day *d, const struct infusion *now,
                      enum infusion_kind *kind, struct faults *faults) {
    int64_t last_ms = now->n ? now->parts[now->n - 1].from_ms : d->row.first_dose_ms.v;
    if (!infusion_kind_parse(act->kind, kind))
        fault_add(faults, STR("kind"), "unknown", "Change the rate, pause, resume or stop.");
    else if (!infusion_allows(now->state, *kind))
        fault_add(faults, STR("kind"), "state", "The infusion is %s.",
                  infusion_state_name(now->state));
    if (*kind == INFUSION_RATE && (!act->rate_ug_min.is || act->rate_ug_min.v < 1))
        fault_add(faults, STR("rate"), "required", "Write the new rate.");
    if (*kind == INFUSION_STOP && str_trim(act->reason).n == 0)
        fault_add(faults, STR("reason"), "required", "Write why it stops.");
    if (act->at_ms && (act->at_ms > tx->now_ms + MINUTE_MS || act->at_ms < last_ms))
        fault_add(faults, STR("at"), "range", "After the change before, and not in the future.");
}

enum err infusion_change(struct tx *tx, const struct content *content,
                         const struct infusion_act *act, struct faults *faults) {
    struct dosing_day d;
    struct infusion now;
    const struct dose_of_dosing_row *dose;
    enum infusion_kind kind = INFUSION_KINDS;
    TRY(dosing_load_day(tx, act->patient_id, act->step_id, &d));
    TRY(running_one(tx, &d, act->at_ms ? act->at_ms : tx->now_ms, &dose, &now));
    if (!dose || str_is(d.row.state, "discharged")) {
        fault_add(faults, STR(""), "state",
                  "No infusion is running. If one was stopped before its end, say when.");
        return E_BLOCKED;
    }
    check_act(tx, act, &d, &now, &kind, faults);
    if (kind == INFUSION_RATE && act->rate_ug_min.is && act->rate_ug_min.v > 0)
        check_rate(content, dose, &now, act->rate_ug_min.v, tx->now_ms, faults, tx->arena);
    TRY(faults_err(faults));
    struct pump_event row = {.kind = act->kind, .rate_ug_min = act->rate_ug_min,
                             .at_ms = act->at_ms ? act->at_ms : tx->now_ms,
                             .reason = act->reason.n ? act->reason : STR_ABSENT};
    TRY(put(tx, &d, *dose, row, &now));
    d.row.last_dose_ms = (struct maybe_int){true, now.end_ms};
    TRY(dosing_put(tx, &d.row));
    return vigil_look(tx, content, &d.row);
}

enum err infusion_end(struct tx *tx, const struct dosing_day *d, struct dosing *row,
                      struct str reason) {
    struct infusion now;
    const struct dose_of_dosing_row *dose;
    TRY(running_one(tx, d, tx->now_ms, &dose, &now));
    if (!dose) return E_OK;
    struct pump_event stop = {.kind = STR("stop"), .at_ms = tx->now_ms, .reason = reason};
    TRY(put(tx, d, *dose, stop, &now));
    row->last_dose_ms = (struct maybe_int){true, now.end_ms};
    return E_OK;
}

/* The shape of a dose ------------------------------------------------------------------------ */

static void check_lozenges(const struct dosing_give *in, struct faults *faults) {
    const struct dose_shape *s = &in->shape;
    if (s->strength_ug.is != s->pieces.is)
        fault_add(faults, STR("pieces"), "required", "Strength and count go together.");
    else if (s->pieces.is && s->strength_ug.v * s->pieces.v != in->amount_ug)
        fault_add(faults, STR("amount"), "range", "%lld of %g mg are %g mg; the amount says %g mg.",
                  (long long)s->pieces.v, (double)s->strength_ug.v / 1000,
                  (double)(s->strength_ug.v * s->pieces.v) / 1000, (double)in->amount_ug / 1000);
}

/* One device after the other: each has its own lot and time, and the gap is judged. */
static void check_device(const struct content *content, const struct dosing_give *in,
                         struct faults *faults) {
    double device_mg;
    if (criteria_setting(content->guardrails, "device", &device_mg) &&
        in->amount_ug != (int64_t)(device_mg * 1000))
        fault_add(faults, STR("amount"), "range",
                  "One device after the other: each is %g mg, with its own lot and time.",
                  device_mg);
}

void infusion_check_shape(const struct content *content, const struct dosing_day *d,
                          const struct dosing_give *in, struct faults *faults) {
    static const char *const nasal[] = {"in", "esk", NULL};
    const struct dose_shape *s = &in->shape;
    struct str route = dose_plain_route(d->row.route);
    bool held = str_is(route, "sl");
    if (held) check_lozenges(in, faults);
    if (!held && (s->strength_ug.is || s->form.n || s->end_action.n))
        fault_add(faults, STR("strength"), "unknown", "Only a lozenge has a strength and a hold.");
    if (s->nostrils.n && !word_in(route, nasal))
        fault_add(faults, STR("nostrils"), "unknown", "Nothing is sprayed on this route.");
    if (str_is(route, "esk")) check_device(content, in, faults);
}
