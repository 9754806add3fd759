import Files
import VigilCore

#if canImport(Glibc)
    internal import Glibc
#endif

/// Standard output and standard error of the command. What names, headers and files from outside
/// hold for a terminal rather than a reader stands escaped (``VisibleText``), in JSON as well.
package enum Terminal {
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

    /// Whether a person reads standard error, so that progress is worth showing.
    package static var showsProgress: Bool { isatty(STDERR_FILENO) == 1 }

    /// Replaces the current progress line; nothing where nobody looks.
    package static func progress(_ text: String) {
        guard showsProgress else { return }
        write("\r\u{1b}[K" + VisibleText.escaped(text), to: STDERR_FILENO)
    }

    /// Takes the progress line away.
    package static func endProgress() { progress("") }

    private static func write(_ text: String, to descriptor: Int32) {
        // A reader that has gone takes the rest with it.
        _ = try? WholeTransfer.write(Array(text.utf8), to: descriptor)
    }
}
