#include "core/workup.h"

const char *workup_state_word(enum workup_state s) {
    static const char *const words[] = {"not needed", "done", "due", "stale", "overdue"};
    return words[s];
}

const struct workup_item *workup_item(const struct workup_rules *r, struct str id) {
    return STR_FIND(r->v, r->n, id, id);
}

bool workup_stale(const struct workup_item *item, int32_t done, int32_t on) {
    return on - done > item->valid_days;
}

/* Is it needed ------------------------------------------------------------------------------ */

static bool needed(const struct workup_item *item, const struct workup_facts *f,
                   const char **why) {
    *why = "";
    if (!item->conditional) return true;
    if (item->if_classes & f->classes) *why = "for a condition in the chart: ";
    else if (item->if_age && f->born == DATE_NONE) *why = "the age is not known: ";
    else if (item->if_age && date_age_years(f->born, f->today) >= item->if_age)
        *why = "for the age: ";
    else if (item->if_childbearing && f->childbearing == ANSWER_YES)
        *why = "pregnancy is possible: ";
    else if (item->if_childbearing && f->childbearing == ANSWER_NOT_KNOWN)
        *why = "whether pregnancy is possible is not known: ";
    else return false;
    return true;
}

/* When -------------------------------------------------------------------------------------- */

/* Asked for from some days before `from` on, and to be done by `due`. */
static struct workup_ruling by_day(int32_t from, int32_t due, int32_t today, bool done,
                                   const char *why) {
    enum workup_state state = today > due                        ? WORKUP_OVERDUE
                              : today >= from - WORKUP_LEAD_DAYS ? WORKUP_DUE
                              : done                             ? WORKUP_DONE
                                                                 : WORKUP_NOT_NEEDED;
    return (struct workup_ruling){state, due, why, ""};
}

static struct workup_ruling at_screening(const struct workup_item *item,
                                         const struct workup_facts *f, int32_t done) {
    bool has = done != DATE_NONE;
    if (f->stage != STAGE_SCREENING)
        return (struct workup_ruling){has ? WORKUP_DONE : WORKUP_NOT_NEEDED, DATE_NONE,
                                      has ? "nothing more is asked" : "belonged to screening"};
    if (has && workup_stale(item, done, f->today))
        return (struct workup_ruling){WORKUP_STALE, done + item->valid_days,
                                      "too old for a decision: repeat it"};
    if (has) return (struct workup_ruling){WORKUP_DONE, done + item->valid_days, "good until then"};
    int32_t due = f->opened + item->days[WORKUP_SCREENING];
    return (struct workup_ruling){f->today > due ? WORKUP_OVERDUE : WORKUP_DUE, due,
                                  "screening asks for it"};
}

static struct workup_ruling at_dose(const struct workup_item *item, const struct workup_facts *f,
                                    int32_t done) {
    int32_t next = f->next_dose;
    if (next == DATE_NONE) return (struct workup_ruling){WORKUP_NOT_NEEDED, DATE_NONE, ""};
    int32_t from = next - item->days[WORKUP_DOSE];
    if (done != DATE_NONE && done >= from)
        return (struct workup_ruling){WORKUP_DONE, next, "good for the dose of that day"};
    if (f->today < from)
        return (struct workup_ruling){WORKUP_NOT_NEEDED, from, "not yet: shortly before the dose"};
    return (struct workup_ruling){f->today > next ? WORKUP_OVERDUE : WORKUP_DUE, next,
                                  "before the dose of that day"};
}

static struct workup_ruling every(const struct workup_item *item, const struct workup_facts *f,
                                  enum workup_when when, int32_t done) {
    int32_t due = (done != DATE_NONE ? done : f->opened) + item->days[when];
    return by_day(due, due, f->today, done != DATE_NONE,
                  when == WORKUP_MONTHLY ? "doses are monthly or more often" : "in maintenance");
}

static struct workup_ruling at(const struct workup_item *item, const struct workup_facts *f,
                               enum workup_when when, int32_t done) {
    static const struct workup_ruling none = {WORKUP_NOT_NEEDED, DATE_NONE, ""};
    switch (when) {
    case WORKUP_SCREENING: return at_screening(item, f, done);
    case WORKUP_DOSE: return at_dose(item, f, done);
    case WORKUP_MAINTENANCE:
        return f->stage == STAGE_MAINTENANCE ? every(item, f, when, done) : none;
    case WORKUP_MONTHLY:
        return f->monthly && f->stage != STAGE_SCREENING ? every(item, f, when, done) : none;
    case WORKUP_EXPOSURE:
        return f->exposure == DATE_NONE || done >= f->exposure
                   ? none
                   : by_day(f->exposure, f->exposure + item->days[when], f->today,
                            done != DATE_NONE, "cumulative exposure");
    case WORKUP_WHENS: break;
    }
    return none;
}

struct workup_ruling workup_judge(const struct workup_item *item, const struct workup_facts *f,
                                  int32_t done) {
    struct workup_ruling worst = {WORKUP_NOT_NEEDED, DATE_NONE, "", ""};
    const char *why;
    if (f->stage == STAGE_OVER) {
        worst.why = "the way has ended";
        return worst;
    }
    if (!needed(item, f, &why)) {
        worst.why = item->if_childbearing ? "pregnancy is not possible"
                                          : "neither age nor a condition asks for it";
        return worst;
    }
    for (int w = 0; w < WORKUP_WHENS; w++) {
        if (!(item->at >> w & 1)) continue;
        struct workup_ruling r = at(item, f, (enum workup_when)w, done);
        bool says = r.state > worst.state || (r.state == worst.state && r.why[0] && !worst.why[0]);
        if (says) worst = r;
    }
    worst.for_whom = why;
    return worst;
}
