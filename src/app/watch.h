/*
 * watch: what happens because time passes and nobody pressed anything: a checkpoint is overdue,
 * an alarm escalates, a monitor is silent.
 *
 *     once a second ── NAME_due, in one read ── no ──> nothing is written
 *                                               yes ─> NAME_tick, in a write of its own
 *
 * A subject is a row of watch.def and two functions beside its use cases:
 *
 *     enum err NAME_due(struct tx *tx, const struct app *app, bool *due);
 *         at most a few indexed queries, and cheap when there is nothing to do
 *     enum err NAME_tick(struct tx *tx, const struct app *app);
 *         does it, journalled as the program's own act; may be run again at any time, on any
 *         server of the clinic, and then finds nothing left to do
 *
 * What a tick decides follows from the rows and from tx->now_ms alone, so that a server that
 * stood still for an hour does the same afterwards, and a clock that was set back undoes nothing.
 */
#ifndef CAIRN_WATCH_H
#define CAIRN_WATCH_H

#include "app/app.h"

/* With the clock of scenarios the rounds follow each other quickly, so that none waits for one. */
enum { WATCH_EVERY_MS = 1000, WATCH_TEST_MS = 40, WATCH_ARENA_BYTES = 16 << 20 };

/* One round over all subjects. A fault of one is logged and keeps no other from its turn; the
 * first is answered. The arena is reset between them. */
enum err watch_tick(struct app *app, struct arena *a, int64_t now_ms);

#endif
