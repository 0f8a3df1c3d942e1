/*
 * draw: chance that repeats itself. One number starts a sequence, and the same number starts
 * the same one on every machine: splitmix64 (Steele, Lea, Flood, OOPSLA 2014). For synthetic
 * data only; nothing secret comes from here. Pure.
 */
#ifndef CAIRN_APP_DRAW_H
#define CAIRN_APP_DRAW_H

#include <stdbool.h>
#include <stdint.h>

struct draw {
    uint64_t state;
};

/* The n-th sequence of a seed: those of two n have nothing in common. */
struct draw draw_start(uint64_t seed, uint64_t n);
uint64_t draw_next(struct draw *d);
int draw_below(struct draw *d, int n);              /* 0 .. n - 1 */
int draw_between(struct draw *d, int low, int high); /* both ends */
bool draw_chance(struct draw *d, int percent);
double draw_real(struct draw *d); /* 0 <= x < 1 */
/* About normal: the sum of twelve; never past six deviations. */
double draw_normal(struct draw *d, double mean, double deviation);

#endif
