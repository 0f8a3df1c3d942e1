/*
 * pk_fit: this patient's forecast. NLopt moves the parameters that the data can tell
 * (src/pk/map.c) to where the posterior is highest; the prior stands beside. A fit of no
 * observation is the prior, and says so with free_count 0.
 */
#ifndef CAIRN_PK_FIT_H
#define CAIRN_PK_FIT_H

#include "pk/pk.h"

struct pk_fit {
    struct pk_map map;            /* what was free: map.free[0 .. free_count) */
    double eta[PK_FREE_MAX];      /* departures from the typical, log or logit scale */
    double shrinkage[PK_FREE_MAX]; /* share of the prior's variance left: 1 learnt nothing */
    double typical[PK_FREE_MAX], fitted[PK_FREE_MAX]; /* in the parameter's own unit, by weight */
    double prior_objective, objective;                /* -2 log posterior before and after */
    double full[PK_PARAM_COUNT];  /* for pk_case.eta: the fitted curve */
    int evaluations;
};

/* Faults on "observed" and "dose": E_INVALID. The fit keeps `map`'s pointers. */
MUST enum err pk_fit(struct arena scratch, struct pk_map map, struct pk_fit *out,
                     struct faults *f);

#endif
