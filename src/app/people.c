#include "app/people.h"

#include "app/lockout.h"
#include "app/password.h"
#include "app/session.h"
#include "app/settings.h"
#include "base/clock.h"

enum { LOGIN_NAME_MAX = 64 };

/* Logging in --------------------------------------------------------------------------------*/

struct known {
    struct account account;
    struct credential_get_row credential;
    bool is; /* somebody has that name */
    int64_t tries, wait_ms, now_ms;
};

static enum err read_known(struct tx *tx, struct str login_name, struct known *k) {
    int64_t wait_s;
    TRY(setting_int(tx, SETTING_login_tries, &k->tries));
    TRY(setting_int(tx, SETTING_login_wait_s, &wait_s));
    k->wait_ms = wait_s * 1000;
    enum err e = account_by_login(tx, &(struct account_by_login_in){login_name}, &k->account);
    if (e == E_OK)
        e = credential_get(tx, &(struct credential_get_in){k->account.id}, &k->credential);
    k->is = e == E_OK;
    return e == E_UNKNOWN ? E_OK : e;
}

static struct actor nobody(const struct app *app) {
    return (struct actor){.clinic_id = app->clinic_id, .door = STR("web")};
}

static enum err look_up(struct app *app, struct arena *a, struct str login_name,
                        struct known *k) {
    struct tx tx;
    *k = (struct known){.now_ms = clock_now_ms()};
    TRY(tx_begin(&tx, app->store, a, TX_READ, nobody(app), k->now_ms));
    return tx_end(&tx, read_known(&tx, login_name, k));
}

struct keys {
    struct str name, peer;
};

static struct keys keys_of(struct arena *a, const struct login_in *in) {
    return (struct keys){
        str_format(a, "name %.*s", STR_ARG(str_slice(in->login_name, 0, LOGIN_NAME_MAX))),
        str_format(a, "peer %.*s", STR_ARG(in->peer))};
}

/* How long this attempt must still wait; 0: it may be made. */
static int64_t waiting_ms(struct app *app, struct keys keys, const struct known *k) {
    int64_t until_ms = k->is ? k->credential.locked_until_ms : 0;
    int64_t name_ms = lockout_until_ms(app->lockout, keys.name, k->now_ms);
    int64_t peer_ms = lockout_until_ms(app->lockout, keys.peer, k->now_ms);
    if (name_ms > until_ms) until_ms = name_ms;
    if (peer_ms > until_ms) until_ms = peer_ms;
    return until_ms > k->now_ms ? until_ms - k->now_ms : 0;
}

static enum err write_failure(struct tx *tx, const struct known *k, struct str name,
                              struct str peer) {
    struct str why = str_format(tx->arena, "%.*s from %.*s", STR_ARG(name), STR_ARG(peer));
    TRY(journal_append(tx, "login_failed", STR_ABSENT, why));
    if (!k->is) return E_OK;
    struct credential_get_row now;
    TRY(credential_get(tx, &(struct credential_get_in){k->account.id}, &now));
    int64_t failed = now.failed_count + 1;
    int64_t wait_ms = lockout_wait_ms(failed, k->tries, k->wait_ms);
    if (wait_ms) TRY(journal_append(tx, "login_locked", STR_ABSENT, why));
    return credential_attempt(tx, &(struct credential_attempt_in){
                                      k->account.id, failed, wait_ms ? tx->now_ms + wait_ms : 0});
}

/* The name goes into the journal cut and only where it could be one: a password typed into
 * the wrong box is not kept. */
static struct str shown_name(const struct known *k) {
    return k->is ? k->account.login_name : STR("an unknown name");
}

static enum err failed(struct app *app, struct arena *a, const struct login_in *in,
                       const struct known *k) {
    struct keys keys = keys_of(a, in);
    lockout_failed(app->lockout, keys.name, k->tries, k->wait_ms, k->now_ms);
    lockout_failed(app->lockout, keys.peer, PEER_TRIES, k->wait_ms, k->now_ms);
    struct tx tx;
    TRY(tx_begin(&tx, app->store, a, TX_WRITE, nobody(app), k->now_ms));
    return tx_end(&tx, write_failure(&tx, k, shown_name(k), in->peer));
}

/* The name and the password are a pair; or why not. */
static enum err match(struct app *app, struct arena *a, const struct login_in *in,
                      struct known *k, int64_t *wait_ms) {
    struct login_in lower = *in;
    lower.login_name = str_lower(a, str_trim(in->login_name));
    TRY(look_up(app, a, lower.login_name, k));
    *wait_ms = waiting_ms(app, keys_of(a, &lower), k);
    if (*wait_ms) return E_TOO_MANY;
    struct str hash = k->is ? k->credential.password_hash : STR_ABSENT;
    bool matches = password_matches(app->passwords, hash, in->password);
    if (matches && k->account.active) {
        lockout_forget(app->lockout, keys_of(a, &lower).name);
        return E_OK;
    }
    TRY(failed(app, a, &lower, k));
    return E_REFUSED;
}

static enum err write_login(struct tx *tx, const struct known *k, struct login_out *out) {
    if (k->credential.failed_count)
        TRY(credential_attempt(tx, &(struct credential_attempt_in){k->account.id, 0, 0}));
    TRY(session_start(tx, k->account.id, &out->token));
    return journal_append(tx, "login", STR_ABSENT, STR_ABSENT);
}

enum err people_login(struct app *app, struct arena *a, const struct login_in *in,
                      struct login_out *out) {
    struct known k;
    *out = (struct login_out){0};
    TRY(match(app, a, in, &k, &out->wait_ms));
    out->account = k.account;
    out->must_change = k.credential.must_change;
    struct actor actor = nobody(app);
    actor.account_id = k.account.id;
    struct tx tx;
    TRY(tx_begin(&tx, app->store, a, TX_WRITE, actor, clock_now_ms()));
    return tx_end(&tx, write_login(&tx, &k, out));
}

enum err people_verify(struct app *app, struct arena *a, const struct login_in *in,
                       struct account *account) {
    struct known k;
    int64_t wait_ms;
    TRY(match(app, a, in, &k, &wait_ms));
    *account = k.account;
    return E_OK;
}

/* Accounts ----------------------------------------------------------------------------------*/

static bool login_name_ok(struct str name) {
    for (ptrdiff_t i = 0; i < name.n; i++) {
        char c = name.s[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (!plain && (i == 0 || !(c == '.' || c == '-' || c == '_' || c == '@'))) return false;
    }
    return name.n >= 2 && name.n <= LOGIN_NAME_MAX;
}

void people_check(struct app *app, struct arena *a, const struct person_new *in,
                  struct faults *faults) {
    if (!login_name_ok(in->login_name))
        fault_add(faults, STR("login_name"), "syntax",
                  "A login name has 2 to 64 letters a-z, digits, dot, dash, underscore or @, and "
                  "begins with a letter or a digit.");
    if (!str_trim(in->display_name).n)
        fault_add(faults, STR("display_name"), "required", "Say the person's name.");
    if ((in->role == ROLE_patient) != (in->chart_patient_id.s != NULL))
        fault_add(faults, STR("role"), "role",
                  "A patient's account is made from the patient's chart, and no other is.");
    if (!in->password.s) return;
    if (!app->passwords) app->passwords = passwords_open(a);
    struct str about[] = {in->login_name, in->display_name, app->clinic_name, STR("cairn")};
    password_check(app->passwords, in->password, about, 4, STR("password"), faults);
}

static enum err write_new(struct tx *tx, const struct person_new *in, struct str hash,
                          struct faults *faults, struct str *account_id) {
    struct account there;
    enum err e = account_by_login(tx, &(struct account_by_login_in){in->login_name}, &there);
    if (e == E_OK)
        fault_add(faults, STR("login_name"), "taken", "Somebody has this login name.");
    if (e == E_OK) return E_INVALID;
    if (e != E_UNKNOWN) return e;
    struct account account = {.login_name = in->login_name,
                              .display_name = str_trim(in->display_name),
                              .credentials = in->credentials,
                              .role = str_from(role_name(in->role)),
                              .chart_patient_id = in->chart_patient_id,
                              .active = 1};
    tx_event(tx, "account_created", STR_ABSENT);
    TRY(account_put(tx, &account));
    *account_id = account.id;
    return credential_set(tx, &(struct credential_set_in){account.id, hash, tx->now_ms,
                                                          !in->password.s});
}

enum err people_create(struct app *app, struct arena *a, struct actor actor,
                       const struct person_new *in, struct faults *faults,
                       struct str *account_id, struct str *password) {
    people_check(app, a, in, faults);
    TRY(faults_err(faults));
    *password = in->password.s ? in->password : password_make(a);
    struct str hash = password_hash(app->passwords, a, *password);
    struct tx tx;
    TRY(tx_begin(&tx, app->store, a, TX_WRITE, actor, clock_now_ms()));
    return tx_end(&tx, write_new(&tx, in, hash, faults, account_id));
}

static enum err write_reset(struct tx *tx, struct str account_id, struct str hash) {
    struct account account;
    TRY(account_load(tx, account_id, &account));
    TRY(credential_set(tx, &(struct credential_set_in){account_id, hash, tx->now_ms, 1}));
    TRY(session_cut(tx, account_id));
    return journal_append(tx, "password_changed", STR_ABSENT,
                          str_format(tx->arena, "a new first password for %.*s",
                                     STR_ARG(account.login_name)));
}

enum err people_reset(struct app *app, struct arena *a, struct actor actor,
                      struct str account_id, struct str *password) {
    *password = password_make(a);
    struct str hash = password_hash(app->passwords, a, *password);
    struct tx tx;
    TRY(tx_begin(&tx, app->store, a, TX_WRITE, actor, clock_now_ms()));
    return tx_end(&tx, write_reset(&tx, account_id, hash));
}

static enum err read_own(struct tx *tx, struct account *account) {
    return account_load(tx, tx->actor.account_id, account);
}

static enum err write_own(struct tx *tx, struct str hash, struct str *token) {
    struct str id = tx->actor.account_id;
    TRY(credential_set(tx, &(struct credential_set_in){id, hash, tx->now_ms, 0}));
    TRY(session_cut(tx, id));
    TRY(session_start(tx, id, token));
    return journal_append(tx, "password_changed", STR_ABSENT, STR("by its owner"));
}

enum err people_change_password(struct app *app, struct arena *a, struct actor actor,
                                struct str present, struct str wanted,
                                struct faults *faults, struct str *token) {
    struct account own;
    struct tx tx;
    TRY(tx_begin(&tx, app->store, a, TX_READ, actor, clock_now_ms()));
    TRY(tx_end(&tx, read_own(&tx, &own)));
    struct str about[] = {own.login_name, own.display_name, app->clinic_name, STR("cairn")};
    password_check(app->passwords, wanted, about, 4, STR("wanted"), faults);
    if (str_eq(present, wanted))
        fault_add(faults, STR("wanted"), "same", "This is the present one.");
    TRY(faults_err(faults));
    struct account again;
    struct login_in in = {own.login_name, present, own.id};
    enum err e = people_verify(app, a, &in, &again);
    if (e == E_REFUSED) {
        fault_add(faults, STR("present"), "wrong", "This is not the present password.");
        return E_INVALID;
    }
    TRY(e);
    struct str hash = password_hash(app->passwords, a, wanted);
    TRY(tx_begin(&tx, app->store, a, TX_WRITE, actor, clock_now_ms()));
    return tx_end(&tx, write_own(&tx, hash, token));
}

/* What would leave nobody who can make accounts. */
static enum err keep_one_admin(struct tx *tx, const struct account *account,
                               struct faults *faults) {
    struct account_admins_row admins;
    TRY(account_admins(tx, &admins));
    bool last = str_is(account->role, role_name(ROLE_admin)) && account->active && admins.n == 1;
    if (!last) return E_OK;
    fault_add(faults, STR(""), "last", "This is the last administrator; make another one first.");
    return E_BLOCKED;
}

enum err people_edit(struct tx *tx, const struct person_edit *in, struct faults *faults) {
    struct account account;
    TRY(account_load(tx, in->id, &account));
    struct str role = str_from(role_name(in->role));
    bool same_role = str_eq(role, account.role);
    if (!same_role && (in->role == ROLE_patient || account.chart_patient_id.s)) {
        fault_add(faults, STR("role"), "role",
                  "A patient's account is made from the patient's chart, and no other is.");
        return E_INVALID;
    }
    if (!same_role) TRY(keep_one_admin(tx, &account, faults));
    account.version = in->version;
    account.display_name = str_trim(in->display_name);
    account.credentials = in->credentials;
    account.role = role;
    tx_event(tx, "account_changed", same_role ? STR_ABSENT : STR("a new role"));
    TRY(account_put(tx, &account));
    if (same_role) return E_OK;
    return session_cut(tx, in->id);
}

enum err people_set(struct tx *tx, struct str account_id, int64_t version,
                    enum person_state state, struct faults *faults) {
    struct account account;
    TRY(account_load(tx, account_id, &account));
    if (state == PERSON_CLOSED) TRY(keep_one_admin(tx, &account, faults));
    account.version = version;
    account.active = state == PERSON_ACTIVE;
    tx_event(tx, "account_changed",
             state == PERSON_ACTIVE ? STR("opened again") : STR("closed"));
    TRY(account_put(tx, &account));
    return session_cut(tx, account_id);
}
