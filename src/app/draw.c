#include "app/draw.h"

uint64_t draw_next(struct draw *d) {
    uint64_t z = (d->state += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

struct draw draw_start(uint64_t seed, uint64_t n) {
    struct draw outer = {seed};
    struct draw inner = {draw_next(&outer) ^ (n * 0xD6E8FEB86659FD93u)};
    draw_next(&inner);
    return inner;
}

int draw_below(struct draw *d, int n) { return (int)(draw_next(d) % (uint64_t)n); }

int draw_between(struct draw *d, int low, int high) { return low + draw_below(d, high - low + 1); }

bool draw_chance(struct draw *d, int percent) { return draw_below(d, 100) < percent; }

double draw_real(struct draw *d) { return (double)(draw_next(d) >> 11) * 0x1p-53; }

double draw_normal(struct draw *d, double mean, double deviation) {
    double sum = 0;
    for (int i = 0; i < 12; i++) sum += draw_real(d);
    return mean + (sum - 6) * deviation;
}
