#include "core/monitor.h"

#include "base/lines.h"

static const char *const fates[MONITOR_FATES] = {"taken", "empty",   "sentinel", "invalid",
                                                 "demo",  "unknown", "unit",     "implausible"};

const char *monitor_fate_name(enum monitor_fate f) { return fates[f]; }

const struct monitor_sign *monitor_sign(const struct monitors *m, struct str id) {
    return STR_FIND(m->signs, m->signs_n, id, id);
}

/* Codes ------------------------------------------------------------------------------------- */

static int hex_digit(char c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                        : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Philips writes the partition and the code of 11073-10101 in hexadecimal: 0002-4bb8. */
static bool hex_code(struct str s, int64_t *out) {
    if (s.n != 9 || s.s[4] != '-') return false;
    *out = 0;
    for (int i = 0; i < 9; i++) {
        if (i == 4) continue;
        if (hex_digit(s.s[i]) < 0) return false;
        *out = *out * 16 + hex_digit(s.s[i]);
    }
    return true;
}

/* The number of 11073-10101 behind a hexadecimal code; anything else as it is. */
static struct str plain_code(struct arena *a, struct str code) {
    int64_t number;
    return hex_code(code, &number) ? str_format(a, "%lld", (long long)number) : code;
}

/* A sender that names no system: what the code looks like says which it can only be. */
static struct str system_of(const struct monitor_raw *raw) {
    int64_t number;
    if (str_is(raw->system, "MDIL") || hex_code(raw->code, &number)) return STR("MDC");
    if (raw->system.n) return raw->system;
    if (str_to_int(raw->code, &number)) return number < 10000 ? STR("PDS") : STR("MDC");
    return STR("LN");
}

static const struct monitor_code *find_code(const struct monitors *m, struct str system,
                                            struct str code) {
    for (int i = 0; i < m->codes_n; i++)
        if (str_eq(m->codes[i].code, code) && str_eq(m->codes[i].system, system))
            return &m->codes[i];
    return NULL;
}

static const struct monitor_unit *find_unit(const struct monitors *m, struct str unit,
                                            struct str name) {
    for (int i = 0; i < m->units_n; i++)
        if (str_eq(m->units[i].unit, unit) && word_among(m->units[i].names, name))
            return &m->units[i];
    return NULL;
}

/* One value --------------------------------------------------------------------------------- */

static bool is_sentinel(const struct monitors *m, double v) {
    for (int i = 0; i < m->sentinels_n; i++)
        if (m->sentinels[i] >= v && m->sentinels[i] <= v) return true;
    return false;
}

static void convert(struct arena *a, const struct monitor_unit *u, struct str sent,
                    struct monitor_reading *r) {
    bool same = u->factor >= 1 && u->factor <= 1 && u->offset >= 0 && u->offset <= 0;
    r->text = sent;
    if (same) return;
    struct buf b = buf_new(a, 16);
    r->value = r->value * u->factor + u->offset;
    buf_real(&b, r->value, 1);
    r->text = buf_str(&b);
    (void)str_to_real(r->text, &r->value); /* what is kept is what is shown */
}

enum monitor_fate monitor_judge(struct arena *a, const struct monitors *m,
                                const struct monitor_raw *raw, struct monitor_reading *out) {
    *out = (struct monitor_reading){0};
    const struct monitor_code *c = find_code(m, system_of(raw), plain_code(a, raw->code));
    struct str value = str_trim(raw->value), flag = str_trim(raw->flag);
    if (!c || c->sign < 0) return MONITOR_UNKNOWN;
    if (flag.n && word_among(m->demo, flag)) return MONITOR_DEMO;
    if (flag.n && word_among(m->invalid, flag)) return MONITOR_INVALID;
    if (value.n <= 0) return MONITOR_EMPTY;
    if (!str_to_real(value, &out->value)) return MONITOR_INVALID;
    if (is_sentinel(m, out->value)) return MONITOR_SENTINEL;
    out->sign = &m->signs[c->sign];
    struct str unit = raw->unit.n ? plain_code(a, str_trim(raw->unit)) : out->sign->unit;
    const struct monitor_unit *u = find_unit(m, out->sign->unit, unit);
    if (!u) return MONITOR_UNIT;
    convert(a, u, value, out);
    bool inside = out->value >= out->sign->lowest && out->value <= out->sign->highest;
    return inside ? MONITOR_TAKEN : MONITOR_IMPLAUSIBLE;
}

/* Kept, and taken back ---------------------------------------------------------------------- */

/* What a sender wrote, without what separates our own fields. */
static void put_word(struct buf *out, struct str s) {
    s = str_brief(s, MONITOR_TEXT_MAX);
    for (ptrdiff_t i = 0; i < s.n; i++)
        buf_char(out, s.s[i] == '|' || (unsigned char)s.s[i] < ' ' ? ' ' : s.s[i]);
}

static void put_line(struct buf *out, struct str what, struct str text, int64_t at_ms,
                     struct str channel) {
    put_word(out, what);
    buf_char(out, '|');
    put_word(out, text);
    buf_char(out, '|');
    buf_int(out, at_ms);
    buf_char(out, '|');
    put_word(out, channel);
    buf_char(out, '\n');
}

void monitor_put(struct buf *out, const struct monitor_message *m) {
    for (int i = 0; i < m->readings_n; i++) {
        const struct monitor_reading *r = &m->readings[i];
        put_line(out, r->sign->id, r->text, r->at_ms, r->channel);
    }
    for (int i = 0; i < m->alarms_n; i++) {
        buf_char(out, '!');
        put_line(out, m->alarms[i].level, m->alarms[i].text, m->alarms[i].at_ms, STR_ABSENT);
    }
}

static void take_line(const struct monitors *m, struct str line, struct monitor_message *out) {
    struct str rest, text, time, what = str_cut(line, '|', &rest);
    int64_t at_ms;
    text = str_cut(rest, '|', &rest);
    time = str_cut(rest, '|', &rest);
    if (!rest.s || !str_to_int(time, &at_ms)) return;
    if (what.n && what.s[0] == '!') {
        out->alarms[out->alarms_n++] =
            (struct monitor_alarm){str_slice(what, 1, what.n), text, at_ms};
        return;
    }
    struct monitor_reading r = {.sign = monitor_sign(m, what), .text = text, .at_ms = at_ms};
    r.channel = rest.n ? rest : STR_ABSENT;
    if (r.sign && str_to_real(text, &r.value)) out->readings[out->readings_n++] = r;
}

void monitor_take_back(struct arena *a, const struct monitors *m, struct str lines,
                       struct monitor_message *out) {
    int n = 0;
    for (ptrdiff_t i = 0; i < lines.n; i++) n += lines.s[i] == '\n';
    out->readings = NEWS(a, struct monitor_reading, n + 1);
    out->alarms = NEWS(a, struct monitor_alarm, n + 1);
    out->readings_n = out->alarms_n = 0;
    while (lines.n && n-- > 0) take_line(m, str_cut(lines, '\n', &lines), out);
}
