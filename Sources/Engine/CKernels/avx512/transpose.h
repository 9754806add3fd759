// Transposes of 16 rows of 4-byte elements.

// The 16x16 block at k: rows `stride` apart become columns of out: [16][16].
VIGIL_INLINE void transpose_16x16(const float *k, size_t stride, float *out) {
    __m512 r[16], t[16];
    for (int i = 0; i < 16; i++) r[i] = _mm512_loadu_ps(k + (size_t)i * stride);
    for (int i = 0; i < 16; i += 2) {
        t[i] = _mm512_unpacklo_ps(r[i], r[i + 1]);
        t[i + 1] = _mm512_unpackhi_ps(r[i], r[i + 1]);
    }
    for (int i = 0; i < 16; i += 4) {
        for (int j = 0; j < 2; j++) {
            __m512d a = _mm512_castps_pd(t[i + j]), b = _mm512_castps_pd(t[i + j + 2]);
            r[i + 2 * j] = _mm512_castpd_ps(_mm512_unpacklo_pd(a, b));
            r[i + 2 * j + 1] = _mm512_castpd_ps(_mm512_unpackhi_pd(a, b));
        }
    }
    // r[4g + c] holds column c of each 128-bit lane, for rows 4g...4g+3.
    for (int c = 0; c < 4; c++) {
        __m512 a = _mm512_shuffle_f32x4(r[c], r[4 + c], 0x88);
        __m512 b = _mm512_shuffle_f32x4(r[8 + c], r[12 + c], 0x88);
        __m512 d = _mm512_shuffle_f32x4(r[c], r[4 + c], 0xDD);
        __m512 e = _mm512_shuffle_f32x4(r[8 + c], r[12 + c], 0xDD);
        _mm512_storeu_ps(out + 16 * c, _mm512_shuffle_f32x4(a, b, 0x88));
        _mm512_storeu_ps(out + 16 * (4 + c), _mm512_shuffle_f32x4(d, e, 0x88));
        _mm512_storeu_ps(out + 16 * (8 + c), _mm512_shuffle_f32x4(a, b, 0xDD));
        _mm512_storeu_ps(out + 16 * (12 + c), _mm512_shuffle_f32x4(d, e, 0xDD));
    }
}

// 16 rows of `columns` elements, `stride` elements apart, to out: [columns][16].
VIGIL_INLINE void transpose_16_columns(const void *rows, size_t stride, size_t columns, void *out) {
    const float *from = rows;
    float *to = out;
    size_t column = 0;
    for (; column + 16 <= columns; column += 16) {
        transpose_16x16(from + column, stride, to + column * 16);
    }
    for (; column < columns; column++) {
        for (size_t row = 0; row < 16; row++) {
            memcpy(to + column * 16 + row, from + row * stride + column, 4);
        }
    }
}
