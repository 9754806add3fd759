package import VigilCore

/// How a program tells a person of an error.
package enum ErrorReport {
    /// Says what went wrong and what to do, and gives the exit code after sysexits(3).
    ///
    /// - Parameters:
    ///   - program: whose name stands before it.
    ///   - text: an error's words, where they are not its own.
    package static func tell(
        _ error: any Error, by program: String,
        text: (any VigilError) -> String = { "\($0)" }
    ) -> ExitCode {
        guard let error = error as? any VigilError else {
            StandardStream.error("\(program): an unforeseen error (\(type(of: error)))")
            return .software
        }
        // What is wrong with arguments begins with the command that they were for.
        let text = text(error)
        StandardStream.error(error is UsageError ? text : "\(program): \(text)")
        return switch error.disposition {
        case .shutDown(let code): code
        case .retry: .unavailable
        case .deadLetter: .dataError
        }
    }
}
