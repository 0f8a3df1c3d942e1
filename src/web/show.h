/*
 * show: what pages of patients have in common: names, times and states in words, and the
 * patient's header that stands on every clinical page.
 */
#ifndef CAIRN_SHOW_H
#define CAIRN_SHOW_H

#include "app/access.h"
#include "core/protocol.h"
#include "core/stage.h"
#include "base/clock.h"
#include "store/sql.h"
#include "web/html.h"
#include "web/route.h"

/* What was written down so long after it was shows both times, and stays late (DESIGN). */
#define SHOW_LATE_MS (5 * MINUTE_MS)

struct str show_name(struct arena *a, struct str preferred, struct str given, struct str family);
/* The name and the number: "Ana Ruiz, K-000012". */
struct str show_who(struct arena *a, struct str preferred, struct str given, struct str family,
                    struct str mrn);
struct str show_time(struct arena *a, int64_t at_ms);     /* 14:05 */
/* From when a last value is too old to go by (session.txt, `aged`), and its class now. */
int64_t show_aged_ms(const struct request *rq, int64_t at_ms);
struct str show_aged(const struct request *rq, int64_t at_ms); /* aged, or absent */
struct str show_day(struct arena *a, int64_t at_ms);      /* Tue 4 Mar 2027 */
struct str show_datetime(struct arena *a, int64_t at_ms); /* Tue 4 Mar 2027 14:05 */
struct str show_date(struct arena *a, struct str iso);    /* Tue 4 Mar 2027 */
struct str show_order(struct arena *a, struct str order); /* 0.5mg/kg: "0.5 mg/kg" */
struct str show_mg(struct arena *a, int64_t amount_ug);   /* "12.25 mg": no rounding */
/* What was given of what was ordered: "35 mg", "18.75 of 35 mg". */
struct str show_given(struct arena *a, int64_t given_ug, int64_t ordered_ug);

/* As a chart's mark: "IM 60 mg"; esketamine by its name. */
struct str show_dose_mark(struct arena *a, struct str route, int64_t amount_ug);

/* The level of a tag is fine, advisory, urgent, critical, information or empty. */
struct view_tag *show_tag(struct arena *a, const char *level, struct str word);

struct str show_route_word(struct str route);   /* im -> intramuscular */
struct str show_session_word(struct str state); /* gate_passed -> gate passed */
/* Where a running session stands, the same word on every list: checked in, dosing, peak,
 * recovering, ready to leave. Facts by DOSING_FACTS (app/dosing.h). */
struct str show_stage(const struct content *content, struct stage_facts facts, int64_t now_ms);

/* Begins a page about the patient that the route names first: loads the row, opens the shell
 * with the patient's head on top. */
MUST enum err show_patient(struct request *rq, struct str title, struct patient *out);

/* What a person has to weigh in a protocol, each with its source: its `rule` lines; or empty. */
struct str show_rules(struct arena *a, const struct protocol *p);

/* The name of an account; absent: nobody's. */
struct str show_account(struct request *rq, struct str account_id);

/* What stands where nothing is. */
const struct view_empty *show_empty(struct arena *a, const char *what);

/* The link to a page of this patient: "/patient/ID" + rest. */
__attribute__((format(printf, 3, 4))) struct str show_link(struct arena *a, struct str patient_id,
                                                           const char *rest_format, ...);

#endif
