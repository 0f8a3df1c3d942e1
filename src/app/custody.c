#include "app/custody.h"

#include <string.h>

#include "app/settings.h"
#include "base/clock.h"
#include "base/date.h"
#include "base/id.h"

/* Rows and the core's values ----------------------------------------------------------------- */

struct custody_holding custody_holding_of(const struct container *c, int64_t now_ms) {
    struct custody_holding h = {
        .form = c->form, .state = c->state, .today = clock_today(now_ms)};
    CHECK(date_parse(c->expiry_date, &h.expiry), "a container's date was checked on its way in");
#define X(name) h.t.name = c->name;
    CUSTODY_TOTALS(X)
#undef X
    return h;
}

static void take_holding(struct container *c, const struct custody_holding *h, int64_t now_ms) {
    if (str_is(h->state, "open") && !c->opened_ms.is)
        c->opened_ms = (struct maybe_int){true, now_ms};
    c->state = h->state;
#define X(name) c->name = h->t.name;
    CUSTODY_TOTALS(X)
#undef X
}

/* C-000123 */
static struct str number_text(struct arena *a, int64_t n) {
    return str_format(a, "C-%06lld", (long long)n);
}

static enum err next_number(struct tx *tx, int64_t *n) {
    struct container_last_row last;
    enum err e = container_last(tx, &last);
    *n = 0;
    if (e == E_OK) CHECK(str_to_int(str_slice(last.number, 2, last.number.n), n), "C-000001");
    else if (e != E_UNKNOWN) return e;
    ++*n;
    return E_OK;
}

/* One act: judged, then its entry and the container after it. ---------------------------------*/

static enum err judge(struct tx *tx, const struct container *c, struct custody_act *act,
                      struct faults *faults) {
    struct custody_holding h = custody_holding_of(c, tx->now_ms);
    if (c->version == 0) h.state = STR_ABSENT;
    act->account_id = tx->actor.account_id;
    custody_judge(&h, act, faults);
    return faults_err(faults);
}

enum err custody_enter(struct tx *tx, struct container *c, const struct custody_act *act,
                       struct custody_entry *entry) {
    struct custody_holding h = custody_holding_of(c, tx->now_ms);
    bool first = c->version == 0;
    entry->before_seq = (struct maybe_int){!first, c->entries};
    entry->before_ug = (struct maybe_int){!first, c->left_ug};
    custody_apply(&h, act, &entry->amount_ug);
    take_holding(c, &h, tx->now_ms);
    c->entries++;
    entry->patient_id = act->patient_id;
    entry->container_id = c->id;
    entry->seq = c->entries;
    entry->kind = str_from(custody_name(act->kind));
    entry->left_ug = c->left_ug;
    entry->place = c->place;
    if (!entry->at_ms) entry->at_ms = tx->now_ms;
    entry->account_id = act->account_id;
    entry->second_id = act->second_id;
    entry->reason = act->reason.n ? act->reason : STR_ABSENT;
    tx_event(tx, custody_event(act->kind), entry->reason);
    TRY(custody_entry_put(tx, entry));
    return container_put(tx, c);
}

/* Receiving ---------------------------------------------------------------------------------- */

enum err custody_places(struct tx *tx, struct custody_places *out) {
    struct str rest;
    *out = (struct custody_places){0};
    TRY(setting_text(tx, SETTING_custody_places, &rest));
    while (rest.s && out->n < 16) {
        struct str place = str_trim(str_cut(rest, ',', &rest));
        if (place.n) out->v[out->n++] = place;
    }
    return E_OK;
}

enum err custody_check_place(struct tx *tx, struct str place, struct faults *faults) {
    struct custody_places places;
    TRY(custody_places(tx, &places));
    for (int i = 0; i < places.n; i++)
        if (str_eq(places.v[i], place)) return E_OK;
    fault_add(faults, STR("place"), "unknown", "Choose one of the places of this clinic.");
    return E_OK;
}

static void check_delivery(struct tx *tx, const struct custody_delivery *in,
                           struct faults *faults) {
    int32_t expiry = 0, received = 0, today = clock_today(tx->now_ms);
    bool liquid = str_is(in->form, "vial") || str_is(in->form, "syringe");
    if (in->containers < 1 || in->containers > CUSTODY_RECEIVE_MAX)
        fault_add(faults, STR("containers"), "range", "From 1 to %d at a time.",
                  CUSTODY_RECEIVE_MAX);
    if (liquid && in->ml_thousandth <= 0)
        fault_add(faults, STR("ml"), "required", "Write the volume in one, in mL.");
    if (!liquid && (in->pieces < 1 || in->each_ug % (in->pieces > 0 ? in->pieces : 1)))
        fault_add(faults, STR("pieces"), "required",
                  "Write how many are in one package; its mg are all of them together.");
    if (!date_parse(in->expiry_date, &expiry) || expiry < today)
        fault_add(faults, STR("expiry"), "expired",
                  "It has expired: send it back, and do not take it into the register.");
    if (!date_parse(in->received_date, &received) || received > today)
        fault_add(faults, STR("received"), "range", "Write the day it really came.");
}

static struct container delivered(struct tx *tx, const struct custody_delivery *in, int64_t n) {
    struct container c = {.id = id_new(tx->arena, tx->now_ms),
                          .number = number_text(tx->arena, n),
                          .drug = in->drug,
                          .form = in->form,
                          .product = in->product,
                          .lot = in->lot,
                          .expiry_date = in->expiry_date,
                          .place = in->place,
                          .supplier = in->supplier,
                          .invoice = in->invoice,
                          .received_date = in->received_date};
    if (in->pieces) c.piece_ug = (struct maybe_int){true, in->each_ug / in->pieces};
    else c.ug_per_ml = (struct maybe_int){true, in->each_ug * 1000 / in->ml_thousandth};
    return c;
}

enum err custody_receive(struct tx *tx, const struct custody_delivery *in, struct faults *faults,
                         struct str *first) {
    int64_t number;
    check_delivery(tx, in, faults);
    TRY(custody_check_place(tx, in->place, faults));
    TRY(faults_err(faults));
    TRY(next_number(tx, &number));
    for (int64_t i = 0; i < in->containers; i++) {
        struct container c = delivered(tx, in, number + i);
        struct custody_act act = {.kind = CUSTODY_receive, .amount_ug = in->each_ug};
        struct custody_entry entry = {.at_ms = tx->now_ms};
        TRY(judge(tx, &c, &act, faults));
        TRY(custody_enter(tx, &c, &act, &entry));
        if (i == 0) *first = c.id;
    }
    return E_OK;
}

/* What is done with one container ------------------------------------------------------------- */

/* The syringe: what is in it has left the vial, and its own ledger begins. */
static enum err draw(struct tx *tx, struct container *vial, struct custody_act *act,
                     struct container *syringe) {
    int64_t number;
    TRY(next_number(tx, &number));
    *syringe = (struct container){.id = id_new(tx->arena, tx->now_ms),
                                  .number = number_text(tx->arena, number),
                                  .parent_id = vial->id,
                                  .drug = vial->drug,
                                  .form = STR("syringe"),
                                  .product = vial->product,
                                  .ug_per_ml = vial->ug_per_ml,
                                  .lot = vial->lot,
                                  .expiry_date = vial->expiry_date,
                                  .place = vial->place,
                                  .received_date =
                                      clock_date_text(tx->arena, tx->now_ms)};
    struct custody_entry out = {.child_id = syringe->id}, in = {.at_ms = tx->now_ms};
    struct custody_act begins = {.kind = CUSTODY_receive,
                                 .amount_ug = act->amount_ug,
                                 .account_id = act->account_id,
                                 .reason = str_format(tx->arena, "drawn from %.*s",
                                                      STR_ARG(vial->number))};
    TRY(custody_enter(tx, syringe, &begins, &in));
    return custody_enter(tx, vial, act, &out);
}

static enum err move(struct tx *tx, const struct custody_do *in, struct container *c,
                     struct faults *faults) {
    TRY(custody_check_place(tx, in->place, faults));
    if (str_eq(in->place, c->place))
        fault_add(faults, STR("place"), "same", "It stands there already.");
    c->place = in->place;
    return faults_err(faults);
}

enum err custody_do(struct tx *tx, const struct custody_do *in, struct faults *faults,
                    struct container *out) {
    struct container c;
    TRY(container_load(tx, in->container_id, &c));
    struct custody_act act = {.kind = in->kind,
                              .amount_ug = in->amount_ug,
                              .second_id = in->second_id,
                              .reason = in->reason};
    if (in->kind == CUSTODY_adjust) act.amount_ug -= c.left_ug;
    TRY(judge(tx, &c, &act, faults));
    if (in->kind == CUSTODY_transfer) TRY(move(tx, in, &c, faults));
    if (in->kind == CUSTODY_draw) return draw(tx, &c, &act, out);
    struct custody_entry entry = {.at_ms = tx->now_ms};
    TRY(custody_enter(tx, &c, &act, &entry));
    *out = c;
    return in->kind == CUSTODY_loss ? custody_incident_of_loss(tx, &c, entry.amount_ug, in->reason)
                                    : E_OK;
}

enum err custody_recall_lot(struct tx *tx, struct str lot, struct str reason,
                            struct faults *faults, int *n) {
    struct container_rows rows;
    *n = 0;
    TRY(container_of_lot(tx, &(struct container_of_lot_in){lot}, &rows));
    for (ptrdiff_t i = 0; i < rows.n; i++) {
        struct custody_holding h = custody_holding_of(&rows.v[i], tx->now_ms);
        struct custody_act act = {.kind = CUSTODY_recall, .reason = reason};
        struct custody_entry entry = {.at_ms = tx->now_ms};
        if (!custody_may(&h, CUSTODY_recall)) continue;
        TRY(judge(tx, &rows.v[i], &act, faults));
        TRY(custody_enter(tx, &rows.v[i], &act, &entry));
        ++*n;
    }
    if (*n == 0)
        fault_add(faults, STR("lot"), "unknown", "There is nothing sealed or open of this lot.");
    return faults_err(faults);
}

/* A dose -------------------------------------------------------------------------------------- */

enum err custody_without(struct tx *tx, struct faults *faults) {
    int64_t required;
    TRY(setting_int(tx, SETTING_custody_required, &required));
    if (required)
        fault_add(faults, STR("container"), "required",
                  "Choose the container that the dose is taken from: this clinic's rule.");
    return faults_err(faults);
}

static const char *const portion_fields[] = {"container", "container2", "container3"};

/* The faults of the core, at the field of the dose's form. */
static void at_container(struct faults *faults, int from, struct str field) {
    bool first = str_is(field, portion_fields[0]);
    for (int i = from; i < faults->n; i++)
        if (!first || !str_is(faults->v[i].field, "amount")) faults->v[i].field = field;
}

static enum err judge_portion(struct tx *tx, struct custody_portion *part, const struct dose *want,
                              struct str field, struct faults *faults) {
    struct container *from = &part->from;
    struct custody_others_row others;
    enum err e = container_load(tx, part->container_id, from);
    if (e == E_UNKNOWN) fault_add(faults, field, "unknown", "There is no such container here.");
    if (e) return e == E_UNKNOWN ? E_OK : e;
    struct custody_act act = {.kind = CUSTODY_administer,
                              .amount_ug = part->amount_ug,
                              .patient_id = want->patient_id};
    enum err all_faults = judge(tx, from, &act, faults);
    (void)all_faults;
    if (!str_eq(from->drug, want->drug) || !custody_serves(from->form, want->route))
        fault_add(faults, field, "drug", "%.*s is %.*s in a %.*s: not for this dose.",
                  STR_ARG(from->number), STR_ARG(from->drug), STR_ARG(from->form));
    TRY(custody_others(tx, &(struct custody_others_in){from->id, want->patient_id}, &others));
    if (others.n && str_is(from->form, "syringe"))
        fault_add(faults, field, "used",
                  "%.*s was given to another patient: what is left in it is wasted.",
                  STR_ARG(from->number));
    return E_OK;
}

/* What the first gives is what the others leave of the dose. */
static void share_out(struct custody_portions *p, const struct dose *want, struct faults *faults) {
    int64_t others_ug = 0;
    for (int i = 1; i < p->n; i++) {
        others_ug += p->v[i].amount_ug;
        for (int k = 0; k < i; k++)
            if (str_eq(p->v[i].container_id, p->v[k].container_id))
                fault_add(faults, str_from(portion_fields[i]), "twice",
                          "This one is named already: write all that comes from it once.");
    }
    if (!p->v[0].amount_ug) p->v[0].amount_ug = want->amount_ug - others_ug;
    if (p->v[0].amount_ug <= 0 || p->v[0].amount_ug + others_ug != want->amount_ug)
        fault_add(faults, str_from(portion_fields[p->n > 1]), "sum",
                  "What comes from each container is the dose together, and each gives some.");
}

static void put_labels(struct tx *tx, const struct custody_portions *p, struct dose *want) {
    struct buf lots = buf_new(tx->arena, 64);
    for (int i = 0; i < p->n; i++) {
        const struct container *c = &p->v[i].from;
        bool said = false;
        for (int k = 0; k < i; k++) said |= str_eq(p->v[k].from.lot, c->lot);
        if (!said) buf_format(&lots, "%s%.*s", i ? ", " : "", STR_ARG(c->lot));
        if (i == 0 || str_cmp(c->expiry_date, want->expiry_date) < 0)
            want->expiry_date = c->expiry_date;
    }
    want->lot = buf_str(&lots);
}

enum err custody_before_dose(struct tx *tx, struct custody_portions *p, struct dose *want,
                             struct faults *faults) {
    share_out(p, want, faults);
    for (int i = 0; i < p->n; i++) {
        int from = faults->n;
        struct str field = str_from(portion_fields[i]);
        TRY(judge_portion(tx, &p->v[i], want, field, faults));
        at_container(faults, from, field);
    }
    TRY(faults_err(faults));
    put_labels(tx, p, want);
    return E_OK;
}

enum err custody_after_dose(struct tx *tx, struct custody_portions *p, const struct dose *given) {
    bool infusion = str_is(given->route, "iv") && given->minutes.is;
    for (int i = 0; i < p->n; i++) {
        struct container *from = &p->v[i].from, vial = *from;
        struct custody_act act = {.kind = CUSTODY_draw, .amount_ug = p->v[i].amount_ug,
                                  .account_id = given->given_by};
        if (infusion && str_is(vial.form, "vial")) TRY(draw(tx, &vial, &act, from));
        act.kind = CUSTODY_administer;
        act.second_id = given->checked_by;
        act.patient_id = given->patient_id;
        struct custody_entry entry = {.dose_id = given->id, .at_ms = given->given_ms};
        TRY(custody_enter(tx, from, &act, &entry));
    }
    return E_OK;
}

enum err custody_undelivered(struct tx *tx, struct str dose_id, int64_t rest_ug,
                             struct str reason) {
    struct custody_entry_rows given;
    TRY(custody_of_dose(tx, &(struct custody_of_dose_in){dose_id}, &given));
    for (ptrdiff_t i = given.n; i-- > 0 && rest_ug > 0;) {
        struct container c;
        int64_t here_ug = given.v[i].amount_ug;
        struct custody_act act = {.kind = CUSTODY_undelivered,
                                  .amount_ug = rest_ug < here_ug ? rest_ug : here_ug,
                                  .account_id = tx->actor.account_id,
                                  .patient_id = given.v[i].patient_id,
                                  .reason = reason};
        struct custody_entry entry = {.dose_id = dose_id};
        TRY(container_load(tx, given.v[i].container_id, &c));
        TRY(custody_enter(tx, &c, &act, &entry));
        rest_ug -= act.amount_ug;
    }
    return E_OK;
}
