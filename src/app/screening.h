/*
 * screening: from the answers and the chart to a decision that explains itself, and to the
 * signature under it.
 *
 *     questions.def ── answers ──┐
 *                                ├─ struct candidate ── screening_decide (pure) ── document
 *     the chart ── rows ─────────┘                                                    │
 *                     a prescriber: eligible, conditional, or declined ── signature ──┘
 *
 * An absolute finding cannot be overridden here. A relative one, or an answer that is missing,
 * needs a reason. The document is kept as it was when it was signed, with a seal over it.
 */
#ifndef CAIRN_APP_SCREENING_H
#define CAIRN_APP_SCREENING_H

#include "app/content.h"
#include "core/screening.h"
#include "store/sql.h"

enum question_kind { QUESTION_GROUP, QUESTION_YES, QUESTION_VALUE, QUESTION_WORDS, QUESTION_CHART };

struct question {
    enum question_kind kind;
    const char *key;                /* of YES, WORDS and CHART; see screening_question_key */
    const char *label, *unit;       /* a group's: label is the legend, unit the help */
    const char *list, *word;        /* QUESTION_YES, QUESTION_WORDS */
    int field;                      /* QUESTION_VALUE: enum candidate_field */
};
extern const struct question screening_questions[];
extern const int screening_question_count;
/* What an answer is kept under; NULL for a group. */
const char *screening_question_key(const struct question *q);

struct screening_view {
    bool has;              /* a screening was begun */
    struct screening row;
    struct decision decision; /* by the answers and the chart as they are now */
    int unanswered;           /* of the guide's seven */
    bool has_phq9, has_bp;
};
MUST enum err screening_view_load(struct tx *tx, const struct content *content,
                                  const struct patient *p, struct screening_view *out);

/* `answers`: "key=value ...", one word each. Opens a screening where there is none, or where
 * the last one is signed. expect: the version shown; 0 for a new one. */
MUST enum err screening_save(struct tx *tx, const struct content *content, struct str patient_id,
                             struct str answers, struct str notes, int64_t expect,
                             struct faults *faults);

struct screening_sign_in {
    struct str patient_id;
    struct str declare; /* eligible, declined */
    struct str reason;
    int64_t expect;
};
MUST enum err screening_sign(struct tx *tx, const struct content *content,
                             const struct screening_sign_in *in, struct faults *faults);

/* {"decision":..,"findings":[{"rule","severity","saw","field","why","source","override"}]} */
struct str screening_document(struct arena *a, const struct decision *d);

#endif
