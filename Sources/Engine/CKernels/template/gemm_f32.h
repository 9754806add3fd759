// The float32 matrix product: tiles of R rows by P panels of 16 columns, a pass of k in registers.

// sum[r][p] = fma(a[r][kk], b[p][kk], sum[r][p]) for kk in 0..<depth of one line of a.
#define VIGIL_F32_STEP(kk, is_ahead)                                                               \
    do {                                                                                           \
        const float *now = b + 16 * (kk);                                                          \
        if (is_ahead) prefetch_step(a + 16 * (R + (kk)), VIGIL_AHEAD(now), 4 * panel_step);        \
        V16 bv[VIGIL_F32_PANELS];                                                                  \
        for (int p = 0; p < P; p++) bv[p] = v16_load(now + p * panel_step);                        \
        for (int r = 0; r < R; r++) {                                                              \
            V16 av = v16_set1(a[16 * r + (kk)]);                                                   \
            for (int p = 0; p < P; p++) sum[r][p] = v16_fma(av, bv[p], sum[r][p]);                 \
        }                                                                                          \
    } while (0)

// a: one packed row tile; b: panels `panel_step` floats apart; from: the sums so far, [R][P * 16],
// or NULL; out: rows `out_row` and panels `out_panel` floats apart, may be `from`.
VIGIL_INLINE void f32_tile(const int R, const int P, size_t k, const float *a, const float *b,
                           size_t panel_step, const float *from, float *out, size_t out_row,
                           size_t out_panel, Prefetch *fetch) {
    V16 sum[VIGIL_F32_ROWS][VIGIL_F32_PANELS];
    for (int r = 0; r < R; r++) {
        for (int p = 0; p < P; p++) {
            sum[r][p] = from ? v16_load(from + (r * P + p) * 16) : v16_set1(0.0f);
        }
    }
#define VIGIL_F32_LINES(is_ahead)                                                                  \
    for (; lines > 0; lines--, a += 16 * R, b += 256) {                                            \
        prefetch_some(fetch);                                                                      \
        for (int kk = 0; kk < 16; kk += 4) {                                                       \
            VIGIL_F32_STEP(kk, is_ahead);                                                          \
            VIGIL_F32_STEP(kk + 1, is_ahead);                                                      \
            VIGIL_F32_STEP(kk + 2, is_ahead);                                                      \
            VIGIL_F32_STEP(kk + 3, is_ahead);                                                      \
        }                                                                                          \
    }
    size_t lines = k / 16;
    if (P == 2 && fetch->is_ahead) VIGIL_F32_LINES(1)
    VIGIL_F32_LINES(0)
#undef VIGIL_F32_LINES
    for (size_t kk = 0; kk < k % 16; kk++) VIGIL_F32_STEP(kk, 0);
    for (int r = 0; r < R; r++) {
        for (int p = 0; p < P; p++) v16_store(out + r * out_row + p * out_panel, sum[r][p]);
    }
}

typedef void F32TileFn(size_t k, const float *a, const float *b, size_t panel_step,
                       const float *from, float *out, size_t out_row, size_t out_panel,
                       Prefetch *fetch);

#define VIGIL_F32_TILE(R, P)                                                                       \
    static void f32_tile_##R##x##P(size_t k, const float *a, const float *b, size_t panel_step,    \
                                   const float *from, float *out, size_t out_row,                  \
                                   size_t out_panel, Prefetch *fetch) {                            \
        f32_tile(R, P, k, a, b, panel_step, from, out, out_row, out_panel, fetch);                 \
    }
VIGIL_F32_TILES(VIGIL_F32_TILE)
#undef VIGIL_F32_TILE

#define VIGIL_F32_TILE(R, P) [R - 1][P - 1] = f32_tile_##R##x##P,
static F32TileFn *const f32_tiles[VIGIL_F32_ROWS][VIGIL_F32_PANELS] = {
    VIGIL_F32_TILES(VIGIL_F32_TILE)};
#undef VIGIL_F32_TILE

void VIGIL_NAME(gemm_f32)(const vigil_gemm *g) {
    _Alignas(64) float local[VIGIL_F32_ROWS * VIGIL_F32_PANELS * 16];
    vigil_split split = vigil_split_rows(g->rows, VIGIL_F32_ROWS);
    size_t lines = (g->k + 15) / 16, panel_step = g->k * 16;
    size_t k = g->k_count ? g->k_count : g->k, is_last = g->k_first + k == g->k;
    size_t panel_end = g->panel_first + g->panel_count;
    for (size_t panel = g->panel_first; panel < panel_end;) {
        size_t left = panel_end - panel;
        size_t panels = left < VIGIL_F32_PANELS ? left : VIGIL_F32_PANELS;
        size_t after = left - panels < panels ? left - panels : panels;
        const float *b = (const float *)g->b + panel * panel_step + g->k_first * 16;
        Prefetch fetch = prefetch_for(b + panels * panel_step, k * 64, panel_step * 4, after,
                                      split.tiles, k / 16);
        for (size_t tile = 0; tile < split.tiles; tile++) {
            size_t start = vigil_split_start(split, tile), rows = vigil_split_height(split, tile);
            const float *a = (const float *)g->a + start * lines * 16 + g->k_first * rows;
            float *sums = g->sums ? g->sums + (panel * g->rows + start * panels) * 16 : local;
            Tile t = gemm_tile(g, start, rows, panel, panels);
            if (is_last) prefetch_results(&fetch, &t, k / 16);
            f32_tiles[rows - 1][panels - 1](k, a, b, panel_step, g->k_first ? sums : NULL, sums,
                                            panels * 16, 16, &fetch);
            if (is_last) finish_tile(&t, sums);
        }
        panel += panels;
    }
}

double VIGIL_NAME(cached_f32)(size_t iterations) {
    // 24 KB of both, which the smallest first-level caches of 32 KB hold.
    enum { DEPTH = 24 * 1024 / 64 / (VIGIL_F32_ROWS + 16 * VIGIL_F32_PANELS) * 16 };
    _Alignas(64) float a[VIGIL_F32_ROWS * DEPTH] = {0}, b[VIGIL_F32_PANELS * DEPTH * 16] = {0};
    _Alignas(64) float sums[VIGIL_F32_ROWS * VIGIL_F32_PANELS * 16];
    Prefetch none = {0};
    for (size_t i = 0; i < iterations; i++) {
        f32_tiles[VIGIL_F32_ROWS - 1][VIGIL_F32_PANELS - 1](DEPTH, a, b, DEPTH * 16, NULL, sums,
                                                            VIGIL_F32_PANELS * 16, 16, &none);
        __asm__ volatile("" : : "r"(sums) : "memory");
    }
    return (double)iterations * VIGIL_F32_ROWS * VIGIL_F32_PANELS * 16 * DEPTH * 2;
}
