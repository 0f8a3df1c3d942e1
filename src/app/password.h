/*
 * password: what may be one, and its hash.
 *
 * Policy: NIST SP 800-63B-4, section 3.1.1.2 for a password that stands alone: at least 15
 * characters (code points), at least 64 accepted (here 128), no rules of composition, no
 * expiry, and a comparison with a list of common ones, the service's name and the person's
 * own names.
 *
 * Hash: argon2id at 19 MiB and two passes, about 31 ms (STACK.md). No more than two are
 * computed at one time, or logging in would be a way to stop the server. Nothing here is
 * called inside a write transaction.
 */
#ifndef CAIRN_PASSWORD_H
#define CAIRN_PASSWORD_H

#include "base/err.h"

enum { PASSWORD_MIN = 15, PASSWORD_MAX = 128 };

struct passwords;

struct passwords *passwords_open(struct arena *boot);
/* Adds to `faults` at `field` what is wrong with it as a new password. `about`: words it may
 * not be made of: the login name, the person's name, the clinic's. */
void password_check(const struct passwords *p, struct str password, const struct str *about,
                    int about_n, struct str field, struct faults *faults);
struct str password_hash(struct passwords *p, struct arena *a, struct str password);
/* An absent hash (nobody of that name) takes as long as a wrong password, and is false. */
bool password_matches(struct passwords *p, struct str hash, struct str password);
/* Six words of the list and a number: for a first login, changed at once. */
struct str password_make(struct arena *a);

#endif
