// The 8-bit matrix product: unsigned activations by signed weights, summed exactly in int32.
// VK_U8S8_DOT(acc, quad, weights) adds the four products of each of 16 columns.

// a: one packed row tile of quads (4 bytes of consecutive k); b: [quads][16][4].
VK_INLINE void u8s8_tile(const int R, const int P, size_t quads, const uint8_t *a, const int8_t *b,
                         size_t panel_step, V16I *out, Prefetch fetch) {
    V16I sum[VK_U8S8_ROWS][VK_U8S8_PANELS];
    for (int r = 0; r < R; r++) {
        for (int p = 0; p < P; p++) sum[r][p] = v16i_zero();
    }
#define VK_U8S8_STEP(q)                                                                            \
    do {                                                                                           \
        for (int r = 0; r < R; r++) {                                                              \
            uint32_t quad;                                                                         \
            __builtin_memcpy(&quad, a + 64 * r + 4 * (q), 4);                                      \
            for (int p = 0; p < P; p++) {                                                          \
                sum[r][p] = VK_U8S8_DOT(sum[r][p], quad, b + p * panel_step + 64 * (q));           \
            }                                                                                      \
        }                                                                                          \
    } while (0)
    size_t lines = quads / 16;
    size_t each = lines ? (fetch.lines_each + lines - 1) / lines : 0;
    for (size_t l = 0; l < lines; l++, a += 64 * R, b += 1024) {
        prefetch_some(&fetch, each);
        for (int q = 0; q < 16; q += 4) {
            VK_U8S8_STEP(q);
            VK_U8S8_STEP(q + 1);
            VK_U8S8_STEP(q + 2);
            VK_U8S8_STEP(q + 3);
        }
    }
    for (size_t q = 0; q < quads % 16; q++) VK_U8S8_STEP(q);
#undef VK_U8S8_STEP
    for (int r = 0; r < R; r++) {
        for (int p = 0; p < P; p++) out[r * P + p] = sum[r][p];
    }
}

typedef void U8S8TileFn(size_t quads, const uint8_t *a, const int8_t *b, size_t panel_step,
                        V16I *out, Prefetch fetch);

#define VK_U8S8_TILE(R, P)                                                                         \
    static void u8s8_tile_##R##x##P(size_t quads, const uint8_t *a, const int8_t *b,               \
                                    size_t panel_step, V16I *out, Prefetch fetch) {                \
        u8s8_tile(R, P, quads, a, b, panel_step, out, fetch);                                      \
    }
VK_U8S8_TILES(VK_U8S8_TILE)
#undef VK_U8S8_TILE

#define VK_U8S8_TILE(R, P) [R - 1][P - 1] = u8s8_tile_##R##x##P,
static U8S8TileFn *const u8s8_tiles[VK_U8S8_ROWS][VK_U8S8_PANELS] = {
    VK_U8S8_TILES(VK_U8S8_TILE)};
#undef VK_U8S8_TILE

// sum of a * w = scale_a * scale_w * (sum of q * w - zero * sum of w).
static void u8s8_dequantize(const vk_gemm *g, const Tile *t, size_t start, size_t panel,
                            const V16I *in, float *out) {
    for (size_t p = 0; p < t->panels; p++) {
        size_t column = (panel + p) * 16;
        V16 scale = v16_load(g->b_scale + column);
        const int16_t *sum = g->b_sum + 2 * column;
        for (size_t row = 0; row < t->rows; row++) {
            V16I exact = v16i_shift_zero(in[row * t->panels + p], g->a_zero[start + row], sum);
            V16 factor = v16_mul(v16_set1(g->a_scale[start + row]), scale);
            v16_store(out + (row * t->panels + p) * 16, v16_mul(v16i_to_f32(exact), factor));
        }
    }
}

void VK_NAME(gemm_u8s8)(const vk_gemm *g) {
    _Alignas(64) V16I exact[VK_U8S8_ROWS * VK_U8S8_PANELS];
    _Alignas(64) float sums[VK_U8S8_ROWS * VK_U8S8_PANELS * 16];
    vk_split split = vk_split_rows(g->rows, VK_U8S8_ROWS);
    size_t lines = (g->k + 63) / 64, quads = (g->k + 3) / 4, panel_step = quads * 64;
    size_t panel_end = g->panel_first + g->panel_count;
    for (size_t panel = g->panel_first; panel < panel_end;) {
        size_t panels = panel_end - panel < VK_U8S8_PANELS ? panel_end - panel : VK_U8S8_PANELS;
        const int8_t *b = (const int8_t *)g->b + panel * panel_step;
        for (size_t tile = 0; tile < split.tiles; tile++) {
            size_t start = vk_split_start(split, tile), rows = vk_split_height(split, tile);
            const uint8_t *a = (const uint8_t *)g->a + start * lines * 64;
            Prefetch fetch = prefetch_for(g->b, panel_step, panel, panels, panel_end, tile,
                                          split.tiles);
            u8s8_tiles[rows - 1][panels - 1](quads, a, b, panel_step, exact, fetch);
            Tile t = gemm_tile(g, start, rows, panel, panels);
            u8s8_dequantize(g, &t, start, panel, exact, sums);
            finish_tile(&t, sums, panels * 16);
        }
        panel += panels;
    }
}
