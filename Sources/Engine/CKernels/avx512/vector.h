// V16 on AVX-512: one register.
#include <immintrin.h>
#include "../template/base.h"

typedef __m512 V16;

// Files for later instruction sets say more than this before they include it.
#ifndef VIGIL_TARGET
#define VIGIL_TARGET "avx512f,avx512bw,avx512vl,avx512dq,avx2,fma,f16c"
#endif
#pragma clang attribute push(__attribute__((target(VIGIL_TARGET))), apply_to = function)

VIGIL_INLINE __mmask16 v16_first(size_t n) { return (__mmask16)((1u << n) - 1u); }
VIGIL_INLINE V16 v16_load(const float *p) { return _mm512_loadu_ps(p); }
VIGIL_INLINE V16 v16_load_n(const float *p, size_t n) {
    return _mm512_maskz_loadu_ps(v16_first(n), p);
}
VIGIL_INLINE void v16_store(float *p, V16 v) { _mm512_storeu_ps(p, v); }
VIGIL_INLINE void v16_store_n(float *p, V16 v, size_t n) {
    _mm512_mask_storeu_ps(p, v16_first(n), v);
}
VIGIL_INLINE V16 v16_set1(float x) { return _mm512_set1_ps(x); }
// The first n < 16 elements, and `fill` beyond.
VIGIL_INLINE V16 v16_load_or(const float *x, size_t n, float fill) {
    return _mm512_mask_loadu_ps(_mm512_set1_ps(fill), v16_first(n), x);
}
VIGIL_INLINE V16 v16_add(V16 a, V16 b) { return _mm512_add_ps(a, b); }
VIGIL_INLINE V16 v16_sub(V16 a, V16 b) { return _mm512_sub_ps(a, b); }
VIGIL_INLINE V16 v16_mul(V16 a, V16 b) { return _mm512_mul_ps(a, b); }
VIGIL_INLINE V16 v16_div(V16 a, V16 b) { return _mm512_div_ps(a, b); }
// a * b + c, rounded once.
VIGIL_INLINE V16 v16_fma(V16 a, V16 b, V16 c) { return _mm512_fmadd_ps(a, b, c); }
// a * b - c, rounded once.
VIGIL_INLINE V16 v16_fms(V16 a, V16 b, V16 c) { return _mm512_fmsub_ps(a, b, c); }
// c - a * b, rounded once.
VIGIL_INLINE V16 v16_fnma(V16 a, V16 b, V16 c) { return _mm512_fnmadd_ps(a, b, c); }
// a > b ? a : b, so b where a is NaN.
VIGIL_INLINE V16 v16_max(V16 a, V16 b) { return _mm512_max_ps(a, b); }
// a < b ? a : b, so b where a is NaN.
VIGIL_INLINE V16 v16_min(V16 a, V16 b) { return _mm512_min_ps(a, b); }
VIGIL_INLINE V16 v16_abs(V16 a) { return _mm512_abs_ps(a); }
// value * 2^n, where rounded = n + VIGIL_ROUNDER.
VIGIL_INLINE V16 v16_scale_exponent(V16 value, V16 rounded) {
    __m512i n = _mm512_slli_epi32(_mm512_castps_si512(rounded), 23);
    return _mm512_castsi512_ps(_mm512_add_epi32(_mm512_castps_si512(value), n));
}
VIGIL_INLINE V16 v16_reciprocal_guess(V16 d) {
    return _mm512_castsi512_ps(
        _mm512_sub_epi32(_mm512_set1_epi32(0x7EF311C7), _mm512_castps_si512(d)));
}
// x < limit ? 0 : value.
VIGIL_INLINE V16 v16_zero_below(V16 x, float limit, V16 value) {
    __mmask16 keep = _mm512_cmp_ps_mask(x, _mm512_set1_ps(limit), _CMP_NLT_UQ);
    return _mm512_maskz_mov_ps(keep, value);
}
// The fixed tree: halves of 8, 4, 2, 1.
VIGIL_INLINE float v16_sum(V16 v) {
    __m256 a = _mm256_add_ps(_mm512_castps512_ps256(v), _mm512_extractf32x8_ps(v, 1));
    __m128 b = _mm_add_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
    b = _mm_add_ps(b, _mm_movehl_ps(b, b));
    return _mm_cvtss_f32(_mm_add_ss(b, _mm_movehdup_ps(b)));
}
VIGIL_INLINE float v16_highest(V16 v) {
    __m256 a = _mm256_max_ps(_mm512_castps512_ps256(v), _mm512_extractf32x8_ps(v, 1));
    __m128 b = _mm_max_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
    b = _mm_max_ps(b, _mm_movehl_ps(b, b));
    return _mm_cvtss_f32(_mm_max_ss(b, _mm_movehdup_ps(b)));
}
// 64 values rounded to nearest even and held to 0...255: both packs saturate.
VIGIL_INLINE void v64_store_u8(uint8_t *p, const V16 *v) {
    const __m512i order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
    __m512i a = _mm512_packs_epi32(_mm512_cvtps_epi32(v[0]), _mm512_cvtps_epi32(v[1]));
    __m512i b = _mm512_packs_epi32(_mm512_cvtps_epi32(v[2]), _mm512_cvtps_epi32(v[3]));
    __m512i bytes = _mm512_packus_epi16(a, b);
    _mm512_storeu_si512(p, _mm512_permutexvar_epi32(order, bytes));
}

// Sixteen int32 sums.
typedef __m512i V16I;
VIGIL_INLINE V16I v16i_zero(void) { return _mm512_setzero_si512(); }
// acc - zero * sum, with sum = low + 128 * high, by vigil_zero_pair(zero).
VIGIL_INLINE V16I v16i_shift_zero(V16I acc, int32_t pair, const int16_t *sum) {
    __m512i a = _mm512_set1_epi32(pair), b = _mm512_loadu_si512(sum);
#ifdef VIGIL_HAS_VNNI
    // In assembly, since clang 21 makes two instructions of the intrinsic.
    __asm__("vpdpwssd %1, %2, %0" : "+v"(acc) : "v"(a), "v"(b));
    return acc;
#else
    return _mm512_add_epi32(acc, _mm512_madd_epi16(b, a));
#endif
}
VIGIL_INLINE V16 v16i_to_f32(V16I a) { return _mm512_cvtepi32_ps(a); }
// Rounded to nearest even, for |v| < 2^22.
VIGIL_INLINE V16I v16i_round(V16 v) { return _mm512_cvtps_epi32(v); }
// The low halves of each lane, 16 int16 in order.
VIGIL_INLINE void v16i_store_s16(int16_t *p, V16I v) {
    _mm256_storeu_si256((__m256i *)p, _mm512_cvtepi32_epi16(v));
}
// Each lane: the low half of a, then that of b.
VIGIL_INLINE void v16i_store_pairs(int16_t *p, V16I a, V16I b) {
    _mm512_storeu_si512(p, _mm512_mask_blend_epi16(0xAAAAAAAA, a, _mm512_slli_epi32(b, 16)));
}
