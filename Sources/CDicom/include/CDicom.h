#pragma once

// The C face of the decoder: a file's bytes in, 8-bit grey frames and a few facts out. Only the
// sandboxed decoder process links this. Nothing here keeps a patient's name, number or date.

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Outcomes. The numbers travel between processes: add at the end, never renumber.
enum vigil_decode_status {
    VIGIL_DECODE_OK = 0,
    VIGIL_DECODE_EMPTY = 1,                  // no bytes at all
    VIGIL_DECODE_NOT_AN_IMAGE = 2,           // neither DICOM nor PNG nor JPEG
    VIGIL_DECODE_TRUNCATED = 3,              // ends before its pixels do
    VIGIL_DECODE_ENCRYPTED = 4,              // an envelope or encrypted attributes hide the pixels
    VIGIL_DECODE_NO_PIXELS = 5,              // DICOM without an image
    VIGIL_DECODE_TRANSFER_SYNTAX = 6,        // a transfer syntax that is refused
    VIGIL_DECODE_PIXEL_FORMAT = 7,           // bits, samples or colour model that are refused
    VIGIL_DECODE_BAD_ATTRIBUTES = 8,         // attributes missing, or contradicting the pixels
    VIGIL_DECODE_TOO_MANY_PIXELS = 9,        // more output than the limits allow
    VIGIL_DECODE_TOO_LARGE = 10,             // more input, or more after inflating, than allowed
    VIGIL_DECODE_CORRUPT = 11,               // a codec refused the compressed pixels
    VIGIL_DECODE_OUT_OF_MEMORY = 12,         // the memory limit was reached
    VIGIL_DECODE_INTERNAL = 13,              // a library threw something unforeseen
    VIGIL_DECODE_LEFT_OUT = 15,              // `judge` did not want its pixels
};

enum vigil_window_rule {
    VIGIL_WINDOW_FROM_FILE = 0,  // the file's own VOI transform, else the range of its values
    VIGIL_WINDOW_FIXED = 1,      // `window_center` and `window_width`, for every frame
};

// What a header says of its object: texts as the file has them, zero-terminated, cut to the field;
// empty when absent. The patient's number is for comparison alone.
typedef struct {
    char sop_class[68];
    char study_uid[68];
    char series_uid[68];
    char instance_uid[68];
    char patient_id[68];
    char modality[20];
    char image_type[132];   // its values with backslashes between them
    char intent[20];        // Presentation Intent Type (0008,0068)
    char conversion[20];    // Conversion Type (0008,0064)
    uint8_t has_pixels;     // 0 when the whole data set was read and holds none
} vigil_header;

typedef struct {
    uint64_t max_pixels;    // rows * columns * samples * frames
    uint64_t max_inflated;  // bytes after inflating a deflated data set
    uint32_t max_side;      // rows, columns
    uint32_t max_frames;
    uint32_t window_rule;   // vigil_window_rule
    double window_center;   // in modality units
    double window_width;    // in modality units
    uint32_t want_values;   // 1: the values themselves as well, of single samples
    // Asked once of a DICOM file, before its pixels are looked at: 0 goes on. NULL goes on.
    int (*judge)(const vigil_header *header);
} vigil_decode_options;

// How the grey values came about.
enum vigil_window_used {
    VIGIL_USED_NOTHING = 0,       // colour or raster: samples taken as they are
    VIGIL_USED_VOI_LUT = 1,
    VIGIL_USED_LINEAR = 2,
    VIGIL_USED_LINEAR_EXACT = 3,
    VIGIL_USED_SIGMOID = 4,
    VIGIL_USED_RANGE = 5,         // no window in the file: least to greatest value
    VIGIL_USED_FIXED = 6,         // the caller's window
};

enum vigil_container {
    VIGIL_CONTAINER_DICOM = 0,
    VIGIL_CONTAINER_PNG = 1,
    VIGIL_CONTAINER_JPEG = 2,
};

// Where and when a frame was taken: position and orientation (PS3.3 C.7.6.2) in millimetres, nine
// numbers, then acquisition number, temporal position, acquisition time and content time in seconds
// of the day, tube voltage, and a number made of the reconstruction kernel's name. Of the last six,
// NaN is not stated.
#define VIGIL_PLACE_NUMBERS 15

typedef struct {
    uint32_t rows;
    uint32_t columns;
    uint32_t frames;
    uint16_t bits_stored;
    uint16_t samples;
    uint8_t container;         // vigil_container
    uint8_t window_used;       // vigil_window_used, of the first frame
    uint8_t inverted;          // 1 when MONOCHROME1 was turned over
    uint8_t lossy;             // 1 when the file says that its pixels were lossily compressed
    double window_center;      // of the first frame, 0 without
    double window_width;
    double spacing_rows;       // millimetres between row centres, 0 when unknown
    double spacing_columns;
    char study_uid[68];        // zero-terminated, empty when absent
    char series_uid[68];
    char instance_uid[68];
    char transfer_syntax[68];
    char modality[20];
    char photometric[20];
    uint8_t *pixels;           // rows * columns * frames bytes, row by row; vigil_decoded_free
    size_t pixel_count;
    int16_t *values;           // pixel_count modality values, rounded; NULL unless wanted
    double *places;            // of each frame VIGIL_PLACE_NUMBERS numbers; NULL unless wanted and
                               // stated of all
} vigil_decoded;

// Loads the data dictionary, registers codecs and silences the libraries' logs. Call once, before
// the sandbox closes. Returns the number of dictionary entries; 0 means that none was found.
int vigil_decoder_prepare(void);

// Decodes one file. Returns a vigil_decode_status; on success `out` owns `pixels`.
int vigil_decode(const uint8_t *bytes, size_t count, const vigil_decode_options *options,
                 vigil_decoded *out);

// Frees the pixels, the values and the places.
void vigil_decoded_free(vigil_decoded *decoded);

// Gives freed memory back to the system, so that one large image does not weigh on those after it.
void vigil_decoder_rest(void);

#ifdef __cplusplus
}
#endif
