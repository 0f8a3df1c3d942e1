/*
 * rems: the form that goes to the Spravato REMS after each session with esketamine, from the
 * session's end to the programme's confirmation (core/rems.h; CLINICAL 4.5).
 *
 *     discharge, or a stop after a dose ── rems_draft ──> drafted
 *     drafted ── rems_send, nothing missing or a reason why ──> sent: its text and hash are kept
 *     sent ── rems_confirm, the programme's number ──> confirmed
 *     sent, confirmed ── rems_reopen, with a reason ──> drafted
 *
 * While it is a draft the form follows the record: who mends the session mends the form. What was
 * sent is frozen; what the record says now is shown beside it. Seven calendar days after the day
 * of treatment it is due, and the watch says so to the journal and to the page of the day.
 */
#ifndef CAIRN_APP_REMS_H
#define CAIRN_APP_REMS_H

#include "app/content.h"
#include "app/watch.h"
#include "store/sql.h"

/* Of a session of esketamine in which a dose was given; any other, or one that has its form,
 * changes nothing. */
MUST enum err rems_draft(struct tx *tx, const struct content *content, const struct dosing *row);

struct rems_sheet {
    struct rems_form form;
    struct rems_filled filled; /* by the record as it is now */
    struct rems_lines now, sent; /* sent: empty while it is a draft */
    struct rems_answer answers[REMS_FIELDS_MAX]; /* version 0: nobody answered */
    int unsettled; /* adverse events of the session that nobody has judged yet */
};
MUST enum err rems_sheet_load(struct tx *tx, const struct content *content, struct str form_id,
                              struct rems_sheet *out);

/* answers: by field; absent where nothing was asked, empty takes an answer back. */
MUST enum err rems_record(struct tx *tx, const struct content *content, struct str form_id,
                          const struct str *answers, struct faults *faults);

struct rems_send_in {
    struct str form_id, way; /* online, fax */
    struct str reason;       /* why what is missing cannot be recorded any more */
    int64_t expect;
};
/* E_BLOCKED: something is missing and nobody says why; an adverse event is not judged. */
MUST enum err rems_send(struct tx *tx, const struct content *content,
                        const struct rems_send_in *in, struct faults *faults);
MUST enum err rems_confirm(struct tx *tx, struct str form_id, struct str confirmation,
                           int64_t expect, struct faults *faults);
MUST enum err rems_reopen(struct tx *tx, struct str form_id, struct str reason, int64_t expect,
                          struct faults *faults);

/* Days from today to the last day in time; below 0: so many days late. */
int rems_days_left(const struct rems_form *form, int64_t now_ms);

/* watch.h: a form falls due today, or is late. */
MUST enum err rems_due(struct tx *tx, const struct app *app, bool *due);
MUST enum err rems_tick(struct tx *tx, const struct app *app);

#endif
