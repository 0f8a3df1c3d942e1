/* The readers of clinical content: any bytes are read or refused with a place and a reason;
 * what is accepted can be used: laid on a calendar, judged by, watched by, shown. */
#include "base/err.h"
#include "core/alarms.h"
#include "core/cards.h"
#include "core/consent_doc.h"
#include "core/course.h"
#include "core/criteria.h"
#include "core/dose.h"
#include "core/instrument_read.h"
#include "core/page.h"
#include "core/risk.h"
#include "core/vitals.h"
#include "fuzz.h"

const char *const fuzz_name = "fuzz_content";
const char *const fuzz_seeds[] = {
    "protocol x 1\ntitle X\nsource DESIGN\nroutes iv sl\nplanned sl | 100mg | GUIDE\n"
    "integration 24 48 h | GUIDE\nstep dose | 0 7 | -1 +1 | 60 | monitor | Dose {n} | phq9 | DESIGN\n"
    "step integration | 1 8 | 0 +1 | 60 | therapist | Work {n}\n  | | DESIGN\nrule r | DESIGN\n"
    "test start 2026-03-02 -> dose 2 on 2026-03-09 from 2026-03-08 to 2026-03-10\n"
    "test start 2026-03-02 -> 4 steps\n",
    "criteria x 1\ntitle X\nsource DESIGN\nnumber hr | * | Heart rate | a minute | caution < 50, "
    "hold > 110 held 5 min [S1, S2] | DESIGN\nnumber bp | sl esk | BP | mmHg | hold change > 20/-, "
    "hold rise < -2/3 | DESIGN\nchoice e | * | Escort | yes pass, no hold | GUIDE\n"
    "say hr hold | Stop.\nset rest 10 min | DESIGN\nnote n | Text. | GK\n"
    "test sl hr=111 -> hr hold\ntest sl bp=150/90 base.bp=120/80 -> bp hold\n",
    "session 1\ntitle S\nsource DESIGN\nsign hr | Heart | a minute | advisory > 110, urgent > 120 "
    "held 5 min, critical rise > 9 | DESIGN\nevent fall | injury | adverse urgent | Fall | S24\n"
    "checkpoint iv | every 10 during | hr | S6\ncheckpoint iv | every 15 after 60 | hr | S6\n"
    "checkpoint sl | 5 10 | hr | DESIGN\ncheckpoint sl | baseline | hr | DESIGN\n"
    "grace 5 min | DESIGN\naged 35 min | DESIGN\ntest hr 121 @0 121 @5 -> urgent\ntest event fall -> urgent\n"
    "test checkpoints sl 0 -> 0 5 10\n",
    "page x 1\nlanguage en\ntitle X\nwhen day\nsource GUIDE\ngrade 8\nheading Go\n"
    "text Call 988. Do it.\npoint One.\ntest says call\n",
    "consent x 2\nlanguage en\ntitle X\nsource CLINICAL 9.2\nrequired dose\n"
    "valid 12 months | DESIGN\nmeaning I agree.\nheading What\ntext You may stop.\n"
    "test says stop\n",
    "instrument x 1\ntitle X\nsource S\nlicence free\nship yes\nrater self\ndirection worse\n"
    "scale f 0 No | 1 Yes\nitem q1 f 1-1 | one | One\nitem q2 f - | two\n"
    "score total = sum q1 .. q2, prorate up to 1 missing\nband total 0 low | 2 high\n"
    "alert q1 >= 1, high : look\nresponse r improve 50%\ntest 1 1 -> 2 high ! look\n",
    "risk x 1\ntitle X\nsource S\nconcern s | Words | phq9\nconcern h | Other | *\n"
    "signal gate risk high | high | s | Words | S1\nrise phq9 q9 | low | Words | S25\n"
    "timer high open | 15 min | DESIGN\ntimer low open | next day | DESIGN\n"
    "timer moderate open | day 12 h 60 min | DESIGN\nagain high | 2 h | DESIGN\n"
    "chain therapist director | DESIGN\nplan p | Words | low high | S1\n"
    "advice high open | Do it. | S1\nsay Call 988.\nresource call 988 | Call 988 | Now. | S160\n"
    "hours Mon-Fri 08:00-18:00, Sat 09:00-13:00\ntest due high open Mon 23:50 -> Tue 00:05\n"
    "test concern x -> h\ntest signal gate risk high -> high\ntest says 988\n",
    "alarms 1\ntitle A\nsource DESIGN\n"
    "level advisory | low | 1 pulse every 60 s | prescriber 15, everyone 30 | 15 min | DESIGN\n"
    "level urgent | medium | 3 pulses every 15 s | prescriber 0, everyone 5 | 5 min | DESIGN\n"
    "level critical | high | 10 pulses every 8 s | prescriber 0, everyone 1 | 2 min | DESIGN\n"
    "wait checkpoint | advisory after 0 s | DESIGN\nwait presence | urgent after 3 min | DESIGN\n"
    "wait signal | advisory after 8 s | DESIGN\nact stop | iv * | urgent | vital | Stop. | DESIGN\n"
    "reason other | Other\ntest told urgent 4 -> prescriber\ntest wait signal 8 -> advisory\n",
    "cards 1\ntitle C\nsource S\ncard airway | Airway | spo2 apnoea | S\nstep Stop.\n"
    "step Call.\ntest spo2 -> airway\ntest bp -> none\n",
    "0.5mg/kg", "100 mg",
    NULL,
};

static const char *const routes[] = {"iv", "im", "sl", "sl-home", "esk", "nowhere"};
enum { ROUTES = sizeof routes / sizeof *routes };

static struct faults *fresh(struct arena *a) {
    struct faults *f = NEW(a, struct faults);
    f->arena = a;
    return f;
}

static bool sound(const struct faults *f) {
    for (int i = 0; i < f->n; i++)
        CHECK(f->v[i].field.n > 0 && f->v[i].message.n > 0, "a fault has its place and reason");
    return f->n + f->dropped == 0;
}

static void risk(struct arena *a, struct str text) {
    struct faults *f = fresh(a);
    struct risk_reader *r = risk_reader_new(a, f);
    risk_read(r, STR("f"), text);
    const struct risk_rules *rules = risk_reader_end(r);
    struct hours hours;
    CHECK(rules, "always there, sound or not");
    if (hours_read(text, &hours)) hours_next(&hours, (struct civil_minute){20000, 600});
    struct str number = risk_phone(a, text);
    CHECK(number.n <= 16, "a number that can be called");
    if (sound(f)) CHECK(risk_next_role(rules, rules->chain[rules->chain_n - 1]).n == 0, "an end");
}

static void protocols(struct arena *a, struct str text) {
    struct faults *f = fresh(a);
    struct protocol p = protocol_read(a, STR("f"), text, f);
    if (!sound(f)) return;
    struct course_step *steps = course_lay(a, &p, 20000);
    CHECK(course_next(steps, p.n) >= 0, "a plan has a first step");
    for (int i = 0; i < p.n; i++) {
        CHECK(steps[i].from <= steps[i].due && steps[i].due <= steps[i].to, "inside its window");
        CHECK(i == 0 || steps[i - 1].due <= steps[i].due, "in order");
    }
    for (int i = 0; i < p.n; i++)
        if (course_move(steps, p.n, i, steps[i].due + 1, NULL, fresh(a)) == E_OK)
            CHECK(course_stone(&steps[i], steps[i].due).state == STONE_TODAY, "due on its day");
}

static void tables(struct arena *a, struct str text) {
    struct faults *f = fresh(a);
    const struct criteria *c = criteria_read(a, STR("f"), text, f);
    if (!sound(f)) return;
    for (int i = 0; i < ROUTES; i++) {
        struct rulings *r = NEW(a, struct rulings);
        r->arena = a;
        criteria_judge(c, str_from(routes[i]), (struct criteria_values){0}, r);
        for (int j = 0; j < r->n; j++)
            CHECK(r->v[j].outcome == RULING_MISSING, "unknown is never a pass");
        struct buf b = buf_new(a, 256);
        ruling_json(&b, r);
    }
}

static void sessions(struct arena *a, struct str text) {
    struct faults *f = fresh(a);
    const struct session_rules *r = vitals_read(a, STR("f"), text, f);
    if (!sound(f)) return;
    struct checkpoints *c = NEW(a, struct checkpoints);
    const int64_t taken[] = {1, 300000, 900000, 900001};
    for (int i = 0; i < ROUTES; i++) {
        struct vitals_times t = {-600000, 0, 2400000, VITALS_NO_TIME};
        vitals_checkpoints(r, str_from(routes[i]), t, taken, 4, 3000000, c);
        for (int j = 1; j < c->n; j++)
            CHECK(c->v[j].baseline || c->v[j - 1].baseline || c->v[j - 1].at_ms < c->v[j].at_ms,
                  "checkpoints in order");
    }
}

static void texts(struct arena *a, struct str text) {
    struct faults *f = fresh(a);
    const struct page *p = page_read(a, STR("f"), text, f);
    if (sound(f)) CHECK(p->parts_n > 0, "a page says something");
    f = fresh(a);
    struct consent_doc d = consent_doc_read(a, STR("f"), text, f);
    if (sound(f)) CHECK(d.text.n > 0 && d.valid_months > 0, "a consent says something");
    f = fresh(a);
    const struct instrument *in = instrument_read(a, STR("f"), text, f);
    CHECK(sound(f) == (in != NULL), "an instrument or its faults");
}

static void orders(struct arena *a, struct str text) {
    struct dose_order o, again;
    const char *why = NULL;
    if (!dose_order_read(text, &o, &why)) {
        CHECK(why, "a refusal says why");
        return;
    }
    struct buf b = buf_new(a, 32);
    dose_order_put(&b, o);
    CHECK(dose_order_read(buf_str(&b), &again, &why) && again.ug == o.ug && again.basis == o.basis,
          "what was written is read");
}

static void alarms(struct arena *a, struct str text) {
    struct faults *f = fresh(a), *g = fresh(a);
    const struct alarms_rules *r = alarms_read(a, STR("f"), text, f);
    for (int level = VITALS_ADVISORY; f->n == 0 && level < VITALS_LEVELS; level++) {
        enum alarms_told told = TOLD_MONITOR;
        for (int64_t ms = -1000; ms < 100000000; ms = ms * 3 + 4000) {
            enum alarms_told next = alarms_told(r, (enum vitals_level)level, ms, told);
            CHECK(next >= told, "what was told stays told");
            told = next;
        }
        alarms_act(r, STR("iv"), (enum vitals_level)level, STR("vital"));
    }
    const struct cards *c = cards_read(a, STR("f"), text, g);
    for (int i = 0; g->n == 0 && i < c->n; i++)
        CHECK(cards_of(c, c->v[i].id) && c->v[i].steps_n > 0, "a card has its steps");
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
    static struct arena arena;
    if (!arena.beg) arena_open(&arena, 256 << 20);
    arena_reset(&arena);
    if (n > 16384) return 0;
    struct str text = str_copy(&arena, (struct str){(const char *)bytes, (ptrdiff_t)n});
    protocols(&arena, text);
    tables(&arena, text);
    sessions(&arena, text);
    texts(&arena, text);
    orders(&arena, text);
    risk(&arena, text);
    alarms(&arena, text);
    return 0;
}
