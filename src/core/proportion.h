/* proportion: n of so many, with Wilson's 95% interval (Wilson, JASA 1927), which keeps inside
 * 0 and 1 and is honest for small numbers. Pure. */
#ifndef CAIRN_PROPORTION_H
#define CAIRN_PROPORTION_H

struct proportion {
    int n, of;
    double rate, lo, hi; /* 0 to 1; NAN when of is 0 */
};

/* 0 <= n <= of */
struct proportion proportion_wilson(int n, int of);

#endif
