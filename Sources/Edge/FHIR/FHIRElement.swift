internal import ClinicalReport
internal import StudyHeaders
internal import VigilCore

/// The data types that the resources are put together from.
enum FHIRElement {
    static func coding(_ coding: Coding) -> JSONValue {
        [
            "system": .string(coding.system), "code": .string(coding.code),
            "display": .string(coding.display),
        ]
    }

    static func concept(_ codings: [Coding], text: String? = nil) -> JSONValue {
        var object = JSONObject()
        object["coding"] = .array(codings.map(coding))
        if let text, !text.isEmpty { object["text"] = .string(text) }
        return .object(object)
    }

    static func concept(_ one: Coding, text: String? = nil) -> JSONValue {
        concept([one], text: text)
    }

    static func identifier(_ system: String, _ value: String) -> JSONValue {
        ["system": .string(system), "value": .string(value)]
    }

    /// A resource of the same bundle.
    static func reference(to id: UUIDv5) -> JSONValue {
        ["reference": .string("urn:uuid:\(id)")]
    }

    /// A resource that the receiver finds by an identifier of its own.
    static func reference(type: String, identifier: JSONValue) -> JSONValue {
        ["type": .string(type), "identifier": identifier]
    }

    /// What a machine made says so of itself.
    static var meta: JSONValue { ["security": .array([coding(FHIRNames.machineAsserted)])] }

    /// A number without unit, with the digits that it was written with.
    static func quantity(_ value: Double) -> JSONValue {
        ["value": .number(value), "system": "http://unitsofmeasure.org", "code": "1"]
    }

    static func number(_ value: Float?) -> Double? {
        guard let value, value.isFinite else { return nil }
        return Double(value.description)
    }

    /// A UID as the identifier of a study or an instance.
    static func uid(_ uid: PatientText) -> JSONValue {
        identifier(FHIRNames.dicomUID, "urn:oid:\(uid.disclosed)")
    }

    /// `2026-11-29` of `20261129`; nil for what is no date.
    static func date(_ text: PatientText) -> String? {
        let digits = Array(text.disclosed)
        guard digits.count == 8, digits.allSatisfy(\.isASCII), digits.allSatisfy(\.isNumber) else {
            return nil
        }
        let (year, month, day) = (digits[0..<4], digits[4..<6], digits[6..<8])
        let date = "\(String(year))-\(String(month))-\(String(day))"
        return Timestamp(rfc3339: date + "T00:00:00Z") == nil ? nil : date
    }
}
