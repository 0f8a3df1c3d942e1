/* note: what people write about a patient, linked to the step and the dose it speaks of. */
#ifndef CAIRN_APP_NOTE_H
#define CAIRN_APP_NOTE_H

#include "store/sql.h"

enum { NOTE_TEXT_MAX = 20000 }; /* bytes: a long session's note is about 6,000 */

/* Writes a note, or amends it when n->id is given (history stays in the journal). The
 * author is the actor. Kinds: preparation, integration, progress, journal. */
MUST enum err note_write(struct tx *tx, struct note *n, struct faults *faults);

/* An answer to a risk alert: level none, low, moderate or high, with the reason in the text.
 * It closes no alert silently: it is a note of its own, signed by its author. */
MUST enum err risk_review(struct tx *tx, struct note *n, struct faults *faults);

#endif
