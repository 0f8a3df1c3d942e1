#include "core/survival.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double z = 1.959963984540054; /* the normal's 97.5% point */

static int by_time(const void *a, const void *b) {
    const struct survival_subject *x = a, *y = b;
    return (x->days > y->days) - (x->days < y->days);
}

static struct survival_step step_from(const struct survival_subject *v, int n, int *i) {
    struct survival_step s = {.days = v[*i].days, .at_risk = n - *i};
    for (; *i < n && v[*i].days == s.days; ++*i) {
        if (v[*i].event) s.events++;
        else s.censored++;
    }
    return s;
}

struct survival survival_curve(struct arena *a, const struct survival_subject *subjects, int n) {
    struct survival out = {.subjects = n, .steps = NEWS(a, struct survival_step, n)};
    struct survival_subject *sorted = NEWS(a, struct survival_subject, n);
    double survival = 1, greenwood = 0;
    if (n > 0) memcpy(sorted, subjects, sizeof *sorted * (size_t)n);
    if (n > 0) qsort(sorted, (size_t)n, sizeof *sorted, by_time);
    for (int i = 0; i < n;) {
        struct survival_step s = step_from(sorted, n, &i);
        double d = s.events, r = s.at_risk;
        survival *= 1 - d / r;
        greenwood += d == 0 ? 0 : d < r ? d / (r * (r - d)) : INFINITY;
        s.survival = survival;
        s.greenwood = greenwood;
        out.events += s.events;
        out.steps[out.n++] = s;
    }
    return out;
}

/* S^exp(+-z se), se that of log(-log S). */
static void interval(struct survival_point *p, double greenwood) {
    p->lo = p->hi = NAN;
    if (p->survival <= 0 || p->survival >= 1 || !isfinite(greenwood)) return;
    double spread = exp(z * sqrt(greenwood) / fabs(log(p->survival)));
    p->lo = pow(p->survival, spread);
    p->hi = pow(p->survival, 1 / spread);
}

struct survival_point survival_at(const struct survival *s, double days) {
    struct survival_point p = {.at_risk = s->subjects, .survival = 1};
    double greenwood = 0;
    for (int i = 0; i < s->n && s->steps[i].days <= days; i++) {
        p.survival = s->steps[i].survival;
        greenwood = s->steps[i].greenwood;
        bool before = s->steps[i].days < days;
        p.at_risk = s->steps[i].at_risk -
                    (before ? s->steps[i].events + s->steps[i].censored : 0);
    }
    interval(&p, greenwood);
    return p;
}

double survival_median_days(const struct survival *s) {
    const double tiny = 1e-12; /* a half that was computed is a half */
    for (int i = 0; i < s->n; i++)
        if (s->steps[i].survival <= 0.5 + tiny) return s->steps[i].days;
    return NAN;
}
