import KafkaTransport
import Pipeline
package import Settings
package import VigilCore

extension ErrorReport {
    /// Tells of an error of `vigil`, of whichever program carries the command out.
    package static func tell(_ error: any Error) -> ExitCode {
        tell(error, by: "vigil", text: text)
    }

    /// An error's own words, but for what only a worker does about it.
    private static func text(of error: any VigilError) -> String {
        var kafka = error as? KafkaError
        if case .kafka(let cause)? = error as? DeadLetterReplayError { kafka = cause }
        return kafka.map { "\($0.what). \($0.commandRemedy)" } ?? "\(error)"
    }
}
