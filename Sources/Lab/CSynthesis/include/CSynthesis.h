#pragma once

// The inner loops of the synthetic scanner: rays through solids, tubes across the picture, the
// detector. Pure functions on the caller's buffers: nothing is kept, nothing allocated. No libm, so
// that equal input gives equal bits on every processor.

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// What a ray's way is summed into, in mm of each substance at its reference density.
enum vigil_synth_channel {
    VIGIL_SYNTH_SOFT = 0,
    VIGIL_SYNTH_FAT = 1,
    VIGIL_SYNTH_BONE = 2,
    VIGIL_SYNTH_METAL = 3,
    VIGIL_SYNTH_LUNG = 4,    // way through aerated lung, whatever its density
    VIGIL_SYNTH_FILLED = 5,  // way through lung that something fills
    VIGIL_SYNTH_VESSEL = 6,
    VIGIL_SYNTH_CHANNELS = 7,
};

enum { VIGIL_SYNTH_FINDINGS = 4, VIGIL_SYNTH_SOLIDS = 64, VIGIL_SYNTH_BINS = 3 };

enum vigil_synth_flag {
    VIGIL_SYNTH_IS_LUNG = 1,      // aerated lung, or in a head the brain
    VIGIL_SYNTH_IN_LUNG = 2,      // stands only where that would be
    VIGIL_SYNTH_IS_TEXTURED = 4,  // density follows the texture
};

// One solid. Its place in the list is its priority: where solids overlap, the last one stands.
typedef struct {
    uint8_t channel;
    uint8_t flags;
    int8_t finding;  // 0..<VIGIL_SYNTH_FINDINGS, or -1
    float hounsfield;
} vigil_synth_solid;

// A solid's ellipse on one row of rays.
typedef struct {
    float middle;   // column of the centre
    float half;     // half width, columns
    float depth;    // of the centre along the ray, mm
    float reach;    // half chord at the centre, mm
    float slant;    // change of depth, mm a column
    float density;  // relative to the channel's reference
    float square;   // 0: an ellipse; 1: a rounder box
    uint32_t solid;
} vigil_synth_span;

// Where the sums of one row go; each has `columns` elements.
typedef struct {
    float *channels[VIGIL_SYNTH_CHANNELS];
    float *findings[VIGIL_SYNTH_FINDINGS];
    const float *texture;
} vigil_synth_row;

// Casts one row of rays and adds to the sums.
void vigil_synth_cast(const vigil_synth_span *spans, uint32_t count,
                      const vigil_synth_solid *solids, uint32_t columns, vigil_synth_row row);

// Fills one slice, `columns` by `rows` values above air (HU + 1000), from spans in columns and, for
// depth, in mm from the first row; `finding` gets a bit for each finding. `texture` is a picture.
void vigil_synth_slice(const vigil_synth_span *spans, uint32_t count,
                       const vigil_synth_solid *solids, uint32_t columns, uint32_t rows,
                       float spacing, const float *texture, float *out, uint8_t *finding);

// One piece of a tube on the picture, in pixels; each end lies on a plane through its point. Chords
// are at the middle of the tube, in mm of substance.
typedef struct {
    float x0, y0, x1, y1;
    float nx0, ny0, nx1, ny1;  // unit normals of the ends, both pointing onward
    float half0, half1;
    float chord0, chord1;
    float core0, core1;  // half width of what is left out of the middle, 0 for none
    float hollow0, hollow1;
} vigil_synth_piece;

// Adds the ways through tubes to a picture.
void vigil_synth_tubes(const vigil_synth_piece *pieces, uint32_t count, float *out, uint32_t rows,
                       uint32_t columns);

// A circle in a slice, in pixels, of a value above air.
typedef struct {
    float x, y, radius, value;
} vigil_synth_disc;

// Blends circles into a slice, the later over the earlier.
void vigil_synth_discs(const vigil_synth_disc *discs, uint32_t count, float *slice, uint32_t rows,
                       uint32_t columns);

// Smooth noise about 1 with so many octaves, `cell` pixels the coarsest.
void vigil_synth_texture(uint64_t seed, uint32_t rows, uint32_t columns, float cell,
                         uint32_t octaves, float strength, float *out);

// The beam: a share of each energy bin, and what a mm of each of the four substances takes of it.
typedef struct {
    float share[VIGIL_SYNTH_BINS];
    float attenuation[VIGIL_SYNTH_BINS][4];
} vigil_synth_beam;

// Turns ways into what reaches the detector, 1 for open air. Vessels count where lung is aerated.
void vigil_synth_expose(const vigil_synth_beam *beam, float *const channels[VIGIL_SYNTH_CHANNELS],
                        uint32_t count, float *out);

// One pass of a box filter of 2 * radius + 1 pixels along rows and columns; edges repeat. `scratch`
// holds one picture.
void vigil_synth_box(float *picture, uint32_t rows, uint32_t columns, uint32_t radius,
                     float *scratch);

// Adds scatter and quantum noise of `quanta` photons a pixel in open air, and takes minus the
// natural logarithm.
void vigil_synth_detect(float *intensity, const float *scatter, float scatter_share, float quanta,
                        uint64_t seed, uint32_t count);

// Adds noise of a standard deviation.
void vigil_synth_noise(float *values, float deviation, uint64_t seed, uint32_t count);

// `picture = base * squeeze + (picture - base) * gain`.
void vigil_synth_sharpen(float *picture, const float *base, float squeeze, float gain,
                         uint32_t count);

// Grey levels of `levels` (the greatest) through a sigmoid of a middle and a slope.
void vigil_synth_tone(const float *picture, float middle, float slope, float levels,
                      uint32_t inverted, uint16_t *out, uint32_t count);

#ifdef __cplusplus
}
#endif
