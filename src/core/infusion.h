/*
 * infusion: how much of an infusion has run in, from what was done at the pump.
 *
 *     35 mg over 40 min ──start── pause ── resume ── rate 1.2 mg/min ── stop
 *                          └─ parts of constant rate, each with its amount ─┘
 *
 * Nothing runs past the ordered amount. Amounts are whole micrograms, rates micrograms a
 * minute. Pure.
 */
#ifndef CAIRN_INFUSION_H
#define CAIRN_INFUSION_H

#include "base/str.h"

enum infusion_kind { INFUSION_RATE, INFUSION_PAUSE, INFUSION_RESUME, INFUSION_STOP,
                     INFUSION_KINDS };

struct infusion_order {
    int64_t amount_ug, start_ms;
    int minutes; /* as ordered: the first rate */
};

struct infusion_change {
    enum infusion_kind kind;
    int64_t at_ms, rate_ug_min; /* rate: of kind rate only */
};

struct infusion_part {
    int64_t from_ms, to_ms, amount_ug;
};

enum { INFUSION_PARTS_MAX = 64 }; /* changes of one infusion, and its start */
enum infusion_state { INFUSION_RUNNING, INFUSION_PAUSED, INFUSION_DONE, INFUSION_STOPPED };

struct infusion {
    enum infusion_state state;
    struct infusion_part parts[INFUSION_PARTS_MAX];
    int n;
    int64_t delivered_ug;
    double rate_ug_min; /* of the pump when it runs, also while it is paused */
    int64_t end_ms;     /* when it ended; running: when it will; paused: were it to go on now */
};

/* `changes` by time. */
void infusion_at(const struct infusion_order *order, const struct infusion_change *changes, int n,
                 int64_t now_ms, struct infusion *out);
bool infusion_allows(enum infusion_state state, enum infusion_kind kind);
const char *infusion_kind_name(enum infusion_kind k);   /* rate pause resume stop */
bool infusion_kind_parse(struct str word, enum infusion_kind *out);
const char *infusion_state_name(enum infusion_state s); /* running paused done stopped */

#endif
