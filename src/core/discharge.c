#include "core/discharge.h"

#include <math.h>

#define HOUR_MS_D 3600000.0

static double setting(const struct criteria *d, const char *name) {
    double v = 0;
    CHECK(criteria_setting(d, name, &v), "discharge_check has passed");
    return v;
}

/* By the score that the clinic has chosen. */
static bool scored(const struct criteria *d, struct str route) {
    const struct criteria_row *row;
    for (int i = 0; (row = criteria_row_at(d, route, i)); i++)
        if (criteria_score(d, row->item)) return true;
    return false;
}

void discharge_check(const struct criteria *d, struct str file, struct faults *faults) {
    static const char *const settings[] = {"padss_near", "padss_far", "driving_hours",
                                           "driving_morning"};
    static const char *const notes[] = {"driving_hours", "driving_sleep"};
    static const char *const items[] = {"stay",   "moaas",        "oriented", "gait",
                                        "bp",     "spo2",         "nausea",   "suicidal",
                                        "escort", "instructions", "vitals_age"};
    static const char *const routes[] = {"iv", "im", "sc", "sl", "sl-home", "in", "po", "esk"};
    double v;
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        if (!criteria_setting(d, settings[i], &v))
            fault_add(faults, file, "required", "no line 'set %s'", settings[i]);
    for (size_t i = 0; i < sizeof notes / sizeof *notes; i++)
        if (!criteria_note(d, notes[i]).s)
            fault_add(faults, file, "required", "no line 'note %s'", notes[i]);
    for (size_t r = 0; r < sizeof routes / sizeof *routes; r++) {
        if (!scored(d, str_from(routes[r])))
            fault_add(faults, file, "required", "no score is asked for the route %s",
                      routes[r]);
        for (size_t i = 0; i < sizeof items / sizeof *items; i++)
            if (!criteria_find(d, str_from(routes[r]), items[i]))
                fault_add(faults, file, "required", "no row '%s' for the route %s", items[i],
                          routes[r]);
    }
}

/* The greatest change of any part, in per cent of the baseline; < 0: not known. */
static double change(struct measured v, struct measured base) {
    double worst = 0;
    if (v.parts == 0 || base.parts < v.parts) return -1;
    for (int i = 0; i < v.parts; i++) {
        if (base.v[i] <= 0) return -1;
        double c = round(fabs(v.v[i] - base.v[i]) / base.v[i] * 1e8) / 1e6;
        if (c > worst) worst = c;
    }
    return worst;
}

static int vital_points(const struct criteria *d, const struct discharge_facts *f) {
    double bp = change(f->bp, f->bp_base), hr = change(f->hr, f->hr_base);
    if (f->bp.parts != 2 || bp < 0 || hr < 0) return DISCHARGE_PADSS_UNKNOWN;
    double worst = bp > hr ? bp : hr;
    if (worst <= setting(d, "padss_near")) return 2;
    return worst <= setting(d, "padss_far") ? 1 : 0;
}

/* Which of the words, from 0; -1: not known, or none of them. */
static int word_of(const struct discharge_facts *f, const char *item, const char *const *words,
                   int n) {
    const struct criteria_value *v = criteria_value_of(f->answers, str_from(item));
    if (!v || v->state != VALUE_KNOWN) return -1;
    return str_index(v->word, words, n);
}

static int activity_points(const struct discharge_facts *f) {
    static const char *const oriented[] = {"no", "yes"}, *const gait[] = {"unsteady", "steady"};
    int o = word_of(f, "oriented", oriented, 2), g = word_of(f, "gait", gait, 2);
    return o < 0 || g < 0 ? DISCHARGE_PADSS_UNKNOWN : o + g;
}

static int comfort_points(const struct discharge_facts *f) {
    static const char *const nausea[] = {"severe", "moderate", "mild", "none"};
    static const char *const pain[] = {"severe", "moderate", "minimal"};
    int n = word_of(f, "nausea", nausea, 4), p = word_of(f, "pain", pain, 3);
    if (n < 0 || p < 0) return DISCHARGE_PADSS_UNKNOWN;
    if (n > 2) n = 2;
    return n < p ? n : p;
}

int discharge_padss(const struct criteria *d, const struct discharge_facts *f) {
    static const char *const site[] = {"severe", "moderate", "minimal"};
    static const char *const intake[] = {"neither", "one", "both"};
    const int parts[] = {vital_points(d, f), activity_points(f), comfort_points(f),
                         word_of(f, "site", site, 3), word_of(f, "intake", intake, 3)};
    int sum = 0;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (parts[i] < 0) return DISCHARGE_PADSS_UNKNOWN;
        sum += parts[i];
    }
    return sum;
}

static struct criteria_value number(struct str item, struct measured v, struct measured base,
                                    struct str when) {
    return (struct criteria_value){.item = item,
                                   .state = v.parts ? VALUE_KNOWN : VALUE_UNKNOWN,
                                   .v = v, .baseline = base, .when = when};
}

static struct measured one(int v) {
    return v < 0 ? (struct measured){0} : (struct measured){1, {v}};
}

void discharge_judge(struct arena *a, const struct criteria *d, const struct discharge_facts *f,
                     struct discharge_answer *out) {
    const struct measured none = {0};
    struct criteria_value *v = NEWS(a, struct criteria_value, f->answers.n + 5 + d->scores_n);
    ptrdiff_t n = 0;
    *out = (struct discharge_answer){.rulings = {.arena = a}, .padss = discharge_padss(d, f)};
    v[n++] = number(STR("stay"), one(f->stay_min), none, STR_ABSENT);
    v[n++] = number(STR("vitals_age"), one(f->vitals_min), none, STR_ABSENT);
    v[n++] = number(STR("bp"), f->bp, f->bp_base, f->when);
    v[n++] = number(STR("spo2"), f->spo2, f->spo2_base, f->when);
    v[n++] = number(STR("padss"), one(out->padss), none, STR_ABSENT);
    for (int i = 0; i < d->scores_n; i++)
        v[n++] = number(d->scores[i].item, criteria_sum(d, &d->scores[i], f->answers), none,
                        STR_ABSENT);
    /* What is computed stands first: an answer of the same name does not speak. */
    for (ptrdiff_t i = 0; i < f->answers.n; i++) v[n++] = f->answers.v[i];
    criteria_judge(d, f->route, (struct criteria_values){v, n}, &out->rulings);
    out->overall = ruling_overall(&out->rulings);
}

int discharge_morning_hour(const struct criteria *d) { return (int)setting(d, "driving_morning"); }

int64_t discharge_no_driving(const struct criteria *d, int64_t dose_end_ms,
                             int64_t next_morning_ms) {
    int64_t hours = dose_end_ms + (int64_t)(setting(d, "driving_hours") * HOUR_MS_D);
    return hours > next_morning_ms ? hours : next_morning_ms;
}
