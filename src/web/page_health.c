/* Alive, ready, and how it goes: for whoever keeps the server. None of it needs a login, and
 * none of it says a word about a patient. */
#include "base/clock.h"
#include "net/stream.h"
#include "store/sql.h"
#include "web/door.h"
#include "web/route.h"

enum err page_healthz(struct request *rq) {
    rq->answer->content_type = STR("text/plain");
    rq->answer->constant = STR("ok\n");
    http_answer_header(rq->http, rq->answer, "Cache-Control", STR("no-store"));
    return E_OK;
}

enum err page_readyz(struct request *rq) {
    struct str why = STR_ABSENT;
    enum err e = store_ready(rq->app->store, rq->arena, &why);
    rq->answer->content_type = STR("text/plain; charset=utf-8");
    rq->answer->status = e ? 503 : 200;
    buf_put(rq->out, e ? why : STR("ready"));
    buf_char(rq->out, '\n');
    return E_OK;
}

static void metric(struct buf *out, const char *name, const char *type, const char *help) {
    buf_format(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void gauge(struct buf *out, const char *name, const char *help, int64_t v) {
    metric(out, name, "gauge", help);
    buf_format(out, "%s %lld\n", name, (long long)v);
}

static void counter(struct buf *out, const char *name, const char *help, int64_t v) {
    metric(out, name, "counter", help);
    buf_format(out, "%s %lld\n", name, (long long)v);
}

static void put_requests(struct request *rq) {
    struct web_figures f = web_figures(rq->web);
    metric(rq->out, "cairn_answers_total", "counter",
           "Answers by the first digit of their status.");
    for (int i = 1; i < 6; i++)
        buf_format(rq->out, "cairn_answers_total{status=\"%dxx\"} %lld\n", i,
                   (long long)f.answers[i]);
    counter(rq->out, "cairn_requests_total", "Requests begun.", f.http.requests);
    counter(rq->out, "cairn_requests_refused_total",
            "Requests refused before any page was looked at.", f.http.refused);
    metric(rq->out, "cairn_busy_seconds_total", "counter", "Time that workers spent on answers.");
    buf_format(rq->out, "cairn_busy_seconds_total %.3f\n", (double)f.busy_ns / 1e9);
    gauge(rq->out, "cairn_requests_in_flight",
          "Requests between their headers and their last byte.", f.http.in_flight);
    gauge(rq->out, "cairn_requests_waiting", "Requests waiting for a worker.", f.http.waiting);
}

/* What the database knows of the door of monitors; where it cannot say, the lines are missing. */
static enum err put_monitor_rows(struct request *rq) {
    struct monitor_faults_rows faults;
    struct monitor_door_row door;
    TRY(monitor_faults(rq->tx, &faults));
    TRY(monitor_door(rq->tx, &door));
    metric(rq->out, "cairn_monitor_faults_total", "counter",
           "What monitors sent that was refused or odd, by reason, since ever.");
    for (ptrdiff_t i = 0; i < faults.n; i++)
        buf_format(rq->out, "cairn_monitor_faults_total{reason=\"%.*s\"} %lld\n",
                   STR_ARG(faults.v[i].kind), (long long)faults.v[i].n);
    gauge(rq->out, "cairn_monitor_unassigned", "Messages that wait for a person.", door.waiting_n);
    if (door.oldest_ms.is)
        gauge(rq->out, "cairn_monitor_unassigned_oldest_seconds", "The age of the oldest of them.",
              (rq->now_ms - door.oldest_ms.v) / 1000);
    if (door.last_ms.is)
        gauge(rq->out, "cairn_monitor_last_seconds", "Since a monitor was last heard.",
              (rq->now_ms - door.last_ms.v) / 1000);
    return E_OK;
}

static void put_monitors(struct request *rq) {
    struct app_monitors *m = &rq->app->monitors;
    gauge(rq->out, "cairn_monitor_connections", "Monitors that are connected.",
          __atomic_load_n(&m->connections, __ATOMIC_RELAXED));
    counter(rq->out, "cairn_monitor_messages_total", "Messages that came by MLLP.",
            __atomic_load_n(&m->messages, __ATOMIC_RELAXED));
    counter(rq->out, "cairn_monitor_acknowledged_total", "Those of them that were kept.",
            __atomic_load_n(&m->acknowledged, __ATOMIC_RELAXED));
    if (web_begin(rq, TX_READ)) return;
    enum err e = web_end(rq, put_monitor_rows(rq));
    (void)e;
}

enum err page_metrics(struct request *rq) {
    rq->answer->content_type = STR("text/plain; version=0.0.4; charset=utf-8");
    put_requests(rq);
    struct stream_hub *hub = web_hub(rq->web);
    struct stream_stats streams = hub ? stream_stats_of(hub) : (struct stream_stats){0};
    gauge(rq->out, "cairn_streams", "Browsers that listen to what changes.", streams.clients);
    counter(rq->out, "cairn_stream_events_total", "What changed, as told to them.",
            streams.events);
    put_monitors(rq);
    counter(rq->out, "cairn_watch_rounds_total",
            "Rounds of what happens because time passes; it stands still when that does.",
            __atomic_load_n(&rq->app->watched, __ATOMIC_ACQUIRE));
    gauge(rq->out, "cairn_uptime_seconds", "Since the start.",
          (rq->now_ms - rq->app->started_ms) / 1000);
    return E_OK;
}
