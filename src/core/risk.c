#include "core/risk.h"

#include "base/lines.h"

const char *const risk_states[RISK_STATES] = {"open",    "contacted", "assessed",
                                              "planned", "follow_up", "closed"};
const char *const risk_levels[RISK_LEVELS] = {"low", "moderate", "high"};

const char *risk_state_name(enum risk_state s) { return risk_states[s]; }
const char *risk_level_name(enum alert_level l) { return risk_levels[l]; }

bool risk_state_parse(struct str name, enum risk_state *out) {
    int i = str_index(name, risk_states, RISK_STATES);
    if (i >= 0) *out = (enum risk_state)i;
    return i >= 0;
}

bool risk_level_parse(struct str name, enum alert_level *out) {
    int i = str_index(name, risk_levels, RISK_LEVELS);
    if (i >= 0) *out = (enum alert_level)i;
    return i >= 0;
}

bool risk_allows(enum risk_state now, enum risk_finding found, enum risk_act act,
                 enum risk_state *to) {
    static const struct {
        enum risk_state from, to;
    } acts[] = {[RISK_CONTACT] = {RISK_OPEN, RISK_CONTACTED},
                [RISK_ASSESS] = {RISK_CONTACTED, RISK_ASSESSED},
                [RISK_PLAN] = {RISK_ASSESSED, RISK_PLANNED},
                [RISK_FOLLOW] = {RISK_PLANNED, RISK_FOLLOW_UP},
                [RISK_CLOSE] = {RISK_FOLLOW_UP, RISK_CLOSED}};
    *to = acts[act].to;
    if (act == RISK_CLOSE && now == RISK_ASSESSED && found == RISK_FINDING_NONE) return true;
    return now == acts[act].from;
}

static struct civil_minute by_closing(const struct risk_time *t, const struct hours *h,
                                      struct civil_minute from) {
    struct civil_minute closes, least = civil_add(from, t->least);
    if (hours_open(h, from) && hours_closes(h, from.days, &closes))
        return civil_cmp(closes, least) > 0 ? closes : least;
    struct civil_minute opened = civil_add(hours_next(h, from), t->least);
    struct civil_minute span = civil_add(from, t->minutes);
    return civil_cmp(opened, span) < 0 ? opened : span;
}

static struct civil_minute next_day(const struct hours *h, struct civil_minute from) {
    struct civil_minute closes;
    for (int32_t day = from.days + 1; day <= from.days + HOURS_DAYS; day++)
        if (hours_closes(h, day, &closes)) return closes;
    return civil_add(from, DAY_MINUTES);
}

struct risk_due risk_time_due(const struct risk_time *t, const struct hours *h,
                              struct civil_minute from) {
    if (t->kind == RISK_TIME_DAY) return (struct risk_due){-1, by_closing(t, h, from)};
    if (t->kind == RISK_TIME_NEXT_DAY) return (struct risk_due){-1, next_day(h, from)};
    return (struct risk_due){t->minutes, civil_add(from, t->minutes)};
}

struct str risk_concern(const struct risk_rules *r, struct str instrument) {
    for (int i = 0; i < r->concerns.n; i++)
        if (word_among(r->concerns.v[i].list, instrument)) return r->concerns.v[i].name;
    for (int i = 0; i < r->concerns.n; i++)
        if (str_is(r->concerns.v[i].list, "*")) return r->concerns.v[i].name;
    return r->concerns.v[0].name;
}

const struct risk_row *risk_signal(const struct risk_rules *r, const char *place, struct str item,
                                   struct str word) {
    for (int i = 0; i < r->signals.n; i++) {
        const struct risk_row *s = &r->signals.v[i];
        if (str_is(s->place, place) && str_eq(s->item, item) && str_eq(s->word, word)) return s;
    }
    return NULL;
}

struct str risk_next_role(const struct risk_rules *r, struct str role) {
    int at = r->chain_n;
    for (int i = 0; i < r->chain_n; i++)
        if (str_eq(r->chain[i], role)) at = i;
    if (at == r->chain_n) return r->chain[0];
    return at + 1 < r->chain_n ? r->chain[at + 1] : STR_ABSENT;
}

bool risk_plan_allows(const struct risk_rules *r, struct str plan, enum alert_level level) {
    for (int i = 0; i < r->plans.n; i++)
        if (str_eq(r->plans.v[i].name, plan))
            return word_among(r->plans.v[i].list, str_from(risk_levels[level]));
    return false;
}

struct str risk_advice(const struct risk_rules *r, enum alert_level level, enum risk_state state) {
    for (int i = 0; i < r->advice.n; i++)
        if (r->advice.v[i].level == level && r->advice.v[i].state == state)
            return r->advice.v[i].text;
    return STR_ABSENT;
}

/* A date or a house number is no telephone: only a run of digits and their signs counts, the
 * last that is long enough. */
struct str risk_phone(struct arena *a, struct str line) {
    enum { SHORT = 3, LONG = 7, LONGEST = 15 };
    struct str found = STR_ABSENT;
    for (ptrdiff_t i = 0; i < line.n;) {
        char digits[LONGEST + 2];
        int n = 0;
        bool plus = false;
        ptrdiff_t from = i;
        for (; i < line.n; i++) {
            char c = line.s[i];
            bool sign = c == ' ' || c == '-' || c == '.' || c == '(' || c == ')' || c == '+';
            if ((c < '0' || c > '9') && !sign) break;
            if (n == 0) plus |= c == '+';
            if (!sign && n <= LONGEST) digits[n++] = c;
        }
        if (n == SHORT || (n >= LONG && n <= LONGEST))
            found = str_format(a, "%s%.*s", plus ? "+" : "", n, digits);
        if (i == from) i++;
    }
    return found;
}
