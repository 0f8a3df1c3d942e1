/* synth_screening: screening of a synthetic patient, from opening to the signed decision. */
#ifndef CAIRN_SYNTH_SYNTH_SCREENING_H
#define CAIRN_SYNTH_SYNTH_SCREENING_H

#include "synth/synth.h"

/* From l->opened_ms; signed at l->signed_ms where that has come. */
void synth_screening(struct synth_life *l);

#endif
