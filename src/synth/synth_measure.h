/* synth_measure: filled-in measures that follow the story's arc, and what people write. */
#ifndef CAIRN_SYNTH_SYNTH_MEASURE_H
#define CAIRN_SYNTH_SYNTH_MEASURE_H

#include "synth/synth.h"

/* How bad it is on a day of the course, as a part of the baseline: 1 at the start. */
double synth_burden(const struct synth_life *l, int day);
/* One response with answers that add up; an instrument the content does not have is passed
 * over. by: who recorded it. */
void synth_measure(struct synth_life *l, struct str instrument, int64_t at_ms, struct str step_id,
                   struct str by);
void synth_note(struct synth_life *l, const char *kind, const char *title, struct str text,
                int64_t at_ms, struct str step_id, struct str by);
/* What an integration session of this arc sounds like. */
struct str synth_integration_text(struct synth_life *l, int number);

#endif
