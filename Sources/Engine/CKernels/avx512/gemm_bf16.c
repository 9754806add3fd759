// The bfloat16 product with AVX512-BF16: pairs of products, added to float32 sums. Fast on Zen 4
// and 5; slower than float32 on Sapphire and Emerald Rapids.
#if defined(__x86_64__)
#define VIGIL_TARGET                                                                               \
    "avx512f,avx512bw,avx512vl,avx512dq,avx2,fma,f16c,avx512vnni,avx512bf16"
#include "vector.h"

#define VIGIL_NAME(slot) vigil_##slot##__avx512bf16
#include "../template/math.h"
#include "../template/lanes.h"
#include "../template/row_place.h"
#include "../template/gemm.h"

VIGIL_INLINE void store_bf16(char *out, V16 v) {
    _mm256_storeu_si256((__m256i *)out, (__m256i)_mm512_cvtneps_pbh(v));
}
#define VIGIL_STORE_16 store_bf16
#include "../template/rows_16.h"

void vigil_prepare_bf16__avx512bf16(const vigil_prepare *a) { prepare_16(a, 32); }

VIGIL_INLINE V16 bf16_zero(void) { return _mm512_setzero_ps(); }
VIGIL_INLINE V16 bf16_dot(V16 sum, uint32_t pair, const char *b) {
    __m512bh a = (__m512bh)_mm512_set1_epi32((int)pair);
    return _mm512_dpbf16_ps(sum, a, (__m512bh)_mm512_loadu_si512(b));
}
#define VIGIL_DWORD(name) bf16_##name
#define VIGIL_DWORD_SUM V16
#define VIGIL_DWORD_ZERO bf16_zero
#define VIGIL_DWORD_DOT bf16_dot
#define VIGIL_DWORD_ROWS 14
#define VIGIL_DWORD_PANELS 2
#define VIGIL_ROWS_14(T, P)                                                                        \
    T(1, P) T(2, P) T(3, P) T(4, P) T(5, P) T(6, P) T(7, P) T(8, P) T(9, P) T(10, P) T(11, P)      \
    T(12, P) T(13, P) T(14, P)
#define VIGIL_DWORD_TILES(T) VIGIL_ROWS_14(T, 1) VIGIL_ROWS_14(T, 2)
#include "../template/dword_tile.h"

void vigil_gemm_bf16__avx512bf16(const vigil_gemm *g) {
    V16 sums[14 * 2];
    vigil_split split = vigil_split_rows(g->rows, 14);
    size_t lines = (g->k + 31) / 32, pairs = (g->k + 1) / 2, panel_step = pairs * 64;
    size_t panel_end = g->panel_first + g->panel_count;
    for (size_t panel = g->panel_first; panel < panel_end;) {
        size_t left = panel_end - panel, panels = left < 2 ? left : 2;
        size_t after = left - panels < panels ? left - panels : panels;
        const char *next = (const char *)g->b + (panel + panels) * panel_step;
        Prefetch fetch = prefetch_for(next, panel_step, panel_step, after, split.tiles, pairs / 16);
        for (size_t tile = 0; tile < split.tiles; tile++) {
            size_t start = vigil_split_start(split, tile), rows = vigil_split_height(split, tile);
            Tile t = gemm_tile(g, start, rows, panel, panels);
            prefetch_results(&fetch, &t, pairs / 16);
            bf16_tiles[rows - 1][panels - 1](pairs, (const char *)g->a + start * lines * 64,
                                             (const char *)g->b + panel * panel_step, panel_step,
                                             sums, &fetch);
            finish_tile(&t, (const float *)sums);
        }
        panel += panels;
    }
}

double vigil_peak_bf16__avx512bf16(size_t iterations) {
    __m512 sum[24];
    const __m512bh a = (__m512bh)_mm512_set1_epi32(0x3F803F80);
    for (int i = 0; i < 24; i++) sum[i] = _mm512_setzero_ps();
    for (size_t i = 0; i < iterations; i++) {
        for (int j = 0; j < 24; j++) {
            sum[j] = _mm512_dpbf16_ps(sum[j], a, a);
            __asm__ volatile("" : "+v"(sum[j]));
        }
    }
    return (double)iterations * 24 * 32 * 2;
}

#pragma clang attribute pop
#endif
