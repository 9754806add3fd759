// V16 on NEON: four registers.
#include <arm_neon.h>
#include "../template/base.h"

typedef struct {
    float32x4_t q[4];
} V16;

#define VIGIL_QUARTERS(i) for (int i = 0; i < 4; i++)

// Files for later instruction sets say more than this before they include it.
#ifdef VIGIL_TARGET
#pragma clang attribute push(__attribute__((target(VIGIL_TARGET))), apply_to = function)
#endif

VIGIL_INLINE V16 v16_load(const float *p) {
    V16 r;
    VIGIL_QUARTERS(i) r.q[i] = vld1q_f32(p + 4 * i);
    return r;
}
VIGIL_INLINE void v16_store(float *p, V16 v) { VIGIL_QUARTERS(i) vst1q_f32(p + 4 * i, v.q[i]); }
VIGIL_INLINE V16 v16_load_n(const float *p, size_t n) {
    float t[16] = {0};
    memcpy(t, p, n * sizeof(float));
    return v16_load(t);
}
VIGIL_INLINE void v16_store_n(float *p, V16 v, size_t n) {
    float t[16];
    v16_store(t, v);
    memcpy(p, t, n * sizeof(float));
}
VIGIL_INLINE V16 v16_set1(float x) {
    float32x4_t v = vdupq_n_f32(x);
    return (V16){{v, v, v, v}};
}
// The first n < 16 elements, and `fill` beyond.
VIGIL_INLINE V16 v16_load_or(const float *x, size_t n, float fill) {
    float t[16];
    v16_store(t, v16_set1(fill));
    memcpy(t, x, n * sizeof(float));
    return v16_load(t);
}
VIGIL_INLINE V16 v16_add(V16 a, V16 b) {
    VIGIL_QUARTERS(i) a.q[i] = vaddq_f32(a.q[i], b.q[i]);
    return a;
}
VIGIL_INLINE V16 v16_sub(V16 a, V16 b) {
    VIGIL_QUARTERS(i) a.q[i] = vsubq_f32(a.q[i], b.q[i]);
    return a;
}
VIGIL_INLINE V16 v16_mul(V16 a, V16 b) {
    VIGIL_QUARTERS(i) a.q[i] = vmulq_f32(a.q[i], b.q[i]);
    return a;
}
VIGIL_INLINE V16 v16_div(V16 a, V16 b) {
    VIGIL_QUARTERS(i) a.q[i] = vdivq_f32(a.q[i], b.q[i]);
    return a;
}
// a * b + c, rounded once.
VIGIL_INLINE V16 v16_fma(V16 a, V16 b, V16 c) {
    VIGIL_QUARTERS(i) c.q[i] = vfmaq_f32(c.q[i], a.q[i], b.q[i]);
    return c;
}
// a * b - c, rounded once.
VIGIL_INLINE V16 v16_fms(V16 a, V16 b, V16 c) {
    VIGIL_QUARTERS(i) c.q[i] = vfmaq_f32(vnegq_f32(c.q[i]), a.q[i], b.q[i]);
    return c;
}
// c - a * b, rounded once.
VIGIL_INLINE V16 v16_fnma(V16 a, V16 b, V16 c) {
    VIGIL_QUARTERS(i) c.q[i] = vfmsq_f32(c.q[i], a.q[i], b.q[i]);
    return c;
}
// a > b ? a : b, so b where a is NaN.
VIGIL_INLINE V16 v16_max(V16 a, V16 b) {
    VIGIL_QUARTERS(i) a.q[i] = vbslq_f32(vcgtq_f32(a.q[i], b.q[i]), a.q[i], b.q[i]);
    return a;
}
// a < b ? a : b, so b where a is NaN.
VIGIL_INLINE V16 v16_min(V16 a, V16 b) {
    VIGIL_QUARTERS(i) a.q[i] = vbslq_f32(vcltq_f32(a.q[i], b.q[i]), a.q[i], b.q[i]);
    return a;
}
VIGIL_INLINE V16 v16_abs(V16 a) {
    VIGIL_QUARTERS(i) a.q[i] = vabsq_f32(a.q[i]);
    return a;
}
// value * 2^n, where rounded = n + VIGIL_ROUNDER.
VIGIL_INLINE V16 v16_scale_exponent(V16 value, V16 rounded) {
    VIGIL_QUARTERS(i) {
        int32x4_t n = vshlq_n_s32(vreinterpretq_s32_f32(rounded.q[i]), 23);
        int32x4_t bits = vreinterpretq_s32_f32(value.q[i]);
        value.q[i] = vreinterpretq_f32_s32(vaddq_s32(bits, n));
    }
    return value;
}
VIGIL_INLINE V16 v16_reciprocal_guess(V16 d) {
    const int32x4_t magic = vdupq_n_s32(0x7EF311C7);
    VIGIL_QUARTERS(i) {
        int32x4_t bits = vreinterpretq_s32_f32(d.q[i]);
        d.q[i] = vreinterpretq_f32_s32(vsubq_s32(magic, bits));
    }
    return d;
}
// x < limit ? 0 : value.
VIGIL_INLINE V16 v16_zero_below(V16 x, float limit, V16 value) {
    const float32x4_t bound = vdupq_n_f32(limit), zero = vdupq_n_f32(0.0f);
    VIGIL_QUARTERS(i) value.q[i] = vbslq_f32(vcltq_f32(x.q[i], bound), zero, value.q[i]);
    return value;
}
// The fixed tree: halves of 8, 4, 2, 1.
VIGIL_INLINE float v16_sum(V16 v) {
    float32x4_t a = vaddq_f32(vaddq_f32(v.q[0], v.q[2]), vaddq_f32(v.q[1], v.q[3]));
    float32x2_t b = vadd_f32(vget_low_f32(a), vget_high_f32(a));
    return vget_lane_f32(b, 0) + vget_lane_f32(b, 1);
}
VIGIL_INLINE float v16_highest(V16 v) {
    float lane[16];
    v16_store(lane, v);
    for (int half = 8; half > 0; half /= 2) {
        for (int i = 0; i < half; i++) {
            lane[i] = lane[i] > lane[i + half] ? lane[i] : lane[i + half];
        }
    }
    return lane[0];
}
// Sixteen values rounded to nearest even and held to 0...255.
VIGIL_INLINE void v16_store_u8(uint8_t *p, V16 v) {
    int16x8_t a = vcombine_s16(vqmovn_s32(vcvtnq_s32_f32(v.q[0])),
                               vqmovn_s32(vcvtnq_s32_f32(v.q[1])));
    int16x8_t b = vcombine_s16(vqmovn_s32(vcvtnq_s32_f32(v.q[2])),
                               vqmovn_s32(vcvtnq_s32_f32(v.q[3])));
    vst1q_u8(p, vcombine_u8(vqmovun_s16(a), vqmovun_s16(b)));
}
VIGIL_INLINE void v64_store_u8(uint8_t *p, const V16 *v) {
    VIGIL_QUARTERS(i) v16_store_u8(p + 16 * i, v[i]);
}

// Sixteen int32 sums.
typedef struct {
    int32x4_t q[4];
} V16I;
VIGIL_INLINE V16I v16i_zero(void) {
    int32x4_t z = vdupq_n_s32(0);
    return (V16I){{z, z, z, z}};
}
// acc - zero * sum, with sum = low + 128 * high, by vigil_zero_pair(zero).
VIGIL_INLINE V16I v16i_shift_zero(V16I acc, int32_t pair, const int16_t *sum) {
    VIGIL_QUARTERS(i) {
        int16x4x2_t parts = vld2_s16(sum + 8 * i);
        int32x4_t whole = vaddq_s32(vmovl_s16(parts.val[0]), vshll_n_s16(parts.val[1], 7));
        acc.q[i] = vmlaq_n_s32(acc.q[i], whole, (int16_t)pair);
    }
    return acc;
}
VIGIL_INLINE V16 v16i_to_f32(V16I a) {
    V16 r;
    VIGIL_QUARTERS(i) r.q[i] = vcvtq_f32_s32(a.q[i]);
    return r;
}
// Rounded to nearest even, for |v| < 2^22.
VIGIL_INLINE V16I v16i_round(V16 v) {
    V16I r;
    VIGIL_QUARTERS(i) r.q[i] = vcvtnq_s32_f32(v.q[i]);
    return r;
}
// The low halves of each lane, 16 int16 in order.
VIGIL_INLINE void v16i_store_s16(int16_t *p, V16I v) {
    VIGIL_QUARTERS(i) vst1_s16(p + 4 * i, vmovn_s32(v.q[i]));
}
// Each lane: the low half of a, then that of b.
VIGIL_INLINE void v16i_store_pairs(int16_t *p, V16I a, V16I b) {
    VIGIL_QUARTERS(i) {
        int16x4x2_t pair = {{vmovn_s32(a.q[i]), vmovn_s32(b.q[i])}};
        vst2_s16(p + 8 * i, pair);
    }
}
// Adds the two products of each of 16 columns.
VIGIL_INLINE V16I v16i_dot_pairs(V16I acc, uint32_t pair, const int16_t *columns) {
    VIGIL_QUARTERS(i) {
        int16x4x2_t b = vld2_s16(columns + 8 * i);
        acc.q[i] = vmlal_n_s16(acc.q[i], b.val[0], (int16_t)pair);
        acc.q[i] = vmlal_n_s16(acc.q[i], b.val[1], (int16_t)(pair >> 16));
    }
    return acc;
}
