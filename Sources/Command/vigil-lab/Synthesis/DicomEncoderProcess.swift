import Files
import Processes
import Synthesis
import VigilCore

#if canImport(Glibc)
    import Glibc
#endif

/// One `vigil-dicom-encoder`: frames to it and codestreams from it through one socket.
/// One thread at a time uses it.
final class DicomEncoderProcess: PixelCodec, @unchecked Sendable {
    private let process: pid_t
    private let socket: Int32

    /// Starts the encoder beside this program.
    init() throws(SynthesisError) {
        guard let path = Self.locate() else { throw .encoderMissing }
        var ends: [Int32] = [-1, -1]
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, type, 0, &ends) == 0 else {
            throw .encoderUnavailable(errno: errno)
        }
        defer { close(ends[1]) }
        var spawn = ProcessSpawn([path])
        spawn.input = .descriptor(ends[1])
        spawn.output = .descriptor(ends[1])
        // The libraries remark on every frame.
        spawn.error = .nothing
        do throws(ProcessSpawn.Failure) {
            process = try spawn.start()
        } catch {
            close(ends[0])
            throw .encoderUnavailable(errno: error.errno)
        }
        socket = ends[0]
    }

    deinit {
        close(socket)
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
    }

    /// `vigil-dicom-encoder` in `VIGIL_DICOM_ENCODER` or beside the running program.
    private static func locate() -> String? {
        if let named = getenv("VIGIL_DICOM_ENCODER") {
            let path = String(cString: named)
            return access(path, X_OK) == 0 ? path : nil
        }
        return ProcessIdentity.sister("vigil-dicom-encoder")
    }

    func encode(
        _ pixels: [UInt16], rows: Int, columns: Int, bits: Int,
        as encoding: SynthesisOptions.Encoding
    ) throws(SynthesisError) -> [UInt8] {
        let number: UInt32 = encoding == .jpegLS ? 1 : 2
        let head = [number, UInt32(rows), UInt32(columns), UInt32(bits)].map(\.littleEndian)
        var reply: [UInt32] = [0, 0]
        guard head.withUnsafeBytes({ send($0) }), pixels.withUnsafeBytes({ send($0) }),
            reply.withUnsafeMutableBytes({ fill($0) })
        else { throw .encoderFailed(status: -1) }
        let (status, count) = (UInt32(littleEndian: reply[0]), UInt32(littleEndian: reply[1]))
        guard status == 0 else { throw .encoderFailed(status: Int(status)) }
        var out = [UInt8](repeating: 0, count: Int(count))
        guard out.withUnsafeMutableBytes({ fill($0) }) else { throw .encoderFailed(status: -1) }
        return out
    }

    private func send(_ bytes: UnsafeRawBufferPointer) -> Bool {
        (try? WholeTransfer.write(bytes, to: socket)) != nil
    }

    private func fill(_ buffer: UnsafeMutableRawBufferPointer) -> Bool {
        (try? WholeTransfer.read(into: buffer, from: socket)) == buffer.count
    }
}
