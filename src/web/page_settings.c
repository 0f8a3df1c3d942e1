/* The settings: settings.def with what the clinic chose, a small form each. */
#include "app/settings.h"
#include "store/sql.h"
#include "web/form_view.h"
#include "web/route.h"

static const struct setting *chosen(const struct setting_rows *rows, const char *name) {
    for (ptrdiff_t i = 0; i < rows->n; i++)
        if (str_is(rows->v[i].id, name)) return &rows->v[i];
    return NULL;
}

static enum err put_form(struct request *rq, const struct setting_info *info,
                         const struct setting *row, struct view_setting_row *v) {
    struct form_setting values = {v->value};
    struct view_form *form = NEW(rq->arena, struct view_form);
    struct str action = str_format(rq->arena, "/settings/%s", info->name);
    TRY(web_form(rq, FORM_setting, action, &values, row ? row->version : 0, form));
    struct view_form_field *field = web_form_field(form, "value");
    field->label = str_from(info->text);
    field->unit = v->unit;
    if (info->kind == SETTING_KIND_int) {
        field->mode = STR("numeric");
        field->help = str_format(rq->arena, "From %lld to %lld.", (long long)info->min,
                                 (long long)info->max);
        field->described = str_format(rq->arena, "%.*s-help%s%.*s%s", STR_ARG(field->id),
                                      field->error.s ? " " : "",
                                      STR_ARG(field->error.s ? field->id : STR("")),
                                      field->error.s ? "-error" : "");
    }
    v->form = form;
    return E_OK;
}

enum err page_settings(struct request *rq) {
    struct setting_rows rows;
    struct view_settings v = {.rows = {NEWS(rq->arena, struct view_setting_row, SETTING_COUNT), 0}};
    TRY(setting_all(rq->tx, &rows));
    for (int i = 0; i < SETTING_COUNT; i++) {
        const struct setting_info *info = setting_info((enum setting_id)i);
        const struct setting *row = chosen(&rows, info->name);
        struct view_setting_row *r = &v.rows.v[v.rows.n++];
        *r = (struct view_setting_row){
            .text = str_from(info->text),
            .fallback = info->fallback[0] ? str_from(info->fallback) : STR("nothing"),
            .changed = row != NULL};
        if (info->unit[0]) r->unit = str_from(info->unit);
        TRY(setting_text(rq->tx, (enum setting_id)i, &r->value));
        if (web_allows(rq, CAP_SETTINGS_WRITE)) TRY(put_form(rq, info, row, r));
    }
    page_open(rq, "Settings", STR("Settings"));
    html_settings(rq->out, &v);
    page_close(rq);
    return E_OK;
}

enum err post_setting(struct request *rq) {
    for (int i = 0; i < SETTING_COUNT; i++) {
        const struct setting_info *info = setting_info((enum setting_id)i);
        if (!str_is(rq->path[0], info->name)) continue;
        struct str value = rq->form.setting.value;
        enum err e = setting_save(rq->tx, (enum setting_id)i, value, rq->version, &rq->faults);
        for (int k = 0; k < rq->faults.n; k++) rq->faults.v[k].field = STR("value");
        return e ? e : web_redirect(rq, "/settings#%s", info->name);
    }
    return E_UNKNOWN;
}
