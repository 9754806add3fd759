// The 8-bit product with NEON's signed dot products: activations go in as q - 128.
#if defined(__aarch64__)
#define VIGIL_TARGET "dotprod"
#include "vector.h"

#define VIGIL_NAME(slot) vigil_##slot##__neondotprod
#include "../template/math.h"
#include "../template/lanes.h"
#include "../template/gemm.h"

VIGIL_INLINE V16I u8s8_dot(V16I acc, uint32_t quad, const int8_t *weights) {
    int8x16_t a = vreinterpretq_s8_u32(vdupq_n_u32(quad ^ 0x80808080u));
    VIGIL_QUARTERS(i) acc.q[i] = vdotq_s32(acc.q[i], vld1q_s8(weights + 16 * i), a);
    return acc;
}
#define VIGIL_U8S8_DOT u8s8_dot
#define VIGIL_U8S8_ZERO(pair) ((int16_t)(pair) + 128)
#define VIGIL_U8S8_ROWS 6
#define VIGIL_U8S8_PANELS 1
#define VIGIL_U8S8_TILES(T) T(1, 1) T(2, 1) T(3, 1) T(4, 1) T(5, 1) T(6, 1)
#include "../template/gemm_u8s8.h"

double vigil_peak_u8s8__neondotprod(size_t iterations) {
    int32x4_t sum[16];
    const int8x16_t a = vdupq_n_s8(1);
    for (int i = 0; i < 16; i++) sum[i] = vdupq_n_s32(0);
    for (size_t i = 0; i < iterations; i++) {
        for (int j = 0; j < 16; j++) {
            sum[j] = vdotq_s32(sum[j], a, a);
            __asm__ volatile("" : "+w"(sum[j]));
        }
    }
    return (double)iterations * 16 * 16 * 2;
}

#pragma clang attribute pop
#endif
