/* app/room: one session in a room at a time, on both engines. */
#include "store_fixture.h"

#include "app/alarm.h"
#include "app/content.h"
#include "app/presence.h"
#include "app/room.h"
#include "base/clock.h"

static struct arena boot;
static struct content content;

static struct faults faults;

static struct room make(struct tx *tx, const char *name, int position) {
    struct room room = {
        .name = str_from(name), .position = position, .state = STR("open")};
    faults = (struct faults){.arena = &fixture.arena};
    assert_int_equal(room_save(tx, &room, &faults), E_OK);
    return room;
}

static struct dosing session(struct tx *tx, const char *mrn) {
    struct patient p = a_patient(mrn);
    assert_int_equal(put_patient(tx, &p), E_OK);
    struct dosing d = {.patient_id = p.id, .course_id = STR("c"), .step_id = p.id,
                       .state = STR("checked_in"), .route = STR("im"), .checked_in_ms = NOW};
    tx_event(tx, "session_checked_in", STR_ABSENT);
    assert_int_equal(dosing_put(tx, &d), E_OK);
    return d;
}

static bool says(const char *field, const char *words) {
    return faults.n && str_is(faults.v[0].field, field) &&
           str_find(faults.v[0].message, str_from(words)) >= 0;
}

static enum err take(struct tx *tx, const struct dosing *d, struct str room_id, int64_t at_ms) {
    faults = (struct faults){.arena = &fixture.arena};
    return room_take(tx, d, room_id, at_ms, &faults);
}

static void a_room_holds_one_session(void **state) {
    (void)state;
    struct tx tx = a_tx(TX_WRITE);
    struct room aspen = make(&tx, "Aspen", 1), birch = make(&tx, "Birch", 2);
    struct dosing first = session(&tx, "K-000001"), second = session(&tx, "K-000002");
    struct room_of_dosing_row at;
    assert_int_equal(take(&tx, &first, aspen.id, NOW), E_OK);
    assert_int_equal(take(&tx, &second, aspen.id, NOW + 1), E_INVALID);
    assert_true(says("room", "Aspen has been in use since"));
    assert_int_equal(take(&tx, &second, birch.id, NOW + 1), E_OK);
    assert_int_equal(room_of_dosing(&tx, &(struct room_of_dosing_in){second.id}, &at), E_OK);
    assert_true(str_is(at.name, "Birch"));

    /* The same room again is nothing; another one ends the stay. */
    int before = tx.appended;
    assert_int_equal(take(&tx, &second, birch.id, NOW + 2), E_OK);
    assert_int_equal(tx.appended, before);
    assert_int_equal(room_leave(&tx, &first), E_OK);
    assert_int_equal(room_leave(&tx, &first), E_OK);
    assert_int_equal(take(&tx, &second, aspen.id, NOW + 3), E_OK);
    assert_int_equal(take(&tx, &first, birch.id, NOW + 4), E_OK);
    struct room_use_rows used;
    assert_int_equal(room_use(&tx, &used), E_OK);
    assert_true(used.n == 2 && str_is(used.v[0].state, "in use") &&
                str_is(used.v[1].state, "in use"));
    assert_int_equal(tx_end(&tx, E_OK), E_OK);
}

/* A session that was closed by another door holds no room. */
static void an_ended_session_holds_none(void **state) {
    (void)state;
    struct tx tx = a_tx(TX_WRITE);
    struct room aspen = make(&tx, "Aspen", 1);
    struct dosing first = session(&tx, "K-000001"), second = session(&tx, "K-000002");
    assert_int_equal(take(&tx, &first, aspen.id, NOW), E_OK);
    first.state = STR("discharged");
    assert_int_equal(dosing_put(&tx, &first), E_OK);
    assert_int_equal(take(&tx, &second, aspen.id, NOW + 1), E_OK);
    assert_int_equal(tx_end(&tx, E_OK), E_OK);
}

static void closing_and_naming(void **state) {
    (void)state;
    struct tx tx = a_tx(TX_WRITE);
    struct room aspen = make(&tx, "Aspen", 1), again = {.name = STR(" Aspen "), .position = 0,
                                                        .state = STR("ajar")};
    struct dosing first = session(&tx, "K-000001");
    faults = (struct faults){.arena = &fixture.arena};
    assert_int_equal(room_save(&tx, &again, &faults), E_INVALID);
    assert_int_equal(faults.n, 3);
    assert_int_equal(take(&tx, &first, aspen.id, NOW), E_OK);
    aspen.state = STR("closed");
    faults.n = 0;
    assert_int_equal(room_save(&tx, &aspen, &faults), E_INVALID);
    assert_true(says("state", "A session stands in this room"));
    assert_int_equal(room_leave(&tx, &first), E_OK);
    faults.n = 0;
    assert_int_equal(room_save(&tx, &aspen, &faults), E_OK);
    assert_int_equal(take(&tx, &first, aspen.id, NOW), E_INVALID);
    assert_true(says("room", "no such room open"));
    assert_int_equal(take(&tx, &first, STR("nowhere"), NOW), E_INVALID);
    assert_int_equal(tx_end(&tx, E_OK), E_OK);
}

static enum err enter(struct tx *tx, const struct dosing *d, int64_t at_ms) {
    struct presence_in in = {tx->actor.account_id, at_ms};
    faults = (struct faults){.arena = &fixture.arena};
    return presence_enter(tx, &content, d, &in, &faults);
}

static int64_t here(struct tx *tx, const struct dosing *d, int64_t *left_ms) {
    struct presence_gone_row gone;
    assert_int_equal(presence_gone(tx, &(struct presence_gone_in){d->id}, &gone), E_OK);
    *left_ms = gone.to_ms;
    return gone.here;
}

/* Who comes into one room has left the other, and there nobody is: an alarm, a minute on. */
static void nobody_is_in_two_rooms(void **state) {
    (void)state;
    struct tx tx = a_tx(TX_WRITE);
    struct room aspen = make(&tx, "Aspen", 1), birch = make(&tx, "Birch", 2);
    struct dosing first = session(&tx, "K-000001"), second = session(&tx, "K-000002"),
                  hall = session(&tx, "K-000003");
    int64_t left_ms;
    first.first_dose_ms = first.last_dose_ms = (struct maybe_int){true, NOW};
    assert_int_equal(dosing_put(&tx, &first), E_OK);
    assert_int_equal(take(&tx, &first, aspen.id, NOW), E_OK);
    assert_int_equal(take(&tx, &second, birch.id, NOW), E_OK);
    tx.now_ms = NOW + 10 * MINUTE_MS;
    tx.actor.account_id = STR("nurse");
    assert_int_equal(enter(&tx, &first, NOW + MINUTE_MS), E_OK);
    assert_int_equal(enter(&tx, &hall, NOW + MINUTE_MS), E_OK); /* without a room: a group */
    assert_int_equal(here(&tx, &first, &left_ms), 1);
    /* written down late, of a time before: it says nothing of now */
    assert_int_equal(enter(&tx, &second, NOW), E_OK);
    assert_int_equal(here(&tx, &first, &left_ms), 1);
    struct presence_in out = {tx.actor.account_id, NOW + MINUTE_MS / 2};
    assert_int_equal(presence_leave(&tx, &content, &second, &out, &faults), E_OK);
    assert_int_equal(enter(&tx, &second, NOW + 5 * MINUTE_MS), E_OK);
    assert_int_equal(here(&tx, &second, &left_ms), 1);
    assert_int_equal(here(&tx, &first, &left_ms), 0);
    assert_int_equal(left_ms, NOW + 5 * MINUTE_MS);
    assert_int_equal(here(&tx, &hall, &left_ms), 1);
    struct alarm alone;
    assert_int_equal(alarm_same(&tx, &(struct alarm_same_in){first.id, STR("presence"), STR("room")},
                                &alone), E_OK);
    assert_true(str_is(alone.level, "urgent")); /* five minutes */
    assert_int_equal(tx_end(&tx, E_OK), E_OK);
}

static const char all[] = "acls=yes bls=yes aed=yes oxygen=yes suction=yes airway=yes pump=not-needed "
                          "monitor=yes call_bell=yes";

static struct str word_after(struct tx *tx, const struct dosing *d, struct str room_id,
                             const char *more, enum err is) {
    struct str word, answers = str_format(&fixture.arena, "%s%s", all, more);
    faults = (struct faults){.arena = &fixture.arena};
    assert_int_equal(room_ready_say(tx, content.room, room_id, answers, &faults), is);
    assert_int_equal(room_ready_word(tx, d->id, &word), E_OK);
    return word;
}

/* Said of a room and a day; the last of them counts, and of no room nothing is asked. */
static void a_room_is_ready_for_a_day(void **state) {
    (void)state;
    struct tx tx = a_tx(TX_WRITE);
    struct room aspen = make(&tx, "Aspen", 1), birch = make(&tx, "Birch", 2);
    struct dosing first = session(&tx, "K-000001"), hall = session(&tx, "K-000002");
    struct str word;
    tx.actor.account_id = STR("nurse");
    assert_int_equal(take(&tx, &first, aspen.id, NOW), E_OK);
    assert_int_equal(room_ready_word(&tx, first.id, &word), E_OK);
    assert_true(str_is(word, "not-said"));
    assert_true(str_is(word_after(&tx, &first, birch.id, " ems=yes", E_OK), "not-said"));
    assert_true(str_is(word_after(&tx, &first, aspen.id, " ems=yes", E_OK), "ready"));
    assert_int_equal(room_ready_word(&tx, hall.id, &word), E_OK);
    assert_null(word.s);
    tx.now_ms = NOW + MINUTE_MS;
    assert_true(str_is(word_after(&tx, &first, aspen.id, " ems=no", E_OK), "incomplete"));
    tx.now_ms = NOW + 2 * MINUTE_MS;
    assert_true(str_is(word_after(&tx, &first, aspen.id, " ems=yes", E_OK), "ready"));
    tx.now_ms = NOW + 3 * MINUTE_MS;
    assert_true(str_is(word_after(&tx, &first, aspen.id, "", E_OK), "incomplete"));
    assert_true(str_is(word_after(&tx, &first, aspen.id, " ems=perhaps", E_INVALID), "incomplete"));
    assert_true(str_is(word_after(&tx, &first, STR("nowhere"), "", E_UNKNOWN), "incomplete"));
    tx.now_ms = NOW + DAY_MS;
    assert_int_equal(room_ready_word(&tx, first.id, &word), E_OK);
    assert_true(str_is(word, "not-said"));
    assert_int_equal(tx_end(&tx, E_OK), E_OK);
}

/* Whoever may not run a session quiets no alarm by standing in the room. */
static void only_who_may_run_a_session_is_company(void **state) {
    (void)state;
    static const struct {
        const char *role;
        int64_t active;
        enum err is;
    } cases[] = {
        {"monitor", 1, E_OK},        {"therapist", 1, E_OK},    {"prescriber", 1, E_OK},
        {"monitor", 0, E_INVALID},   {"biller", 1, E_INVALID},  {"auditor", 1, E_INVALID},
        {"coordinator", 1, E_INVALID}, {"admin", 1, E_INVALID}, {"patient", 1, E_INVALID},
    };
    struct tx tx = a_tx(TX_WRITE);
    struct dosing d = session(&tx, "K-000001");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct account who = {.login_name = str_format(&fixture.arena, "who-%zu", i),
                              .display_name = STR("Who"),
                              .role = str_from(cases[i].role),
                              .active = cases[i].active};
        assert_int_equal(account_put(&tx, &who), E_OK);
        struct presence_in in = {who.id, NOW};
        int64_t left_ms, before = here(&tx, &d, &left_ms);
        faults = (struct faults){.arena = &fixture.arena};
        assert_int_equal(presence_enter(&tx, &content, &d, &in, &faults), cases[i].is);
        assert_int_equal(here(&tx, &d, &left_ms), before + (cases[i].is == E_OK));
        if (cases[i].is) assert_true(says("account", "may run a session"));
    }
    assert_int_equal(tx_end(&tx, E_OK), E_OK);
}

int main(void) {
    arena_open(&boot, 64 << 20);
    if (content_boot(&boot, NULL, &content)) return 3;
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(a_room_holds_one_session),
        FIXTURE_TEST(an_ended_session_holds_none),
        FIXTURE_TEST(closing_and_naming),
        FIXTURE_TEST(nobody_is_in_two_rooms),
        FIXTURE_TEST(a_room_is_ready_for_a_day),
        FIXTURE_TEST(only_who_may_run_a_session_is_company),
    };
    return on_both_engines("room", tests, sizeof tests / sizeof *tests);
}
