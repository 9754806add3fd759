// The end of a JPEG 2000 codestream, where that alone is missing.

#include "internal.hpp"

namespace vigil {
namespace {

uint32_t big(Bytes stream, size_t at, size_t count) {
    uint32_t value = 0;
    for (size_t i = 0; i < count; ++i) value = value << 8 | stream[at + i];
    return value;
}

uint64_t tilesAlong(uint64_t end, uint64_t start, uint64_t side) {
    return side == 0 || end <= start ? 0 : (end - start + side - 1) / side;
}

// The number of tiles that the size segment announces (T.800 A.5.1); 0 when it cannot be.
uint64_t tilesOf(Bytes stream) {
    if (stream.count < 42) return 0;
    const auto field = [&](size_t index) { return uint64_t(big(stream, 8 + 4 * index, 4)); };
    // Size, offset, tile size, tile offset, each of columns and rows.
    return tilesAlong(field(0), field(6), field(4)) * tilesAlong(field(1), field(7), field(5));
}

// Walks over whole tile-parts (A.4.2) and remembers which tiles have all of theirs.
class TileParts {
public:
    explicit TileParts(Bytes stream) : stream_(stream), tiles_(tilesOf(stream)) {}

    // Where the last whole tile-part ends; 0 unless all tiles are there.
    size_t end() {
        if (tiles_ == 0 || tiles_ > 65535) return 0;
        std::vector<bool> whole(size_t(tiles_), false);
        size_t at = firstPart();
        while (at > 0 && at + 12 <= stream_.count && big(stream_, at, 2) == 0xff90) {
            const uint32_t tile = big(stream_, at + 4, 2);
            const uint32_t length = big(stream_, at + 6, 4);
            const uint32_t index = stream_[at + 10];
            const uint32_t parts = stream_[at + 11];
            // Length 0: the last one, up to an end that only the marker tells.
            if (length < 14 || length > stream_.count - at || tile >= tiles_) return 0;
            if (parts == 0 || index + 1 == parts) whole[tile] = true;
            at += length;
        }
        for (const bool isWhole : whole) {
            if (!isWhole) return 0;
        }
        return at;
    }

private:
    // The first tile-part's marker after the main header.
    size_t firstPart() const {
        size_t at = 2;
        while (at + 4 <= stream_.count && stream_[at] == 0xff) {
            if (stream_[at + 1] == 0x90) return at;
            at += 2 + size_t(big(stream_, at + 2, 2));
        }
        return 0;
    }

    Bytes stream_;
    uint64_t tiles_;
};

}  // namespace

std::vector<uint8_t> completedCodestream(Bytes stream) {
    if (!stream.startsWith("\xff\x4f\xff\x51", 4)) return {};
    const size_t end = TileParts(stream).end();
    const bool isMarked = end > 0 && end + 2 <= stream.count && big(stream, end, 2) == 0xffd9;
    if (end == 0 || isMarked) return {};
    std::vector<uint8_t> out(stream.data, stream.data + end);
    out.push_back(0xff);
    out.push_back(0xd9);
    note(VIGIL_NOTE_END);
    return out;
}

}  // namespace vigil
