#include "hl7/oru.h"

#include "base/clock.h"
#include "base/lines.h"

/* One message being read. */
struct reader {
    struct arena *arena;
    const struct monitors *table;
    const struct hl7_message *m;
    struct monitor_message *out;
    int64_t message_ms, order_ms; /* 0: not said */
};

static struct str get(const struct reader *r, const struct hl7_segment *s, int field,
                      int component) {
    return s ? hl7_get(r->m, s, (struct hl7_at){.field = field, .component = component})
             : STR_ABSENT;
}

static struct str field(const struct reader *r, const char *id, int field, int component) {
    return get(r, hl7_segment(r->m, id, 0), field, component);
}

/* 0: no time. */
static int64_t instant(struct str text) {
    struct hl7_time t;
    if (!text.n || !hl7_time_parse(text, &t)) return 0;
    int64_t rest = t.second * INT64_C(1000) + t.ms;
    if (!t.zoned) return clock_instant(t.days, t.hour, t.minute) + rest;
    return t.days * DAY_MS + t.hour * HOUR_MS + (t.minute - t.offset_min) * MINUTE_MS + rest;
}

/* Is it ours ----------------------------------------------------------------------------------*/

static enum err refuse(struct hl7_refusal *r, int code, const char *why) {
    *r = (struct hl7_refusal){code, str_from(why)};
    return E_INVALID;
}

static enum err check(const struct hl7_header *h, struct hl7_refusal *refusal) {
    static const char *const processing = "PTD";
    bool known = !h->processing.n;
    for (int i = 0; i < 3; i++)
        known |= h->processing.n == 1 && h->processing.s[0] == processing[i];
    if (!h->control_id.n) return refuse(refusal, 101, "MSH-10, the message's own id, is missing");
    if (!str_is(h->type, "ORU")) return refuse(refusal, 200, "only ORU messages are taken here");
    if (h->event.n && !str_is(h->event, "R01") && !str_is(h->event, "R40"))
        return refuse(refusal, 201, "of ORU only R01 and R40 are taken here");
    if (!known) return refuse(refusal, 202, "MSH-11 is P, T or D");
    if (!str_starts(h->version, STR("2.")))
        return refuse(refusal, 203, "MSH-12 is a version of HL7 2, as 2.6");
    return E_OK;
}

/* Who sends, of whom --------------------------------------------------------------------------*/

static void add_word(struct buf *b, const char *before, struct str word) {
    if (!word.n) return;
    if (b->n) buf_z(b, before);
    buf_put(b, str_brief(word, MONITOR_TEXT_MAX));
}

/* PV1-3 as a person would say it: its components, and theirs, with a space between. */
static struct str place_of(const struct reader *r) {
    struct str raw = field(r, "PV1", 3, 0);
    struct buf b = buf_new(r->arena, 64);
    for (ptrdiff_t i = 0; i < raw.n; i++) {
        bool separator = raw.s[i] == r->m->component || raw.s[i] == r->m->sub;
        if (!separator) buf_char(&b, raw.s[i]);
        else if (b.n && b.p[b.n - 1] != ' ') buf_char(&b, ' ');
    }
    struct str place = str_trim(buf_str(&b));
    return place.n ? place : STR_ABSENT;
}

static struct str device_of(const struct reader *r, struct str place, struct str peer) {
    if (str_is(field(r, "MSH", 3, 3), "EUI-64") && field(r, "MSH", 3, 2).n)
        return field(r, "MSH", 3, 2);
    struct buf b = buf_new(r->arena, 128);
    struct str name = field(r, "MSH", 3, 1);
    add_word(&b, " ", name.n ? name : field(r, "MSH", 3, 2));
    add_word(&b, " ", field(r, "MSH", 4, 1));
    add_word(&b, " at ", peer);
    add_word(&b, " bed ", place);
    return b.n ? buf_str(&b) : STR("unnamed");
}

/* What it says --------------------------------------------------------------------------------*/

static void take_alarm(struct reader *r, struct str level, struct str text, int64_t at_ms) {
    if (text.n)
        r->out->alarms[r->out->alarms_n++] = (struct monitor_alarm){level, text, at_ms};
}

/* Philips: TX of system MDIL-ALERT. Mindray: CE, the code and the words in OBX-5. IHE R40 and
 * others: ST or TX of MDC's events. None of them is a measurement. */
static bool is_alarm(const struct reader *r, const struct hl7_segment *obx, struct str type,
                     struct str *text) {
    struct str system = get(r, obx, 3, 3);
    bool coded = str_is(type, "CE") || str_is(type, "CWE");
    *text = coded ? get(r, obx, 5, 2) : get(r, obx, 5, 0);
    if (str_is(system, "MDIL-ALERT")) return true;
    return coded && !system.n && get(r, obx, 3, 1).n <= 4;
}

static bool withdrawn(struct str status) {
    return str_is(status, "D") || str_is(status, "W") || str_is(status, "N") ||
           str_is(status, "X");
}

/* OBX-8 may repeat; a word that rules the value out wins. */
static struct str flag_of(const struct reader *r, const struct hl7_segment *obx) {
    struct str first = STR_ABSENT;
    int n = hl7_repetitions(r->m, obx, 8);
    for (int i = 0; i < n; i++) {
        struct str w =
            hl7_get(r->m, obx, (struct hl7_at){.field = 8, .component = 1, .repetition = i});
        struct str words = r->table->demo;
        if (!first.s) first = w;
        for (struct str d = word_next(&words); d.s; d = word_next(&words))
            if (str_eq(d, w)) return w;
        words = r->table->invalid;
        for (struct str d = word_next(&words); d.s; d = word_next(&words))
            if (str_eq(d, w)) first = w;
    }
    return first;
}

static void take_number(struct reader *r, const struct hl7_segment *obx, int64_t at_ms) {
    struct monitor_raw raw = {.system = get(r, obx, 3, 3),
                              .code = get(r, obx, 3, 1),
                              .value = get(r, obx, 5, 1),
                              .unit = get(r, obx, 6, 1),
                              .flag = flag_of(r, obx)};
    struct monitor_reading reading;
    enum monitor_fate fate = monitor_judge(r->arena, r->table, &raw, &reading);
    if (fate == MONITOR_TAKEN && withdrawn(get(r, obx, 11, 1))) fate = MONITOR_INVALID;
    if (fate == MONITOR_TAKEN && r->out->demo) fate = MONITOR_DEMO;
    r->out->left_out[fate]++;
    if (fate != MONITOR_TAKEN) return;
    reading.channel = get(r, obx, 4, 0);
    reading.at_ms = at_ms;
    r->out->readings[r->out->readings_n++] = reading;
}

/* A time that was sent and is none: of nothing that was measured. */
static bool time_broken(struct str sent) { return sent.n && !instant(sent); }

static void take_obx(struct reader *r, const struct hl7_segment *obx) {
    struct str type = get(r, obx, 2, 1), text, sent = get(r, obx, 14, 1);
    int64_t at_ms = instant(sent);
    if (!at_ms) at_ms = r->order_ms ? r->order_ms : r->message_ms;
    if (!at_ms) at_ms = r->out->at_ms;
    if (is_alarm(r, obx, type, &text)) {
        struct str level = get(r, obx, 3, 2);
        take_alarm(r, level.n ? level : get(r, obx, 3, 1), text, at_ms);
    } else if (str_is(type, "NM") && time_broken(sent)) {
        r->out->left_out[MONITOR_INVALID]++;
    } else if (str_is(type, "NM")) {
        take_number(r, obx, at_ms);
    }
}

static void take_segments(struct reader *r) {
    for (int i = 0; i < r->m->n; i++) {
        const struct hl7_segment *s = &r->m->v[i];
        if (str_is(s->id, "OBR")) r->order_ms = instant(get(r, s, 7, 1));
        if (str_is(s->id, "OBX")) take_obx(r, s);
    }
}

enum err oru_read(struct arena *a, const struct monitors *table, const struct hl7_message *m,
                  struct oru_from from, struct monitor_message *out,
                  struct hl7_refusal *refusal) {
    struct hl7_header h = hl7_header_of(m);
    struct reader r = {.arena = a, .table = table, .m = m, .out = out};
    *out = (struct monitor_message){0};
    TRY(check(&h, refusal));
    r.message_ms = instant(h.time);
    int64_t order_ms = instant(field(&r, "OBR", 7, 1));
    out->at_ms = order_ms ? order_ms : r.message_ms ? r.message_ms : from.arrived_ms;
    out->place = place_of(&r);
    out->device = device_of(&r, out->place, from.peer);
    out->patient_number = field(&r, "PID", 3, 1);
    out->demo = str_is(h.processing, "T") || str_is(h.processing, "D");
    out->readings = NEWS(a, struct monitor_reading, m->n);
    out->alarms = NEWS(a, struct monitor_alarm, m->n);
    take_segments(&r);
    return E_OK;
}
