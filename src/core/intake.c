#include "core/intake.h"

#include "base/buf.h"
#include "base/date.h"

enum {
    AGE_MAX_YEARS = 125, /* nobody has been older (GK: the oldest verified age is 122) */
    NAME_MAX = 120,      /* code points */
    TEXT_MAX = 2000,
    ROW_TEXT_MAX = 550, /* what import takes, and "(since 2015-03)" after it */
};

/* Outside of these a measured value is a slip of the sender: a unit, a sign or a decimal
 * point. They are limits of what can be, not of what is healthy (DESIGN). LOINC codes as
 * FHIR's vital-sign profiles name them. */
static const struct limit {
    const char *code, *unit;
    double low, high;
} limits[] = {
    {"29463-7", "kg", 1, 650},      /* body weight */
    {"8302-2", "cm", 20, 275},      /* body height */
    {"39156-5", "kg/m2", 5, 200},   /* body-mass index */
    {"8480-6", "mm[Hg]", 20, 350},  /* systolic */
    {"8462-4", "mm[Hg]", 10, 250},  /* diastolic */
    {"8867-4", "/min", 10, 400},    /* heart rate */
    {"9279-1", "/min", 1, 120},     /* respiratory rate */
    {"59408-5", "%", 1, 100},       /* oxygen saturation */
    {"2708-6", "%", 1, 100},
    {"8310-5", "Cel", 20, 46},      /* body temperature */
};

/* Exact by definition: the international pound and inch; Fahrenheit's zero and degree. */
static const struct conversion {
    const char *unit, *metric;
    double minus, times;
} conversions[] = {
    {"[lb_av]", "kg", 0, 0.45359237},
    {"g", "kg", 0, 0.001},
    {"[in_i]", "cm", 0, 2.54},
    {"m", "cm", 0, 100},
    {"[degF]", "Cel", 32, 5.0 / 9.0},
};

enum {
    LIMITS = sizeof limits / sizeof *limits,
    CONVERSIONS = sizeof conversions / sizeof *conversions,
};

static const struct limit *limit_of(struct str code) {
    for (int i = 0; i < LIMITS; i++)
        if (str_is(code, limits[i].code)) return &limits[i];
    return NULL;
}

void intake_metric(struct arena *a, struct intake_observation *o) {
    const struct limit *limit = limit_of(o->code);
    if (!limit || !o->is_number) return;
    for (int i = 0; i < CONVERSIONS; i++) {
        const struct conversion *c = &conversions[i];
        if (!str_is(o->unit, c->unit) || !str_is(str_from(limit->unit), c->metric)) continue;
        o->value = (o->value - c->minus) * c->times;
        o->value_text = str_format(a, "%.*s %s", STR_ARG(o->value_text), c->unit);
        o->unit = str_from(c->metric);
        return;
    }
}

static void check_text(struct faults *faults, struct str value, const char *field,
                       ptrdiff_t longest) {
    struct str name = str_from(field);
    if (!value.s) return;
    if (!str_utf8_ok(value)) fault_add(faults, name, "encoding", "this text is not UTF-8");
    else if (str_utf8_length(value) > longest)
        fault_add(faults, name, "length", "at most %td characters", longest);
}

static void check_birth(struct intake *in, int32_t today, struct faults *faults) {
    struct str field = STR("birth_date");
    if (fault_of(faults, field)) return;
    if (!in->birth_date.n) {
        fault_add(faults, field, "required", "a birth date is needed, as YYYY-MM-DD");
    } else if (!date_parse(in->birth_date, &in->birth_days)) {
        fault_add(faults, field, "date", "\"%.*s\" is no date of the calendar; YYYY-MM-DD is",
                  STR_ARG(str_brief(in->birth_date, 40)));
    } else if (in->birth_days > today) {
        fault_add(faults, field, "range", "%.*s lies in the future", STR_ARG(in->birth_date));
    } else if (date_age_years(in->birth_days, today) > AGE_MAX_YEARS) {
        fault_add(faults, field, "range", "born %.*s would be older than %d years",
                  STR_ARG(in->birth_date), AGE_MAX_YEARS);
    }
}

void intake_check_person(struct intake *in, int32_t today, struct faults *faults) {
    static const char *const sexes[] = {"male", "female", "other", "unknown"};
    bool known = false;
    if (!in->family_name.n)
        fault_add(faults, STR("family_name"), "required", "a family name is needed");
    check_text(faults, in->family_name, "family_name", NAME_MAX);
    check_text(faults, in->given_name, "given_name", NAME_MAX);
    check_text(faults, in->preferred_name, "preferred_name", NAME_MAX);
    check_text(faults, in->phone, "phone", NAME_MAX);
    check_text(faults, in->email, "email", NAME_MAX);
    check_text(faults, in->address, "address", TEXT_MAX);
    check_text(faults, in->emergency_contact, "emergency_contact", TEXT_MAX);
    check_text(faults, in->referrer, "referrer", TEXT_MAX);
    check_text(faults, in->reason, "reason", TEXT_MAX);
    check_birth(in, today, faults);
    for (int i = 0; i < 4; i++) known |= str_is(in->sex, sexes[i]);
    if (!known)
        fault_add(faults, STR("sex"), "unknown", "sex is male, female, other or unknown");
}

void intake_check_observation(const struct intake_observation *o, struct faults *faults) {
    const struct limit *limit = limit_of(o->code);
    if (!limit || !o->is_number || !str_is(o->unit, limit->unit)) return;
    if (o->value >= limit->low && o->value <= limit->high) return;
    fault_add(faults, o->field, "range", "%.*s of %.*s %s cannot be: %g to %g %s can",
              STR_ARG(str_brief(o->display, 60)), STR_ARG(str_brief(o->value_text, 40)),
              limit->unit, limit->low, limit->high, limit->unit);
}

static bool among(struct str word, const char *a, const char *b, const char *c) {
    return str_is(word, a) || str_is(word, b) || str_is(word, c);
}

static void check_row(struct faults *faults, const char *what, struct str display, bool status_ok) {
    struct str field = str_from(what);
    if (!str_trim(display).n) fault_add(faults, field, "required", "say what it is");
    if (str_utf8_length(display) > ROW_TEXT_MAX)
        fault_add(faults, field, "length", "at most %d characters", ROW_TEXT_MAX);
    if (!status_ok)
        fault_add(faults, field, "unknown",
                  "a condition is active, treated or history; a medicine active or stopped; "
                  "an allergy active or resolved");
}

static void check_rows(const struct intake *in, struct faults *faults) {
    for (ptrdiff_t i = 0; i < in->condition_n; i++)
        check_row(faults, "condition", in->conditions[i].display,
                  among(in->conditions[i].status, "active", "treated", "history"));
    for (ptrdiff_t i = 0; i < in->medication_n; i++)
        check_row(faults, "medication", in->medications[i].display,
                  among(in->medications[i].status, "active", "stopped", "stopped"));
    for (ptrdiff_t i = 0; i < in->allergy_n; i++)
        check_row(faults, "allergy", in->allergies[i].display,
                  among(in->allergies[i].status, "active", "resolved", "resolved"));
}

void intake_check(struct intake *in, int32_t today, struct faults *faults) {
    intake_check_person(in, today, faults);
    check_rows(in, faults);
    for (ptrdiff_t i = 0; i < in->observation_n; i++)
        intake_check_observation(&in->observations[i], faults);
}
