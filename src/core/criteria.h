/*
 * criteria: a table of questions with lines through their answers, as a clinic signs it off:
 * what must be so before a dose, for a dose, before going home. content/monitoring/.
 *
 *     criteria gate 1
 *     title    Before the dose
 *     source   CLINICAL 4.2
 *     number ITEM | ROUTES | NAME | UNIT | LIMITS | SOURCE       LIMITS as core/limit.h has them,
 *                                                                levels caution and hold
 *     choice ITEM | ROUTES | NAME | WORD OUTCOME, ... | SOURCE   outcomes pass caution hold
 *     score  ITEM | asked|not-asked | [ITEM ITEM ...] | SOURCE   a number row: the sum of choices,
 *                                                                the last word 0, the one before 1
 *     say    ITEM OUTCOME | what to do                           outcome: any, missing too
 *     set    NAME NUMBER UNIT | SOURCE                           what the caller computes with
 *     note   NAME | TEXT | SOURCE                                a sentence to print
 *     test   ROUTE [ITEM=VALUE ...] -> ITEM OUTCOME              base.ITEM=VALUE: a baseline
 *
 * ROUTES is `*` or routes with one space between; of several rows for one item the first that
 * names the route counts, before a `*`. A score and its parts are asked where the clinic has chosen
 * one that they belong to; a score without parts is computed by the caller. A value that is not
 * known is `missing`, never a pass. A file without a test, or whose test does not hold, is
 * refused. Pure.
 */
#ifndef CAIRN_CRITERIA_H
#define CAIRN_CRITERIA_H

#include "core/limit.h"
#include "core/ruling.h"

enum {
    CRITERIA_MAX = 56,
    CRITERIA_CHOICES_MAX = 8,
    CRITERIA_SETTINGS_MAX = 16,
    CRITERIA_SAYS_MAX = 64,
    CRITERIA_NOTES_MAX = 12,
    CRITERIA_SCORES_MAX = 8,
};

struct criteria_choices {
    struct criteria_choice {
        struct str word;
        enum ruling_outcome outcome;
    } v[CRITERIA_CHOICES_MAX];
    int n;
};

struct criteria_row {
    struct str item, routes, name, unit, source;
    bool is_choice;
    struct limits limits; /* number: level is an enum ruling_outcome */
    struct criteria_choices choices;
};

struct criteria {
    struct str id, title, source;
    int version;
    struct criteria_row v[CRITERIA_MAX];
    int n;
    struct criteria_say {
        struct str item, text;
        enum ruling_outcome outcome;
    } says[CRITERIA_SAYS_MAX];
    int says_n;
    struct criteria_setting {
        struct str name, unit, source;
        double v;
    } settings[CRITERIA_SETTINGS_MAX];
    int settings_n;
    struct criteria_note {
        struct str name, text, source;
    } notes[CRITERIA_NOTES_MAX];
    int notes_n;
    struct criteria_score {
        struct str item, parts, source;
        bool asked;
    } scores[CRITERIA_SCORES_MAX];
    int scores_n;
};

enum value_state { VALUE_UNKNOWN, VALUE_KNOWN, VALUE_NOT_ASKED /* the row does not apply now */ };

struct criteria_value {
    struct str item;
    enum value_state state;
    struct measured v, baseline; /* number; baseline parts 0: not known */
    struct str word;             /* choice */
    struct str when;             /* "10:40", for the sentence; may be absent */
};

struct criteria_values {
    const struct criteria_value *v;
    ptrdiff_t n;
};

/* Usable only when no fault was added. */
const struct criteria *criteria_read(struct arena *a, struct str file, struct str text,
                                     struct faults *faults);
/* The row that speaks of the item on this route; NULL: none. */
const struct criteria_row *criteria_find(const struct criteria *c, struct str route,
                                         const char *item);
/* The i-th row that applies to the route and is asked, in the order of the file; NULL past the
 * end: what a form asks for. */
const struct criteria_row *criteria_row_at(const struct criteria *c, struct str route, int i);
/* The score of that name; NULL: none. Its number is computed, and nobody is asked for it. */
const struct criteria_score *criteria_score(const struct criteria *c, struct str item);
/* The sum of its parts; parts 0: it has none, or one of them is not known. */
struct measured criteria_sum(const struct criteria *c, const struct criteria_score *score,
                             struct criteria_values values);
/* The number of a `set` line; false: the file has none of that name. */
bool criteria_setting(const struct criteria *c, const char *name, double *v);
/* The text of a `note` line; absent: none of that name. */
struct str criteria_note(const struct criteria *c, const char *name);
/* One row and one value (NULL: not known). */
struct ruling criteria_rule(struct arena *a, const struct criteria *c,
                            const struct criteria_row *row, const struct criteria_value *value);
/* Every row of the route; rows whose value is VALUE_NOT_ASKED are left out. */
void criteria_judge(const struct criteria *c, struct str route, struct criteria_values values,
                    struct rulings *out);
const struct criteria_value *criteria_value_of(struct criteria_values values, struct str item);
/* What to do for an outcome of an item; absent: the file does not say. */
struct str criteria_say(const struct criteria *c, struct str item, enum ruling_outcome o);

/* "hr=72 escort=yes bp=128/82" as stored in gate_answers. Words that name no row of the route,
 * or whose value does not fit it, are faults (field = item). */
struct criteria_values criteria_values_read(struct arena *a, const struct criteria *c,
                                            struct str route, struct str text,
                                            struct faults *faults);

#endif
