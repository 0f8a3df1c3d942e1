/*
 * risk: alerts about a person's safety, from the trigger to the signature (core/risk.h).
 *
 *     a measure, by any door ─┐
 *     an answer of the gate,  ├─> risk_raise ─> risk_alert + risk_trigger
 *     the discharge, screening│                     │ risk_do, act by act: risk_entry
 *     a person ───────────────┘                     │ nobody does: risk_tick, to the next of the
 *                                                   v chain
 *                                                closed, with a reason and a signature
 *
 * The staff's time runs from the time of the answer, not from when somebody saw it. A trigger
 * that comes while an alert of its concern is not assessed yet joins it; later ones open an
 * alert of their own. None is lost, and none leaves a state without a person.
 */
#ifndef CAIRN_APP_RISK_H
#define CAIRN_APP_RISK_H

#include "app/content.h"
#include "app/watch.h"
#include "store/sql.h"

enum { RISK_TEXT_MAX = 8000 }; /* bytes of what was found, or agreed */

struct risk_raise_in {
    struct str patient_id;
    const char *source;   /* response, gate, discharge, screening, person */
    struct str source_id; /* the record; absent: none */
    struct str concern;   /* of content/risk */
    enum alert_level level;
    struct str text;
    int64_t at_ms;
};
/* The same trigger twice (source, record, text) while its alert is open changes nothing. */
MUST enum err risk_raise(struct tx *tx, const struct content *content,
                         const struct risk_raise_in *in);

enum risk_seen { RISK_SEEN_NOTHING, RISK_SEEN_ALERT, RISK_SEEN_CRISIS };
/* Every alert of a measure, and a rise since the last dose. *seen: CRISIS when the person is to
 * be shown crisis resources at once. */
MUST enum err risk_of_response(struct tx *tx, const struct content *content,
                               const struct response *r, enum risk_seen *seen);
/* The signals of content/risk for a place (gate, discharge, screening) among "item=word" pairs. */
MUST enum err risk_of_answers(struct tx *tx, const struct content *content, const char *place,
                              struct str patient_id, struct str source_id, struct str answers);
/* A person has seen or heard something. */
MUST enum err risk_of_person(struct tx *tx, const struct content *content, struct str patient_id,
                             struct str level, struct str text, struct faults *faults);

struct risk_do_in {
    struct str patient_id, alert_id;
    int64_t expect; /* the version that was shown */
    enum risk_act act;
    struct str how;      /* CONTACT: phone, visit, video, text; PLAN: a plan of content/risk */
    bool not_reached;    /* CONTACT: it is written down, and the alert stays open */
    struct str category; /* ASSESS: none, low, moderate, high */
    struct str text;     /* what was found, agreed, or why it is closed */
};
/* E_BLOCKED: not in this state, or something is wanted first. CLOSE is a signature: the caller
 * has verified the actor's password. */
MUST enum err risk_do(struct tx *tx, const struct content *content, const struct risk_do_in *in,
                      struct faults *faults);

/* What the pre-dose gate has to know: none, low, open_low, moderate, high, open. */
MUST enum err risk_gate_word(struct tx *tx, struct str patient_id, struct str *word);

/* Measures that raised an alert before there were risk alerts, or by another door, get theirs.
 * Once, when the program begins to serve. */
MUST enum err risk_adopt(const struct app *app, struct arena *a, int64_t now_ms);

/* watch.h: an alert that nobody answered goes to the next of the chain. */
MUST enum err risk_due(struct tx *tx, const struct app *app, bool *due);
MUST enum err risk_tick(struct tx *tx, const struct app *app);

#endif
