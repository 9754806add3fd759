// The C entry points: they gather what a document says, and let no exception through.

#include "report.hpp"

#include <dcmtk/config/osconfig.h>

#include <dcmtk/dcmdata/dcdict.h>
#include <dcmtk/oflog/oflog.h>

#include <cstdlib>
#include <cstring>
#include <new>

using vigil::reports::Code;
using vigil::reports::Item;

namespace {

template <typename Work>
int guarded(Work work) {
    try {
        return work();
    } catch (const std::bad_alloc &) {
        return VIGIL_REPORT_OUT_OF_MEMORY;
    } catch (...) {
        return VIGIL_REPORT_REFUSED;
    }
}

// Does something with the item that was added last.
template <typename Work>
int withLast(vigil_report *report, Work work) {
    if (report->items.empty()) return VIGIL_REPORT_REFUSED;
    return guarded([&] {
        work(report->items.back());
        return VIGIL_REPORT_OK;
    });
}

// What DCMTK writes to standard error may hold values.
bool prepare() {
    static const bool isReady =
        (OFLog::configure(OFLogger::OFF_LOG_LEVEL), dcmDataDict.isDictionaryLoaded() == OFTrue);
    return isReady;
}

}  // namespace

extern "C" vigil_report *vigil_report_new(void) { return new (std::nothrow) vigil_report; }

extern "C" void vigil_report_free(vigil_report *report) { delete report; }

extern "C" int vigil_report_set(vigil_report *report, int field, const char *value) {
    if (field < 0 || field >= VIGIL_REPORT_FIELDS) return VIGIL_REPORT_REFUSED;
    return guarded([&] {
        report->fields[field] = value;
        return VIGIL_REPORT_OK;
    });
}

extern "C" int vigil_report_add_evidence(vigil_report *report, const char *series,
                                         const char *sop_class, const char *instance) {
    return guarded([&] {
        report->evidence.push_back({series, sop_class, instance});
        return VIGIL_REPORT_OK;
    });
}

extern "C" int vigil_report_set_predecessor(vigil_report *report, const char *instance) {
    return guarded([&] {
        report->predecessor = instance;
        return VIGIL_REPORT_OK;
    });
}

extern "C" int vigil_report_add(vigil_report *report, int depth, int relationship, int type,
                                const char *concept_value, const char *concept_scheme,
                                const char *concept_meaning) {
    return guarded([&] {
        Item item;
        item.depth = depth;
        item.relationship = relationship;
        item.type = type;
        item.concept = Code{concept_value, concept_scheme, concept_meaning};
        report->items.push_back(std::move(item));
        return VIGIL_REPORT_OK;
    });
}

extern "C" int vigil_report_set_template(vigil_report *report, const char *identifier) {
    return withLast(report, [&](Item &item) { item.templateID = identifier; });
}

extern "C" int vigil_report_set_text(vigil_report *report, const char *text) {
    return withLast(report, [&](Item &item) { item.text = text; });
}

extern "C" int vigil_report_set_code(vigil_report *report, const char *value, const char *scheme,
                                     const char *meaning) {
    return withLast(report, [&](Item &item) { item.code = Code{value, scheme, meaning}; });
}

extern "C" int vigil_report_set_number(vigil_report *report, const char *decimal, double exact) {
    return withLast(report, [&](Item &item) {
        item.text = decimal;
        item.exact = exact;
    });
}

extern "C" int vigil_report_set_image(vigil_report *report, const char *sop_class,
                                      const char *instance, int32_t frame) {
    return withLast(report, [&](Item &item) {
        item.sopClass = sop_class;
        item.instance = instance;
        item.frame = frame;
    });
}

extern "C" int vigil_report_set_points(vigil_report *report, const float *points, size_t count) {
    return withLast(report, [&](Item &item) { item.points.assign(points, points + count); });
}

extern "C" int vigil_report_write(vigil_report *report, uint8_t **out, size_t *count) {
    *out = nullptr;
    *count = 0;
    return guarded([&]() -> int {
        if (!prepare()) return VIGIL_REPORT_NO_DICTIONARY;
        const std::vector<uint8_t> bytes = vigil::reports::write(*report);
        if (bytes.empty()) return VIGIL_REPORT_REFUSED;
        *out = static_cast<uint8_t *>(std::malloc(bytes.size()));
        if (*out == nullptr) return VIGIL_REPORT_OUT_OF_MEMORY;
        std::memcpy(*out, bytes.data(), bytes.size());
        *count = bytes.size();
        return VIGIL_REPORT_OK;
    });
}
