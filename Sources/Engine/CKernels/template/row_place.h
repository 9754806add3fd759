// Rows on their way into a row block: their place, and LayerNorm.

// Where row `row` of a row block begins, and how far its lines are apart, in bytes.
typedef struct {
    size_t start, line_step;
} RowPlace;

VIGIL_INLINE RowPlace row_place(vigil_split split, size_t row, size_t lines) {
    size_t tall = split.extra * (split.base + 1);
    size_t height = row < tall ? split.base + 1 : split.base;
    size_t within = row < tall ? row % height : (row - tall) % height;
    return (RowPlace){(row - within) * lines * 64 + within * 64, height * 64};
}

typedef struct {
    float mean, inverse_deviation;
} RowMoments;

// Two passes: the mean, then the mean of squared deviations. Lanes that do not exist hold the mean
// in the second, so that they add nothing.
VIGIL_INLINE RowMoments row_moments(const float *x, size_t n, float epsilon) {
    Lanes sum = lanes_of(0.0f), squares = lanes_of(0.0f);
#define VIGIL_BODY(part_, v) sum.part[part_] = v16_add(sum.part[part_], v)
    VIGIL_EACH_PART(x, n, 0.0f, VIGIL_BODY);
#undef VIGIL_BODY
    float mean = lanes_sum(sum) / (float)n;
    V16 centre = v16_set1(mean);
#define VIGIL_BODY(part_, v)                                                                       \
    V16 d = v16_sub(v, centre);                                                                    \
    squares.part[part_] = v16_fma(d, d, squares.part[part_])
    VIGIL_EACH_PART(x, n, mean, VIGIL_BODY);
#undef VIGIL_BODY
    float variance = lanes_sum(squares) / (float)n;
    return (RowMoments){mean, 1.0f / sqrtf(variance + epsilon)};
}

VIGIL_INLINE V16 normalized(V16 x, V16 mean, V16 inverse, V16 gamma, V16 beta) {
    return v16_fma(v16_mul(v16_sub(x, mean), inverse), gamma, beta);
}

// One row of `vigil_prepare` as float32, to lines of 16 that are `line_step` floats apart. A last
// line that is not full is written in part.
VIGIL_INLINE void prepare_row(const vigil_prepare *a, const float *x, float *out,
                              size_t line_step) {
    size_t n = a->k, i = 0;
    if (!a->gamma) {
        for (; i + 16 <= n; i += 16, out += line_step) v16_store(out, v16_load(x + i));
        if (i < n) v16_store_n(out, v16_load_n(x + i, n - i), n - i);
        return;
    }
    RowMoments m = row_moments(x, n, a->epsilon);
    V16 mean = v16_set1(m.mean), inverse = v16_set1(m.inverse_deviation);
    for (; i + 16 <= n; i += 16, out += line_step) {
        v16_store(out, normalized(v16_load(x + i), mean, inverse, v16_load(a->gamma + i),
                                  v16_load(a->beta + i)));
    }
    if (i < n) {
        size_t rest = n - i;
        v16_store_n(out, normalized(v16_load_n(x + i, rest), mean, inverse,
                                    v16_load_n(a->gamma + i, rest), v16_load_n(a->beta + i, rest)),
                    rest);
    }
}
