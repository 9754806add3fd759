internal import Files
internal import VigilCore

#if canImport(Glibc)
    internal import Glibc
#endif

/// Standard output and standard error of a program. What names, headers and files from outside hold
/// for a terminal rather than a reader stands escaped (``VisibleText``), in JSON as well.
package enum StandardStream {
    /// Writes text of any number of lines to standard output.
    package static func out(_ text: String) {
        write(VisibleText.escaped(text, keepsLines: true), to: STDOUT_FILENO)
    }

    /// Writes one line to standard output, whatever the text holds.
    package static func line(_ text: String) {
        write(VisibleText.escaped(text) + "\n", to: STDOUT_FILENO)
    }

    /// Writes a line to standard error.
    package static func error(_ text: String) {
        write(VisibleText.escaped(text, keepsLines: true) + "\n", to: STDERR_FILENO)
    }

    /// Writes what is escaped already.
    package static func write(_ text: String, to descriptor: Int32) {
        // A reader that has gone takes the rest with it.
        _ = try? WholeTransfer.write(Array(text.utf8), to: descriptor)
    }
}
