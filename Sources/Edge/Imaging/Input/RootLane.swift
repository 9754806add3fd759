internal import Files
internal import Processes
internal import Synchronization
internal import VigilCore

#if canImport(Glibc)
    internal import Glibc
#endif

/// All that is asked of one input root, each call on a thread that may hang with it.
///
/// A call that has not returned in time is given up, and all others with it: until the root
/// answers, by one of these calls or to the question of its own that is asked from time to time,
/// every further one is refused at once. So a storage that hangs costs a reader one wait, and the
/// other roots nothing. The threads that hang are bounded in number. Safe to use from any thread.
final class RootLane: Sendable {
    /// As many calls may hang at once; so many of them are the root's own questions.
    static let hangingMax = 48
    private static let questionsMax = 32
    /// A file that hangs is not tried again for so long, and for twice as long each further time.
    private static let sameFileMin = Duration.seconds(10)
    /// The longest pause between two questions.
    private static let pauseMax = Duration.seconds(60)

    /// The root as the operator named it.
    let root: InputPath
    let name: SafeText
    private let patience: RootPatience
    private let calls: any FileCalls
    private let threads = HelperThreads()
    private let onChange: @Sendable (RootTrouble?) -> Void
    private let state = Mutex(State())
    /// The trouble that was told of last; held while it is told of.
    private let told = Mutex<RootTrouble?>(nil)
    private let clock = SystemClock()

    private struct State {
        var next: UInt64 = 0
        /// Calls that somebody waits for.
        var awaited: [UInt64: (call: StorageCall, file: [UInt8]?)] = [:]
        /// The files of calls that were given up and have not returned; nil for the root itself.
        var hanging: [UInt64: (file: [UInt8]?, since: MonotonicTime)] = [:]
        var trouble: RootTrouble?
        /// Files given up one after the other, without one read between.
        var hungInARow = 0
        /// Opened when there is no trouble any more; nil while there is none.
        var watch: Latch?
        /// Asked since the trouble began.
        var questions = 0
        /// Where the root led when it was last opened, and when that was.
        var base: InputPath?
        var lookedAt: MonotonicTime?

        var isReading: Bool { awaited.values.contains { $0.file != nil } }
        /// Whether a file has hung so shortly ago that it is not tried again; later it may lie on
        /// another storage.
        func isHanging(_ file: [UInt8], at now: MonotonicTime) -> Bool {
            let calls = hanging.values.filter { $0.file == file }
            guard let last = calls.map(\.since).max() else { return false }
            return now - last < RootLane.sameFileMin * (1 << min(calls.count - 1, 6))
        }

        var isFull: Bool { hanging.count >= RootLane.hangingMax - RootLane.questionsMax }
    }

    init(
        root: InputPath, name: SafeText, patience: RootPatience, calls: any FileCalls,
        onChange: @escaping @Sendable (RootTrouble?) -> Void
    ) {
        self.root = root
        self.name = name
        self.patience = patience
        self.calls = calls
        self.onChange = onChange
    }

    /// Where the root leads, as last known.
    var base: InputPath? { state.withLock { $0.base } }

    /// Why nothing can be read of the root now; nil when all is well.
    var trouble: RootTrouble? { state.withLock { $0.trouble } }

    /// Reads a file into memory. Blocks within the patience.
    ///
    /// - Parameters:
    ///   - rest: the file's path from the root.
    ///   - others: where other roots lead.
    func read(
        _ rest: [UInt8], others: [InputPath], maximumBytes: UInt64
    ) throws(ImagingError) -> OpenedInput {
        let reading = RootReading(
            root: root, rest: rest, others: others, maximumBytes: maximumBytes, calls: calls)
        let answer = try ask(for: rest) { (step) throws(ImagingError) in
            let start = Self.threadTime()
            let result = try reading.run(step: step)
            return StorageCall.Answer(
                base: result.base,
                file: StorageCall.File(
                    descriptor: result.descriptor, size: result.size, age: result.age,
                    processorTime: Self.threadTime() - start))
        }
        guard let file = answer.file else { throw .inputFailed(errno: 0) }
        return OpenedInput(
            descriptor: file.descriptor, size: file.size, age: file.age,
            processorTime: file.processorTime)
    }

    /// Looks again where the root leads, unless that was done within the given time or is of no
    /// use. Blocks within the patience.
    func look(notWithin age: Duration = .zero) throws(ImagingError) {
        let (last, trouble) = state.withLock { ($0.lookedAt, $0.trouble) }
        if trouble == .hangs { throw .inputRootHangs(name) }
        if let last, clock.monotonic() - last < age { return }
        try question()
    }

    /// Asks the root's storage for the root alone.
    private func question() throws(ImagingError) {
        let (root, calls) = (root, calls)
        _ = try ask(for: nil) { (step) throws(ImagingError) in
            let (handle, base) = try RootReading.open(root, calls)
            defer { close(handle) }
            try step()
            do throws(FileFailure) { try calls.ask(handle) } catch {
                throw ImagingError.inputRootUnusable(errno: error.errno)
            }
            return StorageCall.Answer(base: base, file: nil)
        }
    }

    private static func threadTime() -> Duration {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}

// MARK: - Calls

extension RootLane {
    private typealias Work =
        @Sendable (() throws(ImagingError) -> Void) throws(ImagingError) -> StorageCall.Answer

    /// - Parameter file: nil for a question of the root's own.
    private func ask(
        for file: [UInt8]?, _ work: @escaping Work
    ) throws(ImagingError) -> StorageCall.Answer {
        let call = StorageCall()
        let number = try admit(call, file)
        do throws(ImagingError) {
            try threads.run { [self] in
                let ending = StorageCall.Ending { () throws(ImagingError) in
                    try work { () throws(ImagingError) in try call.step() }
                }
                // The root's state is known before the answer is.
                note(ending, of: number, file)
                call.end(ending)
            }
        } catch {
            state.withLock { $0.awaited[number] = nil }
            throw error
        }
        while true {
            switch call.wait(patience) {
            case .over(let ending): return try ending.get()
            case .hangs: giveUpAll(since: number)
            case .slow:
                let now = clock.monotonic()
                state.withLock { state in
                    if let given = state.awaited.removeValue(forKey: number) {
                        state.hanging[number] = (given.file, now)
                    }
                }
                call.giveUp(.inputSlow)
            }
        }
    }

    private func admit(
        _ call: StorageCall, _ file: [UInt8]?
    ) throws(ImagingError) -> UInt64 {
        let now = clock.monotonic()
        let number = state.withLock { state -> UInt64? in
            let isRefused =
                if let file {
                    // After one that hung, one alone tries whether the root's files can be read.
                    state.trouble == .hangs || state.isFull
                        || (state.hungInARow > 0 && state.isReading)
                        || state.isHanging(file, at: now)
                } else {
                    state.hanging.count >= Self.hangingMax
                }
            guard !isRefused else { return nil }
            state.next += 1
            state.awaited[state.next] = (call, file)
            return state.next
        }
        guard let number else { throw .inputRootHangs(name) }
        return number
    }

    /// A call hangs, and so will the others; unless it has returned after all.
    private func giveUpAll(since number: UInt64) {
        let now = clock.monotonic()
        let given = state.withLock { state -> [StorageCall] in
            guard let first = state.awaited[number] else { return [] }
            if first.file != nil { state.hungInARow += 1 }
            state.trouble = .hangs
            for (number, given) in state.awaited { state.hanging[number] = (given.file, now) }
            defer { state.awaited = [:] }
            return state.awaited.values.map(\.call)
        }
        for call in given { call.giveUp(.inputRootHangs(name)) }
        if !given.isEmpty { tell() }
    }

    /// A call has returned, in time or not.
    private func note(_ ending: StorageCall.Ending, of number: UInt64, _ file: [UInt8]?) {
        let now = clock.monotonic()
        state.withLock { state in
            state.awaited[number] = nil
            let hung = state.hanging.removeValue(forKey: number) != nil
            if hung || file != nil { state.hungInARow = 0 }
            if case .success(let answer) = ending {
                (state.base, state.lookedAt) = (answer.base, now)
            }
            if case .failure(.inputRootUnusable(let number)) = ending {
                state.trouble = .unusable(errno: number)
            } else if !state.isFull {
                state.trouble = nil
            }
        }
        tell()
    }
}

// MARK: - Trouble

extension RootLane {
    /// Tells of a change, and has the root watched until it is over.
    private func tell() {
        told.withLock { told in
            let (trouble, watch) = state.withLock { state -> (RootTrouble?, Latch?) in
                if state.trouble == nil {
                    state.watch?.open()
                    (state.watch, state.questions) = (nil, 0)
                    return (nil, nil)
                }
                guard state.watch == nil else { return (state.trouble, nil) }
                state.watch = Latch()
                return (state.trouble, state.watch)
            }
            if trouble != told {
                told = trouble
                onChange(trouble)
            }
            guard let watch else { return }
            do throws(ImagingError) {
                try threads.run { [weak self] in
                    while let pause = self?.pause, !watch.wait(until: pause) {
                        try? self?.question()
                    }
                }
            } catch {
                // Without a thread to ask, the next reader asks.
                state.withLock { ($0.watch, $0.trouble) = (nil, nil) }
            }
        }
    }

    /// When the next question is due: at once, then after longer and longer pauses.
    private var pause: MonotonicTime {
        let doublings = state.withLock { state in
            defer { state.questions += 1 }
            return min(16, state.questions + max(0, state.hungInARow - 2))
        }
        guard doublings > 0 else { return clock.monotonic() }
        return clock.monotonic() + min(Self.pauseMax, patience.call * (1 << doublings))
    }
}
