#include "app/observe.h"

#include "app/alarm.h"
#include "app/vigil.h"
#include "app/words.h"
#include "base/clock.h"

/* Longer than any line of the content wants a value held (limit.h: held N min, at most 60). */
#define RECENT_MS HOUR_MS

static const char *const items[VITAL_COUNT] = {
    [VITAL_systolic] = "bp",      [VITAL_heart_rate] = "hr", [VITAL_spo2] = "spo2",
    [VITAL_respiration] = "rr",   [VITAL_temperature] = "temp", [VITAL_moaas] = "moaas",
    [VITAL_rass] = "rass",        [VITAL_nausea] = "nausea", [VITAL_pain] = "pain"};

const char *observe_item(enum vital_kind kind) { return items[kind]; }

/* Rows of all codes, the newest first; both queries have this shape. */
struct seen {
    const struct observed_since_row *v;
    ptrdiff_t n;
};

static struct measured value_at(struct seen s, ptrdiff_t i, enum vital_kind kind) {
    struct measured m = {1, {s.v[i].value.v}};
    if (kind != VITAL_systolic) return m;
    for (ptrdiff_t j = 0; j < s.n; j++)
        if (s.v[j].at_ms == s.v[i].at_ms && s.v[j].value.is &&
            str_is(s.v[j].code, vital_meanings[VITAL_diastolic].loinc)) {
            m.parts = 2;
            m.v[1] = s.v[j].value.v;
        }
    return m;
}

static bool is_kind(const struct observed_since_row *row, enum vital_kind kind) {
    return row->value.is && str_is(row->code, vital_meanings[kind].loinc);
}

/* Oldest first. */
static int readings_of(struct arena *a, struct seen s, enum vital_kind kind,
                       struct vitals_reading *out) {
    int n = 0;
    for (ptrdiff_t i = s.n; i-- > 0;)
        if (is_kind(&s.v[i], kind))
            out[n++] = (struct vitals_reading){value_at(s, i, kind), s.v[i].at_ms,
                                               clock_time_text(a, s.v[i].at_ms)};
    return n;
}

/* The last before the first dose. */
static enum err baseline_of(struct tx *tx, const struct dosing *d, enum vital_kind kind,
                            struct measured *out) {
    struct observed_before_rows rows;
    int64_t before_ms = d->first_dose_ms.is ? d->first_dose_ms.v + 1 : INT64_MAX;
    *out = (struct measured){0};
    struct observed_before_in in = {d->id, before_ms, str_from(vital_meanings[kind].loinc)};
    TRY(observed_before(tx, &in, &rows));
    struct observed_since_row *v = NEWS(tx->arena, struct observed_since_row, rows.n);
    for (ptrdiff_t i = 0; i < rows.n; i++)
        v[i] = (struct observed_since_row){rows.v[i].code, rows.v[i].value, rows.v[i].at_ms};
    for (ptrdiff_t i = 0; i < rows.n; i++)
        if (is_kind(&v[i], kind)) {
            *out = value_at((struct seen){v, rows.n}, i, kind);
            break;
        }
    return E_OK;
}

static enum err recent(struct tx *tx, const struct dosing *d, int64_t at_ms, struct seen *out) {
    struct observed_since_rows rows;
    TRY(observed_since(tx, &(struct observed_since_in){d->id, at_ms - RECENT_MS}, &rows));
    *out = (struct seen){rows.v, rows.n};
    return E_OK;
}

/* What is done about one sign -------------------------------------------------------------- */

struct sight { /* what the functions below share */
    const struct dosing *d;
    const struct vitals_sign *sign;
    const char *item;
    int64_t at_ms;
};

/* Of a reading written down too late for that, at once. */
static int64_t repeat_at(int64_t at_ms, int confirm_min, int64_t now_ms) {
    int64_t repeat_ms = at_ms + confirm_min * MINUTE_MS;
    return repeat_ms > now_ms ? repeat_ms : now_ms;
}

static enum err call(struct tx *tx, const struct sight *s, const struct vitals_alert *alert,
                     bool over) {
    struct alarm out;
    struct alarm want = {
        .patient_id = s->d->patient_id,
        .dosing_id = s->d->id,
        .kind = STR("vital"),
        .subject = str_from(s->item),
        .level = str_from(vitals_level_name(alert->level)),
        .text = alert->text,
        .source = alert->source,
        .cause_ms = {true, s->at_ms},
        .repeat_ms = {alert->confirm_min > 0, repeat_at(s->at_ms, alert->confirm_min, tx->now_ms)},
        .over_ms = {over, tx->now_ms}};
    return alarm_raise(tx, &want, &out);
}

/* The repeat that an alarm asked for has been taken. */
static enum err repeated(struct tx *tx, const struct sight *s) {
    return alarm_over(tx, s->d->id, "checkpoint",
                      str_format(tx->arena, "repeat %s", s->item));
}

static enum err judge(struct tx *tx, const struct sight *s, struct seen seen,
                      enum vital_kind kind) {
    struct measured base;
    struct vitals_alert last = {0};
    struct vitals_reading *readings = NEWS(tx->arena, struct vitals_reading, seen.n);
    int n = readings_of(tx->arena, seen, kind, readings), upto = n;
    while (upto > 0 && readings[upto - 1].at_ms > s->at_ms) upto--;
    if (upto == 0) return E_OK;
    TRY(baseline_of(tx, s->d, kind, &base));
    struct vitals_alert then = vitals_judge(tx->arena, s->sign, readings, upto, base);
    if (upto < n) last = vitals_judge(tx->arena, s->sign, readings, n, base);
    else last = then;
    TRY(repeated(tx, s));
    if (then.level != VITALS_FINE) TRY(call(tx, s, &then, last.level == VITALS_FINE));
    if (last.level == VITALS_FINE) return alarm_over(tx, s->d->id, "vital", str_from(s->item));
    return upto < n ? call(tx, s, &last, false) : E_OK;
}

static enum err judge_all(struct tx *tx, const struct content *content, const struct dosing *d,
                          int64_t at_ms) {
    struct seen seen;
    TRY(recent(tx, d, at_ms, &seen));
    for (int kind = 0; kind < VITAL_COUNT; kind++) {
        struct sight s = {.d = d, .item = items[kind], .at_ms = at_ms};
        bool now = false;
        for (ptrdiff_t i = 0; i < seen.n; i++)
            now |= seen.v[i].at_ms == at_ms && is_kind(&seen.v[i], (enum vital_kind)kind);
        s.sign = s.item ? vitals_sign(content->session, str_from(s.item)) : NULL;
        if (now && s.sign) TRY(judge(tx, &s, seen, (enum vital_kind)kind));
    }
    return E_OK;
}

enum err dosing_observe(struct tx *tx, const struct content *content,
                        const struct vitals_place *place, const struct vitals *v,
                        struct faults *faults) {
    static const char *const over[] = {"discharged", "stopped", NULL};
    struct dosing d;
    struct vitals_place at = *place;
    if (!at.at_ms) at.at_ms = tx->now_ms;
    TRY(dosing_load(tx, at.dosing_id, &d));
    if (!str_eq(d.patient_id, at.patient_id)) return E_UNKNOWN;
    if (word_in(d.state, over)) {
        fault_add(faults, STR(""), "state", "The session is over; write it in the chart.");
        return E_BLOCKED;
    }
    if (at.at_ms < d.checked_in_ms - HOUR_MS)
        fault_add(faults, STR("at"), "range",
                  "What was measured long before check-in belongs in the chart.");
    TRY(faults_err(faults));
    TRY(chart_vitals(tx, &at, v, faults));
    TRY(judge_all(tx, content, &d, at.at_ms));
    TRY(vigil_look(tx, content, &d));
    tx_event(tx, "vitals_recorded", STR_ABSENT);
    return E_OK;
}
