/* terms: the three lines of an instrument's file that have a grammar of their own:
 * scores, conditions, thresholds and relapses. Used by instrument_read only. Pure. */
#ifndef CAIRN_TERMS_H
#define CAIRN_TERMS_H

#include "base/lines.h"
#include "core/instrument.h"

/* What is being read. */
static inline struct instrument *terms_in(struct lines *l) { return l->into; }

/* The item or score of this name among those read so far; -1: none. */
int terms_ref(struct lines *l, struct str name);
/* NAME >= N [and ...]; false: a fault was said. */
bool terms_condition(struct lines *l, struct str text, struct criterion *out);
void terms_score(struct lines *l);
void terms_threshold(struct lines *l);
void terms_relapse(struct lines *l);

#endif
