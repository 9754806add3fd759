// Runs every kernel of every instruction set of this processor on seeded inputs and prints a digest
// of each result's bits. The same program on another architecture must print the same digests.
#include "CKernels.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t state;
static void seed(uint64_t s) { state = s * 0x9E3779B97F4A7C15ull | 1; }
static float uniform(float bound) {
    state ^= state >> 12, state ^= state << 25, state ^= state >> 27;
    return ((float)(state * 0x2545F4914F6CDD1Dull >> 40) * 0x1p-23f - 1.0f) * bound;
}
static float *values(size_t n, float bound) {
    float *v = aligned_alloc(64, (n * 4 + 127) / 64 * 64);
    if (!v) exit(70);
    memset(v, 0, (n * 4 + 127) / 64 * 64);
    for (size_t i = 0; i < n; i++) v[i] = uniform(bound);
    return v;
}

// FNV-1a over the bits.
static uint64_t digest(const float *x, size_t n) {
    uint64_t h = 0xCBF29CE484222325ull;
    const unsigned char *bytes = (const unsigned char *)x;
    for (size_t i = 0; i < n * 4; i++) h = (h ^ bytes[i]) * 0x100000001B3ull;
    return h;
}

static void show(const char *what, const char *isa, const float *x, size_t n) {
    printf("%s %s %016llx\n", isa, what, (unsigned long long)digest(x, n));
}

static void products(const vigil_kernels *t, const char *isa, size_t rows, size_t n, size_t k) {
    seed(rows * 1000 + n * 100 + k);
    size_t panels = (n + 15) / 16;
    float *x = values(rows * k, 2), *w = values(n * k, 1), *bias = values(n + 32, 1);
    float *gamma = values(k, 1), *beta = values(k, 1), *scratch = values(k + 64, 0);
    float *a = values(rows * (k + 64), 0), *b = values(panels * 16 * (k + 4), 0);
    float *c = values(rows * n, 1), *scale = values(n + 64, 0), *row_scale = values(rows, 0);
    int32_t *row_zero = (int32_t *)values(rows, 0);
    int16_t *sum = (int16_t *)values(n + 64, 0);
    uint8_t *wide = (uint8_t *)values(panels, 0);
    vigil_prepare p = {.x = x, .x_stride = k, .rows = rows, .k = k, .gamma = gamma, .beta = beta,
                       .epsilon = 1e-5f, .out = a, .row_scale = row_scale, .row_zero = row_zero,
                       .scratch = scratch, .tile_rows = t->tile_rows_f32};
    vigil_gemm g = {.a = a, .rows = rows, .k = k, .b = b, .panel_count = panels, .columns = n,
                    .c = c, .c_stride = n, .bias = bias, .residual = c, .residual_stride = n,
                    .a_scale = row_scale, .a_zero = row_zero, .b_scale = scale, .b_sum = sum,
                    .b_wide = wide};
    vigil_pack_f32(w, VIGIL_F32, n, k, 0, panels, b);
    for (int act = VIGIL_ACT_NONE; act <= VIGIL_ACT_RELU; act++) {
        g.activation = (vigil_activation)act;
        t->prepare_f32(&p);
        t->gemm_f32(&g);
        show("gemm_f32", isa, c, rows * n);
    }
    vigil_pack_s8(w, VIGIL_F32, n, k, 0, panels, (int8_t *)b, scale, sum, wide);
    p.tile_rows = t->tile_rows_u8s8;
    for (int act = VIGIL_ACT_NONE; act <= VIGIL_ACT_RELU; act++) {
        g.activation = (vigil_activation)act;
        t->prepare_u8(&p);
        t->gemm_u8s8(&g);
        show("gemm_u8s8", isa, c, rows * n);
    }
    float *all[] = {x, w, bias, gamma, beta, scratch, a, b, c, scale, row_scale, (float *)row_zero,
                    (float *)sum, (float *)wide};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) free(all[i]);
}

typedef struct {
    const char *name;
    void (*prepare)(const vigil_prepare *);
    void (*gemm)(const vigil_gemm *);
    void (*pack)(const void *, vigil_dtype, size_t, size_t, size_t, size_t, uint16_t *);
    size_t tile_rows, panel;
    uint16_t (*narrow)(float);
    float (*widen)(uint16_t);
    double epsilon;  // of its sums
} Halves;

// A 16-bit product exists in no other form to compare bits with. It is held to a sum in double of
// the same rounded values, within four epsilons of the sum of magnitudes: roundings have no common
// sign. A miss ends the program.
static void halves(const Halves *h, const char *isa, size_t rows, size_t n, size_t k) {
    seed(rows * 1000 + n * 100 + k);
    size_t panels = (n + h->panel - 1) / h->panel;
    float *x = values(rows * k, 2), *w = values(n * k, 1), *bias = values(n + 32, 1);
    float *a = values(rows * (k + 64), 0), *b = values(panels * h->panel * (k + 4), 0);
    float *c = values(rows * n, 0);
    vigil_prepare p = {.x = x, .x_stride = k, .rows = rows, .k = k, .out = a,
                       .tile_rows = h->tile_rows};
    vigil_gemm g = {.a = a, .rows = rows, .k = k, .b = b, .panel_count = panels, .columns = n,
                    .c = c, .c_stride = n, .bias = bias};
    h->pack(w, VIGIL_F32, n, k, 0, panels, (uint16_t *)b);
    h->prepare(&p);
    h->gemm(&g);
    for (size_t row = 0; row < rows; row++) {
        for (size_t column = 0; column < n; column++) {
            double sum = bias[column], magnitude = fabs(sum);
            for (size_t i = 0; i < k; i++) {
                double product = (double)h->widen(h->narrow(x[row * k + i]))
                    * h->widen(h->narrow(w[column * k + i]));
                sum += product;
                magnitude += fabs(product);
            }
            float seen = c[row * n + column];
            if (!(fabs(seen - sum) <= 4 * h->epsilon * magnitude)) {
                fprintf(stderr, "%s %s: %zu,%zu of %zux%zux%zu is %g, not %g\n", isa, h->name, row,
                        column, rows, n, k, (double)seen, sum);
                exit(1);
            }
        }
    }
    fprintf(stderr, "%s %s: %zux%zux%zu within bounds\n", isa, h->name, rows, n, k);
    float *all[] = {x, w, bias, a, b, c};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) free(all[i]);
}

static void all_halves(const vigil_kernels *t, const char *isa) {
    const Halves kinds[] = {
        {"gemm_bf16", t->prepare_bf16, t->gemm_bf16, vigil_pack_bf16, t->tile_rows_bf16, 16,
         vigil_f32_to_bf16, vigil_bf16_to_f32, 0x1p-23},
        {"gemm_f16", t->prepare_f16, t->gemm_f16, vigil_pack_f16, t->tile_rows_f16, 32,
         vigil_f32_to_f16, vigil_f16_to_f32, 0x1p-10},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (!kinds[i].gemm) continue;
        halves(&kinds[i], isa, 1, 1, 1);
        halves(&kinds[i], isa, 29, 48, 127);
        halves(&kinds[i], isa, 15, 33, 260);
    }
}

static void attention(const vigil_kernels *t, const char *isa, size_t keys, size_t dims,
                      int causal) {
    seed(keys * 1000 + dims);
    float *qkv = values(keys * 3 * dims, 2), *out = values(keys * dims, 0);
    float *scratch = values(vigil_attention_scratch_bytes(keys, dims) / 4, 0);
    vigil_attention a = {.q = qkv, .k = qkv + dims, .v = qkv + 2 * dims, .q_stride = 3 * dims,
                         .kv_stride = 3 * dims, .queries = keys, .keys = keys, .head_dim = dims,
                         .scale = 0.25f, .causal = causal, .out = out, .out_stride = dims,
                         .scratch = scratch};
    t->attention_f32(&a);
    show("attention_f32", isa, out, keys * dims);
    t->attention_s16(&a);
    show("attention_s16", isa, out, keys * dims);
    float *slopes = values(keys * dims, 2), *dqkv = values(keys * 3 * dims, 0);
    vigil_attention_gradient g = {.q = a.q, .k = a.k, .v = a.v, .q_stride = a.q_stride,
                                  .kv_stride = a.kv_stride, .queries = keys, .keys = keys,
                                  .head_dim = dims, .scale = 0.25f, .dout = slopes,
                                  .dout_stride = dims, .dq = dqkv, .dq_stride = 3 * dims,
                                  .dk = dqkv + dims, .dv = dqkv + 2 * dims, .dkv_stride = 3 * dims,
                                  .scratch = scratch};
    t->attention_gradient(&g);
    show("attention_gradient", isa, dqkv, keys * 3 * dims);
    free(qkv), free(out), free(scratch), free(slopes), free(dqkv);
}

static void rows(const vigil_kernels *t, const char *isa, size_t n) {
    seed(n);
    float *x = values(n, 6), *y = values(n, 6), *out = values(n, 0);
    t->l2_normalize(x, n, out);
    show("l2_normalize", isa, out, n);
    out[0] = t->dot(x, y, n);
    show("dot", isa, out, 1);
    t->add(x, y, n, out);
    show("add", isa, out, n);
    for (int act = VIGIL_ACT_GELU; act <= VIGIL_ACT_RELU; act++) {
        memcpy(out, x, n * 4);
        t->activate(out, n, (vigil_activation)act);
        show("activate", isa, out, n);
        t->activation_gradient(x, y, n, (vigil_activation)act, out);
        show("activation_gradient", isa, out, n);
    }
    vigil_norm_gradient g = {.x = x, .dy = y, .gamma = y, .rows = 1, .k = n, .epsilon = 1e-5f,
                             .dx = out};
    t->norm_gradient(&g);
    show("norm_gradient", isa, out, n);
    vigil_outer_sum o = {.a = y, .b = x, .a_stride = 1, .b_stride = 0, .rows = 1, .m = 1, .n = n,
                         .out = out, .out_stride = n};
    t->outer_sum(&o);
    show("outer_sum", isa, out, n);
    t->softmax(x, n);
    show("softmax", isa, x, n);
    free(x), free(y), free(out);
}

static void windows(const vigil_kernels *t, const char *isa, size_t channels) {
    seed(channels);
    size_t positions = 2 * 3 * 5 * 4, outputs = 2 * 2 * 3 * 2, k = 27 * channels;
    float *x = values(positions * channels, 2), *scale = values(channels, 1);
    float *shift = values(channels, 1), *out = values(outputs * k, 0);
    vigil_window w = {.x = x, .x_stride = channels, .channels = channels, .size = {3, 5, 4},
                      .out_size = {2, 3, 2}, .kernel = {3, 3, 3}, .stride = {2, 2, 2},
                      .padding = {1, 1, 1}};
    vigil_gather g = {.window = w, .rows = outputs, .out = out, .out_stride = k};
    t->gather(&g);
    show("gather", isa, out, outputs * k);
    g.scale = scale, g.shift = shift;
    t->gather(&g);
    show("gather", isa, out, outputs * k);
    vigil_pool p = {.window = w, .rows = outputs, .out = out, .out_stride = channels};
    for (p.is_max = 0; p.is_max < 2; p.is_max++) {
        t->pool(&p);
        show("pool", isa, out, outputs * channels);
    }
    free(x), free(scale), free(shift), free(out);
}

int main(void) {
    for (int isa = 0; isa < VIGIL_ISA_COUNT; isa++) {
        vigil_kernels t;
        if (!vigil_kernels_for((vigil_isa)isa, &t)) continue;
        const char *name = vigil_isa_name((vigil_isa)isa);
        products(&t, name, 1, 1, 1);
        products(&t, name, 29, 48, 127);
        products(&t, name, 15, 33, 260);
        all_halves(&t, name);
        attention(&t, name, 50, 64, 0);
        attention(&t, name, 33, 40, 1);
        attention(&t, name, 1, 7, 0);
        rows(&t, name, 1);
        rows(&t, name, 63);
        rows(&t, name, 769);
        windows(&t, name, 1);
        windows(&t, name, 48);
        windows(&t, name, 35);
    }
    return 0;
}
