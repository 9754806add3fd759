package import VigilCore

extension ExitCode {
    /// Whether a supervisor should start a worker that ended so again.
    package enum Restart: Sendable, Hashable {
        /// It ended as it was told to.
        case ended
        /// The same would happen again: a person has to change something.
        case useless
        /// The cause may pass, or another start may get around it.
        case advised
    }

    /// All codes, rising; a process's exit code is a byte.
    package static let all = (0...255).compactMap { ExitCode(rawValue: $0) }

    /// What it says, for people.
    package var meaning: String {
        switch self {
        case .ok: "done, or stopped in order"
        case .usage: "wrong options or arguments"
        case .dataError: "bad data given to a command, such as a model whose files are wrong"
        case .noInput:
            "a model or an input is missing or its digest differs; or there was nothing to do"
        case .unavailable:
            "the broker, another service or a program that belongs to Vigil is out of reach"
        case .software: "a bug: an invariant does not hold; please report it"
        case .osError: "the operating system refused something"
        case .ioError: "input or output failed, such as a full disk"
        case .temporary: "a passing condition, such as a worker that another of its name replaced"
        case .proto: "the other side broke the protocol"
        case .noPermission: "access is not allowed"
        case .config: "the configuration is wrong"
        case .interrupted: "a second signal asked for an immediate stop"
        }
    }

    /// What a supervisor should do.
    package var restart: Restart {
        switch self {
        case .ok, .interrupted: .ended
        case .usage, .dataError, .noInput, .noPermission, .config: .useless
        case .unavailable, .software, .osError, .ioError, .temporary, .proto: .advised
        }
    }
}
