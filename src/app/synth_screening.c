#include "app/synth_screening.h"

#include "app/seal.h"
#include "app/synth_measure.h"
#include "app/synth_person.h"
#include "base/clock.h"

void synth_screening(struct synth_life *l) {
    static const char *const measures[] = {"phq9", "gad7", "pcl5", "audit", "dast10", "cssrs"};
    bool declined = l->story.phase == PHASE_DECLINED, done = l->signed_ms > 0;
    bool full = (l->story.marks & MARK_FULL) != 0;
    int64_t at_ms = l->opened_ms + 30 * MINUTE_MS;
    struct str by = l->of->staff.prescriber;
    synth_observation(l, "8480-6", l->systolic, 0, at_ms, STR_ABSENT);
    synth_observation(l, "8462-4", l->diastolic, 0, at_ms, STR_ABSENT);
    for (int i = 0; i < (full ? 6 : 2); i++)
        synth_measure(l, str_from(measures[i]), at_ms, STR_ABSENT, by);
    struct screening row = {.id = synth_id(l, l->opened_ms),
                            .patient_id = l->patient.id,
                            .opened_ms = l->opened_ms,
                            .state = STR("open"),
                            .answers = STR("")};
    if (done) {
        row.state = STR("signed");
        row.decision = declined ? STR("ineligible") : STR("eligible");
        row.findings =
            str_format(l->arena, "{\"decision\":\"%.*s\",\"findings\":[]}", STR_ARG(row.decision));
        row.signed_ms = (struct maybe_int){true, l->signed_ms};
        row.signed_by = by;
        row.seal = SEAL(l->arena, row.findings, row.decision, by);
    }
    SYNTH_ADD(l->rows, screening,
              synth_act(done ? l->signed_ms : l->opened_ms, by,
                        done ? "screening_signed" : "screening_saved", STR_ABSENT),
              &row);
}
