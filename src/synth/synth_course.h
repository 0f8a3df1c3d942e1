/* synth_course: consents, the course and its steps, one after the other. */
#ifndef CAIRN_SYNTH_SYNTH_COURSE_H
#define CAIRN_SYNTH_SYNTH_COURSE_H

#include "synth/synth.h"

void synth_consents(struct synth_life *l, int64_t at_ms);
/* The course, its steps as far as they have come, and the phases it led through. */
void synth_course(struct synth_life *l);

#endif
