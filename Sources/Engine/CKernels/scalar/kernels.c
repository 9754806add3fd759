// Every kernel in plain C: what all others are tested against.
#include "vector.h"

#define VIGIL_NAME(slot) vigil_##slot##__scalar
#include "../template/math.h"
#include "../template/lanes.h"
#include "../template/row_place.h"
#include "../template/rows.h"
#include "../template/window.h"
#include "../template/gemm.h"

#define VIGIL_F32_ROWS 4
#define VIGIL_F32_PANELS 1
#define VIGIL_F32_TILES(T) T(1, 1) T(2, 1) T(3, 1) T(4, 1)
#include "../template/gemm_f32.h"

VIGIL_INLINE V16I u8s8_dot(V16I acc, uint32_t quad, const int8_t *weights) {
    for (int lane = 0; lane < 16; lane++) {
        for (int i = 0; i < 4; i++) {
            acc.lane[lane] += (int32_t)(quad >> (8 * i) & 0xFF) * weights[4 * lane + i];
        }
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

VIGIL_INLINE V16I s16_dot(V16I acc, uint32_t pair, const int16_t *columns) {
    for (int lane = 0; lane < 16; lane++) {
        acc.lane[lane] += (int16_t)pair * columns[2 * lane];
        acc.lane[lane] += (int16_t)(pair >> 16) * columns[2 * lane + 1];
    }
    return acc;
}
#define VIGIL_S16_DOT s16_dot
#define VIGIL_S16_ROWS 4
#define VIGIL_S16_PANELS 1
#define VIGIL_S16_TILES(T) T(1, 1) T(2, 1) T(3, 1) T(4, 1)
#include "../template/attention_s16.h"

double vigil_peak_f32__scalar(size_t iterations) {
    float sum[8] = {0};
    for (size_t i = 0; i < iterations; i++) {
        for (int j = 0; j < 8; j++) sum[j] = fmaf(sum[j], 0.5f, 1.0f);
    }
    volatile float sink = sum[0] + sum[1] + sum[2] + sum[3] + sum[4] + sum[5] + sum[6] + sum[7];
    (void)sink;
    return (double)iterations * 8 * 2;
}

double vigil_peak_u8s8__scalar(size_t iterations) {
    V16I acc = v16i_zero();
    int8_t weights[64];
    for (int i = 0; i < 64; i++) weights[i] = (int8_t)i;
    for (size_t i = 0; i < iterations; i++) {
        acc = u8s8_dot(acc, (uint32_t)i & 0x03030303u, weights);
        __asm__ volatile("" : "+m"(acc), "+m"(weights));
    }
    volatile int32_t sink = acc.lane[0];
    (void)sink;
    return (double)iterations * 64 * 2;
}
