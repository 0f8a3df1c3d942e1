#include "web/measure_form.h"

#include "app/content.h"

enum { GROUP_ITEMS = 7 };

static struct field_choices picks_of(struct request *rq, const struct scale *scale) {
    struct field_choices picks = {.v = NEWS(rq->arena, struct field_choice, scale->choice_count)};
    for (int i = 0; i < scale->choice_count; i++)
        picks.v[picks.n++] = (struct field_choice){
            str_format(rq->arena, "%d", scale->choices[i].value), scale->choices[i].text};
    return picks;
}

static const char *label_of(struct request *rq, const struct item *item, int number) {
    struct str words = item->text.n ? item->text : item->label;
    return str_z(rq->arena, str_format(rq->arena, "%d. %.*s", number, STR_ARG(words)));
}

static struct view_form_field item_field(struct request *rq, struct str action,
                                         const struct item *item, int number) {
    const struct scale *scale = item->scale;
    struct field f = {.kind = scale->choice_count ? KIND_choice : KIND_int,
                      .name = str_z(rq->arena, item->id),
                      .label = label_of(rq, item, number),
                      .unit = "",
                      .min = scale->low,
                      .max = scale->high,
                      .need = JUDGED,
                      .choices = "",
                      .help = ""};
    if (!scale->choice_count)
        f.help = str_z(rq->arena, str_format(rq->arena, "%d %.*s to %d %.*s", scale->low,
                                             STR_ARG(scale->low_text), scale->high,
                                             STR_ARG(scale->high_text)));
    struct field_choices picks = picks_of(rq, scale);
    return web_field(rq, action, &f, STR(""), &picks);
}

/* Languages --------------------------------------------------------------------------------- */

const struct instrument *measure_instrument(struct request *rq, struct str id) {
    const struct content *c = rq->app->content;
    const struct instrument *in = instrument_find(c->instruments, id), *other;
    struct str wanted = web_query(rq, "language");
    if (!wanted.n) wanted = web_typed(rq, "language");
    if (!in || !wanted.n || str_eq(in->language, wanted)) return in;
    other = content_worded(c, in->id, wanted);
    return other && other->version == in->version ? other : in;
}

static void put_language(struct request *rq, const struct instrument *o, struct str action,
                         struct view_measure_page *out) {
    out->languages.v[out->languages.n++] = (struct view_act_link){
        .word = str_format(rq->arena, "%.*s: %.*s", STR_ARG(o->language), STR_ARG(o->title)),
        .link = str_format(rq->arena, "%.*s?language=%.*s", STR_ARG(action),
                           STR_ARG(o->language))};
}

/* The other languages, each in its newest wording; and the form keeps which one it is in. */
static void put_languages(struct request *rq, const struct instrument *in, struct str action,
                          struct view_measure_page *out) {
    const struct content *c = rq->app->content;
    const struct instrument *first = instrument_find(c->instruments, in->id);
    out->languages.v = NEWS(rq->arena, struct view_act_link, c->worded.n + 1);
    if (in != first) put_language(rq, first, action, out);
    for (int i = 0; i < c->worded.n; i++) {
        const struct instrument *o = c->worded.v[i];
        if (str_eq(o->id, in->id) && o != in && o->version == in->version &&
            !str_eq(o->language, first->language) && content_worded(c, o->id, o->language) == o)
            put_language(rq, o, action, out);
    }
    web_form_hidden(rq, &out->form, "language", in->language);
}

/* What is asked only sometimes ---------------------------------------------------------------- */

/* The rule for a person: "Only if 2 is Yes."; the page's script reads the rule itself. */
static struct str rule_words(struct request *rq, const struct instrument *in,
                             const struct criterion *when) {
    struct buf b = buf_new(rq->arena, 64);
    buf_z(&b, "Only if ");
    for (int i = 0; i < when->n; i++) {
        const struct term *t = &when->terms[i];
        const struct item *item = &in->items[t->ref];
        struct str words = item_answer_text(item, (int)t->value);
        buf_format(&b, "%s%d is ", i ? " and " : "", t->ref + 1);
        if (words.s) buf_put(&b, words);
        else buf_real_exact(&b, t->value);
        if (t->op == OP_AT_LEAST && t->value < item->scale->high) buf_z(&b, " or more");
        if (t->op == OP_AT_MOST && t->value > item->scale->low) buf_z(&b, " or less");
    }
    buf_char(&b, '.');
    return buf_str(&b);
}

static void put_rule(struct request *rq, const struct instrument *in, int item,
                     struct view_form_field *view) {
    for (int i = 0; i < in->ask_count; i++) {
        if (!in->asks[i].item[item]) continue;
        view->ask = in->asks[i].rule;
        if (view->help.s) return;
        view->help = rule_words(rq, in, &in->asks[i].when);
        view->described = str_format(rq->arena, "%.*s-help%s%.*s%s", STR_ARG(view->id),
                                     view->error.s ? " " : "",
                                     STR_ARG(view->error.s ? view->id : STR("")),
                                     view->error.s ? "-error" : "");
        return;
    }
}

/* How it was taken ---------------------------------------------------------------------------- */

static struct view_form_field mode_field(struct request *rq, struct str action, bool clinician) {
    struct field_choices picks = {.v = NEWS(rq->arena, struct field_choice, RATING_MODES)};
    for (const struct rating_mode *m = rating_modes; m < rating_modes + RATING_MODES; m++)
        if (!str_is(m->word, "portal"))
            picks.v[picks.n++] = (struct field_choice){m->word, m->text};
    struct field f = {.kind = KIND_choice, .name = "mode", .unit = "", .choices = "", .help = "",
                      .label = clinician ? "How it was rated" : "How it was filled in",
                      .need = clinician ? REQUIRED : OPTIONAL};
    return web_field(rq, action, &f, STR(""), &picks);
}

static void how_group(struct request *rq, const struct instrument *in, struct str action,
                      struct view_form *form) {
    struct view_form_field *fields = NEWS(rq->arena, struct view_form_field, 3);
    bool clinician = in->rater == RATER_CLINICIAN;
    struct field rater = {.kind = KIND_text, .name = "rater", .label = "Rated by", .unit = "",
                          .max = RATING_RATER_MAX, .choices = "", .help = "", .need = REQUIRED};
    struct field more = {.kind = KIND_text, .name = "conditions", .label = "Conditions", .unit = "",
                         .max = RATING_CONDITIONS_MAX, .choices = "", .need = OPTIONAL,
                         .help = "Whatever bears on the rating: an interpreter, a relative in the "
                                 "room, items rated from the notes."};
    int n = 0;
    fields[n++] = mode_field(rq, action, clinician);
    if (clinician) fields[n++] = web_field(rq, action, &rater, rq->account.name, NULL);
    if (clinician) fields[n++] = web_field(rq, action, &more, STR(""), NULL);
    web_form_group(rq, form, clinician ? "Rater and conditions" : NULL, NULL, fields, n);
}

enum err measure_form_how(struct request *rq, struct rating_in *how) {
    *how = (struct rating_in){0};
    bool sound = field_text(rq, STR("mode"), "How it was taken", OPTIONAL, 40, &how->mode);
    sound &= field_text(rq, STR("rater"), "Rated by", OPTIONAL, RATING_RATER_MAX, &how->rater);
    sound &= field_text(rq, STR("conditions"), "Conditions", OPTIONAL, RATING_CONDITIONS_MAX,
                        &how->conditions);
    return sound ? E_OK : faults_err(&rq->faults);
}

/* The whole ----------------------------------------------------------------------------------- */

/* How many items from this one on stand in one group: to the next heading, at most seven. */
static int group_size(const struct instrument *in, int from) {
    int n = 1;
    while (from + n < in->item_count && n < GROUP_ITEMS && !in->items[from + n].heading.n) n++;
    return n;
}

enum err measure_form(struct request *rq, enum measure_who who, const struct instrument *in,
                      struct str action, struct view_measure_page *out) {
    *out = (struct view_measure_page){.title = in->title,
                                      .stem = in->stem,
                                      .notice = in->notice};
    if (who == WHO_STAFF) { /* what a patient does not need to know */
        out->recall = in->recall;
        out->source = in->source;
        out->licence = in->licence;
    }
    TRY(web_form_blank(rq, action, who == WHO_STAFF ? "Record" : "Send", PLAIN, &out->form));
    for (int from = 0, n; from < in->item_count; from += n) {
        n = group_size(in, from);
        struct view_form_field *fields = NEWS(rq->arena, struct view_form_field, n);
        for (int i = 0; i < n; i++) {
            fields[i] = item_field(rq, action, &in->items[from + i], from + i + 1);
            put_rule(rq, in, from + i, &fields[i]);
        }
        const char *heading =
            in->items[from].heading.n ? str_z(rq->arena, in->items[from].heading) : NULL;
        web_form_group(rq, &out->form, heading, NULL, fields, n);
    }
    if (who == WHO_STAFF) how_group(rq, in, action, &out->form);
    if (rq->app->content->worded.n) put_languages(rq, in, action, out);
    return E_OK;
}

enum err measure_form_read(struct request *rq, const struct instrument *in, int answers[]) {
    for (int i = 0; i < in->item_count; i++) {
        const struct item *item = &in->items[i];
        struct maybe_int value;
        answers[i] = ANSWER_MISSING;
        if (!field_int(rq, item->id, str_z(rq->arena, item->label), OPTIONAL, INT32_MIN + 1,
                       INT32_MAX, &value))
            continue;
        if (!value.is) continue;
        if (item_accepts(item, (int)value.v))
            answers[i] = (int)value.v;
        else
            fault_add(&rq->faults, item->id, "range", "%d is no answer to this question.",
                      (int)value.v);
    }
    return faults_err(&rq->faults);
}
