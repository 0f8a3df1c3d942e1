/*
 * instrument: a questionnaire or rating scale as a value: its items, how they are answered,
 * how they are scored, and what a score means. One content file makes one instrument
 * (core/instrument_read.h); nothing here knows the name of any scale.
 *
 *     items --answers--> scores --bands, classes--> a word
 *                          |
 *                          +--alerts, notes--> what somebody must see
 *                          +--thresholds-----> response, remission (core/outcome.h)
 *
 * All of it lives in the arena it was read into and is never changed afterwards, so a form,
 * a FHIR Questionnaire, a score and a trend can share it. A new version is a new file with a
 * higher number: what was answered under the old one keeps the old one's meaning.
 */
#ifndef CAIRN_INSTRUMENT_H
#define CAIRN_INSTRUMENT_H

#include "base/err.h"

enum {
    ITEMS_MAX = 64,      /* the longest scale kept here has 30 */
    SCALES_MAX = 40,     /* one per item at worst (HAM-D) */
    CHOICES_MAX = 12,    /* of one scale */
    SCORES_MAX = 16,     /* QIDS has ten with its domains */
    BANDS_MAX = 10,
    RULES_MAX = 16,      /* alerts, notes, classes, asks: each */
    TERMS_MAX = 6,       /* of one condition */
    THRESHOLDS_MAX = 12,
    RELAPSES_MAX = 4,
    TESTS_MAX = 64,
    ALIASES_MAX = 4,
};

/* An answer that was not given. Answers are whole numbers; every other value is an answer. */
enum { ANSWER_MISSING = INT32_MIN };

enum ship { SHIP_YES, SHIP_SEPARATE, SHIP_SCORE }; /* what of the text may be given out */
enum rater { RATER_SELF, RATER_CLINICIAN };

struct choice {
    int value;
    struct str text;
    struct str code; /* LOINC answer code; absent: none */
};

/* How an item is answered: by one of some choices, or by a number from low to high. */
struct scale {
    struct str name;
    int choice_count; /* 0: a range */
    struct choice choices[CHOICES_MAX];
    int low, high, step;
    struct str low_text, high_text; /* the ends of a range, absent when not worded */
    int not_assessed;               /* a value that means so; ANSWER_MISSING: none */
};

struct item {
    struct str id;
    struct str code;  /* LOINC; absent: none */
    struct str label; /* one or two words of our own: always there */
    struct str text;  /* the published wording, where it may be given out; else absent */
    struct str heading; /* stands above it on the form; absent: none (core/wording.h) */
    const struct scale *scale;
    bool optional; /* may be left out without making the whole incomplete */
    bool unscored;
};

/* A reference to an item (0 ..) or to a score (REF_SCORE + its index). */
enum { REF_SCORE = ITEMS_MAX };

enum score_method {
    METHOD_SUM, METHOD_MEAN, METHOD_MAX, METHOD_COUNT, METHOD_PERCENT, METHOD_RANK
};

struct score_rule {
    struct str name;
    enum score_method method;
    bool internal; /* a step towards another score, not shown as a subscale */
    int n;
    int16_t member[ITEMS_MAX];    /* references */
    int16_t at_least[ITEMS_MAX];  /* METHOD_COUNT: the answer that counts */
    bool reversed[ITEMS_MAX];     /* low + high - answer */
    bool optional[ITEMS_MAX];     /* left out when missing, without making the score unknown */
    int prorate_up_to;            /* missing members that the mean of the others may stand for */
    int times;                    /* 1 unless said */
};

enum op { OP_AT_LEAST, OP_AT_MOST, OP_IS, OP_MISSING };

struct term {
    int ref;
    enum op op;
    double value;
};

struct criterion { /* all terms hold */
    int n;
    struct term terms[TERMS_MAX];
};

struct band {
    double from;
    struct str label;
};

enum alert_level { ALERT_LOW, ALERT_MODERATE, ALERT_HIGH };

struct alert {
    struct criterion when;
    enum alert_level level;
    struct str text;
};

struct remark { /* a class (its text is the band) or a remark */
    struct criterion when;
    struct str text;
};

struct ask { /* items that are put to the person only when a condition holds */
    struct criterion when;
    struct str rule; /* as the file says it: "q2 >= 1 and q3 = 0" */
    bool item[ITEMS_MAX];
};

enum threshold_kind { RESPONSE, PARTIAL, REMISSION, MEANINGFUL, RELIABLE, DETERIORATION, LITTLE };

/* A change or level that has a name. A part that is not said is NAN. `any`: one part is
 * enough; else all. Improvement is in the direction of the scale, so it is never negative. */
struct threshold {
    enum threshold_kind kind;
    struct str id;          /* stored with every result that used it */
    double improve_percent; /* for DETERIORATION these two are worsening */
    double improve_points;
    double to;              /* at or below (at or above, where high is better) */
    double each;            /* every item at or below */
    bool any;
};

/* Twice at or past a level, so many days apart (core/outcome.h). */
struct relapse {
    struct str id;
    double from;
    bool response_lost; /* and no longer a response */
    int apart_min, apart_max; /* days */
};

struct content_test {
    struct str file;
    int line;
    struct str text;
};

struct instrument {
    struct str id;
    int version;
    struct str aliases[ALIASES_MAX];
    int alias_count;
    struct str title, source, licence, notice, recall, stem;
    struct str language; /* of its words, as BCP 47 says it: "en" where a file does not say */
    int wording;         /* the version of the clinic's own words; 0: ours (core/wording.h) */
    enum ship ship;
    enum rater rater;
    bool high_is_better;
    struct str panel_loinc, total_loinc, snomed; /* absent: none */

    int item_count, scale_count, score_count, band_count, alert_count, note_count, class_count,
        ask_count, threshold_count, relapse_count, test_count;
    struct item *items;
    struct scale *scales;
    struct score_rule *scores;
    int total; /* index of the score named `total`; -1: the instrument has none */
    struct band *bands;
    struct alert *alerts;
    struct remark *notes, *classes;
    struct ask *asks;
    struct threshold *thresholds; /* of one kind, the first is the default */
    struct relapse *relapses;     /* the first is the default */
    double floor;                 /* least baseline for a response to be counted; NAN: none */
    struct content_test *tests;
};

struct instruments {
    const struct instrument *const *v;
    int n;
};

/* By id or alias, the highest version; NULL: none. */
const struct instrument *instrument_find(struct instruments all, struct str id);
/* By the LOINC code of the panel or of the total; NULL: none. */
const struct instrument *instrument_find_loinc(struct instruments all, struct str code);
/* Index of the item with this id or LOINC code; -1: none. */
int instrument_item(const struct instrument *in, struct str id_or_code);
/* Can this value be an answer to the item? ANSWER_MISSING can. */
bool item_accepts(const struct item *item, int value);
/* The words of an answer; absent for a range or a missing answer. */
struct str item_answer_text(const struct item *item, int value);
/* The default threshold of a kind, or the one with this id (absent: the default); NULL: none. */
const struct threshold *instrument_threshold(const struct instrument *in, enum threshold_kind kind,
                                             struct str id);
/* The band that a total falls into; absent: the instrument has no bands. */
struct str instrument_band(const struct instrument *in, double total);
/* The least and the greatest total that the items allow. */
void instrument_range(const struct instrument *in, double *low, double *high);

#endif
