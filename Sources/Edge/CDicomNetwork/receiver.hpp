#pragma once

// What the receiver's parts share.

#include "CDicomNetwork.h"
#include "watched_connection.hpp"

#include <dcmtk/config/osconfig.h>

#include <dcmtk/dcmnet/assoc.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

struct vigil_receiver {
    explicit vigil_receiver(uint32_t seconds)
        : silence(seconds), watches(std::chrono::seconds(seconds)) {}
    ~vigil_receiver();

    std::string title;
    // Titles that may call; empty: any.
    std::vector<std::string> callers;
    const uint32_t silence;
    uint32_t objectSeconds = 0;
    bool isSecure = false;
    std::atomic<bool> isStopping{false};
    T_ASC_Network *network = nullptr;
    int socket = -1;
    std::unique_ptr<DcmTransportLayer> layer;
    vigil::network::Watches watches;
};

namespace vigil::network {

// The longest protocol data unit that is taken, which is the longest that DCMTK knows.
const uint32_t unitMax = ASC_MAXIMUMPDUSIZE;

// The watch of the connection that the calling thread has accepted last.
std::shared_ptr<Watch> &acceptedWatch();

// Serves one association from its request to its end, and gives a vigil_association_outcome.
int serve(vigil_receiver &receiver, const vigil_store_calls &calls);

}  // namespace vigil::network
