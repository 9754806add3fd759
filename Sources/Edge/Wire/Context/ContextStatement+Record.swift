package import VigilCore

/// Our own form of one thing said of a patient (`Schemas/context/v1.json`).
extension ContextStatement {
    private static let codesMax = 16
    private static let textMax = 128

    /// Reads it; unknown members are passed over.
    ///
    /// - Parameter id: the identifier of the record's key.
    /// - Returns: what is said, and the patient that the body names, if it does.
    package static func read(
        _ json: JSONValue, id: String
    ) throws(WireError) -> (ContextStatement, patient: Pseudonym?) {
        let reader = try MemberReader(json, "context")
        let kind = try reader.optional("kind") { kinds[$0.stringValue ?? ""] } ?? .observation
        let status = try reader.required("status") {
            $0.stringValue.flatMap { ObservationStatus(rawValue: $0) }
        }
        let effective = try reader.required("effective", Member.time)
        let issued = try reader.optional("issued", Member.time)
        let patient = try reader.optional("patient", Member.pseudonym)
        let codings = try reader.elements("codes") { (code) throws(WireError) in
            Coding(
                system: try code.required("system", text),
                code: try code.required("code", text))
        }
        guard (1...codesMax).contains(codings.count) else { throw .badRecord("codes") }
        let value = try reader.optional("value", Member.double)
        let unit = try reader.optional("unit", text)
        // What is there or not has no number, and a number has a unit.
        guard kind == .observation || value == nil, (value == nil) == (unit == nil),
            value != nil || kind == .presence || !status.isResult
        else { throw .badRecord("value and unit") }
        var quantity: Quantity?
        if let value, let unit { quantity = Quantity(value: value, unit: unit) }
        return (
            ContextStatement(
                kind: kind, id: id, codings: codings, quantity: quantity, effective: effective,
                issued: issued, status: status),
            patient
        )
    }

    private static let kinds: [String: Kind] = ["observation": .observation, "presence": .presence]

    private static func text(_ value: JSONValue) -> String? {
        value.stringValue.flatMap { (1...textMax).contains($0.utf8.count) ? $0 : nil }
    }
}
