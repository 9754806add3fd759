// JPEG-LS (ITU-T T.87) of a single component and 2 to 7 bits, which DCMTK's codec does not decode.

#include "internal.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace vigil {
namespace {

constexpr std::array<int, 32> runBits = {0, 0, 0, 0, 1, 1, 1, 1, 2, 2,  2,  2,  3,  3,  3,  3,
                                         4, 4, 5, 5, 6, 6, 7, 7, 8, 9, 10, 11, 12, 13, 14, 15};

int bitsFor(int value) {
    int bits = 0;
    while ((1 << bits) < value) ++bits;
    return bits;
}

// Bits of entropy-coded data: after a byte of ones the next one begins with a bit of filling.
class BitReader {
public:
    explicit BitReader(Bytes data) : data_(data) {}

    int bit() {
        if (left_ == 0) fill();
        --left_;
        return (byte_ >> left_) & 1;
    }

    int bits(int count) {
        int value = 0;
        for (; count > 0; --count) value = value << 1 | bit();
        return value;
    }

private:
    void fill() {
        require(at_ < data_.count, VIGIL_DECODE_CORRUPT);
        left_ = byte_ == 0xff ? 7 : 8;
        byte_ = data_[at_++];
        require(left_ == 8 || byte_ < 0x80, VIGIL_DECODE_CORRUPT);  // a marker
    }

    Bytes data_;
    size_t at_ = 0;
    uint8_t byte_ = 0;
    int left_ = 0;
};

// The constants of a scan (T.87 A.2 and C.2.4.1.1.1).
struct Coding {
    int greatest, near, range, limit, codeBits;
    int first, second, third, reset;

    explicit Coding(const JpegLSHeader &header) {
        near = header.near;
        greatest = header.greatest > 0 ? header.greatest : (1 << header.frame.precision) - 1;
        range = (greatest + 2 * near) / (2 * near + 1) + 1;
        codeBits = bitsFor(range);
        const int depth = std::max(2, bitsFor(greatest + 1));
        limit = 2 * (depth + std::max(8, depth));
        reset = header.reset > 0 ? header.reset : 64;
        const bool isDeep = greatest >= 128;
        const int factor =
            isDeep ? (std::min(greatest, 4095) + 128) / 256 : 256 / (greatest + 1);
        const auto usual = [&](int basic, int least, int slope, int floor) {
            const int value = isDeep ? factor * (basic - least) + least + slope * near
                                     : std::max(least, basic / factor + slope * near);
            return value > greatest || value < floor ? floor : value;
        };
        first = header.first > 0 ? header.first : usual(3, 2, 3, near + 1);
        second = header.second > 0 ? header.second : usual(7, 3, 5, first);
        third = header.third > 0 ? header.third : usual(21, 4, 7, second);
    }
};

struct Context {
    int sum = 0;     // A: of error magnitudes
    int bias = 0;    // B
    int shift = 0;   // C: what predictions are corrected by
    int count = 1;   // N
};

class Scan {
public:
    Scan(Bytes data, const Coding &coding) : reader_(data), coding_(coding) {
        const int start = std::max(2, (coding.range + 32) / 64);
        for (auto &context : contexts_) context.sum = start;
        for (auto &context : runs_) context.sum = start;
    }

    void decode(const Geometry &geometry, uint8_t *out) {
        const size_t width = geometry.columns;
        std::vector<int> above(width + 2, 0);
        std::vector<int> line(width + 2, 0);
        for (size_t row = 0; row < geometry.rows; ++row) {
            // One more sample at either end: left of the first, and right of the last above.
            above[width + 1] = above[width];
            line[0] = above[1];
            decodeLine(above, line, width);
            for (size_t i = 0; i < width; ++i) out[row * width + i] = uint8_t(line[i + 1]);
            above.swap(line);
        }
    }

private:
    void decodeLine(const std::vector<int> &above, std::vector<int> &line, size_t width) {
        size_t at = 1;
        while (at <= width) {
            const int left = line[at - 1];
            const int up = above[at];
            const int corner = above[at - 1];
            const int one = quantised(above[at + 1] - up);
            const int two = quantised(up - corner);
            const int three = quantised(corner - left);
            if (one == 0 && two == 0 && three == 0) {
                at = decodeRun(above, line, at, width);
                continue;
            }
            const int index = 81 * one + 9 * two + three;
            const int sign = index < 0 ? -1 : 1;
            line[at] = regular(contexts_[size_t(std::abs(index))], sign, left, up, corner);
            ++at;
        }
    }

    int quantised(int difference) const {
        const int size = std::abs(difference);
        const int level = size <= coding_.near    ? 0
                          : size < coding_.first  ? 1
                          : size < coding_.second ? 2
                          : size < coding_.third  ? 3
                                                  : 4;
        return difference < 0 ? -level : level;
    }

    static int golombBits(int count, int sum) {
        int bits = 0;
        while (bits < 24 && (count << bits) < sum) ++bits;
        return bits;
    }

    int golomb(int bits, int limit) {
        int zeros = 0;
        while (reader_.bit() == 0) {
            ++zeros;
            require(zeros < limit, VIGIL_DECODE_CORRUPT);
        }
        if (zeros < limit - coding_.codeBits - 1) return zeros << bits | reader_.bits(bits);
        return reader_.bits(coding_.codeBits) + 1;
    }

    // A prediction and a signed error to a sample, modulo the range.
    int sample(int prediction, int error) const {
        const int step = 2 * coding_.near + 1;
        int value = prediction + error * step;
        if (value < -coding_.near) {
            value += coding_.range * step;
        } else if (value > coding_.greatest + coding_.near) {
            value -= coding_.range * step;
        }
        return std::clamp(value, 0, coding_.greatest);
    }

    int regular(Context &context, int sign, int left, int up, int corner) {
        int prediction = corner >= std::max(left, up)   ? std::min(left, up)
                         : corner <= std::min(left, up) ? std::max(left, up)
                                                        : left + up - corner;
        prediction = std::clamp(prediction + sign * context.shift, 0, coding_.greatest);
        const int bits = golombBits(context.count, context.sum);
        const int mapped = golomb(bits, coding_.limit);
        const bool isTurned =
            coding_.near == 0 && bits == 0 && 2 * context.bias <= -context.count;
        int error = mapped % 2 == 0 ? mapped / 2 : -((mapped + 1) / 2);
        if (isTurned) error = -error - 1;
        update(context, error);
        return sample(prediction, sign * error);
    }

    void update(Context &context, int error) const {
        context.bias += error * (2 * coding_.near + 1);
        context.sum += std::abs(error);
        if (context.count == coding_.reset) {
            context.sum >>= 1;
            context.bias >>= 1;
            context.count >>= 1;
        }
        ++context.count;
        if (context.bias <= -context.count) {
            context.bias = std::max(context.bias + context.count, 1 - context.count);
            if (context.shift > -128) --context.shift;
        } else if (context.bias > 0) {
            context.bias = std::min(context.bias - context.count, 0);
            if (context.shift < 127) ++context.shift;
        }
    }

    // A run of the sample to the left, and the sample that ends it; returns the next place.
    size_t decodeRun(const std::vector<int> &above, std::vector<int> &line, size_t at,
                     size_t width) {
        const int value = line[at - 1];
        while (reader_.bit() == 1) {
            const size_t step = size_t(1) << runBits[size_t(run_)];
            const size_t count = std::min(step, width + 1 - at);
            std::fill_n(line.begin() + std::ptrdiff_t(at), count, value);
            at += count;
            if (count == step && run_ < 31) ++run_;
            if (at > width) return at;
        }
        const int bits = runBits[size_t(run_)];
        const size_t count = size_t(reader_.bits(bits));
        require(count <= width - at, VIGIL_DECODE_CORRUPT);
        std::fill_n(line.begin() + std::ptrdiff_t(at), count, value);
        at += count;
        line[at] = interruption(line[at - 1], above[at], bits);
        if (run_ > 0) --run_;
        return at + 1;
    }

    int interruption(int left, int up, int bitsOfRun) {
        const bool isFlat = std::abs(left - up) <= coding_.near;
        const size_t kind = isFlat ? 1 : 0;
        Context &context = runs_[kind];
        const int sum = context.sum + (isFlat ? context.count >> 1 : 0);
        const int bits = golombBits(context.count, sum);
        const int coded = golomb(bits, coding_.limit - bitsOfRun - 1);
        const int mapped = coded + int(kind);
        const bool isOdd = mapped % 2 == 1;
        int error = (mapped + 1) / 2;
        int &negatives = context.bias;
        if ((bits != 0 || 2 * negatives >= context.count) == isOdd) error = -error;
        if (error < 0) ++negatives;
        context.sum += (coded + 1 - int(kind)) >> 1;
        if (context.count == coding_.reset) {
            context.sum >>= 1;
            context.count >>= 1;
            negatives >>= 1;
        }
        ++context.count;
        const int sign = !isFlat && left > up ? -1 : 1;
        return sample(isFlat ? left : up, sign * error);
    }

    BitReader reader_;
    const Coding &coding_;
    std::array<Context, 365> contexts_;
    std::array<Context, 2> runs_;  // their bias counts negative errors
    int run_ = 0;
};

}  // namespace

std::vector<uint8_t> decodeShallowJpegLS(const JpegLSHeader &header, const Geometry &geometry) {
    require(geometry.samples == 1 && header.frame.precision >= 2 && header.frame.precision <= 7,
            VIGIL_DECODE_PIXEL_FORMAT);
    require(header.greatest < 1 << header.frame.precision, VIGIL_DECODE_CORRUPT);
    const Coding coding(header);
    require(coding.near <= coding.greatest / 2, VIGIL_DECODE_CORRUPT);
    std::vector<uint8_t> out(geometry.pixels());
    Scan(header.scan, coding).decode(geometry, out.data());
    return out;
}

}  // namespace vigil
