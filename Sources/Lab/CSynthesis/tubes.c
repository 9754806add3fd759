// Tubes along curves: ribs, vessels, catheters, one straight piece after another.

#include "internal.h"

typedef struct {
    uint32_t left, right, top, bottom;  // half open
} box;

static inline float least(float a, float b) { return a < b ? a : b; }
static inline float most(float a, float b) { return a > b ? a : b; }

static uint32_t clamp(float value, uint32_t bound) {
    if (!(value > 0.0f)) return 0;
    return value >= (float)bound ? bound : (uint32_t)value;
}

static box bounds(float left, float right, float top, float bottom, uint32_t rows,
                  uint32_t columns) {
    return (box){clamp(left, columns), clamp(right + 2.0f, columns), clamp(top, rows),
                 clamp(bottom + 2.0f, rows)};
}

static void add_piece(const vigil_synth_piece *p, float *out, uint32_t rows, uint32_t columns) {
    const float dx = p->x1 - p->x0, dy = p->y1 - p->y0;
    const float length = vigil_synth_root(dx * dx + dy * dy);
    if (!(length > 1e-4f)) return;
    const float ux = dx / length, uy = dy / length;
    const float wide = most(most(p->half0, p->half1), 0.6f);
    const box area = bounds(least(p->x0, p->x1) - wide, most(p->x0, p->x1) + wide,
                            least(p->y0, p->y1) - wide, most(p->y0, p->y1) + wide, rows, columns);
    for (uint32_t row = area.top; row < area.bottom; ++row) {
        for (uint32_t column = area.left; column < area.right; ++column) {
            const float ax = (float)column - p->x0, ay = (float)row - p->y0;
            const float bx = (float)column - p->x1, by = (float)row - p->y1;
            const float s0 = ax * p->nx0 + ay * p->ny0;
            const float s1 = bx * p->nx1 + by * p->ny1;
            if (s0 < 0.0f || s1 >= 0.0f) continue;
            const float share = s0 / (s0 - s1);
            const float away = ax * uy - ay * ux;
            const float half = p->half0 + (p->half1 - p->half0) * share;
            // A tube thinner than a pixel is spread over one.
            const float drawn = most(half, 0.6f);
            const float d = away / drawn;
            if (!(d * d < 1.0f)) continue;
            const float chord = p->chord0 + (p->chord1 - p->chord0) * share;
            float way = chord * (half / drawn) * vigil_synth_root(1.0f - d * d);
            const float core = p->core0 + (p->core1 - p->core0) * share;
            if (core > 0.0f && away * away < core * core) {
                const float c = away / core;
                const float hollow = p->hollow0 + (p->hollow1 - p->hollow0) * share;
                way -= hollow * vigil_synth_root(1.0f - c * c);
            }
            out[(size_t)row * columns + column] += way;
        }
    }
}

void vigil_synth_tubes(const vigil_synth_piece *pieces, uint32_t count, float *out, uint32_t rows,
                       uint32_t columns) {
    for (uint32_t i = 0; i < count; ++i) add_piece(&pieces[i], out, rows, columns);
}

static void add_disc(const vigil_synth_disc *disc, float *slice, uint32_t rows, uint32_t columns) {
    const float wide = disc->radius + 1.0f;
    const box area = bounds(disc->x - wide, disc->x + wide, disc->y - wide, disc->y + wide, rows,
                            columns);
    for (uint32_t row = area.top; row < area.bottom; ++row) {
        for (uint32_t column = area.left; column < area.right; ++column) {
            const float x = (float)column - disc->x, y = (float)row - disc->y;
            const float inside = disc->radius - vigil_synth_root(x * x + y * y);
            const float cover = least(most(inside + 0.5f, 0.0f), 1.0f);
            float *voxel = &slice[(size_t)row * columns + column];
            *voxel += (disc->value - *voxel) * cover;
        }
    }
}

void vigil_synth_discs(const vigil_synth_disc *discs, uint32_t count, float *slice, uint32_t rows,
                       uint32_t columns) {
    for (uint32_t i = 0; i < count; ++i) add_disc(&discs[i], slice, rows, columns);
}
