internal import VigilCore

/// How much a log line matters. Normal operation is quiet at `info`; `error` means that a person
/// must act.
package enum LogLevel: String, Sendable, Hashable, CaseIterable, SafeToLog, Comparable {
    case debug
    case info
    case warning
    case error

    /// 0 for `debug`, 3 for `error`.
    private var rank: Int {
        switch self {
        case .debug: 0
        case .info: 1
        case .warning: 2
        case .error: 3
        }
    }

    /// The less important is the smaller.
    package static func < (left: LogLevel, right: LogLevel) -> Bool { left.rank < right.rank }
}
