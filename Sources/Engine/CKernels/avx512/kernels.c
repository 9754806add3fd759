// AVX-512 (F, BW, VL, DQ): 12 rows by 2 panels, 24 of the 32 registers hold sums. 14 rows were
// slower by 1 %.
#if defined(__x86_64__)
#include "vector.h"

#define VIGIL_NAME(slot) vigil_##slot##__avx512
#include "../template/math.h"
#include "../template/lanes.h"
#include "../template/row_place.h"
#include "../template/rows.h"
#include "../template/window.h"
#include "../template/gemm.h"

#define VIGIL_F32_ROWS 12
#define VIGIL_F32_PANELS 2
#define VIGIL_ROWS_12(T, P)                                                                        \
    T(1, P) T(2, P) T(3, P) T(4, P) T(5, P) T(6, P) T(7, P) T(8, P) T(9, P) T(10, P) T(11, P)      \
    T(12, P)
#define VIGIL_F32_TILES(T) VIGIL_ROWS_12(T, 1) VIGIL_ROWS_12(T, 2)
#include "../template/gemm_f32.h"

// vpmaddubsw saturates at 16 bits, so the top bit of each activation goes on its own:
// 127 * 127 * 2 and 128 * 127 * 2 both fit.
VIGIL_INLINE V16I u8s8_dot(V16I acc, uint32_t quad, const int8_t *weights) {
    const __m512i ones = _mm512_set1_epi16(1);
    __m512i w = _mm512_loadu_si512(weights);
    __m512i low = _mm512_maddubs_epi16(_mm512_set1_epi32((int)(quad & 0x7F7F7F7Fu)), w);
    __m512i top = _mm512_maddubs_epi16(_mm512_set1_epi32((int)(quad & 0x80808080u)), w);
    acc = _mm512_add_epi32(acc, _mm512_madd_epi16(low, ones));
    return _mm512_add_epi32(acc, _mm512_madd_epi16(top, ones));
}
#define VIGIL_U8S8_DOT u8s8_dot
#define VIGIL_U8S8_ROWS 12
#define VIGIL_U8S8_PANELS 1
#define VIGIL_U8S8_TILES(T) VIGIL_ROWS_12(T, 1)
#include "../template/gemm_u8s8.h"

#include "transpose.h"
#include "../template/head.h"
#include "../template/attention.h"
#include "../template/gradient.h"

VIGIL_INLINE V16I s16_dot(V16I acc, uint32_t pair, const int16_t *columns) {
    __m512i product = _mm512_madd_epi16(_mm512_loadu_si512(columns), _mm512_set1_epi32((int)pair));
    return _mm512_add_epi32(acc, product);
}
#define VIGIL_S16_DOT s16_dot
#define VIGIL_S16_ROWS 12
#define VIGIL_S16_PANELS 2
#define VIGIL_S16_TILES(T) VIGIL_ROWS_12(T, 1) VIGIL_ROWS_12(T, 2)
#include "../template/attention_s16.h"

double vigil_peak_f32__avx512(size_t iterations) {
    __m512 sum[24];
    const __m512 a = _mm512_set1_ps(0.5f), b = _mm512_set1_ps(1.0f);
    for (int i = 0; i < 24; i++) sum[i] = b;
    for (size_t i = 0; i < iterations; i++) {
        for (int j = 0; j < 24; j++) {
            sum[j] = _mm512_fmadd_ps(sum[j], a, b);
            __asm__ volatile("" : "+v"(sum[j]));
        }
    }
    return (double)iterations * 24 * 16 * 2;
}

double vigil_peak_u8s8__avx512(size_t iterations) {
    __m512i sum[8];
    int8_t weights[64];
    for (int i = 0; i < 64; i++) weights[i] = (int8_t)i;
    for (int i = 0; i < 8; i++) sum[i] = _mm512_setzero_si512();
    for (size_t i = 0; i < iterations; i++) {
        for (int j = 0; j < 8; j++) {
            uint32_t quad = (uint32_t)i;
            __asm__ volatile("" : "+r"(quad));
            sum[j] = u8s8_dot(sum[j], quad, weights);
            __asm__ volatile("" : "+v"(sum[j]));
        }
    }
    return (double)iterations * 8 * 64 * 2;
}

#pragma clang attribute pop
#endif
