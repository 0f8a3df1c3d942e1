#include "synth/demo.h"

#include <string.h>

#include "synth/demo_custody.h"
#include "synth/demo_rems.h"
#include "synth/demo_risk.h"
#include "app/device.h"
#include "app/level.h"
#include "app/people.h"
#include "app/referral.h"
#include "app/room.h"
#include "app/settings.h"
#include "synth/synth.h"
#include "base/clock.h"

static const struct demo_person people[] = {
#define PERSON(role, login_name, display_name, credentials, password)                              \
    {#role, login_name, display_name, credentials, password},
#include "synth/demo_people.def"
#undef PERSON
};

enum { PEOPLE = sizeof people / sizeof *people, NONE = SYNTH_NO_SESSION, DEMO_SEED = 20260302 };

static const struct synth_story stories[] = {
#define DEMO(phase, day, minutes, arc, indication, protocol, route, marks)                         \
    {PHASE_##phase, ARC_##arc, day, minutes, MARK_FULL | (marks), indication, protocol, route},
#include "synth/demo_stories.def"
#undef DEMO
};

enum { STORIES = sizeof stories / sizeof *stories };

const struct demo_person *demo_person_at(int i) { return i < PEOPLE ? &people[i] : NULL; }

/* People ----------------------------------------------------------------------------------- */

static enum err make_person(struct app *app, struct arena *a, const struct demo_person *p,
                            const struct patient *own, struct str *id, struct str *why) {
    struct faults faults = {.arena = a};
    struct actor actor = {app->clinic_id, STR_ABSENT, STR("synth")};
    struct person_new person = {.login_name = str_from(p->login_name),
                                .display_name = str_from(p->display_name),
                                .password = str_from(p->password)};
    struct str shown;
    if (*p->credentials) person.credentials = str_from(p->credentials);
    CHECK(role_parse(str_from(p->role), &person.role), "demo_people.def names a role there is");
    if (own) {
        person.chart_patient_id = own->id;
        person.display_name =
            str_format(a, "%.*s %.*s", STR_ARG(own->given_name), STR_ARG(own->family_name));
    }
    enum err e = people_create(app, a, actor, &person, &faults, id, &shown);
    if (faults.n) *why = faults.v[0].message;
    return e;
}

static enum err make_staff(struct app *app, struct arena *a, struct synth_staff *staff,
                           struct str *why) {
    for (int i = 0; i < PEOPLE; i++) {
        struct str id;
        if (strcmp(people[i].role, "patient") == 0) continue;
        TRY(make_person(app, a, &people[i], NULL, &id, why));
        if (strcmp(people[i].role, "prescriber") == 0) staff->prescriber = id;
        if (strcmp(people[i].role, "therapist") == 0) staff->therapist = id;
        if (strcmp(people[i].role, "monitor") == 0) staff->monitor = id;
        if (strcmp(people[i].role, "coordinator") == 0) staff->coordinator = id;
    }
    /* A second monitor, for nobody is in two rooms; with a password that nobody was told. */
    struct demo_person sitter = {"monitor", "mira", "Mira Okafor", "EMT", NULL};
    return make_person(app, a, &sitter, NULL, &staff->sitter, why);
}

/* Lives ------------------------------------------------------------------------------------ */

/* The patient who can log in has an integration due today. */
static bool has_login(const struct synth_story *s) {
    return s->phase == PHASE_DOSING && s->day == 8;
}

/* Whose measures raised an alert: it waits, or a therapist has it in hand. */
static enum err write_risk(struct tx *tx, const struct synth *s, const struct str ids[STORIES]) {
    tx->now_ms = s->now_ms;
    for (int i = 0; i < STORIES; i++) {
        bool worked = stories[i].marks & MARK_REVIEWED;
        if (!worked && !(stories[i].marks & MARK_RISK)) continue;
        TRY(demo_risk(tx, s->content, ids[i], s->staff.therapist,
                      worked ? DEMO_RISK_WORKED : DEMO_RISK_WAITS));
    }
    return E_OK;
}

/* Day by day, with the register kept along the doses, and counted last evening. */
static enum err write_rows(struct tx *tx, const struct synth *s, struct synth_rows *rows) {
    enum { EVENING = 18 };
    struct demo_custody book = {.content = s->content, .staff = s->staff, .now_ms = s->now_ms};
    int64_t evening_ms = clock_instant(s->today - 1, EVENING, 0);
    bool counted = false;
    synth_rows_sort(rows);
    for (int i = 0; i < rows->n; i++) {
        struct synth_entry *e = &rows->v[i];
        bool dose = e->table == SYNTH_dose;
        if (!counted && e->act.at_ms > evening_ms) {
            TRY(demo_custody_count(tx, &book, evening_ms));
            counted = true;
        }
        synth_rows_at(tx, e);
        if (dose) TRY(demo_custody_before(tx, &book, e->row));
        TRY(synth_rows_put(tx, e));
        if (dose) TRY(demo_custody_after(tx, &book, e->row));
    }
    tx->now_ms = s->now_ms;
    tx->actor.account_id = s->staff.monitor;
    return demo_custody_ready(tx, &book);
}

/* The programme of esketamine: the clinic, then whoever is given it. */
static enum err write_rems(struct tx *tx, const struct synth *s, const struct str ids[STORIES]) {
    tx->now_ms = s->now_ms;
    TRY(demo_rems_clinic(tx, s->content, s->staff.prescriber));
    for (int i = 0; i < STORIES; i++)
        if (str_is(str_from(stories[i].route), "esk"))
            TRY(demo_rems_patient(tx, s->content, ids[i], s->staff.prescriber));
    return E_OK;
}

static enum err write_lives(struct tx *tx, const struct synth *s, struct patient *with_login) {
    struct synth_rows rows = synth_rows_new(tx->arena);
    struct str ids[STORIES], id = STR_ABSENT;
    for (int i = 0; i < STORIES; i++) {
        struct str mrn = referral_mrn(tx->arena, i + 1);
        TRY(synth_life_add(s, &stories[i], i + 1, mrn, &rows, &ids[i]));
        if (has_login(&stories[i])) id = ids[i];
    }
    TRY(write_rows(tx, s, &rows));
    TRY(write_risk(tx, s, ids));
    tx->actor.account_id = s->staff.coordinator;
    TRY(write_rems(tx, s, ids));
    tx->actor.account_id = s->staff.therapist;
    TRY(demo_safety_plan(tx, id));
    return patient_load(tx, id, with_login);
}

/* Settings ---------------------------------------------------------------------------------- */

static enum err write_settings(struct tx *tx) {
    struct faults faults = {.arena = tx->arena};
#define CHOSEN(name, value) TRY(setting_save(tx, SETTING_##name, STR(value), 0, &faults));
#include "synth/demo_settings.def"
#undef CHOSEN
    return E_OK;
}

/* Rooms ------------------------------------------------------------------------------------ */

static const char *const rooms[] = {"Juniper", "Aspen", "Willow", "Larch", "Birch", "Cedar",
                                    "Maple", "Rowan"};
enum { ROOMS = sizeof rooms / sizeof *rooms };

/* Blood drawn soon after an infusion's end: the forecast is fitted to it. */
static enum err measure_level(struct tx *tx, const struct dosing *d, struct faults *faults) {
    struct level_in in = {d->patient_id, d->step_id, STR("ketamine_venous"), 122.0,
                          d->last_dose_ms.v + 10 * MINUTE_MS};
    if (!str_is(d->route, "iv") || !d->last_dose_ms.is || in.drawn_ms > tx->now_ms) return E_OK;
    return level_record(tx, &in, faults);
}

/* Named, and the sessions of this hour put into them in the order in which they came. */
static enum err write_rooms(struct tx *tx, const struct synth *s, struct str ids[ROOMS]) {
    struct dosing_rows running;
    struct faults faults = {.arena = tx->arena};
    const struct str ready = STR("acls=yes bls=yes aed=yes oxygen=yes suction=yes airway=yes "
                                 "pump=yes monitor=yes call_bell=yes ems=yes");
    TRY(dosing_running(tx, &running));
    for (int i = 0; i < ROOMS; i++) {
        struct room room = {
            .name = str_from(rooms[i]), .position = i + 1, .state = STR("open")};
        TRY(room_save(tx, &room, &faults));
        ids[i] = room.id;
        if (i < ROOMS - 1) TRY(room_ready_say(tx, s->content->room, room.id, ready, &faults));
        if (i >= running.n) continue;
        const struct dosing *d = &running.v[i];
        TRY(room_take(tx, d, room.id, d->checked_in_ms, &faults));
        TRY(measure_level(tx, d, &faults));
    }
    return E_OK;
}

static enum err write_monitors(struct tx *tx, const struct synth *s, const struct str room_ids[]) {
    static const struct {
        const char *identifier, *name;
        int room, minutes_ago;
        const char *readings;
    } rows[] = {
#define MONITOR(...) {__VA_ARGS__},
#include "synth/demo_monitors.def"
#undef MONITOR
    };
    struct faults faults = {.arena = tx->arena};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        enum device_fate fate;
        struct monitor_message m = {.device = str_from(rows[i].identifier)};
        tx->now_ms = m.at_ms = s->now_ms - rows[i].minutes_ago * MINUTE_MS;
        struct device d = {.kind = STR("monitor"), .identifier = m.device,
                           .name = str_from(rows[i].name), .state = STR("active"),
                           .first_ms = tx->now_ms};
        if (rows[i].room) d.room_id = room_ids[rows[i].room - 1];
        if (rows[i].room) TRY(device_save(tx, &d, &faults));
        monitor_take_back(tx->arena, s->content->monitors, str_from(rows[i].readings), &m);
        for (int r = 0; r < m.readings_n; r++) m.readings[r].at_ms = m.at_ms;
        TRY(device_take(tx, s->content, &m, STR_ABSENT, &fate));
    }
    return E_OK;
}

static enum err write_clinic(struct tx *tx, const struct synth *s, struct patient *with_login) {
    struct str room_ids[ROOMS];
    TRY(write_lives(tx, s, with_login));
    TRY(write_settings(tx));
    TRY(write_rooms(tx, s, room_ids));
    return write_monitors(tx, s, room_ids);
}

enum err demo_make(struct app *app, struct arena *a, int64_t now_ms, struct str *why) {
    struct synth s = {
        .content = app->content, .now_ms = now_ms, .today = clock_today(now_ms), .seed = DEMO_SEED};
    struct actor actor = {app->clinic_id, STR_ABSENT, STR("synth")};
    struct patient with_login;
    struct tx tx;
    *why = STR("the demo clinic cannot be written");
    TRY(make_staff(app, a, &s.staff, why));
    TRY(tx_begin(&tx, app->store, a, TX_WRITE, actor, now_ms));
    TRY(tx_end(&tx, write_clinic(&tx, &s, &with_login)));
    for (int i = 0; i < PEOPLE; i++) {
        struct str id;
        if (strcmp(people[i].role, "patient") != 0) continue;
        TRY(make_person(app, a, &people[i], &with_login, &id, why));
    }
    return E_OK;
}
