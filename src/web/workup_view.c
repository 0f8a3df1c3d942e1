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
