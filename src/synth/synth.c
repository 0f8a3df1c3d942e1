#include "synth/synth.h"

#include <string.h>

#include "app/referral.h"
#include "synth/synth_course.h"
#include "synth/synth_measure.h"
#include "synth/synth_person.h"
#include "synth/synth_screening.h"
#include "base/clock.h"
#include "base/id.h"

/* For all files of synth ----------------------------------------------------------------------- */

/* Ids of one life stand together and lives follow one another, whatever their dates: then
 * an index grows at its end, and ten thousand lives are written in seconds. */
struct str synth_id(struct synth_life *l) {
    unsigned char random[10];
    uint64_t a = draw_next(&l->draw), b = draw_next(&l->draw);
    memcpy(random, &a, 8);
    memcpy(random + 8, &b, 2);
    return id_from(l->arena, l->id_ms++, random);
}

int64_t synth_at(struct synth_life *l, int32_t day, int hour) {
    return clock_instant(day, hour, draw_below(&l->draw, 10) * 5);
}

struct synth_act synth_act(int64_t at_ms, struct str account_id, const char *event,
                           struct str why) {
    return (struct synth_act){at_ms, account_id, event, why};
}

/* The way ------------------------------------------------------------------------------------- */

static void move(struct synth_life *l, enum phase to, int64_t at_ms, struct str by,
                 const char *reason) {
    struct patient *p = &l->patient;
    if (!at_ms || at_ms > l->of->now_ms) return;
    struct phase_change change = {.id = synth_id(l),
                                  .patient_id = p->id,
                                  .from_phase = p->phase,
                                  .to_phase = str_from(phase_name(to)),
                                  .at_ms = at_ms,
                                  .account_id = by,
                                  .reason = str_from(reason)};
    struct synth_act act = synth_act(at_ms, by, "phase_changed", change.reason);
    p->version++; /* of the row that this one replaces */
    p->phase = change.to_phase;
    p->phase_since_ms = at_ms;
    SYNTH_ADD(l->rows, patient, act, p);
    SYNTH_ADD(l->rows, phase_change, act, &change);
}

static const char *why_declined(struct synth_life *l) {
    static const char *const reasons[] = {
        "Blood pressure above 160/100 twice; cardiology first",
        "A manic episode this spring; bipolar clinic first",
        "Prefers ECT after the conversation about expectations",
        "No adult who could take the patient home; will ask again",
        "Current alcohol use with withdrawal; addiction clinic first"};
    return reasons[draw_below(&l->draw, 5)];
}

static void moves(struct synth_life *l) {
    const struct synth_staff *s = &l->of->staff;
    move(l, PHASE_SCREENING, l->opened_ms, s->coordinator, "screening was opened");
    if (l->story.phase == PHASE_DECLINED)
        move(l, PHASE_DECLINED, l->signed_ms, s->prescriber, why_declined(l));
    else
        move(l, PHASE_ELIGIBLE, l->signed_ms, s->prescriber, "declared eligible");
    move(l, PHASE_PREPARING, l->started_ms, s->prescriber, "a course was started");
    move(l, PHASE_DOSING, l->first_dose_ms, s->monitor, "a dose was given");
    move(l, PHASE_INTEGRATING, l->series_ms, s->monitor, "the last dose of the series was given");
    move(l, PHASE_FOLLOWUP, l->integrated_ms, s->therapist,
         "the last integration of the series was held");
    if (l->story.phase == PHASE_MAINTENANCE)
        move(l, PHASE_MAINTENANCE, l->integrated_ms + 28 * DAY_MS, s->prescriber,
             "boosters were agreed");
    move(l, PHASE_CLOSED, l->closed_ms, s->prescriber, "the course was closed");
}

/* One life ------------------------------------------------------------------------------------ */

static bool has_course(enum phase p) { return p >= PHASE_PREPARING; }

/* Of today's acts, those whose hour has not come were done a little while ago. */
static int64_t not_after(int64_t at_ms, int64_t latest_ms) {
    return at_ms < latest_ms ? at_ms : latest_ms;
}

/* When it was referred, screened and decided: counted back from the course, or from today. */
static void set_times(struct synth_life *l) {
    enum phase p = l->story.phase;
    int32_t today = l->of->today, in_phase = l->story.day;
    l->day0 = has_course(p) ? today - l->story.day : today;
    int32_t decided = has_course(p) ? l->day0 - 17 : today - in_phase;
    int32_t opened = p == PHASE_SCREENING ? today - in_phase : decided - 4;
    int32_t referred =
        p == PHASE_REFERRED ? today - in_phase : opened - draw_between(&l->draw, 5, 12);
    l->referred_ms = not_after(synth_at(l, referred, 8), l->of->now_ms - 3 * HOUR_MS);
    if (p != PHASE_REFERRED)
        l->opened_ms = not_after(synth_at(l, opened, 9), l->of->now_ms - 2 * HOUR_MS);
    if (p != PHASE_REFERRED && p != PHASE_SCREENING)
        l->signed_ms = not_after(synth_at(l, decided, 11), l->of->now_ms - HOUR_MS);
}

enum err synth_life_add(const struct synth *s, const struct synth_story *story, int64_t number,
                        struct str mrn, struct synth_rows *rows, struct str *patient_id) {
    struct synth_life l = {.of = s,
                           .story = *story,
                           .draw = draw_start(s->seed, (uint64_t)number),
                           .rows = rows,
                           .arena = rows->arena};
    enum { ROWS_MAX = 1000 }; /* of a life: its ids take one millisecond each */
    l.id_ms = s->now_ms - 30 * DAY_MS + number * ROWS_MAX;
    l.phq9 = draw_between(&l.draw, 14, 23);
    set_times(&l);
    if (has_course(story->phase)) {
        l.protocol = content_protocol(s->content, str_from(story->protocol));
        if (!l.protocol) return E_UNKNOWN;
    }
    synth_person(&l, number, mrn);
    if (l.opened_ms) synth_screening(&l);
    if (has_course(story->phase)) {
        synth_consents(&l, l.signed_ms + HOUR_MS);
        synth_course(&l);
    }
    moves(&l);
    if (patient_id) *patient_id = l.patient.id;
    return E_OK;
}

/* Many ---------------------------------------------------------------------------------------- */

struct share {
    enum phase phase;
    int percent, day_from, day_to; /* of the course, or in the phase */
};

/* A clinic in its third year (DESIGN). */
static const struct share shares[] = {
    {PHASE_REFERRED, 6, 0, 9},      {PHASE_SCREENING, 7, 0, 12},   {PHASE_DECLINED, 7, 3, 300},
    {PHASE_ELIGIBLE, 4, 0, 10},     {PHASE_PREPARING, 7, -12, -1}, {PHASE_DOSING, 14, 0, 34},
    {PHASE_INTEGRATING, 2, 35, 36}, {PHASE_FOLLOWUP, 20, 38, 216}, {PHASE_MAINTENANCE, 5, 70, 216},
    {PHASE_CLOSED, 28, 219, 800},
};

static struct synth_story draw_story(struct draw *d) {
    static const struct {
        enum synth_arc arc;
        int percent;
    } arcs[] = {{ARC_REMISSION, 28}, {ARC_RESPONSE, 25}, {ARC_PARTIAL, 19},
                {ARC_NONE, 14},      {ARC_RELAPSE, 10},  {ARC_WORSE, 4}};
    struct synth_story story = {.minutes = SYNTH_NO_SESSION, .protocol = "kap-6in6"};
    const struct share *share = shares;
    int at = draw_below(d, 100), arc = draw_below(d, 100), i = 0;
    while ((at -= share->percent) >= 0) share++;
    while ((arc -= arcs[i].percent) >= 0) i++;
    story.phase = share->phase;
    story.day = draw_between(d, share->day_from, share->day_to);
    story.arc = arcs[i].arc;
    story.route = draw_chance(d, 45) ? "im" : "sl";
    if (draw_chance(d, 6)) story.marks |= MARK_LATE;
    if (draw_chance(d, 3)) story.marks |= draw_chance(d, 50) ? MARK_RISK : MARK_REVIEWED;
    return story;
}

static enum err write_batch(struct tx *tx, const struct synth *s, int64_t from, int64_t to,
                            int64_t first_mrn, struct synth_done *done) {
    struct synth_rows rows = synth_rows_new(tx->arena);
    for (int64_t n = from; n < to; n++) {
        struct draw d = draw_start(s->seed ^ 0x5BF03635u, (uint64_t)n);
        struct synth_story story = draw_story(&d);
        struct str mrn = referral_mrn(tx->arena, first_mrn + n);
        TRY(synth_life_add(s, &story, n, mrn, &rows, NULL));
    }
    TRY(synth_rows_write(tx, &rows));
    done->patients += to - from;
    done->rows += rows.n;
    return E_OK;
}

static enum err next_number(const struct app *app, struct arena *a, int64_t now_ms,
                            int64_t *number) {
    struct tx tx;
    struct str mrn;
    struct actor actor = {app->clinic_id, STR_ABSENT, STR("synth")};
    TRY(tx_begin(&tx, app->store, a, TX_READ, actor, now_ms));
    TRY(tx_end(&tx, referral_next_mrn(&tx, &mrn)));
    CHECK(str_to_int(str_slice(mrn, 2, mrn.n), number), "K-000001");
    return E_OK;
}

enum err synth_run(const struct app *app, struct synth *s, int64_t patients,
                   struct synth_done *done) {
    enum { BATCH = 50, BATCH_ARENA_BYTES = 256 << 20 };
    struct arena arena;
    struct actor actor = {app->clinic_id, STR_ABSENT, STR("synth")};
    int64_t first_mrn;
    enum err e;
    *done = (struct synth_done){0};
    arena_open(&arena, BATCH_ARENA_BYTES);
    e = next_number(app, &arena, s->now_ms, &first_mrn);
    for (int64_t n = 0; n < patients && e == E_OK; n += BATCH) {
        struct tx tx;
        int64_t to = n + BATCH < patients ? n + BATCH : patients;
        arena_reset(&arena);
        e = tx_begin(&tx, app->store, &arena, TX_WRITE, actor, s->now_ms);
        if (e == E_OK) e = tx_end(&tx, write_batch(&tx, s, n, to, first_mrn, done));
    }
    arena_close(&arena);
    return e;
}

/* Staff --------------------------------------------------------------------------------------- */

static enum err make_account(struct tx *tx, struct draw *d, const char *login, const char *name,
                             const char *credentials, const char *role, struct str *id) {
    struct synth_life none = {.draw = *d, .arena = tx->arena, .id_ms = tx->now_ms};
    struct account row = {.id = synth_id(&none),
                          .login_name = str_from(login),
                          .display_name = str_from(name),
                          .credentials = str_from(credentials),
                          .role = str_from(role),
                          .active = 1};
    *d = none.draw;
    struct account there;
    enum err e = account_by_login(tx, &(struct account_by_login_in){row.login_name}, &there);
    if (e == E_OK) {
        *id = there.id;
        return E_OK;
    }
    if (e != E_UNKNOWN) return e;
    tx_event(tx, "account_created", STR("synthetic staff; nobody can log in with it"));
    TRY(account_put(tx, &row));
    *id = row.id;
    return E_OK;
}

enum err synth_staff_make(const struct app *app, struct arena *a, struct synth *s) {
    struct actor actor = {app->clinic_id, STR_ABSENT, STR("synth")};
    struct draw d = draw_start(s->seed, UINT64_MAX);
    struct synth_staff *staff = &s->staff;
    struct tx tx;
    TRY(tx_begin(&tx, app->store, a, TX_WRITE, actor, s->now_ms));
    enum err e = make_account(&tx, &d, "synth-prescriber", "Ada Fenwick", "MD", "prescriber",
                              &staff->prescriber);
    if (!e)
        e = make_account(&tx, &d, "synth-therapist", "Tomas Reyes", "LCSW", "therapist",
                         &staff->therapist);
    if (!e)
        e = make_account(&tx, &d, "synth-monitor", "Noor Haddad", "RN", "monitor", &staff->monitor);
    if (!e)
        e = make_account(&tx, &d, "synth-sitter", "Mira Okafor", "EMT", "monitor", &staff->sitter);
    if (!e)
        e = make_account(&tx, &d, "synth-coordinator", "Pia Lund", "", "coordinator",
                         &staff->coordinator);
    return tx_end(&tx, e);
}
