/* note: what people write about a patient, linked to the step and the dose it speaks of. */
#ifndef CAIRN_APP_NOTE_H
#define CAIRN_APP_NOTE_H

#include "store/sql.h"

enum { NOTE_TEXT_MAX = 20000 }; /* bytes: a long session's note is about 6,000 */

/* Writes a note, or amends it when n->id is given (history stays in the journal). The
 * author is the actor. Kinds: preparation, integration, progress, journal. */
MUST enum err note_write(struct tx *tx, struct note *n, struct faults *faults);

#endif
