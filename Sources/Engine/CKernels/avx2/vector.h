// V16 on AVX2 with FMA: two registers.
#include <immintrin.h>
#include "../template/base.h"

typedef struct {
    __m256 low, high;
} V16;

// Files for later instruction sets say more than this before they include it.
#ifndef VIGIL_TARGET
#define VIGIL_TARGET "avx2,fma,f16c"
#endif
#pragma clang attribute push(__attribute__((target(VIGIL_TARGET))), apply_to = function)

VIGIL_INLINE V16 v16_load(const float *p) {
    return (V16){_mm256_loadu_ps(p), _mm256_loadu_ps(p + 8)};
}
VIGIL_INLINE void v16_store(float *p, V16 v) {
    _mm256_storeu_ps(p, v.low);
    _mm256_storeu_ps(p + 8, v.high);
}
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
VIGIL_INLINE V16 v16_set1(float x) { return (V16){_mm256_set1_ps(x), _mm256_set1_ps(x)}; }
// The first n < 16 elements, and `fill` beyond.
VIGIL_INLINE V16 v16_load_or(const float *x, size_t n, float fill) {
    float t[16];
    v16_store(t, v16_set1(fill));
    memcpy(t, x, n * sizeof(float));
    return v16_load(t);
}

VIGIL_INLINE V16 v16_add(V16 a, V16 b) {
    return (V16){_mm256_add_ps(a.low, b.low), _mm256_add_ps(a.high, b.high)};
}
VIGIL_INLINE V16 v16_sub(V16 a, V16 b) {
    return (V16){_mm256_sub_ps(a.low, b.low), _mm256_sub_ps(a.high, b.high)};
}
VIGIL_INLINE V16 v16_mul(V16 a, V16 b) {
    return (V16){_mm256_mul_ps(a.low, b.low), _mm256_mul_ps(a.high, b.high)};
}
VIGIL_INLINE V16 v16_div(V16 a, V16 b) {
    return (V16){_mm256_div_ps(a.low, b.low), _mm256_div_ps(a.high, b.high)};
}
// a * b + c, rounded once.
VIGIL_INLINE V16 v16_fma(V16 a, V16 b, V16 c) {
    return (V16){_mm256_fmadd_ps(a.low, b.low, c.low), _mm256_fmadd_ps(a.high, b.high, c.high)};
}
// a * b - c, rounded once.
VIGIL_INLINE V16 v16_fms(V16 a, V16 b, V16 c) {
    return (V16){_mm256_fmsub_ps(a.low, b.low, c.low), _mm256_fmsub_ps(a.high, b.high, c.high)};
}
// c - a * b, rounded once.
VIGIL_INLINE V16 v16_fnma(V16 a, V16 b, V16 c) {
    return (V16){_mm256_fnmadd_ps(a.low, b.low, c.low), _mm256_fnmadd_ps(a.high, b.high, c.high)};
}
// a > b ? a : b, so b where a is NaN.
VIGIL_INLINE V16 v16_max(V16 a, V16 b) {
    return (V16){_mm256_max_ps(a.low, b.low), _mm256_max_ps(a.high, b.high)};
}
// a < b ? a : b, so b where a is NaN.
VIGIL_INLINE V16 v16_min(V16 a, V16 b) {
    return (V16){_mm256_min_ps(a.low, b.low), _mm256_min_ps(a.high, b.high)};
}
VIGIL_INLINE V16 v16_abs(V16 a) {
    const __m256 sign = _mm256_set1_ps(-0.0f);
    return (V16){_mm256_andnot_ps(sign, a.low), _mm256_andnot_ps(sign, a.high)};
}
VIGIL_INLINE __m256 v8_scale_exponent(__m256 value, __m256 rounded) {
    __m256i n = _mm256_slli_epi32(_mm256_castps_si256(rounded), 23);
    return _mm256_castsi256_ps(_mm256_add_epi32(_mm256_castps_si256(value), n));
}
// value * 2^n, where rounded = n + VIGIL_ROUNDER.
VIGIL_INLINE V16 v16_scale_exponent(V16 value, V16 rounded) {
    return (V16){v8_scale_exponent(value.low, rounded.low),
                 v8_scale_exponent(value.high, rounded.high)};
}
VIGIL_INLINE __m256 v8_reciprocal_guess(__m256 d) {
    return _mm256_castsi256_ps(
        _mm256_sub_epi32(_mm256_set1_epi32(0x7EF311C7), _mm256_castps_si256(d)));
}
VIGIL_INLINE V16 v16_reciprocal_guess(V16 d) {
    return (V16){v8_reciprocal_guess(d.low), v8_reciprocal_guess(d.high)};
}
// x < limit ? 0 : value.
VIGIL_INLINE V16 v16_zero_below(V16 x, float limit, V16 value) {
    const __m256 bound = _mm256_set1_ps(limit);
    __m256 low = _mm256_cmp_ps(x.low, bound, _CMP_NLT_UQ);
    __m256 high = _mm256_cmp_ps(x.high, bound, _CMP_NLT_UQ);
    return (V16){_mm256_and_ps(low, value.low), _mm256_and_ps(high, value.high)};
}
// The fixed tree: halves of 8, 4, 2, 1.
VIGIL_INLINE float v16_sum(V16 v) {
    __m256 a = _mm256_add_ps(v.low, v.high);
    __m128 b = _mm_add_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
    b = _mm_add_ps(b, _mm_movehl_ps(b, b));
    return _mm_cvtss_f32(_mm_add_ss(b, _mm_movehdup_ps(b)));
}
VIGIL_INLINE float v16_highest(V16 v) {
    __m256 a = _mm256_max_ps(v.low, v.high);
    __m128 b = _mm_max_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
    b = _mm_max_ps(b, _mm_movehl_ps(b, b));
    return _mm_cvtss_f32(_mm_max_ss(b, _mm_movehdup_ps(b)));
}
// 64 values rounded to nearest even and held to 0...255: the packs saturate. They work within
// halves of a register, so that its eight groups of four bytes are put in order at the end.
VIGIL_INLINE void v64_store_u8(uint8_t *p, const V16 *v) {
    const __m256 high = _mm256_set1_ps(255.0f);
    const __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
    for (int i = 0; i < 4; i += 2) {
        __m256i words[2];
        for (int j = 0; j < 2; j++) {
            // NaN comes through, becomes the lowest integer and then 0.
            __m256i first = _mm256_cvtps_epi32(_mm256_min_ps(high, v[i + j].low));
            __m256i last = _mm256_cvtps_epi32(_mm256_min_ps(high, v[i + j].high));
            words[j] = _mm256_packs_epi32(first, last);
        }
        __m256i bytes = _mm256_packus_epi16(words[0], words[1]);
        _mm256_storeu_si256((__m256i *)(p + 16 * i), _mm256_permutevar8x32_epi32(bytes, order));
    }
}

// Sixteen int32 sums.
typedef struct {
    __m256i low, high;
} V16I;
VIGIL_INLINE V16I v16i_zero(void) {
    return (V16I){_mm256_setzero_si256(), _mm256_setzero_si256()};
}
// acc - zero * sum, with sum = low + 128 * high, by vigil_zero_pair(zero).
VIGIL_INLINE V16I v16i_shift_zero(V16I acc, int32_t pair, const int16_t *sum) {
    const __m256i a = _mm256_set1_epi32(pair);
    __m256i low = _mm256_loadu_si256((const __m256i *)sum);
    __m256i high = _mm256_loadu_si256((const __m256i *)(sum + 16));
    return (V16I){_mm256_add_epi32(acc.low, _mm256_madd_epi16(low, a)),
                  _mm256_add_epi32(acc.high, _mm256_madd_epi16(high, a))};
}
VIGIL_INLINE V16 v16i_to_f32(V16I a) {
    return (V16){_mm256_cvtepi32_ps(a.low), _mm256_cvtepi32_ps(a.high)};
}
// Rounded to nearest even, for |v| < 2^22.
VIGIL_INLINE V16I v16i_round(V16 v) {
    return (V16I){_mm256_cvtps_epi32(v.low), _mm256_cvtps_epi32(v.high)};
}
// The low halves of each lane, 16 int16 in order; lanes must fit.
VIGIL_INLINE void v16i_store_s16(int16_t *p, V16I v) {
    __m256i words = _mm256_packs_epi32(v.low, v.high);
    _mm256_storeu_si256((__m256i *)p, _mm256_permute4x64_epi64(words, 0xD8));
}
// Each lane: the low half of a, then that of b.
VIGIL_INLINE void v16i_store_pairs(int16_t *p, V16I a, V16I b) {
    __m256i low = _mm256_blend_epi16(a.low, _mm256_slli_epi32(b.low, 16), 0xAA);
    __m256i high = _mm256_blend_epi16(a.high, _mm256_slli_epi32(b.high, 16), 0xAA);
    _mm256_storeu_si256((__m256i *)p, low);
    _mm256_storeu_si256((__m256i *)(p + 16), high);
}
