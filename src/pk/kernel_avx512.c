/* kernel_avx512: eight patients at once. See kernel.inc. */
#include "pk/engine.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define LANES 8
#define TARGET __attribute__((target("avx512f,avx512dq,avx512vl")))
#define KERNEL pk_kernel_avx512
#define v_sqrt(x) ((vd)_mm512_sqrt_pd((__m512d)(x)))
#define v_positive(x) ((vd)_mm512_max_pd(_mm512_setzero_pd(), (__m512d)(x)))
#define v_fma(x, y, z) ((vd)_mm512_fmadd_pd((__m512d)(x), (__m512d)(y), (__m512d)(z)))

/* Sixteen at once: the mask of those inside packs them to the front. */
#define GATHER_BLOCK 16
TARGET static inline int gather_block(const float *row, struct bracket *b, float *out) {
    __m512 v = _mm512_loadu_ps(row);
    unsigned below = _mm512_cmp_ps_mask(v, _mm512_set1_ps(b->low), _CMP_LT_OQ);
    unsigned inside = _mm512_cmp_ps_mask(v, _mm512_set1_ps(b->high), _CMP_LT_OQ) & ~below;
    _mm512_storeu_ps(out, _mm512_maskz_compress_ps((__mmask16)inside, v));
    b->below += __builtin_popcount(below);
    return __builtin_popcount(inside);
}

#include "pk/kernel.inc"
#else
typedef int kernel_avx512_is_empty_here;
#endif
