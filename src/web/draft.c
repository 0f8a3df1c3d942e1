/*
 * draft: what is being typed, by account and form, so that a crash, a closed tab or an ended
 * login loses nothing. The page offers it again (form_view.c); it is gone when the form is
 * accepted, or thrown away. Never kept: tokens, passwords, files.
 */
#include "store/sql.h"
#include "web/door.h"
#include "web/route.h"

enum { DRAFT_MAX = 200 << 10, DRAFTS_PER_ACCOUNT = 200 };

static bool is_kept(struct str name) {
    return !str_is(name, "csrf") && str_find(name, STR("password")) < 0;
}

static enum err bounded(struct request *rq, struct str account_id, struct str key) {
    struct draft_get_row there;
    enum err e = draft_get(rq->tx, &(struct draft_get_in){account_id, key}, &there);
    if (e != E_UNKNOWN) return e;
    struct draft_count_row count;
    TRY(draft_count(rq->tx, &(struct draft_count_in){account_id}, &count));
    return count.n < DRAFTS_PER_ACCOUNT ? E_OK : E_TOO_MANY;
}

enum err draft_keep(struct request *rq, struct str account_id, struct str key,
                    const struct form_pairs *pairs) {
    struct buf body = buf_new(rq->arena, 1024);
    for (ptrdiff_t i = 0; i < pairs->n; i++)
        if (is_kept(pairs->v[i].name)) form_put(&body, pairs->v[i].name, pairs->v[i].value);
    if (body.n > DRAFT_MAX) return E_TOO_LARGE;
    TRY(bounded(rq, account_id, key));
    return draft_set(rq->tx, &(struct draft_set_in){account_id, key, buf_str(&body), rq->now_ms});
}

/* The key is the action of a form that this program has. */
static bool key_ok(struct request *rq, struct str key) {
    const struct route *route;
    struct str parts[WEB_PATH_PARTS];
    int n;
    if (key.n == 0 || key.n > 500 || key.s[0] != '/') return false;
    if (route_match(rq->arena, STR("POST"), key, &route, parts, &n)) return false;
    return !route->form || form_info(route->form)->flag == PLAIN;
}

enum err post_draft(struct request *rq) {
    struct str key = web_typed(rq, "key"), back = web_typed(rq, "back");
    if (!key_ok(rq, key)) {
        fault_add(&rq->faults, STR("key"), "unknown", "No form of that name keeps drafts.");
        return E_UNKNOWN;
    }
    if (web_typed(rq, "discard").s) {
        TRY(draft_drop(rq->tx, &(struct draft_drop_in){rq->account.id, key}));
        return web_redirect(rq, "%.*s", STR_ARG(door_local_path(back)));
    }
    struct form_pairs pairs;
    TRY(form_parse(rq->arena, web_typed(rq, "body"), &pairs, &rq->faults));
    TRY(draft_keep(rq, rq->account.id, key, &pairs));
    rq->answer->status = 204;
    return E_OK;
}
