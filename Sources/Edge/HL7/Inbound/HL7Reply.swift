package import VigilCore

/// The answers to a message: none, one, or in enhanced mode one that it is kept and one that it is
/// used.
package struct HL7Reply: Sendable {
    private let envelope: HL7Envelope?
    private let fault: HL7Fault?
    private let time: Timestamp

    /// - Parameters:
    ///   - envelope: nil: there is no header to answer to.
    ///   - fault: nil: what the message says is committed.
    ///   - time: when it is answered.
    package init(to envelope: HL7Envelope?, fault: HL7Fault?, time: Timestamp) {
        self.envelope = envelope
        self.fault = fault
        self.time = time
    }

    /// Messages in the order in which they are to be sent.
    package var messages: [[UInt8]] {
        let isFault = fault != nil
        let isEnhanced = envelope?.accept != nil || envelope?.application != nil
        guard isEnhanced else { return [message(applicationCode)] }
        var codes: [HL7Acknowledgement.Code] = []
        if (envelope?.accept ?? .never).wants(isFault: isFault) { codes.append(commitCode) }
        // Of what is not kept nothing can be said later.
        if !isFault || codes.isEmpty,
            (envelope?.application ?? .never).wants(isFault: isFault)
        {
            codes.append(applicationCode)
        }
        return codes.map(message)
    }

    private var applicationCode: HL7Acknowledgement.Code {
        fault.map { $0.isRejection ? .applicationReject : .applicationError } ?? .applicationAccept
    }

    private var commitCode: HL7Acknowledgement.Code {
        fault.map { $0.isRejection ? .commitReject : .commitError } ?? .commitAccept
    }

    private func message(_ code: HL7Acknowledgement.Code) -> [UInt8] {
        let answered = envelope?.controlID ?? ""
        var header = HL7Segment("MSH", raw: "^~\\&")
        let sites = envelope?.sites ?? []
        // Who received it answers.
        for (number, index) in [(3, 2), (4, 3), (5, 0), (6, 1)] where sites.count == 4 {
            header.set(number, components: sites[index])
        }
        header.set(7, HL7Segment.time(time))
        header.set(9, components: ["ACK", envelope?.trigger ?? "", "ACK"])
        header.set(10, Self.controlID(answered, code))
        header.set(11, "P")
        header.set(12, "2.5.1")
        header.set(18, "UNICODE UTF-8")
        var verdict = HL7Segment("MSA")
        verdict.set(1, code.rawValue)
        verdict.set(2, answered)
        var lines = [header, verdict]
        if let fault {
            var error = HL7Segment("ERR")
            error.set(2, components: fault.place)
            error.set(3, components: [fault.code.0, fault.code.1, "HL70357"])
            error.set(4, "E")
            lines.append(error)
        }
        return Array(lines.map { $0.text + "\r" }.joined().utf8)
    }

    /// One answer has one MSH-10, of twenty characters.
    private static func controlID(
        _ answered: String, _ code: HL7Acknowledgement.Code
    ) -> String {
        let digest = Digest(of: Array("\(code.rawValue) \(answered)".utf8))
        return String(digest.hex.uppercased().prefix(20))
    }
}
