internal import CDicomWriter
internal import Files

#if canImport(Glibc)
    internal import Glibc
#endif

/// The encoder process: frames on standard input, codestreams on standard output, until the other
/// side hangs up. It keeps the codecs, which can also decode, out of the worker's program.
///
/// A request is four 32-bit little-endian numbers (encoding, rows, columns, bits) and the pixels,
/// 16 bits each; a reply is status and length, then so many bytes.
@main
enum Command {
    static func main() {
        guard CommandLine.arguments.count == 1 else { exit(64) }
        var frames = 0
        while let request = numbers(4) {
            let side = UInt32(VIGIL_ENCODE_SIDE_MAX)
            guard request[1] <= side, request[2] <= side else { exit(65) }
            guard serve(request) else { exit(frames == 0 ? 65 : 74) }
            frames += 1
        }
    }

    /// Encodes one frame; false when the other side is gone.
    private static func serve(_ request: [UInt32]) -> Bool {
        let count = Int(request[1]) * Int(request[2])
        var pixels = [UInt16](repeating: 0, count: count)
        guard pixels.withUnsafeMutableBytes({ fill($0) }) else { return false }
        var out: UnsafeMutablePointer<UInt8>?
        var length = 0
        let status = vigil_encode(
            request[0], pixels, request[1], request[2], request[3], &out, &length)
        defer { free(out) }
        let head = [UInt32(truncatingIfNeeded: status), UInt32(length)].map(\.littleEndian)
        guard head.withUnsafeBytes({ send($0) }) else { return false }
        return send(UnsafeRawBufferPointer(start: out, count: out == nil ? 0 : length))
    }

    private static func numbers(_ count: Int) -> [UInt32]? {
        var out = [UInt32](repeating: 0, count: count)
        guard out.withUnsafeMutableBytes({ fill($0) }) else { return nil }
        return out.map(UInt32.init(littleEndian:))
    }

    /// Reads until the buffer is full; false at the end of the input.
    private static func fill(_ buffer: UnsafeMutableRawBufferPointer) -> Bool {
        (try? WholeTransfer.read(into: buffer, from: STDIN_FILENO)) == buffer.count
    }

    private static func send(_ bytes: UnsafeRawBufferPointer) -> Bool {
        (try? WholeTransfer.write(bytes, to: STDOUT_FILENO)) != nil
    }
}
