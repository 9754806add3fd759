// C-STORE and C-ECHO at another application entity, an association for each call.

#include "CDicomNetwork.h"
#include "prepare.hpp"

#include <dcmtk/config/osconfig.h>

#include <dcmtk/dcmdata/dcistrmb.h>
#include <dcmtk/dcmdata/dctk.h>
#include <dcmtk/dcmnet/scu.h>
#include <dcmtk/dcmtls/tlslayer.h>

#include <memory>
#include <new>
#include <string>

struct vigil_peer {
    std::string host, calling, called;
    uint16_t port = 0;
    uint32_t seconds = 0;
    bool isSecure = false;
    std::string authority, certificate, key;
};

namespace vigil::network {
namespace {

struct Outcome {
    vigil_peer_outcome value;
};

void require(const OFCondition &condition, vigil_peer_outcome otherwise) {
    if (condition.bad()) throw Outcome{otherwise};
}

// An association, and TLS below it where that is wanted.
class User : public DcmSCU {
public:
    explicit User(const vigil_peer &peer) {
        setPeerHostName(peer.host.c_str());
        setPeerPort(peer.port);
        setAETitle(peer.calling.c_str());
        setPeerAETitle(peer.called.c_str());
        setConnectionTimeout(Sint32(peer.seconds));
        setACSETimeout(peer.seconds);
        setDIMSETimeout(peer.seconds);
        setDIMSEBlockingMode(DIMSE_NONBLOCKING);
        setDatasetConversionMode(OFTrue);
    }

    ~User() override {
        if (isConnected()) releaseAssociation();
    }

    void open(const vigil_peer &peer) {
        require(initNetwork(), VIGIL_PEER_UNREACHABLE);
        if (peer.isSecure) secure(peer);
        const OFCondition found = negotiateAssociation();
        if (found == DUL_ASSOCIATIONREJECTED) throw Outcome{VIGIL_PEER_REJECTED};
        if (found == NET_EC_NoAcceptablePresentationContexts) {
            throw Outcome{VIGIL_PEER_NOT_ACCEPTED};
        }
        require(found, VIGIL_PEER_UNREACHABLE);
    }

private:
    void secure(const vigil_peer &peer) {
        const auto pem = DCF_Filetype_PEM;
        layer_ = std::make_unique<DcmTLSTransportLayer>(NET_REQUESTOR, nullptr, OFFalse);
        layer_->setCertificateVerification(DCV_requireCertificate);
        require(layer_->addTrustedCertificateFile(peer.authority.c_str(), pem),
                VIGIL_PEER_SECURITY);
        if (!peer.key.empty()) {
            require(layer_->setPrivateKeyFile(peer.key.c_str(), pem), VIGIL_PEER_SECURITY);
            require(layer_->setCertificateFile(peer.certificate.c_str(), pem),
                    VIGIL_PEER_SECURITY);
            if (!layer_->checkPrivateKeyMatchesCertificate()) throw Outcome{VIGIL_PEER_SECURITY};
        }
        require(layer_->setTLSProfile(TSP_Profile_BCP195), VIGIL_PEER_SECURITY);
        require(layer_->activateCipherSuites(), VIGIL_PEER_SECURITY);
        require(useSecureConnection(layer_.get()), VIGIL_PEER_SECURITY);
    }

    std::unique_ptr<DcmTLSTransportLayer> layer_;
};

OFList<OFString> syntaxes(E_TransferSyntax own) {
    OFList<OFString> names;
    names.push_back(DcmXfer(own).getXferID());
    if (own == EXS_LittleEndianExplicit) names.push_back(UID_LittleEndianImplicitTransferSyntax);
    return names;
}

void store(const vigil_peer &peer, const uint8_t *bytes, size_t count, uint16_t &status) {
    DcmInputBufferStream stream;
    stream.setBuffer(bytes, offile_off_t(count));
    stream.setEos();
    DcmFileFormat file;
    file.transferInit();
    require(file.read(stream), VIGIL_PEER_BAD_FILE);
    file.transferEnd();
    OFString sopClass;
    require(file.getDataset()->findAndGetOFString(DCM_SOPClassUID, sopClass), VIGIL_PEER_BAD_FILE);
    const E_TransferSyntax syntax = file.getDataset()->getOriginalXfer();
    User user(peer);
    require(user.addPresentationContext(sopClass, syntaxes(syntax)), VIGIL_PEER_BAD_FILE);
    user.open(peer);
    Uint16 answer = 0;
    const OFCondition sent = user.sendSTORERequest(0, "", file.getDataset(), answer);
    if (sent == DIMSE_NOVALIDPRESENTATIONCONTEXTID) throw Outcome{VIGIL_PEER_NOT_ACCEPTED};
    require(sent, VIGIL_PEER_BROKEN);
    status = answer;
}

template <typename Work>
int guarded(Work work) {
    try {
        prepare();
        work();
        return VIGIL_PEER_ANSWERED;
    } catch (const Outcome &outcome) {
        return outcome.value;
    } catch (const std::bad_alloc &) {
        return VIGIL_PEER_OUT_OF_MEMORY;
    } catch (...) {
        return VIGIL_PEER_BROKEN;
    }
}

}  // namespace
}  // namespace vigil::network

extern "C" vigil_peer *vigil_peer_new(const char *host, uint16_t port, const char *calling,
                                      const char *called, uint32_t seconds) {
    try {
        auto peer = std::make_unique<vigil_peer>();
        peer->host = host;
        peer->port = port;
        peer->calling = calling;
        peer->called = called;
        peer->seconds = seconds;
        return peer.release();
    } catch (...) {
        return nullptr;
    }
}

extern "C" void vigil_peer_free(vigil_peer *peer) { delete peer; }

extern "C" int vigil_peer_secure(vigil_peer *peer, const char *authority,
                                 const char *certificate, const char *key) {
    return vigil::network::guarded([&] {
        peer->authority = authority;
        peer->certificate = certificate;
        peer->key = key;
        peer->isSecure = true;
    });
}

extern "C" int vigil_peer_store(const vigil_peer *peer, const uint8_t *file, size_t count,
                                uint16_t *status) {
    *status = 0;
    return vigil::network::guarded([&] { vigil::network::store(*peer, file, count, *status); });
}
