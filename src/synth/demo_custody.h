/* demo_custody: the demo clinic's register, lived along with its doses: what
 * was delivered, drawn, given and wasted, so that every milligram balances. */
#ifndef CAIRN_SYNTH_DEMO_CUSTODY_H
#define CAIRN_SYNTH_DEMO_CUSTODY_H

#include "app/custody.h"
#include "synth/synth.h"

struct demo_custody {
    const struct content *content;
    struct synth_staff staff;
    int64_t now_ms; /* of the demo: what is left of the last hour's doses is not wasted yet */
    int deliveries;
    struct container taken; /* what the dose at hand is taken from */
};

/* Around the put of a dose, at its own time: the container, whose label becomes the dose's; then
 * its entry, and what is left in the syringe is wasted before a witness. */
MUST enum err demo_custody_before(struct tx *tx, struct demo_custody *d, struct dose *dose);
MUST enum err demo_custody_after(struct tx *tx, struct demo_custody *d, const struct dose *dose);
/* What every route needs for the next dose, opened where it is a vial; from now on a dose without a
 * container is refused. */
MUST enum err demo_custody_ready(struct tx *tx, struct demo_custody *d);
/* Last evening's count, which found one thing that does not agree. */
MUST enum err demo_custody_count(struct tx *tx, struct demo_custody *d, int64_t at_ms);

#endif
