/*
 * Readings by REST: POST /api/observations, with a gateway's key. The same door as a monitor's
 * messages (app/device.h): the same table of codes, the same rooms, the same queue.
 * docs/formats/hl7.md says what it looks like.
 */
#include "app/device.h"
#include "app/seal.h"
#include "base/clock.h"
#include "codec/json.h"
#include "codec/json_out.h"
#include "web/route.h"

enum { OBSERVATIONS_MAX = 500, DEVICE_MAX = 80 };

struct reading_in { /* what the functions below share */
    struct request *rq;
    struct json_doc doc;
    struct monitor_message *m;
};

static struct str text_of(const struct json *v) {
    return v && v->kind == JSON_NUMBER ? v->text : json_text(v);
}

/* Absent: `otherwise`. */
static int64_t time_of(struct reading_in *in, const struct json *v, int64_t otherwise) {
    int64_t at_ms = otherwise;
    if (v && !clock_parse_rfc3339(json_text(v), &at_ms))
        json_fault(&in->rq->faults, &in->doc, v, "type",
                   "a time with its zone, as 2027-03-08T10:05:00-07:00");
    return at_ms;
}

static void take_one(struct reading_in *in, const struct json *o) {
    struct monitor_raw raw = {.system = text_of(json_get(o, "system")),
                              .code = text_of(json_get(o, "code")),
                              .value = text_of(json_get(o, "value")),
                              .unit = text_of(json_get(o, "unit")),
                              .flag = text_of(json_get(o, "flag"))};
    struct monitor_reading r;
    json_only(&in->rq->faults, &in->doc, o, "system code value unit flag at channel");
    if (!raw.code.n)
        json_fault(&in->rq->faults, &in->doc, o, "required", "an observation has a code");
    enum monitor_fate fate =
        monitor_judge(in->rq->arena, in->rq->app->content->monitors, &raw, &r);
    in->m->left_out[fate]++;
    if (fate != MONITOR_TAKEN) return;
    r.channel = json_text(json_get(o, "channel"));
    r.at_ms = time_of(in, json_get(o, "at"), in->m->at_ms);
    in->m->readings[in->m->readings_n++] = r;
}

static enum err read_all(struct reading_in *in) {
    struct request *rq = in->rq;
    TRY(json_parse(rq->arena, rq->http->body, &in->doc, &rq->faults));
    const struct json *root = in->doc.root, *list = json_get(root, "observations");
    json_only(&rq->faults, &in->doc, root, "device patient at observations");
    in->m->device = json_text(json_get(root, "device"));
    in->m->patient_number = json_text(json_get(root, "patient"));
    in->m->at_ms = time_of(in, json_get(root, "at"), rq->now_ms);
    if (!list || list->kind != JSON_LIST || list->n < 1 || list->n > OBSERVATIONS_MAX)
        fault_add(&rq->faults, STR("observations"), "required", "A list of 1 to %d observations.",
                  OBSERVATIONS_MAX);
    if (in->m->device.n > DEVICE_MAX)
        fault_add(&rq->faults, STR("device"), "length", "At most %d characters.", DEVICE_MAX);
    TRY(faults_err(&rq->faults));
    in->m->readings = NEWS(rq->arena, struct monitor_reading, list->n);
    for (const struct json *o = list->first; o; o = o->next) take_one(in, o);
    if (json_get(root, "at")) in->m->digest = SEAL(rq->arena, rq->http->body);
    return faults_err(&rq->faults);
}

static enum err keep(struct request *rq, struct monitor_message *m, enum device_fate *fate) {
    struct str key = http_header(rq->http, "authorization");
    struct device gateway;
    if (!str_starts(key, STR("Bearer "))) return E_LOGIN;
    TRY(device_of_bearer(rq->tx, str_slice(key, 7, key.n), &gateway));
    struct reading_in in = {.rq = rq, .m = m};
    TRY(read_all(&in));
    /* A monitor behind a gateway is one of its own, and is put into a room of its own. */
    m->device = m->device.n ? str_format(rq->arena, "%.*s: %.*s", STR_ARG(gateway.identifier),
                                         STR_ARG(m->device))
                            : gateway.identifier;
    return device_take(rq->tx, rq->app->content, m, rq->peer, fate);
}

static void answer(struct request *rq, const struct monitor_message *m, enum device_fate fate) {
    static const char *const words[] = {"filed", "waits", "demo", "empty", "resent"};
    struct json_out o = json_out_new(rq->out);
    rq->answer->content_type = STR("application/json");
    json_out_object(&o, NULL);
    json_out_text(&o, "state", str_from(words[fate]));
    json_out_int(&o, "taken", m->readings_n);
    json_out_object(&o, "leftOut");
    for (int i = 1; i < MONITOR_FATES; i++)
        if (m->left_out[i])
            json_out_int(&o, monitor_fate_name((enum monitor_fate)i), m->left_out[i]);
    json_out_end(&o);
    json_out_end(&o);
}

enum err post_observations(struct request *rq) {
    struct monitor_message m = {0};
    enum device_fate fate;
    TRY(web_begin(rq, TX_WRITE));
    rq->tx->actor.door = STR("rest");
    TRY(web_end(rq, keep(rq, &m, &fate)));
    answer(rq, &m, fate);
    return E_OK;
}
