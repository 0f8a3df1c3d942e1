/*
 * workup: the work-up of a person: which items of content/workup/ are needed, done, due,
 * overdue or stale, by what the chart holds (core/workup.h judges); the last value of each; and
 * the results that no other row of the chart holds.
 */
#ifndef CAIRN_APP_WORKUP_H
#define CAIRN_APP_WORKUP_H

#include "app/content.h"
#include "core/workup.h"
#include "store/sql.h"

/* What an item was found to be the last time; `has` false: never. */
struct workup_value {
    bool has, is_number;
    int64_t at_ms;
    double number;
    struct str word;   /* of a choice or words; absent for a measure */
    struct str shown;  /* "1.2 x ULN", "negative", "14 moderate" */
    struct str from;   /* "ALT 62 U/L", "AUDIT", "laboratory": for what was seen */
    struct response response; /* of a measure */
};

struct workup_line {
    const struct workup_item *item;
    struct workup_ruling ruling;
    int32_t done; /* DATE_NONE: never */
};

struct workup_view {
    struct workup_line *v;
    int n, due, overdue; /* overdue: and stale ones */
};

/* What was answered in the screening, each with its time; loaded once for all items. */
struct workup_answers {
    struct str answers, times;
    int64_t opened_ms; /* for an answer without a time */
};
MUST enum err workup_answers_load(struct tx *tx, struct str patient_id,
                                  struct workup_answers *out);
/* When an answer was given; 0: it was not. */
int64_t workup_answered_ms(const struct workup_answers *w, struct str key);

MUST enum err workup_load(struct tx *tx, const struct content *content, const struct patient *p,
                          struct workup_view *out);
/* The last value of one item, whatever row of the chart holds it. */
MUST enum err workup_value_of(struct tx *tx, const struct content *content,
                              const struct workup_item *item, struct str patient_id,
                              const struct workup_answers *answers, struct workup_value *out);

/* Patients who wait for a decision or are in maintenance, with something overdue or stale; the
 * longest waiting first, of the 150 who wait longest. */
struct workup_late {
    const struct patient *patient;
    struct workup_view view;
};
struct workup_lates {
    struct workup_late *v;
    ptrdiff_t n;
};
MUST enum err workup_late_of_clinic(struct tx *tx, const struct content *content,
                                    struct workup_lates *out);

/* A result that is typed: row->item, result, at_ms, told_by, note. */
MUST enum err workup_record(struct tx *tx, const struct content *content,
                            struct workup_result *row, struct faults *faults);
/* The last typed result of the item was an error; it stays in the history. */
MUST enum err workup_strike(struct tx *tx, struct str patient_id, struct str item, struct str why,
                            struct faults *faults);

#endif
