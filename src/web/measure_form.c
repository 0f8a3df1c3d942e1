#include "web/measure_form.h"

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
                      .need = OPTIONAL, /* what is missing is scored by the instrument's rule */
                      .choices = "",
                      .help = ""};
    if (!scale->choice_count)
        f.help = str_z(rq->arena, str_format(rq->arena, "%d %.*s to %d %.*s", scale->low,
                                             STR_ARG(scale->low_text), scale->high,
                                             STR_ARG(scale->high_text)));
    struct field_choices picks = picks_of(rq, scale);
    struct view_form_field view = web_field(rq, action, &f, STR(""), &picks);
    view.optional = false;
    return view;
}

enum err measure_form(struct request *rq, const struct instrument *in, struct str action,
                      struct view_measure_page *out) {
    *out = (struct view_measure_page){.title = in->title,
                                      .recall = in->recall,
                                      .stem = in->stem,
                                      .source = in->source,
                                      .licence = in->licence,
                                      .notice = in->notice};
    TRY(web_form_blank(rq, action, "Record", PLAIN, &out->form));
    for (int from = 0; from < in->item_count; from += GROUP_ITEMS) {
        int n = in->item_count - from < GROUP_ITEMS ? in->item_count - from : GROUP_ITEMS;
        struct view_form_field *fields = NEWS(rq->arena, struct view_form_field, n);
        for (int i = 0; i < n; i++)
            fields[i] = item_field(rq, action, &in->items[from + i], from + i + 1);
        web_form_group(rq, &out->form, NULL, NULL, fields, n);
    }
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
