#include "core/outcome.h"

#include <math.h>

static double improvement(const struct instrument *in, double baseline, double current) {
    return in->high_is_better ? current - baseline : baseline - current;
}

static double percent(double points, double baseline) {
    return baseline == 0 ? NAN : 100 * points / fabs(baseline);
}

struct outcome_measure outcome_of_total(double total) {
    return (struct outcome_measure){true, total, NAN};
}

/* Each part that the threshold says, judged; a comparison with NAN is false, so what cannot be
 * judged does not hold. */
static bool holds(const struct instrument *in, const struct threshold *t,
                  struct outcome_measure baseline, struct outcome_measure current) {
    if (!baseline.known || !current.known) return false;
    double sign = t->kind == DETERIORATION ? -1 : 1;
    double points = sign * improvement(in, baseline.total, current.total);
    int said = 0, held = 0;
    if (!isnan(t->improve_percent))
        said++, held += percent(points, baseline.total) >= t->improve_percent;
    if (!isnan(t->improve_points)) said++, held += points >= t->improve_points;
    if (!isnan(t->to))
        said++, held += in->high_is_better ? current.total >= t->to : current.total <= t->to;
    if (!isnan(t->each)) said++, held += current.greatest <= t->each;
    return t->any ? held > 0 : said > 0 && held == said;
}

static bool named(const struct instrument *in, enum threshold_kind kind,
                  struct outcome_measure baseline, struct outcome_measure current,
                  struct str *id) {
    const struct threshold *t = instrument_threshold(in, kind, STR_ABSENT);
    if (!t || !holds(in, t, baseline, current)) return false;
    *id = t->id;
    return true;
}

struct outcome_change outcome_classify(const struct instrument *in, struct outcome_measure baseline,
                                       struct outcome_measure current) {
    struct outcome_change c = {.points = NAN, .percent = NAN};
    struct str remission, response, partial, worse, other;
    if (!baseline.known || !current.known) return c;
    c.points = improvement(in, baseline.total, current.total);
    c.percent = percent(c.points, baseline.total);
    c.counted = isnan(in->floor) || baseline.total >= in->floor;
    c.remission = named(in, REMISSION, baseline, current, &remission);
    c.response = named(in, RESPONSE, baseline, current, &response);
    c.partial = !c.response && named(in, PARTIAL, baseline, current, &partial);
    c.meaningful = named(in, MEANINGFUL, baseline, current, &other);
    c.reliable = named(in, RELIABLE, baseline, current, &other);
    c.worse = named(in, DETERIORATION, baseline, current, &worse);
    const struct threshold *little = instrument_threshold(in, LITTLE, STR_ABSENT);
    c.little = little && c.percent <= little->improve_percent;
    c.state = c.remission  ? OUTCOME_REMISSION
              : c.response ? OUTCOME_RESPONSE
              : c.partial  ? OUTCOME_PARTIAL
              : c.worse    ? OUTCOME_WORSE
                           : OUTCOME_UNCHANGED;
    c.definition = c.remission  ? remission
                   : c.response ? response
                   : c.partial  ? partial
                   : c.worse    ? worse
                                : STR_ABSENT;
    return c;
}

static const struct relapse *relapse_named(const struct instrument *in, struct str id) {
    for (int i = 0; i < in->relapse_count; i++)
        if (!id.s || str_eq(in->relapses[i].id, id)) return &in->relapses[i];
    return NULL;
}

static bool relapsed_at(const struct instrument *in, const struct relapse *r, double baseline,
                        double total) {
    bool level = in->high_is_better ? total <= r->from : total >= r->from;
    const struct threshold *response = instrument_threshold(in, RESPONSE, STR_ABSENT);
    if (!level || !r->response_lost || !response) return level;
    return !holds(in, response, outcome_of_total(baseline), outcome_of_total(total));
}

int32_t outcome_relapse(const struct instrument *in, struct str id, double baseline,
                        const struct outcome_point *points, int n) {
    const struct relapse *r = relapse_named(in, id);
    for (int first = 0; r && first < n; first++) {
        for (int i = first; i < n && relapsed_at(in, r, baseline, points[i].total); i++) {
            int32_t apart = points[i].day - points[first].day;
            if (apart >= r->apart_min && apart <= r->apart_max) return points[i].day;
        }
    }
    return DATE_NONE;
}
