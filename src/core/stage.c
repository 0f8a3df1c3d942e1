#include "core/stage.h"

#include "base/lines.h"

#define MINUTE INT64_C(60000)

static const struct {
    const char *name, *word;
    int acts;
} stages[STAGE_COUNT] = {
    [STAGE_PLANNED] = {"planned", "planned", ACT_CHECK_IN},
    [STAGE_CHECKED_IN] = {"checked_in", "checked in", ACT_GATE | ACT_OBSERVE | ACT_STOP},
    [STAGE_GATE_PASSED] = {"gate_passed", "gate passed",
                           ACT_GATE | ACT_DOSE | ACT_OBSERVE | ACT_STOP}, /* judged again */
    [STAGE_DOSING] = {"dosing", "dosing", ACT_DOSE | ACT_OBSERVE | ACT_STOP | ACT_DISCHARGE},
    [STAGE_PEAK] = {"peak", "peak", ACT_DOSE | ACT_OBSERVE | ACT_STOP | ACT_DISCHARGE},
    /* a dose that is written down late finds the session here */
    [STAGE_RECOVERING] = {"recovering", "recovering",
                          ACT_DOSE | ACT_OBSERVE | ACT_STOP | ACT_DISCHARGE},
    [STAGE_READY] = {"ready", "ready to leave", ACT_OBSERVE | ACT_DISCHARGE},
    [STAGE_DISCHARGED] = {"discharged", "discharged", 0},
    [STAGE_STOPPED] = {"stopped", "stopped", ACT_CHECK_IN},
};

const char *stage_name(enum stage s) { return stages[s].name; }
const char *stage_word(enum stage s) { return stages[s].word; }

struct stage_facts stage_nothing(void) {
    int64_t no = VITALS_NO_TIME;
    return (struct stage_facts){STR(""), no, no, no, no, no, no, no, no, false};
}

static bool was(int64_t at_ms, int64_t now_ms) {
    return at_ms != VITALS_NO_TIME && at_ms <= now_ms;
}

static const struct stage_rule *rule_of(const struct session_rules *r, struct str route) {
    for (int i = 0; i < r->stages_n; i++) {
        struct str routes = r->stages[i].routes;
        if (word_among(routes, route) || word_among(routes, STR("*"))) return &r->stages[i];
    }
    return NULL;
}

static bool peaks(const struct stage_rule *rule, const struct stage_facts *f, int64_t now_ms) {
    if (was(f->peak_ms, now_ms)) return true;
    if (!rule) return false;
    int64_t from_ms = rule->peak_from_end ? f->dose_end_ms : f->dose_ms;
    return now_ms >= from_ms + rule->peak_min * MINUTE;
}

/* A dose after the effect was seen fading begins it anew. */
static bool recovers(const struct stage_rule *rule, const struct stage_facts *f, int64_t now_ms) {
    if (f->stopped || (was(f->offset_ms, now_ms) && f->offset_ms >= f->dose_end_ms)) return true;
    return rule && now_ms >= f->dose_end_ms + rule->recovering_min * MINUTE;
}

enum stage stage_of(const struct session_rules *r, const struct stage_facts *f, int64_t now_ms) {
    const struct stage_rule *rule = rule_of(r, f->route);
    bool dosed = f->dose_ms != VITALS_NO_TIME;
    if (f->checked_in_ms == VITALS_NO_TIME) return STAGE_PLANNED;
    if (f->stopped && !dosed) return STAGE_STOPPED;
    if (f->gate_passed_ms == VITALS_NO_TIME) return STAGE_CHECKED_IN;
    if (!dosed) return STAGE_GATE_PASSED;
    if (f->discharged_ms != VITALS_NO_TIME) return STAGE_DISCHARGED;
    if (f->ready_ms != VITALS_NO_TIME) return STAGE_READY;
    if (recovers(rule, f, now_ms)) return STAGE_RECOVERING;
    return peaks(rule, f, now_ms) ? STAGE_PEAK : STAGE_DOSING;
}

bool stage_allows(const struct session_rules *r, const struct stage_facts *f, int64_t now_ms,
                  enum stage_act act) {
    bool stopped = f->stopped && f->dose_ms != VITALS_NO_TIME;
    if (stopped && (act == ACT_DOSE || act == ACT_STOP)) return false;
    return stages[stage_of(r, f, now_ms)].acts & act;
}
