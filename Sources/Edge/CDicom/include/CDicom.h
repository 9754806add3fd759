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
    // 14 and 16 are the decoder process's own: an unreadable descriptor, and a header to judge.
    VIGIL_DECODE_UNREADABLE_LABEL = 17,      // an attribute is there and cannot be understood
    VIGIL_DECODE_CONTRADICTION = 18,         // an attribute contradicts the bytes of the pixels
    VIGIL_DECODE_FLOAT_PIXELS = 19,          // the pixels are floating-point numbers
};

// Which attribute a refusal is about; 0 when it is about none.
enum vigil_label {
    VIGIL_LABEL_NONE = 0,
    VIGIL_LABEL_RESCALE = 1,         // Rescale Slope and Intercept
    VIGIL_LABEL_WINDOW = 2,          // Window Center, Window Width, VOI LUT Function
    VIGIL_LABEL_PADDING = 3,         // Pixel Padding Value and Range Limit
    VIGIL_LABEL_VOI_LUT = 4,
    VIGIL_LABEL_MODALITY_LUT = 5,
    VIGIL_LABEL_PALETTE = 6,
    VIGIL_LABEL_PHOTOMETRIC = 7,     // Photometric Interpretation
    VIGIL_LABEL_SAMPLES = 8,         // Samples per Pixel, Planar Configuration
    VIGIL_LABEL_SIZE = 9,            // Rows, Columns
    VIGIL_LABEL_FRAMES = 10,         // Number of Frames
    VIGIL_LABEL_BITS = 11,           // Bits Allocated and Stored, High Bit, Pixel Representation
    VIGIL_LABEL_LENGTH = 12,         // the length of Pixel Data
    VIGIL_LABEL_SYNTAX = 13,         // the transfer syntax
};

// What was put right or is odd about a file, one bit each; never silent, each becomes a flag.
enum vigil_note {
    VIGIL_NOTE_COLOUR = 1 << 0,         // the colour model is the bytes', not the label's
    VIGIL_NOTE_BITS = 1 << 1,           // the bits are the codec's, not the label's
    VIGIL_NOTE_LUT = 1 << 2,            // a look-up table's descriptor did not fit its entries
    VIGIL_NOTE_ENCODING = 1 << 3,       // not in the encoding that the meta header names
    VIGIL_NOTE_COMMA = 1 << 4,          // a number with a decimal comma
    VIGIL_NOTE_CLAMPED = 1 << 5,        // a lossy codec overshot the said bits, and was clamped
    VIGIL_NOTE_INVERSE = 1 << 6,        // turned over for Presentation LUT Shape INVERSE alone
    VIGIL_NOTE_POLARITY = 1 << 7,       // MONOCHROME1 with Presentation LUT Shape IDENTITY
    VIGIL_NOTE_PADDING = 1 << 8,        // padding that would shine is shown black
    VIGIL_NOTE_RANGE = 1 << 9,          // a few far pixels were left out of the range
    VIGIL_NOTE_ASSUMED = 1 << 10,       // an attribute is missing and its usual value was taken
    VIGIL_NOTE_END = 1 << 11,           // a stream or sequence lacks its end marker
    VIGIL_NOTE_TRAILING = 1 << 12,      // bytes after the pixels were passed over
    VIGIL_NOTE_WINDOW = 1 << 13,        // a window that the standard does not allow was passed over
    VIGIL_NOTE_MIRRORED = 1 << 14,      // Patient Orientation: left and right are exchanged
    VIGIL_NOTE_TURNED = 1 << 15,        // Patient Orientation: the image does not stand upright
    VIGIL_NOTE_LATERAL = 1 << 16,       // View Position or Patient Orientation: seen from the side
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
    char device_serial[68]; // Device Serial Number (0018,1000)
    char device_model[68];  // Manufacturer's Model Name (0008,1090)
    char modality[20];
    char image_type[132];   // its values with backslashes between them
    char intent[20];        // Presentation Intent Type (0008,0068)
    char conversion[20];    // Conversion Type (0008,0064)
    char body_part[20];     // Body Part Examined (0018,0015)
    char region[20];        // code of the first item of Anatomic Region Sequence (0008,2218)
    char view[20];          // View Position (0018,5101)
    char view_code[20];     // code of the first item of View Code Sequence (0054,0220)
    char orientation[36];   // Patient Orientation (0020,0020): rows, backslash, columns
    int32_t age_days;       // of Patient's Age, else from birth to study; -1 when not stated
    uint32_t rows;          // 0 when not stated, as columns
    uint32_t columns;
    uint8_t is_annotated;   // Burned In Annotation (0028,0301) is YES
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
    // Asked once of a file, before its pixels are looked at: 0 goes on. NULL goes on. PNG and JPEG
    // have no header: all but `has_pixels` is absent.
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
    uint8_t inverted;          // 1 when the grey scale was turned over
    uint8_t lossy;             // 1 when pixels were compressed with loss at some time: so says the
                               // file, its transfer syntax or its stream
    uint32_t notes;            // vigil_note
    uint16_t label;            // vigil_label, of a refusal
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
