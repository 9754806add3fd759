// The 8-bit product with AVX-512 VNNI: vpdpbusd takes u8 by s8 in fours and sums exactly.
#if defined(__x86_64__)
#define VIGIL_TARGET "avx512f,avx512bw,avx512vl,avx512dq,avx2,fma,f16c,avx512vnni"
#define VIGIL_HAS_VNNI
#include "vector.h"

#define VIGIL_NAME(slot) vigil_##slot##__avx512vnni
#include "../template/math.h"
#include "../template/lanes.h"
#include "../template/gemm.h"

VIGIL_INLINE V16I u8s8_dot(V16I acc, uint32_t quad, const int8_t *weights) {
    return _mm512_dpbusd_epi32(acc, _mm512_set1_epi32((int)quad), _mm512_loadu_si512(weights));
}
#define VIGIL_U8S8_DOT u8s8_dot
#define VIGIL_U8S8_ROWS 12
#define VIGIL_U8S8_PANELS 2
#define VIGIL_ROWS_12(T, P)                                                                        \
    T(1, P) T(2, P) T(3, P) T(4, P) T(5, P) T(6, P) T(7, P) T(8, P) T(9, P) T(10, P) T(11, P)      \
    T(12, P)
#define VIGIL_U8S8_TILES(T) VIGIL_ROWS_12(T, 1) VIGIL_ROWS_12(T, 2)
#include "../template/gemm_u8s8.h"

#include "transpose.h"
// In assembly, since clang 21 makes two instructions of the intrinsic.
VIGIL_INLINE V16I s16_dot(V16I acc, uint32_t pair, const int16_t *columns) {
    __m512i a = _mm512_set1_epi32((int)pair), b = _mm512_loadu_si512(columns);
    __asm__("vpdpwssd %1, %2, %0" : "+v"(acc) : "v"(a), "v"(b));
    return acc;
}
#define VIGIL_S16_DOT s16_dot
#define VIGIL_S16_ROWS 12
#define VIGIL_S16_PANELS 2
#define VIGIL_S16_TILES VIGIL_U8S8_TILES
#include "../template/head.h"
#include "../template/attention_s16.h"

double vigil_peak_u8s8__avx512vnni(size_t iterations) {
    __m512i sum[24];
    const __m512i a = _mm512_set1_epi32(0x01010101);
    for (int i = 0; i < 24; i++) sum[i] = _mm512_setzero_si512();
    for (size_t i = 0; i < iterations; i++) {
        for (int j = 0; j < 24; j++) {
            sum[j] = _mm512_dpbusd_epi32(sum[j], a, a);
            __asm__ volatile("" : "+v"(sum[j]));
        }
    }
    return (double)iterations * 24 * 64 * 2;
}

#pragma clang attribute pop
#endif
