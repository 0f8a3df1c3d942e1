/* kernel_plain: two patients at once in generic vectors; any processor. See kernel.inc. */
#include "pk/engine.h"

#define LANES 2
#define TARGET
#define KERNEL pk_kernel_plain
#define v_sqrt(x) ((vd){__builtin_sqrt((x)[0]), __builtin_sqrt((x)[1])})
#define v_positive(x) ((vd)(~((x) <= 0.0) & (vi)(x)))
#ifdef __FP_FAST_FMA
#define v_fma(x, y, z)                                  \
    ((vd){__builtin_fma((x)[0], (y)[0], (z)[0]), __builtin_fma((x)[1], (y)[1], (z)[1])})
#endif

#include "pk/kernel.inc"
