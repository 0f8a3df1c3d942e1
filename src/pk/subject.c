/* subject: who the forecast is for; which weight scales the model. */
#include "pk/engine.h"

const char *const pk_weight_words[] = {"actual", "ideal", "adjusted"};

void pk_subject_check(const struct pk_model *m, const struct pk_subject *s, struct faults *f) {
    double low = m->params[PK_weight_min].value, high = m->params[PK_weight_max].value;
    double age_min = m->params[PK_age_min].value;
    if (!(s->weight_kg >= low && s->weight_kg <= high))
        fault_add(f, STR("weight"), "range", "%g kg is outside %g-%g kg", s->weight_kg, low,
                  high);
    if (s->age_years != 0 && !(s->age_years >= age_min && s->age_years <= 120))
        fault_add(f, STR("age"), "range", "the model is of adults: %g years is not from %g to "
                  "120", s->age_years, age_min);
    if (s->height_cm != 0 && !(s->height_cm >= 100 && s->height_cm <= 250))
        fault_add(f, STR("height"), "range", "%g cm is outside 100-250 cm", s->height_cm);
    if (s->weight_kind == PK_WEIGHT_ACTUAL) return;
    if (s->height_cm == 0)
        fault_add(f, STR("height"), "required", "ideal and adjusted weight need the height");
    if (s->sex == PK_SEX_UNKNOWN)
        fault_add(f, STR("sex"), "required", "ideal and adjusted weight need the sex");
    if (!m->params[PK_ideal_male].set)
        fault_add(f, STR("weight-as"), "unknown", "the model %.*s states no ideal weight",
                  STR_ARG(m->name));
}

double pk_subject_weight(const struct pk_model *m, const struct pk_subject *s) {
    if (s->weight_kind == PK_WEIGHT_ACTUAL) return s->weight_kg;
    enum pk_param base = s->sex == PK_MALE ? PK_ideal_male : PK_ideal_female;
    double over_cm = s->height_cm - m->params[PK_ideal_from].value;
    double ideal = m->params[base].value +
                   m->params[PK_ideal_per_cm].value * (over_cm > 0 ? over_cm : 0);
    if (s->weight_kg <= ideal) return s->weight_kg;
    if (s->weight_kind == PK_WEIGHT_IDEAL) return ideal;
    return ideal + m->params[PK_adjusted_share].value * (s->weight_kg - ideal);
}
