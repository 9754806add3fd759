internal import VigilCore

/// Reads what an event says of its study as a whole: what is to come, and what is withdrawn.
enum StudyParts {
    /// FHIR's `ImagingStudy.status` codes for what must no longer be used. Other words are passed
    /// over.
    private static let withdrawn = ["cancelled", "entered-in-error"]
    private static let countMax = 1_000_000
    private static let seriesMax = 1000

    /// What is withdrawn: the series named, or without such a list the study.
    static func withdrawal(_ data: JSONValue) throws(WireError) -> StudyEvent.Withdrawal? {
        guard let status = data["status"]?.stringValue, withdrawn.contains(status) else {
            return nil
        }
        guard let list = data["series"], !list.isNull else { return .study }
        return .series(try uids(list, .withdrawnSeries))
    }

    /// Whom the study is of; nil when the event does not say. A study is not lost over a name that
    /// is no pseudonym: nothing is known of its patient then, and its finding says so.
    static func patient(_ data: JSONValue) -> StudyPatient? {
        guard let value = data["patient"], !value.isNull else { return nil }
        return value.stringValue.flatMap { Pseudonym(hex: $0) }.map { .named($0) } ?? .unclear
    }

    /// What the whole study will have; nil when the event does not say.
    static func expectation(_ data: JSONValue) throws(WireError) -> StudyExpectation? {
        guard let value = data["expected"], !value.isNull else { return nil }
        guard value.objectValue != nil else { throw .wrongType(.expected) }
        return StudyExpectation(
            series: try count(value["series"], .expectedSeries),
            instances: try count(value["instances"], .expectedInstances),
            required: try required(value["required"]))
    }

    /// A UID that need not be there; a malformed one is passed over.
    static func uid(_ object: JSONValue, _ name: String) -> DicomUID? {
        object[name]?.stringValue.flatMap { DicomUID($0) }
    }

    private static func count(
        _ value: JSONValue?, _ field: WireField
    ) throws(WireError) -> Int? {
        guard let value, !value.isNull else { return nil }
        guard let count = value.outside?.exactly(Int.self)?.within(1...countMax) else {
            throw .wrongType(field)
        }
        return count
    }

    private static func required(_ value: JSONValue?) throws(WireError) -> Set<DicomUID> {
        guard let value, !value.isNull else { return [] }
        return try uids(value, .expectedRequired)
    }

    private static func uids(
        _ value: JSONValue, _ field: WireField
    ) throws(WireError) -> Set<DicomUID> {
        guard let elements = value.arrayValue, (1...seriesMax).contains(elements.count) else {
            throw .wrongType(field)
        }
        let uids = elements.compactMap { $0.stringValue.flatMap { DicomUID($0) } }
        guard uids.count == elements.count else { throw .wrongType(field) }
        return Set(uids)
    }
}

extension StudyExpectation {
    /// Whether it can be judged only where instances name their series.
    var countsSeries: Bool { series != nil || !required.isEmpty }
}
