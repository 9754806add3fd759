// The end of every matrix product: bias, activation, residual, and where a tile's results go.

// A tile of results: [rows][panels * 16].
typedef struct {
    size_t rows, panels;
    size_t columns;             // real columns of this tile, at most panels * 16
    char *c;
    size_t c_row, c_panel;      // bytes from row to row, from panel to panel
    const char *residual;       // the same for the residual, 64 bytes from panel to panel; or NULL
    size_t residual_row;
    const float *bias;          // of the tile's first column, or NULL
    const float *row_factor;    // multiplies each row first, or NULL
    vk_activation activation;
} Tile;

VK_INLINE void finish_panel(const Tile *t, const float *sums, size_t sums_row, size_t panel,
                            vk_activation activation) {
    size_t columns = t->columns - panel * 16;
    V16 bias = t->bias ? v16_load(t->bias + panel * 16) : v16_set1(0.0f);
    char *c = t->c + panel * t->c_panel;
    const char *residual = t->residual ? t->residual + panel * 64 : NULL;
    for (size_t row = 0; row < t->rows; row++) {
        V16 v = v16_load(sums + row * sums_row + panel * 16);
        if (t->row_factor) v = v16_mul(v, v16_set1(t->row_factor[row]));
        v = v16_activate(v16_add(v, bias), activation);
        if (columns >= 16) {
            if (residual) v = v16_add(v, v16_load((const float *)residual));
            v16_store((float *)c, v);
        } else {
            if (residual) v = v16_add(v, v16_load_n((const float *)residual, columns));
            v16_store_n((float *)c, v, columns);
        }
        c += t->c_row;
        if (residual) residual += t->residual_row;
    }
}

// sums: [rows][panels * 16] float32 in a buffer of `sums_row` floats a row.
static void finish_tile(const Tile *t, const float *sums, size_t sums_row) {
    for (size_t panel = 0; panel < t->panels; panel++) {
        switch (t->activation) {
        case VK_ACT_NONE: finish_panel(t, sums, sums_row, panel, VK_ACT_NONE); break;
        case VK_ACT_GELU: finish_panel(t, sums, sums_row, panel, VK_ACT_GELU); break;
        case VK_ACT_QUICK_GELU: finish_panel(t, sums, sums_row, panel, VK_ACT_QUICK_GELU); break;
        case VK_ACT_GELU_TANH: finish_panel(t, sums, sums_row, panel, VK_ACT_GELU_TANH); break;
        }
    }
}

// The tile of `g` at row tile `start` of height `rows` and panel `panel`.
VK_INLINE Tile gemm_tile(const vk_gemm *g, size_t start, size_t rows, size_t panel,
                         size_t panels) {
    size_t column = panel * 16, left = g->columns - column;
    Tile t = {
        .rows = rows,
        .panels = panels,
        .columns = left < panels * 16 ? left : panels * 16,
        .bias = g->bias ? g->bias + column : NULL,
        .activation = g->activation,
    };
    if (g->c_packed) {
        size_t lines = (g->columns + 15) / 16;
        t.c = (char *)g->c + (start * lines + panel * rows) * 64;
        t.c_row = 64;
        t.c_panel = rows * 64;
    } else {
        t.c = (char *)(g->c + start * g->c_stride + column);
        t.c_row = g->c_stride * sizeof(float);
        t.c_panel = 64;
    }
    if (g->residual) {
        t.residual = (const char *)(g->residual + start * g->residual_stride + column);
        t.residual_row = g->residual_stride * sizeof(float);
    }
    return t;
}

// Lines of the next weights to fetch into L2 while a row tile is at work, so that the first row tile
// of the next panels does not wait for L3. Spread evenly over the tiles.
typedef struct {
    const char *next;
    size_t lines_each;
} Prefetch;

VK_INLINE Prefetch prefetch_for(const void *b, size_t panel_bytes, size_t panel, size_t panels,
                                size_t panel_end, size_t tile, size_t tiles) {
    if (panel + panels >= panel_end) return (Prefetch){NULL, 0};
    size_t ahead = panel_end - panel - panels;
    size_t lines = (ahead < panels ? ahead : panels) * panel_bytes / 64;
    size_t each = (lines + tiles - 1) / tiles;
    size_t from = tile * each;
    if (from >= lines) return (Prefetch){NULL, 0};
    if (from + each > lines) each = lines - from;
    return (Prefetch){(const char *)b + (panel + panels) * panel_bytes + from * 64, each};
}

VK_INLINE void prefetch_some(Prefetch *p, size_t lines) {
    if (lines > p->lines_each) lines = p->lines_each;
#pragma clang loop unroll(disable)
    for (size_t i = 0; i < lines; i++) __builtin_prefetch(p->next + i * 64, 0, 2);
    p->next += lines * 64;
    p->lines_each -= lines;
}
