#if canImport(Glibc)
    import Glibc
#endif

/// Standard output and standard error of the command.
enum Terminal {
    /// Writes text as it is to standard output.
    static func out(_ text: String) { write(text, to: STDOUT_FILENO) }

    /// Writes a line to standard output.
    static func line(_ text: String) { out(text + "\n") }

    /// Writes a line to standard error.
    static func error(_ text: String) { write(text + "\n", to: STDERR_FILENO) }

    /// Whether a person reads standard error, so that progress is worth showing.
    static var showsProgress: Bool { isatty(STDERR_FILENO) == 1 }

    /// Replaces the current progress line; nothing where nobody looks.
    static func progress(_ text: String) {
        guard showsProgress else { return }
        write("\r\u{1b}[K" + text, to: STDERR_FILENO)
    }

    /// Takes the progress line away.
    static func endProgress() { progress("") }

    private static func write(_ text: String, to descriptor: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let written = bytes.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            if written < 0 && errno == EINTR { continue }
            guard written > 0 else { return }
            bytes = bytes.dropFirst(written)
        }
    }
}
