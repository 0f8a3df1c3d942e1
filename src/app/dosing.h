/*
 * dosing: the dosing day, from check-in to the way home.
 *
 * Where a session stands, and what may be done there, is core/stage.h; here are the acts.
 *
 * What is measured is an observation of the session; what is asked is an answer; the gates
 * (core/gate.h, core/dose.h, core/discharge.h) see both, and their rulings are kept with the
 * act that they allowed or held. A hold is written down too: it is no error, it is the rule
 * speaking. Unknown is never a pass, and no forecast opens a gate.
 */
#ifndef CAIRN_DOSING_H
#define CAIRN_DOSING_H

#include "app/access.h"
#include "app/content.h"
#include "app/custody.h"
#include "core/discharge.h"
#include "core/dose.h"
#include "core/gate.h"
#include "core/stage.h"
#include "core/vitals.h"
#include "store/sql.h"

/* Everything about one session, loaded at once. `has` false: nobody has checked in. */
struct dosing_day {
    bool has;
    struct dosing row;
    struct step step;
    struct course course;
    struct dose_of_dosing_rows doses;
    struct observation_of_dosing_rows observations; /* by time */
    struct session_event_of_dosing_rows events;
    int64_t given_ug;     /* committed: a dose whose pump was stopped counts as what ran in */
    int64_t delivered_ug; /* until now */
};
MUST enum err dosing_load_day(struct tx *tx, struct str patient_id, struct str step_id,
                              struct dosing_day *out);

/* Where it stands now (core/stage.h): what was done is in the rows, the rest follows from time
 * and from what was seen. */
struct stage_facts dosing_stage_facts(const struct dosing_day *d);
enum stage dosing_stage(const struct content *content, const struct dosing_day *d,
                        int64_t now_ms);
/* The same facts of a row of a list. A query whose rows lack one of them does not compile, so a
 * list cannot tell another stage than the session's own page. */
#define DOSING_FACTS(r)                                                                            \
    ((struct stage_facts){.route = (r)->route,                                                     \
                          .checked_in_ms = (r)->checked_in_ms,                                     \
                          .gate_passed_ms = dosing_instant((r)->gate_passed_ms),                   \
                          .dose_ms = dosing_instant((r)->first_dose_ms),                           \
                          .dose_end_ms = dosing_instant((r)->last_dose_ms),                        \
                          .peak_ms = dosing_instant((r)->peak_ms),                                 \
                          .offset_ms = dosing_instant((r)->offset_ms),                             \
                          .ready_ms = dosing_instant((r)->ready_ms),                               \
                          .discharged_ms = dosing_instant((r)->discharged_ms),                     \
                          .stopped = (r)->stopped_reason.n > 0})
int64_t dosing_instant(struct maybe_int at_ms); /* VITALS_NO_TIME where it is absent */

/* The last value of a sign (LOINC) in the session before `before_ms`; parts 0: none. Blood
 * pressure (systolic's code) comes with both parts. */
struct measured dosing_last(const struct dosing_day *d, const char *loinc, int64_t before_ms,
                            int64_t *at_ms);

/* The value of a code at exactly that instant. */
struct maybe_real dosing_value_at(const struct dosing_day *d, int64_t at_ms, const char *code);

struct dosing_check_in {
    struct str patient_id, step_id;
    struct maybe_real weight_kg;
    struct str escort_name, escort_relation, escort_phone;
    struct str intention; /* as gone through with the patient; may be absent */
    struct str room_id; /* absent: none given yet */
};
MUST enum err dosing_check_in(struct tx *tx, const struct dosing_check_in *in,
                              struct faults *faults, struct dosing *out);

/* `answers`: "solids=6 escort=yes ..." for the rows that are asked; measured and known facts
 * are added. The row keeps the rulings. E_OK also when it holds: look at out->overall. */
struct dosing_gate_in {
    struct str patient_id, step_id, answers, reason;
    int64_t expect;
    enum role role; /* a caution is acknowledged by a prescriber, with a reason */
};
MUST enum err dosing_gate(struct tx *tx, const struct content *content,
                          const struct dosing_gate_in *in, struct faults *faults,
                          struct gate_answer *out);
/* What the answers of a gate say of suicide, where the gate itself was refused and kept nothing:
 * the risk alert is opened all the same. */
MUST enum err dosing_gate_heard(struct tx *tx, const struct content *content,
                                struct str patient_id, struct str step_id, struct str answers);
/* Is the row answered by what is measured or known, so that a form does not ask it? */
bool dosing_gate_known(struct str item);

struct dosing_give {
    struct str patient_id, step_id;
    int64_t expect; /* the session's version as its page had it; 0: any */
    int64_t amount_ug;
    struct maybe_int minutes; /* an infusion's length, a lozenge's hold */
    int64_t given_ms;         /* 0: now */
    struct custody_portions from; /* of the register; none: lot and expiry_date as typed */
    struct str lot, expiry_date, site, reason;
    struct str checked_by; /* the second person's account, proved by their own password */
    struct dose_shape shape; /* how it is given, by its route; the ids are not looked at */
};
/* E_BLOCKED with the rulings as faults where a guard rail holds, or the gate does no longer. */
MUST enum err dosing_give(struct tx *tx, const struct content *content,
                          const struct dosing_give *in, struct faults *faults, struct dose *out);

MUST enum err dosing_event(struct tx *tx, const struct content *content,
                           struct session_event *row, struct str step_id, struct faults *faults);
/* Entered in error: it stays on the timeline as that, with what it said, and counts for nothing
 * (stage, forecast, forms); the journal keeps it as it was. What calls because of it is ended by a
 * person. */
MUST enum err dosing_event_mistaken(struct tx *tx, const struct content *content,
                                    struct str patient_id, struct str event_id,
                                    struct faults *faults);
MUST enum err dosing_stop(struct tx *tx, const struct content *content, struct str patient_id,
                          struct str step_id, struct str reason, struct faults *faults);

struct dosing_discharge_in {
    struct str patient_id, step_id, answers, reason;
    int64_t expect;
    struct str escort_name, escort_relation, escort_phone;
};
/* E_OK also when it holds: look at out->overall. */
MUST enum err dosing_discharge(struct tx *tx, const struct content *content,
                               const struct dosing_discharge_in *in, struct faults *faults,
                               struct discharge_answer *out);
bool dosing_discharge_known(struct str item);

#endif
