/*
 * screening_read: content/screening files into rules, and the files' own tests run on them.
 *
 *     source TEXT                     of the file; after `rule`, of the rule
 *     rule ID TITLE
 *     override none|prescriber|therapist
 *     recheck DAYS
 *     absolute|relative|caution|info CONDITION : WHY        gravest first
 *       CONDITION: TERMs joined by `and`; `no` before one negates it
 *       TERM: FACT < <= = >= > VALUE     a fact of candidate.def or screening.h; yes, no,
 *                                        a word or a number
 *             condition CLASS [active|treated|history|current|any]    current unless said
 *             medicine CLASS | allergy CLASS | family WORD | history WORD | uds unprescribed
 *             indication WORD
 *       after a FACT's term `if given` (not known: not so, and not asked for) or
 *       `or unknown` (not known: so)
 *     prescribed WORD ... : CLASS      words of the urine screen that a prescription explains
 *     base PART | PART ...             the candidate that the tests start from
 *     test PART | PART ... -> WANTED, WANTED ...
 *       PART: FACT VALUE, FACT ? (not known), bp 142/88 138/86, condition CODE STATUS,
 *             medicine TEXT, allergy TEXT, family WORD, history WORD, uds WORD,
 *             indication WORD, stale FACT (too old: shows what is, never that nothing is),
 *             no conditions|medicines|allergies|family|history|uds   (not asked for)
 *       WANTED: ID SEVERITY, no ID, or eligible|conditional|ineligible
 *
 * Each rule must be seen to speak and to be silent by a test of its file. Pure.
 */
#ifndef CAIRN_SCREENING_READ_H
#define CAIRN_SCREENING_READ_H

#include "core/screening.h"

/* Adds the file's rules to `out` (begun with screening_new). E_INVALID: the faults say where. */
struct screening_rules screening_new(struct arena *a, const struct codes *codes);
MUST enum err screening_read(struct arena *a, struct str file, struct str text,
                             struct screening_rules *out, struct faults *faults);

#endif
