// Row kernels over V16: LayerNorm, packing, quantisation, softmax, normalisation.

void VIGIL_NAME(prepare_f32)(const vigil_prepare *a) {
    if (!a->tile_rows) {
        for (size_t row = 0; row < a->rows; row++) {
            prepare_row(a, a->x + row * a->x_stride, (float *)a->out + row * a->out_stride, 16);
        }
        return;
    }
    vigil_split split = vigil_split_rows(a->rows, a->tile_rows);
    size_t lines = (a->k + 15) / 16;
    for (size_t row = 0; row < a->rows; row++) {
        RowPlace place = row_place(split, row, lines);
        prepare_row(a, a->x + row * a->x_stride, (float *)((char *)a->out + place.start),
                    place.line_step / sizeof(float));
    }
}

typedef struct {
    float scale, inverse, zero;
} RowQuantizer;

// Maps [min(low, 0), max(high, 0)] to 0...127 with an integer zero, so that 0 is exact. The zero is
// off by up to a half, hence a little less than 127.
VIGIL_INLINE RowQuantizer row_quantizer(float low, float high) {
    low = low < 0.0f ? low : 0.0f;
    high = high > 0.0f ? high : 0.0f;
    float range = high - low;
    float inverse = range > 1e-30f ? 126.98f / range : 0.0f;
    float zero = (-low * inverse + VIGIL_ROUNDER) - VIGIL_ROUNDER;
    zero = zero > 0.0f ? zero : 0.0f;
    zero = zero < 127.0f ? zero : 127.0f;
    return (RowQuantizer){range / 126.98f, inverse, zero};
}

// 64 values to bytes.
VIGIL_INLINE void quantize_line(const float *x, uint8_t *out, V16 inverse, V16 zero) {
    V16 q[4];
    for (int part = 0; part < 4; part++) q[part] = v16_fma(v16_load(x + 16 * part), inverse, zero);
    v64_store_u8(out, q);
}

VIGIL_INLINE RowQuantizer row_range(const float *x, size_t n) {
    Lanes high = lanes_of(0.0f), low = lanes_of(0.0f);
#define VIGIL_BODY(part_, v)                                                                       \
    V16 value = v;                                                                                 \
    high.part[part_] = v16_max(value, high.part[part_]);                                           \
    low.part[part_] = v16_min(value, low.part[part_])
    VIGIL_EACH_PART(x, n, 0.0f, VIGIL_BODY);
#undef VIGIL_BODY
    for (int i = 0; i < 4; i++) low.part[i] = v16_sub(v16_set1(0.0f), low.part[i]);
    return row_quantizer(-lanes_highest(low), lanes_highest(high));
}

void VIGIL_NAME(prepare_u8)(const vigil_prepare *a) {
    vigil_split split = vigil_split_rows(a->rows, a->tile_rows);
    size_t lines = (a->k + 63) / 64;
    for (size_t row = 0; row < a->rows; row++) {
        RowPlace place = row_place(split, row, lines);
        const float *x = a->x + row * a->x_stride;
        if (a->gamma) {
            prepare_row(a, x, a->scratch, 16);
            x = a->scratch;
        }
        RowQuantizer q = row_range(x, a->k);
        a->row_scale[row] = q.scale;
        a->row_zero[row] = vigil_zero_pair((int32_t)q.zero);
        V16 inverse = v16_set1(q.inverse), zero = v16_set1(q.zero);
        uint8_t *out = (uint8_t *)a->out + place.start;
        size_t i = 0;
        for (; i + 64 <= a->k; i += 64, out += place.line_step) {
            quantize_line(x + i, out, inverse, zero);
        }
        if (i < a->k) {
            float tail[64] = {0};
            for (size_t j = 0; i + j < a->k; j++) tail[j] = x[i + j];
            quantize_line(tail, out, inverse, zero);
        }
    }
}

void VIGIL_NAME(activate)(float *x, size_t n, vigil_activation activation) {
    size_t i = 0;
    for (; i + 16 <= n; i += 16) v16_store(x + i, v16_activate(v16_load(x + i), activation));
    if (i < n) v16_store_n(x + i, v16_activate(v16_load_n(x + i, n - i), activation), n - i);
}

void VIGIL_NAME(activate_coarse)(float *x, size_t n, vigil_activation activation) {
    size_t i = 0;
    for (; i + 16 <= n; i += 16) {
        v16_store(x + i, v16_activate_coarsely(v16_load(x + i), activation));
    }
    if (i < n) {
        v16_store_n(x + i, v16_activate_coarsely(v16_load_n(x + i, n - i), activation), n - i);
    }
}

void VIGIL_NAME(exponential)(float *x, size_t n) {
    size_t i = 0;
    for (; i + 16 <= n; i += 16) v16_store(x + i, v16_exp(v16_load(x + i)));
    if (i < n) v16_store_n(x + i, v16_exp(v16_load_n(x + i, n - i)), n - i);
}

// Softmax of `n` values in lines of 16 that are `line_step` floats apart; returns 1 / sum and
// leaves e^(x - max) behind.
VIGIL_INLINE float softmax_lines(float *x, size_t n, size_t line_step) {
    size_t full = n / 16, rest = n % 16;
    Lanes high = lanes_of(-INFINITY), sum = lanes_of(0.0f);
#define VIGIL_BODY(l, p) high.part[p] = v16_max(v16_load(x + (l) * line_step), high.part[p])
    VIGIL_EACH_LINE(full, VIGIL_BODY);
#undef VIGIL_BODY
    float *last = x + full * line_step;
    if (rest) high.part[0] = v16_max(v16_load_or(last, rest, -INFINITY), high.part[0]);
    V16 shift = v16_set1(lanes_highest(high));
#define VIGIL_BODY(l, p)                                                                           \
    do {                                                                                           \
        V16 e = v16_exp(v16_sub(v16_load(x + (l) * line_step), shift));                            \
        v16_store(x + (l) * line_step, e);                                                         \
        sum.part[p] = v16_add(sum.part[p], e);                                                     \
    } while (0)
    VIGIL_EACH_LINE(full, VIGIL_BODY);
#undef VIGIL_BODY
    if (rest) {
        // e^-inf is 0, so that lanes that do not exist add nothing.
        V16 e = v16_exp(v16_sub(v16_load_or(last, rest, -INFINITY), shift));
        v16_store_n(last, e, rest);
        lanes_add(&sum, full, e);
    }
    return 1.0f / lanes_sum(sum);
}

void VIGIL_NAME(softmax)(float *x, size_t n) {
    if (!n) return;
    V16 inverse = v16_set1(softmax_lines(x, n, 16));
    size_t i = 0;
    for (; i + 16 <= n; i += 16) v16_store(x + i, v16_mul(v16_load(x + i), inverse));
    if (i < n) v16_store_n(x + i, v16_mul(v16_load_n(x + i, n - i), inverse), n - i);
}

float VIGIL_NAME(dot)(const float *a, const float *b, size_t n) {
    Lanes sum = lanes_of(0.0f);
    size_t i = 0;
    for (int part = 0; i + 16 <= n; i += 16, part = (part + 1) % 4) {
        sum.part[part] = v16_fma(v16_load(a + i), v16_load(b + i), sum.part[part]);
    }
    if (i < n) {
        V16 *last = &sum.part[i / 16 % 4];
        *last = v16_fma(v16_load_n(a + i, n - i), v16_load_n(b + i, n - i), *last);
    }
    return lanes_sum(sum);
}

void VIGIL_NAME(l2_normalize)(const float *x, size_t n, float *out) {
    float norm = sqrtf(VIGIL_NAME(dot)(x, x, n));
    V16 inverse = v16_set1(1.0f / (norm > 1e-12f ? norm : 1e-12f));
    size_t i = 0;
    for (; i + 16 <= n; i += 16) v16_store(out + i, v16_mul(v16_load(x + i), inverse));
    if (i < n) v16_store_n(out + i, v16_mul(v16_load_n(x + i, n - i), inverse), n - i);
}

void VIGIL_NAME(add)(const float *a, const float *b, size_t n, float *out) {
    size_t i = 0;
    for (; i + 16 <= n; i += 16) v16_store(out + i, v16_add(v16_load(a + i), v16_load(b + i)));
    if (i < n) v16_store_n(out + i, v16_add(v16_load_n(a + i, n - i), v16_load_n(b + i, n - i)),
                           n - i);
}
