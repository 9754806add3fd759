// Row blocks of 16-bit values. VIGIL_STORE_16(out, v) stores 16 float32 in their 16-bit form.

// LayerNorm if there is one, then lines of `per_line` values.
VIGIL_INLINE void prepare_16(const vigil_prepare *a, size_t per_line) {
    vigil_split split = vigil_split_rows(a->rows, a->tile_rows);
    size_t lines = (a->k + per_line - 1) / per_line, bytes = 16 * 64 / per_line;
    for (size_t row = 0; row < a->rows; row++) {
        RowPlace place = row_place(split, row, lines);
        const float *x = a->x + row * a->x_stride;
        if (a->gamma) {
            prepare_row(a, x, a->scratch, 16);
            x = a->scratch;
        }
        char *out = (char *)a->out + place.start;
        for (size_t i = 0; i < a->k; i += 16) {
            V16 v = a->k - i < 16 ? v16_load_n(x + i, a->k - i) : v16_load(x + i);
            VIGIL_STORE_16(out + i / per_line * place.line_step + i % per_line / 16 * bytes, v);
        }
    }
}
