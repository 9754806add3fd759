import Foundation
import Glibc

/// A network of its own for a test, with a loopback interface and nothing else, since DCMTK's
/// receivers listen on every address there is.
package enum NetworkNamespace {
    private static let flag: Int32 = 0x4000_0000

    struct Refused: Error {}

    private final class Outcome<Value>: @unchecked Sendable {
        var result: Result<Value, any Error> = .failure(Refused())
    }

    /// Runs what is given on a thread that has such a network, which its children share. Namespaces
    /// belong to threads, so that other tests keep theirs.
    package static func run<Value>(_ body: @escaping @Sendable () throws -> Value) throws -> Value {
        let outcome = Outcome<Value>()
        let done = DispatchSemaphore(value: 0)
        let thread = Thread {
            outcome.result = Result {
                guard isApart(), raiseLoopback() else { throw Refused() }
                return try body()
            }
            done.signal()
        }
        thread.start()
        done.wait()
        return try outcome.result.get()
    }

    /// Whether this process may make such networks.
    package static let isAllowed = (try? run {}) != nil

    /// unshare(2), which Swift's module of glibc does not show.
    private static func isApart() -> Bool {
        guard let call = dlsym(nil, "unshare") else { return false }
        return unsafeBitCast(call, to: (@convention(c) (Int32) -> Int32).self)(flag) == 0
    }

    private static func raiseLoopback() -> Bool {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        guard socket >= 0 else { return false }
        defer { close(socket) }
        // struct ifreq: a name of 16 bytes, then the flags IFF_UP and IFF_RUNNING.
        var request = Array("lo".utf8) + [UInt8](repeating: 0, count: 38)
        request[16] = 0x41
        let setFlags: UInt = 0x8914
        return ioctl(socket, setFlags, &request) == 0
    }
}
