#include "synth/demo_custody.h"

#include "base/clock.h"
#include "base/date.h"

static const struct stock {
    const char *routes;
    int64_t dose_ug;
    const char *product, *drug, *form;
    int64_t each_ug, ml_thousandth, pieces, containers;
} stocks[] = {
#define STOCK(...) {__VA_ARGS__},
#include "synth/demo_stock.def"
#undef STOCK
};

static const struct stock *stock_for(const struct dose *dose) {
    for (size_t i = 0; i < sizeof stocks / sizeof *stocks; i++) {
        if (stocks[i].dose_ug && stocks[i].dose_ug != dose->amount_ug) continue;
        for (struct str rest = str_from(stocks[i].routes); rest.s;)
            if (str_eq(str_cut(rest, ' ', &rest), dose->route)) return &stocks[i];
    }
    return NULL;
}

static enum err deliver(struct tx *tx, struct demo_custody *d, const struct stock *s) {
    enum { LOZENGES = 30, SOON_DAYS = 50 }; /* something that expires soon is to be seen */
    struct faults faults = {.arena = tx->arena};
    struct str first;
    int32_t today = clock_today(tx->now_ms);
    int n = d->deliveries++;
    struct custody_delivery in = {
        .product = str_from(s->product), .drug = str_from(s->drug), .form = str_from(s->form),
        .each_ug = s->each_ug, .ml_thousandth = s->ml_thousandth, .pieces = s->pieces,
        .containers = s->containers, .lot = str_format(tx->arena, "KT%d", 2511 + 7 * n),
        .expiry_date = date_text(tx->arena, s->pieces == LOZENGES
                                                ? clock_today(d->now_ms) + SOON_DAYS
                                                : today + 700 + 20 * n),
        .place = STR("Main safe"), .supplier = STR("Front Range Medical Supply"),
        .invoice = str_format(tx->arena, "FR-%d", 20418 + 13 * n),
        .received_date = date_text(tx->arena, today)};
    return custody_receive(tx, &in, &faults, &first);
}

static enum err act(struct tx *tx, const struct demo_custody *d, const struct container *c,
                    enum custody_kind kind, int64_t amount_ug, struct container *out) {
    struct faults faults = {.arena = tx->arena};
    struct custody_do in = {.container_id = c->id, .kind = kind, .amount_ug = amount_ug};
    if (kind == CUSTODY_waste) in.second_id = d->staff.therapist;
    if (kind == CUSTODY_waste) in.reason = STR("into the drug disposal container");
    return custody_do(tx, &in, &faults, out);
}

/* The first that holds enough, of what is in the house; E_UNKNOWN: a delivery is due. An open vial
 * that holds too little for the next syringe is emptied before a witness. */
static enum err find(struct tx *tx, const struct demo_custody *d, const struct stock *s,
                     int64_t amount_ug, struct container *out) {
    struct container_rows rows;
    struct str today = clock_date_text(tx->arena, tx->now_ms);
    TRY(container_stock(tx, &rows));
    for (ptrdiff_t i = 0; i < rows.n; i++) {
        const struct container *c = &rows.v[i];
        bool rest = str_is(c->state, "open") && str_is(c->form, "vial") && c->left_ug < amount_ug;
        if (rest) TRY(act(tx, d, c, CUSTODY_waste, c->left_ug, out));
    }
    for (int sealed = 0; sealed < 2; sealed++)
        for (ptrdiff_t i = 0; i < rows.n; i++) {
            const struct container *c = &rows.v[i];
            bool wanted = str_is(c->product, s->product) && str_is(c->form, s->form) &&
                          str_cmp(c->expiry_date, today) >= 0;
            if (!wanted || c->left_ug < amount_ug || str_is(c->state, "sealed") != sealed) continue;
            *out = *c;
            return E_OK;
        }
    return E_UNKNOWN;
}

/* Delivered where there is none, and opened. */
static enum err at_hand(struct tx *tx, struct demo_custody *d, const struct stock *s,
                        int64_t amount_ug, struct container *c) {
    enum err e = find(tx, d, s, amount_ug, c);
    if (e == E_UNKNOWN) {
        TRY(deliver(tx, d, s));
        e = find(tx, d, s, amount_ug, c);
    }
    TRY(e);
    bool sealed = str_is(c->form, "vial") && str_is(c->state, "sealed");
    return sealed ? act(tx, d, c, CUSTODY_open, 0, c) : E_OK;
}

enum err demo_custody_ready(struct tx *tx, struct demo_custody *d) {
    enum { VIAL_UG = 150000 };
    for (size_t i = 0; i < sizeof stocks / sizeof *stocks; i++) {
        struct container c;
        int64_t each_ug = stocks[i].each_ug;
        TRY(at_hand(tx, d, &stocks[i], each_ug < VIAL_UG ? each_ug : VIAL_UG, &c));
    }
    return E_OK;
}

enum err demo_custody_before(struct tx *tx, struct demo_custody *d, struct dose *dose) {
    enum { STEP_UG = 5000 }; /* a syringe is drawn to the next 5 mg */
    const struct stock *s = stock_for(dose);
    struct container *c = &d->taken;
    *c = (struct container){0};
    if (!s) return E_OK;
    int64_t draw_ug = (dose->amount_ug + STEP_UG) / STEP_UG * STEP_UG;
    bool vial = str_is(str_from(s->form), "vial");
    TRY(at_hand(tx, d, s, vial ? draw_ug : dose->amount_ug, c));
    if (vial) TRY(act(tx, d, c, CUSTODY_draw, draw_ug, c));
    dose->lot = c->lot;
    dose->expiry_date = c->expiry_date;
    return E_OK;
}

enum err demo_custody_after(struct tx *tx, struct demo_custody *d, const struct dose *dose) {
    struct container *c = &d->taken;
    if (!c->id.s) return E_OK;
    struct custody_portions from = {.v = {{c->id, dose->amount_ug, *c}}, .n = 1};
    TRY(custody_after_dose(tx, &from, dose));
    *c = from.v[0].from;
    bool waits = dose->given_ms > d->now_ms - HOUR_MS;
    if (!str_is(c->form, "syringe") || c->left_ug == 0 || waits) return E_OK;
    return act(tx, d, c, CUSTODY_waste, c->left_ug, c);
}

enum err demo_custody_count(struct tx *tx, struct demo_custody *d, int64_t at_ms) {
    struct sealed_group_rows groups;
    struct container_rows open;
    struct str id, place = STR("Main safe");
    struct faults faults = {.arena = tx->arena};
    tx->now_ms = at_ms;
    tx->actor.account_id = d->staff.monitor;
    TRY(sealed_group(tx, &(struct sealed_group_in){place}, &groups));
    TRY(container_opened(tx, &(struct container_opened_in){place}, &open));
    struct custody_line *lines = NEWS(tx->arena, struct custody_line, groups.n + open.n);
    ptrdiff_t n = 0;
    for (ptrdiff_t i = 0; i < groups.n; i++)
        lines[n++] = (struct custody_line){.key = groups.v[i].key,
                                           .counted = groups.v[i].containers};
    for (ptrdiff_t i = 0; i < open.n; i++) {
        const struct container *c = &open.v[i];
        bool short_of = str_is(c->form, "lozenge") && c->left_ug > c->piece_ug.v; /* one piece */
        lines[n++] = (struct custody_line){
            .key = c->id, .counted_ug = c->left_ug - (short_of ? c->piece_ug.v : 0)};
    }
    struct custody_count_in in = {.place = place, .kind = STR("inventory"), .moment = STR("close"),
                                  .second_id = d->staff.prescriber, .lines = lines, .n = n};
    return custody_take_count(tx, d->content, &in, &faults, &id);
}
