/*
 * vigil: what is missing in a running session: a checkpoint that nobody took, a sign that was
 * left out of one, a reading that was to be confirmed, a patient with nobody beside them. Looked
 * at by the watch (watch.h) when it can have changed, and by the use cases that change it.
 */
#ifndef CAIRN_VIGIL_H
#define CAIRN_VIGIL_H

#include "app/chart.h"
#include "app/content.h"
#include "app/watch.h"
#include "store/sql.h"

/* The checkpoints of a session as they stand now. */
MUST enum err vigil_checkpoints(struct tx *tx, const struct content *content,
                                const struct dosing *d, struct checkpoints *out);
/* When an instrument is to be filled in during the session, by content. */
MUST enum err vigil_scale(struct tx *tx, const struct content *content, const struct dosing *d,
                          struct str instrument, struct checkpoints *out);
/* The checkpoints that ask for one sign, by when that sign was taken. */
MUST enum err vigil_sign(struct tx *tx, const struct content *content, const struct dosing *d,
                         enum vital_kind kind, struct checkpoints *out);
/* Raises what is missing, says what is there again, and plans the next look. */
MUST enum err vigil_look(struct tx *tx, const struct content *content, const struct dosing *d);

/* watch.h */
MUST enum err vigil_due(struct tx *tx, const struct app *app, bool *due);
MUST enum err vigil_tick(struct tx *tx, const struct app *app);

#endif
