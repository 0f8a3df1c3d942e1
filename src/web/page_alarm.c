/* What people do about the alarms of a session, and the stamp that its page goes by. */
#include "app/alarm.h"
#include "app/dosing.h"
#include "app/presence.h"
#include "web/session_live.h"

static enum err back(struct request *rq) {
    return web_redirect(rq, "/patient/%.*s/dosing/%.*s", STR_ARG(rq->path[0]),
                        STR_ARG(rq->path[1]));
}

static struct alarm_act act_of(const struct request *rq) {
    return (struct alarm_act){.patient_id = rq->path[0], .alarm_id = rq->path[2]};
}

enum err post_alarm_acknowledge(struct request *rq) {
    struct alarm_act act = act_of(rq);
    TRY(alarm_acknowledge(rq->tx, &act, &rq->faults));
    return back(rq);
}

enum err post_alarm_silence(struct request *rq) {
    struct alarm_act act = act_of(rq);
    TRY(alarm_silence(rq->tx, rq->app->content, &act, &rq->faults));
    return back(rq);
}

enum err post_alarm_end(struct request *rq) {
    const struct form_alarm_end *f = &rq->form.alarm_end;
    const struct alarms_reason *r = alarms_reason(rq->app->content->alarms, f->reason);
    struct alarm_act act = act_of(rq);
    act.reason = !r ? f->words
                    : str_format(rq->arena, "%.*s%s%.*s", STR_ARG(r->text), f->words.n ? ": " : "",
                                 STR_ARG(f->words));
    TRY(alarm_end(rq->tx, &act, &rq->faults));
    return back(rq);
}

enum err choices_alarm_reasons(struct request *rq, struct field_choices *out) {
    const struct alarms_rules *rules = rq->app->content->alarms;
    out->v = NEWS(rq->arena, struct field_choice, rules->reasons_n);
    for (int i = 0; i < rules->reasons_n; i++)
        out->v[out->n++] = (struct field_choice){rules->reasons[i].id, rules->reasons[i].text};
    return E_OK;
}

/* Presence ----------------------------------------------------------------------------------- */

static enum err session_of(struct request *rq, struct dosing *row) {
    TRY(dosing_of_step(rq->tx, &(struct dosing_of_step_in){rq->path[1]}, row));
    return str_eq(row->patient_id, rq->path[0]) ? E_OK : E_UNKNOWN;
}

enum err post_presence_enter(struct request *rq) {
    const struct form_presence *f = &rq->form.presence;
    struct presence_in in = {f->account, f->at.is ? f->at.v : 0};
    struct dosing row;
    TRY(session_of(rq, &row));
    TRY(presence_enter(rq->tx, rq->app->content, &row, &in, &rq->faults));
    if (rq->tx->appended == 0)
        TRY(journal_append(rq->tx, "presence_recorded", row.patient_id, STR("there already")));
    return back(rq);
}

enum err post_presence_leave(struct request *rq) {
    const struct form_presence *f = &rq->form.presence;
    struct presence_in in = {f->account, f->at.is ? f->at.v : 0};
    struct dosing row;
    TRY(session_of(rq, &row));
    TRY(presence_leave(rq->tx, rq->app->content, &row, &in, &rq->faults));
    return back(rq);
}

enum err choices_session_staff(struct request *rq, struct field_choices *out) {
    struct account_staff_rows rows;
    TRY(account_staff(rq->tx, &rows));
    out->v = NEWS(rq->arena, struct field_choice, rows.n);
    for (ptrdiff_t i = 0; i < rows.n; i++) {
        enum role role;
        if (role_parse(rows.v[i].role, &role) && access_allows(role, CAP_SESSION_RUN))
            out->v[out->n++] = (struct field_choice){rows.v[i].id, rows.v[i].display_name};
    }
    return E_OK;
}

enum err page_session_stamp(struct request *rq) {
    struct dosing row;
    struct str stamp;
    TRY(session_of(rq, &row));
    TRY(session_stamp_text(rq, row.id, &stamp));
    rq->answer->content_type = STR("text/plain; charset=utf-8");
    buf_put(rq->out, stamp);
    return E_OK;
}
