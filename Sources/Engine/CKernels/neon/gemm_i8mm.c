// The 8-bit product with NEON's mixed-sign dot products, one instruction for four products of each
// lane.
#if defined(__aarch64__)
#define VIGIL_TARGET "dotprod,i8mm"
#include "vector.h"

#define VIGIL_NAME(slot) vigil_##slot##__neoni8mm
#include "../template/math.h"
#include "../template/lanes.h"
#include "../template/gemm.h"

VIGIL_INLINE V16I u8s8_dot(V16I acc, uint32_t quad, const int8_t *weights) {
    uint8x16_t a = vreinterpretq_u8_u32(vdupq_n_u32(quad));
    VIGIL_QUARTERS(i) acc.q[i] = vusdotq_s32(acc.q[i], a, vld1q_s8(weights + 16 * i));
    return acc;
}
#define VIGIL_U8S8_DOT u8s8_dot
#define VIGIL_U8S8_ROWS 6
#define VIGIL_U8S8_PANELS 1
#define VIGIL_U8S8_TILES(T) T(1, 1) T(2, 1) T(3, 1) T(4, 1) T(5, 1) T(6, 1)
#include "../template/gemm_u8s8.h"

double vigil_peak_u8s8__neoni8mm(size_t iterations) {
    int32x4_t sum[16];
    const uint8x16_t a = vdupq_n_u8(1);
    const int8x16_t b = vdupq_n_s8(1);
    for (int i = 0; i < 16; i++) sum[i] = vdupq_n_s32(0);
    for (size_t i = 0; i < iterations; i++) {
        for (int j = 0; j < 16; j++) {
            sum[j] = vusdotq_s32(sum[j], a, b);
            __asm__ volatile("" : "+w"(sum[j]));
        }
    }
    return (double)iterations * 16 * 16 * 2;
}

#pragma clang attribute pop
#endif
