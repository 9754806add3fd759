import Settings
import VigilCore

#if canImport(Glibc)
    internal import Glibc
#endif

/// Where a command of `vigil` writes: ``StandardStream``, and a line of progress for whoever looks.
package enum Terminal {
    /// Writes text of any number of lines to standard output.
    package static func out(_ text: String) { StandardStream.out(text) }

    /// Writes one line to standard output, whatever the text holds.
    package static func line(_ text: String) { StandardStream.line(text) }

    /// Writes a line to standard error.
    package static func error(_ text: String) { StandardStream.error(text) }

    /// Whether a person reads standard error, so that progress is worth showing.
    package static var showsProgress: Bool { isatty(STDERR_FILENO) == 1 }

    /// Replaces the current progress line; nothing where nobody looks.
    package static func progress(_ text: String) {
        guard showsProgress else { return }
        StandardStream.write("\r\u{1b}[K" + VisibleText.escaped(text), to: STDERR_FILENO)
    }

    /// Writes text of any number of lines to standard output, in place of what a person's screen
    /// shows.
    package static func picture(_ text: String) {
        if isatty(STDOUT_FILENO) == 1 {
            StandardStream.write("\u{1b}[H\u{1b}[2J", to: STDOUT_FILENO)
        }
        out(text)
    }

    /// Takes the progress line away.
    package static func endProgress() { progress("") }
}
