/* kernel_avx2: four patients at once. See kernel.inc. */
#include "pk/engine.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define LANES 4
#define TARGET __attribute__((target("avx2,fma")))
#define KERNEL pk_kernel_avx2
#define v_sqrt(x) ((vd)_mm256_sqrt_pd((__m256d)(x)))
#define v_positive(x) ((vd)_mm256_max_pd(_mm256_setzero_pd(), (__m256d)(x)))
#define v_fma(x, y, z) ((vd)_mm256_fmadd_pd((__m256d)(x), (__m256d)(y), (__m256d)(z)))

/* Eight at once: few are inside a bracket, so those are picked one by one. */
#define GATHER_BLOCK 8
TARGET static inline int gather_block(const float *row, struct bracket *b, float *out) {
    __m256 v = _mm256_loadu_ps(row);
    __m256 under = _mm256_cmp_ps(v, _mm256_set1_ps(b->low), _CMP_LT_OQ);
    __m256 less = _mm256_cmp_ps(v, _mm256_set1_ps(b->high), _CMP_LT_OQ);
    unsigned below = (unsigned)_mm256_movemask_ps(under);
    unsigned inside = (unsigned)_mm256_movemask_ps(less) & ~below;
    int n = 0;
    b->below += __builtin_popcount(below);
    for (; inside; inside &= inside - 1) out[n++] = row[__builtin_ctz(inside)];
    return n;
}

#include "pk/kernel.inc"
#else
typedef int kernel_avx2_is_empty_here;
#endif
