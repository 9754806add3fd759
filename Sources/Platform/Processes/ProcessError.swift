package import VigilCore

/// What the operating system can refuse a process.
package enum ProcessError: VigilError, Hashable {
    /// A call of the system failed.
    case callFailed(call: SafeText, errno: Int32)
    /// There is no thread left.
    case threadRefused

    package var code: SafeText {
        switch self {
        case .callFailed: "operating_system"
        case .threadRefused: "thread_refused"
        }
    }

    package var what: SafeText {
        switch self {
        case .callFailed(let call, let errno):
            "The system call \(call) failed with error \(errno)"
        case .threadRefused:
            "the system refused to start a thread"
        }
    }

    package var remedy: SafeText {
        switch self {
        case .callFailed:
            "Raise the limit of open files or of memory"
        case .threadRefused:
            "Raise the limit of processes (ulimit -u, TasksMax) or lower engine.threads"
        }
    }

    package var disposition: Disposition {
        switch self {
        case .callFailed, .threadRefused: .shutDown(.osError)
        }
    }
}
