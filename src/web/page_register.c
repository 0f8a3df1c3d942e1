/*
 * The register of controlled substances: what is in the house, each container with its ledger,
 * and what can be done with it now. What an act needs and does is core/custody.h; the acts are
 * app/custody.h. Counts and incidents are page_count.c.
 */
#include "base/clock.h"
#include "base/date.h"
#include "web/custody_show.h"

static struct str container_page(struct request *rq, struct str id) {
    return str_format(rq->arena, "/register/container/%.*s", STR_ARG(id));
}

static struct str lot_page(struct request *rq, struct str lot) {
    struct buf b = buf_new(rq->arena, 64);
    buf_z(&b, "/register/lot/");
    buf_url_part(&b, lot);
    return buf_str(&b);
}

/* What is in the house ------------------------------------------------------------------------ */

static bool same_group(const struct container *a, const struct container *b) {
    return str_eq(a->place, b->place) && str_eq(a->product, b->product) &&
           str_eq(a->lot, b->lot) && str_eq(a->expiry_date, b->expiry_date);
}

static void put_tag(struct view_tag_list *tags, const struct view_tag *tag) {
    if (tag) tags->v[tags->n++] = *tag;
}

/* The containers v[0..n) of one product and lot in one place, as one row. */
static struct view_register_row row_of(struct request *rq, const struct container *v,
                                       ptrdiff_t n) {
    int64_t left_ug = 0;
    bool recalled = false;
    struct view_register_row row = {.product = v->product, .lot = v->lot,
                                    .lot_page = lot_page(rq, v->lot), .expiry = v->expiry_date};
    row.opened.v = NEWS(rq->arena, struct view_register_link, n);
    row.tags.v = NEWS(rq->arena, struct view_tag, 2);
    for (ptrdiff_t i = 0; i < n; i++) {
        left_ug += v[i].left_ug;
        recalled |= str_is(v[i].state, "recalled");
        if (str_is(v[i].state, "sealed")) row.sealed++;
        else
            row.opened.v[row.opened.n++] = (struct view_register_link){
                container_page(rq, v[i].id), v[i].number,
                custody_show_amount(rq->arena, &v[i], v[i].left_ug)};
    }
    row.left = custody_show_amount(rq->arena, v, left_ug);
    put_tag(&row.tags, custody_show_tag(rq, v, "expiry", "expires soon", "expired"));
    if (recalled) put_tag(&row.tags, show_tag(rq->arena, "urgent", STR("recalled")));
    return row;
}

static struct view_register_place place_of(struct request *rq, struct str place, int position,
                                           const struct container_rows *all) {
    struct view_register_place view = {.place = place};
    view.id = str_format(rq->arena, "place-%d", position);
    if (web_allows(rq, CAP_CUSTODY_WRITE)) view.count = custody_show_count(rq, place);
    view.rows.v = NEWS(rq->arena, struct view_register_row, all->n);
    for (ptrdiff_t i = 0, next; i < all->n; i = next) {
        for (next = i + 1; next < all->n && same_group(&all->v[i], &all->v[next]);) next++;
        if (str_eq(all->v[i].place, place))
            view.rows.v[view.rows.n++] = row_of(rq, &all->v[i], next - i);
    }
    return view;
}

/* The clinic's places first; then any that is no longer one of them, as long as it holds stock. */
static enum err put_places(struct request *rq, const struct container_rows *all,
                           struct view_register *v) {
    struct custody_places places;
    TRY(custody_places(rq->tx, &places));
    v->places.v = NEWS(rq->arena, struct view_register_place, places.n + all->n);
    for (int i = 0; i < places.n; i++)
        v->places.v[v->places.n++] = place_of(rq, places.v[i], i, all);
    for (ptrdiff_t i = 0; i < all->n; i++) {
        bool shown = false;
        for (ptrdiff_t k = 0; k < v->places.n; k++)
            shown |= str_eq(v->places.v[k].place, all->v[i].place);
        if (shown) continue;
        v->places.v[v->places.n] = place_of(rq, all->v[i].place, (int)v->places.n, all);
        v->places.v[v->places.n++].count = STR_ABSENT; /* moved first, then counted */
    }
    return E_OK;
}

/* What wants somebody: incidents, syringes with something in them, what is past its time. */
static void add_alert(struct request *rq, struct view_list_panel *panel, const struct container *c,
                      const struct view_tag *tag, const char *what) {
    if (!tag) return;
    panel->rows.v[panel->rows.n++] = custody_show_item(rq, c, what, tag);
}

static enum err put_alerts(struct request *rq, const struct container_rows *all,
                           struct view_register *v) {
    struct view_list_panel *panel = NEW(rq->arena, struct view_list_panel);
    struct view_item_list wants;
    TRY(custody_show_wants(rq, &wants));
    *panel = (struct view_list_panel){.id = STR("wants"), .title = STR("Needs attention")};
    panel->rows.v = NEWS(rq->arena, struct view_item, wants.n + 2 * all->n);
    for (; panel->rows.n < wants.n; panel->rows.n++)
        panel->rows.v[panel->rows.n] = wants.v[panel->rows.n];
    for (ptrdiff_t i = 0; i < all->n; i++) {
        const struct container *c = &all->v[i];
        bool syringe = str_is(c->form, "syringe"), first = i == 0 || !same_group(c - 1, c);
        if (!STR_FIND(wants.v, wants.n, link, container_page(rq, c->id))) /* said already */
            add_alert(rq, panel, c,
                      custody_show_tag(rq, c, "opened", "open long", "open too long"),
                      syringe ? "is drawn, not yet given or wasted" : "has been open for long");
        const struct view_tag *expiry =
            first ? custody_show_tag(rq, c, "expiry", "expires soon", "expired") : NULL;
        add_alert(rq, panel, c, expiry, "and the rest of its lot");
        if (expiry)
            panel->rows.v[panel->rows.n - 1].when =
                str_format(rq->arena, "until %.*s", STR_ARG(show_date(rq->arena, c->expiry_date)));
    }
    if (panel->rows.n) v->alerts = panel;
    return E_OK;
}

static enum err put_counts(struct request *rq, struct view_register *v) {
    enum { RECENT = 20 };
    struct count_between_rows rows;
    TRY(count_between(rq->tx, &(struct count_between_in){0, rq->now_ms + DAY_MS, RECENT}, &rows));
    v->counts = (struct view_list_panel){.id = STR("counts"), .title = STR("Last counts")};
    custody_show_counts(rq, &rows, &v->counts);
    return E_OK;
}

/* The clinic's every two years, from content. */
static enum err put_inventory_due(struct request *rq, struct view_register *v) {
    struct custody_places places;
    double years = 0;
    struct buf b = buf_new(rq->arena, 256);
    TRY(custody_places(rq->tx, &places));
    CHECK(criteria_setting(rq->app->content->custody, "inventory_years", &years), "custody_check");
    for (int i = 0; i < places.n; i++) {
        struct count_last_row last;
        enum err e = count_last(rq->tx, &(struct count_last_in){places.v[i], STR("inventory")},
                                &last);
        if (e && e != E_UNKNOWN) return e;
        int32_t due = e ? DATE_NONE
                        : date_add_months(clock_today(last.at_ms), (int)(years * 12));
        buf_format(&b, "%.*s: %s", STR_ARG(places.v[i]), e ? "no inventory yet" : "inventory by ");
        if (!e) date_put_words(&b, due);
        if (!e && due < clock_today(rq->now_ms)) buf_z(&b, ", which is past");
        buf_z(&b, ". ");
    }
    v->lead = buf_str(&b);
    return E_OK;
}

/* Of each substance by itself: milligrams of two are no sum. */
static struct str proof_of(struct request *rq, const struct custody_proof_row *p) {
    return str_format(
        rq->arena,
        "%.*s, %lld containers, %lld entries: received and found %.*s = given %.*s + wasted %.*s + "
        "returned, destroyed or lost %.*s + left %.*s.",
        STR_ARG(p->drug), (long long)p->containers, (long long)p->entries,
        STR_ARG(show_mg(rq->arena, p->received_ug)), STR_ARG(show_mg(rq->arena, p->given_ug)),
        STR_ARG(show_mg(rq->arena, p->wasted_ug)), STR_ARG(show_mg(rq->arena, p->gone_ug)),
        STR_ARG(show_mg(rq->arena, p->left_ug)));
}

static enum err put_proof(struct request *rq, struct view_register *v) {
    struct custody_proof_rows drugs;
    struct custody_disagree_rows bad;
    TRY(custody_proof(rq->tx, &drugs));
    TRY(custody_disagree(rq->tx, &bad));
    v->proof.v = NEWS(rq->arena, struct str, drugs.n);
    for (ptrdiff_t i = 0; i < drugs.n; i++)
        v->proof.v[v->proof.n++] = proof_of(rq, &drugs.v[i]);
    if (bad.n)
        v->disagree = str_format(rq->arena,
                                 "%.*s does not say what its entries say: somebody wrote past "
                                 "this program. Run `cairn verify` and call the administrator.",
                                 STR_ARG(bad.v[0].number));
    return E_OK;
}

enum err page_register(struct request *rq) {
    struct container_rows all;
    struct view_register v = {0};
    TRY(container_stock(rq->tx, &all));
    TRY(put_inventory_due(rq, &v));
    TRY(put_alerts(rq, &all, &v));
    TRY(put_places(rq, &all, &v));
    TRY(put_counts(rq, &v));
    TRY(put_proof(rq, &v));
    v.parts.v = NEWS(rq->arena, struct view_session_part, 2);
    if (web_allows(rq, CAP_CUSTODY_WRITE)) {
        TRY(custody_part(rq, FORM_custody_receive, STR("/register/receive"), "Receive a delivery",
                         NULL, &v.parts));
        TRY(custody_part(rq, FORM_custody_recall, STR("/register/recall"), "Recall a lot", NULL,
                         &v.parts));
    }
    page_open(rq, "Register", STR("Register"));
    html_register(rq->out, &v);
    page_close(rq);
    return E_OK;
}

enum err post_custody_receive(struct request *rq) {
    const struct form_custody_receive *f = &rq->form.custody_receive;
    struct str first;
    struct custody_delivery in = {.product = f->product,
                                  .drug = f->drug,
                                  .form = f->form,
                                  .each_ug = f->each.v,
                                  .ml_thousandth = f->ml.is ? (int64_t)(f->ml.v * 1000 + 0.5) : 0,
                                  .pieces = f->pieces.v,
                                  .containers = f->containers.v,
                                  .lot = f->lot,
                                  .expiry_date = f->expiry,
                                  .place = f->place,
                                  .supplier = f->supplier,
                                  .invoice = f->invoice,
                                  .received_date = f->received};
    TRY(custody_receive(rq->tx, &in, &rq->faults, &first));
    return web_redirect(rq, "/register");
}

enum err post_custody_recall(struct request *rq) {
    const struct form_custody_recall *f = &rq->form.custody_recall;
    int n;
    TRY(custody_recall_lot(rq->tx, f->lot, f->reason, &rq->faults, &n));
    return web_redirect(rq, "%.*s", STR_ARG(lot_page(rq, f->lot)));
}

/* A lot --------------------------------------------------------------------------------------- */

static struct view_list_panel *given_of(struct request *rq,
                                        const struct custody_given_of_lot_rows *rows) {
    struct view_list_panel *panel = NEW(rq->arena, struct view_list_panel);
    *panel = (struct view_list_panel){.id = STR("given"), .title = STR("Who was given some of it"),
                                      .empty = show_empty(rq->arena, "Nobody.")};
    panel->rows.v = NEWS(rq->arena, struct view_item, rows->n);
    for (ptrdiff_t i = 0; i < rows->n; i++) {
        const struct custody_given_of_lot_row *r = &rows->v[i];
        panel->rows.v[panel->rows.n++] = (struct view_item){
            .link = show_link(rq->arena, r->patient_id, "%s", ""),
            .what = show_who(rq->arena, STR_ABSENT, r->given_name, r->family_name, r->mrn),
            .when = show_datetime(rq->arena, r->at_ms),
            .detail = str_format(rq->arena, "%.*s from %.*s",
                                 STR_ARG(show_mg(rq->arena, r->amount_ug)),
                                 STR_ARG(r->number.n ? r->number : STR("no container")))};
    }
    return panel;
}

enum err page_lot(struct request *rq) {
    struct container_rows rows;
    struct custody_given_of_lot_rows given;
    struct view_lot v = {.lot = rq->path[0]};
    TRY(container_of_lot(rq->tx, &(struct container_of_lot_in){v.lot}, &rows));
    TRY(custody_given_of_lot(rq->tx, &(struct custody_given_of_lot_in){v.lot}, &given));
    if (rows.n + given.n == 0) return E_UNKNOWN;
    v.containers = (struct view_list_panel){.id = STR("containers"), .title = STR("Containers")};
    v.containers.rows.v = NEWS(rq->arena, struct view_item, rows.n);
    for (ptrdiff_t i = 0; i < rows.n; i++) {
        const struct container *c = &rows.v[i];
        v.containers.rows.v[v.containers.rows.n++] = (struct view_item){
            .link = container_page(rq, c->id),
            .what = str_format(rq->arena, "%.*s, %.*s", STR_ARG(c->number), STR_ARG(c->form)),
            .who = c->product,
            .when = c->place,
            .detail = str_format(rq->arena, "%.*s left",
                                 STR_ARG(custody_show_amount(rq->arena, c, c->left_ug))),
            .tag = show_tag(rq->arena, str_is(c->state, "recalled") ? "urgent" : "", c->state)};
    }
    if (web_allows(rq, CAP_CHART_READ)) v.given = given_of(rq, &given);
    page_open(rq, "Register", str_format(rq->arena, "Lot %.*s", STR_ARG(v.lot)));
    html_lot(rq->out, &v);
    page_close(rq);
    return E_OK;
}

/* One container ------------------------------------------------------------------------------- */

static void fact(struct view_fact_list *facts, const char *name, struct str value,
                 struct str link) {
    if (value.n) facts->v[facts->n++] = (struct view_fact){str_from(name), value, link};
}

static enum err put_label(struct request *rq, const struct container *c, struct view_container *v) {
    struct container parent = {0};
    v->facts.v = NEWS(rq->arena, struct view_fact, 12);
    if (c->parent_id.s) TRY(container_load(rq->tx, c->parent_id, &parent));
    fact(&v->facts, "Form", c->form, STR_ABSENT);
    fact(&v->facts, "Drawn from", parent.number, container_page(rq, c->parent_id));
    fact(&v->facts, "Received", custody_show_amount(rq->arena, c, c->received_ug), STR_ABSENT);
    fact(&v->facts, "Lot", c->lot, lot_page(rq, c->lot));
    fact(&v->facts, "Expires", show_date(rq->arena, c->expiry_date), STR_ABSENT);
    fact(&v->facts, "Place", c->place, STR_ABSENT);
    if (!c->parent_id.s)
        fact(&v->facts, "Came on", show_date(rq->arena, c->received_date), STR_ABSENT);
    fact(&v->facts, "Supplier", c->supplier, STR_ABSENT);
    fact(&v->facts, "Invoice", c->invoice, STR_ABSENT);
    if (c->opened_ms.is)
        fact(&v->facts, c->parent_id.s ? "Drawn" : "Opened",
             show_datetime(rq->arena, c->opened_ms.v), STR_ABSENT);
    return E_OK;
}

static void ledger_row(struct request *rq, const struct container *c,
                       const struct custody_ledger_row *r, struct view_ledger_row *row) {
    enum custody_kind kind;
    CHECK(custody_parse(r->kind, &kind), "the table holds kinds of custody.def");
    *row = (struct view_ledger_row){.seq = r->seq, .at_ms = r->at_ms,
                                    .what = str_from(custody_text(kind)),
                                    .left = custody_show_amount(rq->arena, c, r->left_ug),
                                    .who = r->who, .second = r->second, .reason = r->reason,
                                    .amount = STR("")};
    if (r->amount_ug) row->amount = custody_show_amount(rq->arena, c, r->amount_ug);
    if (r->counted_ug.is) row->amount = custody_show_amount(rq->arena, c, r->counted_ug.v);
    if (kind == CUSTODY_transfer) row->reason = r->place;
    if (r->patient_id.s && web_allows(rq, CAP_CHART_READ)) {
        row->patient = show_who(rq->arena, STR_ABSENT, r->given_name, r->family_name, r->mrn);
        row->patient_page = show_link(rq->arena, r->patient_id, "%s", "");
    } else if (r->patient_id.s) row->patient = r->mrn;
    row->child = r->child;
    if (r->child_id.s) row->child_page = container_page(rq, r->child_id);
}

static enum err put_ledger(struct request *rq, const struct container *c,
                           struct view_container *v) {
    struct custody_ledger_rows rows;
    TRY(custody_ledger(rq->tx, &(struct custody_ledger_in){c->id}, &rows));
    v->rows.v = NEWS(rq->arena, struct view_ledger_row, rows.n);
    for (ptrdiff_t i = 0; i < rows.n; i++) ledger_row(rq, c, &rows.v[i], &v->rows.v[v->rows.n++]);
    struct buf b = buf_new(rq->arena, 256);
    const struct {
        const char *word;
        int64_t ug;
    } out[] = {{"given", c->given_ug},       {"wasted", c->wasted_ug},
               {"drawn", c->drawn_ug},       {"returned", c->returned_ug},
               {"destroyed", c->destroyed_ug}, {"lost", c->lost_ug}};
    buf_format(&b, "Received %.*s", STR_ARG(show_mg(rq->arena, c->received_ug)));
    if (c->adjusted_ug)
        buf_format(&b, ", set right by %s%.*s", c->adjusted_ug > 0 ? "+" : "",
                   STR_ARG(show_mg(rq->arena, c->adjusted_ug)));
    buf_z(&b, " = ");
    for (size_t i = 0; i < sizeof out / sizeof *out; i++)
        if (out[i].ug)
            buf_format(&b, "%s %.*s + ", out[i].word, STR_ARG(show_mg(rq->arena, out[i].ug)));
    buf_format(&b, "left %.*s.", STR_ARG(show_mg(rq->arena, c->left_ug)));
    v->balance = buf_str(&b);
    return E_OK;
}

/* What may be done with it now, by whom, under which words. */
static const struct {
    enum custody_kind kind;
    enum form_id form;
    enum capability capability;
    const char *act, *title;
} acts[] = {
    {CUSTODY_open, FORM_custody_open, CAP_CUSTODY_WRITE, "open", "Open it"},
    {CUSTODY_draw, FORM_custody_draw, CAP_CUSTODY_WRITE, "draw", "Draw a syringe"},
    {CUSTODY_waste, FORM_custody_waste, CAP_CUSTODY_WRITE, "waste", "Waste what is left over"},
    {CUSTODY_transfer, FORM_custody_transfer, CAP_CUSTODY_WRITE, "transfer", "Move it"},
    {CUSTODY_return, FORM_custody_return, CAP_CUSTODY_WRITE, "return", "Return it"},
    {CUSTODY_loss, FORM_custody_loss, CAP_CUSTODY_WRITE, "loss", "Broken, spilled or missing"},
    {CUSTODY_destroy, FORM_custody_destroy, CAP_CUSTODY_SETTLE, "destroy", "Destroy it"},
    {CUSTODY_adjust, FORM_custody_adjust, CAP_CUSTODY_SETTLE, "adjust", "Set it right"},
};

static enum err put_acts(struct request *rq, const struct container *c, struct view_container *v) {
    struct custody_holding h = custody_holding_of(c, rq->now_ms);
    v->parts.v = NEWS(rq->arena, struct view_session_part, COUNT(acts));
    v->notes.v = NEWS(rq->arena, struct str, 2);
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++) {
        if (!web_allows(rq, acts[i].capability) || !custody_may(&h, acts[i].kind)) continue;
        struct str action =
            str_format(rq->arena, "%.*s/%s", STR_ARG(container_page(rq, c->id)), acts[i].act);
        TRY(custody_part(rq, acts[i].form, action, acts[i].title, NULL, &v->parts));
        if (acts[i].kind >= CUSTODY_destroy)
            v->parts.v[v->parts.n - 1].form.danger = acts[i].kind != CUSTODY_adjust;
    }
    if (v->parts.n) v->notes.v[v->notes.n++] = criteria_note(rq->app->content->custody, "waste");
    return E_OK;
}

enum err page_container(struct request *rq) {
    struct container c;
    TRY(container_load(rq->tx, rq->path[0], &c));
    bool gone = c.left_ug == 0;
    struct view_container v = {.number = c.number, .product = c.product,
                               .state = *show_tag(rq->arena, gone ? "" : "information", c.state)};
    v.tags.v = NEWS(rq->arena, struct view_tag, 2);
    if (!gone) {
        put_tag(&v.tags, custody_show_tag(rq, &c, "expiry", "expires soon", "expired"));
        put_tag(&v.tags, custody_show_tag(rq, &c, "opened", "open long", "open too long"));
    }
    TRY(put_label(rq, &c, &v));
    TRY(put_ledger(rq, &c, &v));
    TRY(put_acts(rq, &c, &v));
    page_open(rq, "Register", c.number);
    html_container(rq->out, &v);
    page_close(rq);
    return E_OK;
}

/* A field of the act's form, whichever form that is; NULL: it has none of that name. */
static const void *field_of(const struct request *rq, const char *name) {
    const struct form_info *info = form_info(rq->route->form);
    for (int i = 0; i < info->n; i++)
        if (info->fields[i].name && str_is(str_from(name), info->fields[i].name))
            return (const char *)&rq->form + info->fields[i].offset;
    return NULL;
}

static struct str text_of(const struct request *rq, const char *name) {
    const struct str *text = field_of(rq, name);
    return text ? *text : STR_ABSENT;
}

/* Every act on a container. Where the form asks for a second person, the row has OWN_TX: their
 * password first, then the transaction. */
enum err post_container_act(struct request *rq) {
    const struct maybe_int *amount = field_of(rq, "amount");
    bool two = field_of(rq, "checker_name") != NULL;
    struct container c;
    struct custody_do in = {.container_id = rq->path[0],
                            .amount_ug = amount ? amount->v : 0,
                            .reason = text_of(rq, "reason"),
                            .place = text_of(rq, "place")};
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++)
        if (acts[i].form == rq->route->form) in.kind = acts[i].kind;
    if (two) {
        TRY(signer_second(rq, text_of(rq, "checker_name"), text_of(rq, "checker_password"),
                          CAP_CUSTODY_WITNESS, &in.second_id));
        TRY(web_begin(rq, TX_WRITE));
    }
    enum err e = custody_do(rq->tx, &in, &rq->faults, &c);
    if (two) e = web_end(rq, e);
    TRY(e);
    return web_redirect(rq, "/register/container/%.*s", STR_ARG(c.id));
}
