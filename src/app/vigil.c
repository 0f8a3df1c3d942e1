#include "app/vigil.h"

#include "app/alarm.h"
#include "app/chart.h"
#include "app/observe.h"
#include "app/words.h"
#include "base/clock.h"

/* A session is looked at this often at the least, whatever was planned. */
#define LOOK_MS MINUTE_MS

static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

static struct vitals_times times_of(const struct dosing *d) {
    return (struct vitals_times){
        .checked_in_ms = d->checked_in_ms,
        .dose_ms = d->first_dose_ms.is ? d->first_dose_ms.v : VITALS_NO_TIME,
        .dose_end_ms = d->last_dose_ms.is ? d->last_dose_ms.v : VITALS_NO_TIME,
        .left_ms = d->discharged_ms.is ? d->discharged_ms.v : VITALS_NO_TIME};
}

static enum err observed(struct tx *tx, const struct dosing *d, enum vital_kind kind,
                         struct vitals_taken *out) {
    struct observed_times_rows rows;
    struct str code = str_from(vital_meanings[kind].loinc);
    TRY(observed_times(tx, &(struct observed_times_in){d->id, code}, &rows));
    int64_t *taken = NEWS(tx->arena, int64_t, rows.n);
    for (ptrdiff_t i = 0; i < rows.n; i++) taken[i] = rows.v[i].at_ms;
    *out = (struct vitals_taken){taken, (int)rows.n};
    return E_OK;
}

enum err vigil_checkpoints(struct tx *tx, const struct content *content, const struct dosing *d,
                           struct checkpoints *out) {
    struct vitals_taken taken;
    TRY(observed(tx, d, VITAL_systolic, &taken));
    vitals_checkpoints(content->session, d->route, times_of(d), taken.ms, taken.n, tx->now_ms,
                       out);
    return E_OK;
}

enum err vigil_sign(struct tx *tx, const struct content *content, const struct dosing *d,
                    enum vital_kind kind, struct checkpoints *out) {
    struct vitals_taken taken;
    TRY(observed(tx, d, kind, &taken));
    vitals_scale(content->session, str_from(observe_item(kind)), d->route, times_of(d),
                 taken, tx->now_ms, out);
    return E_OK;
}

enum err vigil_scale(struct tx *tx, const struct content *content, const struct dosing *d,
                     struct str instrument, struct checkpoints *out) {
    struct response_of_session_rows rows;
    struct response_of_session_in in = {d->patient_id, d->checked_in_ms, tx->now_ms};
    int n = 0;
    TRY(response_of_session(tx, &in, &rows));
    int64_t *taken = NEWS(tx->arena, int64_t, rows.n);
    for (ptrdiff_t i = 0; i < rows.n; i++)
        if (str_eq(rows.v[i].instrument, instrument)) taken[n++] = rows.v[i].at_ms;
    vitals_scale(content->session, instrument, d->route, times_of(d),
                 (struct vitals_taken){taken, n}, tx->now_ms, out);
    return E_OK;
}

/* Something that has been missing since: an alarm at the level of its wait, or none yet.
 * *next_ms: not later than when that changes. */
struct missing {
    const char *kind; /* of the alarm */
    struct str wait;  /* the line of content that says how long it may be missing */
    struct str subject, text;
    int64_t since_ms;
};

static enum err call(struct tx *tx, const struct content *content, const struct dosing *d,
                     const struct missing *m, int64_t *next_ms) {
    struct alarm out;
    enum vitals_level level = alarms_wait(content->alarms, m->wait, tx->now_ms - m->since_ms);
    *next_ms =
        least(*next_ms, alarms_wait_next(content->alarms, m->wait, m->since_ms, tx->now_ms));
    if (level == VITALS_FINE) return E_OK;
    struct alarm want = {.patient_id = d->patient_id,
                         .dosing_id = d->id,
                         .kind = str_from(m->kind),
                         .subject = m->subject,
                         .level = str_from(vitals_level_name(level)),
                         .text = m->text,
                         .source = alarms_wait_source(content->alarms, m->wait)};
    return alarm_raise(tx, &want, &out);
}

/* What was to be taken at a checkpoint (NULL: nothing is open): an alarm after its grace. */
static enum err look_taken(struct tx *tx, const struct content *content, const struct dosing *d,
                           const struct checkpoint *c, struct missing m, int64_t *next_ms) {
    m.kind = "checkpoint";
    if (c && !c->baseline) m.since_ms = c->at_ms + content->session->grace_min * MINUTE_MS;
    if (!c || c->baseline || c->state == CHECKPOINT_AHEAD || c->state == CHECKPOINT_DUE) {
        if (c && !c->baseline) *next_ms = least(*next_ms, m.since_ms + 1);
        return alarm_over(tx, d->id, m.kind, m.subject);
    }
    m.text = str_format(tx->arena, "%.*s due at %.*s and not taken.", STR_ARG(m.text),
                        STR_ARG(clock_time_text(tx->arena, c->at_ms)));
    return call(tx, content, d, &m, next_ms);
}

/* Vital signs, and what was left out of them: each sign that has a wait of its own. */
static enum err look_checkpoints(struct tx *tx, const struct content *content,
                                 const struct dosing *d, int64_t *next_ms) {
    struct checkpoints *looks = NEW(tx->arena, struct checkpoints);
    struct checkpoints *all = NEW(tx->arena, struct checkpoints);
    struct missing m = {.wait = STR("checkpoint"), .subject = STR("vitals"),
                        .text = STR("Vital signs were")};
    TRY(vigil_checkpoints(tx, content, d, looks));
    TRY(look_taken(tx, content, d, vitals_next_checkpoint(looks), m, next_ms));
    for (int kind = 0; kind < VITAL_COUNT; kind++) {
        m.wait = m.subject = str_from(observe_item((enum vital_kind)kind));
        if (!alarms_wait_source(content->alarms, m.wait).s) continue;
        m.text = str_format(tx->arena, "%s was", vital_meanings[kind].text);
        TRY(vigil_sign(tx, content, d, (enum vital_kind)kind, all));
        TRY(look_taken(tx, content, d, vitals_left_out(all, looks), m, next_ms));
    }
    return E_OK;
}

/* A reading that counts only if it stays, and was not repeated. */
static enum err look_repeats(struct tx *tx, const struct content *content,
                             const struct dosing *d, int64_t *next_ms) {
    struct alarm_rows open;
    TRY(alarm_open_of_dosing(tx, &(struct alarm_open_of_dosing_in){d->id}, &open));
    for (ptrdiff_t i = 0; i < open.n; i++) {
        const struct alarm *a = &open.v[i];
        if (!a->repeat_ms.is || a->over_ms.is) continue;
        int64_t due_ms = a->repeat_ms.v + MINUTE_MS; /* a minute to take it */
        *next_ms = least(*next_ms, due_ms > tx->now_ms ? due_ms : INT64_MAX);
        if (tx->now_ms < due_ms) continue;
        struct missing m = {.kind = "checkpoint",
                            .wait = STR("checkpoint"),
                            .subject = str_format(tx->arena, "repeat %.*s", STR_ARG(a->subject)),
                            .text = str_format(tx->arena,
                                               "A reading was to be repeated at %.*s: %.*s",
                                               STR_ARG(clock_time_text(tx->arena, a->repeat_ms.v)),
                                               STR_ARG(a->text)),
                            .since_ms = due_ms};
        TRY(call(tx, content, d, &m, next_ms));
    }
    return E_OK;
}

/* From the first dose on, somebody is with the patient. */
static enum err look_presence(struct tx *tx, const struct content *content,
                              const struct dosing *d, int64_t *next_ms) {
    struct presence_gone_row gone;
    if (!d->first_dose_ms.is) return E_OK;
    TRY(presence_gone(tx, &(struct presence_gone_in){d->id}, &gone));
    if (gone.here > 0) return alarm_over(tx, d->id, "presence", STR("room"));
    int64_t since_ms = gone.to_ms > d->first_dose_ms.v ? gone.to_ms : d->first_dose_ms.v;
    struct missing m = {.kind = "presence",
                        .wait = STR("presence"),
                        .subject = STR("room"),
                        .text = str_format(tx->arena, "Nobody is with the patient since %.*s.",
                                           STR_ARG(clock_time_text(tx->arena, since_ms))),
                        .since_ms = since_ms};
    return call(tx, content, d, &m, next_ms);
}

enum err vigil_look(struct tx *tx, const struct content *content, const struct dosing *d) {
    static const char *const over[] = {"discharged", "stopped", NULL};
    int64_t next_ms = tx->now_ms + LOOK_MS;
    if (word_in(d->state, over)) return E_OK;
    TRY(look_checkpoints(tx, content, d, &next_ms));
    TRY(look_repeats(tx, content, d, &next_ms));
    TRY(look_presence(tx, content, d, &next_ms));
    return vigil_set(tx, &(struct vigil_set_in){d->id, next_ms});
}

static enum err waiting(struct tx *tx, struct dosing_rows *rows) {
    return vigil_dosing(tx, &(struct vigil_dosing_in){tx->now_ms, tx->now_ms + LOOK_MS}, rows);
}

enum err vigil_due(struct tx *tx, const struct app *app, bool *due) {
    struct dosing_rows rows;
    (void)app;
    TRY(waiting(tx, &rows));
    *due = rows.n > 0;
    return E_OK;
}

enum err vigil_tick(struct tx *tx, const struct app *app) {
    struct dosing_rows rows;
    TRY(waiting(tx, &rows));
    for (ptrdiff_t i = 0; i < rows.n; i++) TRY(vigil_look(tx, app->content, &rows.v[i]));
    return E_OK;
}
