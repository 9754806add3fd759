internal import DecoderProtocol
internal import Processes
internal import Synchronization
internal import VigilCore

#if canImport(Glibc)
    internal import Glibc
#endif

/// The process that makes decoders by forking: it has loaded their libraries and dictionary, which
/// takes 20 ms of a processor, and never sees a file. The decoders are this process's own children.
///
/// Any thread may call. It ends with this object, and by itself when this process does.
final class DecoderNursery: Sendable {
    private struct Running {
        let process: pid_t
        let socket: Int32
        var hasAnswered = false
    }

    /// Time for the first answer, after loading, and for each further one, a fork.
    private static let startTime = Duration.seconds(10)
    private static let forkTime = Duration.seconds(2)
    /// How often a nursery that was killed or stopped is replaced for one decoder.
    private static let attempts = 3

    private let executable: String
    private let arguments: [String]
    private let state = Mutex<Running?>(nil)

    /// Starts nothing yet.
    init(executable: String, limits: DecodeLimits) {
        self.executable = executable
        // Time is bounded by the deadline of each file; this is the sum, as a backstop.
        let seconds = max(1, limits.deadline.components.seconds) * Int64(limits.filesPerDecoder)
        arguments =
            [
                "--memory-limit", "\(limits.decoderMemory)", "--processor-seconds", "\(seconds)",
                "--user", "\(limits.user)",
            ] + (limits.sandbox == .off ? ["--open"] : [])
    }

    deinit {
        state.withLock { Self.end(&$0) }
    }

    /// Makes a decoder with the calling thread's priority, without waiting until it has closed its
    /// sandbox.
    ///
    /// - Returns: the process and this side's end of its socket; the caller owns both.
    func decoder() throws(ImagingError) -> (process: pid_t, socket: Int32) {
        try state.withLock { (running) throws(ImagingError) in
            for _ in 0..<Self.attempts {
                if let born = try Self.birth(&running, executable, arguments) { return born }
            }
            throw ImagingError.decoderUnavailable(errno: ECHILD)
        }
    }

    /// One attempt, on a socket of its own: a nursery that dies may have forked before, and two
    /// decoders on one socket would answer in each other's place.
    ///
    /// - Returns: nil when the nursery ended without an answer, and another may give one.
    private static func birth(
        _ running: inout Running?, _ executable: String, _ arguments: [String]
    ) throws(ImagingError) -> (process: pid_t, socket: Int32)? {
        let (own, other) = try DecoderSpawn.sockets()
        defer { close(other) }
        do throws(ImagingError) {
            if let process = try ask(&running, executable, arguments, socket: other) {
                return (process, own)
            }
        } catch {
            close(own)
            throw error
        }
        close(own)
        return nil
    }

    private static func ask(
        _ running: inout Running?, _ executable: String, _ arguments: [String], socket: Int32
    ) throws(ImagingError) -> pid_t? {
        if running == nil { running = try start(executable, arguments) }
        guard var nursery = running else { return nil }
        if let reply = answer(nursery, socket) {
            guard reply.process > 0 else { throw .decoderUnavailable(errno: -reply.process) }
            nursery.hasAnswered = true
            running = nursery
            return reply.process
        }
        end(&running)
        // One that ends at its very start would do so again.
        guard nursery.hasAnswered else { throw .decoderUnavailable(errno: ECHILD) }
        return nil
    }

    private static func answer(_ nursery: Running, _ socket: Int32) -> BirthReply? {
        let request = BirthRequest(niceness: ThreadPriority.niceness).encoded()
        let failure = DescriptorMessage.send(request, descriptor: socket, over: nursery.socket)
        guard failure == nil else { return nil }
        let time = nursery.hasAnswered ? forkTime : startTime
        let bytes = try? SocketStream.read(
            BirthReply.encodedLength, from: nursery.socket, until: SystemClock().monotonic() + time)
        return bytes.flatMap { BirthReply(encoded: $0) }
    }

    private static func start(
        _ executable: String, _ arguments: [String]
    ) throws(ImagingError) -> Running {
        let started = try DecoderSpawn.start(executable: executable, arguments: arguments)
        return Running(process: started.process, socket: started.socket)
    }

    private static func end(_ running: inout Running?) {
        if let nursery = running { DecoderSpawn.end(nursery.process, nursery.socket) }
        running = nil
    }
}
