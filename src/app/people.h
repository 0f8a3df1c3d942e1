/*
 * people: accounts and logging in.
 *
 * A password's hash takes 31 ms and is never computed inside a transaction: on SQLite a
 * write transaction is everybody's. So these use cases begin and end their own:
 *
 *     login:   READ account, credential ── match, outside ── WRITE outcome + journal
 *     create:  hash, outside ── WRITE account + credential + journal
 */
#ifndef CAIRN_PEOPLE_H
#define CAIRN_PEOPLE_H

#include "app/access.h"
#include "app/app.h"
#include "store/sql.h"

struct login_in {
    struct str login_name, password;
    struct str peer; /* the address it comes from */
};

struct login_out {
    struct account account;
    struct str token;    /* for the cookie */
    bool must_change;
    int64_t wait_ms;     /* E_TOO_MANY: how long */
};

/* E_REFUSED: no such pair, said alike for an unknown name, a wrong password and an account
 * that was closed. E_TOO_MANY: it waits. Both are journalled. */
MUST enum err people_login(struct app *app, struct arena *a, const struct login_in *in,
                           struct login_out *out);
/* The same check without a session: a second person confirms by their own password (a dose,
 * a signature). Not inside a transaction. `account` is theirs. */
MUST enum err people_verify(struct app *app, struct arena *a, const struct login_in *in,
                            struct account *account);

struct person_new {
    struct str login_name, display_name, credentials;
    enum role role;
    struct str chart_patient_id; /* role patient: whose chart; else absent */
    struct str password;         /* absent: one is made and must be changed at first login */
};

/* What is wrong with it, as far as can be said without the database. */
void people_check(struct app *app, struct arena *a, const struct person_new *in,
                  struct faults *faults);
/* E_INVALID with faults. *password: the one that was made, to be shown once. */
MUST enum err people_create(struct app *app, struct arena *a, struct actor actor,
                            const struct person_new *in, struct faults *faults,
                            struct str *account_id, struct str *password);
/* A new first password; every session of the account ends. */
MUST enum err people_reset(struct app *app, struct arena *a, struct actor actor,
                           struct str account_id, struct str *password);
/* One's own: the present one first. Every other session ends; *token is of a new one. */
MUST enum err people_change_password(struct app *app, struct arena *a, struct actor actor,
                                     struct str present, struct str wanted,
                                     struct faults *faults, struct str *token);

struct person_edit {
    struct str id;
    int64_t version;
    struct str display_name, credentials;
    enum role role;
};
/* Inside the caller's transaction. A change of role ends the account's logins. The last
 * administrator keeps that role (E_BLOCKED). */
MUST enum err people_edit(struct tx *tx, const struct person_edit *in, struct faults *faults);

enum person_state { PERSON_CLOSED, PERSON_ACTIVE };
/* Inside the caller's transaction. The last administrator cannot be closed (E_BLOCKED). */
MUST enum err people_set(struct tx *tx, struct str account_id, int64_t version,
                         enum person_state state, struct faults *faults);

#endif
