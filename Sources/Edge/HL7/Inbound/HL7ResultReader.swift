internal import StudyHeaders
internal import VigilCore

/// Reads the results of an ORU in whatever order its segments come: an OBX belongs to the last PID
/// and OBR before it, and what stands between is passed over.
struct HL7ResultReader {
    private let message: HL7Message
    private let rules: HL7Rules
    private(set) var results: [HL7Result] = []
    private(set) var left: [HL7Part: Int] = [:]
    private var patient: PatientText?
    /// Of ORC, which counts where OBR has none, and of OBR.
    private var order: [String] = []
    private var orderTime: HL7Time?

    init(_ message: HL7Message, _ rules: HL7Rules) {
        self.message = message
        self.rules = rules
    }

    mutating func read() {
        for segment in message.segments {
            switch segment.name {
            case "PID":
                patient = HL7Patient.number(message.field(segment, 3), of: rules.authority)
                (order, orderTime) = ([], nil)
            case "ORC": (order, orderTime) = (name(segment), nil)
            case "OBR":
                let own = name(segment)
                if !own.isEmpty { order = own }
                orderTime = HL7Time(message.field(segment, 7).component(1).text)
            case "OBX":
                do throws(HL7PartLeft) {
                    results.append(try result(segment))
                } catch {
                    left[error.part, default: 0] += 1
                }
            default: continue
            }
        }
        results = HL7Result.toldApart(results)
    }

    /// The filler's number of an order, or the placer's: fields 3 and 2 of both segments.
    private func name(_ segment: HL7Message.Segment) -> [String] {
        for number in [3, 2] {
            let field = message.field(segment, number).first
            let name = [field.component(1).text, field.component(2).text]
            if !name[0].isEmpty { return ["\(number)"] + name }
        }
        return []
    }

    private func result(_ segment: HL7Message.Segment) throws(HL7PartLeft) -> HL7Result {
        let codings = codings(message.field(segment, 3))
        // First of all: of most results of a laboratory nothing is used.
        guard rules.isUsed(codings) else { throw HL7PartLeft(.unknownCode) }
        guard let patient else { throw HL7PartLeft(.noPatient) }
        guard var status = Self.status(message.field(segment, 11).text) else {
            throw HL7PartLeft(.noResult)
        }
        var quantity: ContextStatement.Quantity?
        if !status.takesBack {
            do throws(HL7PartLeft) {
                quantity = try HL7Value(message, segment, rules).quantity()
            } catch {
                // The earlier number is wrong, though nothing can stand in its place.
                guard status.corrects else { throw error }
                status = .enteredInError
            }
        }
        let said = HL7Time(message.field(segment, 14).component(1).text) ?? orderTime
        guard let said else { throw HL7PartLeft(.noTime) }
        let code = codings.first?.code ?? ""
        return HL7Result(
            patient: patient,
            identity: (order.isEmpty ? ["", said.clock.description] : order)
                + [code, message.field(segment, 4).text],
            codings: codings, quantity: quantity, status: status, effective: said)
    }

    /// By LOINC, of both triplets.
    private func codings(_ field: HL7Field) -> [ContextStatement.Coding] {
        [1, 4].compactMap { start in
            let code = field.component(start).text
            let table = field.component(start + 2).text
            let loinc =
                ["LN", "LOINC"].contains(table)
                ? code : rules.codes[HL7Rules.Code(code: code, table: table)]
            guard let loinc, (1...64).contains(loinc.utf8.count) else { return nil }
            return ContextStatement.Coding(system: "http://loinc.org", code: loinc)
        }
    }

    /// Table 0085 in FHIR's words, as HL7's "v2 to FHIR" has it, but for X, no result to be had:
    /// monitors send it under the name of what they measure next, and what is taken back stays so.
    private static func status(_ code: String) -> ObservationStatus? {
        switch code {
        case "F", "U", "V": .final
        case "C": .corrected
        case "A", "B": .amended
        case "P", "R", "S": .preliminary
        case "D", "W": .enteredInError
        default: nil
        }
    }
}

/// Why a part of a message is left.
struct HL7PartLeft: Error {
    let part: HL7Part

    init(_ part: HL7Part) {
        self.part = part
    }
}
