/* Counts of the register, and the incidents that come of them. What is expected is looked up only
 * after the numbers were given: a count is blind. */
#include "app/custody.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/date.h"
#include "core/dose.h"

/* Incidents ---------------------------------------------------------------------------------- */

static enum err open_incident(struct tx *tx, struct custody_incident *row) {
    row->opened_ms = tx->now_ms;
    row->opened_by = tx->actor.account_id;
    row->state = STR("open");
    tx_event(tx, "incident_opened", row->told);
    return custody_incident_put(tx, row);
}

enum err custody_incident_of_loss(struct tx *tx, const struct container *c, int64_t missing_ug,
                                  struct str told) {
    struct custody_incident row = {.container_id = c->id, .product = c->product, .lot = c->lot,
                                   .place = c->place, .cause = STR("loss"),
                                   .missing_ug = missing_ug, .told = told};
    return open_incident(tx, &row);
}

enum err custody_investigate(struct tx *tx, const struct custody_step *in,
                             struct faults *faults) {
    struct custody_incident row;
    TRY(custody_incident_load(tx, in->id, &row));
    if (str_is(row.state, "closed")) {
        fault_add(faults, STR(""), "state", "This incident is closed; open a new count.");
        return E_BLOCKED;
    }
    if (in->expect && row.version != in->expect) return E_CONFLICT;
    if (str_trim(in->finding).n == 0)
        fault_add(faults, STR("finding"), "required", "Write what was looked at and found.");
    TRY(faults_err(faults));
    row.finding = in->finding;
    row.investigated_ms = (struct maybe_int){true, tx->now_ms};
    row.investigated_by = tx->actor.account_id;
    if (in->notified && !row.notified_ms.is)
        row.notified_ms = (struct maybe_int){true, tx->now_ms};
    if (in->form106 && !row.form106_ms.is) row.form106_ms = (struct maybe_int){true, tx->now_ms};
    bool reported = row.notified_ms.is || row.form106_ms.is;
    if (reported) row.reported_by = tx->actor.account_id;
    row.state = reported ? STR("reported") : STR("investigated");
    tx_event(tx, "incident_investigated", in->finding);
    return custody_incident_put(tx, &row);
}

enum err custody_close(struct tx *tx, struct str id, struct str second_id, struct str outcome,
                       struct faults *faults) {
    struct custody_incident row;
    TRY(custody_incident_load(tx, id, &row));
    if (!row.finding.s || str_is(row.state, "closed")) {
        fault_add(faults, STR(""), "state", "%s",
                  row.finding.s ? "This incident is closed."
                                : "Nobody has written what was found: look into it first.");
        return E_BLOCKED;
    }
    if (str_eq(second_id, tx->actor.account_id))
        fault_add(faults, STR("checker_name"), "two_person",
                  "One person twice is no two people: a colleague signs.");
    TRY(faults_err(faults));
    row.closed_ms = (struct maybe_int){true, tx->now_ms};
    row.closed_by = tx->actor.account_id;
    row.closed_second = second_id;
    row.outcome = outcome;
    row.state = STR("closed");
    tx_event(tx, "incident_closed", outcome);
    return custody_incident_put(tx, &row);
}

/* Counts ------------------------------------------------------------------------------------- */

struct counting {
    struct tx *tx;
    const struct content *content;
    const struct custody_count_in *in;
    struct faults *faults;
    struct custody_count row;
    int64_t position;
};

static const struct custody_line *line_of(const struct counting *c, struct str key) {
    for (ptrdiff_t i = 0; i < c->in->n; i++)
        if (str_eq(c->in->lines[i].key, key)) return &c->in->lines[i];
    fault_add(c->faults, key, "required", "Count it; 0 where there is none.");
    return NULL;
}

static struct str told_of(struct arena *a, const struct custody_count_line *l) {
    if (!l->container_id.s)
        return str_format(a, "%lld counted where the register has %lld", (long long)l->counted,
                          (long long)l->expected);
    struct buf b = buf_new(a, 96);
    dose_put_mg(&b, l->counted_ug);
    buf_z(&b, " counted where the register has ");
    dose_put_mg(&b, l->expected_ug);
    return buf_str(&b);
}

static enum err put_line(struct counting *c, struct custody_count_line *l, bool differs) {
    struct custody_incident incident = {.container_id = l->container_id,
                                        .product = l->product,
                                        .lot = l->lot,
                                        .place = c->row.place,
                                        .cause = STR("count"),
                                        .missing_ug = l->expected_ug - l->counted_ug,
                                        .told = told_of(c->tx->arena, l)};
    l->count_id = c->row.id;
    l->position = c->position++;
    if (differs) {
        TRY(open_incident(c->tx, &incident));
        l->incident_id = incident.id;
    }
    tx_event(c->tx, "custody_counted", STR_ABSENT);
    return custody_count_line_put(c->tx, l);
}

static enum err count_group(struct counting *c, const struct sealed_group_row *g) {
    const struct custody_line *said = line_of(c, g->key);
    if (!said || c->faults->n) return E_OK;
    struct custody_count_line l = {.product = g->product, .drug = g->drug, .form = g->form,
                                   .lot = g->lot, .expiry_date = g->expiry_date,
                                   .expected = g->containers, .counted = said->counted,
                                   .expected_ug = g->left_ug,
                                   .counted_ug = g->left_ug / g->containers * said->counted};
    if (l.counted == l.expected) l.counted_ug = l.expected_ug;
    return put_line(c, &l, l.counted != l.expected);
}

/* What was seen in an open container is an entry of its own ledger too; it moves nothing. */
static enum err enter_count(struct counting *c, struct container *from, int64_t counted_ug) {
    struct custody_act act = {.kind = CUSTODY_count, .account_id = c->row.account_id,
                              .second_id = c->row.second_id};
    struct custody_entry entry = {.counted_ug = {true, counted_ug}};
    return custody_enter(c->tx, from, &act, &entry);
}

static enum err count_open(struct counting *c, struct container *from) {
    const struct custody_line *said = line_of(c, from->id);
    if (!said || c->faults->n) return E_OK;
    struct custody_counted seen = {from->form, from->received_ug, from->ug_per_ml.v,
                                   from->piece_ug.v, from->left_ug, said->counted_ug};
    const struct criteria *rules = c->content->custody;
    struct criteria_value off = {
        .item = STR("off"), .state = VALUE_KNOWN, .v = {1, {custody_off(rules, &seen)}}};
    struct ruling r = criteria_rule(c->tx->arena, rules,
                                    criteria_find(rules, from->form, "off"), &off);
    struct custody_count_line l = {.container_id = from->id, .product = from->product,
                                   .drug = from->drug, .form = from->form, .lot = from->lot,
                                   .expiry_date = from->expiry_date, .expected = 1,
                                   .counted = said->counted_ug > 0 || from->left_ug == 0,
                                   .expected_ug = from->left_ug, .counted_ug = said->counted_ug};
    TRY(enter_count(c, from, said->counted_ug));
    return put_line(c, &l, r.outcome != RULING_PASS);
}

static enum err count_all(struct counting *c) {
    struct sealed_group_rows groups;
    struct container_rows open;
    struct str place = c->row.place;
    TRY(sealed_group(c->tx, &(struct sealed_group_in){place}, &groups));
    TRY(container_opened(c->tx, &(struct container_opened_in){place}, &open));
    for (ptrdiff_t i = 0; i < groups.n; i++) TRY(count_group(c, &groups.v[i]));
    for (ptrdiff_t i = 0; i < open.n; i++) TRY(count_open(c, &open.v[i]));
    return faults_err(c->faults);
}

static enum err check_count(struct tx *tx, const struct custody_count_in *in,
                            struct faults *faults) {
    TRY(custody_check_place(tx, in->place, faults));
    if (str_eq(in->second_id, tx->actor.account_id))
        fault_add(faults, STR("checker_name"), "two_person",
                  "One person twice is no two people: a colleague signs.");
    if (str_is(in->kind, "inventory") && !in->moment.n)
        fault_add(faults, STR("moment"), "required",
                  "Say whether it is the opening or the close of business.");
    return faults_err(faults);
}

enum err custody_take_count(struct tx *tx, const struct content *content,
                            const struct custody_count_in *in, struct faults *faults,
                            struct str *count_id) {
    TRY(check_count(tx, in, faults));
    bool inventory = str_is(in->kind, "inventory");
    struct counting c = {.tx = tx, .content = content, .in = in, .faults = faults};
    c.row = (struct custody_count){.place = in->place,
                                   .kind = inventory ? STR("inventory") : STR("shift"),
                                   .moment = inventory ? in->moment : STR_ABSENT,
                                   .at_ms = tx->now_ms,
                                   .account_id = tx->actor.account_id,
                                   .second_id = in->second_id,
                                   .note = in->note.n ? in->note : STR_ABSENT};
    tx_event(tx, "custody_counted", c.row.note);
    TRY(custody_count_put(tx, &c.row));
    *count_id = c.row.id;
    return count_all(&c);
}
