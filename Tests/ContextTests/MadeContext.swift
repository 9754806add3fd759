import Context
import VigilCore

/// Statements, records and weights as tests need them, whole unless they change them.
enum MadeContext {
    /// 2026-11-24T06:00:00Z.
    static let now = Timestamp(microseconds: 1_795_500_000_000_000)

    static func patient(_ number: Int) -> Pseudonym {
        let hex = String(number, radix: 16)
        let text = String(repeating: "0", count: 32 - hex.count) + hex
        return Pseudonym(hex: text) ?? Pseudonym(of: nobody, key: [])
    }

    private static var nobody: DicomUID {
        guard let uid = DicomUID("1.2") else { preconditionFailure("1.2 is a UID") }
        return uid
    }

    static func loinc(_ code: String) -> [ContextStatement.Coding] {
        [.init(system: "http://loinc.org", code: code)]
    }

    /// A lactate of 2 mmol/L an hour ago.
    static func statement(
        _ code: String = "2524-7", id: String = "o", value: Double = 2, unit: String = "mmol/L",
        minutesAgo: Int = 60, issued: Int? = nil, status: ObservationStatus = .final
    ) -> ContextStatement {
        let effective = now.later(by: .seconds(-60 * minutesAgo))
        return ContextStatement(
            kind: .observation, id: id, codings: loinc(code),
            quantity: .init(value: value, unit: unit), effective: effective,
            issued: issued.map { effective.later(by: .seconds($0)) }, status: status)
    }

    static func record(
        _ said: [ContextStatement], of number: Int = 1, id: String? = nil,
        written: Timestamp? = now, offset: Int64 = 0
    ) -> ContextRecord {
        ContextRecord(
            patient: patient(number), id: id ?? said.first?.id ?? "r",
            content: .statements(said, refused: []), written: written, position: place(offset))
    }

    static func retraction(_ id: String, of number: Int = 1) -> ContextRecord {
        ContextRecord(
            patient: patient(number), id: id, content: .retraction, written: now,
            position: place(0))
    }

    private static func place(_ offset: Int64) -> RecordPosition {
        RecordPosition(topic: "context", partition: 0, offset: offset)
    }

    /// Values of one patient after one record.
    static func values(_ said: ContextStatement) -> [ContextValue] {
        var table = ContextTable()
        _ = table.take(record([said]))
        return table.values(of: patient(1), at: now)
    }

    static func term(_ item: ContextItem, _ weight: Double, center: Double = 0) -> ContextTerm {
        ContextTerm(
            item: item, scale: ContextTerm.scale(of: item), center: center, spread: 1,
            weight: weight)
    }

    static func fit(_ terms: [ContextTerm]) -> ContextFit {
        ContextFit(
            code: "consolidation", head: nil, intercept: -0.25, slope: 1.5, terms: terms,
            gain: .init(
                studies: 900, positives: 200, image: 0.8, fused: 0.9, low: 0.05, high: 0.15))
    }
}
