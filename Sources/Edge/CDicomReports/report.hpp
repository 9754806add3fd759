#pragma once

#include "CDicomReports.h"

#include <string>
#include <vector>

namespace vigil::reports {

struct Code {
    std::string value, scheme, meaning;
};

struct Item {
    int depth = 0;
    int relationship = VIGIL_ROOT;
    int type = VIGIL_CONTAINER;
    Code concept;
    Code code;
    std::string templateID;
    std::string text;
    double exact = 0;
    std::string sopClass, instance;
    int32_t frame = 0;
    std::vector<float> points;
};

struct Evidence {
    std::string series, sopClass, instance;
};

// The file's bytes; none where DCMTK refuses the document.
std::vector<uint8_t> write(const vigil_report &report);

}  // namespace vigil::reports

struct vigil_report {
    std::string fields[VIGIL_REPORT_FIELDS];
    std::vector<vigil::reports::Evidence> evidence;
    std::string predecessor;
    std::vector<vigil::reports::Item> items;
};
