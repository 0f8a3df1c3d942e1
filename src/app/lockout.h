/*
 * lockout: failed logins, by the name that was tried and by the address they came from.
 *
 * The wait begins after a number of failures and doubles with each further one, up to an
 * hour. A name nobody has is counted like one that somebody has, so that the wait tells
 * nothing. This table is the memory of one process; an account's own count is in the
 * database as well, and the longer wait holds. A slot is forgotten a day after its last
 * failure, or when a newer one needs its place.
 */
#ifndef CAIRN_LOCKOUT_H
#define CAIRN_LOCKOUT_H

#include "base/str.h"

enum { PEER_TRIES = 20 }; /* a clinic's people may share one address */

struct lockout;

struct lockout *lockout_open(struct arena *boot);
/* How long the wait is after `failed` failures: 0 below `tries`. */
int64_t lockout_wait_ms(int64_t failed, int64_t tries, int64_t first_wait_ms);
/* Until when this key waits; 0: it does not. */
int64_t lockout_until_ms(struct lockout *l, struct str key, int64_t now_ms);
void lockout_failed(struct lockout *l, struct str key, int64_t tries, int64_t first_wait_ms,
                    int64_t now_ms);
void lockout_forget(struct lockout *l, struct str key);

#endif
