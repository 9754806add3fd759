package import StudyHeaders
package import VigilCore

/// One result of a message, as it may go on.
package struct HL7Result: Sendable {
    /// The patient's number, printable ASCII.
    package let patient: PatientText
    /// Names the result among its patient's: a correction has the same. Not for logs.
    package fileprivate(set) var identity: [String]
    /// By LOINC.
    package let codings: [ContextStatement.Coding]
    /// Nil where it is taken back.
    package let quantity: ContextStatement.Quantity?
    package let status: ObservationStatus
    /// When it was so of the patient.
    package let effective: HL7Time

    /// What becomes of it.
    package var part: HL7Part {
        status.takesBack ? .takenBack : status.corrects ? .correction : .result
    }

    init(
        patient: PatientText, identity: [String], codings: [ContextStatement.Coding],
        quantity: ContextStatement.Quantity?, status: ObservationStatus, effective: HL7Time
    ) {
        self.patient = patient
        self.identity = identity
        self.codings = codings
        self.quantity = quantity
        self.status = status
        self.effective = effective
    }

    /// Tells results of one order, code and sub-identifier by their times, where a message has
    /// several.
    static func toldApart(_ results: [HL7Result]) -> [HL7Result] {
        var counts: [[String]: Int] = [:]
        for result in results { counts[result.identity, default: 0] += 1 }
        return results.map { result in
            guard counts[result.identity, default: 0] > 1 else { return result }
            var told = result
            told.identity.append(result.effective.clock.description)
            return told
        }
    }
}
