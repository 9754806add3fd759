// NEON, any aarch64: 6 rows by 1 panel, 24 of the 32 registers hold sums.
#if defined(__aarch64__)
#include "vector.h"

#define VIGIL_NAME(slot) vigil_##slot##__neon
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

// Widens weights and activations to 16 bits.
VIGIL_INLINE V16I u8s8_dot(V16I acc, uint32_t quad, const int8_t *weights) {
    int16x8_t a = vreinterpretq_s16_u16(vmovl_u8(vcreate_u8(quad | (uint64_t)quad << 32)));
    VIGIL_QUARTERS(i) {
        int8x16_t w = vld1q_s8(weights + 16 * i);
        int16x8_t low = vmovl_s8(vget_low_s8(w)), high = vmovl_s8(vget_high_s8(w));
        int32x4_t c0 = vmull_s16(vget_low_s16(low), vget_low_s16(a));
        int32x4_t c1 = vmull_s16(vget_high_s16(low), vget_low_s16(a));
        int32x4_t c2 = vmull_s16(vget_low_s16(high), vget_low_s16(a));
        int32x4_t c3 = vmull_s16(vget_high_s16(high), vget_low_s16(a));
        int32x4_t sums = vpaddq_s32(vpaddq_s32(c0, c1), vpaddq_s32(c2, c3));
        acc.q[i] = vaddq_s32(acc.q[i], sums);
    }
    return acc;
}
#define VIGIL_U8S8_DOT u8s8_dot
#define VIGIL_U8S8_ROWS 4
#define VIGIL_U8S8_PANELS 1
#define VIGIL_U8S8_TILES(T) T(1, 1) T(2, 1) T(3, 1) T(4, 1)
#include "../template/gemm_u8s8.h"

#include "../template/transpose.h"
#include "../template/head.h"
#include "../template/attention.h"
#include "../template/gradient.h"

#define VIGIL_S16_DOT v16i_dot_pairs
#define VIGIL_S16_ROWS 4
#define VIGIL_S16_PANELS 1
#define VIGIL_S16_TILES VIGIL_U8S8_TILES
#include "../template/attention_s16.h"

double vigil_peak_f32__neon(size_t iterations) {
    float32x4_t sum[16];
    const float32x4_t a = vdupq_n_f32(0.5f), b = vdupq_n_f32(1.0f);
    for (int i = 0; i < 16; i++) sum[i] = b;
    for (size_t i = 0; i < iterations; i++) {
        for (int j = 0; j < 16; j++) {
            sum[j] = vfmaq_f32(b, sum[j], a);
            __asm__ volatile("" : "+w"(sum[j]));
        }
    }
    return (double)iterations * 16 * 4 * 2;
}

double vigil_peak_u8s8__neon(size_t iterations) {
    V16I sum = v16i_zero();
    int8_t weights[64];
    for (int i = 0; i < 64; i++) weights[i] = (int8_t)i;
    for (size_t i = 0; i < iterations; i++) {
        sum = u8s8_dot(sum, (uint32_t)i, weights);
        VIGIL_QUARTERS(j) __asm__ volatile("" : "+w"(sum.q[j]));
    }
    return (double)iterations * 64 * 2;
}
#endif
