/*
 * forecast_view: the forecast (src/pk) where people see it. Three pictures of one calculation:
 *
 *     forecast_session   a dosing session: what was given, the band, the typical line, the
 *                        effect's phases, the measured vital signs, on one axis of clock time
 *     forecast_plan      before the session: minutes from a dose that is not given yet
 *     forecast_gentle    for the patient: the shape of the effect, without a number
 *
 * Where levels were measured, or the effect was seen to come and go, a session also has the
 * line fitted to them, beside the typical one. Each names its model, the sources, the sampling
 * site and the status; what goes past what was observed has a banner. It advises and teaches;
 * nothing here is read by a gate. Pure: no store, no clock. 1,000 virtual patients, some
 * milliseconds; without a dose, nothing.
 */
#ifndef CAIRN_FORECAST_VIEW_H
#define CAIRN_FORECAST_VIEW_H

#include "app/content.h"
#include "web/figure.h"

enum { FORECAST_PEOPLE = 1000 };

struct forecast_dose {
    struct str route;      /* as the course has it: iv im sl sl-home in po esk */
    struct str site;       /* "spat out" decides what is swallowed; may be absent */
    int64_t amount_ug, at_ms;
    struct maybe_int minutes; /* an infusion's length, a lozenge's hold */
};

struct forecast_case {
    const struct content *content;
    struct maybe_real weight_kg; /* none: the model's reference weight, and that is said */
    int age_years;               /* 0: unknown */
    const struct forecast_dose *doses; /* by time */
    ptrdiff_t dose_count;              /* 1 or more */
    struct str model;                  /* absent: kap1 */
    const struct pk_subject *who;      /* their height, sex, which weight scales; or NULL */
};

/* false: *why is a sentence that says why there is no forecast. */
bool forecast_make(struct arena *a, const struct forecast_case *c, struct pk_forecast *out,
                   struct str *why);

/* Where the effect of a typical adult stands, in a sentence: "peak; fading from 10:40". Absent:
 * there is no forecast. Costs no virtual patients: for a page of many sessions. */
struct str forecast_phase(struct arena *a, const struct forecast_case *c, int64_t now_ms);

/* What was seen that tells of this patient: a level, or when the effect came and went. */
struct forecast_seen {
    enum pk_seen what;
    int64_t at_ms;
    double value;    /* ng/mL; unused for PK_SEEN_EFFECT, whose name tells it */
    struct str name; /* of an effect: "onset" */
};

struct forecast_session {
    struct forecast_case c;
    const struct vitals_row *vitals; /* by time */
    ptrdiff_t vitals_count;
    const struct chart_mark *seen; /* of the effect, as observed: onset, peak, fading */
    int seen_count;
    int64_t now_ms; /* 0: the session is over */
    const struct forecast_seen *observed;
    ptrdiff_t observed_count;
    const struct figure_scale *scales; /* those with a point */
    int scale_count;
};
/* `figure` is NULL where there is no forecast; `why_not` then says why. */
struct view_forecast forecast_session(struct arena *a, const struct forecast_session *in);
/* The first dose at instant 0. */
struct view_forecast forecast_plan(struct arena *a, const struct forecast_case *in);
/* NULL: this route has no forecast. */
const struct view_figure *forecast_gentle(struct arena *a, const struct forecast_case *in);

#endif
