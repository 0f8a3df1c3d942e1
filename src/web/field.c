#include "web/field.h"

#include <string.h>
#include <math.h>

#include "app/access.h"
#include "base/clock.h"
#include "web/web.h"

#define TABLE_FIELD(form, kind, name, label, unit, min, max, need, choices, help)       \
    {KIND_##kind, #name, offsetof(struct form_##form, name), label, unit, min, max, need, \
     choices, help},

#define FORM(name, submit, flags) static const struct field fields_##name[] = {
#define GROUP(form, legend_text, help_text) {.label = legend_text, .help = help_text},
#define FIELD(form, kind, name, label, unit, min, max, need, choices, help) \
    TABLE_FIELD(form, kind, name, label, unit, min, max, need, choices, help)
#define END(form) };
#include "web/forms.def"
#undef FORM
#undef GROUP
#undef FIELD
#undef END

static const struct form_info infos[] = {
    [FORM_NONE] = {"", "", SECRET, NULL, 0},
#define FORM(name, submit, flags)                     \
    [FORM_##name] = {#name, submit, flags, fields_##name, \
                     sizeof fields_##name / sizeof *fields_##name},
#define GROUP(form, legend, help)
#define FIELD(form, kind, name, label, unit, min, max, need, choices, help)
#define END(form)
#include "web/forms.def"
#undef FORM
#undef GROUP
#undef FIELD
#undef END
};

const struct form_info *form_info(enum form_id id) { return &infos[id]; }

/* Choices -----------------------------------------------------------------------------------*/

static const struct {
    const char *name;
    enum err (*fill)(struct request *rq, struct field_choices *out);
} lists[] = {
#define CHOICES(name, function) {"@" #name, function},
#include "web/choices.def"
#undef CHOICES
};

enum err field_choices(struct request *rq, const char *text, struct field_choices *out) {
    int n = 1;
    *out = (struct field_choices){0};
    for (int i = 0; text[0] == '@' && i < COUNT(lists); i++)
        if (str_is(str_from(text), lists[i].name)) return lists[i].fill(rq, out);
    CHECK(text[0] != '@', "a list of choices that forms.def names is in choices.def");
    for (const char *c = text; *c; c++) n += *c == '|';
    out->v = NEWS(rq->arena, struct field_choice, n);
    for (struct str rest = str_from(text); rest.s && rest.n;) {
        struct str label, part = str_cut(rest, '|', &rest);
        struct str value = str_cut(part, '=', &label);
        out->v[out->n++] = (struct field_choice){value, label.s ? label : value};
    }
    return E_OK;
}

struct str field_label(struct request *rq, enum form_id form, const char *field, struct str value) {
    const struct form_info *info = form_info(form);
    struct field_choices known = {0};
    for (int i = 0; i < info->n; i++)
        if (info->fields[i].name && strcmp(info->fields[i].name, field) == 0)
            if (field_choices(rq, info->fields[i].choices, &known) != E_OK) return value;
    for (ptrdiff_t i = 0; i < known.n; i++)
        if (str_eq(value, known.v[i].value)) return known.v[i].label;
    return value;
}

enum err choices_staff_roles(struct request *rq, struct field_choices *out) {
    out->v = NEWS(rq->arena, struct field_choice, ROLE_COUNT);
    for (int i = 0; i < ROLE_COUNT; i++)
        if (i != ROLE_patient)
            out->v[out->n++] = (struct field_choice){
                str_from(role_name((enum role)i)),
                str_format(rq->arena, "%s: %s", role_name((enum role)i), role_text((enum role)i))};
    return E_OK;
}

/* One value ---------------------------------------------------------------------------------*/

static void wrong(struct request *rq, const struct field *f, const char *code,
                  const char *message) {
    fault_add(&rq->faults, str_from(f->name), code, "%s", message);
}

static const char *missing_text(enum field_kind kind) {
    switch (kind) {
    case KIND_choice:
    case KIND_pick: return "Choose one.";
    case KIND_check: return "Tick this to go on.";
    case KIND_date: return "Give a date.";
    case KIND_time: return "Give a date and a time.";
    case KIND_int:
    case KIND_real:
    case KIND_mg: return "Give a number.";
    case KIND_file: return "Choose a file.";
    case KIND_signature: return "Sign in the box.";
    default: return "Fill this in.";
    }
}

static bool has_control(struct str text, bool lines) {
    for (ptrdiff_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.s[i];
        if ((c < 0x20 && !(lines && (c == '\n' || c == '\t'))) || c == 0x7F) return true;
    }
    return false;
}

static bool read_text(struct request *rq, const struct field *f, struct str value) {
    bool lines = f->kind == KIND_area;
    ptrdiff_t longest = f->max > 0 ? (ptrdiff_t)f->max
                        : lines || f->kind == KIND_signature ? 20000
                                                             : 200;
    ptrdiff_t length = str_utf8_length(value);
    if (has_control(value, lines))
        wrong(rq, f, "encoding", "This holds a sign that is not text.");
    else if (length > longest)
        fault_add(&rq->faults, str_from(f->name), "length",
                  "At most %td characters; this has %td.", longest, length);
    else if (length < (ptrdiff_t)f->min)
        fault_add(&rq->faults, str_from(f->name), "length", "At least %.0f characters.", f->min);
    else return true;
    return false;
}

static bool day_in_range(struct request *rq, const struct field *f, int32_t day) {
    if (f->min == 0 && f->max == 0) return true;
    int32_t today = clock_today(rq->now_ms);
    int32_t first = today + (int32_t)f->min, last = today + (int32_t)f->max;
    if (day >= first && day <= last) return true;
    struct buf b = buf_new(rq->arena, 96);
    buf_z(&b, "From ");
    date_put_words(&b, first);
    buf_z(&b, " to ");
    date_put_words(&b, last);
    buf_char(&b, '.');
    fault_add(&rq->faults, str_from(f->name), "range", "%.*s", STR_ARG(buf_str(&b)));
    return false;
}

static bool in_range(struct request *rq, const struct field *f, double v) {
    bool open = f->min == 0 && f->max == 0; /* the use case knows the limits */
    if (open || (v >= f->min && v <= f->max)) return true;
    fault_add(&rq->faults, str_from(f->name), "range", "From %g to %g%s%s; this is %g.", f->min,
              f->max, f->unit[0] ? " " : "", f->unit, v);
    return false;
}

static void read_number(struct request *rq, const struct field *f, struct str value, void *at) {
    double v;
    if (!str_to_real(value, &v)) {
        wrong(rq, f, "type", "Write a number, as 72 or 36.5.");
        return;
    }
    double scale = f->kind == KIND_mg ? 1000 : 1;
    if (f->kind != KIND_real && v * scale != nearbyint(v * scale)) {
        double off = fabs(v * scale - nearbyint(v * scale));
        if (f->kind == KIND_int || off > 1e-6) {
            wrong(rq, f, "type",
                  f->kind == KIND_int ? "Write a whole number."
                                      : "At most three decimals of a mg.");
            return;
        }
    }
    if (!in_range(rq, f, v)) return;
    if (f->kind == KIND_real) *(struct maybe_real *)at = (struct maybe_real){true, v};
    else *(struct maybe_int *)at = (struct maybe_int){true, (int64_t)llround(v * scale)};
}

static void read_time(struct request *rq, const struct field *f, struct str value,
                      struct maybe_int *out) {
    int64_t at_ms;
    if (!clock_parse_local(str_slice(value, 0, 16), &at_ms))
        wrong(rq, f, "date", "Give a date and a time, as 2027-03-04T14:05.");
    else if (day_in_range(rq, f, clock_today(at_ms)))
        *out = (struct maybe_int){true, at_ms};
}

static enum err read_choice(struct request *rq, const struct field *f, struct str value,
                            struct str *out) {
    struct field_choices choices;
    TRY(field_choices(rq, f->choices, &choices));
    for (ptrdiff_t i = 0; i < choices.n; i++)
        if (str_eq(choices.v[i].value, value)) {
            *out = value;
            return E_OK;
        }
    wrong(rq, f, "unknown", "Choose one of those offered.");
    return E_OK;
}

static void read_date(struct request *rq, const struct field *f, struct str value,
                      struct str *out) {
    int32_t day;
    if (!date_parse(value, &day))
        wrong(rq, f, "date", "Give a date of the calendar, as 2027-03-04.");
    else if (day_in_range(rq, f, day))
        *out = value;
}

static void read_file(struct request *rq, const struct field *f, struct form_file *out) {
    for (ptrdiff_t i = 0; i < rq->parts.n; i++) {
        const struct part *p = &rq->parts.v[i];
        if (str_is(p->name, f->name) && p->filename.s && (p->bytes.n || p->filename.n))
            *out = (struct form_file){p->filename, p->content_type, p->bytes};
    }
    if (!out->bytes.n && f->need == REQUIRED)
        wrong(rq, f, "required", missing_text(f->kind));
}

static enum err read_one(struct request *rq, const struct field *f, void *at) {
    struct str value = form_get(&rq->typed, str_from(f->name));
    if (f->kind == KIND_file) {
        read_file(rq, f, at);
        return E_OK;
    }
    if (f->kind != KIND_password && f->kind != KIND_area) value = str_trim(value);
    if (value.n == 0) {
        if (f->need == REQUIRED) wrong(rq, f, "required", missing_text(f->kind));
        return E_OK;
    }
    switch (f->kind) {
    case KIND_date: read_date(rq, f, value, at); break;
    case KIND_time: read_time(rq, f, value, at); break;
    case KIND_int:
    case KIND_real:
    case KIND_mg: read_number(rq, f, value, at); break;
    case KIND_check: *(bool *)at = true; break;
    case KIND_choice:
    case KIND_pick: return read_choice(rq, f, value, at);
    case KIND_hidden:
        if (f->choices[0]) return read_choice(rq, f, value, at);
        /* fall through */
    default:
        if (read_text(rq, f, value)) *(struct str *)at = value;
    }
    return E_OK;
}

enum err field_read(struct request *rq, enum form_id id, union form *out) {
    const struct form_info *info = form_info(id);
    for (int i = 0; i < info->n; i++)
        if (info->fields[i].name)
            TRY(read_one(rq, &info->fields[i], (char *)out + info->fields[i].offset));
    return faults_err(&rq->faults);
}

bool field_int(struct request *rq, struct str name, const char *label, enum field_need need,
               int64_t min, int64_t max, struct maybe_int *out) {
    struct field f = {.kind = KIND_int, .name = str_z(rq->arena, name), .label = label,
                      .unit = "", .min = (double)min, .max = (double)max, .need = need};
    int before = rq->faults.n;
    *out = (struct maybe_int){0};
    CHECK(read_one(rq, &f, out) == E_OK, "a number needs no list");
    return rq->faults.n == before;
}

bool field_text(struct request *rq, struct str name, const char *label, enum field_need need,
                ptrdiff_t max, struct str *out) {
    struct field f = {.kind = KIND_area, .name = str_z(rq->arena, name), .label = label,
                      .unit = "", .max = (double)max, .need = need};
    int before = rq->faults.n;
    *out = STR_ABSENT;
    CHECK(read_one(rq, &f, out) == E_OK, "a text needs no list");
    return rq->faults.n == before;
}

/* A record's values as they would be typed ---------------------------------------------------*/

struct str field_text_of(struct arena *a, const struct field *f, const void *form) {
    const void *at = (const char *)form + f->offset;
    struct buf b = buf_new(a, 32);
    const struct maybe_int *whole = at;
    const struct maybe_real *real = at;
    switch (f->kind) {
    case KIND_time:
        if (whole->is) clock_put_local(&b, whole->v);
        break;
    case KIND_int:
        if (whole->is) buf_int(&b, whole->v);
        break;
    case KIND_mg:
        if (whole->is) buf_real_exact(&b, (double)whole->v / 1000);
        break;
    case KIND_real:
        if (real->is) buf_real_exact(&b, real->v);
        break;
    case KIND_check:
        if (*(const bool *)at) buf_char(&b, '1');
        break;
    case KIND_file:
    case KIND_password: break;
    default: return *(const struct str *)at;
    }
    return buf_str(&b);
}
