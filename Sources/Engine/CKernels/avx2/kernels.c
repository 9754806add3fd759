// AVX2 with FMA: 6 rows by 1 panel, 12 of the 16 registers hold sums.
#if defined(__x86_64__)
#include "vector.h"

#define VIGIL_NAME(slot) vigil_##slot##__avx2
#include "../template/math.h"
#include "../template/lanes.h"
#include "../template/row_place.h"
#include "../template/rows.h"
#include "../template/window.h"
#include "../template/gemm.h"

#define VIGIL_F32_ROWS 6
#define VIGIL_F32_PANELS 1
#define VIGIL_F32_TILES(T) T(1, 1) T(2, 1) T(3, 1) T(4, 1) T(5, 1) T(6, 1)
#include "../template/gemm_f32.h"

#include "stream_u8s8.h"
#define VIGIL_U8S8_SUMS(g, panel, rows, panels, quads, a, b, step, sums, fetch)                    \
    stream_sums((g)->b_wide[panel], rows, quads, a, b, sums, fetch)
#define VIGIL_U8S8_ROWS 33
#define VIGIL_U8S8_PANELS 1
#include "../template/gemm_u8s8.h"

#include "../template/transpose.h"
#include "../template/head.h"
#include "../template/attention.h"
#include "../template/gradient.h"

VIGIL_INLINE V16I s16_dot(V16I acc, uint32_t pair, const int16_t *columns) {
    const __m256i a = _mm256_set1_epi32((int)pair), *b = (const __m256i *)columns;
    acc.low = _mm256_add_epi32(acc.low, _mm256_madd_epi16(_mm256_loadu_si256(b), a));
    acc.high = _mm256_add_epi32(acc.high, _mm256_madd_epi16(_mm256_loadu_si256(b + 1), a));
    return acc;
}
#define VIGIL_S16_DOT s16_dot
// Six rows would spill.
#define VIGIL_S16_ROWS 5
#define VIGIL_S16_PANELS 1
#define VIGIL_S16_TILES(T) T(1, 1) T(2, 1) T(3, 1) T(4, 1) T(5, 1)
#include "../template/attention_s16.h"

double vigil_peak_f32__avx2(size_t iterations) {
    __m256 sum[12];
    const __m256 a = _mm256_set1_ps(0.5f), b = _mm256_set1_ps(1.0f);
    for (int i = 0; i < 12; i++) sum[i] = b;
    for (size_t i = 0; i < iterations; i++) {
        for (int j = 0; j < 12; j++) {
            sum[j] = _mm256_fmadd_ps(sum[j], a, b);
            __asm__ volatile("" : "+v"(sum[j]));
        }
    }
    return (double)iterations * 12 * 8 * 2;
}

double vigil_peak_u8s8__avx2(size_t iterations) {
    StreamWeights w;
    __m256i sum[2], a[4];
    for (int i = 0; i < 4; i++) a[i] = w.quad[i][0] = w.quad[i][1] = _mm256_set1_epi8(1);
    for (int i = 0; i < 2; i++) sum[i] = _mm256_setzero_si256();
    for (size_t i = 0; i < iterations; i++) {
        for (int half = 0; half < 2; half++) {
            // Unknown to the compiler, or it would take the products out of the loop.
            __asm__ volatile("" : "+x"(a[0]), "+x"(a[1]), "+x"(a[2]), "+x"(a[3]));
            sum[half] = stream_narrow(4, sum[half], a, &w, half);
        }
    }
    __asm__ volatile("" : : "x"(sum[0]), "x"(sum[1]));
    return (double)iterations * 2 * 128 * 2;
}

#pragma clang attribute pop
#endif
