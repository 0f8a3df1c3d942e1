/*
 * instrument_read: one content file into one instrument, and the file's own tests run on it.
 *
 *     instrument ID VERSION
 *     title|source|licence|notice|recall|stem TEXT
 *     ship yes | separate | score          may the item text be given out?
 *     rater self | clinician
 *     direction worse | better             what a high total means
 *     also ID ...                          other names that find it
 *     loinc PANEL [total CODE]             `-` for none; snomed CODE
 *     scale NAME VALUE TEXT | VALUE TEXT | ...
 *     codes NAME CODE | CODE | ...         answer codes of that scale, in its order
 *     range NAME LOW HIGH [step N] [| LOW TEXT | HIGH TEXT]
 *     not-assessed NAME VALUE              that answer is left out of sums and said
 *     item ID SCALE [CODE|-] [optional] [unscored] | LABEL [| TEXT]
 *     score NAME = METHOD MEMBERS [, prorate up to N missing] [, times N] [, reverse ITEMS]
 *                                 [, optional ITEMS]
 *     part NAME = ...                      a score that is only a step to another
 *       METHOD: sum mean max percent rank count; MEMBERS: q1 .. q9, items and earlier scores;
 *       count has its line behind the members: count q1 .. q8 >= 2 q9 >= 1
 *     band total FROM LABEL | FROM LABEL ...
 *     class LABEL : CONDITION              the first that holds is the band
 *     alert CONDITION [, low|moderate|high] : TEXT
 *     note CONDITION : TEXT
 *     ask ITEMS when CONDITION
 *       CONDITION: NAME >= N, <= N, = N or NAME missing, joined by `and`
 *     response|partial|remission|meaningful|reliable ID [improve N%] [improve N] [to N] [each N]
 *                                              joined by `and` (all) or `or` (any)
 *     deterioration ID worse N% | worse N
 *     little ID improve N%                 no meaningful benefit: improved by that or less
 *     relapse ID from N [and response lost], twice A [to B] days apart
 *     floor N                              least baseline for a response to be counted
 *     test ANSWERS -> TOTAL [BAND] [; SCORE N ...] [! ALERT | ALERT ...]
 *       an answer may be repeated as 2*17; a total that cannot be known is `-`
 *
 * Everything a file says is checked, all faults are collected (file:line), and a file without
 * a test, or with a test that fails, is refused. Pure.
 */
#ifndef CAIRN_INSTRUMENT_READ_H
#define CAIRN_INSTRUMENT_READ_H

#include "core/instrument.h"

/* NULL when the file has faults (they are in `faults`). The text must outlive the result. */
const struct instrument *instrument_read(struct arena *a, struct str file, struct str text,
                                         struct faults *faults);

#endif
