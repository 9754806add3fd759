/// The answer to a message: which message it answers, and what it says.
package struct HL7Acknowledgement: Sendable, Equatable {
    /// MSA-1 (table 0008).
    package enum Code: String, Sendable, CaseIterable {
        /// Taken and used; or there was an error, or it was refused.
        case applicationAccept = "AA"
        case applicationError = "AE"
        case applicationReject = "AR"
        /// Taken into safe keeping; or it could not be, or was refused (enhanced mode).
        case commitAccept = "CA"
        case commitError = "CE"
        case commitReject = "CR"
    }

    package let code: Code
    /// MSA-2: MSH-10 of the message that is answered.
    package let message: String

    /// From a frame's bytes; nil when they are no message with a whole MSA.
    package init?(_ bytes: [UInt8]) {
        guard let answer = HL7Message(bytes), let segment = answer.first("MSA"),
            let code = Code(rawValue: segment[1])
        else { return nil }
        self.code = code
        message = HL7Text.unescaped(segment[2], separators: answer.separators)
    }
}
