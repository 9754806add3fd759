// Attention of one head: K transposed into panels and V copied into panels once, then for each tile
// of queries: scores in one row tile that stays in L1, softmax, and the product with V.

// Copies rows of V into panels [head_dim / 16][keys][16], zero-padded.
VIGIL_INLINE void pack_values(const vigil_attention *a, float *out) {
    for (size_t column = 0; column < a->head_dim; column += 16) {
        size_t width = a->head_dim - column < 16 ? a->head_dim - column : 16;
        for (size_t key = 0; key < a->keys; key++, out += 16) {
            const float *v = a->v + key * a->kv_stride + column;
            v16_store(out, width == 16 ? v16_load(v) : v16_load_n(v, width));
        }
    }
}

// Transposes K into panels [keys / 16][head_dim][16], zero-padded.
static void pack_keys(const vigil_attention *a, float *out) {
    for (size_t first = 0; first < a->keys; first += 16, out += a->head_dim * 16) {
        size_t count = a->keys - first < 16 ? a->keys - first : 16;
        const float *k = a->k + first * a->kv_stride;
        if (count == 16) {
            transpose_16_columns(k, a->kv_stride, a->head_dim, out);
            continue;
        }
        for (size_t d = 0; d < a->head_dim; d++) {
            for (size_t key = 0; key < 16; key++) {
                out[d * 16 + key] = key < count ? k[key * a->kv_stride + d] : 0.0f;
            }
        }
    }
}

// The scores of one row tile of queries with `panels` panels of keys, straight to where they are
// wanted, [rows][16] a panel.
VIGIL_INLINE void head_scores(size_t rows, size_t dims, const float *query, const float *keys,
                              size_t panels, float *scores) {
    Prefetch none = {0};
    for (size_t panel = 0; panel < panels;) {
        size_t now = panels - panel < VIGIL_F32_PANELS ? panels - panel : VIGIL_F32_PANELS;
        f32_tiles[rows - 1][now - 1](dims, query, keys + panel * dims * 16, dims * 16, NULL,
                                     scores + panel * rows * 16, 16, rows * 16, &none);
        panel += now;
    }
}

// The product of one row tile of weights with `panels` panels of values, to the rows of t.
VIGIL_INLINE void head_product(size_t rows, size_t k, const float *a, const float *b, size_t panels,
                               size_t panel_step, Tile t, size_t columns) {
    _Alignas(64) float sums[VIGIL_F32_ROWS * VIGIL_F32_PANELS * 16];
    Prefetch none = {0};
    for (size_t panel = 0; panel < panels;) {
        size_t now = panels - panel < VIGIL_F32_PANELS ? panels - panel : VIGIL_F32_PANELS;
        f32_tiles[rows - 1][now - 1](k, a, b + panel * panel_step, panel_step, NULL,
                                     sums, now * 16, 16, &none);
        size_t left = columns - panel * 16;
        t.panels = now;
        t.sums_row = now * 16;
        t.columns = left < now * 16 ? left : now * 16;
        finish_tile(&t, sums);
        t.c += now * t.c_panel;
        panel += now;
    }
}

// Queries start..<start+rows.
static void attend_tile(const vigil_attention *a, size_t start, size_t rows,
                        const float *key_panels, const float *value_panels, float *query,
                        float *scores) {
    size_t keys = a->causal ? a->keys - a->queries + start + rows : a->keys;
    size_t dims = a->head_dim, line = rows * 16;
    float inverse[VIGIL_F32_ROWS];
    V16 scale = v16_set1(a->scale);
    for (size_t row = 0; row < rows; row++) {
        const float *q = a->q + (start + row) * a->q_stride;
        size_t d = 0;
        float *to = query + row * 16;
        for (; d + 16 <= dims; d += 16, to += line) {
            v16_store(to, v16_mul(v16_load(q + d), scale));
        }
        if (d < dims) v16_store(to, v16_mul(v16_load_n(q + d, dims - d), scale));
    }
    head_scores(rows, dims, query, key_panels, (keys + 15) / 16, scores);
    for (size_t row = 0; row < rows; row++) {
        size_t seen = a->causal ? keys - rows + row + 1 : keys;
        inverse[row] = softmax_lines(scores + row * 16, seen, line);
        for (size_t key = seen; key < keys; key++) {
            scores[key / 16 * line + row * 16 + key % 16] = 0.0f;
        }
    }
    Tile o = {.rows = rows, .c = (char *)(a->out + start * a->out_stride),
              .c_row = a->out_stride * 4, .c_panel = 64, .row_factor = inverse};
    head_product(rows, keys, scores, value_panels, (dims + 15) / 16, a->keys * 16, o, dims);
}

void VIGIL_NAME(attention_f32)(const vigil_attention *a) {
    size_t key_lines = (a->keys + 15) / 16, dim_lines = (a->head_dim + 15) / 16;
    float *key_panels = a->scratch;
    float *value_panels = key_panels + key_lines * a->head_dim * 16;
    float *query = value_panels + dim_lines * a->keys * 16;
    float *scores = query + dim_lines * VIGIL_F32_ROWS * 16;
    pack_keys(a, key_panels);
    pack_values(a, value_panels);
    vigil_split split = vigil_split_rows(a->queries, VIGIL_F32_ROWS);
    for (size_t tile = 0; tile < split.tiles; tile++) {
        prefetch_next_head(a, tile, split.tiles);
        attend_tile(a, vigil_split_start(split, tile), vigil_split_height(split, tile), key_panels,
                    value_panels, query, scores);
    }
}
