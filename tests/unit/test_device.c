/* app/device: whose a monitor's readings are, what of them becomes part of the chart, and what
 * waits for a person; on both engines. */
#include "store_fixture.h"

#include "app/alarm.h"
#include "app/device.h"
#include "app/room.h"
#include "base/clock.h"
#include "base/id.h"
#include "base/lines.h"

#define AT INT64_C(1804500300000) /* check-in */

static struct content content;
static struct app app;

struct clinic {
    struct tx tx;
    struct room room;
    struct dosing session;
    struct faults faults;
};

static void go_to(struct clinic *c, int64_t now_ms) { c->tx.now_ms = now_ms; }

static struct dosing check_in(struct clinic *c, const char *mrn) {
    struct patient p = a_patient(mrn);
    assert_int_equal(put_patient(&c->tx, &p), E_OK);
    struct dosing d = {.patient_id = p.id, .course_id = STR("c"), .step_id = p.id,
                       .state = STR("checked_in"), .route = STR("im"), .checked_in_ms = AT};
    tx_event(&c->tx, "session_checked_in", STR_ABSENT);
    assert_int_equal(dosing_put(&c->tx, &d), E_OK);
    return d;
}

static struct clinic begin(void) {
    struct clinic c = {.tx = a_tx(TX_WRITE)};
    go_to(&c, AT);
    c.faults = (struct faults){.arena = &fixture.arena};
    c.room = (struct room){.name = STR("Juniper"), .position = 1, .state = STR("open")};
    return c;
}

static void open_room(struct clinic *c) {
    assert_int_equal(room_save(&c->tx, &c->room, &c->faults), E_OK);
    c->session = check_in(c, "K-000001");
    assert_int_equal(room_take(&c->tx, &c->session, c->room.id, AT, &c->faults), E_OK);
}

/* "spo2=97 hr=60@-3": a message of these readings, `@` minutes away from now. */
static enum device_fate send_as(struct clinic *c, const char *device, const char *number,
                                const char *digest, const char *text) {
    struct monitor_message m = {.device = str_from(device), .at_ms = c->tx.now_ms};
    struct str rest = str_from(text);
    enum device_fate fate = DEVICE_EMPTY;
    m.patient_number = str_from(number);
    m.digest = str_from(digest);
    m.readings = NEWS(&fixture.arena, struct monitor_reading, 16);
    for (struct str w = word_next(&rest); w.s; w = word_next(&rest)) {
        struct str value, minutes, id = str_cut(w, '=', &value);
        struct monitor_reading *r = &m.readings[m.readings_n++];
        int64_t away = 0;
        r->text = str_cut(value, '@', &minutes);
        r->sign = monitor_sign(content.monitors, id);
        assert_true(r->sign && str_to_real(r->text, &r->value));
        if (minutes.s) assert_true(str_to_int(minutes, &away));
        r->at_ms = c->tx.now_ms + away * MINUTE_MS;
    }
    assert_int_equal(device_take(&c->tx, &content, &m, STR("10.0.0.7"), &fate), E_OK);
    return fate;
}

static enum device_fate send_text(struct clinic *c, const char *text) {
    return send_as(c, "OX1", NULL, NULL, text);
}

static struct device place(struct clinic *c, const char *identifier) {
    struct device d;
    assert_int_equal(device_named(&c->tx, &(struct device_named_in){str_from(identifier)}, &d),
                     E_OK);
    d.room_id = c->room.id;
    d.state = STR("active");
    assert_int_equal(device_save(&c->tx, &d, &c->faults), E_OK);
    return d;
}

/* "spo2 97, heart 60": what the chart of the session has, in its order. */
static struct str charted(struct clinic *c) {
    struct observation_of_dosing_rows rows;
    struct buf b = buf_new(&fixture.arena, 512);
    struct observation_of_dosing_in in = {c->session.id};
    assert_int_equal(observation_of_dosing(&c->tx, &in, &rows), E_OK);
    for (ptrdiff_t i = 0; i < rows.n; i++)
        buf_format(&b, "%s%.*s=%.*s", b.n ? " " : "", STR_ARG(rows.v[i].code),
                   STR_ARG(rows.v[i].value_text));
    return b.n ? buf_str(&b) : STR("");
}

static void assert_chart(struct clinic *c, const char *want) {
    struct str got = charted(c);
    if (!str_is(got, want)) fail_msg("the chart has '%.*s', not '%s'", STR_ARG(got), want);
}

static void end(struct clinic *c) { assert_int_equal(tx_end(&c->tx, E_OK), E_OK); }

static struct device_figures_row figures(struct clinic *c, struct str id) {
    struct device_figures_row f;
    struct device_figures_in in = {id, c->tx.now_ms - MINUTE_MS, 0};
    assert_int_equal(device_figures(&c->tx, &in, &f), E_OK);
    return f;
}

static void nobody_is_guessed(void **state) {
    (void)state;
    struct clinic c = begin();
    /* Unknown, then accepted without a room, then in a room without a session. */
    assert_int_equal(send_as(&c, "OX1", "K-000001", NULL, "spo2=97"), DEVICE_UNASSIGNED);
    assert_int_equal(room_save(&c.tx, &c.room, &c.faults), E_OK);
    struct device d = place(&c, "OX1");
    assert_int_equal(send_text(&c, "spo2=97"), DEVICE_UNASSIGNED);
    c.session = check_in(&c, "K-000001");
    (void)check_in(&c, "K-000002");
    assert_int_equal(room_take(&c.tx, &c.session, c.room.id, AT, &c.faults), E_OK);
    /* In the room of a session: of it, unless it says another patient of ours. */
    assert_int_equal(send_as(&c, "OX1", "K-000002", NULL, "spo2=97"), DEVICE_UNASSIGNED);
    assert_chart(&c, "");
    assert_int_equal(send_as(&c, "OX1", "K-000001", NULL, "spo2=96"), DEVICE_FILED);
    go_to(&c, AT + HOUR_MS);
    assert_int_equal(send_as(&c, "OX1", "bed 7", NULL, "spo2=95"), DEVICE_FILED);
    assert_chart(&c, "59408-5=96 59408-5=95");
    assert_int_equal(figures(&c, d.id).waiting_n, 3);
    /* Retired: nothing of it is filed any more. */
    d.state = STR("retired");
    assert_int_equal(device_save(&c.tx, &d, &c.faults), E_OK);
    assert_int_equal(send_text(&c, "spo2=95"), DEVICE_UNASSIGNED);
    end(&c);
}

/* Carried to another room, or found there by a patient who moves: what it measured before is of
 * whom it stood beside then. */
static void one_that_is_moved_brings_nothing_along(void **state) {
    (void)state;
    struct clinic c = begin();
    struct room other = {.name = STR("Aspen"), .position = 2, .state = STR("open")};
    struct room third = {.name = STR("Larch"), .position = 3, .state = STR("open")};
    open_room(&c);
    assert_int_equal(room_save(&c.tx, &other, &c.faults), E_OK);
    assert_int_equal(room_save(&c.tx, &third, &c.faults), E_OK);
    struct dosing first = c.session, second = check_in(&c, "K-000002");
    assert_int_equal(room_take(&c.tx, &second, other.id, AT, &c.faults), E_OK);
    (void)send_text(&c, "");
    struct device d = place(&c, "OX1");
    go_to(&c, AT + 10 * MINUTE_MS);
    (void)send_text(&c, "spo2=97");
    assert_chart(&c, "59408-5=97");
    go_to(&c, AT + 20 * MINUTE_MS);
    d.room_id = other.id;
    assert_int_equal(device_save(&c.tx, &d, &c.faults), E_OK);
    c.session = second;
    go_to(&c, AT + 21 * MINUTE_MS);
    (void)send_text(&c, "spo2=85@-2");
    assert_chart(&c, "");
    (void)send_text(&c, "spo2=96");
    assert_chart(&c, "59408-5=96");
    /* The first patient moves to where another monitor stands. */
    (void)send_as(&c, "OX2", NULL, NULL, "");
    c.room = third;
    (void)place(&c, "OX2");
    assert_int_equal(room_take(&c.tx, &first, third.id, AT + 25 * MINUTE_MS, &c.faults), E_OK);
    c.session = first;
    go_to(&c, AT + 26 * MINUTE_MS);
    (void)send_as(&c, "OX2", NULL, NULL, "spo2=84@-2");
    assert_chart(&c, "59408-5=97");
    (void)send_as(&c, "OX2", NULL, NULL, "spo2=95");
    assert_chart(&c, "59408-5=97 59408-5=95");
    end(&c);
}

static void a_resend_is_stored_once(void **state) {
    (void)state;
    struct clinic c = begin();
    open_room(&c);
    assert_int_equal(send_as(&c, "OX1", NULL, "d1", "spo2=97"), DEVICE_UNASSIGNED);
    struct device d = place(&c, "OX1");
    assert_int_equal(send_as(&c, "OX1", NULL, "d1", "spo2=97"), DEVICE_RESENT);
    assert_int_equal(send_as(&c, "OX1", NULL, "d2", "spo2=97"), DEVICE_FILED);
    assert_int_equal(send_as(&c, "OX1", NULL, "d2", "spo2=97"), DEVICE_RESENT);
    assert_int_equal(send_as(&c, "OX2", NULL, "d2", "spo2=97"), DEVICE_UNASSIGNED);
    assert_chart(&c, "59408-5=97");
    assert_int_equal(figures(&c, d.id).day_n, 2);
    /* Without a time in it two messages cannot be told apart: both are kept. */
    assert_int_equal(send_text(&c, "hr=60"), DEVICE_FILED);
    assert_int_equal(send_text(&c, "hr=60"), DEVICE_FILED);
    assert_int_equal(figures(&c, d.id).day_n, 4);
    end(&c);
}

static void a_minute_of_a_monitor_is_one_value(void **state) {
    (void)state;
    struct clinic c = begin();
    open_room(&c);
    (void)send_text(&c, "");
    (void)place(&c, "OX1");
    for (int s = 0; s < 120; s++) {
        go_to(&c, AT + s * 1000);
        (void)send_text(&c, "spo2=97 hr=70");
    }
    assert_chart(&c, "8867-4=70 59408-5=97 8867-4=70 59408-5=97");
    /* Past a line for the worse: at once. Back inside: after ten seconds. */
    go_to(&c, AT + 120500);
    (void)send_text(&c, "spo2=93");
    go_to(&c, AT + 121500);
    (void)send_text(&c, "spo2=89");
    go_to(&c, AT + 122500);
    (void)send_text(&c, "spo2=95");
    go_to(&c, AT + 131400);
    (void)send_text(&c, "spo2=95");
    go_to(&c, AT + 131500);
    (void)send_text(&c, "spo2=96");
    assert_chart(&c, "8867-4=70 59408-5=97 8867-4=70 59408-5=97 59408-5=93 59408-5=89 59408-5=96");
    struct alarm alarm;
    struct alarm_same_in in = {c.session.id, STR("vital"), STR("spo2")};
    assert_int_equal(alarm_same(&c.tx, &in, &alarm), E_OK);
    assert_true(str_is(alarm.level, "critical") && alarm.over_ms.is);
    end(&c);
}

static void a_cuff_is_filed_once_and_an_artery_never(void **state) {
    (void)state;
    struct clinic c = begin();
    open_room(&c);
    (void)send_text(&c, "");
    (void)place(&c, "OX1");
    go_to(&c, AT + 10 * MINUTE_MS);
    /* The last cuff's pressures come again with every message, with their own time. */
    (void)send_text(&c, "nbp_sys=128@-2 nbp_dia=81@-2 art_sys=190 art_dia=110");
    go_to(&c, AT + 11 * MINUTE_MS);
    (void)send_text(&c, "nbp_sys=128@-3 nbp_dia=81@-3 art_sys=190 art_dia=110");
    assert_chart(&c, "8480-6=128 8462-4=81");
    /* Measured before this patient came: not of this session. */
    (void)send_text(&c, "nbp_sys=150@-13 nbp_dia=95@-13");
    assert_chart(&c, "8480-6=128 8462-4=81");
    end(&c);
}

static void two_sensors_are_two_values_and_the_better_rate_is_it(void **state) {
    (void)state;
    struct clinic c = begin();
    open_room(&c);
    (void)send_text(&c, "");
    (void)place(&c, "OX1");
    (void)send_text(&c, "temp=36.8 temp=36.9 pulse=72 hr=75 temp_axil=36.1");
    go_to(&c, AT + 2 * MINUTE_MS);
    (void)send_text(&c, "pulse=73 temp_axil=36.2 rr=0");
    struct str got = charted(&c);
    assert_true(str_find(got, STR("8310-5=36.8")) >= 0 && str_find(got, STR("8310-5=36.9")) >= 0);
    assert_true(str_find(got, STR("8867-4=75")) >= 0 && str_find(got, STR("8867-4=72")) < 0);
    assert_true(str_find(got, STR("8867-4=73")) >= 0 && str_find(got, STR("8310-5=36.2")) >= 0);
    assert_true(str_find(got, STR("9279-1=0")) >= 0); /* a hand could not have typed this */
    end(&c);
}

static void a_clock_ahead_is_not_believed(void **state) {
    (void)state;
    struct clinic c = begin();
    struct device_faults_rows faults;
    struct observation_of_dosing_rows rows;
    open_room(&c);
    (void)send_text(&c, "");
    (void)place(&c, "OX1");
    (void)send_text(&c, "spo2=97@60");
    assert_int_equal(observation_of_dosing(
                         &c.tx, &(struct observation_of_dosing_in){c.session.id}, &rows), E_OK);
    assert_true(rows.n == 1 && rows.v[0].at_ms == AT);
    assert_int_equal(device_faults(&c.tx, &faults), E_OK);
    assert_true(faults.n == 1 && str_is(faults.v[0].kind, "clock"));
    end(&c);
}

static void what_waits_is_filed_or_discarded_by_a_person(void **state) {
    (void)state;
    struct clinic c = begin();
    open_room(&c);
    for (int s = 0; s < 90; s++) {
        go_to(&c, AT + s * 1000);
        (void)send_text(&c, "spo2=97");
    }
    struct device d;
    assert_int_equal(device_named(&c.tx, &(struct device_named_in){STR("OX1")}, &d), E_OK);
    struct device_settle in = {.device_id = d.id, .from_ms = 0, .to_ms = AT + 69000,
                               .verdict = DEVICE_FILE, .reason = STR("The nurse saw it.")};
    assert_int_equal(device_settle(&c.tx, &content, &in, &c.faults), E_INVALID);
    assert_true(str_is(c.faults.v[0].field, "session"));
    c.faults.n = 0;
    in.dosing_id = c.session.id;
    assert_int_equal(device_settle(&c.tx, &content, &in, &c.faults), E_OK);
    assert_chart(&c, "59408-5=97 59408-5=97");
    assert_int_equal(figures(&c, d.id).waiting_n, 20);
    in = (struct device_settle){.device_id = d.id, .to_ms = INT64_MAX, .verdict = DEVICE_DISCARD};
    assert_int_equal(device_settle(&c.tx, &content, &in, &c.faults), E_INVALID);
    c.faults.n = 0;
    in.reason = STR("It hung on nobody.");
    assert_int_equal(device_settle(&c.tx, &content, &in, &c.faults), E_OK);
    assert_int_equal(figures(&c, d.id).waiting_n, 0);
    assert_int_equal(device_settle(&c.tx, &content, &in, &c.faults), E_INVALID);
    assert_chart(&c, "59408-5=97 59408-5=97");
    end(&c);
}

/* The alarm says when it was measured; it is raised, and a repeat falls due, when it is known. */
static void what_comes_late_calls_when_it_comes(void **state) {
    static const struct { const char *sent; int ago_min, repeat_in_min; } rows[] = {
        {"nbp_sys=182@-2 nbp_dia=100@-2", 2, 3},
        {"nbp_sys=182@-5 nbp_dia=100@-5", 5, 0},
        {"nbp_sys=182@-20 nbp_dia=100@-20", 20, 0}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct clinic c = begin();
        open_room(&c);
        (void)send_text(&c, "");
        (void)place(&c, "OX1");
        go_to(&c, AT + HOUR_MS);
        assert_int_equal(send_text(&c, rows[i].sent), DEVICE_FILED);
        struct alarm a;
        struct alarm_same_in in = {c.session.id, STR("vital"), STR("bp")};
        assert_int_equal(alarm_same(&c.tx, &in, &a), E_OK);
        assert_int_equal(a.raised_ms, c.tx.now_ms);
        assert_int_equal(a.cause_ms.v, c.tx.now_ms - rows[i].ago_min * MINUTE_MS);
        assert_int_equal(a.repeat_ms.v, c.tx.now_ms + rows[i].repeat_in_min * MINUTE_MS);
        assert_int_equal(tx_end(&c.tx, E_BLOCKED), E_BLOCKED); /* each from the beginning */
    }
}

/* A message of nothing but the monitor's own alarm, `away` from now. */
static enum device_fate say(struct clinic *c, const char *text, int64_t away_ms) {
    struct monitor_alarm alarm = {STR("Yellow Alarm"), str_from(text), c->tx.now_ms + away_ms};
    struct monitor_message m = {.device = STR("OX1"), .at_ms = c->tx.now_ms, .alarms = &alarm,
                                .alarms_n = 1};
    enum device_fate fate;
    assert_int_equal(device_take(&c->tx, &content, &m, STR("10.0.0.7"), &fate), E_OK);
    return fate;
}

static void assert_said(struct clinic *c, const char *want) {
    struct session_event_of_dosing_rows rows;
    struct session_event_of_dosing_in in = {c->session.id};
    struct buf b = buf_new(&fixture.arena, 512);
    assert_int_equal(session_event_of_dosing(&c->tx, &in, &rows), E_OK);
    for (ptrdiff_t i = 0; i < rows.n; i++) {
        assert_true(str_is(rows.v[i].kind, DEVICE_ALARM_EVENT) && rows.v[i].who.n <= 0);
        buf_format(&b, "%s%d %.*s", b.n ? "; " : "", (int)((rows.v[i].at_ms - AT) / 1000),
                   STR_ARG(rows.v[i].text));
    }
    assert_string_equal(b.n ? str_z(&fixture.arena, buf_str(&b)) : "", want);
}

static void a_monitors_own_alarm_is_an_event_of_the_session(void **state) {
    (void)state;
    struct clinic c = begin();
    open_room(&c);
    assert_int_equal(say(&c, "SpO2 low, 85 %", 0), DEVICE_UNASSIGNED);
    struct device d = place(&c, "OX1");
    assert_said(&c, "");
    /* Before this patient came it was of nobody here; ahead of us it is of now. */
    assert_int_equal(say(&c, "SpO2 low, 85 %", -DEVICE_EARLY_MS - 1000), DEVICE_FILED);
    assert_said(&c, "");
    assert_int_equal(say(&c, "SpO2 low, 85 %", 30000), DEVICE_FILED);
    assert_said(&c, "0 SpO2 low, 85 % (OX1)");
    /* While it goes on, once in five minutes, whatever its number; other words at once. */
    go_to(&c, AT + DEVICE_SAID_MS - 1000);
    assert_int_equal(say(&c, "SpO2 low, 84 %", 0), DEVICE_FILED);
    assert_int_equal(say(&c, "Sensor off", 0), DEVICE_FILED);
    assert_said(&c, "0 SpO2 low, 85 % (OX1); 299 Sensor off (OX1)");
    go_to(&c, AT + DEVICE_SAID_MS);
    assert_int_equal(say(&c, "SpO2 low, 83 %", 0), DEVICE_FILED);
    assert_said(&c, "0 SpO2 low, 85 % (OX1); 299 Sensor off (OX1); 300 SpO2 low, 83 % (OX1)");
    /* What waited and is filed by a person comes with it; no alarm of ours is raised. */
    go_to(&c, AT + HOUR_MS);
    d.room_id = STR_ABSENT;
    assert_int_equal(device_save(&c.tx, &d, &c.faults), E_OK);
    assert_int_equal(say(&c, "Apnea", 0), DEVICE_UNASSIGNED);
    struct device_settle in = {.device_id = d.id, .dosing_id = c.session.id, .from_ms = AT + 1,
                               .to_ms = AT + HOUR_MS, .verdict = DEVICE_FILE};
    assert_int_equal(device_settle(&c.tx, &content, &in, &c.faults), E_OK);
    assert_said(&c, "0 SpO2 low, 85 % (OX1); 299 Sensor off (OX1); 300 SpO2 low, 83 % (OX1); "
                    "3600 Apnea (OX1)");
    struct alarm_rows alarms;
    assert_int_equal(alarm_of_dosing(&c.tx, &(struct alarm_of_dosing_in){c.session.id}, &alarms),
                     E_OK);
    assert_int_equal(alarms.n, 0);
    end(&c);
}

static struct alarm signal_alarm(struct clinic *c) {
    struct alarm a = {0};
    struct alarm_same_in in = {c->session.id, STR("signal"), STR("OX1")};
    enum err e = alarm_same(&c->tx, &in, &a);
    assert_true(e == E_OK || e == E_UNKNOWN);
    return a;
}

static bool tick(struct clinic *c, int64_t now_ms) {
    bool due;
    go_to(c, now_ms);
    assert_int_equal(device_due(&c->tx, &app, &due), E_OK);
    if (due) assert_int_equal(device_tick(&c->tx, &app), E_OK);
    return due;
}

static void silence_is_an_alarm_within_ten_seconds(void **state) {
    (void)state;
    struct clinic c = begin();
    open_room(&c);
    app.content = &content;
    go_to(&c, AT - MINUTE_MS);
    (void)send_text(&c, "");
    (void)place(&c, "OX1");
    /* Never heard in this session: silence says nothing. */
    assert_false(tick(&c, AT + HOUR_MS));
    go_to(&c, AT + 1000);
    (void)send_text(&c, "spo2=97");
    assert_false(tick(&c, AT + 8999));
    assert_true(tick(&c, AT + 9000));
    struct alarm a = signal_alarm(&c);
    assert_true(a.id.n && str_is(a.level, "advisory") && !a.over_ms.is);
    assert_false(tick(&c, AT + 60999)); /* nothing is written twice */
    assert_true(tick(&c, AT + 61000));
    assert_true(str_is(signal_alarm(&c).level, "urgent"));
    assert_false(tick(&c, AT + 62000));
    go_to(&c, AT + 70000);
    (void)send_text(&c, "spo2=97");
    assert_true(tick(&c, AT + 70500));
    assert_true(signal_alarm(&c).over_ms.is);
    assert_false(tick(&c, AT + 71000));
    /* Silent again, and then the session is over: so is the cause. */
    assert_true(tick(&c, AT + 80000));
    assert_false(signal_alarm(&c).over_ms.is);
    c.session.state = STR("stopped");
    tx_event(&c.tx, "session_stopped", STR_ABSENT);
    assert_int_equal(dosing_load(&c.tx, c.session.id, &c.session), E_OK);
    c.session.state = STR("stopped");
    assert_int_equal(dosing_put(&c.tx, &c.session), E_OK);
    assert_true(tick(&c, AT + 81000));
    assert_true(signal_alarm(&c).over_ms.is);
    assert_false(tick(&c, AT + 82000));
    end(&c);
}

static void one_that_sends_seldom_may_miss_a_message(void **state) {
    (void)state;
    struct clinic c = begin();
    open_room(&c);
    app.content = &content;
    (void)send_text(&c, "");
    struct device d = place(&c, "OX1");
    d.every_s = (struct maybe_int){true, 60};
    assert_int_equal(device_save(&c.tx, &d, &c.faults), E_OK);
    (void)send_text(&c, "spo2=97");
    assert_false(tick(&c, AT + 127999));
    assert_true(tick(&c, AT + 128000));
    end(&c);
}

static void old_messages_go_and_what_waits_stays(void **state) {
    (void)state;
    struct clinic c = begin();
    open_room(&c);
    app.content = &content;
    (void)send_text(&c, "spo2=97");
    struct device d = place(&c, "OX1");
    (void)send_text(&c, "spo2=97");
    struct tx *tx = &c.tx;
    c.session.state = STR("stopped");
    assert_int_equal(dosing_load(tx, c.session.id, &c.session), E_OK);
    c.session.state = STR("stopped");
    tx_event(tx, "session_stopped", STR_ABSENT);
    assert_int_equal(dosing_put(tx, &c.session), E_OK);
    assert_false(tick(&c, AT + 7 * DAY_MS));
    assert_int_equal(figures(&c, d.id).day_n, 2);
    assert_true(tick(&c, AT + 7 * DAY_MS + HOUR_MS + MINUTE_MS));
    assert_int_equal(figures(&c, d.id).day_n, 1);
    assert_int_equal(figures(&c, d.id).waiting_n, 1);
    assert_chart(&c, "59408-5=97");
    end(&c);
}

static void a_gateway_has_a_key(void **state) {
    (void)state;
    struct clinic c = begin();
    struct device made, found;
    struct str key;
    assert_int_equal(device_gateway(&c.tx, STR(" "), &c.faults, &made, &key), E_INVALID);
    c.faults.n = 0;
    assert_int_equal(device_gateway(&c.tx, STR("Ward box"), &c.faults, &made, &key), E_OK);
    assert_int_equal(device_of_bearer(&c.tx, key, &found), E_OK);
    assert_true(str_eq(found.id, made.id) && !str_eq(found.key_hash, key));
    assert_int_equal(device_of_bearer(&c.tx, STR("guess"), &found), E_LOGIN);
    assert_int_equal(device_of_bearer(&c.tx, id_token(&fixture.arena, 24), &found), E_LOGIN);
    assert_int_equal(device_gateway(&c.tx, STR("Ward box"), &c.faults, &found, &key), E_INVALID);
    made.state = STR("retired");
    c.faults.n = 0;
    assert_int_equal(device_save(&c.tx, &made, &c.faults), E_OK);
    assert_int_equal(device_of_bearer(&c.tx, key, &found), E_LOGIN);
    end(&c);
}

/* A night with a monitor: what the patient is like now is never what was left out. */
static void a_long_session_ends_with_the_newest(void **state) {
    (void)state;
    enum { MINUTES = 1010, CUFF = 1000 };
    struct clinic c = begin();
    assert_int_equal(send_text(&c, "spo2=97"), DEVICE_UNASSIGNED);
    open_room(&c);
    (void)place(&c, "OX1");
    for (int i = 1; i <= MINUTES; i++) {
        go_to(&c, AT + i * MINUTE_MS);
        const char *said = i == CUFF      ? "spo2=97 nbp_sys=128 nbp_dia=81"
                           : i < MINUTES ? "spo2=97"
                                         : "spo2=95";
        assert_int_equal(send_text(&c, said), DEVICE_FILED);
    }
    struct observation_of_dosing_rows rows;
    struct observed_times_rows times;
    struct observation_of_dosing_in in = {c.session.id};
    assert_int_equal(observation_of_dosing(&c.tx, &in, &rows), E_OK);
    struct observed_times_in cuff = {c.session.id, STR("8480-6")};
    assert_int_equal(observed_times(&c.tx, &cuff, &times), E_OK);
    assert_int_equal(rows.n, MINUTES + 2);
    assert_string_equal(str_z(&fixture.arena, rows.v[rows.n - 1].value_text), "95");
    assert_true(rows.v[0].at_ms == AT + MINUTE_MS);
    /* an oximeter is no look at the patient: the one cuff is */
    assert_int_equal(times.n, 1);
    assert_true(times.v[0].at_ms == AT + CUFF * MINUTE_MS);
    end(&c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(a_long_session_ends_with_the_newest),
        FIXTURE_TEST(nobody_is_guessed),
        FIXTURE_TEST(one_that_is_moved_brings_nothing_along),
        FIXTURE_TEST(a_resend_is_stored_once),
        FIXTURE_TEST(a_minute_of_a_monitor_is_one_value),
        FIXTURE_TEST(a_cuff_is_filed_once_and_an_artery_never),
        FIXTURE_TEST(two_sensors_are_two_values_and_the_better_rate_is_it),
        FIXTURE_TEST(a_clock_ahead_is_not_believed),
        FIXTURE_TEST(what_waits_is_filed_or_discarded_by_a_person),
        FIXTURE_TEST(what_comes_late_calls_when_it_comes),
        FIXTURE_TEST(a_monitors_own_alarm_is_an_event_of_the_session),
        FIXTURE_TEST(silence_is_an_alarm_within_ten_seconds),
        FIXTURE_TEST(one_that_sends_seldom_may_miss_a_message),
        FIXTURE_TEST(old_messages_go_and_what_waits_stays),
        FIXTURE_TEST(a_gateway_has_a_key),
    };
    static struct arena boot;
    arena_open(&boot, 64 << 20);
    if (content_boot(&boot, NULL, &content)) return 1;
    return on_both_engines("device", tests, sizeof tests / sizeof *tests);
}
