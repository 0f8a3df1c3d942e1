/*
 * turn: writers in single file, and one commit for all that stand together.
 *
 *     turn_take ─ body ─ turn_leave ──┬─ TURN_WAITED: another has committed (or not) for me
 *                                     └─ TURN_COMMIT: I commit for all, then turn_commit_done
 *
 * Whoever has the turn has the connection. A writer that ends while others wait passes the
 * turn and sleeps; the one behind whom nobody waits, or who finds the batch full or old,
 * commits for all of them. Nobody is woken before that commit's result is known. A ticket
 * lives on its writer's side, so nothing here is ever allocated.
 */
#ifndef CAIRN_TURN_H
#define CAIRN_TURN_H

#include <pthread.h>

#include "base/err.h"

/* A batch closes at 128 writers, or 10 ms after it was opened: a writer's answer must not
 * wait for a queue that never ends. */
enum { TURN_BATCH_MAX = 128, TURN_BATCH_NS = 10 * 1000 * 1000 };

struct turn_ticket {
    pthread_cond_t wake;
    struct turn_ticket *next;
    bool called, done;
    enum err result;
};

struct turn {
    pthread_mutex_t lock;
    bool taken, open; /* open: a transaction has been begun for the batch */
    struct turn_ticket *first, *last; /* waiting for the turn */
    struct turn_ticket *members;      /* waiting for the commit */
    int count;
    int64_t opened_ns;
};

enum turn_end { TURN_WAITED, TURN_COMMIT };
enum turn_part { TURN_MEMBER, TURN_OUT }; /* OUT: rolled back; waits for no commit */

void turn_init(struct turn *t);
/* Waits for the turn. true: the batch is new, the caller begins its transaction. */
bool turn_take(struct turn *t, struct turn_ticket *k);
/* TURN_WAITED: *result is the commit's (E_OK for TURN_OUT). TURN_COMMIT: the caller still
 * has the turn and must commit, then call turn_commit_done. */
enum turn_end turn_leave(struct turn *t, struct turn_ticket *k, enum turn_part part,
                         enum err *result);
/* The result for every member; the batch is over and the turn goes on. */
void turn_commit_done(struct turn *t, enum err result);

#endif
