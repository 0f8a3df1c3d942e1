/* screening_test: the tests that a screening file carries, run on the rules of that file.
 * The form of a line is in screening_read.h. Pure. */
#ifndef CAIRN_SCREENING_TEST_H
#define CAIRN_SCREENING_TEST_H

#include "core/screening.h"

struct screening_trial {
    struct str file, base; /* base: the parts before those of the test */
    struct str text;
    int line;
};

/* What the tests of a file have shown of one of its rules. */
struct shown {
    bool speaks, silent;
};

/* shown[i] is of s->rules[i]. */
void screening_test(struct arena *a, const struct screening_rules *s, struct screening_trial trial,
                    struct shown *shown, struct faults *faults);

#endif
