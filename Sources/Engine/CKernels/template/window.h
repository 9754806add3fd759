// Windows that slide over images: rows for a convolution as a matrix product, and pooling.

// Where output position `index` of a window lies: its image, and for each axis the first input
// position, which is negative within the padding.
typedef struct {
    const float *image;
    ptrdiff_t start[3];
} WindowPlace;

VIGIL_INLINE WindowPlace window_place(const vigil_window *w, size_t index) {
    size_t place[3];
    for (int axis = 2; axis >= 0; axis--) {
        place[axis] = index % w->out_size[axis];
        index /= w->out_size[axis];
    }
    WindowPlace p = {w->x + index * w->size[0] * w->size[1] * w->size[2] * w->x_stride, {0}};
    for (int axis = 0; axis < 3; axis++) {
        p.start[axis] = (ptrdiff_t)(place[axis] * w->stride[axis]) - (ptrdiff_t)w->padding[axis];
    }
    return p;
}

// The input position of tap (depth, row, column); NULL in the padding.
VIGIL_INLINE const float *window_tap(const vigil_window *w, const WindowPlace *p, size_t depth,
                                     size_t row, size_t column) {
    size_t d = (size_t)(p->start[0] + (ptrdiff_t)depth);
    size_t r = (size_t)(p->start[1] + (ptrdiff_t)row);
    size_t c = (size_t)(p->start[2] + (ptrdiff_t)column);
    // Negative ones are huge.
    if (d >= w->size[0] || r >= w->size[1] || c >= w->size[2]) return NULL;
    return p->image + ((d * w->size[1] + r) * w->size[2] + c) * w->x_stride;
}

// Where the next values of a row go: to lines of 16 that are `step` floats apart, or with `step` 0
// one after another.
typedef struct {
    float *out;
    size_t step;
} GatherTarget;

VIGIL_INLINE void gather_zeros(GatherTarget *to, size_t n) {
    if (!to->step) {
        memset(to->out, 0, n * sizeof(float));
        to->out += n;
        return;
    }
    for (size_t i = 0; i < n; i += 16, to->out += to->step) v16_store(to->out, v16_set1(0.0f));
}

// n values as they are; whole lines if there is a step.
VIGIL_INLINE void gather_copy(GatherTarget *to, const float *x, size_t n) {
    if (to->step) {
        for (size_t i = 0; i < n; i += 16, to->out += to->step) {
            v16_store(to->out, v16_load(x + i));
        }
        return;
    }
    size_t i = 0;
    for (; i + 16 <= n; i += 16) v16_store(to->out + i, v16_load(x + i));
    for (; i < n; i++) to->out[i] = x[i];
    to->out += n;
}

// All channels of one position, scaled.
VIGIL_INLINE void gather_scaled(const vigil_gather *a, GatherTarget *to, const float *x) {
    const V16 zero = v16_set1(0.0f);
    size_t n = a->window.channels, i = 0, step = to->step ? to->step : 16;
    float *out = to->out;
    for (; i + 16 <= n; i += 16, out += step) {
        v16_store(out, v16_max(zero, v16_fma(v16_load(x + i), v16_load(a->scale + i),
                                             v16_load(a->shift + i))));
    }
    if (i < n) {
        size_t rest = n - i;
        v16_store_n(out, v16_max(zero, v16_fma(v16_load_n(x + i, rest),
                                               v16_load_n(a->scale + i, rest),
                                               v16_load_n(a->shift + i, rest))), rest);
    }
    to->out = to->step ? out : to->out + n;
}

// The taps of a window's line: those before `low` and from `high` on are padding.
VIGIL_INLINE void gather_line(const vigil_gather *a, GatherTarget *to, const float *x, size_t low,
                              size_t high) {
    const vigil_window *w = &a->window;
    gather_zeros(to, low * w->channels);
    if (a->scale) {
        for (size_t c = low; c < high; c++) gather_scaled(a, to, x + (c - low) * w->x_stride);
    } else if (w->x_stride == w->channels) {
        gather_copy(to, x, (high - low) * w->channels);
    } else {
        for (size_t c = low; c < high; c++) {
            gather_copy(to, x + (c - low) * w->x_stride, w->channels);
        }
    }
    gather_zeros(to, (w->kernel[2] - high) * w->channels);
}

VIGIL_INLINE void gather_row(const vigil_gather *a, size_t row, float *out, size_t step) {
    const vigil_window *w = &a->window;
    GatherTarget to = {out, step};
    WindowPlace place = window_place(w, a->first + row);
    ptrdiff_t first = place.start[2], taps = (ptrdiff_t)w->kernel[2];
    ptrdiff_t low = first < 0 ? -first : 0, high = (ptrdiff_t)w->size[2] - first;
    low = low > taps ? taps : low;
    high = high > taps ? taps : high < low ? low : high;
    for (size_t d = 0; d < w->kernel[0]; d++) {
        for (size_t r = 0; r < w->kernel[1]; r++) {
            const float *x =
                low < high ? window_tap(w, &place, d, r, (size_t)low) : NULL;
            if (x) gather_line(a, &to, x, (size_t)low, (size_t)high);
            else gather_zeros(&to, w->kernel[2] * w->channels);
        }
    }
}

void VIGIL_NAME(gather)(const vigil_gather *a) {
    const vigil_window *w = &a->window;
    if (!a->tile_rows) {
        for (size_t row = 0; row < a->rows; row++) {
            gather_row(a, row, a->out + row * a->out_stride, 0);
        }
        return;
    }
    size_t k = w->kernel[0] * w->kernel[1] * w->kernel[2] * w->channels, lines = (k + 15) / 16;
    vigil_split split = vigil_split_rows(a->rows, a->tile_rows);
    for (size_t row = 0; row < a->rows; row++) {
        RowPlace place = row_place(split, row, lines);
        float *out = a->out + place.start / sizeof(float);
        size_t step = place.line_step / sizeof(float);
        if (w->channels % 16 == 0) {
            gather_row(a, row, out, step);
            continue;
        }
        gather_row(a, row, a->scratch, 0);
        for (size_t i = 0; i < lines; i++) v16_store(out + i * step, v16_load(a->scratch + 16 * i));
    }
}

// 16 channels, or `n` of them, of one output position.
VIGIL_INLINE V16 pool_lanes(const vigil_pool *a, const WindowPlace *place, size_t first, size_t n) {
    const vigil_window *w = &a->window;
    V16 all = v16_set1(a->is_max ? -INFINITY : 0.0f);
    for (size_t d = 0; d < w->kernel[0]; d++) {
        for (size_t r = 0; r < w->kernel[1]; r++) {
            for (size_t c = 0; c < w->kernel[2]; c++) {
                const float *x = window_tap(w, place, d, r, c);
                if (!x) continue;
                V16 v = n < 16 ? v16_load_n(x + first, n) : v16_load(x + first);
                all = a->is_max ? v16_max(all, v) : v16_add(all, v);
            }
        }
    }
    if (a->is_max) return all;
    float taps = (float)(w->kernel[0] * w->kernel[1] * w->kernel[2]);
    return v16_mul(all, v16_set1(1.0f / taps));
}

void VIGIL_NAME(pool)(const vigil_pool *a) {
    size_t channels = a->window.channels;
    for (size_t row = 0; row < a->rows; row++) {
        WindowPlace place = window_place(&a->window, a->first + row);
        float *out = a->out + row * a->out_stride;
        size_t i = 0;
        for (; i + 16 <= channels; i += 16) v16_store(out + i, pool_lanes(a, &place, i, 16));
        if (i < channels) {
            v16_store_n(out + i, pool_lanes(a, &place, i, channels - i), channels - i);
        }
    }
}
