#include "app/chart.h"

#include "app/words.h"
#include "base/clock.h"
#include "core/codes.h"
#include "core/intake.h"

const struct vital_meaning vital_meanings[VITAL_COUNT] = {
#define VITAL(name, loinc, unit, lowest, highest, decimals, text) \
    {#name, loinc, unit, lowest, highest, decimals, text},
#include "app/vitals.def"
#undef VITAL
};

enum { DISPLAY_MAX = 300 };

static void check_display(struct str display, struct faults *faults) {
    if (str_trim(display).n == 0)
        fault_add(faults, STR("display"), "required", "Write what it is.");
    else if (display.n > DISPLAY_MAX)
        fault_add(faults, STR("display"), "length", "At most %d bytes; this has %td.", DISPLAY_MAX,
                  display.n);
}

static void check_status(struct str status, const char *const *allowed, const char *sentence,
                         struct faults *faults) {
    if (!word_in(status, allowed)) fault_add(faults, STR("status"), "unknown", "%s", sentence);
}

static void check_past_date(struct str date, struct str field, int64_t now_ms,
                            struct faults *faults) {
    int32_t days;
    if (date.n == 0) return;
    if (!date_parse(date, &days))
        fault_add(faults, field, "date", "Not a date of the calendar; write it as 2024-05-31.");
    else if (days > now_ms / DAY_MS + 1)
        fault_add(faults, field, "range", "This date is still to come.");
}

/* Is there such a patient? Also: what the entries that follow are called in the journal. */
static enum err begin_entry(struct tx *tx, struct str patient_id) {
    struct patient p;
    TRY(patient_load(tx, patient_id, &p));
    tx_event(tx, "chart_entry", STR_ABSENT);
    return E_OK;
}

enum err chart_demographics(struct tx *tx, struct patient *row, int64_t expect,
                            struct faults *faults) {
    struct intake in = {.family_name = row->family_name,
                        .given_name = row->given_name,
                        .birth_date = row->birth_date,
                        .sex = row->sex};
    intake_check_person(&in, clock_today(tx->now_ms), faults);
    TRY(faults_err(faults));
    if (row->version != expect) return E_CONFLICT;
    tx_event(tx, "patient_changed", STR_ABSENT);
    return patient_put(tx, row);
}

enum err chart_condition(struct tx *tx, struct condition *row, struct faults *faults) {
    static const char *const allowed[] = {"active", "treated", "history", NULL};
    check_display(row->display, faults);
    check_status(row->status, allowed, "A condition is active, treated or history.", faults);
    check_past_date(row->onset_date, STR("onset_date"), tx->now_ms, faults);
    if (row->code.n && str_is(row->code_system, "icd10cm") && !codes_icd10_ok(row->code))
        fault_add(faults, STR("code"), "code", "Write the code as F33.2, or leave it empty.");
    TRY(faults_err(faults));
    row->recorded_ms = tx->now_ms;
    TRY(begin_entry(tx, row->patient_id));
    return condition_put(tx, row);
}

enum err chart_medication(struct tx *tx, struct medication *row, struct faults *faults) {
    static const char *const allowed[] = {"active", "stopped", NULL};
    check_display(row->display, faults);
    check_status(row->status, allowed, "A medicine is active or stopped.", faults);
    check_past_date(row->start_date, STR("start_date"), tx->now_ms, faults);
    TRY(faults_err(faults));
    row->recorded_ms = tx->now_ms;
    TRY(begin_entry(tx, row->patient_id));
    return medication_put(tx, row);
}

enum err chart_allergy(struct tx *tx, struct allergy *row, struct faults *faults) {
    static const char *const allowed[] = {"active", "resolved", NULL};
    check_display(row->display, faults);
    check_status(row->status, allowed, "An allergy is active or resolved.", faults);
    TRY(faults_err(faults));
    row->recorded_ms = tx->now_ms;
    TRY(begin_entry(tx, row->patient_id));
    return allergy_put(tx, row);
}

/* The values as an array, in the order of vitals.def. */
static void values_of(const struct vitals *v, struct maybe_real out[VITAL_COUNT]) {
    int i = 0;
#define VITAL(name, loinc, unit, lowest, highest, decimals, text) out[i++] = v->name;
#include "app/vitals.def"
#undef VITAL
}

/* A sensor may show what nobody would believe of a hand that typed it: no pulse, no breath. What
 * it can show at all was judged before (core/monitor.h); a cuff may give one number of two. */
static void check_vitals(const struct maybe_real v[VITAL_COUNT], struct str source,
                         struct faults *faults) {
    bool device = str_is(source, "device");
    int given = 0;
    for (int i = 0; i < VITAL_COUNT; i++) {
        const struct vital_meaning *m = &vital_meanings[i];
        given += v[i].is;
        if (v[i].is && !device && !(v[i].v >= m->lowest && v[i].v <= m->highest))
            fault_add(faults, str_from(m->name), "range", "%s is between %g and %g %s.", m->text,
                      m->lowest, m->highest, m->unit);
    }
    if (given == 0)
        fault_add(faults, STR("systolic"), "required", "Write at least one measured value.");
    if (device) return;
    if (v[VITAL_systolic].is != v[VITAL_diastolic].is)
        fault_add(faults, STR("diastolic"), "required",
                  "Blood pressure has two numbers: systolic and diastolic.");
    else if (v[VITAL_systolic].is && v[VITAL_systolic].v <= v[VITAL_diastolic].v)
        fault_add(faults, STR("diastolic"), "range", "Diastolic is lower than systolic.");
}

static enum err put_vital(struct tx *tx, const struct vitals_place *place, int kind, double value) {
    const struct vital_meaning *m = &vital_meanings[kind];
    struct buf text = {.arena = tx->arena};
    buf_real(&text, value, m->decimals);
    struct observation row = {
        .patient_id = place->patient_id,
        .dosing_id = place->dosing_id,
        .code = str_from(m->loinc),
        .display = str_from(m->text),
        .value = {true, value},
        .value_text = buf_str(&text),
        .unit = str_from(m->unit),
        .at_ms = place->at_ms ? place->at_ms : tx->now_ms,
        .recorded_ms = tx->now_ms,
        .account_id = tx->actor.account_id,
        .source = place->source.n ? place->source : STR("typed"),
    };
    return observation_put(tx, &row);
}

enum err chart_vitals(struct tx *tx, const struct vitals_place *place, const struct vitals *v,
                      struct faults *faults) {
    struct maybe_real values[VITAL_COUNT];
    values_of(v, values);
    check_vitals(values, place->source, faults);
    if (place->at_ms > tx->now_ms + MINUTE_MS)
        fault_add(faults, STR("at"), "range", "Vital signs are taken before they are written.");
    TRY(faults_err(faults));
    TRY(begin_entry(tx, place->patient_id));
    tx_event(tx, "vitals_recorded", STR_ABSENT);
    for (int i = 0; i < VITAL_COUNT; i++)
        if (values[i].is) TRY(put_vital(tx, place, i, values[i].v));
    return E_OK;
}

enum err chart_vital_last(struct tx *tx, struct str patient_id, enum vital_kind kind,
                          struct vital_last *out) {
    struct observation row;
    enum err e = observation_last(
        tx, &(struct observation_last_in){patient_id, str_from(vital_meanings[kind].loinc)}, &row);
    *out = (struct vital_last){0};
    if (e == E_UNKNOWN) return E_OK;
    if (e == E_OK) *out = (struct vital_last){row.value, row.at_ms};
    return e;
}
