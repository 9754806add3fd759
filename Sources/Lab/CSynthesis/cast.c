// Rays through solids. Each ray gathers where it enters and leaves every solid, sorts that by
// depth, and gives each stretch to the solid that stands there.

#include "internal.h"

typedef struct {
    float depth;
    uint32_t span;
} crossing;

typedef struct {
    crossing crossings[2 * VIGIL_SYNTH_SOLIDS];
    uint32_t count;
} crossings;

static inline void insert(crossings *list, float depth, uint32_t span) {
    uint32_t place = list->count++;
    while (place > 0 && list->crossings[place - 1].depth > depth) {
        list->crossings[place] = list->crossings[place - 1];
        --place;
    }
    list->crossings[place] = (crossing){depth, span};
}

// Gathers the crossings of the ray at a column.
static inline void gather(const vigil_synth_span *spans, uint32_t count, float column,
                          crossings *list) {
    list->count = 0;
    for (uint32_t i = 0; i < count; ++i) {
        const float offset = column - spans[i].middle;
        const float u = offset / spans[i].half;
        const float u2 = u * u;
        if (!(u2 < 1.0f)) continue;
        const float bent = u2 + (u2 * u2 - u2) * spans[i].square;
        const float half = spans[i].reach * vigil_synth_root(1.0f - bent);
        const float middle = spans[i].depth + spans[i].slant * offset;
        insert(list, middle - half, i);
        insert(list, middle + half, i);
    }
}

// The solids of the list that stand, and which of them are lung or need lung, as bits.
typedef struct {
    uint64_t active, lung, conditional;
    uint8_t span[VIGIL_SYNTH_SOLIDS];
} standing;

static inline void toggle(standing *state, const vigil_synth_span *spans,
                          const vigil_synth_solid *solids, uint32_t span) {
    const uint32_t solid = spans[span].solid;
    const uint64_t bit = (uint64_t)1 << solid;
    state->active ^= bit;
    state->span[solid] = (uint8_t)span;
    if (solids[solid].flags & VIGIL_SYNTH_IS_LUNG) state->lung |= bit;
    if (solids[solid].flags & VIGIL_SYNTH_IN_LUNG) state->conditional |= bit;
}

// The solid that holds the stretch, or -1 for open air.
static inline int holder(const standing *state) {
    const uint64_t plain = state->active & ~state->conditional;
    if (plain == 0) return -1;
    const int base = 63 - __builtin_clzll(plain);
    const uint64_t conditional = state->active & state->conditional;
    if (conditional && (state->lung >> base & 1)) return 63 - __builtin_clzll(conditional);
    return base;
}

static inline void add(const vigil_synth_solid *solid, float density, float way, uint32_t column,
                       const vigil_synth_row *row) {
    if (solid->flags & VIGIL_SYNTH_IS_TEXTURED) density *= row->texture[column];
    row->channels[solid->channel][column] += way * density;
    if (solid->flags & VIGIL_SYNTH_IS_LUNG) row->channels[VIGIL_SYNTH_LUNG][column] += way;
    if (solid->flags & VIGIL_SYNTH_IN_LUNG) row->channels[VIGIL_SYNTH_FILLED][column] += way;
    if (solid->finding >= 0) row->findings[(int)solid->finding][column] += way;
}

void vigil_synth_cast(const vigil_synth_span *spans, uint32_t count,
                      const vigil_synth_solid *solids, uint32_t columns, vigil_synth_row row) {
    crossings list;
    if (count > VIGIL_SYNTH_SOLIDS) count = VIGIL_SYNTH_SOLIDS;
    for (uint32_t column = 0; column < columns; ++column) {
        gather(spans, count, (float)column, &list);
        standing state = {0, 0, 0, {0}};
        for (uint32_t i = 0; i + 1 < list.count; ++i) {
            toggle(&state, spans, solids, list.crossings[i].span);
            const float way = list.crossings[i + 1].depth - list.crossings[i].depth;
            const int solid = holder(&state);
            if (solid < 0 || way <= 0.0f) continue;
            add(&solids[solid], spans[state.span[solid]].density, way, column, &row);
        }
    }
}

// One column of a slice, and what goes into it.
typedef struct {
    float *out;
    const float *texture;
    uint32_t columns, rows;
} column_of_slice;

// Adds `value` to the voxels between two depths, by the share of each that is covered.
static inline void fill(column_of_slice slice, float from, float to, float value, int textured) {
    if (from < 0.0f) from = 0.0f;
    if (to > (float)slice.rows) to = (float)slice.rows;
    if (!(to > from)) return;
    uint32_t row = (uint32_t)from;
    float at = from;
    while (at < to && row < slice.rows) {
        const float end = (float)(row + 1) < to ? (float)(row + 1) : to;
        const size_t index = (size_t)row * slice.columns;
        const float share = textured ? slice.texture[index] : 1.0f;
        slice.out[index] += value * share * (end - at);
        at = end;
        ++row;
    }
}

static void mark(uint8_t *finding, uint32_t columns, uint32_t rows, float from, float to,
                 uint8_t bit) {
    const uint32_t first = from < 0.0f ? 0 : (uint32_t)(from + 0.5f);
    const uint32_t last = to > (float)rows ? rows : to < 0.0f ? 0 : (uint32_t)(to + 0.5f);
    for (uint32_t row = first; row < last; ++row) finding[(size_t)row * columns] |= bit;
}

void vigil_synth_slice(const vigil_synth_span *spans, uint32_t count,
                       const vigil_synth_solid *solids, uint32_t columns, uint32_t rows,
                       float spacing, const float *texture, float *out, uint8_t *finding) {
    crossings list;
    if (count > VIGIL_SYNTH_SOLIDS) count = VIGIL_SYNTH_SOLIDS;
    for (uint32_t column = 0; column < columns; ++column) {
        gather(spans, count, (float)column, &list);
        standing state = {0, 0, 0, {0}};
        for (uint32_t i = 0; i + 1 < list.count; ++i) {
            toggle(&state, spans, solids, list.crossings[i].span);
            const int index = holder(&state);
            if (index < 0) continue;
            const float from = list.crossings[i].depth / spacing;
            const float to = list.crossings[i + 1].depth / spacing;
            const vigil_synth_solid *solid = &solids[index];
            const column_of_slice slice = {out + column, texture + column, columns, rows};
            fill(slice, from, to, solid->hounsfield + 1000.0f,
                 solid->flags & VIGIL_SYNTH_IS_TEXTURED);
            if (solid->finding >= 0 && finding) {
                mark(finding + column, columns, rows, from, to, (uint8_t)(1 << solid->finding));
            }
        }
    }
}
