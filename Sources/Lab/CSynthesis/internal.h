#pragma once

// What the loops share: elementary functions as polynomials, and a counter-based generator.

#include "CSynthesis.h"

#include <string.h>

static inline float vigil_synth_root(float x) { return __builtin_sqrtf(x); }

// e to the x, for x in [-80, 80]; relative error below 2e-6.
static inline float vigil_synth_exp(float x) {
    x = x < -80.0f ? -80.0f : x > 80.0f ? 80.0f : x;
    const float scaled = x * 1.44269504f;
    const int32_t whole = (int32_t)(scaled + (scaled < 0 ? -0.5f : 0.5f));
    const float f = (scaled - (float)whole) * 0.69314718f;
    const float p =
        1.0f + f * (1.0f + f * (0.5f + f * (0.16666667f + f * (0.041666667f + f * 0.0083333f))));
    const uint32_t bits = (uint32_t)(whole + 127) << 23;
    float power;
    memcpy(&power, &bits, sizeof power);
    return p * power;
}

// The natural logarithm of a positive normal number; absolute error below 2e-6.
static inline float vigil_synth_log(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    // The mantissa in [sqrt(1/2), sqrt(2)).
    const uint32_t shifted = bits - 0x3f3504f3u;
    const int32_t exponent = (int32_t)shifted >> 23;
    const uint32_t rest = bits - ((uint32_t)exponent << 23);
    float m;
    memcpy(&m, &rest, sizeof m);
    const float s = (m - 1.0f) / (m + 1.0f), q = s * s;
    const float series =
        2.0f * s * (1.0f + q * (0.33333333f + q * (0.2f + q * (0.14285714f + q * 0.11111111f))));
    return series + (float)exponent * 0.69314718f;
}

// 64 bits for a counter (S. Vigna, splitmix64).
static inline uint64_t vigil_synth_bits(uint64_t seed, uint64_t counter) {
    uint64_t mixed = seed + (counter + 1) * 0x9e3779b97f4a7c15u;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9u;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebu;
    return mixed ^ (mixed >> 31);
}

// About normal, mean 0, deviation 1: the sum of four uniform numbers of 16 bits.
static inline float vigil_synth_normal(uint64_t bits) {
    const int32_t sum = (int32_t)(bits & 0xffff) + (int32_t)(bits >> 16 & 0xffff) +
                        (int32_t)(bits >> 32 & 0xffff) + (int32_t)(bits >> 48);
    return ((float)sum - 131070.0f) * (1.7320508f / 65536.0f);
}
