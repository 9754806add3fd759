internal import DecoderProtocol
internal import Processes
internal import VigilCore

#if canImport(Glibc)
    internal import Glibc
#endif

/// One decoder process and the socket to it. One owner, one thread at a time.
///
/// After any error but a refusal by the decoder itself, the process is in an unknown state and must
/// be dropped; dropping kills and reaps it.
struct DecoderProcess: ~Copyable {
    let identifier: Int32
    private let socket: Int32
    /// What it said of itself; nil until it was asked.
    private var hello: SandboxStatus?
    /// Files it was given so far.
    private(set) var files = 0

    /// Time a decoder may take to close its sandbox, from when it is asked, since it may have been
    /// made long before.
    private static let startTime = Duration.seconds(10)

    /// Makes a decoder, without waiting for it.
    init(_ nursery: DecoderNursery) throws(ImagingError) {
        (identifier, socket) = try nursery.decoder()
    }

    /// Whether it has said that it has started.
    var hasStarted: Bool { hello != nil }

    /// The protections that it has on, once it has started. Waits for that at first.
    ///
    /// - Throws: among others ``ImagingError/sandboxMissing(_:)`` when the policy asks for more.
    mutating func status(_ policy: SandboxPolicy) throws(ImagingError) -> SandboxStatus {
        if let hello { return hello }
        let status = try greet()
        // Root without CAP_KILL could not end a decoder that hangs.
        guard kill(identifier, 0) == 0 else { throw .decoderUnavailable(errno: errno) }
        if policy == .required, let missing = status.missing {
            throw .sandboxMissing(missing)
        }
        hello = status
        return status
    }

    private func greet() throws(ImagingError) -> SandboxStatus {
        let deadline = SystemClock().monotonic() + Self.startTime
        do throws(ImagingError) {
            let bytes = try SocketStream.read(
                DecoderHello.encodedLength, from: socket, until: deadline)
            guard let said = DecoderHello(encoded: bytes) else {
                throw ImagingError.decoderProtocol
            }
            return SandboxStatus(said)
        } catch {
            throw error == .decoderCrashed ? .decoderUnavailable(errno: ECHILD) : error
        }
    }

    deinit {
        DecoderSpawn.end(identifier, socket)
    }

    /// Decodes one file, or does not, as the answer to its header asks. Blocks for at most the
    /// deadline.
    mutating func decode(
        _ descriptor: Int32, window: WindowRule, wantsValues: Bool, question: HeaderQuestion,
        limits: DecodeLimits
    ) throws(ImagingError) -> InstanceReading {
        files += 1
        let deadline = SystemClock().monotonic() + limits.deadline
        var request = limits.request(window, wantsValues: wantsValues)
        if case .nothing = question {} else { request.asksFirst = true }
        let failure = DescriptorMessage.send(
            request.encoded(), descriptor: descriptor, over: socket)
        guard failure == nil else { throw .decoderCrashed }
        var reply = try readReply(until: deadline)
        var header: InstanceHeader?
        if reply.status == .header, request.asksFirst {
            let said = try readHeader(until: deadline)
            if let reason = question.answer(said) {
                try tell(DecodeRequest.leaveOut)
                return .leftOut(said, reason, processor: .zero)
            }
            try tell(DecodeRequest.goOn)
            header = said
            reply = try readReply(until: deadline)
        }
        if let refusal = ImagingError(reply) { throw refusal }
        return .image(try readImage(reply, wantsValues, limits, until: deadline), header)
    }

    private func readReply(until deadline: MonotonicTime) throws(ImagingError) -> DecodeReply {
        let bytes = try SocketStream.read(
            DecodeReply.encodedLength, from: socket, until: deadline)
        guard let reply = DecodeReply(encoded: bytes) else { throw .decoderProtocol }
        return reply
    }

    private func readHeader(until deadline: MonotonicTime) throws(ImagingError) -> InstanceHeader {
        let bytes = try SocketStream.read(
            HeaderFacts.encodedLength, from: socket, until: deadline)
        guard let facts = HeaderFacts(encoded: bytes) else { throw .decoderProtocol }
        return InstanceHeader(facts)
    }

    /// Answers a decoder that waits. One byte always fits into the socket.
    private func tell(_ word: UInt8) throws(ImagingError) {
        var word = word
        while send(socket, &word, 1, Int32(MSG_NOSIGNAL)) != 1 {
            guard errno == EINTR else { throw .decoderCrashed }
        }
    }

    private func readImage(
        _ reply: DecodeReply, _ wantsValues: Bool, _ limits: DecodeLimits,
        until deadline: MonotonicTime
    ) throws(ImagingError) -> DecodedInstance {
        let frames = try readFrames(reply, limits, until: deadline)
        guard let used = WindowUsed(wire: reply.window.used), reply.image.container <= 2,
            reply.valueCount == 0 || (wantsValues && reply.valueCount == reply.pixelCount),
            wantsValues || !reply.hasPlaces
        else { throw .decoderProtocol }
        // In the machine's byte order: both are processes of one machine.
        let values = try SocketStream.read(
            Int(reply.valueCount) * 2, from: socket, until: deadline)
        let numbers = reply.hasPlaces ? frames.count * DecodeReply.placeCount : 0
        let places = try SocketStream.read(numbers * 8, from: socket, until: deadline)
        return DecodedInstance(
            reply: reply, frames: frames, windowUsed: used,
            values: values.withUnsafeBytes { Array($0.bindMemory(to: Int16.self)) },
            places: places.withUnsafeBytes { Array($0.bindMemory(to: Double.self)) })
    }

    /// Reads the pixels, having checked that the decoder keeps to the limits it was given.
    private func readFrames(
        _ reply: DecodeReply, _ limits: DecodeLimits, until deadline: MonotonicTime
    ) throws(ImagingError) -> [GreyImage] {
        let sidesFit = max(reply.image.rows, reply.image.columns) <= limits.maximumSide
        guard sidesFit, reply.image.frames >= 1, reply.image.frames <= limits.maximumFrames else {
            throw .decoderProtocol
        }
        // Sides are at most 2^32, so the product of two fits; the third is checked.
        let frame = UInt64(reply.image.rows) * UInt64(reply.image.columns)
        let (total, overflow) = frame.multipliedReportingOverflow(by: UInt64(reply.image.frames))
        guard !overflow, frame > 0, total == reply.pixelCount, total <= limits.maximumPixels,
            let count = Int(exactly: frame)
        else { throw .decoderProtocol }
        var frames: [GreyImage] = []
        frames.reserveCapacity(Int(reply.image.frames))
        for _ in 0..<reply.image.frames {
            let pixels = try SocketStream.read(count, from: socket, until: deadline)
            let image = GreyImage(
                width: Int(reply.image.columns), height: Int(reply.image.rows), pixels: pixels)
            guard let image else { throw .decoderProtocol }
            frames.append(image)
        }
        return frames
    }
}
