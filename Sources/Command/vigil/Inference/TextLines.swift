import Tokenizers
import VigilCore

#if canImport(Glibc)
    import Glibc
#endif

/// The lines of a text file or of standard input, one after another.
struct TextLines: ~Copyable {
    /// One line without its end; nil where it is no UTF-8 or longer than a text may be.
    typealias Line = String?

    private static let chunk = 1 << 16
    private let descriptor: Int32
    private let isOwned: Bool
    private var buffer: [UInt8] = []
    private var start = 0
    private var isAtEnd = false

    /// Opens a file; `-` is standard input.
    init(path: String) throws(VigilCommandError) {
        isOwned = path != "-"
        descriptor = isOwned ? open(path, O_RDONLY | O_CLOEXEC) : STDIN_FILENO
        guard descriptor >= 0 else { throw .cannotRead }
    }

    deinit {
        if isOwned, descriptor >= 0 { close(descriptor) }
    }

    /// The next line; nil at the end. What follows the last line end is a line if it is not empty.
    mutating func next() throws(VigilCommandError) -> Line? {
        var bytes: [UInt8] = []
        var isTooLong = false
        while true {
            let rest = buffer[start...]
            let end = rest.firstIndex(of: UInt8(ascii: "\n"))
            let part = rest[..<(end ?? rest.endIndex)]
            isTooLong = isTooLong || bytes.count + part.count > TextLimit.bytes
            if !isTooLong { bytes += part }
            if let end {
                start = end + 1
                break
            }
            guard try fill() else {
                if bytes.isEmpty, !isTooLong { return nil }
                break
            }
        }
        if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        return .some(isTooLong ? nil : String(validating: bytes, as: UTF8.self))
    }

    /// Reads on; false at the end.
    private mutating func fill() throws(VigilCommandError) -> Bool {
        guard !isAtEnd else { return false }
        var chunk = [UInt8](repeating: 0, count: Self.chunk)
        var count = 0
        repeat {
            count = read(descriptor, &chunk, chunk.count)
        } while count < 0 && errno == EINTR
        guard count >= 0 else { throw .cannotRead }
        isAtEnd = count == 0
        start = 0
        buffer = Array(chunk[..<count])
        return !isAtEnd
    }
}
