import KafkaTransport
import Pipeline
import Settings
package import VigilCore

/// How a program tells a person of an error.
package enum ErrorReport {
    /// Says what went wrong and what to do, and gives the exit code.
    package static func tell(_ error: any Error) -> ExitCode {
        guard let error = error as? any VigilError else {
            Terminal.error("vigil: an unforeseen error (\(type(of: error)))")
            return .software
        }
        // What is wrong with arguments begins with the command that they were for.
        let text = text(of: error)
        Terminal.error(error is UsageError ? text : "vigil: \(text)")
        switch error.disposition {
        case .shutDown(let code): return code
        case .retry: return .unavailable
        case .deadLetter: return .dataError
        }
    }

    /// An error's own words, but for what only a worker does about it.
    private static func text(of error: any VigilError) -> String {
        var kafka = error as? KafkaError
        if case .kafka(let cause)? = error as? DeadLetterReplayError { kafka = cause }
        return kafka.map { "\($0.what). \($0.commandRemedy)" } ?? "\(error)"
    }
}
