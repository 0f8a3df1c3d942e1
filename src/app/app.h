/*
 * app: what is made once at boot and passed to every door. No globals.
 */
#ifndef CAIRN_APP_H
#define CAIRN_APP_H

#include "base/err.h"
#include "store/store.h"

struct content;    /* app/content.h: the clinical content, parsed once, read only */
struct passwords;  /* app/password.h: the hash's gate, the blocklist */
struct lockout;    /* app/lockout.h: failed logins by name and by peer */

/* What the door of monitors has done since the start, for /metrics. Atomic. */
struct app_monitors {
    int64_t connections, messages, acknowledged;
};

struct app {
    struct store *store;
    const struct content *content;
    struct passwords *passwords;
    struct lockout *lockout;
    struct str clinic_id, clinic_name, zone;
    int64_t started_ms;
    struct app_monitors monitors;
    int64_t watched; /* rounds of the watch (watch.h) that were done; atomic */
};

/* Reads the clinic of the store and makes what stands beside it. E_UNKNOWN: the database
 * holds no clinic (`cairn init` makes one); *why is a sentence. */
MUST enum err app_open(struct app *app, struct arena *boot, struct store *store,
                       const struct content *content, struct str *why);
/* The clinic row and its zone for the clock; in one write with its journal entry. */
MUST enum err app_make_clinic(struct store *store, struct arena *a, struct str name,
                              struct str zone, struct str *clinic_id);

#endif
