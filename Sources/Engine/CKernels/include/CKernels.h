// The C kernels of Vigil's engine: types, the kernel table and its dispatch.
//
// Shapes are written [rows, columns], row-major unless said otherwise. Sizes are in elements,
// strides in elements, unless a name ends in _bytes. Nothing here allocates, locks or keeps state.
//
// Numbers. A float32 matrix product is one chain of fused multiply-adds per output element, over k
// from 0 up, starting at +0. Sums over a row use 64 virtual lanes (lane i takes elements i, i+64,
// ...) that are added in one fixed tree. exp is one fixed sequence of operations. So every
// instruction set gives the same bits, and a row's bits do not depend on the other rows.
//
// C has no namespaces: vigil_ and VIGIL_ stand before each name, as in all our C.
#ifndef CKERNELS_H
#define CKERNELS_H

#include <stddef.h>
#include <stdint.h>

// Instruction sets, each a superset of the one before it on the same architecture.
typedef enum {
    VIGIL_SCALAR = 0,   // any processor
    VIGIL_AVX2,         // Haswell 2013, Zen 1: AVX2, FMA, F16C
    VIGIL_AVXVNNI,      // Alder Lake 2021, Zen 5
    VIGIL_AVX512,       // Skylake-X 2017: F, BW, VL, DQ
    VIGIL_AVX512VNNI,   // Cascade Lake 2019, Zen 4
    VIGIL_AVX512BF16,   // Cooper Lake 2020, Zen 4
    VIGIL_AVX512FP16,   // Sapphire Rapids 2023
    VIGIL_NEON,         // any aarch64
    VIGIL_NEONDOTPROD,  // Arm v8.2 + dotprod: Neoverse N1
    VIGIL_NEONI8MM,     // Arm v8.6 + i8mm: Neoverse V1, N2
    VIGIL_ISA_COUNT
} vigil_isa;

typedef enum {
    VIGIL_ACT_NONE = 0,
    VIGIL_ACT_GELU,
    VIGIL_ACT_QUICK_GELU,
    VIGIL_ACT_GELU_TANH,
    VIGIL_ACT_RELU              // of a product: after the residual
} vigil_activation;

// Packed activations ("row block"): `rows` rows in tiles of at most `tile_rows` rows, as even as
// they go. A row is `lines` cache lines of 64 bytes; a tile of h rows stores line l of its row i at
// (l * h + i) * 64 bytes. A line holds 16 float32, 64 uint8, 32 bfloat16, or 16 half-precision
// values, each twice, of consecutive k. uint8 are 0...127.
typedef struct {
    size_t tiles, base, extra;
} vigil_split;

// Splits `rows` into tiles; the first `extra` tiles have base + 1 rows.
static inline vigil_split vigil_split_rows(size_t rows, size_t tile_rows) {
    size_t tiles = (rows + tile_rows - 1) / tile_rows;
    vigil_split split = {tiles, tiles ? rows / tiles : 0, tiles ? rows % tiles : 0};
    return split;
}
static inline size_t vigil_split_start(vigil_split s, size_t tile) {
    return tile * s.base + (tile < s.extra ? tile : s.extra);
}
static inline size_t vigil_split_height(vigil_split s, size_t tile) {
    return s.base + (tile < s.extra ? 1 : 0);
}

// A zero as the products take it: -zero and -128 * zero in the two halves, so that one multiply-add
// of 16-bit pairs with the (low, high) parts of a column's sum gives -zero * sum.
static inline int32_t vigil_zero_pair(int32_t zero) {
    return (int32_t)((uint32_t)(uint16_t)(-zero) | (uint32_t)(uint16_t)(-128 * zero) << 16);
}

// Makes a row block (or plain rows) out of x: [rows, k] float32, with a LayerNorm on the way if
// gamma is set: y = (x - mean) / sqrt(variance + epsilon) * gamma + beta.
typedef struct {
    const float *x;
    size_t x_stride;
    size_t rows, k;
    const float *gamma, *beta;  // [k] each, or NULL for no LayerNorm
    float epsilon;
    size_t tile_rows;           // 0: plain rows [rows, k] of float32 (prepare_f32 only)
    void *out;                  // row block, 64-byte aligned, or plain rows
    size_t out_stride;          // of plain rows
    float *row_scale;           // [rows]; prepare_u8 writes x = scale * (q - zero), prepare_f16
                                // x = scale * half, or takes NULL and divides nothing
    int32_t *row_zero;          // [rows], vigil_zero_pair(zero) of zeros in 0...127
    float *scratch;             // [k rounded up to 16], 64-byte aligned
} vigil_prepare;

// C = activation(scale * A * B^T + bias) + residual for one row block and a range of column panels;
// with RELU max(0, scale * A * B^T + bias + residual).
// Panel p holds weights of columns 16p...16p+15 (f16: 32p...): f32 [k][16], u8s8 [k/4][16][4],
// bf16 [k/2][16][2], f16 [k][32], zero-padded.
typedef struct {
    const void *a;              // row block
    size_t rows, k;
    // f32: a pass over part of k, whose panels stay in cache; 0: all of k. The passes of one
    // product come in order, share `sums`, [rows * (n rounded up to 16)], and the last one writes
    // c.
    size_t k_first, k_count;    // multiples of 16
    float *sums;                // NULL without passes
    const void *b;              // panel 0, 64-byte aligned
    size_t panel_first, panel_count;
    size_t columns;             // n: real columns of the whole matrix
    float *c;                   // column 0: [rows, n], or a row block if c_packed
    size_t c_stride;            // of plain rows
    int c_packed;               // write a float32 row block of the same tiles, n / 16 lines a row
    const float *bias;          // [n rounded up to 32] or NULL
    const float *residual;      // [rows, n] or NULL; may be c
    size_t residual_stride;
    vigil_activation activation;
    const float *a_scale;       // u8s8, f16: [rows]; f16 takes NULL for rows of their own size
    const int32_t *a_zero;      // u8s8: [rows], vigil_zero_pair(zero)
    const float *b_scale;       // u8s8: [n rounded up to 32]
    const int16_t *b_sum;       // u8s8: [n rounded up to 32][2]: sum of a column = low + 128 * high
    const uint8_t *b_wide;      // u8s8: [panels], see vigil_pack_s8
} vigil_gemm;

// A window that slides over images [depth, height, width, channels]; in two dimensions the depth is
// 1. Output positions go image by image, then by depth, row and column.
typedef struct {
    const float *x;
    size_t x_stride;            // floats from position to position, at least `channels`
    size_t channels;
    size_t size[3], out_size[3];
    size_t kernel[3], stride[3];
    size_t padding[3];          // before; what a window covers beyond `size` is padding as well
} vigil_window;

// Makes rows of what the window covers, in the order depth, row, column, channel: the left side of
// a convolution as a matrix product. With `scale`, max(0, x * scale + shift) of each channel goes
// first. Padding is 0.
typedef struct {
    vigil_window window;
    size_t first, rows;         // output positions
    const float *scale, *shift; // [channels], or NULL
    size_t tile_rows;           // 0: plain rows
    float *out;                 // float32 row block, 64-byte aligned, or plain rows
    size_t out_stride;          // of plain rows
    float *scratch;             // [k rounded up to 16], 64-byte aligned; unless channels % 16 == 0
} vigil_gather;

// The greatest of what the window covers outside of padding, or the mean of a window without any.
typedef struct {
    vigil_window window;
    size_t first, rows;         // output positions
    int is_max;
    float *out;                 // [rows, channels]
    size_t out_stride;
} vigil_pool;

// One attention head over one sequence: out = softmax(scale * Q K^T) V, row by row.
typedef struct {
    const float *q, *k, *v;     // [queries, head_dim], [keys, head_dim] x 2
    size_t q_stride, kv_stride;
    size_t queries, keys, head_dim;
    float scale;
    int causal;                 // query i sees keys 0...(keys - queries + i)
    float *out;                 // [queries, head_dim]
    size_t out_stride;
    void *scratch;              // vigil_attention_scratch_bytes(keys, head_dim), 64-byte aligned
    const float *next[3];       // q, k, v that this thread takes next, to fetch meanwhile; or NULL
    size_t next_rows;           // of each, with the strides above
} vigil_attention;

// What `dout`, the gradient of the outputs of one attention head without a mask, makes of queries,
// keys and values. Overwrites dq, dk and dv.
typedef struct {
    const float *q, *k, *v;     // as of vigil_attention
    size_t q_stride, kv_stride;
    size_t queries, keys, head_dim;
    float scale;
    const float *dout;          // [queries, head_dim]
    size_t dout_stride;
    float *dq;                  // [queries, head_dim]
    size_t dq_stride;
    float *dk, *dv;             // [keys, head_dim] x 2
    size_t dkv_stride;
    float *scratch;             // 2 * (keys rounded up to 16)
} vigil_attention_gradient;

// dx += what dy, the gradient of a LayerNorm's outputs, makes of its inputs. All [rows, k]; sums
// are in double precision.
typedef struct {
    const float *x, *dy, *gamma;
    size_t rows, k;
    float epsilon;
    float *dx;
} vigil_norm_gradient;

// out += A^T B, each element one chain of fused multiply-adds over the rows.
typedef struct {
    const float *a, *b;         // [rows, m], [rows, n]
    size_t a_stride, b_stride;
    size_t rows, m, n;
    float *out;                 // [m, n]
    size_t out_stride;
} vigil_outer_sum;

// Scratch of one attention call, enough for every instruction set.
size_t vigil_attention_scratch_bytes(size_t keys, size_t head_dim);

typedef void vigil_prepare_f32_fn(const vigil_prepare *);
typedef void vigil_prepare_u8_fn(const vigil_prepare *);
typedef void vigil_prepare_f16_fn(const vigil_prepare *);
typedef void vigil_prepare_bf16_fn(const vigil_prepare *);
typedef void vigil_gemm_f32_fn(const vigil_gemm *);
typedef void vigil_gemm_u8s8_fn(const vigil_gemm *);
typedef void vigil_gemm_f16_fn(const vigil_gemm *);
typedef void vigil_gemm_bf16_fn(const vigil_gemm *);
typedef void vigil_attention_f32_fn(const vigil_attention *);
// The same in 16-bit integers; head_dim up to 512.
typedef void vigil_attention_s16_fn(const vigil_attention *);
// x[0..<n] = activation(x[0..<n])
typedef void vigil_activate_fn(float *x, size_t n, vigil_activation activation);
// The same as 8-bit products do it: absolute error up to 1e-4.
typedef void vigil_activate_coarse_fn(float *x, size_t n, vigil_activation activation);
// x[0..<n] = e^x[0..<n], for x up to 88; 0 below -87
typedef void vigil_exponential_fn(float *x, size_t n);
// x[0..<n] = softmax(x[0..<n])
typedef void vigil_softmax_fn(float *x, size_t n);
// out[0..<n] = x / max(|x|, 1e-12)
typedef void vigil_l2_normalize_fn(const float *x, size_t n, float *out);
// out[0..<n] = a + b
typedef void vigil_add_fn(const float *a, const float *b, size_t n, float *out);
// The sum of a[i] * b[i].
typedef float vigil_dot_fn(const float *a, const float *b, size_t n);
typedef void vigil_gather_fn(const vigil_gather *);
typedef void vigil_pool_fn(const vigil_pool *);
typedef void vigil_attention_gradient_fn(const vigil_attention_gradient *);
typedef void vigil_norm_gradient_fn(const vigil_norm_gradient *);
// dx[0..<n] = dy * activation'(x); dx may be dy. RELU's slope at 0 is 0.
typedef void vigil_activation_gradient_fn(const float *x, const float *dy, size_t n,
                                          vigil_activation activation, float *dx);
typedef void vigil_outer_sum_fn(const vigil_outer_sum *);
// Register-only loops that show what the core can do at most; return operations done (2 a multiply-
// add).
typedef double vigil_peak_f32_fn(size_t iterations);
typedef double vigil_peak_u8s8_fn(size_t iterations);
typedef double vigil_peak_f16_fn(size_t iterations);
typedef double vigil_peak_bf16_fn(size_t iterations);
// The same of the tallest tile of gemm_f32 over lines that stay in the first-level cache. Far more
// than the loops above it slows down when another thread shares the core.
typedef double vigil_cached_f32_fn(size_t iterations);

// Declarations of every kernel: <slot>__<isa>.
#define VIGIL_KERNEL(slot, isa) vigil_##slot##_fn vigil_##slot##__##isa;
#define VIGIL_TILE(kind, isa, rows)
#include "kernels.def"
#undef VIGIL_KERNEL
#undef VIGIL_TILE

#define VIGIL_SLOTS(SLOT)                                                                          \
    SLOT(prepare_f32) SLOT(prepare_u8) SLOT(prepare_f16) SLOT(prepare_bf16) SLOT(gemm_f32)         \
    SLOT(gemm_u8s8) SLOT(gemm_f16) SLOT(gemm_bf16) SLOT(attention_f32) SLOT(attention_s16)         \
    SLOT(activate) SLOT(activate_coarse) SLOT(exponential) SLOT(softmax) SLOT(l2_normalize)        \
    SLOT(add) SLOT(dot) SLOT(gather) SLOT(pool) SLOT(attention_gradient) SLOT(norm_gradient)       \
    SLOT(activation_gradient) SLOT(outer_sum) SLOT(peak_f32) SLOT(peak_u8s8) SLOT(peak_f16)        \
    SLOT(peak_bf16) SLOT(cached_f32)

// The kernels picked for one instruction set. A slot that it lacks holds the best one below it.
typedef struct {
    vigil_isa isa;
    size_t tile_rows_f32, tile_rows_u8s8, tile_rows_f16, tile_rows_bf16;
#define VIGIL_FIELD(slot) vigil_##slot##_fn *slot;
    VIGIL_SLOTS(VIGIL_FIELD)
#undef VIGIL_FIELD
} vigil_kernels;

// Whether this processor and its operating system can run `isa`.
int vigil_isa_supported(vigil_isa isa);
// The best instruction set of this processor.
vigil_isa vigil_isa_best(void);
// Its name, such as "avx512vnni"; "unknown" beyond the table.
const char *vigil_isa_name(vigil_isa isa);
// Fills `out`; returns 0, and leaves it alone, if this processor cannot run `isa`.
int vigil_kernels_for(vigil_isa isa, vigil_kernels *out);

// Rows of the kernel table, in order, for tests and benchmarks.
typedef struct {
    const char *slot;
    const char *name;           // <slot>__<isa>
    vigil_isa isa;
} vigil_kernel_row;
size_t vigil_kernel_row_count(void);
vigil_kernel_row vigil_kernel_row_at(size_t index);

// Source types of weights: [n, k] row-major.
typedef enum { VIGIL_F32 = 0, VIGIL_F16, VIGIL_BF16 } vigil_dtype;

// Packing of weights, portable code that runs once. `w` may be unaligned. Columns and depth that do
// not exist are filled with zeros. Packs panels first..<first+count.
void vigil_pack_f32(const void *w, vigil_dtype type, size_t n, size_t k, size_t first, size_t count,
                    float *out);
// Also writes scale and sum of the columns of those panels, and whether they are wide (arrays of
// the whole matrix). In a panel that is not, a column's weights at k = 16g + {0, 1, 4, 5, 8, 9, 12,
// 13} and at the other eight of each 16 sum to at most VIGIL_S8_GROUP_MAX by either sign, so that
// their products with any activations fit in 16 bits. Wide is a panel where that costs accuracy.
#define VIGIL_S8_GROUP_MAX 258
void vigil_pack_s8(const void *w, vigil_dtype type, size_t n, size_t k, size_t first, size_t count,
                   int8_t *out, float *scale, int16_t *sum, uint8_t *wide);
void vigil_pack_f16(const void *w, vigil_dtype type, size_t n, size_t k, size_t first, size_t count,
                    uint16_t *out);
void vigil_pack_bf16(const void *w, vigil_dtype type, size_t n, size_t k, size_t first,
                     size_t count, uint16_t *out);

// Images [channels, height, width] float32 to patches [(height/patch)*(width/patch),
// channels*patch*patch], each in the order channel, row, column; patch must divide both sides.
void vigil_patchify(const float *image, size_t channels, size_t height, size_t width, size_t patch,
                    float *out);

// Weights of a convolution [outputs, channels, taps] to [outputs, taps, channels], each output
// times its factor; with `is_grey` the channels, which all see the same input, are added up into
// one.
void vigil_channels_last(const float *w, const float *factor, size_t outputs, size_t channels,
                         size_t taps, int is_grey, float *out);

// Half-precision conversions, round to nearest even; NaN stays NaN.
float vigil_f16_to_f32(uint16_t value);
uint16_t vigil_f32_to_f16(float value);
float vigil_bf16_to_f32(uint16_t value);
uint16_t vigil_f32_to_bf16(float value);

// Processors in this process's affinity mask; 0 where the system does not say.
size_t vigil_affinity_count(void);

// Tells the core that this thread spins.
static inline void vigil_spin_hint(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

#endif
