#include "core/proportion.h"

#include <math.h>

static const double z = 1.959963984540054; /* the normal's 97.5% point */

struct proportion proportion_wilson(int n, int of) {
    struct proportion p = {n, of, NAN, NAN, NAN};
    if (of <= 0) return p;
    double k = of, rate = n / k, z2 = z * z;
    double centre = (rate + z2 / (2 * k)) / (1 + z2 / k);
    double half = z / (1 + z2 / k) * sqrt(rate * (1 - rate) / k + z2 / (4 * k * k));
    p.rate = rate;
    p.lo = n == 0 ? 0 : fmax(0, centre - half);
    p.hi = n == of ? 1 : fmin(1, centre + half);
    return p;
}
