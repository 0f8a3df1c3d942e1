/* kernel_avx512: eight patients at once. See kernel.inc. */
#include "pk/engine.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define LANES 8
#define TARGET __attribute__((target("avx512f,avx512dq,avx512vl")))
#define KERNEL pk_kernel_avx512
#define v_sqrt(x) ((vd)_mm512_sqrt_pd((__m512d)(x)))

#include "pk/kernel.inc"
#else
typedef int kernel_avx512_is_empty_here;
#endif
