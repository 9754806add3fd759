// AVX-512, AVX-512 VNNI and AVX-VNNI on a processor that has AVX2 alone: SIMDe's portable forms of
// the intrinsics, and here those that its version in Debian 12 lacks. Slow, and bit for bit alike.
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

// Over clang's own, which would make instructions that this processor lacks.
#undef _mm512_extractf32x8_ps
#undef _mm512_shuffle_f32x4
#undef _mm512_madd_epi16
#define _mm512_extractf32x8_ps(v, which) emulated_half(v, which)
#define _mm512_shuffle_f32x4(a, b, choice) emulated_shuffle_quarters(a, b, choice)
#define _mm512_madd_epi16(a, b) simde_mm512_madd_epi16(a, b)
#define _mm512_cvtps_epi32 emulated_cvtps_epi32
#define _mm512_cvtepi32_ps emulated_cvtepi32_ps
#define _mm512_cvtepi32_epi16 emulated_cvtepi32_epi16
#define _mm512_mask_loadu_ps emulated_mask_loadu_ps
#define _mm512_maskz_loadu_ps emulated_maskz_loadu_ps
#define _mm512_mask_storeu_ps emulated_mask_storeu_ps

// The 256-bit forms of AVX-VNNI, of which SIMDe has the twins of AVX-512 VL.
#define _mm256_dpbusd_avx_epi32(sum, a, b) simde_mm256_dpbusd_epi32(sum, a, b)
#define _mm256_dpwssd_avx_epi32(sum, a, b) simde_mm256_dpwssd_epi32(sum, a, b)
