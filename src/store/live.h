/*
 * live: what a transaction changed, told once it is committed, and not otherwise.
 *
 *     chart_put ─┐                            ┌─> told() in this program
 *     live_changed ──> tx ── commit ──────────┤
 *                                             └─> NOTIFY (PostgreSQL) ─> told() in the others
 *
 * Rows are noticed by themselves (live.def). live_changed is for what is no chart row. What is
 * told is a topic and an id, never what changed. On SQLite there is one program that serves;
 * a command that writes beside it is not heard, so who looks also looks by themselves from
 * time to time.
 */
#ifndef CAIRN_LIVE_H
#define CAIRN_LIVE_H

#include "store/store.h"

enum { LIVE_TOPIC_MAX = 16, LIVE_ID_MAX = 40 };

/* In a write transaction. Said twice is said once; past thirty-two different ones in one
 * transaction all that is said is the topic `all`, without an id. */
void live_changed(struct tx *tx, const char *topic, struct str id);

/* Before the store is used by others. told is called on any thread, after the commit, and must
 * not use the store. clinic_id: of the clinic whose changes are told. E_WORLD: no thread. */
MUST enum err live_listen(struct store *s, struct arena *boot, struct str clinic_id,
                          void (*told)(void *user, struct str topic, struct str id), void *user);

#endif
