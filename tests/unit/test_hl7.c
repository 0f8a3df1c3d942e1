/*
 * hl7, mllp, monitor, oru: what real monitors sent (shared/hl7, absent outside of the project's
 * own machines: then skipped) and samples of our own (tests/hl7) mean what they should; what is
 * broken is refused with its reason; a stream cut anywhere gives the same messages.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "app/content.h"
#include "base/clock.h"
#include "base/file.h"
#include "codec/mllp.h"
#include "hl7/listener.h"
#include "hl7/oru.h"

static struct arena arena;
static struct content content;

static enum err read_text(struct str text, struct monitor_message *out, struct hl7_refusal *why) {
    struct hl7_message m;
    *why = (struct hl7_refusal){0};
    TRY(hl7_parse(&arena, text, &m, why));
    struct oru_from from = {STR("10.0.0.9"), 1000};
    return oru_read(&arena, content.monitors, &m, from, out, why);
}

/* "hr=68 pulse=67": all that was taken, in order; then what was left out. */
static struct str summary(const struct monitor_message *m) {
    struct buf b = buf_new(&arena, 256);
    for (int i = 0; i < m->readings_n; i++)
        buf_format(&b, "%s%.*s=%.*s", b.n ? " " : "", STR_ARG(m->readings[i].sign->id),
                   STR_ARG(m->readings[i].text));
    for (int i = 1; i < MONITOR_FATES; i++)
        if (m->left_out[i])
            buf_format(&b, "%s%s:%d", b.n ? " " : "", monitor_fate_name((enum monitor_fate)i),
                       m->left_out[i]);
    for (int i = 0; i < m->alarms_n; i++)
        buf_format(&b, "%s!%.*s", b.n ? " " : "", STR_ARG(m->alarms[i].text));
    return b.n ? buf_str(&b) : STR("");
}

static struct str utc(int64_t at_ms) {
    struct buf b = buf_new(&arena, 32);
    clock_put_rfc3339(&b, at_ms);
    return buf_str(&b);
}

struct sample {
    const char *file, *says, *device, *patient, *time;
};

static void check_samples(const char *folder, const struct sample *v, size_t n) {
    for (size_t i = 0; i < n; i++) {
        struct str text;
        struct monitor_message m;
        struct hl7_refusal why;
        const char *path = str_z(&arena, str_format(&arena, "%s/%s", folder, v[i].file));
        assert_int_equal(file_read(&arena, path, 1 << 20, &text), E_OK);
        if (read_text(text, &m, &why))
            fail_msg("%s: refused: %.*s", v[i].file, STR_ARG(why.why));
        struct str says = summary(&m);
        if (!str_is(says, v[i].says))
            fail_msg("%s says '%.*s', not '%s'", v[i].file, STR_ARG(says), v[i].says);
        if (!str_is(m.device, v[i].device))
            fail_msg("%s is of '%.*s'", v[i].file, STR_ARG(m.device));
        assert_true(v[i].patient ? str_is(m.patient_number, v[i].patient) : !m.patient_number.s);
        if (v[i].time) assert_string_equal(str_z(&arena, utc(m.at_ms)), v[i].time);
        arena_trim(&arena, 0);
    }
}

/* The clinic of these tests lies at Denver: winter is seven hours behind UTC, summer six. */
static const struct sample shared[] = {
    {"01-ge-b40-co2.hl7", "hr=68 pulse=67 spo2=97 unknown:2", "080019FFFE1443EC", "3499999",
     "2023-03-09T21:39:00.000Z"},
    {"02-ge-b1x5-art.hl7",
     "art_sys=120 art_dia=80 art_mean=93 pulse=72 hr=75 temp=36.8 temp=36.9", "080019FFFE134535",
     "HED12", "2024-12-19T17:30:00.000Z"},
    {"03-mindray-vs900-nbp.hl7", "demo:6", "00A0370098006640", "2eefgghy", NULL},
    {"04-mindray-vs900-real.hl7",
     "spo2=99 pulse=94 perfusion=0.94 nbp_sys=147 nbp_mean=109 nbp_dia=90 temp_axil=35.1",
     "00A0370098007A80", NULL, "2019-12-06T18:34:52.000Z"},
    {"06-comen-nc-monitor.hl7",
     "spo2=97 pulse=59 spo2=97 rr=20 temp=37.0 nbp_sys=120 nbp_dia=80 nbp_mean=90 unknown:3",
     "NC_Monitor KC261551373G at 10.0.0.9 bed 10", "10006", "2025-06-09T17:51:27.000Z"},
    {"07-nist-acme-dec.hl7", "nbp_sys=120 nbp_dia=80 nbp_mean=93 pulse=63", "080019FFFE3ED02D",
     "HO2009001", "2011-06-02T04:58:42.000Z"},
    {"08-philips-intellivue-mdil.hl7", "spo2=95 rr=15 hr=60 art_sys=120 art_dia=70 art_mean=91",
     "10.0.0.9 bed Doc1 5 1", "MRN5733", "2003-01-10T22:26:30.000Z"},
    {"11-philips-efficia.hl7", "hr=60 spo2=96 rr=20 pulse=59", "EfficiaCM at 10.0.0.9", "1234",
     "2013-01-03T09:17:00.000Z"},
    {"12-philips-efficia-alarm.hl7", "!SpO\xE2\x82\x82 baja, SpO\xE2\x82\x82 = 80 %",
     "EfficiaCM at 10.0.0.9", "1234", "2013-01-03T09:04:58.000Z"},
    {"13-mindray-pds-periodic.hl7", "hr=60 unknown:3", "10.0.0.9", NULL,
     "1970-01-01T00:00:01.000Z"},
    {"14-mindray-pds-aperiodic.hl7", "nbp_dia=80 nbp_mean=93 nbp_sys=120 invalid:1", "10.0.0.9",
     NULL, NULL},
    {"15-mindray-pds-alarm.hl7", "!**SpO2 TOO HIGH !**HR TOO LOW !SpO2 Sensor Off", "10.0.0.9",
     NULL, NULL},
    {"18-loinc-dup-hr.hl7", "hr=82 spo2=97 rr=18 nbp_sys=124 temp=37.1 implausible:1",
     "DEMO_MONITOR ICU_UNIT at 10.0.0.9", "P1", "2026-01-01T07:00:00.000Z"},
};

static bool no_shared(void) {
    struct str text;
    return file_read(&arena, TEST_SHARED "/hl7/expected.json", 1 << 20, &text) != E_OK;
}

static void real_monitors_are_understood(void **state) {
    (void)state;
    if (no_shared()) skip();
    check_samples(TEST_SHARED "/hl7", shared, sizeof shared / sizeof *shared);
}

/* 03 is a demonstration. Were it none, these would be its values, each with its own time. */
static void a_demonstration_is_read_and_left_out(void **state) {
    (void)state;
    struct str text, rest;
    struct monitor_message m;
    struct hl7_refusal why;
    struct buf real = buf_new(&arena, 4096);
    if (no_shared()) skip();
    assert_int_equal(
        file_read(&arena, TEST_SHARED "/hl7/03-mindray-vs900-nbp.hl7", 1 << 20, &text), E_OK);
    for (ptrdiff_t at; (at = str_find(text, STR("DEMO"))) >= 0; text = rest) {
        buf_put(&real, str_slice(text, 0, at));
        rest = str_slice(text, at + 4, text.n);
    }
    buf_put(&real, text);
    assert_int_equal(read_text(buf_str(&real), &m, &why), E_OK);
    assert_string_equal(str_z(&arena, summary(&m)),
                        "spo2=100 pulse=80 perfusion=12.00 nbp_sys=166 nbp_mean=122 nbp_dia=100");
    assert_string_equal(str_z(&arena, utc(m.readings[3].at_ms)), "2020-02-12T19:50:08.000Z");
    assert_string_equal(str_z(&arena, utc(m.readings[0].at_ms)), "2020-02-12T19:55:41.000Z");
}

static void own_samples_are_understood(void **state) {
    (void)state;
    static const struct sample own[] = {
        {"cuff-and-oximeter.hl7", "spo2=98 pulse=71 nbp_sys=128 nbp_dia=81 rr=14",
         "02A4C1FFFE770011", "C-10007", "2027-03-08T17:05:00.000Z"},
        {"training.hl7", "demo:1", "02A4C1FFFE770011", NULL, NULL},
        {"kilopascal.hl7", "nbp_sys=120.0 nbp_dia=80.3 temp=37.0", "02A4C1FFFE770012", NULL,
         "2027-03-08T10:05:00.000Z"},
        {"escapes.hl7", "!HR | low\nsecond line", "WARD&CO Lab^One at 10.0.0.9", "77|1", NULL},
    };
    check_samples(TEST_HL7, own, sizeof own / sizeof *own);
}

static void names_come_in_their_character_set(void **state) {
    (void)state;
    static const struct {
        const char *charset, *bytes, *name;
    } cases[] = {
        {"UNICODE UTF-8", "M\xC3\xBCller", "M\xC3\xBCller"},
        {"8859/1", "M\xFCller", "M\xC3\xBCller"},
        {"", "M\xC3\xBCller", "M\xC3\xBCller"},
        {"", "M\xFCller", "M\xC3\xBCller"},
        {"UNICODE UTF-8", "M\xFCller", "M\xEF\xBF\xBDller"},
        {"8859/5", "Miller", "Miller"},
        {"8859/5", "M\xFCller", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct hl7_message m;
        struct hl7_refusal why;
        struct str text = str_format(&arena, "MSH|^~\\&|A||||||ORU^R01|1|P|2.6||||||%s\rPID|||1||%s^Jan",
                                     cases[i].charset, cases[i].bytes);
        enum err e = hl7_parse(&arena, text, &m, &why);
        assert_int_equal(e, cases[i].name ? E_OK : E_SYNTAX);
        if (e) {
            assert_int_equal(why.code, 103);
            continue;
        }
        struct str name = hl7_get(&m, hl7_segment(&m, "PID", 0),
                                  (struct hl7_at){.field = 5, .component = 1});
        assert_string_equal(str_z(&arena, name), cases[i].name);
    }
}

static void what_is_no_message_is_refused_with_its_code(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int code;
    } cases[] = {
        {"", 100},
        {"hello", 100},
        {"MSH", 102},
        {"MSH|^~\\", 102},
        {"MSH|^^\\&|A", 102},
        {"MSHabcde", 102},
        {"MSH|^~\\&|A||||||ORU^R01|1|P|2.6\rOBX", 0},
        {"MSH|^~\\&|A||||||ORU^R01|1|P|2.6\r.BX|1", 100},
        {"MSH|^~\\&|A||||||ORU^R01||P|2.6", 101},
        {"MSH|^~\\&|A||||||ADT^A01|1|P|2.6", 200},
        {"MSH|^~\\&|A||||||ORU^R03|1|P|2.6", 201},
        {"MSH|^~\\&|A||||||ORU^R01|1|X|2.6", 202},
        {"MSH|^~\\&|A||||||ORU^R01|1|P|3.0", 203},
        {"MSH|^~\\&|A||||||ORU^R01|1|P|", 203},
        {"MSH#*@!$#A######ORU*R01#1#P#2.6\rOBX##NM#150456**MDC##97#262688", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct monitor_message m;
        struct hl7_refusal why;
        enum err e = read_text(str_from(cases[i].text), &m, &why);
        if (why.code != cases[i].code || (e == E_OK) != (why.code == 0))
            fail_msg("'%s' gives %d, not %d", cases[i].text, why.code, cases[i].code);
    }
}

static void times_are_of_the_calendar(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int64_t utc_ms; /* 0: no time */
    } cases[] = {
        {"20270308100500+0000", INT64_C(1804500300000)},
        {"20270308030500-0700", INT64_C(1804500300000)},
        {"20270308153500.25+0530", INT64_C(1804500300250)},
        {"202703081005+0000", INT64_C(1804500300000)},
        {"20270308", 0},
        {"2027030810", 0},
        {"00000000000000", 0},
        {"20270229100500", 0},
        {"20270308246000", 0},
        {"20270308100560", 0},
        {"20270308100500Z", 0},
        {"20270308100500+9900", 0},
        {"20270308100500.", 0},
        {"2027030810050", 0},
        {"", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct hl7_time t;
        bool ok = hl7_time_parse(str_from(cases[i].text), &t);
        if (ok != (cases[i].utc_ms != 0)) fail_msg("'%s'", cases[i].text);
        if (!ok) continue;
        int64_t ms = t.days * DAY_MS + t.hour * HOUR_MS + (t.minute - t.offset_min) * MINUTE_MS +
                     t.second * 1000 + t.ms;
        assert_true(t.zoned && ms == cases[i].utc_ms);
    }
}

static void an_answer_names_what_it_answers(void **state) {
    (void)state;
    struct hl7_message m, back;
    struct hl7_refusal why = {101, STR("MSH-10 | is missing")}, none;
    struct str text = STR("MSH|^~\\&|VSP^0800^EUI-64|GE|HIS|Ward|2027||ORU^R01^ORU_R01|00409|P|2.6\r");
    assert_int_equal(hl7_parse(&arena, text, &m, &none), E_OK);
    struct hl7_header h = hl7_header_of(&m);
    struct buf b = buf_new(&arena, 512);
    hl7_ack(&b, &h, "AA", NULL, STR("7"), STR("20270308100500+0000"));
    assert_string_equal(str_z(&arena, buf_str(&b)),
                        "MSH|^~\\&|HIS|Ward|VSP^0800^EUI-64|GE|20270308100500+0000||ACK^R01^ACK|7|P|"
                        "2.6||||||UNICODE UTF-8\rMSA|AA|00409\r");
    b.n = 0;
    hl7_ack(&b, &h, "AE", &why, STR("8"), STR("20270308100500+0000"));
    assert_int_equal(hl7_parse(&arena, buf_str(&b), &back, &none), E_OK);
    const struct hl7_segment *err = hl7_segment(&back, "ERR", 0);
    assert_true(str_is(hl7_get(&back, err, (struct hl7_at){.field = 3, .component = 1}), "101"));
    assert_true(str_is(hl7_field(&back, err, 8), "MSH-10   is missing"));
}

static void who_may_speak(void **state) {
    (void)state;
    static const struct {
        const char *list, *peer;
        bool may;
    } cases[] = {
        {"", "127.0.0.1", true},         {" ", "127.9.9.9", true},
        {"", "::1", true},               {"", "10.0.0.1", false},
        {"10.0.0.7", "127.0.0.1", false}, {"10.0.0.7", "10.0.0.7", true},
        {"10.0.0.7", "10.0.0.8", false}, {"192.168.20.0/24", "192.168.20.255", true},
        {"192.168.20.0/24", "192.168.21.0", false},
        {"192.168.20.0/23", "192.168.21.9", true},
        {"10.0.0.1 fd00::/8", "fdab::1", true},
        {"fd00::/8", "fe80::1", false},  {"0.0.0.0/0", "8.8.8.8", true},
        {"0.0.0.0/0", "::1", false},     {"10.0.0.0/33", "10.0.0.0", false},
        {"10.0.0.0/x", "10.0.0.0", false}, {"nonsense", "10.0.0.0", false},
        {"10.0.0.0/8", "", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (listener_admits(str_from(cases[i].list), str_from(cases[i].peer)) != cases[i].may)
            fail_msg("'%s' and %s", cases[i].list, cases[i].peer);
}

/* Streams ------------------------------------------------------------------------------------*/

static const char stream[] = "noise\r\n\x0B" "one\x1C\r\x0B" "two\x1C\x0B" "thr\x0B" "four\x1C\r\n??\x0B"
                             "five\x1C\r";
static const char stream_says[] = "one. two. thr! four. five. 7";

static struct str read_stream(const char *bytes, ptrdiff_t n, ptrdiff_t step) {
    char room[64];
    struct mllp m = mllp_over(room, sizeof room);
    struct buf said = buf_new(&arena, 128);
    for (ptrdiff_t at = 0; at < n;) {
        ptrdiff_t fits, take = n - at < step ? n - at : step;
        struct str block;
        char *to = mllp_room(&m, &fits);
        if (take > fits) take = fits;
        for (ptrdiff_t i = 0; i < take; i++) to[i] = bytes[at + i];
        mllp_came(&m, take);
        at += take;
        for (enum mllp_event e; (e = mllp_next(&m, &block)) != MLLP_MORE;) {
            buf_put(&said, block);
            buf_z(&said, e == MLLP_BLOCK ? ". " : e == MLLP_UNENDED ? "! " : "# ");
            if (e == MLLP_TOO_LARGE) return buf_str(&said);
        }
    }
    buf_int(&said, m.garbage);
    return buf_str(&said);
}

static void a_stream_is_the_same_however_it_is_cut(void **state) {
    (void)state;
    for (ptrdiff_t step = 1; step < (ptrdiff_t)sizeof stream; step++)
        assert_string_equal(str_z(&arena, read_stream(stream, sizeof stream - 1, step)),
                            stream_says);
}

static void a_block_past_its_room_is_too_large(void **state) {
    (void)state;
    char bytes[80] = {0x0B};
    for (int i = 1; i < 80; i++) bytes[i] = 'x';
    /* 62 fit into a room of 64 with their two signs; 63 do not. */
    bytes[63] = 0x1C;
    struct str fits = read_stream(bytes, 64, 7);
    assert_true(str_ends(fits, STR("x. 0")) && fits.n == 62 + 3);
    bytes[63] = 'x', bytes[64] = 0x1C;
    assert_true(str_ends(read_stream(bytes, 65, 7), STR("x# ")));
}

/* Kept and taken back ------------------------------------------------------------------------*/

static void what_is_kept_is_taken_back(void **state) {
    (void)state;
    struct str text;
    struct monitor_message m, back = {0};
    struct hl7_refusal why;
    struct buf b = buf_new(&arena, 512), again = buf_new(&arena, 512);
    assert_int_equal(file_read(&arena, TEST_HL7 "/cuff-and-oximeter.hl7", 1 << 20, &text), E_OK);
    assert_int_equal(read_text(text, &m, &why), E_OK);
    m.alarms[m.alarms_n++] = (struct monitor_alarm){STR("Red|x"), STR("HR\nlow"), 7};
    monitor_put(&b, &m);
    monitor_take_back(&arena, content.monitors, buf_str(&b), &back);
    assert_int_equal(back.readings_n, m.readings_n);
    assert_true(back.readings[2].at_ms == m.readings[2].at_ms);
    assert_true(str_is(back.readings[2].channel, "1.1.9.150021"));
    assert_true(back.alarms_n == 1 && str_is(back.alarms[0].level, "Red x"));
    monitor_put(&again, &back);
    assert_string_equal(str_z(&arena, buf_str(&again)), str_z(&arena, buf_str(&b)));
    monitor_take_back(&arena, content.monitors, STR("gone|1|2|\nhr|x|2|\nhr|1\n|||\nhr|1|2|\n"),
                      &back);
    assert_int_equal(back.readings_n, 1);
}

static int begin(void **state) {
    (void)state;
    setenv("TZ", "America/Denver", 1);
    tzset();
    arena_open(&arena, 64 << 20);
    static struct arena boot;
    arena_open(&boot, 64 << 20);
    return content_boot(&boot, NULL, &content) != E_OK;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(real_monitors_are_understood),
        cmocka_unit_test(a_demonstration_is_read_and_left_out),
        cmocka_unit_test(own_samples_are_understood),
        cmocka_unit_test(names_come_in_their_character_set),
        cmocka_unit_test(what_is_no_message_is_refused_with_its_code),
        cmocka_unit_test(times_are_of_the_calendar),
        cmocka_unit_test(an_answer_names_what_it_answers),
        cmocka_unit_test(who_may_speak),
        cmocka_unit_test(a_stream_is_the_same_however_it_is_cut),
        cmocka_unit_test(a_block_past_its_room_is_too_large),
        cmocka_unit_test(what_is_kept_is_taken_back),
    };
    return cmocka_run_group_tests(tests, begin, NULL);
}
