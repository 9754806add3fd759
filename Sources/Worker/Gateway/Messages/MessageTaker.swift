internal import HL7
internal import Telemetry
internal import VigilCore

/// Takes the messages of one connection, one after the other: what is said is committed before its
/// sender hears of it.
struct MessageTaker {
    /// Separators of segments and fields; more would fill memory, whatever a message's length.
    private static let separatorsMax = 100_000

    let role: SafeText
    let parts: GatewayParts
    let records: MessageRecords
    let commit: ([OutboundRecord]) -> Bool

    /// What is to be sent for a frame, and whether the sender can be understood at all.
    func take(_ frame: [UInt8]) -> (answers: [[UInt8]], isReadable: Bool) {
        let separators = frame.count { $0 == 0x0d || $0 == 0x0a || $0 == 0x7c }
        let message = separators <= Self.separatorsMax ? HL7Message(frame) : nil
        guard let message else {
            let fault: HL7Fault = separators > Self.separatorsMax ? .tooManyFields : .unreadable
            return (answers(nil, fault, [:]), false)
        }
        let envelope = HL7Envelope(message)
        do throws(HL7Fault) {
            let kind = try envelope.kind()
            if case .answer = kind {
                tell("answer", isFault: false, [:])
                return ([], true)
            }
            let content = HL7Content(message, kind: kind, rules: records.settings.rules)
            let made = records.make(content, of: envelope, time: parts.clock.wall())
            guard made.records.isEmpty || commit(made.records) else { throw .notKept }
            return (answers(envelope, nil, made.parts), true)
        } catch {
            return (answers(envelope, error, [:]), true)
        }
    }

    private func answers(
        _ envelope: HL7Envelope?, _ fault: HL7Fault?, _ parts: [HL7Part: Int]
    ) -> [[UInt8]] {
        let outcome: SafeText = fault.map { "\($0)" } ?? (parts.isEmpty ? "ignored" : "taken")
        tell(outcome, isFault: fault != nil, parts)
        return HL7Reply(to: envelope, fault: fault, time: self.parts.clock.wall()).messages
    }

    private func tell(_ outcome: SafeText, isFault: Bool, _ counts: [HL7Part: Int]) {
        let counted = HL7Part.allCases.compactMap { part in
            counts[part].map { MessageTaken.Part(outcome: "\(part)", count: $0) }
        }
        parts.telemetry.emit(
            MessageTaken(role: role, outcome: outcome, isFault: isFault, parts: counted))
    }
}
