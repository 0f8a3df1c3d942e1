/* The emergency cards of a session: first steps, each ticked with its time. Rescue drugs are the
 * clinic's own standing orders (a setting), never Cairn's. */
#include "app/dosing.h"
#include "app/settings.h"
#include "web/form_view.h"
#include "web/show.h"

static struct str said(struct arena *a, const struct card *card, int step) {
    return str_format(a, "%.*s: %.*s", STR_ARG(card->title), STR_ARG(card->steps[step]));
}

/* When a step was ticked; the last time counts. */
static struct str ticked(struct request *rq, const struct dosing_day *d, struct str text) {
    for (ptrdiff_t i = d->events.n; i-- > 0;)
        if (str_is(d->events.v[i].kind, "rescue") && str_eq(d->events.v[i].text, text))
            return str_format(rq->arena, "%.*s by %.*s",
                              STR_ARG(show_time(rq->arena, d->events.v[i].at_ms)),
                              STR_ARG(d->events.v[i].who));
    return STR_ABSENT;
}

/* "card: order" of the clinic's standing orders, one a line. */
static void orders_of(struct request *rq, struct str orders, struct str id,
                      struct text_list *out) {
    out->v = NEWS(rq->arena, struct str, orders.n + 1);
    while (orders.s) {
        struct str line = str_trim(str_cut(orders, ';', &orders)), order;
        if (str_eq(str_trim(str_cut(line, ':', &order)), id) && order.n)
            out->v[out->n++] = str_trim(order);
    }
}

/* What the clinic wrote for a card that there is none of: shown, not lost. */
static void orders_astray(struct request *rq, const struct cards *cards, struct str orders,
                          struct text_list *out) {
    out->v = NEWS(rq->arena, struct str, orders.n + 1);
    while (orders.s) {
        struct str line = str_trim(str_cut(orders, ';', &orders)), order;
        if (line.n && !cards_of(cards, str_trim(str_cut(line, ':', &order))))
            out->v[out->n++] = line;
    }
}

static enum err steps_of(struct request *rq, const struct dosing_day *d, const struct card *card,
                         struct str action, struct view_emergency_card *out) {
    out->steps.v = NEWS(rq->arena, struct view_emergency_step, card->steps_n);
    for (int i = 0; i < card->steps_n; i++) {
        struct view_emergency_step *v = &out->steps.v[out->steps.n++];
        *v = (struct view_emergency_step){.text = card->steps[i],
                                          .done = ticked(rq, d, said(rq->arena, card, i))};
        if (v->done.n || !web_allows(rq, CAP_SESSION_RUN)) continue;
        struct form_rescue values = {card->id, str_format(rq->arena, "%d", i)};
        struct view_form *form = NEW(rq->arena, struct view_form);
        TRY(web_form(rq, FORM_rescue, action, &values, 0, form));
        v->tick = form;
    }
    return E_OK;
}

enum err page_emergency(struct request *rq) {
    const struct cards *cards = rq->app->content->cards;
    struct view_emergency view = {.title = STR("Emergency cards")};
    struct patient p;
    struct dosing_day d;
    struct str orders;
    TRY(dosing_load_day(rq->tx, rq->path[0], rq->path[1], &d));
    TRY(setting_text(rq->tx, SETTING_standing_orders, &orders));
    TRY(show_patient(rq, view.title, &p));
    view.back = show_link(rq->arena, p.id, "/dosing/%.*s", STR_ARG(rq->path[1]));
    struct str action = str_format(rq->arena, "%.*s/emergency", STR_ARG(view.back));
    orders_astray(rq, cards, orders, &view.astray);
    view.cards.v = NEWS(rq->arena, struct view_emergency_card, cards->n);
    for (int i = 0; i < cards->n; i++) {
        const struct card *card = &cards->v[i];
        struct view_emergency_card *v = &view.cards.v[view.cards.n++];
        *v = (struct view_emergency_card){.id = card->id, .title = card->title,
                                          .source = card->source,
                                          .open = str_eq(web_query(rq, "card"), card->id)};
        orders_of(rq, orders, card->id, &v->orders);
        TRY(steps_of(rq, &d, card, action, v));
        for (ptrdiff_t k = 0; k < v->steps.n; k++) v->open |= v->steps.v[k].done.n > 0;
    }
    html_emergency(rq->out, &view);
    page_close(rq);
    return E_OK;
}

enum err post_emergency(struct request *rq) {
    const struct form_rescue *f = &rq->form.rescue;
    const struct card *card = cards_of(rq->app->content->cards, f->card);
    int64_t step;
    if (!card || !str_to_int(f->step, &step) || step < 0 || step >= card->steps_n)
        return E_UNKNOWN;
    struct session_event row = {.patient_id = rq->path[0], .kind = STR("rescue"),
                                .text = said(rq->arena, card, (int)step)};
    TRY(dosing_event(rq->tx, rq->app->content, &row, rq->path[1], &rq->faults));
    return web_redirect(rq, "/patient/%.*s/dosing/%.*s/emergency?card=%.*s",
                        STR_ARG(rq->path[0]), STR_ARG(rq->path[1]), STR_ARG(card->id));
}
