#include "web/form_view.h"

#include <string.h>

#include "store/sql.h"

/* What takes the place of the record's values: what was typed and refused, or the draft. */
static enum err overlay(struct request *rq, struct str action, enum form_flag flag,
                        struct view_form *out) {
    rq->overlay_action = STR_ABSENT;
    if (rq->shown_again && str_eq(rq->failed_path, action)) {
        rq->overlay_action = action;
        rq->overlay = rq->typed;
        return E_OK;
    }
    if (flag == SECRET || !rq->account.id.s) return E_OK;
    struct draft_get_row draft;
    enum err e = draft_get(rq->tx, &(struct draft_get_in){rq->account.id, action}, &draft);
    if (e) return e == E_UNKNOWN ? E_OK : e;
    struct faults ignored = {.arena = rq->arena};
    struct form_pairs pairs;
    if (form_parse(rq->arena, draft.body, &pairs, &ignored)) return E_OK;
    if (str_eq(web_query(rq, "draft"), action)) {
        rq->overlay_action = action;
        rq->overlay = pairs;
        return E_OK;
    }
    struct buf use = buf_new(rq->arena, 64);
    form_put(&use, STR("draft"), action);
    struct view_draft_offer *offer = NEW(rq->arena, struct view_draft_offer);
    *offer = (struct view_draft_offer){
        .saved_ms = draft.saved_ms, .key = action, .csrf = rq->session.csrf,
        .back = rq->http->path,
        .use = str_format(rq->arena, "%.*s?%.*s", STR_ARG(rq->http->path), STR_ARG(buf_str(&use)))};
    out->draft = offer;
    return E_OK;
}

static bool overlaid(const struct request *rq, struct str action) {
    return rq->overlay_action.s && str_eq(rq->overlay_action, action);
}

static struct str id_of(struct request *rq, struct str name) {
    return str_format(rq->arena, "f%d-%.*s", rq->form_count, STR_ARG(name));
}

static const struct field *field_named(const struct form_info *info, struct str name) {
    for (int i = 0; info && i < info->n; i++)
        if (info->fields[i].name && str_is(name, info->fields[i].name)) return &info->fields[i];
    return NULL;
}

static void put_faults(struct request *rq, struct str action, const struct form_info *info,
                       struct view_form *out) {
    if (!rq->shown_again || !str_eq(rq->failed_path, action)) return;
    rq->said_why = true;
    out->faults.v = NEWS(rq->arena, struct view_form_fault, rq->faults.n);
    for (int i = 0; i < rq->faults.n; i++) {
        const struct fault *fault = &rq->faults.v[i];
        const struct field *f = field_named(info, fault->field);
        struct view_form_fault *v = &out->faults.v[out->faults.n++];
        v->message = fault->message;
        if (f && f->label[0])
            v->message =
                str_format(rq->arena, "%s: %.*s", f->label, STR_ARG(fault->message));
        if (fault->field.n) v->field = id_of(rq, fault->field);
    }
}

enum err web_form_blank(struct request *rq, struct str action, const char *submit,
                        enum form_flag flag, struct view_form *out) {
    rq->form_count++;
    *out = (struct view_form){.action = action, .csrf = rq->session.csrf,
                              .submit = str_from(submit)};
    if (flag == PLAIN) out->key = action;
    TRY(overlay(rq, action, flag, out));
    put_faults(rq, action, NULL, out);
    return E_OK;
}

/* One field ---------------------------------------------------------------------------------*/

static void put_choices(struct request *rq, const struct field_choices *choices, struct str value,
                        struct view_form_field *v) {
    v->choices.v = NEWS(rq->arena, struct view_form_choice, choices->n);
    v->choices.n = choices->n;
    for (ptrdiff_t i = 0; i < choices->n; i++)
        v->choices.v[i] = (struct view_form_choice){.value = choices->v[i].value,
                                                    .label = choices->v[i].label,
                                                    .on = str_eq(choices->v[i].value, value)};
}

static void put_kind(const struct field *f, struct view_form_field *v) {
    static const struct {
        const char *type, *mode;
    } lines[] = {
        [KIND_text] = {"text", NULL},   [KIND_email] = {"email", NULL},
        [KIND_tel] = {"tel", NULL},     [KIND_search] = {"search", NULL},
        [KIND_date] = {"date", NULL},   [KIND_time] = {"datetime-local", NULL},
        [KIND_int] = {"text", "numeric"}, [KIND_real] = {"text", "decimal"},
        [KIND_mg] = {"text", "decimal"}, [KIND_password] = {"password", NULL},
        [KIND_file] = {NULL, NULL},
    };
    v->is_area = f->kind == KIND_area;
    v->is_choice = f->kind == KIND_choice;
    v->is_select = f->kind == KIND_pick;
    v->is_check = f->kind == KIND_check;
    v->is_file = f->kind == KIND_file;
    v->is_signature = f->kind == KIND_signature;
    v->rows = v->is_area ? 5 : 0;
    v->wide = v->is_area || v->is_signature;
    if (v->is_area || v->is_choice || v->is_select || v->is_check || v->is_file ||
        v->is_signature)
        return;
    v->is_line = true;
    v->type = str_from(lines[f->kind].type);
    v->mode = str_from(lines[f->kind].mode);
}

/* What a password manager needs to know. */
static struct str auto_fill_of(const struct field *f) {
    if (f->kind == KIND_password)
        return str_is(str_from(f->name), "password") || str_is(str_from(f->name), "present")
                   ? STR("current-password")
                   : STR("new-password");
    return str_is(str_from(f->name), "login_name") ? STR("username") : STR_ABSENT;
}

struct view_form_field web_field(struct request *rq, struct str action, const struct field *f,
                                 struct str value, const struct field_choices *choices) {
    struct str name = str_from(f->name), id = id_of(rq, name);
    if (overlaid(rq, action)) {
        struct str typed = form_get(&rq->overlay, name);
        value = f->kind == KIND_password || !typed.s ? STR("") : typed;
    }
    struct view_form_field v = {
        .id = id, .name = name, .label = str_from(f->label), .value = value,
        .optional = f->need == OPTIONAL && f->kind != KIND_check, .required = f->need == REQUIRED,
        .auto_fill = auto_fill_of(f)};
    if (f->unit[0]) v.unit = str_from(f->unit);
    if (f->help && f->help[0]) v.help = str_from(f->help);
    bool text = f->kind <= KIND_password;
    if (text && f->max > 0) v.max = (struct maybe_int){true, (int64_t)f->max};
    const struct fault *fault = NULL;
    if (rq->shown_again && str_eq(rq->failed_path, action)) fault = fault_of(&rq->faults, name);
    if (fault) v.error = fault->message;
    if (v.help.s || v.error.s)
        v.described = str_format(rq->arena, "%.*s%s%s%.*s%s", STR_ARG(v.help.s ? id : STR("")),
                                 v.help.s ? "-help" : "", v.help.s && v.error.s ? " " : "",
                                 STR_ARG(v.error.s ? id : STR("")), v.error.s ? "-error" : "");
    put_kind(f, &v);
    if (choices) put_choices(rq, choices, value, &v);
    return v;
}

void web_form_group(struct request *rq, struct view_form *form, const char *legend,
                    const char *help, struct view_form_field *fields, ptrdiff_t n) {
    struct view_form_group *all =
        NEWS(rq->arena, struct view_form_group, form->groups.n + 1);
    if (form->groups.n)
        memcpy(all, form->groups.v, (size_t)form->groups.n * sizeof *all);
    all[form->groups.n] = (struct view_form_group){
        .legend = legend && legend[0] ? str_from(legend) : STR_ABSENT,
        .help = help && help[0] ? str_from(help) : STR_ABSENT,
        .fields = {fields, n}};
    form->groups.v = all;
    form->groups.n++;
}

void web_form_hidden(struct request *rq, struct view_form *form, const char *name,
                     struct str value) {
    struct view_form_hidden *all =
        NEWS(rq->arena, struct view_form_hidden, form->hidden.n + 1);
    if (form->hidden.n)
        memcpy(all, form->hidden.v, (size_t)form->hidden.n * sizeof *all);
    all[form->hidden.n] = (struct view_form_hidden){str_from(name), value};
    form->hidden.v = all;
    form->hidden.n++;
}

struct view_form_field *web_form_field(struct view_form *form, const char *name) {
    for (ptrdiff_t g = 0; g < form->groups.n; g++)
        for (ptrdiff_t i = 0; i < form->groups.v[g].fields.n; i++)
            if (str_is(form->groups.v[g].fields.v[i].name, name))
                return &form->groups.v[g].fields.v[i];
    err_check_failed(__FILE__, __LINE__, name, "the form has a field of that name");
}

/* Both texts --------------------------------------------------------------------------------*/

static enum err who_saved(struct request *rq, struct view_conflict *v) {
    v->who = STR("Somebody");
    v->at_ms = rq->now_ms;
    if (!rq->conflict_table) return E_OK;
    struct journal_of_record_rows rows;
    struct account account;
    TRY(journal_of_record(rq->tx, &(struct journal_of_record_in){
                                      str_from(rq->conflict_table), rq->conflict_id}, &rows));
    if (rows.n == 0) return E_OK;
    v->at_ms = rows.v[0].at_ms;
    if (rows.v[0].account_id.s && account_load(rq->tx, rows.v[0].account_id, &account) == E_OK)
        v->who = account.display_name;
    return E_OK;
}

static enum err put_conflict(struct request *rq, const struct form_info *info,
                             const void *values, struct view_form *out) {
    if (rq->shown_again != E_CONFLICT || !overlaid(rq, out->action) || !values) return E_OK;
    struct view_conflict *v = NEW(rq->arena, struct view_conflict);
    TRY(who_saved(rq, v));
    v->rows.v = NEWS(rq->arena, struct view_conflict_row, info->n);
    for (int i = 0; i < info->n; i++) {
        const struct field *f = &info->fields[i];
        if (!f->name || f->kind == KIND_hidden || f->kind == KIND_password) continue;
        struct str theirs = field_text_of(rq->arena, f, values);
        struct str yours = form_get(&rq->overlay, str_from(f->name));
        v->rows.v[v->rows.n++] =
            (struct view_conflict_row){.label = str_from(f->label), .theirs = theirs,
                                       .yours = yours, .differs = !str_eq(theirs, yours)};
    }
    out->conflict = v;
    return E_OK;
}

/* The whole form ----------------------------------------------------------------------------*/

/* A draft, or a form that was refused for something else, stays one of the version that it
 * was made from, so that a change by somebody since is still seen. */
static void put_version(struct request *rq, int64_t version, struct view_form *out) {
    int64_t typed;
    bool old = overlaid(rq, out->action) && rq->shown_again != E_CONFLICT &&
               str_to_int(form_get(&rq->overlay, STR("version")), &typed);
    if (version) out->version = (struct maybe_int){true, old ? typed : version};
}

static enum err put_field(struct request *rq, struct view_form *out, const struct field *f,
                          const void *values, struct view_form_field *fields, ptrdiff_t *n) {
    struct str value = values ? field_text_of(rq->arena, f, values) : STR_ABSENT;
    struct field_choices choices;
    bool chosen = f->kind == KIND_choice || f->kind == KIND_pick;
    if (chosen) TRY(field_choices(rq, f->choices, &choices));
    struct view_form_field v = web_field(rq, out->action, f, value, chosen ? &choices : NULL);
    if (f->kind == KIND_hidden) web_form_hidden(rq, out, f->name, v.value);
    else fields[(*n)++] = v;
    out->upload |= f->kind == KIND_file;
    return E_OK;
}

enum err web_form(struct request *rq, enum form_id id, struct str action, const void *values,
                  int64_t version, struct view_form *out) {
    const struct form_info *info = form_info(id);
    TRY(web_form_blank(rq, action, info->submit, info->flag, out));
    put_version(rq, version, out);
    out->faults = (struct view_form_fault_list){0};
    put_faults(rq, action, info, out);
    struct view_form_field *fields = NEWS(rq->arena, struct view_form_field, info->n);
    const struct field *group = NULL;
    ptrdiff_t n = 0;
    for (int i = 0; i < info->n; i++) {
        const struct field *f = &info->fields[i];
        if (f->name) {
            TRY(put_field(rq, out, f, values, fields, &n));
            continue;
        }
        if (n)
            web_form_group(rq, out, group ? group->label : NULL, group ? group->help : NULL,
                           fields, n);
        group = f;
        fields += n;
        n = 0;
    }
    if (n)
        web_form_group(rq, out, group ? group->label : NULL, group ? group->help : NULL, fields,
                       n);
    return put_conflict(rq, info, values, out);
}
