// The 8-bit product with AVX-VNNI, the 256-bit form of vpdpbusd.
#if defined(__x86_64__)
#define VIGIL_TARGET "avx2,fma,f16c,avxvnni"
#include "vector.h"

#define VIGIL_NAME(slot) vigil_##slot##__avxvnni
#include "../template/math.h"
#include "../template/lanes.h"
#include "../template/gemm.h"

VIGIL_INLINE V16I u8s8_dot(V16I acc, uint32_t quad, const int8_t *weights) {
    __m256i a = _mm256_set1_epi32((int)quad);
    acc.low = _mm256_dpbusd_avx_epi32(acc.low, a, _mm256_loadu_si256((const __m256i *)weights));
    acc.high = _mm256_dpbusd_avx_epi32(acc.high, a,
                                       _mm256_loadu_si256((const __m256i *)(weights + 32)));
    return acc;
}
#define VIGIL_U8S8_DOT u8s8_dot
#define VIGIL_U8S8_ROWS 6
#define VIGIL_U8S8_PANELS 1
#define VIGIL_U8S8_TILES(T) T(1, 1) T(2, 1) T(3, 1) T(4, 1) T(5, 1) T(6, 1)
#include "../template/gemm_u8s8.h"

#include "../template/transpose.h"
// In assembly, since clang 21 makes two instructions of the intrinsic.
VIGIL_INLINE V16I s16_dot(V16I acc, uint32_t pair, const int16_t *columns) {
    __m256i a = _mm256_set1_epi32((int)pair);
    __m256i low = _mm256_loadu_si256((const __m256i *)columns);
    __m256i high = _mm256_loadu_si256((const __m256i *)(columns + 16));
    __asm__("%{vex%} vpdpwssd %1, %2, %0" : "+x"(acc.low) : "x"(a), "x"(low));
    __asm__("%{vex%} vpdpwssd %1, %2, %0" : "+x"(acc.high) : "x"(a), "x"(high));
    return acc;
}
#define VIGIL_S16_DOT s16_dot
#define VIGIL_S16_ROWS 6
#define VIGIL_S16_PANELS 1
#define VIGIL_S16_TILES VIGIL_U8S8_TILES
#include "../template/head.h"
#include "../template/attention_s16.h"

double vigil_peak_u8s8__avxvnni(size_t iterations) {
    __m256i sum[12];
    const __m256i a = _mm256_set1_epi32(0x01010101);
    for (int i = 0; i < 12; i++) sum[i] = _mm256_setzero_si256();
    for (size_t i = 0; i < iterations; i++) {
        for (int j = 0; j < 12; j++) {
            sum[j] = _mm256_dpbusd_avx_epi32(sum[j], a, a);
            __asm__ volatile("" : "+v"(sum[j]));
        }
    }
    return (double)iterations * 12 * 32 * 2;
}

#pragma clang attribute pop
#endif
