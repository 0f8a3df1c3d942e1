/* kernel_avx2: four patients at once. See kernel.inc. */
#include "pk/engine.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define LANES 4
#define TARGET __attribute__((target("avx2")))
#define KERNEL pk_kernel_avx2
#define v_sqrt(x) ((vd)_mm256_sqrt_pd((__m256d)(x)))

#include "pk/kernel.inc"
#else
typedef int kernel_avx2_is_empty_here;
#endif
