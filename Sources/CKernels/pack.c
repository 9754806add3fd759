// Packing of weights into panels, and conversions of half precision: portable code that runs once.
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

float vk_bf16_to_f32(uint16_t value) { return of_bits((uint32_t)value << 16); }

uint16_t vk_f32_to_bf16(float value) {
    uint32_t u = bits_of(value);
    if ((u & 0x7FFFFFFFu) > 0x7F800000u) return (uint16_t)(u >> 16 | 0x40u);
    return (uint16_t)((u + 0x7FFFu + (u >> 16 & 1u)) >> 16);
}

float vk_f16_to_f32(uint16_t value) {
    uint32_t sign = (uint32_t)(value & 0x8000u) << 16;
    uint32_t exponent = value >> 10 & 0x1Fu, mantissa = value & 0x3FFu;
    if (exponent == 0x1F) return of_bits(sign | 0x7F800000u | mantissa << 13);
    if (exponent) return of_bits(sign | (exponent + 112) << 23 | mantissa << 13);
    float magnitude = (float)mantissa * 0x1p-24f;
    return sign ? -magnitude : magnitude;
}

uint16_t vk_f32_to_f16(float value) {
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
static inline float element(const void *w, vk_dtype type, size_t index) {
    if (type == VK_F32) {
        float x;
        memcpy(&x, (const char *)w + index * 4, 4);
        return x;
    }
    uint16_t h;
    memcpy(&h, (const char *)w + index * 2, 2);
    return type == VK_F16 ? vk_f16_to_f32(h) : vk_bf16_to_f32(h);
}

void vk_pack_f32(const void *w, vk_dtype type, size_t n, size_t k, size_t first, size_t count,
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

void vk_pack_bf16(const void *w, vk_dtype type, size_t n, size_t k, size_t first, size_t count,
                  uint16_t *out) {
    size_t pairs = (k + 1) / 2;
    for (size_t panel = first; panel < first + count; panel++, out += pairs * 32) {
        memset(out, 0, pairs * 64);
        for (size_t lane = 0; lane < 16 && panel * 16 + lane < n; lane++) {
            size_t row = (panel * 16 + lane) * k;
            for (size_t i = 0; i < k; i++) {
                out[i / 2 * 32 + lane * 2 + i % 2] = vk_f32_to_bf16(element(w, type, row + i));
            }
        }
    }
}

void vk_pack_f16(const void *w, vk_dtype type, size_t n, size_t k, size_t first, size_t count,
                 uint16_t *out) {
    for (size_t panel = first; panel < first + count; panel++, out += k * 32) {
        memset(out, 0, k * 64);
        for (size_t lane = 0; lane < 32 && panel * 32 + lane < n; lane++) {
            size_t row = (panel * 32 + lane) * k;
            for (size_t i = 0; i < k; i++) {
                out[i * 32 + lane] = vk_f32_to_f16(element(w, type, row + i));
            }
        }
    }
}

// Scale of a column: its largest magnitude is 127.
static float column_scale(const void *w, vk_dtype type, size_t row, size_t k) {
    float largest = 0.0f;
    for (size_t i = 0; i < k; i++) {
        float x = element(w, type, row + i);
        x = x < 0 ? -x : x;
        largest = x > largest ? x : largest;
    }
    return largest / 127.0f;
}

void vk_pack_s8(const void *w, vk_dtype type, size_t n, size_t k, size_t first, size_t count,
                int8_t *out, float *scale, int16_t *sum) {
    size_t quads = (k + 3) / 4;
    for (size_t panel = first; panel < first + count; panel++, out += quads * 64) {
        memset(out, 0, quads * 64);
        for (size_t lane = 0; lane < 16; lane++) {
            size_t column = panel * 16 + lane;
            float s = column < n ? column_scale(w, type, column * k, k) : 0.0f;
            float inverse = s > 1e-30f ? 1.0f / s : 0.0f;
            int32_t total = 0;
            for (size_t i = 0; column < n && i < k; i++) {
                float q = element(w, type, column * k + i) * inverse;
                q = q > -127.0f ? q : -127.0f;
                q = q < 127.0f ? q : 127.0f;
                // Adding 1.5 * 2^23 rounds to nearest even; the low byte is the integer.
                int8_t value = (int8_t)(uint8_t)bits_of(q + 12582912.0f);
                out[i / 4 * 64 + lane * 4 + i % 4] = value;
                total += value;
            }
            scale[column] = s;
            // total = low + 128 * high with low in 0...127
            sum[2 * column] = (int16_t)(total & 127);
            sum[2 * column + 1] = (int16_t)(total >> 7);
        }
    }
}

void vk_patchify(const float *image, size_t channels, size_t height, size_t width, size_t patch,
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

void vk_channels_last(const float *w, const float *factor, size_t outputs, size_t channels,
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

size_t vk_attention_scratch_bytes(size_t keys, size_t head_dim) {
    // For row tiles of up to 16; panels of K and of V, a tile of queries, one of scores ...
    size_t key_lines = (keys + 15) / 16, dim_lines = (head_dim + 15) / 16;
    size_t f32 = key_lines * head_dim + dim_lines * keys + 16 * dim_lines + 16 * key_lines;
    // ... and in 16 bits, scales, weights and 16 rows of K.
    size_t keys_32 = (keys + 31) / 32, dims_32 = (head_dim + 31) / 32;
    size_t s16 = keys_32 * 2 * ((head_dim + 1) / 2) + dims_32 * 2 * ((keys + 1) / 2);
    s16 += 2 * keys_32 + 2 * dims_32 + 16 * dims_32 + 32 * keys_32 + 16 * keys_32 + 16 * dims_32;
    return 64 * (f32 > s16 ? f32 : s16);
}
