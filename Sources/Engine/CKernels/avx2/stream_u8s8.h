// The sums of an 8-bit tile without VNNI: 16 values of k of one panel stay in registers while all
// rows of a tall tile stream by, whose sums are in L1.
//
// vpmaddubsw adds two products in 16 bits. In panels that are not wide four of its results fit in
// 16 bits as well, so that one vpmaddwd widens eight products: 2.6 times the rate of float32, where
// one vpmaddwd for each is 1.7 times.

typedef struct {
    __m256i quad[4][2];
} StreamWeights;

VIGIL_INLINE __m256i stream_quad(const char *a) {
    int quad;
    memcpy(&quad, a, 4);
    return _mm256_set1_epi32(quad);
}

VIGIL_INLINE __m256i stream_widen(__m256i acc, __m256i pairs) {
    return _mm256_add_epi32(acc, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
}

// acc + the products of one row with 8 columns of a panel that is not wide.
VIGIL_INLINE __m256i stream_narrow(const int quads, __m256i acc, const __m256i *a,
                                   const StreamWeights *w, const int half) {
    __m256i sum = _mm256_maddubs_epi16(a[0], w->quad[0][half]);
    if (quads == 4) {
        __m256i last = _mm256_add_epi16(_mm256_maddubs_epi16(a[2], w->quad[2][half]),
                                        _mm256_maddubs_epi16(a[3], w->quad[3][half]));
        sum = _mm256_add_epi16(sum, _mm256_maddubs_epi16(a[1], w->quad[1][half]));
        sum = _mm256_add_epi16(sum, last);
    }
    return stream_widen(acc, sum);
}

// The same for any weights: two products of 127 * 127 fit in 16 bits.
VIGIL_INLINE __m256i stream_wide(const int quads, __m256i acc, const __m256i *a,
                                 const StreamWeights *w, const int half) {
    for (int q = 0; q < quads; q++) {
        acc = stream_widen(acc, _mm256_maddubs_epi16(a[q], w->quad[q][half]));
    }
    return acc;
}

// Adds to each row's sums the products of `quads` quads, 1 or 4. a: rows 64 bytes apart.
VIGIL_INLINE void stream_rows(const int quads, const int wide, size_t rows, const char *a,
                              const char *b, V16I *sums) {
    StreamWeights w;
    for (int q = 0; q < quads; q++) {
        w.quad[q][0] = _mm256_loadu_si256((const __m256i *)(b + 64 * q));
        w.quad[q][1] = _mm256_loadu_si256((const __m256i *)(b + 64 * q + 32));
    }
#pragma clang loop unroll_count(2)
    for (size_t row = 0; row < rows; row++, a += 64) {
        __m256i quad[4];
        for (int q = 0; q < quads; q++) quad[q] = stream_quad(a + 4 * q);
        if (wide) {
            sums[row].low = stream_wide(quads, sums[row].low, quad, &w, 0);
            sums[row].high = stream_wide(quads, sums[row].high, quad, &w, 1);
        } else {
            sums[row].low = stream_narrow(quads, sums[row].low, quad, &w, 0);
            sums[row].high = stream_narrow(quads, sums[row].high, quad, &w, 1);
        }
    }
}

VIGIL_INLINE void stream_tile(const int wide, size_t rows, size_t quads, const char *a,
                              const char *b, V16I *sums, Prefetch *fetch) {
    memset(sums, 0, rows * sizeof(V16I));
    for (; quads >= 16; quads -= 16, a += 64 * rows, b += 1024) {
        prefetch_some(fetch);
        for (int q = 0; q < 16; q += 4) stream_rows(4, wide, rows, a + 4 * q, b + 64 * q, sums);
    }
    for (; quads >= 4; quads -= 4, a += 16, b += 256) stream_rows(4, wide, rows, a, b, sums);
    for (; quads > 0; quads--, a += 4, b += 64) stream_rows(1, wide, rows, a, b, sums);
}

// a: one packed row tile; b: one panel; sums: [rows].
static void stream_sums(int wide, size_t rows, size_t quads, const char *a, const char *b,
                        V16I *sums, Prefetch *fetch) {
    if (wide) {
        stream_tile(1, rows, quads, a, b, sums, fetch);
    } else {
        stream_tile(0, rows, quads, a, b, sums, fetch);
    }
}
