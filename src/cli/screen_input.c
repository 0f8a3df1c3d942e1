#include "cli/screen_input.h"

#include "codec/json.h"
#include "core/codes.h"

/* Fields that are one value each come from the table candidate.def by their path; the lists
 * and the blood pressure have a function of their own, named in `lists`. */
struct input {
    struct arena *a;
    const struct json_doc *doc;
    struct candidate *c;
    struct faults *faults;
};

static void wrong_kind(struct input *in, const struct json *v, const char *wanted) {
    json_fault(in->faults, in->doc, v, "type", "this is %s; it must be %s",
               json_kind_words(v->kind), wanted);
}

static bool is_null(const struct json *v) { return v->kind == JSON_NULL; }

static void read_field(struct input *in, enum candidate_field f, const struct json *v) {
    double number;
    bool yes;
    switch (candidate_meaning(f)->kind) {
    case CANDIDATE_NUMBER:
    case CANDIDATE_WHOLE:
        if (v->kind == JSON_NUMBER && json_real(v, &number))
            candidate_set_number(in->c, f, number, in->faults);
        else wrong_kind(in, v, "a number");
        break;
    case CANDIDATE_TRUTH:
        if (json_truth(v, &yes)) candidate_set_truth(in->c, f, yes);
        else wrong_kind(in, v, "true or false");
        break;
    case CANDIDATE_WORD:
        if (v->kind == JSON_TEXT) candidate_set_word(in->c, f, v->text, in->faults);
        else wrong_kind(in, v, candidate_meaning(f)->words);
    }
}

static bool text_ok(struct input *in, const struct json *v) {
    if (v->kind != JSON_TEXT) wrong_kind(in, v, "a text");
    else if (v->text.n == 0 || v->text.n > SCREEN_TEXT_MAX)
        json_fault(in->faults, in->doc, v, "length", "a text of 1 to %d bytes belongs here",
                   SCREEN_TEXT_MAX);
    else return true;
    return false;
}

static bool list_ok(struct input *in, const struct json *v) {
    if (v->kind != JSON_LIST) wrong_kind(in, v, "a list");
    else if (v->n > CANDIDATE_LIST_MAX)
        json_fault(in->faults, in->doc, v, "too-many", "more than %d entries", CANDIDATE_LIST_MAX);
    else return true;
    return false;
}

static struct candidate_texts read_texts(struct input *in, const struct json *v) {
    struct candidate_texts list = {0};
    if (!list_ok(in, v)) return list;
    struct str *texts = NEWS(in->a, struct str, v->n);
    list = (struct candidate_texts){.known = true, .v = texts};
    for (const struct json *t = v->first; t; t = t->next)
        if (text_ok(in, t)) texts[list.n++] = t->text;
    return list;
}

static void read_medications(struct input *in, const struct json *v) {
    in->c->medications = read_texts(in, v);
}
static void read_allergies(struct input *in, const struct json *v) {
    in->c->allergies = read_texts(in, v);
}
static void read_uds(struct input *in, const struct json *v) { in->c->uds = read_texts(in, v); }
static void read_family(struct input *in, const struct json *v) {
    in->c->family_history = read_texts(in, v);
}
static void read_history(struct input *in, const struct json *v) {
    in->c->history = read_texts(in, v);
}
static void read_indication(struct input *in, const struct json *v) {
    if (text_ok(in, v)) in->c->indication = v->text;
}
static void read_born(struct input *in, const struct json *v) {
    if (v->kind == JSON_TEXT) candidate_set_born(in->c, v->text, in->faults);
    else wrong_kind(in, v, "a date YYYY-MM-DD");
}

static void read_reading(struct input *in, const struct json *v) {
    struct blood_pressure bp;
    if (v->kind == JSON_LIST && v->n == 2 && json_real(v->first, &bp.systolic) &&
        json_real(v->first->next, &bp.diastolic))
        candidate_add_reading(in->c, bp, in->faults);
    else json_fault(in->faults, in->doc, v, "type", "a reading is [systolic, diastolic]");
}

static void read_readings(struct input *in, const struct json *v) {
    if (!list_ok(in, v)) return;
    for (const struct json *r = v->first; r; r = r->next) read_reading(in, r);
}

static bool snomed_ok(struct str code) {
    for (ptrdiff_t i = 0; i < code.n; i++)
        if (code.s[i] < '0' || code.s[i] > '9') return false;
    return code.n >= 6 && code.n <= 18; /* the lengths of a SNOMED CT identifier */
}

static void read_condition_member(struct input *in, struct candidate_condition *k,
                                  const struct json *m) {
    if (is_null(m) || !text_ok(in, m)) return;
    if (str_is(m->name, "text")) {
        k->text = m->text;
    } else if (str_is(m->name, "icd10")) {
        k->icd10 = m->text;
        if (!codes_icd10_ok(m->text))
            json_fault(in->faults, in->doc, m, "code", "this has not the form of ICD-10-CM");
    } else if (str_is(m->name, "snomed")) {
        k->snomed = m->text;
        if (!snomed_ok(m->text))
            json_fault(in->faults, in->doc, m, "code", "this has not the form of a SNOMED CT code");
    } else if (!candidate_status(m->text, &k->status)) {
        json_fault(in->faults, in->doc, m, "unknown", "status is active, treated or history");
    }
}

/* A status that is not given is the gravest: active. */
static void read_conditions(struct input *in, const struct json *v) {
    if (!list_ok(in, v)) return;
    struct candidate_condition *list = NEWS(in->a, struct candidate_condition, v->n);
    in->c->conditions = (struct candidate_conditions){.known = true, .v = list};
    for (const struct json *o = v->first; o; o = o->next) {
        struct candidate_condition *k = &list[in->c->conditions.n++];
        if (o->kind != JSON_OBJECT) {
            wrong_kind(in, o, "an object with icd10 and status");
            continue;
        }
        json_only(in->faults, in->doc, o, "icd10 snomed text status");
        static const char *const members[] = {"icd10", "snomed", "text", "status"};
        for (int i = 0; i < 4; i++) {
            const struct json *m = json_get(o, members[i]);
            if (m) read_condition_member(in, k, m);
        }
        if (!k->icd10.n && !k->snomed.n && !k->text.n)
            json_fault(in->faults, in->doc, o, "required", "a condition has icd10, snomed or text");
    }
}

static const struct {
    const char *path;
    void (*read)(struct input *in, const struct json *v);
} lists[] = {
    {"birthDate", read_born},          {"indication", read_indication},
    {"conditions", read_conditions},   {"medications", read_medications},
    {"allergies", read_allergies},     {"vitals.bp", read_readings},
    {"labs.uds", read_uds},            {"family_history", read_family},
    {"history", read_history},
};

static const char *const groups[] = {"vitals",    "labs",      "scores", "cssrs",
                                     "pregnancy", "readiness", "trials"};

static bool is_group(struct str name) {
    return str_index(name, groups, COUNT(groups)) >= 0;
}

static void read_member(struct input *in, const struct json *v) {
    struct str path = json_path(in->a, v);
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        if (str_is(path, lists[i].path)) {
            if (!is_null(v)) lists[i].read(in, v);
            return;
        }
    for (int f = 0; f < CANDIDATE_FIELDS; f++)
        if (str_is(path, candidate_meaning((enum candidate_field)f)->path)) {
            if (!is_null(v)) read_field(in, (enum candidate_field)f, v);
            return;
        }
    json_fault(in->faults, in->doc, v, "unknown", "there is no such field");
}

static void read_group(struct input *in, const struct json *v) {
    if (is_null(v)) return;
    if (v->kind != JSON_OBJECT) {
        wrong_kind(in, v, "an object");
        return;
    }
    for (const struct json *m = v->first; m; m = m->next) read_member(in, m);
}

enum err screen_input_read(struct arena *a, struct str text, int32_t on, struct candidate *out,
                           struct faults *faults) {
    struct json_doc doc;
    *out = candidate_unknown(on);
    TRY(json_parse(a, text, &doc, faults));
    struct input in = {.a = a, .doc = &doc, .c = out, .faults = faults};
    if (doc.root->kind != JSON_OBJECT) {
        fault_add(faults, STR("candidate"), "type", "this is %s; it must be an object",
                  json_kind_words(doc.root->kind));
        return E_INVALID;
    }
    for (const struct json *v = doc.root->first; v; v = v->next) {
        if (is_group(v->name)) read_group(&in, v);
        else read_member(&in, v);
    }
    return faults_err(faults);
}
