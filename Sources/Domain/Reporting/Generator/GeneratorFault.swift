package import VigilCore

/// Why a site's own generator gave no sentences for a study, or was ended. A closed list, so that
/// readers can count by it.
package enum GeneratorFault: String, Error, Sendable, Hashable, CaseIterable, SafeToLog {
    /// It does not run: it cannot be started, or waits to be started again.
    case unavailable
    /// It still works on an earlier study, whose time is over.
    case busy
    /// It gave no answer within the time that the finding could wait.
    case late
    /// It gave no answer long after that, and was ended.
    case hung
    case died
    /// It wrote a longer line than an answer may be.
    case tooLong = "too_long"
    /// It wrote where nothing was asked of it.
    case unasked
    case notUTF8 = "not_utf8"
    /// Its line is no answer.
    case malformed
    case otherStudy = "other_study"

    /// The code of errors and lines of the log.
    package var code: SafeText {
        switch self {
        case .unavailable: "report_generator_unavailable"
        case .busy: "report_generator_busy"
        case .late: "report_generator_late"
        case .hung: "report_generator_hung"
        case .died: "report_generator_died"
        case .tooLong: "report_generator_too_long"
        case .unasked: "report_generator_unasked"
        case .notUTF8: "report_generator_not_utf8"
        case .malformed: "report_generator_malformed"
        case .otherStudy: "report_generator_other_study"
        }
    }

    /// What happened, for a person.
    package var what: SafeText {
        switch self {
        case .unavailable: "the program of report.generator does not run"
        case .busy: "the program of report.generator still works on an earlier study"
        case .late: "the program of report.generator did not answer in time"
        case .hung: "the program of report.generator gave no answer and was ended"
        case .died: "the program of report.generator ended"
        case .tooLong: "the program of report.generator wrote a line of more bytes than it may"
        case .unasked: "the program of report.generator wrote without being asked"
        case .notUTF8: "the program of report.generator wrote what is not UTF-8"
        case .malformed: "the program of report.generator wrote a line that is no answer"
        case .otherStudy: "the program of report.generator answered for another study"
        }
    }

    /// What to do.
    package var remedy: SafeText {
        switch self {
        case .busy, .late, .hung:
            "Make it faster or raise report.generator-timeout-ms; the finding goes out without it"
        case .unavailable, .died:
            """
            Run it by hand as Deploy/reports/README.md shows: it may read its own folder and /usr \
            alone, and has report.generator-memory-max-mb
            """
        case .tooLong, .unasked, .notUTF8, .malformed, .otherStudy:
            "Let it write one line for each line that it reads, as Deploy/reports/README.md shows"
        }
    }
}
