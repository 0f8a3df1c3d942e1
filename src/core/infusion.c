#include "core/infusion.h"

#include <math.h>

#define MINUTE 60000.0

static const char *const kinds[INFUSION_KINDS] = {"rate", "pause", "resume", "stop"};
static const char *const states[] = {"running", "paused", "done", "stopped"};

const char *infusion_kind_name(enum infusion_kind k) { return kinds[k]; }
const char *infusion_state_name(enum infusion_state s) { return states[s]; }

bool infusion_kind_parse(struct str word, enum infusion_kind *out) {
    int i = str_index(word, kinds, INFUSION_KINDS);
    if (i >= 0) *out = (enum infusion_kind)i;
    return i >= 0;
}

bool infusion_allows(enum infusion_state state, enum infusion_kind kind) {
    if (state == INFUSION_RUNNING) return kind != INFUSION_RESUME;
    return state == INFUSION_PAUSED && kind != INFUSION_PAUSE;
}

static int64_t left_ms(const struct infusion *r, int64_t amount_ug) {
    return (int64_t)ceil((double)(amount_ug - r->delivered_ug) / r->rate_ug_min * MINUTE);
}

/* Runs on from one instant to another at the rate of now, or until all is in. */
static void run(struct infusion *r, int64_t amount_ug, int64_t from_ms, int64_t to_ms) {
    if (r->state != INFUSION_RUNNING || to_ms <= from_ms) return;
    int64_t end_ms = from_ms + left_ms(r, amount_ug);
    bool ends = end_ms <= to_ms;
    int64_t ug = ends ? amount_ug - r->delivered_ug
                      : llround((double)(to_ms - from_ms) * r->rate_ug_min / MINUTE);
    if (ug > amount_ug - r->delivered_ug) ug = amount_ug - r->delivered_ug;
    if (r->n < INFUSION_PARTS_MAX)
        r->parts[r->n++] = (struct infusion_part){from_ms, ends ? end_ms : to_ms, ug};
    r->delivered_ug += ug;
    if (!ends) return;
    r->state = INFUSION_DONE;
    r->end_ms = end_ms;
}

static void change(struct infusion *r, const struct infusion_change *c) {
    if (!infusion_allows(r->state, c->kind)) return;
    if (c->kind == INFUSION_RATE && c->rate_ug_min > 0) r->rate_ug_min = (double)c->rate_ug_min;
    else if (c->kind == INFUSION_PAUSE) r->state = INFUSION_PAUSED;
    else if (c->kind == INFUSION_RESUME) r->state = INFUSION_RUNNING;
    else if (c->kind == INFUSION_STOP) r->state = INFUSION_STOPPED, r->end_ms = c->at_ms;
}

void infusion_at(const struct infusion_order *order, const struct infusion_change *changes, int n,
                 int64_t now_ms, struct infusion *out) {
    int minutes = order->minutes > 0 ? order->minutes : 1;
    int64_t at_ms = order->start_ms;
    *out = (struct infusion){.state = INFUSION_RUNNING,
                             .rate_ug_min = (double)order->amount_ug / minutes};
    for (int i = 0; i < n && changes[i].at_ms <= now_ms; i++) {
        run(out, order->amount_ug, at_ms, changes[i].at_ms);
        at_ms = changes[i].at_ms;
        change(out, &changes[i]);
    }
    int64_t left = left_ms(out, order->amount_ug); /* from the last change on */
    if (out->state == INFUSION_PAUSED) out->end_ms = (now_ms > at_ms ? now_ms : at_ms) + left;
    if (out->state == INFUSION_RUNNING) out->end_ms = at_ms + left;
    run(out, order->amount_ug, at_ms, now_ms);
}
