// Listening for other application entities.

#include "receiver.hpp"

#include "prepare.hpp"

#include <dcmtk/dcmtls/tlslayer.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <new>

namespace vigil::network {

std::shared_ptr<Watch> &acceptedWatch() {
    thread_local std::shared_ptr<Watch> watch;
    return watch;
}

namespace {

struct Refusal {
    vigil_listen_outcome value;
};

void require(bool holds, vigil_listen_outcome otherwise) {
    if (!holds) throw Refusal{otherwise};
}

DcmTransportConnection *watched(DcmTransportConnection *made, int socket, Watches &watches) {
    if (made == nullptr) return nullptr;
    std::unique_ptr<DcmTransportConnection> inner(made);
    auto watch = watches.begin(socket);
    acceptedWatch() = watch;
    return new WatchedConnection(std::move(inner), socket, watches, std::move(watch), unitMax);
}

class PlainLayer : public DcmTransportLayer {
public:
    explicit PlainLayer(Watches &watches) : watches_(watches) {}
    DcmTransportConnection *createConnection(DcmNativeSocketType socket, OFBool secure) override {
        return watched(DcmTransportLayer::createConnection(socket, secure), socket, watches_);
    }

private:
    Watches &watches_;
};

class SecureLayer : public DcmTLSTransportLayer {
public:
    explicit SecureLayer(Watches &watches)
        : DcmTLSTransportLayer(NET_ACCEPTOR, nullptr, OFFalse), watches_(watches) {}
    DcmTransportConnection *createConnection(DcmNativeSocketType socket, OFBool secure) override {
        return watched(DcmTLSTransportLayer::createConnection(socket, secure), socket, watches_);
    }

private:
    Watches &watches_;
};

std::unique_ptr<DcmTransportLayer> layer(Watches &watches, const vigil_listening &wanted) {
    if (wanted.authority == nullptr) return std::make_unique<PlainLayer>(watches);
    auto secure = std::make_unique<SecureLayer>(watches);
    const auto pem = DCF_Filetype_PEM;
    const auto otherwise = VIGIL_LISTEN_SECURITY;
    secure->setCertificateVerification(DCV_requireCertificate);
    require(secure->addTrustedCertificateFile(wanted.authority, pem).good(), otherwise);
    require(secure->setPrivateKeyFile(wanted.key, pem).good(), otherwise);
    require(secure->setCertificateFile(wanted.certificate, pem).good(), otherwise);
    require(secure->checkPrivateKeyMatchesCertificate(), otherwise);
    require(secure->setTLSProfile(TSP_Profile_BCP195).good(), otherwise);
    require(secure->activateCipherSuites().good(), otherwise);
    return secure;
}

// A socket on the wanted address alone, in the place of DCMTK's, which is on all there are.
void listenThere(int place, const vigil_listening &wanted) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(wanted.port);
    require(inet_pton(AF_INET, wanted.address, &address.sin_addr) == 1, VIGIL_LISTEN_ADDRESS);
    const int made = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    require(made >= 0, VIGIL_LISTEN_SYSTEM);
    const int yes = 1;
    const bool isThere = setsockopt(made, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) == 0
        && bind(made, reinterpret_cast<sockaddr *>(&address), sizeof(address)) == 0
        && listen(made, 128) == 0 && dup3(made, place, O_CLOEXEC) == place;
    close(made);
    require(isThere, VIGIL_LISTEN_ADDRESS);
}

std::unique_ptr<vigil_receiver> opened(const vigil_listening &wanted) {
    prepare();
    auto receiver = std::make_unique<vigil_receiver>(wanted.silence_seconds);
    receiver->title = wanted.title;
    receiver->objectSeconds = wanted.object_seconds;
    for (size_t index = 0; index < wanted.caller_count; ++index) {
        receiver->callers.emplace_back(wanted.callers[index]);
    }
    receiver->isSecure = wanted.authority != nullptr;
    receiver->layer = layer(receiver->watches, wanted);
    // Port 0: DCMTK's own socket is given up below.
    const auto made = ASC_initializeNetwork(NET_ACCEPTOR, 0, int(wanted.silence_seconds),
                                            &receiver->network);
    require(made.good(), VIGIL_LISTEN_SYSTEM);
    receiver->socket = DUL_networkSocket(receiver->network->network);
    listenThere(receiver->socket, wanted);
    require(ASC_setTransportLayer(receiver->network, receiver->layer.get(), 0).good(),
            VIGIL_LISTEN_SYSTEM);
    return receiver;
}

}  // namespace
}  // namespace vigil::network

vigil_receiver::~vigil_receiver() {
    if (network != nullptr) ASC_dropNetwork(&network);
}

extern "C" int vigil_receiver_open(const vigil_listening *wanted, vigil_receiver **receiver) {
    *receiver = nullptr;
    try {
        *receiver = vigil::network::opened(*wanted).release();
        return VIGIL_LISTEN_OPEN;
    } catch (const vigil::network::Refusal &refusal) {
        return refusal.value;
    } catch (...) {
        return VIGIL_LISTEN_SYSTEM;
    }
}

extern "C" void vigil_receiver_free(vigil_receiver *receiver) { delete receiver; }

extern "C" uint16_t vigil_receiver_port(const vigil_receiver *receiver) {
    sockaddr_in address = {};
    socklen_t length = sizeof(address);
    if (getsockname(receiver->socket, reinterpret_cast<sockaddr *>(&address), &length) != 0) {
        return 0;
    }
    return ntohs(address.sin_port);
}

extern "C" int vigil_receiver_serve(vigil_receiver *receiver, const vigil_store_calls *calls) {
    pollfd waiting = {receiver->socket, POLLIN, 0};
    if (receiver->isStopping || poll(&waiting, 1, 1000) <= 0 || receiver->isStopping) {
        return VIGIL_ASSOCIATION_NONE;
    }
    try {
        return vigil::network::serve(*receiver, *calls);
    } catch (...) {
        return VIGIL_ASSOCIATION_BROKEN;
    }
}

extern "C" void vigil_receiver_sweep(vigil_receiver *receiver) { receiver->watches.sweep(); }

extern "C" void vigil_receiver_stop(vigil_receiver *receiver) {
    receiver->isStopping = true;
    // Wakes whoever waits for somebody to call.
    ::shutdown(receiver->socket, SHUT_RDWR);
    receiver->watches.stop(std::chrono::seconds(5));
}
