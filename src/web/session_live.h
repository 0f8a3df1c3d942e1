/*
 * session_live: what of a session's page changes while nobody presses anything: its alarms, the
 * next checkpoint with its countdown, the other sessions of the clinic. The page carries a stamp;
 * static/session.js asks for the stamp of now, and takes the part again when it has moved.
 */
#ifndef CAIRN_SESSION_LIVE_H
#define CAIRN_SESSION_LIVE_H

#include "app/dosing.h"
#include "web/html.h"
#include "web/route.h"

/* `at` is the path of the session's page. */
MUST enum err session_live(struct request *rq, const struct dosing_day *d, struct str at,
                           struct view_session_live *out);
/* The alarms that were ended, for the record; NULL: there was none. */
MUST enum err session_alarms_past(struct request *rq, const struct dosing_day *d,
                                  const struct view_list_panel **out);
/* Since when, who knows of it, what was done: everything with its time and who did it. */
struct str session_alarm_facts(struct request *rq, const struct alarm *a);
/* Sums of versions and counts: no data of a patient. */
MUST enum err session_stamp_text(struct request *rq, struct str dosing_id, struct str *out);

#endif
