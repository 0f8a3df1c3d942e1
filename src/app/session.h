/*
 * session: a login, from the cookie to its end.
 *
 * The cookie holds 32 random bytes; the database holds their hash, so that a copy of the
 * database logs nobody in. A session ends by log-out, by silence (session_idle_min), by age
 * (session_longest_h), and with its account. Each has its own token for forms (csrf).
 */
#ifndef CAIRN_SESSION_H
#define CAIRN_SESSION_H

#include "app/access.h"
#include "store/store.h"

enum session_state {
    SESSION_NONE,    /* no cookie, or not one of ours */
    SESSION_EXPIRED, /* it was one: a form that it sends keeps its text as a draft */
    SESSION_LIVE,
};

struct session {
    enum session_state state;
    struct str token_hash, csrf;
    struct str account_id, login_name, display_name, credentials;
    struct str chart_patient_id; /* a patient's own account: whose chart */
    enum role role;
    bool must_change;            /* the password; nothing else may be done before */
    int64_t seen_ms;
    int64_t ends_ms;             /* unless something is asked before */
};

/* E_OK in every state; an error is the database's. */
MUST enum err session_find(struct tx *tx, struct str token, struct session *out);
/* A new id at each login; *token goes into the cookie and nowhere else. */
MUST enum err session_start(struct tx *tx, struct str account_id, struct str *token);
MUST enum err session_touch(struct tx *tx, const struct session *s);
MUST enum err session_close(struct tx *tx, const struct session *s);
/* Every login of an account ends, with what it looks at (live.h: topic `login`). */
MUST enum err session_cut(struct tx *tx, struct str account_id);
MUST enum err session_close_all(struct tx *tx, struct str account_id);

enum { SESSION_TOUCH_MS = 60000 }; /* seen_ms is written once a minute at most */

#endif
