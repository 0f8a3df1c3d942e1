/*
 * survival: how long a gain lasts: Kaplan and Meier's product-limit curve, with Greenwood's
 * variance on the log-log scale (Kalbfleisch & Prentice), which keeps the interval inside 0
 * and 1.
 *
 * A subject enters at the end of induction and leaves with an event (relapse) or is censored
 * at the last measure. At equal times events come before censoring. Pure.
 */
#ifndef CAIRN_SURVIVAL_H
#define CAIRN_SURVIVAL_H

#include <stdbool.h>

#include "base/arena.h"

struct survival_subject {
    double days; /* from entry; not negative */
    bool event;  /* false: censored */
};

struct survival_step { /* at a time when something happened */
    double days;
    int at_risk, events, censored; /* at_risk: just before */
    double survival;               /* from this time on */
    double greenwood;              /* sum of d / (n (n - d)); INFINITY once nobody is left */
};

struct survival {
    int subjects, events, n;
    struct survival_step *steps; /* by time */
};

struct survival_point {
    int at_risk; /* still followed at that time, without event before it */
    double survival, lo, hi; /* lo, hi NAN before the first event and after the last of all */
};

struct survival survival_curve(struct arena *a, const struct survival_subject *subjects, int n);
struct survival_point survival_at(const struct survival *s, double days);
/* The first time at which the curve is at or below one half; NAN: not reached. */
double survival_median_days(const struct survival *s);

#endif
