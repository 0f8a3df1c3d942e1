/*
 * risk: what a clinic does when somebody may be in danger (CLINICAL 6), as content/risk/ says it.
 *
 *     open ─contact─> contacted ─assess─> assessed ─plan─> planned ─follow─> follow_up ─┐
 *      └─ not reached: open                  └── nothing found ──────────> closed <─close┘
 *
 * Each state has a time by which it is left, by level; an alert whose time is over goes to the
 * next person of the chain, and again, until the chain ends. Nothing leaves a state by itself.
 * A trigger is a measure's alert, an answer (`signal`), a rise of an item since a dose (`rise`),
 * or a person. Times are the clinic's own, by its hours (core/hours.h).
 *
 *     risk     ID VERSION                         of each file in the folder
 *     title    ...
 *     source   ...
 *     concern  NAME | words | INSTRUMENT ...      `*`: every other one
 *     signal   PLACE ITEM WORD | LEVEL | CONCERN | words | SOURCE
 *     rise     INSTRUMENT ITEM | LEVEL | words | SOURCE
 *     timer    LEVEL STATE | TIME | SOURCE
 *     again    LEVEL | TIME | SOURCE              how long each next person has
 *     chain    ROLE ... | SOURCE
 *     plan     NAME | words | LEVEL ... | SOURCE  what may be planned, at which levels
 *     advice   LEVEL STATE | what to do | SOURCE
 *     say      words to the patient               shown at once after an answer that triggers
 *     resource call|text|web ADDRESS | button | words | SOURCE
 *     hours    Mon-Fri 08:00-18:00                of the tests
 *     test     due LEVEL STATE Mon 10:00 -> Mon 18:00
 *     test     concern INSTRUMENT -> NAME
 *     test     signal PLACE ITEM WORD -> LEVEL
 *     test     says PHRASE
 *
 * TIME is `15 min`, `72 h`, `day 12 h 60 min` (by closing; with less than 60 minutes left those
 * 60; when closed, 12 h or 60 minutes after opening, whichever is first), or `next day` (by
 * closing of the next day that the clinic is open). Pure.
 */
#ifndef CAIRN_CORE_RISK_H
#define CAIRN_CORE_RISK_H

#include "core/hours.h"
#include "core/instrument.h"

enum risk_state {
    RISK_OPEN, RISK_CONTACTED, RISK_ASSESSED, RISK_PLANNED, RISK_FOLLOW_UP, RISK_CLOSED,
    RISK_STATES
};
enum risk_act { RISK_CONTACT, RISK_ASSESS, RISK_PLAN, RISK_FOLLOW, RISK_CLOSE, RISK_ACTS };

enum { RISK_LEVELS = ALERT_HIGH + 1, RISK_ROWS_MAX = 32, RISK_CHAIN_MAX = 6 };

enum risk_time_kind { RISK_TIME_NONE, RISK_TIME_SPAN, RISK_TIME_DAY, RISK_TIME_NEXT_DAY };
struct risk_time {
    enum risk_time_kind kind;
    int minutes; /* SPAN; DAY: when closed */
    int least;   /* DAY: what is always given, and from the opening */
};

/* A row of the content; which parts are used is its keyword's affair. */
struct risk_row {
    struct str place, item, word; /* signal; rise: an instrument; resource: kind, address */
    struct str name, text, list;  /* concern, plan, resource (name: the button) */
    enum alert_level level;
    enum risk_state state;
};
struct risk_rows {
    struct risk_row v[RISK_ROWS_MAX];
    int n;
};

struct risk_rules {
    struct risk_time timers[RISK_LEVELS][RISK_CLOSED];
    struct risk_time again[RISK_LEVELS];
    struct str chain[RISK_CHAIN_MAX]; /* roles, in order */
    int chain_n;
    struct risk_rows concerns, signals, rises, plans, advice, says, resources;
};

extern const char *const risk_states[RISK_STATES], *const risk_levels[RISK_LEVELS];
const char *risk_state_name(enum risk_state s);
bool risk_state_parse(struct str name, enum risk_state *out);
const char *risk_level_name(enum alert_level l);
bool risk_level_parse(struct str name, enum alert_level *out);

enum risk_finding { RISK_FINDING_NONE, RISK_FINDING_SOME };
/* Whether the act may be done now, and the state it leads to. */
bool risk_allows(enum risk_state now, enum risk_finding found, enum risk_act act,
                 enum risk_state *to);

/* By when: `minutes` after it began, or (minutes < 0) at that minute of the clinic's time. */
struct risk_due {
    int minutes;
    struct civil_minute at;
};
struct risk_due risk_time_due(const struct risk_time *t, const struct hours *h,
                              struct civil_minute from);

/* The concern that an instrument's alerts are about; the first when the file does not say. */
struct str risk_concern(const struct risk_rules *r, struct str instrument);
const struct risk_row *risk_signal(const struct risk_rules *r, const char *place, struct str item,
                                   struct str word); /* NULL: none */
/* Of the chain, who comes after this role; a role outside the chain comes before all. Absent:
 * nobody. */
struct str risk_next_role(const struct risk_rules *r, struct str role);
/* May this be planned at this level? */
bool risk_plan_allows(const struct risk_rules *r, struct str plan, enum alert_level level);
struct str risk_advice(const struct risk_rules *r, enum alert_level level, enum risk_state state);

/* The number that a line of a safety plan can be called at: "Maria, 303 555 0142" ->
 * "3035550142"; three digits (988) or seven and more. Absent: none. */
struct str risk_phone(struct arena *a, struct str line);

/* What the folder risk/ says, read file by file into one value; then run the tests of all. */
struct risk_reader;
struct risk_reader *risk_reader_new(struct arena *a, struct faults *faults);
void risk_read(struct risk_reader *r, struct str file, struct str text);
const struct risk_rules *risk_reader_end(struct risk_reader *r);

#endif
