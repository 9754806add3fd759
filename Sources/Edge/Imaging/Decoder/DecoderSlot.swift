internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#endif

/// One place in the pool: a decoder process, or none yet.
final class DecoderSlot: Sendable {
    private let process = Mutex<DecoderProcess?>(nil)
    /// The running process, or 0.
    let processIdentifier = Atomic<Int32>(0)
    /// Processes so far that have started and said so.
    let started = Atomic<Int>(0)
    /// Processor time of the processes that have ended, in nanoseconds.
    private let endedTime = Atomic<Int64>(0)

    /// Why processes were given up and were not told of yet.
    private let lost = Mutex<[ImagingError]>([])
    private static let lostMax = 100

    /// Starts a process if none runs.
    func start(limits: DecodeLimits, nursery: DecoderNursery) throws(ImagingError) -> SandboxStatus
    {
        try process.withLock { (held) throws(ImagingError) -> SandboxStatus in
            try ensure(&held, limits, nursery)
        }
    }

    /// Decodes a file, with a fresh process whenever one died.
    ///
    /// - Parameter isProven: whether this executable has started before. One that dies at its start
    ///   was then killed, and is not unfit for this machine.
    func decode(
        _ input: borrowing OpenedInput, window: WindowRule, wantsValues: Bool,
        question: HeaderQuestion, limits: DecodeLimits, nursery: DecoderNursery, isProven: Bool
    ) throws(ImagingError) -> InstanceReading {
        // The descriptor is lent for the call; a closure cannot hold a borrowed value.
        let descriptor = input.descriptor
        return try process.withLock { (held) throws(ImagingError) -> InstanceReading in
            defer { renew(&held, limits, nursery, filesMin: limits.filesPerDecoder) }
            for _ in 1..<max(1, limits.attempts) {
                do throws(ImagingError) {
                    return try attempt(
                        descriptor, &held, window, wantsValues, question, limits, nursery,
                        isProven)
                } catch .decoderCrashed {
                    continue
                }
            }
            return try attempt(
                descriptor, &held, window, wantsValues, question, limits, nursery, isProven)
        }
    }

    /// Puts a fresh process in the place of one that has had any file.
    func renew(limits: DecodeLimits, nursery: DecoderNursery) {
        process.withLock { renew(&$0, limits, nursery, filesMin: 1) }
    }

    private func attempt(
        _ descriptor: Int32, _ held: inout DecoderProcess?, _ window: WindowRule,
        _ wantsValues: Bool, _ question: HeaderQuestion, _ limits: DecodeLimits,
        _ nursery: DecoderNursery, _ isProven: Bool
    ) throws(ImagingError) -> InstanceReading {
        do throws(ImagingError) {
            _ = try ensure(&held, limits, nursery)
        } catch {
            throw isProven && error == .decoderUnavailable(errno: ECHILD) ? .decoderCrashed : error
        }
        do throws(ImagingError) {
            let before = runningTime()
            let reply = try held?.decode(
                descriptor, window: window, wantsValues: wantsValues, question: question,
                limits: limits)
            guard let reading = reply else { throw ImagingError.decoderFailed }
            return reading.taking(.nanoseconds(max(0, runningTime() - before)))
        } catch {
            if Self.leavesUnknownState(error) {
                drop(&held)
                lost.withLock { if $0.count < Self.lostMax { $0.append(error) } }
            }
            throw error
        }
    }

    /// Why processes were given up since the last call.
    func takeLost() -> [ImagingError] {
        lost.withLock { lost in
            defer { lost = [] }
            return lost
        }
    }

    /// Has a process there that has started.
    private func ensure(
        _ held: inout DecoderProcess?, _ limits: DecodeLimits, _ nursery: DecoderNursery
    ) throws(ImagingError) -> SandboxStatus {
        try begin(&held, limits, nursery)
        do throws(ImagingError) {
            let isFirst = held?.hasStarted == false
            guard let status = try held?.status(limits.sandbox) else {
                throw ImagingError.decoderFailed
            }
            if isFirst { started.add(1, ordering: .relaxed) }
            return status
        } catch {
            drop(&held)
            throw error
        }
    }

    /// Has a process there, which may still be starting.
    private func begin(
        _ held: inout DecoderProcess?, _ limits: DecodeLimits, _ nursery: DecoderNursery
    ) throws(ImagingError) {
        guard held == nil else { return }
        let fresh = try DecoderProcess(nursery)
        processIdentifier.store(fresh.identifier, ordering: .relaxed)
        held = consume fresh
    }

    /// Puts a fresh process in the place of one that has had its files. It starts while the slot
    /// is not used, so that no study waits for it.
    ///
    /// - Parameter filesMin: how many files it must have had.
    private func renew(
        _ held: inout DecoderProcess?, _ limits: DecodeLimits, _ nursery: DecoderNursery,
        filesMin: Int
    ) {
        guard let files = held?.files, files >= filesMin else { return }
        drop(&held)
        // One that cannot be started now is started, or its error told, at the next file.
        try? begin(&held, limits, nursery)
    }

    /// Processor time of this slot's processes so far.
    func processorTime() -> Duration {
        .nanoseconds(endedTime.load(ordering: .relaxed) + runningTime())
    }

    /// Processor time of the running process, in nanoseconds; 0 when there is none.
    private func runningTime() -> Int64 {
        let process = processIdentifier.load(ordering: .relaxed)
        var (id, time) = (clockid_t(), timespec())
        guard process > 0, clock_getcpuclockid(process, &id) == 0, clock_gettime(id, &time) == 0
        else { return 0 }
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    private func drop(_ held: inout DecoderProcess?) {
        endedTime.add(runningTime(), ordering: .relaxed)
        processIdentifier.store(0, ordering: .relaxed)
        held = nil
    }

    private static func leavesUnknownState(_ error: ImagingError) -> Bool {
        switch error {
        case .decoderCrashed, .decoderTimeout, .decoderProtocol, .decoderMemory, .decoderFailed:
            true
        default: false
        }
    }
}
