/*
 * adverse: what happened to a patient that was not wanted, from the tap in a session to the
 * last report. By the rules of core/adverse.h.
 *
 *     an event of a session ── adverse_from_event ──> draft ── adverse_save ──> recorded
 *     serious ──> a report for each who is to be told, due from when it was known to be serious
 *     adverse_told ──> the report is no longer due
 *
 * What is no longer serious owes no report; the rows stay.
 */
#ifndef CAIRN_APP_ADVERSE_H
#define CAIRN_APP_ADVERSE_H

#include "app/content.h"
#include "store/sql.h"

/* One tap: what is known of the event; once it has been made it is that one. E_UNKNOWN: there is
 * no such event of that patient, or no term for it. */
MUST enum err adverse_from_event(struct tx *tx, const struct content *content,
                                 struct str patient_id, struct str event_id,
                                 struct adverse_event *out);

/* A row with an id replaces the version it names. serious: words of core/adverse.def, or none. */
MUST enum err adverse_save(struct tx *tx, const struct content *content,
                           struct adverse_event *row, struct faults *faults);

struct adverse_told_in {
    struct str adverse_id, report_id, words;
    int64_t told_ms; /* 0: now */
};
MUST enum err adverse_told(struct tx *tx, const struct adverse_told_in *in,
                           struct faults *faults);

#endif
