import Files
import Foundation
import Glibc
import Imaging
import Synchronization
import VigilCore

/// The system's calls, of which those at one place below one path hang or fail when they are told
/// to, as a storage does that has gone away.
final class HangingCalls: FileCalls {
    /// Where a storage is waited for.
    enum Place: CaseIterable {
        case open, readlink, stat, content, read
    }

    private struct State {
        var isHanging = false
        var failure: Int32?
        var before: (@Sendable () -> Void)?
        var made = 0
        var hanging = 0
    }

    private let place: Place
    private let prefix: [UInt8]
    private let state = Mutex(State())
    private let condition = NSCondition()
    private let calls = SystemFileCalls()

    init(_ place: Place, below path: String) {
        self.place = place
        prefix = Array(path.utf8)
    }

    /// Calls that came to the place.
    var made: Int { state.withLock { $0.made } }
    /// Calls that hang now.
    var hanging: Int { state.withLock { $0.hanging } }

    func hang() { state.withLock { $0.isHanging = true } }

    func fail(_ number: Int32) { state.withLock { $0.failure = number } }

    /// Has something done once before the next call at the place.
    func before(_ body: @escaping @Sendable () -> Void) { state.withLock { $0.before = body } }

    func goOn() {
        condition.lock()
        state.withLock { ($0.isHanging, $0.failure) = (false, nil) }
        condition.broadcast()
        condition.unlock()
    }

    private func pass(_ place: Place?, _ path: [UInt8]) throws(FileFailure) {
        let isBelow =
            path == prefix || path.starts(with: prefix + [0x2f])
            || (prefix.last == 0x2f && path.starts(with: prefix))
        guard place == self.place || place == nil, isBelow else { return }
        let (failure, before) = state.withLock { state in
            defer { state.before = nil }
            state.made += 1
            return (state.failure, state.before)
        }
        before?()
        if let failure { throw FileFailure(errno: failure) }
        condition.lock()
        state.withLock { $0.hanging += 1 }
        while state.withLock({ $0.isHanging }) { condition.wait() }
        state.withLock { $0.hanging -= 1 }
        condition.unlock()
    }

    private func pass(_ place: Place?, _ file: Int32) throws(FileFailure) {
        try pass(place, try calls.path(of: file))
    }

    func open(
        _ path: [UInt8], below folder: Int32?, as purpose: FilePurpose
    ) throws(FileFailure) -> Int32 {
        let link = Array("/proc/self/fd/".utf8)
        if purpose == .content, path.starts(with: link),
            let number = Int32(String(decoding: path.dropFirst(link.count), as: UTF8.self))
        {
            try pass(.content, number)
        } else if let folder {
            try pass(.open, try calls.path(of: folder) + [0x2f] + path)
        } else {
            try pass(.open, path)
        }
        return try calls.open(path, below: folder, as: purpose)
    }

    func path(of file: Int32) throws(FileFailure) -> [UInt8] {
        try pass(.readlink, file)
        return try calls.path(of: file)
    }

    func facts(of file: Int32) throws(FileFailure) -> FileFacts {
        try pass(.stat, file)
        return try calls.facts(of: file)
    }

    func ask(_ file: Int32) throws(FileFailure) {
        try pass(nil, file)
        try calls.ask(file)
    }

    func read(
        _ file: Int32, at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer
    ) throws(FileFailure) -> Int {
        try pass(.read, file)
        return try calls.read(file, at: offset, into: buffer)
    }
}

/// What was told of a root.
final class Told: Sendable {
    private let changes = Mutex<[RootTrouble?]>([])

    func note(_ root: SafeText, _ trouble: RootTrouble?) {
        changes.withLock { $0.append(trouble) }
    }

    /// Waits until trouble was told of, and that it is over.
    func awaitEnd() {
        let end = ContinuousClock.now + .seconds(20)
        while changes.withLock({ $0.isEmpty || $0.last != .some(nil) }), ContinuousClock.now < end {
            usleep(2000)
        }
    }
}
