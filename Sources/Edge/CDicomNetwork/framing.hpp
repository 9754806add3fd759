#pragma once

// What comes over an association, as far as its framing goes (PS3.8 9.3): whether lengths and types
// are such that DCMTK may be given them.

#include <cstddef>
#include <cstdint>

namespace vigil::network {

// Follows the bytes of one association from its start. Holds 16 bytes of them, whatever comes.
class Framing {
public:
    explicit Framing(uint32_t dataMax) : dataMax_(dataMax) {}

    // Takes the next bytes; false: they must not be read any further.
    bool take(const uint8_t *bytes, size_t count);

    // Whether the last byte ended a protocol data unit.
    bool isBetween() const { return headCount_ == 0 && unitLeft_ == 0; }

private:
    bool beginUnit();
    bool beginValue();

    const uint32_t dataMax_;
    bool isFirst_ = true;
    bool isData_ = false;
    uint8_t head_[6] = {};
    size_t headCount_ = 0;
    uint32_t unitLeft_ = 0;
    uint8_t valueHead_[6] = {};
    size_t valueHeadCount_ = 0;
    uint32_t valueLeft_ = 0;
    // Bytes of a command that has not ended.
    uint32_t commandBytes_ = 0;
};

}  // namespace vigil::network
