internal import Processes
internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#endif

/// Decoder processes that decode files side by side. Any thread may call; calls block.
///
/// A process that dies, hangs or breaks the protocol is replaced; the worker never fails with it.
/// One that cannot close its sandbox as ``DecodeLimits/sandbox`` asks is not used.
package final class DecoderPool: Sendable {
    /// The limits that every file is held to.
    package let limits: DecodeLimits
    private let nursery: DecoderNursery
    private let slots: [DecoderSlot]
    private let free: Mutex<[Int]>
    private let vacancy: CountingSemaphore
    private let greatestTime = Mutex(Duration.zero)
    private let callers = Atomic<Int64>(0)

    /// Prepares `slots` decoders; each starts at its first file.
    ///
    /// - Parameter executable: The path of `vigil-dicom-decoder`; nil looks for it.
    /// - Throws: `decoderUnavailable` when there is no such executable.
    package init(
        slots count: Int, limits: DecodeLimits = DecodeLimits(), executable: String? = nil
    ) throws(ImagingError) {
        guard let path = executable ?? DecoderExecutable.locate(), access(path, X_OK) == 0 else {
            throw .decoderUnavailable(errno: ENOENT)
        }
        nursery = DecoderNursery(executable: path, limits: limits)
        self.limits = limits
        let number = max(1, count)
        slots = (0..<number).map { _ in DecoderSlot() }
        free = Mutex(Array(0..<number))
        vacancy = CountingSemaphore(number)
    }

    /// Decodes a file. Waits for a free decoder, then for at most the deadline an attempt.
    ///
    /// - Parameters:
    ///   - wantsValues: whether the modality values are wanted beside the grey ones; files without
    ///     any are refused then.
    ///   - place: the decoder to use, counted from 0; nil takes one that is free. Its process has
    ///     the priority of the thread that used it first. A pool is used in one way only.
    /// - Throws: why there is no image. A file over which decoders died is not tried more often
    /// than
    ///   the limits' `attempts`; one that ran into the deadline is not tried again.
    package func decode(
        _ input: borrowing OpenedInput, window: WindowRule = .fromFile, wantsValues: Bool = false,
        place: Int? = nil
    ) throws(ImagingError) -> DecodedInstance {
        let reading = try read(
            input, window: window, wantsValues: wantsValues, question: .nothing, place: place)
        guard case .image(let instance, _) = reading else { throw .decoderProtocol }
        return instance
    }

    /// As ``decode(_:window:wantsValues:place:)``, of what a gate does not leave out by its header.
    package func read(
        _ input: borrowing OpenedInput, gate: HeaderGate, wantsValues: Bool = false,
        place: Int? = nil
    ) throws(ImagingError) -> InstanceReading {
        try read(
            input, window: .fromFile, wantsValues: wantsValues, question: .gate(gate),
            place: place)
    }

    /// A file's header without its pixels, and what the decoder process took for it; of PNG and
    /// JPEG one that tells nothing.
    package func header(
        of input: borrowing OpenedInput, place: Int? = nil
    ) throws(ImagingError) -> (header: InstanceHeader?, processor: Duration) {
        switch try read(
            input, window: .fromFile, wantsValues: false, question: .headerOnly, place: place)
        {
        case .image(let instance, let header): (header, instance.processorTime)
        case .leftOut(let header, _, let processor): (header, processor)
        }
    }

    private func read(
        _ input: borrowing OpenedInput, window: WindowRule, wantsValues: Bool,
        question: HeaderQuestion, place: Int?
    ) throws(ImagingError) -> InstanceReading {
        let index = place ?? acquire()
        defer {
            if place == nil {
                endStudy(at: index)
                release(index)
            }
        }
        return try slots[index].decode(
            input, window: window, wantsValues: wantsValues, question: question, limits: limits,
            nursery: nursery, isProven: startedDecoders > 0)
    }

    /// No file after this is of the same study: unless the limits say otherwise, the next one meets
    /// a fresh process, which is started now. Where no place is named, each file is a study.
    package func endStudy(at place: Int?) {
        guard let place, !limits.reusesDecoders else { return }
        slots[place].renew(limits: limits, nursery: nursery)
    }

    /// Decodes bytes that came with an event.
    package func decode(
        _ bytes: [UInt8], window: WindowRule = .fromFile, wantsValues: Bool = false
    ) throws(ImagingError) -> DecodedInstance {
        guard !bytes.isEmpty else { throw .empty }
        guard UInt64(bytes.count) <= limits.maximumBytes else { throw .tooLarge }
        return try decode(
            OpenedInput(bytes: bytes), window: window, wantsValues: wantsValues)
    }

    /// Starts a decoder if none runs in the first free slot, and says which protections it has on.
    package func sandboxStatus() throws(ImagingError) -> SandboxStatus {
        let index = acquire()
        defer { release(index) }
        return try slots[index].start(limits: limits, nursery: nursery)
    }

    /// The running decoders' process numbers, for telemetry and tests.
    package var processIdentifiers: [Int32] {
        slots.map { $0.processIdentifier.load(ordering: .relaxed) }.filter { $0 > 0 }
    }

    /// How many decoders were started over the life of the pool.
    package var startedDecoders: Int {
        slots.reduce(0) { $0 + $1.started.load(ordering: .relaxed) }
    }

    /// Why decoders were given up since the last call, one error each; renewals do not count.
    package func takeLost() -> [ImagingError] { slots.flatMap { $0.takeLost() } }

    /// Processor time of all decoders so far, running or ended. Never falls.
    package func processorTime() -> Duration {
        let sum = slots.reduce(Duration.zero) { $0 + $1.processorTime() }
        return greatestTime.withLock { greatest in
            greatest = max(greatest, sum)
            return greatest
        }
    }

    /// Adds processor time that the caller's own threads took over a study.
    package func addCallerTime(_ duration: Duration) {
        callers.add(
            duration.components.seconds * 1_000_000_000
                + duration.components.attoseconds / 1_000_000_000, ordering: .relaxed)
    }

    /// What was added by ``addCallerTime(_:)`` so far.
    package func callersTime() -> Duration { .nanoseconds(callers.load(ordering: .relaxed)) }

    private func acquire() -> Int {
        vacancy.wait()
        // The semaphore counts what the list holds, so the list is never empty here.
        return free.withLock { $0.popLast() ?? 0 }
    }

    private func release(_ index: Int) {
        free.withLock { $0.append(index) }
        vacancy.signal()
    }
}
