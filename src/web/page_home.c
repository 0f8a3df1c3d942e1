/* The start: each role's own room. */
#include "web/route.h"

enum err page_home(struct request *rq) {
    if (rq->account.role == ROLE_patient) return web_redirect(rq, "/portal");
    if (web_allows(rq, CAP_PEOPLE_WRITE)) return web_redirect(rq, "/people");
    if (web_allows(rq, CAP_PATIENT_LIST)) return web_redirect(rq, "/patients");
    return web_redirect(rq, "/password");
}
