#include "web/workup_view.h"

#include "web/show.h"

struct view_item_list workup_trd_items(struct request *rq, const struct trial_count *c) {
    const struct trial_rules *r = rq->app->content->trials;
    struct view_item_list list = {NEWS(rq->arena, struct view_item, TRD_DEFINITIONS), 0};
    for (int by = 0; by < TRD_DEFINITIONS; by++) {
        const struct trd_definition *d = &r->definitions[by];
        bool met = c->failed[by] >= d->needed;
        bool settled = trial_settled(c, r, (enum trd)by);
        struct view_item *item = &list.v[list.n++];
        *item = (struct view_item){
            .what = str_format(rq->arena, "%d failed %s", c->failed[by],
                               by == TRD_EPISODE ? "in this episode" : "in the lifetime"),
            .when = c->open[by] ? str_format(rq->arena, "%d not known well enough", c->open[by])
                                : STR(""),
            .detail = str_format(rq->arena, "%.*s (%.*s)", STR_ARG(d->words), STR_ARG(d->source)),
            .tag = show_tag(rq->arena, met ? "fine" : settled ? "information" : "advisory",
                            met ? STR("met") : settled ? STR("not met") : STR("to be asked"))};
    }
    return list;
}

enum err workup_trial_panel(struct request *rq, struct str patient_id,
                            struct view_list_panel *out) {
    struct trials_view trials;
    TRY(trials_load(rq->tx, patient_id, &trials));
    *out = (struct view_list_panel){.id = STR("trials"),
                                    .title = STR("Earlier treatment"),
                                    .count = {trials.rows.n > 0, trials.rows.n},
                                    .more = show_link(rq->arena, patient_id, "/trial"),
                                    .more_text = STR("Open the trials")};
    if (trials.rows.n) out->rows = workup_trd_items(rq, &trials.count);
    else out->empty = show_empty(rq->arena, "No earlier treatment is recorded.");
    return E_OK;
}

struct view_tag *workup_tag(struct request *rq, const struct workup_ruling *r) {
    static const char *const levels[] = {"", "fine", "advisory", "urgent", "urgent"};
    return show_tag(rq->arena, levels[r->state], str_from(workup_state_word(r->state)));
}

struct str workup_day(struct request *rq, const struct workup_ruling *r) {
    static const char *const words[] = {"from ", "until ", "by ", "until ", "since "};
    if (r->due == DATE_NONE) return STR("");
    struct buf b = buf_new(rq->arena, 40);
    buf_z(&b, words[r->state]);
    date_put_words(&b, r->due);
    return buf_str(&b);
}

struct str workup_why(struct request *rq, const struct workup_ruling *r) {
    return str_format(rq->arena, "%s%s", r->for_whom, r->why);
}

struct str workup_room(struct request *rq, const struct workup_item *item,
                       struct str patient_id) {
    switch (item->kind) {
    case WORKUP_VITAL: return show_link(rq->arena, patient_id, "/vitals");
    case WORKUP_TRIALS: return show_link(rq->arena, patient_id, "/trial");
    case WORKUP_MEASURE:
        return show_link(rq->arena, patient_id, "/measure/%.*s", STR_ARG(item->measure));
    default: return show_link(rq->arena, patient_id, "/workup/%.*s", STR_ARG(item->id));
    }
}

enum err workup_panel(struct request *rq, const struct patient *p, struct view_list_panel *out) {
    struct workup_view w;
    TRY(workup_load(rq->tx, rq->app->content, p, &w));
    *out = (struct view_list_panel){.id = STR("workup"),
                                    .title = STR("Work-up"),
                                    .count = {w.due + w.overdue > 0, w.due + w.overdue},
                                    .more = show_link(rq->arena, p->id, "/workup"),
                                    .more_text = STR("Open the work-up"),
                                    .empty = show_empty(rq->arena, "Nothing is due.")};
    out->rows.v = NEWS(rq->arena, struct view_item, w.n);
    for (int state = WORKUP_OVERDUE; state >= WORKUP_DUE; state--)
        for (int i = 0; i < w.n; i++) {
            if ((int)w.v[i].ruling.state != state) continue;
            out->rows.v[out->rows.n++] =
                (struct view_item){.what = w.v[i].item->title,
                                   .when = workup_day(rq, &w.v[i].ruling),
                                   .detail = workup_why(rq, &w.v[i].ruling),
                                   .link = workup_room(rq, w.v[i].item, p->id),
                                   .tag = workup_tag(rq, &w.v[i].ruling)};
        }
    enum { SHOWN = 6 };
    if (out->rows.n > SHOWN + 1) {
        out->rest = (struct view_item_list){out->rows.v + SHOWN, out->rows.n - SHOWN};
        out->rest_title = str_format(rq->arena, "%td more", out->rest.n);
        out->rows.n = SHOWN;
    }
    return E_OK;
}
