// Gradients of the row kernels and of attention, for training.

// y += a * x.
VIGIL_INLINE void add_scaled(float a, const float *x, float *y, size_t n) {
    V16 factor = v16_set1(a);
    size_t i = 0;
    for (; i + 16 <= n; i += 16) {
        v16_store(y + i, v16_fma(factor, v16_load(x + i), v16_load(y + i)));
    }
    if (i < n) {
        V16 sum = v16_fma(factor, v16_load_n(x + i, n - i), v16_load_n(y + i, n - i));
        v16_store_n(y + i, sum, n - i);
    }
}

void VIGIL_NAME(attention_gradient)(const vigil_attention_gradient *a) {
    float *shares = a->scratch, *slopes = shares + (a->keys + 15) / 16 * 16;
    for (size_t key = 0; key < a->keys; key++) {
        memset(a->dk + key * a->dkv_stride, 0, a->head_dim * sizeof(float));
        memset(a->dv + key * a->dkv_stride, 0, a->head_dim * sizeof(float));
    }
    for (size_t row = 0; row < a->queries; row++) {
        const float *q = a->q + row * a->q_stride, *dout = a->dout + row * a->dout_stride;
        float *dq = a->dq + row * a->dq_stride;
        for (size_t key = 0; key < a->keys; key++) {
            shares[key] = a->scale * VIGIL_NAME(dot)(q, a->k + key * a->kv_stride, a->head_dim);
            slopes[key] = VIGIL_NAME(dot)(dout, a->v + key * a->kv_stride, a->head_dim);
        }
        VIGIL_NAME(softmax)(shares, a->keys);
        float mean = VIGIL_NAME(dot)(shares, slopes, a->keys);
        memset(dq, 0, a->head_dim * sizeof(float));
        for (size_t key = 0; key < a->keys; key++) {
            float slope = a->scale * (shares[key] * (slopes[key] - mean));
            add_scaled(slope, a->k + key * a->kv_stride, dq, a->head_dim);
            add_scaled(slope, q, a->dk + key * a->dkv_stride, a->head_dim);
            add_scaled(shares[key], dout, a->dv + key * a->dkv_stride, a->head_dim);
        }
    }
}

// With z = (x - mean) / deviation and g = dy * gamma: dx += (g - mean(g) - z * mean(g * z)) /
// deviation.
VIGIL_INLINE void norm_gradient_row(const vigil_norm_gradient *a, const float *x, const float *dy,
                                    float *dx) {
    size_t n = a->k;
    double sum = 0, squares = 0, slopes = 0, products = 0;
    for (size_t i = 0; i < n; i++) sum += x[i];
    double mean = sum / (double)n;
    for (size_t i = 0; i < n; i++) {
        double centred = x[i] - mean, slope = (double)dy[i] * a->gamma[i];
        squares += centred * centred;
        slopes += slope;
        products += slope * centred;
    }
    double inverse = 1 / sqrt(squares / (double)n + a->epsilon);
    double slope_mean = slopes / (double)n, product = products / (double)n * inverse * inverse;
    for (size_t i = 0; i < n; i++) {
        double slope = (double)dy[i] * a->gamma[i];
        dx[i] += (float)((slope - slope_mean - (x[i] - mean) * product) * inverse);
    }
}

void VIGIL_NAME(norm_gradient)(const vigil_norm_gradient *a) {
    for (size_t row = 0; row < a->rows; row++) {
        norm_gradient_row(a, a->x + row * a->k, a->dy + row * a->k, a->dx + row * a->k);
    }
}

VIGIL_INLINE V16 v16_sigmoid(V16 x) { return v16_times_sigmoid(v16_set1(1.0f), x); }

// s (1 + x u' (1 - s)) with s = sigmoid(u), the slope of x * sigmoid(u).
VIGIL_INLINE V16 v16_gated_slope(V16 s, V16 x, V16 u_slope) {
    V16 one = v16_set1(1.0f);
    return v16_mul(s, v16_fma(v16_mul(x, u_slope), v16_sub(one, s), one));
}

// Phi(x) + x * phi(x); Phi(x) is 1 - Phi(-x) for x >= 0.
VIGIL_INLINE V16 v16_gelu_slope(V16 x) {
    V16 tail = v16_normal_tail(v16_min(v16_abs(x), v16_set1(6.0f)));
    V16 rest = v16_sub(v16_set1(1.0f), v16_add(tail, tail));
    V16 square = v16_mul(v16_mul(x, x), v16_set1(-0.5f));
    V16 density = v16_mul(v16_exp(square), v16_set1(0.3989422804014327f));
    return v16_fma(x, density, v16_add(tail, v16_zero_below(x, 0.0f, rest)));
}

VIGIL_INLINE V16 v16_slope(V16 x, vigil_activation activation) {
    switch (activation) {
    case VIGIL_ACT_GELU: return v16_gelu_slope(x);
    case VIGIL_ACT_QUICK_GELU: {
        V16 factor = v16_set1(1.702f);
        return v16_gated_slope(v16_sigmoid(v16_mul(x, factor)), x, factor);
    }
    case VIGIL_ACT_GELU_TANH: {
        V16 square = v16_mul(x, x), linear = v16_set1(1.5957691216057308f);
        V16 u = v16_mul(x, v16_fma(square, v16_set1(0.07135481282671f), linear));
        return v16_gated_slope(v16_sigmoid(u), x,
                               v16_fma(square, v16_set1(3 * 0.07135481282671f), linear));
    }
    case VIGIL_ACT_RELU: return v16_zero_below(x, 1e-38f, v16_set1(1.0f));
    case VIGIL_ACT_NONE: break;
    }
    return v16_set1(1.0f);
}

void VIGIL_NAME(activation_gradient)(const float *x, const float *dy, size_t n,
                                     vigil_activation activation, float *dx) {
    size_t i = 0;
    for (; i + 16 <= n; i += 16) {
        v16_store(dx + i, v16_mul(v16_load(dy + i), v16_slope(v16_load(x + i), activation)));
    }
    if (i < n) {
        V16 slope = v16_slope(v16_load_n(x + i, n - i), activation);
        v16_store_n(dx + i, v16_mul(v16_load_n(dy + i, n - i), slope), n - i);
    }
}

void VIGIL_NAME(outer_sum)(const vigil_outer_sum *p) {
    for (size_t m = 0; m < p->m; m++) {
        float *out = p->out + m * p->out_stride;
        size_t i = 0;
        // Four vectors wait for no one.
        for (; i + 64 <= p->n; i += 64) {
            V16 sum[4];
            for (int part = 0; part < 4; part++) sum[part] = v16_load(out + i + 16 * part);
            for (size_t row = 0; row < p->rows; row++) {
                V16 factor = v16_set1(p->a[row * p->a_stride + m]);
                const float *b = p->b + row * p->b_stride + i;
                for (int part = 0; part < 4; part++) {
                    sum[part] = v16_fma(factor, v16_load(b + 16 * part), sum[part]);
                }
            }
            for (int part = 0; part < 4; part++) v16_store(out + i + 16 * part, sum[part]);
        }
        for (; i < p->n; i += 16) {
            size_t left = p->n - i < 16 ? p->n - i : 16;
            V16 sum = v16_load_n(out + i, left);
            for (size_t row = 0; row < p->rows; row++) {
                V16 factor = v16_set1(p->a[row * p->a_stride + m]);
                sum = v16_fma(factor, v16_load_n(p->b + row * p->b_stride + i, left), sum);
            }
            v16_store_n(out + i, sum, left);
        }
    }
}
