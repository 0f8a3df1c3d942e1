#include "core/instrument.h"

#include <math.h>

static bool named(const struct instrument *in, struct str id) {
    if (str_eq(in->id, id)) return true;
    for (int i = 0; i < in->alias_count; i++)
        if (str_eq(in->aliases[i], id)) return true;
    return false;
}

const struct instrument *instrument_find(struct instruments all, struct str id) {
    const struct instrument *best = NULL;
    for (int i = 0; i < all.n; i++)
        if (named(all.v[i], id) && (!best || all.v[i]->version > best->version)) best = all.v[i];
    return best;
}

const struct instrument *instrument_find_loinc(struct instruments all, struct str code) {
    if (code.n == 0) return NULL;
    for (int i = 0; i < all.n; i++)
        if (str_eq(all.v[i]->panel_loinc, code) || str_eq(all.v[i]->total_loinc, code))
            return all.v[i];
    return NULL;
}

int instrument_item(const struct instrument *in, struct str id_or_code) {
    if (id_or_code.n == 0) return -1;
    for (int i = 0; i < in->item_count; i++)
        if (str_eq(in->items[i].id, id_or_code) || str_eq(in->items[i].code, id_or_code)) return i;
    return -1;
}

bool item_accepts(const struct item *item, int value) {
    const struct scale *s = item->scale;
    if (value == ANSWER_MISSING) return true;
    for (int i = 0; i < s->choice_count; i++)
        if (s->choices[i].value == value) return true;
    return s->choice_count == 0 && value >= s->low && value <= s->high &&
           (value - s->low) % s->step == 0;
}

struct str item_answer_text(const struct item *item, int value) {
    const struct scale *s = item->scale;
    for (int i = 0; i < s->choice_count; i++)
        if (s->choices[i].value == value) return s->choices[i].text;
    return STR_ABSENT;
}

const struct threshold *instrument_threshold(const struct instrument *in, enum threshold_kind kind,
                                             struct str id) {
    for (int i = 0; i < in->threshold_count; i++) {
        const struct threshold *t = &in->thresholds[i];
        if (t->kind == kind && (!id.s || str_eq(t->id, id))) return t;
    }
    return NULL;
}

struct str instrument_band(const struct instrument *in, double total) {
    struct str label = STR_ABSENT;
    for (int i = 0; i < in->band_count && total >= in->bands[i].from; i++)
        label = in->bands[i].label;
    return label;
}

static void rule_range(const struct instrument *in, const struct score_rule *r, double *low,
                       double *high) {
    double sum_low = 0, sum_high = 0, max_low = 0, max_high = 0;
    for (int i = 0; i < r->n; i++) {
        double l, h;
        if (r->member[i] >= REF_SCORE) {
            rule_range(in, &in->scores[r->member[i] - REF_SCORE], &l, &h);
        } else {
            l = in->items[r->member[i]].scale->low;
            h = in->items[r->member[i]].scale->high;
        }
        if (!r->optional[i]) sum_low += l;
        sum_high += h;
        max_low = i == 0 ? l : fmax(max_low, l);
        max_high = fmax(max_high, h);
    }
    int n = r->n > 0 ? r->n : 1;
    switch (r->method) {
    case METHOD_SUM: *low = sum_low, *high = sum_high; break;
    case METHOD_MEAN: *low = sum_low / n, *high = sum_high / n; break;
    case METHOD_MAX: *low = max_low, *high = max_high; break;
    case METHOD_PERCENT: *low = 0, *high = 100; break;
    case METHOD_COUNT:
    case METHOD_RANK: *low = 0, *high = r->n; break;
    }
    *low *= r->times;
    *high *= r->times;
}

void instrument_range(const struct instrument *in, double *low, double *high) {
    *low = *high = 0;
    if (in->total >= 0) rule_range(in, &in->scores[in->total], low, high);
}
