/* Alive, ready, and how it goes: for whoever keeps the server. None of it needs a login, and
 * none of it says a word about a patient. */
#include "base/clock.h"
#include "net/stream.h"
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

enum err page_metrics(struct request *rq) {
    struct web_figures f = web_figures(rq->web);
    rq->answer->content_type = STR("text/plain; version=0.0.4; charset=utf-8");
    metric(rq->out, "cairn_answers_total", "counter",
           "Answers by the first digit of their status.");
    for (int i = 1; i < 6; i++)
        buf_format(rq->out, "cairn_answers_total{status=\"%dxx\"} %lld\n", i,
                   (long long)f.answers[i]);
    metric(rq->out, "cairn_requests_total", "counter", "Requests begun.");
    buf_format(rq->out, "cairn_requests_total %lld\n", (long long)f.http.requests);
    metric(rq->out, "cairn_requests_refused_total", "counter",
           "Requests refused before any page was looked at.");
    buf_format(rq->out, "cairn_requests_refused_total %lld\n", (long long)f.http.refused);
    metric(rq->out, "cairn_busy_seconds_total", "counter", "Time that workers spent on answers.");
    buf_format(rq->out, "cairn_busy_seconds_total %.3f\n", (double)f.busy_ns / 1e9);
    gauge(rq->out, "cairn_requests_in_flight",
          "Requests between their headers and their last byte.",
          f.http.in_flight);
    gauge(rq->out, "cairn_requests_waiting", "Requests waiting for a worker.", f.http.waiting);
    struct stream_hub *hub = web_hub(rq->web);
    struct stream_stats streams = hub ? stream_stats_of(hub) : (struct stream_stats){0};
    gauge(rq->out, "cairn_streams", "Browsers that listen to what changes.", streams.clients);
    metric(rq->out, "cairn_stream_events_total", "counter", "What changed, as told to them.");
    buf_format(rq->out, "cairn_stream_events_total %lld\n", (long long)streams.events);
    metric(rq->out, "cairn_watch_rounds_total", "counter",
           "Rounds of what happens because time passes; it stands still when that does.");
    buf_format(rq->out, "cairn_watch_rounds_total %lld\n",
               (long long)__atomic_load_n(&rq->app->watched, __ATOMIC_ACQUIRE));
    gauge(rq->out, "cairn_uptime_seconds", "Since the start.",
          (rq->now_ms - rq->app->started_ms) / 1000);
    return E_OK;
}
