/* terms: the three lines of an instrument's file that have a grammar of their own:
 * scores, conditions, thresholds and relapses. Used by instrument_read only. Pure. */
#ifndef CAIRN_TERMS_H
#define CAIRN_TERMS_H

#include "base/lines.h"
#include "core/instrument.h"

struct reader {
    struct lines l;
    struct instrument *in;
};

/* The item or score of this name among those read so far; -1: none. */
int terms_ref(struct reader *r, struct str name);
/* NAME >= N [and ...]; false: a fault was said. */
bool terms_condition(struct reader *r, struct str text, struct criterion *out);
void terms_score(struct reader *r);
void terms_threshold(struct reader *r);
void terms_relapse(struct reader *r);

#endif
