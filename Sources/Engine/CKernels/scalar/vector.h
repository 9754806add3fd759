// V16 in plain C, the reference of every other instruction set. It needs nothing but fmaf.
#include "../template/base.h"

#define VIGIL_LANES(i) for (int i = 0; i < 16; i++)

typedef struct {
    float lane[16];
} V16;

VIGIL_INLINE V16 v16_load(const float *p) {
    V16 r;
    memcpy(&r, p, sizeof r);
    return r;
}
VIGIL_INLINE void v16_store(float *p, V16 v) { memcpy(p, &v, sizeof v); }
VIGIL_INLINE V16 v16_load_n(const float *p, size_t n) {
    V16 r = {{0}};
    memcpy(&r, p, n * sizeof(float));
    return r;
}
VIGIL_INLINE void v16_store_n(float *p, V16 v, size_t n) { memcpy(p, &v, n * sizeof(float)); }
VIGIL_INLINE V16 v16_set1(float x) {
    V16 r;
    VIGIL_LANES(i) r.lane[i] = x;
    return r;
}
// The first n < 16 elements, and `fill` beyond.
VIGIL_INLINE V16 v16_load_or(const float *x, size_t n, float fill) {
    float t[16];
    v16_store(t, v16_set1(fill));
    memcpy(t, x, n * sizeof(float));
    return v16_load(t);
}

VIGIL_INLINE V16 v16_add(V16 a, V16 b) {
    VIGIL_LANES(i) a.lane[i] = a.lane[i] + b.lane[i];
    return a;
}
VIGIL_INLINE V16 v16_sub(V16 a, V16 b) {
    VIGIL_LANES(i) a.lane[i] = a.lane[i] - b.lane[i];
    return a;
}
VIGIL_INLINE V16 v16_mul(V16 a, V16 b) {
    VIGIL_LANES(i) a.lane[i] = a.lane[i] * b.lane[i];
    return a;
}
VIGIL_INLINE V16 v16_div(V16 a, V16 b) {
    VIGIL_LANES(i) a.lane[i] = a.lane[i] / b.lane[i];
    return a;
}
// a * b + c, rounded once.
VIGIL_INLINE V16 v16_fma(V16 a, V16 b, V16 c) {
    VIGIL_LANES(i) a.lane[i] = fmaf(a.lane[i], b.lane[i], c.lane[i]);
    return a;
}
// a * b - c, rounded once.
VIGIL_INLINE V16 v16_fms(V16 a, V16 b, V16 c) {
    VIGIL_LANES(i) a.lane[i] = fmaf(a.lane[i], b.lane[i], -c.lane[i]);
    return a;
}
// c - a * b, rounded once.
VIGIL_INLINE V16 v16_fnma(V16 a, V16 b, V16 c) {
    VIGIL_LANES(i) a.lane[i] = fmaf(-a.lane[i], b.lane[i], c.lane[i]);
    return a;
}
// a > b ? a : b, so b where a is NaN.
VIGIL_INLINE V16 v16_max(V16 a, V16 b) {
    VIGIL_LANES(i) a.lane[i] = a.lane[i] > b.lane[i] ? a.lane[i] : b.lane[i];
    return a;
}
// a < b ? a : b, so b where a is NaN.
VIGIL_INLINE V16 v16_min(V16 a, V16 b) {
    VIGIL_LANES(i) a.lane[i] = a.lane[i] < b.lane[i] ? a.lane[i] : b.lane[i];
    return a;
}
VIGIL_INLINE V16 v16_abs(V16 a) {
    VIGIL_LANES(i) a.lane[i] = fabsf(a.lane[i]);
    return a;
}
VIGIL_INLINE uint32_t f32_bits(float x) {
    uint32_t u;
    memcpy(&u, &x, 4);
    return u;
}
VIGIL_INLINE float f32_of_bits(uint32_t u) {
    float x;
    memcpy(&x, &u, 4);
    return x;
}
// value * 2^n, where rounded = n + VIGIL_ROUNDER.
VIGIL_INLINE V16 v16_scale_exponent(V16 value, V16 rounded) {
    VIGIL_LANES(i) {
        uint32_t n = f32_bits(rounded.lane[i]) << 23;
        value.lane[i] = f32_of_bits(f32_bits(value.lane[i]) + n);
    }
    return value;
}
VIGIL_INLINE V16 v16_reciprocal_guess(V16 d) {
    VIGIL_LANES(i) d.lane[i] = f32_of_bits(0x7EF311C7u - f32_bits(d.lane[i]));
    return d;
}
// x < limit ? 0 : value.
VIGIL_INLINE V16 v16_zero_below(V16 x, float limit, V16 value) {
    VIGIL_LANES(i) value.lane[i] = x.lane[i] < limit ? 0.0f : value.lane[i];
    return value;
}
// The fixed tree: halves of 8, 4, 2, 1.
VIGIL_INLINE float v16_sum(V16 v) {
    for (int half = 8; half > 0; half /= 2) {
        for (int i = 0; i < half; i++) v.lane[i] = v.lane[i] + v.lane[i + half];
    }
    return v.lane[0];
}
VIGIL_INLINE float v16_highest(V16 v) {
    for (int half = 8; half > 0; half /= 2) {
        for (int i = 0; i < half; i++) {
            v.lane[i] = v.lane[i] > v.lane[i + half] ? v.lane[i] : v.lane[i + half];
        }
    }
    return v.lane[0];
}
// Low bytes of (v + VIGIL_ROUNDER): v in 0...255 rounded to nearest even.
VIGIL_INLINE void v16_store_u8(uint8_t *p, V16 v) {
    VIGIL_LANES(i) p[i] = (uint8_t)f32_bits(v.lane[i] + VIGIL_ROUNDER);
}
// 64 values rounded to nearest even and held to 0...255.
VIGIL_INLINE void v64_store_u8(uint8_t *p, const V16 *v) {
    const V16 low = v16_set1(0.0f), high = v16_set1(255.0f);
    for (int i = 0; i < 4; i++) v16_store_u8(p + 16 * i, v16_min(v16_max(v[i], low), high));
}

// Sixteen int32 sums.
typedef struct {
    int32_t lane[16];
} V16I;
VIGIL_INLINE V16I v16i_zero(void) { return (V16I){{0}}; }
// acc - zero * sum, with sum = low + 128 * high, by vigil_zero_pair(zero).
VIGIL_INLINE V16I v16i_shift_zero(V16I acc, int32_t pair, const int16_t *sum) {
    VIGIL_LANES(i) acc.lane[i] += (int16_t)pair * (sum[2 * i] + 128 * sum[2 * i + 1]);
    return acc;
}
VIGIL_INLINE V16 v16i_to_f32(V16I a) {
    V16 r;
    VIGIL_LANES(i) r.lane[i] = (float)a.lane[i];
    return r;
}
// Rounded to nearest even, for |v| < 2^22.
VIGIL_INLINE V16I v16i_round(V16 v) {
    V16I r;
    VIGIL_LANES(i) {
        r.lane[i] = (int32_t)(f32_bits(v.lane[i] + VIGIL_ROUNDER) - f32_bits(VIGIL_ROUNDER));
    }
    return r;
}
// The low halves of each lane, 16 int16 in order.
VIGIL_INLINE void v16i_store_s16(int16_t *p, V16I v) { VIGIL_LANES(i) p[i] = (int16_t)v.lane[i]; }
// Each lane: the low half of a, then that of b.
VIGIL_INLINE void v16i_store_pairs(int16_t *p, V16I a, V16I b) {
    VIGIL_LANES(i) {
        p[2 * i] = (int16_t)a.lane[i];
        p[2 * i + 1] = (int16_t)b.lane[i];
    }
}
