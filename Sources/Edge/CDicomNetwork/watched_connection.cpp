#include "watched_connection.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace vigil::network {
namespace {

Clock::rep ticks(Clock::time_point time) { return time.time_since_epoch().count(); }

}  // namespace

std::shared_ptr<Watch> Watches::begin(int socket) {
    auto watch = std::make_shared<Watch>();
    watch->socket = socket;
    renew(*watch);
    const std::lock_guard<std::mutex> lock(mutex_);
    open_.insert(watch);
    return watch;
}

void Watches::end(Watch &watch) {
    const std::lock_guard<std::mutex> lock(mutex_);
    watch.socket = -1;
    const auto found = std::find_if(open_.begin(), open_.end(),
                                    [&](const auto &one) { return one.get() == &watch; });
    if (found != open_.end()) open_.erase(found);
}

void Watches::renew(Watch &watch) const { watch.silenceEnd = ticks(Clock::now() + silence_); }

void Watches::sweep() {
    const Clock::rep now = ticks(Clock::now());
    const std::lock_guard<std::mutex> lock(mutex_);
    for (const auto &watch : open_) {
        const Clock::rep object = watch->objectEnd;
        if (now < watch->silenceEnd && (object == 0 || now < object)) continue;
        watch->isExpired = true;
        // Whoever reads there finds the end, and closes it.
        ::shutdown(watch->socket, SHUT_RDWR);
    }
}

void Watches::stop(std::chrono::seconds grace) {
    const Clock::rep end = ticks(Clock::now() + grace);
    const std::lock_guard<std::mutex> lock(mutex_);
    for (const auto &watch : open_) {
        if (!watch->isBusy) ::shutdown(watch->socket, SHUT_RDWR);
        watch->objectEnd = end;
    }
}

WatchedConnection::WatchedConnection(std::unique_ptr<DcmTransportConnection> inner, int socket,
                                     Watches &watches, std::shared_ptr<Watch> watch,
                                     uint32_t dataMax)
    : DcmTransportConnection(socket), inner_(std::move(inner)), watches_(watches),
      watch_(std::move(watch)), framing_(dataMax) {}

WatchedConnection::~WatchedConnection() { forget(); }

void WatchedConnection::forget() { watches_.end(*watch_); }

OFCondition WatchedConnection::serverSideHandshake() {
    const OFCondition made = inner_->serverSideHandshake();
    if (made.good()) {
        watch_->isShaken = true;
        watches_.renew(*watch_);
    }
    return made;
}

ssize_t WatchedConnection::read(void *buffer, size_t count) {
    const ssize_t got = inner_->read(buffer, count);
    if (got <= 0) return got;
    watch_->hasSpoken = true;
    if (!framing_.take(static_cast<const uint8_t *>(buffer), size_t(got))) {
        watch_->isMalformed = true;
        errno = EBADMSG;
        return -1;
    }
    // A unit has so long from the end of the one before, however its bytes come.
    if (framing_.isBetween()) watches_.renew(*watch_);
    return got;
}

ssize_t WatchedConnection::write(void *buffer, size_t count) {
    watches_.renew(*watch_);
    return inner_->write(buffer, count);
}

void WatchedConnection::close() {
    // Before the number may be another connection's.
    forget();
    inner_->close();
    setSocket(-1);
}

void WatchedConnection::closeTransportConnection() {
    forget();
    inner_->closeTransportConnection();
    setSocket(-1);
}

unsigned long WatchedConnection::getPeerCertificateLength() {
    return inner_->getPeerCertificateLength();
}

unsigned long WatchedConnection::getPeerCertificate(void *buffer, unsigned long count) {
    return inner_->getPeerCertificate(buffer, count);
}

}  // namespace vigil::network
