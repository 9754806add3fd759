#include "prepare.hpp"

#include <dcmtk/config/osconfig.h>

#include <dcmtk/dcmnet/dul.h>
#include <dcmtk/dcmtls/tlslayer.h>
#include <dcmtk/oflog/oflog.h>

#include <cstdlib>

void vigil::network::prepare() {
    static const bool done = [] {
        // What DCMTK writes to standard error may hold values. Without the variable it waits for
        // acknowledgements of the network: 11 objects a second instead of hundreds.
        OFLog::configure(OFLogger::OFF_LOG_LEVEL);
        setenv("TCP_NODELAY", "1", 0);
        // A name server that is slow would hold up everybody who calls.
        dcmDisableGethostbyaddr.set(OFTrue);
        DcmTLSTransportLayer::initializeOpenSSL();
        return true;
    }();
    (void)done;
}
