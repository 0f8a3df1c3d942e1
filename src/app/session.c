#include "app/session.h"

#include <sodium.h>

#include "app/settings.h"
#include "base/clock.h"
#include "base/id.h"
#include "store/live.h"
#include "store/sql.h"

enum { TOKEN_BYTES = 32, KEEP_DAYS = 7 };

static struct str hash_of(struct arena *a, struct str token) {
    unsigned char hash[32];
    crypto_generichash(hash, sizeof hash, (const unsigned char *)token.s, (size_t)token.n, NULL,
                       0);
    char *text = NEWS(a, char, 2 * sizeof hash + 1);
    sodium_bin2hex(text, 2 * sizeof hash + 1, hash, sizeof hash);
    return str_from(text);
}

static enum err ends(struct tx *tx, const struct session_get_row *row, int64_t *ends_ms) {
    int64_t idle_min, longest_h;
    TRY(setting_int(tx, SETTING_session_idle_min, &idle_min));
    TRY(setting_int(tx, SETTING_session_longest_h, &longest_h));
    int64_t idle_ms = tx->now_ms + idle_min * MINUTE_MS;
    int64_t longest_ms = row->created_ms + longest_h * HOUR_MS;
    *ends_ms = idle_ms < longest_ms ? idle_ms : longest_ms;
    bool silent = tx->now_ms >= row->seen_ms + idle_min * MINUTE_MS;
    if (!row->active || row->ended_ms.is || silent || *ends_ms <= tx->now_ms) *ends_ms = 0;
    return E_OK;
}

enum err session_find(struct tx *tx, struct str token, struct session *out) {
    *out = (struct session){0};
    if (token.n != 2 * TOKEN_BYTES) return E_OK;
    struct session_get_row row;
    out->token_hash = hash_of(tx->arena, token);
    enum err e = session_get(tx, &(struct session_get_in){out->token_hash}, &row);
    if (e == E_UNKNOWN) return E_OK;
    TRY(e);
    TRY(ends(tx, &row, &out->ends_ms));
    if (!role_parse(row.role, &out->role)) return E_OK; /* a role that this program has not */
    out->state = out->ends_ms ? SESSION_LIVE : SESSION_EXPIRED;
    out->csrf = row.csrf;
    out->account_id = row.account_id;
    out->login_name = row.login_name;
    out->display_name = row.display_name;
    out->credentials = row.credentials;
    out->chart_patient_id = row.chart_patient_id;
    out->must_change = row.must_change;
    out->seen_ms = row.seen_ms;
    return E_OK;
}

enum err session_start(struct tx *tx, struct str account_id, struct str *token) {
    *token = id_token(tx->arena, TOKEN_BYTES);
    TRY(session_sweep(tx, &(struct session_sweep_in){tx->now_ms - KEEP_DAYS * DAY_MS}));
    return session_add(tx, &(struct session_add_in){hash_of(tx->arena, *token), account_id,
                                                    id_token(tx->arena, TOKEN_BYTES),
                                                    tx->now_ms});
}

enum err session_touch(struct tx *tx, const struct session *s) {
    return session_seen(tx, &(struct session_seen_in){s->token_hash, tx->now_ms});
}

enum err session_close(struct tx *tx, const struct session *s) {
    TRY(session_end(tx, &(struct session_end_in){s->token_hash, tx->now_ms}));
    live_changed(tx, "login", s->account_id);
    return journal_append(tx, "logout", STR_ABSENT, STR_ABSENT);
}

enum err session_cut(struct tx *tx, struct str account_id) {
    live_changed(tx, "login", account_id);
    return session_end_all(tx, &(struct session_end_all_in){account_id, tx->now_ms});
}

enum err session_close_all(struct tx *tx, struct str account_id) {
    TRY(session_cut(tx, account_id));
    return journal_append(tx, "logout_everywhere", STR_ABSENT, STR_ABSENT);
}
