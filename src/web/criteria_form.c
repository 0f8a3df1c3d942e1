#include "web/criteria_form.h"

#include "app/words.h"
#include "codec/json.h"
#include "web/show.h"

enum { GROUP_FIELDS = 7 };

static struct field_choices choices_of(struct request *rq, const struct criteria_row *row) {
    struct field_choices all = {.v = NEWS(rq->arena, struct field_choice, row->choices.n)};
    for (int i = 0; i < row->choices.n; i++) {
        struct str word = row->choices.v[i].word;
        char *label = (char *)str_z(rq->arena, word); /* our own copy */
        for (ptrdiff_t k = 0; k < word.n; k++)
            if (label[k] == '-' || label[k] == '_') label[k] = ' ';
        all.v[all.n++] = (struct field_choice){word, {label, word.n}};
    }
    return all;
}

static struct view_form_field field_of(struct request *rq, const struct criteria_form *c,
                                       struct str action, const struct criteria_row *row) {
    struct field f = {.kind = row->is_choice ? KIND_choice : KIND_real,
                      .name = str_z(rq->arena, row->item),
                      .label = str_z(rq->arena, row->name),
                      .unit = str_z(rq->arena, row->unit),
                      .need = JUDGED,
                      .choices = "",
                      .help = ""};
    struct field_choices choices = choices_of(rq, row);
    return web_field(rq, action, &f, pair_value(c->answers, row->item), &choices);
}

/* Measured, computed, or asked elsewhere. */
static bool known(const struct criteria_form *c, struct str item) {
    return (c->known && c->known(item)) || criteria_score(c->criteria, item);
}

void criteria_form_fields(struct request *rq, const struct criteria_form *c, struct str action,
                          struct view_form *form) {
    const struct criteria_row *row;
    struct view_form_field *fields = NEWS(rq->arena, struct view_form_field, CRITERIA_MAX);
    ptrdiff_t n = 0, from = 0;
    for (int i = 0; (row = criteria_row_at(c->criteria, c->route, i)) != NULL; i++)
        if (!known(c, row->item)) fields[n++] = field_of(rq, c, action, row);
    for (; from < n; from += GROUP_FIELDS)
        web_form_group(rq, form, NULL, NULL, fields + from,
                       n - from < GROUP_FIELDS ? n - from : GROUP_FIELDS);
}

enum err criteria_form_read(struct request *rq, const struct criteria_form *c,
                            struct str *answers) {
    const struct criteria_row *row;
    struct buf pairs = buf_new(rq->arena, 256);
    for (int i = 0; (row = criteria_row_at(c->criteria, c->route, i)) != NULL; i++) {
        if (known(c, row->item)) continue;
        struct str value = str_trim(web_typed(rq, str_z(rq->arena, row->item)));
        if (str_find(value, STR(" ")) >= 0)
            fault_add(&rq->faults, row->item, "syntax", "One word or number for: %.*s.",
                      STR_ARG(row->name));
        else
            pair_put(&pairs, row->item, value);
    }
    *answers = buf_str(&pairs);
    return faults_err(&rq->faults);
}

/* Rulings ----------------------------------------------------------------------------------- */

static const char *level_of(struct str outcome) {
    if (str_is(outcome, "pass")) return "fine";
    if (str_is(outcome, "caution")) return "advisory";
    return str_is(outcome, "hold") ? "critical" : "urgent";
}

static void add_rows(struct request *rq, const struct json *all, const char *outcome,
                     struct view_list_panel *panel) {
    for (const struct json *r = all ? all->first : NULL; r; r = r->next) {
        struct str is = json_text(json_get(r, "outcome"));
        if (!str_is(is, outcome) || panel->rows.n == RULINGS_MAX) continue;
        struct view_item *item = &panel->rows.v[panel->rows.n++];
        struct str text = json_text(json_get(r, "text"));
        *item = (struct view_item){.what = text.n ? text : json_text(json_get(r, "item")),
                                   .when = json_text(json_get(r, "source")),
                                   .tag = show_tag(rq->arena, level_of(is), is)};
    }
}

struct view_list_panel criteria_rulings(struct request *rq, const char *id, const char *title,
                                        struct str document) {
    static const char *const order[] = {"hold", "missing", "caution", "pass"};
    struct view_list_panel panel = {.id = str_from(id), .title = str_from(title)};
    struct faults ignored = {.arena = rq->arena};
    struct json_doc doc;
    panel.empty = show_empty(rq->arena, "Not judged yet.");
    if (!document.n || json_parse(rq->arena, document, &doc, &ignored) != E_OK) return panel;
    const struct json *all = json_get(doc.root, "rulings");
    panel.rows.v = NEWS(rq->arena, struct view_item, RULINGS_MAX);
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) add_rows(rq, all, order[i], &panel);
    return panel;
}
