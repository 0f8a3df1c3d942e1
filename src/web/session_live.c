#include "web/session_live.h"

#include "app/vigil.h"
#include "base/clock.h"
#include "base/lines.h"
#include "web/form_view.h"
#include "web/show.h"
#include "web/words.h"

static enum vitals_level level_of(const struct alarm *a) {
    enum vitals_level level = VITALS_FINE;
    CHECK(alarms_level_parse(a->level, &level), "an alarm of a known level");
    return level;
}

static bool is_silent(const struct request *rq, const struct alarm *a) {
    return a->silenced_until_ms.is &&
           alarms_silent(rq->app->content->alarms, level_of(a), a->silenced_until_ms.v,
                         rq->now_ms);
}

static bool is_calling(const struct request *rq, const struct alarm *a) {
    return !a->acknowledged_ms.is && !is_silent(rq, a);
}

static struct str name_of(struct request *rq, struct str account_id) {
    struct str name = show_account(rq, account_id);
    return name.n ? name : STR("somebody");
}

/* As far as it has gone by now; the watch writes it down within a second. */
static void put_told(const struct request *rq, const struct alarm *a, struct buf *b) {
    static const char *const words[TOLD_COUNT] = {"", "; told to the prescriber",
                                                  "; told to everyone"};
    int told = TOLD_MONITOR;
    for (int i = 0; i < TOLD_COUNT; i++)
        if (str_is(a->told, alarms_told_name((enum alarms_told)i))) told = i;
    if (!a->acknowledged_ms.is && !a->ended_ms.is)
        told = alarms_told(rq->app->content->alarms, level_of(a), rq->now_ms - a->raised_ms,
                           (enum alarms_told)told);
    buf_z(b, words[told]);
}

static void put_act(struct request *rq, struct buf *b, const char *act, int64_t at_ms,
                    struct str account_id) {
    buf_z(b, act), clock_put_time(b, at_ms);
    buf_format(b, " by %.*s", STR_ARG(name_of(rq, account_id)));
}

struct str session_alarm_facts(struct request *rq, const struct alarm *a) {
    struct buf b = buf_new(rq->arena, 160);
    bool late = a->cause_ms.is && a->raised_ms - a->cause_ms.v >= SHOW_LATE_MS;
    if (late) buf_z(&b, "Of "), clock_put_time(&b, a->cause_ms.v);
    buf_z(&b, late ? ", written late and raised at " : "Since "), clock_put_time(&b, a->raised_ms);
    put_told(rq, a, &b);
    if (a->acknowledged_ms.is)
        put_act(rq, &b, "; acknowledged ", a->acknowledged_ms.v, a->acknowledged_by);
    else if (a->ended_ms.is) buf_z(&b, "; not acknowledged");
    if (is_silent(rq, a))
        put_act(rq, &b, "; silent until ", a->silenced_until_ms.v, a->silenced_by);
    if (a->over_ms.is) buf_z(&b, "; over since "), clock_put_time(&b, a->over_ms.v);
    if (a->ended_ms.is) {
        put_act(rq, &b, "; ended ", a->ended_ms.v, a->ended_by);
        buf_format(&b, ": %.*s", STR_ARG(a->reason));
    }
    buf_char(&b, '.');
    return buf_str(&b);
}

static enum err act_form(struct request *rq, const struct alarm *a, struct str at,
                         const char *act, const char *submit, const struct view_form **out) {
    struct view_form *form = NEW(rq->arena, struct view_form);
    struct str action = str_format(rq->arena, "%.*s/alarm/%.*s/%s", STR_ARG(at), STR_ARG(a->id),
                                   act);
    *out = form;
    return web_form_blank(rq, action, submit, SECRET, form);
}

static enum err acts(struct request *rq, const struct alarm *a, struct str at,
                     struct view_alarm_card *card) {
    if (!web_allows(rq, CAP_SESSION_RUN)) return E_OK;
    const struct alarms_level *l = &rq->app->content->alarms->levels[level_of(a)];
    if (!a->acknowledged_ms.is) {
        TRY(act_form(rq, a, at, "acknowledge", "Acknowledge", &card->acknowledge));
        if (!is_silent(rq, a))
            TRY(act_form(rq, a, at, "silence",
                         str_z(rq->arena, str_format(rq->arena, "Silence for %d min",
                                                     (int)(l->silence_ms / MINUTE_MS))),
                         &card->silence));
    }
    if (!a->over_ms.is && !str_is(a->kind, "event")) return E_OK;
    struct view_form *end = NEW(rq->arena, struct view_form);
    struct str action = str_format(rq->arena, "%.*s/alarm/%.*s/end", STR_ARG(at), STR_ARG(a->id));
    TRY(web_form(rq, FORM_alarm_end, action, NULL, 0, end));
    card->end = end;
    return E_OK;
}

/* The loudest of those that call sounds for all. */
static void loudest(struct request *rq, const struct alarm *a, struct view_session_live *out) {
    const struct alarms_level *l = &rq->app->content->alarms->levels[level_of(a)];
    if (!is_calling(rq, a) || l->pulses <= out->pulses) return;
    out->sound = l->priority;
    out->pulses = l->pulses;
    out->every_s = l->every_s;
}

static enum err cards(struct request *rq, const struct dosing_day *d, struct str at,
                      struct view_session_live *out) {
    struct alarm_rows open;
    TRY(alarm_open_of_dosing(rq->tx, &(struct alarm_open_of_dosing_in){d->row.id}, &open));
    out->alarms.v = NEWS(rq->arena, struct view_alarm_card, open.n);
    for (int level = VITALS_CRITICAL; level > VITALS_FINE; level--)
        for (ptrdiff_t i = 0; i < open.n; i++) {
            const struct alarm *a = &open.v[i];
            if ((int)level_of(a) != level) continue;
            const struct alarms_act *act =
                a->over_ms.is ? NULL : alarms_act(rq->app->content->alarms, d->row.route,
                                                  level_of(a), a->kind);
            struct view_alarm_card *card = &out->alarms.v[out->alarms.n++];
            *card = (struct view_alarm_card){.id = a->id,
                                             .level = a->level,
                                             .calling = is_calling(rq, a),
                                             .what = a->text,
                                             .act = act ? act->text : STR_ABSENT,
                                             .facts = session_alarm_facts(rq, a)};
            const struct cards *all = rq->app->content->cards;
            const struct card *help = a->over_ms.is ? NULL : cards_for(all, a->subject);
            if (help) {
                card->card_title = help->title;
                card->card = str_format(rq->arena, "%.*s/emergency?card=%.*s", STR_ARG(at),
                                        STR_ARG(help->id));
            }
            TRY(acts(rq, a, at, card));
            loudest(rq, a, out);
        }
    return E_OK;
}

/* The checkpoints ---------------------------------------------------------------------------- */

static struct str signs_words(struct request *rq, struct str signs) {
    struct buf b = buf_new(rq->arena, 80);
    for (struct str w = word_next(&signs); w.s; w = word_next(&signs)) {
        const struct vitals_sign *sign = vitals_sign(rq->app->content->session, w);
        if (b.n) buf_z(&b, ", ");
        buf_put(&b, sign ? sign->name : w);
    }
    return buf_str(&b);
}

/* "14:05", "14:05, due": what is still ahead needs no word. */
static struct str checkpoint_words(struct request *rq, const struct checkpoint *c) {
    struct str time = show_time(rq->arena, c->at_ms);
    if (c->state == CHECKPOINT_AHEAD) return time;
    return str_format(rq->arena, "%.*s, %s", STR_ARG(time), vitals_checkpoint_name(c->state));
}

static enum err next_check(struct request *rq, const struct dosing_day *d,
                           struct view_session_live *out) {
    struct checkpoints *all = NEW(rq->arena, struct checkpoints);
    TRY(vigil_checkpoints(rq->tx, rq->app->content, &d->row, all));
    const struct checkpoint *next = vitals_next_checkpoint(all);
    if (!next) return E_OK;
    out->next_check =
        next->baseline ? STR("Baseline vital signs, before the dose")
                       : str_format(rq->arena, "Next vital signs %.*s",
                                    STR_ARG(checkpoint_words(rq, next)));
    out->next_ms = (struct maybe_int){!next->baseline, next->at_ms};
    out->next_signs = signs_words(rq, next->signs);
    out->watched = vitals_watch(rq->app->content->session, d->row.route);
    return E_OK;
}

/* Questionnaires that are asked for now: each once, with its link. */
static bool asked_before(const struct session_rules *r, int i) {
    for (int j = 0; j < i; j++)
        if (str_eq(r->scales[j].signs, r->scales[i].signs)) return true;
    return false;
}

/* One line of what is to be asked: what, when, and that it is past its time. */
static void add_asked(struct request *rq, struct view_session_live *out, struct str what,
                      const struct checkpoint *c, struct str link) {
    out->scales.v[out->scales.n++] = (struct view_item){
        .what = what,
        .when = c->baseline ? STR("before the dose") : checkpoint_words(rq, c),
        .tag = c->state == CHECKPOINT_OVERDUE ? show_tag(rq->arena, "urgent", STR("to be asked"))
                                              : NULL,
        .link = link};
}

static enum err scales(struct request *rq, const struct dosing_day *d,
                       struct view_session_live *out) {
    const struct session_rules *r = rq->app->content->session;
    struct checkpoints *all = NEW(rq->arena, struct checkpoints);
    out->scales.v = NEWS(rq->arena, struct view_item, r->scales_n + VITAL_COUNT);
    for (int i = 0; i < r->scales_n && web_allows(rq, CAP_MEASURE_WRITE); i++) {
        const struct instrument *in =
            instrument_find(rq->app->content->instruments, r->scales[i].signs);
        if (!in || asked_before(r, i)) continue;
        TRY(vigil_scale(rq->tx, rq->app->content, &d->row, in->id, all));
        const struct checkpoint *next = vitals_next_checkpoint(all);
        if (!next) continue;
        add_asked(rq, out, in->title, next,
                  show_link(rq->arena, d->row.patient_id, "/measure/%.*s", STR_ARG(in->id)));
    }
    return E_OK;
}

/* What only a person can see, and was left out when the pressure was taken. */
static enum err left_out(struct request *rq, const struct dosing_day *d, struct str at,
                         struct view_session_live *out) {
    struct checkpoints *all = NEW(rq->arena, struct checkpoints);
    struct checkpoints *looks = NEW(rq->arena, struct checkpoints);
    TRY(vigil_checkpoints(rq->tx, rq->app->content, &d->row, looks));
    for (int i = 0; i < VITAL_COUNT; i++) {
        const struct vital_meaning *m = &vital_meanings[i];
        if (!str_starts(str_from(m->loinc), STR("cairn-"))) continue;
        TRY(vigil_sign(rq->tx, rq->app->content, &d->row, (enum vital_kind)i, all));
        const struct checkpoint *next = vitals_left_out(all, looks);
        if (!next) continue;
        add_asked(rq, out, str_from(m->text), next,
                  str_format(rq->arena, "%.*s#signs", STR_ARG(at)));
    }
    return E_OK;
}

/* The other sessions ------------------------------------------------------------------------- */

static enum err worst_of(struct request *rq, struct str dosing_id, const struct view_tag **out) {
    struct alarm_rows open;
    enum vitals_level worst = VITALS_FINE;
    TRY(alarm_open_of_dosing(rq->tx, &(struct alarm_open_of_dosing_in){dosing_id}, &open));
    for (ptrdiff_t i = 0; i < open.n; i++)
        if (level_of(&open.v[i]) > worst) worst = level_of(&open.v[i]);
    const char *name = vitals_level_name(worst);
    *out = worst == VITALS_FINE ? NULL : show_tag(rq->arena, name, str_from(name));
    return E_OK;
}

static enum err beside(struct request *rq, const struct session_beside_row *r,
                       struct view_session_beside *out) {
    struct checkpoints *all = NEW(rq->arena, struct checkpoints);
    struct dosing d = {.id = r->id,
                       .route = r->route,
                       .checked_in_ms = r->checked_in_ms,
                       .first_dose_ms = r->first_dose_ms,
                       .last_dose_ms = r->last_dose_ms};
    struct str stage = show_stage(rq->app->content, DOSING_FACTS(r), rq->now_ms);
    *out = (struct view_session_beside){
        .link = show_link(rq->arena, r->patient_id, "/dosing/%.*s", STR_ARG(r->step_id)),
        .name = r->preferred_name.n ? r->preferred_name : r->given_name,
        .where = r->room,
        .stage = stage};
    if (r->first_dose_ms.is)
        out->stage = str_format(rq->arena, "T+%.*s, %.*s",
                                STR_ARG(words_since(rq->arena, r->first_dose_ms.v, rq->now_ms)),
                                STR_ARG(stage));
    TRY(vigil_checkpoints(rq->tx, rq->app->content, &d, all));
    const struct checkpoint *next = vitals_next_checkpoint(all);
    if (next && !next->baseline) {
        out->next = show_time(rq->arena, next->at_ms);
        out->next_ms = (struct maybe_int){true, next->at_ms};
    }
    return worst_of(rq, r->id, &out->tag);
}

static enum err besides(struct request *rq, const struct dosing_day *d,
                        struct view_session_live *out) {
    struct session_beside_rows rows;
    TRY(session_beside(rq->tx, &(struct session_beside_in){d->row.id}, &rows));
    out->beside.v = NEWS(rq->arena, struct view_session_beside, rows.n);
    for (ptrdiff_t i = 0; i < rows.n; i++) TRY(beside(rq, &rows.v[i], &out->beside.v[i]));
    out->beside.n = rows.n;
    return E_OK;
}

/* Who is with the patient --------------------------------------------------------------------- */

static enum err presence_form(struct request *rq, struct str at, const char *act,
                              const char *submit, struct str account_id,
                              const struct view_form **out) {
    struct view_form *form = NEW(rq->arena, struct view_form);
    struct str action = str_format(rq->arena, "%.*s/presence/%s", STR_ARG(at), act);
    TRY(web_form_blank(rq, action, submit, SECRET, form));
    web_form_hidden(rq, form, "account", account_id);
    *out = form;
    return E_OK;
}

static enum err others_form(struct request *rq, struct str at, const struct view_form **out) {
    struct view_form *form = NEW(rq->arena, struct view_form);
    TRY(web_form(rq, FORM_presence, str_format(rq->arena, "%.*s/presence/enter", STR_ARG(at)),
                 NULL, 0, form));
    *out = form;
    return E_OK;
}

static enum err here(struct request *rq, const struct dosing_day *d, struct str at,
                     struct view_session_live *out) {
    struct presence_of_dosing_rows rows;
    bool may = web_allows(rq, CAP_SESSION_RUN), me = false;
    TRY(presence_of_dosing(rq->tx, &(struct presence_of_dosing_in){d->row.id}, &rows));
    out->here.v = NEWS(rq->arena, struct view_session_here, rows.n);
    for (ptrdiff_t i = 0; i < rows.n; i++) {
        const struct presence_of_dosing_row *r = &rows.v[i];
        if (r->to_ms.is) continue;
        me |= str_eq(r->account_id, rq->account.id);
        struct view_session_here *v = &out->here.v[out->here.n++];
        *v = (struct view_session_here){
            .name = r->name,
            .since = str_format(rq->arena, "since %.*s",
                                STR_ARG(show_time(rq->arena, r->from_ms)))};
        if (may) TRY(presence_form(rq, at, "leave", "Leaves", r->account_id, &v->leave));
    }
    if (!may) return E_OK;
    if (!me) TRY(presence_form(rq, at, "enter", "I am here", rq->account.id, &out->enter));
    return others_form(rq, at, &out->others);
}

/* The whole ---------------------------------------------------------------------------------- */

enum err session_stamp_text(struct request *rq, struct str dosing_id, struct str *out) {
    struct session_stamp_row s;
    TRY(session_stamp(rq->tx, &(struct session_stamp_in){dosing_id}, &s));
    *out = str_format(rq->arena, "%lld.%lld.%lld.%lld.%lld.%lld", (long long)s.calls,
                      (long long)s.seen, (long long)s.events, (long long)s.doses,
                      (long long)s.here, (long long)s.row);
    return E_OK;
}

enum err session_live(struct request *rq, const struct dosing_day *d, struct str at,
                      struct view_session_live *out) {
    *out = (struct view_session_live){
        .open = !str_is(d->row.state, "discharged") && !str_is(d->row.state, "stopped"),
        .cards = str_format(rq->arena, "%.*s/emergency", STR_ARG(at)),
        .stamp_at = str_format(rq->arena, "%.*s/stamp", STR_ARG(at))};
    if (!out->open) return E_OK;
    TRY(session_stamp_text(rq, d->row.id, &out->stamp));
    TRY(cards(rq, d, at, out));
    TRY(next_check(rq, d, out));
    TRY(scales(rq, d, out));
    TRY(left_out(rq, d, at, out));
    TRY(here(rq, d, at, out));
    return web_allows(rq, CAP_SESSION_RUN) ? besides(rq, d, out) : E_OK;
}

enum err session_alarms_past(struct request *rq, const struct dosing_day *d,
                             const struct view_list_panel **out) {
    struct alarm_rows all;
    TRY(alarm_of_dosing(rq->tx, &(struct alarm_of_dosing_in){d->row.id}, &all));
    struct view_list_panel *panel = NEW(rq->arena, struct view_list_panel);
    *panel = (struct view_list_panel){.id = STR("alarms-past"), .title = STR("Alarms")};
    panel->rows.v = NEWS(rq->arena, struct view_item, all.n);
    for (ptrdiff_t i = 0; i < all.n; i++) {
        const struct alarm *a = &all.v[i];
        if (!a->ended_ms.is) continue;
        panel->rows.v[panel->rows.n++] =
            (struct view_item){.what = a->text,
                               .when = show_time(rq->arena, a->raised_ms),
                               .detail = session_alarm_facts(rq, a),
                               .tag = show_tag(rq->arena, str_z(rq->arena, a->level), a->level)};
    }
    *out = panel->rows.n ? panel : NULL;
    return E_OK;
}
