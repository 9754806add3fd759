import Commands
import Context
import Evaluation
import Settings
import VigilCore
import Weights
import Wire

/// What is known of the patients of a truth table when each of its studies was made.
struct ContextStudies {
    /// For each row what is known of its patient then; nil: it is not known when that was.
    let values: [[ContextValue]?]
    /// What could not be used, by its reason.
    private(set) var refused: [ContextRefusal: Int] = [:]
    /// How many statements are used.
    private(set) var taken = 0

    /// Reads a file of FHIR bundles, a line a patient, as `vigil synth` writes it; or of records of
    /// the topic as `{"key": "PSEUDONYM/ID", "value": …}`.
    init(_ path: String, of truth: TruthTable) throws {
        let file = SafeText(operatorProvided: path)
        var reader = ContextLines()
        try JSONLines.forEach(try FrozenFile.contents(of: path), file: file) {
            (object, line) throws(EvaluationError) in
            guard reader.read(.object(object), line: line) else {
                throw .badLine(
                    file: file, line: line,
                    reason: "it is neither a bundle with its patient nor a record with its key")
            }
        }
        var values: [[ContextValue]?] = []
        for row in 0..<truth.count {
            let arrival = Timestamp(rfc3339: truth.cell(row, .arrival))
            let time = arrival ?? reader.started[truth.cell(row, .study)]
            values.append(
                time.map { time in
                    ContextLines.pseudonym(truth.cell(row, .patient))
                        .map { reader.table.values(of: $0, at: time) } ?? []
                })
        }
        self.values = values
        refused = reader.refused
        taken = reader.taken
        guard values.contains(where: { $0?.isEmpty == false }) else {
            throw EvaluationError.nothingToMeasure(
                reason: "nothing of \(file) is known of a patient of \(truth.file) at its study")
        }
    }
}

/// The lines of a file of context, joined as the worker joins records.
private struct ContextLines {
    private(set) var table = ContextTable()
    /// When the studies of bundles were begun, by their UIDs.
    private(set) var started: [String: Timestamp] = [:]
    private(set) var refused: [ContextRefusal: Int] = [:]
    private(set) var taken = 0
    private let decoder = ContextRecordDecoder()

    private static let headers = [
        ("ce_specversion", "1.0"), ("ce_id", "line"), ("ce_source", "urn:vigil:tune"),
        ("ce_type", WireNames.contextType),
    ].map { RecordHeader($0.0, $0.1) }

    /// A patient's name in a table as a pseudonym, which it may be already.
    static func pseudonym(_ name: String) -> Pseudonym? {
        guard !name.isEmpty else { return nil }
        return Pseudonym(hex: name)
            ?? Pseudonym(hex: String(Digest(of: name.utf8).hex.prefix(32)))
    }

    /// Whether a line is what it should be.
    mutating func read(_ line: JSONValue, line number: Int) -> Bool {
        if let key = line["key"]?.stringValue, let value = line["value"] {
            take(key: key, value: value)
            return true
        }
        let resources = (line["entry"]?.arrayValue ?? []).compactMap { $0["resource"] }
        let patients = resources.filter { $0["resourceType"]?.stringValue == "Patient" }
        let names = patients.first?["identifier"]?.arrayValue?.compactMap {
            $0["value"]?.stringValue
        }
        guard patients.count == 1, let name = names?.first, let patient = Self.pseudonym(name)
        else { return false }
        for resource in resources where resource["resourceType"]?.stringValue == "ImagingStudy" {
            guard let time = resource["started"]?.stringValue.flatMap({ Timestamp(rfc3339: $0) })
            else { continue }
            for identifier in resource["identifier"]?.arrayValue ?? [] {
                let text = identifier["value"]?.stringValue ?? ""
                started[text.hasPrefix("urn:oid:") ? String(text.dropFirst(8)) : text] = time
            }
        }
        take(key: "\(patient.safeText)/line-\(number)", value: line)
        return true
    }

    private mutating func take(key: String, value: JSONValue) {
        let inbound = InboundRecord(
            position: RecordPosition(topic: WireNames.contextTopic, partition: 0, offset: 0),
            key: Array(key.utf8), value: value.isNull ? nil : JSONWriter.bytes(value),
            headers: Self.headers, timestamp: nil)
        switch decoder.decode(inbound) {
        case .refused(let reason): refused[reason, default: 0] += 1
        case .record(let record):
            let intake = table.take(record)
            taken += intake.taken
            refused.merge(intake.refused) { $0 + $1 }
        }
    }
}
