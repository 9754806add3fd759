#include "framing.hpp"

#include <algorithm>

namespace vigil::network {
namespace {

// A request proposes 128 presentation contexts at most, each with some forty syntaxes.
const uint32_t requestMax = 1 << 20;
// Release and abort have four bytes.
const uint32_t shortMax = 64;
// A C-STORE-RQ has some 300 bytes. A longer command would be parsed as deep as it is long.
const uint32_t commandMax = 4096;

enum UnitType : uint8_t { request = 1, data = 4, releaseRequest = 5, releaseReply = 6, abort = 7 };

uint32_t number(const uint8_t *bytes) {
    return uint32_t(bytes[0]) << 24 | uint32_t(bytes[1]) << 16 | uint32_t(bytes[2]) << 8 | bytes[3];
}

}  // namespace

bool Framing::beginUnit() {
    const uint32_t length = number(head_ + 2);
    const bool wasFirst = isFirst_;
    isFirst_ = false;
    isData_ = head_[0] == data;
    unitLeft_ = length;
    headCount_ = 0;
    switch (head_[0]) {
    case request: return wasFirst && length <= requestMax;
    case data: return !wasFirst && length >= 6 && length <= dataMax_;
    case releaseRequest:
    case releaseReply: return !wasFirst && length <= shortMax;
    case abort: return length <= shortMax;
    default: return false;
    }
}

bool Framing::beginValue() {
    const uint32_t length = number(valueHead_);
    valueHeadCount_ = 0;
    if (length < 2 || length - 2 > unitLeft_) return false;
    valueLeft_ = length - 2;
    const uint8_t control = valueHead_[5];
    if ((control & 1) == 0) return true;
    commandBytes_ += valueLeft_;
    if (commandBytes_ > commandMax) return false;
    if ((control & 2) != 0) commandBytes_ = 0;
    return true;
}

bool Framing::take(const uint8_t *bytes, size_t count) {
    size_t at = 0;
    while (at < count) {
        if (unitLeft_ == 0) {
            head_[headCount_++] = bytes[at++];
            if (headCount_ == sizeof(head_) && !beginUnit()) return false;
        } else if (!isData_ || valueLeft_ > 0) {
            const uint32_t open = isData_ ? std::min(valueLeft_, unitLeft_) : unitLeft_;
            const uint32_t taken = uint32_t(std::min<size_t>(open, count - at));
            at += taken;
            unitLeft_ -= taken;
            if (isData_) valueLeft_ -= taken;
        } else {
            valueHead_[valueHeadCount_++] = bytes[at++];
            unitLeft_ -= 1;
            if (valueHeadCount_ == sizeof(valueHead_) && !beginValue()) return false;
        }
        // A unit that ends within the head of a value has no such value.
        if (unitLeft_ == 0 && valueHeadCount_ > 0) return false;
    }
    return true;
}

}  // namespace vigil::network
