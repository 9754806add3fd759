// Row blocks of 16-bit values. VIGIL_STORE_16(out, v) stores 16 float32 in their 16-bit form. Where
// sums of products have little room in that form, VIGIL_ROW_16_MOST is what values are kept below.
#ifndef VIGIL_ROW_16_MOST
#define VIGIL_ROW_16_MOST 0
#endif

// The power of two that brings x: [n] below VIGIL_ROW_16_MOST; 1 for one that is there already, and
// for one that is not finite.
VIGIL_INLINE float row_scale_16(const float *x, size_t n) {
    V16 high = v16_set1(0.0f);
    for (size_t i = 0; i < n; i += 16) {
        V16 v = n - i < 16 ? v16_load_n(x + i, n - i) : v16_load(x + i);
        high = v16_max(v16_abs(v), high);
    }
    float excess = v16_highest(high) / (float)VIGIL_ROW_16_MOST;
    if (!(excess >= 1.0f && excess < 0x1p127f)) return 1.0f;
    uint32_t bits;
    memcpy(&bits, &excess, 4);
    bits = ((bits >> 23) + 1) << 23;
    memcpy(&excess, &bits, 4);
    return excess;
}

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
        V16 inverse = v16_set1(1.0f);
        if (VIGIL_ROW_16_MOST > 0 && a->row_scale) {
            a->row_scale[row] = row_scale_16(x, a->k);
            inverse = v16_set1(1.0f / a->row_scale[row]);
        }
        char *out = (char *)a->out + place.start;
        for (size_t i = 0; i < a->k; i += 16) {
            V16 v = a->k - i < 16 ? v16_load_n(x + i, a->k - i) : v16_load(x + i);
            if (VIGIL_ROW_16_MOST > 0) v = v16_mul(v, inverse);
            VIGIL_STORE_16(out + i / per_line * place.line_step + i % per_line / 16 * bytes, v);
        }
    }
}
