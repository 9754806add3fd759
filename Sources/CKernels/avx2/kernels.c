// AVX2 with FMA: 6 rows by 1 panel, 12 of the 16 registers hold sums.
#if defined(__x86_64__)
#include "vector.h"

#define VK_NAME(slot) vk_##slot##__avx2
#include "../template/math.h"
#include "../template/lanes.h"
#include "../template/row_place.h"
#include "../template/rows.h"
#include "../template/window.h"
#include "../template/gemm.h"

#define VK_F32_ROWS 6
#define VK_F32_PANELS 1
#define VK_F32_TILES(T) T(1, 1) T(2, 1) T(3, 1) T(4, 1) T(5, 1) T(6, 1)
#include "../template/gemm_f32.h"

// vpmaddubsw saturates at 16 bits, so the top bit of each activation goes on its own:
// 127 * 127 * 2 and 128 * 127 * 2 both fit.
VK_INLINE __m256i u8s8_dot_8(__m256i acc, __m256i low, __m256i top, const int8_t *weights) {
    const __m256i ones = _mm256_set1_epi16(1);
    __m256i w = _mm256_loadu_si256((const __m256i *)weights);
    acc = _mm256_add_epi32(acc, _mm256_madd_epi16(_mm256_maddubs_epi16(low, w), ones));
    return _mm256_add_epi32(acc, _mm256_madd_epi16(_mm256_maddubs_epi16(top, w), ones));
}
VK_INLINE V16I u8s8_dot(V16I acc, uint32_t quad, const int8_t *weights) {
    __m256i low = _mm256_set1_epi32((int)(quad & 0x7F7F7F7Fu));
    __m256i top = _mm256_set1_epi32((int)(quad & 0x80808080u));
    acc.low = u8s8_dot_8(acc.low, low, top, weights);
    acc.high = u8s8_dot_8(acc.high, low, top, weights + 32);
    return acc;
}
#define VK_U8S8_DOT u8s8_dot
#define VK_U8S8_ROWS 3
#define VK_U8S8_PANELS 1
#define VK_U8S8_TILES(T) T(1, 1) T(2, 1) T(3, 1)
#include "../template/gemm_u8s8.h"

#include "../template/transpose.h"
#include "../template/head.h"
#include "../template/attention.h"

VK_INLINE V16I s16_dot(V16I acc, uint32_t pair, const int16_t *columns) {
    const __m256i a = _mm256_set1_epi32((int)pair), *b = (const __m256i *)columns;
    acc.low = _mm256_add_epi32(acc.low, _mm256_madd_epi16(_mm256_loadu_si256(b), a));
    acc.high = _mm256_add_epi32(acc.high, _mm256_madd_epi16(_mm256_loadu_si256(b + 1), a));
    return acc;
}
#define VK_S16_DOT s16_dot
#define VK_S16_ROWS 6
#define VK_S16_PANELS 1
#define VK_S16_TILES(T) T(1, 1) T(2, 1) T(3, 1) T(4, 1) T(5, 1) T(6, 1)
#include "../template/attention_s16.h"

double vk_peak_f32__avx2(size_t iterations) {
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

double vk_peak_u8s8__avx2(size_t iterations) {
    V16I sum[3];
    int8_t weights[64];
    for (int i = 0; i < 64; i++) weights[i] = (int8_t)i;
    for (int i = 0; i < 3; i++) sum[i] = v16i_zero();
    for (size_t i = 0; i < iterations; i++) {
        for (int j = 0; j < 3; j++) {
            uint32_t quad = (uint32_t)i;
            __asm__ volatile("" : "+r"(quad));
            sum[j] = u8s8_dot(sum[j], quad, weights);
            __asm__ volatile("" : "+v"(sum[j].low), "+v"(sum[j].high));
        }
    }
    return (double)iterations * 3 * 64 * 2;
}

#pragma clang attribute pop
#endif
