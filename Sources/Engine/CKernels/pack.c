// Packing of weights into panels, and conversions of half precision: portable code that runs once.
#include <math.h>
#include <string.h>
#include "include/CKernels.h"

static uint32_t bits_of(float x) {
    uint32_t u;
    memcpy(&u, &x, 4);
    return u;
}

static float of_bits(uint32_t u) {
    float x;
    memcpy(&x, &u, 4);
    return x;
}

float vigil_bf16_to_f32(uint16_t value) { return of_bits((uint32_t)value << 16); }

uint16_t vigil_f32_to_bf16(float value) {
    uint32_t u = bits_of(value);
    if ((u & 0x7FFFFFFFu) > 0x7F800000u) return (uint16_t)(u >> 16 | 0x40u);
    return (uint16_t)((u + 0x7FFFu + (u >> 16 & 1u)) >> 16);
}

float vigil_f16_to_f32(uint16_t value) {
    uint32_t sign = (uint32_t)(value & 0x8000u) << 16;
    uint32_t exponent = value >> 10 & 0x1Fu, mantissa = value & 0x3FFu;
    if (exponent == 0x1F) return of_bits(sign | 0x7F800000u | mantissa << 13);
    if (exponent) return of_bits(sign | (exponent + 112) << 23 | mantissa << 13);
    float magnitude = (float)mantissa * 0x1p-24f;
    return sign ? -magnitude : magnitude;
}

uint16_t vigil_f32_to_f16(float value) {
    uint32_t u = bits_of(value), sign = u >> 16 & 0x8000u, magnitude = u & 0x7FFFFFFFu;
    if (magnitude > 0x7F800000u) return (uint16_t)(sign | 0x7E00u);
    if (magnitude >= 0x477FF000u) return (uint16_t)(sign | 0x7C00u);
    if (magnitude < 0x38800000u) {
        // Below 2^-14: adding 0.5 puts the last place at 2^-24.
        return (uint16_t)(sign | (bits_of(of_bits(magnitude) + 0.5f) - 0x3F000000u));
    }
    uint32_t rounded = magnitude + 0xFFFu + (magnitude >> 13 & 1u);
    return (uint16_t)(sign | (rounded - 0x38000000u) >> 13);
}

// Element `index` of an array of `type`, which may be unaligned.
static inline float element(const void *w, vigil_dtype type, size_t index) {
    if (type == VIGIL_F32) {
        float x;
        memcpy(&x, (const char *)w + index * 4, 4);
        return x;
    }
    uint16_t h;
    memcpy(&h, (const char *)w + index * 2, 2);
    return type == VIGIL_F16 ? vigil_f16_to_f32(h) : vigil_bf16_to_f32(h);
}

void vigil_pack_f32(const void *w, vigil_dtype type, size_t n, size_t k, size_t first, size_t count,
                    float *out) {
    for (size_t panel = first; panel < first + count; panel++, out += k * 16) {
        for (size_t lane = 0; lane < 16; lane++) {
            size_t column = panel * 16 + lane;
            for (size_t i = 0; i < k; i++) {
                out[i * 16 + lane] = column < n ? element(w, type, column * k + i) : 0.0f;
            }
        }
    }
}

void vigil_pack_bf16(const void *w, vigil_dtype type, size_t n, size_t k, size_t first,
                     size_t count, uint16_t *out) {
    size_t pairs = (k + 1) / 2;
    for (size_t panel = first; panel < first + count; panel++, out += pairs * 32) {
        memset(out, 0, pairs * 64);
        for (size_t lane = 0; lane < 16 && panel * 16 + lane < n; lane++) {
            size_t row = (panel * 16 + lane) * k;
            for (size_t i = 0; i < k; i++) {
                out[i / 2 * 32 + lane * 2 + i % 2] = vigil_f32_to_bf16(element(w, type, row + i));
            }
        }
    }
}

void vigil_pack_f16(const void *w, vigil_dtype type, size_t n, size_t k, size_t first, size_t count,
                    uint16_t *out) {
    for (size_t panel = first; panel < first + count; panel++, out += k * 32) {
        memset(out, 0, k * 64);
        for (size_t lane = 0; lane < 32 && panel * 32 + lane < n; lane++) {
            size_t row = (panel * 32 + lane) * k;
            for (size_t i = 0; i < k; i++) {
                out[i * 32 + lane] = vigil_f32_to_f16(element(w, type, row + i));
            }
        }
    }
}

// A column of 8-bit weights in the making. Its quads lie 64 bytes apart.
typedef struct {
    const void *w;
    vigil_dtype type;
    size_t first, k;            // elements first..<first+k of w
    int8_t *out;
    float scale;
    double error;               // sum of squares, in units of w
    int32_t sum;
} S8Column;

// Lowers the magnitudes of one sign in a group of eight to a sum of VIGIL_S8_GROUP_MAX, each time
// that which was rounded up the furthest.
static void s8_fit_group(const float *exact, int32_t *q, int32_t sign) {
    int32_t sum = 0;
    for (int i = 0; i < 8; i++) sum += q[i] * sign > 0 ? q[i] * sign : 0;
    for (; sum > VIGIL_S8_GROUP_MAX; sum--) {
        int best = -1;
        float most = 0.0f;
        for (int i = 0; i < 8; i++) {
            if (q[i] * sign <= 0) continue;
            float up = (float)(q[i] * sign) - exact[i] * (float)sign;
            if (best < 0 || up > most) {
                best = i;
                most = up;
            }
        }
        q[best] -= sign;
    }
}

// Rounds 16 values, two groups of eight (see vigil_pack_s8), which `narrow` makes fit.
static void s8_round(const float *exact, int narrow, int32_t *rounded) {
    for (int i = 0; i < 16; i++) {
        float x = exact[i] > -127.0f ? exact[i] : -127.0f;
        x = x < 127.0f ? x : 127.0f;
        // Adding 1.5 * 2^23 rounds to nearest even; the low byte is the integer.
        rounded[i] = (int8_t)(uint8_t)bits_of(x + 12582912.0f);
    }
    for (int half = 0; narrow && half < 2; half++) {
        float x[8];
        int32_t q[8];
        for (int i = 0; i < 8; i++) {
            x[i] = exact[i / 2 * 4 + half * 2 + i % 2];
            q[i] = rounded[i / 2 * 4 + half * 2 + i % 2];
        }
        s8_fit_group(x, q, 1);
        s8_fit_group(x, q, -1);
        for (int i = 0; i < 8; i++) rounded[i / 2 * 4 + half * 2 + i % 2] = q[i];
    }
}

// Quantises the column with this scale.
static void s8_quantize(S8Column *c, float scale, int narrow) {
    float inverse = scale > 1e-30f ? 1.0f / scale : 0.0f;
    c->scale = scale;
    c->error = 0.0;
    c->sum = 0;
    for (size_t first = 0; first < c->k; first += 16) {
        size_t count = c->k - first < 16 ? c->k - first : 16;
        float exact[16] = {0};
        int32_t q[16];
        for (size_t i = 0; i < count; i++) {
            exact[i] = element(c->w, c->type, c->first + first + i) * inverse;
        }
        s8_round(exact, narrow, q);
        float error = 0.0f;
        for (size_t i = 0; i < count; i++) {
            float off = exact[i] - (float)q[i];
            error += off * off;
            c->sum += q[i];
            c->out[(first + i) / 4 * 64 + i % 4] = (int8_t)q[i];
        }
        c->error += error;
    }
    c->error *= (double)scale * scale;
}

// Quantises the column so that its groups fit, with the best scale of a few; returns whether that
// is good enough, and leaves the column wide if it is not.
static int s8_quantize_narrow(S8Column *c) {
    // The levels of the largest weight for each times that it is above the root mean square: so
    // many leave about one group in 200 of normally distributed weights that must be lowered.
    const float levels_of_deviation = 32.0f;
    float largest = 0.0f;
    double energy = 0.0;
    for (size_t i = 0; i < c->k; i++) {
        float x = element(c->w, c->type, c->first + i);
        x = x < 0 ? -x : x;
        largest = x > largest ? x : largest;
        energy += (double)x * x;
    }
    float deviation = sqrtf((float)(energy / (double)c->k));
    float least = largest / 127.0f, scale = deviation / levels_of_deviation;
    s8_quantize(c, scale > least ? scale : least, 1);
    // Where lowering costs much, coarser steps may cost less.
    while (c->error > 2.0 / 12 * (double)c->scale * c->scale * (double)c->k) {
        S8Column before = *c;
        s8_quantize(c, before.scale * 1.25f, 1);
        if (c->error < before.error) continue;
        s8_quantize(c, before.scale, 1);
        break;
    }
    if (c->error <= 0.04 * 0.04 * energy) return 1;
    double narrow = c->error;
    s8_quantize(c, least, 0);
    return narrow <= 2.0 * c->error;
}

void vigil_pack_s8(const void *w, vigil_dtype type, size_t n, size_t k, size_t first, size_t count,
                   int8_t *out, float *scale, int16_t *sum, uint8_t *wide) {
    size_t quads = (k + 3) / 4;
    for (size_t panel = first; panel < first + count; panel++, out += quads * 64) {
        memset(out, 0, quads * 64);
        S8Column columns[16];
        size_t real = n - panel * 16 < 16 ? n - panel * 16 : 16;
        wide[panel] = 0;
        for (size_t lane = 0; lane < real; lane++) {
            columns[lane] = (S8Column){.w = w, .type = type, .first = (panel * 16 + lane) * k,
                                       .k = k, .out = out + lane * 4};
            if (!s8_quantize_narrow(&columns[lane])) wide[panel] = 1;
        }
        for (size_t lane = 0; lane < 16; lane++) {
            size_t column = panel * 16 + lane;
            int32_t total = lane < real ? columns[lane].sum : 0;
            scale[column] = lane < real ? columns[lane].scale : 0.0f;
            // total = low + 128 * high with low in 0...127
            sum[2 * column] = (int16_t)(total & 127);
            sum[2 * column + 1] = (int16_t)(total >> 7);
        }
    }
}

void vigil_patchify(const float *image, size_t channels, size_t height, size_t width, size_t patch,
                    float *out) {
    for (size_t y = 0; y + patch <= height; y += patch) {
        for (size_t x = 0; x + patch <= width; x += patch) {
            for (size_t c = 0; c < channels; c++) {
                for (size_t row = 0; row < patch; row++, out += patch) {
                    const float *from = image + (c * height + y + row) * width + x;
                    memcpy(out, from, patch * sizeof(float));
                }
            }
        }
    }
}

void vigil_channels_last(const float *w, const float *factor, size_t outputs, size_t channels,
                         size_t taps, int is_grey, float *out) {
    for (size_t n = 0; n < outputs; n++, w += channels * taps) {
        for (size_t tap = 0; tap < taps; tap++) {
            float sum = 0.0f;
            for (size_t c = 0; c < channels; c++) {
                if (is_grey) sum += w[c * taps + tap];
                else *out++ = w[c * taps + tap] * factor[n];
            }
            if (is_grey) *out++ = sum * factor[n];
        }
    }
}

size_t vigil_attention_scratch_bytes(size_t keys, size_t head_dim) {
    // For row tiles of up to 16; panels of K and of V, a tile of queries, one of scores ...
    size_t key_lines = (keys + 15) / 16, dim_lines = (head_dim + 15) / 16;
    size_t f32 = key_lines * head_dim + dim_lines * keys + 16 * dim_lines + 16 * key_lines;
    // ... and in 16 bits, scales, weights and 16 rows of K.
    size_t keys_32 = (keys + 31) / 32, dims_32 = (head_dim + 31) / 32;
    size_t s16 = keys_32 * 2 * ((head_dim + 1) / 2) + dims_32 * 2 * ((keys + 1) / 2);
    s16 += 2 * keys_32 + 2 * dims_32 + 16 * dims_32 + 32 * keys_32 + 16 * keys_32 + 16 * dims_32;
    return 64 * (f32 > s16 ? f32 : s16);
}
