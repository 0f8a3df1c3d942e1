/* The floor: every room on one page, and the stream of what changes on it. */
#include "net/stream.h"
#include "web/html.h"
#include "web/route.h"

/* Says what changed, never how: it holds nothing of a patient, and reads no chart. */
enum err page_floor_events(struct request *rq) {
    struct stream_hub *hub = web_hub(rq->web);
    if (!hub) return E_WORLD;
    return stream_join(hub, rq->account.id, http_header(rq->http, "last-event-id"),
                       rq->session.ends_ms, rq->answer);
}
