/*
 * limit: a line drawn through a number, as content writes it, and on which side a value lies.
 *
 *     hold < 45, caution < 50, caution > 100, hold > 110
 *     caution >= 140/90 [S12], hold >= 160/100 [DESIGN]      a pair: either part passes it
 *     hold < 90/-                                            only the first part counts
 *     advisory rise >= 40/25                                 value less baseline
 *     hold change > 20/20                                    per cent of the baseline, up or down
 *     urgent > 120 held 5 min                                in every reading of 5 min or longer
 *
 * Each clause is LEVEL [rise|change] OP NUMBER[/NUMBER] [held N min] [[SOURCE]]. The words of
 * the levels are the caller's. Numbers keep the unit of their row. Pure.
 */
#ifndef CAIRN_LIMIT_H
#define CAIRN_LIMIT_H

#include "base/buf.h"
#include "base/err.h"

enum { LIMITS_MAX = 12, LIMIT_PARTS = 2 };

enum limit_basis { LIMIT_ABSOLUTE, LIMIT_RISE, LIMIT_CHANGE };
enum limit_op { LIMIT_BELOW, LIMIT_AT_MOST, LIMIT_ABOVE, LIMIT_AT_LEAST };

/* One or two numbers measured together; a pair is systolic and diastolic. */
struct measured {
    int parts; /* 0: not known */
    double v[LIMIT_PARTS];
};

struct limit {
    int level; /* index into the caller's words */
    enum limit_basis basis;
    enum limit_op op;
    int parts;
    double v[LIMIT_PARTS];
    bool open[LIMIT_PARTS]; /* `-`: this part is not looked at */
    int held_min;           /* 0: one reading is enough */
    struct str source;      /* absent: that of the row */
};

struct limits {
    struct limit v[LIMITS_MAX];
    int n;
};

enum limit_side {
    LIMIT_INSIDE,  /* not passed */
    LIMIT_PASSED,
    LIMIT_UNKNOWN, /* a rise or change without a baseline */
};

/* false: *why says what is wrong with the text. */
bool limit_read(struct str text, const char *const *levels, int level_n, struct limits *out,
                const char **why);
/* "120/80" or "72.5"; false: neither. */
bool limit_measured_read(struct str text, struct measured *out);
/* `part` is set to the part that passed it (0 first); may be NULL. `held_min` is not looked at. */
enum limit_side limit_side(const struct limit *l, struct measured value, struct measured baseline,
                           int *part);
/* "systolic 160 or more", "below 45", "a rise of 40 or more". */
void limit_words(struct buf *b, const struct limit *l, int part);
void limit_measured_put(struct buf *b, struct measured m); /* 120/80, 72.5 */

#endif
