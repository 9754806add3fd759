// Transposes of 16 rows of 4-byte elements.

// 16 rows of `columns` elements, `stride` elements apart, to out: [columns][16].
VIGIL_INLINE void transpose_16_columns(const void *rows, size_t stride, size_t columns, void *out) {
    for (size_t column = 0; column < columns; column++) {
        for (size_t row = 0; row < 16; row++) {
            memcpy((char *)out + (column * 16 + row) * 4,
                   (const char *)rows + (row * stride + column) * 4, 4);
        }
    }
}
