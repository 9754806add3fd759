// The half-precision product with AVX512-FP16: 14 rows by 2 panels of 32 columns. Products are
// summed in half precision over 64 values of k, then added to float32, so that rounding does not
// grow with k. Rows of large values are divided by a power of two before: 64 products of values
// below 32 by weights up to 32 stay within half precision's range of 65504.
#if defined(__x86_64__)
#define VIGIL_TARGET                                                                               \
    "avx512f,avx512bw,avx512vl,avx512dq,avx2,fma,f16c,avx512vnni,avx512bf16,avx512fp16"
#include "vector.h"

#define VIGIL_NAME(slot) vigil_##slot##__avx512fp16
#include "../template/math.h"
#include "../template/lanes.h"
#include "../template/row_place.h"
#include "../template/gemm.h"

// Each value twice, so that a 32-bit broadcast, which costs no shuffle, fills a register. Values
// beyond half precision's range are held to its largest; what is not a number stays so, which the
// order of the operands sees to.
VIGIL_INLINE void store_f16_twice(char *out, V16 v) {
    const V16 most = v16_set1(65504.0f), least = v16_set1(-65504.0f);
    __m256i half = _mm512_cvtps_ph(v16_min(most, v16_max(least, v)), _MM_FROUND_TO_NEAREST_INT);
    __m512i wide = _mm512_cvtepu16_epi32(half);
    _mm512_storeu_si512(out, _mm512_or_si512(wide, _mm512_slli_epi32(wide, 16)));
}
#define VIGIL_STORE_16 store_f16_twice
#define VIGIL_ROW_16_MOST 31.96875f
#include "../template/rows_16.h"

void vigil_prepare_f16__avx512fp16(const vigil_prepare *a) { prepare_16(a, 16); }

#define VIGIL_F16_LINES 4  // of 16 values of k, between additions to float32

// a * b + c in 32 halves.
VIGIL_INLINE __m512 fma_halves(__m512 a, __m512 b, __m512 c) {
    __m512h sum = _mm512_fmadd_ph(_mm512_castps_ph(a), _mm512_castps_ph(b), _mm512_castps_ph(c));
    return _mm512_castph_ps(sum);
}

// sum[0..<32] += the 32 halves.
VIGIL_INLINE void add_halves(float *sum, __m512 halves) {
    __m512i bits = _mm512_castps_si512(halves);
    __m512 low = _mm512_cvtph_ps(_mm512_castsi512_si256(bits));
    __m512 high = _mm512_cvtph_ps(_mm512_extracti64x4_epi64(bits, 1));
    _mm512_store_ps(sum, _mm512_add_ps(_mm512_load_ps(sum), low));
    _mm512_store_ps(sum + 16, _mm512_add_ps(_mm512_load_ps(sum + 16), high));
}

// out: [R][P * 32] float32. depth: at most 16 * VIGIL_F16_LINES values of k.
VIGIL_INLINE void f16_part(const int R, const int P, size_t depth, const char *a, const char *b,
                           size_t panel_step, float *out) {
    __m512 sum[14][2];
    for (int r = 0; r < R; r++) {
        for (int p = 0; p < P; p++) sum[r][p] = _mm512_setzero_ps();
    }
#define VIGIL_STEP(kk)                                                                             \
    do {                                                                                           \
        __m512 bv[2];                                                                              \
        for (int p = 0; p < P; p++) bv[p] = _mm512_loadu_ps(b + p * panel_step + 64 * (kk));       \
        for (int r = 0; r < R; r++) {                                                              \
            float pair;                                                                            \
            memcpy(&pair, a + 64 * r + 4 * (kk), 4);                                               \
            __m512 av = _mm512_set1_ps(pair);                                                      \
            for (int p = 0; p < P; p++) sum[r][p] = fma_halves(av, bv[p], sum[r][p]);              \
        }                                                                                          \
    } while (0)
    size_t lines = depth / 16;
#pragma clang loop unroll(disable)
    for (size_t l = 0; l < lines; l++, a += 64 * R, b += 1024) {
        for (int kk = 0; kk < 16; kk += 4) {
            VIGIL_STEP(kk);
            VIGIL_STEP(kk + 1);
            VIGIL_STEP(kk + 2);
            VIGIL_STEP(kk + 3);
        }
    }
    for (size_t kk = 0; kk < depth % 16; kk++) VIGIL_STEP(kk);
#undef VIGIL_STEP
    // Unrolled by force, or the sums would live in memory.
#pragma clang loop unroll(full)
    for (int r = 0; r < R; r++) {
#pragma clang loop unroll(full)
        for (int p = 0; p < P; p++) add_halves(out + (r * P + p) * 32, sum[r][p]);
    }
}

typedef void F16TileFn(size_t k, const char *a, const char *b, size_t panel_step, float *out,
                       Prefetch *fetch);

#define VIGIL_ROWS_14(T, P)                                                                        \
    T(1, P) T(2, P) T(3, P) T(4, P) T(5, P) T(6, P) T(7, P) T(8, P) T(9, P) T(10, P) T(11, P)      \
    T(12, P) T(13, P) T(14, P)
#define VIGIL_F16_TILES(T) VIGIL_ROWS_14(T, 1) VIGIL_ROWS_14(T, 2)
#define VIGIL_F16_TILE(R, P)                                                                       \
    static __attribute__((noinline)) void f16_part_##R##x##P(                                      \
        size_t depth, const char *a, const char *b, size_t panel_step, float *out) {               \
        f16_part(R, P, depth, a, b, panel_step, out);                                              \
    }                                                                                              \
    static void f16_tile_##R##x##P(size_t k, const char *a, const char *b, size_t panel_step,      \
                                   float *out, Prefetch *fetch) {                                  \
        memset(out, 0, R * P * 32 * sizeof(float));                                                \
        for (size_t done = 0; done < k; done += 16 * VIGIL_F16_LINES) {                            \
            for (int line = 0; line < VIGIL_F16_LINES; line++) prefetch_some(fetch);               \
            size_t depth = k - done < 16 * VIGIL_F16_LINES ? k - done : 16 * VIGIL_F16_LINES;      \
            f16_part_##R##x##P(depth, a + done * 4 * R, b + done * 64, panel_step, out);           \
        }                                                                                          \
    }
VIGIL_F16_TILES(VIGIL_F16_TILE)
#undef VIGIL_F16_TILE
#define VIGIL_F16_TILE(R, P) [R - 1][P - 1] = f16_tile_##R##x##P,
static F16TileFn *const f16_tiles[14][2] = {VIGIL_F16_TILES(VIGIL_F16_TILE)};

// Gives rows that were divided their size back. sums: [rows][width].
static void restore_rows(const float *scale, size_t rows, size_t width, float *sums) {
    for (size_t row = 0; row < rows; row++, sums += width) {
        if (scale[row] == 1.0f) continue;
        V16 by = v16_set1(scale[row]);
        for (size_t i = 0; i < width; i += 16) v16_store(sums + i, v16_mul(v16_load(sums + i), by));
    }
}

void vigil_gemm_f16__avx512fp16(const vigil_gemm *g) {
    _Alignas(64) float sums[14 * 2 * 32];
    vigil_split split = vigil_split_rows(g->rows, 14);
    size_t lines = (g->k + 15) / 16, panel_step = g->k * 64;
    size_t panel_end = g->panel_first + g->panel_count;
    for (size_t panel = g->panel_first; panel < panel_end;) {
        size_t left = panel_end - panel, panels = left < 2 ? left : 2;
        size_t after = left - panels < panels ? left - panels : panels;
        const char *next = (const char *)g->b + (panel + panels) * panel_step;
        Prefetch fetch = prefetch_for(next, panel_step, panel_step, after, split.tiles, lines);
        for (size_t tile = 0; tile < split.tiles; tile++) {
            size_t start = vigil_split_start(split, tile), rows = vigil_split_height(split, tile);
            Tile t = gemm_tile(g, start, rows, panel * 2, panels * 2);
            t.panels = (t.columns + 15) / 16;
            prefetch_results(&fetch, &t, lines);
            f16_tiles[rows - 1][panels - 1](g->k, (const char *)g->a + start * lines * 64,
                                            (const char *)g->b + panel * panel_step, panel_step,
                                            sums, &fetch);
            if (g->a_scale) restore_rows(g->a_scale + start, rows, panels * 32, sums);
            finish_tile(&t, sums);
        }
        panel += panels;
    }
}

double vigil_peak_f16__avx512fp16(size_t iterations) {
    __m512h sum[24];
    const __m512h a = _mm512_set1_ph((_Float16)0.5f), b = _mm512_set1_ph((_Float16)1.0f);
    for (int i = 0; i < 24; i++) sum[i] = b;
    for (size_t i = 0; i < iterations; i++) {
        for (int j = 0; j < 24; j++) {
            sum[j] = _mm512_fmadd_ph(sum[j], a, b);
            __asm__ volatile("" : "+v"(sum[j]));
        }
    }
    return (double)iterations * 24 * 32 * 2;
}

#pragma clang attribute pop
#endif
