/*
 * entry: what a device sends with an id and a time of its own, so that an entry typed without a
 * network is kept once, with the time at which it was typed, however often it is sent.
 */
#ifndef CAIRN_ENTRY_H
#define CAIRN_ENTRY_H

#include "store/store.h"

enum {
    ENTRY_LATEST_H = 12, /* an entry may have waited so long; past it a person writes it anew */
    ENTRY_KEEP_DAYS = 30 /* that an id is known again */
};

struct entry {
    struct str id;      /* the device's UUID */
    struct str path;    /* where it was sent */
    int64_t entered_ms; /* when it was typed; in: 0 is now; out: never in the future */
};

/* In the transaction that keeps the entry. *again: it was kept before, and that is journalled;
 * nothing is to be written. E_INVALID: the id is none, or it waited too long. E_CONFLICT: the
 * id is that of another entry. */
MUST enum err entry_take(struct tx *tx, struct entry *e, bool *again, struct faults *faults);

#endif
