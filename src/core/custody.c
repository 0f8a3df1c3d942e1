#include "core/custody.h"

#include <math.h>

#include "base/date.h"
#include "core/dose.h"

enum flow { FLOW_IN, FLOW_OUT, FLOW_BACK, FLOW_WHOLE, FLOW_FOUND, FLOW_STAY };
enum need { SECOND = 1, REASON = 2, FRESH = 4, PATIENT = 8 };
enum weekday { MONDAY = 0, THURSDAY = 3, FRIDAY = 4 };
enum state { SEALED = 1, OPEN = 2, EMPTY = 4, RECALLED = 8, GONE = 16, ANY = 31 };

static const struct {
    const char *name, *event, *text;
    size_t total; /* its offset */
    enum flow flow;
    unsigned needs, states;
} kinds[] = {
#define KIND(name, total, flow, needs, states, text)                                              \
    {#name, "custody_" #name, text, offsetof(struct custody_totals, total), FLOW_##flow, needs,   \
     states},
#include "core/custody.def"
#undef KIND
};

const char *custody_name(enum custody_kind k) { return kinds[k].name; }
const char *custody_text(enum custody_kind k) { return kinds[k].text; }
const char *custody_event(enum custody_kind k) { return kinds[k].event; }

bool custody_parse(struct str name, enum custody_kind *out) {
    for (int k = 0; k < CUSTODY_KINDS; k++)
        if (str_is(name, kinds[k].name)) {
            *out = (enum custody_kind)k;
            return true;
        }
    return false;
}

bool custody_balanced(const struct custody_totals *t) {
    return t->received_ug + t->adjusted_ug ==
               t->given_ug + t->wasted_ug + t->drawn_ug + t->returned_ug + t->destroyed_ug +
                   t->lost_ug + t->left_ug &&
           t->left_ug >= 0;
}

static unsigned state_of(struct str word) {
    return str_is(word, "sealed")     ? SEALED
           : str_is(word, "open")     ? OPEN
           : str_is(word, "empty")    ? EMPTY
           : str_is(word, "recalled") ? RECALLED
                                      : GONE;
}

/* Lozenges and devices are given out of their package as they are: nobody opens them first. */
static unsigned states_of(const struct custody_holding *h, enum custody_kind kind) {
    bool piece = str_is(h->form, "lozenge") || str_is(h->form, "device");
    if (kind == CUSTODY_draw && !str_is(h->form, "vial")) return 0;
    return kinds[kind].states | (kind == CUSTODY_administer && piece ? SEALED : 0);
}

bool custody_may(const struct custody_holding *h, enum custody_kind kind) {
    if (kind == CUSTODY_receive) return !h->state.s;
    return h->state.s && (states_of(h, kind) & state_of(h->state)) != 0;
}

static void judge_amount(const struct custody_holding *h, const struct custody_act *act,
                         struct faults *faults) {
    enum flow flow = kinds[act->kind].flow;
    char room[64];
    struct arena scratch = arena_over(room, sizeof room);
    struct buf b = buf_new(&scratch, 32);
    dose_put_mg(&b, h->t.left_ug);
    struct str left = buf_str(&b);
    if ((flow == FLOW_IN || flow == FLOW_OUT || flow == FLOW_BACK) && act->amount_ug <= 0)
        fault_add(faults, STR("amount"), "range", "Write how much, in mg, above 0.");
    if (flow == FLOW_OUT && act->amount_ug > h->t.left_ug)
        fault_add(faults, STR("amount"), "range",
                  "There are %.*s in it by the register: no more can leave it.", STR_ARG(left));
    if (flow == FLOW_BACK && act->amount_ug > h->t.given_ug)
        fault_add(faults, STR("amount"), "range", "Less than that was given from it.");
    if (flow == FLOW_FOUND && act->amount_ug == 0)
        fault_add(faults, STR("amount"), "range",
                  "There are %.*s in it by the register already.", STR_ARG(left));
    if (flow == FLOW_FOUND && h->t.left_ug + act->amount_ug < 0)
        fault_add(faults, STR("amount"), "range", "Less than nothing cannot be in it.");
}

static void judge_people(const struct custody_act *act, struct faults *faults) {
    unsigned needs = kinds[act->kind].needs;
    if ((needs & SECOND) && !act->second_id.s)
        fault_add(faults, STR("checker_name"), "required",
                  "A second person signs with their own login.");
    if (act->second_id.s && str_eq(act->second_id, act->account_id))
        fault_add(faults, STR("checker_name"), "two_person",
                  "One person twice is no two people: a colleague signs.");
    if ((needs & REASON) && str_trim(act->reason).n == 0)
        fault_add(faults, STR("reason"), "required", "Write why.");
    if ((needs & PATIENT) && !act->patient_id.s)
        fault_add(faults, STR(""), "required", "What is given is given to a patient.");
}

void custody_judge(const struct custody_holding *h, const struct custody_act *act,
                   struct faults *faults) {
    if (!custody_may(h, act->kind)) {
        fault_add(faults, STR(""), "state", "It is %.*s: it cannot be %s.",
                  STR_ARG(h->state.s ? h->state : STR("not received")), kinds[act->kind].text);
        return;
    }
    if ((kinds[act->kind].needs & FRESH) && h->expiry < h->today)
        fault_add(faults, STR(""), "expired",
                  "It has expired: it cannot be %s. Destroy it with a witness, or return it.",
                  kinds[act->kind].text);
    judge_amount(h, act, faults);
    judge_people(act, faults);
}

static struct str state_after(const struct custody_holding *h, enum custody_kind kind) {
    if (kind == CUSTODY_receive) return str_is(h->form, "syringe") ? STR("open") : STR("sealed");
    if (kind == CUSTODY_return) return STR("returned");
    if (kind == CUSTODY_destroy) return STR("destroyed");
    if (kind == CUSTODY_recall) return STR("recalled");
    if (h->t.left_ug == 0) return STR("empty");
    if (kind == CUSTODY_undelivered)
        return str_is(h->state, "recalled") ? h->state : STR("open");
    bool opens = kind == CUSTODY_open || kind == CUSTODY_adjust || kind == CUSTODY_administer;
    return opens ? STR("open") : h->state;
}

void custody_apply(struct custody_holding *h, const struct custody_act *act, int64_t *moved_ug) {
    enum flow flow = kinds[act->kind].flow;
    int64_t amount = flow == FLOW_STAY    ? 0
                     : flow == FLOW_WHOLE ? h->t.left_ug
                                          : act->amount_ug;
    bool in = flow == FLOW_IN || flow == FLOW_FOUND || flow == FLOW_BACK;
    int64_t *total = (int64_t *)((char *)&h->t + kinds[act->kind].total);
    if (flow == FLOW_BACK) *total -= amount;
    else if (flow != FLOW_STAY) *total += amount;
    h->t.left_ug += in ? amount : -amount;
    h->state = state_after(h, act->kind);
    *moved_ug = amount;
    CHECK(custody_balanced(&h->t), "an act that was judged keeps the balance");
}

bool custody_serves(struct str form, struct str route) {
    static const struct {
        const char *form, *routes;
    } serves[] = {{"vial", "iv im sc sl sl-home in po"},
                  {"syringe", "iv im sc sl in po"},
                  {"lozenge", "sl sl-home po"},
                  {"device", "in esk"}};
    for (size_t i = 0; i < sizeof serves / sizeof *serves; i++) {
        if (!str_is(form, serves[i].form)) continue;
        for (struct str rest = str_from(serves[i].routes); rest.s;)
            if (str_eq(str_cut(rest, ' ', &rest), route)) return true;
    }
    return false;
}

double custody_off(const struct criteria *rules, const struct custody_counted *c) {
    double differs = fabs((double)(c->counted_ug - c->left_ug)), ml = 0, share = 0;
    bool liquid = str_is(c->form, "vial") || str_is(c->form, "syringe");
    if (!liquid) return differs / (double)(c->piece_ug > 0 ? c->piece_ug : 1000);
    CHECK(criteria_setting(rules, "tolerance_ml", &ml) &&
              criteria_setting(rules, "tolerance_share", &share),
          "custody_check saw to it");
    double by_volume = ml * (double)c->ug_per_ml;
    double by_share = share / 100 * (double)c->received_ug;
    double tolerance = fmax(fmax(by_volume, by_share), 1);
    return round(differs / tolerance * 1e6) / 1e6; /* so that the line itself lies on it */
}

/* "07-04" is that day; "01-mon3" the third Monday of January, "05-monL" the last of May. */
static bool falls_on(struct str holiday, int32_t day) {
    struct date d = date_from_days(day);
    struct str rest, month_text = str_cut(holiday, '-', &rest);
    int64_t month = 0, of_month;
    if (!str_to_int(month_text, &month) || d.month != month || rest.n < 2) return false;
    if (str_to_int(rest, &of_month)) return d.day == of_month;
    char nth = rest.s[rest.n - 1];
    bool is_nth = nth == 'L' ? date_from_days(day + 7).month != d.month
                             : (d.day - 1) / 7 == nth - '1';
    return is_nth && date_weekday(day) == (str_starts(rest, STR("mon")) ? MONDAY : THURSDAY);
}

static bool is_business(struct str holidays, int32_t day) {
    int weekday = date_weekday(day);
    if (weekday > FRIDAY) return false;
    for (struct str rest = holidays; rest.s;) {
        struct str holiday = str_cut(rest, ' ', &rest);
        if (falls_on(holiday, day) || (weekday == FRIDAY && falls_on(holiday, day + 1)) ||
            (weekday == MONDAY && falls_on(holiday, day - 1)))
            return false;
    }
    return true;
}

int32_t custody_business_day(const struct criteria *rules, int32_t after, int n) {
    struct str holidays = criteria_note(rules, "holidays");
    int32_t day = after;
    for (int i = 0; i < n; i++)
        do day++;
        while (!is_business(holidays, day));
    return day;
}

void custody_check(const struct criteria *rules, struct str file, struct faults *faults) {
    static const char *const settings[] = {"tolerance_ml", "tolerance_share", "inventory_years",
                                           "count_hours",  "notify_days",     "form_days"};
    static const char *const forms[] = {"vial", "syringe", "lozenge", "device"};
    static const char *const items[] = {"off", "expiry", "opened"};
    double v;
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        if (!criteria_setting(rules, settings[i], &v))
            fault_add(faults, file, "required", "no line 'set %s'", settings[i]);
    if (!criteria_note(rules, "holidays").n)
        fault_add(faults, file, "required", "no line 'note holidays'");
    for (size_t f = 0; f < sizeof forms / sizeof *forms; f++)
        for (size_t i = 0; i < sizeof items / sizeof *items; i++)
            if (!criteria_find(rules, str_from(forms[f]), items[i]))
                fault_add(faults, file, "required", "no row '%s' for the form %s", items[i],
                          forms[f]);
}
