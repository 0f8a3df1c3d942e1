#include "app/device_file.h"

#include "app/observe.h"

/* What was measured at one time. A second sensor of one kind makes a second set. */
struct set {
    int64_t at_ms;
    struct vitals v;
    bool has[VITAL_COUNT];
};

struct filing {
    struct tx *tx;
    const struct content *content;
    const struct device_place *place;
    const struct monitor_message *m;
    struct device_lately_rows lately;
    struct set *sets;
    int sets_n;
};

static int kind_of(const struct monitor_sign *s) {
    for (int k = 0; s->vital.s && k < VITAL_COUNT; k++)
        if (str_is(s->vital, vital_meanings[k].name)) return k;
    return -1;
}

static void put_value(struct vitals *v, int kind, double value) {
    int i = 0;
#define VITAL(name, loinc, unit, lowest, highest, decimals, text) \
    if (i++ == kind) v->name = (struct maybe_real){true, value};
#include "app/vitals.def"
#undef VITAL
}

/* Of two signs that could be it (a pulse and an ECG rate) the better one of the message is. */
static bool is_best(const struct filing *f, const struct monitor_reading *r, int kind) {
    for (int i = 0; i < f->m->readings_n; i++)
        if (kind_of(f->m->readings[i].sign) == kind && f->m->readings[i].sign->rank < r->sign->rank)
            return false;
    return true;
}

/* By one value alone, without baseline or how long it held: which lines it is past. */
static enum vitals_level level_of(const struct filing *f, int kind, double value) {
    const char *item = observe_item((enum vital_kind)kind);
    if (!item) return VITALS_FINE;
    const struct vitals_sign *s = vitals_sign(f->content->session, str_from(item));
    struct vitals_reading r = {.v = {1, {value}}, .when = STR("")};
    if (!s) return VITALS_FINE;
    return vitals_judge(f->tx->arena, s, &r, 1, (struct measured){0}).level;
}

static enum err cuff_due(struct filing *f, const struct monitor_reading *r, int kind, bool *due) {
    struct device_seen_at_row row;
    struct str code = str_from(vital_meanings[kind].loinc);
    enum err e = device_seen_at(
        f->tx, &(struct device_seen_at_in){f->place->dosing_id, code, r->at_ms}, &row);
    *due = e == E_UNKNOWN;
    return *due ? E_OK : e;
}

/* What monitors brought lately, the newest first: asked for once a message. What is not there is
 * so old that the next value is due. */
static enum err load_lately(struct filing *f) {
    int64_t from_ms = INT64_MAX;
    for (int i = 0; i < f->m->readings_n; i++)
        if (f->m->readings[i].sign->class != MONITOR_CUFF && f->m->readings[i].at_ms < from_ms)
            from_ms = f->m->readings[i].at_ms;
    if (from_ms == INT64_MAX) return E_OK;
    return device_lately(
        f->tx, &(struct device_lately_in){f->place->dosing_id, from_ms - DEVICE_FILE_MS},
        &f->lately);
}

static bool stream_due(const struct filing *f, const struct monitor_reading *r, int kind) {
    for (ptrdiff_t i = 0; i < f->lately.n; i++) {
        const struct device_lately_row *last = &f->lately.v[i];
        if (!str_is(last->code, vital_meanings[kind].loinc)) continue;
        int64_t age_ms = r->at_ms - last->at_ms;
        enum vitals_level was = level_of(f, kind, last->value.v), is = level_of(f, kind, r->value);
        return is > was || age_ms >= DEVICE_FILE_MS || (age_ms >= DEVICE_BETTER_MS && is < was);
    }
    return true;
}

static void add(struct filing *f, const struct monitor_reading *r, int kind) {
    struct set *s = f->sets;
    while (s < f->sets + f->sets_n && (s->at_ms != r->at_ms || s->has[kind])) s++;
    if (s == f->sets + f->sets_n) *s = (struct set){.at_ms = r->at_ms}, f->sets_n++;
    s->has[kind] = true;
    put_value(&s->v, kind, r->value);
}

static enum err choose(struct filing *f) {
    TRY(load_lately(f));
    for (int i = 0; i < f->m->readings_n; i++) {
        const struct monitor_reading *r = &f->m->readings[i];
        int kind = kind_of(r->sign);
        bool due = false;
        if (kind < 0 || r->at_ms < f->place->from_ms || !is_best(f, r, kind)) continue;
        if (r->sign->class == MONITOR_CUFF) TRY(cuff_due(f, r, kind, &due));
        else due = stream_due(f, r, kind);
        if (due) add(f, r, kind);
    }
    return E_OK;
}

static enum err write_set(struct filing *f, const struct set *s, struct faults *faults) {
    struct vitals_place at = {.patient_id = f->place->patient_id,
                              .dosing_id = f->place->dosing_id,
                              .at_ms = s->at_ms,
                              .source = STR("device")};
    if (f->place->state == DEVICE_PLACE_OVER) return chart_vitals(f->tx, &at, &s->v, faults);
    return dosing_observe(f->tx, f->content, &at, &s->v, faults);
}

/* The monitor's own alarms ------------------------------------------------------------------ */

static bool is_number(char c) { return (c >= '0' && c <= '9') || c == '.' || c == ','; }

/* The same words, whatever number they say by now. */
static bool same_words(struct str a, struct str b) {
    ptrdiff_t i = 0, j = 0;
    for (;;) {
        while (i < a.n && is_number(a.s[i])) i++;
        while (j < b.n && is_number(b.s[j])) j++;
        if (i == a.n || j == b.n) return i == a.n && j == b.n;
        if (a.s[i++] != b.s[j++]) return false;
    }
}

static enum err said_before(const struct filing *f, const struct monitor_alarm *a, struct str words,
                            bool *before) {
    struct monitor_said_rows said;
    struct monitor_said_in around = {f->place->dosing_id, STR(DEVICE_ALARM_EVENT),
                                     a->at_ms - DEVICE_SAID_MS, a->at_ms + DEVICE_SAID_MS};
    *before = false;
    TRY(monitor_said(f->tx, &around, &said));
    for (ptrdiff_t i = 0; i < said.n; i++) *before |= same_words(said.v[i].text, words);
    return E_OK;
}

static enum err write_alarm(const struct filing *f, const struct monitor_alarm *a) {
    bool before = a->at_ms < f->place->from_ms; /* of nobody here */
    struct str words = str_format(f->tx->arena, "%.*s (%.*s)", STR_ARG(a->text),
                                  STR_ARG(f->place->device));
    if (!before) TRY(said_before(f, a, words, &before));
    if (before) return E_OK;
    struct session_event row = {.patient_id = f->place->patient_id,
                                .dosing_id = f->place->dosing_id,
                                .kind = STR(DEVICE_ALARM_EVENT),
                                .text = words,
                                .at_ms = a->at_ms,
                                .recorded_ms = f->tx->now_ms,
                                .account_id = STR("")}; /* no person */
    tx_event(f->tx, "monitor_alarm_noted", STR_ABSENT);
    return session_event_put(f->tx, &row);
}

enum err device_file(struct tx *tx, const struct content *content,
                     const struct device_place *place, const struct monitor_message *m,
                     struct faults *faults) {
    struct filing f = {.tx = tx, .content = content, .place = place, .m = m};
    f.sets = NEWS(tx->arena, struct set, m->readings_n + 1);
    TRY(choose(&f));
    for (int i = 0; i < f.sets_n; i++) TRY(write_set(&f, &f.sets[i], faults));
    for (int i = 0; i < m->alarms_n; i++) TRY(write_alarm(&f, &m->alarms[i]));
    return E_OK;
}
