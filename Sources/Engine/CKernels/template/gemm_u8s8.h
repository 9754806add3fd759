// The 8-bit matrix product: unsigned activations by signed weights, summed exactly in int32.
// VIGIL_U8S8_DOT(sum, quad, weights) adds the four products of each of 16 columns. Where that takes
// the activations less some offset, VIGIL_U8S8_ZERO(pair) takes it from the zero as well. An
// instruction set with another way to the sums of a tile defines VIGIL_U8S8_SUMS instead.
#ifndef VIGIL_U8S8_ZERO
#define VIGIL_U8S8_ZERO(pair) (pair)
#endif
#ifndef VIGIL_U8S8_SUMS
#define VIGIL_DWORD(name) u8s8_##name
#define VIGIL_DWORD_SUM V16I
#define VIGIL_DWORD_ZERO v16i_zero
#define VIGIL_DWORD_DOT(sum, group, b) VIGIL_U8S8_DOT(sum, group, (const int8_t *)(b))
#define VIGIL_DWORD_ROWS VIGIL_U8S8_ROWS
#define VIGIL_DWORD_PANELS VIGIL_U8S8_PANELS
#define VIGIL_DWORD_TILES VIGIL_U8S8_TILES
#include "dword_tile.h"
#undef VIGIL_DWORD
#undef VIGIL_DWORD_SUM
#undef VIGIL_DWORD_ZERO
#undef VIGIL_DWORD_DOT
#undef VIGIL_DWORD_ROWS
#undef VIGIL_DWORD_PANELS
#undef VIGIL_DWORD_TILES
#define VIGIL_U8S8_SUMS(g, panel, rows, panels, ...)                                               \
    u8s8_tiles[(rows) - 1][(panels) - 1](__VA_ARGS__)
#endif

// sum of a * w = scale_a * scale_w * (sum of q * w - zero * sum of w).
VIGIL_INLINE void u8s8_finish_panel(const vigil_gemm *g, const Tile *t, size_t start, size_t column,
                                    size_t panel, const V16I *exact, vigil_activation activation) {
    size_t columns = t->columns - panel * 16;
    const float *a_scale = g->a_scale + start;
    const int32_t *a_zero = g->a_zero + start;
    const int16_t *sum = g->b_sum + 2 * (column + panel * 16);
    V16 scale = v16_load(g->b_scale + column + panel * 16);
    V16 bias = t->bias ? v16_load(t->bias + panel * 16) : v16_set1(0.0f);
    char *c = t->c + panel * t->c_panel;
    const char *residual = t->residual ? t->residual + panel * 64 : NULL;
    exact += panel;
    for (size_t row = 0; row < t->rows; row++, exact += t->panels, c += t->c_row) {
        V16 v = v16i_to_f32(v16i_shift_zero(*exact, VIGIL_U8S8_ZERO(a_zero[row]), sum));
        v = v16_fma(v, v16_mul(v16_set1(a_scale[row]), scale), bias);
        v = v16_activate_coarsely(v, gemm_inner(activation));
        finish_vector(v, c, residual, columns, activation);
        if (residual) residual += t->residual_row;
    }
}

static void u8s8_finish_tile(const vigil_gemm *g, const Tile *t, size_t start, size_t column,
                             const V16I *exact) {
    for (size_t panel = 0; panel < t->panels; panel++) {
#define VIGIL_FINISH(activation) u8s8_finish_panel(g, t, start, column, panel, exact, activation)
        VIGIL_BY_ACTIVATION(t->activation, VIGIL_FINISH)
#undef VIGIL_FINISH
    }
}

void VIGIL_NAME(gemm_u8s8)(const vigil_gemm *g) {
    _Alignas(64) V16I exact[VIGIL_U8S8_ROWS * VIGIL_U8S8_PANELS];
    vigil_split split = vigil_split_rows(g->rows, VIGIL_U8S8_ROWS);
    size_t lines = (g->k + 63) / 64, quads = (g->k + 3) / 4, panel_step = quads * 64;
    size_t panel_end = g->panel_first + g->panel_count;
    for (size_t panel = g->panel_first; panel < panel_end;) {
        size_t left = panel_end - panel;
        size_t panels = left < VIGIL_U8S8_PANELS ? left : VIGIL_U8S8_PANELS;
        size_t after = left - panels < panels ? left - panels : panels;
        const char *b = (const char *)g->b + panel * panel_step;
        const char *next = (const char *)g->b + (panel + panels) * panel_step;
        Prefetch fetch = prefetch_for(next, panel_step, panel_step, after, split.tiles, quads / 16);
        for (size_t tile = 0; tile < split.tiles; tile++) {
            size_t start = vigil_split_start(split, tile), rows = vigil_split_height(split, tile);
            const char *a = (const char *)g->a + start * lines * 64;
            Tile t = gemm_tile(g, start, rows, panel, panels);
            prefetch_results(&fetch, &t, quads / 16);
            VIGIL_U8S8_SUMS(g, panel, rows, panels, quads, a, b, panel_step, exact, &fetch);
            u8s8_finish_tile(g, &t, start, panel * 16, exact);
        }
        panel += panels;
    }
}
