// From ways to grey levels: attenuation, scatter, noise, processing. Each loop is one pass over the
// picture that the compiler makes vectors of.

#include "internal.h"

void vigil_synth_expose(const vigil_synth_beam *beam, float *const channels[VIGIL_SYNTH_CHANNELS],
                        uint32_t count, float *out) {
    const float *soft = channels[VIGIL_SYNTH_SOFT], *fat = channels[VIGIL_SYNTH_FAT];
    const float *bone = channels[VIGIL_SYNTH_BONE], *metal = channels[VIGIL_SYNTH_METAL];
    const float *lung = channels[VIGIL_SYNTH_LUNG], *filled = channels[VIGIL_SYNTH_FILLED];
    const float *vessel = channels[VIGIL_SYNTH_VESSEL];
    for (uint32_t i = 0; i < count; ++i) {
        // A vessel shows against air, and no longer than the air is.
        const float aerated = lung[i] / (lung[i] + filled[i] + 1.0f);
        const float room = 0.7f * lung[i];
        const float seen = (vessel[i] < room ? vessel[i] : room) * aerated;
        const float tissue = soft[i] + seen;
        float sum = 0.0f;
        for (int bin = 0; bin < VIGIL_SYNTH_BINS; ++bin) {
            const float *mu = beam->attenuation[bin];
            const float taken =
                tissue * mu[0] + fat[i] * mu[1] + bone[i] * mu[2] + metal[i] * mu[3];
            sum += beam->share[bin] * vigil_synth_exp(-taken);
        }
        out[i] = sum;
    }
}

static void box_line(const float *in, float *out, uint32_t count, uint32_t radius) {
    const float scale = 1.0f / (float)(2 * radius + 1);
    float sum = in[0] * (float)(radius + 1);
    for (uint32_t i = 0; i < radius; ++i) sum += in[i < count ? i : count - 1];
    for (uint32_t i = 0; i < count; ++i) {
        const uint32_t ahead = i + radius < count ? i + radius : count - 1;
        const uint32_t behind = i > radius ? i - radius - 1 : 0;
        sum += in[ahead] - (i > 0 ? in[behind] : in[0]);
        out[i] = sum * scale;
    }
}

// A running sum of whole rows, so that the inner loop goes along memory.
static void box_columns(const float *in, float *out, uint32_t rows, uint32_t columns,
                        uint32_t radius, float *sum) {
    const float scale = 1.0f / (float)(2 * radius + 1);
    for (uint32_t c = 0; c < columns; ++c) sum[c] = in[c] * (float)(radius + 1);
    for (uint32_t r = 0; r < radius; ++r) {
        const float *line = in + (size_t)(r < rows ? r : rows - 1) * columns;
        for (uint32_t c = 0; c < columns; ++c) sum[c] += line[c];
    }
    for (uint32_t r = 0; r < rows; ++r) {
        const float *ahead = in + (size_t)(r + radius < rows ? r + radius : rows - 1) * columns;
        const float *behind = in + (size_t)(r > radius ? r - radius - 1 : 0) * columns;
        float *line = out + (size_t)r * columns;
        for (uint32_t c = 0; c < columns; ++c) {
            sum[c] += ahead[c] - behind[c];
            line[c] = sum[c] * scale;
        }
    }
}

enum { WIDEST = 4096 };

void vigil_synth_box(float *picture, uint32_t rows, uint32_t columns, uint32_t radius,
                     float *scratch) {
    float sum[WIDEST];
    if (radius == 0 || rows == 0 || columns == 0 || columns > WIDEST) return;
    for (uint32_t r = 0; r < rows; ++r) {
        box_line(picture + (size_t)r * columns, scratch + (size_t)r * columns, columns, radius);
    }
    box_columns(scratch, picture, rows, columns, radius, sum);
}

void vigil_synth_detect(float *intensity, const float *scatter, float scatter_share, float quanta,
                        uint64_t seed, uint32_t count) {
    for (uint32_t i = 0; i < count; ++i) {
        const float mean = intensity[i] + scatter[i] * scatter_share;
        const float noise = vigil_synth_normal(vigil_synth_bits(seed, i));
        const float seen = mean + vigil_synth_root(mean / quanta) * noise;
        const float floor = 0.25f / quanta;
        intensity[i] = -vigil_synth_log(seen < floor ? floor : seen);
    }
}

void vigil_synth_noise(float *values, float deviation, uint64_t seed, uint32_t count) {
    for (uint32_t i = 0; i < count; ++i) {
        values[i] += deviation * vigil_synth_normal(vigil_synth_bits(seed, i));
    }
}

void vigil_synth_sharpen(float *picture, const float *base, float squeeze, float gain,
                         uint32_t count) {
    for (uint32_t i = 0; i < count; ++i) {
        picture[i] = base[i] * squeeze + (picture[i] - base[i]) * gain;
    }
}

void vigil_synth_tone(const float *picture, float middle, float slope, float levels,
                      uint32_t inverted, uint16_t *out, uint32_t count) {
    for (uint32_t i = 0; i < count; ++i) {
        const float share = 1.0f / (1.0f + vigil_synth_exp((middle - picture[i]) * slope));
        const float grey = (inverted ? 1.0f - share : share) * levels;
        out[i] = (uint16_t)(grey + 0.5f);
    }
}

// Lattice values in [-1, 1).
static inline float lattice(uint64_t seed, uint32_t row, uint32_t column) {
    const uint64_t bits = vigil_synth_bits(seed, (uint64_t)row << 32 | column);
    return (float)(int32_t)(bits >> 32) * (1.0f / 2147483648.0f);
}

static inline float smooth(float t) { return t * t * (3.0f - 2.0f * t); }

static void add_octave(uint64_t seed, uint32_t rows, uint32_t columns, float cell, float weight,
                       float *out) {
    for (uint32_t r = 0; r < rows; ++r) {
        const float y = (float)r / cell;
        const uint32_t yi = (uint32_t)y;
        const float fy = smooth(y - (float)yi);
        float left = 0.0f, right = 0.0f;
        uint32_t at = UINT32_MAX;
        for (uint32_t c = 0; c < columns; ++c) {
            const float x = (float)c / cell;
            const uint32_t xi = (uint32_t)x;
            if (xi != at) {
                const float a = lattice(seed, yi, xi), b = lattice(seed, yi + 1, xi);
                const float e = lattice(seed, yi, xi + 1), f = lattice(seed, yi + 1, xi + 1);
                left = a + (b - a) * fy;
                right = e + (f - e) * fy;
                at = xi;
            }
            out[(size_t)r * columns + c] +=
                weight * (left + (right - left) * smooth(x - (float)xi));
        }
    }
}

void vigil_synth_texture(uint64_t seed, uint32_t rows, uint32_t columns, float cell,
                         uint32_t octaves, float strength, float *out) {
    const size_t count = (size_t)rows * columns;
    for (size_t i = 0; i < count; ++i) out[i] = 1.0f;
    for (uint32_t octave = 0; octave < octaves; ++octave) {
        add_octave(seed + octave, rows, columns, cell < 1.0f ? 1.0f : cell, strength, out);
        cell *= 0.5f;
        strength *= 0.6f;
    }
    for (size_t i = 0; i < count; ++i) out[i] = out[i] < 0.0f ? 0.0f : out[i];
}
