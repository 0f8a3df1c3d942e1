#include "core/rems.h"

#include "base/buf.h"

int rems_field(const struct rems_rules *r, struct str id) {
    for (int i = 0; i < r->fields_n; i++)
        if (str_eq(r->fields[i].id, id)) return i;
    return -1;
}

int32_t rems_last_day(const struct rems_rules *r, int32_t treated) { return treated + r->due_days; }
bool rems_is_late(int32_t due, int32_t today) { return today > due; }

struct filling {
    struct arena *a;
    const struct rems_rules *r;
    const struct codes *codes;
    const struct rems_facts *facts;
    const struct str *answers;
    struct rems_filled *out;
};

static struct rems_value recorded(struct str text) {
    return (struct rems_value){text.n ? REMS_RECORDED : REMS_MISSING, text, STR_ABSENT};
}

static struct rems_value minutes(struct filling *f, struct rems_minute min) {
    if (!min.is) return (struct rems_value){0};
    return recorded(str_format(f->a, "%d", min.v));
}

static struct rems_value yes_or_no(bool yes) { return recorded(yes ? STR("yes") : STR("no")); }

/* What is found in the session ------------------------------------------------------------- */

static struct rems_value dose_of(struct filling *f) {
    int mg = (int)(f->facts->given_ug / 1000);
    if (!mg) return (struct rems_value){0};
    return recorded(str_format(f->a, mg == 56 || mg == 84 ? "%d" : "other: %d", mg));
}

static struct rems_value lots_of(struct filling *f) {
    struct buf b = buf_new(f->a, 80);
    for (int i = 0; i < f->facts->lots_n; i++) {
        bool said = false;
        for (int k = 0; k < i; k++) said |= str_eq(f->facts->lots[k], f->facts->lots[i]);
        if (!said) buf_format(&b, "%s%.*s", b.n ? ", " : "", STR_ARG(f->facts->lots[i]));
    }
    return recorded(buf_str(&b));
}

/* The pressure nearest to a minute, of those in a span; of two as near the later. */
static struct rems_value pressure(struct filling *f, int from, int to, int wanted) {
    const struct rems_sign *best = NULL;
    for (int i = 0; i < f->facts->signs_n; i++) {
        const struct rems_sign *s = &f->facts->signs[i];
        if (!str_is(s->sign, "bp") || s->minute < from || s->minute > to) continue;
        int far = s->minute > wanted ? s->minute - wanted : wanted - s->minute;
        int best_far = !best                    ? far
                       : best->minute > wanted ? best->minute - wanted
                                               : wanted - best->minute;
        if (far <= best_far) best = s;
    }
    if (!best) return (struct rems_value){0};
    return recorded(str_format(f->a, "%d/%d", (int)best->v, (int)best->v2));
}

static struct rems_value found(struct filling *f, enum rems_found what) {
    const struct rems_rules *r = f->r;
    int peak_to = r->peak_at_min + r->peak_near_min;
    struct rems_minute end = f->facts->end_min;
    switch (what) {
    case REMS_FOUND_dose: return dose_of(f);
    case REMS_FOUND_lots: return lots_of(f);
    case REMS_FOUND_monitored: return minutes(f, end);
    case REMS_FOUND_ready: return minutes(f, f->facts->ready_min);
    case REMS_FOUND_bp_before: return pressure(f, -REMS_MINUTES_MAX, 0, 0);
    case REMS_FOUND_bp_peak:
        return pressure(f, r->peak_at_min - r->peak_near_min, peak_to, r->peak_at_min);
    case REMS_FOUND_bp_end:
    case REMS_FOUNDS: break;
    }
    if (!end.is) return (struct rems_value){0};
    int from = end.v - r->end_near_min; /* and not the one that stands at 40 minutes */
    return pressure(f, from > peak_to ? from : peak_to + 1, end.v, end.v);
}

static struct rems_value class_of(struct filling *f, int class) {
    struct buf b = buf_new(f->a, 80);
    for (int i = 0; i < f->facts->medicines_n; i++)
        if (codes_of_medicine(f->codes, f->facts->medicines[i]) >> class & 1)
            buf_format(&b, "%s%.*s", b.n ? ", " : "", STR_ARG(f->facts->medicines[i]));
    if (b.n) return (struct rems_value){REMS_RECORDED, STR("yes"), buf_str(&b)};
    return f->facts->reviewed ? yes_or_no(false) : (struct rems_value){0};
}

/* What was seen after the dose ------------------------------------------------------------- */

struct effect {
    bool seen, open; /* open: nobody wrote down yet that it is over */
    int fine;        /* readings of its sign on the good side */
    struct rems_minute onset, over;
};

static void first_at(struct rems_minute *onset, int minute) {
    if (!onset->is || onset->v > minute) *onset = (struct rems_minute){true, minute};
}

static void last_at(struct rems_minute *over, int minute) {
    if (!over->is || over->v < minute) *over = (struct rems_minute){true, minute};
}

static void look_at_signs(const struct rems_facts *facts, const struct rems_effect *e,
                          struct effect *out) {
    bool low = false;
    int back = 0;
    for (int i = 0; i < facts->signs_n; i++) {
        const struct rems_sign *s = &facts->signs[i];
        if (!e->sign.n || s->minute <= 0 || !str_eq(s->sign, e->sign)) continue;
        bool was = low;
        low = s->v < e->below;
        out->fine += !low;
        out->seen |= low;
        if (low) first_at(&out->onset, s->minute);
        if (was && !low) back = s->minute;
    }
    if (low) out->open = true;
    else if (back) last_at(&out->over, back);
}

static struct effect effect_of(const struct rems_facts *facts, const struct rems_effect *e) {
    struct effect out = {0};
    look_at_signs(facts, e, &out);
    for (int i = 0; i < facts->seen_n; i++) {
        const struct rems_seen *s = &facts->seen[i];
        if (s->minute < 0 || !word_among(e->names, s->name)) continue;
        out.seen = true;
        first_at(&out.onset, s->minute);
        if (s->over_min.is) last_at(&out.over, s->over_min.v);
        else if (s->closes) out.open = true;
    }
    if (out.open) out.over = (struct rems_minute){0};
    return out;
}

/* The field of the form that has this part of the effect. */
static const struct rems_value *part_of(const struct filling *f, int effect, enum rems_part part) {
    for (int i = 0; i < f->r->fields_n; i++) {
        const struct rems_field *x = &f->r->fields[i];
        if (x->from == REMS_FROM_EFFECT && x->of == effect && x->part == part)
            return &f->out->v[i];
    }
    return NULL;
}

static bool minute_of(const struct rems_value *v, int64_t *min) {
    return v && v->text.n && v->state != REMS_MISSING && str_to_int(v->text, min);
}

static struct rems_value effect_part(struct filling *f, const struct rems_field *x) {
    const struct rems_effect *rule = &f->r->effects[x->of];
    struct effect e = effect_of(f->facts, rule);
    int64_t over;
    switch (x->part) {
    case REMS_SEEN:
        if (e.seen) return yes_or_no(true);
        return rule->clear && e.fine >= rule->clear ? yes_or_no(false) : (struct rems_value){0};
    case REMS_ONSET: return minutes(f, e.onset);
    case REMS_OVER: return minutes(f, e.over);
    case REMS_WITHIN: break;
    }
    if (!minute_of(part_of(f, x->of, REMS_OVER), &over)) return (struct rems_value){0};
    return yes_or_no(over <= f->r->over_within_min);
}

/* Filling ---------------------------------------------------------------------------------- */

static struct rems_value of_record(struct filling *f, const struct rems_field *x) {
    switch (x->from) {
    case REMS_FROM_FACT: return recorded(f->facts->text[x->of]);
    case REMS_FROM_FOUND: return found(f, (enum rems_found)x->of);
    case REMS_FROM_CLASS: return class_of(f, x->of);
    case REMS_FROM_EFFECT: return effect_part(f, x);
    case REMS_FROM_ANSWER: break;
    }
    return (struct rems_value){0};
}

/* What is over before it began was not answered. */
static bool before_onset(const struct filling *f, const struct rems_field *x, struct str answer) {
    int64_t onset, over;
    if (x->from != REMS_FROM_EFFECT || x->part != REMS_OVER) return false;
    return minute_of(part_of(f, x->of, REMS_ONSET), &onset) && str_to_int(answer, &over) &&
           over < onset;
}

static struct rems_value fill_one(struct filling *f, int i) {
    const struct rems_field *x = &f->r->fields[i];
    int64_t min;
    if (x->needs >= 0 && !str_is(f->out->v[x->needs].text, "yes"))
        return (struct rems_value){.state = REMS_NOT_NEEDED};
    struct rems_value v = of_record(f, x);
    struct str answer = f->answers ? f->answers[i] : STR_ABSENT;
    if (v.state == REMS_MISSING && x->may_answer && answer.n && !before_onset(f, x, answer))
        v = (struct rems_value){REMS_ANSWERED, answer, STR_ABSENT};
    if (x->least && minute_of(&v, &min) && min < x->least)
        v.note = str_format(f->a, "under %d", x->least);
    return v;
}

void rems_fill(struct arena *a, const struct rems_rules *r, const struct codes *codes,
               const struct rems_facts *facts, const struct str *answers, struct rems_filled *out) {
    struct filling f = {a, r, codes, facts, answers, out};
    *out = (struct rems_filled){0};
    for (int i = 0; i < r->fields_n; i++) {
        out->v[i] = fill_one(&f, i);
        out->missing += out->v[i].state == REMS_MISSING;
    }
}

bool rems_asks(const struct rems_rules *r, const struct rems_filled *f, int field) {
    enum rems_state s = f->v[field].state;
    return r->fields[field].may_answer && (s == REMS_MISSING || s == REMS_ANSWERED);
}

const char *rems_answer_wrong(const struct rems_field *f, struct str answer) {
    int64_t min;
    if (f->kind == REMS_YESNO)
        return str_is(answer, "yes") || str_is(answer, "no") ? NULL : "It is yes or no.";
    if (f->kind == REMS_MINUTES)
        return str_to_int(answer, &min) && min >= 0 && min <= REMS_MINUTES_MAX
                   ? NULL
                   : "Whole minutes from the first device, up to a day.";
    return answer.n <= REMS_ANSWER_MAX ? NULL : "At most 500 characters.";
}

struct str rems_value_text(struct arena *a, const struct rems_value *v) {
    if (!v->note.n) return v->text;
    return str_format(a, "%.*s (%.*s)", STR_ARG(v->text), STR_ARG(v->note));
}

/* As it reads ------------------------------------------------------------------------------ */

struct rems_lines rems_lines(struct arena *a, const struct rems_rules *r,
                             const struct rems_filled *f) {
    struct rems_lines out = {NEWS(a, struct rems_line, r->fields_n), 0};
    for (int i = 0; i < r->fields_n; i++) {
        const struct rems_field *x = &r->fields[i];
        if (f->v[i].state == REMS_NOT_NEEDED) continue;
        struct str value = f->v[i].state == REMS_MISSING ? STR("") : rems_value_text(a, &f->v[i]);
        out.v[out.n++] = (struct rems_line){r->groups[x->group].title, x->id, x->label, x->copies,
                                            value};
    }
    return out;
}

static void put_part(struct buf *b, struct str part, char end) {
    for (ptrdiff_t i = 0; i < part.n; i++) {
        char c = part.s[i];
        buf_char(b, c == '|' ? '/' : c == '\n' || c == '\r' ? ' ' : c);
    }
    buf_char(b, end);
}

struct str rems_freeze(struct arena *a, const struct rems_rules *r, struct rems_lines lines) {
    struct buf b = buf_new(a, 4096);
    buf_format(&b, "%.*s, version %d\n", STR_ARG(r->title), r->version);
    for (int i = 0; i < lines.n; i++) {
        const struct rems_line *l = &lines.v[i];
        put_part(&b, l->group, '|');
        put_part(&b, l->id, '|');
        put_part(&b, l->label, '|');
        put_part(&b, l->copies, '|');
        put_part(&b, l->value, '\n');
    }
    return buf_str(&b);
}

struct rems_lines rems_thaw(struct arena *a, struct str text) {
    struct rems_lines out = {NEWS(a, struct rems_line, REMS_FIELDS_MAX), 0};
    str_cut(text, '\n', &text); /* what it is */
    while (text.n > 0 && out.n < REMS_FIELDS_MAX) {
        struct str rest = str_cut(text, '\n', &text);
        struct rems_line *l = &out.v[out.n++];
        l->group = part_next(&rest);
        l->id = part_next(&rest);
        l->label = part_next(&rest);
        l->copies = part_next(&rest);
        l->value = part_next(&rest);
    }
    return out;
}

const struct rems_line *rems_line_of(struct rems_lines lines, struct str id) {
    return STR_FIND(lines.v, lines.n, id, id);
}
