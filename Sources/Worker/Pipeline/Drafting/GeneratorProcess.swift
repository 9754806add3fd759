internal import Glibc
package import Reporting

/// One run of a site's own generator and the socket to it. One thread.
///
/// After any error it is in an unknown state and must be ended.
package final class GeneratorProcess {
    /// How much is read at once.
    private static let chunk = 64 << 10

    /// For poll(2): it has written, or ended.
    package let socket: Int32
    private let identifier: Int32
    /// What it has written and nobody has taken.
    private var heard: [UInt8] = []
    /// How much of that holds no end of a line.
    private var scanned = 0
    /// What it has not taken of its request.
    private var unsent: ArraySlice<UInt8> = []

    /// Starts it.
    package init(_ program: GeneratorProgram) throws(GeneratorFault) {
        var ends: [Int32] = [-1, -1]
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, type, 0, &ends) == 0 else { throw .unavailable }
        defer { close(ends[1]) }
        guard let process = program.start(on: ends[1]) else {
            close(ends[0])
            throw .unavailable
        }
        identifier = process
        socket = ends[0]
    }

    deinit { close(socket) }

    /// Whether it has not taken all of its request.
    package var hasUnsent: Bool { !unsent.isEmpty }
    /// Whether it has written more than was taken.
    package var hasMore: Bool { !heard.isEmpty }

    /// Gives it a line. Never blocks: what does not fit now goes with the next ``flush()``.
    package func ask(_ line: [UInt8]) throws(GeneratorFault) {
        unsent += line
        try flush()
    }

    /// Gives it more of its request, if it takes more.
    package func flush() throws(GeneratorFault) {
        while !unsent.isEmpty {
            let count = unsent.withUnsafeBytes { bytes in
                send(socket, bytes.baseAddress, bytes.count, Int32(MSG_DONTWAIT | MSG_NOSIGNAL))
            }
            if count < 0, errno == EAGAIN { return }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .died }
            unsent = unsent.dropFirst(count)
        }
    }

    /// The next line that it has written, without its end; nil: there is no whole one yet. Never
    /// blocks, and holds no more than an answer may have.
    package func line() throws(GeneratorFault) -> [UInt8]? {
        while true {
            if let end = heard[scanned...].firstIndex(of: UInt8(ascii: "\n")) {
                let line = Array(heard[..<end])
                heard.removeSubrange(...end)
                scanned = 0
                return line
            }
            scanned = heard.count
            guard scanned <= GeneratorAnswer.bytesMax else { throw .tooLong }
            guard try hear() else { return nil }
        }
    }

    /// Takes what it has written; false: nothing more now.
    private func hear() throws(GeneratorFault) -> Bool {
        var bytes = [UInt8](repeating: 0, count: Self.chunk)
        while true {
            let count = recv(socket, &bytes, bytes.count, Int32(MSG_DONTWAIT))
            if count < 0, errno == EAGAIN { return false }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .died }
            heard += bytes[..<count]
            return true
        }
    }

    /// Kills it and all that it has started.
    ///
    /// - Returns: the process, which the caller has to wait for: one that is stuck in the kernel
    ///   ends late.
    package func end() -> Int32 {
        kill(-identifier, SIGKILL)
        kill(identifier, SIGKILL)
        return identifier
    }
}
