/*
 * wording: the words of an instrument apart from its scoring. Where a scale's text may not be
 * given out with the program, its file carries our own topic labels and the scoring; a clinic
 * that has the licence imports the text (fhir/questionnaire.h), and here the two are joined.
 *
 *     content/instruments/madrs.txt  ── items, ranges, scoring, alerts ──┐
 *                                                                        ├─ wording_bind ─>
 * instrument the clinic's wordings/madrs-2.txt ── title, stem, texts, answers ──┘
 *
 *     wording  ID VERSION of N        VERSION counts the clinic's texts; N is the version of the
 *                                     instrument that it was bound to
 *     language en
 *     title|source|licence|notice|recall|stem TEXT
 *     heading  q6 | TEXT              stands above that item
 *     item     q1 | TEXT
 *     choices  q1 q2 | 0 TEXT | 1 TEXT ...
 *     ends     q1 | LOW TEXT | HIGH TEXT    of an item that is answered by a number
 *
 * The same form keeps the exact words that somebody answered: wording_put writes those of any
 * instrument, the text is kept once under its hash, and each response names it. So an answer of
 * long ago shows the words it was given to, whatever has become of the files since. Pure.
 */
#ifndef CAIRN_WORDING_H
#define CAIRN_WORDING_H

#include "base/buf.h"
#include "core/instrument.h"

struct wording_item {
    struct str id, heading, text, low_text, high_text;
    int choice_count;
    struct choice choices[CHOICES_MAX];
};

struct wording {
    struct str id;
    int version, of;
    struct str language, title, source, licence, notice, recall, stem;
    int n;
    struct wording_item items[ITEMS_MAX];
};

/* NULL when the text has faults (field `file:line`). The text must outlive the result. */
const struct wording *wording_read(struct arena *a, struct str file, struct str text,
                                   struct faults *faults);
/* The instrument in these words; NULL where they do not fit it: an item that it has not, one
 * that is left out, answers that are not the item's. `field` begins the field of each fault. */
const struct instrument *wording_bind(struct arena *a, const struct instrument *in,
                                      const struct wording *w, struct str field,
                                      struct faults *faults);
/* The words of an instrument as it stands, in the form above. */
void wording_put(struct buf *b, const struct instrument *in);
/* NULL: no item of that id. */
const struct wording_item *wording_item(const struct wording *w, struct str id);
/* The words of an answer; absent: it is a number without words. */
struct str wording_answer(const struct wording_item *item, int value);
/* Can the text stand in a file of this form as it is, but for white space? */
bool wording_may_say(struct str text);

#endif
