#include "codec/hl7.h"

#include <string.h>

#include "base/date.h"

/* The bytes as UTF-8 ------------------------------------------------------------------------ */

enum charset { CHARSET_UTF8, CHARSET_LATIN1, CHARSET_OTHER };

static bool is_ascii(struct str s) {
    for (ptrdiff_t i = 0; i < s.n; i++)
        if ((unsigned char)s.s[i] >= 0x80) return false;
    return true;
}

static enum charset charset_of(struct str name, struct str bytes) {
    name = str_trim(name);
    if (is_ascii(bytes)) return CHARSET_UTF8;
    if (str_eq_fold(name, STR("8859/1"))) return CHARSET_LATIN1;
    if (str_eq_fold(name, STR("UNICODE UTF-8")) || str_eq_fold(name, STR("UNICODE")) ||
        str_eq_fold(name, STR("UTF-8")))
        return CHARSET_UTF8;
    if (name.n && !str_eq_fold(name, STR("ASCII"))) return CHARSET_OTHER;
    return str_utf8_ok(bytes) ? CHARSET_UTF8 : CHARSET_LATIN1;
}

static struct str from_latin1(struct arena *a, struct str bytes) {
    struct buf b = buf_new(a, bytes.n + 16);
    for (ptrdiff_t i = 0; i < bytes.n; i++) {
        unsigned char c = (unsigned char)bytes.s[i];
        if (c >= 0x80) buf_char(&b, (char)(0xC0 | c >> 6));
        buf_char(&b, (char)(c < 0x80 ? c : 0x80 | (c & 0x3F)));
    }
    return buf_str(&b);
}

static struct str mended(struct arena *a, struct str bytes) {
    struct buf b = buf_new(a, bytes.n + 16);
    for (;;) {
        ptrdiff_t bad = str_utf8_bad(bytes);
        buf_put(&b, str_slice(bytes, 0, bad < 0 ? bytes.n : bad));
        if (bad < 0) return buf_str(&b);
        buf_put(&b, STR("\xEF\xBF\xBD"));
        bytes = str_slice(bytes, bad + 1, bytes.n);
    }
}

static enum err refuse(struct hl7_refusal *r, enum err e, int code, struct str why) {
    *r = (struct hl7_refusal){code, why};
    return e;
}

/* Segments ---------------------------------------------------------------------------------- */

static struct str line_next(struct str *rest) {
    ptrdiff_t i = 0;
    while (i < rest->n && rest->s[i] != '\r' && rest->s[i] != '\n') i++;
    struct str line = str_slice(*rest, 0, i);
    while (i < rest->n && (rest->s[i] == '\r' || rest->s[i] == '\n')) i++;
    *rest = str_slice(*rest, i, rest->n);
    return line;
}

static bool id_char(char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

static bool separator_ok(char c) {
    return c > ' ' && c < 127 && !id_char(c) && !(c >= 'a' && c <= 'z') && c != '.' && c != '-';
}

/* MSH-1 and MSH-2: five different signs, none of them a letter, a digit or part of a number. */
static bool take_separators(struct str head, struct hl7_message *m) {
    if (head.n < 8) return false;
    const char *s = head.s + 3;
    m->field = s[0], m->component = s[1], m->repetition = s[2], m->escape = s[3], m->sub = s[4];
    for (int i = 0; i < 5; i++) {
        if (!separator_ok(s[i])) return false;
        if (memchr(s + i + 1, s[i], (size_t)(4 - i))) return false;
    }
    return head.n == 8 || head.s[8] == m->field || (head.n > 9 && head.s[9] == m->field);
}

static bool segment_ok(const struct hl7_message *m, struct str line) {
    return line.n >= 3 && id_char(line.s[0]) && id_char(line.s[1]) && id_char(line.s[2]) &&
           (line.n == 3 || line.s[3] == m->field);
}

static enum err cut_segments(struct arena *a, struct str text, struct hl7_message *out,
                             struct hl7_refusal *refusal) {
    int lines = 1;
    for (ptrdiff_t i = 0; i < text.n; i++) lines += text.s[i] == '\r' || text.s[i] == '\n';
    if (lines > HL7_SEGMENTS_MAX)
        return refuse(refusal, E_TOO_LARGE, 100, STR("the message has too many segments"));
    out->v = NEWS(a, struct hl7_segment, lines);
    while (text.n) {
        struct str line = line_next(&text);
        if (!line.n) continue;
        if (!segment_ok(out, line))
            return refuse(refusal, E_SYNTAX, 100,
                          STR("a segment does not begin with three letters and a separator"));
        out->v[out->n++] = (struct hl7_segment){str_slice(line, 0, 3), line};
    }
    return E_OK;
}

enum err hl7_parse(struct arena *a, struct str bytes, struct hl7_message *out,
                   struct hl7_refusal *refusal) {
    *out = (struct hl7_message){.arena = a};
    while (bytes.n && (bytes.s[0] == '\r' || bytes.s[0] == '\n'))
        bytes = str_slice(bytes, 1, bytes.n);
    struct str rest = bytes, head = line_next(&rest);
    if (!str_starts(bytes, STR("MSH")))
        return refuse(refusal, E_SYNTAX, 100, STR("the message does not begin with MSH"));
    if (bytes.n && memchr(bytes.s, 0, (size_t)bytes.n))
        return refuse(refusal, E_SYNTAX, 102, STR("the message has a zero byte"));
    if (!take_separators(head, out))
        return refuse(refusal, E_SYNTAX, 102, STR("MSH-1 and MSH-2 are not five separators"));
    struct hl7_segment msh = {STR("MSH"), head};
    switch (charset_of(hl7_get(out, &msh, (struct hl7_at){.field = 18, .component = 1}), bytes)) {
    case CHARSET_UTF8: bytes = str_utf8_ok(bytes) ? bytes : mended(a, bytes); break;
    case CHARSET_LATIN1: bytes = from_latin1(a, bytes); break;
    case CHARSET_OTHER:
        return refuse(refusal, E_SYNTAX, 103,
                      STR("MSH-18: the character sets here are ASCII, 8859/1 and UNICODE UTF-8"));
    }
    return cut_segments(a, bytes, out, refusal);
}

const struct hl7_segment *hl7_segment(const struct hl7_message *m, const char *id, int nth) {
    for (int i = 0; i < m->n; i++)
        if (str_is(m->v[i].id, id) && nth-- == 0) return &m->v[i];
    return NULL;
}

/* Parts ------------------------------------------------------------------------------------- */

/* The nth piece (from 0) between separators; absent when there are fewer. */
static struct str piece(struct str s, char separator, int nth) {
    while (s.s && nth-- > 0) str_cut(s, separator, &s);
    struct str rest;
    return s.s ? str_cut(s, separator, &rest) : STR_ABSENT;
}

static struct str present(struct str s) {
    return s.n == 0 || str_is(s, "\"\"") ? STR_ABSENT : s;
}

struct str hl7_field(const struct hl7_message *m, const struct hl7_segment *s, int field) {
    bool msh = str_is(s->id, "MSH");
    if (msh && field == 1) return str_slice(s->text, 3, 4);
    return present(piece(s->text, m->field, msh ? field - 1 : field));
}

static int hex_digit(char c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                        : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* \Xhh..\: bytes; what is not ASCII cannot be told apart from its set, and is left out. */
static void put_hex(struct buf *b, struct str digits) {
    for (ptrdiff_t i = 0; i + 1 < digits.n; i += 2) {
        int v = hex_digit(digits.s[i]) * 16 + hex_digit(digits.s[i + 1]);
        if (hex_digit(digits.s[i]) >= 0 && hex_digit(digits.s[i + 1]) >= 0 && v >= ' ' && v < 127)
            buf_char(b, (char)v);
    }
}

static void put_escape(const struct hl7_message *m, struct buf *b, struct str code) {
    static const char names[] = "FSTRE";
    const char signs[] = {m->field, m->component, m->sub, m->repetition, m->escape};
    const char *name = code.n == 1 ? memchr(names, code.s[0], 5) : NULL;
    if (name) buf_char(b, signs[name - names]);
    else if (str_starts(code, STR("X"))) put_hex(b, str_slice(code, 1, code.n));
    else if (str_is(code, ".br") || str_is(code, ".sp")) buf_char(b, '\n');
}

static struct str unescaped(const struct hl7_message *m, struct str s) {
    if (!s.n || !memchr(s.s, m->escape, (size_t)s.n)) return s;
    struct buf b = buf_new(m->arena, s.n);
    while (s.s) {
        struct str rest, code;
        buf_put(&b, str_cut(s, m->escape, &rest));
        if (!rest.s) break;
        code = str_cut(rest, m->escape, &s);
        if (s.s) put_escape(m, &b, code);
        else buf_char(&b, m->escape), buf_put(&b, code); /* it never ended: as it stands */
    }
    return buf_str(&b);
}

struct str hl7_get(const struct hl7_message *m, const struct hl7_segment *s, struct hl7_at at) {
    struct str raw = hl7_field(m, s, at.field);
    raw = raw.s ? piece(raw, m->repetition, at.repetition) : raw;
    raw = raw.s && at.component ? piece(raw, m->component, at.component - 1) : raw;
    raw = raw.s && at.sub ? piece(raw, m->sub, at.sub - 1) : raw;
    return present(unescaped(m, present(raw)));
}

int hl7_repetitions(const struct hl7_message *m, const struct hl7_segment *s, int field) {
    struct str raw = hl7_field(m, s, field);
    int n = raw.n > 0;
    for (ptrdiff_t i = 0; i < raw.n; i++) n += raw.s[i] == m->repetition;
    return n;
}

/* Time -------------------------------------------------------------------------------------- */

static bool digits(struct str *s, int n, int *out) {
    if (s->n < n) return false;
    *out = 0;
    for (int i = 0; i < n; i++) {
        if (s->s[i] < '0' || s->s[i] > '9') return false;
        *out = *out * 10 + (s->s[i] - '0');
    }
    *s = str_slice(*s, n, s->n);
    return true;
}

static bool fraction(struct str *s, int *ms) {
    int digit, scale = 100, n = 0;
    *s = str_slice(*s, 1, s->n);
    for (; n < 4 && digits(s, 1, &digit); n++, scale /= 10) *ms += digit * scale;
    return n > 0;
}

static bool zone(struct str s, struct hl7_time *t) {
    int hours, minutes, sign = s.s[0] == '-' ? -1 : 1;
    if (s.s[0] != '-' && s.s[0] != '+') return false;
    s = str_slice(s, 1, s.n);
    if (!digits(&s, 2, &hours) || !digits(&s, 2, &minutes) || s.n) return false;
    if (hours > 14 || minutes > 59) return false;
    t->zoned = true;
    t->offset_min = sign * (hours * 60 + minutes);
    return true;
}

bool hl7_time_parse(struct str s, struct hl7_time *t) {
    struct date d;
    *t = (struct hl7_time){0};
    if (!digits(&s, 4, &d.year) || !digits(&s, 2, &d.month) || !digits(&s, 2, &d.day) ||
        !digits(&s, 2, &t->hour) || !digits(&s, 2, &t->minute))
        return false;
    if (s.n && s.s[0] >= '0' && s.s[0] <= '9' && !digits(&s, 2, &t->second)) return false;
    if (s.n && s.s[0] == '.' && !fraction(&s, &t->ms)) return false;
    if (s.n && !zone(s, t)) return false;
    if (d.year < 1800 || d.month < 1 || d.month > 12 || d.day < 1 || d.day > 31) return false;
    t->days = date_to_days(d);
    struct date again = date_from_days(t->days);
    return again.month == d.month && again.day == d.day && t->hour < 24 && t->minute < 60 &&
           t->second < 60;
}

/* The answer -------------------------------------------------------------------------------- */

struct hl7_header hl7_header_of(const struct hl7_message *m) {
    const struct hl7_segment *msh = hl7_segment(m, "MSH", 0);
    struct hl7_header h = {0};
    if (!msh) return h;
    h.sender = hl7_field(m, msh, 3), h.sender_facility = hl7_field(m, msh, 4);
    h.receiver = hl7_field(m, msh, 5), h.receiver_facility = hl7_field(m, msh, 6);
    h.time = hl7_get(m, msh, (struct hl7_at){.field = 7, .component = 1});
    h.type = hl7_get(m, msh, (struct hl7_at){.field = 9, .component = 1});
    h.event = hl7_get(m, msh, (struct hl7_at){.field = 9, .component = 2});
    h.control_id = hl7_field(m, msh, 10);
    h.processing = hl7_get(m, msh, (struct hl7_at){.field = 11, .component = 1});
    h.version = hl7_get(m, msh, (struct hl7_at){.field = 12, .component = 1});
    h.accept_ack = hl7_get(m, msh, (struct hl7_at){.field = 15, .component = 1});
    h.application_ack = hl7_get(m, msh, (struct hl7_at){.field = 16, .component = 1});
    return h;
}

bool hl7_header_guess(struct arena *a, struct str bytes, struct hl7_header *out) {
    struct hl7_message m = {.arena = a};
    struct str head = line_next(&bytes);
    *out = (struct hl7_header){0};
    if (!str_starts(head, STR("MSH")) || !take_separators(head, &m) || !is_ascii(head) ||
        memchr(head.s, 0, (size_t)head.n))
        return false;
    struct hl7_segment msh = {STR("MSH"), head};
    m.v = &msh, m.n = 1;
    *out = hl7_header_of(&m);
    return true;
}

/* Our own text has no separators; escaping it would only hide that. */
static void put_plain(struct buf *b, struct str s) {
    for (ptrdiff_t i = 0; i < s.n; i++)
        buf_char(b, s.s[i] < ' ' || strchr("|^~\\&", s.s[i]) ? ' ' : s.s[i]);
}

/* What was sent goes back as it came, up to what could break our own message. */
static void put_sent(struct buf *b, struct str s) {
    for (ptrdiff_t i = 0; i < s.n; i++)
        if ((unsigned char)s.s[i] >= ' ' && s.s[i] != '|') buf_char(b, s.s[i]);
}

static void put_error(struct buf *b, const struct hl7_refusal *r) {
    static const struct {
        int code;
        const char *text;
    } table_0357[] = {{100, "Segment sequence error"},    {101, "Required field missing"},
                      {102, "Data type error"},           {103, "Table value not found"},
                      {200, "Unsupported message type"},  {201, "Unsupported event code"},
                      {202, "Unsupported processing id"}, {203, "Unsupported version id"}};
    const char *text = "Application internal error";
    for (size_t i = 0; i < sizeof table_0357 / sizeof *table_0357; i++)
        if (table_0357[i].code == r->code) text = table_0357[i].text;
    buf_format(b, "ERR|||%d^%s^HL70357|E||||", r->code, text);
    put_plain(b, r->why);
    buf_z(b, "\r");
}

void hl7_ack(struct buf *out, const struct hl7_header *to, const char *code,
             const struct hl7_refusal *refusal, struct str reply_id, struct str now) {
    struct str version = to->version.n ? to->version : STR("2.6");
    buf_z(out, "MSH|^~\\&|");
    put_sent(out, to->receiver.n ? to->receiver : STR("CAIRN"));
    buf_char(out, '|');
    put_sent(out, to->receiver_facility);
    buf_char(out, '|');
    put_sent(out, to->sender);
    buf_char(out, '|');
    put_sent(out, to->sender_facility);
    buf_format(out, "|%.*s||ACK", STR_ARG(now));
    if (to->event.n) buf_char(out, '^'), put_plain(out, to->event);
    if (to->event.n && str_cmp(version, STR("2.4")) >= 0) buf_z(out, "^ACK");
    buf_format(out, "|%.*s|", STR_ARG(reply_id));
    put_plain(out, to->processing.n ? to->processing : STR("P"));
    buf_char(out, '|');
    put_plain(out, version);
    buf_z(out, "||||||UNICODE UTF-8\rMSA|");
    buf_z(out, code);
    buf_char(out, '|');
    put_sent(out, to->control_id);
    if (refusal) buf_char(out, '|'), put_plain(out, refusal->why);
    buf_char(out, '\r');
    if (refusal) put_error(out, refusal);
}
