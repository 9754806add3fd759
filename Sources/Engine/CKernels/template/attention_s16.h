// Attention of one head in 16-bit integers, for models whose products run in 8 bits: twice the rate
// of float32, exact sums, and far finer than 8 bits. Queries and keys have 12 bits and one scale a
// row, values 10 bits and one scale a column; softmax is float32, its results get the bits that are
// left. VIGIL_S16_DOT(sum, pair, b) adds the two products of each of 16 columns.
#define VIGIL_DWORD(name) s16_##name
#define VIGIL_DWORD_SUM V16I
#define VIGIL_DWORD_ZERO v16i_zero
#define VIGIL_DWORD_DOT(sum, group, b) VIGIL_S16_DOT(sum, group, (const int16_t *)(b))
#define VIGIL_DWORD_ROWS VIGIL_S16_ROWS
#define VIGIL_DWORD_PANELS VIGIL_S16_PANELS
#define VIGIL_DWORD_TILES VIGIL_S16_TILES
#include "dword_tile.h"
#undef VIGIL_DWORD
#undef VIGIL_DWORD_SUM
#undef VIGIL_DWORD_ZERO
#undef VIGIL_DWORD_DOT
#undef VIGIL_DWORD_ROWS
#undef VIGIL_DWORD_PANELS
#undef VIGIL_DWORD_TILES

// 2047^2 * 2 * head_dim / 2 stays below 2^31 for head_dim up to 512.
#define VIGIL_S16_KEY_MAX 2047.0f
#define VIGIL_S16_VALUE_MAX 511.0f

// log2 of the integer for the highest score: a sum over all keys stays inside int32, and a weight
// with the error of its power inside int16.
VIGIL_INLINE float s16_weight_bits(size_t keys) {
    float most = 14.9998f;
    for (size_t room = 128; room < keys; room *= 2) most -= 1.0f;
    return most;
}

typedef struct {
    int16_t *keys;              // [keys / 16][dims / 2][16][2]
    int16_t *values;            // [dims / 16][keys / 2][16][2]
    float *key_scale;           // [keys rounded up to 32]
    float *value_scale;         // [dims rounded up to 32]
    int16_t *query;             // a row tile of lines of 32
    float *scores;              // [VIGIL_S16_ROWS][keys rounded up to 32]
    int16_t *weights;           // a row tile of lines of 32
    int16_t *rows;              // [16][dims rounded up to 32]
} S16Scratch;

// Rounds a row to 12 bits into lines of 32 that are `line_step` int16 apart, zero-filled to the end
// of its last 16; returns the scale.
VIGIL_INLINE float s16_quantize_row(const float *x, size_t n, int16_t *out, size_t line_step) {
    V16 high = v16_set1(0.0f);
    size_t full = n / 16, rest = n % 16;
    for (size_t i = 0; i < full; i++) high = v16_max(v16_abs(v16_load(x + 16 * i)), high);
    if (rest) high = v16_max(v16_abs(v16_load_n(x + 16 * full, rest)), high);
    float highest = v16_highest(high);
    V16 inverse = v16_set1(highest > 1e-30f ? VIGIL_S16_KEY_MAX / highest : 0.0f);
    for (size_t i = 0; i < full; i++) {
        V16 v = v16_mul(v16_load(x + 16 * i), inverse);
        v16i_store_s16(out + i / 2 * line_step + i % 2 * 16, v16i_round(v));
    }
    if (rest) {
        V16 v = v16_mul(v16_load_n(x + 16 * full, rest), inverse);
        v16i_store_s16(out + full / 2 * line_step + full % 2 * 16, v16i_round(v));
    }
    return highest / VIGIL_S16_KEY_MAX;
}

static void s16_pack_keys(const vigil_attention *a, const S16Scratch *s) {
    size_t pairs = (a->head_dim + 1) / 2, width = (a->head_dim + 31) / 32 * 32;
    int16_t *out = s->keys;
    for (size_t first = 0; first < a->keys; first += 16, out += pairs * 32) {
        for (size_t i = 0; i < 16; i++) {
            int16_t *row = s->rows + i * width;
            s->key_scale[first + i] = 0.0f;
            if (first + i >= a->keys) {
                memset(row, 0, width * sizeof(int16_t));
                continue;
            }
            const float *k = a->k + (first + i) * a->kv_stride;
            s->key_scale[first + i] = s16_quantize_row(k, a->head_dim, row, 32);
        }
        transpose_16_columns(s->rows, width / 2, pairs, out);
    }
}

static void s16_pack_values(const vigil_attention *a, const S16Scratch *s) {
    size_t pairs = (a->keys + 1) / 2;
    int16_t *out = s->values;
    for (size_t column = 0; column < a->head_dim; column += 16) {
        size_t width = a->head_dim - column < 16 ? a->head_dim - column : 16;
        const float *v = a->v + column;
        V16 high = v16_set1(0.0f);
        for (size_t key = 0; key < a->keys; key++) {
            const float *row = v + key * a->kv_stride;
            high = v16_max(v16_abs(width == 16 ? v16_load(row) : v16_load_n(row, width)), high);
        }
        V16 bounded = v16_max(high, v16_set1(1e-30f));
        V16 inverse = v16_div(v16_set1(VIGIL_S16_VALUE_MAX), bounded);
        v16_store(s->value_scale + column, v16_mul(bounded, v16_set1(1.0f / VIGIL_S16_VALUE_MAX)));
        for (size_t pair = 0; pair < pairs; pair++, out += 32) {
            const float *row = v + 2 * pair * a->kv_stride;
            V16 even = width == 16 ? v16_load(row) : v16_load_n(row, width);
            V16 odd = v16_set1(0.0f);
            if (2 * pair + 1 < a->keys) {
                row += a->kv_stride;
                odd = width == 16 ? v16_load(row) : v16_load_n(row, width);
            }
            v16i_store_pairs(out, v16i_round(v16_mul(even, inverse)),
                             v16i_round(v16_mul(odd, inverse)));
        }
    }
}

// exact * factor[row] * scale[column] into rows of `c_row` floats.
VIGIL_INLINE void s16_scores(const V16I *exact, size_t rows, size_t panels, const float *factor,
                             const float *scale, float *c, size_t c_row) {
    for (size_t panel = 0; panel < panels; panel++) {
        V16 column = v16_load(scale + 16 * panel);
        for (size_t row = 0; row < rows; row++) {
            V16 f = v16_mul(v16_set1(factor[row]), column);
            v16_store(c + row * c_row + 16 * panel,
                      v16_mul(v16i_to_f32(exact[row * panels + panel]), f));
        }
    }
}

// 2^(score - highest) * 2^bits of `seen` scores as integers in lines of 32 that are `line_step`
// apart, zeros up to `keys` rounded up to 2; returns 1 / sum, what turns their sums back.
VIGIL_INLINE float s16_softmax(const float *scores, size_t seen, size_t keys, float bits,
                               int16_t *out, size_t line_step) {
    Lanes high = lanes_of(-INFINITY), sum = lanes_of(0.0f);
    size_t full = seen / 16, rest = seen % 16;
#define VIGIL_BODY(l, p) high.part[p] = v16_max(v16_load(scores + 16 * (l)), high.part[p])
    VIGIL_EACH_LINE(full, VIGIL_BODY);
#undef VIGIL_BODY
    V16 last = v16_set1(-INFINITY);
    if (rest) last = v16_load_or(scores + 16 * full, rest, -INFINITY);
    high.part[0] = v16_max(last, high.part[0]);
    V16 shift = v16_set1(lanes_highest(high) - bits);
#define VIGIL_PLACE(l) (out + (l) / 2 * line_step + (l) % 2 * 16)
#define VIGIL_BODY(l, p)                                                                           \
    do {                                                                                           \
        V16 e = v16_coarse_exp2(v16_sub(v16_load(scores + 16 * (l)), shift));                      \
        sum.part[p] = v16_add(sum.part[p], e);                                                     \
        v16i_store_s16(VIGIL_PLACE(l), v16i_round(e));                                             \
    } while (0)
    VIGIL_EACH_LINE(full, VIGIL_BODY);
#undef VIGIL_BODY
    size_t l = full;
    if (rest) {
        V16 e = v16_coarse_exp2(v16_sub(last, shift));
        lanes_add(&sum, l, e);
        v16i_store_s16(VIGIL_PLACE(l), v16i_round(e));
        l++;
    }
    for (; 16 * l < keys + keys % 2; l++) v16i_store_s16(VIGIL_PLACE(l), v16i_zero());
#undef VIGIL_PLACE
    return 1.0f / lanes_sum(sum);
}

static void s16_attend_tile(const vigil_attention *a, size_t start, size_t rows,
                            const S16Scratch *s) {
    _Alignas(64) V16I exact[VIGIL_S16_ROWS * VIGIL_S16_PANELS];
    Prefetch none = {0};
    size_t keys = a->causal ? a->keys - a->queries + start + rows : a->keys;
    size_t dims = a->head_dim, dim_pairs = (dims + 1) / 2, key_pairs = (keys + 1) / 2;
    size_t line = rows * 32, score_row = (a->keys + 31) / 32 * 32;
    float factor[VIGIL_S16_ROWS];
    float in_powers_of_2 = a->scale * 1.44269502162933349609375f;
    for (size_t row = 0; row < rows; row++) {
        const float *q = a->q + (start + row) * a->q_stride;
        factor[row] = s16_quantize_row(q, dims, s->query + row * 32, line) * in_powers_of_2;
    }
    size_t panel_count = (keys + 15) / 16;
    for (size_t panel = 0; panel < panel_count;) {
        size_t left = panel_count - panel, now = left < VIGIL_S16_PANELS ? left : VIGIL_S16_PANELS;
        const char *b = (const char *)s->keys + panel * dim_pairs * 64;
        s16_tiles[rows - 1][now - 1](dim_pairs, (const char *)s->query, b, dim_pairs * 64, exact,
                                     &none);
        s16_scores(exact, rows, now, factor, s->key_scale + panel * 16, s->scores + panel * 16,
                   score_row);
        panel += now;
    }
    float bits = s16_weight_bits(a->keys);
    for (size_t row = 0; row < rows; row++) {
        size_t seen = a->causal ? keys - rows + row + 1 : keys;
        factor[row] = s16_softmax(s->scores + row * score_row, seen, keys, bits,
                                  s->weights + row * 32, line);
    }
    size_t value_step = (a->keys + 1) / 2 * 64;
    panel_count = (dims + 15) / 16;
    for (size_t panel = 0; panel < panel_count;) {
        size_t left = panel_count - panel, now = left < VIGIL_S16_PANELS ? left : VIGIL_S16_PANELS;
        s16_tiles[rows - 1][now - 1](key_pairs, (const char *)s->weights,
                                     (const char *)s->values + panel * value_step, value_step,
                                     exact, &none);
        float *out = a->out + start * a->out_stride + panel * 16;
        size_t columns = dims - panel * 16;
        if (columns >= now * 16) {
            s16_scores(exact, rows, now, factor, s->value_scale + panel * 16, out, a->out_stride);
        } else {
            _Alignas(64) float tile[VIGIL_S16_ROWS * VIGIL_S16_PANELS * 16];
            s16_scores(exact, rows, now, factor, s->value_scale + panel * 16, tile, now * 16);
            for (size_t row = 0; row < rows; row++) {
                memcpy(out + row * a->out_stride, tile + row * now * 16, columns * sizeof(float));
            }
        }
        panel += now;
    }
}

void VIGIL_NAME(attention_s16)(const vigil_attention *a) {
    size_t key_lines = (a->keys + 31) / 32, dim_lines = (a->head_dim + 31) / 32;
    char *at = a->scratch;
    S16Scratch s;
#define VIGIL_TAKE(field, bytes)                                                                   \
    s.field = (void *)at;                                                                          \
    at += ((bytes) + 63) / 64 * 64
    VIGIL_TAKE(keys, key_lines * 2 * ((a->head_dim + 1) / 2) * 64);
    VIGIL_TAKE(values, dim_lines * 2 * ((a->keys + 1) / 2) * 64);
    VIGIL_TAKE(key_scale, key_lines * 128);
    VIGIL_TAKE(value_scale, dim_lines * 128);
    VIGIL_TAKE(query, VIGIL_S16_ROWS * dim_lines * 64);
    VIGIL_TAKE(scores, VIGIL_S16_ROWS * key_lines * 128);
    VIGIL_TAKE(weights, VIGIL_S16_ROWS * key_lines * 64);
    VIGIL_TAKE(rows, 16 * dim_lines * 64);
#undef VIGIL_TAKE
    memset(s.rows, 0, 16 * dim_lines * 64);
    memset(s.query, 0, VIGIL_S16_ROWS * dim_lines * 64);
    s16_pack_keys(a, &s);
    s16_pack_values(a, &s);
    vigil_split split = vigil_split_rows(a->queries, VIGIL_S16_ROWS);
    for (size_t tile = 0; tile < split.tiles; tile++) {
        prefetch_next_head(a, tile, split.tiles);
        s16_attend_tile(a, vigil_split_start(split, tile), vigil_split_height(split, tile), &s);
    }
}
