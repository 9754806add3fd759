import Glibc

/// A file that is gone when its owner is.
final class TemporaryFile {
    let path: String

    init(_ bytes: [UInt8], suffix: String = ".yaml") {
        var template = Array("/tmp/vigil-settings-XXXXXX\(suffix)".utf8CString)
        let descriptor = mkstemps(&template, Int32(suffix.utf8.count))
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                write(descriptor, $0.baseAddress?.advanced(by: written), bytes.count - written)
            }
            if count <= 0 { break }
            written += count
        }
        close(descriptor)
    }

    convenience init(_ text: String, suffix: String = ".yaml") {
        self.init(Array(text.utf8), suffix: suffix)
    }

    deinit { unlink(path) }
}
