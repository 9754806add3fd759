#pragma once

// Connections that are cut when they take too long or send what must not be read.

#include "framing.hpp"

#include <dcmtk/config/osconfig.h>

#include <dcmtk/dcmnet/dcmlayer.h>
#include <dcmtk/dcmnet/dcmtrans.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <set>

namespace vigil::network {

using Clock = std::chrono::steady_clock;

// What is known of one connection; outlives it.
struct Watch {
    int socket = -1;  // under the mutex of its Watches; -1: closed
    // When it is cut, in ticks of the clock: because nothing comes, and because an object takes too
    // long.
    std::atomic<Clock::rep> silenceEnd{0}, objectEnd{0};
    // Whether an object is under way, which may be ended when the receiver stops.
    std::atomic<bool> isBusy{false};
    std::atomic<bool> isMalformed{false}, isExpired{false}, isShaken{false};
    // Whether anything has come.
    std::atomic<bool> hasSpoken{false};
};

// All open connections of a receiver. Any thread.
class Watches {
public:
    explicit Watches(std::chrono::seconds silence) : silence_(silence) {}

    std::shared_ptr<Watch> begin(int socket);
    void end(Watch &watch);
    // Something has gone over the connection.
    void renew(Watch &watch) const;
    // Cuts those whose time is over.
    void sweep();
    // Cuts those that wait, and gives the others so long.
    void stop(std::chrono::seconds grace);

private:
    const std::chrono::seconds silence_;
    std::mutex mutex_;
    std::set<std::shared_ptr<Watch>> open_;
};

// Makes a watched connection of another one; `watch` is its own.
class WatchedConnection : public DcmTransportConnection {
public:
    WatchedConnection(std::unique_ptr<DcmTransportConnection> inner, int socket, Watches &watches,
                      std::shared_ptr<Watch> watch, uint32_t dataMax);
    ~WatchedConnection() override;

    OFCondition serverSideHandshake() override;
    OFCondition clientSideHandshake() override { return inner_->clientSideHandshake(); }
    OFCondition renegotiate(const char *suite) override { return inner_->renegotiate(suite); }
    ssize_t read(void *buffer, size_t count) override;
    ssize_t write(void *buffer, size_t count) override;
    void close() override;
    void closeTransportConnection() override;
    unsigned long getPeerCertificateLength() override;
    unsigned long getPeerCertificate(void *buffer, unsigned long count) override;
    OFBool networkDataAvailable(int seconds) override {
        return inner_->networkDataAvailable(seconds);
    }
    OFBool isTransparentConnection() override { return inner_->isTransparentConnection(); }
    OFString &dumpConnectionParameters(OFString &text) override {
        return inner_->dumpConnectionParameters(text);
    }

private:
    void forget();

    std::unique_ptr<DcmTransportConnection> inner_;
    Watches &watches_;
    std::shared_ptr<Watch> watch_;
    Framing framing_;
};

}  // namespace vigil::network
