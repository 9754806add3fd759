// AVX-512 with VNNI, BF16 and FP16, and AVX-VNNI, on a processor that has AVX2 alone: SIMDe's
// portable forms of the intrinsics, and here those that its version in Debian 12 lacks. Slow, and
// bit for bit alike.
#include <stdint.h>
#include <string.h>

#define SIMDE_ENABLE_NATIVE_ALIASES
#include <simde/x86/avx512.h>
#include <simde/x86/f16c.h>
#include <simde/x86/fma.h>

#define EMULATED static inline __attribute__((always_inline))

typedef int32_t emulated_i32x16 __attribute__((vector_size(64)));
typedef float emulated_f32x16 __attribute__((vector_size(64)));
typedef int16_t emulated_i16x16 __attribute__((vector_size(32)));
typedef uint16_t emulated_u16x16 __attribute__((vector_size(32)));

EMULATED __m256 emulated_half(__m512 v, int which) {
    __m256 half;
    memcpy(&half, (const char *)&v + 32 * which, 32);
    return half;
}

EMULATED __m512i emulated_cvtps_epi32(__m512 v) {
    __m256i halves[2] = {_mm256_cvtps_epi32(emulated_half(v, 0)),
                         _mm256_cvtps_epi32(emulated_half(v, 1))};
    return _mm512_loadu_si512(halves);
}
EMULATED __m512 emulated_cvtepi32_ps(__m512i v) {
    return (__m512)__builtin_convertvector((emulated_i32x16)v, emulated_f32x16);
}
EMULATED __m256i emulated_cvtepi32_epi16(__m512i v) {
    return (__m256i)__builtin_convertvector((emulated_i32x16)v, emulated_i16x16);
}

// The masked forms touch no element whose bit is off.
EMULATED __m512 emulated_mask_loadu_ps(__m512 other, __mmask16 mask, const void *from) {
    for (int i = 0; i < 16; i++) {
        if (mask >> i & 1) memcpy((char *)&other + 4 * i, (const char *)from + 4 * i, 4);
    }
    return other;
}
EMULATED __m512 emulated_maskz_loadu_ps(__mmask16 mask, const void *from) {
    return emulated_mask_loadu_ps(_mm512_setzero_ps(), mask, from);
}
EMULATED void emulated_mask_storeu_ps(void *to, __mmask16 mask, __m512 v) {
    for (int i = 0; i < 16; i++) {
        if (mask >> i & 1) memcpy((char *)to + 4 * i, (const char *)&v + 4 * i, 4);
    }
}

// Two quarters of a, then two of b, each chosen by two bits.
EMULATED __m512 emulated_shuffle_quarters(__m512 a, __m512 b, int choice) {
    __m512 out;
    for (int i = 0; i < 4; i++) {
        const char *from = (const char *)(i < 2 ? &a : &b);
        memcpy((char *)&out + 16 * i, from + 16 * (choice >> 2 * i & 3), 16);
    }
    return out;
}

// bfloat16: rounded to even; pairs of products added to float32 with a rounding each.
EMULATED __m256bh emulated_cvtneps_pbh(__m512 v) {
    uint32_t bits[16];
    uint16_t out[16];
    memcpy(bits, &v, 64);
    for (int i = 0; i < 16; i++) {
        out[i] = (uint16_t)((bits[i] + 0x7FFF + (bits[i] >> 16 & 1)) >> 16);
    }
    __m256bh halves;
    memcpy(&halves, out, 32);
    return halves;
}
EMULATED float emulated_bf16(const uint16_t *half) {
    uint32_t bits = (uint32_t)*half << 16;
    float value;
    memcpy(&value, &bits, 4);
    return value;
}
EMULATED __m512 emulated_dpbf16_ps(__m512 sum, __m512bh a, __m512bh b) {
    uint16_t x[32], y[32];
    memcpy(x, &a, 64);
    memcpy(y, &b, 64);
    for (int i = 0; i < 16; i++) {
        sum[i] += emulated_bf16(x + 2 * i + 1) * emulated_bf16(y + 2 * i + 1);
        sum[i] += emulated_bf16(x + 2 * i) * emulated_bf16(y + 2 * i);
    }
    return sum;
}

// Half precision: a double holds the product of two halves, so that the sum is rounded once.
EMULATED __m512h emulated_fmadd_ph(__m512h a, __m512h b, __m512h c) {
    _Float16 x[32], y[32], z[32];
    memcpy(x, &a, 64);
    memcpy(y, &b, 64);
    memcpy(z, &c, 64);
    for (int i = 0; i < 32; i++) z[i] = (_Float16)((double)x[i] * (double)y[i] + (double)z[i]);
    memcpy(&c, z, 64);
    return c;
}
EMULATED __m512h emulated_set1_ph(_Float16 value) {
    _Float16 all[32];
    for (int i = 0; i < 32; i++) all[i] = value;
    __m512h v;
    memcpy(&v, all, 64);
    return v;
}
EMULATED __m256i emulated_cvtps_ph(__m512 v) {
    __m128i halves[2] = {_mm256_cvtps_ph(emulated_half(v, 0), 0),
                         _mm256_cvtps_ph(emulated_half(v, 1), 0)};
    return _mm256_loadu_si256((const __m256i *)halves);
}
EMULATED __m512 emulated_cvtph_ps(__m256i v) {
    __m256 wide[2] = {_mm256_cvtph_ps(_mm256_castsi256_si128(v)),
                      _mm256_cvtph_ps(_mm256_extracti128_si256(v, 1))};
    return _mm512_loadu_ps(wide);
}
EMULATED __m512i emulated_cvtepu16_epi32(__m256i v) {
    return (__m512i)__builtin_convertvector((emulated_u16x16)v, emulated_i32x16);
}
EMULATED __m256i emulated_high_half(__m512i v) {
    __m256i half;
    memcpy(&half, (const char *)&v + 32, 32);
    return half;
}

// Over clang's own, which would make instructions that this processor lacks.
#undef _mm512_extractf32x8_ps
#undef _mm512_shuffle_f32x4
#undef _mm512_madd_epi16
#undef _mm512_cvtps_ph
#undef _mm512_cvtneps_pbh
#undef _mm512_dpbf16_ps
#undef _mm512_extracti64x4_epi64
#define _mm512_extractf32x8_ps(v, which) emulated_half(v, which)
#define _mm512_shuffle_f32x4(a, b, choice) emulated_shuffle_quarters(a, b, choice)
#define _mm512_madd_epi16(a, b) simde_mm512_madd_epi16(a, b)
#define _mm512_cvtps_epi32 emulated_cvtps_epi32
#define _mm512_cvtepi32_ps emulated_cvtepi32_ps
#define _mm512_cvtepi32_epi16 emulated_cvtepi32_epi16
#define _mm512_mask_loadu_ps emulated_mask_loadu_ps
#define _mm512_maskz_loadu_ps emulated_maskz_loadu_ps
#define _mm512_mask_storeu_ps emulated_mask_storeu_ps
#define _mm512_cvtneps_pbh emulated_cvtneps_pbh
#define _mm512_dpbf16_ps emulated_dpbf16_ps
#define _mm512_fmadd_ph emulated_fmadd_ph
#define _mm512_set1_ph emulated_set1_ph
#define _mm512_castps_ph(v) ((__m512h)(v))
#define _mm512_castph_ps(v) ((__m512)(v))
#define _mm512_cvtps_ph(v, rounding) emulated_cvtps_ph(v)
#define _mm512_cvtph_ps emulated_cvtph_ps
#define _mm512_cvtepu16_epi32 emulated_cvtepu16_epi32
#define _mm512_extracti64x4_epi64(v, which) emulated_high_half(v)

// The 256-bit forms of AVX-VNNI, of which SIMDe has the twins of AVX-512 VL.
#define _mm256_dpbusd_avx_epi32(sum, a, b) simde_mm256_dpbusd_epi32(sum, a, b)
#define _mm256_dpwssd_avx_epi32(sum, a, b) simde_mm256_dpwssd_epi32(sum, a, b)
