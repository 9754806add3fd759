/// What the worker does about an error.
package enum Disposition: Sendable, Hashable {
    /// Try the same work again after a pause; attempts are bounded by a setting.
    case retry(after: Duration)
    /// Give this record up to the dead-letter topic and go on with the next.
    case deadLetter
    /// Stop the process in order, with this exit code.
    case shutDown(ExitCode)
}

/// An error that says what happened, where, what to do, and how the worker goes on.
///
/// Each module has one closed enum that conforms. The texts are ``SafeText``, so no error can carry
/// patient data.
package protocol VigilError: Error, Sendable, CustomStringConvertible {
    /// A short stable name in snake case, used as label, header and log field.
    var code: SafeText { get }
    /// What happened and where.
    var what: SafeText { get }
    /// What a person can do about it.
    var remedy: SafeText { get }
    /// How the worker goes on.
    var disposition: Disposition { get }
}

extension VigilError {
    package var description: String { "\(what.text). \(remedy.text)" }
}

/// The exit codes of every command, after sysexits(3).
package enum ExitCode: Int32, Sendable, Hashable {
    case ok = 0
    /// Wrong flags or arguments.
    case usage = 64
    /// Bad data given to a one-shot command.
    case dataError = 65
    /// A model or an input is missing, or its digest differs.
    case noInput = 66
    /// The broker, another service or a program that belongs to this one is out of reach.
    case unavailable = 69
    /// An invariant does not hold: a bug.
    case software = 70
    /// The operating system refused something.
    case osError = 71
    /// Input or output failed, such as a full disk.
    case ioError = 74
    /// A passing condition, such as a fenced producer: start again.
    case temporary = 75
    /// The other side broke the protocol.
    case proto = 76
    /// Access is not allowed.
    case noPermission = 77
    /// The configuration is wrong.
    case config = 78
    /// A second signal asked for an immediate stop.
    case interrupted = 130
}
