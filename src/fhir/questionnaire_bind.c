#include "fhir/questionnaire_bind.h"

#include <math.h>

/* Which item -------------------------------------------------------------------------------- */

static int by_code(const struct instrument *in, const struct json *codes) {
    for (const struct json *c = codes ? codes->first : NULL; c; c = c->next) {
        struct str code = json_text(json_get(c, "code"));
        for (int i = 0; code.n && i < in->item_count; i++)
            if (str_eq(in->items[i].code, code)) return i;
    }
    return -1;
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

struct str questionnaire_plain(struct arena *a, struct str text) {
    struct buf b = buf_new(a, text.n + 1);
    struct str low = str_lower(a, text);
    for (ptrdiff_t i = 0; i < low.n; i++)
        if ((low.s[i] >= 'a' && low.s[i] <= 'z') || is_digit(low.s[i])) buf_char(&b, low.s[i]);
    return buf_str(&b);
}

/* "PHQ-9 item" is the name of phq9 and the word item: is what stands before the number of a
 * linkId no more than that? */
static bool names_it(struct arena *a, const struct instrument *in, struct str before) {
    static const char *const words[] = {"question", "item", "q", ""};
    struct str plain = questionnaire_plain(a, before);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        struct str word = str_from(words[i]);
        if (!str_ends(plain, word)) continue;
        struct str name = str_slice(plain, 0, plain.n - word.n);
        if (name.n == 0 || instrument_find((struct instruments){&in, 1}, name)) return true;
    }
    return false;
}

static int by_link(struct arena *a, const struct instrument *in, struct str link) {
    if (link.n && link.s[0] == '/') link = str_slice(link, 1, link.n);
    int exact = instrument_item(in, link);
    if (exact >= 0) return exact;
    ptrdiff_t digits = link.n;
    while (digits > 0 && is_digit(link.s[digits - 1])) digits--;
    int64_t number;
    bool numbered = link.n - digits > 0 && link.n - digits < 4 &&
                    str_to_int(str_slice(link, digits, link.n), &number);
    if (!numbered || !names_it(a, in, str_slice(link, 0, digits))) return -1;
    return instrument_item(in, str_format(a, "q%d", (int)number));
}

int questionnaire_item(struct datatype_reader *r, struct questionnaire *q,
                       const struct json *item) {
    int at = by_code(q->in, datatype_member(r, item, "code", JSON_LIST));
    if (at >= 0) {
        q->by_code++;
        return at;
    }
    at = by_link(r->arena, q->in, json_text(json_get(item, "linkId")));
    if (at >= 0) q->by_link++;
    return at;
}

/* What the answers are worth ---------------------------------------------------------------- */

struct option {
    const struct json *at;
    struct str text, code;
    bool has_value;
    int value;
};

struct options {
    int n;
    struct option v[CHOICES_MAX];
};

static bool weight_of(const struct json *extensions, double *out) {
    for (const struct json *e = extensions ? extensions->first : NULL; e; e = e->next) {
        struct str url = json_text(json_get(e, "url"));
        if (!str_ends(url, STR("/ordinalValue")) && !str_ends(url, STR("/itemWeight"))) continue;
        if (json_real(json_get(e, "valueDecimal"), out)) return true;
        if (json_real(json_get(e, "valueInteger"), out)) return true;
    }
    return false;
}

static void take_weight(struct datatype_reader *r, const struct json *option,
                        const struct json *coding, struct option *out) {
    double weight;
    int64_t whole;
    if (json_int(json_get(option, "valueInteger"), &whole))
        weight = (double)whole;
    else if (!weight_of(json_get(option, "extension"), &weight) &&
             !weight_of(json_get(coding, "extension"), &weight))
        return;
    if (weight != floor(weight) || fabs(weight) > 100000) {
        json_fault(r->faults, r->doc, option, "type", "the answer's value is no whole number");
        return;
    }
    out->has_value = true;
    out->value = (int)weight;
}

static void take_option(struct datatype_reader *r, const struct json *option, bool is_concept,
                        struct options *all) {
    const struct json *coding = is_concept ? option : json_get(option, "valueCoding");
    struct option o = {.at = option};
    if (coding) {
        o.text = questionnaire_words(r, coding, "display");
        o.code = json_text(json_get(coding, "code"));
    } else if (json_get(option, "valueString")) {
        o.text = questionnaire_words(r, option, "valueString");
    } else {
        o.text = json_text(json_get(option, "valueInteger"));
    }
    take_weight(r, option, coding, &o);
    if (!o.text.n)
        json_fault(r->faults, r->doc, option, "required", "the answer has no words");
    else if (all->n == CHOICES_MAX)
        json_fault(r->faults, r->doc, option, "too-many", "more than %d answers", CHOICES_MAX);
    else
        all->v[all->n++] = o;
}

/* A list inside the file: `#answers` of Questionnaire.contained. */
static void take_value_set(struct datatype_reader *r, struct str name, struct options *all) {
    const struct json *contained = json_get(r->doc->root, "contained");
    for (const struct json *s = contained ? contained->first : NULL; s; s = s->next) {
        const struct json *include = json_get(json_get(s, "compose"), "include");
        if (name.n < 2 || !str_eq(json_text(json_get(s, "id")), str_slice(name, 1, name.n)))
            continue;
        for (const struct json *i = include ? include->first : NULL; i; i = i->next) {
            const struct json *concepts = json_get(i, "concept");
            for (const struct json *c = concepts ? concepts->first : NULL; c; c = c->next)
                take_option(r, c, true, all);
        }
    }
}

static void take_options(struct datatype_reader *r, const struct json *item, struct options *all) {
    const struct json *list = datatype_member(r, item, "answerOption", JSON_LIST);
    const struct json *set = datatype_member(r, item, "answerValueSet", JSON_TEXT);
    for (const struct json *o = list ? list->first : NULL; o; o = o->next)
        take_option(r, o, false, all);
    if (!set) return;
    take_value_set(r, json_text(set), all);
    if (all->n == 0)
        json_fault(r->faults, r->doc, set, "unknown",
                   "these answers are not in the file; write them as answerOption, or as a "
                   "contained ValueSet");
}

/* The value of the choice of ours with this code, or these words. */
static bool known_choice(const struct scale *s, const struct option *o, int *value) {
    for (int i = 0; i < s->choice_count; i++) {
        bool same = (o->code.n && str_eq(s->choices[i].code, o->code)) ||
                    str_eq_fold(s->choices[i].text, o->text);
        if (same) *value = s->choices[i].value;
        if (same) return true;
    }
    return false;
}

static int nth_value(const struct item *ours, int n) {
    const struct scale *s = ours->scale;
    return s->choice_count ? s->choices[n].value : s->low + n * s->step;
}

/* Answers without a value: each is known by its code or words, or all by their order. */
static void value_options(struct datatype_reader *r, struct questionnaire *q,
                          const struct item *ours, struct options *all, const struct json *item) {
    const struct scale *s = ours->scale;
    int count = s->choice_count ? s->choice_count : (s->high - s->low) / s->step + 1;
    int valued = 0, known = 0;
    for (int i = 0; i < all->n; i++) valued += all->v[i].has_value;
    if (valued == all->n) return;
    for (int i = 0; i < all->n; i++) known += known_choice(s, &all->v[i], &all->v[i].value);
    if (known == all->n) return;
    /* Of two answers the order says too little: `Yes, No` is as common as `No, Yes`. */
    if (valued || known || all->n != count || count < 3) {
        json_fault(r->faults, r->doc, item, "required",
                   "its %d answers have no values of their own, and %.*s takes %d, from %d to %d; "
                   "an ordinalValue on each would say which is which",
                   all->n, STR_ARG(ours->id), count, s->low, s->high);
        all->n = 0;
        return;
    }
    for (int i = 0; i < all->n; i++) all->v[i].value = nth_value(ours, i);
    q->by_order++;
}

/* Upwards, as content has them. */
static void put_choice(struct wording_item *words, const struct option *o) {
    int at = words->choice_count++;
    for (; at > 0 && words->choices[at - 1].value > o->value; at--)
        words->choices[at] = words->choices[at - 1];
    words->choices[at] = (struct choice){.value = o->value, .text = o->text};
}

void questionnaire_answers(struct datatype_reader *r, struct questionnaire *q,
                           const struct item *ours, const struct json *item,
                           struct wording_item *words) {
    struct options all = {0};
    struct str type = json_text(json_get(item, "type"));
    bool number = str_is(type, "integer") || str_is(type, "decimal");
    const struct scale *s = ours->scale;
    take_options(r, item, &all);
    if (all.n == 0) {
        bool fits = s->choice_count ? str_is(type, "boolean") && s->choice_count == 2 : number;
        if (!fits)
            json_fault(r->faults, r->doc, item, "required",
                       "it has no answers; %.*s takes %d to %d", STR_ARG(ours->id), s->low,
                       s->high);
        return;
    }
    value_options(r, q, ours, &all, item);
    for (int i = 0; i < all.n; i++) {
        if (!item_accepts(ours, all.v[i].value))
            json_fault(r->faults, r->doc, all.v[i].at, "range",
                       "%d is no answer to %.*s, which takes %d to %d", all.v[i].value,
                       STR_ARG(ours->id), s->low, s->high);
        else
            put_choice(words, &all.v[i]);
    }
}
