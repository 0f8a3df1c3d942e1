#include "web/signer.h"

#include "app/people.h"

/* "prescriber, therapist, monitor" */
static struct str who_may(struct arena *a, enum capability may) {
    struct buf b = buf_new(a, 64);
    for (int r = 0; r < ROLE_COUNT; r++)
        if (access_allows((enum role)r, may))
            buf_format(&b, "%s%s", b.n ? ", " : "", role_name((enum role)r));
    return buf_str(&b);
}

enum err signer_again(struct request *rq, struct str password) {
    struct account signer;
    struct login_in again = {rq->account.login_name, password, rq->peer};
    enum err e = people_verify(rq->app, rq->arena, &again, &signer);
    if (e != E_REFUSED) return e;
    fault_add(&rq->faults, STR("password"), "login", "This is not your password.");
    return E_INVALID;
}

enum err signer_second(struct request *rq, struct str name, struct str password,
                       enum capability may, struct str *id) {
    struct account account;
    enum role role;
    struct login_in in = {name, password, rq->peer};
    enum err e = people_verify(rq->app, rq->arena, &in, &account);
    if (e == E_REFUSED)
        fault_add(&rq->faults, STR("checker_password"), "login",
                  "The second person's name and password do not belong together.");
    else if (e) return e;
    else if (!role_parse(account.role, &role) || !access_allows(role, may))
        fault_add(&rq->faults, STR("checker_name"), "role",
                  "The second person is one of these: %.*s.", STR_ARG(who_may(rq->arena, may)));
    else *id = account.id;
    return faults_err(&rq->faults);
}
