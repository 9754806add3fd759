#pragma once

// A walk over the elements of a file, to find its pixels where DCMTK gives up.

#include "internal.hpp"

#include <string>

namespace vigil {

// How elements are written.
struct Encoding {
    bool isExplicit = true;
    bool isBig = false;

    bool operator==(const Encoding &other) const {
        return isExplicit == other.isExplicit && isBig == other.isBig;
    }
};

// What the meta header says, and where the data set begins.
struct MetaHeader {
    size_t end = 0;
    std::string syntaxUID;  // empty without one
};
MetaHeader readMetaHeader(Bytes file);

// The encoding of the data set that begins here, by its first element; explicit little endian when
// it does not tell.
Encoding encodingAt(Bytes file, size_t start);
// Whether a data set in any encoding seems to begin here.
bool seemsDataset(Bytes file, size_t start);

// Where the pixels of a data set lie.
struct PixelPlace {
    size_t start = 0;              // of the element; the data set before it is whole
    Bytes value;                   // of native pixels, as much as there is
    std::vector<Bytes> fragments;  // of encapsulated ones, the offset table first
    bool isEncapsulated = false;
    bool isCut = false;            // the value, or the fragments before their delimiter, end early
};
// Finds Pixel Data. Refuses a file that ends before.
PixelPlace findPixels(Bytes file, size_t start, Encoding encoding);

}  // namespace vigil
