/*
 * quantile: exact quantiles of a row of the population, without sorting it.
 *
 * From one time to the next the quantiles move little. So the last two answers predict a
 * narrow bracket around each, one pass counts what is below it and gathers what is inside,
 * and the two order statistics wanted are picked from those few. The counts prove that the
 * bracket holds the ranks; when it does not, the row is sorted by radix (values are not
 * negative, so their bits sort as integers). Either way the answer is that of a full sort.
 * The definition is R's type 7: linear between order statistics at (n - 1) p.
 */
#include "pk/engine.h"

const double pk_probabilities[PK_QUANTILES] = {0.05, 0.25, 0.5, 0.75, 0.95};

enum { DIGIT_BITS = 11, DIGITS = 1 << DIGIT_BITS, SMALL = 256 };

static uint32_t key_of(float v) {
    uint32_t k;
    memcpy(&k, &v, sizeof k);
    return k;
}

static void radix_pass(const float *from, float *to, int n, int shift) {
    int start[DIGITS] = {0};
    for (int i = 0; i < n; i++) start[key_of(from[i]) >> shift & (DIGITS - 1)]++;
    for (int i = 0, sum = 0; i < DIGITS; i++) {
        int count = start[i];
        start[i] = sum;
        sum += count;
    }
    for (int i = 0; i < n; i++) to[start[key_of(from[i]) >> shift & (DIGITS - 1)]++] = from[i];
}

static void insertion(float *v, int n) {
    for (int i = 1; i < n; i++) {
        float x = v[i];
        int j = i;
        for (; j > 0 && v[j - 1] > x; j--) v[j] = v[j - 1];
        v[j] = x;
    }
}

/* Sorted into scratch[0 .. n), with scratch[n .. 2n) used. */
static void sort_row(const float *row, int n, float *scratch) {
    if (n <= 32) {
        memcpy(scratch, row, (size_t)n * sizeof *row);
        insertion(scratch, n);
        return;
    }
    radix_pass(row, scratch, n, 0);
    radix_pass(scratch, scratch + n, n, DIGIT_BITS);
    radix_pass(scratch + n, scratch, n, 2 * DIGIT_BITS);
}

/* Leaves the element of rank k at v[k], smaller ones before it (Hoare's find). */
static void find(float *v, int n, int k) {
    int low = 0, high = n - 1;
    while (high - low > 16) {
        float pivot = v[low + (high - low) / 2];
        int i = low, j = high;
        while (i <= j) {
            while (v[i] < pivot) i++;
            while (v[j] > pivot) j--;
            if (i > j) break;
            float x = v[i];
            v[i++] = v[j];
            v[j--] = x;
        }
        if (k <= j) high = j;
        else if (k >= i) low = i;
        else return;
    }
    insertion(v + low, high - low + 1);
}

struct rank {
    int low;     /* the lower order statistic, from 0 */
    double part; /* of the way to the next */
};

static struct rank rank_of(int n, int k) {
    double h = (n - 1) * pk_probabilities[k];
    int low = (int)h;
    if (low > n - 2) low = n - 2;
    return (struct rank){low, h - low};
}

static float between(float a, float b, double part) {
    return (float)((double)a + part * ((double)b - (double)a));
}

/* Within a bracket values lie nearly evenly: aim at the rank's place, gather again. Answers
 * the rank within what is left in v; a miss leaves all as it was. */
static int narrow(const struct kernel *kernel, struct bracket *b, int at, float *v) {
    enum { FEW = 64 };
    if (b->inside <= FEW) return at;
    double share = (at + 1.0) / b->inside, slack = 1.5 / sqrt(b->inside);
    double width = (double)b->high - (double)b->low;
    struct bracket closer = {(float)((double)b->low + width * (share - slack)),
                             (float)((double)b->low + width * (share + slack)), 0, 0};
    float *to = v + b->inside + PAD;
    kernel->gather(v, b->inside, &closer, to);
    int rank = at - closer.below;
    if (rank < 0 || rank + 1 >= closer.inside) return at;
    memmove(v, to, (size_t)closer.inside * sizeof *v);
    *b = closer;
    return rank;
}

/* The quantile from its bracket, or false: the bracket missed. */
static bool from_bracket(const struct kernel *kernel, const float *row, int n, int k,
                         float *scratch, struct guess *g, float *out) {
    double value = g->value[k], ratio = g->before[k] > 0 ? value / g->before[k] : 1;
    ratio = ratio < 0.5 ? 0.5 : ratio > 2 ? 2 : ratio;
    double middle = value * ratio, width = g->width[k];
    float low = (float)(middle * (1 - width)), high = (float)(middle * (1 + width));
    struct rank r = rank_of(n, k);
    if (!(high > low)) return false;
    struct bracket b = {low, high, 0, 0};
    kernel->gather(row, n, &b, scratch);
    if (b.inside * 16 > n) g->width[k] *= 0.7f;
    else if (b.inside * 64 < n) g->width[k] *= 1.4f;
    if (g->width[k] > 0.4f) g->width[k] = 0.4f;
    int at = r.low - b.below;
    if (b.inside > n / 2) return false; /* no room to narrow, and no gain */
    if (at < 0 || at + 1 >= b.inside) {
        if (g->width[k] < 0.3f) g->width[k] *= 1.5f;
        return false;
    }
    at = narrow(kernel, &b, at, scratch);
    find(scratch, b.inside, at);
    float next = scratch[at + 1];
    for (int i = at + 2; i < b.inside; i++)
        if (scratch[i] < next) next = scratch[i];
    *out = between(scratch[at], next, r.part);
    return true;
}

static void from_sorted(const float *sorted, int n, float out[PK_QUANTILES]) {
    for (int k = 0; k < PK_QUANTILES; k++) {
        struct rank r = rank_of(n, k);
        out[k] = n == 1 ? sorted[0] : between(sorted[r.low], sorted[r.low + 1], r.part);
    }
}

static void remember(struct guess *g, const float q[PK_QUANTILES]) {
    for (int k = 0; k < PK_QUANTILES; k++) {
        g->before[k] = g->known ? g->value[k] : 0;
        g->value[k] = q[k];
        if (!g->known) g->width[k] = 0.03f;
    }
    g->known = true;
}

void pk_quantiles(const struct kernel *kernel, const float *row, int n, float *scratch,
                  struct guess *g, float out[PK_QUANTILES]) {
    bool all = g->known && n > SMALL;
    for (int k = 0; all && k < PK_QUANTILES; k++)
        all = from_bracket(kernel, row, n, k, scratch, g, &out[k]);
    if (!all) {
        sort_row(row, n, scratch);
        from_sorted(scratch, n, out);
    }
    remember(g, out);
}
