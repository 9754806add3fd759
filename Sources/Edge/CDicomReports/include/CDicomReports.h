#pragma once

// The C face of DCMTK's structured reports: a document's attributes and the items of its content in
// the order of the tree, then its bytes. Texts are copied, in UTF-8. Nothing throws.

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum vigil_report_status {
    VIGIL_REPORT_OK = 0,
    VIGIL_REPORT_REFUSED = 1,  // DCMTK takes a value, a relationship or the document as a whole for
                               // wrong
    VIGIL_REPORT_NO_DICTIONARY = 2,  // DCMTK's data dictionary was not found
    VIGIL_REPORT_OUT_OF_MEMORY = 3,
};

enum vigil_report_field {
    VIGIL_REPORT_STUDY_UID,
    VIGIL_REPORT_SERIES_UID,
    VIGIL_REPORT_INSTANCE_UID,
    VIGIL_REPORT_PATIENT_ID,
    VIGIL_REPORT_ISSUER,
    VIGIL_REPORT_PATIENT_NAME,
    VIGIL_REPORT_BIRTH_DATE,
    VIGIL_REPORT_SEX,
    VIGIL_REPORT_STUDY_ID,
    VIGIL_REPORT_STUDY_DATE,
    VIGIL_REPORT_STUDY_TIME,
    VIGIL_REPORT_ACCESSION,
    VIGIL_REPORT_REFERRING,
    VIGIL_REPORT_CONTENT_DATE,
    VIGIL_REPORT_CONTENT_TIME,
    VIGIL_REPORT_OBSERVED,  // the root's Observation DateTime, with its offset
    VIGIL_REPORT_SERIES_DESCRIPTION,
    VIGIL_REPORT_INSTANCE_NUMBER,
    VIGIL_REPORT_MODEL,
    VIGIL_REPORT_SOFTWARE,
    VIGIL_REPORT_INCOMPLETE,    // why it is partial; empty: it is complete
    VIGIL_REPORT_SCHEME,        // the designator of the private coding scheme
    VIGIL_REPORT_SCHEME_UID,
    VIGIL_REPORT_FIELDS,
};

enum vigil_relationship {
    VIGIL_ROOT,
    VIGIL_CONTAINS,
    VIGIL_OBSERVATION_CONTEXT,
    VIGIL_ACQUISITION_CONTEXT,
    VIGIL_CONCEPT_MODIFIER,
    VIGIL_INFERRED_FROM,
    VIGIL_SELECTED_FROM,
};

enum vigil_value_type {
    VIGIL_CONTAINER,
    VIGIL_CODE,
    VIGIL_TEXT,
    VIGIL_UID,
    VIGIL_NUMBER,
    VIGIL_IMAGE,
    VIGIL_POLYLINE,
};

typedef struct vigil_report vigil_report;

// NULL without memory.
vigil_report *vigil_report_new(void);
void vigil_report_free(vigil_report *report);

// Each of these gives a vigil_report_status.
int vigil_report_set(vigil_report *report, int field, const char *value);
// An image that the content is made from.
int vigil_report_add_evidence(vigil_report *report, const char *series, const char *sop_class,
                              const char *instance);
// The document, of the same series, that this one stands instead of.
int vigil_report_set_predecessor(vigil_report *report, const char *instance);

// The next item of the content; the root is 0 deep. An empty concept is none.
int vigil_report_add(vigil_report *report, int depth, int relationship, int type,
                     const char *concept_value, const char *concept_scheme,
                     const char *concept_meaning);
// What the item that was added last says.
int vigil_report_set_template(vigil_report *report, const char *identifier);
int vigil_report_set_text(vigil_report *report, const char *text);
// The code of an item of codes, or the unit of a number.
int vigil_report_set_code(vigil_report *report, const char *value, const char *scheme,
                          const char *meaning);
int vigil_report_set_number(vigil_report *report, const char *decimal, double exact);
// `frame` counts from 1; 0 is the whole image.
int vigil_report_set_image(vigil_report *report, const char *sop_class, const char *instance,
                           int32_t frame);
// Columns and rows by turns.
int vigil_report_set_points(vigil_report *report, const float *points, size_t count);

// The document as a file. `*out` is to be freed with free().
int vigil_report_write(vigil_report *report, uint8_t **out, size_t *count);

#ifdef __cplusplus
}
#endif
